"""Projections and columns that another version derived are derived again when a folder is opened, and only those."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine import evidence_columns
from engine.district import District
from engine.projections.projector import SHAPE
from tests.engine.district_at_work import AtWork, Tables, tables, training

SPOILED = "UPDATE evidence SET amount = amount + 1; UPDATE subject SET unit = 'u-nowhere'"


@pytest.fixture
def there(folder: Path) -> Tables:
    """The tables of a folder that was reviewed, and closed since."""
    with District.open(folder) as district:
        AtWork(district).review()
        return tables(district)


def run(folder: Path, statements: str) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as store:
        store.executescript(statements)


@pytest.mark.parametrize(
    "older",
    [
        "UPDATE reached SET shape = shape - 1",
        "UPDATE reached SET shape = shape + 1",
        "ALTER TABLE reached DROP COLUMN shape",
        "DELETE FROM reached",
        "DROP TABLE reached; DROP TABLE story; DROP TABLE evidence",
    ],
)
def test_a_folder_of_another_shape_has_the_same_tables_once_it_is_opened(there: Tables, folder: Path, older: str):
    run(folder, f"{SPOILED}; {older}")
    with District.open(folder) as district:
        assert tables(district) == there
        AtWork(district).record("p-1", training("7"))  # and goes on
    with closing(sqlite3.connect(folder / "log.db")) as store:
        assert store.execute("SELECT shape FROM reached").fetchall() == [(SHAPE,)]


def test_a_folder_of_our_shape_is_taken_as_it_is(there: Tables, folder: Path):
    run(folder, SPOILED)
    with District.open(folder) as district:
        assert tables(district) != there


def test_columns_of_another_shape_are_not_used(at_work: AtWork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(evidence_columns, "WORTH_A_GENERATION", 1)
    district, folder = at_work.district, at_work.district.folder / "columns"
    at_work.record("p-1", training("7"))
    assert district.columns().rows("training").amount.tolist() == [700]
    manifest = json.loads((folder / "manifest.json").read_text())
    which = next(n for n, kind in enumerate(manifest["kinds"]) if kind["kind"] == "training")
    np.save(folder / manifest["generation"] / f"{which}-amount.npy", np.array([1], np.int64))

    def read() -> list[int]:
        with district.reading() as connection:
            amounts = evidence_columns.load(connection, folder, district.catalogue).rows("training").amount
        return [int(one) for one in amounts]

    assert read() == [1]  # of our shape: taken as they are
    (folder / "manifest.json").write_text(json.dumps(manifest | {"shape": SHAPE + 1}))
    assert read() == [700]
