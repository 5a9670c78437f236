"""The grades of a cycle: the approved cases as they are graded, and the commands that give the grades out.

What is graded is the same whenever it is asked: the cases that every stage had approved when the grades were given,
whatever became of them since.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import and_, or_

from engine.clock import CLOCKWORK
from engine.cycles.places import group_of, keyed
from engine.cycles.view import ROW, View, viewing
from engine.district import District
from engine.worlds import worlds
from events.facts import Graded
from ladders.model.lists import Grades
from workflows import grading
from workflows.acts import GiveGrades, GradeCases
from workflows.grades import other_grades

_gradings: WeakKeyDictionary[District, tuple[tuple[str, int], Mapping[str, grading.Grade]]] = WeakKeyDictionary()
"""By district the grades of the cycle whose cases are being told theirs, so that they are made once for all."""
_one_at_a_time = Lock()


def give(district: District, cycle: str, new: str) -> GiveGrades | None:
    """The command that grades a cycle's cases, with a lot where its rule draws one; None if they are graded."""
    with viewing(district, cycle) as view:
        if view.state.grades is not None or view.route.grades is None:
            return None
        lot = secrets.token_hex(16) if view.route.grades.ties == "lot" else None
        found = _grading(view, view.route.grades, lot)
    return GiveGrades(
        id=new, asking=CLOCKWORK, cycle=cycle, groups=found.groups, list_sha256=found.list_sha256, lot=lot
    )


def tell(district: District, cycle: str, new: str, chunk: tuple[str, ...]) -> GradeCases | None:
    """The command that tells cases their grades; None before the grades are given."""
    with viewing(district, cycle) as view:
        if view.state.grades is None or view.route.grades is None:
            return None
        given = view.state.grades_at
        with _one_at_a_time:
            key, grades = _gradings.get(district, (None, {}))
            if key != (cycle, given):
                found = _grading(view, view.route.grades, view.state.grades.lot)
                if found.list_sha256 != view.state.grades.list_sha256:
                    raise other_grades()
                grades = {one.case: one for one in found.grades}
                _gradings[district] = (cycle, given), grades
    graded = {case: graded_of(cycle, given, grades[case]) for case in chunk if case in grades}
    return GradeCases(id=new, asking=CLOCKWORK, cycle=cycle, graded=graded)


def graded_of(cycle: str, given: int, one: grading.Grade) -> Graded:
    """The grade of a case, as it is told; ``given`` is the position of the ``grades given``."""
    return Graded(cycle=cycle, grade=one.grade, rank=one.rank, of=one.of, unit=one.unit, tied=one.tied, given=given)


def _grading(view: View, rule: Grades, lot: str | None) -> grading.Grading:
    """The grades of the cases that are approved or, once the grades are given, were so at that moment."""
    candidates = ROW.phase == "approved"
    if given := view.state.grades_at:
        # Those that were told their grade already, and those that were withdrawn before they could be.
        since = and_(ROW.phase == "withdrawn", ROW.position > given, ROW.ready > 0)
        candidates = or_(candidates, ROW.grade.is_not(None), since)
    units = worlds.units(view.connection) if rule.per is not None else {}
    entries = [
        grading.Candidate(case, group_of(unit, rule.per, units), keys)
        for case, unit, keys in keyed(view, rule.order, candidates)
    ]
    return grading.grade(entries, rule, lot)
