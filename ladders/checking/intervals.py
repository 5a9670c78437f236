"""Between what and what the number of a measure can lie: what records, windows, tables and caps can give at most.

Never too narrow: where anything may come, there is no bound.  Nothing measured is ever below 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

from events.facts import Catalogue
from ladders.checking.carried import Carried
from ladders.checking.row_tables import possible
from ladders.model.ladder import (
    Addend,
    AMeasure,
    Asked,
    Bands,
    BestPer,
    Cap,
    Computed,
    CountPer,
    Distinct,
    Extreme,
    FirstPer,
    Floor,
    InForce,
    Join,
    Ladder,
    Last,
    LatestPer,
    LengthIn,
    Line,
    Measure,
    Only,
    RankPer,
    RankSharePer,
    Round,
    Runs,
    Span,
    Step,
    SumPer,
    Times,
    Top,
    Total,
    Window,
    Within,
    Worth,
    keys_of,
)
from ladders.model.words import Factor

MONTHS = {"school year": 12, "calendar year": 12, "term year": 12, "half-year": 6, "month": 1}
"""How many months the built-in periods have."""


@dataclass(frozen=True)
class Reach:
    """The least and the most; None where there is no most.  ``record``: the most is what one record can have."""

    low: Fraction = Fraction(0)
    high: Fraction | None = None
    record: bool = False


@dataclass(frozen=True)
class _Rows:
    """Of the rows at a line: how many at most, the reach of each amount, and of all amounts together."""

    amount: Reach
    many: int | None = None
    together: Fraction | None = None
    window: Window | None = None
    """The last window that kept them by their day, if it is the same for everybody."""
    clip: Fraction | None = None
    """How many months of a lasting row count at most."""
    joined: bool = False


class Reaches:
    """The reach of measures, for a ladder that has no error against its catalogue."""

    def __init__(self, ladder: Ladder, catalogue: Catalogue) -> None:
        self.ladder, self.catalogue = ladder, catalogue
        self.known: dict[tuple[int, str, str | None], tuple[AMeasure, Reach]] = {}

    def of(self, measure: AMeasure, step: Step) -> Reach:
        """The reach of a measure's number, under a step."""
        key = (id(measure), step.to, step.from_)
        if key not in self.known:
            self.known[key] = measure, self._of(measure, step)  # kept, so that its id is no other's
        return self.known[key][1]

    def _of(self, measure: AMeasure, step: Step) -> Reach:
        if isinstance(measure, Extreme):
            highs = [self.reach_of(part, step).high for part in measure.parts]
            reach = Reach(Fraction(0), None if None in highs else max(one for one in highs if one is not None))
            later: tuple[Line, ...] = measure.then
        elif isinstance(measure, Total):
            reach, later = self.total(measure, step), measure.then
        else:
            reach, later = self.rows(measure, step)
        for line in later:
            reach = self.after(line, reach, step)
        return reach

    def total(self, total: Total, step: Step) -> Reach:
        """The reach of the parts together."""
        parts = [self.reach_of(part, step) for part in total.total]
        highs = [part.high for part in parts]
        most = None if None in highs else sum((one for one in highs if one is not None), Fraction(0))
        return Reach(sum((part.low for part in parts), Fraction(0)), most)

    def reach_of(self, part: Addend, step: Step) -> Reach:
        """The reach of a measure that another is made of, multiplied."""
        one, (least, most) = self.of(self.ladder.measures[part.measure], step), self.values(part.times, step)
        return Reach(one.low * least, None if one.high is None or most is None else one.high * most)

    def values(self, asked: Asked | Factor, step: Step) -> tuple[Fraction, Fraction | None]:
        """The least and the most that a step can find; None where that hangs on more than tables."""
        if isinstance(asked, Decimal | Fraction):
            return Fraction(asked), Fraction(asked)
        if isinstance(asked, Computed):
            return Fraction(0), None
        numbers = [Fraction(cell) for cell in self.ladder.cells(asked, step).values if not isinstance(cell, str)]
        return (min(numbers), max(numbers)) if numbers else (Fraction(0), None)

    # --------------------------------------------------------------------------------------------- before the verb

    def rows(self, measure: Measure, step: Step) -> tuple[Reach, tuple[Line, ...]]:
        """The reach of the number that the verb makes, and the lines after it."""
        carried = Carried(self.catalogue, measure.evidence, measure.through is not None)
        most = max((Fraction(amount.most) for amount in carried.amounts), default=None)
        whole = most if carried.without_amount is None else None
        rows = _Rows(Reach(Fraction(0), whole, record=True))
        for number, line in enumerate(measure.then):
            if isinstance(line, Last | Distinct):
                return self.said(line, rows, carried, measure.then[:number]), measure.then[number + 1 :]
            rows = self.line(line, rows, carried, measure.then[:number], step)
        return Reach(), ()

    def line(self, line: Line, rows: _Rows, carried: Carried, before: tuple[Line, ...], step: Step) -> _Rows:
        """What is left after a line."""
        match line:
            case Within():
                plain = line.otherwise is None and line.skipping is None
                return replace(rows, window=line.within if plain else None)
            case InForce():
                clip = months(line.during.span) if line.otherwise is None and line.during.span else None
                return replace(rows, clip=clip if line.during.kind == "last" else None)
            case Worth(worth=asked):
                return replace(rows, amount=Reach(*self.values(asked, step)), together=None)
            case Times() | Cap() | Floor() | Round() | Bands():
                return replace(rows, amount=self.after(line, rows.amount, step), together=None)
            case Join():
                return replace(rows, many=None, amount=Reach(), joined=True)
            case LengthIn(length=unit):
                longest = None if rows.clip is None else in_units(rows.clip, unit)
                return replace(rows, amount=Reach(Fraction(0), longest), together=longest if rows.joined else None)
            case BestPer(best_per=key) | LatestPer(latest_per=key) | FirstPer(first_per=key):
                return replace(rows, many=fewest(rows.many, groups(keys_of(key), carried, before, rows.window)))
            case Top(top=n, per=key):
                of = 1 if key is None else groups(keys_of(key), carried, before, rows.window)
                return replace(rows, many=fewest(rows.many, None if of is None else of * n))
            case SumPer(sum_per=key):
                many = fewest(rows.many, groups(keys_of(key), carried, before, rows.window))
                return replace(rows, many=many, amount=Reach(Fraction(0), together(rows)), together=together(rows))
            case CountPer(count_per=key):
                many = fewest(rows.many, groups(keys_of(key), carried, before, rows.window))
                most = None if rows.many is None else Fraction(rows.many)
                return replace(rows, many=many, amount=Reach(Fraction(0), most), together=most)
            case Runs():
                most = None if rows.many is None else Fraction(rows.many)
                return replace(rows, amount=Reach(Fraction(0), most), together=most)
            case _:
                return rows

    def said(self, line: Last | Distinct, rows: _Rows, carried: Carried, before: tuple[Line, ...]) -> Reach:
        """What the verb makes of the rows."""
        if isinstance(line, Distinct):
            many = fewest(rows.many, groups(keys_of(line.distinct), carried, before, rows.window))
            return Reach(Fraction(0), None if many is None else Fraction(many))
        if line.verb == "count":
            return Reach(Fraction(0), None if rows.many is None else Fraction(rows.many))
        if line.verb == "sum":
            return Reach(Fraction(0), together(rows))
        return rows.amount

    # ---------------------------------------------------------------------------------------------- after the verb

    def after(self, line: Line, reach: Reach, step: Step) -> Reach:
        """What a line makes of a number."""
        match line:
            case Cap(cap=asked):
                least, most = self.values(asked, step)
                if most is None or (reach.high is not None and reach.high <= least):
                    return reach
                high = most if reach.high is None else min(reach.high, most)
                return Reach(min(reach.low, least), high, reach.record and high == reach.high)
            case Floor(floor=asked):
                least, most = self.values(asked, step)
                up = None if reach.high is None or most is None else max(reach.high, most)
                return Reach(max(reach.low, least), up, reach.record and up == reach.high)
            case Times(times=factor):
                least, most = self.values(factor, step)
                return Reach(reach.low * least, None if reach.high is None or most is None else reach.high * most)
            case Bands(bands=bands):
                values = [Fraction(cell) for _, cell in bands if not isinstance(cell, str)]
                return Reach(Fraction(0), max(values, default=None))
            case Round(to=to):
                edge = None if reach.high is None else ceil(reach.high / Fraction(to)) * Fraction(to)
                return Reach(Fraction(0), edge)
            case RankPer():
                return Reach(Fraction(1), None)
            case RankSharePer():
                return Reach(Fraction(0), Fraction(1))
            case _:  # nothing below
                return replace(reach, low=Fraction(0))


def fewest(*numbers: int | None) -> int | None:
    """The least of some numbers, of which None is without bound."""
    return min((one for one in numbers if one is not None), default=None)


def together(rows: _Rows) -> Fraction | None:
    """The most that all amounts can come to."""
    if rows.together is not None:
        return rows.together
    return None if rows.many is None or rows.amount.high is None else rows.many * rows.amount.high


def groups(keys: Iterable[str], carried: Carried, before: tuple[Line, ...], window: Window | None) -> int | None:
    """How many groups there are at most by some keys; None where rows may stand alone, or keys be any text."""
    many = 1
    for key in keys:
        one = periods(key, window) if key in MONTHS or (window is not None and window.period == key) else None
        sure = key == "kind" or any(isinstance(line, Only) and key in line.only for line in before)
        if one is None and sure and carried.carries(key):
            terms = possible(key, carried, before)
            one = None if terms is None else len(terms)
        if one is None:
            return None
        many *= one
    return many


def periods(period: str, window: Window | None) -> int | None:
    """Into how many periods the days of a window can fall."""
    if window is None:
        return None
    if window.kind == "periods" and window.period == period:
        return window.n
    if window.kind == "last" and window.span is not None and period in MONTHS:
        return ceil(months(window.span) / MONTHS[period]) + 1
    return None


def months(span: Span) -> Fraction:
    """A length of time in months, rather too many."""
    return {"years": Fraction(span.n * 12), "months": Fraction(span.n), "days": Fraction(span.n, 28)}[span.unit]


def in_units(length: Fraction, unit: str) -> Fraction:
    """Months in another unit, rather too many."""
    return {"years": length / 12, "months": length, "days": length * 31}[unit]
