"""The fast evaluator and the plain loops say the same of every ladder, evidence and question."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ladders import reference
from ladders.model import Ladder
from ladders.question import Question
from ladders.reference import Row
from ladders.verdict import assess, evidence_of, evidence_used
from tests.ladders.strategies import SUBJECTS, columns_of, evidence, ladders, questions

RANDOM = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


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
    columns = columns_of(rows, SUBJECTS)
    together = assess(ladder, step, columns, np.array(order, np.int32), question)
    for place, subject in enumerate(order):
        alone = assess(ladder, step, columns, np.array([subject], np.int32), question)
        assert alone.findings(0) == together.findings(place)
        assert evidence_used(ladder, step, columns, subject, question) == (
            reference.assess(ladder, step, rows, subject, question).evidence
        )
