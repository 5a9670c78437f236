"""Windows and periods at every place: from which day to which, and what is uncertain about it.

A day is one number where it is the same for everybody, so that a window is a slice of rows sorted by day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ladders.evidence.calendars import Common, Own
from ladders.evidence.columns import Bools, Index, Ints
from ladders.evidence.lookups import begun, column, fitting, not_ready, starts
from ladders.evidence.sources import own_rows
from ladders.evidence.vectors import PerPlace, either
from ladders.evidence.view import Source, View
from ladders.model.ladder import Day, InForce, Window, Within
from ladders.model.lines import During
from ladders.model.windows import window_of
from ladders.reference.days import after, back, in_year
from ladders.reference.periods import YEAR, begins, periods

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Edges:
    """The days of a window: from a day known between ``early`` and ``late`` to ``end``, all inside.

    ``today``: those in force on ``end`` and not those of a day.  The marks are where a period still runs so that more
    may come, where it is not known which days these are, and where there is no day to begin on.
    """

    early: PerPlace
    late: PerPlace
    end: PerPlace
    today: Bools | bool = False
    running: Bools | None = None
    unclear: Bools | None = None
    missing: Bools | None = None


def window_of_line(line: Within | InForce) -> Window:
    """The window of a line."""
    return line.within if isinstance(line, Within) else line.during


def edges_of(view: View, line: Within | InForce) -> Edges:
    """The days of a line's window, or of the one for those who lack the day on which it begins."""
    skipping = line.skipping if isinstance(line, Within) else None
    key = (window_of_line(line), line.otherwise, None if skipping is None else skipping.model_dump_json())
    return view.once(("edges", *key), lambda: _edges_of(view, line, skipping))


def _edges_of(view: View, line: Within | InForce, skipping: During | None) -> Edges:
    found = _edges(view, window_of_line(line), skipping)
    if line.otherwise is None or found.missing is None:
        return found
    return _where(view, found.missing, _edges(view, line.otherwise, skipping), replace(found, missing=None))


def _where(view: View, mark: Bools, one: Edges, other: Edges) -> Edges:
    """The one window where a mark is set, the other elsewhere."""

    def days(name: str) -> PerPlace:
        chosen: PerPlace = np.where(mark, getattr(one, name), getattr(other, name))
        return chosen

    def marks(name: str) -> Bools | None:
        first, second = getattr(one, name), getattr(other, name)
        here = None if first is None else mark & first
        return here if second is None else either(here, ~mark & second)

    today = one.today if one.today is other.today else np.where(mark, one.today, other.today)
    return Edges(days("early"), days("late"), days("end"), today, marks("running"), marks("unclear"), marks("missing"))


def _edges(view: View, window: Window, skipping: During | None) -> Edges:
    day = view.day
    match window.kind:
        case "last" if window.span:
            span = window.span
            begin = view.by_day(lambda one: back(one, span) + DAY)
            return _moved_back(view, skipping, Edges(begin, begin, day)) if skipping else Edges(begin, begin, day)
        case "next" if window.span:
            span = window.span
            begin = view.by_day(_behind)
            return Edges(begin, begin, view.by_day(lambda one: after(one, span)))
        case "dates":
            first, last = window.first or date.min, window.last
            begin = first.toordinal()
            return Edges(begin, begin, view.by_day(lambda one: min(last or one, one)))
        case "since":
            begun_on = starts(view, window.since or "")
            missing = begun_on.none if begun_on.none[: view.nobody].any() else None
            return Edges(begun_on.early, begun_on.late, day, missing=missing)
        case "periods":
            return _periods(view, window, skipping)
        case "entry":
            return _entry(view, window, skipping)
    return Edges(day, day, day, today=True)


def _behind(day: date) -> date:
    return day if day == date.max else day + DAY


def _entry(view: View, window: Window, skipping: During | None) -> Edges:
    """The window that a table says at each place."""
    entries = column(view, window.entry or "")
    which = entries.which
    windows = [Window.model_validate(window_of(str(cell))) for cell in entries.cells]
    if isinstance(which, int):
        return _edges(view, windows[which], skipping)
    found: Edges | None = None
    for nth in np.unique(which).tolist():
        one = _edges(view, windows[nth], skipping)
        found = one if found is None else _where(view, which == nth, one, found)
    assert found is not None
    return replace(found, missing=either(found.missing, entries.missing))


# -------------------------------------------------------------------------------------------------------- periods


@dataclass(frozen=True)
class Divided:
    """The calendar divided into periods as each place has them, where that is uncertain, and where it lacks them."""

    by: Common | Own
    unclear: Bools | None = None
    missing: Bools | None = None

    def numbers(self, days: Ints, place: Index) -> Ints:
        """The periods of the days of rows that count at these places."""
        return (self.by.of(place) if isinstance(self.by, Own) else self.by).numbers(days)


def is_period(view: View, name: str) -> bool:
    """Whether a key is a period: one that the ladder declares, or a built-in one."""
    from ladders.model.ladder import BUILT_IN_PERIODS

    return name in view.ladder.periods or name in BUILT_IN_PERIODS


def divided(view: View, name: str) -> Divided:
    """The periods of a name; KeyError if there are none."""
    return view.once(("divided", name), lambda: _divided(view, name))


def _divided(view: View, name: str) -> Divided:
    declared, school = view.ladder.periods.get(name), view.question.settings.school_year_starts
    since = begins(name, declared)
    if since is None:
        return Divided(view.shared(("periods", name), lambda: Common(periods(name, declared, school))))
    begun_on = starts(view, since)
    span = declared.every if declared and declared.every else YEAR
    rough = (begun_on.early != begun_on.late) & ~begun_on.none
    return Divided(Own(span, begun_on.early), rough if rough.any() else None, begun_on.none)


def _periods(view: View, window: Window, skipping: During | None) -> Edges:
    """The period of the day and the n - 1 before it, or the n last that ended; fewer if there are no more."""
    own = divided(view, window.period or "")
    by = own.by
    each = isinstance(by, Own) or not isinstance(view.day, int) or skipping is not None
    day = (
        np.asarray(view.day, np.int64)
        if not isinstance(view.day, int)
        else np.full(view.places if each else 1, view.day, np.int64)
    )
    newest = by.numbers(day)
    if window.full:
        newest = newest - ~(by.has(newest) & (_last(by, newest) <= day))
    missing = either(own.missing, None if by.has(newest).all() else ~by.has(newest))
    lowest = by.lowest
    if skipping is None:
        oldest = newest - (window.n - 1)
        oldest = oldest if lowest is None else np.maximum(oldest, np.minimum(lowest, newest))
        unclear = own.unclear
        first = by.first(oldest)
    else:
        rows, source, lacking = _leaves(view, skipping)
        oldest = _passed_over(by, newest, window.n, source, rows)
        first = by.first(oldest)
        missing = either(missing, lacking)
        unclear = either(own.unclear, _doubtful(view, source, rows, first))
    last = _last(by, newest)
    running, end = last > day, np.minimum(last, day)
    if not each:
        everywhere = np.ones(view.places, np.bool_)
        begin = int(first[0])
        lacks = everywhere if missing is not None and bool(missing.any()) else None
        return Edges(begin, begin, int(end[0]), running=everywhere if running[0] else None, missing=lacks)
    return Edges(first, first, end, running=running if running.any() else None, unclear=unclear, missing=missing)


def _last(by: Common | Own, numbers: Ints) -> Ints:
    return by.first(numbers + 1) - 1


def _passed_over(by: Common | Own, newest: Ints, n: int, source: Source, rows: Index) -> Ints:
    """The oldest of n periods that no skipped day touches, or of as many as there are."""
    oldest, left = newest.copy(), np.full(len(newest), n)
    going = by.has(newest)
    place, begin, until = source.place[rows], source.rows.first[rows], source.rows.until[rows]
    while True:
        first, last = by.first(oldest), _last(by, oldest)
        touched = np.zeros(len(newest), np.bool_)
        touched[place[(begin <= last[place]) & (first[place] <= until)]] = True
        left -= going & ~touched
        going &= (left > 0) & by.has(oldest - 1) & (by.first(oldest - 1) != first)
        if not going.any():
            return oldest
        oldest = oldest - going


def _leaves(view: View, skipping: During) -> tuple[Index, Source, Bools | None]:
    """The rows that have begun, perhaps, on whose days in force nothing is asked; where it is not known which."""
    source = own_rows(view, (skipping.evidence,))
    return fitting(view, source, begun(view, source), skipping.only), source, not_ready(view, skipping.only)


def _doubtful(view: View, source: Source, rows: Index, early: PerPlace) -> Bools | None:
    """Where a skipped row that reaches into the window began on a day that is not known exactly."""
    place = source.place[rows]
    rough = source.rows.first[rows] != source.rows.last[rows]
    rough &= source.rows.until[rows] >= (early if isinstance(early, int) else early[place])
    if not rough.any():
        return None
    found = np.zeros(view.places, np.bool_)
    found[place[rough]] = True
    return found


def _moved_back(view: View, skipping: During, plain: Edges) -> Edges:
    """The window moved back until it holds as many days that are not skipped as it had days."""
    rows, source, lacking = _leaves(view, skipping)
    place, first, until = _merged(source, rows)
    start = np.broadcast_to(np.asarray(plain.early, np.int64), (view.places,))
    end = np.broadcast_to(np.asarray(plain.end, np.int64), (view.places,))
    begin = start
    while True:
        inside = np.minimum(until, end[place]) - np.maximum(first, begin[place]) + 1
        skipped = np.zeros(view.places, np.int64)
        np.add.at(skipped, place, np.maximum(inside, 0))
        further = np.maximum(start - skipped, 1)
        if (further == begin).all():
            break
        begin = further
    unclear = _doubtful(view, source, rows, begin)
    return replace(plain, early=begin, late=begin, unclear=unclear, missing=lacking)


def _merged(source: Source, rows: Index) -> tuple[Index, Ints, Ints]:
    """The days in force of rows as stretches that do not overlap: their place, first and last day."""
    place, first, until = source.place[rows], source.rows.first[rows], source.rows.until[rows]
    order = np.lexsort((first, place))
    place, first, until = place[order], first[order].astype(np.int64), until[order].astype(np.int64)
    # Ends so far, within each place: the places are told apart by numbers larger than any day.
    apart = np.arange(len(place)) * 0 + np.unique(place, return_inverse=True)[1] * 4_000_000
    so_far = np.maximum.accumulate(until + apart) - apart if len(place) else until
    begins = np.ones(len(place), np.bool_)
    begins[1:] = (place[1:] != place[:-1]) | (first[1:] > so_far[:-1])
    at = np.flatnonzero(begins)
    ends = np.append(at[1:], len(place)) - 1
    return place[at], first[at], so_far[ends] if len(at) else until


# --------------------------------------------------------------------------------------------- about the lines


def hangs_on_subject(view: View, line: Within | InForce) -> bool:
    """Whether a line's window is each subject's own: since a day of it, in periods of it, said by a table of it."""
    window = window_of_line(line)
    if window.kind == "entry":
        cells = view.ladder.cells(window.entry or "", view.step)
        if cells.keys:
            return True
        said = view.ladder.cell(window.entry or "", view.step)
        window = Window.model_validate(window_of(str(said)))
    name = window.period or ""
    return window.kind == "since" or (
        window.kind == "periods" and begins(name, view.ladder.periods.get(name)) is not None
    )


def looks_ahead(view: View, line: Within | InForce) -> bool:
    """Whether a line's window may reach behind the day: ``next``."""
    for window in (window_of_line(line), line.otherwise):
        if window is not None and window.kind == "entry":
            cells = view.ladder.cells(window.entry or "", view.step).values
            if any(Window.model_validate(window_of(str(cell))).kind == "next" for cell in cells):
                return True
        elif window is not None and window.kind == "next":
            return True
    return False


def reference_day(view: View, day: Day) -> Callable[[date], date | None]:
    """The day that ``as of`` puts in the place of as-of; None where that lies in no such period."""
    if day.kind == "date" and day.date_ is not None:
        fixed = day.date_
        return lambda _: fixed
    if day.kind == "of year":
        years = {"this": 0, "last": -1, "next": 1}[day.year or "this"]
        return lambda one: in_year(one.year + years, day.month_day or "")
    name = day.period or ""
    by = periods(name, view.ladder.periods.get(name), view.question.settings.school_year_starts)

    def edge(one: date) -> date | None:
        number = by.at(one) - (day.which == "last")
        if not by.has(number):
            return None
        return by.first(number) if day.kind == "start" else by.last(number)

    return edge
