"""How a case ends: granted, or declined and why."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, timedelta
from typing import Literal

from events.facts import Declined, Granted
from ladders.model.ladder import Ladder, Step
from ladders.model.review import Route
from ladders.reference.days import after
from workflows import case
from workflows.case import Case, case_in, next_of, stage_of
from workflows.case_parts import Verdict
from workflows.commands import Already, Conclude, Decision, Moment, Needs, World
from workflows.cycle import Cycle, is_open, route_of
from workflows.cycle import stream as cycle_stream
from workflows.notice import notice_for
from workflows.shown import Ended

Asked = Conclude
Why = Literal[
    "not eligible",
    "rejected",
    "no quorum",
    "held already",
    "held no more",
    "not completed",
    "no place",
    "objection upheld",
]
_DAY = timedelta(days=1)


def needs(command: Asked) -> Needs:
    """The cycle, the cases, and what their subjects hold."""
    streams = (cycle_stream(command.cycle), *(case.stream(name) for name in command.cases))
    return Needs(streams=streams, holders=command.cases)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """A grant or a decline for each case that ends today; Already where none does."""
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    rules, drafts = world.ladders[is_open(cycle).version], []
    for name in command.cases:
        state, counted = case_in(world, name, command.cycle), command.evidence.get(name, ())
        held, ended = world.held.get(name, {}), world.ended.get(name, {})
        coming = world.coming.get(name, frozenset())
        fact = conclusion_of(rules, cycle, state, counted, held, coming, ended, moment.today)
        if fact is not None:
            drafts.append(next_of(state, name, moment, fact))
    return drafts or Already(cycle.closed_at)


def conclusion_of(
    rules: Ladder,
    cycle: Cycle,
    state: Case,
    evidence: tuple[int, ...],
    held: Mapping[tuple[str, str], date | None],
    coming: Set[tuple[str, str]],
    ended: Mapping[tuple[str, str], Ended],
    today: date,
) -> Granted | Declined | None:
    """How a nominated case of an open cycle ends on a day; None where it does not end yet, or has ended.

    ``rules`` is the cycle's ladder, ``evidence`` the positions that counted, ``held`` the (ladder, rung) of every
    standing of the subject that began by then, with its last day, ``coming`` those that begin later, ``ended`` those
    that are suspended, revoked or demoted, or lapsed while suspended.  A case does not end while an objection to it is
    undecided; nor is anything granted while a standing is suspended that its verdict took for held, and if that is
    revoked, or lapses, the case is declined.
    """
    opened, nominated, assessed = cycle.opened, state.nominated, state.assessed
    assert opened is not None
    assert nominated is not None
    if assessed is None or state.outcome is not None or state.frozen:
        return None
    route = route_of(rules, opened.to)
    if (no := _against(state, route, today)) is not None:
        return _declined(state, *no)
    notice, notice_at = notice_for(cycle.notices, state.ready_at) or (None, 0)
    if not _ready(state, route) or notice is None or today <= notice.last:
        return None
    if route.signature is not None and notice_at not in cycle.signed:
        return None
    step = next(one for one in rules.steps if one.id == assessed.step_for(state.placed))
    rung = (opened.ladder, step.to)
    begins = _begins(state, notice.last)
    lost = _lost(assessed, ended, {(opened.ladder, one) for one in (step.from_, step.to) if one is not None})
    if lost is not None:
        return _declined(state, "held no more") if lost == "revoked" else None
    if rung in coming:  # another cycle renewed it already
        return _declined(state, "held already")
    last = held.get(rung)
    if rung in held and (last is None or last >= begins):
        # Another cycle may have been first; only a renewal is granted to who holds the rung.
        if step.to != step.from_:
            return _declined(state, "held already")
        begins = begins if last is None else last + _DAY
    return Granted(
        cycle=nominated.cycle,
        subject=nominated.subject,
        ladder=opened.ladder,
        rung=step.to,
        from_rung=step.from_,
        in_force_from=begins,
        until=_last_day(begins, step),
        assessed=state.assessed_at,
        notice=notice_at,
        evidence=evidence,
        grade=state.graded.grade if state.graded is not None else None,
        signed=cycle.signed[notice_at] if route.signature is not None else None,
    )


def _against(state: Case, route: Route, today: date) -> tuple[Why, str | None] | None:
    """Why the case is declined on a day, and the stage that says so; None where nothing is against it."""
    if state.rejected_by_objection:
        return "objection upheld", None
    if state.returned is not None:
        return ("not completed", state.returned.stage) if today > state.returned.until else None
    if not state.current:
        return None
    if not state.met:
        return "not eligible", None
    for stage in route.stages:
        decided = state.decided.get(stage.id)
        if decided is not None and decided.outcome in ("rejected", "no quorum"):
            return decided.outcome, stage.id
    if route.places is not None and state.placed is not None and state.placed.outcome == "out":
        return "no place", None
    return None


def _lost(
    assessed: Verdict, ended: Mapping[tuple[str, str], Ended], rungs: Set[tuple[str, str]]
) -> Literal["suspended", "revoked"] | None:
    """Whether a standing on one of these rungs was suspended since what the verdict knew, or is lost for good."""
    states = {one.state for rung, one in ended.items() if rung in rungs and one.at > assessed.known_at}
    return "revoked" if states & {"revoked", "lapsed"} else "suspended" if states else None


def _ready(state: Case, route: Route) -> bool:
    """Whether the case came through every stage on the verdict that counts, and has its place and its grade, if any."""
    placed = route.places is None or state.placed is not None
    graded = route.grades is None or state.graded is not None
    return state.met and state.returned is None and stage_of(state, route) is None and placed and graded


def _begins(state: Case, notice_ends: date) -> date:
    """The day after the notice, and after the last objection to the case was dismissed."""
    settled = [one.decided_on for one in state.objections.values() if one.decided_on is not None]
    return max([notice_ends, *settled]) + _DAY


def _declined(state: Case, reason: Why, stage: str | None = None) -> Declined:
    assert state.nominated is not None
    return Declined(
        cycle=state.nominated.cycle,
        subject=state.nominated.subject,
        reason=reason,
        stage=stage,
        assessed=state.assessed_at,
        rung=state.assessed.rung_for(state.placed) if state.assessed is not None else None,
    )


def _last_day(begins: date, step: Step) -> date | None:
    """The last day of a term that begins on a day; none where the step gives no term."""
    return after(begins, step.term) - _DAY if step.term else None
