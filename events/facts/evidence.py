"""Evidence: recorded, recognised, corrected, voided."""

from __future__ import annotations

from datetime import date

from events.facts.base import Amount, Fact, FromRow, Personal, Source


class TrainingRecorded(FromRow):
    """Training hours of the stream's person.  Only a recognised training counts."""

    TYPE = "training recorded"
    title: Personal
    category: str | None = None
    level: str | None = None
    hours: Amount
    recognised: bool


class TrainingRecognised(Fact):
    """The training at that position was recognised; it counts on its own days, known from here on."""

    TYPE = "training recognised"
    training: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"recognised/{self.training}",)


class EvaluationRecorded(FromRow):
    """An evaluation of the stream's person over the four competences, each a score."""

    TYPE = "evaluation recorded"
    title: Personal
    ethics: Amount | None = None
    theory: Amount | None = None
    teaching: Amount | None = None
    research: Amount | None = None


class ReflectionSubmitted(FromRow):
    """A reflection was handed in.

    ``work`` names it everywhere and is a keyed hash: the number that an office gave it (``number``) often has a staff
    number in it.
    """

    TYPE = "reflection submitted"
    work: str
    title: Personal
    number: Personal | None = None


class ReflectionSelected(FromRow):
    """A reflection was selected at a level."""

    TYPE = "reflection selected"
    work: str
    level: str
    number: Personal | None = None


class EvidenceRecorded(FromRow):
    """Any other evidence of a kind that the catalogue declares: lessons, papers, awards, violations.

    An attribute ``work`` is a keyed hash, as a reflection's; ``number`` is what the office calls the work.  Evidence
    of a kind that lasts began on the envelope's day; ``lasts_until`` is its last day, null while it is open.
    """

    TYPE = "evidence recorded"
    kind: str
    title: Personal
    attributes: dict[str, str]
    amount: Amount | None = None
    number: Personal | None = None
    lasts_until: date | None = None


class EvidenceCorrected(Fact):
    """The evidence at that position was wrong: the whole of it, as it is from here on.

    The days are the envelope's.  ``amounts`` are by name: ``amount``, or the competences of an evaluation;
    ``recognised`` is a training's, and ``title`` is null where the evidence has none.
    """

    TYPE = "evidence corrected"
    target: int
    attributes: dict[str, str]
    amounts: dict[str, Amount]
    recognised: bool | None = None
    title: Personal | None = None
    reason: Personal
    source: Source | None = None
    lasts_until: date | None = None


class EvidenceVoided(Fact):
    """The evidence at that position does not count from here on."""

    TYPE = "evidence voided"
    target: int
    reason: Personal

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"voided/{self.target}",)
