"""What may be asked: commands in the imperative, the answers to them, and what a decider is shown.

A command carries its own id, time and ids: nothing below draws one.  The same command again gives the first answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from events.facts import Assessed, Catalogue, Choice, Fact, Score, Seat, Settings, Source
from ladders.model.ladder import Ladder
from ladders.model.review import Relation
from workflows import shown
from workflows.shown import Ended, Kept, Made, Nominees, StandingHeld, Teams


class Span(BaseModel):
    """The day or days on which something was true, both inside."""

    model_config = ConfigDict(frozen=True)

    first: date
    last: date

    # Of the field, not of the whole: that would look again at every command that holds these days.
    @field_validator("last")
    @classmethod
    def _in_order(cls, last: date, others: ValidationInfo) -> date:
        if (first := others.data.get("first")) is not None and last < first:
            raise ValueError(f"{last} lies before {first}")
        return last

    @staticmethod
    @lru_cache(maxsize=256)  # a sheet of ballots is mostly of one day
    def day(day: date) -> Span:
        """One day."""
        return Span(first=day, last=day)


class Asking(BaseModel):
    """Who asks: the actor's opaque id, for whom, and by which document (文号)."""

    model_config = ConfigDict(frozen=True)

    actor: str
    on_behalf_of: str | None = None
    authority: str | None = None


class Command(BaseModel):
    """What all commands have.  ``id`` makes a repeat harmless; a UUID as text."""

    model_config = ConfigDict(frozen=True)

    id: str
    asking: Asking
    correlation: str | None = None
    """What it belongs to, where its decider does not say: an import."""


class Record(Command):
    """Record one fact in a subject's stream, as a row of a file or a clerk states it.

    ``subject`` is the subject's id; for a fact that begins a subject (a unit, a person, a studio) a new one, and
    ``code`` is then what people will find it by (unit code, staff number, studio code).
    """

    subject: str
    occurred: Span
    fact: Fact
    code: str | None = None
    ends: date | None = None
    """The last day of a membership that is joined, where that is recorded next."""


class Correct(Command):
    """Say that the evidence at a position was otherwise; the fact, of the same kind, carries what is right."""

    target: int
    occurred: Span
    fact: Fact
    reason: str


class OpenDistrict(Command):
    """Begin a data folder."""

    name: str
    simulated_clock: AwareDatetime | None
    settings: Settings
    catalogue: Catalogue


class ChangeSettings(Command):
    """Decide the district's settings anew."""

    settings: Settings


class DeclareCatalogue(Command):
    """Declare the evidence catalogue anew."""

    catalogue: Catalogue


class PublishCalendar(Command):
    """Publish a year's working days."""

    year: int
    holidays: tuple[date, ...]
    worked: tuple[date, ...]


class SetClock(Command):
    """Move the simulated clock forward."""

    now: AwareDatetime


class PublishLadder(Command):
    """Publish a ladder file that passed its check; ``assumed_confirmed``: that most clauses have no document."""

    file: bytes
    in_force_from: date
    in_force_until: date | None = None
    assumed_confirmed: bool = False


class OpenCycle(Command):
    """Open a review cycle; the ladder's version in force on the as-of day is pinned."""

    cycle: str
    ladder: str
    to: str
    period: str
    scope: str | None = None
    title: str
    as_of: date
    deadline: date


class SeatPanel(Command):
    """Seat the panel of a stage."""

    cycle: str
    stage: str
    unit: str | None = None
    """Whose panel it is, where the stage has one per unit."""
    seats: tuple[Seat, ...]
    """Of every seat that is not drawn by lot."""
    pools: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """By role whom its seats are drawn from."""
    lot: str | None = None
    """What they are drawn with."""


class Nominate(Command):
    """Nominate a subject; ``case`` is the new case's id."""

    cycle: str
    case: str
    subject: str
    outside: bool = False
    """Outside the count (占名额之外): needs the document that says so as the authority."""
    states: Mapping[str, str] = Field(default_factory=dict)
    """What the application states, by the names that the ladder asks for."""
    source: Source | None = None


class CloseSubmission(Command):
    """Close submission and pin the log's position."""

    cycle: str
    by: Literal["command", "deadline"] = "command"
    as_it_is: bool = False  # whatever its list lacks: needs the document that says so as the authority


class RecordVerdicts(Command):
    """Record verdicts that the engine derived, one ``Assessed`` per case."""

    cycle: str
    verdicts: tuple[tuple[str, Assessed], ...]


class CastBallot(Command):
    """Vote on a case from a seat."""

    cycle: str
    case: str
    stage: str
    person: str
    choice: Choice
    scores: tuple[Score, ...] = ()
    dated: date | None = None
    """The day written on a paper ballot; without it, today."""
    round: int | None = None
    """Which ballot of the stage it is meant for; without it, the one that is held."""
    source: Source | None = None


class OpenStage(Command):
    """Open the next stage of the route, for ballots until the day that its rule gives."""

    cycle: str
    stage: str


class DecideStage(Command):
    """Decide a stage of these cases by their ballots."""

    cycle: str
    stage: str
    cases: tuple[str, ...]


class PostNotice(Command):
    """Post the public notice of the approved ``cases``: (case, subject), and the rung where the ladder places."""

    cycle: str
    cases: tuple[tuple[str, ...], ...]
    first: date
    last: date


class Conclude(Command):
    """Grant or decline these cases, by their state; ``evidence``: the positions of what each verdict counted."""

    cycle: str
    cases: tuple[str, ...]
    evidence: Mapping[str, tuple[int, ...]]


class FinishCycle(Command):
    """Close a cycle in which every case is decided."""

    cycle: str


# ------------------------------------------------------------------------------------------------------- answers


@dataclass(frozen=True)
class Landed:
    """It happened, at these positions."""

    positions: tuple[int, ...]


@dataclass(frozen=True)
class Already:
    """It had happened already, in the same words, at this position."""

    position: int


@dataclass(frozen=True)
class Differs:
    """The same business key is held by other content, at this position: a correction may be proposed."""

    position: int


class Refused(Exception):
    """Why not, and what to do next, in both languages.  Refusals are not stored."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, str]]:
        """As another process is told of it."""
        return type(self), (self.code, self.zh, self.en)


Answer = Landed | Already | Differs | Refused
"""What comes of a command; in bulk a refusal is an answer like the others."""


# ---------------------------------------------------------------------------------------------- what is shown


class Moment(NamedTuple):
    """When: the instant (UTC) that the log will stamp, the district's day, and the log's tip before it."""

    now: datetime
    today: date
    tip: int


class Needs(NamedTuple):
    """What a decider wants to see before it decides."""

    streams: tuple[str, ...] = ()  # to be folded
    subjects: tuple[str, ...] = ()  # as the projections know them
    keys: tuple[str, ...] = ()  # business keys
    referred: tuple[str, ...] = ()  # subjects of which it is to be shown what else is told of them
    codes: tuple[tuple[str, str], ...] = ()
    """(kind of subject, code) under which people may know a subject."""
    targets: tuple[int, ...] = ()
    """Positions of evidence."""
    counts: str | None = None
    """The cycle whose cases are to be counted by phase, and those that no notice names yet (``cycle.UNPOSTED``)."""
    holders: tuple[str, ...] = ()
    """Cases whose subjects' standings are to be shown, those that have begun."""
    related: tuple[str, str] | None = None
    """(cycle, stage): for every case among the streams, who of its panel is related to its candidate, and how."""
    beside: tuple[str, ...] = ()
    """Persons of whom the same is to be shown, though they are not on the panel."""
    opened: bool = False
    """Whether sealed ballots in the streams are to be opened, for counting."""
    units: bool = False
    """Whether the units are to be shown."""
    waiting: str | None = None
    """The cycle whose cases in review are to be shown by the unit of their candidates."""
    standings: tuple[str, ...] = ()
    """Subjects whose standings are to be shown, those that ended as well."""
    before: tuple[str, ...] = ()
    """Cycles among the streams whose earlier ones are to be shown, where their rule rotates seats."""
    nominees: tuple[str, ...] = ()
    """Cycles among the streams whose nominations are to be counted, where their rule limits them."""
    joins: tuple[tuple[str, str], ...] = ()  # (subject, group) of whoever joins or leaves
    kept: tuple[str, ...] = ()  # persons of whom is to be shown what keeps their record
    made: tuple[str, ...] = ()  # cycles of whose panels, and of the subjects, the ladder's attributes are to be shown
    listed: tuple[str, ...] = ()  # cycles of whose nominees the same is to be shown
    standing: tuple[str, str] | None = None  # (cycle, stage): whoever is in it is to be shown


Subject = shown.Subject
Unit = shown.Unit
Target = shown.Target


class Held(NamedTuple):
    """Who holds a business key: the event's position, and the keyed hash of its row's content."""

    position: int
    content: str | None = None


@dataclass(frozen=True)
class World:
    """What a decider is shown: everything it declared in its needs, and the district's own state."""

    states: Mapping[str, Any] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    keys: Mapping[str, Held] = field(default_factory=dict)
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    targets: Mapping[int, Target] = field(default_factory=dict)
    referred: Mapping[str, frozenset[int]] = field(default_factory=dict)  # by subject, where anything is
    counts: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, Mapping[tuple[str, str], date | None]] = field(default_factory=dict)
    """By case the (ladder, rung) of every standing of its subject that began by today, and its last day."""
    coming: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """By case the (ladder, rung) of the standings of its subject that begin after today."""
    ended: Mapping[str, Mapping[tuple[str, str], Ended]] = field(default_factory=dict)
    """By case the (ladder, rung) of the standings of its subject that are suspended, revoked or demoted."""
    related: Mapping[str, Mapping[str, frozenset[Relation | Literal["own case"]]]] = field(default_factory=dict)
    """By case the persons who are related to its candidate, and how, on the day on which the stage opened; a studio's
    host is to its case as to an own one (``own case``)."""
    units: Mapping[str, Unit] = field(default_factory=dict)
    waiting: frozenset[str | None] = frozenset()
    """The own units of the candidates whose cases are in review."""
    standings: Mapping[str, tuple[StandingHeld, ...]] = field(default_factory=dict)
    before: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """By cycle those before it of the same ladder, rung and scope, the newest first."""
    nominees: Mapping[str, Nominees] = field(default_factory=dict)
    teams: Teams = field(default_factory=Teams)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)
    standing: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)
    """By case in a stage, that nothing freezes, its own unit and the ballot in which it stands."""
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    """Published ladders by the hash that names their version."""


class Draft(NamedTuple):
    """An event that a decider wants: the envelope is completed under the lock.

    ``expected`` is the stream version that the decision rests on; None for a plain fact, which takes the next.
    """

    stream: str
    occurred: Span
    fact: Fact
    expected: int | None = None
    causation: str | None = None
    correlation: str | None = None


Decision = list[Draft] | Already | Differs
"""What a decider answers, unless it raises Refused."""
