"""What happens to a case in a stage besides ballots: recusals, added signers, return and resubmission, withdrawal, days
of its own, and the stage's decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from events.facts import (
    BallotWithdrawn,
    CaseResubmitted,
    CaseReturned,
    CaseWithdrawn,
    Fact,
    RecusalEnded,
    SeatRecused,
    SignerAdded,
    WindowOpened,
)
from ladders.model.review import Stage
from workflows.acts import AddSigner, EndRecusal, OpenWindow, RecuseSeat, ResubmitCase, ReturnCase, WithdrawCase
from workflows.case import Case, case_in, late, next_of, reasoned, stage_of, stream
from workflows.chairs import Chair
from workflows.commands import Already, DecideStage, Decision, Moment, Needs, Refused, World
from workflows.cycle import Cycle, deadline_passed, route_in, unit_above, window_of
from workflows.cycle import stream as cycle_stream
from workflows.panel import no_panel, stage_in
from workflows.repeats import Again
from workflows.seats import Recusal, conflict, panel_of
from workflows.tally import decision_of

OnOne = RecuseSeat | EndRecusal | AddSigner | ReturnCase | ResubmitCase | WithdrawCase
OnMany = OpenWindow | DecideStage
Asked = OnOne | OnMany


def needs(command: Asked) -> Needs:
    """The cycle, its case or cases, and for a panel's acts the units and who of it is related to the candidates."""
    cases = command.cases if isinstance(command, OnMany) else (command.case,)
    streams = (cycle_stream(command.cycle), *(stream(name) for name in cases))
    match command:
        case RecuseSeat():
            return Needs(streams=streams, units=True)
        case AddSigner():
            related = (command.cycle, command.stage)
            person = (command.person,)
            return Needs(streams=streams, subjects=person, related=related, beside=person, units=True)
        case DecideStage():
            return Needs(streams=streams, related=(command.cycle, command.stage), opened=True, units=True)
    return Needs(streams=streams)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a case, or on many cases of one cycle."""
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    if isinstance(command, OnMany):
        found = (_windows if isinstance(command, OpenWindow) else _decisions)(world, command, cycle, moment)
        return [next_of(state, name, moment, fact) for name, state, fact in found] or Already(cycle.closed_at)
    state = case_in(world, command.case, command.cycle)
    fact: Fact | Already
    match command:
        case RecuseSeat():
            facts = _recuse(world, command, cycle, state)
            if isinstance(facts, Already):
                return facts
            drafts = [next_of(state, command.case, moment, one) for one in facts]
            return [one._replace(expected=state.version + nth) for nth, one in enumerate(drafts)]
        case EndRecusal():
            fact = _end_recusal(world, command, cycle, state)
        case AddSigner():
            fact = _add_signer(world, command, cycle, state, moment)
        case ReturnCase():
            fact = _return(world, command, cycle, state, moment)
        case ResubmitCase():
            fact = _resubmit(command, state, moment)
        case WithdrawCase():
            fact = _withdraw(command, state)
    return fact if isinstance(fact, Already) else [next_of(state, command.case, moment, fact)]


# ------------------------------------------------------------------------------- what an act in a stage rests on


def days_in(world: World, cycle: Cycle, state: Case, stage: Stage) -> tuple[date, date, date]:
    """The first and the last day on which ballots on a case are cast in a stage, and the one they are counted from.

    Refused unless the case is in that stage, its days have begun, and no objection freezes it.
    """
    if stage.id in state.decided:
        raise Refused(
            "too late",
            f"环节“{stage.title.zh}”已经对这份申报作出决定,不能再改;用 jieti cycle show 查看结果",
            f'the stage "{stage.title.en}" has decided this case, and that stands; jieti cycle show tells how',
        )
    now = stage_of(state, route_in(world, cycle))
    if now is None or now.id != stage.id or stage.id not in cycle.stages:
        raise Refused(
            "not in stage",
            "这份申报现在不在这个环节;用 jieti cycle show 查看进度",
            "the case is not in this stage now; jieti cycle show tells where it is",
        )
    not_frozen(state)
    days = None if late(state, cycle, stage.id) else window_of(cycle, state.windows.get(stage.id), stage.id)
    if days is None:
        raise Refused(
            "no window",
            "这份申报到得晚,在这个环节还没有自己的表决日;请先运行 jieti cycle advance",
            "the case came late to this stage and has no days of its own in it yet; run jieti cycle advance",
        )
    return days


def not_frozen(state: Case) -> None:
    """Refused while an objection to the case is undecided."""
    if state.frozen:
        raise Refused(
            "frozen",
            "这份申报有异议未处理,先冻结;请先用 jieti cycle rule 处理异议",
            "an objection to this case is undecided and freezes it; decide that first: jieti cycle rule",
        )


def chairs_of(world: World, cycle: Cycle, state: Case, stage: Stage) -> Mapping[int, Chair]:
    """The chairs that judge a case in a stage; Refused while nobody is seated."""
    chairs = panel_of(state, cycle, stage, world.units)
    if chairs is None:
        assert state.nominated is not None
        raise no_panel(stage, [unit_above(world.units, state.nominated.unit, stage.panel_per)])
    return chairs


def seat_of(chairs: Mapping[int, Chair], person: str) -> int:
    """The number of the seat from which a person may vote; Refused if there is none."""
    for seat, chair in chairs.items():
        if person in chair.voters:
            return seat
    raise Refused(
        "not seated",
        "这个人不在本环节的评审组里,不能表决;席位用 jieti cycle show 查看",
        "this person has no seat on this stage's panel; jieti cycle show lists the seats",
    )


def recused(why: Recusal) -> Refused:
    """The refusal of a vote from a recused seat."""
    if why == "own case":
        return Refused(
            "own case",
            "不能评审自己的申报;请回避,由其他人表决",
            "nobody judges a case of their own: leave it to the others",
        )
    if why == "declared":
        return Refused(
            "recused",
            "已声明回避,不能表决;席位可以转办(jieti cycle hand-over),声明有误可以撤销(jieti cycle end-recusal)",
            "whoever declared a recusal does not vote; hand the seat over (jieti cycle hand-over), or take the recusal "
            "back if it was a mistake (jieti cycle end-recusal)",
        )
    zh = {"same school": "与申报人同校", "same studio": "与申报人同一工作室", "mentor pair": "与申报人是师徒"}
    en = {
        "same school": "works in the candidate's school",
        "same studio": "is in a studio with the candidate",
        "mentor pair": "is the candidate's mentor, or mentored by them",
    }
    return Refused(
        "recused",
        f"按规定应当回避({zh[why]}),这一票不计;可用 jieti cycle add-signer 加签其他人",
        f"whoever {en[why]} is recused and does not vote; add somebody else: jieti cycle add-signer",
    )


def _not_ended(state: Case) -> None:
    if state.outcome is not None:
        raise Refused(
            "ended",
            "这份申报已经办结,不能再改;用 jieti cycle show 查看结果",
            "this case has ended and stays as it is; jieti cycle show tells how",
        )


# --------------------------------------------------------------------------------------------------- of the panel


def _recuse(world: World, command: RecuseSeat, cycle: Cycle, state: Case) -> list[Fact] | Already:
    """The recusal, and that what the person voted before is taken back; a holder's also what was voted for them."""
    stage, who = stage_in(world, cycle, command.stage), command.person
    chairs = chairs_of(world, cycle, state, stage)
    seat = seat_of(chairs, who)
    for one in state.recused.get(stage.id, ()):
        if one.person == who or (one.of_seat and one.seat == seat):
            return Again(one.at, {"reason": command.reason.strip()})
    _not_ended(state)
    _not_decided(state, stage)
    assert state.nominated is not None
    holds = chairs[seat].holder == who
    fact = SeatRecused(
        cycle=command.cycle,
        stage=stage.id,
        seat=seat,
        person=who,
        subject=state.nominated.subject,
        reason=reasoned(command.reason),
        sits="holder" if holds else "delegate",
        again=state.recusals.get((stage.id, seat)) or None,
    )
    for_them = chairs[seat].voters if holds else frozenset()
    taken_back = [
        BallotWithdrawn(cycle=command.cycle, stage=stage.id, seat=number, ballot=ballot.at)
        for number, ballot in state.ballots.get(stage.id, {}).items()
        if ballot.person == who or (number == seat and ballot.person in for_them)
    ]
    return [fact, *taken_back]


def _end_recusal(world: World, command: EndRecusal, cycle: Cycle, state: Case) -> RecusalEnded:
    stage, who = stage_in(world, cycle, command.stage), command.person
    declared = next((one for one in reversed(state.recused.get(stage.id, ())) if one.person == who), None)
    if declared is None:
        raise Refused(
            "not recused",
            "这个人对这份申报没有声明过回避,不用撤销;按规定的回避不能撤销,可以转办席位:jieti cycle hand-over",
            "this person has declared no recusal from this case; one by the rule (same school, mentor) is not undone, "
            "but the seat can be handed over: jieti cycle hand-over",
        )
    _not_ended(state)
    _not_decided(state, stage)
    assert state.nominated is not None
    return RecusalEnded(
        cycle=command.cycle,
        stage=stage.id,
        seat=declared.seat,
        person=who,
        subject=state.nominated.subject,
        recusal=declared.at,
        reason=reasoned(command.reason),
    )


def _not_decided(state: Case, stage: Stage) -> None:
    """Refused once the stage has decided the case: who judges it changes no more."""
    if stage.id in state.decided:
        raise Refused(
            "too late",
            "这个环节已经对这份申报作出决定,回避不能再改;如有问题,请在公示期内提出异议:jieti cycle object",
            "the stage has decided this case already; what is wrong with that is an objection to its notice: "
            "jieti cycle object",
        )


def _add_signer(world: World, command: AddSigner, cycle: Cycle, state: Case, moment: Moment) -> SignerAdded | Already:
    stage = stage_in(world, cycle, command.stage)
    chairs = chairs_of(world, cycle, state, stage)
    for seat, person in state.signers.get(stage.id, {}).items():
        if person == command.person:
            return Already(state.signers_at[stage.id, seat])
    if any(command.person in chair.voters for chair in chairs.values()):
        raise Refused(
            "seated",
            "这个人在本环节已有席位,不必加签;请加签其他人",
            "this person has a seat in this stage already: add somebody else",
        )
    known = world.subjects.get(command.person)
    if known is None or known.kind != "person":
        raise Refused(
            "unknown subject",
            "加签的人没有登记为人员;请先导入人员表",
            "the signer is not recorded as a person: import the people first",
        )
    if known.until is not None and known.until < moment.today:
        raise Refused(
            "left",
            f"加签的人已于 {known.until} 离职;请另选一人",
            f"this signer left the district's service on {known.until}: choose somebody else",
        )
    if (why := conflict(state, stage, command.person, world.related.get(command.case, {}))) is not None:
        raise recused(why)
    _, last, _ = days_in(world, cycle, state, stage)
    _in_time(last, moment)
    return SignerAdded(cycle=command.cycle, stage=stage.id, seat=max(chairs) + 1, person=command.person)


def _in_time(last: date, moment: Moment) -> None:
    if deadline_passed(last, moment):
        raise Refused(
            "too late",
            f"这个环节已于 {last} 截止;请以在册的票计票:jieti cycle advance",
            f"this stage's days ended on {last}; it is decided by what came: jieti cycle advance",
        )


# ------------------------------------------------------------------------------------------------- of the nominee


def _return(world: World, command: ReturnCase, cycle: Cycle, state: Case, moment: Moment) -> CaseReturned | Already:
    stage = stage_in(world, cycle, command.stage)
    if state.returned is not None and state.returned.stage == stage.id:
        return Again(state.returned_at, {"reason": command.reason.strip()})
    _, last, _ = days_in(world, cycle, state, stage)
    if stage.completion_days is None:
        raise Refused(
            "no return",
            f"环节“{stage.title.zh}”没有规定可以退回;请表决:jieti cycle vote",
            f'the rule of "{stage.title.en}" returns no case for completion: vote on it, jieti cycle vote',
        )
    _in_time(last, moment)
    assert state.nominated is not None
    return CaseReturned(
        cycle=command.cycle,
        subject=state.nominated.subject,
        stage=stage.id,
        reason=reasoned(command.reason),
        until=moment.today + timedelta(days=stage.completion_days),
    )


def _resubmit(command: ResubmitCase, state: Case, moment: Moment) -> CaseResubmitted | Already:
    if state.returned is None:
        if state.resubmitted_at:
            return Already(state.resubmitted_at)
        raise Refused(
            "not returned",
            "这份申报没有被退回,不用补交;用 jieti cycle show 查看进度",
            "this case was not returned: there is nothing to complete; jieti cycle show tells where it is",
        )
    _not_ended(state)
    if deadline_passed(state.returned.until, moment):
        raise Refused(
            "too late",
            f"补交期限是 {state.returned.until},已经过了;请等下一周期再申报",
            f"it was to be completed by {state.returned.until}; the next cycle takes it up: nominate there",
        )
    return CaseResubmitted(cycle=command.cycle, stage=state.returned.stage)


def _withdraw(command: WithdrawCase, state: Case) -> CaseWithdrawn | Already:
    if state.outcome is CaseWithdrawn:
        return Again(state.outcome_at, {"reason": command.reason.strip()})
    _not_ended(state)
    assert state.nominated is not None
    nominated = state.nominated
    return CaseWithdrawn(
        cycle=command.cycle,
        subject=nominated.subject,
        reason=reasoned(command.reason),
        again=nominated.again,
        taken_back=state.nominated_at if command.undoes else None,
    )


# -------------------------------------------------------------------------------------------------- what falls due


def _windows(world: World, command: OnMany, cycle: Cycle, moment: Moment) -> Iterator[tuple[str, Case, Fact]]:
    """Days of their own for those of the cases that came late to the stage."""
    stage, route = stage_in(world, cycle, command.stage), route_in(world, cycle)
    last = moment.today + timedelta(days=stage.days)
    window = WindowOpened(
        cycle=command.cycle,
        stage=stage.id,
        first=moment.today,
        last=last,
        counted_from=last + timedelta(days=1 + stage.grace),
    )
    for name in command.cases:
        state = case_in(world, name, command.cycle)
        if stage_of(state, route) is stage and late(state, cycle, stage.id) and not state.frozen:
            yield name, state, window


def _decisions(world: World, command: OnMany, cycle: Cycle, moment: Moment) -> Iterator[tuple[str, Case, Fact]]:
    """What the stage decides today of those of the cases that are in it."""
    stage, route = stage_in(world, cycle, command.stage), route_in(world, cycle)
    for name in command.cases if stage.rounds is None else ():  # of several ballots: workflows.rounds
        state = case_in(world, name, command.cycle)
        if stage_of(state, route) is not stage or state.frozen:
            continue
        related = world.related.get(name, {})
        fact = decision_of(state, cycle, stage, route, world.units, related, moment.today)
        if fact is not None:
            yield name, state, fact
