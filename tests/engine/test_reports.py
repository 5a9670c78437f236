"""Several platforms report one training: it counts once, in any order, as known at any position, after any undoing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from engine.tables import evidence_table, report_table
from events.facts import EvidenceVoided, TrainingRecognised, TrainingRecorded
from ladders.evidence.columns import NEVER
from tests.engine.district_at_work import AtWork, assert_whole, row, tables, training
from workflows.commands import Already, Correct, Span
from workflows.hours import FindDifferent, FindSame, RefuseTraining

MAY = date(2025, 5, 6)


def reported(platform: str, hours: str = "10", **said: Any) -> TrainingRecorded:
    return training(hours, identity="jx-88", source=row(platform), **said)


def count(at_work: AtWork, known_at: int | None = None) -> list[tuple[int, int]]:
    """The trainings of p-1 that count: where they are recorded, and hundredths of hours."""
    tip = at_work.tip()
    rows = at_work.district.columns().kinds["training"]
    known = at_work.tip() if known_at is None else known_at
    assert at_work.district.columns().position == tip
    there = np.flatnonzero((rows.known <= known) & (rows.voided > known) & (rows.known < NEVER))
    return [(int(rows.recorded[i]), int(rows.amount[i])) for i in there]


def hours_after(at_work: AtWork, facts: Sequence[TrainingRecorded]) -> list[int]:
    for fact in facts:
        at_work.record("p-1", fact)
    return [amount for _, amount in count(at_work)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_import_does_not_matter(at_work: AtWork, order: tuple[int, ...]):
    said = (reported("a", "12", recognised=False), reported("b", "10.5"), reported("c", "12", category=None))
    assert hours_after(at_work, [said[number] for number in order]) == [1050]
    assert_whole(at_work.district)


def test_a_training_is_recognised_when_either_platform_recognises_it_and_not_before(at_work: AtWork):
    first = at_work.record("p-1", reported("a", recognised=False))
    assert count(at_work) == []
    second = at_work.record("p-1", reported("b"))
    assert count(at_work) == [(first, 1000)]
    assert count(at_work, known_at=second - 1) == []


def test_a_report_that_changes_nothing_makes_no_new_row(at_work: AtWork):
    first = at_work.record("p-1", reported("a"))
    before = tables(at_work.district)["evidence"]
    second = at_work.record("p-1", reported("b"))
    assert tables(at_work.district)["evidence"] == before
    at_work.record("p-1", EvidenceVoided(target=first, reason="撤回导入"))
    assert tables(at_work.district)["evidence"] == before, "the other platform's report still stands"
    at_work.record("p-1", EvidenceVoided(target=second, reason="撤回导入"))
    assert count(at_work) == []
    assert count(at_work, known_at=second) == [(first, 1000)]


def test_when_the_first_report_is_voided_the_other_comes_to_count_with_its_own_hours(at_work: AtWork):
    first = at_work.record("p-1", reported("a", "8"))
    at_work.record("p-1", reported("b", "10"))
    assert count(at_work) == [(first, 800)]
    voided = at_work.record("p-1", EvidenceVoided(target=first, reason="撤回导入"))
    assert count(at_work) == [(first, 1000)]
    assert count(at_work, known_at=voided - 1) == [(first, 800)]
    at_work.record("p-1", reported("c", "9"))
    assert count(at_work) == [(first, 900)]
    assert_whole(at_work.district)


def test_a_training_all_reports_of_which_are_void_counts_again_when_a_new_one_comes(at_work: AtWork):
    first = at_work.record("p-1", reported("a"))
    at_work.record("p-1", EvidenceVoided(target=first, reason="-"))
    assert count(at_work) == []
    at_work.record("p-1", reported("b", "7"))
    assert count(at_work) == [(first, 700)]


def test_a_correction_of_either_report_settles_it(at_work: AtWork):
    first = at_work.record("p-1", reported("a", "8"))
    second = at_work.record("p-1", reported("b", "10"))
    right = reported("b", "10", title="更正").model_copy(update={"source": row("b", "corrected")})
    at_work.do(Correct, target=second, occurred=Span.day(MAY), fact=right, reason="以 b 为准")
    assert count(at_work) == [(first, 1000)]
    at_work.record("p-1", reported("c", "7"))
    assert count(at_work) == [(first, 1000)]


def test_a_correction_before_the_second_report_came_holds_as_well(at_work: AtWork):
    first = at_work.record("p-1", reported("a", "12"))
    right = reported("a", "11").model_copy(update={"source": row("a", "11 hours")})
    at_work.do(Correct, target=first, occurred=Span.day(MAY), fact=right, reason="核对")
    at_work.record("p-1", reported("b", "9"))
    assert count(at_work) == [(first, 1100)]


def test_two_plain_records_that_are_found_the_same_count_once_and_found_different_twice(at_work: AtWork):
    first, second = at_work.record("p-1", training("8")), at_work.record("p-1", training("9"))
    found = at_work.do(FindSame, training=second, other=first, reason="两个平台")
    assert count(at_work) == [(second, 900)]
    assert count(at_work, known_at=found - 1) == [(first, 800), (second, 900)]
    at_work.do(FindDifferent, training=first, other=second)
    assert count(at_work) == [(first, 800), (second, 900)]
    assert_whole(at_work.district)


@pytest.mark.parametrize("at_once", [False, True])
def test_of_records_found_the_same_the_one_that_the_last_finding_names_first_holds(at_work: AtWork, at_once: bool):
    first, second = at_work.record("p-1", training("6")), at_work.record("p-1", training("9"))
    ways = [(first, second), (second, first), (second, first), (first, second), (second, first)]
    findings = [at_work.command(FindSame, training=one, other=other, reason="-") for one, other in ways]
    answers = at_work.many(findings) if at_once else [at_work.district.handle(one) for one in findings]
    assert [isinstance(one, Already) for one in answers] == [False, False, True, False, False]
    assert [amount for _, amount in count(at_work)] == [900]
    assert [amount for _, amount in count(at_work, known_at=second + 1)] == [600]
    assert_whole(at_work.district)


def test_a_chain_of_records_found_the_same_counts_once_and_one_may_leave_it(at_work: AtWork):
    one, two, three = (at_work.record("p-1", training(hours)) for hours in ("8", "9", "10"))
    at_work.do(FindSame, training=one, other=two, reason="-")
    at_work.do(FindSame, training=three, other=two, reason="-")
    assert [amount for _, amount in count(at_work)] == [1000]
    at_work.do(FindDifferent, training=three, other=one)
    assert sorted(amount for _, amount in count(at_work)) == [800, 1000]
    assert_whole(at_work.district)


def test_what_was_declared_the_same_and_is_not_counts_twice(at_work: AtWork):
    first = at_work.record("p-1", reported("a", "8"))
    second = at_work.record("p-1", reported("b", "10"))
    at_work.do(FindDifferent, training=first, other=second)
    assert count(at_work) == [(first, 800), (second, 1000)]
    at_work.record("p-1", EvidenceVoided(target=second, reason="-"))
    assert count(at_work) == [(first, 800)]


def test_what_the_office_refuses_does_not_count_until_it_is_recognised_again(at_work: AtWork):
    first = at_work.record("p-1", training("8"))
    refused = at_work.do(RefuseTraining, training=first, reason="没有考核")
    assert count(at_work) == []
    assert count(at_work, known_at=refused - 1) == [(first, 800)]
    at_work.record("p-1", TrainingRecognised(training=first))
    assert count(at_work) == [(first, 800)]


def test_a_bulk_of_both_platforms_is_the_same_as_one_after_the_other(at_work: AtWork):
    one, two = reported("a", "8"), reported("b", "10")
    at_work.many(
        [at_work.recording("p-1", one), at_work.recording("p-1", two), at_work.recording("p-2", reported("other", "9"))]
    )
    assert [amount for _, amount in count(at_work)] == [800, 900]
    with at_work.district.reading() as connection:
        assert len(connection.execute(report_table.select()).all()) == 2


def test_of_three_records_that_the_last_finding_names_first_holds_whatever_was_found_before(at_work: AtWork):
    """A (12 hours), B (11) and C (10): A is found right, then every finding, then A again, or B."""
    pairs = list(permutations("ABC", 2))
    for number, ways in enumerate(product([("A", "B")], pairs, [("A", "B"), ("B", "C")])):
        declared = {"identity": f"jx-{number}"} if number % 2 else {}
        day = date(2025, 1, 1) + timedelta(days=number)
        said = {name: training(hours, **declared) for name, hours in zip("ABC", ("12", "11", "10"), strict=True)}
        at = {name: at_work.record("p-1", fact, on=day) for name, fact in said.items()}
        groups = [set("ABC")] if declared else [{"A"}, {"B"}, {"C"}]
        right = dict(zip(map(frozenset, groups), "C" if declared else "ABC", strict=True))
        for one, other in ways:
            at_work.district.handle(at_work.command(FindSame, training=at[one], other=at[other], reason="-"))
            joined = {group for group in right if group & {one, other}}
            right = {group: name for group, name in right.items() if group not in joined}
            right[frozenset.union(*joined)] = one
        wanted = sorted({"A": 12, "B": 11, "C": 10}[name] for name in right.values())
        with at_work.district.reading() as connection:
            of = select(evidence_table.c.amount).where(
                evidence_table.c.first == day.toordinal(), evidence_table.c.voided.is_(None)
            )
            assert sorted(connection.execute(of).scalars()) == wanted, ways
    assert_whole(at_work.district)
