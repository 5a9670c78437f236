"""Whatever can be advanced in a cycle, in plain Python.

Every phase is a question to the log (what is due?) and commands that the log answers once: run again, run twice at
the same time, killed in between, it ends in the same state.  Prefect runs these phases; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

from engine import assess, calendar
from engine.blocks import in_blocks
from engine.district import District
from engine.tables import business_key_table, case_table
from ladders.model import Route, Stage
from workflows import cycle as cycles
from workflows.commands import (
    Asking,
    CloseSubmission,
    Command,
    Conclude,
    DecideStage,
    FinishCycle,
    Landed,
    OpenStage,
    PostNotice,
    RecordVerdicts,
    Refused,
)

CHUNK = 500
"""Cases in a chunk: one command, one transaction."""
CLOCKWORK = Asking(actor="jieti")
"""Who advances what fell due: the rules of the cycle, which a named person opened."""


@dataclass(frozen=True)
class Phase:
    """What can be advanced now: chunks of case ids; a phase of the whole cycle has one empty chunk."""

    name: str
    zh: str
    en: str
    chunks: tuple[tuple[str, ...], ...] = ((),)


@dataclass(frozen=True)
class Waiting:
    """What a cycle waits for when nothing can be advanced, and the day on which it goes on by itself."""

    zh: str
    en: str
    until: date | None = None


@dataclass(frozen=True)
class FunnelLine:
    """How many cases reached a stage."""

    stage: str
    zh: str
    en: str
    count: int


@dataclass(frozen=True)
class Advanced:
    """What an advance did: the phases it ran, the events it appended, and the funnel that stands now."""

    phases: tuple[str, ...]
    events: int
    funnel: tuple[FunnelLine, ...]


Progress = Callable[[Phase, int, int], None]
"""Called with a phase, and how many of its chunks are done, of how many."""


def advance(district: District, cycle: str, progress: Progress | None = None) -> Advanced:
    """Advance a cycle as far as the log allows; Refused where the projections ask for what the log has done."""
    names, events = list[str](), 0
    idle: Phase | None = None
    while (phase := next_phase(district, cycle)) is not None:
        if phase == idle:
            raise Refused(
                "stuck",
                f"“{phase.zh}”没有可办的,视图却说还有;视图已损坏,请用 jieti rebuild 重建",
                f"nothing is left to {phase.en}, and yet the projections ask for it: they are damaged, "
                "make them anew with jieti rebuild",
            )
        before = events
        for done, chunk in enumerate(phase.chunks, 1):
            events += run_chunk(district, cycle, phase.name, chunk)
            if progress:
                progress(phase, done, len(phase.chunks))
        idle = phase if events == before else None
        names.append(phase.name)
    return Advanced(tuple(names), events, tuple(funnel(district, cycle)))


def next_phase(district: District, cycle: str) -> Phase | None:
    """What can be advanced now; None when the cycle is finished or waits for a person or a day."""
    found = look(district, cycle)
    return found if isinstance(found, Phase) else None


def look(district: District, cycle: str) -> Phase | Waiting | None:
    """What can be advanced now, or what the cycle waits for; None when it is finished."""
    state = district.cycle_state(cycle)
    opened = cycles.is_open(state)
    if state.finished is not None:
        return None
    if state.closed is None:
        if district.today > opened.deadline:
            return Phase("close", "截止申报", "close submission")
        day = opened.deadline + timedelta(days=1)
        return Waiting(f"申报,{opened.deadline} 截止", f"nominations, until {opened.deadline}", day)
    for phase, zh, en in (("nominated", "资格审核", "assess"), ("ineligible", "驳回不符合条件者", "decline")):
        if cases := _cases(district, cycle, phase):
            return Phase(en if phase == "nominated" else "decline ineligible", zh, en, _chunks(cases))
    found = _stages(district, cycle, state)
    if found is not None:
        return found
    if cases := _cases(district, cycle, "rejected"):
        return Phase("decline rejected", "驳回评审未通过者", "decline those not approved", _chunks(cases))
    if approved := _cases(district, cycle, "approved"):
        if state.notice is None:
            return Phase("notice", "公示", "post the notice")
        if district.today <= state.notice.last:
            day = state.notice.last + timedelta(days=1)
            first, last = state.notice.first, state.notice.last
            return Waiting(f"公示,{first} 至 {last}", f"the notice, from {first} to {last}", day)
        return Phase("grant", "认定", "grant", _chunks(approved))
    return Phase("finish", "结束周期", "finish the cycle")


def _stages(district: District, cycle: str, state: cycles.Cycle) -> Phase | Waiting | None:
    """The stage that the cycle is in: to be opened, to be decided, or waiting for ballots; None after the last."""
    before: str | None = None
    for stage in route(district, cycle).stages:
        cases = _cases(district, cycle, "in review", _after(before))
        if cases:
            opened = state.stages.get(stage.id)
            if opened is None:
                if stage.id not in state.panels:
                    return Waiting(f"组成“{stage.title.zh}”评审组", f"a panel for “{stage.title.en}”")
                return Phase(f"open {stage.id}", f"开始{stage.title.zh}", f"open {stage.title.en}")
            if district.today <= opened.last:
                cases = _cases(district, cycle, "in review", _after(before), case_table.c.ballots >= stage.seats)
            if cases:
                name = f"decide {stage.id}"
                return Phase(name, f"{stage.title.zh}计票", f"count {stage.title.en}", _chunks(cases))
            missing = _missing_ballots(district, cycle, before, stage)
            return Waiting(
                f"{stage.title.zh}的 {missing} 张表决票,{opened.last} 截止",
                f"{missing} ballots of {stage.title.en}, taken until {opened.last}",
                opened.last + timedelta(days=1),
            )
        before = stage.id
    return None


def run_chunk(district: District, cycle: str, phase: str, chunk: tuple[str, ...]) -> int:
    """Carry out a chunk of a phase; how many events that appended (none, when it was done before)."""
    command = _command(district, cycle, phase, chunk)
    if command is None:
        return 0
    answer = district.handle(command)
    return len(answer.positions) if isinstance(answer, Landed) else 0


def _command(district: District, cycle: str, phase: str, chunk: tuple[str, ...]) -> Command | None:
    new = district.command_id()
    match phase.split():
        case ["close"]:
            return CloseSubmission(id=new, asking=CLOCKWORK, cycle=cycle, by="deadline")
        case ["assess"]:
            cohort = _judged(district, cycle, chunk)
            verdicts = tuple(zip(chunk, assess.verdicts(cohort), strict=True))
            return RecordVerdicts(id=new, asking=CLOCKWORK, cycle=cycle, verdicts=verdicts)
        case ["open", stage]:
            return OpenStage(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage)
        case ["decide", stage]:
            return DecideStage(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage, cases=chunk)
        case ["decline", _]:
            return Conclude(id=new, asking=CLOCKWORK, cycle=cycle, cases=chunk, evidence={})
        case ["notice"]:
            return _notice(district, cycle, new)
        case ["grant"]:
            used = assess.evidence_used(district, _judged(district, cycle, chunk))
            evidence = dict(zip(chunk, used, strict=True))
            return Conclude(id=new, asking=CLOCKWORK, cycle=cycle, cases=chunk, evidence=evidence)
        case ["finish"]:
            return FinishCycle(id=new, asking=CLOCKWORK, cycle=cycle)
    raise ValueError(f"there is no phase {phase}")


def _judged(district: District, cycle: str, chunk: tuple[str, ...]) -> assess.Cohort:
    state = district.cycle_state(cycle)
    rules = assess.rules_of_cycle(district, state)
    subjects = dict(subjects_of(district, chunk))
    return assess.assess(district, rules, cycles.is_open(state).to, [subjects[case] for case in chunk])


def _notice(district: District, cycle: str, new: str) -> PostNotice | None:
    state = district.cycle_state(cycle)
    if state.notice is not None:
        return None
    listed = subjects_of(district, _cases(district, cycle, "approved"))
    first, last = calendar.window(district.today, route(district, cycle).notice_days, district.state.calendars)
    return PostNotice(id=new, asking=CLOCKWORK, cycle=cycle, cases=tuple(listed), first=first, last=last)


# ----------------------------------------------------------------------------------------------------- looking


def route(district: District, cycle: str) -> Route:
    """The route of a cycle's cases."""
    opened = district.cycle(cycle)
    return cycles.route_of(district.ladders[opened.version], opened.to)


def subjects_of(district: District, cases: tuple[str, ...]) -> list[tuple[str, str]]:
    """(case, subject) of cases, in the order of the cases' ids."""
    found = []
    with district.reading() as connection:
        for block in in_blocks(cases):
            chosen = select(case_table.c.id, case_table.c.subject).where(case_table.c.id.in_(block))
            found += [(row.id, row.subject) for row in connection.execute(chosen)]
    return sorted(found)


@dataclass(frozen=True)
class CaseLine:
    """A case as a list shows it; ``ballots`` are those cast in the stage that it is in."""

    id: str
    subject: str
    phase: str
    stage: str | None
    ballots: int


def cases(district: District, cycle: str, phase: str | None = None) -> list[CaseLine]:
    """The cases of a cycle, or those in a phase, in the order of their nomination."""
    row = case_table.c
    chosen = select(row.id, row.subject, row.phase, row.stage, row.ballots).where(row.cycle == cycle)
    if phase is not None:
        chosen = chosen.where(row.phase == phase)
    nominated = select(business_key_table.c.position).where(
        business_key_table.c.key == f"nomination/{cycle}/" + row.subject
    )
    with district.reading() as connection:
        rows = connection.execute(chosen.order_by(nominated.scalar_subquery())).all()
    return [CaseLine(*one) for one in rows]


def _cases(district: District, cycle: str, phase: str, *conditions: ColumnElement[bool]) -> tuple[str, ...]:
    """The cases of a cycle in a phase, in the order of their ids."""
    chosen = select(case_table.c.id).where(case_table.c.cycle == cycle, case_table.c.phase == phase, *conditions)
    with district.reading() as connection:
        return tuple(connection.execute(chosen.order_by(case_table.c.id)).scalars())


def _after(stage: str | None) -> ColumnElement[bool]:
    """Cases that a stage decided last; none: that no stage has decided."""
    return case_table.c.stage.is_(None) if stage is None else case_table.c.stage == stage


def _missing_ballots(district: District, cycle: str, after: str | None, stage: Stage) -> int:
    waiting = select(func.sum(stage.seats - case_table.c.ballots)).where(
        case_table.c.cycle == cycle,
        case_table.c.phase == "in review",
        _after(after),
    )
    with district.reading() as connection:
        return int(connection.execute(waiting).scalar_one() or 0)


def _chunks(cases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(block) for block in in_blocks(cases, CHUNK))


def funnel(district: District, cycle: str) -> list[FunnelLine]:
    """How many cases reached each stage of a cycle so far."""
    state, stages = district.cycle_state(cycle), route(district, cycle).stages
    order = {stage.id: place for place, stage in enumerate(stages, 1)}
    counted = select(case_table.c.phase, case_table.c.stage, func.count()).where(case_table.c.cycle == cycle)
    with district.reading() as connection:
        rows = connection.execute(counted.group_by(case_table.c.phase, case_table.c.stage)).all()
    nominated = sum(count for _, _, count in rows)
    passed = [0] * (len(stages) + 1)
    for phase, stage, count in rows:
        through = order.get(stage, 0) - (phase in ("rejected", "declined") and stage is not None)
        if phase == "nominated" or phase == "ineligible" or (phase == "declined" and stage is None):
            through = -1
        for place in range(through + 1):
            passed[place] += count
    lines = [FunnelLine("nominated", "申报", "nominated", nominated)]
    lines.append(FunnelLine("eligible", "审核合格", "eligible", passed[0]))
    lines += [
        FunnelLine(stage.id, stage.title.zh, stage.title.en, passed[place]) for place, stage in enumerate(stages, 1)
    ]
    lines.append(FunnelLine("notice", "公示", "notice", state.notice.cases if state.notice else 0))
    granted = sum(count for phase, _, count in rows if phase == "granted")
    lines.append(FunnelLine("granted", "认定", "granted", granted))
    return lines
