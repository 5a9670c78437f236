"""Choosing among the eligible: how many places, in which order, what becomes of equals, and that all of it is kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as every
from hypothesis import strategies as any_of

from events.facts import Declined, Granted, GroupPlaces, Placed, PlacesFilled
from ladders.model.review import Places
from tests.workflows.given import Given, command, refused
from tests.workflows.reviewing import (
    approve,
    closing,
    conclude,
    in_panel,
    nomination,
    notice,
    opened,
    routed,
    seating,
    stage,
    verdicts,
)
from workflows.acts import FillPlaces, PlaceCases
from workflows.commands import Already, FinishCycle
from workflows.ranking import Entry, Rank, Ranking, Totals, places_of, rank


def rule(number: Any = 2, ties: str = "all out", order: tuple[str, ...] = ("score of panel",), **said: Any) -> Places:
    return Places.model_validate({"number": number, "order": list(order), "ties": ties} | said)


def entry(case: str, *keys: int | Fraction | None, unit: str | None = None, outside: bool = False) -> Entry:
    return Entry(case, unit, outside, tuple(None if key is None else Fraction(key) for key in keys))


def ranked(
    places: Places, *entries: Entry, totals: Mapping[str | None, Totals] | None = None, lot: str = "7"
) -> Ranking:
    return rank(entries, places, totals or {}, lot)


def told(ranking: Ranking) -> dict[str, tuple[int, str]]:
    """By case its rank and whether it is in."""
    return {one.case: (one.rank, one.outcome) for one in ranking.ranks}


# ----------------------------------------------------------------------------------------------- how many places


def test_places_are_a_number_or_a_share_of_those_nominated_eligible_or_approved():
    totals = Totals(nominated=30, eligible=20, approved=10)
    assert places_of(rule(4), totals) == 4
    for of, count in (("nominated", 6), ("eligible", 4), ("approved", 2)):
        assert places_of(rule(f"1/5 of {of}", rounding="down"), totals) == count


@pytest.mark.parametrize(
    ("rounding", "approved", "count"),
    [
        ("down", 9, 1), ("down", 10, 2), ("up", 10, 2), ("up", 11, 3), ("up", 0, 0),
        ("half up", 12, 2), ("half up", 13, 3), ("half up", 2, 0), ("half up", 3, 1),
    ],
)  # fmt: skip
def test_a_share_is_rounded_as_the_rule_says(rounding: str, approved: int, count: int):
    assert places_of(rule("1/5 of approved", rounding=rounding), Totals(approved=approved)) == count


def test_half_a_place_is_rounded_up_where_halves_are():
    assert places_of(rule("1/2 of approved", rounding="half up"), Totals(approved=3)) == 2


# ------------------------------------------------------------------------------------------------------ the order


def test_the_best_are_in_and_each_rank_says_what_parted_it_from_the_next():
    places = rule(2, order=("score of panel", "votes of college", "value of hours, lowest first"))
    ranking = ranked(places, entry("a", 80, 3, 5), entry("b", 90, 1, 9), entry("c", 80, 3, 4), entry("d", 80, 2, 1))
    assert ranking.ranks == (
        Rank("b", None, "in", 1, 4, 2, by="score of panel"),
        Rank("c", None, "in", 2, 4, 2, by="value of hours, lowest first"),
        Rank("a", None, "out", 3, 4, 2, by="votes of college"),
        Rank("d", None, "out", 4, 4, 2),
    )
    assert ranking.groups == (GroupPlaces(candidates=4, places=2, taken=2),)


@pytest.mark.parametrize("criterion", ["score of panel", "score of panel, lowest first"])
def test_who_has_no_value_comes_last_either_way(criterion: str):
    ranking = ranked(rule(1, order=(criterion,)), entry("none", None), entry("some", -5))
    assert told(ranking) == {"some": (1, "in"), "none": (2, "out")}


def test_values_are_compared_exactly():
    third = Fraction(1, 3)
    ranking = ranked(rule(1), entry("less", Fraction(333_333_333_333_333_333, 10**18)), entry("third", third))
    assert told(ranking)["third"] == (1, "in")


# -------------------------------------------------------------------------------------------------------- equals


@pytest.mark.parametrize(("ties", "inside"), [("all in", {"a", "b", "c"}), ("all out", {"a"}), ("lot", None)])
def test_of_equals_at_the_last_place_all_or_none_or_those_that_a_lot_takes_are_in(ties: str, inside: set[str] | None):
    ranking = ranked(rule(2, ties), entry("a", 9), entry("b", 8), entry("c", 8), entry("d", 7))
    there = {one.case for one in ranking.ranks if one.outcome == "in"}
    assert there == inside if inside is not None else there in ({"a", "b"}, {"a", "c"})
    assert [(one.rank, one.tied) for one in ranking.ranks] == [(1, None), (2, 2), (2, 2), (4, None)]
    assert ranking.groups[0].taken == len(there)
    by = {one.case: one.by for one in ranking.ranks}
    assert by["b"] == by["c"] == ("lot" if ties == "lot" else "score of panel")


def test_equals_that_no_last_place_parts_are_not_drawn_for():
    ranking = ranked(rule(2, "lot"), entry("a", 9), entry("b", 9), entry("c", 8))
    assert [(one.case, one.outcome, one.by) for one in ranking.ranks] == [
        ("a", "in", "score of panel"), ("b", "in", "score of panel"), ("c", "out", None),
    ]  # fmt: skip
    none = ranked(rule(0, "all in"), entry("a", 9), entry("b", 9))
    assert [one.outcome for one in none.ranks] == ["out", "out"]


def test_another_lot_may_take_others_and_the_same_one_takes_the_same():
    entries = [entry(f"c{n}", 8) for n in range(20)]
    drawn = {
        lot: {one.case for one in ranked(rule(5, "lot"), *entries, lot=lot).ranks if one.outcome == "in"}
        for lot in "123"
    }
    assert all(len(inside) == 5 for inside in drawn.values())
    assert len({frozenset(inside) for inside in drawn.values()}) == 3
    again = ranked(rule(5, "lot"), *reversed(entries), lot="1")
    assert {one.case for one in again.ranks if one.outcome == "in"} == drawn["1"]


def test_where_lots_are_drawn_there_is_a_lot_and_every_criterion_has_its_value():
    with pytest.raises(ValueError, match="lot"):
        rank([entry("a", 1)], rule(1, "lot"), {})
    with pytest.raises(ValueError, match="criteria"):
        rank([entry("a", 1, 2)], rule(1), {})


# -------------------------------------------------------------------------------------------- groups and outsiders


def test_every_school_has_places_of_its_own_and_its_own_ranks():
    places = rule("1/2 of approved", rounding="down", per="school")
    totals: dict[str | None, Totals] = {"s1": Totals(approved=2), "s2": Totals(approved=2), "s3": Totals(nominated=4)}
    entries = [entry("a", 1, unit="s1"), entry("b", 2, unit="s1"), entry("c", 3, unit="s2"), entry("d", 4, unit="s2")]
    ranking = ranked(places, *entries, totals=totals)
    assert told(ranking) == {"b": (1, "in"), "a": (2, "out"), "d": (1, "in"), "c": (2, "out")}
    assert ranking.groups == (
        GroupPlaces(unit="s1", candidates=2, places=1, taken=1),
        GroupPlaces(unit="s2", candidates=2, places=1, taken=1),
        GroupPlaces(unit="s3", candidates=0, places=0, taken=0),
    )


def test_without_a_kind_of_unit_the_units_do_not_matter():
    ranking = ranked(rule(1), entry("a", 1, unit="s1"), entry("b", 2, unit="s2"))
    assert told(ranking) == {"b": (1, "in"), "a": (2, "out")}
    assert [group.unit for group in ranking.groups] == [None]


def test_those_outside_the_count_take_no_place_and_part_nobody():
    ranking = ranked(rule(1), entry("a", 9, outside=True), entry("b", 8), entry("c", 7), entry("d", 7, outside=True))
    assert told(ranking) == {"b": (1, "in"), "c": (2, "out"), "a": (1, "outside"), "d": (2, "outside")}
    assert ranking.outside == 2
    assert ranking.groups == (GroupPlaces(candidates=2, places=1, taken=1),)
    assert ranking.list_sha256 == ranked(rule(1), entry("b", 8), entry("c", 7)).list_sha256


def test_the_hash_of_the_list_is_over_its_lines():
    ranking = ranked(rule(1), entry("b", 8), entry("a", 9), entry("c", 8))
    assert ranking.list_sha256 == hashlib.sha256(b"1 a\n2 b\n2 c\n").hexdigest()


# ------------------------------------------------------------------------------------ what holds of every ranking

RANDOM = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
_VALUE = any_of.none() | any_of.fractions(min_value=0, max_value=3, max_denominator=3)
ENTRIES = any_of.lists(
    any_of.builds(
        lambda keys, unit, outside: (keys, unit, outside),
        any_of.tuples(_VALUE, _VALUE),
        any_of.sampled_from([None, "s1", "s2"]),
        any_of.booleans(),
    ),
    max_size=12,
).map(lambda found: [Entry(f"c{n}", unit, outside, keys) for n, (keys, unit, outside) in enumerate(found)])
RULES = any_of.builds(
    lambda number, ties, per, down: rule(
        number,
        ties,
        ("score of panel", "value of age" + (", lowest first" if down else "")),
        **({"per": "school"} if per else {}),
    ),
    any_of.integers(0, 8),
    any_of.sampled_from(["all in", "all out", "lot"]),
    any_of.booleans(),
    any_of.booleans(),
)


@RANDOM
@every(ENTRIES, RULES, any_of.randoms())
def test_a_ranking_does_not_depend_on_the_order_in_which_the_cases_come(
    entries: list[Entry], places: Places, chance: Any
):
    shuffled = [*entries]
    chance.shuffle(shuffled)
    assert rank(shuffled, places, {}, "7") == rank(entries, places, {}, "7")


@RANDOM
@every(ENTRIES, RULES)
def test_everybody_is_ranked_once_by_how_many_are_better(entries: list[Entry], places: Places):
    ranking = rank(entries, places, {}, "7")
    assert Counter(one.case for one in ranking.ranks) == Counter(one.case for one in entries)
    by_case = {one.case: one for one in entries}

    def better(one: Entry, other: Entry) -> bool:
        for mine, theirs, criterion in zip(one.keys, other.keys, places.order, strict=True):
            if mine != theirs:
                if mine is None or theirs is None:
                    return theirs is None
                return mine < theirs if criterion.lowest_first else mine > theirs
        return False

    for one in ranking.ranks:
        mine = by_case[one.case]
        rivals = [e for e in entries if not e.outside and (not places.per or e.unit == mine.unit)]
        assert one.rank == 1 + sum(better(rival, mine) for rival in rivals)
        assert one.of == len(rivals)
        assert (one.outcome == "outside") == mine.outside
        if not mine.outside:
            same = sum(rival.keys == mine.keys for rival in rivals)
            assert one.tied == (same if same > 1 else None)


@RANDOM
@every(ENTRIES, RULES)
def test_places_are_taken_from_the_top_and_only_equals_make_them_more_or_fewer(entries: list[Entry], places: Places):
    ranking = rank(entries, places, {}, "7")
    for group in ranking.groups:
        mine = [one for one in ranking.ranks if one.unit == group.unit and one.outcome != "outside"]
        inside = [one for one in mine if one.outcome == "in"]
        outside = [one for one in mine if one.outcome == "out"]
        assert group.taken == len(inside)
        assert group.candidates == len(mine)
        assert max((one.rank for one in inside), default=0) <= min((one.rank for one in outside), default=99)
        number = min(group.places, len(mine))
        if places.ties == "lot":
            assert len(inside) == number
        elif places.ties == "all in":
            assert len(inside) >= number
            assert all(one.rank <= group.places for one in inside)
        else:
            assert len(inside) <= number
            assert all(one.rank + (one.tied or 1) - 1 > group.places for one in outside)


# -------------------------------------------------------------------------------------------- places of a cycle

CHOSEN = routed(stage(), places="number: 1, order: [votes of panel], ties: lot, outside the count: true")
"""One place, by votes; a lot among equals; nominations may be outside the count."""


def chosen(*subjects: str, ladder: bytes = CHOSEN) -> Given:
    """The panel approved these, who wait for their places."""
    return approve(*subjects, given=in_panel(*subjects, ladder=ladder))


def fill(candidates: int, places: int = 1, outside: int = 0, **said: Any) -> FillPlaces:
    groups = (GroupPlaces(candidates=candidates, places=places, taken=min(candidates, places)),)
    told = {"cycle": "y1", "groups": groups, "outside": outside, "list_sha256": "-", "lot": "7"}
    return command(FillPlaces, **(told | said))


def place(given: Given, **outcomes: Any) -> PlaceCases:
    """Where these came, as the newest filling of places has it."""
    filled = given.state("cycle-y1").places_at
    placed = {
        f"c-{subject}": Placed(cycle="y1", outcome=outcome, rank=number, of=len(outcomes), places=1, filled=filled)
        for number, (subject, outcome) in enumerate(outcomes.items(), 1)
    }
    return command(PlaceCases, cycle="y1", placed=placed)


def test_places_are_filled_when_every_case_is_decided():
    given = chosen("li", "wu")
    (fact,) = given.when(fill(2))  # type: ignore[misc]
    assert fact == PlacesFilled(
        groups=(GroupPlaces(candidates=2, places=1, taken=1),), outside=0, list_sha256="-", lot="7"
    )
    refused(in_panel("li", ladder=CHOSEN), fill(1), "undecided")


def test_places_are_filled_once():
    given = chosen("li", "wu").then(fill(2))
    assert given.when(fill(2)) == Already(given.at(PlacesFilled))


def test_a_ranking_of_others_than_the_approved_fills_nothing():
    refused(chosen("li", "wu"), fill(1), "ranking")
    refused(chosen("li", "wu"), fill(2, outside=1), "ranking")


def test_without_a_lot_where_the_rule_draws_one_nothing_is_filled():
    refused(chosen("li", "wu"), fill(2, lot=None), "lot")


def test_a_rule_without_places_has_none_to_fill():
    refused(approve("li", given=in_panel("li")), fill(1), "no places")


def test_nothing_is_filled_or_placed_before_its_time():
    refused(opened(CHOSEN), fill(0), "not closed")
    given = chosen("li")
    refused(given, place(given, li="in"), "other places")
    finished = given.then(fill(1))
    finished = finished.then(place(finished, li="out")).then(conclude("li")).then(command(FinishCycle, cycle="y1"))
    for late in (fill(1), place(finished, li="in")):
        refused(finished, late, "finished")


def test_no_notice_is_posted_before_the_places_are_given():
    given = chosen("li", "wu")
    refused(given, notice("li"), "no places yet")
    filled = given.then(fill(2))
    refused(filled, notice("li"), "no places yet")
    placed = filled.then(place(filled, li="in", wu="out"))
    refused(placed, notice("li", "wu"), "list")
    assert isinstance(placed.when(notice("li")), list)


def test_who_came_in_is_granted_and_who_stayed_out_is_declined():
    given = chosen("li", "wu").then(fill(2))
    assert isinstance(given.when(conclude("li", "wu")), Already)
    placed = given.then(place(given, li="in", wu="out"))
    (declined,) = placed.when(conclude("li", "wu"))  # type: ignore[misc]
    assert isinstance(declined, Declined)
    assert (declined.subject, declined.reason, declined.stage) == ("wu", "no place", None)
    after = placed.then(conclude("li", "wu"), notice("li", last=given.today))
    (granted,) = after.on(given.today.replace(day=given.today.day + 1)).when(conclude("li"))  # type: ignore[misc]
    assert isinstance(granted, Granted)


def test_a_case_is_placed_once_where_the_cycle_placed_it():
    given = chosen("li", "wu").then(fill(2))
    once = given.then(place(given, li="in", wu="out"))
    assert once.when(place(given, li="out", wu="in")) == Already(given.at(PlacesFilled))
    stale = place(given, li="in")
    ((name, placed),) = stale.placed.items()
    elsewhere = stale.model_copy(update={"placed": {name: placed.model_copy(update={"filled": 1})}})
    refused(given, elsewhere, "other places")
    refused(given, place(given, li="outside"), "other places")


def test_who_is_outside_the_count_is_placed_outside_and_granted_all_the_same():
    given = opened(CHOSEN).then(nomination("li", outside=True), nomination("wu"), seating(), closing())
    given = given.then(verdicts(given, li="met", wu="met"))
    given = approve("li", "wu", given=given)
    given = given.then(fill(1, outside=1))
    refused(given, place(given, li="in"), "other places")
    placed = given.then(place(given, wu="in", li="outside"))
    assert isinstance(placed.when(notice("li", "wu")), list)
    with_notice = placed.then(notice("li", "wu", last=given.today))
    facts = with_notice.on(given.today.replace(day=given.today.day + 1)).when(conclude("li", "wu"))
    assert isinstance(facts, list)
    assert [type(fact) for fact in facts] == [Granted, Granted]
