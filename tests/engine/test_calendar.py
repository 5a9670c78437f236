"""Working days: the make-up days of the Chinese calendar, years that nobody has announced, years that are published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import calendar
from engine.cycles import advance
from tests.engine.district_at_work import PEOPLE, AtWork, training
from workflows.commands import PublishCalendar
from workflows.district import Calendar

SEPT_28 = date(2026, 9, 28)


def working_days(first: date, last: date, published: dict[int, Calendar] | None = None) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if calendar.is_working(day, published or {})]


def test_around_the_national_day_of_2026_a_sunday_is_worked_and_a_week_is_off():
    assert calendar.is_working(date(2026, 9, 20), {})  # a Sunday
    assert calendar.is_working(date(2026, 10, 10), {})  # a Saturday
    assert working_days(date(2026, 9, 28), date(2026, 10, 12)) == [
        date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30),
        date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "length", "last"),
    [
        (SEPT_28, 1, SEPT_28),
        (SEPT_28, 3, date(2026, 9, 30)),
        (SEPT_28, 4, date(2026, 10, 8)),
        (SEPT_28, 6, date(2026, 10, 10)),
        (SEPT_28, 7, date(2026, 10, 12)),
    ],
)
def test_a_window_counts_its_own_first_day_and_skips_the_holidays(day: date, length: int, last: date):
    assert calendar.window(day, length, {}) == (day, last)


def test_a_window_that_begins_on_a_holiday_begins_with_the_next_working_day():
    assert calendar.window(date(2026, 10, 1), 2, {}) == (date(2026, 10, 8), date(2026, 10, 9))


def test_a_year_that_nobody_has_announced_has_its_weeks():
    assert not calendar.announced(2031, {})
    assert calendar.window(date(2030, 12, 30), 5, {}) == (date(2030, 12, 30), date(2031, 1, 3))
    assert not calendar.is_working(date(2031, 1, 4), {})  # a Saturday


def test_a_published_calendar_goes_before_the_library_and_before_the_weeks():
    for year in (2026, 2031):
        saturday = next(day for n in range(9) if (day := date(year, 10, 8) + timedelta(days=n)).weekday() == 5)
        monday = saturday + timedelta(days=2)
        published = {year: Calendar(frozenset({monday}), frozenset({saturday}))}
        assert calendar.announced(year, published)
        assert calendar.is_working(saturday, published)
        assert not calendar.is_working(monday, published)
        assert calendar.is_working(monday + timedelta(days=1), published)


def test_the_notice_of_a_cycle_runs_by_the_calendar_that_the_office_published(at_work: AtWork):
    """Two working days from 1 June, of which the second day is declared off."""
    off = (date(2026, 6, 2), date(2026, 6, 3))
    at_work.do(PublishCalendar, year=2026, holidays=off, worked=())
    for subject in PEOPLE[:2]:
        at_work.record(subject, training("30"))
    cycle = at_work.open_cycle(PEOPLE[:2])
    at_work.close(cycle)
    advance.advance(at_work.district, cycle)
    at_work.many(at_work.ballots(cycle, [f"c-2026-{subject}" for subject in PEOPLE[:2]]))
    advance.advance(at_work.district, cycle)
    ((notice, _),) = at_work.district.cycle_state(cycle).notices
    assert (notice.first, notice.last) == (date(2026, 6, 1), date(2026, 6, 4))
