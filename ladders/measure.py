"""The measures of a ladder over columns: a whole cohort at once, never a loop over rows or subjects.

What the lines mean is said in ``ladders.reference``; this, with ``ladders.work``, says it fast.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ladders.columns import Bools, Index, Ints
from ladders.model import (
    BestPer,
    Cap,
    CountPer,
    Except,
    Floor,
    Last,
    LatestPer,
    Measure,
    Only,
    SumPer,
    Verb,
    Within,
)
from ladders.view import Source, View
from ladders.work import LARGEST, Work, best, checked, latest, number, total

LATEST = Last(verb="latest")


@dataclass(frozen=True)
class Number:
    """What a measure came to in one reading, at every place: ``value / over``; nothing where ``empty``."""

    value: Ints
    over: Ints | int
    empty: Bools | None
    work: Work
    verb: str
    doubted: bool
    """Whether the sure rows alone may come to something else."""

    def limited(self, limit: int, cap: bool, unit: int) -> Number:
        """The number at most, or at least, a limit; that of a mean multiplied out."""
        if isinstance(self.over, int):
            edge: Ints | int = limit
        else:
            counts = self.over // unit
            if cap:  # a cap above every sum caps nothing: keep the product small
                limit = min(limit, LARGEST // max(1, int(counts.max(initial=1))))
            checked(limit * int(counts.max(initial=0)))
            edge = counts * limit
        if cap:
            return replace(self, value=np.minimum(self.value, edge))
        return replace(self, value=np.maximum(self.value, edge if not isinstance(edge, int) else checked(edge)))

    def counted(self) -> tuple[Source, Index]:
        """The rows of evidence that counted: all that reached the verb, or the one that best and latest chose."""
        work = self.work
        if self.verb == "latest":
            chosen = latest(work.place, work.view.places)
        elif self.verb == "best":
            order = np.argsort(work.order(), kind="stable")
            chosen = np.sort(order[best(work.place[order], work.amount[order], work.view.places)])
        else:
            chosen = np.arange(len(work))
        return work.origin(chosen)


def read(view: View, measure: Measure, low: bool) -> Number:
    """Take the rows through the lines: the sure ones alone (``low``), or all of them."""
    source = view.source(measure.evidence, measure.through, measure.roles)
    work = Work(view, source, slice(0, len(source.rows)), source.rows.most).spanning(0, 0, view.day)
    kind = view.question.catalogue.kinds.get(measure.evidence)
    scale = kind.amount.scale if kind and kind.amount else 0
    found: Number | None = None
    doubted = False
    for nth, line in enumerate(measure.then):
        if found is not None:
            if not isinstance(line, Cap | Floor):
                raise ValueError("after the verb only a cap or a floor may stand")
            found = found.limited(view.limit(line, scale), isinstance(line, Cap), 10**scale)
            continue
        if work.came and (isinstance(line, Within | LatestPer) or line == Last(verb="latest")):
            raise ValueError("after a sum or a count per key the rows have no days")
        if low:
            work = work.sure()
        doubted = doubted or (not isinstance(line, Within | Only | Except) and len(work.unsure) > 0)
        match line:
            case Within():
                work = work.within(line)
            case Only():
                work = work.filtered(measure.evidence, line.only, drop=False)
            case Except():
                work = work.filtered(measure.evidence, line.except_, drop=True)
            case BestPer():
                # An unsure row that beats another decides what the later lines see, unless they see amounts only.
                later = measure.then[nth + 1 :]
                amounts_only = all(isinstance(one, Cap | Floor | Last) and one != LATEST for one in later)
                work = work.best_per(line.best_per, matters=not amounts_only)
            case LatestPer():
                work = work.latest_per(line.latest_per)
            case SumPer():
                work = work.together(line.sum_per, counted=False)
            case CountPer():
                work, scale = work.together(line.count_per, counted=True), 0
            case Cap() | Floor():
                work = work.limited(view.limit(line, scale), isinstance(line, Cap))
            case Last():
                scale = 0 if line.verb == "count" else scale
                found = said(work, line.verb, 10**scale, doubted)
    if found is None:
        raise ValueError("a measure needs a verb: sum, count, mean, best or latest")
    return found


def said(work: Work, verb: Verb, unit: int, doubted: bool) -> Number:
    """What a verb makes of rows; ``unit`` is what one is at their scale."""
    place, places = work.place, work.view.places
    if verb in ("latest", "mean") and len(work.unsure):
        work = work.blur(work.where(work.unsure))
    if verb == "sum":
        return Number(total(place, work.amount, places, work.most), unit, None, work, verb, doubted)
    if verb == "count":
        return Number(number(place, places), unit, None, work, verb, doubted)
    if verb == "mean":
        counts = number(place, places)
        checked(unit * len(work))
        return Number(total(place, work.amount, places, work.most), counts * unit, counts == 0, work, verb, doubted)
    value = np.full(places, -1, np.int64)
    if verb == "best":
        np.maximum.at(value, place, work.amount)
    else:
        chosen = latest(place, places)
        value[place[chosen]] = work.amount[chosen]
    return Number(value, unit, value < 0, work, verb, doubted)


@dataclass(frozen=True)
class Measured:
    """A measure at every place: between ``low / over`` and ``high / over`` where ``defined``."""

    low: Ints
    high: Ints
    over: Ints | int
    defined: Bools
    nothing: Bools
    """Where there was nothing to go on: no row at all reached a verb that needs one."""
    readings: tuple[Number, ...]


def measured(view: View, measure: Measure) -> Measured:
    """Read a measure with all rows, and where any is unsure with the sure ones alone."""
    high = read(view, measure, low=False)
    low = read(view, measure, low=True) if high.doubted else high
    unclear = np.zeros(view.places, np.bool_)
    for mark in (high.work.blurred, high.work.missing):
        if mark is not None:
            unclear |= mark
    nothing = np.zeros(view.places, np.bool_) if high.empty is None else high.empty & ~unclear
    defined = ~unclear
    for mark in (high.empty, low.empty):
        if mark is not None:
            defined &= ~mark
    return Measured(low.value, high.value, high.over, defined, nothing, (high, low) if high.doubted else (high,))
