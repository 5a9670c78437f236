"""Where a case is: what every act in a review makes of its row, and that it agrees with what its stream tells."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from engine.projections.cases import CaseFile
from engine.tables import HEARD, case_table, objection_table
from events.facts import SeatRecused
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole
from tests.engine.long_review import CYCLE, LongReview


@pytest.fixture
def review(at_work: AtWork) -> LongReview:
    return LongReview(at_work)


def agree(review: LongReview) -> None:
    """Rows and streams tell the same of where every case is."""
    for name in review.people:
        file, state = review.file(name), review.state(name)
        assert file.objections == sum(one.decided is None for one in state.objections.values() if not state.outcome)
        assert file.known_at == state.reassess_from
        assert file.assessed == state.assessed_at
        with review.at_work.district.reading() as connection:
            assert file.position == review.at_work.district.log.read(connection, f"case-{name}")[-1].position
        assert file.stage == next(reversed(tuple(state.decided)), None)
        if file.phase in ("approved", "placed", "granted"):
            assert file.ready == state.ready_at
        if file.phase == "in review":
            assert file.arrived == state.arrived_at
    assert_whole(review.at_work.district)


def voted(file: CaseFile) -> tuple[int, int, int]:
    return file.ballots, file.in_favour, file.against


def test_a_case_starts_nominated_in_its_school(review: LongReview):
    file = review.file("p-2")
    assert (file.phase, file.unit, file.stage, file.ballots) == ("nominated", "u-east", None, 0)
    assert (file.assessed, file.known_at, file.arrived, file.ready) == (0, 0, 0, 0)


def test_a_verdict_brings_it_into_review_or_ends_its_hopes(review: LongReview):
    met = review.judge("p-1")
    review.judge("p-2", outcome="not met")
    assert (review.file("p-1").phase, review.file("p-1").arrived) == ("in review", met)
    assert review.file("p-2").phase == "ineligible"
    agree(review)


def test_named_ballots_are_counted_by_what_they_say_and_those_taken_back_are_not(review: LongReview):
    review.judge("p-2")
    review.open("school")
    review.vote("p-2", "school", "p-5", "for")
    review.vote("p-2", "school", "p-8", "against")
    assert voted(review.file("p-2")) == (2, 1, 1)
    review.take_back("p-2", "school", "p-8")
    assert voted(review.file("p-2")) == (1, 1, 0)
    review.vote("p-2", "school", "p-8", "abstain")
    assert voted(review.file("p-2")) == (2, 1, 0)
    agree(review)


def test_confidential_ballots_are_counted_and_tell_nothing(review: LongReview):
    review.judge("p-2")
    review.open("school")
    review.through("school", "p-2")
    review.open("experts")
    review.vote("p-2", "experts", "p-6", "against")
    assert voted(review.file("p-2")) == (1, 0, 0)
    assert review.take_back("p-2", "experts", "p-6")
    assert voted(review.file("p-2")) == (0, 0, 0)
    agree(review)


def test_a_stage_leaves_its_mark_and_the_next_one_starts_at_nothing(review: LongReview):
    review.judge("p-2")
    review.open("school")
    decided = review.through("school", "p-2")
    file = review.file("p-2")
    assert (file.phase, file.stage, voted(file), file.arrived) == ("in review", "school", (0, 0, 0), decided)
    assert json.loads(file.marks) == {"school": [None, None, 2, 0]}
    agree(review)


def test_a_stage_that_turns_it_down_is_the_last_one(review: LongReview):
    review.judge("p-2")
    review.open("school")
    for person in ("p-5", "p-8"):
        review.vote("p-2", "school", person, "against")
    review.decide("school", "p-2")
    assert (review.file("p-2").phase, review.file("p-2").stage) == ("rejected", "school")
    agree(review)


def test_a_recused_seat_is_not_waited_for_and_what_it_voted_counts_no_more(review: LongReview):
    review.judge("p-2")
    review.open("school")
    review.vote("p-2", "school", "p-5", "against")
    review.recuse("p-2", "school", "p-5")
    file = review.file("p-2")
    assert (voted(file), file.recused, heard(review, "p-2")) == ((0, 0, 0), 1, 0)
    review.recuse("p-2", "school", "p-8")
    assert (review.file("p-2").recused, heard(review, "p-2")) == (2, 0)
    assert json.loads(review.file("p-2").seats) == {"school": [[["p-5", 1], ["p-8", 2]], []]}
    review.judge_after_all("p-2", "school", "p-5")
    assert review.file("p-2").recused == 1
    assert json.loads(review.file("p-2").seats) == {"school": [[["p-8", 2]], []]}
    agree(review)


def test_a_recusal_of_a_seat_as_logs_have_it_from_before_is_of_what_was_voted_from_it(review: LongReview):
    review.judge("p-2")
    review.open("school")
    review.vote("p-2", "school", "p-5", "against")
    declared = review.as_before(
        "p-2", SeatRecused(cycle=CYCLE, stage="school", seat=1, person="p-5", subject="p-2", reason="-")
    )
    assert (voted(review.file("p-2")), review.file("p-2").recused) == ((0, 0, 0), 1)
    agree(review)
    review.judge_after_all("p-2", "school", "p-5")
    assert (voted(review.file("p-2")), review.file("p-2").recused) == ((1, 0, 1), 0)
    assert declared not in [one.at for one in review.state("p-2").recused["school"]]
    agree(review)


def heard(review: LongReview, name: str) -> int:
    with review.at_work.district.reading() as connection:
        return int(connection.execute(select(HEARD).where(case_table.c.id == name)).scalar_one())


def test_a_recusal_declared_before_the_case_arrives_counts_when_it_does(review: LongReview):
    review.recuse("p-2", "experts", "p-6")
    review.judge("p-2")
    assert review.file("p-2").recused == 0
    review.open("school")
    review.through("school", "p-2")
    assert review.file("p-2").recused == 1
    agree(review)


def test_an_added_signer_is_waited_for(review: LongReview):
    review.judge("p-2")
    review.open("school")
    review.vote("p-2", "school", "p-5")
    review.add("p-2", "school", "p-7")
    assert (review.file("p-2").signers, heard(review, "p-2")) == (1, 0)
    assert json.loads(review.file("p-2").seats) == {"school": [[], [3]]}
    review.vote("p-2", "school", "p-7")
    assert heard(review, "p-2") == 1
    agree(review)


def test_a_returned_case_waits_to_be_completed_and_is_judged_and_voted_on_anew(review: LongReview):
    review.judge("p-2")
    review.open("school")
    review.recuse("p-2", "school", "p-8")
    review.vote("p-2", "school", "p-5")
    review.send_back("p-2")
    file = review.file("p-2")
    until = review.state("p-2").returned.until  # type: ignore[union-attr]
    assert (file.phase, voted(file), file.until) == ("returned", (0, 0, 0), until.toordinal())
    agree(review)
    again = review.resubmit("p-2")
    assert (review.file("p-2").phase, review.file("p-2").known_at, review.file("p-2").until) == (
        "nominated",
        again,
        None,
    )
    arrived = review.judge("p-2")
    file = review.file("p-2")
    assert (file.phase, file.arrived, file.recused, file.last) == ("in review", arrived, 1, None)
    review.window("school", "p-2")
    window = review.state("p-2").windows["school"]
    file = review.file("p-2")
    assert (file.last, file.counted_from) == (window.last.toordinal(), window.counted_from.toordinal())
    review.vote("p-2", "school", "p-5")
    assert (voted(review.file("p-2")), heard(review, "p-2")) == ((1, 1, 0), 1)
    agree(review)


def test_the_best_of_the_approved_have_places_and_whoever_is_outside_the_count_takes_none(at_work: AtWork):
    review = LongReview(at_work, PEOPLE[:4], outside="p-4")
    review.to_the_hall()
    review.through("hall", *review.people)
    assert review.file("p-1").phase == "approved"
    at = review.place(("p-2", "p-1", "p-3"), outside=("p-4",))
    found = {name: (review.file(name).phase, review.file(name).rank) for name in review.people}
    assert found == {"p-2": ("placed", 1), "p-1": ("placed", 2), "p-3": ("unplaced", 3), "p-4": ("placed", 4)}
    assert review.file("p-1").ready == at["p-1"]
    agree(review)


@pytest.fixture
def posted(review: LongReview) -> LongReview:
    review.to_the_hall()
    review.through("hall", *review.people)
    review.place(review.people)
    review.post("p-1", "p-2")
    return review


def objections(review: LongReview) -> dict[str, str]:
    with review.at_work.district.reading() as connection:
        rows = connection.execute(select(objection_table.c.id, objection_table.c.state))
        return {one.id: one.state for one in rows}


def test_an_objection_freezes_a_case_until_it_is_decided(posted: LongReview):
    raised = posted.object("p-1", "o-1", by="p-6")
    posted.object("p-1", "o-2")
    assert posted.file("p-1").objections == 2
    with posted.at_work.district.reading() as connection:
        one = connection.execute(select(objection_table).where(objection_table.c.id == "o-1")).one()
    day = posted.at_work.district.today.toordinal()
    assert tuple(one) == ("o-1", "p-1", CYCLE, "p-1", day, day + 15, "raised", raised)
    posted.hear("p-1", "o-1")
    assert objections(posted) == {"o-1": "heard", "o-2": "raised"}
    posted.rule("p-1", "o-1", "resume")
    posted.rule("p-1", "o-2", "resume")
    assert objections(posted) == {"o-1": "dismissed", "o-2": "dismissed"}
    assert (posted.file("p-1").objections, posted.file("p-1").phase) == (0, "placed")
    agree(posted)


def test_an_upheld_objection_ends_the_case(posted: LongReview):
    posted.object("p-1", "o-1")
    posted.rule("p-1", "o-1", "decline")
    assert posted.file("p-1").phase == "objected"
    posted.conclude("p-1")
    assert posted.file("p-1").phase == "declined"
    agree(posted)


def test_an_upheld_objection_asks_for_a_new_verdict_and_the_stages_and_the_place_stand(posted: LongReview):
    posted.object("p-1", "o-1")
    ruled = posted.rule("p-1", "o-1", "reassess")
    assert (posted.file("p-1").phase, posted.file("p-1").known_at) == ("nominated", ruled)
    ready = posted.judge("p-1")
    file = posted.file("p-1")
    assert (file.phase, file.ready, file.stage, file.rank) == ("placed", ready, "hall", 1)
    agree(posted)


def test_an_upheld_objection_takes_a_case_back_to_a_stage_whose_recusals_stay(posted: LongReview):
    before = posted.file("p-1")
    assert before.phase == "placed"
    posted.object("p-1", "o-1")
    posted.rule("p-1", "o-1", "return", back_to="experts")
    posted.recuse("p-1", "experts", "p-8")
    arrived = posted.judge("p-1")
    file = posted.file("p-1")
    assert (file.phase, file.stage, file.arrived, file.recused) == ("in review", "school", arrived, 1)
    assert list(json.loads(file.marks)) == ["school"]
    posted.window("experts", "p-1")
    posted.through("experts", "p-1")
    posted.window("hall", "p-1")
    ready = posted.through("hall", "p-1")
    file = posted.file("p-1")
    assert (file.phase, file.ready, file.rank) == ("placed", ready, 1)
    assert list(json.loads(file.marks)) == ["school", "experts", "hall"]
    agree(posted)


def test_whoever_withdraws_leaves_objections_moot(posted: LongReview):
    posted.object("p-1", "o-1")
    posted.withdraw("p-1")
    assert (posted.file("p-1").phase, posted.file("p-1").objections) == ("withdrawn", 0)
    assert objections(posted) == {"o-1": "moot"}
    agree(posted)


def test_after_its_notice_a_case_is_granted_or_declined(posted: LongReview):
    posted.at_work.wait_until(date(2026, 6, 4))
    posted.conclude("p-1", "p-2", "p-3")
    assert [posted.file(name).phase for name in ("p-1", "p-2", "p-3")] == ["granted", "granted", "declined"]
    agree(posted)
