"""A review cycle: opened, panels seated, submission closed, stages opened, notice posted, finished."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from events.envelope import Recorded
from events.facts import CycleFinished, CycleOpened, NoticePosted, PanelSeated, StageOpened, SubmissionClosed
from ladders.model import Ladder, Route, Stage
from workflows import district, ladder
from workflows.commands import (
    Already,
    CloseSubmission,
    Decision,
    Draft,
    FinishCycle,
    Moment,
    Needs,
    OpenCycle,
    OpenStage,
    PostNotice,
    Refused,
    SeatPanel,
    Span,
    World,
)

UNDECIDED = ("nominated", "in review")
"""The phases of a case that is still to be assessed or decided."""
UNCONCLUDED = (*UNDECIDED, "ineligible", "rejected", "approved")
"""The phases of a case that is still to be granted or declined."""


@dataclass(frozen=True)
class Cycle:
    """A cycle as its stream tells it."""

    version: int = 0
    opened: CycleOpened | None = None
    opened_at: int = 0
    panels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Stage to seat to person."""
    closed: SubmissionClosed | None = None
    closed_at: int = 0
    closed_on: date | None = None
    stages: Mapping[str, StageOpened] = field(default_factory=dict)
    stages_at: Mapping[str, int] = field(default_factory=dict)
    panels_at: Mapping[str, int] = field(default_factory=dict)
    notice: NoticePosted | None = None
    notice_at: int = 0
    finished: CycleFinished | None = None
    finished_at: int = 0


def stream(cycle: str) -> str:
    """The stream of a cycle."""
    return f"cycle-{cycle}"


def evolve(state: Cycle, event: Recorded) -> Cycle:
    """The cycle after one more event."""
    state = replace(state, version=event.envelope.version)
    match event.fact:
        case CycleOpened() as fact:
            return replace(state, opened=fact, opened_at=event.position)
        case PanelSeated() as fact:
            seats = {seat.seat: seat.person for seat in fact.seats}
            at = {**state.panels_at, fact.stage: event.position}
            return replace(state, panels={**state.panels, fact.stage: seats}, panels_at=at)
        case SubmissionClosed() as fact:
            return replace(state, closed=fact, closed_at=event.position, closed_on=event.envelope.occurred_from)
        case StageOpened() as fact:
            at = {**state.stages_at, fact.stage: event.position}
            return replace(state, stages={**state.stages, fact.stage: fact}, stages_at=at)
        case NoticePosted() as fact:
            return replace(state, notice=fact, notice_at=event.position)
        case CycleFinished() as fact:
            return replace(state, finished=fact, finished_at=event.position)
    return state


def route_of(rules: Ladder, to: str) -> Route:
    """The route on which cases to a rung are decided; Refused where the ladder gives none."""
    for step in rules.steps_to(to):
        if step.route is not None:
            return rules.routes[step.route]
    raise Refused(
        "no route",
        f"阶梯 {rules.id} 没有写明晋级到 {to} 的评审程序;请在阶梯文件里加上 route 再发布",
        f"the ladder {rules.id} gives no route to {to}: add one to its file and publish that",
    )


def list_sha256(entries: Iterable[tuple[str, str]]) -> str:
    """The hash of a notice's list: SHA-256 over its lines ``case subject``, sorted, each ended by a line feed."""
    return hashlib.sha256("".join(f"{case} {subject}\n" for case, subject in sorted(entries)).encode()).hexdigest()


Asked = OpenCycle | SeatPanel | CloseSubmission | OpenStage | PostNotice | FinishCycle


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
        case SeatPanel():
            return Needs(streams=(own,), subjects=tuple(seat.person for seat in command.seats))
        case CloseSubmission():
            return Needs(streams=(own,))
    return Needs(streams=(own,), counts=command.cycle)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a cycle."""
    state: Cycle = world.states[stream(command.cycle)]
    if isinstance(command, OpenCycle):
        return _open(world, command, moment, state)
    opened = is_open(state)
    fact: PanelSeated | SubmissionClosed | StageOpened | NoticePosted | CycleFinished
    if state.finished is not None and not isinstance(command, (CloseSubmission, FinishCycle)):
        raise Refused(
            "finished",
            "这个评审周期已经结束;请在下一周期办理",
            "this cycle is finished: the next one takes it up",
        )
    if isinstance(command, SeatPanel):
        if (there := _seat(world, command, state)) is not None:
            return there
        fact = PanelSeated(stage=command.stage, seats=command.seats)
    elif isinstance(command, CloseSubmission):
        if state.closed is not None:
            return Already(state.closed_at)
        if command.by == "deadline" and moment.today <= opened.deadline:
            raise Refused(
                "too early",
                f"申报截止日是 {opened.deadline},还没有过;要提前截止,请用 jieti cycle close",
                f"submission runs until {opened.deadline}; to close it before, use jieti cycle close",
            )
        fact = SubmissionClosed(known_at=moment.tip, by=command.by)
    elif isinstance(command, OpenStage):
        if command.stage in state.stages:
            return Already(state.stages_at[command.stage])
        if state.closed is None:
            raise not_closed()
        if command.stage not in state.panels:
            raise Refused(
                "no panel",
                f"环节“{command.stage}”还没有评审组;先用 jieti cycle seat 组成",
                f'the stage "{command.stage}" has no panel yet; seat it first: jieti cycle seat',
            )
        stage = _next_stage(world, command, state)
        fact = StageOpened(stage=stage.id, first=moment.today, last=moment.today + timedelta(days=stage.days))
    elif isinstance(command, PostNotice):
        if state.notice is not None:
            return Already(state.notice_at)
        if state.closed is None:
            raise not_closed()
        _all_decided(world, UNDECIDED)
        if world.counts.get("approved", 0) != len(command.cases):
            raise Refused(
                "list",
                "公示名单与通过的申报不一致;请重新运行 jieti cycle advance",
                "the list is not that of the approved cases; run the cycle again: jieti cycle advance",
            )
        fact = NoticePosted(
            cases=len(command.cases),
            list_sha256=list_sha256(command.cases),
            first=command.first,
            last=command.last,
        )
    else:
        if state.finished is not None:
            return Already(state.finished_at)
        if state.closed is None:
            raise not_closed()
        _all_decided(world, UNCONCLUDED)
        granted, declined = world.counts.get("granted", 0), world.counts.get("declined", 0)
        fact = CycleFinished(granted=granted, declined=declined)
    return [Draft(stream(command.cycle), Span.day(moment.today), fact, state.version, correlation=command.cycle)]


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
        raise Refused(
            "no ladder",
            f"{command.as_of} 没有生效的阶梯 {command.ladder};先用 jieti ladder publish 发布",
            f"no version of the ladder {command.ladder} is in force on {command.as_of}; publish one first",
        )
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


def _seat(world: World, command: SeatPanel, state: Cycle) -> Already | None:
    stage = next((one for one in route_in(world, state).stages if one.id == command.stage), None)
    if stage is None:
        names = ", ".join(one.id for one in route_in(world, state).stages)
        raise Refused(
            "no stage",
            f"没有环节“{command.stage}”;可用:{names}",
            f'there is no stage "{command.stage}"; there is: {names}',
        )
    seats = {seat.seat: seat.person for seat in command.seats}
    if state.panels.get(command.stage) == seats:
        return Already(state.panels_at[command.stage])
    if command.stage in state.stages:
        raise Refused(
            "stage began",
            "这个环节已经开始表决,评审组不能再换;缺席的评委按缺席计票",
            "ballots are being cast: the panel stays as it is, and who does not vote counts as absent",
        )
    if sorted(seats) != list(range(1, stage.seats + 1)) or len(command.seats) != stage.seats:
        raise Refused(
            "seats",
            f"这个环节有 {stage.seats} 个席位,请给出 1 到 {stage.seats} 号各一人(给了 {len(command.seats)} 个)",
            f"this stage has {stage.seats} seats: give one person for each from 1 to {stage.seats} "
            f"({len(command.seats)} were given)",
        )
    if len(set(seats.values())) < len(seats):
        raise Refused(
            "twice",
            "同一个人不能坐两个席位;请另选一人",
            "one person cannot sit in two seats: choose somebody else for one of them",
        )
    for person in seats.values():
        if person not in world.subjects or world.subjects[person].kind != "person":
            raise Refused(
                "unknown subject",
                "评委没有登记为人员;请先导入人员表",
                "a panel member is not recorded as a person: import the people first",
            )
    return None


def _next_stage(world: World, command: OpenStage, state: Cycle) -> Stage:
    """The stage that is to be opened; Refused while one before it was not."""
    for stage in route_in(world, state).stages:
        if stage.id == command.stage:
            return stage
        if stage.id not in state.stages:
            raise Refused(
                "stage before",
                f"环节“{stage.id}”在先,还没有开始;请先进行它",
                f'the stage "{stage.id}" comes first and has not begun: open that one',
            )
    raise AssertionError("a panel is seated for stages of the route only")


def route_in(world: World, state: Cycle) -> Route:
    """The route of a cycle's cases, in the version of the ladder that it runs under."""
    opened = is_open(state)
    return route_of(world.ladders[opened.version], opened.to)


def _all_decided(world: World, phases: tuple[str, ...]) -> None:
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
