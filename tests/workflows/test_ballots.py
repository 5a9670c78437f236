"""Ballots: who may cast them, when, what they may say, and how they are taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.facts import (
    BallotCast,
    BallotWithdrawn,
    MemberJoined,
    MentorPaired,
    ObjectionRaised,
    PersonLeft,
    StageDecided,
    StudioFounded,
)
from tests.workflows.given import TODAY, Given, command, refused, row
from tests.workflows.marking import MAJORITY, SCORED, scored, sheet, take_back
from tests.workflows.reviewing import (
    AFTER,
    ballot,
    ballots,
    begin,
    closed,
    closing,
    decide,
    in_panel,
    nomination,
    opened,
    other_cycle,
    seating,
    verdicts,
    with_panel,
)
from workflows.acts import DelegateSeat, HandOverSeat, RecuseSeat
from workflows.commands import Already, Differs, Span

DAY = timedelta(days=1)
LAST_DAY = TODAY + 7 * DAY
"""The last day of the panel's ballots."""
DAY_ONE = Span.day(date(2026, 3, 1))
GRACE = with_panel(MAJORITY + ", grace: 3")


def recusal(who: str, subject: str = "li") -> RecuseSeat:
    return command(RecuseSeat, cycle="y1", case=f"c-{subject}", stage="panel", person=who, reason="亲属")


def delegation(who: str, to: str) -> DelegateSeat:
    return command(DelegateSeat, cycle="y1", stage="panel", person=who, delegate=to)


def handing(who: str, to: str) -> HandOverSeat:
    return command(HandOverSeat, cycle="y1", stage="panel", person=who, successor=to)


# -------------------------------------------------------------------------------------------------------- who votes


def test_a_ballot_is_cast_from_the_seat_of_the_person():
    assert in_panel("li").when(ballot("bai", "against")) == [
        BallotCast(cycle="y1", stage="panel", seat=2, person="bai", choice="against")
    ]


def test_a_ballot_that_was_cast_is_cast_and_cannot_be_changed():
    given = in_panel("li").then(ballot("an"))
    assert given.when(ballot("an")) == Already(given.at(BallotCast))
    refused(given, ballot("an", "against"), "second vote")


def test_a_ballot_that_was_cast_in_time_is_still_there_afterwards():
    given = in_panel("li").then(*ballots("+++"), decide("li"))
    assert isinstance(given.on(LAST_DAY + 9 * DAY).when(ballot("an")), Already)


def test_a_row_casts_one_ballot():
    given = in_panel("li", "wu").then(ballot("an", source=row("r1")))
    assert given.when(ballot("an", subject="wu", source=row("r1"))) == Already(given.at(BallotCast))
    assert given.when(ballot("an", subject="wu", source=row("r1", "no"))) == Differs(given.at(BallotCast))


@pytest.mark.parametrize("who", ["dong", "nobody"])
def test_only_who_is_seated_on_the_stages_panel_votes(who: str):
    refused(in_panel("li"), ballot(who), "not seated")


def test_a_delegate_votes_in_the_place_of_the_holder_and_under_their_own_name():
    given = in_panel("li").then(delegation("bai", "zhang"))
    assert given.when(ballot("zhang", "abstain")) == [
        BallotCast(cycle="y1", stage="panel", seat=2, person="zhang", choice="abstain")
    ]
    assert isinstance(given.when(ballot("bai")), list)  # the seat stays theirs


def test_a_seat_votes_once_whether_its_holder_does_or_the_delegate():
    given = in_panel("li").then(delegation("bai", "zhang"), ballot("zhang"))
    refused(given, ballot("bai", "against"), "second vote")


def test_who_left_the_service_before_the_day_of_their_ballot_does_not_vote_and_what_they_voted_before_stands():
    given = in_panel("li", "wu").then(ballot("bai"))
    given.add("subject-bai", PersonLeft(), Span.day(TODAY))
    assert isinstance(given.when(ballot("bai", subject="wu")), list), "the last day is one of service"
    later = given.on(TODAY + DAY)
    assert "hand-over" in refused(later, ballot("bai", subject="wu"), "left").en
    assert isinstance(later.when(ballot("bai", subject="wu", dated=TODAY)), list), "on paper, before they left"
    assert isinstance(later.then(handing("bai", "zhang")).when(ballot("zhang", subject="wu")), list)
    (fact,) = later.then(ballot("an"), ballot("chen")).when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert fact.tally.in_favour == 3


def test_a_delegate_who_left_leaves_the_vote_to_the_holder():
    given = in_panel("li").then(delegation("bai", "zhang"))
    given.add("subject-zhang", PersonLeft(), Span.day(TODAY - DAY))
    refused(given, ballot("zhang"), "left")
    assert isinstance(given.when(ballot("bai")), list)


def test_what_the_former_holder_voted_stands_and_only_the_new_one_votes():
    given = in_panel("li", "wu").then(ballot("bai"), handing("bai", "zhang"))
    assert given.when(ballot("zhang")) == Already(given.at(BallotCast))
    refused(given, ballot("bai", subject="wu"), "not seated")
    assert isinstance(given.when(ballot("zhang", subject="wu")), list)


def test_nobody_votes_twice_whatever_seats_they_come_to_hold_or_stand_in_for():
    given = in_panel("li", "wu").then(ballot("an"), handing("an", "gao"))
    refused(given.then(handing("bai", "an")), ballot("an"), "voted")
    refused(given.then(delegation("bai", "an")), ballot("an"), "voted")
    assert isinstance(given.then(handing("bai", "an")).when(ballot("an", subject="wu")), list)
    assert isinstance(given.then(delegation("bai", "an")).when(ballot("bai")), list)


def test_nobody_votes_on_a_case_of_their_own():
    refused(in_panel("an", "li"), ballot("an", subject="an"), "own case")
    assert isinstance(in_panel("an", "li").when(ballot("an", subject="li")), list)


def test_nobody_votes_for_who_has_a_case_of_their_own_nor_as_the_delegate_of_somebody_else():
    given = in_panel("an", "zhang").then(delegation("an", "wu"), delegation("bai", "zhang"))
    refused(given, ballot("wu", subject="an"), "own case")
    refused(given, ballot("zhang", subject="zhang"), "own case")
    assert isinstance(given.when(ballot("bai", subject="zhang")), list)


def test_the_host_of_a_studio_does_not_judge_it():
    ladder = with_panel(MAJORITY).replace(b"subject: person", b"subject: studio")
    ladder = ladder.replace(b"years since: service", b"evidence: lesson, then: [count]")
    given = opened(ladder)
    given.add("subject-g", StudioFounded(code="G", kind="teacher", name="-", host="an", unit="school"), DAY_ONE)
    given = given.then(nomination("g"), seating(), seating("college", ("dong", "fei")), closing())
    given = given.then(verdicts(given, g="met"), begin())
    refused(given, ballot("an", subject="g"), "own case")
    assert isinstance(given.when(ballot("bai", subject="g")), list)


@pytest.mark.parametrize(
    ("relation", "who"), [("same school", "an"), ("same studio", "gao"), ("mentor pair", "he"), ("mentor pair", "jin")]
)
def test_who_is_related_to_a_candidate_as_the_stage_does_not_allow_is_recused(relation: str, who: str):
    def before(rule: str) -> Given:
        given = in_panel("li", ladder=with_panel(MAJORITY + rule))
        given.add("subject-li", MemberJoined(group="g", role="core"), DAY_ONE)
        given.add("subject-gao", MemberJoined(group="g", role="member"), DAY_ONE)
        given.add("subject-li", MentorPaired(mentor="he"), DAY_ONE)
        given.add("subject-jin", MentorPaired(mentor="li"), DAY_ONE)
        return given if who == "an" else given.then(handing("an", who))

    refused(before(f", may not judge: [{relation}]"), ballot(who), "recused")
    assert isinstance(before("").when(ballot(who)), list)


def test_who_declared_a_recusal_does_not_vote_on_that_case():
    given = in_panel("li", "wu").then(recusal("bai"))
    refused(given, ballot("bai"), "recused")
    assert isinstance(given.when(ballot("bai", subject="wu")), list)


# ------------------------------------------------------------------------------------------------------------- when


def test_ballots_are_taken_until_the_last_day_is_over():
    given = in_panel("li")
    assert isinstance(given.on(LAST_DAY).when(ballot("an")), list)
    refused(given.on(LAST_DAY + DAY), ballot("an"), "too late")


def test_a_paper_ballot_counts_if_it_is_dated_in_time_and_entered_before_the_stage_is_decided():
    late = in_panel("li", ladder=GRACE).then(ballot("an"), ballot("bai")).on(LAST_DAY + 3 * DAY)
    drafts = late.drafts(ballot("chen", "against", dated=LAST_DAY))
    assert isinstance(drafts, list)
    assert drafts[0].occurred == Span.day(LAST_DAY)
    refused(late, ballot("chen", dated=LAST_DAY + DAY), "too late")
    refused(late.on(LAST_DAY + 4 * DAY).then(decide("li")), ballot("chen", dated=LAST_DAY), "too late")


def test_in_the_days_of_grace_the_stage_waits_for_ballots_on_paper():
    given = in_panel("li", ladder=GRACE).then(ballot("an"), ballot("bai"))
    assert isinstance(given.on(LAST_DAY + 3 * DAY).when(decide("li")), Already)
    assert isinstance(given.on(LAST_DAY + 4 * DAY).when(decide("li")), list)


@pytest.mark.parametrize("day", [TODAY - DAY, TODAY + DAY], ids=["before the stage", "in the future"])
def test_a_ballot_is_dated_within_the_stage_and_not_in_the_future(day: date):
    refused(in_panel("li"), ballot("an", dated=day), "dated")


def test_a_case_that_is_not_in_the_stage_is_not_voted_on():
    before = closed("li")
    before = before.then(verdicts(before, li="met"))
    refused(before, ballot("an"), "not in stage")  # the stage has not begun
    refused(in_panel("li"), ballot("dong", stage="college"), "not in stage")  # it is in the panel still
    rejected = in_panel("li").then(*ballots(" --")).on(LAST_DAY + DAY).then(decide("li"))
    refused(rejected, ballot("an", dated=LAST_DAY), "too late")  # it was rejected there
    refused(rejected, ballot("dong", stage="college"), "not in stage")
    ineligible = closed("li", "wu")
    ineligible = ineligible.then(verdicts(ineligible, li="not met", wu="met"), begin())
    refused(ineligible, ballot("an"), "not in stage")


def test_there_is_no_voting_without_a_panel():
    given = opened().then(nomination())
    refused(given, ballot("an"), "no panel")
    refused(in_panel("li"), ballot("an", stage="senate"), "no stage")


def test_there_is_no_voting_on_a_case_that_is_not_there():
    refused(in_panel("li"), ballot("an", subject="nobody"), "no case")
    refused(other_cycle(in_panel("li")), ballot("an", case="c-2"), "no case")


def test_there_is_no_voting_on_a_case_that_an_objection_freezes():
    given = in_panel("li")
    raised = ObjectionRaised(cycle="y1", subject="li", objection="o1", anonymous=True, about="材料不实", until=AFTER)
    given.add("case-c-li", raised, DAY_ONE)
    refused(given, ballot("an"), "frozen")
    voted = in_panel("li").then(*ballots("+++"))
    voted.add("case-c-li", raised, DAY_ONE)
    assert isinstance(voted.when(decide("li")), Already)


# ------------------------------------------------------------------------------------------------------ score sheets


def test_a_score_sheet_has_a_mark_for_every_item_in_the_order_of_the_sheet():
    given = in_panel("li", ladder=SCORED)
    assert given.when(scored("an", talk="12.5", paper=None, lesson="0")) == [
        BallotCast(
            cycle="y1", stage="panel", seat=1, person="an", choice="scored",
            scores=sheet(lesson="0", paper=None, talk="12.5"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "marks",
    [
        {"lesson": "1", "paper": "1"},
        {"lesson": "1", "paper": "1", "talk": "1", "song": "1"},
        {"lesson": "1", "paper": "1", "song": "1"},
        {},
    ],
    ids=["one is missing", "one too many", "another one", "none"],
)
def test_a_score_sheet_is_complete(marks: dict[str, str | None]):
    refused(in_panel("li", ladder=SCORED), scored("an", **marks), "sheet")


def test_an_item_is_marked_once():
    twice = (*sheet(lesson="1", paper="1", talk="1"), *sheet(talk="2"))
    refused(in_panel("li", ladder=SCORED), ballot("an", "scored", scores=twice), "sheet")


@pytest.mark.parametrize("mark", ["20.01", "-1", "1.001", "2000"])
def test_a_mark_lies_within_its_item_and_has_two_decimal_places_at_most(mark: str):
    refused(in_panel("li", ladder=SCORED), scored("an", lesson=mark, paper="1", talk="1"), "mark")


def test_a_sheet_on_which_nothing_applies_is_no_score():
    refused(in_panel("li", ladder=SCORED), scored("an", lesson=None, paper=None, talk=None), "nothing marked")


@pytest.mark.parametrize("choice", ["for", "against", "abstain"])
def test_where_sheets_are_filled_in_nobody_just_votes_and_the_other_way_round(choice: str):
    marks = sheet(lesson="1", paper="1", talk="1")
    refused(in_panel("li", ladder=SCORED), ballot("an", choice, scores=marks), "sheet")
    refused(in_panel("li"), ballot("an", choice, scores=marks), "no sheet")
    refused(in_panel("li"), ballot("an", "scored", scores=marks), "no sheet")


def test_the_same_marks_again_are_the_same_ballot_however_they_are_written():
    given = in_panel("li", ladder=SCORED).then(scored("an", lesson="9", paper=None, talk="1"))
    assert given.when(scored("an", talk="1.0", lesson="9.00", paper=None)) == Already(given.at(BallotCast))
    refused(given, scored("an", lesson="9", paper="0", talk="1"), "second vote")


# -------------------------------------------------------------------------------------------------------- taken back


def test_a_ballot_is_taken_back_and_the_seat_votes_again():
    given = in_panel("li").then(ballot("an"))
    cast = given.at(BallotCast)
    assert given.when(take_back("an")) == [BallotWithdrawn(cycle="y1", stage="panel", seat=1, ballot=cast)]
    given = given.then(take_back("an"))
    assert given.when(ballot("an", "against")) == [
        BallotCast(cycle="y1", stage="panel", seat=1, person="an", choice="against", again=1)
    ]
    given = given.then(ballot("an", "against"), take_back("an"))
    (third,) = given.when(ballot("an"))  # type: ignore[misc]
    assert isinstance(third, BallotCast)
    assert third.again == 2


def test_what_was_taken_back_counts_no_more():
    given = in_panel("li").then(*ballots("+--"), take_back("chen"), ballot("chen", "for"))
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.outcome, fact.tally.in_favour, fact.tally.against) == ("approved", 2, 1)


def test_a_ballot_is_taken_back_by_who_cast_it_or_whom_they_stood_in_for():
    given = in_panel("li", "wu").then(delegation("bai", "zhang"), ballot("zhang"), ballot("bai", subject="wu"))
    assert isinstance(given.when(take_back("zhang")), list)
    assert isinstance(given.when(take_back("bai")), list)
    refused(given, take_back("zhang", "wu"), "not theirs")
    other = given.then(delegation("bai", "gao"))
    assert isinstance(other.when(take_back("bai")), list), "a delegate of theirs, though no longer"
    refused(other, take_back("gao"), "not theirs")


def test_nobody_takes_back_what_the_former_holder_voted():
    given = in_panel("li").then(ballot("bai"), handing("bai", "zhang"))
    refused(given, take_back("zhang"), "not theirs")
    refused(given, take_back("bai"), "not seated")


def test_in_the_days_of_grace_ballots_come_in_and_none_is_taken_back():
    given = in_panel("li", ladder=GRACE).then(ballot("an"))
    assert isinstance(given.on(LAST_DAY).when(take_back("an")), list)
    late = given.on(LAST_DAY + DAY)
    assert "grace" in refused(late, take_back("an"), "too late").en
    assert isinstance(late.when(ballot("bai", dated=LAST_DAY)), list)


def test_there_is_nothing_to_take_back_where_no_ballot_stands_or_the_stage_has_decided():
    refused(in_panel("li"), take_back("an"), "no ballot")
    refused(in_panel("li").then(ballot("an"), take_back("an")), take_back("an"), "no ballot")
    refused(in_panel("li").then(*ballots("+++"), decide("li")), take_back("an"), "too late")
    refused(in_panel("li").then(ballot("an")), take_back("dong"), "not seated")
