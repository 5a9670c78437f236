"""Rows to commands, a block at a time: cells to values, codes to subjects, then the kind's builder.

Column by column, not cell by cell: a column's distinct cells are read once (``Memo``), and a block's codes are asked
of the district in one question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from console.intake.desk import NAMES, Desk, Row, RowProblem
from console.intake.finding import no_record, put_aside
from console.intake.headers import Layout
from console.intake.reading import Block, Sheet
from console.intake.translating import PassedOver
from console.intake.values import Cell, Memo, Problem, shown
from events.vault import Destroyed
from workflows.commands import Command

HandBack = Callable[[int, list[Cell], str | None, Problem], None]
"""(row number, its cells, the column's name, why)"""

TOO_LONG = Problem(
    "这一行的单元格比表头多；是否有未加引号的逗号？",
    "more cells than the header has: a comma without quotes, perhaps?",
)
HALF = Problem(
    "文件在这一行中间断了，后面可能还有；请重新导出，或补全这一行",
    "the file breaks off in the middle of this row, and more may be missing: export it again, or complete the row",
)
ERASED = Problem(
    "这一行说的人档案已经删除，不再登记；请从表中去掉这一行",
    "the record of the person in this row was erased, and nothing more is recorded of them: take the row out",
)
CIRCLE = Problem(
    "上级单位互相包含，绕成了圈，或上级单位没有导入",
    "the units above it are not there, or go round in a circle",
)


@dataclass
class Builder:
    """Reads a sheet's rows as its layout says."""

    layout: Layout
    desk: Desk
    hand_back: HandBack
    put_aside: Callable[[int, Problem], None]
    """Hears of a row that is no record, and what it is."""
    ragged: bool = False
    unended: int = 0
    """As the sheet's."""
    ignored: int = 0
    memos: list[Memo] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memos = [Memo(column.reader(self.desk)) for _, column in self.layout.places]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows that can be built, in the order in which they must be."""
        read = chain.from_iterable(map(self.read, sheet.blocks()))
        if self.layout.kind.together:
            return self._together(read, self.layout.kind.together)
        return self._parents_first(read) if self.layout.kind.parents else read

    def read(self, block: Block) -> Iterator[Row]:
        """The rows of a block as values; the faulty ones are handed back, or put aside where they are no records or
        their source's mapping passes them over; blank ones are counted."""
        block = [(number, row) for number, row in block if self._is_row(number, row)]
        if not block:
            return
        cells = list(zip_longest(*(row for _, row in block), fillvalue=""))
        passed_over: dict[int, Problem] = {}
        faulty: dict[int, list[tuple[str, Problem]]] = {}
        names, columns = [], []
        for memo, (place, column) in zip(self.memos, self.layout.places, strict=True):
            values = list(map(memo.__getitem__, self.layout.cells(place, cells, len(block))))
            if column.skips:
                passed_over |= {index: value.why for index, value in enumerate(values) if isinstance(value, PassedOver)}
            if memo.faulty:
                self._note(faulty, column.name, values)
            if column.refers or column.named:
                values = self._resolve(faulty, column.name, values)
            names.append(column.name)
            columns.append(values)
        blank = {name for name, memo in zip(names, self.memos, strict=True) if memo.blank}
        self._note_missing(faulty, dict(zip(names, columns, strict=True)), blank)
        for index, ((number, row), read) in enumerate(zip(block, zip(*columns, strict=True), strict=True)):
            if index in passed_over:
                self.put_aside(number, passed_over[index])
            elif index not in faulty:
                built = Row(zip(names, read, strict=True))
                built.number, built.cells = number, row
                yield built
            elif (what := no_record(row, self.layout)) is not None:
                self.put_aside(number, what)
            else:
                for name, problem in faulty[index]:
                    self.hand_back(number, row, name, problem)

    def commands(self, row: Row) -> list[Command]:
        """What a row asks for; none, and handed back, if its parts do not go together."""
        try:
            return list(self.layout.kind.build(row, self.desk))
        except RowProblem as why:
            column, problem = why.column, why.problem
        except Destroyed:  # since the block was begun
            column, problem = None, ERASED
        for one in (row, *row.others):
            self.hand_back(one.number, one.cells, column, problem)
        return []

    def _is_row(self, number: int, row: list[Cell]) -> bool:
        """Whether there is anything to read in a row: a blank one is counted, one that is too long handed back."""
        first = row[0] if row else ""
        if not (isinstance(first, str) and first.strip()) and not any(shown(cell).strip() for cell in row):
            self.ignored += 1
            return False
        if number in self.desk.erased:
            self.hand_back(number, row, None, ERASED)
            return False
        if (what := put_aside(first)) is not None:
            self.put_aside(number, what)
            return False
        width = len(self.layout.header)
        if self.ragged and len(row) > width and any(shown(cell).strip() for cell in row[width:]):
            self.hand_back(number, row, None, TOO_LONG)
            return False
        if number == self.unended and len(row) < width and no_record(row, self.layout) is None:
            self.hand_back(number, row, None, HALF)
            return False
        return True

    def _note(self, faulty: dict[int, list[tuple[str, Problem]]], name: str, values: list[Any]) -> None:
        for index, value in enumerate(values):
            if isinstance(value, Problem):
                faulty.setdefault(index, []).append((name, value))

    def _note_missing(
        self, faulty: dict[int, list[tuple[str, Problem]]], columns: dict[str, list[Any]], blank: set[str]
    ) -> None:
        pointing = self._pointing(columns)
        for group in self.layout.needs:
            spared = pointing if group not in self.layout.kind.enough else frozenset()
            there = [columns[name] for name in group if name in columns]
            if not blank.issuperset(name for name in group if name in columns):
                continue
            zh = "或".join(self.layout.column(name).headers[0] for name in group)
            en = " or ".join(self.layout.column(name).headers[1] for name in group)
            problem = Problem(f"缺少{zh}", f"{en} is missing")
            first = next(name for name in group if name in columns)
            for index, values in enumerate(zip(*there, strict=True)):
                told = {name for name, _ in faulty.get(index, ())}  # an unknown code is not a missing one
                if index not in spared and told.isdisjoint(group) and all(value is None for value in values):
                    faulty.setdefault(index, []).append((first, problem))

    def _pointing(self, columns: dict[str, list[Any]]) -> Collection[int]:
        """The rows that void or recognise a record and name it fully: they need not say what is in it."""
        enough = self.layout.kind.enough
        if not enough or "act" not in columns:
            return frozenset()
        named = [[columns[name] for name in group if name in columns] for group in enough]
        return frozenset(
            index
            for index, act in enumerate(columns["act"])
            if act in ("void", "recognise") and all(any(one[index] is not None for one in group) for group in named)
        )

    def _resolve(self, faulty: dict[int, list[tuple[str, Problem]]], name: str, values: list[Any]) -> list[Any]:
        column = next(column for _, column in self.layout.places if column.name == name)
        if column.named:
            found = {value: self.desk.unit_named(value) for value in set(values) if isinstance(value, str)}
            unknown = dict.fromkeys((name for name, unit in found.items() if unit is None), NAMES["unit"])
        else:
            assert column.refers is not None
            self.desk.learn(column.refers, values)
            if column.begins:
                if self.layout.kind.parents is None or name != self.layout.kind.parents[1]:
                    self.desk.prepare(column.refers, values)  # a parent is begun by its own row, not by its children
                return values
            known = self.desk.known[column.refers]
            found = {value: known.get(value) for value in set(values) if isinstance(value, str)}
            lost = [code for code, subject in found.items() if subject is None]
            unknown = self.desk.unknown(column.refers, lost) if lost else {}
        if unknown:
            for index, value in enumerate(values):
                if isinstance(value, str) and value in unknown:
                    faulty.setdefault(index, []).append((name, unknown[value]))
        return [found.get(value) if isinstance(value, str) else None for value in values]

    def _together(self, rows: Iterator[Row], of: Callable[[Row], Hashable]) -> Iterator[Row]:
        """The rows that make one thing together as one row, the first of them, which has the others with it."""
        groups: dict[Hashable, list[Row]] = {}
        for row in rows:
            groups.setdefault(of(row), []).append(row)
        for first, *others in groups.values():
            first.others = tuple(others)
            yield first

    def _parents_first(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Rows after those that they name as their parents; what is left over goes round in a circle."""
        code, above = self.layout.kind.parents or ("", "")
        waiting = list(rows)
        here = {row[code] for row in waiting}
        while waiting:
            ready = [row for row in waiting if row[above] not in here]
            yield from ready
            later = [row for row in waiting if row[above] in here]
            if not ready:
                for row in later:
                    self.hand_back(row.number, row.cells, above, CIRCLE)
                return
            waiting, here = later, {row[code] for row in later}
