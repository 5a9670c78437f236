"""Yearly accounts of training hours: by category, what is recognised, what counts under the caps, what is missing.

Hours are integers at the scale of the catalogue's trainings.  A training belongs to the year in which its last day
lies.  In every category at most its cap counts, and of what then counts at most the cap of the whole; a minimum is
asked of what counts.  ``account`` says so training by training, ``accounts`` for everybody at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from events.facts import Amount, HoursRules
from ladders.evidence.columns import Columns

Ints = npt.NDArray[np.int64]
UNCATEGORISED = ""
"""The category of a training that states none."""


class Bounds(NamedTuple):
    """At least and at most so many hours; None for no bound."""

    minimum: int | None = None
    most: int | None = None

    def of(self, hours: int) -> int:
        """What counts of so many hours."""
        return hours if self.most is None else min(hours, self.most)

    def missing(self, counted: int) -> int:
        """How many hours are missing."""
        return max(0, (self.minimum or 0) - counted)


NO_BOUNDS = Bounds()


@dataclass(frozen=True)
class Asked:
    """What a year asks, at a scale."""

    total: Bounds = NO_BOUNDS
    categories: Mapping[str, Bounds] | None = None

    def of(self, category: str) -> Bounds:
        """The bounds of a category."""
        return (self.categories or {}).get(category, NO_BOUNDS)


def asked(rules: HoursRules | None, scale: int) -> Asked:
    """What rules ask, at a scale; ValueError for a number that has more decimal places."""
    if rules is None:
        return Asked()

    def scaled(number: object) -> int | None:
        return None if number is None else Amount.of(number, "hour").at(scale)  # type: ignore[arg-type]

    categories = {name: Bounds(scaled(one.minimum), scaled(one.most)) for name, one in rules.categories.items()}
    return Asked(Bounds(scaled(rules.minimum), scaled(rules.most)), categories)


# ------------------------------------------------------------------------------------------------------ one person


class Entry(NamedTuple):
    """A recognised training of the year, in the order of its last day."""

    recorded: int
    first: date
    last: date
    category: str
    hours: int


class Line(NamedTuple):
    """A training with what counts of it, and which cap takes the rest: the category's, the year's, or none."""

    entry: Entry
    counted: int
    cap: str | None = None


def account(entries: Iterable[Entry], asked: Asked) -> list[Line]:
    """What counts of each training: the earlier ones fill the caps first."""
    by_category: dict[str, int] = {}
    total, lines = 0, []
    for one in sorted(entries, key=lambda one: (one.last, one.first, one.recorded)):
        before = by_category.get(one.category, 0)
        by_category[one.category] = before + one.hours
        fits = asked.of(one.category).of(before + one.hours) - asked.of(one.category).of(before)
        counts = asked.total.of(total + fits) - asked.total.of(total)
        total += fits
        cap = "category" if fits < one.hours else "year" if counts < fits else None
        lines.append(Line(one, counts, cap))
    return lines


# ------------------------------------------------------------------------------------------------------- everybody


@dataclass(frozen=True)
class Accounts:
    """Hours by category and subject number: arrays of shape (categories, subjects), and totals by subject."""

    categories: tuple[str, ...]
    recognised: Ints
    counted: Ints
    """What counts in a category, under its cap."""
    total: Ints
    """What counts of all, under every cap."""
    missing: Ints
    """How many hours are missing at least: to the year's minimum, or to those of the categories together."""

    def of(self, subject: int) -> dict[str, int]:
        """The recognised hours of a subject, by category."""
        return {name: int(self.recognised[place, subject]) for place, name in enumerate(self.categories)}


def accounts(
    columns: Columns, asked: Asked, first: date, last: date, known_at: int, categories: Sequence[str]
) -> Accounts:
    """Everybody's account of the days from first to last, as known at a position.

    ``categories`` are the terms in the order in which they are shown; others are taken as they come, and what states
    no category is the last.
    """
    rows = columns.rows("training")
    terms = columns.terms.get("category", ())
    there = (rows.last >= first.toordinal()) & (rows.last <= last.toordinal())
    there &= (rows.known <= known_at) & (rows.voided > known_at)
    chosen = np.flatnonzero(there)
    codes = rows.attributes["category"][chosen] if "category" in rows.attributes else np.full(len(chosen), -1, np.int32)
    met = {terms[code] for code in np.unique(codes).tolist() if code >= 0}
    named = (*categories, *sorted(met - {*categories}), UNCATEGORISED)
    place_of = np.array([named.index(term) if term in named else 0 for term in terms] + [len(named) - 1], np.int64)
    hours = np.zeros((len(named), columns.subjects), np.int64)
    np.add.at(hours.reshape(-1), place_of[codes] * columns.subjects + rows.subject[chosen], rows.amount[chosen])
    counted, missing = hours.copy(), np.zeros(columns.subjects, np.int64)
    for place, name in enumerate(named):
        bounds = asked.of(name)
        if bounds.most is not None:
            np.minimum(counted[place], bounds.most, out=counted[place])
        if bounds.minimum is not None:
            missing += np.maximum(bounds.minimum - counted[place], 0)
    total = counted.sum(axis=0)
    if asked.total.most is not None:
        np.minimum(total, asked.total.most, out=total)
    if asked.total.minimum is not None:
        np.maximum(missing, asked.total.minimum - total, out=missing)
    return Accounts(named, hours, counted, total, missing)


def missing(lines: Sequence[Line], asked: Asked) -> int:
    """How many hours one person lacks at least, of the account of their year."""
    hours: dict[str, int] = {}
    for line in lines:
        hours[line.entry.category] = hours.get(line.entry.category, 0) + line.entry.hours
    short = sum(one.missing(one.of(hours.get(name, 0))) for name, one in (asked.categories or {}).items())
    return max(short, asked.total.missing(sum(line.counted for line in lines)))
