"""What the district asks of training hours, year by year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from events.facts.base import Fact, Value


class HoursOf(Value):
    """The hours of a year, or of one category in it: how many are asked, and how many count at most."""

    minimum: Decimal | None = Field(default=None, ge=0, le=10**6)
    most: Decimal | None = Field(default=None, ge=0, le=10**6)


class HoursRules(Value):
    """What holds for every year that begins on or after a day, until other rules do.

    ``since`` is the first day of the first year, and its day and month those on which each year begins; categories
    are terms of the catalogue's scale for trainings; ``basis`` is the document, or ``assumed``.
    """

    since: date
    minimum: Decimal | None = Field(default=None, ge=0, le=10**6)
    most: Decimal | None = Field(default=None, ge=0, le=10**6)
    categories: dict[str, HoursOf] = Field(default_factory=dict)
    basis: str


class HoursRulesDecided(Fact):
    """The rules for training hours, whole, from this position on."""

    TYPE = "hours rules decided"
    rules: HoursRules
