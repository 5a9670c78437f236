"""What a measure came to in one reading, before what stands after its verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ladders.evidence.columns import Bools, Index, Ints
from ladders.evidence.view import Source
from ladders.measuring.work import Work

Used = Callable[[], list[tuple[Source, Index]]]
"""Gives rows that counted, as numbers in their source."""


def nothing_used() -> list[tuple[Source, Index]]:
    """No rows."""
    return []


@dataclass(frozen=True)
class Number:
    """What a measure came to in one reading, at every place: ``value / over``; nothing where ``empty``."""

    value: Ints
    over: Ints | int
    unit: int
    """What 1 is at the scale of the amounts; ``over`` differs from it for a mean."""
    empty: Bools | None
    missing: Bools | None
    """Where something that is asked of the subject is not known."""
    blurred: Bools | None
    """Where an unsure row decided which row speaks."""
    open: Bools | None
    """Where more may come."""
    counted: Used

    @staticmethod
    def of(value: Ints, over: Ints | int, unit: int, empty: Bools | None, work: Work, counted: Used) -> Number:
        """The number that a verb made of rows; these are forgotten unless the view traces what counted."""
        traced = counted if work.view.tracing else nothing_used
        return Number(value, over, unit, empty, work.missing, work.blurred, work.open, traced)
