"""Units, people and studios, and how they belong together."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from events.facts.base import Fact, FromRow, Owner, Personal


class UnitEstablished(FromRow):
    """A unit of the organisation: centre, station, central school, education group, school; or what persons or units
    join: a research group (教研组) of a school, a project, an alliance of schools."""

    TYPE = "unit established"
    code: str
    kind: Literal["centre", "station", "central school", "group", "school", "research group", "project", "alliance"]
    name: str
    part_of: str | None = None
    locality: Literal["urban", "rural"] | None = None
    phase: Literal["kindergarten", "primary", "junior", "senior", "nine-year"] | None = None


class PersonHired(FromRow):
    """A person entered the district's service in a unit.

    Service may have begun before that day: on ``service_began``, or, where only the month is known, on a day from it
    to ``service_began_by``.
    """

    TYPE = "person hired"
    staff_number: Personal
    name: Personal
    unit: str
    service_began: date
    service_began_by: date | None = None
    born: date | None = None
    subject_taught: str | None = None


class PersonMoved(FromRow):
    """A person moved to another unit."""

    TYPE = "person moved"
    unit: str


class PersonLeft(FromRow):
    """A person left the district's service; the day is the last one in it."""

    TYPE = "person left"


class PersonErased(Fact):
    """The key of the stream's person was destroyed: what it sealed is read by nobody any more; the rest stays.

    The law or rule that asked for the record to be kept until ``kept_until`` is ``rule`` (a document; null where that
    term is only assumed).  Erased before that day, the envelope's authority is the document that demands it.  The
    reason outlives the person's key: it is sealed under the key of ``kept_by``, the district's own.
    """

    TYPE = "person erased"
    reason: Annotated[str, Owner("kept_by")]
    kept_by: str = "district"
    kept_until: date
    rule: str | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"erased/{stream}",)


class StandingTakenOver(FromRow):
    """A title held before us: taken over with its document, not granted."""

    TYPE = "standing taken over"
    ladder: str
    rung: str
    title: Personal
    until: date | None = None


class StudioFounded(FromRow):
    """A studio began.  It is named after its host, so its name is the host's."""

    TYPE = "studio founded"
    code: str
    kind: Literal["teacher", "principal", "head-teacher"]
    name: Annotated[str, Owner("host")]
    host: str
    unit: str


class MemberJoined(FromRow):
    """The stream's person joined a group: a studio, a research group, a project or an alliance; or its unit joined one
    of the latter two.

    ``exception`` says why a person is in more teams than the rules in force allow; the envelope's authority is then
    the document that allows it.
    """

    TYPE = "member joined"
    group: str
    role: Literal["host", "core", "member"]
    exception: Personal | None = None


class MemberLeft(FromRow):
    """The stream's person, or unit, left a group; the day is the last one in it."""

    TYPE = "member left"
    group: str


class MentorPaired(FromRow):
    """The stream's person is mentored by another."""

    TYPE = "mentor paired"
    mentor: str


class MentorParted(FromRow):
    """The stream's person is no longer mentored by that other; the day is the last one of it."""

    TYPE = "mentor parted"
    mentor: str
