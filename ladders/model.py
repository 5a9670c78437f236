"""What a ladder file says, as immutable values.

A *ladder* is a graph of *rungs*; a *step* is an edge of it, with the *clauses* that a subject must meet and the
*route* on which a case is decided.  A *measure* is a list of lines read aloud: rows in, rows out, a number last.
The written order is the meaning.  ``ladders.loading`` makes these values from YAML; ``ladders.verdict`` and
``ladders.reference`` give them their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ladders.lines import (
    LINE_KEYS,
    VERBS,
    BestPer,
    Cap,
    CountPer,
    Except,
    Floor,
    Last,
    LatestPer,
    Line,
    Measure,
    Only,
    SumPer,
    Verb,
    Within,
    YearsSince,
)
from ladders.problems import mistake, said
from ladders.review import Overdue, Places, Route, SeatGroup, Share, Sheet, SheetItem, Stage
from ladders.words import (
    Accepted,
    Asked,
    AtLeastLevel,
    AWindow,
    Length,
    Number,
    Part,
    Span,
    Text,
    Threshold,
    Unit,
    Window,
)

__all__ = [
    "BUILT_IN_KINDS",
    "COMBINATIONS",
    "FORMAT",
    "LINE_KEYS",
    "SEMANTICS",
    "VERBS",
    "AClause",
    "AWindow",
    "Accepted",
    "Asked",
    "AtLeastLevel",
    "Basis",
    "BestPer",
    "Cap",
    "Clause",
    "Compare",
    "CountPer",
    "Document",
    "Except",
    "Floor",
    "Group",
    "Holds",
    "Ladder",
    "Last",
    "LatestPer",
    "Length",
    "Line",
    "Measure",
    "Number",
    "Only",
    "Overdue",
    "Part",
    "Passage",
    "Places",
    "Removal",
    "RemovalStep",
    "Route",
    "Rung",
    "SeatGroup",
    "Share",
    "Sheet",
    "SheetItem",
    "Span",
    "Stage",
    "Step",
    "SumPer",
    "Table",
    "Text",
    "Threshold",
    "Unit",
    "Verb",
    "Window",
    "Within",
    "YearsSince",
    "flat",
]

FORMAT = "jieti-ladder/1"
SEMANTICS = 1
"""The number of the evaluator's meaning; a verdict pins it, so that a later meaning never replaces an earlier one."""

BUILT_IN_KINDS = ("standing", "member", "mentee", "service", "birth")
"""Rows that the log gives without an evidence catalogue: standings held, members of a group, mentees of a mentor,
the day on which service began, the day of birth."""


# -------------------------------------------------------------------------------------------------------- clauses


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


class Clause(Part):
    """What every clause has.  ``basis`` may be left out inside a group: the group's then holds."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    basis: Basis | None = None


class Compare(Clause):
    """A measure held against a number.

    Exactly one of ``measure`` (by name), ``evidence`` with ``then`` (written here), or ``years since``; at least one
    comparison.  ``absent`` says what is found where there is nothing to go on; without it that is *unknown*.
    """

    measure: str | None = None
    evidence: str | None = None
    through: Literal["members", "mentees"] | None = None
    roles: tuple[str, ...] | None = Field(default=None, min_length=1)
    then: tuple[Line, ...] | None = Field(default=None, min_length=1)
    years_since: Literal["service", "birth", "rung"] | None = Field(default=None, alias="years since")
    at_least: Asked | None = Field(default=None, alias="at least")
    at_most: Asked | None = Field(default=None, alias="at most")
    more_than: Asked | None = Field(default=None, alias="more than")
    less_than: Asked | None = Field(default=None, alias="less than")
    absent: Literal["met", "not met"] | None = None

    @property
    def comparisons(self) -> tuple[tuple[str, Asked], ...]:
        """What it is held against, by the key that the file uses."""
        pairs = (
            ("at least", self.at_least),
            ("at most", self.at_most),
            ("more than", self.more_than),
            ("less than", self.less_than),
        )
        return tuple((key, asked) for key, asked in pairs if asked is not None)


class Holds(Clause):
    """The subject holds one of these rungs on the as-of day, of this ladder or of another."""

    holds: tuple[str, ...] = Field(min_length=1)
    ladder: str | None = None


COMBINATIONS = ("all", "any", "none", "of")


class Group(Clause):
    """Clauses combined by Kleene logic.

    ``all`` and ``any`` of them; ``none``: a veto, met when not one of them is met; ``of`` with ``at least``: k of n.
    """

    all_: tuple[AClause, ...] | None = Field(default=None, alias="all", min_length=1)
    any_: tuple[AClause, ...] | None = Field(default=None, alias="any", min_length=1)
    none_: tuple[AClause, ...] | None = Field(default=None, alias="none", min_length=1)
    of: tuple[AClause, ...] | None = Field(default=None, min_length=1)
    at_least: int | None = Field(default=None, alias="at least", ge=1)

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
        if any(key in value for key in COMBINATIONS):
            return "<group>"
        if "holds" in value:
            return "<holds>"
    return "<compare>"


AClause = Annotated[
    Annotated[Compare, Tag("<compare>")] | Annotated[Holds, Tag("<holds>")] | Annotated[Group, Tag("<group>")],
    Discriminator(_clause_tag),
]


# ---------------------------------------------------------------------------------------------- the way of a case


class Removal(Part):
    """When a rung is lost before its term ends: as soon as all its clauses are met by somebody who holds the rung."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    effect: Literal["revoke", "suspend"]
    clauses: tuple[AClause, ...] = Field(min_length=1)


class Rung(Part):
    """A rung.  ``end`` says aloud that no step leads on from it; ``removals`` are the ways to lose it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    end: bool = False
    removals: tuple[Removal, ...] = ()


class Step(Part):
    """An edge of the graph.  Without ``from`` it is the way in."""

    from_: str | None = Field(default=None, alias="from")
    to: str
    kind: Literal["promotion", "renewal"] = "promotion"
    clauses: tuple[AClause, ...] = Field(min_length=1)
    route: str | None = None
    term: Length | None = None

    @property
    def id(self) -> str:
        """``from→to``, with ``→to`` for the way in."""
        return f"{self.from_ or ''}→{self.to}"


class RemovalStep(Step):
    """A removal as a step from its rung to its rung, so that it is evaluated as every step is; no file holds one."""

    removal: str

    @property
    def id(self) -> str:
        """``rung×removal``."""
        return f"{self.to}×{self.removal}"


class Table(Part):
    """A look-up wherever a number may stand: ``table.column`` in the row of the step's target (or source) rung."""

    by: Literal["to", "from"]
    columns: tuple[str, ...] = Field(min_length=1)
    rows: dict[str, tuple[Number, ...]] = Field(min_length=1)


class Document(Part):
    """A source: its titles, who issued it, and what it is: a rule in force, a draft, or a report of what is done."""

    title: Text
    issuer: Text
    status: Literal["in force", "draft", "report"]
    dated: str | None = None


def flat(clauses: Iterable[AClause]) -> Iterator[AClause]:
    """The clauses depth first, a group before its options."""
    for clause in clauses:
        yield clause
        if isinstance(clause, Group):
            yield from flat(clause.options)


def _walk(path: tuple[str | int, ...], clauses: tuple[AClause, ...]) -> Iterator[tuple[tuple[str | int, ...], AClause]]:
    for number, clause in enumerate(clauses):
        place = (*path, number)
        yield place, clause
        if isinstance(clause, Group):
            yield from _walk((*place, clause.combination), clause.options)


class Ladder(Part):
    """A whole ladder file."""

    format: Literal["jieti-ladder/1"]
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    subject: Literal["person", "studio"]
    documents: dict[str, Document] = Field(default_factory=dict)
    tables: dict[str, Table] = Field(default_factory=dict)
    measures: dict[str, Measure] = Field(default_factory=dict)
    rungs: tuple[Rung, ...] = Field(min_length=1)
    routes: dict[str, Route] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)

    def rung(self, rung: str) -> Rung:
        """The rung of that id; KeyError if there is none."""
        for one in self.rungs:
            if one.id == rung:
                return one
        raise KeyError(rung)

    def steps_to(self, rung: str) -> tuple[Step, ...]:
        """The steps that lead to a rung, in the file's order."""
        return tuple(step for step in self.steps if step.to == rung)

    def removal_step(self, rung: str, removal: str) -> RemovalStep:
        """A removal of a rung as a step that ``ladders.verdict.assess`` takes; KeyError if there is none.

        It is examined for whoever holds the rung; tables are looked up in the rung's row.
        """
        for one in self.rung(rung).removals:
            if one.id == removal:
                return RemovalStep(from_=rung, to=rung, clauses=one.clauses, removal=one.id)
        raise KeyError(removal)

    def walk(self) -> Iterator[tuple[tuple[str | int, ...], Step, AClause]]:
        """Every clause, those inside groups too: its path in the file, its step, itself; removals before steps."""
        for number, rung in enumerate(self.rungs):
            for place, removal in enumerate(rung.removals):
                lost = self.removal_step(rung.id, removal.id)
                for path, clause in _walk(("rungs", number, "removals", place, "clauses"), removal.clauses):
                    yield path, lost, clause
        for number, step in enumerate(self.steps):
            for path, clause in _walk(("steps", number, "clauses"), step.clauses):
                yield path, step, clause

    def look_up(self, asked: Asked, step: Step) -> Decimal:
        """A number as it stands, or the table's entry for this step; KeyError names what is missing."""
        if isinstance(asked, Decimal):
            return asked
        name, _, column = asked.partition(".")
        table = self.tables[name]
        row = step.to if table.by == "to" else (step.from_ or "")
        return table.rows[row][table.columns.index(column)]

    def measure_of(self, clause: Compare) -> Measure | YearsSince:
        """What a clause measures, whether named or written in it."""
        if clause.measure is not None:
            return self.measures[clause.measure]
        if clause.years_since is not None:
            return YearsSince(years_since=clause.years_since)
        return Measure(
            evidence=clause.evidence or "", through=clause.through, roles=clause.roles, then=clause.then or ()
        )
