"""Every fact that the log can hold: what happened, in the past tense, frozen.

A fact is the payload of an event; what surrounds it (when, who, by what authority) is the envelope's.  Its stored
name is ``TYPE`` with the number ``SCHEMA``; neither ever changes its meaning.  A field that says something about a
person which no rule needs is declared ``Personal`` with its owner: it is plain in a fact that is about to be
appended, and sealed (ciphertext, see ``events.vault``) in one that was read.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SELF = "self"
"""The owner of a personal field who is the subject of the event's own stream."""


class Owner:
    """Declares a field personal, and whose key seals it: the stream's subject, or the id in another field."""

    def __init__(self, field: str = SELF) -> None:
        self.field = field


Personal = Annotated[str, Owner()]
"""Text about the person whose stream this is."""


class Value(BaseModel):
    """A frozen value that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Amount(Value):
    """An exact quantity: ``value`` divided by 10 to the ``scale``, in ``unit``.  6.5 hours is 65, 1, "hour"."""

    value: int
    scale: int = Field(ge=0, le=6)
    unit: str

    @classmethod
    def of(cls, number: Decimal, unit: str) -> Amount:
        """The amount of an exact decimal number; ValueError beyond six decimal places."""
        exponent = number.normalize().as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -6:
            raise ValueError(f"{number} has more than six decimal places")
        scale = max(0, -exponent)
        return cls(value=int(number.scaleb(scale)), scale=scale, unit=unit)

    def at(self, scale: int) -> int:
        """The value at another scale; ValueError where that would round."""
        if scale >= self.scale:
            return self.value * 10 ** (scale - self.scale)
        value, rest = divmod(self.value, 10 ** (self.scale - scale))
        if rest:
            raise ValueError(f"{self.number} {self.unit} does not fit {scale} decimal places")
        return value

    @property
    def number(self) -> Decimal:
        """The number as a decimal."""
        return Decimal(self.value).scaleb(-self.scale)


class Source(Value):
    """Where a row came from: the import, the row's number in its sheet, and the keyed hash of its contents.

    ``key`` is the keyed hash of the row's business key (kind, source system, record number, or what stands for
    them); ``content`` that of everything else in the row: same key and same content is the same row.
    """

    file: str
    row: int
    key: str
    content: str


class Fact(Value):
    """What all facts have."""

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1

    def business_keys(self, stream: str) -> tuple[str, ...]:
        """The keys under which this, in this stream, may happen once in a district."""
        return ()


class FromRow(Fact):
    """A fact that a row of a file may state."""

    source: Source | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"row/{self.source.key}",) if self.source else ()


# -------------------------------------------------------------------------------------------------- the district


class DistrictOpened(Fact):
    """A data folder began.  A simulated clock is declared here or never."""

    TYPE = "district opened"
    name: str
    simulated_clock: bool = False

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return ("district",)


class Settings(Value):
    """What the district decides once and every verdict pins."""

    time_zone: str = "Asia/Shanghai"
    school_year_starts: str = Field(default="09-01", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")


class SettingsChanged(Fact):
    """The district's settings, whole, from this position on."""

    TYPE = "settings changed"
    settings: Settings


class AmountOf(Value):
    """What a kind's amount is: its unit, decimal places, and the largest that can be believed."""

    unit: str
    scale: int = Field(ge=0, le=6)
    most: Decimal


class Kind(Value):
    """A kind of evidence: its titles, its amount if it has one, and its attributes.

    An attribute's value is the name of a scale whose terms it takes, or ``text`` for any short term.  ``work``
    names the same work under several records and is ``text``.
    """

    zh: str
    en: str
    amount: AmountOf | None = None
    attributes: dict[str, str] = Field(default_factory=dict)


class Term(Value):
    """A term of a scale, with the names under which files write it."""

    id: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


class Scale(Value):
    """Terms from the lowest to the highest; ``ordered`` is false where none is better than another."""

    zh: str
    en: str
    ordered: bool
    terms: tuple[Term, ...] = Field(min_length=1)

    def at_least(self, term: str) -> tuple[str, ...]:
        """The term and all above it; ValueError for an unknown one or an unordered scale."""
        ids = [one.id for one in self.terms]
        if not self.ordered or term not in ids:
            raise ValueError(f"{term} is not a term of an ordered scale")
        return tuple(ids[ids.index(term) :])


class Catalogue(Value):
    """The kinds of evidence that a district records, and their scales."""

    scales: dict[str, Scale] = Field(default_factory=dict)
    kinds: dict[str, Kind] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _scales_exist(self) -> Catalogue:
        for name, kind in self.kinds.items():
            for attribute, scale in kind.attributes.items():
                if scale != "text" and scale not in self.scales:
                    raise ValueError(f'{name}.{attribute}: there is no scale "{scale}"')
        return self


class CatalogueDeclared(Fact):
    """The evidence catalogue, whole, from this position on."""

    TYPE = "evidence catalogue declared"
    catalogue: Catalogue


class CalendarPublished(Fact):
    """A year's working days as the office published them: holidays, and weekend days that are worked."""

    TYPE = "calendar published"
    year: int
    holidays: tuple[date, ...]
    worked: tuple[date, ...]


class ClockSet(Fact):
    """The simulated clock of a demo or training folder was moved."""

    TYPE = "clock set"
    now: datetime


# ---------------------------------------------------------------------------------------------------- subjects


class UnitEstablished(FromRow):
    """A unit of the organisation: centre, station, central school, education group, school."""

    TYPE = "unit established"
    code: str
    kind: Literal["centre", "station", "central school", "group", "school"]
    name: str
    part_of: str | None = None
    locality: Literal["urban", "rural"] | None = None
    phase: Literal["kindergarten", "primary", "junior", "senior", "nine-year"] | None = None


class PersonHired(FromRow):
    """A person entered the district's service in a unit; ``service_began`` may lie before that day."""

    TYPE = "person hired"
    staff_number: Personal
    name: Personal
    unit: str
    service_began: date
    born: date | None = None
    subject_taught: str | None = None


class PersonMoved(FromRow):
    """A person moved to another unit."""

    TYPE = "person moved"
    unit: str


class PersonLeft(FromRow):
    """A person left the district's service; the day is the last one in it."""

    TYPE = "person left"


class StandingTakenOver(FromRow):
    """A title held before us: taken over with its document, not granted."""

    TYPE = "standing taken over"
    ladder: str
    rung: str
    title: Personal
    until: date | None = None


class StudioFounded(FromRow):
    """A studio began.  It is named after its host, so its name is the host's."""

    TYPE = "studio founded"
    code: str
    kind: Literal["teacher", "principal", "head-teacher"]
    name: Annotated[str, Owner("host")]
    host: str
    unit: str


class MemberJoined(FromRow):
    """The stream's person joined a group."""

    TYPE = "member joined"
    group: str
    role: Literal["host", "core", "member"]


class MemberLeft(FromRow):
    """The stream's person left a group; the day is the last one in it."""

    TYPE = "member left"
    group: str


class MentorPaired(FromRow):
    """The stream's person is mentored by another."""

    TYPE = "mentor paired"
    mentor: str


class MentorParted(FromRow):
    """The stream's person is no longer mentored by that other; the day is the last one of it."""

    TYPE = "mentor parted"
    mentor: str


# ---------------------------------------------------------------------------------------------------- evidence


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
    evaluation: str
    ethics: Amount | None = None
    theory: Amount | None = None
    teaching: Amount | None = None
    research: Amount | None = None


class ReflectionSubmitted(FromRow):
    """A reflection was handed in; ``work`` names it."""

    TYPE = "reflection submitted"
    work: str
    title: Personal


class ReflectionSelected(FromRow):
    """A reflection was selected at a level."""

    TYPE = "reflection selected"
    work: str
    level: str


class EvidenceRecorded(FromRow):
    """Any other evidence of a kind that the catalogue declares: lessons, papers, awards, violations."""

    TYPE = "evidence recorded"
    kind: str
    title: Personal
    attributes: dict[str, str]
    amount: Amount | None = None


class EvidenceCorrected(Fact):
    """The evidence at that position was wrong: these are its days, attributes and amounts from here on."""

    TYPE = "evidence corrected"
    target: int
    attributes: dict[str, str]
    amounts: dict[str, Amount]
    """By item: ``amount``, or the competences of an evaluation."""
    reason: Personal
    source: Source | None = None


class EvidenceVoided(Fact):
    """The evidence at that position does not count from here on."""

    TYPE = "evidence voided"
    target: int
    reason: Personal

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"voided/{self.target}",)


# ------------------------------------------------------------------------------------------- ladders and cycles


class LadderPublished(Fact):
    """A version of a ladder: the exact bytes of its file (base64), named by their SHA-256."""

    TYPE = "ladder published"
    ladder: str
    sha256: str
    file: str
    in_force_from: date

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"ladder/{self.ladder}/{self.sha256}",)


class CycleOpened(Fact):
    """A review cycle began: one per ladder, target rung, period and scope."""

    TYPE = "cycle opened"
    ladder: str
    to: str
    version: str
    """The SHA-256 of the ladder file that the cycle runs under."""
    period: str
    scope: str | None = None
    """The unit whose people may be nominated (with all units below it); none for the whole district."""
    title: str
    as_of: date
    deadline: date
    """The last day of submission."""
    settings: int
    catalogue: int
    """The positions of the settings and the evidence catalogue that its verdicts pin."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"cycle/{self.ladder}/{self.to}/{self.period}/{self.scope or ''}",)


class Seat(Value):
    """A seat of a panel and who sits in it."""

    seat: int = Field(ge=1)
    person: str


class PanelSeated(Fact):
    """The panel of a stage was seated, whole."""

    TYPE = "panel seated"
    stage: str
    seats: tuple[Seat, ...]


class SubmissionClosed(Fact):
    """Nominations ended; evidence known after ``known_at`` does not count in this cycle."""

    TYPE = "submission closed"
    known_at: int
    by: Literal["command", "deadline"]


class NoticePosted(Fact):
    """The public notice of those approved: so many cases, a list of that hash, the window in working days."""

    TYPE = "notice posted"
    cases: int
    list_sha256: str
    first: date
    last: date


class CycleFinished(Fact):
    """Every case of the cycle is decided."""

    TYPE = "cycle finished"
    granted: int
    declined: int


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
    """The positions of the evidence that counted."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"outcome/{self.cycle}/{self.subject}",)


class Declined(Fact):
    """The case ended without a grant."""

    TYPE = "declined"
    cycle: str
    subject: str
    reason: Literal["not eligible", "rejected", "no quorum"]
    stage: str | None = None
    assessed: int

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"outcome/{self.cycle}/{self.subject}",)


FACTS: dict[str, type[Fact]] = {
    fact.TYPE: fact
    for fact in (
        DistrictOpened, SettingsChanged, CatalogueDeclared, CalendarPublished, ClockSet,
        UnitEstablished, PersonHired, PersonMoved, PersonLeft, StandingTakenOver, StudioFounded,
        MemberJoined, MemberLeft, MentorPaired, MentorParted,
        TrainingRecorded, TrainingRecognised, EvaluationRecorded, ReflectionSubmitted, ReflectionSelected,
        EvidenceRecorded, EvidenceCorrected, EvidenceVoided,
        LadderPublished, CycleOpened, PanelSeated, SubmissionClosed, NoticePosted, CycleFinished,
        Nominated, Assessed, BallotCast, StageDecided, Granted, Declined,
    )
}  # fmt: skip
"""Every fact by its stored name."""
