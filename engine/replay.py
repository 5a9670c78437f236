"""Every verdict and every tally derived again from what each decision pinned, and compared finding by finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from engine import assess, worlds
from engine.blocks import in_blocks
from engine.district import District
from events.envelope import Recorded
from events.facts import Assessed, Declined, Fact, Granted, StageDecided, StandingTakenOver
from events.tables import event_table
from ladders.model import SEMANTICS, Ladder
from ladders.question import digest
from workflows.case import Case, conclusion_of, decision_of, stage_of
from workflows.commands import Refused
from workflows.cycle import Cycle, route_of
from workflows.deciding import fold

BLOCK = 5_000


@dataclass(frozen=True)
class Difference:
    """A decision that does not come out as it was recorded."""

    position: int
    case: str
    zh: str
    en: str


@dataclass(frozen=True)
class Replayed:
    """How many verdicts, tallies, grants and declines were derived again, and those that came out otherwise.

    ``taken_over`` counts the titles that were held before us: they are taken over, not derived.
    """

    verdicts: int
    tallies: int
    grants: int
    declines: int
    taken_over: int
    differences: tuple[Difference, ...]


def replay(district: District, cycle: str | None = None, progress: Callable[[int], None] | None = None) -> Replayed:
    """Derive again every decision of a cycle, or of all: verdicts, tallies, grants and declines."""
    verdicts = tallies = grants = declines = 0
    differences: list[Difference] = []
    for block in _decisions(district, cycle):
        assessed = [one for one in block if isinstance(one.fact, Assessed)]
        decided = [one for one in block if isinstance(one.fact, StageDecided)]
        concluded = [one for one in block if isinstance(one.fact, (Granted, Declined))]
        differences += _verdicts(district, assessed)
        differences += _tallies(district, decided)
        differences += _conclusions(district, concluded)
        verdicts, tallies = verdicts + len(assessed), tallies + len(decided)
        grants += sum(isinstance(one.fact, Granted) for one in concluded)
        declines += sum(isinstance(one.fact, Declined) for one in concluded)
        if progress:
            progress(len(block))
    taken_over = 0 if cycle is not None else _taken_over(district)
    return Replayed(
        verdicts, tallies, grants, declines, taken_over, tuple(sorted(differences, key=lambda one: one.position))
    )


def _taken_over(district: District) -> int:
    with district.reading() as connection:
        counted = select(func.count()).where(event_table.c.type == StandingTakenOver.TYPE)
        return int(connection.execute(counted).scalar_one())


def same_verdict(district: District, event: Recorded) -> bool:
    """Whether one verdict comes out as it was recorded."""
    return not _verdicts(district, [event])


def _decisions(district: District, cycle: str | None) -> Iterator[list[Recorded]]:
    types, after = (Assessed.TYPE, StageDecided.TYPE, Granted.TYPE, Declined.TYPE), 0
    while True:
        with district.reading() as connection:
            events = district.log.read_after(connection, after, BLOCK, types)
        if not events:
            return
        after = events[-1].position
        yield [one for one in events if cycle is None or one.envelope.correlation == cycle]


def _subjects(district: District, events: list[Recorded]) -> dict[str, str]:
    """Case to subject, from the log's own nominations."""
    found = {}
    with district.reading() as connection:
        for block in in_blocks(dict.fromkeys(one.envelope.stream for one in events)):
            for stream, recorded in district.log.read_many(connection, block).items():
                found[stream] = str(getattr(recorded[0].fact, "subject", ""))
    return found


def _verdicts(district: District, events: list[Recorded]) -> list[Difference]:
    by_pins = defaultdict(list)
    for event in events:
        assert isinstance(event.fact, Assessed)
        by_pins[event.fact.pins, event.fact.step.partition("→")[2]].append(event)
    differences = []
    subjects = _subjects(district, events)
    for (pins, to), same in by_pins.items():
        try:
            rules = assess.rules_of(district, pins)
            cohort = assess.assess(district, rules, to, [subjects[e.envelope.stream] for e in same])
        except (LookupError, Refused):
            differences += [_unfounded(event) for event in same]
            continue
        for i, event in enumerate(same):
            found = _compare(event, cohort.judged(i))
            if found:
                differences.append(found)
    return differences


def _unfounded(event: Recorded) -> Difference:
    """What is said of a decision that names rules, a subject or an event which the log does not have."""
    return Difference(
        event.position,
        _case(event),
        "所依据的规定、对象或事件不在日志里",
        "it rests on rules, a subject or an event that the log does not have",
    )


def _compare(event: Recorded, now: assess.Judged) -> Difference | None:
    then = event.fact
    assert isinstance(then, Assessed)
    case = _case(event)
    if then.pins.semantics != SEMANTICS:
        n = then.pins.semantics
        return Difference(
            event.position,
            case,
            f"判定按含义 {n} 作出,本程序不会推导",
            f"derived with meaning {n}, which is not known here",
        )
    if digest(then.step, then.outcome, then.findings) != then.digest:
        return Difference(event.position, case, "判定与它的摘要不符", "the verdict does not match its digest")
    if (then.step, then.outcome, then.findings) == (now.step.id, now.outcome, now.findings):
        return None
    pairs = zip(then.findings, now.findings, strict=False)
    clauses = [old.clause for old, new in pairs if old != new] or ["-"]
    return Difference(
        event.position,
        case,
        f"判定当时为“{then.outcome}”,重算为“{now.outcome}”;条件:{', '.join(clauses)}",
        f'the verdict was "{then.outcome}", derived again it is "{now.outcome}"; clauses: {", ".join(clauses)}',
    )


@dataclass
class _Before:
    """The cases and cycles of some events, and the standings of their subjects, to be seen as before each event."""

    district: District
    streams: dict[str, list[Recorded]]
    standings: dict[str, list[worlds.Standing]]

    @classmethod
    def of(cls, district: District, events: list[Recorded]) -> _Before:
        """Fetch them all at once."""
        streams: dict[str, list[Recorded]] = {}
        names = {name for one in events for name in (one.envelope.stream, f"cycle-{one.envelope.correlation}")}
        with district.reading() as connection:
            for block in in_blocks(sorted(names)):
                streams |= district.log.read_many(connection, block)
            standings = worlds.standings(connection, {_case(one) for one in events})
        return cls(district, streams, standings)

    def see(self, event: Recorded) -> tuple[Case, Cycle, Ladder] | None:
        """A case and its cycle just before an event, and the cycle's ladder; None where one of them is not there."""
        stream, own = event.envelope.stream, f"cycle-{event.envelope.correlation}"
        state: Case = fold(stream, [one for one in self.streams[stream] if one.position < event.position])
        cycle: Cycle = fold(own, [one for one in self.streams[own] if one.position < event.position])
        if cycle.opened is None or cycle.opened.version not in self.district.ladders or state.nominated is None:
            return None
        return state, cycle, self.district.ladders[cycle.opened.version]

    def held(self, event: Recorded) -> set[tuple[str, str]]:
        """The standings that the case's subject held on the day of an event, as known just before it."""
        there = self.standings.get(_case(event), ())
        return worlds.held_on(there, event.envelope.occurred_from, event.position - 1)


def _case(event: Recorded) -> str:
    return event.envelope.stream.removeprefix("case-")


def _tallies(district: District, events: list[Recorded]) -> list[Difference]:
    """Each decision of a stage is what the ballots before it come to."""
    differences, before = [], _Before.of(district, events)
    for event in events:
        fact, seen = event.fact, before.see(event)
        assert isinstance(fact, StageDecided)
        if seen is None:
            differences.append(_unfounded(event))
            continue
        state, cycle, rules = seen
        assert cycle.opened is not None
        route = route_of(rules, cycle.opened.to)
        stage = stage_of(state, route)
        if stage is None or stage.id != fact.stage:
            said = (
                f"计票时申报不在环节“{fact.stage}”",
                f'the case was not in the stage "{fact.stage}" when it was decided',
            )
            differences.append(Difference(event.position, _case(event), *said))
        elif (again := decision_of(state, stage, route)) != fact:
            said = (
                f"计票当时为“{fact.outcome}”,重算为“{again.outcome}”",
                f'the tally was "{fact.outcome}", counted again it is "{again.outcome}"',
            )
            differences.append(Difference(event.position, _case(event), *said))
    return differences


def _conclusions(district: District, events: list[Recorded]) -> list[Difference]:
    """Each grant and decline is what the decider makes of the case and its cycle as they stood, evidence included."""
    differences, before = [], _Before.of(district, events)
    used = _evidence(district, {one.position: one.fact for one in events if isinstance(one.fact, Granted)})
    for event in events:
        fact, seen = event.fact, before.see(event)
        if seen is None or (isinstance(fact, Granted) and event.position not in used):
            differences.append(_unfounded(event))
            continue
        state, cycle, rules = seen
        counted, held = used.get(event.position, ()), before.held(event)
        again = conclusion_of(rules, cycle, state, counted, held, event.envelope.occurred_from)
        if again != fact:
            differences.append(Difference(event.position, _case(event), *_otherwise(fact, again)))
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


def _evidence(district: District, grants: Mapping[int, Granted]) -> dict[int, tuple[int, ...]]:
    """For each grant, by position, the evidence that counts when its verdict is derived again."""
    with district.reading() as connection:
        verdicts = district.log.read_at(connection, {grant.assessed for grant in grants.values()})
    found = {one.position: one.fact for one in verdicts}
    by_pins = defaultdict(list)
    for position, grant in grants.items():
        verdict = found.get(grant.assessed)
        if isinstance(verdict, Assessed):
            by_pins[verdict.pins, grant.rung].append(position)
    used: dict[int, tuple[int, ...]] = {}
    for (pins, to), positions in by_pins.items():
        try:
            rules = assess.rules_of(district, pins)
            cohort = assess.assess(district, rules, to, [grants[position].subject for position in positions])
        except (LookupError, Refused):
            continue
        used |= dict(zip(positions, assess.evidence_used(district, cohort), strict=True))
    return used
