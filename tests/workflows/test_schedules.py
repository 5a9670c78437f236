"""Review cycles that open by themselves: on their day, made up for or left out where the day was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest

from events.facts import CycleOpened, CycleScheduled, Fact, RunLeftOut, RunOpened, ScheduleEnded
from tests.workflows.given import Given, command, refused
from tests.workflows.reviewing import office, opening
from workflows import schedule
from workflows.acts import EndSchedule, RunSchedule, ScheduleCycles
from workflows.commands import Already, Refused

FIRST = date(2026, 9, 1)
SCHOOL = "09-01"


def scheduling(**said: Any) -> ScheduleCycles:
    told: dict[str, Any] = {
        "schedule": "s1", "ladder": "tenure", "to": "senior", "every": "year", "first": FIRST,
        "submission_days": 20, "missed": "once",
    }  # fmt: skip
    return command(ScheduleCycles, **(told | said))


def scheduled(**said: Any) -> Given:
    """An office with a schedule, on the day before its first run."""
    first = said.get("first", FIRST)
    return office().on(first - timedelta(days=1)).then(scheduling(**said))


def run(period: str, cycle: str = "y1", **said: Any) -> RunSchedule:
    """Open the cycle of a period; its days are those that its schedule says, whatever is asked."""
    return command(RunSchedule, schedule="s1", opening=opening(cycle=cycle, period=period, **said))


def facts(given: Given, asked: RunSchedule) -> list[Fact]:
    found = given.when(asked)
    assert isinstance(found, list)
    return found


def runs(every: Any, first: date) -> list[date]:
    said = {"ladder": "l", "to": "r", "submission_days": 1, "missed": "once"}
    every_day: Iterator[date] = schedule.days(CycleScheduled(every=every, first=first, **said))  # type: ignore[arg-type]
    return list(islice(every_day, 4))


# ------------------------------------------------------------------------------------------------- days and names


def test_runs_are_a_year_half_a_year_or_a_month_apart():
    assert runs("year", FIRST) == [date(year, 9, 1) for year in (2026, 2027, 2028, 2029)]
    assert runs("school year", FIRST) == runs("year", FIRST)
    assert runs("half-year", FIRST)[1:3] == [date(2027, 3, 1), date(2027, 9, 1)]
    assert runs("month", FIRST)[3] == date(2026, 12, 1)


def test_the_last_day_of_a_month_stays_the_last_in_shorter_ones_and_comes_back():
    assert runs("month", date(2026, 1, 31)) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert runs("year", date(2028, 2, 29))[1:] == [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28)]


@pytest.mark.parametrize(
    ("every", "day", "period"),
    [
        ("year", date(2026, 9, 1), "2026"),
        ("half-year", date(2026, 6, 30), "2026-H1"),
        ("half-year", date(2026, 7, 1), "2026-H2"),
        ("month", date(2026, 3, 31), "2026-03"),
        ("school year", date(2026, 9, 1), "2026-2027"),
        ("school year", date(2026, 8, 31), "2026-2027"),
        ("school year", date(2026, 8, 1), "2026-2027"),
        ("school year", date(2026, 7, 31), "2025-2026"),
        ("school year", date(2026, 3, 1), "2025-2026"),
    ],
)
def test_a_period_is_called_after_its_day(every: Any, day: date, period: str):
    assert schedule.period(every, day, SCHOOL) == period


def test_a_school_year_begins_when_the_district_says():
    assert schedule.period("school year", date(2026, 8, 20), "08-15") == "2026-2027"


# ------------------------------------------------------------------------------------------------------ scheduling


def test_cycles_are_scheduled():
    (fact,) = office().on(FIRST).when(scheduling())  # type: ignore[misc]
    assert fact == CycleScheduled(
        ladder="tenure", to="senior", every="year", first=FIRST, submission_days=20, missed="once"
    )


def test_the_same_schedule_again_is_done_already_and_another_of_its_id_refused():
    given = scheduled()
    assert given.when(scheduling()) == Already(given.at(CycleScheduled))
    refused(given, scheduling(submission_days=21), "known")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"ladder": "unknown"}, "no ladder"),
        ({"to": "unknown"}, "no rung"),
        ({"scope": "nowhere"}, "no unit"),
        ({"submission_days": 0}, "submission days"),
        ({"first": date(2026, 8, 30)}, "past"),
    ],
)
def test_what_could_never_open_is_not_scheduled(said: dict[str, Any], code: str):
    refused(office().on(date(2026, 8, 31)), scheduling(**said), code)


def test_a_schedule_of_one_unit_opens_cycles_of_that_unit():
    given = scheduled(scope="school").on(FIRST)
    assert [fact.scope for fact in facts(given, run("2026", scope="school")) if isinstance(fact, CycleOpened)] == [
        "school"
    ]


def test_an_ended_schedule_owes_nothing_and_ends_once():
    given = scheduled().then(command(EndSchedule, schedule="s1"))
    assert given.at(ScheduleEnded)
    assert schedule.owed(given.state("schedule-s1"), FIRST, SCHOOL) == ()
    assert given.when(command(EndSchedule, schedule="s1")) == Already(given.at(ScheduleEnded))


def test_a_schedule_that_is_not_there_neither_ends_nor_runs():
    refused(office(), command(EndSchedule, schedule="s1"), "no schedule")
    refused(office(), run("2026"), "no schedule")


# ---------------------------------------------------------------------------------------------------------- running


def test_a_run_opens_its_cycle_on_its_day():
    cycle, opened = facts(scheduled().on(FIRST), run("2026", deadline=date(2030, 1, 1)))
    assert isinstance(cycle, CycleOpened)
    assert (cycle.ladder, cycle.to, cycle.period) == ("tenure", "senior", "2026")
    assert cycle.as_of == cycle.deadline == date(2026, 9, 21)
    assert opened == RunOpened(due=FIRST, period="2026", cycle="y1")


def test_before_its_day_nothing_opens():
    given = scheduled()
    assert given.when(run("2026")) == Already(given.at(CycleScheduled))


def test_a_run_opens_once_and_the_next_one_a_period_later():
    given = scheduled().on(FIRST).then(run("2026"))
    assert given.when(run("2026", "y2")) == Already(given.at(RunOpened))
    _, opened = facts(given.on(date(2027, 9, 1)), run("2027", "y2"))
    assert opened == RunOpened(due=date(2027, 9, 1), period="2027", cycle="y2")


def test_a_missed_run_is_made_up_for_with_all_its_days_of_submission():
    cycle, opened = facts(scheduled().on(date(2026, 9, 15)), run("2026"))
    assert isinstance(cycle, CycleOpened)
    assert cycle.deadline == date(2026, 10, 5)
    assert isinstance(opened, RunOpened)
    assert opened.due == FIRST


def test_of_several_missed_runs_the_newest_opens_and_the_others_are_left_out():
    given = scheduled(every="month").on(date(2026, 11, 20))
    assert [one.TYPE for one in facts(given, run("2026-11"))] == [
        "scheduled run left out", "scheduled run left out", "cycle opened", "scheduled run opened"
    ]  # fmt: skip
    left_out = [one for one in facts(given, run("2026-11")) if isinstance(one, RunLeftOut)]
    assert [(one.due, one.reason) for one in left_out] == [(FIRST, "missed"), (date(2026, 10, 1), "missed")]


def test_a_run_of_today_opens_beside_the_one_that_is_made_up_for():
    given = scheduled(every="month").on(date(2026, 10, 1)).then(run("2026-09"))
    assert isinstance(facts(given, run("2026-10", "y2"))[-1], RunOpened)


def test_where_missed_runs_are_skipped_none_opens_but_that_of_today():
    given = scheduled(every="month", missed="skip").on(date(2026, 10, 31))
    missed = facts(given, command(RunSchedule, schedule="s1"))
    assert [type(one) for one in missed] == [RunLeftOut, RunLeftOut]
    assert (
        schedule.owed(given.then(command(RunSchedule, schedule="s1")).state("schedule-s1"), date(2026, 10, 31), SCHOOL)
        == ()
    )
    today = facts(scheduled(every="month", missed="skip").on(date(2026, 10, 1)), run("2026-10"))
    assert [type(one) for one in today] == [RunLeftOut, CycleOpened, RunOpened]


def test_a_period_that_has_its_cycle_gets_no_second_one():
    by_hand = office().on(date(2026, 8, 31)).then(scheduling(), opening(cycle="y0", as_of=FIRST, deadline=FIRST))
    (fact,) = facts(by_hand.on(FIRST), run("2026"))
    assert fact == RunLeftOut(due=FIRST, period="2026", reason="there already")


def test_another_scope_has_a_cycle_of_its_own():
    by_hand = (
        office()
        .on(date(2026, 8, 31))
        .then(scheduling(), opening(cycle="y0", as_of=FIRST, deadline=FIRST, scope="school"))
    )
    assert isinstance(facts(by_hand.on(FIRST), run("2026"))[0], CycleOpened)


def test_what_was_asked_for_another_period_is_not_opened():
    given = scheduled().on(FIRST)
    assert given.when(run("2025")) == Already(given.at(CycleScheduled))


def test_a_run_that_cannot_open_is_refused_and_stays_owed():
    given = scheduled().on(FIRST).then(opening(cycle="y1", period="another", as_of=FIRST, deadline=FIRST))
    with pytest.raises(Refused):
        given.when(run("2026", "y1"))
    assert [one.period for one in schedule.owed(given.state("schedule-s1"), FIRST, SCHOOL)] == ["2026"]
