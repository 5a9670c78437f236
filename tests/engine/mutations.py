"""One change of a data folder that nobody ordered: a byte, a row, a file, a trigger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from engine.tables import projections
from events.envelope import COLUMNS

DERIVED = tuple(table.name for table in projections.sorted_tables)


@dataclass(frozen=True)
class Mutation:
    """What was done, in words, and the first position that is not as it was, if it was done to an event."""

    what: str
    position: int | None = None
    kind: str = ""
    """By which it is counted: one of ``KINDS``."""


class Unchanged(Exception):
    """The change could not be made, or changes nothing: another is drawn."""


def mutate(folder: Path, chance: Random) -> Mutation:
    """Make one change somewhere in a folder."""
    while True:
        (name,) = chance.choices(list(KINDS), [weight for weight, _ in KINDS.values()])
        try:
            return replace(KINDS[name][1](folder, chance), kind=name)
        except (Unchanged, sqlite3.IntegrityError):
            continue


def _altered(value: Any, chance: Random) -> Any:
    """Another value of the same type; an empty text or a number for nothing."""
    if value is None:
        return chance.choice(["", 0, 7])
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(40))
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    if not data:
        return b"x" if isinstance(value, bytes) else "x"
    match chance.randrange(3):
        case 0:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case 1:
            del data[chance.randrange(len(data))]
        case _:
            data.insert(chance.randrange(len(data) + 1), chance.randrange(1, 256))
    return bytes(data) if isinstance(value, bytes) else data.decode("utf-8", "surrogateescape")


def _write(store: sqlite3.Connection, table: str, column: str, value: Any, row: int, key: str = "rowid") -> None:
    bound = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    mark = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    changed = store.execute(f'UPDATE {table} SET "{column}" = {mark} WHERE {key} = ?', (bound, row)).rowcount
    if changed != 1:
        raise Unchanged


def _opened(folder: Path) -> Any:
    """The log's file, whose triggers let everything pass until they are made again."""
    store = sqlite3.connect(folder / "log.db", isolation_level=None)
    store.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    return closing(store)


class _Unguarded:
    """Within it the log has no triggers."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self._triggers = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()

    def __enter__(self) -> None:
        self._store.execute("BEGIN")
        for name, _ in self._triggers:
            self._store.execute(f"DROP TRIGGER {name}")

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is not None:
            self._store.execute("ROLLBACK")
            return
        for _, sql in self._triggers:
            self._store.execute(sql)
        self._store.execute("COMMIT")


def _column_of_an_event(folder: Path, chance: Random) -> Mutation:
    with _opened(folder) as store:
        (last,) = store.execute("SELECT max(position) FROM event").fetchone()
        at, column = chance.randint(1, last), chance.choice(COLUMNS)
        (value,) = store.execute(f'SELECT "{column}" FROM event WHERE position = ?', (at,)).fetchone()
        changed = _altered(value, chance)
        if column == "position":
            changed = last + 1 + chance.randrange(100)
        with _Unguarded(store):
            _write(store, "event", column, changed, at, "position")
    return Mutation(f"{column} of #{at}: {value!r} → {changed!r}", at)


def _events(folder: Path, chance: Random) -> Mutation:
    with _opened(folder) as store:
        (last,) = store.execute("SELECT max(position) FROM event").fetchone()
        at = chance.randint(1, last - 1)
        names = ", ".join(f'"{name}"' for name in COLUMNS[1:])
        with _Unguarded(store):
            match chance.randrange(5):
                case 0:
                    store.execute("DELETE FROM event WHERE position = ?", (at,))
                    return Mutation(f"#{at} taken out", at)
                case 1:
                    store.execute("DELETE FROM event WHERE position > ?", (at,))
                    return Mutation(f"cut off after #{at}", at + 1)
                case 2:  # all that follows moves up, as if it had never been
                    store.execute("DELETE FROM event WHERE position = ?", (at,))
                    for moved in range(at + 1, last + 1):
                        store.execute("UPDATE event SET position = ? WHERE position = ?", (moved - 1, moved))
                    return Mutation(f"#{at} taken out, the gap closed", at)
                case 3:
                    other = chance.randint(1, last)
                    payloads = "SELECT payload FROM event WHERE position = ?"
                    (one,), (two,) = (store.execute(payloads, (each,)).fetchone() for each in (at, other))
                    if one == two:
                        raise Unchanged
                    store.execute("UPDATE event SET payload = ? WHERE position = ?", (two, at))
                    store.execute("UPDATE event SET payload = ? WHERE position = ?", (one, other))
                    return Mutation(f"payloads of #{at} and #{other} exchanged", min(at, other))
                case _:
                    where = chance.choice([0, -1, last + 1, last + 2])
                    row = store.execute(f"SELECT {names} FROM event WHERE position = ?", (at,)).fetchone()
                    new = [where, *(f"{one}x" if name in ("id", "stream", "command_id") else one
                                    for name, one in zip(COLUMNS[1:], row, strict=True))]  # fmt: skip
                    store.execute(f"INSERT INTO event VALUES ({', '.join('?' * len(new))})", new)
                    return Mutation(f"an event slipped in at {where}", where if where < 1 else last + 1)


def _row_of_a_projection(folder: Path, chance: Random) -> Mutation:
    with _opened(folder) as store:
        table = chance.choice(DERIVED)
        columns = [one[1] for one in store.execute(f"PRAGMA table_info({table})")]
        names, there = ", ".join(f'"{one}"' for one in columns), " AND ".join(f'"{one}" IS ?' for one in columns)
        rows = store.execute(f"SELECT {names} FROM {table}").fetchall()
        if not rows:
            raise Unchanged
        row = chance.choice(rows)
        at = chance.randrange(len(columns))
        values = [*row[:at], _altered(row[at], chance), *row[at + 1 :]]
        match chance.randrange(4):
            case 0:
                store.execute(f"DELETE FROM {table} WHERE {there}", row)
                return Mutation(f"a row of {table} taken out")
            case 1:
                _execute(store, f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
                return Mutation(f"a row put into {table}: {values}")
            case _:
                _execute(store, f'UPDATE {table} SET "{columns[at]}" = ? WHERE {there}', [values[at], *row])
                if sorted(map(repr, store.execute(f"SELECT {names} FROM {table}"))) == sorted(map(repr, rows)):
                    raise Unchanged
                return Mutation(f"{table}.{columns[at]}: {row[at]!r} → {values[at]!r}")


def _execute(store: sqlite3.Connection, statement: str, values: list[Any]) -> None:
    try:
        store.execute(statement, values)
    except (UnicodeEncodeError, OverflowError):
        raise Unchanged from None


def _node(folder: Path, chance: Random) -> Mutation:
    with _opened(folder) as store:
        nodes = store.execute("SELECT level, number, hash FROM node").fetchall()
        if not nodes or chance.randrange(3) == 0:
            store.execute("INSERT INTO node VALUES (?, ?, ?)", (chance.randint(1, 3), len(nodes), bytes(32)))
            return Mutation("a node of the tree put in")
        level, number, _ = chance.choice(nodes)
        if chance.randrange(2):
            store.execute("DELETE FROM node WHERE level = ? AND number = ?", (level, number))
        else:
            store.execute("UPDATE node SET hash = zeroblob(32) WHERE level = ? AND number = ?", (level, number))
        return Mutation(f"node {level}/{number} of the tree")


def _column_file(folder: Path, chance: Random) -> Mutation:
    files = sorted(one for one in (folder / "columns").rglob("*") if one.is_file())
    file = chance.choice([*files, folder / "columns" / "manifest.json"])
    if not file.exists():
        raise Unchanged
    data = bytearray(file.read_bytes())
    match chance.randrange(4):
        case 0 if file.name != "manifest.json":  # without it there are no columns, and they are made again
            file.unlink()
            return Mutation(f"{file.name} taken away")
        case 1:
            file.write_bytes(data[: chance.randrange(len(data))])
            return Mutation(f"{file.name} cut short")
        case _:
            at = chance.randrange(len(data))
            data[at] ^= 1 << chance.randrange(8)
            file.write_bytes(data)
            return Mutation(f"byte {at} of {file.name}")


def _key(folder: Path, chance: Random) -> Mutation:
    if chance.randrange(3) == 0:
        file = folder / "keys" / chance.choice(["vault.key", "index.key"])
        data = bytearray(file.read_bytes())
        data[chance.randrange(len(data))] ^= 1
        file.write_bytes(data)
        return Mutation(f"a byte of {file.name}")
    with closing(sqlite3.connect(folder / "vault.db", isolation_level=None)) as store:
        owners = [one for (one,) in store.execute("SELECT owner FROM key ORDER BY owner")]
        one, other = chance.sample(owners, 2)
        match chance.randrange(3):
            case 0:
                store.execute("DELETE FROM key WHERE owner = ?", (one,))
                return Mutation(f"the key of {one} taken away")
            case 1:
                wrapped = bytearray(store.execute("SELECT wrapped FROM key WHERE owner = ?", (one,)).fetchone()[0])
                wrapped[chance.randrange(len(wrapped))] ^= 1 << chance.randrange(8)
                store.execute("UPDATE key SET wrapped = ? WHERE owner = ?", (bytes(wrapped), one))
                return Mutation(f"a bit of the key of {one}")
            case _:
                store.execute(
                    "UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE owner = ?) WHERE owner = ?", (other, one)
                )
                return Mutation(f"the key of {one} replaced by that of {other}")


def _structure(folder: Path, chance: Random) -> Mutation:
    with _opened(folder) as store:
        chosen = "SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('trigger', 'index')"
        kind, name = chance.choice(store.execute(chosen).fetchall())
        store.execute(f"DROP {kind} {name}")
        return Mutation(f"the {kind} {name} dropped")


def _file(folder: Path, chance: Random) -> Mutation:
    """Not through the database: what a bad disk does, or somebody with an editor."""
    file, whole = folder / "log.db", contents(folder / "log.db")
    data = bytearray(file.read_bytes())
    match chance.randrange(4):
        case 0:
            del data[chance.randrange(len(data)) :]
            what = f"log.db cut off at byte {len(data)}"
        case 1:
            at = chance.randrange(len(data) - 600)
            data[at : at + 512] = chance.randbytes(512)
            what = f"512 bytes of log.db from {at}"
        case _:
            at = chance.randrange(len(data))
            data[at] ^= 1 << chance.randrange(8)
            what = f"byte {at} of log.db"
    before = file.read_bytes()
    file.write_bytes(data)
    if contents(file) == whole:  # of a page that is not in use
        file.write_bytes(before)
        raise Unchanged
    return Mutation(what)


def contents(file: Path) -> object:
    """Every row of every table of a store and its structure; what it fails with, if it cannot be read through."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
            store.text_factory = bytes
            made = store.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
            names = [name.decode() for kind, name, *_ in made if kind == b"table"]
            rows = [store.execute(f'SELECT * FROM "{name}" NOT INDEXED').fetchall() for name in names]
            return made, rows, store.execute("PRAGMA integrity_check(1)").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what it says may be damaged too
        return str(error)


KINDS: dict[str, tuple[int, Callable[[Path, Random], Mutation]]] = {
    "column": (6, _column_of_an_event),
    "events": (3, _events),
    "projection": (6, _row_of_a_projection),
    "node": (1, _node),
    "columns": (3, _column_file),
    "key": (2, _key),
    "structure": (1, _structure),
    "file": (2, _file),
}
"""Kinds of changes, how often each is drawn, and what makes one."""
