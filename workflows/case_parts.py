"""What a case has several of: objections, sealed ballots that are asked to be opened, declared recusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from events.facts import ObjectionDecided, ObjectionHeard, ObjectionRaised


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
