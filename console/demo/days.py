"""On which days things happen in schools."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

_TRIES = 4


def in_term(day: date) -> bool:
    """Whether schools teach on that day: no weekend, no summer, not the weeks around the spring festival."""
    return day.weekday() < 5 and day.month not in (7, 8) and not (day.month == 2 and day.day < 18)


def teaching_day(rng: Random, first: date, last: date) -> date:
    """A day between two, both inside, on which schools teach, as far as a few tries find one."""
    day = first
    for _ in range(_TRIES):
        day = first + timedelta(days=rng.randint(0, (last - first).days))
        if in_term(day):
            break
    return day
