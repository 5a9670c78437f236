"""Rungs and the steps between them; and what is evaluated as a step without being one: a removal, a release."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ladders.model.clauses import AClause, Basis
from ladders.model.windows import Length
from ladders.model.words import Part, Text


class Removal(Part):
    """When a rung is lost before its term ends: as soon as all its clauses are met by somebody who holds the rung."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    effect: Literal["revoke", "suspend", "demote"]
    to: str | None = None
    """The rung that is held instead; with ``demote``."""
    clauses: tuple[AClause, ...] = Field(min_length=1)


class Programme(Part):
    """What rungs are grouped in: a programme that cares for whoever is on them, and perhaps what it is to lead to."""

    title: Text
    aim: Text | None = None


class Rung(Part):
    """A rung.  ``end`` says aloud that no step leads on from it; ``removals`` are the ways to lose it.

    ``basis`` is where the rung itself comes from: a document may name an honour and say nothing of what it takes.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    programme: str | None = None
    """The programme that it belongs to."""
    end: bool = False
    basis: Basis | None = None
    removals: tuple[Removal, ...] = ()


class Step(Part):
    """An edge of the graph.  Without ``from`` it is the way in.

    ``way`` tells apart several steps between the same rungs.  ``trigger`` says what begins it: an application, the
    district of itself (``right``), a duty to apply from which ``excuse`` frees, the end of a term, the year's check.
    """

    from_: str | None = Field(default=None, alias="from")
    to: str
    way: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]*$")
    kind: Literal["promotion", "renewal", "lateral"] = "promotion"
    trigger: Literal["application", "right", "duty", "end of term", "yearly"] = "application"
    excuse: tuple[AClause, ...] = ()
    clauses: tuple[AClause, ...] = Field(min_length=1)
    route: str | None = None
    term: Length | None = None

    @property
    def id(self) -> str:
        """``from→to``, with ``→to`` for the way in, and ``:way`` behind it where there are several."""
        return f"{self.from_ or ''}→{self.to}" + (f":{self.way}" if self.way else "")


class RemovalStep(Step):
    """A removal as a step from its rung to its rung, so that it is evaluated as every step is; no file holds one."""

    removal: str

    @property
    def id(self) -> str:
        """``rung×removal``."""
        return f"{self.to}×{self.removal}"


class EntitlementStep(Step):
    """What releases an entitlement as a step from its rung to its rung; no file holds one.

    Without a rung of its own (``to`` is empty then) it is examined for everybody.  Without clauses it is met by
    whoever holds the rung.
    """

    clauses: tuple[AClause, ...] = ()
    entitlement: str

    @property
    def id(self) -> str:
        """``rung+entitlement``."""
        return f"{self.to}+{self.entitlement}"
