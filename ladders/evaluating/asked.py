"""What a comparison asks, at every place, and what it comes to: exact, by cross-multiplication."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np

from ladders.evaluating.outcomes import Outcomes, outcome
from ladders.evidence.columns import Bools, Ints
from ladders.evidence.lookups import column
from ladders.evidence.vectors import LARGEST, either
from ladders.evidence.view import View
from ladders.measuring.measured import named
from ladders.measuring.numbers_of_rows import Used, nothing_used
from ladders.model.words import Asked, Computed

Whole = Ints | int


@dataclass(frozen=True)
class Limit:
    """A number that is asked, between ``low / over`` and ``high / over`` at every place.

    ``open``: there is no upper end.  ``unknown``: it is not known what is asked.
    """

    low: Whole
    high: Whole
    over: Whole
    open: Bools | None = None
    unknown: Bools | None = None
    used: Used = nothing_used

    def lowered(self, to: Ints, over: int, where: Bools) -> Limit:
        """No more than another number, at marked places."""
        if isinstance(self.over, int):
            common = lcm(self.over, over)
            up, to = common // self.over, to * (common // over)
            low, high = _times(self.low, up), _times(self.high, up)
            fine: Whole = common
        else:
            low, high, fine = _times(self.low, over), _times(self.high, over), _times(self.over, over)
            to = to * self.over
        least = np.where(where, np.minimum(low, to), low)
        if self.open is not None:  # what has no upper end comes down to it
            high = np.where(where & self.open, to, high)
        most = np.where(where, np.minimum(high, to), high)
        return replace(self, low=least, high=most, over=fine, open=None if self.open is None else self.open & ~where)


def limit_of(view: View, asked: Asked) -> Limit:
    """What is asked at every place."""
    if isinstance(asked, Computed):
        return view.once(("limit", repr(asked)), lambda: _computed(view, asked))
    entries = column(view, asked)
    value = entries.at_places(entries.fine)
    return Limit(value, value, entries.fine, unknown=entries.missing)


def _computed(view: View, asked: Computed) -> Limit:
    """A measure's value times a factor, plus a number, rounded as stated."""
    found = named(view, asked.measure)
    factor = column(view, asked.times)
    factor.natural(factor.fine)
    times, plus = factor.at_places(factor.fine), Fraction(asked.plus)
    over = found.over if isinstance(found.over, int) else np.maximum(found.over, 1)
    # value / over * times / fine + up / down
    fine = _times(_times(over, factor.fine), plus.denominator)
    added = _times(_times(over, factor.fine), plus.numerator)
    ends = [_times(_times(end, times), plus.denominator) + added for end in (found.low, found.high)]
    if asked.round is not None:
        ends = [end // fine if asked.round == "down" else -(-end // fine) for end in ends]
        fine = 1
    return Limit(ends[0], ends[1], fine, found.open, either(found.undefined, factor.missing), found.used)


def _times(one: Whole, other: Whole) -> Whole:
    """The product, in 64 bits where it fits, else in Python's whole numbers."""
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    if max(1, _size(one)) * max(1, _size(other)) > LARGEST:
        one, other = (each if isinstance(each, int) else each.astype(object) for each in (one, other))
    return one * other


def _size(one: Whole) -> int:
    return abs(one) if isinstance(one, int) else int(np.abs(one).max(initial=0))


def held(key: str, low: Ints, high: Ints, over: Whole, open_: Bools | None, limit: Limit) -> Outcomes:
    """Met where any number between the ends would be, not met where none would be; it means nothing where a limit is
    unknown."""
    strict, rising = key in ("more than", "less than"), key in ("at least", "more than")
    same = high is low and open_ is None and limit.low is limit.high and limit.open is None
    if rising:
        met = _above(low, over, limit.high, limit.over, strict=strict)
        if same:
            return outcome(met)
        unmet = ~_above(high, over, limit.low, limit.over, strict=strict)
        met, unmet = _unless(met, limit.open), _unless(unmet, open_)
    else:
        unmet = _above(low, over, limit.high, limit.over, strict=not strict)
        if same:
            return outcome(~unmet)
        met = ~_above(high, over, limit.low, limit.over, strict=not strict)
        met, unmet = _unless(met, open_), _unless(unmet, limit.open)
    return outcome(met, unmet)


def _unless(mark: Bools, open_: Bools | None) -> Bools:
    return mark if open_ is None else mark & ~open_


def _above(value: Ints, over: Whole, limit: Whole, fine: Whole, *, strict: bool) -> Bools:
    """Where ``value / over`` is more than ``limit / fine``, or (not strictly) just as much."""
    if isinstance(over, int) and isinstance(limit, int) and isinstance(fine, int):
        # One number for everybody: the least whole value that is enough.
        need = limit * over // fine + 1 if strict else -(-limit * over // fine)
        enough: Bools = value >= need
        return enough
    left, right = _times(value, fine), _times(limit, over)
    found: Bools = np.asarray(left > right if strict else left >= right, np.bool_)
    return found
