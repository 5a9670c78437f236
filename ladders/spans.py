"""Calendar arithmetic: lengths of years, months and days before and after a day.

A day that a month does not have is that month's last: 29 February minus a year is 28 February.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from ladders.model import Span


def after(day: date, span: Span) -> date:
    """The day so long after a day."""
    return _moved(day, span.n, span)


def back(day: date, span: Span) -> date:
    """The day so long before a day."""
    return _moved(day, -span.n, span)


def completed_years(start: date, day: date) -> int:
    """Whole years from a day to another; an anniversary of 29 February falls on 28 February in common years."""
    years = day.year - start.year
    return years - 1 if _in_year(start, day.year) > day else years


def _in_year(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _moved(day: date, n: int, span: Span) -> date:
    if span.unit == "days":
        return day + timedelta(days=n)
    months = day.year * 12 + day.month - 1 + n * (12 if span.unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
