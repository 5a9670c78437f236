"""Yearly accounts of training hours for a whole district, and the search for possible doubles."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import numpy as np

from benchmarks.measuring import paired, timed
from ladders.evidence.columns import FOREVER, NEVER, Columns, Rows
from ladders.hours.accounts import Asked, Bounds, account, accounts, missing
from ladders.hours.doubles import pairs

CATEGORIES = ("school-based", "topic", "online", "ethics", "studio", "other")
PER_PERSON = 60
FIRST, LAST = date(2020, 1, 1).toordinal(), date(2025, 12, 31).toordinal()
YEAR = date(2025, 1, 1), date(2025, 12, 31)
ASKED = Asked(Bounds(7200, 12000), {"online": Bounds(None, 3600), "ethics": Bounds(800)})
_SQL = """
SELECT subject, sum(min(hours, CASE category WHEN 2 THEN 3600 ELSE 9223372036854775807 END)) FROM (
  SELECT subject, category, sum(amount) AS hours FROM training
  WHERE last BETWEEN ? AND ? AND known <= ? AND voided > ? GROUP BY subject, category
) GROUP BY subject
"""


def run(quick: bool) -> list[dict[str, Any]]:
    """Everybody's account of a year; every two records of a person with equal hours and a day in common."""
    subjects, rounds = (10_000, 5) if quick else (100_000, 5)
    columns = _columns(subjects)
    rows, known_at = columns.rows("training"), columns.position
    store = _store(rows)
    low, high = (day.toordinal() for day in YEAR)

    def ours() -> object:
        return accounts(columns, ASKED, *YEAR, known_at, CATEGORIES)

    def by_sql() -> object:
        return store.execute(_SQL, (low, high, known_at, known_at)).fetchall()

    _same(columns, known_at, dict(store.execute(_SQL, (low, high, known_at, known_at)).fetchall()))
    size = subjects * PER_PERSON
    return [
        paired(
            "accounts of a year, by category with caps", timed(ours), timed(by_sql),
            against="SQLite sums and caps the same rows, in memory", unit="ms", size=size, rounds=rounds,
        ),
        paired(
            "trainings that may be doubles",
            timed(lambda: pairs(rows, known_at, FIRST, LAST)),
            timed(lambda: np.lexsort((rows.first, rows.amount, rows.subject))),
            against="NumPy sorts the rows by person, hours, day", unit="ms", size=size, rounds=rounds,
        ),
    ]  # fmt: skip


def _columns(subjects: int) -> Columns:
    chance, count = np.random.default_rng(20251231), subjects * PER_PERSON
    first = chance.integers(FIRST, LAST - 10, count).astype(np.int32)
    rows = Rows(
        subject=chance.integers(0, subjects, count).astype(np.int32),
        first=first,
        last=first + chance.choice(np.array([0, 0, 0, 0, 2, 9], np.int32), count),
        until=np.full(count, FOREVER, np.int32),
        amount=chance.integers(2, 80, count) * 50,
        recorded=np.arange(1, count + 1),
        item=np.zeros(count, np.int32),
        known=np.where(chance.random(count) < 0.02, NEVER, np.arange(1, count + 1)),
        voided=np.where(chance.random(count) < 0.01, count, NEVER),
        attributes={"category": chance.integers(0, len(CATEGORIES), count).astype(np.int32)},
    )
    return Columns(count, subjects, {"training": rows.in_order()}, {"category": CATEGORIES})


def _store(rows: Rows) -> sqlite3.Connection:
    store = sqlite3.connect(":memory:")
    names = ("subject", "category", "last", "amount", "known", "voided")
    store.execute(f"CREATE TABLE training ({', '.join(f'{name} INTEGER' for name in names)}) STRICT")
    listed = [rows.attributes[name] if name == "category" else getattr(rows, name) for name in names]
    store.executemany(
        "INSERT INTO training VALUES (?, ?, ?, ?, ?, ?)", zip(*(one.tolist() for one in listed), strict=True)
    )
    return store


def _same(columns: Columns, known_at: int, summed: dict[int, int]) -> None:
    """What both come to is the same, before anything is measured."""
    found = accounts(columns, ASKED, *YEAR, known_at, CATEGORIES)
    for subject in range(0, columns.subjects, 97):
        assert int(found.total[subject]) == min(12000, summed.get(subject, 0))
    assert 0 < np.count_nonzero(found.missing) <= columns.subjects
    assert missing(account([], ASKED), ASKED) == 7200
