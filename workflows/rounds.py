"""Several ballots in one stage (多轮表决): whoever is decided by one, and who stands in the next.

A ballot is held of a list: everybody in the stage, of one panel (where equals at the last place stand again: of one
group of the places), who stands in the same ballot.  It is counted once all of them can be, together, so that nobody's
next ballot hangs on who was counted first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from events.facts import StageDecided, StandsAgain, Tally
from ladders.model.review import Route, Stage, UnitKind
from ladders.reference.choosing import next_ballot
from workflows import case
from workflows.acts import CountRound
from workflows.case import Case, case_in, next_of, stage_of
from workflows.commands import Already, Decision, Moment, Needs, Unit, World
from workflows.cycle import Cycle, route_in, unit_above
from workflows.cycle import stream as cycle_stream
from workflows.panel import stage_in
from workflows.seats import Related
from workflows.tally import decision_of

Asked = CountRound
Counted = Mapping[str, StageDecided | StandsAgain]
_MOST = 10**4
"""More than a panel has seats."""


def needs(command: Asked) -> Needs:
    """The cycle, the list, who of the panel is related to the candidates, and everybody who is in the stage."""
    streams = (cycle_stream(command.cycle), *(case.stream(name) for name in command.cases))
    here = command.cycle, command.stage
    return Needs(streams=streams, related=here, opened=True, units=True, standing=here)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What a ballot decides, of the whole list; Already where it was counted, or cannot be yet."""
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    stage, route = stage_in(world, cycle, command.stage), route_in(world, cycle)
    states = {name: case_in(world, name, command.cycle) for name in command.cases}
    here = {
        name: state
        for name, state in states.items()
        if stage_of(state, route) is stage and not state.frozen and round_of(state, stage) == command.round
    }
    if not here or stage.rounds is None or set(here) != _listed(world, stage, route, command.round, here):
        return Already(cycle.closed_at)
    found = counted(here, cycle, stage, route, world.units, world.related, moment.today)
    return [next_of(here[name], name, moment, fact) for name, fact in found.items()] or Already(cycle.closed_at)


def _listed(world: World, stage: Stage, route: Route, number: int, here: Mapping[str, Case]) -> set[str]:
    """Everybody who stands in the same ballot as these, of the same group."""
    kind = kind_of(stage, route)
    units = {one.nominated.unit for one in here.values() if one.nominated is not None}
    groups = {unit_above(world.units, unit, kind) for unit in units}
    return {
        name
        for name, (unit, round_) in world.standing.items()
        if round_ == number and unit_above(world.units, unit, kind) in groups
    }


def round_of(state: Case, stage: Stage) -> int:
    """Which ballot of a stage a case stands in, from 1."""
    return len(state.rounds.get(stage.id, ())) + 1


def kind_of(stage: Stage, route: Route) -> UnitKind | None:
    """Of what kind of units each has a list of its own; None where there is one list."""
    if stage.rounds is not None and stage.rounds.next == "tied":
        return route.places.per if route.places is not None else None
    return stage.panel_per


def votes(in_favour: int, tie_break: tuple[int, ...] | list[int] | None = None) -> Fraction:
    """The votes by which a case is ranked: those of its ballot, and of equals those of the ballots among them."""
    return in_favour + sum((Fraction(one, _MOST**at) for at, one in enumerate(tie_break or (), 1)), Fraction(0))


def counted(
    states: Mapping[str, Case],
    cycle: Cycle,
    stage: Stage,
    route: Route,
    units: Mapping[str, Unit],
    related: Mapping[str, Related],
    today: date,
) -> Counted:
    """What a ballot comes to, for each of a whole list that stands in it; nothing while it cannot be counted."""
    found: dict[str, StageDecided] = {}
    for name in sorted(states):
        fact = decision_of(states[name], cycle, stage, route, units, related.get(name, {}), today)
        if fact is None:
            return {}
        found[name] = fact
    rule = stage.rounds
    assert rule is not None
    held = round_of(next(iter(states.values())), stage)
    standing = _contest(states, found, stage, held)
    reached = standing if rule.next == "tied" else {name for name in standing if found[name].outcome == "approved"}
    places = _places(states, stage, route, held) if rule.next == "tied" else None
    again = next_ballot(rule, held, standing, reached, places)
    better = sum(count > standing[again[0]] for count in standing.values()) if again else 0
    left = None if places is None else places - better

    def stands(state: Case, tally: Tally) -> StandsAgain:
        assert state.nominated is not None
        last = today + timedelta(days=stage.days)
        return StandsAgain(
            cycle=state.nominated.cycle,
            stage=stage.id,
            round=held + 1,
            tally=tally,
            assessed=state.assessed_at,
            first=today,
            last=last,
            counted_from=last + timedelta(days=1 + stage.grace),
            places=left,
        )

    return {
        name: stands(state, found[name].tally) if name in again else _decided(state, stage, found[name], held)
        for name, state in sorted(states.items())
    }


def _contest(states: Mapping[str, Case], found: Mapping[str, StageDecided], stage: Stage, held: int) -> dict[str, int]:
    """The votes of those among whom it is asked who stands again.

    Who had no quorum, or met a veto, does not; nor does who takes no place where equals at the last place stand.
    """
    assert stage.rounds is not None
    tied = stage.rounds.next == "tied"
    votes = {name: one.tally.in_favour for name, one in found.items()}
    if tied and held > 1:
        return votes
    outcomes = ("approved",) if tied else ("approved", "rejected")
    return {
        name: count
        for name, count in votes.items()
        if found[name].outcome in outcomes
        and not found[name].tally.vetoed
        and not (tied and (nominated := states[name].nominated) is not None and nominated.outside)
    }


def _places(states: Mapping[str, Case], stage: Stage, route: Route, held: int) -> int:
    """How many places there are for a list of equals: all, or those that fall among them."""
    if held == 1:
        assert route.places is not None
        return route.places.number if isinstance(route.places.number, int) else 0
    return next(iter(states.values())).rounds[stage.id][-1].places or 0


def _decided(state: Case, stage: Stage, fact: StageDecided, held: int) -> StageDecided:
    """The decision of the ballot; of equals that of the first, and what those among them came to."""
    if held == 1:
        return fact
    assert stage.rounds is not None
    if stage.rounds.next != "tied":
        return fact.model_copy(update={"round": held})
    first, *others = state.rounds[stage.id]
    broken = (*(one.tally.in_favour for one in others), fact.tally.in_favour)
    return fact.model_copy(
        update={"outcome": "approved", "tally": first.tally, "round": held, "tie_break": broken},
    )
