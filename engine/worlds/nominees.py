"""How many were nominated in a cycle so far, and how many teachers each unit has: for limits of nominations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select

from engine.blocks import in_blocks
from engine.tables import case_table, subject_table
from events.facts import Nominated
from events.log import Log
from ladders.model.ladder import Ladder
from ladders.model.lists import Multiple
from ladders.model.review import Route
from workflows import cycle as cycles
from workflows.shown import Nominees


def shown(
    connection: Connection,
    log: Log,
    names: Iterable[str],
    states: Mapping[str, Any],
    ladders: Mapping[str, Ladder],
    today: date,
) -> dict[str, Nominees]:
    """By cycle who was nominated, for those of the cycles whose route limits that."""
    found: dict[str, Nominees] = {}
    for name in names:
        state = states[cycles.stream(name)]
        if not isinstance(state, cycles.Cycle) or state.opened is None:
            continue
        route = cycles.route_of(ladders[state.opened.version], state.opened.to)
        if route.nomination is None or route.nomination.at_most is None:
            continue
        limit = route.nomination.at_most
        asked = isinstance(limit, Multiple) and limit.of == "teachers"
        found[name] = Nominees(_counted(connection, log, name, route), _teachers(connection, today) if asked else {})
    return found


def _counted(connection: Connection, log: Log, cycle: str, route: Route) -> dict[str | None, int]:
    """By their own unit how many cases were not withdrawn, those outside the count left out."""
    row = case_table.c
    stays = (row.cycle == cycle) & (row.phase != "withdrawn")
    counted = select(row.unit, func.count()).where(stays).group_by(row.unit)
    sums = Counter({unit: int(number) for unit, number in connection.execute(counted)})
    if route.places is not None and route.places.outside_the_count:
        for block in in_blocks(connection.execute(select(row.nominated).where(stays)).scalars().all()):
            for event in log.read_at(connection, block):
                if isinstance(event.fact, Nominated) and event.fact.outside:
                    sums[event.fact.unit] -= 1
    return dict(sums)


def _teachers(connection: Connection, today: date) -> dict[str | None, int]:
    """By unit how many people are employed in it on a day."""
    row = subject_table.c
    there = (row.kind == "person") & (row.since <= today.toordinal())
    stays = or_(row.until.is_(None), row.until >= today.toordinal())
    counted = select(row.unit, func.count()).where(there, stays).group_by(row.unit)
    return {unit: int(number) for unit, number in connection.execute(counted)}
