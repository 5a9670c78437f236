"""Who is related to a candidate: on the day that counts, as known at the position that counts."""

from __future__ import annotations

from datetime import date

import pytest

from engine.worlds import recusals
from events.facts import (
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    Nominated,
    PersonMoved,
    StageDecided,
    UnitEstablished,
)
from events.log import New
from tests.engine.district_at_work import CLERK, JUNE, PEOPLE, AtWork
from tests.engine.long_review import LongReview, ties

DAY = date(2026, 6, 1)
Found = dict[str, dict[str, set[str]]]


def nominate(at_work: AtWork, *subjects: str) -> None:
    """Cases for these subjects, called after them: what else a nomination needs is of no interest here."""
    cycle = at_work.open_cycle(())
    for subject in subjects:
        fact, command = Nominated(cycle=cycle, subject=subject), at_work.district.command_id()
        new = New(f"case-{subject}", fact, DAY, DAY, CLERK.actor, command, 0)
        with at_work.district.log.writing() as connection:
            events = at_work.district.log.append(connection, [new], JUNE)
            at_work.district.projector.project(connection, events)


def related(at_work: AtWork, *cases: str, day: date = DAY, at: int | None = None, only: object = None) -> Found:
    asked = {"relations": only} if only is not None else {}
    with at_work.district.reading() as connection:
        found = recusals.related(connection, PEOPLE, cases, day, at or at_work.tip(), **asked)  # type: ignore[arg-type]
    return {case: {person: set(how) for person, how in of.items()} for case, of in found.items()}


@pytest.fixture
def candidates(at_work: AtWork) -> AtWork:
    """p-1, p-4 and p-7 work in the centre, p-2, p-5 and p-8 in the east, p-3 and p-6 in the west."""
    nominate(at_work, "p-1", "p-2", "g-1")
    return at_work


def test_colleagues_work_in_one_school_and_nobody_is_their_own_colleague(candidates: AtWork):
    found = related(candidates, "p-2", only=["same school"])
    assert found == {"p-2": {"p-2": {"own case"}, "p-5": {"same school"}, "p-8": {"same school"}}}


def test_colleagues_are_those_of_the_day(candidates: AtWork):
    candidates.record("p-5", PersonMoved(unit="u-west"), DAY)
    assert set(related(candidates, "p-2", only=["same school"])["p-2"]) == {"p-2", "p-8"}
    assert set(related(candidates, "p-2", day=date(2026, 5, 31), only=["same school"])["p-2"]) == {"p-2", "p-5", "p-8"}


def test_colleagues_are_those_that_were_known(candidates: AtWork):
    before = candidates.tip()
    candidates.record("p-5", PersonMoved(unit="u-west"), date(2025, 9, 1))
    assert set(related(candidates, "p-2", at=before, only=["same school"])["p-2"]) == {"p-2", "p-5", "p-8"}
    assert set(related(candidates, "p-2", only=["same school"])["p-2"]) == {"p-2", "p-8"}


def test_whoever_works_at_a_school_or_the_school_of_a_research_group_is_related_to_its_case(at_work: AtWork):
    group = UnitEstablished(code="JY", kind="research group", name="数学教研组", part_of="u-west")
    at_work.record("u-group", group, date(2020, 9, 1), "JY")
    nominate(at_work, "u-east", "u-group")
    found = related(at_work, "u-east", "u-group", only=["same school"])
    assert found == {
        "u-east": {person: {"same school"} for person in ("p-2", "p-5", "p-8")},
        "u-group": {person: {"same school"} for person in ("p-3", "p-6")},
    }


def test_members_of_one_research_group_are_not_in_one_studio(candidates: AtWork):
    group = UnitEstablished(code="JY", kind="research group", name="数学教研组", part_of="u-west")
    candidates.record("u-group", group, date(2020, 9, 1), "JY")
    for person in ("p-2", "p-6"):
        candidates.record(person, MemberJoined(group="u-group", role="member"))
    assert set(related(candidates, "p-2", only=["same studio"])["p-2"]) == {"p-2"}


def test_members_of_one_studio_are_related_whatever_their_roles(candidates: AtWork):
    candidates.record("p-2", MemberJoined(group="g-1", role="core"))
    candidates.record("p-6", MemberJoined(group="g-1", role="member"))
    found = related(candidates, "p-2", only=["same studio"])
    assert found == {"p-2": {"p-1": {"same studio"}, "p-2": {"own case"}, "p-6": {"same studio"}}}
    candidates.record("p-6", MemberLeft(group="g-1"), date(2026, 5, 31))
    assert set(related(candidates, "p-2", only=["same studio"])["p-2"]) == {"p-1", "p-2"}


def test_a_studio_is_its_hosts_own_case_and_its_members_are_related(candidates: AtWork):
    candidates.record("p-6", MemberJoined(group="g-1", role="core"))
    assert related(candidates, "g-1") == {"g-1": {"p-1": {"own case", "same studio"}, "p-6": {"same studio"}}}


@pytest.mark.parametrize(("mentor", "mentee"), [("p-2", "p-6"), ("p-6", "p-2")])
def test_a_mentor_pair_is_related_either_way(candidates: AtWork, mentor: str, mentee: str):
    candidates.record(mentee, MentorPaired(mentor=mentor))
    found = related(candidates, "p-2", only=["mentor pair"])
    assert found == {"p-2": {"p-2": {"own case"}, "p-6": {"mentor pair"}}}
    candidates.record(mentee, MentorParted(mentor=mentor), date(2026, 5, 31))
    assert set(related(candidates, "p-2", only=["mentor pair"])["p-2"]) == {"p-2"}


def test_own_cases_are_found_whatever_is_asked(candidates: AtWork):
    assert related(candidates, "p-1", "g-1", only=()) == {
        "p-1": {"p-1": {"own case"}}, "g-1": {"p-1": {"own case"}},
    }  # fmt: skip


def test_many_cases_are_answered_at_once(candidates: AtWork):
    at_once = related(candidates, "p-1", "p-2", "g-1", "nobody's")
    assert at_once == related(candidates, "p-1") | related(candidates, "p-2") | related(candidates, "g-1")


def test_the_relations_of_the_day_on_which_the_stage_opened_recuse(at_work: AtWork):
    ties(at_work)  # p-1 is the host of the studio that p-6 and p-2 are in
    review = LongReview(at_work, ("p-1", "p-2"))
    review.judge("p-1", "p-2")
    review.open("school")
    review.through("school", "p-1", "p-2")
    review.open("experts")
    ballots = [review.ballot("p-1", "experts", person) for person in ("p-5", "p-6", "p-7", "p-8")]
    answers = at_work.many(ballots)
    assert [getattr(one, "code", "landed") for one in answers] == ["recused", "recused", "recused", "landed"]
    answers = at_work.many([review.ballot("p-2", "experts", person) for person in ("p-5", "p-6", "p-7", "p-8")])
    assert [getattr(one, "code", "landed") for one in answers] == ["recused", "recused", "landed", "recused"]
    review.decide("experts", "p-1", "p-2")
    with at_work.district.reading() as connection:
        told = [at_work.district.log.read(connection, f"case-{name}")[-1].fact for name in ("p-1", "p-2")]
    tallies = [one.tally for one in told if isinstance(one, StageDecided)]
    assert [(one.seats, one.recused) for one in tallies] == [(1, (1, 2, 3)), (1, (1, 2, 4))]
