"""A cycle that goes on under another version of its ladder, and the verdicts that it asks for anew.

Whoever is in flight keeps the version under which the cycle was opened; only this moves them, with a reason.  What
was decided stands: so the version must decide on the same route where panels are seated, and what is announced stays.
"""

from __future__ import annotations

from events.facts import CaseRebased, CycleRebased
from ladders.model.ladder import Ladder
from workflows import cycle, ladder
from workflows.acts import RebaseCases, RebaseCycle
from workflows.case import Case, case_in, next_of, reasoned
from workflows.case import stream as case_stream
from workflows.commands import Already, Decision, Moment, Needs, Refused, World
from workflows.cycle import Cycle, drafted, is_running
from workflows.repeats import Again

Asked = RebaseCycle | RebaseCases


def needs(command: Asked) -> Needs:
    """The cycle, and its ladder or its cases."""
    own = cycle.stream(command.cycle)
    if isinstance(command, RebaseCycle):
        return Needs(streams=(own, ladder.stream(command.ladder)))
    return Needs(streams=(own, *(case_stream(name) for name in command.cases)))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """Rebase a cycle, or ask for new verdicts on those of its cases that have one from before that."""
    state: Cycle = world.states[cycle.stream(command.cycle)]
    if isinstance(command, RebaseCycle):
        fact = _rebase(world, command, state, moment)
        return fact if isinstance(fact, Already) else drafted(state, command.cycle, moment, fact)
    drafts = []
    for name in command.cases:
        case = case_in(world, name, command.cycle)
        if judged_before(case, state):
            said = CaseRebased(cycle=command.cycle, rebased=state.rebased_at)
            drafts.append(next_of(case, name, moment, said))
    return drafts or Already(state.rebased_at)


def judged_before(case: Case, state: Cycle) -> bool:
    """Whether a case that goes on has its verdict from before its cycle was rebased, and was not told so yet.

    One that a stage rejected, or that came back to be completed, is not asked: the one has its answer, the other is
    assessed anew when it is complete.
    """
    if case.outcome is not None or case.rejected_by_objection or case.returned is not None:
        return False
    if any(one.outcome not in ("approved", "escalated") for one in case.decided.values()):
        return False
    return 0 < case.assessed_at < state.rebased_at and case.rebased_at < state.rebased_at and case.current


def _rebase(world: World, command: RebaseCycle, state: Cycle, moment: Moment) -> CycleRebased | Already:
    opened = is_running(state)
    reason = reasoned(command.reason)
    published: ladder.Published = world.states[ladder.stream(command.ladder)]
    version = published.versions.get(command.version)
    if version is None or opened.ladder != command.ladder:
        raise Refused(
            "no version",
            f"阶梯 {opened.ladder} 没有这个版本;用 jieti ladder list 查看,没有发布的先发布:jieti ladder publish",
            f"the ladder {opened.ladder} has no such version; jieti ladder list shows those that are published, "
            "jieti ladder publish publishes one",
        )
    if version.sha256 == opened.version:
        return Again(state.rebased_at, {"reason": reason}) if state.rebased_at else Already(state.opened_at)
    if version.in_force_from > moment.today:
        raise Refused(
            "not yet",
            f"版本 #{version.position} 自 {version.in_force_from} 起才生效(今天是 {moment.today});到那天再办理",
            f"version #{version.position} is in force only from {version.in_force_from} (today is {moment.today}): "
            "rebase on that day",
        )
    if version.until is not None and version.until < moment.today:
        raise Refused(
            "expired",
            f"版本 #{version.position} 已于 {version.until} 失效;请用现行的版本:jieti ladder list",
            f"version #{version.position} expired on {version.until}: take one that is in force, jieti ladder list",
        )
    if state.places is not None or state.grades is not None or state.notices:
        raise Refused(
            "announced",
            "名额、等次已经排定,或已经公示,本周期按原版本办结;新版本从下一个周期开始用:jieti cycle open",
            "places or grades are given, or the notice is posted: this cycle ends under the version that it has; "
            "the new one is for the next: jieti cycle open",
        )
    _fits(opened.to, published.versions[opened.version].ladder, version.ladder, state)
    return CycleRebased(version=version.sha256, was=opened.version, reason=reason)


def _fits(to: str, old: Ladder, new: Ladder, state: Cycle) -> None:
    """Refused where the cycle cannot go on under another version."""
    if new.subject != old.subject or not new.steps_to(to):
        raise Refused(
            "no rung",
            f"那个版本没有给这些对象晋级到“{to}”的步骤;本周期按原版本办结:jieti cycle advance",
            f'that version has no step to "{to}" for these subjects: let the cycle end under its own version, '
            "jieti cycle advance",
        )
    same = cycle.route_of(new, to) == cycle.route_of(old, to) and new.placement == old.placement
    if not same and (state.panels or state.stages):
        raise Refused(
            "other route",
            "那个版本的评审程序不同,而评审组已经组成或环节已经开始;本周期按原版本办结,或公布一个只改条件、"
            "评审程序不变的版本:jieti ladder publish",
            "that version decides on another route, and panels are seated here or stages begun: let the cycle end "
            "under its own version, or publish one that changes the clauses alone: jieti ladder publish",
        )
