"""Bulk append: validated, hashed, sealed and projected by us; the same rows written by the bare driver."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import result
from engine import pace
from engine.district import District
from events import log
from workflows.commands import Landed


def run(quick: bool) -> list[dict[str, Any]]:
    """With and without the pauses that let others write between the chunks; the driver makes none."""
    size, rounds = (20_000, 3) if quick else (200_000, 3)
    times: dict[str, list[float]] = {"without": [], "with": [], "bare": [], "treeless": []}
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
            times["with"].append(_ours(folders["with"], rows, pause=pace.PAUSE)[0])
            times["treeless"].append(_treeless(folders["treeless"], rows))
    said: dict[str, Any] = {"against": "bare sqlite3, the same rows", "unit": "rows/s", "size": size}
    return [
        result("bulk append, no pauses", times["without"], times["bare"], **said),
        result("bulk append, with pauses", times["with"], times["bare"], **said),
        result("bulk append, its tree", times["without"], times["treeless"], **said | {"against": "the same, no tree"}),
    ]


def _ours(folder: Path, rows: list[invented.Training], pause: float) -> tuple[float, list[int]]:
    """The seconds it took and the sizes of the chunks."""
    chunks: list[int] = []
    usual, pace.PAUSE = pace.PAUSE, pause
    try:
        with District.open(folder) as district:
            began = time.perf_counter()
            for answer in district.handle_many(invented.commands(district, rows), chunks.append):
                assert isinstance(answer, Landed)
            return time.perf_counter() - began, chunks
    finally:
        pace.PAUSE = usual


def _treeless(folder: Path, rows: list[invented.Training]) -> float:
    """The seconds it takes without keeping the nodes of the log's tree."""
    usual = log.grow
    log.grow = lambda *_: None  # type: ignore[assignment]
    try:
        return _ours(folder, rows, pause=0.0)[0]
    finally:
        log.grow = usual


def _bare(folder: Path, ours: Path, chunks: list[int]) -> float:
    """The seconds in which the driver writes what we wrote, in the same chunks."""
    written, store = bare.connect(ours / "log.db"), bare.connect(folder / "log.db")
    bare.without_triggers(store)
    (before,) = store.execute("SELECT max(position) FROM event").fetchone()
    rows = bare.rows_after(written, before)
    began = time.perf_counter()
    bare.write(store, rows, chunks)
    took = time.perf_counter() - began
    assert rows == bare.rows_after(store, before)
    written.close()
    store.close()
    return took
