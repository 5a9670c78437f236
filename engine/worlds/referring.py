"""What else is told of subjects: whoever was recorded by mistake can be taken back only while nothing is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine.blocks import in_blocks
from engine.projections.imports import taken_back
from engine.projections.lasting import EMPLOYMENT, MEMBER, MENTEE, STUDIOS, UNITS
from engine.tables import (
    LASTS,
    business_key_table,
    case_table,
    cycle_table,
    evidence_table,
    schedule_table,
    story_table,
    subject_table,
)
from events.facts import CycleOpened
from events.log import Log
from events.tables import EACH, event_table, many

_SUBJECTS = select(subject_table.c.id, subject_table.c.number, subject_table.c.kind, subject_table.c.position).where(
    subject_table.c.id.in_(select(EACH))
)
_STORY = select(story_table).where(story_table.c.subject.in_(select(EACH)))
_CASES = select(case_table.c.id, case_table.c.subject).where(case_table.c.subject.in_(select(EACH)))
_TAKEN = select(business_key_table.c.key).where(business_key_table.c.key.in_(select(EACH)))
_LINE = evidence_table.c
_LASTS = select(_LINE.recorded, _LINE.subject, _LINE.other).where(
    _LINE.kind.in_((EMPLOYMENT, MEMBER, MENTEE, STUDIOS, UNITS)), _LINE.voided.is_(None), LASTS
)
LASTING = _LASTS.where(_LINE.subject.in_(select(EACH))).union_all(_LASTS.where(_LINE.other.in_(select(EACH))))
"""Two questions, each of which an index answers; asked as one with ``OR`` it goes through every employment there is."""


def referring(
    connection: Connection, log: Log, subjects: Iterable[str], without: Collection[int] = ()
) -> dict[str, set[int]]:
    """By subject the positions of all events that tell of it besides the one that began it; subjects without any are
    left out, and so is what was taken back, or stands at positions ``without`` which it is asked."""
    rows = {row.id: row for row in connection.execute(_SUBJECTS, many(dict.fromkeys(subjects)))}
    found: dict[str, set[int]] = defaultdict(set)
    streams = {f"subject-{name}": name for name in rows} | {
        f"case-{row.id}": row.subject for row in connection.execute(_CASES, many(rows))
    }
    for stream, events in log.read_many(connection, streams).items():
        gone = {taken_back(one.fact) for one in events}
        found[streams[stream]] |= {
            one.position for one in events if one.position not in gone and taken_back(one.fact) is None
        }
    _elsewhere(connection, log, rows, found)
    _lasting(connection, rows, found)
    _scopes(connection, log, [name for name, row in rows.items() if row.kind == "unit"], found)
    return {name: left for name, at in found.items() if (left := at - {rows[name].position} - set(without))}


def _elsewhere(connection: Connection, log: Log, rows: Collection[str], found: dict[str, set[int]]) -> None:
    """Events of other streams that name a subject: of groups and mentees, of panels."""
    told: dict[int, set[str]] = defaultdict(set)
    for row in connection.execute(_STORY, many(rows)):
        told[row.position].add(row.subject)
    keys = {f"taken back/{at}" for at in told}
    gone = set(connection.execute(_TAKEN, many(keys)).scalars())
    for event in log.read_at(connection, told):
        if f"taken back/{event.position}" not in gone and taken_back(event.fact) is None:
            for subject in told[event.position]:
                found[subject].add(event.position)


def _lasting(connection: Connection, rows: Mapping[str, Any], found: dict[str, set[int]]) -> None:
    """What lasts between a subject and another: who is employed in a unit, which units it has, who are in a group."""
    numbers = {row.number: name for name, row in rows.items()}
    for recorded, subject, other in connection.execute(LASTING, many(numbers)):
        for number in {subject, other} & numbers.keys():
            found[numbers[number]].add(recorded)


def _scopes(connection: Connection, log: Log, units: list[str], found: dict[str, set[int]]) -> None:
    """Cycles and schedules for the people of a unit."""
    if not units:
        return
    row = schedule_table.c
    for block in in_blocks(units):
        for scope, position in connection.execute(select(row.scope, row.position).where(row.scope.in_(block))):
            found[scope].add(position)
    streams = [f"cycle-{name}" for name in connection.execute(select(cycle_table.c.id)).scalars()]
    first = select(event_table.c.position).where(event_table.c.stream.in_(select(EACH)), event_table.c.version == 1)
    for event in log.read_at(connection, list(connection.execute(first, many(streams)).scalars())):
        if isinstance(event.fact, CycleOpened) and event.fact.scope in units:
            found[event.fact.scope].add(event.position)
