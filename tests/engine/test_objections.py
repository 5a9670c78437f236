"""Objections: they freeze one case and nobody else's, and what is decided on them decides how the case goes on."""

from __future__ import annotations

from datetime import date

import pytest

from events.facts import Assessed, Declined, EvidenceVoided, NoticePosted, Placed
from tests.engine.a_review import HOURS, PANEL, Review, sheet, stage
from tests.engine.district_at_work import AtWork, training
from workflows.acts import HearObjection, WithdrawCase
from workflows.commands import Refused


def posted(at_work: AtWork, *, places: str = "", people: tuple[str, ...] = ("p-1", "p-2")) -> Review:
    """A review whose cases are all approved, two in stages, and on a notice of the 1st and 2nd of June."""
    for name in people:
        at_work.record(name, training("20"))
    review = Review(
        at_work,
        stage("group"),
        sheet("visit"),
        people=people,
        panels={"group": PANEL, "visit": ("p-7", "p-8")},
        clauses=HOURS,
        places=places,
    )
    review.through("group")
    for mark, name in enumerate(people):
        review.votes("visit", name, f"{90 - mark} {90 - mark}")
    assert review.go()[-1] == "notice"
    return review


def hours_of(review: Review, name: str) -> int:
    """Where the hours of somebody were recorded."""
    return next(
        event.position
        for batch in review.district.log.follow()
        for event in batch
        if event.envelope.stream == f"subject-{name}" and event.fact.TYPE == "training recorded"
    )


def test_an_objection_freezes_the_one_case_and_the_others_are_granted(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    assert review.day(6, 3) == ("grant",)
    assert review.phases() == {"p-1": "approved", "p-2": "granted"}
    assert review.waiting() == (("1 objections to be decided, the first by 2026-06-11", None),)
    review.whole()


def test_a_dismissed_objection_lets_the_case_go_on_from_the_day_after(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.day(6, 5)
    review.do(HearObjection, "p-1", objection="o-1", minutes="到会说明")
    review.rule("p-1", "resume")
    assert review.go() == ("grant", "finish")
    assert review.granted() == {"p-1": date(2026, 6, 6), "p-2": date(2026, 6, 3)}
    review.whole()


def test_an_objection_that_is_dismissed_while_the_notice_runs_delays_nothing(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.rule("p-1", "resume")
    assert review.go() == ()
    assert review.day(6, 3) == ("grant", "finish")
    assert set(review.granted().values()) == {date(2026, 6, 3)}
    review.whole()


def test_two_objections_freeze_until_both_are_decided(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1", "o-1")
    review.object("p-1", "o-2")
    review.day(6, 3)
    review.rule("p-1", "resume", "o-2")
    assert review.go() == ()
    assert review.phase("p-1") == "approved"
    review.rule("p-1", "resume", "o-1")
    assert review.go() == ("grant", "finish")
    review.whole()


def test_an_upheld_objection_is_assessed_anew_and_goes_on_a_new_notice(at_work: AtWork):
    """What is known by then counts, and nothing that is learned later."""
    review = posted(at_work)
    review.object("p-1")
    review.day(6, 3)
    at_work.record("p-1", training("1"))
    at = review.rule("p-1", "reassess")
    at_work.record("p-1", training("2"))
    assert review.go() == ("assess", "notice")
    verdict = review.facts(Assessed, "p-1")[-1]
    assert verdict.pins.known_at == at
    assert {one.clause: one.low for one in verdict.findings}["hours"] == 2100
    assert [(one.cases, one.first) for one in review.facts(NoticePosted)] == [
        (2, date(2026, 6, 1)),
        (1, date(2026, 6, 3)),
    ]
    assert review.day(6, 4) == ()
    assert review.day(6, 5) == ("grant", "finish")
    assert review.granted() == {"p-1": date(2026, 6, 5), "p-2": date(2026, 6, 3)}
    found = review.whole()
    assert (found.verdicts, found.tallies) == (3, 4)


def test_an_upheld_objection_may_find_the_candidate_not_eligible(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    at_work.record("p-1", EvidenceVoided(target=hours_of(review, "p-1"), reason="不是本人"))
    review.rule("p-1", "reassess")
    assert review.go() == ("assess", "decline ineligible")
    assert [one.reason for one in review.facts(Declined)] == ["not eligible"]
    assert review.day(6, 3) == ("grant", "finish")
    assert review.funnel()["visit"] == 2
    review.whole()


def test_an_upheld_objection_may_end_the_case(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.rule("p-1", "decline")
    assert review.go() == ("decline objected",)
    assert [(one.reason, one.subject) for one in review.facts(Declined)] == [("objection upheld", "p-1")]
    assert review.day(6, 3) == ("grant", "finish")
    review.whole()


def test_an_upheld_objection_may_send_the_case_back_to_a_stage_where_everybody_votes_again(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.rule("p-1", "return", back_to="visit")
    assert review.go() == ("assess", "window visit")
    assert review.day(6, 3) == ("grant",)  # the others are held up by nothing
    review.votes("visit", "p-1", "70 60")
    assert review.go() == ("decide visit", "notice")
    assert review.outcomes("p-1") == ["approved", "approved", "approved"]
    assert review.day(6, 5) == ("grant", "finish")
    assert review.granted() == {"p-1": date(2026, 6, 5), "p-2": date(2026, 6, 3)}
    review.whole()


def test_who_is_sent_back_may_fail_there(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.rule("p-1", "return", back_to="group")
    assert review.go() == ("assess", "window group")
    review.votes("group", "p-1", "+--")
    assert review.go() == ("decide group", "decline rejected")
    assert [(one.reason, one.stage) for one in review.facts(Declined)] == [("rejected", "group")]
    review.day(6, 3)
    review.whole()


def test_a_frozen_case_in_review_waits_although_everybody_voted(at_work: AtWork):
    """Two objections: one sends the case back, the other one is open still."""
    review = posted(at_work)
    review.object("p-1", "o-1")
    review.object("p-1", "o-2")
    review.rule("p-1", "return", "o-1", back_to="visit")
    assert review.go() == ("assess",)
    review.rule("p-1", "resume", "o-2")
    assert review.go() == ("window visit",)
    review.votes("visit", "p-1", "70 60")
    assert review.go() == ("decide visit", "notice")
    review.day(6, 3)
    review.whole()


@pytest.mark.parametrize("then", ["reassess", "return"])
def test_a_place_stands_while_an_objection_is_looked_into(at_work: AtWork, then: str):
    review = posted(at_work, places="number: 2, order: [score of visit], ties: all out", people=("p-1", "p-2", "p-3"))
    assert review.placed() == {"p-1": ("in", 1), "p-2": ("in", 2), "p-3": ("out", 3)}
    review.object("p-2")
    review.rule("p-2", then, back_to="visit" if then == "return" else None)
    review.go()
    if then == "return":
        review.votes("visit", "p-2", "60 60")
        assert review.go() == ("decide visit", "notice")
    assert len(review.facts(Placed)) == 3
    review.day(6, 3)
    review.day(6, 5)
    assert review.phases() == {"p-1": "granted", "p-2": "granted", "p-3": "declined"}
    review.whole()


def test_a_posted_case_that_is_withdrawn_takes_its_objection_with_it(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.do(WithdrawCase, "p-1", reason="本人申请")
    assert review.waiting() == (
        ("the notice, from 2026-06-01 to 2026-06-02; next: grants for 1 cases", date(2026, 6, 3)),
    )
    assert review.day(6, 3) == ("grant", "finish")
    review.whole()


def test_a_second_notice_takes_objections_to_its_own_cases_only(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    assert review.day(6, 3) == ("grant",)
    review.rule("p-1", "reassess")
    assert review.go() == ("assess", "notice")
    with pytest.raises(Refused) as caught:
        review.object("p-2", "o-2")
    assert caught.value.code == "concluded"
    review.object("p-1", "o-2")
    assert review.day(6, 5) == ()
    review.rule("p-1", "resume", "o-2")
    assert review.go() == ("grant", "finish")
    assert review.granted()["p-1"] == date(2026, 6, 6)
    review.whole()


def test_an_objection_is_decided_though_its_day_is_long_over(at_work: AtWork):
    review = posted(at_work)
    review.object("p-1")
    review.day(9, 1)
    review.rule("p-1", "resume")
    assert review.go() == ("grant", "finish")
    assert review.granted()["p-1"] == date(2026, 9, 2)
    review.whole()
