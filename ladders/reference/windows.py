"""The meaning of ``jieti-ladder/1``: windows, periods and reference days of one subject on one day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from ladders.model.ladder import Day, InForce, Window, Within
from ladders.model.lines import During
from ladders.model.windows import window_of
from ladders.reference.days import after, back, in_year
from ladders.reference.periods import Periods, begins, newest, periods
from ladders.reference.rows import Missing, Place, Row

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """The days of a window: from a day known between ``early`` and ``late`` to ``end``, all inside.

    ``running``: it holds a period that still runs, so that more may come.  ``unclear``: it is not known which days.
    """

    early: date
    late: date
    end: date
    running: bool = False
    unclear: bool = False
    today: bool = False


def window_days(place: Place, line: Within | InForce) -> Days:
    """The days of a line's window for this subject; Missing if there is no day to begin on, and no ``else``."""
    skipping = line.skipping if isinstance(line, Within) else None
    try:
        return _days(place, line.within if isinstance(line, Within) else line.during, skipping)
    except Missing:
        if line.otherwise is None:
            raise
        return _days(place, line.otherwise, skipping)


def read_window(place: Place, window: Window) -> Window:
    """The window, that of a table's entry read."""
    return Window.model_validate(window_of(place.entry(window.entry or ""))) if window.kind == "entry" else window


def _days(place: Place, window: Window, skipping: During | None) -> Days:
    window, day = read_window(place, window), place.day
    match window.kind:
        case "last" if window.span:
            begin = back(day, window.span) + DAY
            days = Days(begin, begin, day)
            return skipped_days(place, skipping, days) if skipping else days
        case "next" if window.span:
            return Days(day + DAY, day + DAY, after(day, window.span))
        case "dates":
            begin = window.first or date.min
            return Days(begin, begin, min(window.last or day, day))
        case "since":
            row = place.start(window.since or "")
            if row is None:
                raise Missing
            return Days(row.first, row.last, day)
        case "periods":
            return _periods(place, window, skipping)
    return Days(day, day, day, today=True)


def own_periods(place: Place, name: str) -> tuple[Periods, bool]:
    """The periods of a name as this subject has them, and whether it is uncertain when they begin."""
    declared, starts = place.ladder.periods.get(name), place.question.settings.school_year_starts
    since = begins(name, declared)
    if since is None:
        return periods(name, declared, starts), False
    row = place.start(since)
    if row is None:
        raise Missing
    return periods(name, declared, starts, row.first), row.first != row.last


def _periods(place: Place, window: Window, skipping: During | None) -> Days:
    """The period of the day and the n - 1 before it, or the n last that ended; fewer if there are no more."""
    divided, unclear = own_periods(place, window.period or "")
    number = latest = newest(divided, place.day, window.full)
    if number is None or latest is None:
        raise Missing
    skipped = _leaves(place, skipping) if skipping else []
    left = window.n
    while True:
        first, last = divided.first(number), divided.last(number)
        left -= not any(row.first <= last and first <= row.until for row in skipped)
        if not left or not divided.has(number - 1) or divided.first(number - 1) == first:
            break
        number -= 1
    end = divided.last(latest)
    return _doubted(skipped, Days(first, first, min(end, place.day), running=end > place.day, unclear=unclear))


def skipped_days(place: Place, skipping: During, days: Days) -> Days:
    """The window moved back until it holds as many days that are not skipped as it had days."""
    left, begin, skipped = (days.end - days.early).days + 1, days.end + DAY, _leaves(place, skipping)
    while left and begin > date.min:
        begin -= DAY
        left -= not any(row.first <= begin <= row.until for row in skipped)
    return _doubted(skipped, replace(days, early=begin, late=begin))


def _leaves(place: Place, skipping: During) -> list[Row]:
    """The rows that have begun, perhaps, on whose days in force nothing is asked."""
    place.ready(skipping.only)
    kinds = (skipping.evidence,)
    return [row for row in place.begun(skipping.evidence) if place.fits(kinds, skipping.only, row.attributes)]


def _doubted(rows: list[Row], days: Days) -> Days:
    """Unclear if a skipped row that reaches into the window began on a day that is not known exactly."""
    return replace(days, unclear=days.unclear or any(r.first != r.last and r.until >= days.early for r in rows))


def reference_day(place: Place, day: Day) -> date:
    """The day that ``on`` puts in the place of as-of; Missing where as-of lies in no such period."""
    if day.kind == "date" and day.date_ is not None:
        return day.date_
    if day.kind == "of year":
        year = place.day.year + {"this": 0, "last": -1, "next": 1}[day.year or "this"]
        return in_year(year, day.month_day or "")
    divided, _ = own_periods(place, day.period or "")
    number = divided.at(place.day) - (day.which == "last")
    if not divided.has(number):
        raise Missing
    return divided.first(number) if day.kind == "start" else divided.last(number)


def hangs_on_subject(place: Place, line: Within | InForce) -> bool:
    """Whether a line's window is each subject's own: since a day of it, in periods of it, said by a table of it."""
    window = line.within if isinstance(line, Within) else line.during
    if window.kind == "entry":
        keys = place.ladder.cells(window.entry or "", place.step).keys
        if keys:
            return True
        window = read_window(place, window)
    return window.kind == "since" or (
        window.kind == "periods"
        and begins(window.period or "", place.ladder.periods.get(window.period or "")) is not None
    )


def looks_ahead(place: Place, line: Within | InForce) -> bool:
    """Whether a line's window may reach behind the day: ``next``."""
    for window in (line.within if isinstance(line, Within) else line.during, line.otherwise):
        if window is not None and window.kind == "entry":
            cells = place.ladder.cells(window.entry or "", place.step).values
            if any(Window.model_validate(window_of(cell)).kind == "next" for cell in cells):
                return True
        elif window is not None and window.kind == "next":
            return True
    return False
