"""What becomes of a standing after its grant: it lapses, is suspended, revoked, demoted, reinstated."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.facts.base import Fact, Personal, Value
from events.facts.cases import ClauseFound, Outcome, Pins


class Judgement(Value):
    """A verdict on a removal rule: as ``Assessed``, and the evidence that counted."""

    rule: str
    pins: Pins
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    digest: str
    evidence: tuple[int, ...]


class OfStanding(Fact):
    """What all of these have: the standing, by the position of the event that gave it, and what it is."""

    standing: int
    ladder: str
    rung: str


def lapse_key(standing: int, stream: str) -> str:
    """The key under which a standing lapses once."""
    return f"lapse/{standing}/{stream}"


class StandingLapsed(OfStanding):
    """A standing's term ended and nothing followed; the event's day is the first one after it.

    One that was suspended lapses on the same day.
    """

    TYPE = "standing lapsed"

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (lapse_key(self.standing, stream),)


class StandingSuspended(OfStanding):
    """A standing is held no more from the event's day on, until it is reinstated or revoked."""

    TYPE = "standing suspended"
    cause: Literal["rule", "decision"]
    reason: Personal | None = None
    judgement: Judgement | None = None


class StandingRevoked(OfStanding):
    """A standing ended for good (撤销); the event's day is the first one without it."""

    TYPE = "standing revoked"
    cause: Literal["rule", "decision"]
    reason: Personal | None = None
    judgement: Judgement | None = None


class StandingDemoted(OfStanding):
    """A standing ended, and from the same day on a lower rung is held instead (降级): this event gives it.

    Its term is what was left of the one that ended.
    """

    TYPE = "standing demoted"
    to: str
    """The rung that is held from the event's day on."""
    until: date | None = None
    """The last day of the term."""
    cause: Literal["rule", "decision"]
    reason: Personal | None = None
    judgement: Judgement | None = None


class StandingReinstated(OfStanding):
    """A suspended, revoked or demoted standing is held again: from the event's day on, or as if it had never ended.

    What a demotion gave instead ends with that.
    """

    TYPE = "standing reinstated"
    ended: int
    """The position of the event that had ended it."""
    as_if_never: bool
    until: date | None = None
    """The last day of its term, as it was before."""
    reason: Personal

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"reinstatement/{self.ended}",)


class HoldersReviewed(Fact):
    """The removal rules of a ladder were held against whoever holds its rungs and changed since the last time."""

    TYPE = "holders reviewed"
    ladder: str
    version: str
    as_of: date
    known_at: int
    looked_at: int
    ended: int
