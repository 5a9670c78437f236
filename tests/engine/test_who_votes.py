"""Who votes on a case: recusals (回避), delegates, successors, added signers, ballots taken back."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cycles.missing import missing
from events.facts import (
    MemberJoined,
    MentorPaired,
    PersonLeft,
)
from tests.engine.a_review import CYCLE, PANEL, Review, one_stage, stage
from tests.engine.district_at_work import AtWork
from workflows.acts import (
    AddSigner,
    DelegateSeat,
    EndRecusal,
    HandOverSeat,
    RecuseSeat,
    WithdrawBallot,
)
from workflows.commands import Refused

# ---------------------------------------------------------------------------------------------------- recusals 回避


def test_a_panel_member_of_the_candidates_school_is_recused_and_does_not_count(at_work: AtWork):
    review = one_stage(at_work, "may not judge: [same school]")
    with pytest.raises(Refused) as caught:
        review.vote("panel", "p-7", "+", "p-1")
    assert caught.value.code == "recused"
    assert review.waiting()[0][0].startswith("4 ballots of panel")
    review.vote("panel", "p-6", "+", "p-1", "p-2")
    assert review.go() == ()
    review.vote("panel", "p-8", "+", "p-1")  # everybody who may has voted: the stage waits for nobody else
    assert review.go() == ("decide panel",)
    (decision,) = review.decided("p-1")
    assert (decision.outcome, decision.tally.seats, decision.tally.recused) == ("approved", 2, (2,))
    assert review.phase("p-2") == "in review"
    review.whole()


@pytest.mark.parametrize("tie", ["mentor pair", "same studio"])
def test_so_are_a_mentor_and_a_member_of_the_candidates_studio(at_work: AtWork, tie: str):
    if tie == "mentor pair":
        at_work.record("p-1", MentorPaired(mentor="p-8"))
    else:
        for member in ("p-1", "p-8"):
            at_work.record(member, MemberJoined(group="g-1", role="core"))
    review = one_stage(at_work, f"may not judge: [{tie}]")
    for person in ("p-6", "p-7"):
        review.vote("panel", person, "+", "p-1", "p-2")
    assert review.go() == ("decide panel",)
    assert [one.tally.recused for one in review.decided("p-1")] == [(3,)]
    assert review.phase("p-2") == "in review"
    review.whole()


def test_who_was_related_counts_as_of_the_day_on_which_the_stage_opened(at_work: AtWork):
    review = one_stage(at_work, "may not judge: [mentor pair]")
    at_work.record("p-1", MentorPaired(mentor="p-8"), date(2026, 1, 5))  # told when the stage had begun
    review.votes("panel", "p-1", "++ ")
    assert review.go() == ()
    review.vote("panel", "p-8", "-", "p-1")
    assert review.go() == ("decide panel",)
    assert review.decided("p-1")[0].tally.seats == 3
    review.whole()


def test_nobody_judges_their_own_case(at_work: AtWork):
    review = Review(at_work, stage("panel"), people=("p-1", "p-6"), panels={"panel": PANEL})
    review.go()
    review.votes("panel", "p-6", " ++")
    assert review.go() == ("decide panel",)
    assert review.decided("p-6")[0].tally.recused == (1,)
    review.whole()


def test_a_declared_recusal_does_not_count_and_neither_does_what_was_voted_before(at_work: AtWork):
    review = one_stage(at_work)
    review.votes("panel", "p-1", "-+ ")
    review.do(RecuseSeat, "p-1", stage="panel", person="p-6", reason="是亲戚")
    assert review.go() == ()  # two ballots, and only one of them is of a seat that counts
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ("decide panel",)
    tally = review.decided("p-1")[0].tally
    assert (tally.in_favour, tally.against, tally.seats, tally.recused) == (2, 0, 2, (1,))
    review.whole()


def test_who_is_recused_by_the_rule_and_declares_it_as_well_is_one_seat_less_and_not_two(at_work: AtWork):
    review = one_stage(at_work, "may not judge: [same school]")
    review.do(RecuseSeat, "p-1", stage="panel", person="p-7", reason="同校")
    review.vote("panel", "p-6", "+", "p-1")
    assert review.go() == ()
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ("decide panel",)
    review.whole()


def test_a_recusal_may_be_declared_for_a_stage_that_is_still_to_come(at_work: AtWork):
    review = Review(at_work, stage("group"), stage("office"), people=("p-1",), panels={"group": PANEL, "office": PANEL})
    review.go()
    review.do(RecuseSeat, "p-1", stage="office", person="p-8", reason="是亲戚")
    review.votes("group", "p-1", "++ ")
    assert review.go() == ()
    review.vote("group", "p-8", "+", "p-1")
    assert review.go() == ("decide group", "open office")
    review.votes("office", "p-1", "++ ")
    assert review.go() == ("decide office", "notice")
    review.whole()


@pytest.mark.parametrize("added", [True, False])
def test_where_the_whole_panel_is_recused_a_signer_may_be_added_while_there_are_days(at_work: AtWork, added: bool):
    review = one_stage(at_work, "may not judge: [same school]", people=("p-1",))
    for person in ("p-6", "p-8"):
        review.do(RecuseSeat, "p-1", stage="panel", person=person, reason="是亲戚")
    assert review.go() == ()
    assert review.waiting() == (("a signer of panel for 1 cases whose whole panel is recused", date(2026, 6, 9)),)
    if added:
        for person in ("p-2", "p-3"):
            review.do(AddSigner, "p-1", stage="panel", person=person)
            review.vote("panel", person, "+", "p-1")
        assert review.go() == ("decide panel", "notice")
    else:
        assert review.day(6, 9) == ("decide panel", "decline rejected", "finish")
        assert review.outcomes("p-1") == ["no quorum"]
    review.whole()


# -------------------------------------------------------------------------------- recusals are of persons, and end


def test_the_seat_of_who_declared_a_recusal_counts_again_for_their_successor(at_work: AtWork):
    review = one_stage(at_work)
    review.votes("panel", "p-1", "-+ ")
    review.do(RecuseSeat, "p-1", stage="panel", person="p-6", reason="是亲戚")
    assert review.waiting()[0][0].startswith("4 ballots of panel")  # one of p-1's, three of p-2's
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-6", successor="p-3")
    assert review.waiting()[0][0].startswith("5 ballots of panel")
    awaited = {one.person: one.cases for one in missing(review.district, CYCLE, "panel")}
    assert awaited == {"p-3": ("p-1", "p-2"), "p-7": ("p-2",), "p-8": ("p-1", "p-2")}
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ()
    review.vote("panel", "p-3", "+", "p-1")
    assert review.go() == ("decide panel",)
    tally = review.decided("p-1")[0].tally
    assert (tally.in_favour, tally.against, tally.seats, tally.recused) == (3, 0, 3, None)
    review.whole()


def test_a_delegate_who_declares_it_leaves_the_vote_to_the_holder(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    at_work.do(DelegateSeat, cycle=CYCLE, stage="panel", person="p-6", delegate="p-2")
    review.vote("panel", "p-2", "-", "p-1")
    review.do(RecuseSeat, "p-1", stage="panel", person="p-2", reason="是亲戚")
    for person in ("p-7", "p-8"):
        review.vote("panel", person, "+", "p-1")
    assert review.go() == ()
    assert review.waiting()[0][0].startswith("1 ballots of panel")
    review.vote("panel", "p-6", "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    assert review.decided("p-1")[0].tally.in_favour == 3
    review.whole()


def test_a_recusal_that_is_taken_back_makes_the_seat_one_that_is_waited_for(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    review.do(RecuseSeat, "p-1", stage="panel", person="p-6", reason="是亲戚")
    for person in ("p-7", "p-8"):
        review.vote("panel", person, "+", "p-1")
    review.do(EndRecusal, "p-1", stage="panel", person="p-6", reason="同名")
    assert review.go() == ()
    review.vote("panel", "p-6", "-", "p-1")
    assert review.go() == ("decide panel", "notice")
    tally = review.decided("p-1")[0].tally
    assert (tally.in_favour, tally.against, tally.recused) == (2, 1, None)
    review.whole()


def test_a_signer_who_declares_it_is_not_waited_for(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    review.do(AddSigner, "p-1", stage="panel", person="p-5")
    review.votes("panel", "p-1", "+++")
    assert review.go() == ()
    review.do(RecuseSeat, "p-1", stage="panel", person="p-5", reason="是亲戚")
    assert review.go() == ("decide panel", "notice")
    assert review.decided("p-1")[0].tally.recused == (4,)
    review.whole()


@pytest.mark.parametrize("sign", ["any", "all"])
def test_with_recusals_a_stage_of_signatures_still_decides_by_the_first_that_settles_it(at_work: AtWork, sign: str):
    review = one_stage(at_work, f"sign: {sign}", people=("p-1",), votes="")
    review.do(RecuseSeat, "p-1", stage="panel", person="p-6", reason="是亲戚")
    review.vote("panel", "p-7", "+" if sign == "any" else "-", "p-1")
    assert review.go()[0] == "decide panel"
    assert review.outcomes("p-1") == ["approved" if sign == "any" else "rejected"]
    review.whole()


def test_who_left_the_service_is_still_waited_for_until_the_seat_is_handed_over(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    review.vote("panel", "p-7", "+", "p-1")
    at_work.record("p-6", PersonLeft(), review.district.today)
    at_work.record("p-7", PersonLeft(), review.district.today)
    review.day(6, 2)
    with pytest.raises(Refused) as caught:
        review.vote("panel", "p-6", "+", "p-1")
    assert caught.value.code == "left"
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-6", successor="p-3")
    for person in ("p-3", "p-8"):
        review.vote("panel", person, "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    assert review.decided("p-1")[0].tally.in_favour == 3
    review.whole()


# ------------------------------------------------------------------------------- delegates, successors, signers


def test_a_delegate_and_a_successor_vote_from_the_seat(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    at_work.do(DelegateSeat, cycle=CYCLE, stage="panel", person="p-6", delegate="p-2")
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-7", successor="p-3")
    for person in ("p-2", "p-3", "p-8"):
        review.vote("panel", person, "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    review.whole()


def test_a_seat_that_passes_to_somebody_related_keeps_what_was_voted_from_it(at_work: AtWork):
    review = one_stage(at_work, "may not judge: [same school]", people=("p-1",))
    review.vote("panel", "p-6", "+", "p-1")
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-6", successor="p-4")
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    tally = review.decided("p-1")[0].tally
    assert (tally.in_favour, tally.seats, tally.recused) == (2, 2, (2,))
    review.whole()


def test_a_case_with_an_added_signer_waits_for_them_too(at_work: AtWork):
    review = one_stage(at_work)
    review.do(AddSigner, "p-1", stage="panel", person="p-5")
    for name in ("p-1", "p-2"):
        review.votes("panel", name, "+++")
    assert review.go() == ("decide panel",)
    assert review.phases() == {"p-1": "in review", "p-2": "approved"}
    review.vote("panel", "p-5", "-", "p-1")
    assert review.go() == ("decide panel", "notice")
    assert review.decided("p-1")[0].tally.seats == 4
    review.whole()


def test_a_ballot_that_is_taken_back_is_missing_again(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    review.votes("panel", "p-1", "+-+")
    review.do(WithdrawBallot, "p-1", stage="panel", person="p-7")
    assert review.go() == ()
    review.vote("panel", "p-7", "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    assert review.decided("p-1")[0].tally.in_favour == 3
    review.whole()


def test_nobody_is_added_who_would_be_recused(at_work: AtWork):
    review = one_stage(at_work, "may not judge: [same school]")
    with pytest.raises(Refused) as caught:
        review.do(AddSigner, "p-1", stage="panel", person="p-4")  # of p-1's school
    assert caught.value.code == "recused"
    review.do(AddSigner, "p-2", stage="panel", person="p-4")
    review.whole()


# ------------------------------------------------------------------------------------------ one person, one vote


def test_nobody_votes_twice_from_the_seat_that_they_gave_away_and_from_another(at_work: AtWork):
    review = one_stage(at_work)
    review.vote("panel", "p-6", "+", "p-1")
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-6", successor="p-4")
    at_work.do(DelegateSeat, cycle=CYCLE, stage="panel", person="p-7", delegate="p-6")
    with pytest.raises(Refused) as caught:
        review.vote("panel", "p-6", "+", "p-1")
    assert caught.value.code == "voted"
    review.vote("panel", "p-6", "+", "p-2")  # there they have not voted
    review.vote("panel", "p-7", "-", "p-1")
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ("decide panel",)
    assert review.decided("p-1")[0].tally.in_favour == 2
    review.whole()


def test_nor_as_a_signer_and_from_a_seat(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    review.do(AddSigner, "p-1", stage="panel", person="p-5")
    review.vote("panel", "p-5", "+", "p-1")
    at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-6", successor="p-5")
    with pytest.raises(Refused) as caught:
        review.vote("panel", "p-5", "+", "p-1")
    assert caught.value.code == "voted"


# ------------------------------------------------------------------------------- too few are left for the quorum


@pytest.mark.parametrize("rule", ["when time is up: count", "when time is up: extend 5 days"])
def test_where_recusals_leave_too_few_for_the_quorum_somebody_may_be_added_while_there_are_days(
    at_work: AtWork, rule: str
):
    review = one_stage(at_work, rule, people=("p-1",))
    for person in ("p-6", "p-7"):
        review.do(RecuseSeat, "p-1", stage="panel", person=person, reason="是亲戚")
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ()  # whoever is left is for it: that is no reason to turn it down for want of a quorum
    assert review.waiting() == (
        ("a signer of panel for 1 cases whose panel is recused but for too few", date(2026, 6, 9)),
    )
    review.do(AddSigner, "p-1", stage="panel", person="p-3")
    review.vote("panel", "p-3", "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    review.whole()


def test_without_anybody_added_the_days_that_the_stage_has_decide(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    for person in ("p-6", "p-7"):
        review.do(RecuseSeat, "p-1", stage="panel", person=person, reason="是亲戚")
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ()
    assert review.day(6, 9) == ("decide panel", "decline rejected", "finish")
    assert review.outcomes("p-1") == ["no quorum"]
    review.whole()


def test_a_seat_that_a_relative_took_over_after_its_vote_does_not_hide_that_others_are_waited_for(at_work: AtWork):
    review = one_stage(at_work, "may not judge: [same school]", people=("p-3",))  # p-6 is of p-3's school
    review.vote("panel", "p-7", "+", "p-3")
    review.at_work.do(HandOverSeat, cycle=CYCLE, stage="panel", person="p-7", successor="p-3")
    assert review.go() == ()
    assert review.waiting()[0][0].startswith("1 ballots of panel")
    review.whole()
