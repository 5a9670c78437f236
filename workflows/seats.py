"""Whose seats there are for a case in a stage, who may vote from each, and who is recused (回避)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ladders.model.review import Relation, SeatGroup, Stage
from workflows.case import Case
from workflows.case_parts import Vote
from workflows.chairs import Chair
from workflows.commands import Unit
from workflows.cycle import Cycle, unit_above

Recusal = Relation | Literal["own case", "declared"]
"""Why a seat does not judge a case."""
Related = Mapping[str, frozenset[Relation | Literal["own case"]]]
"""By person how they are related to a case's candidate, on the day on which the stage opened; ``own case`` is also a
studio's host."""


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat as it stands towards one case."""

    holder: str
    voters: frozenset[str]
    """Who may vote from it: the holder, and a delegate."""
    role: str | None = None
    veto: bool = False
    recused: Recusal | None = None
    """Why it counts neither way: not among the seats, nor for the quorum, nor its ballot."""


def panel_of(state: Case, cycle: Cycle, stage: Stage, units: Mapping[str, Unit]) -> Mapping[int, Chair] | None:
    """The chairs that judge a case: those of its panel, and the signers added to it; None where nobody is seated.

    ``units`` need hold nothing where the stage has one panel for all.
    """
    assert state.nominated is not None
    unit = unit_above(units, state.nominated.unit, stage.panel_per)
    chairs = cycle.panels.get((stage.id, unit))
    if chairs is None or not (added := state.signers.get(stage.id)):
        return chairs
    return {**chairs, **{seat: Chair(person, frozenset({person})) for seat, person in added.items()}}


def seats_of(
    state: Case, cycle: Cycle, stage: Stage, units: Mapping[str, Unit], related: Related
) -> Mapping[int, Seated]:
    """Every seat of a case in a stage, in the order of their numbers; nothing where nobody is seated."""
    chairs, roles = panel_of(state, cycle, stage, units) or {}, stage.roles
    return {seat: seated(state, stage, seat, chairs[seat], roles, related) for seat in sorted(chairs)}


def seated(
    state: Case, stage: Stage, seat: int, chair: Chair, roles: tuple[SeatGroup, ...], related: Related
) -> Seated:
    """A chair as it stands towards a case; ``roles`` are the stage's."""
    group = roles[seat - 1] if seat <= len(roles) else None
    ballot = state.ballots.get(stage.id, {}).get(seat)
    return Seated(
        holder=chair.holder,
        voters=chair.voters,
        role=group.role if group else None,
        veto=group is not None and group.veto,
        recused=recusal_of(state, stage, seat, chair, ballot, related),
    )


def conflict(state: Case, stage: Stage, person: str, related: Related) -> Recusal | None:
    """What keeps a person from judging a case: it is their own, their own word, or a relation that is not allowed."""
    assert state.nominated is not None
    if person == state.nominated.subject:
        return "own case"
    if state.recused and any(one.person == person and not one.of_seat for one in state.recused.get(stage.id, ())):
        return "declared"
    ties = related.get(person)
    if not ties:
        return None
    if "own case" in ties:
        return "own case"
    return next((tie for tie in stage.may_not_judge if tie in ties), None)


def recusal_of(
    state: Case, stage: Stage, seat: int, chair: Chair, ballot: Vote | None, related: Related
) -> Recusal | None:
    """Why a seat does not judge a case, on which it cast a ballot or none; None where it does."""
    assert state.nominated is not None
    if state.recused and any(one.of_seat and one.seat == seat for one in state.recused.get(stage.id, ())):
        return "declared"
    if state.nominated.unit is None and chair.holder == state.nominated.subject:
        return None  # so it was before nominations noted the unit: who could not vote counted as absent
    if ballot is None:
        return conflict(state, stage, chair.holder, related)
    # What a former holder voted stands, whoever sits there now.
    former = ballot.person not in chair.voters
    found = None if former else conflict(state, stage, chair.holder, related)
    return found or conflict(state, stage, ballot.person, related)
