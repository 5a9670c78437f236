"""Reports of one training count once, in whatever order they came."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import pytest

from workflows.reports import Counted, Report, counted, disagree


def report(position: int = 7, hours: str = "10", **said: Any) -> Report:
    """A report of the training at 7: ten hours on the 100th day, recognised, unless it says otherwise."""
    whole, _, fraction = hours.partition(".")
    told: dict[str, Any] = {"first": 100, "last": 100, "recognised": True, "attributes": {"category": "topic"}}
    told |= {"amount": int(whole + fraction), "scale": len(fraction)}
    return Report(position, 7, **(told | said))


def hours_of(*reports: Report) -> tuple[int, int] | None:
    found = counted(reports)
    return (found.amount, found.scale) if found else None


def test_two_platforms_that_agree_count_once():
    assert counted([report(7), report(9)]) == Counted(100, 100, 10, 0, {"category": "topic"}, True)
    assert disagree([report(7), report(9)]) == ()


def test_the_same_hours_written_otherwise_are_the_same():
    assert disagree([report(7, "10"), report(9, "10.00")]) == ()


def test_while_platforms_disagree_the_fewest_hours_count():
    assert hours_of(report(7, "12"), report(9, "10.5")) == (105, 1)
    assert disagree([report(7, "12"), report(9, "10.5")]) == ("hours",)


def test_of_equal_hours_on_other_days_the_earlier_days_hold():
    late, early = report(7, first=120, last=120), report(9, first=100, last=110)
    assert counted([late, early]) == Counted(100, 110, 10, 0, {"category": "topic"}, True)
    assert disagree([late, early]) == ("days",)


def test_what_one_platform_is_silent_on_another_says():
    silent, telling = report(7, attributes={}), report(9, attributes={"category": "online", "level": "city"})
    found = counted([silent, telling])
    assert found is not None
    assert found.attributes == {"category": "online", "level": "city"}
    assert disagree([silent, telling]) == ()


def test_another_category_is_told():
    assert disagree([report(7), report(9, attributes={"category": "online"})]) == ("category",)


def test_recognition_by_either_platform_recognises_it():
    for reports in ([report(7, recognised=False), report(9)], [report(7), report(9, recognised=False, failed=True)]):
        found = counted(reports)
        assert found is not None
        assert found.recognised


def test_what_the_office_refused_no_platform_recognises():
    found = counted([report(7), report(9, refused=11)])
    assert found is not None
    assert not found.recognised


def test_when_one_report_is_voided_the_other_counts():
    assert hours_of(report(7, "10", voided=11), report(9, "12")) == (12, 0)
    assert disagree([report(7, "10", voided=11), report(9, "12")]) == ()


def test_when_all_reports_are_voided_nothing_counts():
    assert counted([report(7, voided=11), report(9, voided=12)]) is None
    assert disagree([report(7, voided=11)]) == ()


def test_a_correction_holds_though_it_has_more_hours_and_settles_what_was_there():
    settled = [report(7, "12", corrected=11), report(9, "10")]
    assert hours_of(*settled) == (12, 0)
    assert disagree(settled) == ()
    assert disagree([*settled, report(12, "8")]) == ("hours",)
    assert hours_of(*settled, report(12, "8")) == (12, 0)


def test_of_two_corrections_the_later_holds():
    assert hours_of(report(7, "12", corrected=11), report(9, "14", corrected=13)) == (14, 0)


@pytest.mark.parametrize("seed", range(30))
def test_the_order_in_which_reports_came_is_no_matter(seed: int):
    chance = random.Random(seed)
    said: list[dict[str, Any]] = [
        {
            "hours": chance.choice(["8", "10", "10.5"]),
            "first": (first := chance.choice([100, 101])),
            "last": first + chance.choice([0, 1]),
            "recognised": chance.random() < 0.5,
            "attributes": chance.choice([{}, {"category": "topic"}, {"category": "online", "level": "city"}]),
            "voided": 99 if chance.random() < 0.2 else None,
        }
        for _ in range(4)
    ]
    found = [
        counted([report(position, **one) for position, one in zip((7, 9, 12, 15), order, strict=True)])
        for order in permutations(said)
    ]
    assert all(one == found[0] for one in found)
