"""Who looked at whose file, and at which lists of names: a log of its own, in a file of its own.

So whoever looks never waits for the log's writer, and a rebuild leaves it alone.  It is written by the commands that
show people, before they do; whoever reads the bare file bypasses it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DDL, Column, Connection, Index, Integer, MetaData, Table, Text, event, select, true
from sqlalchemy.exc import DatabaseError

from engine.district import District
from events.envelope import from_micros, to_micros
from events.faults import fault
from events.files import own_file
from events.tables import insert_rows, open_store

WAIT = 3
"""Seconds that whoever looks waits for somebody else's line to be written."""
_metadata = MetaData()
look_table = Table(
    "look",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("subject", Text),
    Column("about", Text),
    Column("people", Integer, nullable=False),
    Column("as_of", Text),
    Column("known_at", Integer),
    Index("look_at_subject", "subject", "at"),
    Index("look_by_actor", "actor", "at"),
    sqlite_strict=True,
)
"""One row for each look at somebody's file, and one for each list of names.

``at``: microseconds since 1970 by the district's clock; ``actor``: who looked, empty where nobody said; ``command``:
by which command; ``subject``: whose file, none for a list; ``about``: of what the list is; ``people``: how many were
shown, 1 for a file; ``as_of`` and ``known_at``: the two times of the question, none where they were not asked.
"""
for said in (
    """
        CREATE TRIGGER look_is_never_changed BEFORE UPDATE ON look
        BEGIN SELECT RAISE(ABORT, 'a look is never changed'); END""",
    """
        CREATE TRIGGER look_is_never_deleted BEFORE DELETE ON look
        BEGIN SELECT RAISE(ABORT, 'a look is never deleted'); END""",
    """
        CREATE TRIGGER look_is_the_next BEFORE INSERT ON look
        WHEN new.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM look)
        BEGIN SELECT RAISE(ABORT, 'a look is written at the next number, once'); END""",
):
    event.listen(look_table, "after_create", DDL(said).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]


class NoLooks(Exception):
    """What is in the place of the record of looks is none: in both languages."""

    def __init__(self, name: str) -> None:
        self.zh = f"{name} 不是查阅记录,或已损坏;请把备份里的 {name} 放回来(没有备份就移走它,从头记起)"
        self.en = (
            f"{name} is no record of who looked, or is damaged: put the backup's in its place (or take it away: "
            "the record then begins anew)"
        )
        super().__init__(self.en)


class Unwritable(Exception):
    """The look could not be recorded: why."""


@dataclass(frozen=True)
class Look:
    """A look at somebody's file (``subject``), or at a list of ``people`` names that is ``about`` something."""

    at: datetime
    actor: str
    command: str
    subject: str | None = None
    about: str | None = None
    people: int = 1
    as_of: date | None = None
    known_at: int | None = None


def place(district: District) -> Path:
    """Where the looks are kept: ``access.db`` beside the log, unless ``jieti.toml`` names another place."""
    return district.places.get("access", district.folder / "access.db")


def record(district: District, looks: Sequence[Look]) -> None:
    """Write looks down; Unwritable where that cannot be done within a few seconds."""
    if not looks:
        return
    until, new = time.monotonic() + WAIT, not place(district).exists()
    if new:
        with suppress(OSError):  # the database says why
            own_file(place(district))
    while True:
        try:
            with _opened(place(district)) as connection:
                if new:
                    _metadata.create_all(connection)
                newest = connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM look").scalar_one()
                insert_rows(connection, look_table, [_row(newest + n, one) for n, one in enumerate(looks, 1)])
                return
        except DatabaseError as error:
            # Two who make the file at once can meet where SQLite does not wait.
            met = [said for said in ("locked", "no such table", "already exists") if said in str(error.orig)]
            if not met or time.monotonic() >= until:
                raise Unwritable(str(error.orig)) from error
            new = "no such table" in met
            threading.Event().wait(0.02)


def looked_at(district: District, subject: str, since: datetime | None = None) -> list[Look]:
    """Who looked at somebody's file (from an instant on), in the order in which they did."""
    return _found(district, since, look_table.c.subject == subject)


def looked_by(district: District, actor: str, since: datetime | None = None) -> list[Look]:
    """At which files and lists somebody looked (from an instant on); an empty actor: those who did not say who."""
    return _found(district, since, look_table.c.actor == actor)


def lists(district: District, since: datetime | None = None) -> list[Look]:
    """At which lists of names anybody looked (from an instant on)."""
    return _found(district, since, look_table.c.subject.is_(None))


def every(district: District) -> list[Look]:
    """Every look that was recorded, in the order in which they were."""
    return _found(district, None, true())


def _found(district: District, since: datetime | None, which: Any) -> list[Look]:
    if not place(district).exists():
        return []
    chosen = select(look_table).where(which).order_by(look_table.c.number)
    if since is not None:
        chosen = chosen.where(look_table.c.at >= to_micros(since))
    with _opened(place(district), writes=False) as connection:
        if not connection.dialect.has_table(connection, look_table.name):
            return []  # made on a full disk, and not yet written to
        try:
            return [_look(row) for row in connection.execute(chosen)]
        except (DatabaseError, ValueError, OverflowError) as error:
            if fault(error) not in (None, "damaged"):
                raise
            raise NoLooks(place(district).name) from error


@contextmanager
def _opened(path: Path, *, writes: bool = True) -> Iterator[Connection]:
    engine = open_store(path, wait=WAIT)
    try:
        with engine.connect().execution_options(writes=writes) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _row(number: int, one: Look) -> tuple[Any, ...]:
    as_of = None if one.as_of is None else one.as_of.isoformat()
    at = to_micros(one.at)
    return number, at, one.actor, one.command, one.subject, one.about, one.people, as_of, one.known_at


def _look(row: Any) -> Look:
    as_of = None if row.as_of is None else date.fromisoformat(row.as_of)
    at = from_micros(row.at)
    return Look(at, row.actor, row.command, row.subject, row.about, row.people, as_of, row.known_at)
