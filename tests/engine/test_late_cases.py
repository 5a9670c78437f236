"""Cases that are sent back, come late, or are withdrawn: they have days of their own, and hold up nobody else."""

from __future__ import annotations

from datetime import date

from events.facts import (
    Assessed,
    CaseResubmitted,
    CycleFinished,
    Declined,
    EvidenceVoided,
    WindowOpened,
)
from tests.engine.a_review import HOURS, PANEL, Review, one_stage, stage
from tests.engine.district_at_work import AtWork, training
from workflows.acts import (
    ResubmitCase,
    ReturnCase,
    WithdrawCase,
)

# -------------------------------------------------------------------------------------- sent back, and late


def test_a_returned_case_goes_on_after_completion_in_days_of_its_own(at_work: AtWork):
    """It lacked two hours; what was recorded since counts."""
    for name, hours in (("p-1", "19.5"), ("p-2", "21")):
        at_work.record(name, training(hours))
    at_work.record("p-1", training("1"))
    rules = stage("panel", "completion days: 5")
    review = Review(at_work, rules, people=("p-1", "p-2"), panels={"panel": PANEL}, clauses=HOURS)
    review.go()
    review.votes("panel", "p-1", "+  ")
    review.do(ReturnCase, "p-1", stage="panel", reason="缺材料")
    assert review.day(6, 3) == ()
    at_work.record("p-1", training("4"))
    at = review.do(ResubmitCase, "p-1")
    assert review.go() == ("assess", "window panel")
    (window,) = review.facts(WindowOpened, "p-1")
    assert (window.first, window.last) == (date(2026, 6, 3), date(2026, 6, 10))
    assert [(line, until) for line, until in review.waiting()] == [
        ("3 ballots of panel, taken until 2026-06-08", date(2026, 6, 9)),
        ("3 ballots of panel on late cases, counted from 2026-06-11 on", date(2026, 6, 11)),
    ]
    review.votes("panel", "p-2", "+++")
    assert review.day(6, 9) == ("decide panel",)  # the other one goes on; its notice waits for who came back
    review.votes("panel", "p-1", "++ ")
    assert review.day(6, 11) == ("decide panel", "notice")
    review.day(6, 16)
    assert set(review.granted()) == {"p-1", "p-2"}
    found = review.whole()
    assert found.verdicts == 3
    assert len(review.facts(CaseResubmitted)) == 1
    assert review.facts(Assessed, "p-1")[-1].pins.known_at == at


def test_a_case_that_is_not_completed_in_time_is_declined(at_work: AtWork):
    review = one_stage(at_work, "completion days: 5", people=("p-1", "p-2"))
    review.do(ReturnCase, "p-1", stage="panel", reason="缺材料")
    review.votes("panel", "p-2", "+++")
    assert review.day(6, 6) == ("decide panel",)
    assert review.day(6, 7) == ("decline returned", "notice")
    assert [(one.reason, one.stage) for one in review.facts(Declined, "p-1")] == [("not completed", "panel")]
    assert review.funnel()["panel"] == 1
    review.whole()


def test_who_comes_late_to_a_stage_that_has_begun_has_days_of_their_own_there(at_work: AtWork):
    panels = {"group": PANEL, "office": PANEL}
    review = Review(
        at_work, stage("group", "completion days: 5"), stage("office"), people=("p-1", "p-2"), panels=panels
    )
    review.go()
    review.do(ReturnCase, "p-1", stage="group", reason="缺材料")
    review.votes("group", "p-2", "+++")
    assert review.go() == ("decide group", "open office")
    review.at_work.wait_until(date(2026, 6, 5))
    review.do(ResubmitCase, "p-1")
    assert review.go() == ("assess", "window group")
    review.votes("group", "p-1", "+++")
    assert review.go() == ("decide group", "window office")
    assert [one.last for one in review.facts(WindowOpened, "p-1")] == [date(2026, 6, 12)] * 2
    review.votes("office", "p-2", "++ ")
    assert review.day(6, 9) == ("decide office",)
    assert review.day(6, 12) == ()
    assert review.day(6, 13) == ("decide office", "decline rejected", "notice")
    assert review.outcomes("p-1") == ["approved", "no quorum"]
    review.whole()


def test_a_case_that_was_completed_but_is_not_eligible_any_more_is_declined(at_work: AtWork):
    hours = at_work.record("p-1", training("20"))
    rules = stage("panel", "completion days: 5")
    review = Review(at_work, rules, people=("p-1",), panels={"panel": PANEL}, clauses=HOURS)
    review.go()
    review.do(ReturnCase, "p-1", stage="panel", reason="学时要核对")
    at_work.record("p-1", EvidenceVoided(target=hours, reason="重复"))
    review.do(ResubmitCase, "p-1")
    assert review.go() == ("assess", "decline ineligible", "finish")
    assert [one.reason for one in review.facts(Declined)] == ["not eligible"]
    assert review.funnel() == {"nominated": 1, "eligible": 1, "panel": 0, "notice": 0, "granted": 0}
    review.whole()


def test_a_withdrawn_case_ends_and_nothing_else_happens_to_it(at_work: AtWork):
    review = one_stage(at_work, people=("p-1", "p-2"))
    review.votes("panel", "p-1", "++ ")
    review.do(WithdrawCase, "p-1", reason="调动")
    review.votes("panel", "p-2", "+++")
    assert review.go() == ("decide panel", "notice")
    assert review.day(6, 3) == ("grant", "finish")
    assert review.phases() == {"p-1": "withdrawn", "p-2": "granted"}
    assert [(one.granted, one.declined, one.withdrawn) for one in review.facts(CycleFinished)] == [(1, 0, 1)]
    review.whole()
