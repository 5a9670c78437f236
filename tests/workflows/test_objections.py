"""Objections to a posted case: while its notice runs; the case is frozen; what follows when they are decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.facts import (
    CaseWithdrawn,
    Declined,
    Granted,
    NoticePosted,
    ObjectionDecided,
    ObjectionHeard,
    ObjectionRaised,
)
from tests.workflows.given import LADDER, TODAY, Given, command, refused
from tests.workflows.reviewing import (
    approve,
    ballot,
    ballots,
    conclude,
    decide,
    in_panel,
    notice,
    objection,
    posted,
    settle,
    verdicts,
)
from workflows.acts import HearObjection, OpenWindow, WithdrawCase
from workflows.commands import Already, FinishCycle
from workflows.notice import notice_for

DAY = timedelta(days=1)
ENDS = date(2026, 3, 16)
"""The last day of the notice."""


def hear(name: str = "o1", minutes: str = "双方到场") -> HearObjection:
    return command(HearObjection, cycle="y1", case="c-li", objection=name, minutes=minutes)


def verdict_anew(given: Given, outcome: str = "met") -> Given:
    """A new verdict on Li, on what was known when it was asked for."""
    return given.then(verdicts(given, li=outcome))


def granted_on(given: Given, day: date) -> Granted | None:
    """The grant of Li on a day; None if there is none yet."""
    decision = given.on(day).when(conclude("li"))
    if isinstance(decision, list):
        (fact,) = decision
        assert isinstance(fact, Granted)
        return fact
    return None


# ---------------------------------------------------------------------------------------------------------- raising


def test_an_objection_says_by_when_it_is_to_be_decided():
    (fact,) = posted("li").when(objection())  # type: ignore[misc]
    assert fact == ObjectionRaised(
        cycle="y1", subject="li", objection="o1", anonymous=True, about="论文不是本人所写", until=TODAY + 15 * DAY
    )
    ladder = LADDER.replace(b"    notice working days: 5\n", b"    notice working days: 5\n    objection days: 3\n")
    (fact,) = posted("li", ladder=ladder).when(objection())  # type: ignore[misc]
    assert isinstance(fact, ObjectionRaised)
    assert fact.until == TODAY + 3 * DAY


def test_an_objector_may_give_their_name():
    (fact,) = posted("li").when(objection(by="wu", anonymous=False))  # type: ignore[misc]
    assert isinstance(fact, ObjectionRaised)
    assert (fact.by, fact.anonymous) == ("wu", False)


def test_anonymous_is_who_gives_no_name_and_a_named_objector_is_known():
    refused(posted("li"), objection(by="wu"), "anonymous")
    refused(posted("li"), objection(by="nobody", anonymous=False), "unknown subject")
    refused(posted("li"), objection(by="school", anonymous=False), "unknown subject")


def test_an_objection_states_what_it_is_about():
    refused(posted("li"), objection(about="  "), "no grounds")


@pytest.mark.parametrize("day", [TODAY, ENDS])
def test_objections_are_raised_on_every_day_of_the_notice(day: date):
    assert isinstance(posted("li").on(day).when(objection()), list)


def test_objections_are_not_raised_before_or_after_the_notice():
    refused(in_panel("li"), objection(), "not posted")
    approved = approve("li", given=in_panel("li"))
    refused(approved, objection(), "not posted")
    refused(approved.then(notice("li", first=TODAY + DAY)), objection(), "not posted")
    refused(posted("li").on(ENDS + DAY), objection(), "notice over")


def test_whose_case_is_not_on_the_notice_is_not_objected_to():
    given = in_panel("li", "wu").then(*ballots("---", "wu"), decide("wu"))
    given = approve("li", given=given).then(notice("li"))
    refused(given, objection("wu"), "not posted")
    refused(given, objection("zhang", case="c-li", cycle="y2"), "no cycle")


def test_what_is_concluded_is_not_objected_to():
    withdrawn = posted("li").then(command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))
    refused(withdrawn, objection(), "concluded")


def test_several_objections_to_one_case_are_open_at_once_each_with_an_id_of_its_own():
    given = posted("li").then(objection(), objection(name="o2"))
    assert set(given.state("case-c-li").objections) == {"o1", "o2"}
    refused(given, objection(), "objection taken")


# ---------------------------------------------------------------------------------------------------------- freezing


def test_a_case_is_frozen_while_an_objection_is_undecided_and_the_others_go_on():
    given = posted("li", "wu").then(objection(), objection(name="o2")).on(ENDS + DAY)
    (fact,) = given.when(conclude("li", "wu"))  # type: ignore[misc]
    assert isinstance(fact, Granted)
    assert fact.subject == "wu"
    one = given.then(settle())
    assert isinstance(one.when(conclude("li")), Already), "the second objection is still open"
    assert granted_on(one.then(settle(name="o2")), ENDS + DAY) is not None


def test_a_dismissed_objection_lets_the_case_resume_from_the_day_after():
    early = posted("li").then(objection(), settle())
    assert granted_on(early, ENDS) is None
    grant = granted_on(early, ENDS + DAY)
    assert grant is not None
    assert grant.in_force_from == ENDS + DAY
    late = posted("li").then(objection()).on(ENDS + 9 * DAY).then(settle())
    grant = granted_on(late, ENDS + 12 * DAY)
    assert grant is not None
    assert grant.in_force_from == ENDS + 10 * DAY


# ---------------------------------------------------------------------------------------------- hearing and deciding


def test_a_hearing_is_recorded_and_may_be_held_again():
    given = posted("li").then(objection())
    assert given.when(hear()) == [ObjectionHeard(cycle="y1", subject="li", objection="o1", minutes="双方到场")]
    after = given.then(hear(), hear(minutes="补充听证"))
    assert after.state("case-c-li").objections["o1"].heard.minutes == "补充听证"


def test_a_hearing_has_minutes_and_a_decision_a_reason():
    given = posted("li").then(objection())
    refused(given, hear(minutes=" "), "no minutes")
    refused(given, settle(reason=""), "no reason")


def test_what_nobody_objected_to_is_neither_heard_nor_decided():
    given = posted("li").then(objection())
    for act in (hear("o9"), settle(name="o9")):
        refused(given, act, "no objection")


def test_an_objection_is_decided_once():
    given = posted("li").then(objection(), settle())
    assert given.when(settle()) == Already(given.at(ObjectionDecided))
    refused(given, settle(reason="另有理由"), "said otherwise")
    spaced = settle(reason=" 核对无误 ")
    assert posted("li").then(objection(), spaced).when(spaced) == Already(given.at(ObjectionDecided))
    refused(given, settle("decline"), "objection decided")
    refused(given, hear(), "objection decided")


@pytest.mark.parametrize(
    ("outcome", "then"), [("dismissed", "decline"), ("dismissed", "reassess"), ("upheld", "resume")]
)
def test_what_follows_fits_the_outcome(outcome: str, then: str):
    given = posted("li").then(objection())
    refused(given, settle(then, outcome=outcome), "what follows")


def test_only_a_return_names_a_stage_and_it_has_to_be_one_of_the_route():
    given = posted("li").then(objection())
    refused(given, settle("reassess", back_to="panel"), "back to")
    assert "panel, college" in refused(given, settle("return"), "back to").en
    refused(given, settle("return", back_to="senate"), "back to")


# ------------------------------------------------------------------------------------------------- what it leads to


def test_an_upheld_objection_may_end_the_case():
    given = posted("li").then(objection(), settle("decline"))
    (fact,) = given.when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Declined)
    assert (fact.reason, fact.stage) == ("objection upheld", None)
    finished = given.then(conclude("li"))
    assert isinstance(finished.when(command(FinishCycle, cycle="y1")), list)


def test_who_is_still_eligible_on_a_new_verdict_goes_on_a_notice_again():
    given = posted("li", "wu").then(objection(), settle("reassess")).on(ENDS + DAY)
    assert granted_on(given, ENDS + DAY) is None
    refused(given, notice(), "undecided")
    again = verdict_anew(given)
    assert granted_on(again, ENDS + DAY) is None, "the first notice no longer counts for the case"
    refused(again, notice("li", "wu"), "list")
    second = again.then(notice("li", first=ENDS + 2 * DAY, last=ENDS + 8 * DAY))
    assert isinstance(second.when(notice("li")), Already)
    grant = granted_on(second, ENDS + 9 * DAY)
    assert grant is not None
    assert (grant.in_force_from, grant.notice) == (ENDS + 9 * DAY, second.at(NoticePosted))
    wu = second.on(ENDS + 9 * DAY).when(conclude("wu"))
    assert isinstance(wu, list)
    assert wu[0].in_force_from == ENDS + DAY  # type: ignore[attr-defined]


def test_who_is_no_longer_eligible_on_a_new_verdict_is_declined():
    given = verdict_anew(posted("li").then(objection(), settle("reassess")), "not met")
    (fact,) = given.when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Declined)
    assert (fact.reason, fact.assessed) == ("not eligible", given.state("case-c-li").assessed_at)


def test_a_returned_case_is_voted_on_anew_from_the_stage_that_is_named():
    given = posted("li").then(objection(), settle("return", back_to="college"))
    assert given.state("case-c-li").decided.keys() == {"panel"}
    given = verdict_anew(given).then(command(OpenWindow, cycle="y1", stage="college", cases=("c-li",)))
    refused(given, ballot("an", "against"), "second vote")
    given = given.then(*ballots("++", stage="college"), decide("li", stage="college"))
    ready = given.state("case-c-li").ready_at
    assert notice_for(given.state("cycle-y1").notices, ready) is None
    assert isinstance(given.when(notice("li")), list)


def test_a_case_returned_to_the_first_stage_may_still_be_rejected():
    given = posted("li").then(objection(), settle("return", back_to="panel"))
    assert given.state("case-c-li").decided == {}
    given = verdict_anew(given).then(command(OpenWindow, cycle="y1", stage="panel", cases=("c-li",)))
    given = given.then(*ballots("---"), decide("li"))
    (fact,) = given.when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Declined)
    assert (fact.reason, fact.stage) == ("rejected", "panel")


def test_a_second_notice_may_be_objected_to_as_the_first():
    given = verdict_anew(posted("li").then(objection(), settle("reassess")))
    refused(given, objection(name="o2"), "not posted")
    again = given.then(notice("li", first=TODAY, last=ENDS + 7 * DAY)).on(ENDS + 7 * DAY)
    assert isinstance(again.when(objection(name="o2")), list)


def test_what_is_left_open_on_a_withdrawn_case_can_be_dismissed_only():
    given = posted("li").then(objection(), command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))
    assert given.state("case-c-li").outcome is CaseWithdrawn
    refused(given, settle("reassess"), "concluded")
    assert isinstance(given.when(settle()), list)


def test_nothing_is_objected_to_in_a_finished_cycle():
    given = posted("li").on(ENDS + DAY).then(conclude("li"))
    given = given.then(command(FinishCycle, cycle="y1"))
    for act in (objection(), hear(), settle()):
        refused(given, act, "finished")
