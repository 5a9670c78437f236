"""Two people who read a clause get the same answer: the sentences on exactness, one by one.

Every example is asked of both evaluators.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from events.facts import ClauseFound, Settings
from ladders import reference
from ladders.question import Question
from ladders.reference import Row
from ladders.verdict import assess, digest, evidence_of, evidence_used
from tests.ladders.strategies import CATALOGUE, ONE, columns_of, ladder_of

TODAY = date(2026, 6, 30)
ALWAYS = Row(0, date(2023, 9, 1), date(2023, 9, 1), recorded=1, attributes=ONE)


def verdict(
    clauses: Sequence[dict[str, Any]],
    *,
    on: date = TODAY,
    known_at: int = 1000,
    starts: str = "09-01",
    to: dict[str, Any] | None = None,
    **rows: list[Row],
) -> reference.Verdict:
    """The verdict on subject 0, who holds the first rung unless said otherwise; both evaluators agree on everybody."""
    ladder, evidence = ladder_of(clauses, **(to or {})), {"standing": [ALWAYS], **rows}
    question = Question(on, known_at, CATALOGUE, Settings(school_year_starts=starts))
    step, columns, everybody = ladder.steps[0], columns_of(evidence, 9), np.arange(9, dtype=np.int32)
    fast = assess(ladder, step, columns, everybody, question)
    for subject in range(9):
        said = reference.assess(ladder, step, evidence, subject, question)
        assert (fast.outcome_of(subject), fast.findings(subject)) == (said.outcome, said.findings)
        alone = assess(ladder, step, columns, everybody[subject : subject + 1], question)
        assert alone.findings(0) == said.findings
        assert evidence_used(ladder, step, columns, subject, question) == said.evidence
    assert evidence_of(ladder, step, columns, everybody[:1], question) == [
        evidence_of(ladder, step, columns, everybody, question)[0]
    ]
    return reference.assess(ladder, step, evidence, 0, question)


def found(clause: dict[str, Any], **asked: Any) -> ClauseFound:
    """The finding of one clause."""
    return verdict([clause], **asked).findings[0]


def on(day: date, position: int = 5, *, amount: int = 10, last: date | None = None, **attributes: str | int) -> Row:
    """A row of one day, or of the days up to ``last``; amounts are tenths of an hour, hundredths of a score."""
    return Row(0, day, last or day, recorded=position, amount=amount, known=position, attributes=attributes)


def training(*lines: Any, **comparison: Any) -> dict[str, Any]:
    """A clause over trainings; the comparison's words joined by underscores."""
    asked = {name.replace("_", " "): value for name, value in comparison.items()}
    return {"evidence": "training", "then": list(lines), **asked}


def hours(*amounts: int) -> list[Row]:
    """Trainings of so many tenths of an hour, day after day."""
    return [on(date(2026, 1, n), 10 + n, amount=amount) for n, amount in enumerate(amounts, 1)]


# ----------------------------------------------------------------------------------------------------- comparisons


@pytest.mark.parametrize(
    ("comparison", "outcome"),
    [("at_least", "met"), ("at_most", "met"), ("more_than", "not met"), ("less_than", "not met")],
)
def test_thresholds_are_inclusive_unless_they_say_more_or_less(comparison: str, outcome: str):
    clause = training("sum", **{comparison: Decimal("6.5")})
    assert found(clause, training=hours(40, 25)).outcome == outcome


def test_several_comparisons_must_all_hold():
    assert found(training("count", at_least=1, at_most=2), training=hours(1, 1)).outcome == "met"
    assert found(training("count", at_least=1, at_most=2), training=hours(1, 1, 1)).outcome == "not met"


def test_a_threshold_finer_than_the_amounts_is_not_rounded():
    assert found(training("sum", at_least=Decimal("1.05")), training=hours(10)).outcome == "not met"
    assert found(training("sum", at_least=Decimal("1.05")), training=hours(11)).outcome == "met"


def test_a_mean_is_compared_by_multiplying_out():
    clause = {"evidence": "score", "then": ["mean"], "at least": Decimal("33.34")}
    scores = [on(date(2026, 1, n), 10 + n, amount=amount) for n, amount in enumerate([3333, 3333, 3335], 1)]
    finding = found(clause, score=scores)
    assert (finding.outcome, finding.low, finding.over) == ("not met", 10001, 300)
    assert found({**clause, "at least": Decimal("33.3366")}, score=scores).outcome == "met"


def test_a_mean_too_long_for_64_bits_is_still_exact():
    third = Decimal("33.3366666666666666666666666666")
    scores = [on(date(2026, 1, n), 10 + n, amount=amount) for n, amount in enumerate([3333, 3333, 3335], 1)]
    clause = {"evidence": "score", "then": ["mean"]}
    assert found({**clause, "at least": third}, score=scores).outcome == "met"
    assert found({**clause, "at least": third + Decimal("1e-28")}, score=scores).outcome == "not met"


def test_amounts_too_large_to_be_added_exactly_are_refused():
    with pytest.raises(OverflowError, match="exactly"):
        found(training("sum", at_least=1), training=[on(TODAY, n, amount=2**62) for n in (5, 6, 7)])


def test_a_cap_that_would_round_is_refused():
    with pytest.raises(ValueError, match="at most 1 decimal places"):
        found(training({"cap": Decimal("1.25")}, "sum", at_least=1), training=hours(10))
    ladder = ladder_of([training({"cap": Decimal("1.25")}, "sum", at_least=1)])
    question = Question(TODAY, 1000, CATALOGUE, Settings())
    with pytest.raises(ValueError, match="at most 1 decimal places"):
        assess(ladder, ladder.steps[0], columns_of({}, 2), np.array([0], np.int32), question)


# ---------------------------------------------------------------------------------------------------------- windows


@pytest.mark.parametrize(
    ("window", "today", "outside", "inside"),
    [
        ("last 3 years", date(2026, 6, 30), date(2023, 6, 30), date(2023, 7, 1)),
        ("last 1 year", date(2024, 2, 29), date(2023, 2, 28), date(2023, 3, 1)),
        ("last 1 year", date(2025, 2, 28), date(2024, 2, 28), date(2024, 2, 29)),
        ("last 6 months", date(2026, 8, 31), date(2026, 2, 28), date(2026, 3, 1)),
        ("last 30 days", date(2026, 6, 30), date(2026, 5, 31), date(2026, 6, 1)),
    ],
)
def test_the_last_years_are_every_day_after_the_day_so_long_ago(window: str, today: date, outside: date, inside: date):
    clause = training({"within": window}, "count", at_least=2)
    tomorrow = date.fromordinal(today.toordinal() + 1)
    rows = [on(day, 5 + n) for n, day in enumerate((outside, inside, today, tomorrow))]
    finding = verdict([clause], on=today, training=rows)
    assert (finding.findings[0].low, finding.evidence) == (2, (6, 7))


def test_a_window_from_a_date_to_a_date_includes_both_but_never_tomorrow():
    clause = training({"within": "from 2025-09-01 to 2026-08-31"}, "count", at_least=1)
    days = [date(2025, 8, 31), date(2025, 9, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 31)]
    rows = [on(day, 5 + n) for n, day in enumerate(days)]
    assert found(clause, training=rows).low == 2
    assert found(clause, on=date(2026, 12, 1), training=rows).low == 4


def test_a_window_since_the_rung_includes_the_day_it_came_into_force():
    clause = training({"within": "since rung"}, "count", at_least=1)
    assert found(clause, training=[on(date(2023, 8, 31)), on(date(2023, 9, 1), 6)]).low == 1


def test_who_has_no_service_is_held_to_the_window_said_with_else_or_is_unknown():
    rows = [on(date(2024, 1, 1)), on(date(2026, 1, 1), 6)]
    since = {"within": "since service"}
    assert found(training({**since, "else": "last 1 year"}, "count", at_least=1), training=rows).low == 1
    finding = found(training(since, "count", at_least=1), training=rows)
    assert (finding.outcome, finding.low) == ("unknown", None)
    in_force = {"evidence": "standing", "then": [{**since, "else": "today"}, "count"], "at least": 2}
    assert found(in_force, standing=[ALWAYS, replace(ALWAYS, recorded=2, until=date(2026, 6, 29))]).low == 1
    served = [Row(0, date(2024, 1, 1), date(2024, 1, 1), recorded=2)]
    assert found(training(since, "count", at_least=1), training=rows, service=served).low == 2


def test_without_a_window_everything_up_to_the_day_counts():
    rows = [on(date(1999, 1, 1)), on(TODAY, 6), on(date(2026, 7, 1), 7)]
    assert found(training("count", at_least=1), training=rows).low == 2


def test_the_last_day_of_a_term_is_inside_it():
    ending = replace(ALWAYS, until=TODAY)
    assert found({"holds": ["one"]}, standing=[ending]).outcome == "met"
    assert found({"holds": ["one"]}, standing=[ending], on=date(2026, 7, 1)).outcome == "not examined"
    lasting = {"evidence": "standing", "then": [{"within": "today"}, "count"], "at least": 1}
    assert found(lasting, standing=[ending]).outcome == "met"


@pytest.mark.parametrize(("starts", "years"), [("09-01", 2), ("09-02", 1), ("01-01", 1), ("02-29", 1)])
def test_a_school_year_starts_on_the_day_the_district_says(starts: str, years: int):
    clause = training({"best per": "school year"}, "count", at_least=1)
    rows = [on(date(2025, 8, 31)), on(date(2025, 9, 1), 6)]
    assert found(clause, starts=starts, training=rows).low == years


# ------------------------------------------------------------------------------------------------------- two times


def test_evidence_counts_from_the_position_that_knows_it_to_the_one_that_voids_it():
    row = replace(on(date(2024, 5, 5)), known=50, voided=80)
    counts = [found(training("count", at_least=1), known_at=at, training=[row]).low for at in (49, 50, 79, 80)]
    assert counts == [0, 1, 1, 0]


def test_a_correction_replaces_what_it_corrects_from_its_own_position_on():
    wrong = replace(on(date(2024, 5, 5), amount=240), voided=60)
    right = replace(on(date(2024, 5, 5), amount=24), known=60)
    sums = [found(training("sum", at_least=1), known_at=at, training=[wrong, right]).low for at in (59, 60)]
    assert sums == [240, 24]


# ----------------------------------------------------------------------------------------------------------- years


@pytest.mark.parametrize(
    ("start", "today", "years"),
    [
        (date(2020, 9, 1), date(2026, 8, 31), 5),
        (date(2020, 9, 1), date(2026, 9, 1), 6),
        (date(2020, 2, 29), date(2025, 2, 27), 4),
        (date(2020, 2, 29), date(2025, 2, 28), 5),
        (date(2020, 2, 29), date(2024, 2, 28), 3),
        (date(2020, 2, 28), date(2024, 2, 28), 4),
        (TODAY, TODAY, 0),
    ],
)
def test_years_are_completed_and_never_rounded(start: date, today: date, years: int):
    clause = {"years since": "service", "at least": years}
    finding = found(clause, on=today, service=[Row(0, start, start, recorded=2)])
    assert (finding.outcome, finding.low, finding.high) == ("met", years, years)


def test_time_on_a_rung_runs_from_its_date_of_force():
    known_late = replace(ALWAYS, recorded=9, known=9)
    finding = verdict([{"years since": "rung", "at least": 3}], standing=[known_late])
    assert (finding.findings[0].low, finding.evidence) == (2, (9,))


def test_years_from_a_day_known_only_to_the_month_may_be_one_more():
    service = [Row(0, date(2023, 6, 15), date(2023, 7, 14), recorded=2)]
    finding = found({"years since": "service", "at least": 3}, service=service)
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 2, 3)


# ---------------------------------------------------------------------------------------------------- three values


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
    other = replace(ALWAYS, recorded=4, attributes={"ladder": "other", "rung": "two", "how": "taken over"})
    clause = {"holds": ["two", "three"], "ladder": "other"}
    assert found(clause).outcome == "not met"
    assert verdict([clause], standing=[ALWAYS, other]).evidence == (4,)


# ----------------------------------------------------------------------------------------------------------- lines


def test_the_written_order_is_the_meaning():
    rows = [replace(row, attributes={"topic": "a"}) for row in hours(30, 40, 50)]
    cap = {"cap": Decimal("4.5")}
    assert found(training(cap, "sum", at_least=1), training=rows).low == 30 + 40 + 45
    assert found(training("sum", cap, at_least=1), training=rows).low == 45
    assert found(training({"sum per": "topic"}, cap, "sum", at_least=1), training=rows).low == 45


def test_a_floor_lifts_every_row_or_the_number_and_a_mean_is_capped_as_a_mean():
    assert found(training({"floor": 2}, "sum", at_least=1), training=hours(10, 30)).low == 20 + 30
    assert found(training("sum", {"floor": 9}, at_least=1), training=hours(10, 30)).low == 90
    finding = found(training("mean", {"cap": 3}, at_least=3), training=hours(30, 40))
    assert (finding.outcome, finding.low, finding.over) == ("met", 60, 20)


def test_a_number_may_come_from_the_table_of_the_rung_sought_or_left():
    assert found(training("count", at_least="rung.few"), training=hours(1, 1)).outcome == "met"
    assert found(training("count", at_least="past.few"), training=hours(1, 1)).outcome == "not met"
    assert found(training({"cap": "rung.many"}, "sum", at_least=1), training=hours(90)).low == 50


@pytest.mark.parametrize(
    ("accepted", "count"),
    [("district", 1), ("district or better", 2), (["school", "city"], 2), ("galaxy", 0), ("galaxy or better", 0)],
)
def test_levels_are_exact_or_count_downward(accepted: Any, count: int):
    rows = [on(TODAY, 5 + n, level=level) for n, level in enumerate(["school", "district", "city"])] + [on(TODAY, 9)]
    assert found(training({"only": {"level": accepted}}, "count", at_least=1), training=rows).low == count
    assert found(training({"except": {"level": accepted}}, "count", at_least=1), training=rows).low == 4 - count


def test_except_drops_only_the_rows_that_carry_all_that_is_named():
    rows = [on(TODAY, 5, level="city", topic="a"), on(TODAY, 6, level="city"), on(TODAY, 7, topic="a")]
    clause = training({"except": {"level": "city", "topic": "a"}}, "count", at_least=1)
    assert verdict([clause], training=rows).evidence == (6, 7)


def test_of_equal_bests_the_latest_day_counts_then_the_latest_recorded():
    rows = [
        on(date(2026, 1, 1), 30, amount=50),
        on(date(2026, 3, 1), 20, amount=50),
        on(date(2026, 3, 1), 21, amount=50),
        on(date(2026, 4, 1), 22, amount=40),
    ]
    assert verdict([training("best", at_least=1)], training=rows).evidence == (21,)
    rows = [replace(row, attributes={"work": "w"}) for row in rows]
    assert verdict([training({"best per": "work"}, "sum", at_least=1)], training=rows).evidence == (21,)


def test_of_equal_sums_the_one_with_the_latest_row_counts():
    rows = [
        on(date(2026, 1, 1), 5, amount=20, topic="b"),
        on(date(2026, 3, 1), 6, amount=50, topic="a"),
        on(date(2026, 4, 1), 7, amount=30, topic="b"),
    ]
    for topics in ("ab", "ba"):
        rows = [replace(row, attributes={"topic": topics["ab".index(str(row.attributes["topic"]))]}) for row in rows]
        assert verdict([training({"sum per": "topic"}, "best", at_least=1)], training=rows).evidence == (5, 7)


def test_of_several_latest_rows_of_a_day_the_latest_recorded_counts():
    rows = [
        on(date(2026, 1, 1), 30, amount=90),
        on(date(2026, 3, 1), 21, amount=10),
        on(date(2026, 3, 1), 20, amount=50),
    ]
    clause = training("latest", at_least=1)
    assert (found(clause, training=rows).low, verdict([clause], training=rows).evidence) == (10, (21,))


def test_rows_without_the_key_are_each_alone():
    rows = [on(TODAY, 5, work="w"), on(TODAY, 6, work="w"), on(TODAY, 7), on(TODAY, 8)]
    for line in ("best per", "latest per", "sum per", "count per"):
        assert found(training({line: "work"}, "count", at_least=1), training=rows).low == 3


@pytest.mark.parametrize(
    "lines",
    [["sum", "count"], ["sum", {"only": {"level": "city"}}], [{"cap": 1}],
     [{"sum per": "topic"}, "latest"], [{"count per": "topic"}, {"within": "today"}, "sum"]],
)  # fmt: skip
def test_lines_without_a_meaning_are_refused_by_both(lines: list[Any]):
    ladder, question = ladder_of([training(*lines, at_least=1)]), Question(TODAY, 9, CATALOGUE, Settings())
    with pytest.raises(ValueError, match=r"verb|no days"):
        reference.assess(ladder, ladder.steps[0], {"standing": [ALWAYS]}, 0, question)
    columns = columns_of({"standing": [ALWAYS]}, 1)
    with pytest.raises(ValueError, match=r"verb|no days"):
        assess(ladder, ladder.steps[0], columns, np.array([0], np.int32), question)


# ------------------------------------------------------------------------------------------------- other subjects


def member(person: int, first: date, until: date = date.max, position: int = 3, role: str = "member") -> Row:
    """A person's membership in group 0."""
    return Row(0, first, first, recorded=position, until=until, attributes={"member": person, "role": role})


def of(person: int, row: Row) -> Row:
    """The row as another person's."""
    return replace(row, subject=person)


THROUGH = {"evidence": "training", "through": "members", "then": ["count"], "at least": 1}


def test_a_members_evidence_counts_on_the_days_inside_the_membership():
    rows = [of(1, on(date(2025, day, 1), 10 + day)) for day in range(1, 6)]
    joined = [member(1, date(2025, 2, 1), date(2025, 4, 1))]
    assert verdict([THROUGH], training=rows, member=joined).evidence == (12, 13, 14)


def test_who_joined_twice_counts_once():
    row = of(1, on(date(2025, 5, 1)))
    joined = [member(1, date(2025, 1, 1)), member(1, date(2025, 4, 1), position=4, role="core")]
    assert found(THROUGH, training=[row], member=joined).low == 1
    over_a_month = replace(row, last=date(2025, 5, 31))
    joined = [member(1, date(2025, 1, 1)), member(1, date(2025, 5, 9), position=4, role="core")]
    assert found(THROUGH, training=[over_a_month], member=joined).low == 1


def test_a_row_across_the_edge_of_a_membership_is_unsure():
    row = of(1, on(date(2025, 5, 1), last=date(2025, 5, 31)))
    finding = found(THROUGH, training=[row], member=[member(1, date(2025, 5, 10))])
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 0, 1)


def test_only_the_roles_named_count_and_members_can_be_told_apart():
    rows = [
        of(person, on(TODAY, 10 + n, amount=amount)) for n, (person, amount) in enumerate([(1, 20), (1, 30), (2, 50)])
    ]
    joined = [member(1, date(2025, 1, 1), role="host"), member(2, date(2025, 1, 1), position=4)]
    assert found({**THROUGH, "roles": ["host"]}, training=rows, member=joined).low == 2
    best = {**THROUGH, "then": [{"best per": "member"}, "sum"]}
    assert found(best, training=rows, member=joined).low == 30 + 50


def test_a_mentors_mentees_count_for_the_mentor():
    promoted = Row(2, date(2025, 9, 1), date(2025, 9, 1), recorded=7, attributes={**ONE, "rung": "two"})
    mentored = [Row(0, date(2025, 1, 1), date(2025, 1, 1), recorded=3, attributes={"member": 2})]
    clause = {"evidence": "standing", "through": "mentees", "then": [{"only": {"rung": "two"}}, "count"], "at least": 1}
    assert verdict([clause], standing=[ALWAYS, promoted], mentee=mentored).evidence == (7,)


# -------------------------------------------------------------------------------------------------- the same bytes


def test_the_digest_has_canonical_bytes():
    findings = (
        ClauseFound(clause="hours", outcome="not met", low=585, high=585, over=10),
        ClauseFound(clause="score", outcome="unknown", low=None, high=None, over=1),
    )
    text = '["one\\u2192two","not met",[["hours","not met",585,585,10],["score","unknown",null,null,1]]]'
    assert digest("one→two", "not met", findings) == hashlib.sha256(text.encode()).hexdigest()


def test_the_same_question_in_any_order_of_subjects_gives_the_same_bytes():
    rows = {"training": [of(n % 4, row) for n, row in enumerate(hours(10, 20, 30, 40, 50, 60, 70))]}
    rows["standing"] = [of(n, replace(ALWAYS, recorded=n)) for n in range(4)]
    ladder = ladder_of([training("sum", at_least=9)])
    step, question = ladder.steps[0], Question(TODAY, 1000, CATALOGUE, Settings())
    columns = columns_of(rows, 4)

    def digests(order: list[int]) -> list[str]:
        said = assess(ladder, step, columns, np.array(order, np.int32), question)
        return [digest(step.id, said.outcome_of(i), said.findings(i)) for i in range(len(order))]

    forward = digests([0, 1, 2, 3])
    assert len(set(forward)) == 4
    assert digests([3, 1, 0, 2]) == [forward[n] for n in (3, 1, 0, 2)]
    assert digests([2]) == [forward[2]]
