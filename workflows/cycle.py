"""A review cycle: opened, submission closed, notices posted, finished; and its state, with panels, stages and places.

Its panels and stages are seated, opened and extended in ``workflows.panel``, its places filled in
``workflows.places``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from events.envelope import Recorded
from events.facts import (
    CycleFinished,
    CycleOpened,
    CycleRebased,
    DelegationEnded,
    Drawn,
    Fact,
    GradesGiven,
    NoticePosted,
    PanelSeated,
    PlacesFilled,
    ResultsSigned,
    SeatDelegated,
    SeatHandedOver,
    StageExtended,
    StageOpened,
    StandsAgain,
    SubmissionClosed,
    WindowOpened,
)
from ladders.model.ladder import Ladder
from ladders.model.review import Route
from workflows import chairs, district, ladder, lists, notice, shown
from workflows.chairs import Chair
from workflows.commands import (
    Already,
    CloseSubmission,
    Decision,
    Draft,
    FinishCycle,
    Moment,
    Needs,
    OpenCycle,
    PostNotice,
    Refused,
    Span,
    World,
)

unit_above = shown.unit_above
UNDECIDED = ("nominated", "in review", "returned")
"""The phases of a case that is still to be assessed or decided."""
UNCONCLUDED = (*UNDECIDED, "ineligible", "rejected", "approved", "placed", "unplaced", "objected")
"""The phases of a case that is still to be granted or declined."""
UNPOSTED = "unposted"
"""Counted beside the phases: the cases that are ready for a notice (approved; where there are places, placed in or
outside the count) after the newest notice was posted, or where there is none."""


@dataclass(frozen=True)
class Cycle:
    """A cycle as its stream tells it; a panel is found by its stage and its unit, or None where it has none."""

    version: int = 0
    opened: CycleOpened | None = None
    """What it was opened with; the version of its ladder is the one that it was rebased on last."""
    opened_at: int = 0
    rebased_at: int = 0
    """Where it was rebased on another version, last; 0 if it was not."""
    panels: Mapping[tuple[str, str | None], Mapping[int, Chair]] = field(default_factory=dict)
    """By panel the chairs by seat number, as delegations and hand-overs left them."""
    panels_at: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    drawn: Mapping[tuple[str, str | None], tuple[Drawn, ...]] = field(default_factory=dict)
    """By panel what lots said of its seats, when it was seated last."""
    closed: SubmissionClosed | None = None
    closed_at: int = 0
    closed_on: date | None = None
    stages: Mapping[str, StageOpened] = field(default_factory=dict)
    stages_at: Mapping[str, int] = field(default_factory=dict)
    extensions: Mapping[str, StageExtended] = field(default_factory=dict)
    extensions_at: Mapping[str, int] = field(default_factory=dict)
    places: PlacesFilled | None = None
    places_at: int = 0
    grades: GradesGiven | None = None
    grades_at: int = 0
    notices: tuple[tuple[NoticePosted, int], ...] = ()
    """Every notice and its position, oldest first."""
    signed: Mapping[int, int] = field(default_factory=dict)
    """By the position of a notice where what comes of it was signed."""
    finished: CycleFinished | None = None
    finished_at: int = 0


def stream(cycle: str) -> str:
    """The stream of a cycle."""
    return f"cycle-{cycle}"


def evolve(state: Cycle, event: Recorded) -> Cycle:
    """The cycle after one more event."""
    state, at = replace(state, version=event.envelope.version), event.position
    match event.fact:
        case CycleOpened() as fact:
            return replace(state, opened=fact, opened_at=at)
        case CycleRebased(version=version) if state.opened is not None:
            return replace(state, opened=state.opened.model_copy(update={"version": version}), rebased_at=at)
        case PanelSeated(stage=stage, unit=unit) as fact:
            state = replace(state, panels_at={**state.panels_at, (stage, unit): at})
            if fact.drawn:
                state = replace(state, drawn={**state.drawn, (stage, unit): fact.drawn})
            return replace(state, panels={**state.panels, (stage, unit): chairs.seated(fact)})
        case SeatDelegated() | DelegationEnded() | SeatHandedOver() as fact:
            panel, seat = (fact.stage, fact.unit), fact.seat
            chair = chairs.passed(state.panels[panel][seat], fact, at)
            return replace(state, panels={**state.panels, panel: {**state.panels[panel], seat: chair}})
        case SubmissionClosed() as fact:
            return replace(state, closed=fact, closed_at=at, closed_on=event.envelope.occurred_from)
        case StageOpened(stage=stage) as fact:
            state = replace(state, stages_at={**state.stages_at, stage: at})
            return replace(state, stages={**state.stages, stage: fact})
        case StageExtended(stage=stage) as fact:
            state = replace(state, extensions_at={**state.extensions_at, stage: at})
            return replace(state, extensions={**state.extensions, stage: fact})
        case PlacesFilled() as fact:
            return replace(state, places=fact, places_at=at)
        case GradesGiven() as fact:
            return replace(state, grades=fact, grades_at=at)
        case NoticePosted() as fact:
            return replace(state, notices=(*state.notices, (fact, at)))
        case ResultsSigned() as fact:
            return replace(state, signed={**state.signed, fact.notice: at})
        case CycleFinished() as fact:
            return replace(state, finished=fact, finished_at=at)
    return state


# ----------------------------------------------------------------------------------- what follows from the state


def window_of(state: Cycle, own: WindowOpened | StandsAgain | None, stage: str) -> tuple[date, date, date] | None:
    """The days of a stage for a case: the first and last on which ballots are cast, and the one they are counted from.

    ``own`` is the case's own window, which is never extended.  None while the stage has not begun.
    """
    if own is not None:
        return own.first, own.last, own.counted_from
    if (opened := state.stages.get(stage)) is None:
        return None
    if (longer := state.extensions.get(stage)) is not None:
        return opened.first, longer.last, longer.counted_from
    return opened.first, opened.last, opened.counted_from or opened.last + timedelta(days=1)


def route_of(rules: Ladder, to: str) -> Route:
    """The route on which cases to a rung are decided; Refused where the ladder gives none."""
    for step in rules.steps:
        if step.to == to and step.route is not None:
            return rules.routes[step.route]
    raise Refused(
        "no route",
        f"阶梯 {rules.id} 没有写明晋级到 {to} 的评审程序;请在阶梯文件里加上 route 再发布",
        f"the ladder {rules.id} gives no route to {to}: add one to its file and publish that",
    )


Asked = OpenCycle | CloseSubmission | PostNotice | FinishCycle


def needs(command: Asked) -> Needs:
    """The cycle, and what the act rests on."""
    own = stream(command.cycle)
    match command:
        case OpenCycle():
            return Needs(
                streams=(own, district.STREAM, ladder.stream(command.ladder)),
                subjects=(command.scope,) if command.scope else (),
                keys=(_key(command),),
            )
        case CloseSubmission():
            return Needs(streams=(own,), units=True, listed=(command.cycle,))
    return Needs(streams=(own,), counts=command.cycle)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a cycle."""
    state: Cycle = world.states[stream(command.cycle)]
    fact: SubmissionClosed | NoticePosted | CycleFinished | Already
    match command:
        case OpenCycle():
            return _open(world, command, moment, state)
        case CloseSubmission():
            fact = _close(world, command, moment, state)
        case PostNotice():
            fact = _post(world, command, state)
        case FinishCycle():
            fact = _finish(world, state)
    return fact if isinstance(fact, Already) else drafted(state, command.cycle, moment, fact)


def drafted(state: Cycle, cycle: str, moment: Moment, fact: Fact) -> list[Draft]:
    """The next event of a cycle, of today."""
    return [Draft(stream(cycle), Span.day(moment.today), fact, state.version, correlation=cycle)]


def is_running(state: Cycle) -> CycleOpened:
    """What the cycle was opened with; Refused if there is no such cycle, or it is finished."""
    opened = is_open(state)
    if state.finished is not None:
        raise Refused(
            "finished",
            "这个评审周期已经结束;请在下一周期办理",
            "this cycle is finished: the next one takes it up",
        )
    return opened


def is_open(state: Cycle) -> CycleOpened:
    """What the cycle was opened with; Refused if there is no such cycle."""
    if state.opened is None:
        raise Refused(
            "no cycle",
            "没有这个评审周期;用 jieti cycle list 查看",
            "there is no such cycle; jieti cycle list shows them",
        )
    return state.opened


def not_closed() -> Refused:
    """The refusal of what has to wait for submission to close."""
    return Refused(
        "not closed",
        "申报还没有截止;先用 jieti cycle close 截止申报",
        "submission is still open; close it first: jieti cycle close",
    )


def _key(command: OpenCycle) -> str:
    return f"cycle/{command.ladder}/{command.to}/{command.period}/{command.scope or ''}"


def _open(world: World, command: OpenCycle, moment: Moment, state: Cycle) -> Decision:
    if state.opened is not None:
        raise Refused(
            "known",
            f"周期 {command.cycle} 已经建立;请给新的周期另取编号",
            f"the cycle {command.cycle} was opened before: give the new one an id of its own",
        )
    if (held := world.keys.get(_key(command))) is not None:
        raise Refused(
            "second cycle",
            f"{command.ladder} → {command.to} 在 {command.period} 已有评审周期(#{held.position});"
            "用 jieti cycle list 查看",
            f"{command.ladder} to {command.to} has a cycle for {command.period} already (#{held.position}); "
            "jieti cycle list shows it",
        )
    published: ladder.Published = world.states[ladder.stream(command.ladder)]
    version = published.in_force(command.as_of)
    if version is None:
        raise ladder.none_in_force(published, command.ladder, command.as_of)
    rules = version.ladder
    if not rules.steps_to(command.to):
        rungs = ", ".join(sorted({step.to for step in rules.steps}))
        raise Refused(
            "no rung",
            f"阶梯 {command.ladder} 没有晋级到“{command.to}”的步骤;可用:{rungs}",
            f'the ladder {command.ladder} has no step to "{command.to}"; it leads to: {rungs}',
        )
    route_of(rules, command.to)
    if command.deadline < moment.today:
        raise Refused(
            "deadline",
            f"申报截止日 {command.deadline} 已经过去(今天是 {moment.today});请给今天或以后的日期",
            f"the deadline {command.deadline} is over (today is {moment.today}): give today or a later day",
        )
    if command.scope and (command.scope not in world.subjects or world.subjects[command.scope].kind != "unit"):
        raise Refused(
            "no unit",
            "没有这个单位;请核对单位代码,或先导入单位表",
            "there is no such unit: check its code, or import it first",
        )
    decided: district.District = world.states[district.STREAM]
    fact = CycleOpened(
        ladder=command.ladder,
        to=command.to,
        version=version.sha256,
        period=command.period,
        scope=command.scope,
        title=command.title,
        as_of=command.as_of,
        deadline=command.deadline,
        settings=decided.settings_at,
        catalogue=decided.catalogue_at,
    )
    today = Span.day(moment.today)
    return [Draft(stream(command.cycle), today, fact, state.version, correlation=command.cycle)]


def _close(world: World, command: CloseSubmission, moment: Moment, state: Cycle) -> SubmissionClosed | Already:
    opened = is_open(state)
    if state.closed is not None:
        return Already(state.closed_at)
    if command.by == "deadline" and not deadline_passed(opened.deadline, moment):
        raise Refused(
            "too early",
            f"申报截止日是 {opened.deadline},还没有过;要提前截止,请用 jieti cycle close",
            f"submission runs until {opened.deadline}; to close it before, use jieti cycle close",
        )
    made = world.made.get(command.cycle, shown.Made())
    lacking = lists.lacking(route_in(world, state).nomination, made, world.units)
    if lacking:
        lists.let_be(route_in(world, state).nomination, lacking, command)
    return SubmissionClosed(known_at=moment.tip, by=command.by, lacking=lacking or None)


def _post(world: World, command: PostNotice, state: Cycle) -> NoticePosted | Already:
    is_running(state)
    if state.closed is None:
        raise not_closed()
    all_decided(world, UNDECIDED)
    route, approved = route_in(world, state), world.counts.get("approved", 0)
    if approved and (route.places is not None or (route.grades is not None and state.grades is None)):
        raise Refused(
            "no places yet",
            f"还有 {approved} 份通过的申报没有排定名额或等次;请先运行 jieti cycle advance 排定",
            f"the places (or grades) are not given yet to {approved} approved cases: run jieti cycle advance first",
        )
    unposted = world.counts.get(UNPOSTED, 0)
    if not unposted and state.notices:
        return Already(state.notices[-1][1])
    if not unposted or unposted != len(command.cases):
        raise Refused(
            "list",
            "公示名单与通过的申报不一致;请重新运行 jieti cycle advance",
            "the list is not that of the approved cases; run the cycle again: jieti cycle advance",
        )
    return NoticePosted(
        cases=len(command.cases),
        list_sha256=notice.list_sha256(command.cases),
        first=command.first,
        last=command.last,
    )


def _finish(world: World, state: Cycle) -> CycleFinished | Already:
    is_open(state)
    if state.finished is not None:
        return Already(state.finished_at)
    if state.closed is None:
        raise not_closed()
    all_decided(world, UNCONCLUDED)
    counts = world.counts
    return CycleFinished(
        granted=counts.get("granted", 0),
        declined=counts.get("declined", 0),
        withdrawn=counts.get("withdrawn") or None,
    )


def route_in(world: World, state: Cycle) -> Route:
    """The route of a cycle's cases, in the version of the ladder that it runs under."""
    opened = is_open(state)
    return route_of(world.ladders[opened.version], opened.to)


def all_decided(world: World, phases: tuple[str, ...]) -> None:
    """Refused while a case is in one of these phases."""
    if waiting := sum(world.counts.get(phase, 0) for phase in phases):
        raise Refused(
            "undecided",
            f"还有 {waiting} 份申报没有办结;用 jieti cycle show 查看进度",
            f"{waiting} cases are still to be decided; jieti cycle show tells where they are",
        )


def deadline_passed(last: date, moment: Moment) -> bool:
    """Whether a day that was inside a deadline is over."""
    return moment.today > last
