"""Dispensations: one clause lowered or waived, for one subject and a time."""

from __future__ import annotations

from datetime import date

from events.facts.base import Amount, Fact, Personal


class DispensationGranted(Fact):
    """A clause of a ladder was lowered for the stream's subject, or waived, from the event's day on.

    ``at_least`` stands in place of the number that the clause asks for; null waives the clause.  ``until`` is the last
    day; null is for good.  The document that allows it is the event's authority.
    """

    TYPE = "dispensation granted"
    ladder: str
    clause: str
    at_least: Amount | None = None
    until: date | None = None
    reason: Personal


class DispensationEnded(Fact):
    """The dispensation at that position ended early: the event's day is the first one without it."""

    TYPE = "dispensation ended"
    dispensation: int
    reason: Personal

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"dispensation ended/{self.dispensation}",)
