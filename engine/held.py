"""Everything that is held on one person, gathered to be handed to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from engine import history
from engine.district import District
from engine.history import Told
from engine.people import access, names
from engine.people.access import Look
from engine.standings import standings
from engine.standings.standings import StandingLine
from engine.tables import case_table, cycle_table, subject_table
from events.codec import owner_of
from events.envelope import from_micros
from events.facts import SealedBallotCast
from events.log import tip
from events.tables import EACH, event_table, many

ANOTHER = "〔他人的内容 of another person〕"
"""What stands where an event in which the person had a part says something about somebody else."""
OFFICE = "district"
"""Whose key seals what the office says of its own acts (``PersonErased.kept_by``)."""


@dataclass(frozen=True)
class CaseLine:
    """An application: in which cycle, where it is, and its first and last event."""

    case: str
    cycle: str
    subject: str
    phase: str
    nominated: int
    position: int


@dataclass(frozen=True)
class Act:
    """An event that the person recorded, or that was recorded for them, about others."""

    position: int
    recorded_at: datetime
    type: str
    stream: str


@dataclass(frozen=True)
class Held:
    """All of it: ``own`` are the person and the studios that they host."""

    subject: str
    own: tuple[str, ...]
    known: names.Known
    """The person, their studios, units: nobody else by name."""
    since: date
    until: date | None
    known_at: int
    told: tuple[Told, ...]
    standings: tuple[StandingLine, ...]
    cases: tuple[CaseLine, ...]
    acts: tuple[Act, ...]
    looks: tuple[Look, ...]


def held(district: District, subject: str) -> Held:
    """Everything that is held on a person; what is said of others there is left out, and others are ids."""
    told = history.history(district, subject)
    with district.reading() as connection:
        row = connection.execute(select(subject_table).where(subject_table.c.id == subject)).one()
        hosted = select(subject_table.c.id).where(subject_table.c.host == subject)
        own = (subject, *connection.execute(hosted).scalars())
        return Held(
            subject=subject,
            own=own,
            known=_known(district, connection, own, told),
            since=date.fromordinal(row.since),
            until=None if row.until is None else date.fromordinal(row.until),
            known_at=tip(connection).position,
            told=tuple(_without_others(one, own) for one in told),
            standings=tuple(standings.listed(district, subjects=own)),
            cases=_cases(connection, own),
            acts=_acts(connection, subject, {one.event.position for one in told}),
            looks=tuple(access.looked_at(district, subject)),
        )


def _without_others(told: Told, own: Sequence[str]) -> Told:
    event = told.event
    if isinstance(event.fact, SealedBallotCast):
        return told  # what it says is not told anyway, unless two people opened it
    said = {
        field: text if owner_of(event.fact, field, event.envelope.stream) in (*own, OFFICE) else ANOTHER
        for field, text in told.personal.items()
    }
    return told._replace(personal=said)


def _known(district: District, connection: Connection, own: Sequence[str], told: Sequence[Told]) -> names.Known:
    """The person, their studios and the units by name; studios of others by their code."""
    said = {value for one in told for value in _ids(one.event.fact.model_dump())}
    chosen = select(subject_table.c.id, subject_table.c.kind).where(subject_table.c.id.in_(select(EACH)))
    kinds = dict(connection.execute(chosen, many({*said, *own})).tuples().all())
    shown = [one for one, kind in kinds.items() if kind != "person" or one in own]
    full = names.called(connection, district.log, district.vault, shown)
    strangers = {one for one in shown if kinds[one] == "studio" and one not in own}
    return names.Known(
        {one: full.code(one) for one in shown},
        {one: full.code(one) if one in strangers else full.name(one) for one in shown},
    )


def _ids(said: dict[str, Any]) -> list[str]:
    return [value for value in said.values() if isinstance(value, str)]


def _cases(connection: Connection, own: Sequence[str]) -> tuple[CaseLine, ...]:
    row = case_table.c
    chosen = (
        select(row.id, cycle_table.c.title, row.subject, row.phase, row.nominated, row.position)
        .join(cycle_table, cycle_table.c.id == row.cycle)
        .where(row.subject.in_(own))
        .order_by(row.nominated)
    )
    return tuple(CaseLine(*one) for one in connection.execute(chosen))


def _acts(connection: Connection, subject: str, told: set[int]) -> tuple[Act, ...]:
    row = event_table.c
    chosen = select(row.position, row.recorded_at, row.type, row.stream).order_by(row.position)
    by = connection.execute(chosen.where(or_(row.actor == subject, row.on_behalf_of == subject)))
    return tuple(
        Act(position, from_micros(at), type_, stream) for position, at, type_, stream in by if position not in told
    )
