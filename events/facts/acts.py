"""What people do in a stage besides voting, and what the clock does when a stage's days are over."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from events.facts.base import Fact, Owner

# ------------------------------------------------------------------------------------------- in a cycle's stream


class SeatDelegated(Fact):
    """Whoever sits in a seat let another person vote in their place (委派); the seat stays theirs."""

    TYPE = "seat delegated"
    stage: str
    unit: str | None = None
    seat: int
    person: str
    delegate: str


class DelegationEnded(Fact):
    """Whoever sits in a seat votes themself again: their delegate does no longer; what the delegate voted stands."""

    TYPE = "delegation ended"
    stage: str
    unit: str | None = None
    seat: int
    person: str
    delegate: str


class SeatHandedOver(Fact):
    """A seat passed to another person (转办); what its former holder voted stands."""

    TYPE = "seat handed over"
    stage: str
    unit: str | None = None
    seat: int
    person: str
    successor: str


class PanelReminded(Fact):
    """Panel members were reminded (催办) of the ballots that are missing; ``missing`` counts them."""

    TYPE = "panel reminded"
    stage: str
    persons: tuple[str, ...]
    missing: int


class StageExtended(Fact):
    """A stage's days were over without a quorum: cases that lack one have until the new last day, once."""

    TYPE = "stage extended"
    stage: str
    last: date
    counted_from: date

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"extension/{stream}/{self.stage}",)


# -------------------------------------------------------------------------------------------- in a case's stream


def recusal_key(stream: str, stage: str, seat: int, again: int | None) -> str:
    """The key under which a recusal is declared from a seat; ``again`` counts those declared from it before."""
    key = f"recusal/{stream}/{stage}/{seat}"
    return f"{key}/{again}" if again else key


class SeatRecused(Fact):
    """The person in a seat declared that they will not judge this case (回避), from whatever seat.

    While they hold a seat it counts neither way; it counts again for whoever holds it after them.  A delegate who
    declares it leaves the vote to the holder.  What they voted before is taken back by an event of its own.
    """

    TYPE = "seat recused"
    cycle: str
    stage: str
    seat: int
    person: str
    subject: str
    reason: Annotated[str, Owner("subject")]
    sits: Literal["holder", "delegate"] | None = None
    """As what they declared it.  None in logs from before recusals were of persons: of the seat, whoever sits in it,
    and of what was voted from it."""
    again: int | None = None
    """How many recusals were declared from this seat, in this stage of the case, before."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (recusal_key(stream, self.stage, self.seat, self.again),)


class RecusalEnded(Fact):
    """A declared recusal was taken back before the stage decided: the person may judge the case after all."""

    TYPE = "recusal ended"
    cycle: str
    stage: str
    seat: int
    person: str
    subject: str
    recusal: int
    """The position of the ``seat recused``."""
    reason: Annotated[str, Owner("subject")]

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"recusal ended/{self.recusal}",)


class SignerAdded(Fact):
    """A seat was added for this case alone (加签); ``seat`` is its number, above all others."""

    TYPE = "signer added"
    cycle: str
    stage: str
    seat: int = Field(ge=1)
    person: str


class CaseReturned(Fact):
    """The case went back to the nominee for completion (退回), who has until that day; the ballots lapse."""

    TYPE = "case returned"
    cycle: str
    subject: str
    stage: str
    reason: Annotated[str, Owner("subject")]
    until: date


class CaseResubmitted(Fact):
    """The case was completed and came back; it is assessed anew on what is known here."""

    TYPE = "case resubmitted"
    cycle: str
    stage: str


class WindowOpened(Fact):
    """The case came to a stage that had begun without it: its own days for ballots, all inside."""

    TYPE = "window opened"
    cycle: str
    stage: str
    first: date
    last: date
    counted_from: date


def withdrawal_key(cycle: str, subject: str, again: int | None = None) -> str:
    """The key under which a case is withdrawn once; ``again`` counts those of the subject, in the cycle, before it."""
    key = f"withdrawal/{cycle}/{subject}"
    return f"{key}/{again}" if again else key


class CaseWithdrawn(Fact):
    """The nomination was withdrawn (撤回): the case ends.

    ``taken_back`` is the position of the nomination, where the import that nominated was undone: its business keys are
    then free again, and the same row may nominate anew.
    """

    TYPE = "case withdrawn"
    cycle: str
    subject: str
    reason: Annotated[str, Owner("subject")]
    again: int | None = None
    """As the nomination's."""
    taken_back: int | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        if self.taken_back is not None:
            return (f"taken back/{self.taken_back}",)
        return (withdrawal_key(self.cycle, self.subject, self.again),)
