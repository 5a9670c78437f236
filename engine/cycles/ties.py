"""Seats that are recused, by the rule or by their holder's word: of which cases of a stage, found from the panel
outwards and not case by case.

A panel is related to the people of its own schools and studios, and to its mentors and mentees: those are few, however
many candidates there are.  Who of them is related on the day that counts is asked of ``engine.worlds.recusals``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, select

from engine.projections.lasting import EMPLOYMENT, MEMBER, MENTEE
from engine.tables import DECLARED, LASTS, case_table, evidence_table, subject_table, unit_table
from engine.worlds import recusals, worlds
from events.facts.ballots import ballot_key, withdrawn_key
from events.tables import EACH, many
from ladders.model.review import Relation, Stage
from workflows.case import stream
from workflows.cycle import Cycle, unit_above

_row, _subject = evidence_table.c, subject_table.c
_PERSONS = select(_subject.number).where(_subject.id.in_(select(EACH)))
_HOSTED = select(_subject.number).where(_subject.host.in_(select(EACH)))
_HOSTS = select(_subject.host).where(_subject.number.in_(select(EACH)), _subject.host.is_not(None))
_school = subject_table.alias()
_RESEARCH_GROUPS = (
    select(_subject.number)
    .join(unit_table, unit_table.c.id == _subject.id)
    .join(_school, _school.c.id == unit_table.c.part_of)
    .where(unit_table.c.kind == "research group", _school.c.number.in_(select(EACH)))
)
_IDS = select(_subject.id).where(_subject.number.in_(select(EACH)))


@dataclass(frozen=True)
class Aside:
    """How many seats of a case are recused.

    Of these ``passed_on`` hold a ballot that stands nevertheless: of a holder before the one who is recused.
    """

    seats: int
    passed_on: int


def recused_seats(
    connection: Connection, state: Cycle, stage: Stage, in_stage: ColumnElement[bool]
) -> dict[str, Aside]:
    """By case the seats that are recused, by the rule or by declaration; cases without any are left out.

    ``in_stage`` says which cases of the table are in the stage, which has begun.
    """
    panels = {unit: chairs for (which, unit), chairs in state.panels.items() if which == stage.id}
    persons = {person for chairs in panels.values() for chair in chairs.values() for person in chair.voters}
    row = case_table.c
    chosen = select(row.id, row.unit, row.seats, row.arrived).where(in_stage)
    cases = {one.id: one for one in connection.execute(chosen.where(DECLARED))}
    if perhaps := _perhaps(connection, persons, stage.may_not_judge):
        of_them = chosen.where(row.subject.in_(select(EACH)))
        cases |= {one.id: one for one in connection.execute(of_them, many(perhaps))}
    if not cases:
        return {}
    day, known_at = state.stages[stage.id].first, state.stages_at[stage.id]
    ties = recusals.related(connection, persons, cases, day, known_at, stage.may_not_judge)
    units = worlds.units(connection) if stage.panel_per is not None else {}
    whole, seats = dict[str, int](), dict[str, list[int]]()
    for case, one in cases.items():
        chairs = panels.get(unit_above(units, one.unit, stage.panel_per), {})
        declared, added = json.loads(one.seats).get(stage.id, ((), ()))
        of_seats = {seat for person, seat in declared if person is None}
        aside = {person for person, _ in declared} | ties.get(case, {}).keys()
        recused = {seat for seat, chair in chairs.items() if chair.holder in aside}
        recused |= {seat for person, seat in declared if person is not None and seat in added}
        whole[case], seats[case] = len(of_seats), sorted(recused - of_seats)
    passed_on = _standing(connection, stage, seats, {case: one.arrived for case, one in cases.items()})
    found = {case: Aside(whole[case] + len(of), passed_on[case]) for case, of in seats.items()}
    return {case: one for case, one in found.items() if one.seats}


def _standing(
    connection: Connection, stage: Stage, seats: Mapping[str, Iterable[int]], arrived: Mapping[str, int]
) -> dict[str, int]:
    """By case how many of these seats hold a ballot that stands: the newest one, unless it was taken back or lapsed."""
    found, again = dict.fromkeys(seats, 0), 0
    asked = [(case, seat) for case, of in seats.items() for seat in of]
    while asked:
        keys = {ballot_key(stream(case), stage.id, seat, again): (case, seat) for case, seat in asked}
        cast = {keys[key]: held.position for key, held in worlds.held(connection, keys).items()}
        back = worlds.held(connection, (withdrawn_key(at) for at in cast.values()))
        gone = [one for one, at in cast.items() if withdrawn_key(at) in back or at < arrived[one[0]]]
        for case, _ in cast.keys() - {*gone}:
            found[case] += 1
        asked, again = gone, again + 1
    return found


def _perhaps(connection: Connection, persons: Collection[str], relations: Collection[Relation]) -> set[str]:
    """Whoever may be related to one of these persons, on whatever day: they themselves, and their studios, too."""

    def numbers(chosen: Select[tuple[int]], of: Collection[int] | Collection[str]) -> set[int]:
        return set(connection.execute(chosen, many(of)).scalars()) if of else set()

    def ones(kind: str, of: Collection[int]) -> set[int]:
        return numbers(select(_row.subject).where(_row.kind == kind, LASTS, _row.other.in_(select(EACH))), of)

    def others(kind: str, of: Collection[int]) -> set[int]:
        return numbers(select(_row.other).where(_row.kind == kind, LASTS, _row.subject.in_(select(EACH))), of)

    own, hosted = numbers(_PERSONS, persons), numbers(_HOSTED, persons)
    found = own | hosted
    hosts = set[str]()
    if "same school" in relations:
        found |= (schools := others(EMPLOYMENT, own)) | ones(EMPLOYMENT, schools) | numbers(_RESEARCH_GROUPS, schools)
    if "same studio" in relations:
        studios = ones(MEMBER, own) | hosted
        found |= studios | others(MEMBER, studios)
        hosts = set(connection.execute(_HOSTS, many(studios)).scalars()) if studios else set()
    if "mentor pair" in relations:
        found |= ones(MENTEE, own) | others(MENTEE, own)
    return set(connection.execute(_IDS, many(found)).scalars()) | hosts if found else hosts
