"""Grades with forced shares: given to those whom every stage approved, told to each, and on their grants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from engine.assessing import assess
from engine.cycles import advance
from engine.replay import replay
from events.facts import Graded, GradesGiven, Granted
from tests.engine.a_review import CYCLE, Review, sheet
from tests.engine.district_at_work import PEOPLE, AtWork
from tests.engine.test_places import forge
from workflows.acts import WithdrawCase
from workflows.commands import PublishLadder, Refused

JUDGES = ("p-7", "p-8")
GRADES = (
    "[{id: excellent, title: {zh: 优秀, en: excellent}, at most: 1/3}, "
    "{id: good, title: {zh: 良好, en: good}, at most: 1}, {id: qualified, title: {zh: 合格, en: qualified}}]"
)


def rule(ties: str = "all out", more: str = "") -> str:
    return f"grades: {{order: [score of visit], grades: {GRADES}, rounding: down, ties: {ties}{more}}}"


def marked(at_work: AtWork, marks: Sequence[str], more: str = rule(), places: str = "") -> Review:
    """A review in which the first people got these marks; they are to be graded."""
    people = PEOPLE[: len(marks)]
    review = Review(at_work, sheet("visit"), people=people, panels={"visit": JUDGES}, places=places, more=more)
    review.go()
    for name, mark in zip(people, marks, strict=True):
        review.votes("visit", name, f"{mark} {mark}")
    return review


def grades(review: Review) -> dict[str, str]:
    """By case the grade that it was told."""
    return {name: one.grade for name in review.people for one in review.facts(Graded, name)}


def test_the_best_get_the_best_grade_and_every_grant_bears_its_own(at_work: AtWork):
    review = marked(at_work, ("70", "90", "80", "59"))
    assert review.go() == ("decide visit", "decline rejected", "grades", "grade", "notice")
    assert grades(review) == {"p-2": "excellent", "p-3": "good", "p-1": "qualified"}
    (told,) = review.facts(Graded, "p-1")
    assert (told.rank, told.of, told.tied) == (3, 3, None)
    assert review.day(6, 3) == ("grant", "finish")
    assert {one.subject: one.grade for one in review.facts(Granted)} == grades(review)
    assert review.whole().grades == 4


@pytest.mark.parametrize(
    ("ties", "there"), [("all in", ["excellent", "excellent", "good"]), ("all out", ["qualified"] * 3)]
)
def test_equals_among_whom_a_grade_ends_get_it_or_not_as_the_ladder_says(at_work: AtWork, ties: str, there: list[str]):
    review = marked(at_work, ("90", "90", "70"), rule(ties))
    review.go()
    assert list(grades(review).values()) == there
    assert [one.tied for one in review.facts(Graded, "p-1")] == [2]
    review.whole()


def test_a_lot_parts_equals_and_is_drawn_again_by_the_replay(at_work: AtWork):
    review = marked(at_work, ("90", "90", "90"), rule("lot"))
    review.go()
    assert sorted(grades(review).values()) == ["excellent", "good", "qualified"]
    (given,) = review.facts(GradesGiven)
    assert given.lot
    review.whole()
    told = []
    for lot in range(9):  # another lot may part three by chance as the true one did: not nine of them
        at = forge(review, "grades given", {"lot": f"{lot:02x}"})
        told.append(at in {one.position for one in replay.replay(review.district).differences})
    assert any(told)


def test_each_school_is_graded_by_itself(at_work: AtWork):
    review = marked(at_work, ("70", "90", "65", "80", "95"), rule(more=", per: school"))
    review.go()
    assert grades(review) == {"p-4": "good", "p-1": "qualified", "p-5": "good", "p-2": "qualified", "p-3": "good"}
    (given,) = review.facts(GradesGiven)
    assert {one.unit: [grade.cases for grade in one.grades] for one in given.groups} == {
        "u-centre": [0, 1, 1], "u-east": [0, 1, 1], "u-west": [0, 1, 0],
    }  # fmt: skip
    review.whole()


def test_those_graded_compete_for_the_places_afterwards(at_work: AtWork):
    review = marked(at_work, ("70", "90", "80"), places="number: 1, order: [score of visit], ties: all out")
    assert review.go() == ("decide visit", "grades", "grade", "places", "place", "decline unplaced", "notice")
    assert review.day(6, 3) == ("grant", "finish")
    assert [(one.subject, one.grade) for one in review.facts(Granted)] == [("p-2", "excellent")]
    review.whole()


def test_who_withdraws_when_the_grades_are_given_keeps_nobody_from_being_told_theirs(at_work: AtWork):
    review = marked(at_work, ("70", "90", "80"), rule("lot"))
    for phase in ("decide visit", "grades"):
        assert advance.run_chunk(review.district, CYCLE, phase, review.people)
    review.do(WithdrawCase, "p-2", reason="本人申请")
    assert review.go() == ("grade", "notice")
    assert grades(review) == {"p-1": "qualified", "p-3": "good"}
    before = at_work.tip()
    assert [advance.run_chunk(review.district, CYCLE, phase, review.people) for phase in ("grades", "grade")] == [0, 0]
    assert at_work.tip() == before
    review.whole()


def test_a_grade_stands_though_the_case_is_decided_anew(at_work: AtWork):
    review = marked(at_work, ("70", "90", "80"))
    review.go()
    review.object("p-2", "o-1")
    review.rule("p-2", "return", back_to="visit")
    assert review.go() == ("assess", "window visit")
    review.votes("visit", "p-2", "60 60")
    assert review.go() == ("decide visit", "notice")
    review.day(6, 12)
    assert {one.subject: one.grade for one in review.facts(Granted)} == {
        "p-1": "qualified", "p-2": "excellent", "p-3": "good"
    }  # fmt: skip
    review.whole()


@pytest.mark.parametrize(
    ("type_", "change"),
    [("graded", {"grade": "excellent"}), ("graded", {"rank": 1}), ("graded", {"given": 3}),
     ("grades given", {"list_sha256": "00" * 32}), ("granted", {"grade": "excellent"})],
)  # fmt: skip
def test_a_forged_grade_is_found(at_work: AtWork, type_: str, change: dict[str, object]):
    review = marked(at_work, ("70", "90", "80"))
    review.go()
    review.day(6, 3)
    at = forge(review, type_, change)
    assert at in [one.position for one in replay.replay(review.district).differences]


def test_where_the_projections_grade_otherwise_nobody_is_told_a_grade(at_work: AtWork):
    review = marked(at_work, ("70", "90"))
    for phase in ("decide visit", "grades"):
        advance.run_chunk(review.district, CYCLE, phase, review.people)
    with review.district.log.writing() as connection:
        connection.exec_driver_sql("UPDATE case_file SET marks = replace(marks, '90', '60')")
    with pytest.raises(Refused) as caught:
        review.go()
    assert caught.value.code == "other grades"
    review.district.rebuild()
    assert review.go() == ("grade", "notice")
    review.whole()


LATER = """
format: jieti-ladder/1
id: star
title: {zh: 明星阶梯, en: star}
subject: person
rungs: [{id: star, title: {zh: 明星, en: star}, end: true}]
steps:
  - to: star
    clauses:
      - {id: excellent, title: {zh: 考核优秀, en: excellent}, evidence: decision,
         then: [within: last 3 years, only: {ladder: craft, grade: excellent}, count], at least: 1, basis: assumed}
"""


def test_a_later_ladder_asks_for_the_grades_of_the_years_before(at_work: AtWork):
    review = marked(at_work, ("70", "90", "80"))
    review.go()
    review.day(6, 3)
    at_work.do(PublishLadder, file=LATER.encode(), in_force_from=date(2026, 1, 1))
    rules = assess.rules_for(review.district, "star", date(2026, 6, 30))
    cohort = assess.assess(review.district, rules, "star", list(review.people))
    assert [cohort.judged(n).outcome for n in range(3)] == ["not met", "met", "not met"]
