"""The calendar of the rules on whole vectors of days: what ``ladders.reference.days`` and ``periods`` say of one day.

Days are proleptic ordinals.  Days before year 1 are its first day, days after year 9999 its last.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

import numpy as np

from ladders.evidence.columns import FOREVER, Days, Ints
from ladders.model.windows import Span, Unit
from ladders.reference.periods import Periods

_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = {"years": 12, "months": 1}


def _dates(days: Days | Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    return (np.asarray(days, np.int64) - _EPOCH).astype("datetime64[D]")


def moved(days: Days | Ints, n: Ints | int, unit: Unit) -> Ints:
    """The days so many units after each (before it, below zero), in the same place of its month or at its end."""
    if unit == "days":
        shifted: Ints = np.clip(np.asarray(days, np.int64) + n, 1, FOREVER)
        return shifted
    dates = _dates(days)
    months = dates.astype("datetime64[M]")
    nth = (dates - months.astype("datetime64[D]")).astype(np.int64)
    target = months.astype(np.int64) + np.asarray(n, np.int64) * _MONTHS[unit]
    begins = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (target + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    found: Ints = np.clip(np.minimum(begins + nth, ends - 1) + _EPOCH, 1, FOREVER)
    return found


def _month(days: Days | Ints) -> Ints:
    return _dates(days).astype("datetime64[M]").astype(np.int64)


def completed(start: Days | Ints, end: Days | Ints, unit: Unit) -> Ints:
    """The years, months or days completed from each day up to another, never below 0."""
    if unit == "days":
        days: Ints = np.maximum(np.asarray(end, np.int64) - start, 0)
        return days
    each = _MONTHS[unit]
    count: Ints = np.maximum((_month(end) - _month(start)) // each, 0)
    short = (count > 0) & (moved(start, count, unit) > end)
    return count - short


class Division(Protocol):
    """The calendar divided into numbered periods, the same for everybody or each place's own."""

    @property
    def lowest(self) -> int | None:
        """The number of the first period; None where there is none."""
        ...

    def numbers(self, days: Ints | Days) -> Ints:
        """The period that holds each day, or a number that no period has."""
        ...

    def first(self, numbers: Ints) -> Ints:
        """The first day of each period, and of the one after the last."""
        ...

    def has(self, numbers: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether a period has that number."""
        ...


class Common:
    """A division that is the same for everybody; as many of its periods are written out as are asked for."""

    def __init__(self, periods: Periods) -> None:
        self._periods = periods
        self._low, self._high = 1, 0
        self._edges = np.empty(0, np.int64)

    @property
    def lowest(self) -> int | None:
        """The number of the first period; None where there is none."""
        return None if self._periods.has(-1) else 0

    def _reach(self, low: int, high: int) -> None:
        """Have the edges of all periods with these numbers, and of the one behind them."""
        if low < self._low or high + 1 > self._high or self._low > self._high:
            if self._low <= self._high:
                low, high = min(low, self._low), max(high, self._high - 1)
            self._low, self._high = low, high + 1
            edges = [self._periods.first(number).toordinal() for number in range(low, high + 2)]
            self._edges = np.array(edges, np.int64)

    def numbers(self, days: Ints | Days) -> Ints:
        if not len(days):
            return np.empty(0, np.int64)
        low, high = (self._periods.at(date.fromordinal(int(day))) for day in (days.min(), days.max()))
        self._reach(low, high)
        found: Ints = np.searchsorted(self._edges, days, "right") - 1 + self._low
        return np.clip(found, low, high)  # outside of all periods every day has the one number

    def first(self, numbers: Ints) -> Ints:
        if not len(numbers):
            return np.empty(0, np.int64)
        self._reach(int(numbers.min()), int(numbers.max()))
        found: Ints = self._edges[numbers - self._low]
        return found

    def has(self, numbers: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return (
            np.fromiter(map(self._periods.has, numbers.tolist()), np.bool_, len(numbers))
            if len(numbers) < 64
            else (self._has_many(numbers))
        )

    def _has_many(self, numbers: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        different, which = np.unique(numbers, return_inverse=True)
        return np.fromiter(map(self._periods.has, different.tolist()), np.bool_, len(different))[which]


class Own:
    """So long each, from each place's (or row's) own day on: numbered from 0."""

    def __init__(self, span: Span, start: Ints | Days) -> None:
        self._span, self._start = span, np.asarray(start, np.int64)

    @property
    def lowest(self) -> int:
        """The number of the first period."""
        return 0

    def numbers(self, days: Ints | Days) -> Ints:
        days = np.asarray(days, np.int64)
        if self._span.unit == "days":
            number = (days - self._start) // self._span.n
        else:
            number = (_month(days) - _month(self._start)) // (self._span.n * _MONTHS[self._span.unit])
            number = number - (self.first(number) > days)
        return np.where(days < self._start, -1, number)

    def first(self, numbers: Ints) -> Ints:
        return moved(self._start, np.asarray(numbers, np.int64) * self._span.n, self._span.unit)

    def has(self, numbers: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return np.asarray(numbers >= 0)

    def of(self, place: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Own:
        """The division of rows that count at these places."""
        return Own(self._span, self._start[place])
