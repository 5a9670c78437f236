"""Who is related to whom: what keeps panel members from judging a case (回避).

Asked of the rows that last, on a day and as known at a position, for many persons and cases at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, Connection, or_, select

from engine.projections.lasting import EMPLOYMENT, MEMBER, MENTEE
from engine.tables import LASTS, case_table, evidence_table, subject_table, unit_table
from events.tables import EACH, many
from ladders.model.review import Relation

Ties = dict[str, dict[str, frozenset[Relation | Literal["own case"]]]]
"""By case the persons who are related to its candidate, and how; cases and persons without a tie are left out."""

ALL: tuple[Relation, ...] = ("same school", "same studio", "mentor pair")
_row = evidence_table.c
_CANDIDATES = select(case_table.c.id, case_table.c.subject).where(case_table.c.id.in_(select(EACH)))
_SUBJECTS = select(subject_table.c.id, subject_table.c.number, subject_table.c.host).where(
    subject_table.c.id.in_(select(EACH))
)
_HOSTED = select(subject_table.c.host, subject_table.c.number).where(subject_table.c.host.in_(select(EACH)))
_group, _school = subject_table.alias(), subject_table.alias()
_SCHOOL_OF_GROUP = (
    select(_group.c.number, _school.c.number)
    .join(unit_table, unit_table.c.id == _group.c.id)
    .join(_school, _school.c.id == unit_table.c.part_of)
    .where(unit_table.c.kind == "research group", _group.c.id.in_(select(EACH)))
)
_STUDIOS = select(subject_table.c.number).where(subject_table.c.kind == "studio")
_OF = _row.subject.in_(select(EACH))
_WITH = _row.other.in_(select(EACH))
_Pairs = Iterable[tuple[int, int]]


def related(
    connection: Connection,
    persons: Collection[str],
    cases: Collection[str],
    day: date,
    known_at: int,
    relations: Collection[Relation] = ALL,
) -> Ties:
    """How these persons are related to the candidates of these cases, on a day, as known at a position.

    * own case: the person is the candidate, or the host of the studio that is;
    * same school: both are employed in one unit; of a unit that is a candidate whoever works there;
    * same studio: both are members of one studio, in any role, or its host; of a studio that is a candidate its host
      and its members;
    * mentor pair: one is the other's mentor.

    Only the ``relations`` asked for are looked up, and always own cases.  Days known only to a month relate from
    their first day on.
    """
    candidates = dict(connection.execute(_CANDIDATES, many(cases)).tuples().all())
    named = {*persons, *candidates.values()}
    numbers: dict[str, int] = {}
    hosts: dict[str, str] = {}
    for subject, number, host in connection.execute(_SUBJECTS, many(named)):
        numbers[subject] = number
        if host is not None:
            hosts[subject] = host
    look = _Look(connection, numbers, day.toordinal(), known_at)
    groups: dict[Relation, dict[int, set[int]]] = {}
    if "same school" in relations:
        groups["same school"] = look.schools()
    if "same studio" in relations:
        groups["same studio"] = look.studios()
    if "mentor pair" in relations:
        groups["mentor pair"] = look.mentors()
    by_group = {relation: _inside(found, persons, numbers) for relation, found in groups.items()}
    ties: Ties = {}
    people = set(persons)
    for case, subject in candidates.items():
        found: dict[str, set[Relation | Literal["own case"]]] = defaultdict(set)
        for own in {subject, hosts.get(subject)} & people:
            found[own or subject].add("own case")
        for relation, inside in by_group.items():
            for group in groups[relation].get(numbers.get(subject, 0), ()):
                for person in inside.get(group, ()):
                    if person != subject:
                        found[person].add(relation)
        if found:
            ties[case] = {person: frozenset(how) for person, how in found.items()}
    return ties


def _inside(groups: dict[int, set[int]], persons: Collection[str], numbers: dict[str, int]) -> dict[int, list[str]]:
    """By group the persons in it."""
    inside: dict[int, list[str]] = defaultdict(list)
    for person in persons:
        for group in groups.get(numbers.get(person, 0), ()):
            inside[group].append(person)
    return inside


class _Look:
    """What lasts between these subjects (id to number) on a day, as known at a position.

    Every answer is by subject the groups that it is in: whoever has one in common is related.
    """

    def __init__(self, connection: Connection, numbers: dict[str, int], day: int, known_at: int) -> None:
        self._connection, self._numbers = connection, numbers
        self._day, self._known_at = day, known_at
        self._then = (
            _row.first <= day,
            _row.until >= day,
            _row.known <= known_at,
            or_(_row.voided.is_(None), _row.voided > known_at),
        )

    def _pairs(self, kind: str, which: ColumnElement[bool]) -> _Pairs:
        chosen = select(_row.subject, _row.other).where(_row.kind == kind, LASTS, which, *self._then)
        return self._connection.execute(chosen, many(self._numbers.values())).tuples()

    def schools(self) -> dict[int, set[int]]:
        """By person the units that employ them; a unit is in itself."""
        found: dict[int, set[int]] = defaultdict(set)
        for person, unit in self._pairs(EMPLOYMENT, _OF):
            found[person].add(unit)
        for number in self._numbers.values():  # a unit that is a candidate is in itself, a research group in its school
            found[number].add(number)
        for group, school in self._connection.execute(_SCHOOL_OF_GROUP, many(self._numbers)).tuples():
            found[group].add(school)
        return found

    def studios(self) -> dict[int, set[int]]:
        """By person the studios that they are in; a studio is in itself."""
        found: dict[int, set[int]] = defaultdict(set)
        for studio, member in self._pairs(MEMBER, _WITH & _row.subject.in_(_STUDIOS)):
            found[member].add(studio)
        hosted = _HOSTED.where(subject_table.c.since <= self._day, subject_table.c.position <= self._known_at)
        for host, studio in self._connection.execute(hosted, many(self._numbers)):
            found[self._numbers[host]].add(studio)
        for number in self._numbers.values():
            found[number].add(number)
        return found

    def mentors(self) -> dict[int, set[int]]:
        """By person the pairs that they are in, each under a number of its own."""
        found: dict[int, set[int]] = defaultdict(set)
        pairs = {*self._pairs(MENTEE, _OF), *self._pairs(MENTEE, _WITH)}
        for nth, (mentor, mentee) in enumerate(sorted(pairs)):
            found[mentor].add(nth)
            found[mentee].add(nth)
        return found
