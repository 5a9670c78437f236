"""Standings as days go by: who holds what, and terms that end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, exists, select

from engine.clock import CLOCKWORK, log_day
from engine.district import District
from engine.tables import standing_table
from workflows.acts import LapseStandings
from workflows.commands import Landed

CHUNK = 500
"""Standings in a chunk: one command, one transaction."""


@dataclass(frozen=True)
class StandingLine:
    """A standing as a list shows it; ``until`` is the last day on which it is held, ``ended`` what ended it."""

    subject: str
    position: int
    ladder: str
    rung: str
    first: date
    term_until: date | None
    until: date | None
    state: str
    ended: int | None


def listed(
    district: District, ladder: str | None = None, states: Collection[str] = (), subjects: Collection[str] = ()
) -> list[StandingLine]:
    """Standings in the order in which they were given: of a ladder, in these states, of these subjects, or all."""
    row = standing_table.c
    chosen = select(standing_table).order_by(row.position)
    if ladder is not None:
        chosen = chosen.where(row.ladder == ladder)
    if states:
        chosen = chosen.where(row.state.in_(states))
    if subjects:
        chosen = chosen.where(row.subject.in_(subjects))
    return _lines(district, chosen)


def ending(district: District, until: date) -> list[StandingLine]:
    """Standings whose term ends by a day, or has ended, and that nothing followed yet, as they run out."""
    row = standing_table.c
    chosen = select(standing_table).where(row.state == "held", row.until <= until.toordinal(), row.until >= row.first)
    return _lines(district, chosen.order_by(row.until, row.position))


def _lines(district: District, chosen: Select[Any]) -> list[StandingLine]:
    with district.reading() as connection:
        return [
            StandingLine(
                subject=one.subject,
                position=one.position,
                ladder=one.ladder,
                rung=one.rung,
                first=date.fromordinal(one.first),
                term_until=_day(one.term_until),
                until=_day(one.until),
                state=one.state,
                ended=one.ended,
            )
            for one in connection.execute(chosen)
        ]


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


# ------------------------------------------------------------------------------------------------------- lapses


def lapsing(district: District) -> tuple[tuple[str, int], ...]:
    """(subject, position) of every standing whose term is over and that nothing followed, as they ran out."""
    yesterday = log_day(district) - timedelta(days=1)
    row, later = standing_table.c, standing_table.alias("later").c
    followed = exists().where(
        later.subject == row.subject,
        later.ladder == row.ladder,
        later.position != row.position,
        later.first >= row.first,
        later.first <= row.term_until + 1,
    )
    suspended = select(standing_table).where(
        row.state == "suspended", row.term_until <= yesterday.toordinal(), row.term_until >= row.first, ~followed
    )
    over = [*ending(district, yesterday), *_lines(district, suspended.order_by(row.term_until, row.position))]
    return tuple((one.subject, one.position) for one in over)


def lapse(district: District, standings: Iterable[tuple[str, int]]) -> int:
    """Record that these lapsed, each on the day after its last; how many events that appended."""
    appended, left = 0, list(standings)
    while left:
        chunk = dict[str, int]()  # one of each subject, the earliest; the others go with the next command
        for subject, position in left:
            chunk.setdefault(subject, position)
        command = LapseStandings(id=district.command_id(), asking=CLOCKWORK, standings=chunk)
        answer = district.handle(command)
        appended += len(answer.positions) if isinstance(answer, Landed) else 0
        left = [(subject, position) for subject, position in left if chunk[subject] != position]
    return appended
