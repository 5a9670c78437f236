"""Who sits on a panel: drawn by lot, not too often in a row, and together what the rule asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.facts import PanelSeated
from tests.workflows.given import Given, command, refused
from tests.workflows.reviewing import (
    CENTRE,
    COLLEGE,
    OTHERS,
    PANEL,
    PEOPLE,
    begin,
    closing,
    office,
    opening,
    routed,
    seating,
    stage,
)
from workflows.commands import Already, OpenCycle, SeatPanel
from workflows.seating import seats_drawn

CHAIRED = (
    "[{role: chair, title: {zh: 组长, en: chair}}, {role: expert, title: {zh: 专家, en: expert}, count: 2, lot: true}]"
)
POOL = ("an", "bai", "chen", "dong", "fei")


def cycle(seats: str = "3", more: str = "") -> Given:
    """A cycle whose first stage has these seats, and says more."""
    rule = "quorum: 2, threshold: more than 1/2 of present" + (f", {more}" if more else "")
    return office(routed(stage("panel", seats, rule))).then(opening())


def drawing(pool: tuple[str, ...] = POOL, lot: str | None = "a lot", chair: str = "gao", **said: Any) -> SeatPanel:
    """A chair is named, two experts are drawn."""
    return seating(people=(chair,), pools={"expert": pool}, lot=lot, **said)


def panel(given: Given, asked: SeatPanel) -> PanelSeated:
    found = given.when(asked)
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, PanelSeated)
    return fact


# ------------------------------------------------------------------------------------------------------------- lots


def test_seats_are_drawn_from_the_pool_and_the_pool_and_the_lot_are_recorded():
    fact = panel(cycle(CHAIRED), drawing())
    assert [(one.seat, one.role) for one in fact.seats] == [(1, "chair"), (2, "expert"), (3, "expert")]
    assert fact.seats[0].person == "gao"
    assert {one.person for one in fact.seats[1:]} < set(POOL)
    assert fact.drawn is not None
    assert [(one.role, one.pool, one.lot) for one in fact.drawn] == [("expert", POOL, "a lot")]


def test_another_lot_draws_others_and_the_order_of_the_pool_does_not_matter():
    given = cycle(CHAIRED)
    assert panel(given, drawing(POOL[::-1])).seats == panel(given, drawing()).seats
    drawn = {tuple(one.person for one in panel(given, drawing(lot=f"lot {n}")).seats[1:]) for n in range(40)}
    assert {person for pair in drawn for person in pair} == set(POOL)


def test_nobody_draws_again_from_the_same_pool_until_it_pleases():
    given = cycle(CHAIRED).then(drawing())
    assert isinstance(given.when(drawing(lot="another lot")), Already)
    other_chair = panel(given, drawing(lot="another lot", chair="he"))
    assert other_chair.seats[1:] == panel(cycle(CHAIRED), drawing()).seats[1:]
    assert other_chair.drawn is not None
    assert other_chair.drawn[0].lot == "a lot"


def test_who_is_named_for_a_seat_is_not_drawn_for_another():
    given = cycle(CHAIRED)
    for lot in range(20):
        fact = panel(given, drawing(lot=f"lot {lot}", chair="an"))
        assert len({one.person for one in fact.seats}) == 3


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (seating(people=("gao", "an", "bai")), "lot"),
        (drawing(chair="gao").model_copy(update={"seats": ()}), "seats"),
        (seating(people=("gao",)), "lot"),
        (drawing(lot=None), "lot"),
        (drawing(("an",)), "pool"),
        (drawing(("gao", "an")), "pool"),
        (drawing(("an", "nobody")), "unknown subject"),
        (seating(people=("gao",), pools={"chair": POOL}, lot="x"), "lot"),
    ],
)
def test_a_lot_needs_a_pool_that_is_large_enough(asked: SeatPanel, code: str):
    refused(cycle(CHAIRED), asked, code)


def test_where_no_seat_is_drawn_no_pool_is_taken():
    refused(cycle(), seating(pools={"member": POOL}, lot="x"), "no lot")


def test_whoever_is_in_the_pool_may_sit_there():
    seats = CHAIRED.replace("count: 2,", "count: 2, from: school,")
    refused(cycle(seats), drawing(("an", "bai", CENTRE[0])), "seat from")


def test_two_roles_are_drawn_from_one_pool_without_drawing_anybody_twice():
    given = cycle(CHAIRED.replace("en: chair}", "en: chair}, lot: true"))
    (rule,) = [one for one in next(iter(given._ladders().values())).routes["review"].stages if one.id == "panel"]
    for lot in range(30):
        fact = panel(given, seating(people=(), pools={"chair": POOL, "expert": POOL}, lot=f"{lot}"))
        assert len({one.person for one in fact.seats}) == 3
        assert seats_drawn(rule, {}, fact.drawn or ()) == {one.seat: one.person for one in fact.seats}


# --------------------------------------------------------------------------------------------------------- rotation


ROTATING = "[{role: member, title: {zh: 成员, en: member}, count: 3, at most in a row: 2}]"


def later(given: Given, number: int, people: tuple[str, ...] | None) -> Given:
    """Another cycle, with its panel."""
    year = 2026 + number
    opened = command(
        OpenCycle, cycle=f"y{number}", ladder="tenure", to="senior", period=str(year), title="评审",
        as_of=date(2026, 3, 31), deadline=date(2026, 3, 20),
    )  # fmt: skip
    given = given.then(opened)
    return given if people is None else given.then(seating(people=people, cycle=f"y{number}"))


def test_nobody_sits_more_often_in_a_row_than_the_rule_says():
    given = office(routed(stage("panel", ROTATING)))
    given = later(later(later(given, 2, PANEL), 3, ("an", "bai", "dong")), 4, None)
    refused(given, seating(people=("an", "chen", "dong"), cycle="y4"), "in a row")
    given = given.then(seating(people=("chen", "dong", "fei"), cycle="y4"))
    later(given, 5, ("an", "bai", "chen"))
    refused(later(given, 5, None), seating(people=("an", "bai", "dong"), cycle="y5"), "in a row")


def test_a_cycle_without_the_panel_is_passed_over():
    given = office(routed(stage("panel", ROTATING)))
    given = later(later(later(later(given, 2, PANEL), 3, None), 4, PANEL), 5, None)
    refused(given, seating(people=("an", "dong", "fei"), cycle="y5"), "in a row")


def test_without_a_rule_the_same_people_may_sit_for_ever():
    given = office(routed(stage("panel", "3")))
    later(later(later(given, 2, PANEL), 3, PANEL), 4, PANEL)


# ----------------------------------------------------------------------------------------------------- composition


ONE_SCHOOL = "{id: one-school, title: {zh: 同校, en: one school}, per: school, at most: 1/2, basis: assumed}"
CENTRES = "{id: centres, title: {zh: 中心, en: centre}, only: {unit kind: centre}, at least: 1/4, basis: assumed}"


def test_a_panel_is_made_of_what_the_rule_asks_for():
    given = cycle("4", f"composition: [{ONE_SCHOOL}, {CENTRES}]")
    told = refused(given, seating(people=("an", "bai", "chen", CENTRE[0])), "composition")
    assert "one school" in told.en
    assert "3 of 4" in told.en
    told = refused(given, seating(people=("an", "bai", *OTHERS[:2])), "composition")
    assert "centre" in told.en
    given.then(seating(people=("an", "bai", OTHERS[0], CENTRE[0])))


def test_a_composition_counts_by_the_role_of_the_seat():
    rule = "{id: chairs, title: {zh: 组长, en: chairs from schools}, only: {role: chair, unit kind: school}, "
    given = cycle(CHAIRED.replace(", lot: true", ""), f"composition: [{rule}at most: 0, basis: assumed}}]")
    refused(given, seating(people=("gao", *PANEL[:2])), "composition")
    given.then(seating(people=(CENTRE[0], *PANEL[:2])))


def test_what_a_lot_draws_is_held_to_the_composition_too():
    given = cycle(CHAIRED, f"composition: [{ONE_SCHOOL.replace('1/2', '1/3')}]")
    refused(given, drawing(PANEL), "composition")
    assert set(PEOPLE) >= set(COLLEGE)


def test_a_panel_that_began_is_not_drawn_anew():
    given = cycle(CHAIRED).then(drawing(), closing(), begin())
    assert isinstance(given.when(drawing(lot="another")), Already)
    refused(given, drawing(("an", "bai", "chen")), "stage began")
