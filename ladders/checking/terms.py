"""What filters accept, against what rows carry: attributes that there are, terms of their scales, limits of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic_core import PydanticCustomError

from events.facts import Catalogue, Scale
from ladders.checking.carried import AMOUNT, Carried
from ladders.model.ladder import (
    Accepted,
    Asked,
    AtLeastLevel,
    AtMostLevel,
    Attribute,
    Bounds,
    Cell,
    Computed,
    Ladder,
    Lookup,
    Step,
)
from ladders.model.words import accepted_of
from ladders.problems import Problem, choice
from ladders.reading.loading import Lines
from ladders.reading.nodes import Path, where


@dataclass
class Terms:
    """Remarks on terms, for a ladder whose references hold."""

    ladder: Ladder
    catalogue: Catalogue
    lines: Lines

    # ---------------------------------------------------------------------------------------------------- tables

    def cells(self, entry: str, step: Step) -> list[tuple[Path, Cell]]:
        """The cells of an entry that a step may meet, each with its path."""
        name, _, column = entry.partition(".")
        table = self.ladder.tables[name]
        at = table.columns.index(column)
        fixed = {"to": step.to, "from": step.from_ or ""}
        found: list[tuple[Path, Cell]] = []
        for row, cells in table.rows.items():
            named = zip(table.by, table.named(row), strict=True)
            if all(term == fixed.get(key, term) for key, term in named):
                found.append((("tables", name, "rows", row, at), cells[at]))
        if table.other is not None:
            found.append((("tables", name, "other", at), table.other[at]))
        return found

    def numbers(self, asked: Asked | Fraction, path: Path, step: Step) -> Iterator[Problem | Decimal | Fraction]:
        """The numbers that a step may find where one is asked; a problem for each cell that is none."""
        if isinstance(asked, Decimal | Fraction):
            yield asked
        elif isinstance(asked, str):
            for place, cell in self.cells(asked, step):
                if isinstance(cell, str):
                    yield self.no_number(place, cell, path)
                else:
                    yield cell

    def no_number(self, path: Path, cell: str, asked: Path) -> Problem:
        """The problem of a cell that is text where a number is asked for."""
        return self.lines.problem(
            path,
            f"“{cell}”不是数字，而 {where(asked, self.lines.root)} 要用它作数",
            f'"{cell}" is not a number, and {where(asked, self.lines.root)} needs one',
            ("应为数字，如 72，或分数，如 1/3", "expected a number such as 72, or a fraction such as 1/3"),
        )

    # --------------------------------------------------------------------------------------- attributes of subjects

    def scale_of(self, name: str) -> Scale | None:
        """The scale of an attribute of the subject; None where it can be any text.

        Of what was stated or set the ordered scale that has the attribute's name, if there is one.
        """
        attribute = self.ladder.attributes[name]
        taken = attribute.highest or attribute.latest
        if attribute.evidence is None:
            scale = self.catalogue.scales.get(name)
            return scale if scale and scale.ordered else None
        if attribute.evidence not in self.catalogue.kinds or taken is None:
            return None
        return Carried(self.catalogue, (attribute.evidence,)).scale(taken)

    def told(self, attribute: Attribute, name: str) -> tuple[str, ...] | None:
        """All terms that the subject can be found to have; None where that is any text."""
        scale = self.scale_of(name) if attribute.evidence is not None else None
        return tuple(term.id for term in scale.terms) if scale else None

    # --------------------------------------------------------------------------------------------------- filters

    def attribute(self, path: Path, rows: Carried, attribute: str) -> Iterator[Problem]:
        """An attribute that the rows carry."""
        if not rows.carries(attribute):
            yield self.lines.problem(
                path,
                f"“{rows.title}”没有“{attribute}”这一属性",
                f'"{rows.title}" has no attribute "{attribute}"',
                choice(attribute, rows.attributes),
            )

    def filter(self, path: Path, rows: Carried, only: Mapping[str, Accepted], amounts: bool) -> Iterator[Problem]:
        """The attributes of a filter, and what it accepts of them; ``amounts``: whether the rows have amounts here."""
        for attribute, accepted in only.items():
            place = (*path, attribute)
            if attribute == AMOUNT and not rows.carries(AMOUNT):
                yield from self.of_amounts(place, rows, accepted, amounts)
            elif not rows.carries(attribute):
                yield from self.attribute(place, rows, attribute)
            else:
                yield from self.accepted(place, rows, attribute, accepted)

    def of_amounts(self, path: Path, rows: Carried, accepted: Accepted, amounts: bool) -> Iterator[Problem]:
        """Limits of amounts, where there are amounts."""
        if not amounts and rows.without_amount:
            yield self.lines.problem(
                path,
                f"“{rows.without_amount}”没有数量",
                f'"{rows.without_amount}" has no amount',
                ("去掉 amount", "take amount away"),
            )
        if isinstance(accepted, Bounds):
            yield from self.bounds(path, rows, accepted)
        else:
            yield self.lines.problem(
                path,
                "数量要写上下限",
                "of an amount its limits are stated",
                ("如 amount: {at least: 3}", "for instance amount: {at least: 3}"),
            )

    def bounds(self, path: Path, rows: Carried, bounds: Bounds) -> Iterator[Problem]:
        """Limits that there are, shares of a number that the rows carry."""
        if not bounds.comparisons:
            yield self.lines.problem(
                path, "没有写上下限", "no limit is stated", ("如 {at least: 3}", "for instance {at least: 3}")
            )
        if bounds.of is not None and not (rows.carries(bounds.of) and rows.takes(bounds.of) == "number"):
            yield self.lines.problem(
                (*path, "of"),
                f"“{rows.title}”没有整数属性“{bounds.of}”",
                f'"{rows.title}" has no number "{bounds.of}"',
                choice(bounds.of, [one for one in rows.attributes if rows.takes(one) == "number"]),
            )
        for key, asked in bounds.comparisons:
            if isinstance(asked, Computed):
                yield self.lines.problem(
                    (*path, key),
                    "从另一计量算出的数只能写在条件里",
                    "a number made from another measure can stand in a clause only",
                    ("写一个数或 表名.列名", "write a number or table.column"),
                )

    def accepted(self, path: Path, rows: Carried, attribute: str, accepted: Accepted) -> Iterator[Problem]:
        """What is accepted of an attribute that the rows carry."""
        takes = rows.takes(attribute)
        if isinstance(accepted, Bounds):
            if takes != "number":
                yield self.lines.problem(
                    path,
                    f"“{attribute}”不是数，没有上下限",
                    f'"{attribute}" is not a number and has no limits',
                    ("写一个取值，或“… or better”", "write a term, or: … or better"),
                )
            yield from self.bounds(path, rows, accepted)
        elif isinstance(accepted, Lookup):
            yield from self.own_term(path, accepted.entry, attribute, rows)
        else:
            scale = rows.scale(attribute)
            yield from self.of_scale(path, attribute, accepted, scale, rows.terms(attribute), scale is not None)

    def own_term(self, path: Path, entry: str, attribute: str, rows: Carried) -> Iterator[Problem]:
        """The subject's own term is one that the rows can have."""
        name, _, own = entry.partition(".")
        if name != "own" or own not in self.ladder.attributes:
            return
        here, there = rows.terms(attribute), self.told(self.ladder.attributes[own], own)
        if here is not None and there is not None and not set(here) & set(there):
            yield self.lines.problem(
                path,
                f"“{own}”的取值与“{attribute}”的取值没有一个相同",
                f'no term of "{own}" is one of "{attribute}"',
                ("写同一取值表的属性", "name an attribute of the same scale"),
            )

    def of_scale(
        self,
        path: Path,
        attribute: str,
        accepted: AtLeastLevel | AtMostLevel | tuple[str, ...],
        scale: Scale | None,
        terms: tuple[str, ...] | None,
        ranked: bool,
    ) -> Iterator[Problem]:
        """Terms of a scale, and thresholds on it where it is ordered."""
        threshold = isinstance(accepted, AtLeastLevel | AtMostLevel)
        word = "or worse" if isinstance(accepted, AtMostLevel) else "or better"
        if terms is None:  # any text
            if threshold:
                yield self.lines.problem(
                    path,
                    f"“{attribute}”可以是任何文字，没有高低",
                    f'"{attribute}" is any text: none is better',
                    (f"去掉 {word}", f'take "{word}" away'),
                )
            return
        for term in (accepted.term,) if isinstance(accepted, AtLeastLevel | AtMostLevel) else accepted:
            yield from self.term(path, attribute, term, scale, terms)
        if threshold and not (scale is not None and scale.ordered and ranked):
            yield self.lines.problem(
                path,
                f"“{attribute}”的取值没有高低，不能写 {word}",
                f'no term of "{attribute}" is better than another',
                ("列出可接受的取值：[…, …]", "list those accepted: […, …]"),
            )

    def term(
        self, path: Path, attribute: str, term: str, scale: Scale | None, terms: tuple[str, ...]
    ) -> Iterator[Problem]:
        """A term of an attribute; who writes the Chinese name means its term."""
        if term not in terms:
            named = scale.terms if scale else ()
            meant = next((one.id for one in named if term in (one.zh, one.en, *one.also)), None)
            yield self.lines.problem(
                path,
                f"“{attribute}”没有“{term}”这一取值",
                f'"{term}" is no term of "{attribute}"',
                choice(term, terms, meant),
            )

    def looked_up(self, path: Path, only: Mapping[str, Accepted], rows: Carried, step: Step) -> Iterator[Problem]:
        """What a filter accepts by a table: every cell that a step may meet accepts something that rows can have."""
        for attribute, accepted in only.items():
            if isinstance(accepted, Bounds):
                for key, asked in accepted.comparisons:
                    found = self.numbers(asked, (*path, attribute, key), step)
                    yield from (one for one in found if isinstance(one, Problem))
            elif isinstance(accepted, Lookup) and not accepted.entry.startswith("own.") and rows.carries(attribute):
                for place, cell in self.cells(accepted.entry, step):
                    yield from self.accepted_in_cell(place, cell, attribute, rows)

    def accepted_in_cell(self, path: Path, cell: Cell, attribute: str, rows: Carried) -> Iterator[Problem]:
        """A cell that accepts something of an attribute."""
        try:
            accepted: Any = accepted_of(str(cell) if rows.takes(attribute) == "number" else cell)
        except PydanticCustomError:
            accepted = None
        if accepted is None or isinstance(accepted, Lookup | Bounds):
            yield self.lines.problem(
                path,
                f"“{cell}”不是“{attribute}”的取值",
                f'"{cell}" is no term of "{attribute}"',
                choice(str(cell), rows.terms(attribute) or ("text",)),
            )
        else:
            yield from self.accepted(path, rows, attribute, accepted)
