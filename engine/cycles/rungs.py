"""The places of a cycle whose ladder places on the highest rung: its candidates with the rungs that they may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from sqlalchemy import ColumnElement, select

from engine.blocks import in_blocks
from engine.cycles import places
from engine.cycles.view import ROW, View
from events.facts import Assessed
from ladders.evaluating.placing import upwards
from ladders.model.ladder import Step
from ladders.model.review import Places
from workflows import rungs
from workflows.commands import Unit
from workflows.cycle import is_open
from workflows.ranking import Ranking


def steps_of(view: View) -> tuple[Step, ...] | None:
    """The steps of a cycle whose ladder places, those to lower rungs first; None where it does not place."""
    opened = is_open(view.state)
    rules = view.district.ladders[opened.version]
    return None if rules.placement is None else upwards(rules, opened.to)


def ranking(
    view: View,
    steps: tuple[Step, ...],
    rule: Places,
    lot: str | None,
    which: ColumnElement[bool],
    outside: frozenset[str],
    units: Mapping[str, Unit],
) -> Ranking:
    """The ranking of the cases that a condition chooses, rung by rung."""
    return rungs.rank(_candidates(view, steps, rule, which, outside, units), steps, rule, lot)


def _candidates(
    view: View,
    steps: tuple[Step, ...],
    rule: Places,
    which: ColumnElement[bool],
    outside: frozenset[str],
    units: Mapping[str, Unit],
) -> Iterator[rungs.Candidate]:
    columns = ROW.id, ROW.unit, ROW.marks, ROW.assessed
    rows = view.connection.execute(select(*columns).where(ROW.cycle == view.cycle, which).order_by(ROW.id)).all()
    for block in in_blocks(rows):
        verdicts = places.verdicts(view, [row.assessed for row in block])
        for row in block:
            scores, votes = places.marks_of(row.marks)
            group = places.group_of(row.unit, rule.per, units)
            yield candidate(steps, rule, row.id, group, row.id in outside, scores, votes, verdicts[row.assessed])


def candidate(
    steps: tuple[Step, ...],
    rule: Places,
    case: str,
    group: str | None,
    outside: bool,
    scores: Mapping[str, Fraction | None],
    votes: Mapping[str, Fraction],
    verdict: Assessed,
) -> rungs.Candidate:
    """A case with its value by each criterion on every rung whose step it meets."""
    ways = rungs.ways(steps, verdict)
    keys = tuple((rung, places.keys_of(rule.order, scores, votes, found)) for rung, found in ways)
    return rungs.Candidate(case, group, outside, keys)
