"""Scheduled cycles: what a schedule owes by today, and the cycles that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.assessing.assess import rules_for
from engine.clock import CLOCKWORK, log_day
from engine.district import District
from engine.tables import schedule_table
from events.facts import CycleScheduled
from workflows import schedule as schedules
from workflows.acts import RunSchedule
from workflows.commands import Landed, OpenCycle
from workflows.deciding import fold


@dataclass(frozen=True)
class ScheduleLine:
    """A schedule as a list shows it: what opens, how often, and on which day next; none once it ended."""

    id: str
    ladder: str
    to: str
    scope: str | None
    every: str
    first: date
    submission_days: int
    missed: str
    runs: int
    next: date | None


def listed(district: District) -> list[ScheduleLine]:
    """Every schedule, those that go on first, by the day of their next run."""
    row = schedule_table.c
    with district.reading() as connection:
        rows = connection.execute(select(schedule_table).order_by(row.next.is_(None), row.next, row.position)).all()
    return [
        ScheduleLine(
            id=one.id,
            ladder=one.ladder,
            to=one.to,
            scope=one.scope,
            every=one.every,
            first=date.fromordinal(one.first),
            submission_days=one.submission_days,
            missed=one.missed,
            runs=one.runs,
            next=date.fromordinal(one.next) if one.next else None,
        )
        for one in rows
    ]


def find(district: District, ladder: str, to: str, scope: str | None) -> ScheduleLine | None:
    """The schedule that opens these cycles already; none if there is none that goes on."""
    wanted = (ladder, to, scope)
    return next((one for one in listed(district) if one.next and (one.ladder, one.to, one.scope) == wanted), None)


def owing(district: District) -> tuple[str, ...]:
    """The schedules of which a run is due by today."""
    row = schedule_table.c
    due = select(row.id).where(row.next <= log_day(district).toordinal()).order_by(row.next, row.id)
    with district.reading() as connection:
        return tuple(connection.execute(due).scalars())


def state_of(district: District, schedule: str) -> schedules.Schedule:
    """A schedule as its stream tells it."""
    stream = schedules.stream(schedule)
    with district.reading() as connection:
        found: schedules.Schedule = fold(stream, district.log.read(connection, stream))
    return found


def run(district: District, schedule: str) -> int:
    """Open the cycles that a schedule owes, and leave out what it missed; how many events that appended.

    Raises Refused where a cycle cannot be opened, such as when the ladder is no longer in force: the run stays owed.
    """
    appended = 0
    while True:
        state, today = state_of(district, schedule), log_day(district)
        owed = schedules.owed(state, today, district.settings.school_year_starts)
        if not owed or state.scheduled is None:
            return appended
        opens = next((one for one in owed if one.opens), None)
        opening = None
        if opens is not None:
            asked, last = state.scheduled, schedules.deadline(state.scheduled, today)
            opening = OpenCycle(
                id=district.command_id(),
                asking=CLOCKWORK,
                cycle=district.new_id("y"),
                ladder=asked.ladder,
                to=asked.to,
                period=opens.period,
                scope=asked.scope,
                title=_title(district, asked, opens.period, last),
                as_of=last,
                deadline=last,
            )
        command = RunSchedule(id=district.command_id(), asking=CLOCKWORK, schedule=schedule, opening=opening)
        answer = district.handle(command)
        if not isinstance(answer, Landed):
            return appended
        appended += len(answer.positions)


def _title(district: District, asked: CycleScheduled, period: str, as_of: date) -> str:
    """What a cycle is called that opens by itself: as its ladder calls itself and the rung."""
    rules = rules_for(district, asked.ladder, as_of).ladder
    return f"{period} {rules.title.zh}" + ("" if rules.placement else f":{rules.rung(asked.to).title.zh}")
