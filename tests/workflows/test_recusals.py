"""Recusals that are declared (回避): of persons, until they are taken back; what they voted goes with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from events.facts import BallotCast, BallotWithdrawn, RecusalEnded, SeatRecused, StageDecided
from tests.workflows.given import TODAY, Given, command, refused
from tests.workflows.reviewing import ballot, ballots, decide, in_panel, seating, with_panel
from workflows.acts import AddSigner, DelegateSeat, EndRecusal, HandOverSeat, RecuseSeat, WithdrawCase
from workflows.commands import Already, Span

DAY = timedelta(days=1)
LAST_DAY = TODAY + 7 * DAY
"""The last day of the panel's ballots."""


def recusal(who: str, subject: str = "li", stage: str = "panel") -> RecuseSeat:
    return command(RecuseSeat, cycle="y1", case=f"c-{subject}", stage=stage, person=who, reason="亲属")


def after_all(who: str, subject: str = "li", stage: str = "panel") -> EndRecusal:
    return command(EndRecusal, cycle="y1", case=f"c-{subject}", stage=stage, person=who, reason="同名,并非亲属")


def delegation(who: str, to: str) -> DelegateSeat:
    return command(DelegateSeat, cycle="y1", stage="panel", person=who, delegate=to)


def handing(who: str, to: str) -> HandOverSeat:
    return command(HandOverSeat, cycle="y1", stage="panel", person=who, successor=to)


def tally(given: Given) -> Any:
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    return fact.tally


# -------------------------------------------------------------------------------------------------------- of a person


def test_the_successor_of_who_declared_a_recusal_votes():
    given = in_panel("li").then(recusal("bai"), handing("bai", "zhang"))
    given = given.then(ballot("an"), ballot("chen"))
    assert isinstance(given.when(decide("li")), Already), "the seat counts again, and is waited for"
    found = tally(given.then(ballot("zhang", "against")))
    assert (found.in_favour, found.against, found.seats, found.recused) == (2, 1, 3, None)


def test_so_does_whoever_is_seated_in_their_place_before_the_stage_begins():
    given = in_panel("li").then(recusal("dong", stage="college"))
    given = given.then(seating("college", ("zhang", "dong")))
    seats = given.state("cycle-y1").panels["college", None]
    assert [chair.holder for chair in seats.values()] == ["zhang", "dong"]
    assert given.when(recusal("dong", stage="college")) == Already(given.at(SeatRecused)), "from whatever seat"


def test_the_successor_may_declare_a_recusal_from_the_same_seat():
    given = in_panel("li").then(recusal("bai"), handing("bai", "zhang"))
    (fact,) = given.when(recusal("zhang"))  # type: ignore[misc]
    assert isinstance(fact, SeatRecused)
    assert (fact.seat, fact.person, fact.again) == (2, "zhang", 1)
    assert len({*fact.business_keys("case-c-li"), f"recusal/case-c-li/panel/{fact.seat}"}) == 2
    given = given.then(recusal("zhang"), ballot("an"), ballot("chen"))
    assert tally(given).recused == (2,)


def test_who_declared_a_recusal_does_not_vote_from_another_seat_either_nor_sign():
    given = in_panel("li").then(recusal("bai"), handing("bai", "zhang"), delegation("an", "bai"))
    refused(given, ballot("bai"), "recused")
    assert isinstance(given.when(ballot("an")), list)
    left = in_panel("li").then(recusal("bai"), handing("bai", "zhang"))
    refused(left, command(AddSigner, cycle="y1", case="c-li", stage="panel", person="bai"), "recused")


def test_a_delegate_who_declares_a_recusal_leaves_the_vote_to_the_holder():
    given = in_panel("li").then(delegation("bai", "zhang"))
    (fact,) = given.when(recusal("zhang"))  # type: ignore[misc]
    assert isinstance(fact, SeatRecused)
    assert (fact.seat, fact.person, fact.sits) == (2, "zhang", "delegate")
    given = given.then(recusal("zhang"))
    refused(given, ballot("zhang"), "recused")
    found = tally(given.then(ballot("bai"), ballot("an"), ballot("chen")))
    assert (found.in_favour, found.recused) == (3, None)


def test_where_the_holder_declares_it_no_delegate_votes_for_them():
    given = in_panel("li").then(delegation("bai", "zhang"), recusal("bai"))
    refused(given, ballot("zhang"), "recused")
    assert tally(given.then(ballot("an"), ballot("chen"))).recused == (2,)


# ------------------------------------------------------------------------------------------ what was voted before


def test_a_recusal_takes_back_what_the_person_voted_and_the_successor_votes_anew():
    given = in_panel("li").then(ballot("bai", "against"))
    facts = given.when(recusal("bai"))
    assert isinstance(facts, list)
    assert facts[1:] == [BallotWithdrawn(cycle="y1", stage="panel", seat=2, ballot=given.at(BallotCast))]
    given = given.then(recusal("bai"), handing("bai", "zhang"), *(ballot(one) for one in ("an", "chen", "zhang")))
    assert tally(given).in_favour == 3


def test_a_recusal_takes_back_what_a_delegate_voted_for_the_holder_and_not_the_holders_own_vote():
    given = in_panel("li").then(delegation("bai", "zhang"), ballot("zhang"))
    assert len(given.when(recusal("bai"))) == 2  # type: ignore[arg-type]
    own = in_panel("li").then(delegation("bai", "zhang"), ballot("bai"))
    assert len(own.when(recusal("zhang"))) == 1  # type: ignore[arg-type]


def test_what_the_former_holder_voted_stands_though_the_new_one_is_recused():
    given = in_panel("li").then(ballot("bai", "against"), handing("bai", "zhang"), recusal("zhang"))
    found = tally(given.then(ballot("an"), ballot("chen")))
    assert (found.in_favour, found.against, found.recused) == (2, 1, None)


def test_who_gave_their_seat_away_takes_their_vote_along_when_they_declare_it_from_another():
    given = in_panel("li").then(ballot("bai"), handing("bai", "zhang"), delegation("an", "bai"))
    facts = given.when(recusal("bai"))
    assert isinstance(facts, list)
    assert [one.seat for one in facts if isinstance(one, BallotWithdrawn)] == [2]
    assert isinstance(given.then(recusal("bai")).when(ballot("zhang")), list)


# -------------------------------------------------------------------------------------------------------- taken back


def test_a_recusal_is_taken_back_and_the_person_votes_after_all():
    given = in_panel("li").then(recusal("bai"))
    at = given.at(SeatRecused)
    assert given.when(after_all("bai")) == [
        RecusalEnded(cycle="y1", stage="panel", seat=2, person="bai", subject="li", recusal=at, reason="同名,并非亲属")
    ]
    given = given.then(after_all("bai"))
    assert tally(given.then(*ballots("+++"))).recused is None
    again = given.then(recusal("bai"))
    assert again.state("case-c-li").recused["panel"][0].at == again.at(SeatRecused)
    refused(again, ballot("bai"), "recused")


def test_a_recusal_is_taken_back_though_its_seat_was_handed_over():
    given = in_panel("li").then(recusal("bai"), handing("bai", "zhang"))
    given = given.then(after_all("bai"))
    assert isinstance(given.then(handing("zhang", "bai")).when(ballot("bai")), list)


def test_only_what_was_declared_is_taken_back_and_only_until_the_stage_decided():
    given = in_panel("li", ladder=with_panel("quorum: 1, threshold: more than 1/2 of present"))
    refused(given, after_all("bai"), "not recused")
    given = given.then(recusal("bai"))
    refused(given.then(after_all("bai")), after_all("bai"), "not recused")
    refused(given, after_all("an"), "not recused")
    refused(given, after_all("bai", stage="college"), "not recused")
    decided = given.then(ballot("an"), ballot("chen"), decide("li"))
    refused(decided, after_all("bai"), "too late")
    withdrawn = given.then(command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))
    refused(withdrawn, after_all("bai"), "ended")


# -------------------------------------------------------------------------------------------- as earlier logs have it


def test_a_recusal_in_a_log_from_before_is_of_the_seat_whoever_sits_in_it():
    given = in_panel("li")
    before = SeatRecused(cycle="y1", stage="panel", seat=2, person="bai", subject="li", reason="亲属")
    given = given.then(ballot("bai", "against"))
    given.add("case-c-li", before, Span.day(TODAY))
    assert before.business_keys("case-c-li") == ("recusal/case-c-li/panel/2",)
    assert tally(given.then(ballot("an"), ballot("chen"))).recused == (2,)
    handed = given.then(handing("bai", "zhang"))
    assert isinstance(handed.when(recusal("zhang")), Already)
    assert tally(handed.then(ballot("an"), ballot("chen"))).recused == (2,)
    ended = handed.then(after_all("bai"), ballot("an"), ballot("chen"))
    assert (tally(ended).against, tally(ended).recused) == (1, None)
