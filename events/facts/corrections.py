"""Past decisions that would come out otherwise with what is known since: looked at again, by an office, in the open."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.facts.base import Fact, Personal, Value
from events.facts.cases import ClauseFound, Outcome, Pins


class Reassessed(Value):
    """What the verdict of a decision comes to, asked again with what is known at a later position (in ``pins``).

    As ``Assessed``, and the evidence that counts.  What decisions after the first verdict themselves made of the
    evidence (the rung is held, the evidence is used) is left aside.
    """

    step: str
    pins: Pins
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    digest: str
    rung: str | None = None
    evidence: tuple[int, ...] = ()


class OfCorrection(Fact):
    """What ends a correction has: where it was opened, and the decision that it is about, by their positions."""

    correction: int
    decision: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"correction decided/{self.correction}",)


class CorrectionOpened(Fact):
    """A grant or a decline of the stream's subject is looked at again: its verdict would be another one today.

    ``decision`` is its position, ``decided_on`` its day, ``then`` what its verdict came to, ``because`` the events that
    made the difference.  The decision stands until the office decides.
    """

    TYPE = "correction opened"
    decision: int
    decided: Literal["granted", "declined"]
    decided_on: date
    case: str
    cycle: str
    ladder: str
    rung: str
    then: Outcome
    verdict: Reassessed
    because: tuple[int, ...]
    reason: Personal

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"correction/{self.decision}/{self.verdict.digest}",)


class CorrectionDecided(OfCorrection):
    """The office let a decision stand, or revoked the standing that it gave: then that event follows this one."""

    TYPE = "correction decided"
    outcome: Literal["kept", "revoked"]
    reason: Personal


class GrantedOnCorrection(OfCorrection):
    """The office granted what had been declined: the rung is held from the event's day on.

    Nothing was posted and nobody voted: it rests on the corrected verdict and the document.
    """

    TYPE = "granted on correction"
    cycle: str
    case: str
    ladder: str
    rung: str
    from_rung: str | None = None
    until: date | None = None
    """The last day of the term."""
    evidence: tuple[int, ...] = ()
    reason: Personal
