"""What an explanation says beside the verdict: what counted, what is missing, and what time alone will change."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.facts import Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.explanation import Explained, Explanation, explain
from ladders.evidence.columns import NEVER, Rows
from ladders.model.ladder import Ladder
from ladders.question import Question
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.strategies import CATALOGUE, ONE, SUBJECTS, evidence, ladder_of, ladders, questions

RANDOM = settings(max_examples=70, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def flattened(clauses: tuple[Explained, ...]) -> list[Explained]:
    """The explained clauses in the order of the findings."""
    return [one for top in clauses for one in (top, *flattened(top.conditions), *flattened(top.options))]


@RANDOM
@given(ladder=ladders(), rows=evidence(), question=questions(), data=st.data())
def test_nothing_changes_before_the_day_on_which_it_is_said_to(
    ladder: Ladder, rows: dict[str, list[Row]], question: Question, data: st.DataObject
):
    step, columns = ladder.steps[0], columns_of(rows, SUBJECTS)
    subject = data.draw(st.integers(0, SUBJECTS - 1))

    def on(day: date) -> reference.Verdict:
        return reference.assess(ladder, step, rows, subject, replace(question, as_of=day))

    told = explain(ladder, step, columns, subject, question)
    now = on(question.as_of)
    assert (told.outcome, told.findings) == (now.outcome, now.findings)
    known = {row.recorded: row.known for some in rows.values() for row in some}
    counted = {row.position for one in flattened(told.clauses) for row in one.counted}
    assert {at for position in counted for at in (position, known[position])} == set(now.evidence)
    later = [question.as_of + timedelta(days=n) for n in data.draw(st.lists(st.integers(1, 1500), max_size=8))]
    for n, one in enumerate(flattened(told.clauses)):
        if one.next_change is not None:
            assert on(one.next_change).findings[n] != now.findings[n]
            later.append(one.next_change - timedelta(days=1))
        for day in later:
            if one.next_change is None or day < one.next_change:
                assert on(day).findings[n] == now.findings[n]
    if told.earliest is not None:
        assert on(told.earliest).outcome == "met"
        later.append(told.earliest - timedelta(days=1))
    for day in later:
        if told.outcome != "met" and (told.earliest is None or day < told.earliest):
            assert on(day).outcome != "met"


# -------------------------------------------------------------------------------------------------- by example

ASKED = Question(date(2026, 6, 30), 1000, CATALOGUE, Settings())
HELD = Row(0, date(2023, 9, 1), date(2023, 9, 1), recorded=1, attributes=ONE)


def told(clause: dict[str, Any], question: Question = ASKED, **rows: list[Row]) -> Explanation:
    """The explanation of one clause for subject 0, who holds the first rung."""
    ladder = ladder_of([clause])
    evidence = {"standing": [HELD], **rows}
    return explain(ladder, ladder.steps[0], columns_of(evidence, 2), 0, question)


def hours(amount: int, day: date, position: int) -> Row:
    """So many whole hours of training on a day."""
    return Row(0, day, day, recorded=position, amount=amount * 10)


def test_it_says_what_was_measured_what_is_missing_and_what_leaves_the_window():
    trainings = [hours(24, date(2023, 9, 1), 7), hours(6, date(2025, 5, 5), 8), hours(50, date(2020, 1, 1), 9)]
    clause = {"evidence": "training", "then": [{"within": "last 3 years"}, "sum"], "at least": Decimal("72.5")}
    found = told(clause, training=trainings).clauses[0]
    assert found.outcome == "not met"
    assert found.low == found.high == 30
    assert found.unit == "hour"
    assert found.asked == (("at least", Decimal("72.5")),)
    assert found.missing == Fraction(85, 2)
    assert [(row.position, row.amount, row.first) for row in found.counted] == [
        (7, Decimal("24.0"), date(2023, 9, 1)),
        (8, Decimal("6.0"), date(2025, 5, 5)),
    ]
    assert [(row.leaves, row.position) for row in found.leaving] == [(date(2026, 9, 1), 7), (date(2028, 5, 5), 8)]
    assert found.next_change == date(2026, 9, 1)


def test_a_violation_that_leaves_the_window_makes_the_verdict_met_on_that_day():
    veto = {"none": [{"evidence": "paper", "then": [{"within": "last 1 year"}, "count"], "at least": 1}]}
    violation = Row(0, date(2026, 2, 28), date(2026, 2, 28), recorded=5)
    found = told(veto, paper=[violation])
    assert found.outcome == "not met"
    assert found.earliest == found.clauses[0].next_change == date(2027, 2, 28)


def test_an_anniversary_makes_the_verdict_met():
    found = told({"years since": "rung", "at least": 4})
    assert found.outcome == "not met"
    assert found.clauses[0].missing == 2
    assert found.clauses[0].unit == "years"
    assert found.clauses[0].next_change == date(2026, 9, 1)
    assert found.earliest == date(2027, 9, 1)


def test_a_training_that_is_known_but_still_to_come_is_awaited():
    clause = {"evidence": "training", "then": ["sum"], "at least": 6}
    assert told(clause, training=[hours(6, date(2026, 7, 15), 4)]).earliest == date(2026, 7, 15)


def test_a_standing_that_ends_ends_the_examination():
    ladder = ladder_of([{"evidence": "training", "then": ["count"], "at most": 1}])
    held = replace(HELD, until=date(2026, 8, 31))
    found = explain(ladder, ladder.steps[0], columns_of({"standing": [held]}, 1), 0, ASKED)
    assert (found.outcome, found.clauses[0].next_change) == ("met", date(2026, 9, 1))


def test_a_rung_that_ends_leaves_the_count_of_those_in_force_today():
    clause = {"evidence": "standing", "then": [{"within": "today"}, "count"], "at least": 1}
    ending = replace(HELD, recorded=2, until=date(2026, 12, 31), attributes={**ONE, "rung": "two"})
    assert told(clause, standing=[HELD, ending]).clauses[0].next_change == date(2027, 1, 1)


def test_nothing_is_missing_where_no_evidence_would_help():
    clause = {"evidence": "training", "then": ["count"], "at most": 0}
    assert told(clause, training=[hours(1, date(2026, 1, 1), 4)]).clauses[0].missing is None


def test_explaining_one_subject_among_three_million_rows_takes_a_moment():
    generator, count, subjects = np.random.default_rng(7), 3_000_000, 100_000
    day = np.sort(generator.integers(date(2020, 1, 1).toordinal(), date(2026, 6, 30).toordinal(), count, np.int32))
    many = np.arange(count, dtype=np.int64)
    code = generator.integers(0, 3, count, np.int32)
    rows = Rows(
        subject=generator.integers(0, subjects, count, np.int32),
        first=day, last=day, until=np.full(count, 3_652_059, np.int32),
        amount=generator.integers(0, 80, count), recorded=many, item=np.zeros(count, np.int32), known=many,
        voided=np.full(count, NEVER), attributes={"topic": code, "work": code},
    )  # fmt: skip
    columns = columns_of({"standing": [HELD]}, subjects).with_rows("training", rows)
    columns = replace(columns, terms={**columns.terms, "topic": ("a", "b", "c"), "work": ("x", "y", "z")})
    lines = [{"within": "last 3 years"}, {"only": {"topic": ["a", "b"]}}, {"best per": "work"}, "sum"]
    clauses = [{"evidence": "training", "then": lines, "at least": n * 10} for n in range(6)]
    ladder = ladder_of(clauses)
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        explain(ladder, ladder.steps[0], columns, 0, replace(ASKED, known_at=count))
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.25, took
