"""Who has not voted yet: by panel member the cases of a stage that wait for their ballot, and until when.

Most is told by the projections: which seats a case has, and the keys under which ballots were cast.  Only a case that
these cannot tell (somebody declared a recusal, a seat was added, a ballot was taken back) is read from the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select

from engine.blocks import in_blocks
from engine.cycles.stages import IN_REVIEW, OWN_DAYS, Here
from engine.cycles.view import FREE, ROW, View, viewing
from engine.district import District
from engine.tables import business_key_table
from engine.worlds import recusals, worlds
from events.facts.ballots import ballot_key
from events.tables import EACH, many
from ladders.model.review import Stage
from workflows import case as cases
from workflows.commands import Refused
from workflows.cycle import unit_above
from workflows.deciding import fold
from workflows.seats import seats_of

_CAST = select(business_key_table.c.key).where(business_key_table.c.key.in_(select(EACH)))


@dataclass(frozen=True)
class Awaited:
    """Ballots that are missing of one person: cast until ``last``; without them counted from ``counted`` on."""

    person: str
    last: date
    counted: date
    cases: tuple[str, ...]


def missing(district: District, cycle: str, stage: str) -> list[Awaited]:
    """Who has not voted in a stage, seats that are recused left out, by the last day and the person.

    Nothing where the stage has not begun; Refused where the cycle or the stage is not there.
    """
    with viewing(district, cycle) as view:
        return missing_in(view, stage)


def missing_in(view: View, stage: str) -> list[Awaited]:
    """The same of a view of the cycle."""
    before = None
    for one in view.route.stages:
        if one.id == stage:
            return _missing(view, Here(view, one, before)) if stage in view.state.stages else []
        before = one.id
    named = ", ".join(one.id for one in view.route.stages)
    raise Refused("no stage", f"没有环节“{stage}”;可用:{named}", f'there is no stage "{stage}"; there is: {named}')


def _missing(view: View, here: Here) -> list[Awaited]:
    columns = (ROW.id, ROW.unit, ROW.ballots, ROW.signers, ROW.recused, ROW.last, ROW.counted_from)
    chosen = view.chosen(ROW.id, IN_REVIEW, here.inside, FREE, or_(OWN_DAYS, here.with_all)).with_only_columns(*columns)
    waiting = view.connection.execute(chosen).all()
    _, last, counted = here.days
    found: dict[tuple[date, date, str], list[str]] = defaultdict(list)
    for row, person in _who(view, here.stage, waiting):
        days = (last, counted)
        if row.last is not None:
            days = (date.fromordinal(row.last), date.fromordinal(row.counted_from))
        found[*days, person].append(row.id)
    return [Awaited(person, last, until, tuple(sorted(ids))) for (last, until, person), ids in sorted(found.items())]


def _who(view: View, stage: Stage, waiting: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], str]]:
    """For each missing ballot the case's row and the person."""
    units = worlds.units(view.connection) if stage.panel_per is not None else {}
    panels = {unit: chairs for (which, unit), chairs in view.state.panels.items() if which == stage.id}
    persons = {chair.holder for chairs in panels.values() for chair in chairs.values()}
    opened, at = view.state.stages[stage.id], view.state.stages_at[stage.id]
    for block in in_blocks(waiting):
        ids = [row.id for row in block]
        tied = recusals.related(view.connection, persons, ids, opened.first, at, stage.may_not_judge)
        numbers = sorted({seat for chairs in panels.values() for seat in chairs})
        voted = _voted(view, stage.id, ids, numbers)
        unclear = []
        for row in block:
            if row.signers or row.recused or len(voted[row.id]) != row.ballots:
                unclear.append(row)
                continue
            related = tied.get(row.id, {})
            for seat, chair in panels.get(unit_above(units, row.unit, stage.panel_per), {}).items():
                if seat not in voted[row.id] and chair.holder not in related:
                    yield row, chair.holder
        yield from _read(view, stage, unclear)


def _voted(view: View, stage: str, ids: Iterable[str], seats: Iterable[int]) -> Mapping[str, set[int]]:
    """By case the seats that ever voted in a stage."""
    keys = {ballot_key(cases.stream(one), stage, seat, None): (one, seat) for one in ids for seat in seats}
    voted: dict[str, set[int]] = defaultdict(set)
    for key in view.connection.execute(_CAST, many(keys)).scalars() if keys else ():
        one, seat = keys[key]
        voted[one].add(seat)
    return voted


def _read(view: View, stage: Stage, rows: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], str]]:
    """The same for cases that have to be read."""
    by_id = {row.id: row for row in rows}
    if not by_id:
        return
    read = view.district.log.read_many(view.connection, [cases.stream(one) for one in by_id])
    states: dict[str, cases.Case] = {one: fold(cases.stream(one), read[cases.stream(one)]) for one in by_id}
    related = worlds.related(view.connection, view.state, stage.id, states, view.district.ladders)
    units = worlds.units(view.connection)
    for one, state in states.items():
        cast = state.ballots.get(stage.id, {})
        for seat, seated in seats_of(state, view.state, stage, units, related.get(one, {})).items():
            if seated.recused is None and seat not in cast:
                yield by_id[one], seated.holder
