"""Where a ladder places its subjects on the highest rung that they meet, whatever they applied for."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.facts import Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.placing import placed, upwards
from ladders.model.ladder import Ladder
from ladders.question import Question
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.plain import CATALOGUE, ladder_of
from tests.ladders.random_clauses import clauses
from tests.ladders.random_measures import PARTS
from tests.ladders.strategies import SUBJECTS, evidence, questions

RANDOM = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def ladders_with_ways_up(draw: st.DrawFn) -> Ladder:
    """Several steps from the first rung and from outside, upwards and aside, of random clauses."""

    def some() -> list[dict[str, Any]]:
        return draw(st.lists(clauses((), False, 1), min_size=1, max_size=2))

    ways: list[dict[str, Any]] = [
        {"from": "one", "to": "three", "way": "fast"},
        {"from": "two", "to": "three"},
        {"from": "one", "to": "one", "kind": "renewal"},
        {"to": "one"},
        {"to": "two", "way": "in"},
    ]
    return ladder_of(some(), {**PARTS, "steps": [{**way, "clauses": some()} for way in ways], "placement": "highest"})


@RANDOM
@given(ladder=ladders_with_ways_up(), rows=evidence(), question=questions())
def test_it_is_the_highest_rung_to_which_a_step_is_met(ladder: Ladder, rows: dict[str, list[Row]], question: Question):
    found = placed(ladder, columns_of(rows, SUBJECTS), np.arange(SUBJECTS, dtype=np.int32), question)
    heights = {"one": 0, "two": 1, "three": 2}
    for subject in range(SUBJECTS):
        verdicts = [
            (heights[step.to], reference.assess(ladder, step, rows, subject, question).outcome) for step in ladder.steps
        ]
        met = max((height for height, outcome in verdicts if outcome == "met"), default=-1)
        step = found.step(subject)
        assert (-1 if step is None else heights[step.to]) == met
        above = any(height > met and outcome == "unknown" for height, outcome in verdicts)
        assert above == bool(found.unsure[subject])


def test_what_promotions_lead_to_is_higher_wherever_it_is_written():
    paper = {"evidence": "paper", "then": ["count"], "at least": 1}
    ladder = ladder_of([paper], {"steps": [{"from": "three", "to": "two", "clauses": [paper]}]}, to="two")
    ladder = ladder.model_copy(update={"steps": ladder.steps[1:]})
    assert [step.to for step in upwards(ladder)] == ["two"]
    up = ladder_of(
        [paper], {"steps": [{"from": "three", "to": "one", "clauses": [paper]}]}, **{"from": "two", "to": "three"}
    )
    assert [step.to for step in upwards(up)] == ["three", "one"]


def test_nobody_is_placed_who_meets_nothing():
    question = Question(date(2026, 6, 30), 100, CATALOGUE, Settings())
    paper = {"evidence": "paper", "then": ["count"], "at least": 1}
    found = placed(ladder_of([paper]), columns_of({}, 2), np.arange(2, dtype=np.int32), question)
    assert [found.step(0), found.step(1)] == [None, None]
