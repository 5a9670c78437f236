"""Corrections of past decisions: opened where a verdict would be another one today, decided by the office.

Nothing is rewritten: the decision stays in the log as it was, and what follows from looking again is added to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from events.envelope import Recorded
from events.facts import (
    CorrectionDecided,
    CorrectionOpened,
    Declined,
    Fact,
    Granted,
    GrantedOnCorrection,
    OfCorrection,
    Reassessed,
)
from ladders.reference.days import after
from workflows import case, standing
from workflows.acts import EndStanding
from workflows.case import Case
from workflows.commands import Command, Decision, Draft, Moment, Needs, Refused, Span, World
from workflows.repeats import Again

Outcome = Literal["keep", "revoke", "grant"]
_DAY = timedelta(days=1)


class OpenCorrection(Command):
    """Look again at a decision about a subject, whose verdict would now be ``verdict``, ``because`` of these events."""

    subject: str
    decision: int
    decided_on: date
    case: str
    verdict: Reassessed
    because: tuple[int, ...]
    reason: str


class DecideCorrection(Command):
    """Let the decision stand, revoke what it gave, or grant what it declined, from a day on; by a document."""

    subject: str
    correction: int
    outcome: Outcome
    on: date | None = None
    """The moment's day where none is named."""
    reason: str


Asked = OpenCorrection | DecideCorrection


@dataclass(frozen=True)
class Correcting:
    """A correction as the subject's stream tells it; ``decided_at`` is 0 while it is open."""

    opened: CorrectionOpened
    outcome: Outcome | None = None
    decided_at: int = 0
    authority: str | None = None
    """The document by which it was decided."""
    granted_on: date | None = None


Corrections = Mapping[int, Correcting]
"""A subject's corrections by the positions at which they were opened."""


def evolve(state: Corrections, event: Recorded) -> Corrections:
    """The corrections after one more event of the subject's stream."""
    match event.fact:
        case CorrectionOpened() as fact:
            return {**state, event.position: Correcting(fact)}
        case OfCorrection(correction=at) as fact:
            said, granted = event.envelope, isinstance(fact, GrantedOnCorrection)
            done = replace(
                state[at],
                outcome=outcome_of(fact),
                decided_at=event.position,
                authority=said.authority,
                granted_on=said.occurred_from if granted else None,
            )
            return {**state, at: done}
    return state


def outcome_of(fact: Fact) -> Outcome:
    """How a correction ended."""
    if isinstance(fact, CorrectionDecided):
        return "keep" if fact.outcome == "kept" else "revoke"
    return "grant"


def stream(subject: str) -> str:
    """The stream that a subject's corrections are in."""
    return f"subject-{subject}"


def needs(command: Asked) -> Needs:
    """The subject's corrections; of a new one the case, to decide one the standings."""
    own = stream(command.subject)
    if isinstance(command, OpenCorrection):
        return Needs(streams=(own, case.stream(command.case)))
    return Needs(streams=(own,), standings=(command.subject,))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """Open a correction, or end one."""
    corrections: Corrections = world.states[stream(command.subject)].corrections
    if isinstance(command, OpenCorrection):
        return _open(corrections, world.states[case.stream(command.case)], command, moment)
    return _end(world, corrections, command, moment)


# ------------------------------------------------------------------------------------------------------- opening


def _open(corrections: Corrections, state: Case, command: OpenCorrection, moment: Moment) -> Decision:
    nominated, verdict = state.nominated, command.verdict
    ours = nominated is not None and nominated.subject == command.subject and state.outcome_at == command.decision
    if nominated is None or not ours or state.outcome not in (Granted, Declined) or state.assessed is None:
        raise Refused(
            "no decision",
            f"#{command.decision:,} 不是对此人的认定或驳回,或没有依据判定;用 jieti audit revisit 查看",
            f"#{command.decision:,} is no grant or decline of this subject that rests on a verdict; jieti audit "
            "revisit lists those that would differ",
        )
    for at, one in corrections.items():
        if one.opened.decision != command.decision:
            continue
        if one.opened.verdict.digest == verdict.digest and not one.decided_at:
            mend = (
                "办结时另有理由:jieti correction decide",
                "What is decided has a reason of its own: jieti correction decide",
            )
            return Again(at, {"reason": command.reason}, mend=mend)
        if one.opened.verdict.digest == verdict.digest or not one.decided_at:
            raise _looked_at(at, one)
    if not command.decision < verdict.pins.known_at <= moment.tip:
        raise Refused(
            "known at",
            f"重新判定的位置 {verdict.pins.known_at:,} 不在决定 #{command.decision:,} 之后的日志里;请重新运行",
            f"the verdict knows the log up to {verdict.pins.known_at:,}, which is not after the decision, "
            f"#{command.decision:,}, and within the log: ask again",
        )
    if (state.assessed.outcome, state.assessed.rung) == (verdict.outcome, verdict.rung):
        raise Refused(
            "no difference",
            f"按今天所知,#{command.decision:,} 的判定没有不同,不需要更正;有误的请先更正佐证",
            f"with what is known today the verdict of #{command.decision:,} is the same, so there is nothing to "
            "correct: if evidence is wrong, correct that first",
        )
    _reasoned(command.reason)
    rung = verdict.rung or verdict.step.partition("→")[2].partition(":")[0]
    fact = CorrectionOpened(
        decision=command.decision,
        decided="granted" if state.outcome is Granted else "declined",
        decided_on=command.decided_on,
        case=command.case,
        cycle=nominated.cycle,
        ladder=verdict.pins.ladder,
        rung=rung,
        then=state.assessed.outcome,
        verdict=verdict,
        because=command.because,
        reason=command.reason,
    )
    return [_draft(command.subject, moment.today, fact, nominated.cycle)]


def _looked_at(at: int, one: Correcting) -> Refused:
    """What is said of a decision that was looked at again before."""
    if one.decided_at:
        return Refused(
            "corrected already",
            f"同样的判定已在 #{one.decided_at:,} 作过处理(更正案 #{at:,});有新的记录,判定再变,才能另开",
            f"the same verdict was dealt with at #{one.decided_at:,} (correction #{at:,}): another one can be opened "
            "when something new makes the verdict another one",
        )
    return Refused(
        "open already",
        f"这项决定已有未办结的更正案 #{at:,};请先办结:jieti correction decide",
        f"there is an open correction of this decision, #{at:,}: decide that first, jieti correction decide",
    )


# -------------------------------------------------------------------------------------------------------- ending


def _end(world: World, corrections: Corrections, command: DecideCorrection, moment: Moment) -> Decision:
    one = corrections.get(command.correction)
    if one is None:
        raise Refused(
            "no correction",
            f"没有更正案 #{command.correction:,};用 jieti correction list 查看",
            f"there is no correction #{command.correction:,}; jieti correction list shows them",
        )
    if one.decided_at:
        return _decided(world, command, one)
    if not (command.asking.authority or "").strip():
        raise Refused(
            "authority",
            "办结更正案要有文件;请写明文号:--authority",
            "a correction is decided by a document: give its number, --authority",
        )
    _reasoned(command.reason)
    if command.outcome == "grant":
        on = command.on or moment.today
        return [_draft(command.subject, on, _granted(world, command, one, moment, on), one.opened.cycle)]
    kept = command.outcome == "keep"
    fact = CorrectionDecided(
        correction=command.correction,
        decision=one.opened.decision,
        outcome="kept" if kept else "revoked",
        reason=command.reason,
    )
    drafts = [_draft(command.subject, moment.today, fact, one.opened.cycle)]
    return drafts if kept else drafts + _revoked(world, command, one, moment)


def _decided(world: World, command: DecideCorrection, one: Correcting) -> Again:
    """That it was decided so; Refused where that was otherwise."""
    held = world.standings.get(command.subject, ()) if one.outcome == "revoke" else ()
    # The decision's own day is the one on which it was recorded: a revocation names its own, in the event after it.
    own = (each for each in held if each.position == one.opened.decision and each.ended == one.decided_at + 1)
    ended = next(own, None)
    day = one.granted_on if one.outcome == "grant" else ended.until + _DAY if ended and ended.until else None
    same_document = one.authority == command.asking.authority
    another_day = None not in (day, command.on) and day != command.on
    if one.outcome != command.outcome or another_day or not same_document:
        zh, en = ENDED[one.outcome or "keep"]
        raise Refused(
            "corrected already",
            f"更正案 #{command.correction:,} 已于 #{one.decided_at:,} 办结:{zh}{f',自 {day} 起' if day else ''}"
            f"(依据 {one.authority});不能改办。{_AFTER[0]}",
            f"correction #{command.correction:,} was decided at #{one.decided_at:,}: {en}"
            f"{f', from {day} on' if day else ''} (by {one.authority}), and it is not decided anew. {_AFTER[1]}",
        )
    return Again(one.decided_at, {"reason": command.reason}, mend=_AFTER)


ENDED: dict[Outcome, tuple[str, str]] = {
    "keep": ("维持原决定", "it stands"),
    "revoke": ("撤销", "revoked"),
    "grant": ("补认", "granted"),
}
"""What a correction came to, in both languages."""
_AFTER = (
    "称号另可恢复或撤销:jieti standing;有新的记录使判定再变,才能另立更正案",
    "To end or reinstate a standing: jieti standing; another correction can be opened when the verdict changes again",
)


def _revoked(world: World, command: DecideCorrection, one: Correcting, moment: Moment) -> list[Draft]:
    """That the standing which the decision gave is revoked; nothing where it was revoked before, from that day on."""
    if one.opened.decided != "granted":
        raise Refused(
            "nothing granted",
            "这项决定没有给出称号,没有可撤销的;可维持(keep)或补认(grant)",
            "this decision granted nothing, so there is nothing to revoke: keep it, or grant",
        )
    end = EndStanding(
        id=command.id,
        asking=command.asking,
        subject=command.subject,
        standing=one.opened.decision,
        effect="revoke",
        on=command.on,
        reason=command.reason,
    )
    found = standing.decide(world, end, moment)
    if isinstance(found, list):
        return found
    gone = next(each for each in world.standings[command.subject] if each.position == one.opened.decision)
    first = gone.until + _DAY if gone.until else gone.first
    if first != (command.on or moment.today):
        raise Refused(
            "revoked before",
            f"这项称号已自 {first} 起撤销(#{gone.ended:,});请写 --on {first} 办结更正案,要改日期先恢复它:"
            "jieti standing reinstate",
            f"this standing is revoked already, from {first} on (#{gone.ended:,}): decide the correction with --on "
            f"{first}; to have another day, reinstate it first, jieti standing reinstate",
        )
    return []


def _granted(world: World, command: DecideCorrection, one: Correcting, moment: Moment, on: date) -> GrantedOnCorrection:
    opened, verdict = one.opened, one.opened.verdict
    if opened.decided != "declined" or verdict.outcome != "met":
        raise Refused(
            "not met",
            "只有原来驳回、现在符合条件的才能补认;可维持(keep),有称号的可撤销(revoke)",
            "only what was declined and is met now can be granted: keep the decision, or revoke a grant",
        )
    if on > moment.today:
        raise Refused(
            "future",
            f"日期 {on} 还没有到(今天是 {moment.today});请到时再办理",
            f"{on} has not come yet (today is {moment.today}): grant it then",
        )
    if on < opened.decided_on:
        raise Refused(
            "before the decision",
            f"补认不能早于原决定({opened.decided_on});请核对日期",
            f"it cannot be granted from before it was declined ({opened.decided_on}): check the day",
        )
    for held in world.standings.get(command.subject, ()):
        same = (held.ladder, held.rung) == (opened.ladder, opened.rung) and held.state in ("held", "succeeded")
        if same and (held.until is None or held.until >= on):
            raise Refused(
                "held already",
                f"这一级已持有(#{held.position:,}),不需要补认;可维持原决定(keep)",
                f"this rung is held already (#{held.position:,}), so there is nothing to grant: keep the decision",
            )
    step = next(each for each in world.ladders[verdict.pins.version].steps if each.id == verdict.step)
    return GrantedOnCorrection(
        correction=command.correction,
        decision=opened.decision,
        cycle=opened.cycle,
        case=opened.case,
        ladder=opened.ladder,
        rung=step.to,
        from_rung=step.from_,
        until=after(on, step.term) - _DAY if step.term else None,
        evidence=verdict.evidence,
        reason=command.reason,
    )


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Refused("no reason", "缺少理由;请写明", "a reason is needed: say why")


def _draft(subject: str, on: date, fact: Fact, cycle: str) -> Draft:
    return Draft(stream(subject), Span.day(on), fact, correlation=cycle)
