"""What happens to a case in a stage besides ballots: recused, signers added, returned, resubmitted, withdrawn, late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.facts import (
    Assessed,
    BallotCast,
    CaseResubmitted,
    CaseReturned,
    CaseWithdrawn,
    PersonLeft,
    SeatRecused,
    SignerAdded,
    StageDecided,
    WindowOpened,
)
from tests.workflows.given import TODAY, Given, command, refused
from tests.workflows.reviewing import (
    approve,
    ballot,
    ballots,
    begin,
    closing,
    conclude,
    decide,
    in_panel,
    nomination,
    objection,
    opened,
    posted,
    routed,
    seating,
    settle,
    stage,
    verdicts,
    with_panel,
)
from workflows.acts import AddSigner, EndRecusal, OpenWindow, RecuseSeat, ResubmitCase, ReturnCase, WithdrawCase
from workflows.commands import Already, Command, Span

DAY = timedelta(days=1)
LAST_DAY = TODAY + 7 * DAY
"""The last day of the panel's ballots."""
COUNTED = LAST_DAY + DAY
MAJORITY = "quorum: 2, threshold: more than 1/2 of present"
RETURNS = with_panel(MAJORITY + ", completion days: 5, grace: 2")
"""The panel may return a case, which then has five days."""


def about(kind: Any, subject: str = "li", **said: Any) -> Any:
    """An act on a case."""
    return command(kind, **({"cycle": "y1", "case": f"c-{subject}"} | said))


def recusal(who: str, subject: str = "li", stage: str = "panel") -> RecuseSeat:
    act: RecuseSeat = about(RecuseSeat, subject, stage=stage, person=who, reason="亲属")
    return act


def signing(who: str = "zhang", subject: str = "li", stage: str = "panel") -> AddSigner:
    act: AddSigner = about(AddSigner, subject, stage=stage, person=who)
    return act


def returning(stage: str = "panel", subject: str = "li") -> ReturnCase:
    act: ReturnCase = about(ReturnCase, subject, stage=stage, reason="缺证明材料")
    return act


def resubmission(subject: str = "li") -> ResubmitCase:
    act: ResubmitCase = about(ResubmitCase, subject)
    return act


def withdrawal(subject: str = "li") -> WithdrawCase:
    act: WithdrawCase = about(WithdrawCase, subject, reason="本人申请")
    return act


def window(*subjects: str, stage: str = "panel") -> OpenWindow:
    return command(OpenWindow, cycle="y1", stage=stage, cases=tuple(f"c-{one}" for one in subjects))


def back(given: Given, outcome: str = "met") -> Given:
    """Li was returned by the panel, came back, and got a verdict."""
    given = given.then(returning(), resubmission())
    return given.then(verdicts(given, li=outcome))


# ----------------------------------------------------------------------------------------------------------- recused


def test_who_sits_in_a_seat_declares_a_recusal_for_one_case():
    given = in_panel("li")
    assert given.when(recusal("bai")) == [
        SeatRecused(cycle="y1", stage="panel", seat=2, person="bai", subject="li", reason="亲属", sits="holder")
    ]
    assert given.then(recusal("bai")).when(recusal("bai")) == Already(given.then(recusal("bai")).at(SeatRecused))


def test_a_recusal_is_declared_before_the_stage_begins_too_and_not_once_it_decided():
    given = in_panel("li")
    assert isinstance(given.when(recusal("dong", stage="college")), list)
    refused(given.then(*ballots("+++"), decide("li")), recusal("an"), "too late")
    refused(given, recusal("dong"), "not seated")


def test_the_recusal_of_a_case_that_ended_is_refused():
    given = in_panel("li").then(withdrawal())
    refused(given, recusal("an"), "ended")


# ------------------------------------------------------------------------------------------------------ signers added


def test_a_signer_gets_the_next_seat_for_this_case_alone_and_counts_like_others():
    given = in_panel("li", "wu")
    assert given.when(signing()) == [SignerAdded(cycle="y1", stage="panel", seat=4, person="zhang")]
    given = given.then(signing(), signing("gao"))
    assert given.state("case-c-li").signers["panel"] == {4: "zhang", 5: "gao"}
    assert given.when(ballot("gao")) == [BallotCast(cycle="y1", stage="panel", seat=5, person="gao", choice="for")]
    refused(given, ballot("gao", subject="wu"), "not seated")
    given = given.then(*ballots("++-"), ballot("zhang", "against"))
    assert isinstance(given.when(decide("li")), Already)  # it waits for the fifth
    (fact,) = given.then(ballot("gao")).when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.tally.in_favour, fact.tally.against, fact.tally.seats) == (3, 2, 5)


def test_a_signer_is_added_once_and_is_nobody_who_sits_there():
    given = in_panel("li").then(signing())
    assert given.when(signing()) == Already(given.at(SignerAdded))
    refused(given, signing("an"), "seated")


def test_a_signer_is_a_person_of_the_district():
    given = in_panel("li")
    refused(given, signing("nobody"), "unknown subject")
    refused(given, signing("school"), "unknown subject")
    given.add("subject-zhang", PersonLeft(), Span.day(TODAY))
    assert isinstance(given.when(signing()), list)
    refused(given.on(TODAY + DAY), signing(), "left")


def test_a_signer_is_nobody_who_is_to_be_recused():
    refused(in_panel("li"), signing("li"), "own case")
    same_school = in_panel("li", ladder=with_panel(MAJORITY + ", may not judge: [same school]"))
    refused(same_school, signing("zhang"), "recused")
    assert isinstance(same_school.when(signing("gao")), list)


def test_a_signer_is_added_while_the_case_is_in_the_stage_and_its_days_last():
    given = in_panel("li")
    assert isinstance(given.on(LAST_DAY).when(signing()), list)
    refused(given.on(COUNTED), signing(), "too late")
    refused(given, signing(stage="college"), "not in stage")
    refused(given.then(*ballots("+++"), decide("li")), signing(), "too late")


# ------------------------------------------------------------------------------------------- returned, and come back


def test_a_stage_returns_a_case_for_completion_until_a_day():
    given = in_panel("li", ladder=RETURNS).then(ballot("an"))
    assert given.when(returning()) == [
        CaseReturned(cycle="y1", subject="li", stage="panel", reason="缺证明材料", until=TODAY + 5 * DAY)
    ]
    given = given.then(returning())
    assert given.when(returning()) == Already(given.at(CaseReturned))
    refused(given, ballot("bai"), "not in stage")


def test_only_a_stage_whose_rule_says_so_returns_a_case_and_while_its_days_last():
    refused(in_panel("li"), returning(), "no return")
    given = in_panel("li", ladder=RETURNS)
    refused(given, returning("college"), "not in stage")
    assert isinstance(given.on(LAST_DAY).when(returning()), list)
    refused(given.on(COUNTED), returning(), "too late")


def test_a_returned_case_comes_back_once_and_by_its_day():
    given = in_panel("li", ladder=RETURNS)
    refused(given, resubmission(), "not returned")
    given = given.then(returning())
    assert given.when(resubmission()) == [CaseResubmitted(cycle="y1", stage="panel")]
    assert isinstance(given.on(TODAY + 5 * DAY).when(resubmission()), list)
    refused(given.on(TODAY + 6 * DAY), resubmission(), "too late")
    given = given.then(resubmission())
    assert given.when(resubmission()) == Already(given.at(CaseResubmitted))


def test_what_was_voted_before_the_return_lapses_and_recusals_and_signers_stay():
    given = in_panel("li", ladder=RETURNS).then(ballot("an"), ballot("bai"), recusal("chen"), signing())
    given = back(given)
    assert isinstance(given.on(COUNTED + 9 * DAY).when(decide("li")), Already)  # it waits for days of its own
    given = given.then(window("li"), ballot("an", "against"), ballot("bai"), ballot("zhang", "against"))
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    tally = fact.tally
    assert (tally.in_favour, tally.against, tally.seats, tally.recused) == (1, 2, 3, (3,))
    assert fact.assessed == given.at(Assessed)
    again = {seat: one.again for seat, one in given.state("case-c-li").ballots["panel"].items()}
    assert again == {1: 1, 2: 1, 4: None}


def test_a_case_that_came_back_and_is_not_eligible_any_more_is_declined():
    given = back(in_panel("li", ladder=RETURNS), "not met")
    refused(given, ballot("an"), "not in stage")
    (fact,) = given.when(conclude("li"))  # type: ignore[misc]
    assert fact.TYPE == "declined"


# ------------------------------------------------------------------------------------------------- days of its own


def test_a_case_that_comes_to_a_stage_late_gets_days_of_its_own():
    given = back(in_panel("li", "wu", ladder=RETURNS)).on(LAST_DAY - DAY)
    refused(given, ballot("an"), "no window")
    assert isinstance(given.when(ballot("an", subject="wu")), list)
    first = LAST_DAY - DAY
    own = WindowOpened(cycle="y1", stage="panel", first=first, last=first + 7 * DAY, counted_from=first + 10 * DAY)
    assert given.when(window("li", "wu")) == [own]
    given = given.then(window("li", "wu"))
    assert isinstance(given.when(window("li", "wu")), Already)
    assert isinstance(given.on(own.last).when(ballot("an")), list)
    refused(given.on(own.last + DAY), ballot("an"), "too late")
    refused(given, ballot("an", dated=first - DAY), "dated")
    assert isinstance(given.then(*ballots("++ ")).on(own.counted_from - DAY).when(decide("li")), Already)
    assert isinstance(given.then(*ballots("++ ")).on(own.counted_from).when(decide("li")), list)


def test_days_of_its_own_are_not_extended():
    given = back(in_panel("li", ladder=with_panel(MAJORITY + ", completion days: 5, when time is up: extend 5 days")))
    (fact,) = given.then(window("li")).on(COUNTED).when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert fact.outcome == "no quorum"


def test_who_was_there_when_the_stage_began_has_the_days_of_the_stage():
    assert isinstance(in_panel("li").when(window("li")), Already)
    refused(in_panel("li"), window("nobody"), "no case")


def test_a_second_return_brings_new_days():
    given = back(in_panel("li", ladder=RETURNS)).then(window("li"))
    given = back(given.on(TODAY + 3 * DAY))
    refused(given, ballot("an"), "no window")
    (fact,) = given.when(window("li"))  # type: ignore[misc]
    assert isinstance(fact, WindowOpened)
    assert fact.first == TODAY + 3 * DAY


# --------------------------------------------------------------------------------------------------------- withdrawn


def test_a_nomination_is_withdrawn_once_and_stays_so():
    given = in_panel("li")
    assert given.when(withdrawal()) == [CaseWithdrawn(cycle="y1", subject="li", reason="本人申请")]
    given = given.then(withdrawal())
    assert given.when(withdrawal()) == Already(given.at(CaseWithdrawn))
    refused(given, ballot("an"), "not in stage")
    assert isinstance(given.when(conclude("li")), Already)
    assert isinstance(given.on(COUNTED).when(decide("li")), Already)


@pytest.mark.parametrize("when", ["nominated", "returned", "frozen", "approved"])
def test_a_nomination_is_withdrawn_at_any_time_before_it_ended(when: str):
    given = {
        "nominated": lambda: opened().then(nomination()),
        "returned": lambda: in_panel("li", ladder=RETURNS).then(returning()),
        "frozen": lambda: posted("li").then(objection()),
        "approved": lambda: approve("li", given=in_panel("li")),
    }[when]()
    assert isinstance(given.when(withdrawal()), list)


def test_what_ended_is_not_withdrawn_nor_completed():
    given = in_panel("li").then(*ballots("---"), decide("li"), conclude("li"))
    refused(given, withdrawal(), "ended")
    returned = in_panel("li", ladder=RETURNS).then(returning(), withdrawal())
    refused(returned, resubmission(), "ended")


# ----------------------------------------------------------------------------------------------- a panel per school


PER_SCHOOL = routed(f"{stage(seats='1', rule='quorum: 1, threshold: more than 1/2 of present, panel per: school')}")


def test_where_every_school_has_a_panel_its_own_people_are_judged_by_it():
    given = opened(PER_SCHOOL).then(nomination("li"), nomination("gao"), nomination("qi"))
    given = given.then(seating(people=("an",), unit="school"), seating(people=("he",), unit="other"), closing())
    given = given.then(verdicts(given, li="met", gao="met"), begin())
    assert isinstance(given.when(ballot("an", subject="li")), list)
    assert isinstance(given.when(ballot("he", subject="gao")), list)
    refused(given, ballot("he", subject="li"), "not seated")
    assert "centre" not in refused(given, ballot("an", subject="qi"), "no panel").en


# ------------------------------------------------------------------------------------ what objections do to a stage


def test_a_case_is_voted_on_anew_after_the_last_stage_that_stands():
    given = posted("li").then(objection(), settle("return", back_to="college"))
    state = given.state("case-c-li")
    assert (list(state.decided), list(state.ballots)) == (["panel"], ["panel"])
    given = given.then(verdicts(given, li="met"))
    refused(given, ballot("dong", stage="college"), "no window")
    given = given.then(window("li", stage="college"), *ballots("--", stage="college"))
    assert given.state("case-c-li").ballots["college"][1].again == 1
    (fact,) = given.when(decide("li", stage="college"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert fact.outcome == "rejected"


def test_a_frozen_case_gets_no_days_and_no_decision():
    given = posted("li").then(objection(), objection(name="o2"), settle("return", back_to="panel"))
    given = given.then(verdicts(given, li="met"))
    assert isinstance(given.when(window("li")), Already)
    given = given.then(settle("resume", name="o2"))
    assert isinstance(given.when(window("li")), list)


@pytest.mark.parametrize("kind", [RecuseSeat, EndRecusal, ReturnCase, WithdrawCase])
def test_an_act_that_others_have_to_understand_gives_its_reason(kind: type[Command]):
    said: dict[str, Any] = {"person": "an"} if kind in (RecuseSeat, EndRecusal) else {}
    where: dict[str, Any] = {} if kind is WithdrawCase else {"stage": "panel"}
    asked = command(kind, cycle="y1", case="c-li", reason=" ", **said, **where)
    given = in_panel("li", ladder=RETURNS)
    refused(given if kind is not EndRecusal else given.then(recusal("an")), asked, "no reason")
