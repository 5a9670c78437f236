"""Lists and panels in case files: decided as a cycle decides them."""

from __future__ import annotations

import pytest

from ladders.cases.trying import Tried, load_cases
from ladders.problems import LadderError
from ladders.reading.loading import load, load_catalogue, shipped, shipped_ladders
from tests.engine.a_review import stage
from tests.engine.test_placement import platforms
from workflows.trying import lists_and_panels

PLACES = (
    "    places: {number: {station: 1, host: 1, member: 1, centre: 0}, order: [votes of panel], ties: all out, "
    "when full: cascade}\n"
)
CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")


def tried(text: str, ladder: str = "qinyuan-chief-teacher.yaml") -> list[Tried]:
    rules = load(shipped(ladder), ladder)
    file, root = load_cases(("format: jieti-cases/1\n" + text).encode(), "c.yaml", rules)
    return list(lists_and_panels(file, root, "c.yaml", rules, CATALOGUE))


@pytest.mark.parametrize("name", shipped_ladders())
def test_lists_and_panels_of_the_shipped_cases_come_out_as_expected(name: str):
    rules, cases = load(shipped(name), name), name.replace(".yaml", ".cases.yaml")
    file, root = load_cases(shipped(cases), cases, rules)
    assert [one for one in lists_and_panels(file, root, cases, rules, CATALOGUE) if not one.passed] == []


def test_a_list_that_comes_out_otherwise_says_who_was_expected_and_who_is_in():
    (found,) = tried(
        "lists:\n- {name: a, route: chief,\n"
        "   candidates: [{id: a, values: {recognition: 90}}, {id: b, values: {recognition: 80}}],\n"
        "   expect: {places: 2, in: [b], ranks: {a: 1, b: 1}}}"
    )
    assert [(one.what, one.expected, one.found) for one in found.differences] == [
        ("places", "2", "1"), ("in", "b", "a"), ("rank of b", "1", "2"),
    ]  # fmt: skip


PYRAMID = platforms([stage("panel", seats=1, votes="sign: any")], PLACES).decode()
"""One place at the station, one host, one member; whoever gets none competes for the next lower rung."""


def test_whoever_has_no_place_on_a_rung_is_tried_for_the_next_lower_one():
    text = (
        "lists:\n- {name: a, route: review, candidates: [\n"
        "    {id: a, values: {votes of panel: 3}, rungs: [member, host, station]},\n"
        "    {id: b, values: {votes of panel: 2}, rungs: [host, station, member]},\n"
        "    {id: c, values: {votes of panel: 1}, rungs: [host, member]}],\n"
        "   expect: {places: 3, in: [a, b], out: [c], rungs: {a: station, b: host, c: host}}}"
    )
    rules = load(PYRAMID.encode(), "craft.yaml")
    file, root = load_cases(("format: jieti-cases/1\n" + text).encode(), "c.yaml", rules)
    (found,) = lists_and_panels(file, root, "c.yaml", rules, CATALOGUE)
    assert [(one.what, one.expected, one.found) for one in found.differences] == [
        ("in", "a, b", "a, b, c"), ("out", "c", "nobody"), ("rung of c", "host", "member"),
    ]  # fmt: skip
    lacking = text.replace("rungs: [host, member]", "unit: u")
    file, root = load_cases(("format: jieti-cases/1\n" + lacking).encode(), "c.yaml", rules)
    with pytest.raises(LadderError, match="the ladder has no rung"):
        list(lists_and_panels(file, root, "c.yaml", rules, CATALOGUE))


def test_a_panel_that_comes_out_otherwise_says_what_its_ballots_come_to():
    (found,) = tried(
        "panels:\n- {name: a, route: chief, stage: group-review,\n"
        "   ballots: {1: for, 2: for, 3: for, 4: against, 5: against},\n"
        "   expect: {outcome: approved}}"
    )
    assert [(one.what, one.expected, one.found) for one in found.differences] == [("outcome", "approved", "rejected")]


def test_recused_seats_count_neither_way():
    (found,) = tried(
        "panels:\n- {name: a, route: chief, stage: group-review, recused: [6, 7],\n"
        "   ballots: {1: for, 2: for, 3: for, 4: for, 5: against, 6: against, 7: against}, expect: {outcome: approved}}"
    )
    assert found.passed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("panels: [{name: a, route: other, stage: s, expect: {outcome: approved}}]", 'the ladder has no route "other"'),
        ("panels: [{name: a, route: chief, stage: s, expect: {outcome: approved}}]", 'the ladder has no stage "s"'),
        ("lists: [{name: a, route: chieff, candidates: [{id: x}], expect: {}}]", "did you mean: chief"),
    ],
)
def test_what_the_ladder_does_not_have_is_named(text: str, said: str):
    with pytest.raises(LadderError) as refused:
        tried(text)
    assert said in str(refused.value)


def test_a_list_of_a_route_that_draws_lots_needs_a_lot():
    with pytest.raises(LadderError, match="no lot is given"):
        tried("lists: [{name: a, route: trainee, candidates: [{id: a}], expect: {}}]")
