"""Every verdict and every tally derived again from what each decision pinned, and compared finding by finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from engine import assess
from engine.advance import route
from engine.blocks import in_blocks
from engine.district import District
from events.envelope import Recorded
from events.facts import Assessed, BallotCast, Declined, Fact, Granted, StageDecided, StandingTakenOver
from events.tables import event_table
from ladders.model import SEMANTICS
from ladders.question import digest
from workflows.case import Case, approved, decline_of, grant_of, tally
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
        event.envelope.stream.removeprefix("case-"),
        "所依据的规定、对象或事件不在日志里",
        "it rests on rules, a subject or an event that the log does not have",
    )


def _compare(event: Recorded, now: assess.Judged) -> Difference | None:
    then = event.fact
    assert isinstance(then, Assessed)
    case = event.envelope.stream.removeprefix("case-")
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


def _tallies(district: District, events: list[Recorded]) -> list[Difference]:
    differences = []
    with district.reading() as connection:
        streams: dict[str, list[Recorded]] = {}
        for block in in_blocks(dict.fromkeys(one.envelope.stream for one in events)):
            streams |= district.log.read_many(connection, block)
    for event in events:
        fact, cycle = event.fact, event.envelope.correlation
        assert isinstance(fact, StageDecided)
        stage = next(one for one in route(district, cycle or "").stages if one.id == fact.stage)
        ballots = {
            one.fact.seat: one.fact
            for one in streams[event.envelope.stream]
            if isinstance(one.fact, BallotCast) and one.fact.stage == fact.stage and one.position < event.position
        }
        outcome, counted = tally(stage, ballots)
        if (outcome, counted) != (fact.outcome, fact.tally):
            differences.append(
                Difference(
                    event.position,
                    event.envelope.stream.removeprefix("case-"),
                    f"计票当时为“{fact.outcome}”,重算为“{outcome}”",
                    f'the tally was "{fact.outcome}", counted again it is "{outcome}"',
                )
            )
    return differences


def _conclusions(district: District, events: list[Recorded]) -> list[Difference]:
    """Each grant and decline is what the decider makes of the case and its cycle as they stood, evidence included."""
    differences = []
    grants = {one.position: one.fact for one in events if isinstance(one.fact, Granted)}
    with district.reading() as connection:
        streams: dict[str, list[Recorded]] = {}
        names = {name for one in events for name in (one.envelope.stream, f"cycle-{one.envelope.correlation}")}
        for block in in_blocks(names):
            streams |= district.log.read_many(connection, block)
        verdicts = district.log.read_at(connection, {grant.assessed for grant in grants.values()})
    used = _evidence(district, grants, {one.position: one.fact for one in verdicts})
    for event in events:
        differs = _concluded(district, event, streams, used)
        if differs is not None:
            differences.append(Difference(event.position, event.envelope.stream.removeprefix("case-"), *differs))
    return differences


def _concluded(
    district: District, event: Recorded, streams: Mapping[str, list[Recorded]], used: Mapping[int, tuple[int, ...]]
) -> tuple[str, str] | None:
    """How a grant or decline differs from what the decider makes of the log before it; None where it does not."""
    fact, stream = event.fact, event.envelope.stream
    own = f"cycle-{event.envelope.correlation}"
    state: Case = fold(stream, [one for one in streams[stream] if one.position < event.position])
    cycle: Cycle = fold(own, [one for one in streams[own] if one.position < event.position])
    unfounded = "所依据的记录不在日志里", "it rests on what is not in the log"
    if cycle.opened is None or cycle.opened.version not in district.ladders or state.assessed is None:
        return unfounded
    rules = district.ladders[cycle.opened.version]
    ways = route_of(rules, cycle.opened.to)
    if isinstance(fact, Declined):
        again = decline_of(state, ways, held=fact.reason == "held already")
        return None if again == fact else ("重新推导的驳回与当时不同", "the decline comes out otherwise")
    if state.assessed.outcome != "met" or not approved(state, ways) or cycle.notice is None:
        return "认定时判定、评审或公示尚未完成", "verdict, review or notice were not complete when it was granted"
    if event.position not in used:
        return unfounded
    grant = grant_of(rules, cycle, state, used[event.position])
    if isinstance(fact, Granted) and grant.evidence != fact.evidence:
        return "计入的佐证与当时所列不同", "other evidence counts than the grant lists"
    return None if grant == fact else ("重新推导的认定与当时不同", "the grant comes out otherwise")


def _evidence(
    district: District, grants: Mapping[int, Granted], found: Mapping[int, Fact]
) -> dict[int, tuple[int, ...]]:
    """For each grant the evidence that counts when its verdict is derived again."""
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
