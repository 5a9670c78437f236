"""Imports undone: what a file recorded by mistake is taken back, event by event."""

from __future__ import annotations

from events.facts.base import Fact, Personal


class TakenBack(Fact):
    """What the event at that position told, in the same stream, is told no more from here on, as if it had never been.

    The event was recorded by the import ``undoes``.  Its business keys are free again: the same row may come anew.
    Of whom or what it began, nothing else may be told.
    """

    TYPE = "taken back"
    target: int
    undoes: str
    reason: Personal | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"taken back/{self.target}",)
