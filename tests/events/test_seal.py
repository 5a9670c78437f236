"""``verify`` names the first position where the log is not what was written; somebody at the file with any tool."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from events.envelope import COLUMNS, leaf
from events.seal import Damage, Verified, verify
from events.tables import open_store
from tests.events import golden

EVENTS = len(golden.lines())
FORGE = "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted; DROP TRIGGER event_is_the_next;"
INTEGERS = ("position", "version", "schema", "recorded_at", "ordinal")
TEXTS = tuple(name for name in COLUMNS if name not in (*INTEGERS, "payload", "leaf"))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole log whose triggers somebody has removed."""
    path = tmp_path_factory.mktemp("seal") / "log.db"
    engine = open_store(path)
    golden.load(engine)
    engine.dispose()
    with closing(sqlite3.connect(path)) as store:
        store.executescript(FORGE)
    return path


@pytest.fixture
def file(original: Path, tmp_path: Path) -> Path:
    """A copy of it to do harm to."""
    return Path(shutil.copy(original, tmp_path / "log.db"))


@pytest.fixture
def tamper(file: Path) -> Callable[[str], None]:
    """Runs a statement in the file with the bare driver."""

    def run(statement: str) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as store:
            assert store.execute(statement).rowcount, "the statement met no event"

    return run


def verified(file: Path, tip: int = EVENTS) -> Verified:
    engine = open_store(file)
    with engine.connect() as connection:
        found = verify(connection, tip)
    engine.dispose()
    return found


def first_bad(file: Path) -> int:
    """The position that is named, in both languages; all before it were found whole."""
    found = verified(file)
    assert found.damage
    assert str(found.damage.position) in found.damage.zh
    assert str(found.damage.position) in found.damage.en
    assert found.events == max(0, found.damage.position - 1)
    return found.damage.position


def test_a_whole_log_has_no_damage(file: Path) -> None:
    assert verified(file) == Verified(EVENTS, None)


@pytest.mark.parametrize("at", [1, 11, EVENTS])
@pytest.mark.parametrize("column", COLUMNS[1:])
def test_a_bit_flipped_in_a_column_is_found_where_it_is(file: Path, column: str, at: int) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as store:
        query = f"SELECT CAST({column} AS BLOB), {column} FROM event WHERE position = ?"
        data, value = store.execute(query, (at,)).fetchone()
        changed: object
        if column in INTEGERS:
            changed = value ^ 1024  # far from what another event has: a unique key would refuse it
        elif value is None:
            changed = ""
        else:
            flipped = bytes([*data[:-1], data[-1] ^ 16]) if data else b"\x01"
            changed = flipped.decode(errors="surrogateescape") if column in TEXTS and flipped.isascii() else flipped
        mark = "CAST(? AS TEXT)" if column in TEXTS else "?"
        store.execute(f"UPDATE event SET {column} = {mark} WHERE position = ?", (changed, at))
        assert store.execute(query, (at,)).fetchone() != (data, value)
    assert first_bad(file) == at


def test_null_is_not_an_empty_text(file: Path, tamper: Callable[[str], None]) -> None:
    tamper("UPDATE event SET correlation = NULL WHERE correlation = '' AND position = 8")
    assert first_bad(file) == 8


def test_a_text_that_is_no_utf8_is_a_finding(file: Path, tamper: Callable[[str], None]) -> None:
    tamper("UPDATE event SET actor = CAST(x'ff' AS TEXT) WHERE position = 12")
    assert first_bad(file) == 12


def test_two_payloads_exchanged_are_found(file: Path, tamper: Callable[[str], None]) -> None:
    tamper(
        "UPDATE event SET payload = (SELECT payload FROM event AS other WHERE other.position = 14 - event.position) "
        "WHERE position IN (5, 9)"
    )
    assert first_bad(file) == 5


def test_two_whole_events_exchanged_are_found(file: Path, tamper: Callable[[str], None]) -> None:
    for old, new in ((5, 900), (9, 5), (900, 9)):
        tamper(f"UPDATE event SET position = {new} WHERE position = {old}")
    assert first_bad(file) == 5


@pytest.mark.parametrize("at", [1, 10, 11, EVENTS - 1])
def test_a_deleted_event_is_missed(file: Path, tamper: Callable[[str], None], at: int) -> None:
    tamper(f"DELETE FROM event WHERE position = {at}")
    damage = Damage(at, f"位置 {at} 的事件缺失", f"the event at position {at} is missing")
    assert verified(file) == Verified(at - 1, damage)


def test_a_cut_off_tail_is_missed_while_the_projections_remember_it(file: Path, tamper: Callable[[str], None]) -> None:
    tamper(f"DELETE FROM event WHERE position > {EVENTS - 3}")
    found = verified(file).damage
    assert found
    assert (found.position, found.en) == (EVENTS - 2, f"the log ends at {EVENTS - 3}, the projections at {EVENTS}")


def test_a_log_longer_than_the_projections_know_is_said(file: Path) -> None:
    found = verified(file, tip=EVENTS - 2)
    assert found.damage
    assert (found.events, found.damage.position) == (EVENTS, EVENTS - 1)


def test_an_emptied_log_is_missed(file: Path, tamper: Callable[[str], None]) -> None:
    tamper("DELETE FROM event")
    found = verified(file)
    assert found.damage
    assert (found.events, found.damage.position) == (0, 1)


@pytest.mark.parametrize("position", [0, -7])
def test_an_event_slipped_in_below_the_first_is_found(file: Path, tamper: Callable[[str], None], position: int) -> None:
    tamper(f"UPDATE event SET position = {position} WHERE position = {EVENTS}")
    assert first_bad(file) == position


def test_a_page_of_the_file_overwritten_is_a_finding(file: Path) -> None:
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = store.execute("PRAGMA page_size").fetchone()
        (root,) = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(bytes(size))
    found = verified(file).damage
    assert found
    assert found.en == "the log file is damaged: it cannot be read from position 1 on"


def test_what_verify_cannot_find_a_forger_who_makes_the_leaf_anew(file: Path) -> None:
    """The claim's limit, held so that whoever lifts it (checkpoints kept outside) changes the page too."""
    with closing(sqlite3.connect(file, isolation_level=None)) as store:
        store.execute("UPDATE event SET actor = 'forger' WHERE position = 4")
        values = store.execute("SELECT * FROM event WHERE position = 4").fetchone()
        store.execute("UPDATE event SET leaf = ? WHERE position = 4", (leaf(values[:-1]),))
    assert verified(file) == Verified(EVENTS, None)
