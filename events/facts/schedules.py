"""Schedules: review cycles that open by themselves."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from events.facts.base import Fact

Every = Literal["year", "half-year", "month", "school year"]


class CycleScheduled(Fact):
    """Cycles open by themselves from ``first`` on, one every so often; the last day of submission is the as-of day.

    ``missed`` says what happens where nothing ran on a day: the newest missed run is made up for ``once``, or all
    missed runs are left out (``skip``).
    """

    TYPE = "cycle scheduled"
    ladder: str
    to: str
    scope: str | None = None
    every: Every
    first: date
    submission_days: int = Field(ge=1)
    missed: Literal["once", "skip"]

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"schedule/{stream}",)


class RunOpened(Fact):
    """A scheduled run opened its cycle; ``due`` is the day on which it was to."""

    TYPE = "scheduled run opened"
    due: date
    period: str
    cycle: str

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"run/{stream}/{self.due}",)


class RunLeftOut(Fact):
    """A scheduled run was left out: missed, or the period had its cycle already."""

    TYPE = "scheduled run left out"
    due: date
    period: str
    reason: Literal["missed", "there already"]

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"run/{stream}/{self.due}",)


class ScheduleEnded(Fact):
    """No more cycles open by this schedule."""

    TYPE = "schedule ended"
