"""How a case is decided, as a ladder file says it: routes, their stages and panels, score sheets and places.

What panels and lists are made of, nomination, grades and several ballots are in ``ladders.model.lists``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ladders.model.clauses import Basis
from ladders.model.lists import (
    CRITERION,
    ACriterion,
    Composition,
    Criterion,
    Grade,
    Grades,
    Multiple,
    Nomination,
    Rounding,
    Rounds,
    UnitKind,
)
from ladders.model.words import AThreshold, Number, Part, Text
from ladders.problems import mistake, said

__all__ = [
    "CRITERION",
    "ACriterion",
    "Composition",
    "Criterion",
    "Grade",
    "Grades",
    "Multiple",
    "Nomination",
    "Overdue",
    "Places",
    "Relation",
    "Rounding",
    "Rounds",
    "Route",
    "SeatGroup",
    "Seats",
    "Share",
    "Sheet",
    "SheetItem",
    "Stage",
    "UnitKind",
]

Relation = Literal["same school", "same studio", "mentor pair"]
"""Between a panel member and a candidate, on the day on which the stage opened."""


class SeatGroup(Part):
    """Seats of one role.  ``from`` says where who sits in them works.

    ``own`` and ``other`` are meant as seen from the unit whose panel it is; a kind of unit says that the member's own
    unit is of that kind.
    """

    role: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    count: int = Field(default=1, ge=1)
    from_: Literal["any", "own", "other", UnitKind] = Field(default="any", alias="from")
    veto: bool = False
    """Whether one of them against it is enough to reject."""
    lot: bool = False
    """Whether a lot says who of a pool sits in them: 抽签产生."""
    at_most_in_a_row: int | None = Field(default=None, ge=1, alias="at most in a row")
    """For how many cycles, one after the other, a person may sit on the stage's panel: 轮换."""


class SheetItem(Part):
    """An item of a score sheet: marked from 0 to ``out of``; ``at least`` is a sub-minimum of its mean."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    weight: int = Field(default=1, ge=1)
    out_of: Number = Field(default=Decimal(100), alias="out of")
    at_least: Number | None = Field(default=None, alias="at least")


class Sheet(Part):
    """A score sheet.  A seat's total is out of 100: the weighted mean of its marks, each as a part of its ``out of``.

    An item that a seat finds not applicable is left out of that seat's weights: it is not zero.  The sheets with the
    highest and lowest totals are dropped, as many as stated; the case's total is the mean of the rest.  Sub-minimums
    are held against the mean of all marks of the item.
    """

    items: tuple[SheetItem, ...] = Field(min_length=1)
    drop_highest: int = Field(default=0, ge=0, alias="drop highest")
    drop_lowest: int = Field(default=0, ge=0, alias="drop lowest")
    at_least: Number = Field(alias="at least")


class Overdue(Part):
    """What happens to a case without a quorum when a stage's days are over."""

    then: Literal["count", "extend", "escalate"]
    days: int = 0
    """By how many days the stage is extended, once."""


def _overdue(value: Any) -> Any:
    if isinstance(value, Overdue):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if text in ("count", "escalate"):
        return {"then": text}
    if found := re.fullmatch(r"extend ([1-9]\d{0,2}) days?", text):
        return {"then": "extend", "days": int(found[1])}
    raise mistake(
        f"“{said(value)}”没有说明到期怎么办",
        f'"{said(value)}" does not say what happens when the days are over',
        (
            "应为：count（以到票计）、extend 5 days（延长一次）或 escalate（交下一环节）",
            "expected: count, extend 5 days, or escalate",
        ),
    )


AnOverdue = Annotated[
    Overdue,
    BeforeValidator(
        _overdue, json_schema_input_type=Annotated[str, Field(pattern=r"^(count|escalate|extend [1-9]\d{0,2} days?)$")]
    ),
]


def _seats_tag(value: Any) -> str:
    return "<groups>" if isinstance(value, list | tuple) else "<number>"


Seats = Annotated[
    Annotated[int, Field(ge=1), Tag("<number>")]
    | Annotated[tuple[SeatGroup, ...], Field(min_length=1), Tag("<groups>")],
    Discriminator(_seats_tag),
]


class Stage(Part):
    """One stage of the route: a panel that approves or rejects, signs, or fills in score sheets."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    body: Text
    seats: Seats
    """How many, or the groups of seats by role; seats are numbered from 1 in their order."""
    composition: tuple[Composition, ...] = ()
    """What the panel's members must be made of."""
    panel_per: UnitKind | None = Field(default=None, alias="panel per")
    """Every unit of that kind seats a panel, which judges the cases of its own people."""
    may_not_judge: tuple[Relation, ...] = Field(default=(), alias="may not judge")
    """Whoever is so related to a candidate is recused (回避); nobody ever judges their own case."""
    sign: Literal["all", "any"] | None = None
    """All must sign 会签, or one signature is enough 或签; instead of quorum and threshold."""
    quorum: int | None = Field(default=None, ge=1)
    """How many must have voted; needed unless the stage is one of signatures."""
    threshold: AThreshold | None = None
    """Needed where the panel approves or rejects."""
    rounds: Rounds | None = None
    """Only with a threshold."""
    sheet: Sheet | None = None
    ballots: Literal["named", "confidential"] = "named"
    days: int = Field(ge=1)
    """Days after the day on which the stage opens until which ballots are taken, that last day inside."""
    grace: int = Field(default=0, ge=0)
    """Further days in which paper ballots, dated by the last day, may still be entered."""
    when_time_is_up: AnOverdue = Field(default=Overdue(then="count"), alias="when time is up")
    completion_days: int | None = Field(default=None, ge=1, alias="completion days")
    """Days in which a returned case (退回) must be completed; none: this stage returns no case."""

    @cached_property
    def groups(self) -> tuple[SeatGroup, ...]:
        """The groups of seats; a plain number is one group of members."""
        if isinstance(self.seats, int):
            title = Text(zh="成员", en="member")
            return (SeatGroup(role="member", title=title, count=self.seats),)
        return self.seats

    @cached_property
    def size(self) -> int:
        """How many seats there are."""
        return sum(group.count for group in self.groups)

    @cached_property
    def roles(self) -> tuple[SeatGroup, ...]:
        """The group of each seat, by seat number less 1."""
        return tuple(group for group in self.groups for _ in range(group.count))

    @cached_property
    def veto_seats(self) -> tuple[int, ...]:
        """The numbers of the seats that have a veto."""
        return tuple(seat for seat, group in enumerate(self.roles, 1) if group.veto)


class Share(Part):
    """A part of those nominated, eligible, or approved by every stage."""

    share: Fraction
    of: Literal["nominated", "eligible", "approved"]

    def __str__(self) -> str:
        return f"{self.share} of {self.of}"


_PART = r"([1-9]\d{0,3})/([1-9]\d{0,3}) of (nominated|eligible|approved)"


def _number_of_places(value: Any) -> Any:
    if isinstance(value, Share):
        return value
    if isinstance(value, dict):
        return {rung: _whole(number) for rung, number in value.items()}
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0 and value == int(value):
        return int(value)
    found = re.fullmatch(_PART, " ".join(value.split())) if isinstance(value, str) else None
    if not found or int(found[1]) > int(found[2]):
        raise mistake(
            f"“{said(value)}”不是名额",
            f'"{said(value)}" is no number of places',
            (
                "应为整数，如 20，或比例，如 1/5 of approved（还可以是 nominated、eligible）",
                "expected: a whole number such as 20, or a share such as 1/5 of approved (or nominated, eligible)",
            ),
        )
    return {"share": Fraction(int(found[1]), int(found[2])), "of": found[3]}


def _whole(value: Any) -> int:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0 and value == int(value):
        return int(value)
    raise mistake(
        f"“{said(value)}”不是名额",
        f'"{said(value)}" is no number of places',
        ("每一级写一个整数，如 20", "for each rung a whole number, such as 20"),
    )


class Places(Part):
    """How many of the approved are taken, and in what order: 名额.

    ``number`` is for the whole cycle, or for each unit of the kind ``per``; where the ladder places on the highest rung
    that is met, for each rung, of which each may have its own.  Candidates outside the count take no
    place.  Candidates are ordered by the criteria, one after the other; ``ties`` says what becomes of those who are
    equal in all of them where the last place falls among them.
    """

    number: Annotated[
        int | Share | dict[str, int],
        BeforeValidator(
            _number_of_places,
            json_schema_input_type=Annotated[int, Field(ge=0)]
            | Annotated[str, Field(pattern=f"^{_PART}$")]
            | Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1)],
        ),
    ]
    rounding: Rounding | None = None
    """Needed with a share."""
    per: UnitKind | None = None
    outside_the_count: bool = Field(default=False, alias="outside the count")
    """Whether nominations may be marked as taking no place."""
    order: tuple[ACriterion, ...] = Field(min_length=1)
    ties: Literal["all in", "all out", "lot"]
    composition: tuple[Composition, ...] = ()
    """What those taken must be made of: the best of whom a minimum asks for come first, and a maximum keeps out
    whoever would go over it.  Shares are of the places."""
    when_full: Literal["cascade"] | None = Field(default=None, alias="when full")
    """Whoever gets no place competes for the next lower rung whose step they meet, where the ladder places."""
    basis: Basis | None = None
    """Where their number comes from."""
    freed: Literal["lapse", "next"] = "lapse"
    """What becomes of a place whose case ends without a grant after all: nothing, or it goes to the next in rank."""

    def of(self, rung: str) -> Places:
        """The rule of one rung's places."""
        return self.model_copy(update={"number": self.number[rung]}) if isinstance(self.number, dict) else self


class Route(Part):
    """How a case of a step is decided: stages in order, then places, then a notice of so many working days."""

    nomination: Nomination | None = None
    stages: tuple[Stage, ...] = Field(min_length=1)
    places: Places | None = None
    grades: Grades | None = None
    notice_days: int = Field(alias="notice working days", ge=1)
    objection_days: int = Field(default=15, ge=1, alias="objection days")
    """Days after an objection by which it is to be decided."""
    signed_by: Text | None = Field(default=None, alias="signed by")
    """Who signs what comes of it: 签发."""
    signature: Literal["required"] | None = None
    """Nothing is granted before somebody signed, on record."""

    @property
    def compositions(self) -> tuple[Composition, ...]:
        """Whatever its panels and lists must be made of."""
        lists = [self.nomination.composition if self.nomination else ()]
        lists += [stage.composition for stage in self.stages]
        lists += [self.places.composition if self.places else ()]
        return tuple(one for every in lists for one in every)
