"""The fast evaluator and the plain loops say the same of every ladder, evidence and question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ladders import reference
from ladders.model import BestPer, Cap, Compare, Floor, Group, Ladder, Last, LatestPer, Measure
from ladders.question import Question
from ladders.reference import Row
from ladders.model import flat
from ladders.verdict import assess, evidence_of, evidence_used
from tests.ladders.strategies import SUBJECTS, columns_of, evidence, ladders, questions

RANDOM = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
AT_LENGTH = settings(RANDOM, max_examples=5000, derandomize=False)


@RANDOM
@given(ladder=ladders(), rows=evidence(), question=questions())
def test_the_evaluator_agrees_with_the_plain_loops_on_everything(
    ladder: Ladder, rows: dict[str, list[Row]], question: Question
):
    step, cohort = ladder.steps[0], np.arange(SUBJECTS, dtype=np.int32)
    columns = columns_of(rows, SUBJECTS)
    verdicts = assess(ladder, step, columns, cohort, question)
    counted = evidence_of(ladder, step, columns, cohort, question)
    for subject in range(SUBJECTS):
        expected = reference.assess(ladder, step, rows, subject, question)
        assert verdicts.findings(subject) == expected.findings
        assert verdicts.outcome_of(subject) == expected.outcome
        assert counted[subject] == expected.evidence


@RANDOM
@given(ladder=ladders(), rows=evidence(), question=questions(), order=st.permutations(range(SUBJECTS)))
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


def leaves_no_choice_to_the_order_of_days(ladder: Ladder) -> bool:
    """Whether no measure asks which row is the latest: several rows of one month have no true order."""
    for clause in flat(ladder.steps[0].clauses):
        measure = ladder.measure_of(clause) if isinstance(clause, Compare) else None
        if isinstance(measure, Measure):
            lines = measure.then
            kinds: list[type] = [type(line) for line in lines]
            keys = str(lines)
            ties = BestPer in kinds and any(kind in (Cap, Floor) for kind in kinds[: kinds.index(BestPer)])
            if LatestPer in kinds or Last(verb="latest") in lines or "school year" in keys or ties:
                return False
    return True


def told_apart(kind: str, row: Row, n: int, question: Question) -> Row:
    """Every amount another, so that the best of a key does not hang on a day; what is held or begun has begun."""
    begun = kind in ("standing", "service", "birth") and (kind == "standing" or row.last > question.as_of)
    return replace(row, amount=row.amount * 100 + n, last=row.first if begun else row.last)


@RANDOM
@given(data=st.data(), ladder=ladders(), rows=evidence(), question=questions())
def test_whichever_day_an_uncertain_day_was_the_verdict_does_not_contradict_it(
    data: st.DataObject, ladder: Ladder, rows: dict[str, list[Row]], question: Question
):
    assume(leaves_no_choice_to_the_order_of_days(ladder))
    step = ladder.steps[0]
    rows = {kind: [told_apart(kind, row, n, question) for n, row in enumerate(some)] for kind, some in rows.items()}

    def decided(row: Row) -> Row:
        day = date.fromordinal(data.draw(st.integers(row.first.toordinal(), row.last.toordinal())))
        return replace(row, first=day, last=day)

    known = {kind: [decided(row) for row in some] for kind, some in rows.items()}
    for subject in range(SUBJECTS):
        before = reference.assess(ladder, step, rows, subject, question)
        after = reference.assess(ladder, step, known, subject, question)
        assert before.outcome in ("unknown", after.outcome)
        for clause, was, is_ in zip(flat(step.clauses), before.findings, after.findings, strict=True):
            assert was.outcome in ("unknown", is_.outcome)
            # A group counts what is met: of what is unknown, more may turn out to be.
            if None not in (was.low, is_.low) and not isinstance(clause, Group):
                assert exactly(was.low, was.over) <= exactly(is_.low, is_.over)
                assert exactly(is_.high, is_.over) <= exactly(was.high, was.over)


def exactly(numerator: int | None, over: int) -> Fraction:
    """What was measured, as a fraction."""
    assert numerator is not None
    return Fraction(numerator, over)


@pytest.mark.torture
@pytest.mark.parametrize(
    "test",
    [
        test_the_evaluator_agrees_with_the_plain_loops_on_everything,
        test_one_subject_asked_alone_gets_what_it_gets_among_all,
        test_whichever_day_an_uncertain_day_was_the_verdict_does_not_contradict_it,
    ],
)
def test_the_same_at_length_and_with_new_numbers_every_time(test: Callable[[], None]):
    AT_LENGTH(test)()
