"""The calendar of the rules: what is so long before a day, completed years, the school year."""

from __future__ import annotations

from datetime import date, timedelta

from ladders.model.windows import Span, Unit


def moved(day: date, span: Span, sign: int) -> date:
    """The day so long after (1) or before (-1), in the same place of its month or at the month's end.

    Days before year 1 are its first day, days after year 9999 its last.
    """
    if span.unit == "days":
        return date.fromordinal(min(max(1, day.toordinal() + sign * span.n), date.max.toordinal()))
    months = day.year * 12 + day.month - 1 + sign * span.n * (12 if span.unit == "years" else 1)
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if sign < 0 else date.max
    for last in (31, 30, 29):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(year, month + 1, 28)


def after(day: date, span: Span) -> date:
    """The day so long after: 29 February and a year is 28 February, 31 January and a month the end of February."""
    return moved(day, span, 1)


def back(day: date, span: Span) -> date:
    """The day so long before: 29 February minus a year is 28 February, 31 March minus a month the end of February."""
    return moved(day, span, -1)


def leaves(day: date, span: Span) -> date | None:
    """The first day on which ``last …`` no longer reaches back to a day; None beyond the calendar."""
    leaving = moved(day, span, 1)
    while back(leaving, span) < day:
        if leaving == date.max:
            return None
        leaving += timedelta(days=1)
    return leaving


def completed_years(start: date, day: date) -> int:
    """The anniversaries from a day up to and including another; that of 29 February is the 28th in common years."""
    anniversary = (start.month, start.day)
    if anniversary == (2, 29) and not is_leap(day.year):
        anniversary = (2, 28)
    return max(0, day.year - start.year - ((day.month, day.day) < anniversary))


def completed_months(start: date, day: date) -> int:
    """The months completed from a day up to and including another, as ``moved`` counts them."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(0, months if months <= 0 or moved(start, Span(n=months, unit="months"), 1) <= day else months - 1)


def completed(start: date, day: date, unit: Unit) -> int:
    """The years, months or days completed from a day up to another, never below 0."""
    if unit == "days":
        return max(0, (day - start).days)
    return completed_years(start, day) if unit == "years" else completed_months(start, day)


def anniversary(start: date, years: int) -> date | None:
    """The day on which so many years are completed; None beyond the calendar."""
    return moved(start, Span(n=years, unit="years"), 1) if start.year + years <= date.max.year else None


def is_leap(year: int) -> bool:
    """Whether February has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def school_year(day: date, starts: str) -> int:
    """The calendar year in which the school year of a day began; ``starts`` is a month and day, ``09-01``."""
    return day.year if f"{day:%m-%d}" >= starts else day.year - 1


def in_year(year: int, month_day: str) -> date:
    """A month and day (``02-29``) in a year: where the month is shorter, its last day."""
    month, day = map(int, month_day.split("-"))
    first = date(year, month, 1)
    days = (after(first, Span(n=1, unit="months")) - first).days
    return date(year, month, min(day, days))
