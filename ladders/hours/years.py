"""The years of training hours: which rules hold for one, and its first and last day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from events.facts import HoursRules

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """A year of training hours; ``rules`` are none where nobody decided any: then it is a calendar year."""

    first: date
    last: date
    rules: HoursRules | None = None

    @property
    def name(self) -> str:
        """``2026``, or ``2025-2026`` for a year that ends in the next one."""
        if self.first.year == self.last.year:
            return str(self.first.year)
        return f"{self.first.year}-{self.last.year}"


def holding(decided: Sequence[HoursRules], day: date) -> Year:
    """The year in which a day lies, by the rules in the order in which they were decided."""
    return next(one for one in _around(decided, day.year) if one.first <= day <= one.last)


def called(decided: Sequence[HoursRules], name: str) -> Year | None:
    """The year of a name, or the one that begins in the calendar year of that number; none for anything else."""
    first, _, last = name.strip().replace("–", "-").partition("-")
    if not (first.isascii() and first.isdigit() and len(first) == 4 and 1900 < int(first) < 2200):
        return None
    around = list(_around(decided, int(first)))
    named = [one for one in around if one.name == f"{first}-{last}".rstrip("-")]
    return next(iter(named or [one for one in around if not last and one.first.year == int(first)]), None)


def near(decided: Sequence[HoursRules], name: str, day: date) -> list[Year]:
    """The years that somebody may have meant by a name that is none: those of its calendar year, else that of a day."""
    begins = name.strip()[:4]
    if not (begins.isascii() and begins.isdigit() and 1900 < int(begins) < 2200):
        return [holding(decided, day)]
    return [one for one in _around(decided, int(begins)) if int(begins) in (one.first.year, one.last.year)]


def _around(decided: Sequence[HoursRules], year: int) -> Iterator[Year]:
    """The years near a calendar year.  Of rules for one day those hold that were decided last.

    A year ends early where other rules begin.
    """
    rules = sorted({one.since: one for one in decided}.values(), key=lambda one: one.since)
    spans: list[tuple[HoursRules | None, date]] = [(None, date(1, 1, 1)), *((one, one.since) for one in rules)]
    for place, (one, since) in enumerate(spans):
        ends = spans[place + 1][1] - _DAY if place + 1 < len(spans) else date.max
        for number in range(year - 1, year + 2):
            first = since.replace(year=number)
            if since <= first <= ends:
                yield Year(first, min(ends, since.replace(year=number + 1) - _DAY), one)
