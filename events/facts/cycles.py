"""Ladders as published, and review cycles."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from events.facts.base import Fact, Personal, Value


class LadderPublished(Fact):
    """A version of a ladder: the exact bytes of its file (base64), named by their SHA-256."""

    TYPE = "ladder published"
    ladder: str
    sha256: str
    file: str
    in_force_from: date
    in_force_until: date | None = None
    """The last day on which it is in force; left out where it has none."""
    assumed_confirmed: Literal[True] | None = None
    """That whoever published it confirmed that most of its clauses have no document; left out where nobody had to."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"ladder/{self.ladder}/{self.sha256}",)


class LadderRetired(Fact):
    """A version of a ladder has a last day on which it is in force, or another one than was said before."""

    TYPE = "ladder retired"
    ladder: str
    sha256: str
    last: date


class CycleOpened(Fact):
    """A review cycle began: one per ladder, target rung, period and scope."""

    TYPE = "cycle opened"
    ladder: str
    to: str
    version: str
    """The SHA-256 of the ladder file that the cycle runs under."""
    period: str
    scope: str | None = None
    """The unit whose people may be nominated (with all units below it); none for the whole district."""
    title: str
    as_of: date
    deadline: date
    """The last day of submission."""
    settings: int
    catalogue: int
    """The positions of the settings and the evidence catalogue that its verdicts pin."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"cycle/{self.ladder}/{self.to}/{self.period}/{self.scope or ''}",)


class CycleRebased(Fact):
    """The cycle goes on under another version of its ladder; what was decided stands, verdicts are made again."""

    TYPE = "cycle rebased"
    version: str
    """The SHA-256 of the ladder file that it runs under from here on."""
    was: str
    reason: Personal


class Seat(Value):
    """A seat of a panel, the role that it has, and who sits in it."""

    seat: int = Field(ge=1)
    person: str
    role: str | None = None


class Drawn(Value):
    """Whom a lot was drawn from for a role's seats: in the order of SHA-256 over ``lot/role/person``."""

    role: str
    pool: tuple[str, ...]
    lot: str


class PanelSeated(Fact):
    """The panel of a stage was seated, whole; ``drawn`` is what lots said of it, in the order of the roles."""

    TYPE = "panel seated"
    stage: str
    unit: str | None = None
    """Whose cases it judges, where every school (or area) has a panel of its own."""
    seats: tuple[Seat, ...]
    drawn: tuple[Drawn, ...] | None = None


class ListLacking(Value):
    """What a list was to be made of, and is not: surely ``low``, perhaps ``high`` of ``of`` are of the sort.

    ``unit`` is the one whose list, or whose part of it, this is.
    """

    composition: str
    outcome: Literal["not met", "unknown"]
    low: int
    high: int
    of: int
    unit: str | None = None


class SubmissionClosed(Fact):
    """Nominations ended; evidence known after ``known_at`` does not count in this cycle."""

    TYPE = "submission closed"
    known_at: int
    by: Literal["command", "deadline"]
    lacking: tuple[ListLacking, ...] | None = None
    """What the list lacks; it was let be by the document that the event names as its authority."""


class StageOpened(Fact):
    """A stage of the route began; its ballots are taken on these days, both inside."""

    TYPE = "stage opened"
    stage: str
    first: date
    last: date
    counted_from: date | None = None
    """The first day on which the ballots are counted though some are missing: the days of grace for paper ballots
    lie between; the day after ``last`` where it is left out."""


class GroupPlaces(Value):
    """The places of a group: how many candidates, how many places, how many taken (ties may take more)."""

    unit: str | None = None
    candidates: int
    places: int
    taken: int
    rung: str | None = None
    """Whose places they are, where the ladder places on the highest rung that is met."""
    again: int | None = None
    """How many of the candidates got no place on a higher rung."""


class PlacesFilled(Fact):
    """The places were given to the best of those approved; ``list_sha256`` is over the lines ``rank case``.

    ``lot`` is what broke ties where the ladder says that lots are drawn.
    """

    TYPE = "places filled"
    groups: tuple[GroupPlaces, ...]
    outside: int
    list_sha256: str
    lot: str | None = None


class GradeGiven(Value):
    """How many of a group got a grade."""

    grade: str
    cases: int


class GroupGrades(Value):
    """The grades of a group, the best first, and how many cases were graded in it."""

    unit: str | None = None
    cases: int
    grades: tuple[GradeGiven, ...]


class GradesGiven(Fact):
    """Those whom every stage approved were graded; ``list_sha256`` is over the lines ``rank grade case``.

    ``lot`` is what broke ties where the ladder says that lots are drawn.
    """

    TYPE = "grades given"
    groups: tuple[GroupGrades, ...]
    list_sha256: str
    lot: str | None = None


class NoticePosted(Fact):
    """The public notice of those approved: so many cases, a list of that hash, the window in working days."""

    TYPE = "notice posted"
    cases: int
    list_sha256: str
    first: date
    last: date


class ResultsSigned(Fact):
    """What comes of a notice was signed (签发): whoever it names may be granted from here on."""

    TYPE = "results signed"
    notice: int
    """The position of the notice."""
    person: str
    """Who signed."""

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"signed/{stream}/{self.notice}",)


class CycleFinished(Fact):
    """Every case of the cycle is decided: so many granted, so many declined."""

    TYPE = "cycle finished"
    granted: int
    declined: int
    withdrawn: int | None = None
