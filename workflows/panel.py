"""The panels of a cycle's stages: seated, delegated, handed over, reminded; their stages opened and extended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from events.facts import (
    DelegationEnded,
    Fact,
    PanelReminded,
    SeatDelegated,
    SeatHandedOver,
    StageExtended,
    StageOpened,
)
from ladders.model.review import Stage
from workflows.acts import DelegateSeat, EndDelegation, ExtendStage, HandOverSeat, RemindPanel
from workflows.chairs import Chair
from workflows.commands import Already, Decision, Moment, Needs, OpenStage, Refused, SeatPanel, World
from workflows.cycle import (
    Cycle,
    drafted,
    is_running,
    not_closed,
    route_in,
    stream,
    unit_above,
    window_of,
)
from workflows.seating import composed, lacks, may_sit, seat_panel, seated, twice

Asked = SeatPanel | DelegateSeat | EndDelegation | HandOverSeat | RemindPanel | OpenStage | ExtendStage


def needs(command: Asked) -> Needs:
    """The cycle, and whoever is to sit or stand in."""
    own = (stream(command.cycle),)
    match command:
        case SeatPanel():
            seated = [seat.person for seat in command.seats]
            pooled = [person for pool in command.pools.values() for person in pool]
            cycle = (command.cycle,)
            return Needs(streams=own, subjects=(*seated, *pooled), units=True, before=cycle, made=cycle)
        case DelegateSeat():
            return Needs(streams=own, subjects=(command.delegate,), units=True)
        case HandOverSeat():
            return Needs(streams=own, subjects=(command.successor,), units=True, made=(command.cycle,))
        case OpenStage():
            return Needs(streams=own, units=True, waiting=command.cycle)
    return Needs(streams=own)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a panel or a stage."""
    state: Cycle = world.states[stream(command.cycle)]
    if isinstance(command, SeatPanel) and (there := seated(command, state)) is not None:
        return there
    is_running(state)
    stage = stage_in(world, state, command.stage)
    fact: Fact | Already
    match command:
        case SeatPanel():
            fact = seat_panel(world, command, moment, state, stage)
        case DelegateSeat():
            fact = _delegate(world, command, moment, state, stage)
        case EndDelegation():
            fact = _end_delegation(command, state, stage)
        case HandOverSeat():
            fact = _hand_over(world, command, moment, state, stage)
        case RemindPanel():
            fact = _remind(command, state)
        case OpenStage():
            fact = _open(world, moment, state, stage)
        case ExtendStage():
            fact = _extend(moment, state, stage)
    return fact if isinstance(fact, Already) else drafted(state, command.cycle, moment, fact)


def stage_in(world: World, state: Cycle, name: str) -> Stage:
    """A stage of the cycle's route, by its id; Refused if the route has none of that id."""
    stages = route_in(world, state).stages
    for stage in stages:
        if stage.id == name:
            return stage
    names = ", ".join(stage.id for stage in stages)
    raise Refused("no stage", f"没有环节“{name}”;可用:{names}", f'there is no stage "{name}"; there is: {names}')


# --------------------------------------------------------------------------------------------- who sits instead


def _delegate(
    world: World, command: DelegateSeat, moment: Moment, state: Cycle, stage: Stage
) -> SeatDelegated | Already:
    chairs, seat = _chair_of(state, stage, command.unit, command.person)
    if command.delegate != command.person and command.delegate in chairs[seat].voters:
        return Already(state.panels_at[stage.id, command.unit])
    _may_take(world, chairs, seat, command.delegate, moment, stage, command.unit)
    return SeatDelegated(stage=stage.id, unit=command.unit, seat=seat, person=command.person, delegate=command.delegate)


def _end_delegation(command: EndDelegation, state: Cycle, stage: Stage) -> DelegationEnded:
    chairs, seat = _chair_of(state, stage, command.unit, command.person)
    for delegate in chairs[seat].voters - {command.person}:
        return DelegationEnded(stage=stage.id, unit=command.unit, seat=seat, person=command.person, delegate=delegate)
    raise Refused(
        "no delegate",
        "这个席位没有委派别人,不用收回;席位用 jieti cycle show 查看",
        "nobody else votes from this seat: there is nothing to end; jieti cycle show lists the seats",
    )


def _hand_over(
    world: World, command: HandOverSeat, moment: Moment, state: Cycle, stage: Stage
) -> SeatHandedOver | Already:
    for chair in state.panels.get((stage.id, command.unit), {}).values():
        if chair.holder == command.successor and chair.taken_over and chair.taken_over[0] == command.person:
            return Already(chair.taken_over[1])
    chairs, seat = _chair_of(state, stage, command.unit, command.person)
    if command.successor not in chairs[seat].voters - {command.person}:  # a delegate may well become the holder
        _may_take(world, chairs, seat, command.successor, moment, stage, command.unit)
    holders = {number: chair.holder for number, chair in chairs.items()}
    if not lacks(world, command.cycle, stage, holders):  # what lacks already cannot be held against the successor
        composed(world, command.cycle, stage, {**holders, seat: command.successor})
    return SeatHandedOver(
        stage=stage.id, unit=command.unit, seat=seat, person=command.person, successor=command.successor
    )


def _chair_of(state: Cycle, stage: Stage, unit: str | None, person: str) -> tuple[Mapping[int, Chair], int]:
    """The chairs of a panel, and the number of the one in which a person sits."""
    chairs = state.panels.get((stage.id, unit))
    if chairs is None:
        raise no_panel(stage, [unit])
    for seat, chair in chairs.items():
        if chair.holder == person:
            return chairs, seat
    raise Refused(
        "not seated",
        "这个人不在本环节的评审组里;席位用 jieti cycle show 查看",
        "this person has no seat on this stage's panel; jieti cycle show lists the seats",
    )


def _may_take(
    world: World,
    chairs: Mapping[int, Chair],
    seat: int,
    person: str,
    moment: Moment,
    stage: Stage,
    unit: str | None,
) -> None:
    """Refused unless the person may sit in this seat and does not vote from any of the panel's seats."""
    if any(person in chair.voters for chair in chairs.values()):
        raise twice()
    may_sit(world, person, moment, stage.roles[seat - 1], unit)


def no_panel(stage: Stage, units: Iterable[str | None]) -> Refused:
    """The refusal of what needs a panel that is not seated yet, for the whole cycle or for these units."""
    named = ", ".join(sorted(unit for unit in units if unit is not None))
    zh, en = (f"(单位:{named})", f" for {named}") if named else ("", "")
    return Refused(
        "no panel",
        f"环节“{stage.title.zh}”还没有评审组{zh};先用 jieti cycle seat 组成",
        f'the stage "{stage.title.en}" has no panel{en} yet; seat it first: jieti cycle seat',
    )


def _remind(command: RemindPanel, state: Cycle) -> PanelReminded:
    if command.stage not in state.stages:
        raise _not_begun(command.stage)
    if not command.persons or command.missing < 1:
        raise Refused(
            "nothing missing",
            "没有缺的表决票,不用催办;用 jieti cycle show 查看进度",
            "no ballot is missing: there is nobody to remind; jieti cycle show tells where the cases are",
        )
    return PanelReminded(stage=command.stage, persons=tuple(sorted(set(command.persons))), missing=command.missing)


# ------------------------------------------------------------------------------------------------ the stage's days


def _open(world: World, moment: Moment, state: Cycle, stage: Stage) -> StageOpened | Already:
    if stage.id in state.stages:
        return Already(state.stages_at[stage.id])
    if state.closed is None:
        raise not_closed()
    for before in route_in(world, state).stages:
        if before.id == stage.id:
            break
        if before.id not in state.stages:
            raise Refused(
                "stage before",
                f"环节“{before.id}”在先,还没有开始;请先进行它",
                f'the stage "{before.id}" comes first and has not begun: open that one',
            )
    judging: set[str | None] = {None}
    if stage.panel_per is not None:
        judging = {unit_above(world.units, unit, stage.panel_per) for unit in world.waiting}
    if missing := [unit for unit in judging if (stage.id, unit) not in state.panels]:
        raise no_panel(stage, missing)
    last = moment.today + timedelta(days=stage.days)
    return StageOpened(
        stage=stage.id,
        first=moment.today,
        last=last,
        counted_from=last + timedelta(days=1 + stage.grace) if stage.grace else None,
    )


def _extend(moment: Moment, state: Cycle, stage: Stage) -> StageExtended | Already:
    if stage.id in state.extensions:
        return Already(state.extensions_at[stage.id])
    window = window_of(state, None, stage.id)
    if window is None:
        raise _not_begun(stage.id)
    if stage.when_time_is_up.then != "extend":
        raise Refused(
            "no extension",
            f"环节“{stage.title.zh}”的规定没有延长;到期请直接计票:jieti cycle advance",
            f'the rule of "{stage.title.en}" extends nothing: count what came, jieti cycle advance',
        )
    *_, counted_from = window
    if moment.today < counted_from:
        raise Refused(
            "too early",
            f"这个环节 {counted_from} 才计票,还不能延长;请到那天再办",
            f"this stage is counted from {counted_from}: it cannot be extended before that day",
        )
    # From the day on which it is extended: after an outage too, the panel has all of these days.
    last = moment.today + timedelta(days=stage.when_time_is_up.days - 1)
    return StageExtended(stage=stage.id, last=last, counted_from=last + timedelta(days=1 + stage.grace))


def _not_begun(stage: str) -> Refused:
    return Refused(
        "not begun",
        f"环节“{stage}”还没有开始;先用 jieti cycle advance 进行到那里",
        f'the stage "{stage}" has not begun; bring the cycle there first: jieti cycle advance',
    )
