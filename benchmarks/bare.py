"""The opponent of the log: the bare ``sqlite3`` driver on the same tables, with the same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from events.tables import UNMERGED

Rows = list[tuple[Any, ...]]
_TRIGGERS = ("event_is_never_changed", "event_is_never_deleted", "event_is_the_next")


def connect(log: Path) -> sqlite3.Connection:
    """A connection as fast and as safe as ours: the same journal and synchronisation, the same cache."""
    connection = sqlite3.connect(log, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", f"wal_autocheckpoint={UNMERGED}"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def without_triggers(connection: sqlite3.Connection) -> None:
    """Take away what guards our log: a bare driver has no such thing to pay for."""
    for name in _TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")


def rows_after(connection: sqlite3.Connection, after: int) -> dict[str, Rows]:
    """What an import wrote after a position, by table: its events and their projections."""
    return {table: list(rows) for table, rows in feeds_after(connection, after).items()}


def feeds_after(connection: sqlite3.Connection, after: int) -> dict[str, Iterator[tuple[Any, ...]]]:
    """The same, row by row."""
    column = {"event": "position", "evidence": "made", "business_key": "position"}
    return {
        table: connection.execute(f"SELECT * FROM {table} WHERE {at} > ? ORDER BY {at}", (after,))
        for table, at in column.items()
    }


def write(connection: sqlite3.Connection, rows: Mapping[str, Rows], chunks: Sequence[int]) -> None:
    """Write these rows, so many of each table in a transaction."""
    feeds = {table: iter(of_table) for table, of_table in rows.items()}
    for size in chunks:
        connection.execute("BEGIN IMMEDIATE")
        for table, feed in feeds.items():
            insert(connection, table, list(islice(feed, size)))
        connection.execute("UPDATE reached SET position = (SELECT max(position) FROM event)")
        connection.execute("COMMIT")


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows into all columns of a table."""
    listed = list(rows)
    if listed:
        places = ", ".join("?" * len(listed[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", listed)
