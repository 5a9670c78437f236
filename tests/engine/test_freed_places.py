"""Places that become free (递补): they go to the next in rank where the rule says so, and else to nobody."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cycles import advance
from engine.cycles.view import Waiting
from events.facts import CaseWithdrawn, Declined, MovedUp, NoticePosted
from tests.engine.a_review import CYCLE, Review
from tests.engine.district_at_work import AtWork
from tests.engine.test_places import scored
from workflows.acts import WithdrawCase

NEXT = "order: [score of visit], freed: next"


def withdraw(review: Review, name: str) -> int:
    return review.do(WithdrawCase, name, reason="本人申请")


def moved(review: Review) -> dict[str, int]:
    """Who moved up, and the position by which a place became free."""
    return {name: one.freed for name in review.people for one in review.facts(MovedUp, name)}


def test_the_next_in_rank_has_the_place_of_who_withdraws_and_a_notice_of_their_own(at_work: AtWork):
    review = scored(at_work, f"number: 2, ties: all out, {NEXT}", ("70", "90", "80", "60"))
    assert review.go() == ("decide visit", "places", "place", "notice")
    assert review.phases() == {"p-1": "unplaced", "p-2": "placed", "p-3": "placed", "p-4": "unplaced"}
    assert ("2 cases without a place, should one become free", None) in review.waiting()
    at = withdraw(review, "p-3")
    assert review.go() == ("move up", "notice")
    assert moved(review) == {"p-1": at}
    (fact,) = review.facts(MovedUp)
    assert (fact.rank, fact.places) == (3, 2)
    first, second = review.facts(NoticePosted)
    assert (first.cases, second.cases) == (2, 1)
    assert review.day(6, 3) == ("grant", "decline unplaced", "finish")
    assert set(review.granted()) == {"p-1", "p-2"}
    assert [one.reason for one in review.facts(Declined, "p-4")] == ["no place"]
    assert review.whole().places == 1 + 4 + 1


def test_where_the_rule_lets_it_lapse_nobody_moves_up(at_work: AtWork):
    review = scored(at_work, "number: 2, ties: all out, order: [score of visit]", ("70", "90", "80"))
    review.go()
    withdraw(review, "p-3")
    assert review.phase("p-1") == "declined"
    assert review.day(6, 3) == ("grant", "finish")
    assert set(review.granted()) == {"p-2"}
    assert moved(review) == {}


def test_an_objection_that_is_upheld_frees_the_place(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all out, {NEXT}", ("70", "90", "80"))
    review.go()
    review.object("p-2")
    review.rule("p-2", "decline")
    assert review.go() == ("decline objected", "move up", "notice")
    assert list(moved(review)) == ["p-3"]
    review.object("p-3", "o-2")
    review.rule("p-3", "decline", "o-2")
    assert review.go() == ("decline objected", "move up", "notice")
    assert list(moved(review)) == ["p-1", "p-3"]
    assert review.day(6, 5) == ("grant", "finish")
    assert set(review.granted()) == {"p-1"}
    review.whole()


def test_those_without_a_place_wait_until_nobody_can_lose_theirs_any_more(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all out, {NEXT}", ("70", "90"))
    review.go()
    review.object("p-2")
    assert review.day(6, 5) == ()
    assert review.phase("p-1") == "unplaced"
    review.rule("p-2", "resume")
    assert review.go() == ("grant", "decline unplaced", "finish")
    review.whole()


def test_who_has_no_place_and_withdraws_is_passed_over(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all out, {NEXT}", ("70", "90", "80"))
    review.go()
    withdraw(review, "p-3")
    assert review.go() == ()
    at = withdraw(review, "p-2")
    assert review.go() == ("move up", "notice")
    assert moved(review) == {"p-1": at}
    review.whole()


@pytest.mark.parametrize(("ties", "after"), [("all in", {"p-1", "p-3"}), ("all out", set()), ("lot", None)])
def test_equals_move_up_as_the_rule_has_it_for_equals(at_work: AtWork, ties: str, after: set[str] | None):
    review = scored(at_work, f"number: 1, ties: {ties}, {NEXT}", ("80", "90", "80", "60"))
    review.go()
    withdraw(review, "p-2")
    review.go()
    found = set(moved(review))
    assert found == after if after is not None else (len(found) == 1 and found < {"p-1", "p-3"})
    review.whole()


def test_of_two_equals_who_were_both_out_one_leaves_and_the_place_is_the_others(at_work: AtWork):
    review = scored(at_work, f"number: 2, ties: all out, {NEXT}", ("80", "90", "80"))
    review.go()
    at = withdraw(review, "p-1")
    assert review.go() == ("move up", "notice")
    assert moved(review) == {"p-3": at}
    review.whole()


def test_a_place_that_equals_took_beyond_the_number_is_not_freed(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all in, {NEXT}", ("90", "90", "80"))
    review.go()
    withdraw(review, "p-1")
    assert review.go() == ()
    withdraw(review, "p-2")
    assert review.go() == ("move up", "notice")
    assert set(moved(review)) == {"p-3"}
    review.whole()


def test_a_place_is_freed_for_the_same_school_and_nobody_outside_the_count_frees_one(at_work: AtWork):
    rule = f"number: 1, per: school, outside the count: true, ties: all out, {NEXT}"
    review = scored(at_work, rule, ("70", "90", "65", "80", "60"), outside=("p-3",))
    review.go()  # p-1 and p-4 work in the centre, p-2 and p-5 in the east
    withdraw(review, "p-3")
    assert review.go() == ()
    withdraw(review, "p-2")
    assert review.go() == ("move up", "notice")
    assert set(moved(review)) == {"p-5"}
    review.whole()


def test_who_withdraws_before_being_told_their_place_leaves_it_to_the_next(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all out, {NEXT}", ("70", "90", "80"))
    for phase in ("decide visit", "places"):
        found = advance.next_phase(review.district, CYCLE)
        assert found is not None
        for chunk in found.chunks:
            advance.run_chunk(review.district, CYCLE, phase, chunk)
    at = withdraw(review, "p-2")
    assert review.go() == ("place", "move up", "notice")
    assert moved(review) == {"p-3": at}
    review.whole()


def test_who_moved_up_and_leaves_frees_the_place_again_and_nobody_moves_up_twice(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all out, {NEXT}", ("70", "90", "80"))
    review.go()
    withdraw(review, "p-2")
    assert advance.run_chunk(review.district, CYCLE, "move up", ("p-3",)) == 1
    assert advance.run_chunk(review.district, CYCLE, "move up", ("p-3", "p-1")) == 0
    review.go()
    at = withdraw(review, "p-3")
    assert review.go() == ("move up", "notice")
    assert moved(review)["p-1"] == at
    assert len(review.facts(MovedUp)) == 2
    assert len(review.facts(CaseWithdrawn)) == 2
    assert review.day(6, 8) == ("grant", "finish")
    review.whole()


def test_the_reserve_waits_for_nothing_else(at_work: AtWork):
    review = scored(at_work, f"number: 1, ties: all out, {NEXT}", ("70", "90"))
    review.go()
    found = advance.look(review.district, CYCLE)
    assert isinstance(found, Waiting)
    assert found.until == date(2026, 6, 3)
