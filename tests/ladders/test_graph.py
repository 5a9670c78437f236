"""What the graph of a ladder knows: circles, rungs out of reach, ways out, and the shortest way."""

from __future__ import annotations

import pytest

from ladders.checking.graph import graph_of, loops, shortest_way, unreachable, ways_out
from ladders.model.ladder import Compare, Ladder, Rung, Step, Text
from ladders.reading.loading import load, shipped


def ladder(*ways: str) -> Ladder:
    """A ladder of ways like ``a>b`` (``>a``: a way in; ``a>a``: a renewal), its rungs in the order of their names."""
    clause = Compare(id="c", title=Text(zh="甲", en="c"), basis="assumed", years_since="service", at_least=1)  # type: ignore[arg-type]
    steps = []
    for way in ways:
        start, end = way.split(">")
        kind = "renewal" if start == end else "promotion"
        steps.append(Step(from_=start or None, to=end, kind=kind, clauses=(clause,)))  # type: ignore[arg-type]
    names = sorted({name for way in ways for name in way.split(">") if name})
    return Ladder(
        format="jieti-ladder/1",
        id="l",
        title=Text(zh="梯", en="l"),
        subject="person",
        rungs=tuple(Rung(id=name, title=Text(zh=name, en=name)) for name in names),
        steps=tuple(steps),
    )


def ids(steps: tuple[Step, ...] | None) -> list[str] | None:
    return None if steps is None else [step.id for step in steps]


def test_a_straight_ladder_has_no_circle_and_nothing_out_of_reach():
    straight = ladder(">a", "a>b", "b>c")
    assert loops(straight) == ()
    assert unreachable(straight) == ()


def test_a_renewal_is_no_circle():
    assert loops(ladder(">a", "a>a", "a>b", "b>b")) == ()


def test_a_circle_of_promotions_is_given_as_its_steps_from_the_first_rung_on():
    assert [ids(circle) for circle in loops(ladder(">a", "a>b", "b>c", "c>a"))] == [["a→b", "b→c", "c→a"]]


def test_two_circles_apart_are_two():
    assert len(loops(ladder(">a", "a>b", "b>a", "b>c", "c>d", "d>c"))) == 2


def test_many_circles_in_one_knot_are_reported_as_one_and_quickly():
    names = [f"r{number:02}" for number in range(40)]
    every = [f"{start}>{end}" for start in names for end in names if start != end]
    assert len(loops(ladder(*every))) == 1


def test_a_rung_that_no_way_from_the_start_reaches_is_out_of_reach_even_if_a_step_leads_to_it():
    assert unreachable(ladder(">a", "a>b", "x>y")) == ("x", "y")


def test_without_a_way_in_everything_is_out_of_reach():
    assert unreachable(ladder("a>b")) == ("a", "b")


def test_ways_out_do_not_count_a_renewal():
    assert ids(ways_out(ladder(">a", "a>a", "a>b"), "a")) == ["a→b"]
    assert ways_out(ladder(">a", "a>a"), "a") == ()


def test_the_shortest_way_takes_the_fewest_steps():
    two_ways = ladder(">a", "a>b", "b>c", "c>d", "a>d")
    assert ids(shortest_way(two_ways, "a", "d")) == ["a→d"]
    assert ids(shortest_way(two_ways, None, "c")) == ["→a", "a→b", "b→c"]


def test_of_two_equally_short_ways_the_first_in_the_file_is_taken():
    assert ids(shortest_way(ladder(">a", "a>c", "a>b", "c>d", "b>d"), "a", "d")) == ["a→c", "c→d"]


def test_from_a_rung_to_itself_no_step_is_needed():
    assert shortest_way(ladder(">a", "a>b"), "b", "b") == ()


def test_where_no_way_leads_there_is_none():
    assert shortest_way(ladder(">a", "a>b"), "b", "a") is None


def test_a_rung_that_the_ladder_does_not_have_is_an_error_not_a_missing_way():
    with pytest.raises(KeyError, match="nowhere"):
        shortest_way(ladder(">a"), None, "nowhere")


def test_the_graph_bears_its_steps_and_one_node_for_the_start():
    graph = graph_of(load(shipped("erqi-teacher.yaml"), "erqi-teacher.yaml"))
    assert graph.number_of_nodes() == 4
    assert [data["step"].to for _, _, data in graph.edges(data=True)] == [
        "development-target", "core-member", "studio-host",
    ]  # fmt: skip
