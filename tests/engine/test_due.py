"""What falls due next, for whom: the days of cycles, standings and schedules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.cycles import advance
from engine.cycles.due import Due, due
from engine.cycles.missing import missing
from events.facts import MentorPaired, StandingTakenOver
from tests.engine.district_at_work import PANEL, PEOPLE, AtWork, training
from tests.engine.long_review import CYCLE, EXPERTS, LongReview
from workflows.acts import EndStanding, ScheduleCycles
from workflows.commands import Refused

TODAY = date(2026, 6, 1)
FAR = date(2030, 1, 1)


def told(at_work: AtWork, kind: str, until: date = FAR) -> list[Due]:
    """What falls due of a kind."""
    return [one for one in due(at_work.district, until) if one.kind == kind]


def waiting(review: LongReview, stage: str) -> dict[str, set[str]]:
    """By person the cases that wait for their ballot."""
    return {one.person: set(one.cases) for one in missing(review.at_work.district, CYCLE, stage)}


def in_review(at_work: AtWork) -> str:
    """A cycle whose panel has three cases before it."""
    for person in PEOPLE[:3]:
        at_work.record(person, training("30"))
    cycle = at_work.open_cycle(PEOPLE[:3])
    at_work.close(cycle)
    advance.advance(at_work.district, cycle)
    return cycle


# ------------------------------------------------------------------------------------------------------- cycles


def test_submission_ends_on_its_day(at_work: AtWork):
    cycle = at_work.open_cycle(PEOPLE[:3])
    (one,) = told(at_work, "submission")
    assert (one.day, one.cycle, one.count) == (date(2026, 6, 20), cycle, 3)


def test_each_panel_member_is_told_how_many_ballots_and_until_when(at_work: AtWork):
    cycle = in_review(at_work)
    at_work.many(at_work.ballots(cycle, ["c-2026-p-1"])[:2])
    assert [(one.day, one.person, one.count) for one in told(at_work, "ballots")] == [
        (TODAY + timedelta(days=7), person, count) for person, count in zip(PANEL, (2, 2, 3), strict=True)
    ]
    at_work.many(at_work.ballots(cycle, ["c-2026-p-1", "c-2026-p-2", "c-2026-p-3"]))
    assert told(at_work, "ballots") == []


def test_what_can_be_advanced_is_due_today(at_work: AtWork):
    at_work.open_cycle(PEOPLE[:3])
    assert told(at_work, "advance") == []
    at_work.wait_until(date(2026, 6, 21))
    (one,) = told(at_work, "advance")
    assert (one.day, one.en) == (date(2026, 6, 21), "close submission")


def test_a_notice_ends_on_its_last_day(at_work: AtWork):
    cycle = in_review(at_work)
    at_work.many(at_work.ballots(cycle, ["c-2026-p-1", "c-2026-p-2", "c-2026-p-3"]))
    advance.advance(at_work.district, cycle)
    (one,) = told(at_work, "notice")
    assert (one.day, one.count) == (date(2026, 6, 2), 3)
    at_work.wait_until(date(2026, 6, 3))
    assert told(at_work, "notice") == []


def test_only_what_falls_due_by_the_day_asked_for_is_told(at_work: AtWork):
    at_work.open_cycle(PEOPLE[:3])
    assert told(at_work, "submission", date(2026, 6, 19)) == []
    assert len(told(at_work, "submission", date(2026, 6, 20))) == 1


def test_a_returned_case_has_a_day_and_a_nominee(at_work: AtWork):
    review = LongReview(at_work)
    review.judge(*review.people)
    review.open("school")
    review.send_back("p-1")
    (one,) = told(at_work, "completion")
    assert (one.day, one.subject, one.case) == (TODAY + timedelta(days=5), "p-1", "p-1")


def test_an_objection_is_to_be_decided_by_its_day(at_work: AtWork):
    review = LongReview(at_work)
    review.to_the_hall()
    review.through("hall", *review.people)
    review.place(review.people)
    review.post("p-1", "p-2")
    review.object("p-1", "o-1")
    (one,) = told(at_work, "objection")
    assert (one.day, one.subject, one.case) == (TODAY + timedelta(days=15), "p-1", "p-1")
    review.rule("p-1", "o-1", "resume")
    assert told(at_work, "objection") == []


def test_paper_ballots_are_due_in_the_days_of_grace(at_work: AtWork):
    review = LongReview(at_work)
    review.judge(*review.people)
    review.open("school")
    review.through("school", *review.people)
    review.open("experts")
    at_work.wait_until(TODAY + timedelta(days=10))
    assert told(at_work, "ballots") == []
    assert {(one.day, one.person) for one in told(at_work, "paper ballots")} == {
        (TODAY + timedelta(days=11), person) for person in EXPERTS
    }


# ---------------------------------------------------------------------------------------------- missing ballots


def test_a_stage_that_has_not_begun_waits_for_nobody(at_work: AtWork):
    LongReview(at_work)
    assert missing(at_work.district, CYCLE, "school") == []
    with pytest.raises(Refused):
        missing(at_work.district, CYCLE, "nowhere")


def test_each_school_s_panel_is_waited_for_on_its_own_cases(at_work: AtWork):
    review = LongReview(at_work)
    review.judge(*review.people)
    review.open("school")
    assert waiting(review, "school") == {
        "p-4": {"p-1"}, "p-7": {"p-1", "p-4"}, "p-5": {"p-2"}, "p-8": {"p-2"}, "p-6": {"p-3"}
    }  # fmt: skip


def test_nobody_waits_for_seats_that_are_recused(at_work: AtWork):
    at_work.record("p-1", MentorPaired(mentor="p-5"))
    review = LongReview(at_work)
    review.judge(*review.people)
    review.open("school")
    review.through("school", *review.people)
    review.open("experts")
    before = waiting(review, "experts")
    assert "p-1" not in before["p-5"]
    review.recuse("p-3", "experts", "p-7")
    review.vote("p-1", "experts", "p-6")
    after = waiting(review, "experts")
    assert before["p-7"] - after["p-7"] == {"p-3"}
    assert before["p-6"] - after["p-6"] == {"p-1"}
    assert (before["p-5"], before["p-8"]) == (after["p-5"], after["p-8"])


def test_added_signers_and_ballots_that_were_taken_back_are_waited_for(at_work: AtWork):
    review = LongReview(at_work)
    review.judge(*review.people)
    review.open("school")
    review.vote("p-2", "school", "p-5")
    review.take_back("p-2", "school", "p-5")
    review.add("p-2", "school", "p-1")
    found = waiting(review, "school")
    assert "p-2" in found["p-5"]
    assert found["p-1"] == {"p-2"}


# -------------------------------------------------------------------------------------- standings and schedules


def test_terms_that_end_are_told_with_what_may_follow(at_work: AtWork):
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 30))
    at_work.record("p-1", title, date(2023, 7, 1))
    (one,) = told(at_work, "term")
    assert (one.day, one.subject, one.ladder, one.rung) == (date(2026, 6, 30), "p-1", "diligence", "diligent")
    assert "nothing can follow" in one.en
    assert told(at_work, "term", date(2026, 6, 29)) == []


def test_whoever_is_suspended_is_to_be_reinstated_or_revoked(at_work: AtWork):
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师")
    standing = at_work.record("p-1", title, date(2023, 7, 1))
    at_work.do(EndStanding, subject="p-1", standing=standing, effect="suspend", on=date(2026, 3, 1), reason="停职")
    (one,) = told(at_work, "suspended")
    assert (one.day, one.subject) == (None, "p-1")
    assert told(at_work, "term") == []


def test_whoever_is_suspended_beyond_the_end_of_the_term_is_not_due(at_work: AtWork):
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 30))
    standing = at_work.record("p-1", title, date(2023, 7, 1))
    at_work.do(EndStanding, subject="p-1", standing=standing, effect="suspend", on=date(2026, 3, 1), reason="停职")
    at_work.wait_until(date(2026, 6, 30))
    assert [one.day for one in told(at_work, "suspended")] == [date(2026, 6, 30)]
    at_work.wait_until(date(2026, 7, 1))
    assert told(at_work, "suspended") == []


def test_the_next_run_of_a_schedule_is_told(at_work: AtWork):
    at_work.do(
        ScheduleCycles, schedule="s-1", ladder="diligence", to="diligent", every="year", first=date(2026, 9, 1),
        submission_days=20, missed="once",
    )  # fmt: skip
    assert told(at_work, "run", date(2026, 8, 31)) == []
    assert [(one.day, one.ladder, one.rung) for one in told(at_work, "run")] == [
        (date(2026, 9, 1), "diligence", "diligent")
    ]


def test_what_has_no_day_comes_last(at_work: AtWork):
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师")
    standing = at_work.record("p-1", title, date(2023, 7, 1))
    at_work.do(EndStanding, subject="p-1", standing=standing, effect="suspend", on=date(2026, 3, 1), reason="停职")
    at_work.open_cycle(PEOPLE[1:3])
    assert [one.kind for one in due(at_work.district, FAR)] == ["submission", "suspended"]
