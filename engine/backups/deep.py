"""Everything that is derived, derived again beside the folder and compared: what a plain check of the log cannot see.

The log itself is taken as it is; ``events.seal.verify`` checks that.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import create_engine

from engine import evidence_columns
from engine.backups.scratch import scratch
from engine.district import District
from engine.folder import MASTER_KEY
from engine.people import names
from engine.tables import projections
from events.codec import owner_of, personal_of
from events.facts import PersonErased
from events.faults import fault
from events.key_files import VaultError
from events.seal import Damage
from events.tables import metadata
from events.vault import Vault
from ladders.evidence.columns import Columns, Rows

_ARRAYS = ("first", "last", "recorded", "item", "known", "subject", "until", "amount", "voided")


def compare(district: District, progress: Callable[[int], None] | None = None) -> Damage | None:
    """The first thing that is not as the log and the keys give it; ``progress`` is told of events that were read.

    A copy of the log and of what is derived is looked at, which stands in the folder meanwhile; others may go on
    writing.
    """
    try:
        with scratch(district.folder) as place:
            return _compared(district, place, progress)
    except (sqlite3.DatabaseError, VaultError) as error:
        if fault(error) not in (None, "damaged"):  # no room for the copies, say: that is no damage
            raise
        return Damage(0, getattr(error, "zh", f"读不出来：{error}"), getattr(error, "en", f"cannot be read: {error}"))


def _compared(district: District, place: Path, progress: Callable[[int], None] | None) -> Damage | None:
    there, again, columns = place / "there.db", place / "again.db", place / "columns"
    if district.places["columns"].is_dir():  # before the log, so that the log knows at least as much
        shutil.copytree(district.places["columns"], columns)
    for part, copy in (("vault", place / "vault.db"), ("log", there)):
        with closing(sqlite3.connect(district.places[part], timeout=30)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
            if (found := new.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                return Damage(0, f"{part}.db 已损坏：{found}", f"{part}.db is damaged: {found}")
    if damage := structure(there) or sealed(district, place / "vault.db", progress):
        return damage
    if (file := evidence_columns.altered(columns)) is not None:
        zh, en = f"列文件 {file.name} 被改动或缺失", f"the column file {file.name} was altered, or is missing"
        return _derived(zh, en)
    shutil.copyfile(there, again)
    places = {"log": again, "vault": place / "vault.db", "keys": district.keys, "columns": place / "derived"}
    with District(place, {name: str(path.resolve()) for name, path in places.items()}) as anew:
        anew.rebuild()
        if damage := _tables(there, again):
            return damage
        with anew.reading() as connection:
            kept = evidence_columns.load(connection, columns, anew.catalogue)
        return _columns(kept, anew.columns())


_CHOSEN = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"


@cache
def _as_made() -> dict[str, str]:
    """What the program makes, by its kind and name."""
    with create_engine("sqlite://").begin() as connection:
        metadata.create_all(connection)
        projections.create_all(connection)
        return dict(connection.exec_driver_sql(_CHOSEN).tuples().all())


def structure(store: Path) -> Damage | None:
    """Tables, indices and triggers as the program makes them: without its triggers the log takes any change."""
    right = _as_made()
    with closing(sqlite3.connect(store)) as opened:
        found = dict(opened.execute(_CHOSEN).fetchall())
    wrong = sorted(name for name in right.keys() | found.keys() if right.get(name) != found.get(name))
    if not wrong:
        return None
    return Damage(
        0,
        f"日志文件的结构不对：{wrong[0]} 缺失、多出或被改动；从备份恢复",
        f"the log's file is not built as it should be: {wrong[0]} is missing, strange or altered: restore a backup",
    )


def sealed(
    district: District, file: Path, progress: Callable[[int], None] | None, since: Collection[str] = ()
) -> Damage | None:
    """Every sealed field opens with the keys that there are, but for those of persons who were erased.

    Of these no key is left.  ``since``: who was erased after the log ends, since it is an older copy.
    """
    lost, erased = dict[str, int](), dict[str, int]()
    with closing(Vault.open(file, district.keys / MASTER_KEY)) as vault:
        vault.load(vault.owners())
        for events in district.log.follow():
            for event in events:
                if isinstance(event.fact, PersonErased):
                    erased[event.envelope.stream.partition("-")[2]] = event.position
                for field in personal_of(event.fact):
                    try:
                        text = names.opened(vault, event, field)
                    except VaultError as error:
                        return Damage(event.position, error.zh, error.en)
                    if text is None:
                        lost.setdefault(owner_of(event.fact, field, event.envelope.stream), event.position)
            if progress:
                progress(len(events))
    for owner, position in lost.items():
        if owner not in erased and owner not in since:
            return Damage(
                position,
                f"位置 {position} 的加密字段打不开：{owner} 的密钥不在保险库里",
                f"what is sealed at position {position} does not open: no key of {owner} is in the vault",
            )
    for owner in sorted(erased.keys() & set(district.vault.owners())):  # as it is now: one may just have been erased
        return Damage(
            erased[owner],
            f"{owner} 的资料已在位置 {erased[owner]} 删除，密钥却还在保险库里；再打开一次数据文件夹就会销毁",
            f"{owner} was erased at position {erased[owner]}, yet the key is in the vault: "
            "whoever opens the folder next destroys it",
        )
    return None


def _tables(there: Path, again: Path) -> Damage | None:
    """Every derived table, row by row, and the keys by which rows are found."""
    with closing(sqlite3.connect(again)) as store:
        store.text_factory = bytes
        store.execute("ATTACH ? AS there", (str(there),))
        for table in projections.sorted_tables:
            for one, other in (("there", "main"), ("main", "there")):
                row = store.execute(f"SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table}").fetchone()
                if row is not None:
                    return _of_table(table.name, _plain(row[0]))
            counts = [store.execute(f"SELECT count(*) FROM {one}.{table}").fetchone() for one in ("there", "main")]
            if counts[0] != counts[1]:
                return _of_table(table.name, "count")
    return None


def _columns(kept: Columns, derived: Columns) -> Damage | None:
    """The columns as they are used and as they come out: the same rows, whatever the numbers of their terms."""
    if kept.subjects != derived.subjects or kept.kinds.keys() != derived.kinds.keys():
        return _derived("佐证列的种类不对", "the evidence columns are not of the kinds that there are")
    for kind, rows in derived.kinds.items():
        if not _same(kept.kinds[kind], rows, kept, derived):
            return _derived(f"“{kind}”的佐证列被改动", f'the evidence columns of "{kind}" were altered')
    return None


def _same(ours: Rows, theirs: Rows, kept: Columns, derived: Columns) -> bool:
    if len(ours) != len(theirs):
        return False
    orders = [np.lexsort([getattr(rows, name) for name in reversed(_ARRAYS)]) for rows in (ours, theirs)]
    for name in _ARRAYS:
        if not np.array_equal(getattr(ours, name)[orders[0]], getattr(theirs, name)[orders[1]]):
            return False
    for name in {**ours.attributes, **theirs.attributes}:
        pair = [_worded(rows, name, columns, order) for rows, columns, order in zip(
            (ours, theirs), (kept, derived), orders, strict=True)]  # fmt: skip
        if not np.array_equal(*pair):
            return False
    return True


def _worded(rows: Rows, name: str, columns: Columns, order: Any) -> Any:
    """An attribute of the rows as its terms, or as the numbers that it holds."""
    codes = rows.attributes.get(name)
    if codes is None:
        return np.full(len(rows), -1)
    codes = np.asarray(codes)[order]
    if name not in columns.terms:
        return codes
    words = np.array([*columns.terms[name], ""], dtype=object)
    return words[codes] if len(codes) and codes.max() < len(words) - 1 and codes.min() >= -1 else codes


def _of_table(table: str, first: str) -> Damage:
    return _derived(f"视图 {table} 与日志不符（{first}）", f"the view {table} is not what the log gives ({first})")


def _plain(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _derived(zh: str, en: str) -> Damage:
    return Damage(
        0, f"{zh}；日志本身完好，用 jieti rebuild 重新推导", f"{en}; the log is whole: jieti rebuild mends it"
    )
