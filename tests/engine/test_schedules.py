"""Scheduled cycles in a data folder: they open on their day, once, whoever runs the day's work, and however often."""

from __future__ import annotations

import threading
from datetime import date

from engine.cycles import schedules, sweep
from engine.district import District
from engine.people.subjects import cycles
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole, training
from workflows.acts import EndSchedule, ScheduleCycles
from workflows.commands import Nominate

FIRST = date(2026, 9, 1)


def schedule(at_work: AtWork, every: str = "month", missed: str = "once", first: date = FIRST) -> str:
    """A schedule of cycles to the diligent."""
    name = f"s-{every}"
    at_work.do(
        ScheduleCycles, schedule=name, ladder="diligence", to="diligent", every=every, first=first,
        submission_days=20, missed=missed,
    )  # fmt: skip
    return name


def periods(at_work: AtWork) -> list[str]:
    """The periods that have a cycle."""
    return sorted(one.period for one in cycles(at_work.district))


def swept(at_work: AtWork, day: date | None = None) -> int:
    """How many events a day's work appends to schedules and their cycles."""
    if day is not None:
        at_work.wait_until(day)
    done = sweep.sweep(at_work.district)
    assert done.failures == ()
    return done.events["schedules"]


def test_a_cycle_opens_on_its_day_and_not_before(at_work: AtWork):
    schedule(at_work)
    assert swept(at_work, date(2026, 8, 31)) == 0
    assert swept(at_work, FIRST) == 2
    assert swept(at_work) == 0
    (opened,) = cycles(at_work.district)
    about = at_work.district.cycle(opened.id)
    assert (opened.title, about.as_of, about.deadline) == (
        "2026-09 研修阶梯:勤学教师", date(2026, 9, 21), date(2026, 9, 21)
    )  # fmt: skip


def test_it_opens_month_after_month_and_a_list_tells_the_next_one(at_work: AtWork):
    name = schedule(at_work)
    assert [one.next for one in schedules.listed(at_work.district)] == [FIRST]
    for month in (9, 10, 11):
        swept(at_work, date(2026, month, 1))
    assert periods(at_work) == ["2026-09", "2026-10", "2026-11"]
    (line,) = schedules.listed(at_work.district)
    assert (line.id, line.runs, line.next, line.every) == (name, 3, date(2026, 12, 1), "month")
    assert_whole(at_work.district)


def test_after_an_outage_of_months_the_newest_run_is_made_up_for(at_work: AtWork):
    schedule(at_work)
    swept(at_work, date(2026, 12, 24))
    assert periods(at_work) == ["2026-12"]
    swept(at_work, date(2027, 1, 1))
    assert periods(at_work) == ["2026-12", "2027-01"]


def test_where_missed_runs_are_skipped_the_next_one_opens_on_its_day(at_work: AtWork):
    schedule(at_work, missed="skip")
    swept(at_work, date(2026, 10, 24))
    assert periods(at_work) == []
    swept(at_work, date(2026, 11, 1))
    assert periods(at_work) == ["2026-11"]


def test_a_cycle_that_the_office_opened_itself_is_the_one_of_its_period(at_work: AtWork):
    schedule(at_work, first=date(2026, 6, 10))
    at_work.open_cycle(period="2026-06")
    assert swept(at_work, date(2026, 6, 10)) == 1
    assert periods(at_work) == ["2026-06"]


def test_an_ended_schedule_opens_nothing_more(at_work: AtWork):
    name = schedule(at_work)
    at_work.do(EndSchedule, schedule=name)
    assert swept(at_work, FIRST) == 0
    assert schedules.listed(at_work.district)[0].next is None
    assert schedules.find(at_work.district, "diligence", "diligent", None) is None


def test_the_schedule_of_a_step_is_found(at_work: AtWork):
    name = schedule(at_work)
    found = schedules.find(at_work.district, "diligence", "diligent", None)
    assert found is not None
    assert found.id == name
    assert schedules.find(at_work.district, "diligence", "diligent", "u-east") is None


def test_a_scheduled_cycle_takes_nominations_and_is_advanced_by_the_same_day_s_work(at_work: AtWork):
    schedule(at_work)
    swept(at_work, FIRST)
    (opened,) = cycles(at_work.district)
    at_work.record("p-1", training("30"), date(2026, 5, 1))
    for person in PEOPLE[:2]:
        at_work.do(Nominate, cycle=opened.id, case=f"c-{person}", subject=person)
    at_work.wait_until(date(2026, 9, 22))
    done = sweep.sweep(at_work.district)
    assert done.failures == ()
    assert done.events["cycles"] > 3
    assert [one.phase for one in cycles(at_work.district)] == ["assessment"]


def test_two_at_once_open_one_cycle(at_work: AtWork):
    name = schedule(at_work)
    at_work.wait_until(FIRST)
    errors = []

    def open_it() -> None:
        try:
            with District.open(at_work.district.folder) as district:
                schedules.run(district, name)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert periods(at_work) == ["2026-09"]
    assert_whole(at_work.district)
