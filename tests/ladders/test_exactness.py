"""Two people who read a clause get the same answer: numbers, days and positions, sentence by sentence."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from events.facts import ClauseFound, Incomplete, Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.verdict import assess, digest
from ladders.problems import LadderError
from ladders.question import Question
from ladders.reading.loading import load
from ladders.reference.verdict import Row
from tests.ladders.examples import ALWAYS, TODAY, found, hours, of, on, training, verdict
from tests.ladders.plain import CATALOGUE, ladder_of

BROKEN = Path(__file__).parent / "broken"

# ---------------------------------------------------------------------------------------------------------- comparisons


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
    with pytest.raises(ValueError, match="whole number of 1/10"):
        found(training({"cap": Decimal("1.25")}, "sum", at_least=1), training=hours(10))
    ladder = ladder_of([training({"cap": Decimal("1.25")}, "sum", at_least=1)])
    question = Question(TODAY, 1000, CATALOGUE, Settings())
    with pytest.raises(ValueError, match="whole number of 1/10"):
        assess(ladder, ladder.steps[0], columns_of({}, 2), np.array([0], np.int32), question)


# -------------------------------------------------------------------------------------------------------------- windows


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


def test_the_last_day_of_a_bar_and_of_a_deadline_is_inside_it():
    lines = [{"within": "last 2 years"}, "count"]
    bar = {"none": [{"evidence": "decision", "then": lines, "at least": 1}]}
    refused = on(date(2024, 7, 1), 40, amount=0, ladder="test", rung="two", outcome="declined")
    assert found(bar, on=date(2026, 6, 30), decision=[refused]).outcome == "not met"
    assert found(bar, on=date(2026, 7, 1), decision=[refused]).outcome == "met"
    due = {**training("count", at_least=1), "due": "2026-06-30"}
    assert found(due, on=date(2026, 6, 30)).outcome == "unknown"
    assert found(due, on=date(2026, 7, 1)).outcome == "not met"


def test_the_district_says_nothing_and_a_school_year_starts_on_the_first_of_september():
    assert Settings().school_year_starts == "09-01"


@pytest.mark.parametrize(("starts", "years"), [("09-01", 2), ("09-02", 1), ("01-01", 1), ("02-29", 1)])
def test_a_school_year_starts_on_the_day_the_district_says(starts: str, years: int):
    clause = training({"best per": "school year"}, "count", at_least=1)
    rows = [on(date(2025, 8, 31)), on(date(2025, 9, 1), 6)]
    assert found(clause, starts=starts, training=rows).low == years


# ------------------------------------------------------------------------------------------------------------ two times


def test_evidence_counts_from_the_position_that_knows_it_to_the_one_that_voids_it():
    row = replace(on(date(2024, 5, 5)), known=50, voided=80)
    counts = [found(training("count", at_least=1), known_at=at, training=[row]).low for at in (49, 50, 79, 80)]
    assert counts == [0, 1, 1, 0]


def test_a_correction_replaces_what_it_corrects_from_its_own_position_on():
    wrong = replace(on(date(2024, 5, 5), amount=240), voided=60)
    right = replace(on(date(2024, 5, 5), amount=24), known=60)
    sums = [found(training("sum", at_least=1), known_at=at, training=[wrong, right]).low for at in (59, 60)]
    assert sums == [240, 24]


def test_what_counted_is_named_by_what_recorded_it_and_by_what_made_it_so():
    wrong = replace(on(date(2024, 5, 5), 40, amount=240), voided=60)
    right = replace(on(date(2024, 5, 5), 40, amount=24), known=60)
    named = [verdict([training("sum", at_least=1)], known_at=at, training=[wrong, right]).evidence for at in (59, 60)]
    assert named == [(40,), (40, 60)]
    began = replace(on(date(2015, 9, 1), 3), known=8)
    assert verdict([{"years since": "service", "at least": 3}], service=[began]).evidence == (3, 8)


# ---------------------------------------------------------------------------------------------------------------- years


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


# --------------------------------------------------------------------------------------------------------- three values


def test_counts_and_sums_over_nothing_are_zero_and_everything_else_is_unknown():
    assert [found(training(verb, at_least=0)).low for verb in ("count", "sum")] == [0, 0]
    for verb in ("mean", "best", "latest", "first"):
        assert found(training(verb, at_least=0)).outcome == "unknown"
        assert found({**training(verb, at_least=0), "absent": "not met"}).outcome == "not met"


def test_a_lower_bound_is_met_when_it_is_enough_and_else_unknown():
    gap = Incomplete(kind="training", first=date(2026, 1, 1), last=TODAY)
    enough, short = (found(training("sum", at_least=n), incomplete=[gap], training=hours(20)) for n in (2, 3))
    assert (enough.outcome, enough.low, enough.high) == ("met", 20, None)
    assert (short.outcome, short.low, short.high) == ("unknown", 20, None)
    for verb in ("mean", "best", "latest", "first"):
        assert found(training(verb, at_least=0), incomplete=[gap], training=hours(20)).outcome == "unknown"


def test_a_running_period_is_never_not_met():
    for window in ("this school year", "last 2 school years", "this calendar year"):
        assert found(training({"within": window}, "count", at_least=1)).outcome == "unknown"
    assert found(training({"within": "last 1 full school year"}, "count", at_least=1)).outcome == "not met"


def test_a_veto_over_the_unknown_is_unknown_and_what_is_reported_is_the_veto():
    veto = {"id": "bar", "none": [{"id": "inside", "years since": "birth", "at least": 60}]}
    said = verdict([veto])
    assert (said.outcome, [one.clause for one in said.findings]) == ("unknown", ["bar", "inside"])
    born = [on(date(1966, 6, 30), 3)]
    said = verdict([veto], birth=born)
    reported = [(one.clause, one.outcome, one.low) for one in said.findings]
    assert reported == [("bar", "not met", 1), ("inside", "met", 60)]
    assert said.evidence == (3,)


def test_not_examined_is_only_who_may_not_attempt_the_step():
    clause = training("mean", at_least=1)
    assert verdict([clause]).outcome == "unknown"
    assert verdict([clause], standing=[]).outcome == "not examined"


# ----------------------------------------------------------------------------------------------------------------- ties


def test_of_two_equal_bests_and_of_several_latest_rows_the_last_recorded_speaks():
    same_day = [on(TODAY, 9, amount=20), on(TODAY, 7, amount=20), on(TODAY, 8, amount=20)]
    for verb in ("best", "latest"):
        assert verdict([training(verb, at_least=1)], training=same_day).evidence == (9,)
    assert verdict([training("first", at_least=1)], training=same_day).evidence == (7,)
    works = [replace(row, attributes={"work": "w"}) for row in same_day]
    assert verdict([training({"best per": "work"}, "sum", at_least=1)], training=works).evidence == (9,)
    earlier = replace(works[0], first=date(2026, 1, 1), last=date(2026, 1, 1))
    assert verdict([training({"best per": "work"}, "sum", at_least=1)], training=[earlier, *works[1:]]).evidence == (8,)


# ---------------------------------------------------------------------------------------------------------- YAML traps


@pytest.mark.parametrize(
    "trap",
    ["yes", "off", "no-as-text", "on-as-a-key", "day-without-quotes", "duplicate-key", "number-as-text", "alias"],
)
def test_what_yaml_would_guess_is_refused(trap: str):
    with pytest.raises(LadderError):
        load((BROKEN / f"yaml-{trap}.yaml").read_bytes(), trap)


# ------------------------------------------------------------------------------------------------------- the same bytes


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
