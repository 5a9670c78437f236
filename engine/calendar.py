"""Working days of the district, with the make-up days of the Chinese calendar.

A year's calendar comes from what the office published, else from the library, else, for a year that nobody has
announced yet, from the week alone: Monday to Friday.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from workflows.district import Calendar


def is_working(day: date, published: Mapping[int, Calendar]) -> bool:
    """Whether a day is worked."""
    import chinese_calendar  # 20 ms that most commands need not pay

    if (calendar := published.get(day.year)) is not None:
        return day in calendar.worked or (day.weekday() < 5 and day not in calendar.holidays)
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def announced(year: int, published: Mapping[int, Calendar]) -> bool:
    """Whether a year's holidays are known, and not only its weeks."""
    if year in published:
        return True
    import chinese_calendar

    return any(day.year == year for day in (*chinese_calendar.holidays, *chinese_calendar.workdays))


def window(day: date, working_days: int, published: Mapping[int, Calendar]) -> tuple[date, date]:
    """The first and the last of so many working days, from a day on, that day included if it is worked."""
    first = last = _next(day, published)
    for _ in range(working_days - 1):
        last = _next(last + timedelta(days=1), published)
    return first, last


def _next(day: date, published: Mapping[int, Calendar]) -> date:
    while not is_working(day, published):
        day += timedelta(days=1)
    return day
