"""The ladder as a graph: rungs are nodes, steps are edges, and one more node is where everybody begins."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ladders.model.ladder import Ladder, Step

if TYPE_CHECKING:
    import networkx as nx  # slow to import, and most commands ask no graph: the functions below do it themselves

START = ""
"""The node before the first rung, from which the ways in lead on; no rung can have this id."""


WAYS = ("promotion", "renewal", "lateral")
"""Kinds of steps that lead on."""


def graph_of(ladder: Ladder, kinds: tuple[str, ...] = WAYS) -> nx.DiGraph[str]:
    """The graph of the steps of some kinds; each edge bears its step, the first of several ways, as ``step``."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(START)
    graph.add_nodes_from(rung.id for rung in ladder.rungs)
    for step in ladder.steps:
        if step.kind in kinds and not graph.has_edge(step.from_ or START, step.to):
            graph.add_edge(step.from_ or START, step.to, step=step)
    return graph


def loops(ladder: Ladder) -> tuple[tuple[Step, ...], ...]:
    """Promotions that lead in a circle, as the steps of one circle for each knot of them; no other step is in one."""
    import networkx as nx

    graph = graph_of(ladder, ("promotion",))
    places = {rung.id: place for place, rung in enumerate(ladder.rungs)}
    found = []
    for knot in nx.strongly_connected_components(graph):
        if len(knot) > 1:
            first = min(knot, key=lambda rung: places.get(rung, len(places)))
            edges = nx.find_cycle(graph.subgraph(knot), first)
            found.append(tuple(graph.edges[edge[:2]]["step"] for edge in edges))
    return tuple(sorted(found, key=lambda steps: places.get(steps[0].to, len(places))))


def demotions(ladder: Ladder) -> tuple[tuple[str, ...], ...]:
    """Demotions that lead in a circle, as the rungs of one circle for each knot of them."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((rung.id, one.to) for rung in ladder.rungs for one in rung.removals if one.to is not None)
    knots = (knot for knot in nx.strongly_connected_components(graph) if len(knot) > 1)
    firsts = (next(rung.id for rung in ladder.rungs if rung.id in knot) for knot in knots)
    return tuple(sorted(tuple(edge[0] for edge in nx.find_cycle(graph, first)) for first in firsts))


def unreachable(ladder: Ladder) -> tuple[str, ...]:
    """The rungs to which no way leads from the start, in the file's order."""
    import networkx as nx

    reached = nx.descendants(graph_of(ladder), START)
    return tuple(rung.id for rung in ladder.rungs if rung.id not in reached)


def ways_out(ladder: Ladder, rung: str) -> tuple[Step, ...]:
    """The steps that lead from a rung to another one."""
    return tuple(step for step in ladder.steps if step.from_ == rung and step.to != rung)


def shortest_way(ladder: Ladder, start: str | None, end: str) -> tuple[Step, ...] | None:
    """The fewest steps from a rung (None: from outside the ladder) to another, or None where no way leads.

    Of ways of equal length the one that comes first in the file.  KeyError for a rung that the ladder does not have.
    """
    for rung in (start, end):
        if rung is not None:
            ladder.rung(rung)
    ways: dict[str, tuple[Step, ...]] = {START if start is None else start: ()}
    waiting = deque(ways)
    while waiting and end not in ways:
        here = waiting.popleft()
        for step in ladder.steps:
            if step.kind in WAYS and (step.from_ or START) == here and step.to not in ways:
                ways[step.to] = (*ways[here], step)
                waiting.append(step.to)
    return ways.get(end)
