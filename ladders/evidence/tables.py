"""Attributes of subjects, and tables, as every place sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Protocol

import numpy as np

from ladders.evidence.columns import Bools, Codes, Index, Ints
from ladders.evidence.vectors import checked, either
from ladders.evidence.view import Source, View
from ladders.model.ladder import Cell, Cells


class Carried(Protocol):
    """Rows of evidence, as a table or a filter sees them."""

    @property
    def place(self) -> Index:
        """Where each of them counts."""
        ...

    def codes(self, attribute: str) -> Codes | None:
        """The code of an attribute in each of them, -1 where it is lacking; None where none has it."""
        ...

    def is_number(self, attribute: str) -> bool:
        """Whether an attribute is a whole number, which is its own code."""
        ...


@dataclass(frozen=True)
class Told:
    """An attribute of the subject at every place: a number of ``terms`` or -1, where that is uncertain, and the row."""

    terms: tuple[str, ...]
    code: Index
    unknown: Bools
    source: Source | None
    row: Index
    scale: tuple[str, ...]
    """The terms from the lowest to the highest, where they have an order."""

    def code_in(self, numbers: Mapping[str, int]) -> Index:
        """The number of each place's term in another dictionary; -1 where it has none there."""
        table = np.array([*(numbers.get(term, -1) for term in self.terms), -1], np.intp)
        return table[self.code]


_WIDE = 100_000
"""Codes below this are looked up in a table."""


@dataclass(frozen=True)
class Column:
    """A number, or a column of a table: which of its ``cells`` each place is told, or each row by its ``keys``."""

    view: View
    told: Callable[[str], Told]
    cells: tuple[Cell, ...]
    """What anybody may be told."""
    entries: Cells
    own: tuple[str, ...]
    keys: tuple[str, ...]
    """Attributes of the row of evidence."""
    other: int
    """The number of the cell for whatever is not named; -1: there is none."""

    @cached_property
    def missing(self) -> Bools | None:
        """Where it hangs on an attribute of the subject that is not known, or that the table does not name."""
        lacking: Bools | None = None
        for name in self.own:
            one = self.told(name)
            lacking = either(lacking, one.unknown)
            if self.other < 0:
                lacking = either(lacking, one.code < 0)
        if self.own and not self.keys:
            lacking = either(lacking, self._which(None) < 0)
        return lacking

    @property
    def which(self) -> Index | int:
        """The number of the cell at every place; ValueError where it hangs on the row."""
        if self.keys:
            raise ValueError(f"a table by {', '.join(self.keys)} can only be asked of a row")
        if not self.own:
            return self.number_of.get((), self.other)
        return np.maximum(self._which(None), 0)

    def by_code(self, rows: Carried) -> tuple[Codes, Index] | None:
        """The codes of the rows, and the number of the cell for every code (the last for -1).

        None where it hangs on more than one attribute, or the codes are too many for a table of them.
        """
        if len(self.entries.keys) > 1 or self.own:
            return None
        (key,) = self.keys
        codes = rows.codes(key)
        highest = -1 if codes is None else int(codes.max(initial=-1))
        if codes is None or highest >= _WIDE:
            return None
        cells = np.full(highest + 2, self.other)
        for (term,), cell in self.number_of.items():
            digits = int(term) if term.isdecimal() else -1
            code = digits if rows.is_number(key) else self.view.code(key, term)
            if 0 <= code <= highest:
                cells[code] = cell
        return codes, cells

    def which_of(self, rows: Carried) -> Index:
        """The number of the cell for each row; -1 where there is none."""
        return self._which(rows)

    @cached_property
    def number_of(self) -> dict[tuple[str, ...], int]:
        """The number of the cell for the terms of the keys."""
        return {terms: self.cells.index(cell) for terms, cell in self.entries.rows.items()}

    def _which(self, rows: Carried | None) -> Index:
        count = self.view.places if rows is None else len(rows.place)
        combined, width = np.zeros(count, np.intp), 1
        names: list[dict[str, int]] = []
        for nth, key in enumerate(self.entries.keys):
            named = {term: n for n, term in enumerate(dict.fromkeys(terms[nth] for terms in self.number_of))}
            if key in self.own:
                here = self.told(key).code_in(named)
                here = here if rows is None else here[rows.place]
            else:
                here = np.full(count, -1) if rows is None else self._numbered(rows, key, named)
            combined = combined * (len(named) + 1) + here + 1
            width *= len(named) + 1
            names.append(named)
        table = np.full(width, self.other)
        for terms, cell in self.number_of.items():
            spot = 0
            for term, known in zip(terms, names, strict=True):
                spot = spot * (len(known) + 1) + known[term] + 1
            table[spot] = cell
        return table[combined]

    def _numbered(self, rows: Carried, key: str, named: Mapping[str, int]) -> Index:
        """The number of each row's term among those that the table names; -1 for others."""
        codes = rows.codes(key)
        found = np.full(len(rows.place), -1)
        if codes is None:
            return found
        if rows.is_number(key):  # a whole number, and its digits in the table
            numbers = {int(term): n for term, n in named.items() if term.isdecimal()}
        else:
            numbers = {self.view.code(key, term): n for term, n in named.items()}
        highest = int(codes.max(initial=-1))
        if highest < _WIDE:
            table = np.full(highest + 2, -1)
            for code, n in numbers.items():
                if 0 <= code <= highest:
                    table[code] = n
            return table[codes]
        for code, n in numbers.items():
            found[codes == code] = n
        return found

    # ------------------------------------------------------------------------------------------ as numbers

    @cached_property
    def fine(self) -> int:
        """The common denominator of all cells."""
        return lcm(*(exact(cell).denominator for cell in self.cells))

    def natural(self, unit: int) -> list[int]:
        """Every cell at a scale; ValueError where that would round, or is below 0, and OverflowError beyond 64 bits."""
        scaled = [exact(cell) * unit for cell in self.cells]
        if any(one.denominator > 1 or one < 0 for one in scaled):
            raise ValueError(f"a whole number of 1/{unit} that is not negative must stand here")
        return [checked(int(one)) for one in scaled]

    def at_places(self, unit: int) -> Ints | int:
        """The cell at every place, at a scale."""
        which = self.which
        # Without any cell nobody finds one: the number is missing everywhere, and this means nothing.
        scaled = [int(exact(cell) * unit) for cell in self.cells] or [0]
        return scaled[which] if isinstance(which, int) else np.array(scaled, np.int64)[which]


def exact(cell: Cell) -> Fraction:
    """A cell as a number."""
    if isinstance(cell, str):
        raise ValueError(f'"{cell}" is not a number')  # noqa: TRY004 - a ladder's mistake
    return Fraction(cell)
