"""Whom the clauses of a step lead to: the chains of ties that a slice of the columns must keep whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ladders.evidence.columns import Reach
from ladders.measuring.sharing import parts_of
from ladders.model.clauses import AClause, AskedOf, Compare, Meets, flat
from ladders.model.ladder import Ladder, Step
from ladders.model.measures import AMeasure, Extreme, Measure, Total
from ladders.model.words import Computed

_Tree = dict[str, Any]


def reach_of(ladder: Ladder, *steps: Step) -> Reach:
    """The chains of ties that the clauses of these steps follow, as a tree."""
    tree: _Tree = {}
    for step in steps:
        _clauses(ladder, step, step.clauses, tree)
    return tree


def _clauses(ladder: Ladder, step: Step, clauses: Iterable[AClause], tree: _Tree) -> None:
    for clause in flat(clauses):
        if isinstance(clause, AskedOf):
            _clauses(ladder, step, (clause.each,), _along(clause.asked_of, tree))
        elif isinstance(clause, Meets):
            for inner, listed in ladder.inside(clause, step):
                _clauses(ladder, inner, listed, tree)
        elif isinstance(clause, Compare):
            measure = ladder.measure_of(clause)
            if isinstance(measure, Measure | Total | Extreme):
                _measure(ladder, measure, tree)
            for _, asked in clause.comparisons:
                if isinstance(asked, Computed):
                    _measure(ladder, ladder.measures[asked.measure], tree)


def _measure(ladder: Ladder, measure: AMeasure, tree: _Tree) -> None:
    for addend in parts_of(measure):
        _measure(ladder, ladder.measures[addend.measure], tree)
    if isinstance(measure, Measure) and measure.through is not None:
        _along(measure.through, tree)


def _along(chain: Iterable[str], tree: _Tree) -> _Tree:
    for relation in chain:
        tree = tree.setdefault(relation, {})
    return tree
