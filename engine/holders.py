"""How many hold the rungs of a ladder on a day, and at the end of each year."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from engine.district import District
from engine.lasting import STANDING
from engine.tables import evidence_table


def holders(district: District, ladder: str, days: Sequence[date], known_at: int) -> list[dict[str, int]]:
    """By day how many subjects hold each rung of a ladder, as known at a position; rungs that nobody holds are not in.

    The standings in force are those that ``engine.subjects.standings`` tells, one by one.
    """
    row, found = evidence_table.c, list[dict[str, int]]()
    in_view = (
        (row.kind == STANDING)
        & row.other.is_not(None)
        & (row.known <= known_at)
        & (row.voided.is_(None) | (row.voided > known_at))
    )
    with district.reading() as connection:
        said = dict[str, list[str]]()
        for text in connection.execute(select(row.attributes).where(in_view).distinct()).scalars():
            if (told := json.loads(text))["ladder"] == ladder:
                said.setdefault(told["rung"], []).append(text)
        for day in days:
            on_day = in_view & (row.first <= day.toordinal()) & (row.until >= day.toordinal())
            counted = {
                rung: connection.execute(
                    select(func.count(row.subject.distinct())).where(on_day, row.attributes.in_(texts))
                ).scalar_one()
                for rung, texts in said.items()
            }
            found.append({rung: count for rung, count in counted.items() if count})
    return found


def first_day(district: District, ladder: str, known_at: int) -> date | None:
    """The first day on which anybody held a rung of a ladder, as known at a position; None where nobody ever did."""
    row = evidence_table.c
    chosen = select(row.attributes, func.min(row.first)).where(
        row.kind == STANDING,
        row.other.is_not(None),
        row.known <= known_at,
        row.voided.is_(None) | (row.voided > known_at),
        row.first <= row.until,
    )
    with district.reading() as connection:
        rows = connection.execute(chosen.group_by(row.attributes)).all()
    days = [first for text, first in rows if json.loads(text)["ladder"] == ladder]
    return date.fromordinal(min(days)) if days else None
