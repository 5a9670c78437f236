"""Dispensations as a list: whose, from which clause, since when and until when."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from engine.district import District
from engine.projections.lasting import DISPENSATION
from engine.tables import LASTS, evidence_table, subject_table
from ladders.evidence.columns import FOREVER, WAIVED
from workflows.commands import Refused


@dataclass(frozen=True)
class DispensationLine:
    """A dispensation as it stands: ``at_least`` is the lowered number, None waives the clause."""

    position: int
    subject: str
    ladder: str
    clause: str
    at_least: Decimal | None
    first: date
    until: date | None

    def state(self, day: date) -> str:
        """``to come``, ``in force`` or ``over`` on a day."""
        if day < self.first:
            return "to come"
        return "in force" if self.until is None or day <= self.until else "over"


def listed(
    district: District, ladder: str | None = None, subjects: Collection[str] = (), day: date | None = None
) -> list[DispensationLine]:
    """Dispensations in the order in which they were granted: of a ladder, of these subjects, in force on a day, or all.

    One that ended on its first day never was, and is not among them.
    """
    row = evidence_table.c
    chosen = (
        select(evidence_table, subject_table.c.id)
        .join(subject_table, subject_table.c.number == row.subject)
        .where(row.kind == DISPENSATION, LASTS, row.voided.is_(None))
        .order_by(row.recorded)
    )
    if subjects:
        chosen = chosen.where(subject_table.c.id.in_(subjects))
    found = []
    with district.reading() as connection:
        for one in connection.execute(chosen):
            said = json.loads(one.attributes)
            line = DispensationLine(
                position=one.recorded,
                subject=one.id,
                ladder=said["ladder"],
                clause=said["clause"],
                at_least=None if one.amount == WAIVED else Decimal(one.amount).scaleb(-one.scale).normalize(),
                first=date.fromordinal(one.first),
                until=None if one.until == FOREVER else date.fromordinal(one.until),
            )
            if ladder in (None, line.ladder) and (day is None or line.state(day) == "in force"):
                found.append(line)
    return found


def find(district: District, position: int) -> DispensationLine:
    """The dispensation that was granted at a position; Refused if there is none."""
    for one in listed(district):
        if one.position == position:
            return one
    raise Refused(
        "no dispensation",
        f"没有这项放宽(#{position:,});请用 jieti dispensation list 查看",
        f"there is no such dispensation (#{position:,}); jieti dispensation list shows them",
    )
