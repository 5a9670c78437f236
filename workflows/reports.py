"""Reports of one training: what it counts as, when several platforms tell of it.

All that is reported of a training, under the number that it has everywhere or because the office found two records to
be of the same, is one group.  A group counts once, whatever the order in which its reports came:

- it is *recognised* while any report that stands is, unless the office refused it;
- its *words* (hours, days, category, level) are those of the report that was corrected last, or that the office found
  right; without one, of the report with the fewest hours (then the earliest days): never more than each of them says;
- what that report is silent on, a category or a level, the others say.

A report stands until it is voided; when none does, the training does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

SCALE = 6
"""Decimal places at which hours of different scales are compared."""
HOURS, DAYS = "hours", "days"


@dataclass
class Report:
    """What one report says of a training, and what became of it.  Days are ordinals; hours are ``value`` and scale."""

    position: int
    training: int
    """The position under which the training counts: of one of its reports."""
    first: int
    last: int
    amount: int
    scale: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    recognised: bool = False
    failed: bool = False
    """Whether it says itself that the training was not passed."""
    refused: int = 0
    """The position at which the office refused the training; 0 while it did not, or recognised it after that."""
    corrected: int = 0
    """The position at which it was corrected last, or found right; 0 while it was not."""
    voided: int | None = None

    @property
    def hours(self) -> int:
        """The hours at the scale of comparison."""
        return self.amount * int(10 ** (SCALE - self.scale))


class Counted(NamedTuple):
    """What a training counts as."""

    first: int
    last: int
    amount: int
    scale: int
    attributes: Mapping[str, str]
    recognised: bool


def standing(reports: Iterable[Report]) -> list[Report]:
    """The reports that stand, the one whose words hold first."""
    stand = [one for one in reports if one.voided is None]
    return sorted(stand, key=lambda one: (-one.corrected, one.hours, one.first, one.last, *_said(one)))


def _said(one: Report) -> tuple[str, ...]:
    return tuple(f"{name}={term}" for name, term in sorted(one.attributes.items()))


def counted(reports: Iterable[Report]) -> Counted | None:
    """What the training of these reports counts as; None when no report stands."""
    every = list(reports)
    stand = standing(every)
    if not stand:
        return None
    attributes: dict[str, str] = {}
    for one in reversed(stand):
        attributes.update(one.attributes)
    holds = stand[0]
    recognised = any(one.recognised for one in stand) and not any(one.refused for one in every)
    return Counted(holds.first, holds.last, holds.amount, holds.scale, attributes, recognised)


def disagree(reports: Iterable[Report]) -> tuple[str, ...]:
    """In what the reports that stand disagree: hours, days, or an attribute; nothing once that is settled.

    A correction, or the finding of the office which report is right, settles it for the reports that were there.
    """
    stand = standing(reports)
    if len(stand) < 2:
        return ()
    holds, *others = stand
    later = [one for one in others if one.position > holds.corrected]
    found = []
    if any(one.hours != holds.hours for one in later):
        found.append(HOURS)
    if any((one.first, one.last) != (holds.first, holds.last) for one in later):
        found.append(DAYS)
    said: dict[str, set[str]] = {}
    for one in (holds, *later):
        for name, term in one.attributes.items():
            said.setdefault(name, set()).add(term)
    return (*found, *(name for name, terms in sorted(said.items()) if len(terms) > 1))
