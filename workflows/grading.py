"""Grades with forced shares: who of those approved gets which.

Pure and exact: the same entries, rule and lot give the same grades, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from events.facts import GradeGiven, GroupGrades
from ladders.model.lists import Grades
from ladders.reference import choosing
from workflows.ranking import Keys


@dataclass(frozen=True)
class Candidate:
    """Somebody whom every stage approved: the group in which they are graded, and their value by each criterion.

    ``unit`` is the unit of the kind ``grades.per`` (None: of no such unit; without ``per`` it is always None).
    """

    case: str
    unit: str | None
    keys: Keys


@dataclass(frozen=True)
class Grade:
    """The grade of a case, as ``events.facts.Graded`` says it; ``tied`` is None for one alone."""

    case: str
    unit: str | None
    grade: str
    rank: int
    of: int
    tied: int | None = None


@dataclass(frozen=True)
class Grading:
    """Everybody's grade (by group, then rank), the groups, and the hash of the list."""

    grades: tuple[Grade, ...]
    groups: tuple[GroupGrades, ...]
    list_sha256: str


def grade(candidates: Iterable[Candidate], rule: Grades, lot: str | None = None) -> Grading:
    """Grade the candidates; ValueError if the rule draws lots and none is given."""
    by_unit: dict[str | None, list[Candidate]] = {}
    for one in candidates:
        by_unit.setdefault(one.unit if rule.per else None, []).append(one)
    found: list[Grade] = []
    groups: list[GroupGrades] = []
    for unit, members in sorted(by_unit.items(), key=lambda item: item[0] or ""):
        ranked = choosing.equals({one.case: one.keys for one in members}, rule.order)
        shared = {case: len(same) for same in ranked if len(same) > 1 for case in same}
        graded = choosing.graded(ranked, rule, lot)
        found += [Grade(one.id, unit, one.grade, one.rank, len(members), shared.get(one.id)) for one in graded]
        given = tuple(GradeGiven(grade=of.id, cases=sum(one.grade == of.id for one in graded)) for of in rule.grades)
        groups.append(GroupGrades(unit=unit, cases=len(members), grades=given))
    return Grading(tuple(found), tuple(groups), list_sha256(found))


def list_sha256(grades: Iterable[Grade]) -> str:
    """The hash of a list of grades: SHA-256 over its lines ``rank grade case``, each ended by a line feed.

    By rank, then by case.
    """
    lines = sorted((one.rank, one.case, one.grade) for one in grades)
    return hashlib.sha256("".join(f"{rank} {given} {case}\n" for rank, case, given in lines).encode()).hexdigest()
