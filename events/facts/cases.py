"""A case: nominated, assessed, decided by its stages, placed, granted or declined."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.facts.base import Fact, FromRow, Value


def nomination_key(cycle: str, subject: str, again: int | None = None) -> str:
    """The key under which a subject has one case in a cycle; ``again`` counts those that were withdrawn before."""
    key = f"nomination/{cycle}/{subject}"
    return f"{key}/{again}" if again else key


def outside_key(cycle: str, subject: str, again: int | None = None) -> str:
    """The key that says that a nomination was outside the count."""
    return nomination_key(cycle, subject, again).replace("nomination", "outside the count", 1)


class Nominated(FromRow):
    """A case began: a subject was nominated for the cycle's step."""

    TYPE = "nominated"
    cycle: str
    subject: str
    unit: str | None = None
    """The subject's own unit on that day: it decides the panel and the places where these are per school or area."""
    outside: Literal[True] | None = None
    """Takes no place: outside the count, by the document that the event names as its authority."""
    again: int | None = None
    """How many cases of this subject, in this cycle, were withdrawn before."""
    states: dict[str, str] | None = None
    """What the application states, by the names that the ladder asks for: terms, never free text about a person."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        own = (self.cycle, self.subject, self.again)
        keys = (*super().business_keys(stream), nomination_key(*own))
        return (*keys, outside_key(*own)) if self.outside else keys


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


class StepFound(Value):
    """A step that was examined beside the verdict's: what it came to, its findings, and their digest."""

    step: str
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    digest: str


class Assessed(Fact):
    """A verdict on the case: the findings of its step, what they were pinned to, and their digest.

    Where the ladder places on the highest rung that is met, the step is the one to that rung, whatever was applied for.
    """

    TYPE = "assessed"
    step: str
    pins: Pins
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    digest: str
    rung: str | None = None
    """The rung on which the case is placed, where the ladder places: none where no step is met."""
    unsure: tuple[str, ...] | None = None
    """The steps to higher rungs of which it cannot be told, the highest first."""
    beside: tuple[StepFound, ...] | None = None
    """Where the ladder places, all other steps that were examined, those to the highest rung first."""


class CaseRebased(Fact):
    """The verdict on the case is to be made again, under the version to which its cycle was rebased; on the evidence
    that was known before.  ``rebased`` is the position of the ``cycle rebased``."""

    TYPE = "case rebased"
    cycle: str
    rebased: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"rebased/{stream}/{self.rebased}",)


class ItemScore(Value):
    """What an item of a score sheet came to: the mean is ``score`` divided by ``over``; nothing if none marked it."""

    item: str
    score: int | None = None
    over: int = 1


class Tally(Value):
    """What a stage's ballots came to.

    ``seats`` counts those that could vote: the panel's and the added ones without the ``recused``.  With a score
    sheet the total is ``score`` divided by ``over``, an exact fraction in lowest terms.
    """

    in_favour: int
    against: int
    abstained: int
    seats: int
    recused: tuple[int, ...] | None = None
    """The seats that were recused, by declaration or by the rule; left out where there were none."""
    vetoed: tuple[int, ...] | None = None
    """The veto seats that were against; left out where there were none.  0 stands for a seat whose ballot is
    confidential: how many they were is told, not which."""
    score: int | None = None
    over: int | None = None
    items: tuple[ItemScore, ...] | None = None
    dropped: tuple[int, ...] | None = None
    """The seats whose sheets were dropped as the highest and the lowest; each is 0 where ballots are confidential."""


class StageDecided(Fact):
    """A stage was decided by the ballots up to here; ``assessed`` is the position of the verdict it rests on."""

    TYPE = "stage decided"
    stage: str
    outcome: Literal["approved", "rejected", "no quorum", "escalated"]
    """``escalated``: without a quorum the next stage decides."""
    tally: Tally
    assessed: int
    last: bool
    """Whether it was the last stage of the route."""
    round: int | None = None
    """Which ballot of the stage decided, from the second on."""
    tie_break: tuple[int, ...] | None = None
    """The votes in favour in the ballots that were held among equals, in their order; the ``tally`` is of the first."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"stage/{stream}/{self.stage}/{self.assessed}",)


class StandsAgain(Fact):
    """The case was not decided by a ballot of its stage and stands in the next one, on these days, both inside.

    ``tally`` is of the ballot that was held.  ``places`` are those that fall among the equals of whom it is one.
    """

    TYPE = "stands again"
    cycle: str
    stage: str
    round: int
    """The ballot in which it stands: 2 after the first."""
    tally: Tally
    assessed: int
    first: date
    last: date
    counted_from: date
    places: int | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"round/{stream}/{self.stage}/{self.assessed}/{self.round}",)


class NoPlace(Value):
    """A higher rung for whose places a case competed, and got none: as ``Placed`` says where it came."""

    rung: str
    rank: int
    of: int
    places: int
    tied: int | None = None
    by: str | None = None


class Placed(Fact):
    """Where the case came among the eligible: its rank of so many, in its group, for so many places.

    ``unit`` is the group, where places are per school or area.  ``by`` names the criterion that parted it from the
    next one in rank, ``tied`` how many share its rank.  Where the ladder places on the highest rung that is met, the
    places are those of ``rung``, and ``higher`` are the rungs for whose places it competed before, the highest first.
    """

    TYPE = "placed"
    cycle: str
    outcome: Literal["in", "out", "outside"]
    rank: int
    of: int
    places: int
    unit: str | None = None
    tied: int | None = None
    by: str | None = None
    filled: int
    """The position of the ``places filled`` that it belongs to."""
    rung: str | None = None
    higher: tuple[NoPlace, ...] | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"place/{stream}/{self.filled}",)


class Graded(Fact):
    """The case got a grade: by its rank of so many, in its group; ``tied`` is how many share the rank.

    ``unit`` is the group, where grades are per school or area.
    """

    TYPE = "graded"
    cycle: str
    grade: str
    rank: int
    of: int
    unit: str | None = None
    tied: int | None = None
    given: int
    """The position of the ``grades given`` that it belongs to."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"grade/{stream}/{self.given}",)


class MovedUp(Fact):
    """A place became free, and the case came next in rank among those without one: it has a place now (递补).

    ``rank``, ``places`` and ``unit`` are those of its ``placed``; ``filled`` is the position of the ``places filled``.
    """

    TYPE = "moved up"
    cycle: str
    rank: int
    places: int
    unit: str | None = None
    freed: int
    """The position of the event by which a case left the ranking, so that the places came to reach this one."""
    filled: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"moved up/{stream}/{self.filled}",)


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
    signed: int | None = None
    """Where what comes of its notice was signed, if the ladder asks for a signature."""
    grade: str | None = None
    """The grade that the case got, where the rule gives grades."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"outcome/{self.cycle}/{self.subject}",)


class Declined(Fact):
    """The case ended without a grant."""

    TYPE = "declined"
    cycle: str
    subject: str
    reason: Literal[
        "not eligible",
        "rejected",
        "no quorum",
        "held already",
        "held no more",
        "not completed",
        "no place",
        "objection upheld",
    ]
    """``held no more``: the standing that its step leads on from was revoked, or ran out suspended, meanwhile."""
    stage: str | None = None
    assessed: int
    rung: str | None = None
    """The rung that the case went on for, where the ladder places on the highest that is met."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"outcome/{self.cycle}/{self.subject}",)
