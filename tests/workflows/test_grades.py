"""Grades: given once every case is decided, to those whom every stage approved, and told to each of them."""

from __future__ import annotations

from typing import Any

from events.facts import Graded, GradesGiven, Granted, GroupGrades
from tests.workflows.given import LADDER, Given, command, refused
from tests.workflows.reviewing import approve, conclude, in_panel, notice, opened, routed, stage
from workflows.acts import FillPlaces, GiveGrades, GradeCases
from workflows.commands import Already

RULE = (
    "order: [votes of panel], grades: [{id: a, title: {zh: 优, en: a}, at most: 1}, {id: b, title: {zh: 良, en: b}}], "
)
LADDER_OF = {ties: routed(stage(), grades=f"{RULE} ties: {ties}") for ties in ("all in", "lot")}


def give(cases: int, **said: Any) -> GiveGrades:
    groups = (GroupGrades(cases=cases, grades=()),)
    return command(GiveGrades, cycle="y1", groups=groups, list_sha256="-", **said)


def tell(there: Given, subject: str = "li", **said: Any) -> GradeCases:
    told = {"cycle": "y1", "grade": "a", "rank": 1, "of": 1, "given": there.at(GradesGiven)} | said
    return command(GradeCases, cycle="y1", graded={f"c-{subject}": Graded.model_validate(told)})


def approved(*subjects: str, ties: str = "all in") -> Given:
    return approve(*subjects, given=in_panel(*subjects, ladder=LADDER_OF[ties]))


def test_grades_are_given_once_told_once_and_borne_by_the_grant():
    given = approved("li").then(give(1))
    assert given.when(give(1)) == Already(given.at(GradesGiven))
    told = given.then(tell(given))
    assert isinstance(told.when(tell(given)), Already)
    day = told.then(notice("li")).on(told.today.replace(day=28))
    (grant,) = day.when(conclude("li"))  # type: ignore[misc]
    assert isinstance(grant, Granted)
    assert grant.grade == "a"


def test_nobody_is_granted_before_they_are_told_their_grade():
    given = approved("li").then(give(1), notice("li"))
    assert isinstance(given.on(given.today.replace(day=28)).when(conclude("li")), Already)


def test_grades_wait_for_the_end_of_submission_and_of_all_decisions():
    refused(opened(LADDER_OF["all in"]), give(0), "not closed")
    refused(in_panel("li", ladder=LADDER_OF["all in"]), give(0), "undecided")


def test_the_notice_and_the_places_wait_for_the_grades():
    refused(approved("li"), notice("li"), "no places yet")
    places = routed(stage(), grades=f"{RULE} ties: lot", places="number: 1, order: [votes of panel], ties: lot")
    given = approve("li", given=in_panel("li", ladder=places))
    refused(given, command(FillPlaces, cycle="y1", groups=(), outside=0, list_sha256="-", lot="1"), "no grades yet")


def test_grades_are_those_of_the_approved_cases_and_need_a_rule_and_its_lot():
    refused(approved("li", "wu"), give(1), "grading")
    refused(approved("li", ties="lot"), give(1), "lot")
    refused(approve("li", given=in_panel("li", ladder=LADDER)), give(1), "no grades")


def test_a_grade_of_another_list_is_refused():
    given = approved("li").then(give(1))
    refused(given, tell(given, given=3), "other grades")
    refused(given, tell(given, cycle="y2"), "other grades")
