"""The training calendar: trainings that are offered on days to come, changed, called off.  Plans, and no evidence."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from events.facts.base import Amount, Fact, FromRow, Personal, Source, Value


class OfRung(Value):
    """A rung of a ladder."""

    ladder: str
    rung: str


class OfferedTraining(Fact):
    """What is said of a training that is offered.

    It is held from ``first`` to ``last``; where only the month is known, these are its first and last day.  Whoever
    attends may count on evidence of this ``kind`` with these ``attributes`` and this ``amount``: that is recorded
    when it happened, and never before.  ``rungs`` and ``roles`` are for whom it is meant, everybody if neither is
    given: those who hold these rungs or are on their way to them, staff in these roles.  ``number`` is what the
    office calls it.
    """

    number: Personal | None = None
    title: Personal
    first: date
    last: date
    kind: str
    attributes: dict[str, str] = Field(default_factory=dict)
    amount: Amount | None = None
    places: int | None = None
    rungs: tuple[OfRung, ...] = ()
    roles: tuple[str, ...] = ()
    organiser: Personal | None = None
    venue: Personal | None = None


class TrainingOffered(OfferedTraining, FromRow):
    """A training was put into the calendar."""

    TYPE = "training offered"


class TrainingOfferChanged(OfferedTraining):
    """A training of the calendar was otherwise: the whole of it, as it is from here on."""

    TYPE = "training offer changed"
    reason: Personal
    source: Source | None = None


class TrainingCalledOff(Fact):
    """A training of the calendar will not be held."""

    TYPE = "training called off"
    reason: Personal

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"called off/{stream}",)
