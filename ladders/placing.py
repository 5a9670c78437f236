"""Placement: on which rung a subject comes to stand where the ladder says ``placement: highest``.

Whatever was applied for, it is the highest rung to which a step is met.  Rungs are as high as promotions lead: one that
can be reached from another is above it, and of others the one written later.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np

from ladders.columns import Bools, Codes, Columns
from ladders.model import Ladder, Step
from ladders.outcomes import MET, UNKNOWN
from ladders.question import Question
from ladders.verdict import assess


@dataclass(frozen=True)
class Placed:
    """For each of a cohort the step that is met to the highest rung, by its place in ``steps``; -1 where none is met.

    ``steps`` are the ladder's promotions, the lowest first.  ``unsure``: a step to a higher rung is unknown.
    """

    steps: tuple[Step, ...]
    chosen: Codes
    unsure: Bools

    def step(self, i: int) -> Step | None:
        """The step that the i-th of the cohort takes."""
        nth = int(self.chosen[i])
        return None if nth < 0 else self.steps[nth]


def upwards(ladder: Ladder) -> tuple[Step, ...]:
    """The steps that are no renewals, those to lower rungs first; of those to one rung in the file's order."""
    steps = [step for step in ladder.steps if step.kind != "renewal"]
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(rung.id for rung in ladder.rungs)
    graph.add_edges_from((step.from_, step.to) for step in steps if step.from_ and step.kind == "promotion")
    written = {rung.id: nth for nth, rung in enumerate(ladder.rungs)}
    height = {rung: nth for nth, rung in enumerate(nx.lexicographical_topological_sort(graph, key=written.__getitem__))}
    return tuple(sorted(steps, key=lambda step: height[step.to]))


def placed(ladder: Ladder, columns: Columns, cohort: Codes, question: Question) -> Placed:
    """Place a cohort; errors as ``ladders.verdict.assess``, and where promotions lead in a circle."""
    steps = upwards(ladder)
    rungs = list(dict.fromkeys(step.to for step in steps))
    chosen, unknown = np.full(len(cohort), -1, np.int32), np.full(len(cohort), -1, np.int32)
    for nth, step in enumerate(steps):
        outcome = assess(ladder, step, columns, cohort, question).outcome
        chosen[outcome == MET] = nth
        unknown[outcome == UNKNOWN] = rungs.index(step.to)
    height = np.array([*(rungs.index(step.to) for step in steps), -1], np.int32)
    return Placed(steps, chosen, unknown > height[chosen])
