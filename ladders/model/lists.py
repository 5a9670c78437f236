"""What a ladder file says of lists: who is on a panel, who may be nominated, how places and grades are shared out.

The values only; what they come to is in ``ladders.reference.choosing``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ladders.model.clauses import Basis, HowMany
from ladders.model.words import Accepted, Part, Text
from ladders.problems import mistake, said

UnitKind = Literal["centre", "station", "central school", "group", "school"]
AnyUnit = Literal[UnitKind, "research group", "project", "alliance"]
"""Those that panels and places may be for, and those that people join."""
Rounding = Literal["down", "up", "half up"]

MEMBERS_OWN = ("role", "unit kind")
"""What is known of whoever is on a list without the ladder's attributes: the role of a panel's seat, and the kind of
the unit in which they work."""


def rounded(number: Fraction, rounding: Rounding | None) -> int:
    """A number of people as a whole one; ``down`` where nothing is said."""
    match rounding:
        case "up":
            return number.__ceil__()
        case "half up":
            return (number + Fraction(1, 2)).__floor__()
    return number.__floor__()


class Composition(Part):
    """How many of a list there must be, or may be, of a sort: 结构要求.

    ``only`` says which members are counted, by the ladder's attributes (or ``role``, ``unit kind``); without it all
    are.  A share is of the whole list and is compared exactly, never rounded.  With ``per`` it is held against each
    unit of that kind by itself: how many of the list are from any one of them.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    only: dict[str, Accepted] = Field(default_factory=dict)
    per: UnitKind | None = None
    at_least: HowMany | None = Field(default=None, alias="at least")
    at_most: HowMany | None = Field(default=None, alias="at most")
    basis: Basis

    @property
    def limits(self) -> tuple[tuple[Literal["at least", "at most"], int | Fraction], ...]:
        """What the number is held against, ``all`` as the whole."""
        pairs: tuple[tuple[Literal["at least", "at most"], int | Fraction | str | None], ...] = (
            ("at least", self.at_least),
            ("at most", self.at_most),
        )
        return tuple((key, Fraction(1) if isinstance(one, str) else one) for key, one in pairs if one is not None)


# ------------------------------------------------------------------------------------------------------ nomination


class Multiple(Part):
    """So much of the teachers of a unit, or of its places."""

    times: Fraction
    of: Literal["teachers", "places"]

    def __str__(self) -> str:
        return f"{self.times} of {self.of}"


_MULTIPLE = r"([1-9]\d{0,3})(?:/([1-9]\d{0,3}))? of (teachers|places)"


def _whole(value: Any) -> int | None:
    """A whole number that is not negative, or None."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0 and value == int(value):
        return int(value)
    return None


def _limit(value: Any) -> Any:
    if isinstance(value, Multiple):
        return value
    if (whole := _whole(value)) is not None:
        return whole
    found = re.fullmatch(_MULTIPLE, " ".join(value.split())) if isinstance(value, str) else None
    times = Fraction(int(found[1]), int(found[2] or 1)) if found else Fraction(0)
    if not found or (found[3] == "teachers" and times > 1):
        raise mistake(
            f"“{said(value)}”不是推荐限额",
            f'"{said(value)}" is no limit of nominations',
            (
                "应为整数，如 3，或比例：1/10 of teachers（教师人数的十分之一）、3/2 of places（名额的 1.5 倍）",
                "expected: a whole number such as 3, or 1/10 of teachers, 3/2 of places",
            ),
        )
    return {"times": times, "of": found[3]}


class Nomination(Part):
    """How many may be nominated, and what their list must be made of: 推荐限额与结构.

    ``per`` holds both against each unit of that kind by itself.  Whoever is outside the count is not counted.
    """

    per: UnitKind | None = None
    at_most: (
        Annotated[
            int | Multiple,
            BeforeValidator(
                _limit,
                json_schema_input_type=Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern=f"^{_MULTIPLE}$")],
            ),
        ]
        | None
    ) = Field(default=None, alias="at most")
    rounding: Rounding | None = None
    """Needed with a multiple."""
    composition: tuple[Composition, ...] = ()


# ----------------------------------------------------------------------------------------------------------- order


class Criterion(Part):
    """What candidates are ordered by: a stage's score or votes in favour, or the value that a clause measured."""

    of: Literal["score", "votes", "value"]
    what: str
    """The stage, or the clause."""
    lowest_first: bool = False

    def __str__(self) -> str:
        return f"{self.of} of {self.what}" + (", lowest first" if self.lowest_first else "")


CRITERION = r"(score|votes|value) of ([a-z][a-z0-9-]*)(, lowest first)?"


def _criterion(value: Any) -> Any:
    if isinstance(value, Criterion):
        return value
    found = re.fullmatch(CRITERION, " ".join(value.split())) if isinstance(value, str) else None
    if not found:
        raise mistake(
            f"“{said(value)}”不是排序依据",
            f'"{said(value)}" is nothing to order by',
            (
                "应为：score of 环节、votes of 环节、value of 条件，可加 , lowest first",
                "expected: score of STAGE, votes of STAGE, value of CLAUSE, then maybe: , lowest first",
            ),
        )
    return {"of": found[1], "what": found[2], "lowest_first": bool(found[3])}


ACriterion = Annotated[
    Criterion,
    BeforeValidator(_criterion, json_schema_input_type=Annotated[str, Field(pattern=f"^{CRITERION}$")]),
]


# ---------------------------------------------------------------------------------------------------------- grades


def _either(zh: str, en: str, expected: tuple[str, str]) -> Callable[[Any], Any]:
    """A reader of whole numbers and shares of at most the whole."""

    def read(value: Any) -> Any:
        if isinstance(value, Fraction):
            return value
        if (whole := _whole(value)) is not None:
            return whole
        found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", value) if isinstance(value, str) else None
        if not found or int(found[1]) > int(found[2]):
            raise mistake(f"“{said(value)}”{zh}", f'"{said(value)}" {en}', expected)
        return Fraction(int(found[1]), int(found[2]))

    return read


class Grade(Part):
    """A grade, and how many may get it: a number, or a share of those graded; the last one takes whoever is left."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    at_most: (
        Annotated[
            int | Fraction,
            BeforeValidator(
                _either(
                    "不是等次的人数或比例",
                    "is neither a number of them nor a share",
                    ("应为整数，如 5，或比例，如 3/20", "expected: a whole number such as 5, or a share such as 3/20"),
                ),
                json_schema_input_type=int | str,
            ),
        ]
        | None
    ) = Field(default=None, alias="at most")


class Grades(Part):
    """Grades with forced shares: 等次与比例, the best first.

    Those who passed every stage (with ``per``: of each unit by itself) are ordered by the criteria, one after the
    other.  Each grade takes the next in order, as many as it may have; the last takes the rest.  ``ties`` says what
    becomes of equals among whom a grade ends: all get the better grade, all the worse, or a lot is drawn.
    """

    order: tuple[ACriterion, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = Field(min_length=1)
    per: UnitKind | None = None
    rounding: Rounding | None = None
    """Needed with a share."""
    ties: Literal["all in", "all out", "lot"]


# ---------------------------------------------------------------------------------------------------------- ballots


def _next(value: Any) -> Any:
    if value in ("half", "tied"):
        return value
    if whole := _whole(value):
        return whole
    raise mistake(
        f"“{said(value)}”没有说明谁进入下一轮",
        f'"{said(value)}" does not say who stands in the next ballot',
        (
            "应为：half（未通过的前一半）、tied（末位相同的）或人数，如 3（未通过的前 3 名）",
            "expected: half (the better half of those not approved), tied (equals at the last place), or a number: 3",
        ),
    )


class Rounds(Part):
    """Several ballots in one stage: 多轮表决.

    Whoever reaches the threshold is approved and stands no more.  ``next`` says who of the others stands in the next
    ballot: the better half by votes (rounded up), or so many of the best; equals at the edge all do.  ``tied``: those
    who reached the threshold and are equal where the last place falls among them; the others keep what they have.
    After the last ballot nobody stands again.
    """

    ballots: int = Field(ge=2, le=9)
    """How many there are at the most."""
    next: Annotated[
        int | Literal["half", "tied"],
        BeforeValidator(_next, json_schema_input_type=Literal["half", "tied"] | Annotated[int, Field(ge=1)]),
    ]
