"""Objections to a posted case: raised, heard, decided."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from events.facts.base import Fact, Owner


class ObjectionRaised(Fact):
    """Somebody objected (异议) to a posted case, which is frozen until the objection is decided.

    ``by`` is the objector's id where they are a person of the district and gave their name; the objector's name and
    contact, where given, are theirs (``about`` is the case's subject's).  ``until`` is the day by which it is to be
    decided.
    """

    TYPE = "objection raised"
    cycle: str
    subject: str
    objection: str
    by: str | None = None
    anonymous: bool
    about: Annotated[str, Owner("subject")]
    until: date


class ObjectionHeard(Fact):
    """A hearing was held on an objection."""

    TYPE = "objection heard"
    cycle: str
    subject: str
    objection: str
    minutes: Annotated[str, Owner("subject")]


class ObjectionDecided(Fact):
    """An objection was decided, and what follows for the case.

    dismissed → ``resume``.  upheld → ``reassess`` (a new verdict on what is known here; the stages stand),
    ``return`` (a new verdict, and ballots anew from the stage after ``after``), or ``decline``.
    """

    TYPE = "objection decided"
    cycle: str
    subject: str
    objection: str
    outcome: Literal["dismissed", "upheld"]
    then: Literal["resume", "reassess", "return", "decline"]
    after: str | None = None
    """With ``return``: the last stage whose decision stands; none if all are decided anew."""
    reason: Annotated[str, Owner("subject")]

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"objection/{stream}/{self.objection}",)
