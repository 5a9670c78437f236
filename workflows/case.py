"""A case: one subject's way through one step in one cycle."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from events.envelope import Recorded
from events.facts import Assessed, BallotCast, Declined, Granted, Nominated, StageDecided, Tally
from ladders.days import after
from ladders.model import Ladder, Route, Stage, Step
from workflows import rows
from workflows.commands import (
    Already,
    CastBallot,
    Conclude,
    DecideStage,
    Decision,
    Draft,
    Moment,
    Needs,
    Nominate,
    RecordVerdicts,
    Refused,
    Span,
    World,
)
from workflows.cycle import Cycle, deadline_passed, is_open, not_closed, route_in, route_of
from workflows.cycle import stream as cycle_stream


@dataclass(frozen=True)
class Case:
    """A case as its stream tells it; positions are of the events that say so."""

    version: int = 0
    nominated: Nominated | None = None
    nominated_at: int = 0
    assessed: Assessed | None = None
    assessed_at: int = 0
    ballots: Mapping[str, Mapping[int, BallotCast]] = field(default_factory=dict)
    """Stage to seat to ballot."""
    ballots_at: Mapping[tuple[str, int], int] = field(default_factory=dict)
    decided: Mapping[str, StageDecided] = field(default_factory=dict)
    decided_at: Mapping[str, int] = field(default_factory=dict)
    outcome: Granted | Declined | None = None
    outcome_at: int = 0


def stream(case: str) -> str:
    """The stream of a case."""
    return f"case-{case}"


def evolve(state: Case, event: Recorded) -> Case:
    """The case after one more event."""
    state, at = replace(state, version=event.envelope.version), event.position
    match event.fact:
        case Nominated() as fact:
            return replace(state, nominated=fact, nominated_at=at)
        case Assessed() as fact:
            return replace(state, assessed=fact, assessed_at=at)
        case BallotCast() as fact:
            seats = {**state.ballots.get(fact.stage, {}), fact.seat: fact}
            return replace(
                state,
                ballots={**state.ballots, fact.stage: seats},
                ballots_at={**state.ballots_at, (fact.stage, fact.seat): at},
            )
        case StageDecided() as fact:
            return replace(
                state,
                decided={**state.decided, fact.stage: fact},
                decided_at={**state.decided_at, fact.stage: at},
            )
        case Granted() | Declined() as fact:
            return replace(state, outcome=fact, outcome_at=at)
    return state


def stage_of(state: Case, route: Route) -> Stage | None:
    """The stage that the case is in: the first one that has not decided, none before a met verdict or after a no."""
    if state.assessed is None or state.assessed.outcome != "met" or state.outcome is not None:
        return None
    for stage in route.stages:
        decided = state.decided.get(stage.id)
        if decided is None:
            return stage
        if decided.outcome != "approved":
            return None
    return None


def approved(state: Case, route: Route) -> bool:
    """Whether every stage approved the case."""
    last = [state.decided.get(stage.id) for stage in route.stages]
    return all(one is not None and one.outcome == "approved" for one in last)


def decision_of(state: Case, stage: Stage, route: Route) -> StageDecided:
    """What a stage's ballots come to.

    Those present are the seats that voted, abstentions included; fewer than the quorum decide nothing.
    """
    choices = [ballot.choice for ballot in state.ballots.get(stage.id, {}).values()]
    counted = Tally(
        in_favour=choices.count("for"),
        against=choices.count("against"),
        abstained=choices.count("abstain"),
        seats=stage.seats,
    )
    base = stage.seats if stage.threshold.of == "seats" else len(choices)
    outcome: Literal["approved", "rejected", "no quorum"] = "no quorum"
    if len(choices) >= stage.quorum:
        outcome = "approved" if stage.threshold.reached(counted.in_favour, base) else "rejected"
    return StageDecided(
        stage=stage.id, outcome=outcome, tally=counted, assessed=state.assessed_at, last=stage == route.stages[-1]
    )


Asked = Nominate | RecordVerdicts | CastBallot | DecideStage | Conclude


def needs(command: Asked) -> Needs:
    """The cycle and the cases."""
    match command:
        case Nominate():
            return Needs(
                streams=(cycle_stream(command.cycle), stream(command.case)),
                subjects=(command.subject,),
                keys=(*rows.key(command.source), f"nomination/{command.cycle}/{command.subject}"),
            )
        case CastBallot():
            return Needs(streams=(cycle_stream(command.cycle), stream(command.case)), keys=rows.key(command.source))
        case RecordVerdicts():
            return Needs(
                streams=(cycle_stream(command.cycle), *(stream(name) for name, _ in command.verdicts)),
            )
    return Needs(
        streams=(cycle_stream(command.cycle), *(stream(name) for name in command.cases)),
        holders=command.cases if isinstance(command, Conclude) else (),
    )


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a case, or on many of one cycle."""
    match command:
        case Nominate():
            return _nominate(world, command, moment)
        case CastBallot():
            return _vote(world, command, moment)
        case RecordVerdicts():
            return _record(world, command, moment)
        case DecideStage():
            return _decide_stage(world, command, moment)
        case Conclude():
            return _conclude(world, command, moment)


def _nominate(world: World, command: Nominate, moment: Moment) -> Decision:
    if (held := world.keys.get(f"nomination/{command.cycle}/{command.subject}")) is not None:
        return Already(held.position)
    if (done := rows.held(world, command.source)) is not None:
        return done
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    opened = is_open(cycle)
    if world.states[stream(command.case)].version:
        raise Refused(
            "case taken",
            f"申报编号 {command.case} 已经用过;请另取编号",
            f"the id {command.case} is another case's: give this one an id of its own",
        )
    if cycle.closed is not None or deadline_passed(opened.deadline, moment):
        day = cycle.closed_on or opened.deadline
        raise Refused(
            "closed",
            f"申报已于 {day} 截止,不能再申报;请等下一周期",
            f"submission closed on {day}; the next cycle takes new nominations",
        )
    rules = world.ladders[opened.version]
    subject = world.subjects.get(command.subject)
    if subject is None or subject.kind != rules.subject:
        zh, en = {"person": ("人员", "person"), "studio": ("工作室", "studio")}[rules.subject]
        raise Refused("unknown subject", f"没有登记这个{zh};请先导入", f"there is no such {en}: import it first")
    if subject.until is not None and subject.until < moment.today:
        raise Refused(
            "left",
            f"这个人已于 {subject.until} 离职,不能申报;如日期有误,请先更正",
            f"this person left the district's service on {subject.until}; correct that first if it is wrong",
        )
    if opened.scope is not None and opened.scope not in subject.within:
        raise Refused(
            "scope",
            "不在本周期的单位范围内;请在其所在单位的周期申报",
            "this cycle is for another unit's people: nominate in the cycle of their own",
        )
    fact = Nominated(cycle=command.cycle, subject=command.subject, source=command.source)
    return [Draft(stream(command.case), Span.day(moment.today), fact, expected=0, correlation=command.cycle)]


def _record(world: World, command: RecordVerdicts, moment: Moment) -> Decision:
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    opened = is_open(cycle)
    if cycle.closed is None:
        raise not_closed()
    drafts = []
    right = (opened.ladder, opened.version, opened.catalogue, opened.settings, opened.as_of, cycle.closed.known_at)
    for name, verdict in command.verdicts:
        state = _case_in(world, name, command.cycle)
        if state.assessed is not None:
            continue
        pins = verdict.pins
        if (pins.ladder, pins.version, pins.catalogue, pins.settings, pins.as_of, pins.known_at) != right:
            raise Refused(
                "pins",
                "判定不是按本周期的规定作出的;请重新运行 jieti cycle advance",
                "the verdict is not pinned as this cycle pins; run the cycle again: jieti cycle advance",
            )
        drafts.append(_next(state, name, command.cycle, moment, verdict))
    return drafts or Already(cycle.closed_at)


def _vote(world: World, command: CastBallot, moment: Moment) -> Decision:
    state = _case_in(world, command.case, command.cycle)
    assert state.nominated is not None
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    seats = cycle.panels.get(command.stage)
    if seats is None:
        raise Refused(
            "no panel",
            f"环节“{command.stage}”还没有评审组;先用 jieti cycle seat 组成",
            f'the stage "{command.stage}" has no panel yet; seat it first: jieti cycle seat',
        )
    seat = next((seat for seat, person in seats.items() if person == command.person), None)
    if seat is None:
        raise Refused(
            "not seated",
            "这个人不在本环节的评审组里,不能表决;席位用 jieti cycle show 查看",
            "this person has no seat on this stage's panel; jieti cycle show lists the seats",
        )
    if (cast := state.ballots.get(command.stage, {}).get(seat)) is not None:
        if cast.choice == command.choice:
            return Already(state.ballots_at[command.stage, seat])
        raise Refused(
            "second vote",
            f"这个席位已经投了“{_CHOICES[cast.choice]}”,一票不能改投;以已投的为准",
            f'this seat has voted "{cast.choice}" already; a ballot cannot be changed: the first one counts',
        )
    if (done := rows.held(world, command.source)) is not None:
        return done
    if command.person == state.nominated.subject:
        raise Refused(
            "own case",
            "不能表决自己的申报;请回避,本票不计",
            "nobody votes on a case of their own: leave it to the others",
        )
    opened = cycle.stages.get(command.stage)
    route = route_in(world, cycle)
    stage = stage_of(state, route)
    if stage is None or stage.id != command.stage or opened is None:
        raise Refused(
            "not in stage",
            "这份申报现在不在这个环节;用 jieti cycle show 查看进度",
            "the case is not in this stage now; jieti cycle show tells where it is",
        )
    if deadline_passed(opened.last, moment):
        raise Refused(
            "too late",
            f"这个环节的表决已于 {opened.last} 截止;这一票不再计入,以在册的票计票",
            f"ballots of this stage were taken until {opened.last}: this one comes too late, the count goes without it",
        )
    fact = BallotCast(
        cycle=state.nominated.cycle,
        stage=command.stage,
        seat=seat,
        person=command.person,
        choice=command.choice,
        source=command.source,
    )
    return [_next(state, command.case, state.nominated.cycle, moment, fact)]


_CHOICES = {"for": "同意", "against": "反对", "abstain": "弃权"}


def _decide_stage(world: World, command: DecideStage, moment: Moment) -> Decision:
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    route = route_in(world, cycle)
    opened = cycle.stages.get(command.stage)
    drafts = []
    for name in command.cases:
        state = _case_in(world, name, command.cycle)
        stage = stage_of(state, route)
        if stage is None or stage.id != command.stage or opened is None:
            continue
        if len(state.ballots.get(stage.id, {})) < stage.seats and not deadline_passed(opened.last, moment):
            continue
        drafts.append(_next(state, name, command.cycle, moment, decision_of(state, stage, route)))
    return drafts or Already(cycle.closed_at)


def _conclude(world: World, command: Conclude, moment: Moment) -> Decision:
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    rules, drafts = world.ladders[is_open(cycle).version], []
    for name in command.cases:
        state, counted = _case_in(world, name, command.cycle), command.evidence.get(name, ())
        fact = conclusion_of(rules, cycle, state, counted, world.held.get(name, ()), moment.today)
        if fact is not None:
            drafts.append(_next(state, name, command.cycle, moment, fact))
    return drafts or Already(cycle.closed_at)


def conclusion_of(
    rules: Ladder,
    cycle: Cycle,
    state: Case,
    evidence: tuple[int, ...],
    held: Collection[tuple[str, str]],
    today: date,
) -> Granted | Declined | None:
    """How a nominated case of an open cycle ends on a day: granted, declined, or None where it does not end yet.

    ``rules`` is the cycle's ladder, ``evidence`` the positions that counted, ``held`` the (ladder, rung) of every
    standing that the subject holds by then.
    """
    opened, nominated, assessed, notice = cycle.opened, state.nominated, state.assessed, cycle.notice
    assert opened is not None
    assert nominated is not None
    route = route_of(rules, opened.to)
    if assessed is None or state.outcome is not None or stage_of(state, route) is not None:
        return None
    if assessed.outcome != "met" or not approved(state, route):
        return _decline(state, route)
    if notice is None or today <= notice.last:
        return None
    step = next(one for one in rules.steps if one.id == assessed.step)
    # Another cycle may have been first; only a renewal is granted to who holds the rung.
    if (opened.ladder, step.to) in held and step.to != step.from_:
        return _decline(state, route, held=True)
    begins = notice.last + timedelta(days=1)
    return Granted(
        cycle=nominated.cycle,
        subject=nominated.subject,
        ladder=opened.ladder,
        rung=step.to,
        from_rung=step.from_,
        in_force_from=begins,
        until=_last_day(begins, step),
        assessed=state.assessed_at,
        notice=cycle.notice_at,
        evidence=evidence,
    )


def _decline(state: Case, route: Route, *, held: bool = False) -> Declined:
    """Not eligible, turned down by a stage, or the rung is held already."""
    assert state.nominated is not None
    last = [state.decided.get(stage.id) for stage in route.stages]
    refused = next((one for one in last if one is not None and one.outcome != "approved"), None)
    reason: Literal["not eligible", "rejected", "no quorum", "held already"] = (
        "held already" if held else "not eligible"
    )
    if refused is not None and refused.outcome != "approved":
        reason = refused.outcome
    return Declined(
        cycle=state.nominated.cycle,
        subject=state.nominated.subject,
        reason=reason,
        stage=refused.stage if refused else None,
        assessed=state.assessed_at,
    )


def _case_in(world: World, name: str, cycle: str) -> Case:
    """A case of a cycle; Refused if it is none of that cycle's."""
    state: Case = world.states[stream(name)]
    if state.nominated is None or state.nominated.cycle != cycle:
        raise Refused(
            "no case",
            "本周期没有这份申报;用 jieti cycle show 查看",
            "there is no such case in this cycle; jieti cycle show lists them",
        )
    return state


def _last_day(begins: date, step: Step) -> date | None:
    """The last day of a term that begins on a day; none where the step gives no term."""
    return after(begins, step.term) - timedelta(days=1) if step.term else None


def _next(
    state: Case, name: str, cycle: str, moment: Moment, fact: Assessed | BallotCast | StageDecided | Granted | Declined
) -> Draft:
    return Draft(stream(name), Span.day(moment.today), fact, expected=state.version, correlation=cycle)
