"""How many may be nominated: each school so many, or a part of its teachers, or so many times the places."""

from __future__ import annotations

from events.facts import CaseWithdrawn, Nominated, PersonLeft
from tests.workflows.given import TODAY, Given, happened, refused
from tests.workflows.reviewing import nomination, office, opening, routed, stage
from workflows.acts import WithdrawCase


def open_cycle(rule: str, places: str = "", **said: str) -> Given:
    """A cycle under a rule of nomination: eight people of one school, three of another, two of the centre."""
    return office(routed(stage(), nomination=rule, places=places)).then(opening(**said))


def withdrawal(subject: str) -> WithdrawCase:
    """Li is not put forward after all."""
    return WithdrawCase(
        id=f"withdraw {subject}", asking=nomination().asking, cycle="y1", case=f"c-{subject}", reason="改报下一年"
    )


def test_each_school_may_put_so_many_forward():
    given = open_cycle("per: school, at most: 2").then(nomination("li"), nomination("wu"))
    told = refused(given, nomination("zhang"), "limit")
    assert "2" in told.en
    given.then(nomination("gao"), nomination("he"), nomination("qi"), nomination("ren"))  # of others


def test_who_withdrew_leaves_room_for_another_one():
    given = open_cycle("per: school, at most: 1").then(nomination("li"))
    refused(given, nomination("wu"), "limit")
    given = given.then(withdrawal("li"))
    assert any(isinstance(event.fact, CaseWithdrawn) for event in given.events)
    given.then(nomination("wu"))


def test_a_part_of_the_teachers_is_of_those_employed_today_and_rounded_as_stated():
    up = open_cycle("per: school, at most: 1/4 of teachers, rounding: up").then(nomination("gao"))
    assert "1/4 of 3 teachers" in refused(up, nomination("he"), "limit").en
    up.then(nomination("li"), nomination("wu"))
    refused(up.then(nomination("li"), nomination("wu")), nomination("zhang"), "limit")  # eight: two
    down = open_cycle("per: school, at most: 1/4 of teachers, rounding: down")
    refused(down, nomination("gao"), "limit")
    for gone in ("chen", "an", "bai", "dong"):
        left = happened(f"subject-{gone}", PersonLeft(), TODAY)
        down.add(left.stream, left.fact, left.days)
    tomorrow = down.on(TODAY.replace(day=TODAY.day + 1))
    refused(tomorrow.then(nomination("li")), nomination("wu"), "limit")  # four are left: one


def test_for_the_whole_cycle_the_teachers_are_those_of_its_scope():
    everywhere = open_cycle("at most: 1/10 of teachers, rounding: down").then(nomination("li"))
    assert "1/10 of 13 teachers" in refused(everywhere, nomination("gao"), "limit").en
    here = open_cycle("at most: 2/3 of teachers, rounding: down", scope="other").then(nomination("gao"))
    refused(here.then(nomination("he")), nomination("jin"), "limit")


def test_a_multiple_of_the_places_counts_whoever_takes_one():
    places = "number: 1, order: [votes of panel], ties: all in, outside the count: true"
    given = open_cycle("at most: 2 of places, rounding: down", places).then(nomination("li", outside=True))
    given = given.then(nomination("wu"), nomination("gao"))
    assert "2 of 1 places" in refused(given, nomination("he"), "limit").en
    found = given.when(nomination("he", outside=True))
    assert isinstance(found, list)
    assert isinstance(found[0], Nominated)
    assert found[0].outside is True


def test_without_a_rule_everybody_may_be_put_forward():
    open_cycle("").then(*(nomination(name) for name in ("li", "wu", "zhang", "gao", "he")))
