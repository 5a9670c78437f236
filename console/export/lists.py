"""Lists that are read, not imported: cycles and their cases; and the training calendar, which is."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import select

from console.calendar_files import table
from console.export.looking import BATCH, Line, Look, line
from console.screens.cycle import CASE_PHASES, phase
from console.tables import Cell
from engine.records import imports as past
from engine.records.offers import listed
from engine.tables import case_table, cycle_table


def cycles(look: Look) -> Iterator[Line]:
    """Every review cycle."""
    for row in look.connection.execute(select(cycle_table).order_by(cycle_table.c.position)):
        said = (row.id, row.title, row.period, look.words.ladder(row.ladder), row.to, phase(row.phase, look.lang))
        named = dict(zip(("cycle", "title", "period", "ladder", "to", "phase"), said, strict=True))
        yield line(True, **named | {"to": look.words.rung(row.ladder, row.to)})


def cases(look: Look) -> Iterator[Line]:
    """Every case, or those of a cycle, with where it is."""
    row = case_table.c
    chosen = select(row.id, row.cycle, row.subject, row.phase, row.stage, row.rank, row.grade, row.rung)
    if look.cycle is not None:
        chosen = chosen.where(row.cycle == look.cycle)
    for block in look.connection.execute(chosen.order_by(row.nominated)).partitions(BATCH):
        known = look.known({one.subject for one in block})
        for one in block:
            ladder = look.words.ladder_of(one.cycle)
            yield line(
                True,
                case=one.id,
                cycle=look.words.cycle(one.cycle),
                code=known.code(one.subject),
                who=known.name(one.subject),
                phase=look.say(*CASE_PHASES.get(one.phase, (one.phase, one.phase))),
                stage=one.stage and look.words.stage(one.cycle, one.stage),
                rank=one.rank,
                grade=one.grade and look.words.grade(one.cycle, one.grade),
                rung=one.rung and look.words.rung(ladder, one.rung),
            )


def imports(look: Look) -> Iterator[Line]:
    """Past imports, the newest first."""
    for one in past.listed(look.district):
        yield line(
            True,
            id=one.id,
            day=one.since.astimezone(ZoneInfo(look.district.settings.time_zone)).date(),
            actor=one.actor,
            events=one.events,
            first=one.first,
            last=one.last,
            taken_back=one.taken_back or None,
        )


def calendar(look: Look) -> tuple[list[str], Iterator[list[Cell]]]:
    """The training calendar: its header, and its rows."""
    found = listed(look.district)
    if look.as_of is not None:
        found = [one for one in found if one.first <= look.as_of]
    rows = table(found, look.words)
    header = [str(cell) for cell in next(rows)]
    return header, iter(rows)
