"""The lines of a measure, one by one: rows in, rows out, a number last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from events.facts import Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.verdict import assess
from ladders.question import Question
from ladders.reference import verdict as reference
from tests.ladders.examples import ALWAYS, TODAY, found, hours, on, training, verdict
from tests.ladders.strategies import CATALOGUE, ladder_of


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
