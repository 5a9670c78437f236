"""Objections (异议) to a posted case: raised while its notice runs, heard, decided."""

from __future__ import annotations

from datetime import timedelta

from events.facts import ObjectionDecided, ObjectionHeard, ObjectionRaised
from ladders.model.review import Route
from workflows import case
from workflows.acts import DecideObjection, HearObjection, RaiseObjection
from workflows.case import Case, case_in, next_of
from workflows.case_parts import Objection
from workflows.commands import Already, Decision, Moment, Needs, Refused, World
from workflows.cycle import Cycle, deadline_passed, is_running, route_in
from workflows.cycle import stream as cycle_stream
from workflows.notice import notice_for
from workflows.repeats import Again

Asked = RaiseObjection | HearObjection | DecideObjection
FOLLOWS = {"dismissed": ("resume",), "upheld": ("reassess", "return", "decline")}
"""What may follow from an outcome."""


def needs(command: Asked) -> Needs:
    """The cycle and the case, and the objector where one is named."""
    named = (command.by,) if isinstance(command, RaiseObjection) and command.by else ()
    return Needs(streams=(cycle_stream(command.cycle), case.stream(command.case)), subjects=named)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an objection, its hearing or its decision."""
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    is_running(cycle)
    state = case_in(world, command.case, command.cycle)
    fact: ObjectionRaised | ObjectionHeard | ObjectionDecided | Already
    match command:
        case RaiseObjection():
            fact = _raise(world, command, moment, cycle, state)
        case HearObjection():
            fact = _hear(command, state)
        case DecideObjection():
            fact = _decide(command, state, route_in(world, cycle))
    return fact if isinstance(fact, Already) else [next_of(state, command.case, moment, fact)]


def _raise(world: World, command: RaiseObjection, moment: Moment, cycle: Cycle, state: Case) -> ObjectionRaised:
    assert state.nominated is not None
    if command.objection in state.objections:
        raise Refused(
            "objection taken",
            f"异议编号 {command.objection} 已经用过;请另取编号",
            f"the id {command.objection} is another objection's: give this one an id of its own",
        )
    _under_notice(cycle, state, moment)
    if not command.about.strip():
        raise Refused(
            "no grounds", "异议没有写明事由;请写明反映什么", "the objection states nothing: say what it is about"
        )
    if command.anonymous and command.by is not None:
        raise Refused(
            "anonymous",
            "匿名异议不能写明异议人;请去掉异议人,或改为实名",
            "an anonymous objection names nobody: leave the objector out, or let it not be anonymous",
        )
    if command.by is not None and (command.by not in world.subjects or world.subjects[command.by].kind != "person"):
        raise Refused(
            "unknown subject",
            "异议人没有登记为人员;本系统以外的人,请写在事由里",
            "the objector is not recorded as a person: of somebody else, say in the objection who it is",
        )
    return ObjectionRaised(
        cycle=command.cycle,
        subject=state.nominated.subject,
        objection=command.objection,
        by=command.by,
        anonymous=command.anonymous,
        about=command.about,
        until=moment.today + timedelta(days=route_in(world, cycle).objection_days),
    )


def _under_notice(cycle: Cycle, state: Case, moment: Moment) -> None:
    """Refused unless the case has no outcome and is on a notice that runs today."""
    if state.outcome is not None:
        raise _concluded()
    notice, _ = (notice_for(cycle.notices, state.ready_at) if state.ready_at else None) or (None, 0)
    if notice is None or moment.today < notice.first:
        raise Refused(
            "not posted",
            "这份申报现在不在公示中;请在公示期内提出,日期用 jieti cycle show 查看",
            "the case is not on a public notice now: object while it is; jieti cycle show tells its days",
        )
    if deadline_passed(notice.last, moment):
        raise Refused(
            "notice over",
            f"公示已于 {notice.last} 结束,不再受理异议;如认定有误,请用撤销或暂停",
            f"the notice ran until {notice.last}, the time for objections is over: "
            "if the grant is wrong, suspend or revoke it",
        )


def _concluded() -> Refused:
    return Refused(
        "concluded",
        "这份申报已经办结,异议不再改变它(未处理的只能驳回);如认定有误,请用撤销或暂停",
        "the case is concluded and no objection changes it (one that is open can be dismissed only): "
        "if the grant is wrong, suspend or revoke it",
    )


def _hear(command: HearObjection, state: Case) -> ObjectionHeard:
    assert state.nominated is not None
    _undecided(command.objection, state)
    if not command.minutes.strip():
        raise Refused("no minutes", "听证没有记录;请写明听证情况", "the hearing has no minutes: say what was heard")
    return ObjectionHeard(
        cycle=command.cycle, subject=state.nominated.subject, objection=command.objection, minutes=command.minutes
    )


def _decide(command: DecideObjection, state: Case, route: Route) -> ObjectionDecided | Already:
    assert state.nominated is not None
    after = _stands(command, route)
    there = _objection(command.objection, state)
    if (done := there.decided) is not None and (done.outcome, done.then, done.after) == (
        command.outcome,
        command.then,
        after,
    ):
        return Again(there.decided_at, {"reason": command.reason.strip() or None})
    _undecided(command.objection, state)
    if state.outcome is not None and command.then != "resume":
        raise _concluded()
    if not command.reason.strip():
        raise Refused("no reason", "缺少理由;请写明为什么这样处理", "a reason is needed: say why it is decided so")
    return ObjectionDecided(
        cycle=command.cycle,
        subject=state.nominated.subject,
        objection=command.objection,
        outcome=command.outcome,
        then=command.then,
        after=after,
        reason=command.reason.strip(),
    )


def _stands(command: DecideObjection, route: Route) -> str | None:
    """The last stage whose decision stands where ballots are cast anew; Refused where outcome and sequel do not fit."""
    if command.then not in FOLLOWS[command.outcome]:
        may = ", ".join(FOLLOWS[command.outcome])
        raise Refused(
            "what follows",
            f"处理结果 {command.outcome} 不能接 {command.then};可用:{may}",
            f'"{command.then}" does not follow from "{command.outcome}"; what may follow: {may}',
        )
    if command.then != "return":
        if command.back_to is not None:
            raise Refused(
                "back to",
                "只有退回重新表决(return)才写环节;请去掉环节",
                "only with “return” ballots are cast anew: leave the stage out",
            )
        return None
    stages = [stage.id for stage in route.stages]
    if command.back_to not in stages:
        names = ", ".join(stages)
        raise Refused(
            "back to",
            f"请写明从哪个环节起重新表决;可用:{names}",
            f"say from which stage ballots are cast anew; there is: {names}",
        )
    at = stages.index(command.back_to)
    return stages[at - 1] if at else None


def _objection(objection: str, state: Case) -> Objection:
    if objection not in state.objections:
        raise Refused(
            "no objection",
            "这份申报没有这个异议;用 jieti cycle show 查看",
            "there is no such objection to this case; jieti cycle show lists them",
        )
    return state.objections[objection]


def _undecided(objection: str, state: Case) -> None:
    if (there := _objection(objection, state)).decided is not None:
        raise Refused(
            "objection decided",
            f"这个异议已于 {there.decided_on} 处理;有新的情况,请在公示期内另提异议",
            f"this objection was decided on {there.decided_on}: if something is new, raise another during the notice",
        )
