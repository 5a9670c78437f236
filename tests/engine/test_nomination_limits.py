"""Limits of nominations are counted under the lock, in bulk as one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from tests.engine.a_review import CYCLE, Review, stage
from tests.engine.district_at_work import AtWork, codes
from workflows.acts import WithdrawCase
from workflows.commands import Command, Nominate, Refused


def limited(at_work: AtWork, rule: str, people: Sequence[str] = (), *, places: str = "") -> Review:
    """A review whose route limits nominations, with submission open: p-1, p-4, p-7 work in the centre, p-2, p-5, p-8 in
    the east, p-3, p-6 in the west."""
    return Review(at_work, stage("panel"), people=people, places=places, more=f"nomination: {{{rule}}}", close=False)


def nominations(at_work: AtWork, *names: str, outside: Sequence[str] = ()) -> list[Command]:
    return [at_work.command(Nominate, cycle=CYCLE, case=name, subject=name, outside=name in outside) for name in names]


def test_in_bulk_the_limit_counts_those_of_the_same_bulk(at_work: AtWork):
    limited(at_work, "per: school, at most: 2")
    names = ("p-1", "p-2", "p-4", "p-7", "p-3", "p-5", "p-8")
    assert codes(at_work.many(nominations(at_work, *names))) == [
        "landed", "landed", "landed", "limit", "landed", "landed", "limit",
    ]  # fmt: skip
    assert codes(at_work.many(nominations(at_work, "p-7", "p-6"))) == ["limit", "landed"]


def test_one_withdrawn_in_the_same_bulk_leaves_room_for_the_next(at_work: AtWork):
    limited(at_work, "per: school, at most: 1", ["p-1"])
    first, second = nominations(at_work, "p-4", "p-7")
    gone = at_work.command(WithdrawCase, cycle=CYCLE, case="p-1", reason="改报")
    assert codes(at_work.many([first, gone, second, *nominations(at_work, "p-4")])) == [
        "limit", "landed", "landed", "limit",
    ]  # fmt: skip


def test_a_part_of_the_teachers_is_counted_from_those_employed(at_work: AtWork):
    limited(at_work, "per: school, at most: 1/2 of teachers, rounding: down", ["p-1", "p-2", "p-3"])
    for name, teachers in (("p-4", 3), ("p-5", 3), ("p-6", 2)):
        (command,) = nominations(at_work, name)
        with pytest.raises(Refused, match=f"1/2 of {teachers} teachers"):
            at_work.district.handle(command)


def test_who_is_outside_the_count_is_not_counted_and_the_whole_cycle_has_one_limit(at_work: AtWork):
    places = "number: 2, order: [votes of panel], ties: all out, outside the count: true"
    limited(at_work, "at most: 3/2 of places, rounding: down", places=places)
    names = ("p-1", "p-2", "p-3", "p-4", "p-5", "p-6")
    found = at_work.many(nominations(at_work, *names, outside=("p-1", "p-4")))
    assert codes(found) == ["landed", "landed", "landed", "landed", "landed", "limit"]
    at_work.wait_until(date(2026, 6, 2))
    assert codes(at_work.many(nominations(at_work, "p-7"))) == ["limit"]
