"""Periods: how the calendar is divided into school years, half-years, cycles of five years, and which one holds a day.

Periods are numbered in order.  ``at`` numbers every day; a day before the first period or behind the last one has a
number as well, which no period has (``has``), so that both lie outside and yet apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ladders.model.windows import Period, Span
from ladders.reference.days import moved, school_year


class Periods(ABC):
    """A division of the calendar into numbered periods."""

    @abstractmethod
    def at(self, day: date) -> int:
        """The number of the period that holds a day, or one that no period has."""

    @abstractmethod
    def first(self, number: int) -> date:
        """The first day of a period, and of the one after the last; the calendar's edge beyond it."""

    def last(self, number: int) -> date:
        """The last day of a period."""
        end = self.first(number + 1)
        return end if end == date.max else end - timedelta(days=1)

    def has(self, number: int) -> bool:
        """Whether a period has that number."""
        return True


@dataclass(frozen=True)
class Months(Periods):
    """So many months each, from January of the year 0 on: calendar years, half-years, months."""

    months: int

    def at(self, day: date) -> int:
        return (day.year * 12 + day.month - 1) // self.months

    def first(self, number: int) -> date:
        year, month = divmod(number * self.months, 12)
        if year < date.min.year:
            return date.min
        return date(year, month + 1, 1) if year <= date.max.year else date.max


@dataclass(frozen=True)
class SchoolYears(Periods):
    """School years, numbered by the calendar year in which they begin; ``starts`` is a month and day, ``09-01``.

    A month that is shorter than that lets its school year begin with the next month.
    """

    starts: str

    def at(self, day: date) -> int:
        return school_year(day, self.starts)

    def first(self, number: int) -> date:
        if not date.min.year <= number <= date.max.year:
            return date.min if number < date.min.year else date.max
        month, day = map(int, self.starts.split("-"))
        try:
            return date(number, month, day)
        except ValueError:
            return date(number, month + 1, 1)


@dataclass(frozen=True)
class Every(Periods):
    """So long each, from a day on: numbered from 0, each counted from the first day and not from the one before."""

    span: Span
    start: date

    def at(self, day: date) -> int:
        if day < self.start:
            return -1
        if self.span.unit == "days":
            return (day - self.start).days // self.span.n
        months = self.span.n * (12 if self.span.unit == "years" else 1)
        number = ((day.year - self.start.year) * 12 + day.month - self.start.month) // months
        return number if self.first(number) <= day else number - 1

    def first(self, number: int) -> date:
        if number == 0:
            return self.start
        so_long = Span.model_construct(n=abs(number) * self.span.n, unit=self.span.unit)
        return moved(self.start, so_long, 1 if number > 0 else -1)

    def has(self, number: int) -> bool:
        return number >= 0


@dataclass(frozen=True)
class Listed(Periods):
    """From each of these days to the day before the next, numbered from 0."""

    starts: Sequence[date]

    def at(self, day: date) -> int:
        return bisect_right(self.starts, day) - 1

    def first(self, number: int) -> date:
        if number < 0:
            return date.min
        return self.starts[number] if number < len(self.starts) else date.max

    def has(self, number: int) -> bool:
        return 0 <= number < len(self.starts) - 1


CALENDAR = {"calendar year": Months(12), "half-year": Months(6), "month": Months(1)}
YEAR = Span(n=1, unit="years")


def begins(name: str, declared: Period | None) -> str | None:
    """The name of the subject's day from which a period counts; None for one that is the same for everybody."""
    if declared is None:
        return "rung" if name == "term year" else None
    return declared.from_ if isinstance(declared.from_, str) else None


def periods(name: str, declared: Period | None, starts: str, start: date | None = None) -> Periods:
    """The periods of a name: the ladder's own where it declares them, else a built-in; KeyError for neither.

    ``starts`` is the first day of the school year, ``start`` the subject's day where ``begins`` names one.
    """
    if declared is None:
        if name == "school year":
            return SchoolYears(starts)
        return Every(YEAR, start) if name == "term year" and start is not None else CALENDAR[name]
    if declared.starts is not None:
        return Listed(declared.starts)
    anchor = declared.from_ if isinstance(declared.from_, date) else start
    if declared.every is None or anchor is None:
        raise KeyError(name)
    return Every(declared.every, anchor)


def newest(divided: Periods, day: date, full: bool) -> int | None:
    """The period that holds a day, or the last ``full`` one: that ended on or before it; None where there is none."""
    number = divided.at(day)
    if full and not (divided.has(number) and divided.last(number) <= day):
        number -= 1
    return number if divided.has(number) else None
