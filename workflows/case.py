"""A case: one subject's way through one step in one cycle, as its stream tells it.

How it begins and gets its verdicts is in ``workflows.nomination``, how ballots are cast in ``workflows.ballots``, what
else happens to it in a stage in ``workflows.stage``, what its ballots come to in ``workflows.tally``, objections in
``workflows.objection``, its end in ``workflows.conclusion``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from sys import intern
from typing import Any

from events.envelope import Recorded
from events.facts import (
    Assessed,
    BallotCast,
    BallotOpened,
    BallotWithdrawn,
    CaseRebased,
    CaseResubmitted,
    CaseReturned,
    CaseWithdrawn,
    Declined,
    Fact,
    Graded,
    Granted,
    MovedUp,
    Nominated,
    ObjectionDecided,
    ObjectionHeard,
    ObjectionRaised,
    OpeningAsked,
    Placed,
    RecusalEnded,
    SealedBallotCast,
    SeatRecused,
    SignerAdded,
    StageDecided,
    StandsAgain,
    WindowOpened,
)
from ladders.model.review import Route, Stage
from workflows import case_parts as parts
from workflows.case_parts import Decided, Declared, Nomination, Objection, Opening, Verdict, Vote
from workflows.commands import Draft, Moment, Refused, Span, World
from workflows.cycle import Cycle


class _Nothing(dict[Any, Any]):
    """An empty mapping, one for all cases, since most of what can happen does not; a dataclass asks for its hash."""

    __hash__ = object.__hash__  # type: ignore[assignment]


_NOTHING: Mapping[Any, Any] = _Nothing()


@dataclass(frozen=True)
class Case:
    """A case as its stream tells it; ``…_at`` are positions of the events that say so, 0 where there is none."""

    version: int = 0
    nominated: Nomination | None = None
    nominated_at: int = 0
    assessed: Verdict | None = None  # the newest verdict
    assessed_at: int = 0
    reassess_from: int = 0
    """The position of what asked for a new verdict, and the one up to which it is known what counts; 0 for none."""
    rebased_at: int = 0  # of what asked for one under another version, on what was known before
    ballots: Mapping[str, Mapping[int, Vote]] = _NOTHING
    """Stage to seat to the ballot that stands."""
    lapsed: Mapping[tuple[str, int], int] = _NOTHING
    """By stage and seat how many ballots were cast that no longer stand."""
    sealed: Mapping[int, str] = _NOTHING
    """By position of every sealed ballot its stage."""
    openings: Mapping[int, Opening] = _NOTHING
    """By position of the sealed ballot that is asked to be opened."""
    recused: Mapping[str, tuple[Declared, ...]] = _NOTHING
    """By stage the recusals (回避) that were declared and stand."""
    recusals: Mapping[tuple[str, int], int] = _NOTHING
    """By stage and seat how many recusals were ever declared, those that were taken back as well."""
    signers: Mapping[str, Mapping[int, str]] = _NOTHING
    """Stage to added seat to the person (加签)."""
    signers_at: Mapping[tuple[str, int], int] = _NOTHING
    decided: Mapping[str, Decided] = _NOTHING
    """Stage to its decision, in the order of the route; those that lapsed are not there."""
    rounds: Mapping[str, tuple[StandsAgain, ...]] = _NOTHING
    """Stage to the ballots that decided nothing of it, one after the other."""
    windows: Mapping[str, WindowOpened | StandsAgain] = _NOTHING
    """Stage to the case's own days in it, where it came late, or stands again."""
    windows_at: Mapping[str, int] = _NOTHING
    returned: CaseReturned | None = None
    """That it went back for completion and has not come again."""
    returned_at: int = 0
    resubmitted_at: int = 0
    """The newest time that it came back."""
    objections: Mapping[str, Objection] = _NOTHING
    placed: Placed | None = None
    placed_at: int = 0
    moved_up: MovedUp | None = None
    """That it has a place which became free: ``placed`` is then as if it had been in."""
    graded: Graded | None = None
    arrived_at: int = 0
    """What brought it into the stage that it is in: the verdict, or the decision of the stage before."""
    ready_at: int = 0
    """What made it ready for a notice: its last stage's decision, its place, or a verdict on an objection."""
    outcome: type[Granted | Declined | CaseWithdrawn] | None = None
    outcome_at: int = 0
    rejected_by_objection: bool = False

    @property
    def current(self) -> bool:
        """Whether there is a verdict, and none newer is asked for."""
        return self.assessed is not None and self.assessed_at > max(self.reassess_from, self.rebased_at)

    @property
    def met(self) -> bool:
        """Whether the verdict that counts is that the subject is eligible."""
        return self.assessed is not None and self.current and self.assessed.met_for(self.placed)

    @property
    def frozen(self) -> bool:
        """Whether an objection to it is undecided."""
        return any(one.decided is None for one in self.objections.values())


def stream(case: str) -> str:
    """The stream of a case."""
    return f"case-{case}"


# ------------------------------------------------------------------------------------------------------ the fold


def not_yet() -> Case:
    """The case before its first event.

    It holds no field, so that all are the class's: states hold only what happened, which is less to copy and to keep.
    """
    return object.__new__(Case)


def evolve(state: Case, event: Recorded) -> Case:
    """The case after one more event."""
    change = _CHANGES.get(type(event.fact))
    after = object.__new__(Case)  # as replace does, which asks every field anew: a million ballots are folded
    after.__dict__.update(state.__dict__, version=event.envelope.version)
    if change:
        after.__dict__.update(change(state, event.fact, event))
    return after


def _nominated(state: Case, fact: Nominated, event: Recorded) -> dict[str, Any]:
    return {"nominated": Nomination.of(fact), "nominated_at": event.position}


def _assessed(state: Case, fact: Assessed, event: Recorded) -> dict[str, Any]:
    at = event.position
    # Whoever was found eligible on an objection, with all stages decided, goes on a notice again.
    through = fact.outcome == "met" and any(one.last and one.outcome == "approved" for one in state.decided.values())
    return {
        "assessed": Verdict.of(fact),
        "assessed_at": at,
        "arrived_at": state.arrived_at or at,  # a verdict under another version leaves it where it is
        "ready_at": at if through and not _out(state.placed) else 0,
    }


def _out(placed: Placed | None) -> bool:
    return placed is not None and placed.outcome == "out"


def _cast(state: Case, fact: BallotCast | SealedBallotCast, event: Recorded) -> dict[str, Any]:
    ballots = parts.put_in(state.ballots, fact.stage, fact.seat, Vote.of(fact, event.position))
    changed: dict[str, Any] = {"ballots": ballots}
    if isinstance(fact, SealedBallotCast):
        changed["sealed"] = {**state.sealed, event.position: fact.stage}
    return changed


def _taken_back(state: Case, fact: BallotWithdrawn, event: Recorded) -> dict[str, Any]:
    lapsed = parts.more(state.lapsed, [(fact.stage, fact.seat)])
    return {"ballots": parts.without_in(state.ballots, fact.stage, fact.seat), "lapsed": lapsed}


def _asked(state: Case, fact: OpeningAsked, event: Recorded) -> dict[str, Any]:
    said = event.envelope
    persons = frozenset(one for one in (said.actor, said.on_behalf_of) if one)
    return {"openings": {**state.openings, fact.ballot: Opening(event.position, persons)}}


def _opened(state: Case, fact: BallotOpened, event: Recorded) -> dict[str, Any]:
    opening = replace(state.openings[fact.ballot], opened_at=event.position)
    return {"openings": {**state.openings, fact.ballot: opening}}


def _recused(state: Case, fact: SeatRecused, event: Recorded) -> dict[str, Any]:
    seat, before = (fact.stage, fact.seat), state.recused.get(fact.stage, ())
    declared = Declared(fact.person, fact.seat, event.position, fact.sits is None)
    return {
        "recused": {**state.recused, fact.stage: (*before, declared)},
        "recusals": {**state.recusals, seat: state.recusals.get(seat, 0) + 1},
    }


def _recused_no_more(state: Case, fact: RecusalEnded, event: Recorded) -> dict[str, Any]:
    left = tuple(one for one in state.recused.get(fact.stage, ()) if one.at != fact.recusal)
    return {"recused": {**state.recused, fact.stage: left}}


def _signer(state: Case, fact: SignerAdded, event: Recorded) -> dict[str, Any]:
    return {
        "signers": parts.put_in(state.signers, fact.stage, fact.seat, fact.person),
        "signers_at": {**state.signers_at, (fact.stage, fact.seat): event.position},
    }


def _window(state: Case, fact: WindowOpened | StandsAgain, event: Recorded) -> dict[str, Any]:
    return {
        "windows": {**state.windows, fact.stage: fact},
        "windows_at": {**state.windows_at, fact.stage: event.position},
    }


def _decided(state: Case, fact: StageDecided, event: Recorded) -> dict[str, Any]:
    at = event.position
    return {
        "decided": {**state.decided, intern(fact.stage): Decided.of(fact, at)},
        "arrived_at": at,
        "ready_at": at if fact.last and fact.outcome == "approved" else state.ready_at,
    }


def _stands_again(state: Case, fact: StandsAgain, event: Recorded) -> dict[str, Any]:
    changed, rounds = _lapse(state, (fact.stage,)), (*state.rounds.get(fact.stage, ()), fact)
    changed |= _window(state, fact, event)
    return {**changed, "rounds": {**state.rounds, intern(fact.stage): rounds}, "arrived_at": event.position}


def _returned(state: Case, fact: CaseReturned, event: Recorded) -> dict[str, Any]:
    return {**_lapse(state, (fact.stage,)), "returned": fact, "returned_at": event.position}


def _resubmitted(state: Case, fact: CaseResubmitted, event: Recorded) -> dict[str, Any]:
    return {"returned": None, "resubmitted_at": event.position, "reassess_from": event.position, "arrived_at": 0}


def _objected(state: Case, fact: ObjectionRaised, event: Recorded) -> dict[str, Any]:
    raised = Objection(fact, event.position, event.envelope.occurred_from)
    return {"objections": {**state.objections, fact.objection: raised}}


def _heard(state: Case, fact: ObjectionHeard, event: Recorded) -> dict[str, Any]:
    heard = replace(state.objections[fact.objection], heard=fact)
    return {"objections": {**state.objections, fact.objection: heard}}


def _settled(state: Case, fact: ObjectionDecided, event: Recorded) -> dict[str, Any]:
    at, before = event.position, state.objections[fact.objection]
    settled = replace(before, decided=fact, decided_at=at, decided_on=event.envelope.occurred_from)
    changed: dict[str, Any] = {"objections": {**state.objections, fact.objection: settled}}
    if fact.then == "resume":
        return changed
    changed["ready_at"] = 0
    if fact.then == "decline":
        return changed | {"rejected_by_objection": True}
    changed |= {"reassess_from": at, "arrived_at": 0}
    if fact.then == "return":
        stages = list(state.decided)
        stand = stages[: stages.index(fact.after) + 1] if fact.after in stages else []
        changed |= _lapse(state, tuple({*state.decided, *state.ballots, *state.windows} - {*stand}))
    return changed


def _placed(state: Case, fact: Placed, event: Recorded) -> dict[str, Any]:
    return {"placed": fact, "placed_at": event.position, "ready_at": 0 if _out(fact) else event.position}


def _graded(state: Case, fact: Graded, event: Recorded) -> dict[str, Any]:
    return {"graded": fact}


def _ended(state: Case, fact: Granted | Declined | CaseWithdrawn, event: Recorded) -> dict[str, Any]:
    return {"outcome": type(fact), "outcome_at": event.position}


def _moved_up(state: Case, fact: MovedUp, event: Recorded) -> dict[str, Any]:
    assert state.placed is not None
    placed = state.placed.model_copy(update={"outcome": "in"})
    return {"placed": placed, "moved_up": fact, "ready_at": event.position}


_CHANGES: dict[type[Fact], Callable[[Case, Any, Recorded], dict[str, Any]]] = {
    Nominated: _nominated,
    Assessed: _assessed,
    CaseRebased: lambda _state, _fact, event: {"rebased_at": event.position},
    BallotCast: _cast,
    SealedBallotCast: _cast,
    BallotWithdrawn: _taken_back,
    OpeningAsked: _asked,
    BallotOpened: _opened,
    SeatRecused: _recused,
    RecusalEnded: _recused_no_more,
    SignerAdded: _signer,
    WindowOpened: _window,
    StageDecided: _decided,
    StandsAgain: _stands_again,
    CaseReturned: _returned,
    CaseResubmitted: _resubmitted,
    ObjectionRaised: _objected,
    ObjectionHeard: _heard,
    ObjectionDecided: _settled,
    Placed: _placed,
    MovedUp: _moved_up,
    Graded: _graded,
    Granted: _ended,
    Declined: _ended,
    CaseWithdrawn: _ended,
}


def _lapse(state: Case, stages: tuple[str, ...]) -> dict[str, Any]:
    """Decisions, ballots and own days of these stages lapse; recusals and signers stay."""

    def without(of: Mapping[str, Any]) -> dict[str, Any]:
        return {stage: one for stage, one in of.items() if stage not in stages}

    return {
        "ballots": without(state.ballots),
        "lapsed": parts.more(state.lapsed, ((one, seat) for one in stages for seat in state.ballots.get(one, ()))),
        "decided": without(state.decided),
        "rounds": without(state.rounds),
        "windows": without(state.windows),
        "windows_at": without(state.windows_at),
    }


# --------------------------------------------------------------------------------------- what follows from the state


def stage_of(state: Case, route: Route) -> Stage | None:
    """The stage that the case is in: the first one that has not decided.

    None before a verdict that counts and is met, while the case is returned, after a no, and after its outcome.
    """
    if not state.met or state.returned is not None or state.outcome is not None or state.rejected_by_objection:
        return None
    for stage in route.stages:
        decided = state.decided.get(stage.id)
        if decided is None:
            return stage
        if decided.outcome not in ("approved", "escalated"):
            return None
    return None


def approved(state: Case, route: Route) -> bool:
    """Whether the case came through every stage."""
    last = [state.decided.get(stage.id) for stage in route.stages]
    return all(one is not None and one.outcome in ("approved", "escalated") for one in last)


def known_at(state: Case, cycle: Cycle) -> int:
    """The position up to which it is known what counts in the case's next verdict; the cycle's unless one was asked."""
    assert cycle.closed is not None
    return state.reassess_from or cycle.closed.known_at


def late(state: Case, cycle: Cycle, stage: str) -> bool:
    """Whether a stage had begun when the case came to it, and the case has no days of its own in it yet."""
    return cycle.stages_at.get(stage, state.arrived_at) < state.arrived_at and stage not in state.windows


def case_in(world: World, name: str, cycle: str) -> Case:
    """A case of a cycle; Refused if it is none of that cycle's."""
    state: Case = world.states[stream(name)]
    if state.nominated is None or state.nominated.cycle != cycle:
        raise Refused(
            "no case",
            "本周期没有这份申报;用 jieti cycle show 查看",
            "there is no such case in this cycle; jieti cycle show lists them",
        )
    return state


def reasoned(reason: str) -> str:
    """The reason of an act; Refused where it says nothing."""
    if not reason.strip():
        raise Refused("no reason", "缺少理由;请写明为什么", "a reason is needed: say why")
    return reason


def next_of(state: Case, name: str, moment: Moment, fact: Fact, day: date | None = None) -> Draft:
    """The draft of a fact of a nominated case, on a day; without one, today."""
    assert state.nominated is not None
    cycle = state.nominated.cycle
    return Draft(stream(name), Span.day(day or moment.today), fact, expected=state.version, correlation=cycle)
