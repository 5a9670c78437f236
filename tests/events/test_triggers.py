"""The store itself refuses to change, delete or misplace an event, whoever asks: here the bare driver."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from events.envelope import COLUMNS
from events.tables import metadata, open_store
from tests.events import golden

THERE = len(golden.lines())
"""How many events the store holds."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("triggers") / "log.db"
    engine = open_store(path)
    golden.load(engine)
    engine.dispose()
    return path


@pytest.fixture
def store(original: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The bare driver at a whole log of its own."""
    with closing(sqlite3.connect(shutil.copy(original, tmp_path), isolation_level=None)) as connection:
        yield connection


def contents(store: sqlite3.Connection) -> list[Any]:
    return store.execute("SELECT * FROM event ORDER BY position").fetchall()


def following(**columns: Any) -> list[Any]:
    """An event that the store takes as its next one, but for these columns."""
    event = dict(zip(COLUMNS, golden.row(golden.lines()[0]), strict=True))
    event |= {"position": THERE + 1, "id": "another", "stream": "another", "command_id": "another", **columns}
    return [event[name] for name in COLUMNS]


def insert(store: sqlite3.Connection, values: list[Any], verb: str = "INSERT", after: str = "") -> None:
    marks = ",".join("?" * len(COLUMNS))
    store.execute(f"{verb} INTO event VALUES ({marks}) {after}", values)


def test_the_next_event_is_taken(store: sqlite3.Connection) -> None:
    insert(store, following())
    assert len(contents(store)) == THERE + 1


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_an_event_is_changed(store: sqlite3.Connection, column: str) -> None:
    before = contents(store)
    for verb in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            store.execute(f"{verb} event SET {column} = {column} WHERE position = 3")
    assert contents(store) == before


def test_no_event_is_deleted(store: sqlite3.Connection) -> None:
    before = contents(store)
    for condition in ("WHERE position = 3", f"WHERE position = {THERE}", ""):
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            store.execute(f"DELETE FROM event {condition}")
    assert contents(store) == before


MEETS = {
    "position": {"position": 3},
    "id": {"id": golden.lines()[2]["id"]},
    "stream and version": {name: golden.lines()[2][name] for name in ("stream", "version")},
    "command and ordinal": {name: golden.lines()[2][name] for name in ("command_id", "ordinal")},
}
VERBS = {
    "insert": ("INSERT", ""),
    "or replace": ("INSERT OR REPLACE", ""),
    "replace": ("REPLACE", ""),
    "or ignore": ("INSERT OR IGNORE", ""),
    "upsert": ("INSERT", "ON CONFLICT DO UPDATE SET actor = 'forger'"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("key", MEETS)
def test_nothing_is_put_in_the_place_of_an_event(store: sqlite3.Connection, key: str, verb: str) -> None:
    before = contents(store)
    with pytest.raises(sqlite3.IntegrityError, match="at the next position, once"):
        insert(store, following(**MEETS[key]), *VERBS[verb])
    assert contents(store) == before


@pytest.mark.parametrize("position", [THERE + 2, 0, -1, None])
def test_no_event_stands_after_a_gap_or_below_the_first(store: sqlite3.Connection, position: int | None) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="at the next position, once"):
        insert(store, following(position=position))
    assert len(contents(store)) == THERE


def test_the_first_position_is_one(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "log.db")
    metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "log.db")) as store:
        with pytest.raises(sqlite3.IntegrityError, match="at the next position, once"):
            insert(store, following(position=2))
        insert(store, following(position=1))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_takes_no_other_type(store: sqlite3.Connection, column: str) -> None:
    whole = following()[COLUMNS.index(column)]
    other = "text" if isinstance(whole, int | bytes) else b"bytes"
    with pytest.raises(sqlite3.IntegrityError, match=r"cannot store|datatype mismatch|at the next position"):
        insert(store, following(**{column: other}))
    assert len(contents(store)) == THERE


@pytest.mark.parametrize("column", sorted(set(COLUMNS) - {"on_behalf_of", "authority", "causation", "correlation"}))
def test_only_four_columns_may_be_null(store: sqlite3.Connection, column: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert(store, following(**{column: None}))
    insert(store, following(on_behalf_of=None, authority=None, causation=None, correlation=None))
