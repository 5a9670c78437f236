"""What panels and lists of nominations must be made of, by the ladder's own attributes of the people on them."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cycles import advance
from engine.cycles.view import Phase, Waiting
from events.facts import SeatHandedOver, SubmissionClosed
from tests.engine.a_review import CYCLE, Review, sheet, stage
from tests.engine.district_at_work import AtWork, paper
from workflows.acts import HandOverSeat, WithdrawCase
from workflows.commands import Asking, CloseSubmission, Landed, Nominate, Refused

ATTRIBUTES = "attributes:\n  published: {evidence: paper, highest: level}\n"
AUTHORS = (
    "composition: [{id: authors, title: {zh: 发表过论文的, en: published}, "
    "only: {published: city or better}, LIMIT, basis: assumed}]"
)


def panel(at_work: AtWork, limit: str = "at least: 2") -> Review:
    """A review whose panel of three must be made of authors."""
    rule = stage("panel", AUTHORS.replace("LIMIT", limit))
    return Review(at_work, rule, people=("p-1", "p-2"), clauses=ATTRIBUTES)


def test_a_panel_is_made_of_whoever_has_what_the_ladder_asks_for_when_it_is_seated(at_work: AtWork):
    at_work.record("p-6", paper())
    at_work.record("p-7", paper(attributes={"level": "school", "role": "first-author"}))
    review = panel(at_work)
    with pytest.raises(Refused) as caught:
        review.seat("panel", ("p-6", "p-7", "p-8"))
    assert caught.value.code == "composition"
    assert "1 of 3" in caught.value.en
    at_work.record("p-8", paper(attributes={"level": "nation", "role": "first-author"}))
    review.seat("panel", ("p-6", "p-7", "p-8"))
    review.through("panel")
    review.day(6, 3)
    assert set(review.granted()) == {"p-1", "p-2"}
    review.whole()


def test_a_seat_is_handed_over_to_nobody_by_whom_the_panel_would_lack_something(at_work: AtWork):
    for name in ("p-5", "p-6", "p-8"):
        at_work.record(name, paper())
    review = panel(at_work)
    review.seat("panel", ("p-6", "p-7", "p-8"))
    passing = {"cycle": CYCLE, "stage": "panel", "person": "p-8"}
    with pytest.raises(Refused) as caught:
        at_work.district.handle(at_work.command(HandOverSeat, **passing, successor="p-4"))
    assert caught.value.code == "composition"
    at_work.do(HandOverSeat, **passing, successor="p-5")
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-7", successor="p-4")
    assert len(review.facts(SeatHandedOver)) == 2


def lists(at_work: AtWork, nomination: str = "", limit: str = "at least: 1/2", people: tuple[str, ...] = ()) -> Review:
    """A review that is open for nominations, half of which must be of authors."""
    rule = AUTHORS.replace("LIMIT", limit)
    more = f"nomination: {{{nomination}{rule}}}"
    return Review(at_work, stage("panel"), people=people, more=more, clauses=ATTRIBUTES, close=False)


def close(at_work: AtWork, authority: str | None = None, as_it_is: bool = False) -> object:
    asking = Asking(actor="office-1", authority=authority)
    return at_work.district.handle(
        CloseSubmission(id=at_work.district.command_id(), asking=asking, cycle=CYCLE, as_it_is=as_it_is)
    )


def test_submission_does_not_close_while_its_list_lacks_something(at_work: AtWork):
    at_work.record("p-1", paper())
    review = lists(at_work, people=("p-1", "p-2", "p-3"))
    with pytest.raises(Refused) as caught:
        close(at_work)
    assert caught.value.code == "composition"
    assert '"published" (at least 1/2): 1 of 3' in caught.value.en
    assert any('"published" (at least 1/2): 1 of 3' in line for line, _ in review.waiting())
    at_work.wait_until(date(2026, 6, 21))
    look = advance.look(review.district, CYCLE)
    assert isinstance(look, Waiting)
    assert "结构" in look.zh
    review.do(WithdrawCase, "p-3", reason="本人申请")
    look = advance.look(review.district, CYCLE)
    assert isinstance(look, Phase)
    assert look.name == "close"
    assert review.go()[:2] == ("close", "assess")
    assert [one.lacking for one in review.facts(SubmissionClosed)] == [None]


def test_a_document_lets_the_list_be_what_it_is_and_what_it_lacks_is_on_record(at_work: AtWork):
    review = lists(at_work, people=("p-1", "p-2"))
    with pytest.raises(Refused) as caught:
        close(at_work, as_it_is=True)
    assert caught.value.code == "authority"
    with pytest.raises(Refused):
        close(at_work, "教〔2026〕9号")  # a document that is given for something else closes nothing
    assert isinstance(close(at_work, "教〔2026〕9号", as_it_is=True), Landed)
    (closed,) = review.facts(SubmissionClosed)
    assert closed.lacking is not None
    assert [(one.composition, one.low, one.of) for one in closed.lacking] == [("authors", 0, 2)]
    review.whole()


def test_each_school_has_a_list_of_its_own(at_work: AtWork):
    """p-1 and p-4 are of the centre, p-2 and p-5 of the east; of the centre nobody is an author."""
    at_work.record("p-2", paper())
    review = lists(at_work, "per: school, ", people=("p-1", "p-2", "p-5"))
    with pytest.raises(Refused) as caught:
        close(at_work)
    assert "0 of 1" in caught.value.en
    at_work.record("p-4", paper())
    at_work.do(Nominate, cycle=CYCLE, case="p-4", subject="p-4")
    assert isinstance(close(at_work), Landed)
    assert review.facts(SubmissionClosed)[0].lacking is None


def test_who_is_outside_the_count_is_not_on_the_list_and_nobody_makes_no_list(at_work: AtWork):
    lists(at_work)
    assert isinstance(close(at_work), Landed)


def placed(at_work: AtWork, limit: str) -> Review:
    """Two places for four with marks 90, 80, 70 and 60, those taken made of authors as the limit says."""
    rule = AUTHORS.replace("LIMIT", limit)
    places = f"number: 2, order: [score of visit], ties: lot, {rule}"
    people = ("p-1", "p-2", "p-3", "p-4")
    review = Review(
        at_work, sheet("visit"), people=people, panels={"visit": ("p-7", "p-8")}, places=places, clauses=ATTRIBUTES
    )
    review.go()
    for name, mark in zip(people, ("90", "80", "70", "60"), strict=True):
        review.votes("visit", name, f"{mark} {mark}")
    return review


def taken(review: Review) -> set[str]:
    return {name for name, (outcome, _) in review.placed().items() if outcome == "in"}


def test_who_fills_a_minimum_of_the_places_comes_before_who_has_the_better_marks(at_work: AtWork):
    at_work.record("p-3", paper())
    review = placed(at_work, "at least: 1")
    at_work.record("p-2", paper())  # after submission closed: it does not count
    review.go()
    assert taken(review) == {"p-1", "p-3"}
    assert {name: rank for name, (_, rank) in review.placed().items()} == {"p-1": 1, "p-2": 2, "p-3": 3, "p-4": 4}
    review.day(6, 3)
    assert set(review.granted()) == {"p-1", "p-3"}
    review.whole()


def test_nobody_is_taken_who_would_go_over_a_maximum(at_work: AtWork):
    for name in ("p-1", "p-2", "p-4"):
        at_work.record(name, paper())
    review = placed(at_work, "at most: 1/2")
    review.go()
    assert taken(review) == {"p-1", "p-3"}
    review.whole()
