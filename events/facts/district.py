"""The district: opened, its settings, evidence catalogue, calendar and clock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime, Field, model_validator

from events.facts.base import Fact, Grown, Value


class DistrictOpened(Fact):
    """A data folder began.  A simulated clock is declared here or never."""

    TYPE = "district opened"
    name: str
    simulated_clock: bool = False

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return ("district",)


class Incomplete(Value):
    """A source that was declared incomplete: evidence of a kind, on the days from first to last."""

    kind: str
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Incomplete:
        if self.last < self.first:
            raise ValueError(f"{self.last} lies before {self.first}")
        return self


class Retention(Value):
    """How many whole years a person's record is kept after they left, and after the last decision in which they had a
    part; and the document that says so."""

    after_leaving: int = Field(ge=0, le=100)
    after_decision: int = Field(ge=0, le=100)
    document: str = Field(min_length=1, max_length=60)


class Settings(Grown):
    """What the district decides once and every verdict pins.

    ``values`` are settings that ladders ask for by name; ``incomplete`` says of which evidence, on which days, more
    may have happened than is recorded.
    """

    LATER = ("values", "incomplete", "retention")

    time_zone: str = "Asia/Shanghai"
    school_year_starts: str = Field(default="09-01", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    values: dict[str, str] = Field(default_factory=dict)
    incomplete: tuple[Incomplete, ...] = ()
    retention: Retention | None = None
    """None: the years that are assumed (``workflows.erasing``)."""


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

    An attribute's value is the name of a scale whose terms it takes, ``text`` for any short term, or ``number`` for a
    whole number.  ``work`` names the same work under several records and is ``text``.
    """

    zh: str
    en: str
    amount: AmountOf | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    lasting: bool | None = None
    """Whether what it records is in force from its day to an end, which may be open."""


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


UNSCALED = ("text", "number")
"""What an attribute may be instead of a term of a scale."""
NUMBER = r"(?:0|[1-9][0-9]{0,8})"
"""How a whole number is written as an attribute: it fits the 32-bit columns that it is assessed in."""


class Catalogue(Value):
    """The kinds of evidence that a district records, and their scales."""

    scales: dict[str, Scale] = Field(default_factory=dict)
    kinds: dict[str, Kind] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _scales_exist(self) -> Catalogue:
        for name, kind in self.kinds.items():
            for attribute, scale in kind.attributes.items():
                if scale not in UNSCALED and scale not in self.scales:
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
    now: AwareDatetime
