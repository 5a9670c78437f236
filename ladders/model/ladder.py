"""What a ladder file says, as immutable values.

A *ladder* is a graph of *rungs*; a *step* is an edge of it, with the *clauses* that a subject must meet and the
*route* on which a case is decided.  A *measure* is a list of lines read aloud: rows in, rows out, a number last.
The written order is the meaning.  ``ladders.reading.loading`` makes these values from YAML;
``ladders.evaluating.verdict`` and ``ladders.reference.verdict`` give them their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from events.facts import Settings
from ladders.model.clauses import (
    COMBINATIONS,
    AClause,
    AskedOf,
    Basis,
    Clause,
    Compare,
    Dispensation,
    Group,
    Holds,
    Is,
    Meets,
    Passage,
    Path,
    RungsOwn,
    flat,
    walked,
)
from ladders.model.entitlements import BySetting, Entitlement
from ladders.model.joining import Joining
from ladders.model.lines import (
    AFTER_THE_VERB,
    LINE_KEYS,
    VERBS,
    Bands,
    BestPer,
    Cap,
    CountPer,
    Distinct,
    Except,
    FirstPer,
    Floor,
    InForce,
    Join,
    Last,
    LatestPer,
    LengthIn,
    Line,
    NothingBelow,
    Only,
    RankPer,
    RankSharePer,
    Round,
    Runs,
    Shift,
    SumPer,
    Times,
    Top,
    Unused,
    Verb,
    Within,
    Worth,
    keys_of,
)
from ladders.model.measures import (
    RELATIONS,
    Addend,
    AMeasure,
    Attribute,
    Chain,
    Extreme,
    Measure,
    Move,
    NamedDate,
    Relation,
    Total,
    YearsSince,
)
from ladders.model.review import Overdue, Places, Route, SeatGroup, Share, Sheet, SheetItem, Stage
from ladders.model.steps import EntitlementStep, Programme, Removal, RemovalStep, Rung, Step
from ladders.model.windows import (
    BUILT_IN_DATES,
    BUILT_IN_PERIODS,
    AWindow,
    Day,
    Due,
    Length,
    Period,
    Span,
    Unit,
    Window,
)
from ladders.model.words import (
    Accepted,
    Asked,
    AtLeastLevel,
    AtMostLevel,
    Bounds,
    Cell,
    Computed,
    Factor,
    Lookup,
    Number,
    Part,
    Text,
    Threshold,
)

__all__ = [
    "AFTER_THE_VERB", "BUILT_IN_DATES", "BUILT_IN_KINDS", "BUILT_IN_PERIODS", "COMBINATIONS", "FORMAT", "LINE_KEYS",
    "RELATIONS", "SEMANTICS", "VERBS", "AClause", "AMeasure", "AWindow", "Accepted", "Addend", "Asked", "AskedOf",
    "AtLeastLevel", "AtMostLevel", "Attribute", "Bands", "Basis", "BestPer", "Bounds", "BySetting", "Cap", "Cell",
    "Cells", "Chain", "Clause", "Compare", "Computed", "CountPer", "Day", "Dispensation", "Distinct", "Document", "Due",
    "Entitlement", "EntitlementStep", "Entry", "Except", "Extreme", "Factor", "FirstPer", "Floor", "Group", "Holds",
    "InForce", "Is", "Join", "Ladder", "Last", "LatestPer", "Length", "LengthIn", "Line", "Lookup", "Measure",
    "Meets", "Move", "NamedDate", "NothingBelow", "Number", "Only", "Overdue", "Part", "Passage", "Path", "Period",
    "Places", "Programme", "RankPer", "RankSharePer", "Relation", "Removal", "RemovalStep", "Round", "Route", "Rung",
    "RungsOwn", "Runs", "SeatGroup", "Share", "Sheet", "SheetItem", "Shift", "Span", "Stage", "Step", "SumPer", "Table",
    "Text", "Threshold", "Times", "Top", "Total", "Unit", "Unused", "Verb", "Window", "Within", "Worth", "YearsSince",
    "flat", "keys_of",
]  # fmt: skip

FORMAT = "jieti-ladder/1"
SEMANTICS = 1
"""The number of the evaluator's meaning; a verdict pins it, so that a later meaning never replaces an earlier one."""

BUILT_IN_KINDS = ("standing", "member", "mentee", "service", "birth", "employment", "application", "decision",
                  "dispensation")  # fmt: skip
"""Rows that the log gives without an evidence catalogue: standings held, members of a group, mentees of a mentor, the
day on which service began, the day of birth, employment in a unit, what nominations stated, how cases ended, what
was dispensed with."""


class Document(Part):
    """A source: its titles, who issued it, and what it is: a rule in force, a draft, or a report of what is done."""

    title: Text
    issuer: Text
    status: Literal["in force", "draft", "report"]
    dated: str | None = None


# ---------------------------------------------------------------------------------------------------------- tables


class Table(Part):
    """A look-up wherever a number, a window or an accepted term may stand: ``table.column``.

    The row is that of the step's target (``to``) or source (``from``) rung, of an attribute of the subject, or of an
    attribute of the row of evidence; or of several of these, whose terms then make the row's name with single spaces
    between.  ``other`` is the row of whatever is not named.
    """

    by: Annotated[
        tuple[str, ...],
        Field(min_length=1),
        BeforeValidator(
            lambda value: (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value,
            json_schema_input_type=str | Annotated[list[str], Field(min_length=1)],
        ),
    ]
    columns: tuple[str, ...] = Field(min_length=1)
    rows: dict[str, tuple[Cell, ...]] = Field(min_length=1)
    other: tuple[Cell, ...] | None = None

    def named(self, row: str) -> tuple[str, ...]:
        """A row's name as the terms of the table's keys."""
        return (row,) if len(self.by) == 1 else tuple(row.split(" "))


@dataclass(frozen=True)
class Cells:
    """A column of a table as one step sees it: by the terms of the ``keys`` that are left, perhaps none.

    ``keys`` are attributes of the subject where the ladder declares them, else of the row of evidence.  ``other`` is
    None where the table has no such row.
    """

    keys: tuple[str, ...]
    rows: Mapping[tuple[str, ...], Cell]
    other: Cell | None

    @property
    def values(self) -> tuple[Cell, ...]:
        """Everything that the column may give, each once."""
        every = (*self.rows.values(), *(() if self.other is None else (self.other,)))
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True)
class Entry:
    """A clause as a verdict reports it: under which name, and asked under which step."""

    id: str
    clause: AClause
    step: Step


# ---------------------------------------------------------------------------------------------------------- ladder


class Ladder(Part):
    """A whole ladder file."""

    format: Literal["jieti-ladder/1"]
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    subject: Literal["person", "studio", "research group", "school", "central school", "group", "station", "centre"]
    documents: dict[str, Document] = Field(default_factory=dict)
    dates: dict[str, NamedDate] = Field(default_factory=dict)
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    periods: dict[str, Period] = Field(default_factory=dict)
    tables: dict[str, Table] = Field(default_factory=dict)
    measures: dict[str, AMeasure] = Field(default_factory=dict)
    requirements: dict[str, Annotated[tuple[AClause, ...], Field(min_length=1)]] = Field(default_factory=dict)
    programmes: dict[str, Programme] = Field(default_factory=dict)
    rungs: tuple[Rung, ...] = Field(min_length=1)
    routes: dict[str, Route] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)
    placement: Literal["highest"] | None = None
    """``highest``: a subject is placed on the highest rung whose step it meets, whatever was applied for."""
    entitlements: tuple[Entitlement, ...] = ()
    joining: Joining | None = None

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
        """A removal of a rung as a step that ``ladders.evaluating.verdict.assess`` takes; KeyError if there is none.

        It is examined for whoever holds the rung; tables are looked up in the rung's row.
        """
        for one in self.rung(rung).removals:
            if one.id == removal:
                return RemovalStep(from_=rung, to=rung, clauses=one.clauses, removal=one.id)
        raise KeyError(removal)

    def entitlement_steps(self, entitlement: Entitlement) -> tuple[EntitlementStep, ...]:
        """What releases an entitlement as steps for ``ladders.evaluating.verdict.assess``, one for each of its
        rungs."""
        return tuple(
            EntitlementStep(from_=rung, to=rung or "", clauses=entitlement.clauses, entitlement=entitlement.id)
            for rung in entitlement.rung or (None,)
        )

    def walk(self) -> Iterator[tuple[Path, Step, AClause]]:
        """Every clause that is written under a rung, a step or an entitlement: its path in the file, its step, itself.

        Those inside others and beside others too; removals before steps; a named list where a step first meets it.
        """
        for number, rung in enumerate(self.rungs):
            for place, removal in enumerate(rung.removals):
                lost = self.removal_step(rung.id, removal.id)
                yield from self._walk(("rungs", number, "removals", place, "clauses"), lost, removal.clauses)
        for number, step in enumerate(self.steps):
            yield from self._walk(("steps", number, "clauses"), step, step.clauses)
            yield from self._walk(("steps", number, "excuse"), step, step.excuse)
        for number, entitlement in enumerate(self.entitlements):
            for released in self.entitlement_steps(entitlement):
                yield from self._walk(("entitlements", number, "clauses"), released, entitlement.clauses)

    def _walk(self, path: Path, step: Step, clauses: tuple[AClause, ...]) -> Iterator[tuple[Path, Step, AClause]]:
        for place, clause in walked(path, clauses):
            yield place, step, clause
            if isinstance(clause, Meets) and isinstance(clause.meets, str):
                ((inner, listed),) = self.inside(clause, step)
                yield from self._walk(("requirements", clause.meets), inner, listed)

    def inside(self, clause: Meets, step: Step) -> tuple[tuple[Step, tuple[AClause, ...]], ...]:
        """What a ``meets`` stands for: all clauses of any one of these, each under a step; KeyError says what lacks."""
        if isinstance(clause.meets, RungsOwn):
            return tuple((one, one.clauses) for one in self.steps_to(clause.meets.to))
        to = step.to if clause.to is None else clause.to
        if "." in to:
            to = str(self.cell(to, step))
        return ((step if to == step.to else step.model_copy(update={"to": to}), self.requirements[clause.meets]),)

    def entries(self, step: Step) -> tuple[Entry, ...]:
        """The clauses of a step as its verdict reports them: depth first, each before its conditions and options."""
        return tuple(self._entries("", step, step.clauses))

    def _entries(self, before: str, step: Step, clauses: tuple[AClause, ...]) -> Iterator[Entry]:
        for clause in clauses:
            name = before + clause.id
            yield Entry(name, clause, step)
            yield from self._entries(before, step, clause.conditions)
            yield from self._entries(before, step, clause.options)
            if isinstance(clause, Meets):
                ways = self.inside(clause, step)
                for inner, listed in ways:
                    yield from self._entries(f"{name}/" if len(ways) == 1 else f"{name}/{inner.id}/", inner, listed)

    def cells(self, entry: str, step: Step) -> Cells:
        """The column that ``table.column`` names, as a step sees it; KeyError names what is missing."""
        name, _, column = entry.partition(".")
        table = self.tables[name]
        if column not in table.columns:
            raise KeyError(column)
        at = table.columns.index(column)
        fixed = {"to": step.to, "from": step.from_ or ""}
        left = [n for n, key in enumerate(table.by) if key not in fixed]
        rows: dict[tuple[str, ...], Cell] = {}
        for row, cells in table.rows.items():
            terms = table.named(row)
            if all(terms[n] == fixed[key] for n, key in enumerate(table.by) if key in fixed):
                rows[tuple(terms[n] for n in left)] = cells[at]
        return Cells(tuple(table.by[n] for n in left), rows, None if table.other is None else table.other[at])

    def cell(self, entry: str, step: Step) -> Cell:
        """The entry of a table that hangs on the step alone; KeyError if there is none, or it hangs on more."""
        cells = self.cells(entry, step)
        if cells.keys or (() not in cells.rows and cells.other is None):
            raise KeyError(cells.keys[0] if cells.keys else (step.from_ or step.to))
        return cells.rows.get((), cells.other if cells.other is not None else "")

    def look_up(self, asked: Asked, step: Step) -> Decimal | Fraction:
        """A number as it stands, or the table's entry for this step; KeyError names what is missing.

        KeyError too for what hangs on more than the step: a computed number, a table by the subject or the row.
        """
        if isinstance(asked, Decimal | Fraction):
            return asked
        if isinstance(asked, Computed):
            raise KeyError(asked.measure)
        found = self.cell(asked, step)
        if isinstance(found, str):
            raise KeyError(found)
        return found

    def amount_of(self, rule: Entitlement, step: EntitlementStep, settings: Settings) -> Decimal | Fraction | None:
        """How much an entitlement gives on the rung of a step of ``entitlement_steps``.

        None where it has no amount, or one that the district has not set as a number yet.
        """
        if rule.amount is None:
            return None
        if not isinstance(rule.amount, BySetting):
            return self.look_up(rule.amount, step)
        found = settings.values.get(rule.amount.setting, "")
        return Decimal(found) if re.fullmatch(r"\d+(\.\d+)?", found) else None

    def measure_of(self, clause: Compare) -> Measure | Total | Extreme | YearsSince | Move:
        """What a clause measures, whether named or written in it."""
        if clause.measure is not None:
            return self.measures[clause.measure]
        if clause.years_since is not None:
            return YearsSince(years_since=clause.years_since)
        if clause.move is not None:
            return Move(move=clause.move)
        return Measure(
            evidence=clause.evidence or (),
            through=clause.through,
            roles=clause.roles,
            across=clause.across,
            on=clause.on,
            unit=clause.unit,
            then=clause.then or (),
        )
