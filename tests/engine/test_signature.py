"""A signature (签发) that grants wait for, where the ladder asks for it."""

from __future__ import annotations

from datetime import date

import pytest

from engine import history
from events.facts import Granted, ResultsSigned
from tests.engine.a_review import CYCLE, PANEL, Review, one_stage, stage
from tests.engine.district_at_work import AtWork
from workflows.acts import SignResults
from workflows.commands import Already, Refused

SIGNED = "signed by: {zh: 局长, en: head of the bureau}\n    signature: required"


@pytest.fixture
def review(at_work: AtWork) -> Review:
    """Two cases on a notice, after which somebody has to sign."""
    review = Review(at_work, stage("panel"), people=("p-1", "p-2"), panels={"panel": PANEL}, more=SIGNED)
    review.through("panel")
    return review


def sign(review: Review, person: str = "p-8") -> int:
    return review.at_work.do(SignResults, cycle=CYCLE, person=person)


def refused(review: Review, person: str = "p-8") -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as caught:
        sign(review, person)
    assert caught.value.zh
    return caught.value.code


def test_nothing_is_granted_before_somebody_signed_and_the_grant_names_that(review: Review):
    assert refused(review) == "notice not over"
    assert review.day(6, 3) == ()
    assert ("the signature of the head of the bureau; next: grants for 2 cases", None) in review.waiting()
    assert refused(review, "p-99") == "who signs"
    at = sign(review)
    assert review.go() == ("grant", "finish")
    assert {one.signed for one in review.facts(Granted)} == {at}
    why = history.why(review.district, history.find_grant(review.district, "p-1"))
    assert why.signed is not None
    assert isinstance(why.signed.fact, ResultsSigned)
    assert why.signed.fact.person == "p-8"
    assert at in [one.event.position for one in history.history(review.district, "p-8")]
    review.whole()


def test_signed_once_it_is_signed(review: Review):
    review.at_work.wait_until(date(2026, 6, 3))
    at = sign(review)
    again = review.at_work.command(SignResults, cycle=CYCLE, person="p-8")
    assert review.district.handle(again) == Already(at)
    assert refused(review, "p-7") == "said otherwise"


def test_a_second_notice_is_signed_by_itself(review: Review):
    review.object("p-1")
    review.day(6, 3)
    sign(review)
    review.rule("p-1", "reassess")
    assert "notice" in review.go()
    assert set(review.granted()) == {"p-2"}
    review.day(6, 8)
    assert set(review.granted()) == {"p-2"}
    sign(review)
    review.go()
    assert set(review.granted()) == {"p-1", "p-2"}
    assert len({one.signed for one in review.facts(Granted)}) == 2
    review.whole()


def test_where_the_ladder_asks_for_none_nobody_signs(at_work: AtWork):
    review = one_stage(at_work)
    review.through("panel")
    review.at_work.wait_until(date(2026, 6, 3))
    assert refused(review) == "no signature"
    review.go()
    assert {one.signed for one in review.facts(Granted)} == {None}
