"""What keeps a person's record: employment aside, what is under way, what they hold, and the newest decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection, select

from engine.projections.retelling import TAKEN_BACK
from engine.tables import case_table, cycle_table, story_table, subject_table
from engine.worlds import holding
from events.facts import PersonHired
from events.tables import EACH, event_table, many
from workflows.shown import Kept, StandingHeld

ENDED = ("granted", "declined", "withdrawn")
_HOSTED = select(subject_table.c.id).where(subject_table.c.host.in_(select(EACH)))
_BEGAN = (
    select(subject_table.c.kind, event_table.c.type)
    .join(event_table, event_table.c.position == subject_table.c.position)
    .where(subject_table.c.id.in_(select(EACH)))
)
_CASES = select(case_table.c.id, case_table.c.phase, case_table.c.position).where(
    case_table.c.subject.in_(select(EACH))
)
_PARTS = (
    select(event_table.c.stream)
    .join(story_table, story_table.c.position == event_table.c.position)
    .where(story_table.c.subject.in_(select(EACH)))
    .distinct()
)
_CYCLES_OF = select(case_table.c.cycle).where(case_table.c.id.in_(select(EACH))).distinct()
_CYCLES = select(cycle_table.c.title, cycle_table.c.phase, cycle_table.c.position).where(
    cycle_table.c.id.in_(select(EACH))
)
_DAYS = select(event_table.c.occurred_until).where(event_table.c.position.in_(select(EACH)))


def kept(connection: Connection, persons: Iterable[str], today: date) -> dict[str, Kept]:
    """What keeps the records of these persons, one after another: seldom is more than one asked for."""
    return {person: _kept(connection, person, today) for person in persons}


def _kept(connection: Connection, person: str, today: date) -> Kept:
    whose = [person, *connection.execute(_HOSTED, many([person])).scalars()]
    cases = connection.execute(_CASES, many(whose)).all()
    cycles = connection.execute(_CYCLES, many(_took_part(connection, person))).all()
    standings = [one for every in holding.standings_of(connection, whose).values() for one in every]
    ends = {one.position for one in cases if one.phase in ENDED} | {one.position for one in cycles}
    for standing in standings:
        ends |= {standing.position, standing.ended or standing.position}
    days = [date.fromisoformat(day) for day in connection.execute(_DAYS, many(ends)).scalars()]
    days += [one.until for one in standings if one.until is not None and one.until < today]
    return Kept(
        cases=tuple(one.id for one in cases if one.phase not in ENDED),
        cycles=tuple(one.title for one in cycles if one.phase != "finished"),
        standings=tuple((one.ladder, one.rung, one.until) for one in standings if _in_force(one, today)),
        decided=max(days, default=None),
        taken_back=connection.execute(_BEGAN, many([person])).first() == (TAKEN_BACK, PersonHired.TYPE),
    )


def _took_part(connection: Connection, person: str) -> Iterator[str]:
    """The cycles in which a person takes part otherwise than as a candidate: on a panel, signing, objecting."""
    cases = list[str]()
    for stream in connection.execute(_PARTS, many([person])).scalars():
        category, _, name = stream.partition("-")
        if category == "cycle":
            yield name
        elif category == "case":
            cases.append(name)
    if cases:
        yield from connection.execute(_CYCLES_OF, many(cases)).scalars()


def _in_force(standing: StandingHeld, today: date) -> bool:
    lasts = standing.until is None or standing.until >= today
    return standing.state == "suspended" or (standing.state in ("held", "succeeded") and lasts)
