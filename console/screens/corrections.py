"""Corrections of past decisions: whose, what the verdict was and would be, because of what, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper, number, position
from console.screens.revisit import DECIDED, most, state
from console.screens.vocabulary import Vocabulary
from engine.assessing.corrections import Correction
from engine.district import District
from engine.people import names
from workflows.correcting import outcome_of


def corrections(district: District, found: Sequence[Correction], lang: str) -> Paper:
    """A line for each correction."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    rows = []
    for one in found:
        fact = one.fact
        then, now = (paper.say(*OUTCOMES[outcome]) for outcome in (fact.then, fact.verdict.outcome))
        rows.append(
            (
                state(paper, one),
                f"{known.code(one.subject)} {known.name(one.subject)}",
                f"{words.rung(fact.ladder, fact.rung)} {paper.say(*DECIDED[fact.decided])} {position(fact.decision)}",
                f"{then} → {now}",
                _by(paper, one) if one.decided is not None else most(fact.because),
            )
        )
    paper.table(rows, indent=0)
    open_ = sum(one.waits for one in found)
    many = number(len(found))
    paper.both(f"共 {many} 项更正案,待决定 {open_} 项", f"{many} corrections, {open_} to be decided")
    if open_:
        paper.line(next_step(paper, *(one for one in found if one.waits)))
    return paper


def next_step(paper: Paper, *waiting: Correction) -> str:
    """What the office can do with corrections that wait for it."""
    ways = {"keep": True, "revoke": False, "grant": False}
    for one in waiting:
        ways["revoke"] |= one.fact.decided == "granted"
        ways["grant"] |= one.fact.decided == "declined" and one.fact.verdict.outcome == "met"
    at = position(waiting[0].opened.position) if len(waiting) == 1 else paper.say("#位置", "#position")
    how = "|".join(way for way, open_ in ways.items() if open_)
    said = paper.say("--reason 理由 --authority 文号", "--reason WHY --authority NUMBER")
    return f"{paper.say('办结', 'decide')}: jieti correction decide '{at}' {how} {said}"


def _by(paper: Paper, one: Correction) -> str:
    """From which day on it ended so, and by which document."""
    assert one.decided is not None
    day, by = one.decided.envelope.occurred_from, one.decided.envelope.authority
    if outcome_of(one.decided.fact) == "grant":
        return paper.say(f"自 {day} 起,依据 {by}", f"from {day} on, by {by}")
    return paper.say(f"{day},依据 {by}", f"{day}, by {by}")


def corrections_json(found: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections as data, reasons left sealed."""
    return [
        {
            "correction": one.opened.position,
            "subject": one.subject,
            **one.fact.model_dump(mode="json", exclude={"reason"}),
            "erased": one.erased,
            "ended": None if one.decided is None else one.decided.position,
            "ended_on": None if one.decided is None else one.decided.envelope.occurred_from,
            "authority": None if one.decided is None else one.decided.envelope.authority,
            "outcome": None if one.decided is None else outcome_of(one.decided.fact),
        }
        for one in found
    ]
