"""Places that become free after they were filled, where the rule gives them to the next in rank (递补).

Whoever leaves the ranking never comes back, so whoever was found to move up may do so whatever happens meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import and_, select

from engine.clock import CLOCKWORK
from engine.cycles import ranked
from engine.cycles.places import group_of
from engine.cycles.view import ROW, View, viewing
from engine.district import District
from engine.tables import LEFT
from engine.worlds import worlds
from events.facts import MovedUp
from events.tables import EACH, many
from workflows import ranking
from workflows.acts import MoveUp
from workflows.commands import Unit
from workflows.cycle import UNCONCLUDED

_rankings: WeakKeyDictionary[District, dict[int, ranked.Derived | None]] = WeakKeyDictionary()
"""By district and the position at which places were filled their ranking, where somebody left before being told it."""
Group = str | None


def move_up(district: District, cycle: str, new: str, chunk: tuple[str, ...]) -> MoveUp | None:
    """The command that gives places that became free to those of these cases that come next."""
    with viewing(district, cycle) as view:
        found = moving(view)
    moved = {case: found[case] for case in chunk if case in found}
    return MoveUp(id=new, asking=CLOCKWORK, cycle=cycle, moved=moved) if moved else None


def may_come(view: View) -> bool:
    """Whether somebody who has a place may still lose it to whoever waits for one."""
    places = view.route.places
    if places is None or places.freed != "next":
        return False
    return any(view.any(phase, ROW.left_at == 0) for phase in UNCONCLUDED if phase != "unplaced")


def moving(view: View) -> dict[str, MovedUp]:
    """Who of those without a place comes to have one that became free, and by which event."""
    rule, filled = view.route.places, view.state.places
    if rule is None or filled is None or rule.freed != "next" or not view.any("unplaced"):
        return {}
    units = worlds.units(view.connection) if rule.per is not None else {}
    gone = _gone(view, units)
    if not gone:
        return {}
    number = {one.unit: one.places for one in filled.groups}
    reach = max(number.values(), default=0) + len(gone)
    chosen = view.chosen(ROW.id, "unplaced", ROW.rank <= reach).with_only_columns(ROW.id, ROW.unit, ROW.rank)
    waiting = [(one.id, group_of(one.unit, rule.per, units), one.rank) for one in view.connection.execute(chosen)]
    equals = _equals(view, {rank for *_, rank in waiting}, units)
    for case, of, rank, at in gone:
        equals[of, rank][case] = at
    found = {}
    for case, of, rank in waiting:
        better = [at for _, other, its, at in gone if other == of and its < rank]
        lot = filled.lot or ""
        by = ranking.freed_for(case, rank, number.get(of, 0), equals[of, rank], better, rule.ties, lot)
        if by is not None:
            found[case] = MovedUp(
                cycle=view.cycle, rank=rank, places=number[of], unit=of, freed=by, filled=view.state.places_at
            )
    return found


def _gone(view: View, units: Mapping[str, Unit]) -> list[tuple[str, Group, int, int]]:
    """Those who left the ranking, be it before they were told their rank: case, group, rank, and where."""
    rule, filled = view.route.places, view.state.places_at
    assert rule is not None
    chosen = select(ROW.id, ROW.unit, ROW.rank, ROW.left_at).where(ROW.cycle == view.cycle, LEFT)
    found = [
        (one.id, group_of(one.unit, rule.per, units), one.rank, one.left_at) for one in view.connection.execute(chosen)
    ]
    untold = and_(ROW.rank.is_(None), ROW.position > filled, ROW.ready > 0)
    before = view.chosen(ROW.id, "withdrawn", untold).add_columns(ROW.position)
    if left := dict(view.connection.execute(before).tuples().all()):
        ranked = _ranking(view.district, filled)
        ranks = ranked.ranking.ranks if ranked is not None else ()
        told = [one for one in ranks if one.case in left and one.outcome != "outside"]
        found += [(one.case, one.unit, one.rank, left[one.case]) for one in told]
    return found


def _ranking(district: District, filled: int) -> ranked.Derived | None:
    """The ranking as the log tells it; made once, since it never changes."""
    kept = _rankings.setdefault(district, {})
    if filled not in kept:
        kept[filled] = ranked.derive(district, filled)
    return kept[filled]


def _equals(view: View, ranks: set[int], units: Mapping[str, Unit]) -> dict[tuple[Group, int], dict[str, int]]:
    """By group and rank those who compete, and where they left."""
    rule = view.route.places
    assert rule is not None
    found: dict[tuple[Group, int], dict[str, int]] = defaultdict(dict)
    chosen = select(ROW.id, ROW.unit, ROW.rank, ROW.left_at).where(
        ROW.cycle == view.cycle, ROW.left_at.is_not(None), ROW.rank.in_(select(EACH))
    )
    for one in view.connection.execute(chosen, many(ranks)) if ranks else ():
        found[group_of(one.unit, rule.per, units), one.rank][one.id] = one.left_at
    return found
