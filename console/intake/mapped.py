"""A mapping file held against the kind of table that it is for: which header is which column, and what is made up.

What the file says is checked here against the kind's columns, and by ``check_words`` against the district's own words;
every problem has its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

from console.intake.column_names import NO_MARKS, Marks, named
from console.intake.columns import Column, FileKind
from console.intake.desk import Desk
from console.intake.kinds import KINDS, kind_named
from console.intake.mapping_file import IGNORE
from console.intake.mapping_file import Mapping as MappingOf
from console.intake.translating import Translation
from console.intake.values import Cell, nearest, shown, squeezed
from console.intake.values import Problem as Said
from events.facts import Catalogue
from ladders.problems import choice
from ladders.reading.loading import LadderError, Problem
from ladders.reading.nodes import Path

JOINED = "/"
"""Stands between the parts of a record number that is made of several columns."""
COUNTED = ("hours", "amount")
"""Columns of which ``hours`` speaks."""
_IGNORED = {squeezed(word) for word in IGNORE}


@dataclass(frozen=True)
class Made:
    """A column that no single column of the sheet is: the cells of several headers joined, or the same in every row."""

    column: Column
    headers: tuple[str, ...] = ()
    constant: Cell = ""

    def cells(self, columns: Sequence[Sequence[Cell]], places: Mapping[str, int], count: int) -> list[Cell]:
        """Its cells for a block of ``count`` rows; blank where a part is."""
        if not self.headers:
            return list(repeat(self.constant, count))
        parts = [columns[at] if (at := places[squeezed(one)]) < len(columns) else [""] * count for one in self.headers]
        if len(parts) == 1:
            return list(parts[0])
        said = (tuple(shown(cell).strip() for cell in cells) for cells in zip(*parts, strict=True))
        return [JOINED.join(cells) if all(cells) else "" for cells in said]


@dataclass(frozen=True)
class Mapped:
    """What a mapping makes of a header; the empty one leaves it to what is known."""

    mapping: MappingOf | None = None
    columns: Mapping[str, Column | None] = field(default_factory=dict)
    """By squeezed header; None: passed over."""
    translations: Mapping[str, Translation] = field(default_factory=dict)
    """What words mean under a header, by squeezed header."""
    made: tuple[Made, ...] = ()

    @property
    def claimed(self) -> frozenset[str]:
        """The columns that the mapping speaks of: no other header may mean them."""
        return frozenset(
            [one.name for one in self.columns.values() if one is not None] + [one.column.name for one in self.made]
        )

    def translated(self, header: str, column: Column) -> Column:
        """The column of a header, whose cells are translated before they are read."""
        if self.mapping is None:
            return column
        said = self.translations.get(squeezed(header)) or Translation(self.mapping.name)
        hours, dates = self.mapping.file.hours, self.mapping.file.dates
        if column.name in COUNTED and hours.units:
            said = replace(said, hours=hours)
        elif dates:
            said = replace(said, dates=dates)
        if not said.words and said.hours is None and said.dates is None:
            return column
        skips = None in said.words.values()
        return replace(column, reader=lambda desk: said.before(column.reader(desk)), skips=skips)

    def lacking(self, header: Sequence[str]) -> list[str]:
        """The headers on which the mapping relies and which are not there."""
        there = {squeezed(name) for name in header}
        parts = [name for one in self.made for name in one.headers]
        relied = [name for name in self.mapping.file.columns if self.columns[squeezed(name)]] if self.mapping else []
        return [name for name in dict.fromkeys([*relied, *parts]) if squeezed(name) not in there]


NOTHING_MAPPED = Mapped()


def hold(mapping: MappingOf, kind: FileKind, catalogue: Catalogue, marks: Marks = NO_MARKS) -> Mapped:
    """The mapping as a kind of table understands it; LadderError with every problem of the file."""
    return _Holding(mapping, kind, catalogue, marks).held()


class _Holding:
    """One mapping being held against one kind."""

    def __init__(self, mapping: MappingOf, kind: FileKind, catalogue: Catalogue, marks: Marks) -> None:
        self.mapping, self.file, self.kind = mapping, mapping.file, kind
        self.find = named(kind, catalogue, marks)
        self.ids = {column.name: column for column in kind.columns}
        self.problems: list[Problem] = []
        self.taken: dict[str, str] = {}
        """Our columns that are spoken of, and by what."""

    def held(self) -> Mapped:
        columns: dict[str, Column | None] = {}
        for header, ours in self.file.columns.items():
            path = ("columns", header)
            if squeezed(header) in columns:
                self.refuse(path, f"“{header}”写了两次", f'"{header}" is written twice', ONCE)
            columns[squeezed(header)] = None if squeezed(ours) in _IGNORED else self.ours(path, ours, header)
        translations = self.translations(columns)
        made = [*self.joined("record"), *self.joined("identity"), *self.constants()]
        self.hours_are_counted()
        if self.problems:
            raise LadderError(dict.fromkeys(self.problems))
        return Mapped(self.mapping, columns, translations, tuple(made))

    def refuse(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> None:
        """Take note of a problem."""
        self.problems.append(self.mapping.problem(path, zh, en, mend))

    def ours(self, path: Path, word: str, by: str) -> Column | None:
        """The column of ours that a word names; a problem where it names none, or one that is taken."""
        column = self.find(word) or self.ids.get(word)
        if column is None:
            zh, _ = choice(word, [one.headers[0] for one in self.kind.columns])
            _, en = choice(word, [one.headers[1] for one in self.kind.columns])
            self.refuse(
                path,
                f"{self.kind.zh}表没有“{word}”这一列",
                f'{self.kind.id} have no column "{word}"',
                (f"{zh}\n不要的列写“忽略”", f"{en}\nor ignore, for a column that is not needed"),
            )
            return None
        if (before := self.taken.get(column.name)) is not None:
            zh, en = column.headers[0], column.headers[min(1, len(column.headers) - 1)]
            self.refuse(path, f"“{zh}”已经由“{before}”来填", f'{en} is filled by "{before}" already', ONCE)
        self.taken[column.name] = by
        return column

    def translations(self, columns: Mapping[str, Column | None]) -> dict[str, Translation]:
        """What cells mean, by squeezed header."""
        found = {}
        for header, words in self.file.values.items():
            key = squeezed(header)
            if columns.get(key) is None and (key in columns or self.find(header) is None):
                self.refuse(
                    ("values", header),
                    f"columns 里没有说“{header}”是哪一列",
                    f'columns does not say what "{header}" is',
                    (
                        f"在 columns 下加一行：{header}: …；这里的键是表格里的列名",
                        f"add a line under columns: {header}: …; the keys here are the sheet's own headers",
                    ),
                )
            said = {squeezed(word): None if squeezed(ours) in _IGNORED else ours for word, ours in words.items()}
            found[key] = Translation(self.mapping.name, said)
        return found

    def joined(self, key: str) -> Iterator[Made]:
        """The column that several headers make together."""
        headers: tuple[str, ...] = getattr(self.file, key)
        if not headers:
            return
        column = self.ours((key,), key, key) if key in self.ids else None
        if key not in self.ids:
            self.refuse((key,), f"{self.kind.zh}表没有这一项", f"{self.kind.id} have none", TAKE_AWAY)
        if column is not None:
            yield Made(column, headers)

    def constants(self) -> Iterator[Made]:
        """What is the same in every row, the platform among it."""
        for word, value in self.file.constant.items():
            column = self.ours(("constant", word), word, "constant")
            if column is not None:
                yield Made(column, constant=value)
        if self.file.source and "system" in self.ids and "system" not in self.taken:
            yield Made(self.ids["system"], constant=self.file.source)

    def hours_are_counted(self) -> None:
        """Units are of use only where there is something to count."""
        hours = self.file.hours
        if not hours.units and hours.unit is None and hours.round is None:
            return
        if not any(name in self.ids for name in COUNTED):
            self.refuse(("hours",), f"{self.kind.zh}表没有学时", f"{self.kind.id} have no hours", TAKE_AWAY)
        elif not hours.units:
            self.refuse(
                ("hours",),
                "没有写一个单位折合几学时",
                "it does not say what one of a unit is worth",
                ("加上 units，如 {分钟: 1/45, 天: 6}", "add units: {minutes: 1/45, days: 6}, say"),
            )
        elif hours.unit and squeezed(hours.unit) not in {squeezed(unit) for unit in hours.units}:
            self.refuse(
                ("hours", "unit"),
                f"units 里没有“{hours.unit}”",
                f'units has no "{hours.unit}"',
                (f"在 units 下加一行：{hours.unit}: …", f"add a line under units: {hours.unit}: …"),
            )


ONCE = ("留下一处，另一处写“忽略”或删掉", "keep one of them; write ignore for the other, or take it away")
TAKE_AWAY = ("删掉这一项", "take it away")


def _choice_of_kinds(word: str) -> tuple[str, str]:
    """The kinds of tables there are, as the mend of a word that names none."""
    near = nearest(word, {name: kind.id for kind in KINDS for name in (kind.zh, kind.en, kind.id)})
    meant = kind_named(near).id if near and kind_named(near) else None  # type: ignore[union-attr]
    zh, _ = choice(word, [f"{kind.zh}（{kind.id}）" for kind in KINDS], meant)
    _, en = choice(word, [kind.id for kind in KINDS], meant)
    return zh, en


def kind_of(mapping: MappingOf) -> FileKind:
    """The kind of table that a mapping is for; LadderError where there is none of that name."""
    if (kind := kind_named(mapping.file.kind)) is None:
        word = mapping.file.kind
        zh, en = f"没有“{word}”这种表", f'there is no kind "{word}"'
        raise LadderError([mapping.problem(("kind",), zh, en, _choice_of_kinds(word))])
    return kind


def check_words(mapping: MappingOf, kind: FileKind, desk: Desk, marks: Marks = NO_MARKS) -> None:
    """Whether what words and constants are mapped to is understood in this district; LadderError if some is not."""
    known, ids = named(kind, desk.catalogue, marks), {column.name: column for column in kind.columns}
    columns = {squeezed(header): ours for header, ours in mapping.file.columns.items()}
    problems: list[Problem] = []

    def read(path: Path, word: str, column: Column | None) -> None:
        if column is None or squeezed(word) in _IGNORED:
            return
        value: Any = column.reader(desk)(word)
        if isinstance(value, Said):
            head = column.headers[0], column.headers[min(1, len(column.headers) - 1)]
            zh, en = f"“{word}”不能作{head[0]}", f'"{word}" is no {head[1]}'
            problems.append(mapping.problem(path, zh, en, (value.zh, value.en)))

    for header, words in mapping.file.values.items():
        ours = columns.get(squeezed(header), header)
        for theirs, meant in words.items():
            read(("values", header, theirs), meant, known(ours) or ids.get(ours))
    for ours, value in mapping.file.constant.items():
        read(("constant", ours), value, known(ours) or ids.get(ours))
    if problems:
        raise LadderError(problems)
