"""Met, not met, unknown: what is found where there is nothing to go on, or only a range."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.ladders.examples import ALWAYS, TODAY, found, hours, of, on, training, verdict
from tests.ladders.strategies import ONE


@pytest.mark.parametrize("verb", ["sum", "count"])
def test_counts_and_sums_over_nothing_are_zero(verb: str):
    finding = found(training(verb, at_most=0))
    assert (finding.outcome, finding.low) == ("met", 0)


@pytest.mark.parametrize("verb", ["mean", "best", "latest"])
def test_mean_best_and_latest_over_nothing_are_unknown_unless_absent_says_otherwise(verb: str):
    finding = found(training(verb, at_least=0))
    assert (finding.outcome, finding.low, finding.high, finding.over) == ("unknown", None, None, 1)
    assert found({**training(verb, at_least=0), "absent": "not met"}).outcome == "not met"
    assert found({**training(verb, at_least=9), "absent": "met"}).outcome == "met"
    assert found({**training(verb, at_least=9), "absent": "met"}, training=hours(1)).outcome == "not met"


def test_years_since_a_day_that_is_not_known_are_unknown_unless_absent_says_otherwise():
    assert found({"years since": "birth", "at least": 1}).outcome == "unknown"
    assert found({"years since": "birth", "at least": 1, "absent": "not met"}).outcome == "not met"


@pytest.mark.parametrize(("least", "outcome"), [(1, "met"), (2, "unknown"), (3, "not met")])
def test_a_row_with_the_windows_edge_inside_its_days_makes_a_range(least: int, outcome: str):
    rows = [on(date(2026, 1, 1)), on(date(2023, 6, 1), 6, last=date(2023, 7, 31)), on(date(2023, 6, 10), 7)]
    clause = training({"within": "last 3 years"}, "count", at_least=least)
    finding = found(clause, training=rows)
    assert (finding.outcome, finding.low, finding.high) == (outcome, 1, 2)
    assert verdict([clause], training=rows).evidence == (5, 6)


def test_rows_that_become_unsure_at_a_later_line_make_a_range_as_well():
    straddling = on(date(2023, 6, 1), 6, last=date(2023, 7, 31), work="w")
    lines = [{"best per": "work"}, {"within": "last 3 years"}, "sum"]
    today_or_tomorrow = of(1, on(TODAY, 8, last=date(2026, 7, 1), work="w"))
    rungs = [ALWAYS, of(1, replace(ALWAYS, recorded=2))]
    finding = found(training(*lines, at_least=1), training=[straddling, today_or_tomorrow], standing=rungs)
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 0, 10)


def test_a_best_of_which_only_unsure_rows_are_left_is_unknown():
    rows = [on(date(2023, 6, 1), 6, amount=90, last=date(2023, 7, 31))]
    finding = found({**training({"within": "last 3 years"}, "best", at_most=99), "absent": "met"}, training=rows)
    assert (finding.outcome, finding.low, finding.high) == ("unknown", None, None)


@pytest.mark.parametrize("verb", ["mean", "latest"])
def test_a_mean_and_the_latest_are_unknown_when_an_unsure_row_reaches_them(verb: str):
    rows = [on(date(2026, 1, 1)), on(date(2023, 6, 1), 6, last=date(2023, 7, 31))]
    clause = training({"within": "last 3 years"}, verb, at_least=1)
    assert found({**clause, "absent": "met"}, training=rows).outcome == "unknown"


def test_what_an_unsure_row_displaces_is_not_counted_as_certainly_gone():
    # Perhaps the better record of the work counts, perhaps only the other one: then it is a school's, not a city's.
    rows = [
        on(date(2026, 1, 1), amount=10, work="w", level="school"),
        on(date(2023, 6, 1), 6, amount=20, last=date(2023, 7, 31), work="w", level="city"),
    ]
    best = [{"within": "last 3 years"}, {"best per": "work"}]
    assert (
        found(training(*best, {"only": {"level": "school"}}, "count", at_least=1), training=rows).outcome == "unknown"
    )
    finding = found(training(*best, "sum", at_least=1), training=rows)
    assert (finding.outcome, finding.low, finding.high) == ("met", 10, 20)


UNKNOWN = {"years since": "birth", "at least": 1}
YES = training("count", at_least=0)
NO = training("count", at_least=1)


@pytest.mark.parametrize(
    ("group", "outcome"),
    [
        ({"all": [YES, UNKNOWN]}, "unknown"),
        ({"all": [NO, UNKNOWN]}, "not met"),
        ({"any": [YES, UNKNOWN]}, "met"),
        ({"any": [NO, UNKNOWN]}, "unknown"),
        ({"none": [NO, NO]}, "met"),
        ({"none": [YES, UNKNOWN]}, "not met"),
        ({"none": [NO, UNKNOWN]}, "unknown"),
        ({"of": [YES, UNKNOWN, NO], "at least": 1}, "met"),
        ({"of": [YES, UNKNOWN, NO], "at least": 2}, "unknown"),
        ({"of": [YES, UNKNOWN, NO], "at least": 3}, "not met"),
        ({"of": [{"all": [YES, YES]}, NO], "at least": 1}, "met"),
    ],
)
def test_clauses_combine_by_kleene_logic(group: dict[str, Any], outcome: str):
    assert verdict([group]).outcome == outcome


def test_a_group_stands_before_its_options_and_counts_those_that_are_met():
    findings = verdict([{"of": [YES, {"any": [NO, YES]}, NO], "at least": 2}]).findings
    assert [one.clause for one in findings] == ["c0", "c0-0", "c0-1", "c0-1-0", "c0-1-1", "c0-2"]
    assert [one.low for one in findings[:3]] == [2, 0, 1]


def test_only_who_may_attempt_the_step_is_examined():
    assert verdict([NO], standing=[]).outcome == "not examined"
    assert verdict([NO], to={"from": None}).outcome == "not examined"
    assert verdict([NO], to={"from": None}, standing=[]).outcome == "not met"
    of_another = replace(ALWAYS, attributes={**ONE, "ladder": "other"})
    assert verdict([NO], to={"from": None}, standing=[of_another]).outcome == "not met"
    finding = verdict([NO], standing=[], training=hours(1))
    assert (finding.findings[0].outcome, finding.findings[0].low, finding.evidence) == ("not examined", None, ())


def test_a_rung_of_another_ladder_is_held_there():
    said = {"ladder": "other", "rung": "two", "how": "taken over"}
    other = replace(ALWAYS, recorded=4, known=6, attributes=said)
    clause = {"holds": ["two", "three"], "ladder": "other"}
    assert found(clause).outcome == "not met"
    assert verdict([clause], standing=[ALWAYS, other]).evidence == (4, 6)
