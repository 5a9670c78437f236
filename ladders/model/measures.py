"""Where the rows of a measure come from, and measures that are made of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ladders.model.lines import Line
from ladders.model.windows import ADay
from ladders.model.words import Accepted, Factor, Part

Relation = Literal["members", "groups", "mentees", "mentors", "teachers", "unit", "studios", "units"]
RELATIONS: tuple[Relation, ...] = ("members", "groups", "mentees", "mentors", "teachers", "unit", "studios", "units")
"""From a group to its members and back, from a mentor to the mentees and back, from a unit to who works there and back,
from a unit to its studios, from a unit to the units directly below it."""


TIES: Mapping[str, tuple[str, bool]] = {
    "members": ("member", True),
    "groups": ("member", False),
    "mentees": ("mentee", True),
    "mentors": ("mentee", False),
    "teachers": ("employment", False),
    "unit": ("employment", True),
    "studios": ("studios", True),
    "units": ("units", True),
}
"""By relation the kind whose rows make it, and whether it leads from a row's subject to its ``member``, or back."""


def _chain(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


Chain = Annotated[
    tuple[Relation, ...],
    Field(min_length=1),
    BeforeValidator(_chain, json_schema_input_type=Relation | Annotated[list[Relation], Field(min_length=1)]),
]
"""A relation, or several one after the other: ``[studios, members]`` are the members of the studios."""

Kinds = Annotated[
    tuple[str, ...],
    Field(min_length=1),
    BeforeValidator(_chain, json_schema_input_type=str | Annotated[list[str], Field(min_length=1)]),
]
"""A kind of evidence, or several whose rows count together."""


class Measure(Part):
    """Rows of one kind or several, and the lines that make a number of them.

    With ``through``, the rows of a group's members (or a mentor's mentees, …) count for the group (the mentor): those
    whose day lies inside the membership, once per group however often the member joined it.  ``across: primary``: of
    the groups that have a row only the one joined first has it.  ``on`` is the day that takes the place of as-of.
    """

    evidence: Kinds
    through: Chain | None = None
    roles: tuple[str, ...] | None = Field(default=None, min_length=1)
    across: Literal["all", "primary"] = "all"
    on: ADay | None = Field(default=None, alias="as of")
    unit: str | None = None
    then: tuple[Line, ...] = Field(min_length=1)


class Addend(Part):
    """A measure in a total, multiplied."""

    measure: str
    times: Factor


def _addend(value: Any) -> Any:
    return {"measure": value, "times": 1} if isinstance(value, str) else value


AnAddend = Annotated[Addend, BeforeValidator(_addend, json_schema_input_type=str | Addend)]


class Total(Part):
    """The sum of other measures, by name; then lines that may stand after a verb."""

    total: tuple[AnAddend, ...] = Field(min_length=1)
    unit: str | None = None
    then: tuple[Line, ...] = ()


class Extreme(Part):
    """The highest, or the lowest, of other measures, by name; those that have nothing to go on are left out."""

    highest_of: tuple[AnAddend, ...] | None = Field(default=None, alias="highest of", min_length=1)
    lowest_of: tuple[AnAddend, ...] | None = Field(default=None, alias="lowest of", min_length=1)
    unit: str | None = None
    then: tuple[Line, ...] = ()

    @property
    def parts(self) -> tuple[Addend, ...]:
        """The measures that are compared."""
        return self.highest_of or self.lowest_of or ()


class YearsSince(Part):
    """Completed years from a day of the subject's (service, birth, the current rung, …) to the as-of day."""

    years_since: str = Field(alias="years since")


class Move(Part):
    """The entry of a rung table for the step's target less that for its source."""

    move: str


def _measure_tag(value: Any) -> str:
    if isinstance(value, Part):
        return f"<{type(value).__name__.lower()}>"
    if isinstance(value, dict) and ("highest of" in value or "lowest of" in value):
        return "<extreme>"
    return "<total>" if isinstance(value, dict) and "total" in value else "<measure>"


AMeasure = Annotated[
    Annotated[Measure, Tag("<measure>")] | Annotated[Total, Tag("<total>")] | Annotated[Extreme, Tag("<extreme>")],
    Discriminator(_measure_tag),
]


# ------------------------------------------------------------------------------------------ what is so of a subject


class NamedDate(Part):
    """A day of the subject's: that of the first or the latest of some rows."""

    evidence: str
    only: dict[str, Accepted] = Field(default_factory=dict)
    take: Literal["first", "latest"]


class Attribute(Part):
    """What is so of the subject on the as-of day, as a term.

    Exactly one of: ``evidence`` with ``highest`` or ``latest`` (an attribute of the rows in force), ``application``
    (what was stated), ``setting`` (what the district has set).
    """

    evidence: str | None = None
    only: dict[str, Accepted] = Field(default_factory=dict)
    highest: str | None = None
    latest: str | None = None
    application: str | None = None
    setting: str | None = None
