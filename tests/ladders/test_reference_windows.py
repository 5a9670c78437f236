"""Windows and periods in cases of schools: cycles of credits, leave, cut-off days, what still runs, what is to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from events.facts import Incomplete
from tests.ladders.examples import ALWAYS, TODAY, found, lasting, on, training, verdict

CYCLES: dict[str, Any] = {
    "periods": {
        "credit cycle": {"every": "5 years", "from": "2016-01-01"},
        "plan": {"starts": ["2020-09-01", "2023-09-01", "2026-02-01"]},
        "own": {"every": "2 years", "from": "titled"},
    },
    "dates": {"titled": {"evidence": "post", "only": {"level": "district or better"}, "take": "first"}},
}


def counted(window: str, days: list[date], **asked: Any) -> int | None:
    """How many trainings on these days are in the window."""
    clause = training({"within": window}, "count", at_least=0)
    return found(clause, training=[on(day, 10 + n) for n, day in enumerate(days)], more=CYCLES, **asked).low


def months(first: int, last: int) -> list[date]:
    """The first day of every month of some years."""
    return [date(year, month, 1) for year in range(first, last + 1) for month in range(1, 13)]


# ---------------------------------------------------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("window", "many"),
    [
        ("this credit cycle", 6),  # 2026 up to the end of June
        ("last 1 full credit cycle", 60),
        ("last 2 credit cycles", 66),
        ("last 9 full credit cycles", 120),  # there are two
        ("this school year", 10),
        ("last 1 full school year", 12),
        ("this calendar year", 6),
        ("this half-year", 6),
        ("last 1 full half-year", 6),  # the half-year whose last day is today has ended
        ("this month", 1),
    ],
)
def test_periods_are_those_of_the_calendar_of_the_school_and_of_the_ladder(window: str, many: int):
    assert counted(window, months(2016, 2026)) == many


def test_a_credit_cycle_of_five_years_begins_and_ends_on_its_days():
    clause = training({"within": "last 1 full credit cycle"}, "sum", at_least=36)
    days = [date(2015, 12, 31), date(2016, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    rows = [on(day, 10 + n, amount=180) for n, day in enumerate(days)]
    asked: dict[str, Any] = {"more": CYCLES, "training": rows, "standing": [replace(ALWAYS, first=days[0])]}
    before = found(clause, on=date(2020, 12, 30), **asked)
    assert (before.outcome, before.low) == ("unknown", None)  # no cycle has ended
    for day in (date(2020, 12, 31), date(2025, 12, 30)):
        assert verdict([clause], on=day, **asked).evidence == (11, 12)
    assert verdict([clause], on=date(2025, 12, 31), **asked).evidence == (13,)


def test_cycles_of_different_lengths_are_listed_by_their_first_days():
    days = [date(2023, 8, 31), date(2023, 9, 1), date(2026, 1, 31), date(2026, 2, 1)]
    assert counted("last 1 full plan", days) == 2
    finding = found(training({"within": "this plan"}, "count", at_least=0), more=CYCLES)
    assert finding.outcome == "unknown"  # the last one has ended
    otherwise = training({"within": "this plan", "else": "last 1 year"}, "count", at_least=2)
    assert found(otherwise, more=CYCLES, training=[on(day, 10 + n) for n, day in enumerate(days)]).low == 2


def test_periods_may_begin_on_a_day_of_the_subjects_own():
    titled = lasting(date(2021, 3, 15), level="city")
    days = [date(2023, 3, 14), date(2023, 3, 15), date(2025, 3, 14), date(2025, 3, 15)]
    assert counted("last 1 full own", days, post=[titled]) == 2
    assert counted("last 1 full own", days) is None
    some_day = replace(titled, last=date(2021, 4, 30))
    assert counted("last 1 full own", days, post=[some_day]) is None
    per = training({"count per": "own"}, "count", at_least=3)
    rows = [on(day, 10 + n) for n, day in enumerate(days)]
    assert found(per, more=CYCLES, post=[titled], training=rows).low == 3


def test_the_years_of_a_term_run_from_the_rung():
    days = [date(2024, 8, 31), date(2024, 9, 1), date(2025, 8, 31), date(2025, 9, 1)]
    assert counted("last 1 full term year", days) == 2
    assert counted("this term year", days) == 1


def test_a_period_that_still_runs_is_never_not_met():
    clause = training({"within": "this school year"}, "sum", at_least=3)
    finding = found(clause, training=[on(TODAY, amount=20)])
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 20, None)
    finding = found(clause, training=[on(TODAY, amount=30)])
    assert (finding.outcome, finding.low, finding.high) == ("met", 30, None)
    at_most = training({"within": "this school year"}, "sum", at_most=3)
    assert found(at_most, training=[on(TODAY, amount=30)]).outcome == "unknown"
    assert found(at_most, training=[on(TODAY, amount=31)]).outcome == "not met"
    ended = found(clause, on=date(2026, 8, 31), training=[on(TODAY, amount=20)])
    assert (ended.outcome, ended.high) == ("not met", 20)


@pytest.mark.parametrize("lines", [["mean"], ["best"], ["latest"], ["first"], [{"latest per": "topic"}, "count"]])
def test_what_a_running_period_may_still_change_is_unknown(lines: list[Any]):
    finding = found(training({"within": "this school year"}, *lines, at_least=0), training=[on(TODAY)])
    assert (finding.outcome, finding.low) == ("unknown", None)


def test_a_total_is_open_where_a_part_of_it_is():
    measures = {"year": training({"within": "this school year"}, "count"), "all": training("count")}
    more = {"measures": {**measures, "sum": {"total": ["year", "all"], "then": [{"cap": 3}]}}}
    finding = found({"measure": "sum", "at least": 4}, more=more, training=[on(TODAY), on(TODAY, 6)])
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 3, None)


# ------------------------------------------------------------------------------------------------------ incomplete


def test_a_number_over_a_source_declared_incomplete_is_a_lower_bound():
    gap = Incomplete(kind="training", first=date(2025, 9, 1), last=date(2025, 12, 31))
    asked: dict[str, Any] = {"incomplete": [gap], "training": [on(date(2026, 1, 1), amount=50)]}
    assert found(training("sum", at_least=5), **asked).outcome == "met"
    assert found(training("sum", at_least=6), **asked).outcome == "unknown"
    assert found(training("latest", at_least=1), **asked).outcome == "unknown"
    assert found(training({"within": "from 2026-01-01"}, "sum", at_least=6), **asked).outcome == "not met"
    assert (
        found(training({"within": "since service", "else": "today"}, "sum", at_least=6), **asked).outcome == "unknown"
    )
    assert found({**training("count", at_least=1), "evidence": "paper"}, **asked).outcome == "not met"
    assert found(training("sum", at_least=6), on=date(2025, 8, 31), **asked).outcome == "not met"


# ---------------------------------------------------------------------------------------------------------- skipping


LEAVE = lasting(date(2025, 3, 1), date(2025, 8, 31), 40, topic="a")


def test_days_of_excused_leave_make_the_window_reach_further_back():
    window = {"within": "last 1 year", "skipping": {"evidence": "leave", "only": {"topic": "a"}}}
    clause = training(window, "count", at_least=0)
    # Of the year to today 62 days were leave, in July and August 2025: as many before March are days of the window.
    days = [date(2024, 12, 28), date(2024, 12, 29), date(2025, 5, 1), date(2025, 9, 1)]
    rows = [on(day, 10 + n) for n, day in enumerate(days)]
    assert verdict([clause], leave=[LEAVE], training=rows).evidence == (11, 12, 13)
    assert verdict([clause], training=rows).evidence == (13,)
    other = replace(LEAVE, attributes={"topic": "b"})
    assert verdict([clause], leave=[other], training=rows).evidence == (13,)


def test_leave_that_began_on_some_day_makes_a_window_that_it_reaches_unknown():
    clause = training({"within": "last 1 year", "skipping": {"evidence": "leave"}}, "count", at_least=0)
    assert found(clause, leave=[replace(LEAVE, last=date(2025, 3, 31))]).outcome == "unknown"
    long_ago = lasting(date(2019, 3, 1), date(2019, 8, 31), last=date(2019, 3, 31))
    assert found(clause, leave=[long_ago]).outcome == "met"


def test_school_years_touched_by_leave_are_passed_over():
    clause = training({"within": "last 2 full school years", "skipping": {"evidence": "leave"}}, "count", at_least=0)
    days = [date(2022, 8, 31), date(2022, 9, 1), date(2023, 9, 1), date(2025, 8, 31)]
    rows = [on(day, 10 + n) for n, day in enumerate(days)]
    assert verdict([clause], training=rows).evidence == (12, 13)
    assert verdict([clause], leave=[LEAVE], training=rows).evidence == (11, 12, 13)


# ------------------------------------------------------------------------------------- the day that is asked about


@pytest.mark.parametrize(
    ("day", "years"),
    [
        ("2026-08-31", 10),
        ("08-31 of this year", 10),
        ("08-31 of last year", 9),
        ("end of last school year", 9),
        ("start of this school year", 9),
        ("end of this calendar year", 10),
        ("02-29 of next year", 10),
    ],
)
def test_another_day_than_the_reviews_may_be_the_one_that_counts(day: str, years: int):
    service = [on(date(2016, 8, 15), 5)]
    finding = found({"years since": "service", "at least": 10, "on": day}, service=service)
    assert (finding.low, finding.outcome) == (years, "met" if years == 10 else "not met")


def test_a_measure_on_another_day_sees_its_windows_from_there():
    days = [date(2024, 8, 31), date(2024, 9, 1), date(2025, 8, 31), date(2025, 9, 1)]
    clause = {**training({"within": "last 1 year"}, "count", at_least=2), "on": "end of last school year"}
    assert verdict([clause], training=[on(day, 10 + n) for n, day in enumerate(days)]).evidence == (11, 12)


def test_what_is_within_the_next_months_is_seen_by_that_window_alone():
    retires = [on(date(2026, 12, 30), 5), on(date(2026, 12, 31), 6), on(TODAY, 7)]
    clause = training({"within": "next 6 months"}, "count", at_least=1)
    assert verdict([clause], training=retires).evidence == (5,)
    assert verdict([training("count", at_least=1)], training=retires).evidence == (7,)


def test_a_window_may_come_from_a_table():
    more = {
        "tables": {"reach": {"by": "to", "columns": ["window"], "rows": {"two": ["last 1 year"], "three": ["today"]}}}
    }
    rows = [on(date(2025, 6, 30), 5), on(date(2025, 7, 1), 6)]
    assert verdict([training({"within": "reach.window"}, "count", at_least=1)], more=more, training=rows).evidence == (
        6,
    )


def test_a_window_since_a_named_day_includes_it_and_needs_it():
    clause = training({"within": "since titled"}, "count", at_least=1)
    rows = [on(date(2024, 2, 29), 5), on(date(2024, 3, 1), 6)]
    posts = [
        lasting(date(2022, 1, 1), position=20, level="area"),
        lasting(date(2024, 3, 1), position=21, level="district"),
    ]
    assert verdict([clause], more=CYCLES, training=rows, post=posts).evidence == (6,)
    assert found(clause, more=CYCLES, training=rows, post=posts[:1]).outcome == "unknown"
    years = {"years since": "titled", "at least": 2}
    assert verdict([years], more=CYCLES, post=posts).evidence == (21,)


def test_a_cut_off_day_is_inside():
    rows = [on(date(2025, 12, 31), 5), on(date(2026, 1, 1), 6), on(date(2026, 3, 31), 7), on(date(2026, 4, 1), 8)]
    assert verdict([training({"within": "from 2026-01-01"}, "count", at_least=1)], training=rows).evidence == (6, 7, 8)
    assert verdict([training({"within": "until 2026-03-31"}, "count", at_least=1)], training=rows).evidence == (5, 6, 7)
