"""Rows of one review cycle as they are imported for it: nominations, panels, and the ballots of a stage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from console.export.looking import Line, Look, line
from console.intake.column_names import stated_as
from console.intake.cycles import STATE, nominated
from console.intake.kinds import MARK
from console.screens.vocabulary import title
from console.screens.voting import opened
from console.tables import Cell
from engine.projections.applications import APPLICATION
from engine.tables import case_table, evidence_table
from engine.worlds import worlds
from events.facts import Nominated, Score
from ladders.model.review import Stage
from workflows import case as cases
from workflows.case import Case
from workflows.deciding import fold
from workflows.nomination import OWN_STATES
from workflows.seats import panel_of

if TYPE_CHECKING:
    from workflows.chairs import Chair
    from workflows.commands import Unit
    from workflows.cycle import Cycle

CASES = 1_000
"""So many cases are held at a time, with all that happened to them."""


# ------------------------------------------------------------------------------------------------------ nominations


def nominations(look: Look) -> Iterator[Line]:
    """Who was nominated; of those withdrawn a row for reading, since a file does not nominate them again."""
    row = case_table.c
    chosen = select(row.id, row.subject, row.nominated, row.phase).where(row.cycle == look.cycle)
    for block in look.connection.execute(chosen.order_by(row.nominated)).partitions(CASES):
        subjects = {one.subject for one in block}
        known, log = look.known(subjects), look.district.log
        look.district.vault.load(subjects)
        events = {one.position: one for one in log.read_at(look.connection, [one.nominated for one in block])}
        facts = {one.id: _nominated(events[one.nominated].fact) for one in block}
        there = [one for one in block if one.phase != "withdrawn" and one.subject not in look.erased]
        other = look.differing({one.id: _source(look, facts[one.id]) for one in there})
        known_again = {one.id for one in there} - other
        for one in block:
            fact, said = facts[one.id], events[one.nominated].envelope
            if look.began(said.occurred_from):
                outside = look.word("nominations", "outside", "yes") if fact.outside else None
                yield line(
                    one.id not in known_again,
                    **{look.column_of(one.subject): known.code(one.subject)},
                    who=known.name(one.subject),
                    outside=outside,
                    document=said.authority if fact.outside else None,
                    **{STATE + name: term for name, term in (fact.states or {}).items()},
                )


def _nominated(fact: Any) -> Nominated:
    assert isinstance(fact, Nominated)
    return fact


def _source(look: Look, fact: Nominated) -> Any:
    said = nominated(bool(fact.outside), fact.states or {})
    return look.desk.source(look.nothing, fact.subject, ("nomination", fact.cycle, fact.subject), said)


def stated(look: Look) -> Sequence[tuple[str, str]]:
    """The columns of what the applications of the cycle state, with the header of each."""
    row, case = evidence_table.c, case_table.c
    chosen = select(row.attributes).join(case_table, case.nominated == row.recorded).distinct()
    texts = look.connection.execute(chosen.where(case.cycle == look.cycle, row.kind == APPLICATION)).scalars()
    names = sorted({name for text in texts for name in json.loads(text)} - set(OWN_STATES))
    return [(STATE + name, stated_as(name, look.lang)) for name in names]


# ----------------------------------------------------------------------------------------------------------- panels


def panels(look: Look) -> Iterator[Line]:
    """Who sits on the panels now, stage by stage."""
    state = look.district.cycle_state(look.cycle or "")
    people = {chair.holder for chairs in state.panels.values() for chair in chairs.values()}
    known = look.known(people)
    for stage in look.desk.stages:
        roles = {group.role: group.title for group in stage.groups}
        for (which, unit), chairs in state.panels.items():
            if which != stage.id:
                continue
            # A panel is seated whole, or not at all.
            reading = any(chair.holder in look.erased for chair in chairs.values())
            for seat, chair in sorted(chairs.items()):
                yield line(
                    reading,
                    stage=title(stage.title, look.lang),
                    unit=look.units.get(unit or ""),
                    seat=seat,
                    role=title(roles[chair.role], look.lang) if chair.role in roles else None,
                    person=known.code(chair.holder),
                    who=known.name(chair.holder),
                )


# ---------------------------------------------------------------------------------------------------------- ballots


def ballots(look: Look) -> Iterator[Line]:
    """The ballots of a stage that stand; what a confidential one says only where two people opened it."""
    stage = next(one for one in look.desk.stages if one.id == look.stage)
    state, units = look.district.cycle_state(look.cycle or ""), worlds.units(look.connection)
    row = case_table.c
    chosen = select(row.id, row.subject).where(row.cycle == look.cycle).order_by(row.nominated)
    for block in look.connection.execute(chosen).partitions(CASES):
        read = look.district.log.read_many(look.connection, [cases.stream(one.id) for one in block])
        states: dict[str, Case] = {one.id: fold(cases.stream(one.id), read[cases.stream(one.id)]) for one in block}
        voters = {vote.person for case in states.values() for vote in case.ballots.get(stage.id, {}).values()}
        known = look.known(voters | {one.subject for one in block})
        for one in block:
            case, events = states[one.id], {event.position: event for event in read[cases.stream(one.id)]}
            number = len(case.rounds.get(stage.id, ())) + 1
            for seat, vote in sorted(case.ballots.get(stage.id, {}).items()):
                event = events[vote.at]
                if not look.began(event.envelope.occurred_from):
                    continue
                said = (vote.choice, vote.scores) if vote.sealed is None else opened(look.district, case, event)
                choice, scores = said or (None, ())
                gone = one.subject in look.erased or vote.person in look.erased
                there = not gone and vote.sealed is None and _votes_from(case, state, stage, units, vote.person) == seat
                yield line(
                    not there,
                    **({} if one.subject in look.units else {look.column_of(one.subject): known.code(one.subject)}),
                    who=known.name(one.subject),
                    case=one.id,
                    voter=known.code(vote.person),
                    voter_name=known.name(vote.person),
                    choice=_said(look, choice) if said is not None else look.say("保密", "confidential"),
                    round=number if number > 1 else None,
                    dated=event.envelope.occurred_from,
                    **{MARK + score.item: _mark(score, look) for score in scores},
                )


def _votes_from(case: Case, cycle: Cycle, stage: Stage, units: dict[str, Unit], person: str) -> int | None:
    """The seat from which a person may vote on a case today."""
    chairs: dict[int, Chair] = dict(panel_of(case, cycle, stage, units) or {})
    return next((seat for seat, chair in chairs.items() if person in chair.voters), None)


def _said(look: Look, choice: str | None) -> str:
    return "" if choice == "scored" else look.word("ballots", "choice", choice)


def _mark(score: Score, look: Look) -> Cell:
    return look.say("不适用", "n/a") if score.value is None else Decimal(score.value).scaleb(-score.scale)


def marked(look: Look) -> Sequence[tuple[str, str]]:
    """The columns of the score sheet of a stage, with the header of each."""
    sheets = [one.sheet for one in look.desk.stages if one.id == look.stage and one.sheet is not None]
    return [(MARK + item.id, title(item.title, look.lang)) for sheet in sheets for item in sheet.items]
