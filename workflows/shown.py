"""Subjects, units and standings, as deciders are shown them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from events.envelope import Recorded
from ladders.model.lists import AnyUnit
from ladders.model.words import Text


@dataclass(frozen=True)
class StandingHeld:
    """A standing: the event that gave it, what it is, its days, and by which event it ended before its term."""

    position: int
    ladder: str
    rung: str
    first: date
    term_until: date | None
    """The last day of its term, as it was given."""
    state: Literal["held", "succeeded", "suspended", "revoked", "demoted", "lapsed"]
    ended: int | None = None
    """The position of the event that suspended, revoked or demoted it; a demotion is what gave the standing of that
    position as well."""
    until: date | None = None
    """The last day on which it is held, by what is known."""


@dataclass(frozen=True)
class Ended:
    """That the newest act on a standing, at a position, suspended it, revoked or demoted it; or its term ran out."""

    state: Literal["suspended", "revoked", "lapsed"]
    at: int
    lapsed_at: int | None = None
    """Where it lapsed while it was suspended."""


@dataclass(frozen=True)
class Nominees:
    """Who was nominated in a cycle and did not withdraw, those outside the count left out: how many by their own unit.

    ``teachers`` are those employed today, by their own unit; nobody where the rule does not ask for them.
    """

    by_unit: dict[str | None, int]
    teachers: Mapping[str | None, int]


@dataclass(frozen=True)
class Made:
    """What is known of those on a list, for what it must be made of.

    ``attributes`` are by subject, and by name of the ladder's attributes, their term, None where they have none; an
    unknown one is left out.  ``scales`` are the ordered terms of attributes, the lowest first.  ``listed`` are those on
    it, with their own unit: everybody who sits on a panel, or was nominated and takes a place.
    """

    attributes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """What asks for a person's record to be kept: their own, and what is of the studios that they host."""

    cases: tuple[str, ...] = ()
    """Applications that are not decided."""
    cycles: tuple[str, ...] = ()
    """The titles of cycles that are not finished and in which they take part, otherwise than as a candidate."""
    standings: tuple[tuple[str, str, date | None], ...] = ()
    """(ladder, rung, last day) of the standings in force."""
    decided: date | None = None
    """The newest day of a decision in which they had a part, or on which a standing of theirs ended."""
    taken_back: bool = False
    """Whether it was taken back that there is such a person: they were recorded by mistake."""


@dataclass(frozen=True)
class Subject:
    """A subject as the deciders see it."""

    id: str
    kind: Literal["person", "studio", "unit"]
    since: date
    until: date | None = None
    within: tuple[str, ...] = ()
    """The units that it is in, from its own outwards."""


@dataclass(frozen=True)
class Unit:
    """A unit: its kind, and the one that it is part of."""

    kind: AnyUnit
    part_of: str | None


def unit_above(units: Mapping[str, Unit], unit: str | None, kind: AnyUnit | None) -> str | None:
    """The unit of a kind that a unit is or belongs to; None where there is none, or no kind is asked for.

    It says whose panel judges a candidate (``stage.panel_per``) and in which group they compete (``places.per``);
    those of no such unit have the panel and the group of None.
    """
    seen = set[str]()
    while kind is not None and unit is not None and unit in units and unit not in seen:
        if units[unit].kind == kind:
            return unit
        seen.add(unit)
        unit = units[unit].part_of
    return None


class Team(NamedTuple):
    """A group that has members: what it is (``studio``, or the kind of a unit), and the code that people know it by."""

    sort: str
    code: str


class Joined(NamedTuple):
    """A membership: of which group, the first and the last of the days on which it may have begun, and its last day."""

    group: str
    first: date
    begins: date
    until: date = date.max


class JoiningRule(NamedTuple):
    """What a version of a ladder says of joining: in how many teams one may be (None: nothing), by which document."""

    ladder: str
    title: Text
    first: date
    position: int
    most: int | None
    document: tuple[Text, str] | None


@dataclass(frozen=True)
class Teams:
    """Whoever joins or leaves: by subject every membership, ``groups`` by id; and the rules on joining."""

    groups: dict[str, Team] = field(default_factory=dict)
    joined: dict[str, tuple[Joined, ...]] = field(default_factory=dict)
    rules: tuple[JoiningRule, ...] = ()


@dataclass(frozen=True)
class Target:
    """Evidence that a correction names: its event, whether it was voided since, and a training's refusal, or 0.

    ``right``: where a report of a training was corrected last, or found right; 0 where it was not, or is the only one.
    ``training``: under which position it counts with all others that are of the same training, 0 for a record alone;
    ``held``: where the newest of them was found right, or 0.
    """

    event: Recorded
    voided: bool
    refused: int = 0
    right: int = 0
    training: int = 0
    held: int = 0
