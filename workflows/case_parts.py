"""What the state of a case is made of.

A review keeps the states of its cases, by the hundred thousand: so of what every case has (nomination, verdict, votes,
decisions) they hold what deciders ask for and not the facts, and equal texts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any, Literal, NamedTuple

from events.facts import (
    Assessed,
    BallotCast,
    Choice,
    Nominated,
    ObjectionDecided,
    ObjectionHeard,
    ObjectionRaised,
    Outcome,
    Placed,
    Score,
    SealedBallotCast,
    StageDecided,
)


class Nomination(NamedTuple):
    """Who was nominated in which cycle: the fields of the fact."""

    cycle: str
    subject: str
    unit: str | None
    outside: Literal[True] | None
    again: int | None

    @classmethod
    def of(cls, fact: Nominated) -> Nomination:
        """That of a fact."""
        unit = None if fact.unit is None else intern(fact.unit)
        return cls(intern(fact.cycle), fact.subject, unit, fact.outside, fact.again)


class Verdict(NamedTuple):
    """What a verdict came to, on which step, and the position up to which it knew."""

    step: str
    outcome: Outcome
    known_at: int
    rung: str | None = None
    """The rung on which the ladder places the case, where it does."""
    met: tuple[str, ...] = ()
    """All steps that are met, where it does."""

    @classmethod
    def of(cls, fact: Assessed) -> Verdict:
        """That of a fact."""
        if fact.rung is None:
            return cls(intern(fact.step), fact.outcome, fact.pins.known_at)
        lower = [one.step for one in fact.beside or () if one.outcome == "met"]
        met = tuple(intern(step) for step in (fact.step, *lower))
        return cls(met[0], fact.outcome, fact.pins.known_at, intern(fact.rung), met)

    def step_for(self, placed: Placed | None) -> str | None:
        """The step that a case goes on for: to the rung of its place, where it has one that is a rung's; None: none."""
        if placed is None or placed.rung is None or placed.rung == self.rung:
            return self.step
        return next((step for step in reversed(self.met) if rung_of(step) == placed.rung), None)

    def met_for(self, placed: Placed | None) -> bool:
        """Whether it is met, and that for the rung of the case's place, where it has one."""
        return self.outcome == "met" and self.step_for(placed) is not None

    def rung_for(self, placed: Placed | None) -> str | None:
        """The rung that a case goes on for, where the ladder places."""
        step = self.step_for(placed) if self.rung is not None else None
        return None if step is None else rung_of(step)


def rung_of(step: str) -> str:
    """The rung to which a step leads, by its id."""
    return step.partition("→")[2].partition(":")[0]


class Vote(NamedTuple):
    """A ballot that stands: whose, where in the log, and what it says; of a ``sealed`` one only that one tells."""

    person: str
    at: int
    choice: Choice | None
    scores: tuple[Score, ...] = ()
    again: int | None = None
    sealed: SealedBallotCast | None = None

    @classmethod
    def of(cls, fact: BallotCast | SealedBallotCast, at: int) -> Vote:
        """That of a fact, at a position."""
        person = intern(fact.person)
        if isinstance(fact, SealedBallotCast):
            return cls(person, at, None, (), fact.again, fact)
        scores = tuple(_score(one.item, one.value, one.scale) for one in fact.scores) if fact.scores else ()
        return cls(person, at, fact.choice, scores, fact.again)


@lru_cache(maxsize=10_000)
def _score(item: str, value: int | None, scale: int) -> Score:
    return Score(item=item, value=value, scale=scale)


class Decided(NamedTuple):
    """How a stage decided, whether it was the last one, and where in the log."""

    outcome: Literal["approved", "rejected", "no quorum", "escalated"]
    last: bool
    at: int

    @classmethod
    def of(cls, fact: StageDecided, at: int) -> Decided:
        """That of a fact, at a position."""
        return cls(fact.outcome, fact.last, at)


@dataclass(frozen=True)
class Objection:
    """An objection to the case: raised on a day, heard perhaps, undecided until it is decided on a day."""

    raised: ObjectionRaised
    raised_at: int
    raised_on: date
    heard: ObjectionHeard | None = None
    decided: ObjectionDecided | None = None
    decided_at: int = 0
    decided_on: date | None = None


@dataclass(frozen=True)
class Opening:
    """Somebody asked that a sealed ballot be opened: where, and the persons who stood behind that."""

    at: int
    asked_by: frozenset[str]
    opened_at: int = 0
    """Where it was agreed to; 0 if it was not."""


@dataclass(frozen=True)
class Declared:
    """A recusal that a person declared from a seat: of that person; or ``of_seat``, whoever sits in it, as all were
    before recusals were of persons."""

    person: str
    seat: int
    at: int
    of_seat: bool


Counts = Mapping[tuple[str, int], int]
"""By stage and seat."""


def put_in(by_stage: Mapping[str, Mapping[Any, Any]], stage: str, whose: int | str, what: Any) -> dict[str, Any]:
    """With one thing more."""
    return {**by_stage, intern(stage): {**by_stage.get(stage, {}), whose: what}}


def without_in(by_stage: Mapping[str, Mapping[Any, Any]], stage: str, whose: int | str) -> dict[str, Any]:
    """With one thing less."""
    return {**by_stage, stage: {one: what for one, what in by_stage.get(stage, {}).items() if one != whose}}


def more(counts: Counts, seats: Iterable[tuple[str, int]]) -> Counts:
    """With one more for each of these."""
    return {**counts, **{seat: counts.get(seat, 0) + 1 for seat in seats}}
