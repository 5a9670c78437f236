"""How many hold the rungs of a ladder on a day, and at the end of each year."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select

from engine.district import District
from engine.projections.lasting import STANDING
from engine.tables import LASTS, evidence_table


class Holders:
    """Every standing on a ladder, as known at a position: who holds, or held, which rung from when until when.

    They are those that ``engine.people.subjects.standings`` tells one by one; read once, to be asked about many days.
    """

    def __init__(self, district: District, ladder: str, known_at: int) -> None:
        row = evidence_table.c
        chosen = select(row.attributes, row.subject, row.first, row.until).where(
            row.kind == STANDING,
            LASTS,
            row.known <= known_at,
            row.voided.is_(None) | (row.voided > known_at),
            row.first <= row.until,
        )
        rungs = dict[str, str | None]()
        self._held: list[tuple[str, int, int, int]] = []
        with district.reading() as connection:
            for text, subject, first, until in connection.execute(chosen):
                if text not in rungs:
                    said = json.loads(text)
                    rungs[text] = said["rung"] if said["ladder"] == ladder else None
                if (rung := rungs[text]) is not None:
                    self._held.append((rung, subject, first, until))

    @property
    def since(self) -> date | None:
        """The first day on which anybody held a rung; None where nobody ever did."""
        return date.fromordinal(min(first for _, _, first, _ in self._held)) if self._held else None

    def on(self, day: date) -> dict[str, int]:
        """How many subjects hold each rung on a day; rungs that nobody holds are not in it."""
        at, who = day.toordinal(), dict[str, set[int]]()
        for rung, subject, first, until in self._held:
            if first <= at <= until:
                who.setdefault(rung, set()).add(subject)
        return {rung: len(subjects) for rung, subjects in who.items()}
