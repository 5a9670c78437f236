"""What the list of nominations of a cycle must be made of, and is not (结构要求)."""

from __future__ import annotations

from sqlalchemy import select

from engine.cycles.view import View
from engine.tables import unit_table
from engine.worlds import composed, worlds
from workflows import cycle as cycles
from workflows import lists


def lacking(view: View) -> list[tuple[str, str]]:
    """What the list of nominations of a cycle that is open lacks, in both languages."""
    rule = view.route.nomination
    if rule is None or not rule.composition:
        return []
    district, name = view.district, view.cycle
    states, none = {cycles.stream(name): view.state}, ()
    made = composed.shown(view.connection, district.log, states, district.ladders, view.today, none, none, (name,))
    compositions = {one.id: one for one in rule.composition}
    known = dict(view.connection.execute(select(unit_table.c.id, unit_table.c.name)).tuples().all())
    said = []
    for one in lists.lacking(rule, made[name], worlds.units(view.connection)):
        zh, en = lists.said(compositions[one.composition], one)
        of = f"{known.get(one.unit, one.unit)} " if one.unit else ""
        said.append((of + zh, of + en))
    return said
