"""Placement: on which rung a subject comes to stand where the ladder says ``placement: highest``.

Whatever was applied for, it is the highest rung to which a step is met.  Rungs are as high as promotions lead: one that
can be reached from another is above it, and of others the one written later.  Whoever meets no step to another rung is
renewed on the one that is held, where that is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ladders.evaluating.outcomes import MET, NOT_EXAMINED, UNKNOWN, Outcomes
from ladders.evaluating.verdict import assess
from ladders.evidence.columns import Bools, Codes, Columns
from ladders.model.ladder import Ladder, Step
from ladders.question import Question


@dataclass(frozen=True)
class Placed:
    """For each of a cohort the step that is met to the highest rung, by its place in ``steps``; -1 where none is met.

    ``steps`` lead to the lowest rung first.  ``unsure``: a step to a higher rung is unknown.
    """

    steps: tuple[Step, ...]
    chosen: Codes
    unsure: Bools

    def step(self, i: int) -> Step | None:
        """The step that the i-th of the cohort takes."""
        nth = int(self.chosen[i])
        return None if nth < 0 else self.steps[nth]


def rungs_upwards(ladder: Ladder) -> tuple[str, ...]:
    """The rungs, the lowest first; NetworkXUnfeasible where promotions lead in a circle."""
    import networkx as nx  # slow to import, and few ladders place

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(rung.id for rung in ladder.rungs)
    graph.add_edges_from((step.from_, step.to) for step in ladder.steps if step.from_ and step.kind == "promotion")
    written = {rung.id: nth for nth, rung in enumerate(ladder.rungs)}
    return tuple(nx.lexicographical_topological_sort(graph, key=written.__getitem__))


def upwards(ladder: Ladder, highest: str | None = None) -> tuple[Step, ...]:
    """The steps, those to lower rungs first, of those to one rung in the file's order; none above the ``highest``."""
    height = {rung: nth for nth, rung in enumerate(rungs_upwards(ladder))}
    top = len(height) if highest is None else height[highest]
    return tuple(sorted((step for step in ladder.steps if height[step.to] <= top), key=lambda step: height[step.to]))


def top(ladder: Ladder) -> str:
    """The highest rung to which a step leads."""
    return upwards(ladder)[-1].to


def placed(ladder: Ladder, columns: Columns, cohort: Codes, question: Question) -> Placed:
    """Place a cohort; errors as ``ladders.evaluating.verdict.assess``, and where promotions lead in a circle."""
    steps = upwards(ladder)
    return choose(steps, [assess(ladder, step, columns, cohort, question).outcome for step in steps])


def choose(steps: tuple[Step, ...], outcomes: Sequence[Outcomes]) -> Placed:
    """Place a cohort by what each of these steps, the lowest first, came to for it."""
    rungs = list(dict.fromkeys(step.to for step in steps))
    height = np.array([*(rungs.index(step.to) for step in steps), -1], np.int32)
    chosen, unknown = np.full(len(outcomes[0]), -1, np.int32), np.full(len(outcomes[0]), -1, np.int32)
    for nth, outcome in enumerate(outcomes):
        chosen[(outcome == MET) & (height[chosen] < height[nth])] = nth  # of several ways to one rung the first
        unknown[outcome == UNKNOWN] = height[nth]
    return Placed(steps, chosen, unknown > height[chosen])


def told(outcomes: Sequence[Outcomes]) -> Codes:
    """For each of a cohort that meets nothing the step to tell of: the lowest unknown, else the lowest examined."""
    stacked = np.stack(list(outcomes))
    unknown, examined = stacked == UNKNOWN, stacked != NOT_EXAMINED
    lowest: Codes = np.where(unknown.any(axis=0), unknown.argmax(axis=0), examined.argmax(axis=0)).astype(np.int32)
    return lowest
