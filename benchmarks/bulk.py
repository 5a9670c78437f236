"""Bulk append: validated, hashed, sealed and projected by us; the same rows written by the bare driver."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import result
from engine import handle
from engine.district import District
from workflows.commands import Landed


def run(quick: bool) -> list[dict[str, Any]]:
    """With and without the pauses that let others write between the chunks; the driver makes none."""
    size, rounds = (20_000, 3) if quick else (200_000, 3)
    times: dict[str, list[float]] = {"without": [], "with": [], "bare": []}
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        prepared = Path(place) / "prepared"
        people = invented.staffed(prepared, size // invented.PER_PERSON)
        rows = invented.trainings(people, size)
        for _ in range(rounds):
            folders = {name: Path(place) / name for name in times}
            for folder in folders.values():
                rmtree(folder, ignore_errors=True)
                copytree(prepared, folder)
            took, chunks = _ours(folders["without"], rows, pause=0.0)
            times["without"].append(took)
            times["bare"].append(_bare(folders["bare"], folders["without"], chunks))
            times["with"].append(_ours(folders["with"], rows, pause=handle.PAUSE)[0])
    said: dict[str, Any] = {"against": "bare sqlite3, the same rows", "unit": "rows/s", "size": size}
    return [
        result("bulk append, no pauses", times["without"], times["bare"], **said),
        result("bulk append, 50 ms pauses", times["with"], times["bare"], **said),
    ]


def _ours(folder: Path, rows: list[invented.Training], pause: float) -> tuple[float, list[int]]:
    """The seconds it took and the sizes of the chunks."""
    chunks: list[int] = []
    usual, handle.PAUSE = handle.PAUSE, pause
    try:
        with District.open(folder) as district:
            began = time.perf_counter()
            for answer in district.handle_many(invented.commands(district, rows), chunks.append):
                assert isinstance(answer, Landed)
            return time.perf_counter() - began, chunks
    finally:
        handle.PAUSE = usual


def _bare(folder: Path, ours: Path, chunks: list[int]) -> float:
    """The seconds in which the driver writes what we wrote, in the same chunks."""
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
