"""Every verdict of a cycle derived again from the log; the opponent is the cycle's own assessment."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cycles import CYCLE, OFFICE, nominations, prepared, unpaused
from benchmarks.measuring import result
from engine.collecting import old_left_alone
from engine.cycles.advance import next_phase, run_chunk
from engine.district import District
from engine.replay.replay import replay
from workflows.commands import CloseSubmission, Landed


def run(quick: bool) -> list[dict[str, Any]]:
    """Nominations, then verdicts; then all of them again from what they pinned."""
    size, rounds = (3_000, 3) if quick else (100_000, 2)
    ours, theirs = list[float](), list[float]()
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        closed, folder = Path(place) / "closed", Path(place) / "ours"
        _closed(closed, size)
        for _ in range(rounds):
            rmtree(folder, ignore_errors=True)
            copytree(closed, folder)
            with District.open(folder) as district, unpaused():
                theirs.append(_assessed(district))
            with District.open(folder) as district:
                began = time.perf_counter()
                again = replay(district, CYCLE)
                ours.append(time.perf_counter() - began)
                assert again.verdicts == size
                assert not again.differences
    against = "the cycle assesses them: verdicts derived, recorded"
    return [result("replay a cycle's verdicts", ours, theirs, against=against, unit="s", size=size)]


def _closed(folder: Path, size: int) -> None:
    """A cycle whose submission is closed, everybody nominated."""
    people = prepared(folder, size, panels=False)
    with District.open(folder) as district, unpaused():
        assert all(isinstance(one, Landed) for one in district.handle_many(nominations(district, people[-size:])))
        district.handle(CloseSubmission(id=district.command_id(), asking=OFFICE, cycle=CYCLE))


def _assessed(district: District) -> float:
    """The seconds that the phase of the verdicts takes."""
    began = time.perf_counter()
    phase = next_phase(district, CYCLE)
    assert phase is not None
    assert phase.name == "assess"
    with old_left_alone():
        for chunk in phase.chunks:
            run_chunk(district, CYCLE, phase.name, chunk)
    return time.perf_counter() - began
