"""The meaning of ``jieti-ladder/1``: the rows of a measure on their way, and what holds of its lines.

What a line does to the rows is in ``lines``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor, lcm

from ladders.model.lines import (
    Bands,
    Cap,
    Distinct,
    Floor,
    InForce,
    Last,
    LengthIn,
    Line,
    Only,
    Round,
    Times,
    Top,
    Within,
    Worth,
)  # fmt: skip
from ladders.model.measures import Measure
from ladders.model.words import Asked, Bounds
from ladders.reference.rows import Column, Place, Row, exact
from ladders.reference.windows import hangs_on_subject, window_days

Identity = tuple[int, int]
"""Of a subject's rows, which one: the position that recorded it, and its item there."""


@dataclass(frozen=True)
class Item:
    """A row, or what became of several, on its way through the lines.

    ``early``, ``late`` and ``end`` bound the time in force that counts: it begins between the first two.  ``order`` is
    the place in the stated order.  After ``sum per`` and ``count per`` only the keys are left in ``keys``, the group
    has the place of its last row, and its days mean nothing.
    """

    first: date
    last: date
    until: date
    early: date
    late: date
    end: date
    amount: int
    order: int
    sure: bool
    keys: Mapping[str, str | int]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Number:
    """What a measure came to in one reading: ``value / over``; None over nothing.

    ``unit`` is what 1 is at the scale of the amounts; it differs from ``over`` for a mean.
    """

    value: int | None
    over: int
    unit: int
    unclear: bool
    rows: tuple[Row, ...]


def split(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines up to the verb, and those after it; ValueError without a verb."""
    for number, line in enumerate(lines):
        if isinstance(line, Last | Distinct):
            return lines[: number + 1], lines[number + 1 :]
    raise ValueError("a measure needs a verb: sum, count, mean, best, latest, first or distinct")


def amount_scale(place: Place, kind: str) -> int:
    """The decimal places of a kind's amounts; of the built-in kinds only a decision has any."""
    declared = place.question.catalogue.kinds.get(kind)
    return declared.amount.scale if declared and declared.amount else 2 if kind == "decision" else 0


def limit_of(column: Column, unit: int) -> Column:
    """A cap's or a floor's column; ValueError for what is negative or finer than the amounts it limits."""
    if any(exact(cell) < 0 or (exact(cell) * unit).denominator > 1 for cell in column.values):
        raise ValueError(f"a cap or a floor is not negative, and a whole number of 1/{unit} here")
    return column


def factor_of(column: Column) -> int:
    """The common denominator of all entries of a factor or a worth; ValueError for a negative one."""
    if any(exact(cell) < 0 for cell in column.values):
        raise ValueError("an amount is never negative, nor what it is multiplied by")
    return lcm(*(exact(cell).denominator for cell in column.values))


def finest(line: Bands) -> int:
    """The common denominator of the values of bands; ValueError for a negative one."""
    if any(exact(value) < 0 for _, value in line.bands):
        raise ValueError("an amount is never negative")
    return lcm(*(exact(value).denominator for _, value in line.bands))


def band_of(line: Bands, number: Fraction) -> Fraction:
    """The value of the band in which a number lies; 0 below all of them."""
    values = [exact(value) for edge, value in line.bands if Fraction(edge) <= number]
    return values[-1] if values else Fraction(0)


def rounded(value: Fraction, line: Round) -> Fraction:
    """A number as a multiple of what it is rounded to; nearest: a half goes up."""
    to = Fraction(line.to)
    many = value / to
    way = {"down": floor(many), "up": ceil(many), "nearest": floor(many + Fraction(1, 2))}
    return way[line.round] * to


def more_may_come(place: Place, measure: Measure, lines: tuple[Line, ...]) -> bool:
    """Whether the number is only a lower bound: a period still runs, or the source is declared incomplete there."""
    begin, end = date.min, place.day
    windows = [line for line in lines if isinstance(line, Within | InForce)]
    if any(window_days(place, line).running for line in windows):
        return True
    fixed = [window_days(place, line) for line in windows if not hangs_on_subject(place, line)]
    if fixed:
        begin, end = max(days.early for days in fixed), min(days.end for days in fixed)
    return any(
        one.kind in measure.evidence and begin <= end and one.first <= end and one.last >= begin
        for one in getattr(place.question.settings, "incomplete", ())
    )


def by_day(line: Line) -> bool:
    return (isinstance(line, Last) and line.verb in ("latest", "first")) or (isinstance(line, Top) and line.by == "day")


def day_behind(day: date) -> date:
    """The day after, at the calendar's end itself."""
    return day if day == date.max else day + timedelta(days=1)


def one_for(group: list[Item], amount: int, keys: Mapping[str, str | int]) -> Item:
    """One row for several: at the place of the last, sure if all are."""
    sure = all(item.sure for item in group)
    return replace(
        group[-1], amount=amount, sure=sure, keys=keys, order=max(i.order for i in group), rows=rows_of(group)
    )


def rows_of(items: list[Item]) -> tuple[Row, ...]:
    return tuple(row for item in items for row in item.rows)


def amounts_only(place: Place, later: tuple[Line, ...]) -> bool:
    """Whether the lines up to the verb see nothing of a row but its amount, and grow with it."""
    for line in later:
        match line:
            case Cap(cap=asked) | Floor(floor=asked) | Times(times=asked) | Worth(worth=asked):
                if by_row(place, asked):
                    return False
            case Round() | Bands(rising=True):
                pass
            case Last():
                return not by_day(line)
            case _:
                return False
    return True


def by_row(place: Place, asked: Asked | Fraction) -> bool:
    """Whether a number hangs on the row of evidence."""
    if not isinstance(asked, str):
        return False
    return any(key not in place.ladder.attributes for key in place.ladder.cells(asked, place.step).keys)


def monotone_when_joined(line: Line) -> bool:
    """Whether a line still grows with the rows although these may grow together to fewer."""
    if isinstance(line, Only):
        rising = (isinstance(one, Bounds) and {key for key, _ in one.comparisons} for one in line.only.values())
        return all(keys and keys <= {"at least", "more than"} for keys in rising)
    if isinstance(line, Last):
        return line.verb in ("sum", "best")
    return isinstance(line, LengthIn | InForce | Times)
