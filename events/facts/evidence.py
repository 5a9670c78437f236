"""Evidence: recorded, recognised, corrected, voided."""

from __future__ import annotations

from datetime import date

from events.facts.base import Amount, Fact, FromRow, Personal, Source


class TrainingRecorded(FromRow):
    """Training hours of the stream's person.  Only a recognised training counts.

    ``identity`` names the training on every platform that reports it: a hash under the person's key of the
    ``number`` that was declared.  ``failed``: whoever reported it says that it was not passed.
    """

    TYPE = "training recorded"
    title: Personal
    category: str | None = None
    level: str | None = None
    hours: Amount
    recognised: bool
    identity: str | None = None
    number: Personal | None = None
    failed: bool | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        """One record for a person's training, however many report it."""
        keys = super().business_keys(stream)
        return (*keys, f"training/{stream}/{self.identity}") if self.identity else keys


class TrainingAlsoReported(FromRow):
    """The ``training`` at that position was reported once more, by somebody else: what they say of it.

    It gives no hours of its own.  All reports of a training count once: see ``workflows.reports``.
    """

    TYPE = "training also reported"
    training: int
    title: Personal
    category: str | None = None
    level: str | None = None
    hours: Amount
    recognised: bool
    number: Personal | None = None
    failed: bool | None = None


class TrainingNumbered(Fact):
    """The ``training`` at that position, which was recorded without it, has this number on every platform.

    Whoever reports a training of that number from here on reports this one.
    """

    TYPE = "training numbered"
    training: int
    identity: str
    number: Personal | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"training/{stream}/{self.identity}",)

    def keyed_at(self, position: int) -> int:
        return self.training


class TrainingsFoundSame(Fact):
    """The ``other`` record is of the same training as that at the position ``training``, as the latter has it.

    ``after``: what had made the other one right; this finding takes its place.
    """

    TYPE = "trainings found the same"
    training: int
    other: int
    reason: Personal
    after: int | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        pair = f"same/{min(self.training, self.other)}/{max(self.training, self.other)}"
        return (pair + (f"/{self.after}" if self.after else ""),)


class TrainingsFoundDifferent(Fact):
    """The records at these positions are of two trainings, and each counts; this is final."""

    TYPE = "trainings found different"
    training: int
    other: int
    reason: Personal | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"different/{min(self.training, self.other)}/{max(self.training, self.other)}",)


class TrainingRecognised(Fact):
    """The training at that position was recognised; it counts on its own days, known from here on.

    ``after``: the refusal that this lifts.
    """

    TYPE = "training recognised"
    training: int
    after: int | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"recognised/{self.training}" + (f"/{self.after}" if self.after else ""),)


class TrainingRefused(Fact):
    """The training at that position is not recognised, whatever those say who report it."""

    TYPE = "training refused"
    training: int
    reason: Personal


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
