"""The cycles before a cycle, for panels whose members may sit only so many times in a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine.tables import cycle_table
from engine.worlds.folded import Folded
from ladders.model.ladder import Ladder
from workflows import cycle as cycles


def shown(
    connection: Connection,
    folded: Folded,
    names: Iterable[str],
    states: Mapping[str, Any],
    ladders: Mapping[str, Ladder],
) -> dict[str, tuple[cycles.Cycle, ...]]:
    """By cycle those that were opened before it for the same rung and scope, the newest first.

    Of cycles whose route rotates seats; of all others nothing is looked at.
    """
    found = {}
    for name in names:
        state = states[cycles.stream(name)]
        if isinstance(state, cycles.Cycle) and state.opened is not None:
            route = cycles.route_of(ladders[state.opened.version], state.opened.to)
            if any(group.at_most_in_a_row for stage in route.stages for group in stage.groups):
                found[name] = before(connection, folded, state)
    return found


def before(connection: Connection, folded: Folded, state: cycles.Cycle) -> tuple[cycles.Cycle, ...]:
    """The cycles before one that was opened."""
    opened, row = state.opened, cycle_table.c
    assert opened is not None
    alike = (row.ladder == opened.ladder) & (row.to == opened.to) & (row.position < state.opened_at)
    names = connection.execute(select(row.id).where(alike)).scalars().all()
    others: Iterable[cycles.Cycle] = folded.states(connection, (cycles.stream(name) for name in names)).values()
    same = [one for one in others if one.opened is not None and one.opened.scope == opened.scope]
    return tuple(sorted(same, key=lambda one: -one.opened_at))
