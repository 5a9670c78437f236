"""Persons whose record is erased: the event says so, then their key is destroyed; what is missing is made up for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.tables import subject_table

if TYPE_CHECKING:
    from engine.district import District

ERASED = select(subject_table.c.id).where(subject_table.c.erased.is_not(None))
"""Everybody whose record was erased: few, and found by an index."""


def carry_out(district: District) -> int:
    """Destroy the keys of erased persons that are still there; how many persons that was due for.

    Whoever opens a district does this, and whoever puts a copy of the vault back: between the event and the
    destruction a process may have been killed, and a copy may be older than the event.
    """
    with district.reading() as connection:
        erased = connection.execute(ERASED).scalars().all()
    if not erased:
        return 0
    due = district.vault.undestroyed(erased)
    if due:
        district.vault.destroy(due)
    return len(due)
