"""Seats that the rule recuses: of how many cases of a stage, found from the panel outwards and not case by case.

A panel is related to the people of its own schools and studios, and to its mentors and mentees: those are few, however
many candidates there are.  Who of them is related on the day that counts is asked of ``engine.recusals``.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, select

from engine import recusals, worlds
from engine.lasting import EMPLOYMENT, MEMBER, MENTEE
from engine.tables import case_table, evidence_table, subject_table
from events.facts.ballots import ballot_key
from events.tables import EACH, many
from ladders.review import Relation, Stage
from workflows.case import stream
from workflows.cycle import Cycle, unit_above

_row, _subject = evidence_table.c, subject_table.c
_LASTS = _row.other.is_not(None)
_PERSONS = select(_subject.number).where(_subject.id.in_(select(EACH)))
_HOSTED = select(_subject.number).where(_subject.host.in_(select(EACH)))
_HOSTS = select(_subject.host).where(_subject.number.in_(select(EACH)), _subject.host.is_not(None))
_IDS = select(_subject.id).where(_subject.number.in_(select(EACH)))


@dataclass(frozen=True)
class ByRule:
    """How many seats of a case the rule recuses beside those that declared it.

    Of these ``passed_on`` have voted nevertheless: a holder before the one who is related.  Such a vote counts, unless
    it was taken back.
    """

    seats: int
    passed_on: int


def recused_by_rule(
    connection: Connection, state: Cycle, stage: Stage, in_stage: ColumnElement[bool]
) -> dict[str, ByRule]:
    """By case the seats that the rule recuses; cases without any are left out.

    ``in_stage`` says which cases of the table are in the stage, which has begun.
    """
    panels = {unit: chairs for (which, unit), chairs in state.panels.items() if which == stage.id}
    persons = {person for chairs in panels.values() for chair in chairs.values() for person in chair.voters}
    row = case_table.c
    chosen = select(row.id, row.unit, row.seats).where(in_stage, row.subject.in_(select(EACH)))
    perhaps = _perhaps(connection, persons, stage.may_not_judge)
    cases = {one.id: one for one in connection.execute(chosen, many(perhaps))} if perhaps else {}
    if not cases:
        return {}
    day, known_at = state.stages[stage.id].first, state.stages_at[stage.id]
    ties = recusals.related(connection, persons, cases, day, known_at, stage.may_not_judge)
    units = worlds.units(connection) if stage.panel_per is not None else {}
    seats: dict[str, list[str]] = {}
    for case, tied in ties.items():
        chairs = panels.get(unit_above(units, cases[case].unit, stage.panel_per), {})
        declared, _ = json.loads(cases[case].seats).get(stage.id, ((), ()))
        recused = [seat for seat, chair in chairs.items() if chair.holder in tied and seat not in declared]
        if recused:
            seats[case] = [ballot_key(stream(case), stage.id, seat, None) for seat in recused]
    voted = worlds.held(connection, [key for keys in seats.values() for key in keys])
    return {case: ByRule(len(keys), sum(key in voted for key in keys)) for case, keys in seats.items()}


def _perhaps(connection: Connection, persons: Collection[str], relations: Collection[Relation]) -> set[str]:
    """Whoever may be related to one of these persons, on whatever day: they themselves, and their studios, too."""

    def numbers(chosen: Select[tuple[int]], of: Collection[int] | Collection[str]) -> set[int]:
        return set(connection.execute(chosen, many(of)).scalars()) if of else set()

    def ones(kind: str, of: Collection[int]) -> set[int]:
        return numbers(select(_row.subject).where(_row.kind == kind, _LASTS, _row.other.in_(select(EACH))), of)

    def others(kind: str, of: Collection[int]) -> set[int]:
        return numbers(select(_row.other).where(_row.kind == kind, _LASTS, _row.subject.in_(select(EACH))), of)

    own, hosted = numbers(_PERSONS, persons), numbers(_HOSTED, persons)
    found = own | hosted
    hosts = set[str]()
    if "same school" in relations:
        found |= ones(EMPLOYMENT, others(EMPLOYMENT, own))
    if "same studio" in relations:
        studios = ones(MEMBER, own) | hosted
        found |= studios | others(MEMBER, studios)
        hosts = set(connection.execute(_HOSTS, many(studios)).scalars()) if studios else set()
    if "mentor pair" in relations:
        found |= ones(MENTEE, own) | others(MENTEE, own)
    return set(connection.execute(_IDS, many(found)).scalars()) | hosts if found else hosts
