"""The seats of a panel, as seating, delegation and hand-over leave them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from events.facts import DelegationEnded, PanelSeated, SeatDelegated, SeatHandedOver


@dataclass(frozen=True)
class Chair:
    """A seat of a panel: who sits in it, who may vote from it (the holder, and a delegate), and its role."""

    holder: str
    voters: frozenset[str]
    role: str | None = None
    delegates: frozenset[str] = frozenset()
    """Who ever stood in for this holder."""
    taken_over: tuple[str, int] | None = None
    """From whom the holder has it, and the position of that hand-over; none for who was seated."""


def seated(fact: PanelSeated) -> dict[int, Chair]:
    """The chairs of a panel that was seated, by seat number."""
    return {one.seat: Chair(one.person, frozenset({one.person}), one.role) for one in fact.seats}


def passed(chair: Chair, fact: SeatDelegated | DelegationEnded | SeatHandedOver, at: int) -> Chair:
    """A chair after somebody else was let vote from it, does no longer, or sits in it."""
    match fact:
        case SeatDelegated(delegate=delegate):
            voters = frozenset({chair.holder, delegate})
            return replace(chair, voters=voters, delegates=chair.delegates | {delegate})
        case DelegationEnded():
            return replace(chair, voters=frozenset({chair.holder}))
        case SeatHandedOver(successor=successor):
            return Chair(successor, frozenset({successor}), chair.role, taken_over=(fact.person, at))
