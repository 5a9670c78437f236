"""Persons whose record is erased: the event says so, then their key is destroyed; what is missing is made up for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from engine.tables import subject_table
from events.tables import EACH, event_table, many

if TYPE_CHECKING:
    from engine.district import District

ERASED = select(subject_table.c.id).where(subject_table.c.erased.is_not(None))
"""Everybody whose record was erased: few, and found by an index."""
_NEWEST = select(func.max(subject_table.c.erased))


class Erased:
    """Whose record was erased, as a transaction sees it; asked for again only when there is one more."""

    def __init__(self) -> None:
        self._known: tuple[int, frozenset[str]] = (0, frozenset())

    def __call__(self, connection: Connection) -> frozenset[str]:
        """Everybody whose record was erased."""
        newest, there = connection.execute(_NEWEST).scalar_one() or 0, self._known
        if newest != there[0]:
            self._known = there = (newest, frozenset(connection.execute(ERASED).scalars()))
        return there[1]


def erased(district: District) -> list[str]:
    """Everybody whom the log says to be erased, by id."""
    with district.reading() as connection:
        return list(connection.execute(ERASED).scalars())


def anybody(district: District) -> bool:
    """Whether anybody's record was erased in this district."""
    with district.reading() as connection:
        return connection.execute(_NEWEST).scalar_one() is not None


def rows_of(district: District, file: str) -> frozenset[int]:
    """The rows of a file, by what names it in the log, that recorded something of persons who were erased since.

    Their keyed hashes are known to nobody any more; that they come from this file still is.
    """
    with district.reading() as connection:
        erased = connection.execute(ERASED).scalars().all()
        if not erased or not file:
            return frozenset()
        streams = many(f"subject-{person}" for person in erased)
        named = func.instr(event_table.c.payload, file.encode()) > 0
        chosen = select(event_table.c.position).where(event_table.c.stream.in_(select(EACH)), named)
        events = district.log.read_at(connection, connection.execute(chosen, streams).scalars().all())
    sources = (getattr(one.fact, "source", None) for one in events)
    return frozenset(source.row for source in sources if source is not None and source.file == file)


def carry_out(district: District) -> int:
    """Destroy the keys of erased persons that are still there; how many persons that was due for.

    Whoever opens a district does this, and whoever puts a copy of the vault back: between the event and the
    destruction a process may have been killed, and a copy may be older than the event.
    """
    if not (gone := erased(district)):
        return 0
    due = district.vault.undestroyed(gone)
    if due:
        district.vault.destroy(due)
    return len(due)
