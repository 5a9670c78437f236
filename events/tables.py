"""The schema of the log, and how a store is opened.

Portable SQL through SQLAlchemy; what only SQLite knows (write-ahead log, triggers in its dialect) is said here and
nowhere else.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DDL,
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    create_engine,
    event,
    func,
    insert,
)
from sqlalchemy.engine import Dialect

from events.envelope import COLUMNS

metadata = MetaData()
Position = BigInteger().with_variant(Integer, "sqlite")

SCHEMA = 1
"""The number of the store's layout: a folder of another number is refused."""

PATIENCE = 30.0
"""Seconds that a writer waits for another one."""

LOOKED = 0.004
"""Seconds after which a writer that waits looks again whether it is its turn.  SQLite by itself would look ever more
seldom, at last ten times a second, and pass over the pauses of a bulk."""

UNMERGED = 8_000
"""Pages (32 MB) of the write-ahead log after which a commit brings them into the file.  SQLite's own 1,000 are written
by a single chunk of an import, which would have every page of an index written twice for a handful of its rows."""

store_table = Table("store", metadata, Column("schema", Integer, primary_key=True), sqlite_strict=True)
"""One row: the number of the layout."""

event_table = Table(
    "event",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("occurred_from", Text, nullable=False),
    Column("occurred_until", Text, nullable=False),
    Column("recorded_at", Position, nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("authority", Text),
    Column("command_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("causation", Text),
    Column("correlation", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("stream", "version"),
    UniqueConstraint("command_id", "ordinal"),
    sqlite_strict=True,
)
assert tuple(event_table.columns.keys()) == COLUMNS

node_table = Table(
    "node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Nodes of the Merkle tree over the events' leaves (``events.tree``): derived, and made again when missing."""

# A row is refused unless it is the next one and meets no unique key: INSERT OR REPLACE deletes what it meets without
# firing the trigger against DELETE, so the keys are checked before the row is placed.
for text in (
    """
        CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END""",
    """
        CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END""",
    """
        CREATE TRIGGER event_is_the_next BEFORE INSERT ON event
        WHEN new.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM event)
          OR EXISTS (SELECT 1 FROM event WHERE id = new.id)
          OR EXISTS (SELECT 1 FROM event WHERE stream = new.stream AND version = new.version)
          OR EXISTS (SELECT 1 FROM event WHERE command_id = new.command_id AND ordinal = new.ordinal)
        BEGIN SELECT RAISE(ABORT, 'an event is appended at the next position, once'); END""",
):
    event.listen(event_table, "after_create", DDL(text).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]


def open_store(path: Path, wait: int | None = None) -> Engine:
    """An engine on an SQLite file; a connection with the execution option ``writes`` takes the write lock first.

    Commits reach the disk before they are acknowledged (``synchronous=FULL``).  A writer waits up to ``PATIENCE``
    (or so many seconds) for another one.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),  # not as text: a folder's name may hold ? or %
        connect_args={"timeout": PATIENCE if wait is None else wait, "check_same_thread": False},
        hide_parameters=True,  # an error must not print what a person's record holds
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and too weak
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",
            "secure_delete=FAST",
            f"wal_autocheckpoint={UNMERGED}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            _take_turn(connection, PATIENCE if wait is None else wait)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _take_turn(connection: Connection, patience: float) -> None:
    """Take the write lock, or fail after so many seconds in which others had it."""
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + patience
    try:
        driver.execute("PRAGMA busy_timeout=0")
        while (kept := _kept_from_writing(driver)) == sqlite3.SQLITE_BUSY and time.monotonic() < until:
            time.sleep(LOOKED)
        if kept is not None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for the error as everybody knows it
    finally:
        with suppress(sqlite3.ProgrammingError):
            driver.execute(f"PRAGMA busy_timeout={patience * 1_000:.0f}")


def _kept_from_writing(driver: Any) -> int | None:
    """SQLite's code of what keeps us from taking the write lock; None: nothing, it is ours."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        return int(error.sqlite_errorcode) & 0xFF
    return None


@contextmanager
def left_unmerged(connection: Connection) -> Iterator[None]:
    """Within it a commit leaves the write-ahead log as it is: whoever commits calls ``merge`` now and then."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("PRAGMA wal_autocheckpoint=0")
        yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # it is closed: somebody interrupted a statement
            driver.execute(f"PRAGMA wal_autocheckpoint={UNMERGED}")


def merge(connection: Connection) -> None:
    """Bring what is in the write-ahead log into the file, as far as nobody reads it: others need not wait for that.

    The write-ahead log begins anew with the first transaction that begins after all of it was merged.  Where merging
    fails the commits are safe all the same; as after any commit, it is tried again later.
    """
    driver: Any = connection.connection.driver_connection
    with suppress(sqlite3.DatabaseError):
        driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


@contextmanager
def texts_as_stored(connection: Connection) -> Iterator[Any]:
    """The driver's connection, which within it reads every text as the bytes that are stored, be they UTF-8 or not."""
    driver: Any = connection.connection.driver_connection
    before, driver.text_factory = driver.text_factory, bytes
    try:
        yield driver
    finally:
        driver.text_factory = before


EACH = func.json_each(bindparam("each", type_=Text)).table_valued("value").c.value
"""In a statement made once, many values: its one parameter ``each`` is what ``many`` says.

However many they are, the statement is the same text, which every cache knows again.  (On PostgreSQL:
``json_array_elements_text``.)
"""


PAIRS = func.json_each(bindparam("each", type_=Text)).table_valued("value").alias("pairs")
"""The same for pairs of values; a statement joins it, and names the values of a pair:"""
FIRST_OF_PAIR, SECOND_OF_PAIR = (func.json_extract(PAIRS.c.value, place) for place in ("$[0]", "$[1]"))


def many(values: Iterable[str | int | tuple[str, int]]) -> dict[str, str]:
    """The parameters of a statement with ``EACH`` or ``PAIRS``."""
    return {"each": json.dumps(list(values))}


@cache
def _insert_statement(table: Table, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
    compiled = insert(table).compile(dialect=dialect)
    return str(compiled), tuple(compiled.positiontup) if compiled.positional and compiled.positiontup else None


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given as tuples in the table's column order, at the speed of the driver."""
    if not rows:
        return
    text, order = _insert_statement(table, connection.dialect)
    names = tuple(table.columns.keys())
    if order == names:
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
