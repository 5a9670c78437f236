"""A whole review, sentence by sentence: from end to end, how stages decide, and when their days are over."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete

from engine.cycles import advance
from engine.district import District
from engine.replay import replay
from events.facts import (
    Declined,
    StageExtended,
    StageOpened,
)
from events.vault import key_table
from tests.engine.a_review import CYCLE, PANEL, Review, ladder, one_stage, sheet, stage
from tests.engine.district_at_work import AtWork
from workflows.acts import (
    RecuseSeat,
    ReturnCase,
    WithdrawCase,
)
from workflows.commands import Nominate, OpenCycle, PublishLadder, Refused

# ------------------------------------------------------------------------------------------------- from end to end


def test_a_case_goes_from_its_nomination_through_three_stages_and_a_notice_to_its_grant(at_work: AtWork):
    signed = stage("school", "sign: all", seats=2, votes="")
    panels = {"group": PANEL, "visit": ("p-5", "p-6"), "school": ("p-7", "p-8")}
    review = Review(at_work, stage("group"), sheet("visit"), signed, panels=panels)
    assert review.go() == ("assess", "open group")
    for name, choices in {"p-1": "+++", "p-2": "++-", "p-3": "+--", "p-4": "+++"}.items():
        review.votes("group", name, choices)
    assert review.go() == ("decide group", "open visit", "decline rejected")
    for name, marks in {"p-1": "91.5 80", "p-2": "70 71", "p-4": "59 60.75"}.items():
        review.votes("visit", name, marks)
    assert review.go() == ("decide visit", "open school", "decline rejected")
    review.votes("school", "p-1", "++")
    review.votes("school", "p-2", "+-")
    assert review.go() == ("decide school", "decline rejected", "notice")
    assert review.waiting() == (
        ("the notice, from 2026-06-01 to 2026-06-02; next: grants for 1 cases", date(2026, 6, 3)),
    )
    assert review.day(6, 3) == ("grant", "finish")
    assert review.granted() == {"p-1": date(2026, 6, 3)}
    expected = [("nominated", 4), ("eligible", 4), ("group", 3), ("visit", 2), ("school", 1), ("notice", 1)]
    assert list(review.funnel().items()) == [*expected, ("granted", 1)]
    found = review.whole()
    assert (found.verdicts, found.tallies, found.grants, found.declines) == (4, 9, 1, 3)


def test_everything_can_be_waited_for_at_once(at_work: AtWork):
    review = Review(
        at_work,
        stage("panel", "completion days: 5", "grace: 2"),
        people=("p-1", "p-2", "p-3"),
        panels={"panel": PANEL},
    )
    assert review.go() == ("assess", "open panel")
    review.do(ReturnCase, "p-2", stage="panel", reason="缺材料")
    assert review.waiting() == (
        ("6 ballots of panel, taken until 2026-06-08", date(2026, 6, 11)),
        ("1 returned cases to be completed, the first by 2026-06-06", date(2026, 6, 7)),
    )


# ------------------------------------------------------------------------------------------ signatures and vetoes


def test_where_all_must_sign_one_who_does_not_ends_it_at_once(at_work: AtWork):
    review = one_stage(at_work, "sign: all", votes="")
    review.vote("panel", "p-7", "-", "p-1")
    review.vote("panel", "p-7", "+", "p-2")
    assert review.go() == ("decide panel", "decline rejected")
    assert review.phases() == {"p-1": "declined", "p-2": "in review"}
    review.whole()


def test_where_one_signature_is_enough_the_first_one_ends_it_at_once(at_work: AtWork):
    review = one_stage(at_work, "sign: any", votes="")
    review.vote("panel", "p-7", "+", "p-1")
    review.vote("panel", "p-7", "-", "p-2")
    assert review.go() == ("decide panel",)
    assert review.phases() == {"p-1": "approved", "p-2": "in review"}
    review.votes("panel", "p-2", "- -")
    assert review.go() == ("decide panel", "decline rejected", "notice")
    review.whole()


def test_a_signature_of_a_seat_that_was_recused_since_ends_nothing(at_work: AtWork):
    review = one_stage(at_work, "sign: all", people=("p-1",), votes="")
    review.vote("panel", "p-7", "-", "p-1")
    review.do(RecuseSeat, "p-1", stage="panel", person="p-7", reason="是亲戚")
    review.vote("panel", "p-6", "+", "p-1")
    assert review.go() == ()
    review.vote("panel", "p-8", "+", "p-1")
    assert review.go() == ("decide panel", "notice")
    review.whole()


def test_a_veto_seat_against_it_rejects_a_case_that_all_others_are_for(at_work: AtWork):
    seats = (
        "[{role: head, title: {zh: 校长, en: head}, veto: true}, {role: other, title: {zh: 成员, en: other}, count: 2}]"
    )
    review = one_stage(at_work, seats=seats)
    review.votes("panel", "p-1", "-++")
    review.votes("panel", "p-2", "+-+")
    assert review.go() == ("decide panel", "decline rejected", "notice")
    assert (review.outcomes("p-1"), review.outcomes("p-2")) == (["rejected"], ["approved"])
    assert review.decided("p-1")[0].tally.vetoed == (1,)
    review.whole()


# ---------------------------------------------------------------------------------------- when the days are over


def test_a_stage_counts_what_came_when_its_days_are_over(at_work: AtWork):
    review = one_stage(at_work)
    review.votes("panel", "p-1", "++ ")
    review.votes("panel", "p-2", "+  ")
    assert review.day(6, 8) == ()
    assert review.day(6, 9) == ("decide panel", "decline rejected", "notice")
    assert (review.outcomes("p-1"), review.outcomes("p-2")) == (["approved"], ["no quorum"])
    assert [one.reason for one in review.facts(Declined)] == ["no quorum"]
    review.whole()


def test_a_stage_without_a_quorum_is_extended_once(at_work: AtWork):
    review = one_stage(at_work, "when time is up: extend 3 days", people=("p-1", "p-2", "p-3"))
    review.votes("panel", "p-1", "++ ")
    assert review.day(6, 9) == ("decide panel", "extend panel")
    (extension,) = review.facts(StageExtended)
    assert (extension.last, extension.counted_from) == (date(2026, 6, 11), date(2026, 6, 12))
    assert review.waiting() == (("6 ballots of panel, taken until 2026-06-11", date(2026, 6, 12)),)
    review.votes("panel", "p-2", "++ ")
    assert review.day(6, 12) == ("decide panel", "decline rejected", "notice")
    assert [review.outcomes(name) for name in review.people] == [["approved"], ["approved"], ["no quorum"]]
    review.whole()


def test_without_a_quorum_the_next_stage_decides_where_the_rule_hands_it_on(at_work: AtWork):
    stages = stage("group", "when time is up: escalate"), stage("office")
    review = Review(at_work, *stages, people=("p-1", "p-2"), panels={"group": PANEL, "office": PANEL})
    review.go()
    review.votes("group", "p-1", "-- ")
    assert review.day(6, 9) == ("decide group", "open office", "decline rejected")
    assert (review.outcomes("p-1"), review.outcomes("p-2")) == (["rejected"], ["escalated"])
    review.votes("office", "p-2", "+++")
    assert review.go() == ("decide office", "notice")
    review.whole()


def test_a_paper_ballot_that_is_entered_in_the_days_of_grace_counts(at_work: AtWork):
    review = one_stage(at_work, "grace: 3", people=("p-1",))
    review.votes("panel", "p-1", "+  ")
    assert review.day(6, 10) == ()
    said = "2 ballots of panel, cast until 2026-06-08, entered from paper until 2026-06-11"
    assert review.waiting() == ((said, date(2026, 6, 12)),)
    review.vote("panel", "p-7", "+", "p-1", dated=date(2026, 6, 8))
    assert review.day(6, 11) == ()
    assert review.day(6, 12) == ("decide panel", "notice")
    assert review.outcomes("p-1") == ["approved"]
    review.whole()


# ------------------------------------------------------------------------------------------------ a panel per school


def test_every_school_judges_its_own_people_and_a_stage_waits_for_the_panels_of_all(at_work: AtWork):
    rules = stage("school", "panel per: school", "quorum: 1", seats=1, votes="threshold: more than 1/2 of seats")
    review = Review(at_work, rules, people=("p-1", "p-2"))
    assert review.go() == ("assess",)
    assert review.waiting() == (("panels for “school” of 2 units (学校u-centre, 学校u-east)", None),)
    review.seat("school", ["p-7"], "u-centre")
    assert review.waiting() == (("panels for “school” of 1 units (学校u-east)", None),)
    review.seat("school", ["p-8"], "u-east")
    assert review.go() == ("open school",)
    with pytest.raises(Refused) as caught:
        review.vote("school", "p-8", "+", "p-1")
    assert caught.value.code == "not seated"
    review.vote("school", "p-7", "+", "p-1")
    assert review.go() == ("decide school",)
    review.vote("school", "p-8", "-", "p-2")
    assert review.go() == ("decide school", "decline rejected", "notice")
    review.whole()


# ------------------------------------------------------------------------------------------------- confidential


def destroy_key(district: District, owner: str) -> None:
    with district.vault._engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(delete(key_table).where(key_table.c.owner == owner))


def test_confidential_ballots_are_counted_and_can_be_counted_again_until_their_key_is_destroyed(at_work: AtWork):
    review = one_stage(at_work, "ballots: confidential", people=("p-1", "p-2"))
    review.votes("panel", "p-1", "++-")
    review.votes("panel", "p-2", "--+")
    assert review.go() == ("decide panel", "decline rejected", "notice")
    tally = review.decided("p-1")[0].tally
    assert (tally.in_favour, tally.against, tally.seats) == (2, 1, 3)
    review.whole()
    destroy_key(review.district, f"box-{CYCLE}-panel")
    with District.open(review.district.folder) as later:
        found = replay.replay(later)
    assert found.differences == ()
    assert [(one.case, "key" in one.en) for one in found.underivable] == [("p-1", True), ("p-2", True)]


# ------------------------------------------------------------------------------------------------ clocks and days


def test_a_clock_a_week_forward_loses_no_deadline(at_work: AtWork):
    """Nobody advanced while the days of a stage, a completion and an extension passed."""
    rules = stage("panel", "when time is up: extend 3 days", "completion days: 3")
    review = Review(at_work, rules, people=("p-1", "p-2", "p-3"), panels={"panel": PANEL})
    review.go()
    review.votes("panel", "p-1", "++ ")
    review.do(ReturnCase, "p-3", stage="panel", reason="缺材料")
    assert review.day(6, 15) == ("decide panel", "extend panel", "decline returned")
    (extension,) = review.facts(StageExtended)
    assert extension.last == date(2026, 6, 17)  # after an outage too the panel has all of its days
    assert review.day(6, 25) == ("decide panel", "decline rejected", "notice")
    assert review.day(7, 25) == ("grant", "finish")
    assert review.granted() == {"p-1": date(2026, 6, 27)}  # the day after the notice, whenever it is recorded
    review.whole()


def test_a_cycle_that_is_finished_is_left_alone(at_work: AtWork):
    review = one_stage(at_work, people=("p-1",))
    review.votes("panel", "p-1", "---")
    assert review.go()[-1] == "finish"
    before = at_work.tip()
    assert review.day(12, 1) == ()
    assert at_work.tip() == before + 1  # the clock
    assert advance.look(review.district, CYCLE) is None


def test_a_later_stage_opens_when_nobody_is_left_in_the_one_before(at_work: AtWork):
    review = Review(at_work, stage("group"), stage("office"), people=("p-1", "p-2"), panels={"group": PANEL})
    review.go()
    review.votes("group", "p-1", "+++")
    assert review.go() == ("decide group",)
    assert [one.stage for one in review.facts(StageOpened)] == ["group"]
    review.votes("group", "p-2", "+++")
    assert review.go() == ("decide group",)
    assert review.waiting() == (("a panel for “office”", None),)
    review.seat("office", PANEL)
    assert review.go() == ("open office",)
    review.whole()


def test_who_withdrew_and_was_nominated_again_is_one_nominee(at_work: AtWork):
    at_work.do(PublishLadder, file=ladder([stage("group")]), in_force_from=date(2026, 1, 1))
    at_work.do(
        OpenCycle, cycle=CYCLE, ladder="craft", to="master", period="2026", title="评审",
        as_of=date(2026, 6, 30), deadline=date(2026, 6, 20),
    )  # fmt: skip
    for case, subject in (("c-1", "p-1"), ("c-2", "p-2"), ("c-3", "p-3")):
        at_work.do(Nominate, cycle=CYCLE, case=case, subject=subject)
    for case in ("c-1", "c-2"):
        at_work.do(WithdrawCase, cycle=CYCLE, case=case, reason="改报")
    at_work.do(Nominate, cycle=CYCLE, case="c-4", subject="p-1")
    counts = {line.stage: line.count for line in advance.funnel(at_work.district, CYCLE)}
    assert counts["nominated"] == 3
