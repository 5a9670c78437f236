"""Who sits on a panel: a person for each seat, named or drawn by lot, who may sit there; and what they are together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from events.facts import Drawn, PanelSeated, Seat
from ladders.model.lists import Composition
from ladders.model.review import SeatGroup, Stage
from ladders.reference.choosing import ListFound, Member, composition_found, drawn, in_a_row
from workflows.commands import Already, Moment, Refused, SeatPanel, World
from workflows.cycle import Cycle
from workflows.lists import member
from workflows.repeats import Again
from workflows.shown import Made


def seated(command: SeatPanel, state: Cycle) -> Already | None:
    """That everybody whom the command names sits there, and nobody else: so it is whatever became of the cycle."""
    panel, named = (command.stage, command.unit), {seat.seat: seat.person for seat in command.seats}
    there = {seat: chair.holder for seat, chair in state.panels.get(panel, {}).items()}
    return _again(state, panel) if there and there == named else None


def _again(state: Cycle, panel: tuple[str, str | None]) -> Already:
    """That the panel sits there already: held against its seating, unless a seat was handed over since."""
    at = state.panels_at[panel]
    handed_over = any(chair.taken_over for chair in state.panels[panel].values())
    return Already(at) if handed_over else Again(at, mend=("见 jieti cycle show", "jieti cycle show lists the seats"))


def seat_panel(world: World, command: SeatPanel, moment: Moment, state: Cycle, stage: Stage) -> PanelSeated | Already:
    """The panel as it is seated; Refused where the rule of the stage has it otherwise."""
    _has_panel_of(world, command.unit, stage)
    panel, named = (stage.id, command.unit), {seat.seat: seat.person for seat in command.seats}
    draws = _draws(command, state, stage)
    there = state.panels.get(panel)
    if there is not None:
        again = {**named, **(_drawn(stage, named, draws) or {})}
        if {seat: chair.holder for seat, chair in there.items()} == again:
            return _again(state, panel)
        if stage.id in state.stages:
            raise Refused(
                "stage began",
                "这个环节已经开始表决,评审组不能重新组成;席位可以委派或转办",
                "ballots are being cast: the panel is not seated anew; a seat can be delegated or handed over",
            )
    _pooled(stage, draws)
    _every_seat(command, stage)
    for seat in command.seats:
        role = stage.roles[seat.seat - 1]
        if seat.role is not None and seat.role != role.role:
            raise Refused(
                "role",
                f"{seat.seat} 号席位是{role.title.zh}({role.role}),不是 {seat.role};请按席位的角色安排",
                f'seat {seat.seat} is for {role.title.en} ({role.role}), not "{seat.role}": seat them by role',
            )
    if _drawn(stage, named, draws) is None:
        raise Refused(
            "pool",
            "人选范围里的人不够抽签;请多给几个人",
            "there are fewer people in the pool than seats to draw: name more of them",
        )
    roles = {group.role: group for group in stage.groups}
    past = panels_before(world, command.cycle, panel)
    asked = [(person, stage.roles[seat - 1]) for seat, person in named.items()]
    asked += [(person, roles[draw.role]) for draw in draws for person in draw.pool]
    for person, group in asked:
        may_sit(world, person, moment, group, command.unit)
        _may_sit_again(past, person, group)
    persons = {**named, **seats_drawn(stage, named, draws)}
    composed(world, command.cycle, stage, persons)
    # Seats that the rule does not tell apart have no role.
    plain = isinstance(stage.seats, int)
    seats = tuple(
        Seat(seat=seat, person=persons[seat], role=None if plain else stage.roles[seat - 1].role)
        for seat in sorted(persons)
    )
    return PanelSeated(stage=stage.id, unit=command.unit, seats=seats, drawn=draws or None)


def _every_seat(command: SeatPanel, stage: Stage) -> None:
    """Refused unless there is one person for each seat that is not drawn, and nobody in two."""
    wanted = [seat for seat, group in enumerate(stage.roles, 1) if not group.lot]
    if sorted(seat.seat for seat in command.seats) != wanted:
        asked = f"1 到 {stage.size}" if len(wanted) == stage.size else "、".join(map(str, wanted)) or "0"
        said = f"from 1 to {stage.size}" if len(wanted) == stage.size else f"of {', '.join(map(str, wanted)) or 'none'}"
        raise Refused(
            "seats",
            f"这个环节有 {stage.size} 个席位,请给出 {asked} 号各一人(给了 {len(command.seats)} 个)",
            f"this stage has {stage.size} seats: give one person for each {said} ({len(command.seats)} were given)",
        )
    if len({seat.person for seat in command.seats}) < len(command.seats):
        raise twice()


def _has_panel_of(world: World, unit: str | None, stage: Stage) -> None:
    """Refused where the stage has no panel of that unit's own."""
    if unit is None:
        return
    if stage.panel_per is None:
        raise Refused(
            "one panel",
            f"环节“{stage.title.zh}”全周期只有一个评审组;请去掉单位",
            f'the stage "{stage.title.en}" has one panel for the whole cycle: leave the unit out',
        )
    if unit not in world.units or world.units[unit].kind != stage.panel_per:
        raise Refused(
            "panel unit",
            f"环节“{stage.title.zh}”的评审组按 {stage.panel_per} 组成,给出的单位不是;请核对单位代码",
            f'the panels of "{stage.title.en}" are per {stage.panel_per}, which this unit is not: check its code',
        )


def may_sit(world: World, person: str, moment: Moment, role: SeatGroup, unit: str | None) -> None:
    """Refused unless this is a person of the district who works where the role's seats are to be filled from."""
    known = world.subjects.get(person)
    if known is None or known.kind != "person":
        raise Refused(
            "unknown subject",
            "评委没有登记为人员;请先导入人员表",
            "a panel member is not recorded as a person: import the people first",
        )
    if known.until is not None and known.until < moment.today:
        raise Refused(
            "left",
            f"这位评委已于 {known.until} 离职;请另选一人",
            f"this panel member left the district's service on {known.until}: choose somebody else",
        )
    own = world.units.get(known.within[0]) if known.within else None
    match role.from_:
        case "any":
            fits, zh, en = True, "", ""
        case "own":
            fits, zh, en = unit is None or unit in known.within, "本单位的人", "somebody of that unit itself"
        case "other":
            fits, zh, en = unit is None or unit not in known.within, "其他单位的人", "somebody of another unit"
        case kind:
            fits, zh, en = own is not None and own.kind == kind, f"{kind} 的人", f"somebody of a {kind}"
    if not fits:
        raise Refused(
            "seat from",
            f"{role.title.zh}的席位应由{zh}担任,这个人不是;请另选一人",
            f"the seat of {role.title.en} is for {en}, which this person is not: choose somebody else",
        )


def twice() -> Refused:
    """The refusal of one person in two seats."""
    return Refused(
        "twice",
        "同一个人不能坐两个席位;请另选一人",
        "one person cannot sit in two seats: choose somebody else for one of them",
    )


# ------------------------------------------------------------------------------------------------------------- lots


def seats_drawn(stage: Stage, named: Mapping[int, str], draws: Sequence[Drawn]) -> dict[int, str]:
    """Who was drawn for which seat: role by role, nobody who sits there already; each by the lot and the role.

    ValueError where a pool is too small.
    """
    found: dict[int, str] = {}
    for draw in draws:
        seats = [seat for seat, group in enumerate(stage.roles, 1) if group.role == draw.role]
        taken = {*named.values(), *found.values()}
        pool = [person for person in draw.pool if person not in taken]
        found.update(zip(seats, drawn(f"{draw.lot}/{draw.role}/", pool, len(seats)), strict=True))
    return found


def _draws(command: SeatPanel, state: Cycle, stage: Stage) -> tuple[Drawn, ...]:
    """What is drawn from the pools; of a pool that was drawn from before, by that lot: nobody draws again until it
    pleases."""
    before = {(one.role, one.pool): one for one in state.drawn.get((stage.id, command.unit), ())}
    draws = []
    for group in stage.groups:
        if group.role in command.pools:
            pool = tuple(sorted(set(command.pools[group.role])))
            fresh = Drawn(role=group.role, pool=pool, lot=command.lot or "")
            draws.append(before.get((group.role, pool), fresh))
    return tuple(draws)


def _fits(stage: Stage, draws: Sequence[Drawn]) -> bool:
    """Whether every role that is drawn has a pool, no other has, and each has a lot."""
    return [draw.role for draw in draws if draw.lot] == [group.role for group in stage.groups if group.lot]


def _pooled(stage: Stage, draws: Sequence[Drawn]) -> None:
    """Refused unless there is a pool for each role that is drawn, and for no other."""
    if not _fits(stage, draws):
        roles = [group for group in stage.groups if group.lot]
        if not roles:
            raise Refused(
                "no lot",
                "这个环节的席位不抽签;请逐席给出人选:jieti cycle seat",
                "no seat of this stage is drawn by lot: name a person for each seat, jieti cycle seat",
            )
        zh, en = "、".join(one.title.zh for one in roles), ", ".join(one.title.en for one in roles)
        raise Refused(
            "lot",
            f"{zh}的席位抽签产生;请给出人选范围:jieti cycle seat --pool {roles[0].role}=工号,工号,…",
            f"the seats of {en} are drawn by lot: give the pool, jieti cycle seat --pool {roles[0].role}=NUMBER,…",
        )


def _drawn(stage: Stage, named: Mapping[int, str], draws: Sequence[Drawn]) -> dict[int, str] | None:
    """Who was drawn, or None where there are too few to draw from."""
    try:
        return seats_drawn(stage, named, draws)
    except ValueError:
        return None


# -------------------------------------------------------------------------------------- rotation, and what they are


def panels_before(world: World, cycle: str, panel: tuple[str, str | None]) -> list[frozenset[str]]:
    """Who sat on the same panel in the cycles before, the newest first; a cycle without that panel is passed over."""
    earlier = [one.panels.get(panel) for one in world.before.get(cycle, ())]
    return [frozenset(chair.holder for chair in chairs.values()) for chairs in earlier if chairs]


def _may_sit_again(past: Iterable[frozenset[str]], person: str, group: SeatGroup) -> None:
    most = group.at_most_in_a_row
    if most is not None and (sat := in_a_row(past, person)) >= most:
        raise Refused(
            "in a row",
            f"{group.title.zh}连续至多 {most} 届,这个人已连续担任 {sat} 届;请另选一人",
            f"a {group.title.en} sits in at most {most} cycles in a row, and this person sat in the last {sat}: "
            "choose somebody else",
        )


def composed(world: World, cycle: str, stage: Stage, persons: Mapping[int, str]) -> None:
    """Refused where the members together, by seat, are not what the stage's compositions ask for."""
    for one, found in lacks(world, cycle, stage, persons):
        limits = ", ".join(f"{key} {asked}" for key, asked in one.limits)
        raise Refused(
            "composition",
            f"评审组不合结构要求“{one.title.zh}”({limits}):{found.of} 人中有 {found.low} 人;请调整人选",
            f'the panel is not made of what "{one.title.en}" asks for ({limits}): {found.low} of {found.of} '
            "members are; choose others",
        )


def lacks(world: World, cycle: str, stage: Stage, persons: Mapping[int, str]) -> list[tuple[Composition, ListFound]]:
    """What members, by seat, are not made of."""
    made = world.made.get(cycle, Made())
    members = [_member(world, person, stage.roles[seat - 1].role, made) for seat, person in persons.items()]
    found = composition_found(members, stage.composition, made.scales)
    return [(one, held) for one, held in zip(stage.composition, found, strict=True) if held.outcome != "met"]


def _member(world: World, person: str, role: str, made: Made) -> Member:
    within = world.subjects[person].within if person in world.subjects else ()
    return member(person, within[0] if within else made.listed.get(person), world.units, made, role)
