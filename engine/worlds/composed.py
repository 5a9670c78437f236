"""What is known of those on a list, for what it must be made of: the ladder's own attributes of them.

Asked by the plain loops of the language, over the few rows of those few people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from engine.blocks import in_blocks
from engine.tables import case_table, evidence_table, subject_table
from events.facts import Catalogue, CatalogueDeclared, Nominated, Settings, SettingsChanged
from events.log import Log, tip
from events.tables import EACH, many
from ladders.evidence.columns import FOREVER
from ladders.model.ladder import Ladder
from ladders.model.lists import MEMBERS_OWN, Composition
from ladders.question import Question
from ladders.reference.rows import Place, Row
from workflows import cycle as cycles
from workflows.shown import Made

_row, _case = evidence_table.c, case_table.c
_NUMBERS = select(subject_table.c.id, subject_table.c.number).where(subject_table.c.id.in_(select(EACH)))
_ROWS = select(
    _row.subject, _row.kind, _row.first, _row.last, _row.recorded, _row.until, _row.item, _row.known, _row.voided,
    _row.attributes,
).where(_row.subject.in_(select(EACH)))  # fmt: skip


def asked(compositions: Iterable[Composition]) -> frozenset[str]:
    """The ladder's own attributes by which members are counted."""
    return frozenset(name for one in compositions for name in one.only) - frozenset(MEMBERS_OWN)


def of(
    connection: Connection, ladder: Ladder, names: Collection[str], subjects: Collection[str], question: Question
) -> Made:
    """The attributes of subjects as a question has them; unknown ones are left out."""
    if not names:
        return Made()
    named = {name: ladder.attributes[name] for name in sorted(names)}
    kinds = {one.evidence or "application" for one in named.values() if one.setting is None}
    numbers = dict(connection.execute(_NUMBERS, many(sorted(subjects))).tuples().all())
    evidence: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for block in in_blocks(sorted(numbers.values())):
        for row in connection.execute(_ROWS.where(_row.kind.in_(sorted(kinds))), many(block)):
            evidence[row.subject][row.kind].append(_read(row))
    attributes, scales = {}, dict[str, tuple[str, ...]]()
    for subject, number in numbers.items():
        place = Place(ladder, ladder.steps[0], evidence[number], number, question)
        told = {name: place.told(name) for name in named}
        attributes[subject] = {name: one.term for name, one in told.items() if not one.unknown}
        scales = scales or {name: place.scale_of(name) for name in named}
    return Made(attributes, scales)


def _read(row: Any) -> Row:
    until = date.max if row.until >= FOREVER else date.fromordinal(row.until)
    return Row(
        subject=row.subject,
        first=date.fromordinal(row.first),
        last=date.fromordinal(row.last),
        recorded=row.recorded,
        until=until,
        item=row.item,
        known=row.known,
        voided=row.voided,
        attributes=json.loads(row.attributes),
    )


def shown(
    connection: Connection,
    log: Log,
    states: Mapping[str, Any],
    ladders: Mapping[str, Ladder],
    today: date,
    made: Collection[str],
    subjects: Collection[str],
    listed: Collection[str],
) -> dict[str, Made]:
    """By cycle what is known of its panels and of these subjects (``made``), or of its nominees (``listed``).

    Of panels on today's day, of nominees on the cycle's own; both by what the log says now, under the catalogue and the
    settings that the cycle pins.
    """
    found: dict[str, Made] = {}
    for name in {*made, *listed}:
        state = states[cycles.stream(name)]
        if not isinstance(state, cycles.Cycle) or state.opened is None:
            continue
        ladder = ladders[state.opened.version]
        route = cycles.route_of(ladder, state.opened.to)
        if name in listed:
            composition = route.nomination.composition if route.nomination is not None else ()
            people = nominated(connection, log, name) if composition else {}
            question = pinned(connection, log, state, state.opened.as_of, tip(connection).position)
            known = of(connection, ladder, asked(composition), people, question)
            found[name] = Made(known.attributes, known.scales, people)
        elif compositions := [one for stage in route.stages for one in stage.composition]:
            seated = {chair.holder for chairs in state.panels.values() for chair in chairs.values()}
            question = pinned(connection, log, state, today, tip(connection).position)
            known = of(connection, ladder, asked(compositions), {*subjects, *seated}, question)
            found[name] = Made(known.attributes, known.scales, _units(connection, seated))
    return found


def pinned(connection: Connection, log: Log, cycle: cycles.Cycle, day: date, known_at: int) -> Question:
    """A question under the declarations of a cycle."""
    opened = cycles.is_open(cycle)
    facts = {one.position: one.fact for one in log.read_at(connection, {opened.settings, opened.catalogue})}
    settings, catalogue = facts.get(opened.settings), facts.get(opened.catalogue)
    return Question(
        day,
        known_at,
        catalogue.catalogue if isinstance(catalogue, CatalogueDeclared) else Catalogue(),
        settings.settings if isinstance(settings, SettingsChanged) else Settings(),
    )


def _units(connection: Connection, subjects: Collection[str]) -> dict[str, str | None]:
    """The own units of subjects."""
    chosen = select(subject_table.c.id, subject_table.c.unit).where(subject_table.c.id.in_(select(EACH)))
    return dict(connection.execute(chosen, many(sorted(subjects))).tuples().all()) if subjects else {}


def nominated(connection: Connection, log: Log, cycle: str) -> dict[str, str | None]:
    """Who is nominated in a cycle and did not withdraw, those outside the count left out: their own unit."""
    there = select(_case.nominated).where(_case.cycle == cycle, _case.phase != "withdrawn")
    found: dict[str, str | None] = {}
    for block in in_blocks(connection.execute(there).scalars().all()):
        for event in log.read_at(connection, block):
            if isinstance(event.fact, Nominated) and not event.fact.outside:
                found[event.fact.subject] = event.fact.unit
    return found
