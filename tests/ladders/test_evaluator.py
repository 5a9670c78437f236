"""The fast evaluator and the plain loops say the same of every ladder, evidence and question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ladders.cases.rows import columns_of
from ladders.evaluating.verdict import assess, evidence_of, evidence_used
from ladders.model.ladder import (
    AskedOf,
    Bands,
    BestPer,
    Cap,
    Compare,
    FirstPer,
    Floor,
    Group,
    Join,
    Ladder,
    Last,
    LatestPer,
    LengthIn,
    Line,
    Measure,
    Meets,
    Round,
    Times,
    Top,
    Worth,
    flat,
)
from ladders.question import Question
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.plain import ladder_of
from tests.ladders.random_measures import PARTS, PERIODS
from tests.ladders.strategies import SUBJECTS, evidence, ladders, questions

RANDOM = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
EVERY_PART = settings(RANDOM, max_examples=250)
AT_LENGTH = settings(RANDOM, max_examples=5000, derandomize=False)
LONG: list[Callable[[], None]] = []
"""The tests of this module at length."""


def of_any(few: settings, **drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """A test of what is drawn, for a few examples; and for many new ones among the torture tests."""

    def test(check: Callable[..., None]) -> Callable[[], None]:
        LONG.append(AT_LENGTH(given(**drawn)(check)))
        return few(given(**drawn)(check))

    return test


@of_any(EVERY_PART, ladder=ladders(), rows=evidence(), question=questions())
def test_the_evaluator_agrees_with_the_plain_loops_on_everything(
    ladder: Ladder, rows: dict[str, list[Row]], question: Question
):
    agree_on(ladder, rows, question)


def agree_on(ladder: Ladder, rows: dict[str, list[Row]], question: Question) -> None:
    """Fail unless both evaluators find the same of everybody, on the same evidence."""
    step, cohort = ladder.steps[0], np.arange(SUBJECTS, dtype=np.int32)
    columns = columns_of(rows, SUBJECTS)
    verdicts = assess(ladder, step, columns, cohort, question)
    counted = evidence_of(ladder, step, columns, cohort, question)
    for subject in range(SUBJECTS):
        expected = reference.assess(ladder, step, rows, subject, question)
        assert verdicts.findings(subject) == expected.findings
        assert verdicts.outcome_of(subject) == expected.outcome
        assert counted[subject] == expected.evidence


@of_any(RANDOM, ladder=ladders(), rows=evidence(), question=questions(), order=st.permutations(range(SUBJECTS)))
def test_one_subject_asked_alone_gets_what_it_gets_among_all(
    ladder: Ladder, rows: dict[str, list[Row]], question: Question, order: list[int]
):
    step = ladder.steps[0]
    columns = columns_of(rows, SUBJECTS * 5)  # most of whom nothing is known of: a small cohort is cut out
    together = assess(ladder, step, columns, np.array(order, np.int32), question)
    for place, subject in enumerate(order):
        alone = assess(ladder, step, columns, np.array([subject], np.int32), question)
        assert alone.findings(0) == together.findings(place)
        assert evidence_used(ladder, step, columns, subject, question) == (
            reference.assess(ladder, step, rows, subject, question).evidence
        )


@of_any(RANDOM, ladder=ladders(), rows=evidence(), question=questions())
def test_a_cohort_taken_in_blocks_gets_what_it_gets_at_once(
    ladder: Ladder, rows: dict[str, list[Row]], question: Question
):
    step, everybody = ladder.steps[0], np.arange(SUBJECTS, dtype=np.int32)
    columns = columns_of(rows, SUBJECTS)
    together = assess(ladder, step, columns, everybody, question)
    in_blocks = assess(ladder, step, columns, everybody, question, block=2)
    assert in_blocks.outcome.tolist() == together.outcome.tolist()
    assert [in_blocks.findings(n) for n in range(SUBJECTS)] == [together.findings(n) for n in range(SUBJECTS)]


@st.composite
def measures_of_several_windows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Clauses on a few measures, each in several windows; rows filtered, then perhaps grouped and capped."""
    along: st.SearchStrategy[Any] = st.sampled_from(
        [{"only": {"level": "area or better"}}, {"except": {"topic": "a"}}, {"only": {"topic": "own.track"}},
         {"worth": "points.worth"}, {"times": "1/2"}, {"cap": 4}, {"cap": "place.few"}]
    )  # fmt: skip
    keys = st.sampled_from(["level", "topic", "work", "school year", "month", ["level", "topic"]])
    capped: st.SearchStrategy[Any] = st.sampled_from(
        [{"cap": 1}, {"cap": "mode.few"}, {"only": {"amount": {"at least": 1}}}]
    )
    same, clauses = draw(st.lists(along, max_size=2)), []
    for _ in range(draw(st.integers(1, 2))):
        grouped = [
            {draw(st.sampled_from(["sum per", "count per", "best per"])): draw(keys)},
            *draw(st.lists(capped, max_size=2)),
        ]
        verb = draw(st.sampled_from(["sum", "count", {"distinct": draw(keys)}]))
        then = [*same, *(grouped if draw(st.booleans()) and isinstance(verb, str) else []), verb]
        windows = draw(st.lists(st.sampled_from([1, 2, 3, 5]), min_size=2, max_size=3, unique=True))
        within = [{"within": f"last {n} years"} for n in windows]
        clauses += [{"evidence": "training", "then": [window, *then], "at least": 2} for window in within]
    return clauses


@of_any(RANDOM, clauses=measures_of_several_windows(), rows=evidence(), question=questions(), exact=st.integers(0, 3))
def test_measures_that_share_their_rows_come_to_what_each_comes_to_alone(
    clauses: list[dict[str, Any]], rows: dict[str, list[Row]], question: Question, exact: int
):
    ladder = ladder_of([{**clause, "id": f"c{n}"} for n, clause in enumerate(clauses)], PARTS)
    if exact:
        rows = {**rows, "training": [replace(row, last=row.first) for row in rows["training"]]}
    agree_on(ladder, rows, question)


def leaves_no_choice_to_the_order_of_days(ladder: Ladder) -> bool:
    """Whether no measure asks which row is the latest: several rows of one month have no true order.

    Nor which period a row is in, nor how long it lasts, nor what is left after another option was served.
    """
    asked = [entry.clause for entry in ladder.entries(ladder.steps[0])]
    nested = [one.each for one in asked if isinstance(one, AskedOf)]
    clauses = [*asked, *flat(nested)]
    if any(isinstance(one, Group) and one.one_item_serves_once for one in clauses):
        return False
    measures = [*ladder.measures.values(), *(ladder.measure_of(one) for one in clauses if isinstance(one, Compare))]
    return not any(isinstance(one, Measure) and asks_for_the_order(one.then) for one in measures)


def asks_for_the_order(lines: tuple[Line, ...]) -> bool:
    """Whether it decides something which of two rows is the later one, or its days themselves do."""
    kinds: list[type] = [type(line) for line in lines]
    chosen = next((nth for nth, kind in enumerate(kinds) if kind in (BestPer, Top)), len(kinds))
    ties = any(kind in (Cap, Floor, Worth, Times, Round, Bands) for kind in kinds[:chosen]) and chosen < len(kinds)
    by_day = any(isinstance(one, LatestPer | FirstPer | LengthIn | Join | Top) for one in lines)
    verbs = any(Last(verb=verb) in lines for verb in ("latest", "first"))
    by_scale = any(isinstance(one, BestPer) and one.by for one in lines)
    return ties or by_day or verbs or by_scale or any(period in str(lines) for period in PERIODS)


def told_apart(kind: str, row: Row, n: int) -> Row:
    """Every amount another, so that the best of a key does not hang on a day; only evidence is of uncertain days."""
    if kind in ("training", "paper", "score", "award"):
        return replace(row, amount=row.amount * 100 + n)
    return replace(row, last=row.first)


@of_any(RANDOM, data=st.data(), ladder=ladders(), rows=evidence(), question=questions())
def test_whichever_day_an_uncertain_day_was_the_verdict_does_not_contradict_it(
    data: st.DataObject, ladder: Ladder, rows: dict[str, list[Row]], question: Question
):
    assume(leaves_no_choice_to_the_order_of_days(ladder))
    step = ladder.steps[0]
    rows = {kind: [told_apart(kind, row, n) for n, row in enumerate(some)] for kind, some in rows.items()}

    def decided(row: Row) -> Row:
        day = date.fromordinal(data.draw(st.integers(row.first.toordinal(), row.last.toordinal())))
        return replace(row, first=day, last=day)

    known = {kind: [decided(row) for row in some] for kind, some in rows.items()}
    for subject in range(SUBJECTS):
        before = reference.assess(ladder, step, rows, subject, question)
        after = reference.assess(ladder, step, known, subject, question)
        assert before.outcome in ("unknown", after.outcome)
        for entry, was, is_ in zip(ladder.entries(step), before.findings, after.findings, strict=True):
            assert was.outcome in ("unknown", is_.outcome)
            # What counts what is met: of what is unknown, more may turn out to be.
            if None not in (was.low, is_.low) and not isinstance(entry.clause, Group | Meets):
                assert exactly(was.low, was.over) <= exactly(is_.low, is_.over)
                if None not in (was.high, is_.high):
                    assert exactly(is_.high, is_.over) <= exactly(was.high, was.over)


def exactly(numerator: int | None, over: int) -> Fraction:
    """What was measured, as a fraction."""
    assert numerator is not None
    return Fraction(numerator, over)


@pytest.mark.torture
@pytest.mark.parametrize("test", LONG)
def test_the_same_at_length_and_with_new_numbers_every_time(test: Callable[[], None]):
    test()
