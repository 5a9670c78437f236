"""What happened in a review beside verdicts and ballots, and which standings ended: in lines, as the log tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import select

from console.screens.paper import Paper, day, number, position
from console.screens.telling import named, what
from console.screens.vocabulary import Vocabulary, who
from engine import history
from engine.district import District
from engine.people import names
from events.envelope import Recorded
from events.facts import (
    CaseResubmitted,
    CaseReturned,
    CycleScheduled,
    Declined,
    Fact,
    Granted,
    ObjectionDecided,
    ObjectionHeard,
    ObjectionRaised,
    RunOpened,
    SeatDelegated,
    SeatRecused,
    StageDecided,
    StandingDemoted,
    StandingLapsed,
    StandingRevoked,
    WindowOpened,
)
from events.tables import event_table

ACTS: tuple[type[Fact], ...] = (
    *(SeatDelegated, SeatRecused, CaseReturned, CaseResubmitted, WindowOpened),
    *(ObjectionRaised, ObjectionHeard, ObjectionDecided, CycleScheduled, RunOpened, StandingRevoked, StandingDemoted),
)
"""Each of these has a line of its own."""
_Line = tuple[str, str, str]


def happened(district: District, cycle: str, lang: str) -> Paper:
    """The acts of a review in the order of their days, and the standings that ended meanwhile."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    rows = [
        *_acts(district, cycle, words),
        *_stood_aside(district, cycle, paper),
        *_granted(district, cycle, paper),
        *_lapsed(district, paper, words),
    ]
    paper.table(sorted(rows, key=lambda row: row[0]), indent=0, most=40)
    return paper


def _events(district: District, *types: type[Fact]) -> list[Recorded]:
    chosen = select(event_table.c.position).where(event_table.c.type.in_([one.TYPE for one in types]))
    with district.reading() as connection:
        return district.log.read_at(connection, connection.execute(chosen).scalars().all())


def _acts(district: District, cycle: str, words: Vocabulary) -> Iterator[_Line]:
    """Day, whom it is about, and what was done."""
    events = [one for one in _events(district, *ACTS) if getattr(one.fact, "cycle", cycle) == cycle]
    objected = {one.envelope.stream for one in events if isinstance(one.fact, ObjectionRaised)}
    events += [one for one in _events(district, Declined) if one.envelope.stream in objected]
    told = history.told(district, sorted(events, key=lambda one: one.position))
    with district.reading() as connection:
        people = {one.about for one in told} | {name for one in told for name in named(one)}
        known = names.called(connection, district.log, district.vault, people)
    for one in told:
        fact, stream = one.event.fact, one.event.envelope.stream
        said = what(one, known, words)
        if isinstance(fact, StandingRevoked | StandingDemoted) and fact.judgement is not None:
            said += f" {'、'.join(map(position, fact.judgement.evidence))}"
        about = who(known, one.about) if stream.startswith(("case-", "subject-")) else ""
        yield day(one.event.envelope.occurred_from), about, said


def _stood_aside(district: District, cycle: str, paper: Paper) -> Iterator[_Line]:
    """In how many decisions of a stage a seat was recused, by the rule or by its own word."""
    cases = {f"case-{case}" for case in district.cases_of(cycle).values()}
    counts, days, words = Counter[str](), dict[str, str](), Vocabulary(district, paper.lang)
    for one in _events(district, StageDecided):
        if isinstance(one.fact, StageDecided) and one.fact.tally.recused and one.envelope.stream in cases:
            counts[one.fact.stage] += len(one.fact.tally.recused)
            days[one.fact.stage] = day(one.envelope.occurred_from)
    for stage, count in counts.items():
        where = words.stage(cycle, stage)
        said = f"{where}计票:回避 {count} 席次", f"{where} was counted; seats recused: {count}"
        yield days[stage], "", paper.say(*said)


def _granted(district: District, cycle: str, paper: Paper) -> Iterator[_Line]:
    """How many were granted, and from which day on: those whom nothing froze first."""
    zone = ZoneInfo(district.settings.time_zone)
    counts = Counter(
        (day(one.envelope.recorded_at.astimezone(zone).date()), one.fact.in_force_from)
        for one in _events(district, Granted)
        if isinstance(one.fact, Granted) and one.fact.cycle == cycle
    )
    for (granted, first), count in counts.items():
        yield granted, "", paper.say(f"认定 {number(count)} 人,{first} 起", f"{number(count)} granted, from {first} on")


def _lapsed(district: District, paper: Paper, words: Vocabulary) -> Iterator[_Line]:
    """By rung and day how many standings came to the end of their term."""
    counts = Counter(
        (day(one.envelope.occurred_from), one.fact.ladder, one.fact.rung)
        for one in _events(district, StandingLapsed)
        if isinstance(one.fact, StandingLapsed)
    )
    for (first, ladder, rung), count in counts.items():
        title = words.rung(ladder, rung)
        said = f"{title} {number(count)} 人任期届满", f"the terms of {number(count)} of rung “{title}” had ended"
        yield first, "", paper.say(*said)
