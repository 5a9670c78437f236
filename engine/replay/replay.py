"""Every decision derived again from what it pinned: verdicts, tallies, places, conclusions, judgements on standings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from engine.assessing import assess, corrections
from engine.assessing.before import ALTERED, GONE, Before, Difference, Seen, about, asked_of, unfounded
from engine.blocks import in_blocks
from engine.district import District
from engine.replay import grades as replay_grades
from engine.replay import panels as replay_panels
from engine.replay import places as replay_places
from engine.replay import rounds as replay_rounds
from engine.replay import standings as replay_standings
from engine.tables import standing_table
from events.envelope import Recorded
from events.facts import (
    Assessed,
    CorrectionOpened,
    Declined,
    Fact,
    Graded,
    GradesGiven,
    Granted,
    GrantedOnCorrection,
    MovedUp,
    PanelSeated,
    Placed,
    PlacesFilled,
    StageDecided,
    StandingDemoted,
    StandingRevoked,
    StandingSuspended,
    StandingTakenOver,
    StandsAgain,
    StepFound,
)
from events.tables import event_table
from ladders.model.ladder import SEMANTICS
from ladders.question import digest
from workflows.case import known_at, stage_of
from workflows.commands import Refused
from workflows.conclusion import conclusion_of
from workflows.seats import Related
from workflows.tally import decision_of

__all__ = ["Difference", "Replayed", "replay", "same_verdict"]

BLOCK = 4_000
"""Cases that are looked at together."""
_OF_CASES = (Assessed, StageDecided, StandsAgain, Graded, Placed, MovedUp, Granted, Declined)
_ELSEWHERE = (
    *(PanelSeated, PlacesFilled, GradesGiven, StandingRevoked, StandingSuspended, StandingDemoted),
    *(CorrectionOpened, GrantedOnCorrection),
)


@dataclass(frozen=True)
class Replayed:
    """How many decisions of each kind were derived again, and those that came out otherwise.

    ``places`` counts the rankings and where each case came, ``judgements`` the standings that a removal rule ended,
    ``lots`` the panels for which lots were drawn, ``grades`` the lists of grades and each case's, ``taken_over`` the
    titles that were held before us: those are taken over, not derived.
    """

    verdicts: int
    tallies: int
    grants: int
    declines: int
    taken_over: int
    differences: tuple[Difference, ...]
    places: int = 0
    judgements: int = 0
    lots: int = 0
    grades: int = 0
    corrections: int = 0
    """Corrections of decisions, whose verdicts were derived again."""
    granted_on_correction: int = 0
    """What was granted on them, held against those verdicts."""
    underivable: tuple[Difference, ...] = ()
    """Tallies of confidential ballots whose key was destroyed: they stand as recorded, and nobody can count again."""


@dataclass
class _Found:
    """What a replay has come to so far."""

    counts: dict[type[Fact], int] = field(default_factory=lambda: defaultdict(int))
    differences: list[Difference] = field(default_factory=list)
    underivable: list[Difference] = field(default_factory=list)
    rounds: list[Recorded] = field(default_factory=list)
    """What ballots of a whole list decided: counted again together."""

    def count(self, by_kind: Mapping[type[Fact], list[Recorded]]) -> None:
        """So many decisions were derived again."""
        for kind, events in by_kind.items():
            self.counts[kind] += len(events)


def replay(district: District, cycle: str | None = None, progress: Callable[[int], None] | None = None) -> Replayed:
    """Derive again every decision of a cycle, or of all, and every standing that a removal rule ended.

    ``progress`` is told of the decisions as they are done.
    """
    found, rankings, gradings = _Found(), replay_places.Rankings(district), replay_grades.Gradings(district)
    cases, others = _decided(district, cycle)
    for block in in_blocks(cases, BLOCK):
        before = Before.of(district, block)
        by_kind: dict[type[Fact], list[Recorded]] = defaultdict(list)
        for name in block:
            for event in before.streams[name]:
                if isinstance(event.fact, _OF_CASES) and cycle in (None, event.envelope.correlation):
                    by_kind[type(event.fact)].append(event)
        found.differences += _verdicts(district, before, by_kind[Assessed])
        _tallies(before, by_kind[StageDecided], found)
        found.rounds += by_kind[StandsAgain]
        found.differences += _conclusions(district, before, by_kind[Granted] + by_kind[Declined])
        found.differences += replay_places.differences(rankings, by_kind[Placed] + by_kind[MovedUp])
        found.differences += replay_grades.differences(gradings, by_kind[Graded])
        found.count(by_kind)
        if progress:
            progress(sum(len(same) for same in by_kind.values()))
    otherwise, uncountable = replay_rounds.differences(district, found.rounds)
    found.differences += otherwise
    found.underivable += uncountable
    for positions in in_blocks(others, BLOCK):
        with district.reading() as connection:
            events = district.log.read_at(connection, positions)
        filled = [one for one in events if isinstance(one.fact, PlacesFilled)]
        ended = [one for one in events if _ended_by_rule(one.fact)]
        found.differences += replay_places.differences(rankings, filled)
        graded = [one for one in events if isinstance(one.fact, GradesGiven)]
        found.differences += replay_grades.differences(gradings, graded)
        found.differences += replay_standings.differences(district, ended)
        drawn = [one for one in events if isinstance(one.fact, PanelSeated) and one.fact.drawn]
        found.differences += replay_panels.differences(district, drawn)
        looked_at = [one for one in events if isinstance(one.fact, CorrectionOpened)]
        corrected = [one for one in events if isinstance(one.fact, GrantedOnCorrection)]
        found.differences += corrections.differences(district, looked_at + corrected)
        elsewhere: dict[type[Fact], list[Recorded]]
        elsewhere = {PlacesFilled: filled, GradesGiven: graded, StandingRevoked: ended, PanelSeated: drawn}
        found.count({**elsewhere, CorrectionOpened: looked_at, GrantedOnCorrection: corrected})
        if progress:
            progress(sum(map(len, (filled, graded, ended, drawn, looked_at, corrected))))
    counts = found.counts
    return Replayed(
        verdicts=counts[Assessed],
        tallies=counts[StageDecided] + counts[StandsAgain],
        grants=counts[Granted],
        declines=counts[Declined],
        taken_over=0 if cycle is not None else _taken_over(district),
        differences=_sorted(found.differences),
        places=counts[PlacesFilled] + counts[Placed] + counts[MovedUp],
        judgements=counts[StandingRevoked],
        lots=counts[PanelSeated],
        grades=counts[GradesGiven] + counts[Graded],
        corrections=counts[CorrectionOpened],
        granted_on_correction=counts[GrantedOnCorrection],
        underivable=_sorted(found.underivable),
    )


def _sorted(differences: list[Difference]) -> tuple[Difference, ...]:
    return tuple(sorted(differences, key=lambda one: one.position))


def _taken_over(district: District) -> int:
    with district.reading() as connection:
        given = select(standing_table.c.position)  # those that were taken back are not among them
        row = event_table.c
        counted = select(func.count()).where(row.type == StandingTakenOver.TYPE, row.position.in_(given))
        return int(connection.execute(counted).scalar_one())


def same_verdict(district: District, event: Recorded) -> bool:
    """Whether one verdict comes out as it was recorded."""
    return not _verdicts(district, Before.of(district, [event.envelope.stream]), [event])


def _decided(district: District, cycle: str | None) -> tuple[list[str], list[int]]:
    """The streams of the cases of which something was decided, and the positions of what was decided elsewhere."""
    row = event_table.c
    of_cases = select(row.stream).where(row.type.in_([kind.TYPE for kind in _OF_CASES])).group_by(row.stream)
    elsewhere = select(row.position).where(row.type.in_([kind.TYPE for kind in _ELSEWHERE]))
    if cycle is not None:
        of_cases = of_cases.where(row.correlation == cycle)
        elsewhere = elsewhere.where(row.correlation == cycle)
    with district.reading() as connection:
        cases = connection.execute(of_cases.order_by(func.min(row.position))).scalars().all()
        return list(cases), list(connection.execute(elsewhere.order_by(row.position)).scalars())


def _ended_by_rule(fact: Fact) -> bool:
    """Whether a removal rule ended a standing: an office that ends one decides for itself."""
    return isinstance(fact, StandingRevoked | StandingSuspended | StandingDemoted) and fact.cause == "rule"


# ------------------------------------------------------------------------------------------------------ verdicts


def _verdicts(district: District, before: Before, events: list[Recorded]) -> list[Difference]:
    """Each verdict is what the rules make of what was known at the position that it was to be asked on."""
    by_pins: dict[Any, list[tuple[Recorded, str]]] = defaultdict(list)
    differences = []
    for event in events:
        fact, seen = event.fact, before.see(event)
        assert isinstance(fact, Assessed)
        if seen is None or seen.cycle.closed is None:
            differences.append(unfounded(event))
        else:
            assert seen.case.nominated is not None
            by_pins[fact.pins, asked_of(seen, fact)].append((event, seen.case.nominated.subject))
            if _pinned(fact) != _to_be_pinned(seen):
                said = (
                    "判定不是按本周期的规定和应有的位置作出的",
                    "the verdict is not pinned to its cycle's rules, or not to the position that was to be asked on",
                )
                differences.append(Difference(event.position, about(event), *said))
    told = {one.position for one in differences}
    for (pins, to), same in by_pins.items():
        try:
            rules = assess.rules_of(district, pins)
            cohort = assess.of_cycle(district, rules, to, [subject for _, subject in same])
        except (LookupError, Refused):
            differences += [unfounded(event) for event, _ in same if event.position not in told]
            continue
        for i, (event, _) in enumerate(same):
            otherwise = _compare(event, cohort.judged(i))
            if otherwise and event.position not in told:
                differences.append(otherwise)
    return differences


def _pinned(fact: Assessed) -> tuple[object, ...]:
    pins = fact.pins
    return pins.ladder, pins.version, pins.catalogue, pins.settings, pins.as_of, pins.known_at


def _to_be_pinned(seen: Seen) -> tuple[object, ...]:
    opened = seen.cycle.opened
    assert opened is not None
    at = known_at(seen.case, seen.cycle)
    return opened.ladder, opened.version, opened.catalogue, opened.settings, opened.as_of, at


def _compare(event: Recorded, now: assess.Judged) -> Difference | None:
    then = event.fact
    assert isinstance(then, Assessed)
    case = about(event)
    if then.pins.semantics != SEMANTICS:
        n = then.pins.semantics
        return Difference(
            event.position,
            case,
            f"判定按含义 {n} 作出,本程序不会推导",
            f"derived with meaning {n}, which is not known here",
        )
    steps: list[Assessed | StepFound] = [then, *(then.beside or ())]
    if any(digest(one.step, one.outcome, one.findings) != one.digest for one in steps):
        return Difference(event.position, case, "判定与它的摘要不符", "the verdict does not match its digest")
    again = (now.step.id, now.outcome, now.findings, now.rung, now.unsure, now.beside)
    if (then.step, then.outcome, then.findings, then.rung, then.unsure, then.beside) == again:
        return None
    pairs = zip(then.findings, now.findings, strict=False)
    clauses = [old.clause for old, new in pairs if old != new] or ["-"]
    return Difference(
        event.position,
        case,
        f"判定当时为“{then.outcome}”,重算为“{now.outcome}”;条件:{', '.join(clauses)}",
        f'the verdict was "{then.outcome}", derived again it is "{now.outcome}"; clauses: {", ".join(clauses)}',
    )


# ------------------------------------------------------------------------------------------------------- tallies


def _tallies(before: Before, events: list[Recorded], found: _Found) -> None:
    """Each decision of a stage is what the ballots before it come to."""
    groups: dict[tuple[Any, ...], list[tuple[Recorded, Seen]]] = defaultdict(list)
    for event in events:
        fact, seen = event.fact, before.see(event)
        assert isinstance(fact, StageDecided)
        if seen is None:
            found.differences.append(unfounded(event))
        elif replay_rounds.in_rounds(event, seen.route):
            found.rounds.append(event)
        else:
            groups[*seen.on, fact.stage].append((event, seen))
    for (*_, stage), same in groups.items():
        related = before.related(stage, {about(event): seen for event, seen in same})
        for event, seen in same:
            _tally(before, event, seen, related.get(about(event), {}), found)


def _tally(before: Before, event: Recorded, seen: Seen, related: Related, found: _Found) -> None:
    fact, state = event.fact, seen.case
    assert isinstance(fact, StageDecided)

    def say(zh: str, en: str) -> Difference:
        return Difference(event.position, about(event), zh, en)

    stage = stage_of(state, seen.route)
    if stage is None or stage.id != fact.stage:
        zh, en = (
            f"计票时申报不在环节“{fact.stage}”",
            f'the case was not in the stage "{fact.stage}" when it was decided',
        )
        found.differences.append(say(zh, en))
        return
    standing = [ballot.at for ballot in state.ballots.get(stage.id, {}).values()]
    unread = {before.unread[at] for at in standing if at in before.unread}
    if ALTERED in unread:
        found.differences.append(say("有保密票被改动,无法解读", "a confidential ballot was altered and cannot be read"))
    elif GONE in unread:
        zh, en = (
            "保密票的密钥已销毁,不能重新计票",
            "the key of its confidential ballots is gone: nobody can count them",
        )
        found.underivable.append(say(zh, en))
    else:
        day = event.envelope.occurred_from
        again = decision_of(state, seen.cycle, stage, seen.route, before.units, related, day)
        if again is None:
            found.differences.append(say("计票当时还不到时候", "the stage could not decide the case yet"))
        elif again != fact:
            zh = f"计票当时为“{fact.outcome}”,重算为“{again.outcome}”"
            en = f'the tally was "{fact.outcome}", counted again it is "{again.outcome}"'
            found.differences.append(say(zh, en))


# ---------------------------------------------------------------------------------------------------- conclusions


def _conclusions(district: District, before: Before, events: Iterable[Recorded]) -> list[Difference]:
    """Each grant and decline is what the decider makes of the case and its cycle as they stood, evidence included."""
    listed, differences = list(events), []
    used = _evidence(district, before, {one.position: one for one in listed if isinstance(one.fact, Granted)})
    for event in listed:
        fact, seen = event.fact, before.see(event)
        if seen is None or (isinstance(fact, Granted) and event.position not in used):
            differences.append(unfounded(event))
            continue
        counted, held, coming = used.get(event.position, ()), before.held(event), before.coming(event)
        ended, day = before.ended(event), event.envelope.occurred_from
        again = conclusion_of(seen.rules, seen.cycle, seen.case, counted, held, coming, ended, day)
        if again != fact:
            differences.append(Difference(event.position, about(event), *_otherwise(fact, again)))
    return differences


def _otherwise(fact: Fact, again: Granted | Declined | None) -> tuple[str, str]:
    """How a conclusion comes out now, in both languages."""
    if again is None:
        return "当时判定、评审或公示尚未完成", "verdict, review or notice were not complete then"
    if isinstance(fact, Granted) and isinstance(again, Granted) and again.evidence != fact.evidence:
        return "计入的佐证与当时所列不同", "other evidence counts than the grant lists"
    if isinstance(again, Granted):
        return "重新推导的认定与当时不同", "derived again it is a grant, and not as it was recorded"
    return (
        f"重新推导为驳回({again.reason}),与当时不同",
        f"derived again it is a decline ({again.reason}), not as recorded",
    )


def _evidence(district: District, before: Before, grants: Mapping[int, Recorded]) -> dict[int, tuple[int, ...]]:
    """For each grant, by position, the evidence that counts when its verdict is derived again."""
    by_pins = defaultdict(list)
    for position, event in grants.items():
        grant = event.fact
        assert isinstance(grant, Granted)
        told = before.streams[event.envelope.stream]
        verdict = next((one.fact for one in told if one.position == grant.assessed), None)
        if isinstance(verdict, Assessed):
            by_pins[verdict.pins, grant.rung].append((position, grant.subject))
    used: dict[int, tuple[int, ...]] = {}
    for (pins, to), same in by_pins.items():
        try:
            rules = assess.rules_of(district, pins)
            # Where the ladder places, the step is the one that is met to the rung that was granted.
            cohort = assess.of_cycle(district, rules, to, [subject for _, subject in same], [to] * len(same))
        except (LookupError, Refused):
            continue
        counted = assess.evidence_used(district, cohort)
        used |= {position: one for (position, _), one in zip(same, counted, strict=True)}
    return used
