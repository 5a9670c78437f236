"""What the command line costs before it does anything, and what a review cycle costs before anything is advanced.

Python alone is the opponent of the first; of the others, Prefect as it starts by itself for a flow that does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import invented
from benchmarks.measuring import Timed, paired, timed
from engine.district import District
from engine.running import keeping
from workflows.commands import Nominate, OpenCycle, PublishLadder, SetClock

HELP = "import sys; sys.argv = ['jieti', '--help']; from console.cli import main; main()"
JIETI = "from console.cli import main; main()"
EPHEMERAL = """
from prefect import flow

@flow
def nothing():
    pass

nothing()
"""
CASES = 20
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
LADDER = """
format: jieti-ladder/1
id: bench
title: {zh: 测评, en: bench}
subject: person
rungs:
  - {id: senior, title: {zh: 资深, en: senior}, end: true}
routes:
  review:
    stages:
      - {id: panel, title: {zh: 评议, en: panel}, body: {zh: 督导室, en: panel}, seats: 1, quorum: 1,
         threshold: more than 1/2 of present, days: 7}
    notice working days: 5
steps:
  - to: senior
    route: review
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
"""


def run(quick: bool) -> list[dict[str, Any]]:
    """``jieti --help``, and an advance with ``jieti up`` and without, each in a process of its own."""
    rounds = 5 if quick else 15
    ours, opponent = timed(lambda: _python(HELP)), timed(lambda: _python("pass"))
    lines = [paired("jieti --help", ours, opponent, against="python -c pass", unit="ms", size=1, rounds=rounds)]
    rounds = 2 if quick else 7
    with TemporaryDirectory() as folder:
        there = Path(folder)
        office, prefects = there / "office", there / "prefect"
        cycles = _office(office, 2 * rounds + 2)
        prefects.mkdir()
        ephemeral = timed(lambda: _python(EPHEMERAL, **_ephemeral(prefects)))
        ephemeral()  # its first start makes its database
        against = "Prefect, ephemeral, a flow of nothing"
        _advanced(office, cycles)()  # ours too
        about: dict[str, Any] = {"against": against, "unit": "s", "size": CASES, "rounds": rounds}
        lines.append(paired("advance a cycle, nothing up", _advanced(office, cycles), ephemeral, **about))
        with _up(office):
            _advanced(office, cycles)()
            lines.append(paired("advance a cycle, jieti up", _advanced(office, cycles), ephemeral, **about))
    return lines


def _python(code: str, *arguments: str, **more: str) -> None:
    subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **more},
    )


def _advanced(office: Path, cycles: list[str]) -> Timed:
    """The time of ``jieti cycle advance`` from start to end: submission closes, everybody is assessed."""

    def once() -> float:
        cycle = cycles.pop()
        with District.open(office) as district:  # what `jieti up` must not do before it is asked
            now = district.now
            district.handle(
                OpenCycle(
                    id=district.command_id(), asking=invented.CLERK, cycle=cycle, ladder="bench", to="senior",
                    period=cycle, title=cycle, as_of=MONDAY.date(), deadline=district.today,
                )
            )  # fmt: skip
            people = sorted(district.find("person", [invented.staff_number(one) for one in range(CASES)]).values())
            for person in people:
                case = district.new_id("c")
                district.handle(
                    Nominate(id=district.command_id(), asking=invented.CLERK, cycle=cycle, case=case, subject=person)
                )
            district.handle(SetClock(id=district.command_id(), asking=invented.CLERK, now=now + timedelta(days=1)))
        began = time.perf_counter()
        _python(JIETI, "cycle", "advance", cycle, "--data", str(office))
        return time.perf_counter() - began

    return once


def _office(folder: Path, cycles: int) -> list[str]:
    """A district with a few people and a ladder, and the ids of the cycles that it will have."""
    invented.staffed(folder, CASES, MONDAY)
    with District.open(folder) as district:
        district.handle(
            PublishLadder(
                id=district.command_id(), asking=invented.CLERK, file=LADDER.encode(), in_force_from=date(2026, 1, 1)
            )
        )
        return [district.new_id("y") for _ in range(cycles)]


def _ephemeral(home: Path) -> dict[str, str]:
    """Prefect's defaults, in a home of its own, and quiet."""
    return {
        "HOME": str(home),
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "ERROR",
    }


@contextmanager
def _up(office: Path) -> Iterator[None]:
    """``jieti up``, once its first sweep is over."""
    command = [sys.executable, "-c", JIETI, "up", "--data", str(office), "--every", "1 day"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as up:
        try:
            while (status := keeping.found(office)) is None or status.last_sweep is None:
                if up.poll() is not None:
                    raise RuntimeError("jieti up did not come up")
                time.sleep(0.1)
            yield
        finally:
            up.terminate()
