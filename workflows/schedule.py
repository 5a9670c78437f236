"""Review cycles that open by themselves: which runs are due, which were missed, what is made up for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from events.envelope import Recorded
from events.facts import CycleScheduled, Every, Fact, RunLeftOut, RunOpened, ScheduleEnded
from ladders.model.windows import Span as Length
from ladders.reference.days import after, school_year
from workflows import cycle, district, ladder
from workflows.acts import EndSchedule, RunSchedule, ScheduleCycles
from workflows.commands import Already, Decision, Draft, Moment, Needs, OpenCycle, Refused, Span, World

Asked = ScheduleCycles | RunSchedule | EndSchedule
_MONTHS: dict[Every, int] = {"year": 12, "half-year": 6, "month": 1, "school year": 12}


@dataclass(frozen=True)
class Schedule:
    """A schedule as its stream tells it."""

    version: int = 0
    scheduled: CycleScheduled | None = None
    scheduled_at: int = 0
    settled: date | None = None
    """The newest day whose run was opened or left out; runs are settled in the order of their days."""
    settled_at: int = 0
    ended_at: int = 0
    """The position at which it ended; 0 while it goes on."""


@dataclass(frozen=True)
class Run:
    """A run whose day has come; ``opens`` is false for one that was missed and is not made up for."""

    due: date
    period: str
    opens: bool


def stream(schedule: str) -> str:
    """The stream of a schedule."""
    return f"schedule-{schedule}"


def evolve(state: Schedule, event: Recorded) -> Schedule:
    """The schedule after one more event."""
    state = replace(state, version=event.envelope.version)
    match event.fact:
        case CycleScheduled() as fact:
            return replace(state, scheduled=fact, scheduled_at=event.position)
        case RunOpened(due=due) | RunLeftOut(due=due):
            return replace(state, settled=due, settled_at=event.position)
        case ScheduleEnded():
            return replace(state, ended_at=event.position)
    return state


def days(scheduled: CycleScheduled) -> Iterator[date]:
    """The days of a schedule's runs, each counted from the first: the 31st stays at the end of shorter months."""
    number = 0
    while True:
        months = number * _MONTHS[scheduled.every]
        day = after(scheduled.first, Length(n=months, unit="months")) if months else scheduled.first
        yield day
        if day == date.max:
            return
        number += 1


def period(every: Every, day: date, school_year_starts: str) -> str:
    """What the period of a day is called: 2026, 2026-H1, 2026-11; the school year 2026-2027.

    Whatever begins in the month before a school year does so for that one: on 31 August for the year from 1 September.
    """
    match every:
        case "half-year":
            return f"{day.year}-H{1 if day.month <= 6 else 2}"
        case "month":
            return f"{day:%Y-%m}"
        case "school year":
            begins = school_year(after(day, Length(n=1, unit="months")), school_year_starts)
            return f"{begins}-{begins + 1}"
    return str(day.year)


def owed(state: Schedule, today: date, school_year_starts: str) -> tuple[Run, ...]:
    """The runs whose day has come and that are not settled, in order.

    One that is due today opens.  Those that were missed, because nothing ran on their day, are left out; but the
    newest of them opens where the schedule makes up ``once``.
    """
    scheduled = state.scheduled
    if scheduled is None or state.ended_at:
        return ()
    due = []
    for day in days(scheduled):
        if day > today:
            break
        if state.settled is None or day > state.settled:
            due.append(day)
    missed = [day for day in due if day < today]
    made_up = missed[-1:] if scheduled.missed == "once" else []
    return tuple(
        Run(day, period(scheduled.every, day, school_year_starts), day == today or day in made_up) for day in due
    )


def needs(command: Asked) -> Needs:
    """The schedule, and what a cycle rests on that it opens."""
    own = stream(command.schedule)
    match command:
        case ScheduleCycles():
            return Needs(
                streams=(own, ladder.stream(command.ladder)), subjects=(command.scope,) if command.scope else ()
            )
        case RunSchedule(opening=OpenCycle() as opening):
            asked = cycle.needs(opening)
            return asked._replace(streams=tuple(dict.fromkeys((own, district.STREAM, *asked.streams))))
    return Needs(streams=(own, district.STREAM))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a schedule."""
    state: Schedule = world.states[stream(command.schedule)]
    match command:
        case ScheduleCycles():
            return _schedule(world, command, moment, state)
        case RunSchedule():
            return _run(world, command, moment, state)
        case EndSchedule():
            if state.ended_at:
                return Already(state.ended_at)
            _there(state)
            return [_draft(command.schedule, state, 0, ScheduleEnded(), moment.today)]


def _there(state: Schedule) -> CycleScheduled:
    if state.scheduled is None:
        raise Refused(
            "no schedule",
            "没有这个排期;用 jieti cycle schedules 查看",
            "there is no such schedule; jieti cycle schedules lists them",
        )
    return state.scheduled


def _draft(schedule: str, state: Schedule, number: int, fact: Fact, day: date) -> Draft:
    return Draft(stream(schedule), Span.day(day), fact, expected=state.version + number)


def _schedule(world: World, command: ScheduleCycles, moment: Moment, state: Schedule) -> Decision:
    if command.submission_days < 1:
        raise Refused(
            "submission days",
            f"申报天数是 {command.submission_days};请给至少 1 天",
            f"{command.submission_days} days of submission are too few: give at least one",
        )
    fact = CycleScheduled(
        ladder=command.ladder,
        to=command.to,
        scope=command.scope,
        every=command.every,
        first=command.first,
        submission_days=command.submission_days,
        missed=command.missed,
    )
    if state.scheduled is not None:
        if state.scheduled == fact:
            return Already(state.scheduled_at)
        raise Refused(
            "known",
            f"排期 {command.schedule} 已经建立,内容不同;请给新的排期另取编号",
            f"the schedule {command.schedule} was made before, and otherwise: give the new one an id of its own",
        )
    if command.first < moment.today:
        raise Refused(
            "past",
            f"第一次开启的日期 {command.first} 已经过去(今天是 {moment.today});请给今天或以后的日期",
            f"the first day, {command.first}, is over (today is {moment.today}): give today or a later day",
        )
    _opens(world, command)
    return [_draft(command.schedule, state, 0, fact, moment.today)]


def _opens(world: World, command: ScheduleCycles) -> None:
    """Refused unless the first cycle could be opened by what is published now."""
    published: ladder.Published = world.states[ladder.stream(command.ladder)]
    by = command.first + timedelta(days=command.submission_days)
    version = published.in_force(by)
    if version is None and published.expired(by):
        raise ladder.none_in_force(published, command.ladder, by)
    if version is None:
        raise Refused(
            "no ladder",
            f"到第一个评审周期时没有生效的阶梯 {command.ladder};先用 jieti ladder publish 发布",
            f"no version of the ladder {command.ladder} is in force by the first cycle; "
            "publish one first: jieti ladder publish",
        )
    if not version.ladder.steps_to(command.to):
        rungs = ", ".join(sorted({step.to for step in version.ladder.steps}))
        raise Refused(
            "no rung",
            f"阶梯 {command.ladder} 没有晋级到“{command.to}”的步骤;可用:{rungs}",
            f'the ladder {command.ladder} has no step to "{command.to}"; it leads to: {rungs}',
        )
    cycle.route_of(version.ladder, command.to)
    if command.scope and (command.scope not in world.subjects or world.subjects[command.scope].kind != "unit"):
        raise Refused(
            "no unit",
            "没有这个单位;请核对单位代码,或先导入单位表",
            "there is no such unit: check its code, or import it first",
        )


def _run(world: World, command: RunSchedule, moment: Moment, state: Schedule) -> Decision:
    """Leave out what was missed, up to the next run that opens, and open that one."""
    scheduled = _there(state)
    settings = world.states[district.STREAM].settings
    drafts: list[Draft] = []

    def say(fact: RunOpened | RunLeftOut) -> None:
        own = sum(isinstance(one.fact, (RunOpened, RunLeftOut)) for one in drafts)
        drafts.append(_draft(command.schedule, state, own, fact, moment.today))

    for run in owed(state, moment.today, settings.school_year_starts):
        if not run.opens:
            say(RunLeftOut(due=run.due, period=run.period, reason="missed"))
            continue
        opening = command.opening
        wanted = (scheduled.ladder, scheduled.to, scheduled.scope, run.period)
        if opening is None or (opening.ladder, opening.to, opening.scope, opening.period) != wanted:
            break  # asked before another sweep, or the next day, moved on: what is owed now is asked for next
        if any(key in world.keys for key in cycle.needs(opening).keys):
            say(RunLeftOut(due=run.due, period=run.period, reason="there already"))
            break
        last = deadline(scheduled, moment.today)
        opened = cycle.decide(world, opening.model_copy(update={"as_of": last, "deadline": last}), moment)
        assert isinstance(opened, list)
        drafts += opened
        say(RunOpened(due=run.due, period=run.period, cycle=opening.cycle))
        break
    return drafts or Already(state.settled_at or state.scheduled_at)


def deadline(scheduled: CycleScheduled, today: date) -> date:
    """The last day of submission, and the as-of day, of a cycle that opens today.

    It is counted from the day on which it opens: a run that was missed and is made up for gives as many days.
    """
    return today + timedelta(days=scheduled.submission_days)
