"""Outcomes as numbers, and how they combine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from events.facts import Outcome
from ladders.evidence.columns import Bools, Ints

OUTCOMES: tuple[Outcome, ...] = ("not met", "unknown", "met", "not examined")
"""Outcomes by code: of the first three ``all`` is the least, ``any`` the greatest, ``none`` two minus that."""
NOT_MET, UNKNOWN, MET, NOT_EXAMINED = range(4)

Outcomes = npt.NDArray[np.int8]


def outcome(met: Bools, unmet: Bools | None = None) -> Outcomes:
    """Met, not met, or unknown where neither; without the second mark not met where not met."""
    if unmet is None:
        return met.view(np.int8) * np.int8(MET)
    return met.view(np.int8) - unmet.view(np.int8) + np.int8(UNKNOWN)


def combined(combination: str, outcomes: Sequence[Outcomes], at_least: int, places: int) -> Outcomes:
    """``all``, ``any`` or ``none`` of the outcomes (perhaps none), or so many ``of`` them, by Kleene logic."""
    if combination == "of":
        met, possible = count(outcomes, places), count((one + 1 for one in outcomes), places)
        return outcome(met >= at_least, possible < at_least)
    least = combination == "all"
    found = np.full(places, MET if least else NOT_MET, np.int8)
    for one in outcomes:
        (np.minimum if least else np.maximum)(found, one, out=found)
    return np.int8(MET) - found if combination == "none" else found


def count(outcomes: Iterable[Outcomes], places: int) -> Ints:
    """How many of them are met at each place."""
    found = np.zeros(places, np.int32)
    for one in outcomes:
        found += one >= MET
    return found
