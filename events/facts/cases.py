"""A case: nominated, assessed, voted on, decided."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.facts.base import Fact, FromRow, Value


class Nominated(FromRow):
    """A case began: a subject was nominated for the cycle's step."""

    TYPE = "nominated"
    cycle: str
    subject: str

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (*super().business_keys(stream), f"nomination/{self.cycle}/{self.subject}")


Outcome = Literal["met", "not met", "unknown", "not examined"]


class ClauseFound(Value):
    """A clause's finding: what it came to, and the value measured as (numerator low, high, denominator)."""

    clause: str
    outcome: Outcome
    low: int | None = None
    high: int | None = None
    over: int


class Pins(Value):
    """Everything that a verdict depends on."""

    ladder: str
    version: str
    semantics: int
    catalogue: int
    settings: int
    as_of: date
    known_at: int


class Assessed(Fact):
    """A verdict on the case: the findings of its step, what they were pinned to, and their digest."""

    TYPE = "assessed"
    step: str
    pins: Pins
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    digest: str


class BallotCast(FromRow):
    """The person in a seat voted on the case."""

    TYPE = "ballot cast"
    cycle: str
    stage: str
    seat: int
    person: str
    choice: Literal["for", "against", "abstain"]

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (*super().business_keys(stream), f"ballot/{stream}/{self.stage}/{self.seat}")


class Tally(Value):
    """What a stage's ballots came to."""

    in_favour: int
    against: int
    abstained: int
    seats: int


class StageDecided(Fact):
    """A stage was decided by the ballots up to here; ``assessed`` is the position of the verdict it rests on."""

    TYPE = "stage decided"
    stage: str
    outcome: Literal["approved", "rejected", "no quorum"]
    tally: Tally
    assessed: int
    last: bool
    """Whether it was the last stage of the route."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"stage/{stream}/{self.stage}/{self.assessed}",)


class Granted(Fact):
    """The subject holds the rung, from the day after the notice closed."""

    TYPE = "granted"
    cycle: str
    subject: str
    ladder: str
    rung: str
    from_rung: str | None = None
    in_force_from: date
    until: date | None = None
    assessed: int
    notice: int
    evidence: tuple[int, ...]
    """The positions of the evidence that counted, and of what corrected, recognised or ended it."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"outcome/{self.cycle}/{self.subject}",)


class Declined(Fact):
    """The case ended without a grant."""

    TYPE = "declined"
    cycle: str
    subject: str
    reason: Literal["not eligible", "rejected", "no quorum", "held already"]
    stage: str | None = None
    assessed: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"outcome/{self.cycle}/{self.subject}",)
