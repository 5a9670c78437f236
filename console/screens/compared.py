"""As known then beside as known now: what differs, clause by clause, with the events that made the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from console.screens.explain import FINDING, measured
from console.screens.explain_json import clause_json
from console.screens.paper import Paper, coloured, day, position
from console.screens.telling import named, what
from console.screens.vocabulary import Vocabulary, title
from engine.assessing.comparing import Change, ClauseSeen, Compared, DecisionSeen, Held, StepSeen
from engine.district import District
from engine.history import Told, told
from engine.people import names
from engine.people.subjects import Standing
from ladders.evaluating.explanation import Explained

HOW = {
    "late": ("此后才记录", "recorded since"),
    "corrected": ("此后更正", "corrected since"),
    "voided": ("此后作废", "voided since"),
    "recognised": ("此后认定", "recognised since"),
    "changed": ("此后变动", "changed since"),
}
NONE = "–"


def compared(district: District, found: Compared, lang: str) -> Paper:
    """A subject as known then and now: the verdicts, the evidence, the standings."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [found.subject])
    paper.line(
        f"{known.code(found.subject)}  {known.name(found.subject)}    {paper.say('截至', 'as of')} {found.as_of}    "
        f"{_between(paper, found.then, found.now)}"
    )
    differ = [one for one in found.steps if one.differs]
    for one in differ:
        _step(paper, one, words)
    same = len(found.steps) - len(differ)
    if same:
        paper.both(f"  判定没有不同的晋级:{same}", f"  steps that come out the same: {same}")
    _changes(paper, district, found.changes, _tell(district, found), words)
    if found.held_then != found.held_now:
        paper.both("称号:", "standings:")
        rows = [(paper.say("当时", "then"), *_standing(one, words)) for one in found.held_then or (None,)]
        rows += [(paper.say("现在", "now"), *_standing(one, words)) for one in found.held_now or (None,)]
        paper.table(rows)
    if not (differ or found.changes or found.held_then != found.held_now):
        paper.both("当时所知与现在所知没有不同", "nothing is known otherwise now than then")
    return paper


def decided(district: District, found: DecisionSeen, lang: str) -> Paper:
    """The verdict of a decision beside the same question today."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    paper.both(
        f"当时与现在({_between(paper, found.then, found.now)};决定本身的后果不算在内):",
        f"then and now ({_between(paper, found.then, found.now)}; what decisions themselves made of it is left aside):",
    )
    _step(paper, found.step, words)
    _changes(paper, district, found.changes, _tell(district, found), words)
    if not found.step.differs:
        paper.both("  按现在所知,判定相同", "  as known now the verdict is the same")
    return paper


def _between(paper: Paper, then: int, now: int) -> str:
    return paper.say(f"当时 {position(then)},现在 {position(now)}", f"then {position(then)}, now {position(now)}")


def _step(paper: Paper, one: StepSeen, words: Vocabulary) -> None:
    """A verdict on both sides, and a line for each clause."""
    sides = (one.then, one.now)
    outcomes = [NONE if side is None else _outcome(paper, side[1].outcome) for side in sides]
    paper.line(f"  {words.ladder(one.ladder)}: {words.step(one.ladder, one.step.id)}    {' → '.join(outcomes)}")
    if one.rules:
        at = " ".join(position(each) for each in one.rules)
        paper.both(f"    规则此后有变:{at}", f"    the rules were declared anew since: {at}")
    rows = [(paper.say("条件", "clause"), paper.say("当时", "then"), paper.say("现在", "now"), "")]
    rows += [
        (
            _called(clause, paper.lang),
            _finding(paper, clause.then),
            _finding(paper, clause.now) if clause.differs else paper.say("同", "same"),
            " ".join(position(at) for at in clause.because),
        )
        for clause in one.clauses
    ]
    paper.table(rows, indent=4)


def _called(clause: ClauseSeen, lang: str) -> str:
    side = clause.now or clause.then
    return title(side.clause.title, lang) if side is not None else clause.id


def _outcome(paper: Paper, outcome: str) -> str:
    zh, en, how = FINDING[outcome]  # type: ignore[index]
    return coloured(paper.say(zh, en), how)


def _finding(paper: Paper, clause: Explained | None) -> str:
    if clause is None:
        return NONE
    zh, en, _ = FINDING[clause.outcome]
    return f"{paper.say(zh, en)} {measured(paper, clause)}"


def _changes(
    paper: Paper, district: District, changes: Sequence[Change], told_: dict[int, Told], words: Vocabulary
) -> None:
    """The rows that are held otherwise, each with the event that made the difference in a sentence."""
    if not changes:
        return
    with district.reading() as connection:
        others = {other for one in told_.values() for other in named(one)}
        known = names.called(connection, district.log, district.vault, others)
    paper.both("依据的记录:", "what is on record:")
    rows = [("", "", paper.say("当时", "then"), paper.say("现在", "now"), "")]
    for one in changes:
        said = what(told_[one.at], known, words) if one.at in told_ else ""
        at = position(one.recorded) if one.recorded == one.at else f"{position(one.recorded)} ← {position(one.at)}"
        rows.append((at, paper.say(*HOW[one.how]), _row(one.then), _row(one.now), said))
    paper.table(rows)


def _row(held: Held | None) -> str:
    if held is None:
        return NONE
    until = f" – {held.until}" if held.until is not None else ""
    amount = f" {held.amount.normalize():f}" if held.amount else ""
    return f"{held.first}{until}{amount}"


def _standing(one: Standing | None, words: Vocabulary) -> tuple[str, str]:
    if one is None:
        return NONE, ""
    return words.rung(one.ladder, one.rung), f"{day(one.first)} – {day(one.until)}  {position(one.position)}"


def _tell(district: District, found: Compared | DecisionSeen) -> dict[int, Told]:
    """The events that made a difference, with their personal fields in plain text."""
    with district.reading() as connection:
        events = district.log.read_at(connection, {one.at for one in found.changes})
    return {one.event.position: one for one in told(district, list(events))}


def compared_json(district: District, found: Compared) -> dict[str, Any]:
    """A comparison as data."""
    return {
        "subject": found.subject,
        "as_of": found.as_of,
        "then": found.then,
        "now": found.now,
        "steps": [_step_json(one) for one in found.steps],
        "changes": _changes_json(found.changes),
        "standings": {"then": [asdict(one) for one in found.held_then], "now": [asdict(one) for one in found.held_now]},
    }


def decided_json(found: DecisionSeen) -> dict[str, Any]:
    """The verdict of a decision beside the same question today, as data."""
    return {
        "position": found.position,
        "decided": found.decided,
        "case": found.case,
        "subject": found.subject,
        "then": found.then,
        "now": found.now,
        "step": _step_json(found.step),
        "changes": _changes_json(found.changes),
    }


def _step_json(one: StepSeen) -> dict[str, Any]:
    outcomes = [None if side is None else side[1].outcome for side in (one.then, one.now)]
    return {
        "ladder": one.ladder,
        "step": one.step.id,
        "then": outcomes[0],
        "now": outcomes[1],
        "differs": one.differs,
        "rules": one.rules,
        "clauses": [
            {
                "clause": clause.id,
                "differs": clause.differs,
                "because": clause.because,
                "then": None if clause.then is None else clause_json(clause.then),
                "now": None if clause.now is None else clause_json(clause.now),
            }
            for clause in one.clauses
        ],
    }


def _changes_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [
        {
            "recorded": one.recorded,
            "item": one.item,
            "kind": one.kind,
            "how": one.how,
            "at": one.at,
            "then": None if one.then is None else asdict(one.then),
            "now": None if one.now is None else asdict(one.now),
        }
        for one in changes
    ]
