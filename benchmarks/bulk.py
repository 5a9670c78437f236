"""Bulk append: validated, hashed, sealed and projected by us; the same rows written by the bare driver."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import result
from engine.district import District
from engine.handle import PAUSE
from workflows.commands import Landed


def run(quick: bool) -> list[dict[str, Any]]:
    """With and without the pauses that let others write between the chunks; the driver makes none."""
    size, rounds = (20_000, 3) if quick else (200_000, 3)
    busy, paused, driver = [], [], []
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        prepared = Path(place) / "prepared"
        people = invented.staffed(prepared, size // invented.PER_PERSON)
        rows = invented.trainings(people, size)
        for nth in range(rounds):
            ours, theirs = Path(place) / f"ours-{nth}", Path(place) / f"bare-{nth}"
            copytree(prepared, ours)
            copytree(prepared, theirs)
            took, chunks = _ours(ours, rows)
            paused.append(took)
            busy.append(took - PAUSE * (len(chunks) - size % 2))
            driver.append(_bare(theirs, ours, chunks))
    said: dict[str, Any] = {"unit": "rows/s", "size": size}
    return [
        result("bulk append, without its pauses", busy, driver, against="bare sqlite3, same rows", **said),
        result("bulk append, with its pauses", paused, driver, against="bare sqlite3, same rows", **said),
    ]


def _ours(folder: Path, rows: list[invented.Training]) -> tuple[float, list[int]]:
    chunks: list[int] = []
    with District.open(folder) as district:
        began = time.perf_counter()
        for answer in district.handle_many(invented.commands(district, rows), chunks.append):
            assert isinstance(answer, Landed)
        return time.perf_counter() - began, chunks


def _bare(folder: Path, ours: Path, chunks: list[int]) -> float:
    written, log = bare.connect(ours / "log.db"), bare.connect(folder / "log.db")
    bare.without_triggers(log)
    (before,) = log.execute("SELECT max(position) FROM event").fetchone()
    rows = bare.rows_after(written, before)
    began = time.perf_counter()
    bare.write(log, rows, chunks)
    took = time.perf_counter() - began
    assert rows == bare.rows_after(log, before)
    written.close()
    log.close()
    return took
