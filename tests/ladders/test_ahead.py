"""What is to come of a step: by time alone, and with trainings that are only planned; held against the plain loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.facts import Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.ahead import Ahead, Chosen
from ladders.evaluating.reach import reach_of
from ladders.evidence.columns import Columns
from ladders.evidence.planned import PLANNED, Plan
from ladders.model.ladder import Ladder, Step
from ladders.question import Question
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.strategies import CATALOGUE, ONE, SUBJECTS, evidence, ladder_of

RANDOM = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
JUNE = date(2026, 6, 30)
HELD = Row(0, date(2023, 9, 1), date(2023, 9, 1), recorded=1, attributes=ONE)


def mine(columns: Columns, ladder: Ladder, step: Step, subject: int = 0) -> Columns:
    return columns.of(np.array([subject], np.int32), reach_of(ladder, step))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A training or a paper of some day after most of the evidence."""
    first = date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 900)))
    last = first + timedelta(days=draw(st.sampled_from((0, 0, 4))))
    attributes = {"level": draw(st.sampled_from(("school", "district", "city")))}
    if draw(st.booleans()):
        return Plan("paper", first, last, attributes)
    return Plan("training", first, last, attributes, Decimal(draw(st.integers(1, 60))) / 2)


def rows_with(rows: dict[str, list[Row]], subject: int, some: Sequence[Plan], chosen: Chosen) -> dict[str, list[Row]]:
    """The same evidence with these plans come true."""
    found = {kind: list(there) for kind, there in rows.items()}
    for number in chosen:
        one = some[number]
        scale = {"training": 1, "paper": 0}[one.kind]
        row = Row(subject, one.first, one.last, recorded=PLANNED + number, amount=int(one.amount.scaleb(scale)))
        found.setdefault(one.kind, []).append(replace(row, known=0, attributes=dict(one.attributes)))
    return found


@st.composite
def closable(draw: st.DrawFn, depth: int = 1) -> dict[str, Any]:
    """A clause that trainings or papers may close: sums and counts with windows, filters, caps; groups of such."""
    name = f"c{draw(st.integers(0, 10**9))}"
    if depth and draw(st.integers(0, 3)) == 0:
        options = draw(st.lists(closable(depth=0), min_size=2, max_size=2))
        return {"id": name, draw(st.sampled_from(("any", "all"))): options}
    then: list[Any] = [{"within": draw(st.sampled_from(("last 3 years", "last 1 year", "last 6 months")))}]
    if draw(st.booleans()):
        then.append({"only": {"level": draw(st.sampled_from(("city", "district or better")))}})
    if draw(st.booleans()):
        then.append(draw(st.sampled_from(("count", {"best per": "level"}))))
        then += [] if then[-1] == "count" else ["count"]
        return {"id": name, "evidence": "paper", "then": then, "at least": draw(st.integers(1, 3))}
    then += draw(st.sampled_from((["sum"], [{"sum per": "level"}, {"cap": 20}, "sum"], [{"cap": 10}, "sum"])))
    return {"id": name, "evidence": "training", "then": then, "at least": draw(st.integers(5, 40))}


@RANDOM
@given(
    clauses=st.lists(closable(), min_size=1, max_size=2, unique_by=lambda one: one["id"]),
    rows=evidence(),
    as_of=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    some=st.lists(plans(), min_size=1, max_size=4),
    data=st.data(),
)
def test_what_is_said_of_plans_is_what_the_plain_loops_say_once_they_came_true(
    clauses: list[dict[str, Any]], rows: dict[str, list[Row]], as_of: date, some: list[Plan], data: st.DataObject
):
    ladder = ladder_of(clauses)
    step, question = ladder.steps[0], Question(as_of, 10_000, CATALOGUE, Settings())
    rows = {**rows, "standing": [HELD]}
    ahead = Ahead(ladder, step, mine(columns_of(rows, SUBJECTS), ladder, step), question, some)

    def met(nth: int, day: date, chosen: Chosen = ()) -> bool:
        asked = reference.assess(ladder, step, rows_with(rows, 0, some, chosen), 0, replace(question, as_of=day))
        return asked.findings[ahead.tops[nth]].outcome == "met"

    days = data.draw(st.lists(st.sampled_from(ahead.days), max_size=4))
    days += [day for day in (plan.last for plan in some) if day >= as_of]
    sets = list(chain.from_iterable(combinations(range(len(some)), size) for size in range(1, len(some) + 1)))
    for nth, one in enumerate(ahead.outlooks()):
        if one.earliest is not None:
            assert met(nth, one.earliest)
        assert not any(met(nth, day) for day in days if one.earliest is None or day < one.earliest)
        if one.closing is not None:
            assert met(nth, one.closing.day, one.closing.plans)
            assert one.closing.fewest
            assert one.earliest is None or one.closing.day < one.earliest
        for chosen in sets:
            for day in (day for day in days if met(nth, day, chosen)):
                fewer = one.closing is not None and (len(one.closing.plans), one.closing.day) <= (len(chosen), day)
                assert fewer or (one.earliest is not None and one.earliest <= day)


# -------------------------------------------------------------------------------------------------- by example


def hours(amount: int, day: date, **attributes: str) -> Plan:
    return Plan("training", day, day, attributes, Decimal(amount))


def asked(clauses: list[dict[str, Any]], some: Sequence[Plan], as_of: date = JUNE, **rows: list[Row]) -> Ahead:
    """The step of the first rung's holder, subject 0."""
    ladder = ladder_of(clauses)
    question = Question(as_of, 1000, CATALOGUE, Settings())
    columns = columns_of({"standing": [HELD], **rows}, 2)
    return Ahead(ladder, ladder.steps[0], mine(columns, ladder, ladder.steps[0]), question, some)


TWENTY = {"id": "a", "evidence": "training", "then": [{"within": "last 3 years"}, "sum"], "at least": 20}
CAPPED = {
    "id": "a",
    "evidence": "training",
    "then": [{"within": "last 3 years"}, {"sum per": "level"}, {"cap": 12}, "sum"],
    "at least": 20,
}


def test_the_fewest_are_found_before_the_earliest():
    some = [hours(8, date(2026, 7, day)) for day in (1, 2, 3)] + [hours(20, date(2026, 12, 1))]
    (one,) = asked([TWENTY], some).outlooks()
    assert (one.closing and one.closing.plans, one.closing and one.closing.day) == ((3,), date(2026, 12, 1))


def test_of_equally_many_those_that_close_it_first():
    some = [hours(10, date(2026, month, 1)) for month in (12, 8, 10, 9)]
    (one,) = asked([TWENTY], some).outlooks()
    assert one.closing
    assert (one.closing.plans, one.closing.day) == ((1, 3), date(2026, 9, 1))


def test_caps_are_respected_because_the_evaluator_says_so():
    some = [
        *(hours(10, date(2026, 7, day), level="city") for day in (1, 2, 3)),
        hours(8, date(2026, 9, 1), level="area"),
    ]
    (one,) = asked([CAPPED], some).outlooks()
    assert one.closing
    assert one.closing.plans == (0, 1, 3)


def test_what_leaves_the_window_before_a_training_is_held_does_not_count_with_it():
    leaving = Row(0, date(2023, 8, 1), date(2023, 8, 1), recorded=2, known=2, amount=150)
    some = [hours(5, date(2026, 9, 1)), hours(5, date(2026, 7, 15))]
    (one,) = asked([TWENTY], some, training=[leaving]).outlooks()
    assert one.closing
    assert (one.closing.plans, one.closing.day) == ((1,), date(2026, 7, 15))
    (one,) = asked([TWENTY], some[:1], training=[leaving]).outlooks()
    assert one.closing is None
    assert one.reach == 5


def test_where_the_calendar_is_too_small_it_says_how_far_it_leads():
    (one,) = asked([TWENTY], [hours(4, date(2026, 7, 1)), hours(6, date(2026, 8, 1))]).outlooks()
    assert one.earliest is None
    assert one.closing is None
    assert one.reach == 10
    papers = {"id": "a", "evidence": "paper", "then": ["count"], "at least": 1}
    (one,) = asked([papers], [hours(4, date(2026, 7, 1))]).outlooks()
    assert one.closing is None
    assert one.reach is None


def test_time_alone_closes_years_and_trainings_do_not():
    years = {"id": "y", "years since": "rung", "at least": 4}
    ahead = asked([years, TWENTY], [hours(20, date(2026, 8, 1))])
    first, second = ahead.outlooks()
    assert (first.earliest, first.closing) == (date(2027, 9, 1), None)
    assert (second.earliest, second.closing and second.closing.day) == (None, date(2026, 8, 1))
    assert ahead.first_met() is None
    assert ahead.fewest((first, second)) == (0,)
    assert ahead.first_met((0,)) == date(2027, 9, 1)


def test_one_training_that_closes_two_clauses_makes_others_superfluous():
    city = {"id": "b", "evidence": "training", "then": [{"only": {"level": "city"}}, "count"], "at least": 1}
    some = [hours(20, date(2026, 8, 1), level="area"), hours(20, date(2026, 9, 1), level="city")]
    ahead = asked([TWENTY, city], some)
    outlooks = ahead.outlooks()
    assert [one.closing and one.closing.plans for one in outlooks] == [(0,), (1,)]
    assert ahead.fewest(outlooks) == (1,)


@pytest.mark.parametrize("many", [40, 120])
def test_of_many_trainings_a_set_is_found_in_time_and_says_whether_it_is_the_fewest(many: int):
    some = [hours(2 + n % 5, date(2026, 7, 1) + timedelta(days=n)) for n in range(many)]
    enough = dict(TWENTY, **{"at least": 12})
    (one,) = asked([enough], some).outlooks()
    assert one.closing
    assert (len(one.closing.plans), one.closing.fewest) == (2, many == 40)
    assert one.closing.day == date(2026, 7, 10)
    enough["at least"] = 30
    (one,) = asked([enough], some).outlooks()
    assert one.closing
    assert (len(one.closing.plans), one.closing.fewest) == (5, False)


def test_a_training_under_way_counts_when_it_is_over_and_one_with_a_term_nobody_used_before_counts_too():
    some = [Plan("training", date(2026, 6, 1), date(2026, 7, 31), {"level": "galaxy"}, Decimal(20))]
    (one,) = asked([TWENTY], some).outlooks()
    assert one.closing
    assert one.closing.day == date(2026, 7, 31)
