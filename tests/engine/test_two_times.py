"""What was true when, as known when: memberships, standings, employments, corrections, late recognition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.assessing import assess
from engine.tables import subject_table
from events.facts import (
    Amount,
    EvaluationRecorded,
    EvidenceVoided,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    TrainingRecognised,
)
from tests.engine.district_at_work import AtWork, assert_whole, known, row, training
from workflows.commands import Correct, Record, Span

JAN, FEB, MARCH, SEPT = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 9, 1)


def points(number: str) -> Amount:
    return Amount.of(Decimal(number), "point")


def held(rung: str, **said: Any) -> StandingTakenOver:
    return StandingTakenOver(ladder="other", rung=rung, title=f"{rung}证书", **said)


def correction(at_work: AtWork, target: int, fact: Any, on: date) -> int:
    return at_work.do(Correct, target=target, occurred=Span.day(on), fact=fact, reason="录错")


def test_a_membership_that_ended_is_still_open_as_known_before(at_work: AtWork):
    joined = at_work.record("p-2", MemberJoined(group="g-1", role="core"), JAN)
    left = at_work.record("p-2", MemberLeft(group="g-1"), SEPT)
    for at, ends in ((joined, None), (left - 1, None), (left, SEPT), (None, SEPT)):
        assert known(at_work.district, "member", at) == [("g-1", "p-2", JAN, ends, 0)]
    assert known(at_work.district, "member", joined - 1) == []
    assert_whole(at_work.district)


def test_a_mentorship_ends_for_the_pair_that_parted_and_for_no_other(at_work: AtWork):
    at_work.record("p-2", MentorPaired(mentor="p-1"), JAN)
    at_work.record("p-3", MentorPaired(mentor="p-1"), FEB)
    at_work.record("p-2", MentorParted(mentor="p-1"), MARCH)
    assert known(at_work.district, "mentee") == [("p-1", "p-2", JAN, MARCH, 0), ("p-1", "p-3", FEB, None, 0)]


def test_who_left_may_join_again(at_work: AtWork):
    for fact, day in (
        (MemberJoined(group="g-1", role="member"), JAN),
        (MemberLeft(group="g-1"), FEB),
        (MemberJoined(group="g-1", role="core"), MARCH),
    ):
        at_work.record("p-2", fact, day)
    assert known(at_work.district, "member") == [("g-1", "p-2", JAN, FEB, 0), ("g-1", "p-2", MARCH, None, 0)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_standings_succeed_one_another_in_whatever_order_they_are_told(at_work: AtWork, order: tuple[int, ...]):
    told = [(held("junior"), JAN), (held("middle"), MARCH), (held("senior", until=date(2027, 8, 31)), SEPT)]
    for number in order:
        at_work.record("p-2", *told[number])
    assert [(first, until) for _, _, first, until, _ in known(at_work.district, "standing")] == [
        (JAN, date(2024, 2, 29)),
        (MARCH, date(2024, 8, 31)),
        (SEPT, date(2027, 8, 31)),
    ]
    assert_whole(at_work.district)


def test_a_term_that_ran_out_is_not_prolonged_by_the_next_standing(at_work: AtWork):
    at_work.record("p-2", held("junior", until=FEB), JAN)
    at_work.record("p-2", held("senior"), SEPT)
    assert [(first, until) for _, _, first, until, _ in known(at_work.district, "standing")] == [
        (JAN, FEB),
        (SEPT, None),
    ]


def test_standings_on_different_ladders_do_not_meet(at_work: AtWork):
    at_work.record("p-2", held("junior"), JAN)
    at_work.record("p-2", StandingTakenOver(ladder="diligence", rung="diligent", title="-"), SEPT)
    assert [until for *_, until, _ in known(at_work.district, "standing")] == [None, None]


def in_list(at_work: AtWork, subject: str) -> Any:
    with at_work.district.reading() as connection:
        return connection.execute(subject_table.select().where(subject_table.c.id == subject)).one()


def unit_of(at_work: AtWork, subject: str) -> str | None:
    return in_list(at_work, subject).unit


def left_on(at_work: AtWork, subject: str) -> date | None:
    until = in_list(at_work, subject).until
    return date.fromordinal(until) if until is not None else None


def test_moves_that_are_told_late_fall_into_their_place(at_work: AtWork):
    at_work.record("p-2", PersonMoved(unit="u-west"), SEPT)
    at_work.record("p-2", PersonMoved(unit="u-centre"), FEB)
    assert unit_of(at_work, "p-2") == "u-west"
    employments = [one for one in known(at_work.district, "employment") if one[0] == "p-2"]
    assert [(unit, first, until) for _, unit, first, until, _ in employments] == [
        ("u-east", date(2015, 9, 1), date(2024, 1, 31)),
        ("u-centre", FEB, date(2024, 8, 31)),
        ("u-west", SEPT, None),
    ]
    assert_whole(at_work.district)


def test_an_employment_ends_with_the_last_day_of_who_leaves(at_work: AtWork):
    at_work.record("p-2", PersonLeft(), SEPT)
    assert [one[3] for one in known(at_work.district, "employment") if one[0] == "p-2"] == [SEPT]


def test_a_correction_is_seen_as_of_now_and_not_as_of_then(at_work: AtWork):
    recorded = at_work.record("p-2", training("10"), JAN)
    corrected = correction(at_work, recorded, training("12.5"), FEB)
    before, after = ("p-2", None, JAN, None, Decimal(10)), ("p-2", None, FEB, None, Decimal("12.5"))
    assert known(at_work.district, "training", corrected - 1) == [before]
    assert known(at_work.district, "training", corrected) == [after]
    again = correction(at_work, recorded, training("10"), JAN)
    assert known(at_work.district, "training", again) == [before]
    assert known(at_work.district, "training", corrected) == [after]
    assert_whole(at_work.district)


def test_what_was_voided_is_there_as_known_before_and_stays_away_afterwards(at_work: AtWork):
    recorded = at_work.record("p-2", training("10"), JAN)
    voided = at_work.record("p-2", EvidenceVoided(target=recorded, reason="重复"))
    assert len(known(at_work.district, "training", voided - 1)) == 1
    assert known(at_work.district, "training", voided) == []


def test_a_training_recognised_late_counts_on_its_own_days_from_the_recognition_on(at_work: AtWork):
    recorded = at_work.record("p-2", training("25", recognised=False), date(2025, 3, 3))
    recognised = at_work.record("p-2", TrainingRecognised(training=recorded), date(2026, 5, 30))
    assert known(at_work.district, "training", recognised - 1) == []
    assert known(at_work.district, "training", recognised) == [("p-2", None, date(2025, 3, 3), None, Decimal(25))]
    outcomes = [verdict(at_work, "p-2", known_at=at) for at in (recorded, recognised - 1, recognised)]
    assert outcomes == ["not met", "not met", "met"]
    assert_whole(at_work.district)


def test_a_correction_does_not_recognise_what_was_not_recognised(at_work: AtWork):
    recorded = at_work.record("p-2", training("25", recognised=False), JAN)
    correction(at_work, recorded, training("26", recognised=False), JAN)
    assert known(at_work.district, "training") == []
    at_work.record("p-2", TrainingRecognised(training=recorded))
    assert [amount for *_, amount in known(at_work.district, "training")] == [26]


def test_a_correction_may_recognise_a_training_and_take_that_back(at_work: AtWork):
    recorded = at_work.record("p-2", training("25", recognised=False), JAN)
    recognised = correction(at_work, recorded, training("25"), JAN)
    taken_back = correction(at_work, recorded, training("25", recognised=False), JAN)
    assert [len(known(at_work.district, "training", at)) for at in (recorded, recognised, taken_back)] == [0, 1, 0]
    assert_whole(at_work.district)


def test_of_two_standings_that_begin_on_one_day_the_one_told_later_stands(at_work: AtWork):
    first = at_work.record("p-2", held("junior"), JAN)
    at_work.record("p-2", held("senior"), JAN)
    assert len(known(at_work.district, "standing")) == 1
    assert len(known(at_work.district, "standing", first)) == 1
    assert_whole(at_work.district)


def test_who_left_comes_back_by_a_move(at_work: AtWork):
    at_work.record("p-2", PersonLeft(), FEB)
    at_work.record("p-2", PersonMoved(unit="u-west"), SEPT)
    employments = [(first, until) for one, _, first, until, _ in known(at_work.district, "employment") if one == "p-2"]
    assert employments == [(date(2015, 9, 1), FEB), (SEPT, None)]
    assert left_on(at_work, "p-2") is None
    assert_whole(at_work.district)


def test_a_leave_that_is_told_after_the_return_does_not_undo_it(at_work: AtWork):
    at_work.record("p-2", PersonMoved(unit="u-west"), SEPT)
    at_work.record("p-2", PersonLeft(), FEB)
    employments = [(first, until) for one, _, first, until, _ in known(at_work.district, "employment") if one == "p-2"]
    assert employments == [(date(2015, 9, 1), FEB), (SEPT, None)]
    assert left_on(at_work, "p-2") is None


@pytest.mark.parametrize("again", [JAN, MARCH])
def test_the_last_day_of_who_leaves_is_the_one_told_last(at_work: AtWork, again: date):
    at_work.record("p-2", PersonLeft(), FEB)
    at_work.record("p-2", PersonLeft(), again)
    assert [one[3] for one in known(at_work.district, "employment") if one[0] == "p-2"] == [again]
    assert left_on(at_work, "p-2") == again
    assert_whole(at_work.district)


def test_a_move_that_is_told_after_the_leave_does_not_undo_it(at_work: AtWork):
    at_work.record("p-2", PersonLeft(), SEPT)
    at_work.record("p-2", PersonMoved(unit="u-west"), FEB)
    employments = [(first, until) for one, _, first, until, _ in known(at_work.district, "employment") if one == "p-2"]
    assert employments == [(date(2015, 9, 1), date(2024, 1, 31)), (FEB, SEPT)]
    assert (unit_of(at_work, "p-2"), left_on(at_work, "p-2")) == ("u-west", SEPT)
    assert_whole(at_work.district)


def test_a_corrected_evaluation_has_exactly_the_scores_of_the_correction(at_work: AtWork):
    recorded = at_work.record("p-2", EvaluationRecorded(title="2024", ethics=points("90"), theory=points("80")), JAN)
    without = EvaluationRecorded(title="2024", theory=points("81"), research=points("70"))
    left_out = correction(at_work, recorded, without, JAN)
    assert [amount for *_, amount in known(at_work.district, "evaluation")] == [81, 70]
    back = EvaluationRecorded(title="2024", ethics=points("91"), teaching=points("60"))
    correction(at_work, recorded, back, JAN)
    assert [amount for *_, amount in known(at_work.district, "evaluation")] == [91, 60]
    assert [amount for *_, amount in known(at_work.district, "evaluation", left_out)] == [81, 70]
    assert [amount for *_, amount in known(at_work.district, "evaluation", recorded)] == [90, 80]
    assert_whole(at_work.district)


def test_a_row_that_was_corrected_is_imported_again_as_it_is_now(at_work: AtWork):
    old, new = training("10", source=row("r1", "10")), training("11", source=row("r1", "11"))
    recorded = at_work.record("p-2", old, JAN)
    correction(at_work, recorded, new, JAN)
    found = at_work.many([at_work.recording("p-2", new, JAN), at_work.recording("p-2", old, JAN)])
    assert [type(one).__name__ for one in found] == ["Already", "Differs"]
    assert_whole(at_work.district)


def test_a_date_known_only_to_its_month_keeps_both_ends(at_work: AtWork):
    may = Span(first=date(2025, 5, 1), last=date(2025, 5, 31))
    at_work.do(Record, subject="p-2", occurred=may, fact=training("30"))
    rows = at_work.district.columns().rows("training")
    assert (rows.first[0], rows.last[0]) == (may.first.toordinal(), may.last.toordinal())


def verdict(at_work: AtWork, subject: str, known_at: int | None = None) -> str:
    rules = assess.rules_for(at_work.district, "diligence", date(2026, 6, 1), known_at)
    return assess.assess(at_work.district, rules, "diligent", [subject]).judged(0).outcome
