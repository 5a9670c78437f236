"""How two ways of doing the same are measured against each other."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

Timed = Callable[[], float]
"""Does the work once, setting up and cleaning up outside of the time that it returns, in seconds."""


def timed(work: Callable[[], object]) -> Timed:
    """The same work, answering the seconds that it took."""

    def once() -> float:
        gc.collect()
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return once


def paired(
    name: str, ours: Timed, opponent: Timed, *, against: str, unit: str, size: int, rounds: int
) -> dict[str, Any]:
    """Several rounds of both, each round in the other order; the medians, their ratio and the spread of both.

    ``unit`` is ``s``, ``ms`` or ``.../s`` (``size`` things in a second).  The ratio is of the times: how many times
    as long as the opponent we take.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for nth in range(rounds):
        for which in (0, 1) if nth % 2 == 0 else (1, 0):
            times[which].append((ours, opponent)[which]())
    return result(name, times[0], times[1], against=against, unit=unit, size=size)


def result(
    name: str, ours: list[float], opponent: list[float], *, against: str, unit: str, size: int
) -> dict[str, Any]:
    """A line of the table from the seconds of every round."""
    shown = [[_in_unit(seconds, unit, size) for seconds in times] for times in (ours, opponent)]
    return {
        "name": name,
        "ours": statistics.median(shown[0]),
        "opponent": statistics.median(shown[1]),
        "ratio": statistics.median(ours) / statistics.median(opponent),
        "unit": unit,
        "size": size,
        "against": against,
        "ours_range": [min(shown[0]), max(shown[0])],
        "opponent_range": [min(shown[1]), max(shown[1])],
        "rounds": len(ours),
    }


def _in_unit(seconds: float, unit: str, size: int) -> float:
    if unit.endswith("/s"):
        return size / seconds
    return seconds * {"s": 1.0, "ms": 1e3, "µs": 1e6, "MB": 1.0}[unit]
