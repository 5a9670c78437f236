"""Ballots: cast in the open or sealed under a stage's key, taken back, and opened by two people."""

from __future__ import annotations

from typing import Annotated, Literal

from events.facts.base import Fact, FromRow, Owner, Value


class Score(Value):
    """A mark on one item of a score sheet: ``value`` divided by 10 to the ``scale``; none where it does not apply."""

    item: str
    value: int | None = None
    scale: int = 0


Choice = Literal["for", "against", "abstain", "scored"]
"""What a ballot says; ``scored`` on a score sheet, whose marks then count."""


def ballot_key(stream: str, stage: str, seat: int, again: int | None) -> str:
    """The key under which a seat votes once; ``again`` counts the ballots that it took back before, or that lapsed."""
    key = f"ballot/{stream}/{stage}/{seat}"
    return f"{key}/{again}" if again else key


def withdrawn_key(ballot: int) -> str:
    """The key under which the ballot at a position is taken back once."""
    return f"ballot withdrawn/{ballot}"


class BallotCast(FromRow):
    """The person in a seat voted on the case.  The event's day is the one that the ballot is dated."""

    TYPE = "ballot cast"
    cycle: str
    stage: str
    seat: int
    person: str
    choice: Choice
    scores: tuple[Score, ...] | None = None
    again: int | None = None
    """How many ballots of this seat, in this stage of the case, no longer stand."""
    round: int | None = None
    """Which ballot of the stage it is cast in, from the second on."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (*super().business_keys(stream), ballot_key(stream, self.stage, self.seat, self.again))


class SealedBallotCast(FromRow):
    """As ``BallotCast``, and confidential: what it says is sealed under the key of the stage.

    ``content`` is JSON, ``{"choice": …, "scores": […]}``; sealed, it is padded, so that its length tells nothing.
    """

    TYPE = "sealed ballot cast"
    cycle: str
    stage: str
    seat: int
    person: str
    box: str
    """Whose key seals it: the stage of this cycle."""
    content: Annotated[str, Owner("box")]
    again: int | None = None
    round: int | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (*super().business_keys(stream), ballot_key(stream, self.stage, self.seat, self.again))


class BallotWithdrawn(Fact):
    """A ballot was taken back before the stage was decided; its seat may vote again."""

    TYPE = "ballot withdrawn"
    cycle: str
    stage: str
    seat: int
    ballot: int
    """The position of the ballot."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (withdrawn_key(self.ballot),)


class OpeningAsked(Fact):
    """Somebody asked that a sealed ballot be opened; a second person must agree."""

    TYPE = "opening asked"
    cycle: str
    subject: str
    ballot: int
    reason: Annotated[str, Owner("subject")]


class BallotOpened(Fact):
    """A second person agreed that a sealed ballot be opened; it may be shown from here on.

    The first is the actor of the event ``asked``, the second that of this one.
    """

    TYPE = "ballot opened"
    cycle: str
    ballot: int
    asked: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"ballot opened/{self.ballot}",)
