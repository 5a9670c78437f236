"""Rules on joining: what a ladder says of whoever joins a team, beside what it asks of those who climb."""

from __future__ import annotations

from pydantic import Field

from ladders.model.clauses import Basis
from ladders.model.words import Part


class Joining(Part):
    """A rule on joining a team: a studio, a project or an alliance.

    It holds on every day on which the ladder's version is in force, for all teams that a person is in on that day.
    Whoever joins beyond it needs a reason and the document that allows it, both recorded.
    """

    teams_at_most: int = Field(alias="teams at most", ge=1)
    basis: Basis
