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
        return work.origin(chosen[work.place[chosen] != work.view.nobody])


@dataclass
class Fork:
    """Where the readings part: the first line that can tell a sure row from an unsure one, and what comes to it.

    All lines before it look at rows one by one.  ``places`` are those with an unsure row there or further on.
    """

    places: Bools
    line: int = -1
    work: Work | None = None
    scale: int = 0


def read(view: View, measure: Measure) -> tuple[Number, Number | None, Bools]:
    """The measure over all rows, and where any of them is unsure (at those places) over the sure ones alone."""
    source = view.source(measure.evidence[0], measure.through[0] if measure.through else None, measure.roles)
    work = Work(view, source, slice(0, len(source.rows)), source.rows.most, source.unsure).spanning(0, 0, view.day)
    kind = view.question.catalogue.kinds.get(measure.evidence[0])
    scale = kind.amount.scale if kind and kind.amount else 0
    fork = Fork(np.zeros(view.places, np.bool_))
    high = _through(work, measure, 0, scale, fork)
    if fork.work is None:
        return high, None, fork.places
    concerned = fork.work.keep(np.flatnonzero(fork.places[fork.work.place]))
    return high, _through(concerned, measure, fork.line, fork.scale, None), fork.places


def _through(work: Work, measure: Measure, begin: int, scale: int, fork: Fork | None) -> Number:
    """Take rows through the lines from one on: all of them, noting the fork, or (without one) the sure ones alone."""
    view, lines, evidence = work.view, measure.then, measure.evidence[0]
    found: Number | None = None
    for nth, line in enumerate(lines[begin:], begin):
        if found is not None:
            if not isinstance(line, Cap | Floor):
                raise ValueError("after the verb only a cap or a floor may stand")
            found = found.limited(view.limit(line, scale), isinstance(line, Cap), 10**scale)
            continue
        if work.came and (isinstance(line, Within | LatestPer) or line == LATEST):
            raise ValueError("after a sum or a count per key the rows have no days")
        if fork is None:
            work = work.sure()
        elif not isinstance(line, Within | Only | Except) and len(work.unsure):
            fork.places |= work.where(work.unsure)
            if fork.work is None:
                fork.line, fork.work, fork.scale = nth, work, scale
        match line:
            case Within():
                work = work.within(line)
            case Only():
                work = work.filtered(evidence, line.only, drop=False)
            case Except():
                work = work.filtered(evidence, line.except_, drop=True)
            case BestPer():
                # An unsure row that beats another decides what the later lines see, unless they see amounts only.
                amounts_only = all(isinstance(one, Cap | Floor | Last) and one != LATEST for one in lines[nth + 1 :])
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
                found = said(work, line.verb, 10**scale)
    if found is None:
        raise ValueError("a measure needs a verb: sum, count, mean, best or latest")
    return found


def said(work: Work, verb: Verb, unit: int) -> Number:
    """What a verb makes of rows; ``unit`` is what one is at their scale."""
    place, places = work.place, work.view.places
    if verb in ("latest", "mean") and len(work.unsure):
        work = work.blur(work.where(work.unsure))
    if verb == "sum":
        return Number(total(place, work.amount, places, work.most), unit, None, work, verb)
    if verb == "count":
        return Number(number(place, places), unit, None, work, verb)
    if verb == "mean":
        counts = number(place, places)
        checked(unit * len(work))
        return Number(total(place, work.amount, places, work.most), counts * unit, counts == 0, work, verb)
    value = np.full(places, -1, np.int64)
    if verb == "best":
        np.maximum.at(value, place, work.amount)
    else:
        chosen = latest(place, places)
        value[place[chosen]] = work.amount[chosen]
    return Number(value, unit, value < 0, work, verb)


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
    """What a measure comes to, whichever of the unsure rows count."""
    high, low, forked = read(view, measure)
    unclear = np.zeros(view.places, np.bool_)
    for mark in (high.work.blurred, high.work.missing):
        if mark is not None:
            unclear |= mark
    nothing = np.zeros(view.places, np.bool_) if high.empty is None else high.empty & ~unclear
    defined = ~(unclear | nothing)
    if low is None:
        return Measured(high.value, high.value, high.over, defined, nothing, (high,))
    if low.empty is not None:
        defined &= ~(low.empty & forked)
    least = np.where(forked, low.value, high.value)
    return Measured(least, high.value, high.over, defined, nothing, (high, low))
