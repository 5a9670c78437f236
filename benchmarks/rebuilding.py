"""Projections derived again from the log; the driver reads every event and writes the same projections."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import paired
from engine.district import District

TABLES = ("subject", "unit", "code", "business_key", "evidence")


def run(quick: bool) -> list[dict[str, Any]]:
    """A log of trainings."""
    size, rounds = (10_000, 3) if quick else (100_000, 3)
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        folder, theirs = Path(place) / "ours", Path(place) / "bare"
        rows = invented.trainings(invented.staffed(folder, size // invented.PER_PERSON), size)
        with District.open(folder) as district:
            for _ in district.handle_many(invented.commands(district, rows)):
                pass
        copytree(folder, theirs)
        return [
            paired(
                "rebuild the projections",
                lambda: _ours(folder),
                lambda: _bare(theirs),
                against="bare sqlite3 reads and writes",
                unit="events/s",
                size=size,
                rounds=rounds,
            )
        ]


def _ours(folder: Path) -> float:
    with District.open(folder) as district:
        began = time.perf_counter()
        with district.log.writing() as connection:
            district.projector.rebuild(connection)
        return time.perf_counter() - began


def _bare(folder: Path) -> float:
    log = bare.connect(folder / "log.db")
    rows = {table: log.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    began = time.perf_counter()
    log.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        log.execute(f"DELETE FROM {table}")
    for _ in log.execute("SELECT * FROM event ORDER BY position"):
        pass
    for table, of_table in rows.items():
        bare.insert(log, table, of_table)
    log.execute("COMMIT")
    took = time.perf_counter() - began
    log.close()
    return took
