"""What becomes of a standing after it was given: it lapses, is suspended, revoked, demoted, reinstated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from events.facts import (
    HoldersReviewed,
    Judgement,
    OfStanding,
    StandingDemoted,
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
)
from ladders.model.ladder import Removal
from workflows import ladder
from workflows.acts import EndStanding, LapseStandings, ReinstateStanding, ReviewHolders
from workflows.commands import Already, Decision, Draft, Moment, Needs, Refused, Span, World
from workflows.repeats import Again
from workflows.shown import StandingHeld

Asked = LapseStandings | EndStanding | ReinstateStanding | ReviewHolders
_DAY = timedelta(days=1)


def needs(command: Asked) -> Needs:
    """The standings of the subjects in question."""
    match command:
        case LapseStandings():
            return Needs(standings=tuple(command.standings))
        case ReviewHolders():
            return Needs(streams=(ladder.stream(command.ladder),))
    return Needs(standings=(command.subject,))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows for the standings in question."""
    match command:
        case LapseStandings():
            return _lapse(world, command, moment)
        case EndStanding():
            return _end(world, command, moment)
        case ReinstateStanding():
            return _reinstate(world, command, moment)
        case ReviewHolders():
            return _review(world, command, moment)


def lapses_on(standing: StandingHeld, others: Iterable[StandingHeld]) -> date | None:
    """The first day without a standing whose term ends and that nothing on its ladder follows at once.

    One that is suspended when its term ends lapses as well, on the same day: there is nothing left to reinstate.
    """
    until = standing.term_until if standing.state == "suspended" else standing.until
    if until is None or standing.state not in ("held", "succeeded", "suspended"):
        return None
    ends = until + _DAY
    ever_held = [one for one in others if one.until is None or one.until >= one.first]
    followed = any(
        one.ladder == standing.ladder and one.position != standing.position and standing.first <= one.first <= ends
        for one in ever_held
    )
    return None if followed or until < standing.first else ends


def _lapse(world: World, command: LapseStandings, moment: Moment) -> Decision:
    """Each on the day after its last one, however late that is recorded."""
    drafts = []
    for subject, position in command.standings.items():
        every = world.standings.get(subject, ())
        for one in every:
            if one.position != position:
                continue
            day = lapses_on(one, every)
            if day is not None and day <= moment.today:
                fact = StandingLapsed(standing=position, ladder=one.ladder, rung=one.rung)
                drafts.append(Draft(f"subject-{subject}", Span.day(day), fact))
    return drafts


def _end(world: World, command: EndStanding, moment: Moment) -> Decision:
    standing = _standing(world, command.subject, command.standing)
    was = {"suspend": "suspended", "revoke": "revoked", "demote": "demoted"}[command.effect]
    if standing.state == was and standing.ended is not None:
        if command.judgement is not None:
            return Already(standing.ended)
        mend = (
            "要改,请先恢复(jieti standing reinstate),再重新办理",
            "To change that, reinstate it first, jieti standing reinstate, and end it anew",
        )
        return Again(standing.ended, {"reason": command.reason}, command.on, mend)
    on = command.on or moment.today
    followed = standing.state == "succeeded" and standing.until is not None and standing.until < on
    if standing.state in ("revoked", "demoted", "lapsed") or followed:
        zh, en = _ENDED[standing.state]
        raise Refused(
            "ended",
            f"这项称号{zh},不能再暂停或撤销;请用 jieti standing list 查看现有称号",
            f"this standing {en}, there is nothing left to end; jieti standing list shows those that are held",
        )
    if on > moment.today:
        raise Refused(
            "future",
            f"日期 {on} 还没有到(今天是 {moment.today});请到时再办理",
            f"{on} has not come yet (today is {moment.today}): suspend or revoke it then",
        )
    until = standing.term_until if standing.state == "suspended" else standing.until
    if on < standing.first or (until is not None and on > until):
        last = f" – {until}" if until else ""
        raise Refused(
            "outside the term",
            f"{on} 不在任期内({standing.first}{last});请核对日期",
            f"{on} lies outside the term ({standing.first}{last}): check the day",
        )
    lower = None
    if command.judgement is not None:
        lower = _founded(world, command, standing, command.judgement).to
    elif command.effect == "demote":
        raise Refused(
            "no rule",
            "降级只能按阶梯里写明的规则办理;需要的,请在阶梯里写明,或撤销后重新申报",
            "only a rule of the ladder demotes: write one there, or revoke the standing and nominate anew",
        )
    elif not (command.reason or "").strip():
        raise Refused("no reason", "缺少理由;请写明为什么暂停或撤销", "a reason is needed: say why it ends")
    return [Draft(f"subject-{command.subject}", Span.day(on), _ending(command, standing, lower))]


def _ending(command: EndStanding, standing: StandingHeld, lower: str | None) -> OfStanding:
    """What ends a standing; with a ``lower`` rung, which is held instead for what was left of its term."""
    said: dict[str, Any] = {
        "standing": standing.position,
        "ladder": standing.ladder,
        "rung": standing.rung,
        "cause": "rule" if command.judgement is not None else "decision",
        "reason": command.reason,
        "judgement": command.judgement,
    }
    if lower is not None:
        return StandingDemoted(**said, to=lower, until=standing.term_until)
    return StandingSuspended(**said) if command.effect == "suspend" else StandingRevoked(**said)


_ENDED = {
    "revoked": ("已撤销", "was revoked"),
    "demoted": ("已降级", "was demoted"),
    "lapsed": ("已到期", "lapsed"),
    "succeeded": ("已由后来的称号接替", "was succeeded by a later one"),
}


def _founded(world: World, command: EndStanding, standing: StandingHeld, judgement: Judgement) -> Removal:
    """The rule that ends a standing: its ladder has it for the rung, with that effect, and its clauses are met."""
    rules = world.ladders[judgement.pins.version]
    removals = rules.rung(standing.rung).removals if rules.id == standing.ladder else ()
    there = next((one for one in removals if one.id == judgement.rule and one.effect == command.effect), None)
    if there is None or judgement.outcome != "met" or judgement.pins.as_of != command.on:
        raise Refused(
            "unfounded",
            f"规则“{judgement.rule}”没有得出这个结论;请重新运行每日办理",
            f'the rule "{judgement.rule}" does not come to this: run the day\'s work again',
        )
    return there


def _reinstate(world: World, command: ReinstateStanding, moment: Moment) -> Decision:
    standing = _standing(world, command.subject, command.standing)
    last = standing.term_until
    ran_out = standing.state == "suspended" and last is not None and last < moment.today
    if ran_out or (standing.state == "lapsed" and standing.ended is not None):
        raise Refused(
            "term over",
            f"这项称号的任期已于 {last} 届满,暂停到届满为止,不能再恢复;需要的,请重新申报",
            f"the term of this standing ended on {last} while it was suspended, and nothing is left to reinstate; "
            "a new case is the way: nominate again",
        )
    if standing.state not in ("suspended", "revoked", "demoted") or standing.ended is None:
        raise Refused(
            "not ended",
            "这项称号没有被暂停、撤销或降级,不需要恢复;请用 jieti standing list 查看",
            "this standing is neither suspended, revoked nor demoted, so there is nothing to reinstate; "
            "jieti standing list shows them",
        )
    if command.on > moment.today:
        raise Refused(
            "future",
            f"日期 {command.on} 还没有到(今天是 {moment.today});请到时再恢复",
            f"{command.on} has not come yet (today is {moment.today}): reinstate it then",
        )
    first = standing.first if standing.until is None else max(standing.first, standing.until + _DAY)
    if not command.as_if_never and (command.on < first or (last is not None and command.on > last)):
        term = f"{first} – {last}" if last else f"{first} –"
        raise Refused(
            "outside the term",
            f"{command.on} 不在可恢复的日期内({term});请核对日期,任期已满的须重新申报",
            f"{command.on} lies outside the days for which it can be reinstated ({term}): check the day; "
            "when the term is over, a new case is the way",
        )
    since = [one for one in world.standings[command.subject] if one.ladder == standing.ladder]
    if any(_stands_in_the_way(one, standing, first) for one in since):
        raise Refused(
            "held since",
            "这条阶梯上后来已有另一项称号,不能再恢复这一项;如有错误,请先撤销后来的那一项",
            "a later standing on this ladder took its place: revoke that one first, if it is wrong",
        )
    if not command.reason.strip():
        raise Refused("no reason", "缺少理由;请写明为什么恢复", "a reason is needed: say why it is reinstated")
    fact = StandingReinstated(
        standing=standing.position,
        ladder=standing.ladder,
        rung=standing.rung,
        ended=standing.ended,
        as_if_never=command.as_if_never,
        until=last,
        reason=command.reason,
    )
    return [Draft(f"subject-{command.subject}", Span.day(command.on), fact)]


def _stands_in_the_way(one: StandingHeld, standing: StandingHeld, first: date) -> bool:
    """Whether a standing keeps one that ended from being reinstated: it came later, and is not what a demotion gave."""
    given_instead = one.position == standing.ended and one.state != "suspended"
    return one.position != standing.position and one.first >= first and one.state != "revoked" and not given_instead


def _standing(world: World, subject: str, position: int) -> StandingHeld:
    for one in world.standings.get(subject, ()):
        if one.position == position:
            return one
    raise Refused(
        "no standing",
        f"没有这项称号(#{position});请用 jieti standing list 查看",
        f"there is no such standing (#{position}); jieti standing list shows them",
    )


def _review(world: World, command: ReviewHolders, moment: Moment) -> Decision:
    state: ladder.Published = world.states[ladder.stream(command.ladder)]
    if command.version not in state.versions or not 0 < command.known_at <= moment.tip:
        raise Refused(
            "no ladder",
            f"阶梯 {command.ladder} 没有这个版本,或日志没有这个位置;请重新运行每日办理",
            f"the ladder {command.ladder} has no such version, or the log no such position: run the day's work again",
        )
    fact = HoldersReviewed(
        ladder=command.ladder,
        version=command.version,
        as_of=command.as_of,
        known_at=command.known_at,
        looked_at=command.looked_at,
        ended=command.ended,
    )
    return [Draft(ladder.stream(command.ladder), Span.day(command.as_of), fact)]
