"""Clauses: a measure held against a number, a rung held, an attribute, others asked, and how they combine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ladders.model.lines import Line
from ladders.model.measures import Chain, Kinds
from ladders.model.windows import ADay, ADue
from ladders.model.words import Asked, Number, Part, Text
from ladders.problems import mistake, said


class Passage(Part):
    """Where a clause comes from: a document of the ladder's ``documents``, and the passage in it."""

    document: str
    passage: str


def _basis(value: Any) -> Any:
    if isinstance(value, dict | Passage) or value == "assumed":
        return value
    raise mistake(
        f"“{said(value)}”不是依据",
        f'"{said(value)}" is not a basis',
        (
            "写 assumed（文件没有规定，是假定的），或 {document: 文件代号, passage: 文件中的位置}",
            "write assumed (no document says so), or {document: …, passage: …}",
        ),
    )


Basis = Annotated[
    Annotated[Literal["assumed"], Tag("<assumed>")] | Annotated[Passage, Tag("<passage>")],
    Discriminator(lambda value: "<assumed>" if value == "assumed" else "<passage>"),
    BeforeValidator(_basis),
]


class Dispensation(Part):
    """What a recorded dispensation may do to a clause: waive it, or lower its number, at most down to this."""

    down_to: Number | None = Field(default=None, alias="down to")


def _dispensation(value: Any) -> Any:
    return {} if value == "waive" else value


class Clause(Part):
    """What every clause has.  ``basis`` may be left out inside a group: the group's then holds.

    ``when``: where that is not met the clause does not apply, which is met.  ``unless``: met where that is met.
    ``strength: advisory``: reported, and left out of what decides.  ``absent`` says what is found where there is
    nothing to go on; without it that is *unknown*.  ``due``: up to and including that day *not met* is *unknown*.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    basis: Basis | None = None
    when: AClause | None = None
    unless: AClause | None = None
    strength: Literal["binding", "advisory"] = "binding"
    absent: Literal["met", "not met"] | None = None
    due: ADue | None = None
    dispensation: (
        Annotated[Dispensation, BeforeValidator(_dispensation, json_schema_input_type=Literal["waive"] | Dispensation)]
        | None
    ) = None

    @property
    def options(self) -> tuple[AClause, ...]:
        """The clauses that it combines; none but for a group."""
        return ()

    @property
    def conditions(self) -> tuple[AClause, ...]:
        """The clauses beside it: ``when``, then ``unless``."""
        return tuple(one for one in (self.when, self.unless) if one is not None)


class Compare(Clause):
    """A measure held against a number.

    Exactly one of ``measure`` (by name), ``evidence`` with ``then`` (written here), ``years since``, or ``move``; at
    least one comparison.
    """

    measure: str | None = None
    evidence: Kinds | None = None
    through: Chain | None = None
    roles: tuple[str, ...] | None = Field(default=None, min_length=1)
    across: Literal["all", "primary"] = "all"
    on: ADay | None = Field(default=None, alias="as of")
    unit: str | None = None
    then: tuple[Line, ...] | None = Field(default=None, min_length=1)
    years_since: str | None = Field(default=None, alias="years since")
    move: str | None = None
    at_least: Asked | None = Field(default=None, alias="at least")
    at_most: Asked | None = Field(default=None, alias="at most")
    more_than: Asked | None = Field(default=None, alias="more than")
    less_than: Asked | None = Field(default=None, alias="less than")
    between: tuple[Asked, Asked] | None = None
    equals: Asked | None = None

    @property
    def comparisons(self) -> tuple[tuple[str, Any], ...]:
        """What it is held against, by ``at least``, ``at most``, ``more than`` and ``less than``.

        ``between`` is at least the one and at most the other, ``equals`` both of one number.
        """
        low, high = self.between or (self.equals, self.equals)
        pairs = (
            ("at least", self.at_least),
            ("at most", self.at_most),
            ("more than", self.more_than),
            ("less than", self.less_than),
            ("at least", low),
            ("at most", high),
        )
        return tuple((key, asked) for key, asked in pairs if asked is not None)


class Holds(Clause):
    """The subject holds one of these rungs on the as-of day, of this ladder or of another; or has ever held one."""

    holds: tuple[str, ...] | None = Field(default=None, min_length=1)
    has_held: tuple[str, ...] | None = Field(default=None, alias="has held", min_length=1)
    ladder: str | None = None

    @property
    def rungs(self) -> tuple[str, ...]:
        """The rungs that are meant."""
        return self.holds or self.has_held or ()


class Is(Clause):
    """An attribute of the subject is one of these terms, or reaches a term of its ordered scale."""

    is_: str = Field(alias="is")
    one_of: tuple[str, ...] | None = Field(default=None, alias="one of", min_length=1)
    at_least: str | None = Field(default=None, alias="at least")
    at_most: str | None = Field(default=None, alias="at most")


def _how_many(value: Any) -> Any:
    if isinstance(value, Fraction) or value == "all":
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0 and value == int(value):
        return int(value)
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{1,4})/([1-9]\d{0,3})", value)):
        share = Fraction(int(found[1]), int(found[2]))
        if share <= 1:
            return share
    raise mistake(
        f"“{said(value)}”不是人数或比例",
        f'"{said(value)}" is neither a number of them nor a share',
        ("应为 all（每一个）、2（几个）或 2/3（几分之几）", "expected: all, 2 or 2/3"),
    )


HowMany = Annotated[int | Fraction | Literal["all"], BeforeValidator(_how_many, json_schema_input_type=int | str)]


class AskedOf(Clause):
    """A clause asked of each related subject; so many of them, or such a part, must meet it.

    With a number the value is how many surely meet it to how many may; with a share (``all`` is the whole) it is
    that over how many they are, and over nobody there is nothing to go on.
    """

    asked_of: Chain = Field(alias="asked of")
    roles: tuple[str, ...] | None = Field(default=None, min_length=1)
    each: AClause
    at_least: HowMany | None = Field(default=None, alias="at least")
    at_most: HowMany | None = Field(default=None, alias="at most")


class RungsOwn(Part):
    """The requirements of the steps that lead to a rung."""

    to: str


class Meets(Clause):
    """A named list of clauses, all of them, perhaps as for another rung; or all that another rung requires."""

    meets: str | RungsOwn
    to: str | None = None
    """The rung whose rows of the tables hold; ``table.column`` where a table names it."""


COMBINATIONS = ("all", "any", "none", "of")


class Group(Clause):
    """Clauses combined by Kleene logic.

    ``all`` and ``any`` of them; ``none``: a veto, met when not one of them is met; ``of`` with ``at least``: k of n.
    ``one item serves once``: a row that counted in an option that is met is gone for the options written after it.
    """

    all_: tuple[AClause, ...] | None = Field(default=None, alias="all", min_length=1)
    any_: tuple[AClause, ...] | None = Field(default=None, alias="any", min_length=1)
    none_: tuple[AClause, ...] | None = Field(default=None, alias="none", min_length=1)
    of: tuple[AClause, ...] | None = Field(default=None, min_length=1)
    at_least: int | None = Field(default=None, alias="at least", ge=1)
    one_item_serves_once: bool = Field(default=False, alias="one item serves once")

    @property
    def options(self) -> tuple[AClause, ...]:
        """The clauses inside."""
        return self.all_ or self.any_ or self.none_ or self.of or ()

    @property
    def combination(self) -> Literal["all", "any", "none", "of"]:
        """How they combine."""
        if self.all_ is not None:
            return "all"
        if self.any_ is not None:
            return "any"
        return "none" if self.none_ is not None else "of"


def _clause_tag(value: Any) -> str:
    if isinstance(value, Clause):
        return f"<{type(value).__name__.lower()}>"
    if isinstance(value, dict):
        if "asked of" in value or "each" in value:
            return "<askedof>"
        if any(key in value for key in COMBINATIONS):
            return "<group>"
        if "holds" in value or "has held" in value:
            return "<holds>"
        if "is" in value:
            return "<is>"
        if "meets" in value:
            return "<meets>"
    return "<compare>"


AClause = Annotated[
    Annotated[Compare, Tag("<compare>")]
    | Annotated[Holds, Tag("<holds>")]
    | Annotated[Is, Tag("<is>")]
    | Annotated[AskedOf, Tag("<askedof>")]
    | Annotated[Meets, Tag("<meets>")]
    | Annotated[Group, Tag("<group>")],
    Discriminator(_clause_tag),
]

for _part in (Compare, Holds, Is, AskedOf, Meets, Group):
    _part.model_rebuild()


def flat(clauses: Iterable[AClause]) -> Iterator[AClause]:
    """The clauses as the file writes them, depth first: each before its conditions, these before its options."""
    for clause in clauses:
        yield clause
        yield from flat(clause.conditions)
        yield from flat(clause.options)


Path = tuple[str | int, ...]


def walked(path: Path, clauses: Iterable[AClause]) -> Iterator[tuple[Path, AClause]]:
    """Every clause below a list, with its path in the file; also those asked of others."""
    for number, clause in enumerate(clauses):
        yield from _walked((*path, number), clause)


def _walked(place: Path, clause: AClause) -> Iterator[tuple[Path, AClause]]:
    yield place, clause
    if clause.when is not None:
        yield from _walked((*place, "when"), clause.when)
    if clause.unless is not None:
        yield from _walked((*place, "unless"), clause.unless)
    if isinstance(clause, Group):
        yield from walked((*place, clause.combination), clause.options)
    if isinstance(clause, AskedOf):
        yield from _walked((*place, "each"), clause.each)
