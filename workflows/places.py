"""The places of a cycle (名额): given to the best of those approved, as ``workflows.ranking`` ranks them.

Those that become free again go to the next in rank (递补), where the rule says so.
"""

from __future__ import annotations

from events.facts import Placed, PlacesFilled
from workflows import case
from workflows.acts import FillPlaces, MoveUp, PlaceCases
from workflows.case import Case, approved, case_in, next_of
from workflows.case_parts import rung_of
from workflows.commands import Already, Decision, Moment, Needs, Refused, World
from workflows.cycle import UNDECIDED, Cycle, all_decided, drafted, is_running, not_closed, route_in
from workflows.cycle import stream as cycle_stream

Asked = FillPlaces | PlaceCases | MoveUp


def needs(command: Asked) -> Needs:
    """The cycle with its counts, or the cases that are placed."""
    own = cycle_stream(command.cycle)
    if isinstance(command, FillPlaces):
        return Needs(streams=(own,), counts=command.cycle)
    names = command.moved if isinstance(command, MoveUp) else command.placed
    return Needs(streams=(own, *(case.stream(name) for name in names)))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from filling the places, or from saying where cases came."""
    state: Cycle = world.states[cycle_stream(command.cycle)]
    is_running(state)
    if isinstance(command, FillPlaces):
        fact = _fill(world, command, state)
        return fact if isinstance(fact, Already) else drafted(state, command.cycle, moment, fact)
    if isinstance(command, MoveUp):
        return _move_up(world, command, moment, state)
    return _place(world, command, moment, state)


def _fill(world: World, command: FillPlaces, state: Cycle) -> PlacesFilled | Already:
    rule = route_in(world, state).places
    if rule is None:
        raise Refused(
            "no places",
            "本周期的规定不限名额,不用排定;请直接公示:jieti cycle advance",
            "the rule of this cycle has no places to give: go on to the notice, jieti cycle advance",
        )
    if state.places is not None:
        return Already(state.places_at)
    if state.closed is None:
        raise not_closed()
    all_decided(world, UNDECIDED)
    if route_in(world, state).grades is not None and state.grades is None:
        raise Refused(
            "no grades yet",
            "通过的申报还没有评定等次;请先运行 jieti cycle advance 评定",
            "the approved cases are not graded yet: run jieti cycle advance first",
        )
    ranked = sum(group.candidates - (group.again or 0) for group in command.groups)
    if ranked + command.outside != world.counts.get("approved", 0):
        raise Refused(
            "ranking",
            "排名与通过的申报不一致;请重新运行 jieti cycle advance",
            "the ranking is not that of the approved cases; run the cycle again: jieti cycle advance",
        )
    if rule.ties == "lot" and not command.lot:
        raise Refused(
            "lot",
            "规定同分抽签,缺少抽签号;请重新运行 jieti cycle advance",
            "the rule draws lots among equals and none was drawn; run the cycle again: jieti cycle advance",
        )
    return PlacesFilled(
        groups=command.groups, outside=command.outside, list_sha256=command.list_sha256, lot=command.lot
    )


def _place(world: World, command: PlaceCases, moment: Moment, state: Cycle) -> Decision:
    route, drafts = route_in(world, state), []
    for name, placed in command.placed.items():
        one = case_in(world, name, command.cycle)
        if one.placed is not None or one.outcome is not None:
            continue
        assert one.nominated is not None
        outside = one.nominated.outside is True
        if (
            state.places is None
            or placed.filled != state.places_at
            or placed.cycle != command.cycle
            or (placed.outcome == "outside") != outside
            or not _may_have(one, placed)
            or not approved(one, route)
        ):
            raise _other_places()
        drafts.append(next_of(one, name, moment, placed))
    return drafts or Already(state.places_at)


def _may_have(one: Case, placed: Placed) -> bool:
    """Whether the case meets the step to the rung of its place, where places are of rungs."""
    assert one.assessed is not None
    return one.assessed.rung is None if placed.rung is None else placed.rung in map(rung_of, one.assessed.met)


def _move_up(world: World, command: MoveUp, moment: Moment, state: Cycle) -> Decision:
    """Whoever left never comes back: what was found to be free is so, whatever happened since it was looked at."""
    rule, drafts = route_in(world, state).places, []
    for name, moved in command.moved.items():
        one = case_in(world, name, command.cycle)
        if one.moved_up is not None or one.outcome is not None:
            continue
        told = one.placed
        if (
            rule is None
            or rule.freed != "next"
            or told is None
            or told.outcome != "out"
            or moved.cycle != command.cycle
            or (moved.rank, moved.places, moved.unit, moved.filled) != (told.rank, told.places, told.unit, told.filled)
            or not told.filled < moved.freed <= moment.tip
        ):
            raise _other_places()
        drafts.append(next_of(one, name, moment, moved))
    return drafts or Already(state.places_at)


def _other_places() -> Refused:
    return Refused(
        "other places",
        "名次不是按本周期排定的名额作出的;请重新运行 jieti cycle advance",
        "the rank is not one of the places as this cycle filled them; run it again: jieti cycle advance",
    )
