"""A mapping file: what the columns, words and numbers of one source's sheets mean, settled once.

Read like a ladder file: the text (``ladders.reading.source``), then the shape (``MappingFile``), then, once the kind of
table and the district are known, what it says against both (``console.intake.mapped``).  Every problem names its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, KeysView, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from console.intake.values import Cell, shown, squeezed
from ladders.model.words import Part
from ladders.problems import mistake, said
from ladders.reading.loading import LadderError, Lines, Problem, refuse_if, validated
from ladders.reading.nodes import Node, Path
from ladders.reading.source import Reader

FORMAT = "jieti-mapping/1"
IGNORE = ("忽略", "ignore")
"""What a column that is passed over, or a word whose rows are, is mapped to; the first is how we write it."""
UNSETTLED = ("?", "？")
"""What a proposal writes where it is not sure; such a file is refused until a person has decided."""
STEPS = ("down to", "up to", "nearest")
LOOKED_AT = 40
"""Rows at the top of a sheet in which a header may be."""
LONGEST = 200_000
"""Bytes of a mapping file; most have less than 3,000."""


# ---------------------------------------------------------------------------------------------- words of the model


def _text(value: Any) -> Any:
    """Text, also where YAML saw a number: ``1: 已认定`` means the cell 1."""
    if isinstance(value, Decimal):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise mistake(
            f"这里要写文字，写的是 {said(value)}",
            f"text is expected, not {said(value)}",
            ("写上文字，必要时加引号", "write some text, in quotes if need be"),
        )
    return value.strip()


def _texts(value: Any) -> Any:
    """One text, or a list of them."""
    return value if isinstance(value, list | tuple) else [value]


def _table(example_zh: str, example_en: str) -> Callable[[Any], Any]:
    def pairs(value: Any) -> Any:
        if isinstance(value, dict):
            return value
        raise mistake(
            f"这里要写若干“键: 值”，写的是 {said(value)}",
            f"lines of key: value are expected, not {said(value)}",
            (f"写作：{{{example_zh}}}", f"write: {{{example_en}}}"),
        )

    return pairs


def _worth(value: Any) -> Any:
    """What one of a unit is worth, exactly: a number, or a fraction as text."""
    if isinstance(value, Fraction):
        return value
    text = str(value).strip() if isinstance(value, str | Decimal) else ""
    if re.fullmatch(r"\d{1,6}(\.\d{1,6})?|\d{1,6}/[1-9]\d{0,5}", text) and (worth := Fraction(text)) > 0:
        return worth
    raise mistake(
        f"“{said(value)}”不是折算的数",
        f'"{said(value)}" is not what one of a unit is worth',
        (
            "写一个单位折合几学时：小数（6、0.5）或分数（1/45，即 45 分钟为 1 学时）",
            "write how many hours of training one is worth: a number (6, 0.5) or a fraction (1/45: 45 make one)",
        ),
    )


@dataclass(frozen=True)
class Rounding:
    """How an amount that does not come out even is rounded: which way, to multiples of what."""

    way: Literal["down to", "up to", "nearest"]
    step: Decimal


def _rounding(value: Any) -> Any:
    if isinstance(value, Rounding):
        return value
    words = " ".join(str(value).split()).lower()
    found = re.fullmatch(rf"({'|'.join(STEPS)}) (\d{{1,3}}(?:\.\d{{1,2}})?)", words)
    if found and (step := Decimal(found[2])) > 0:
        return Rounding(found[1], step)  # type: ignore[arg-type]
    raise mistake(
        f"“{said(value)}”不是取整的办法",
        f'"{said(value)}" does not say how to round',
        (
            "应为 down to 0.5（舍到半学时）、up to 0.5（进到半学时）或 nearest 0.1（四舍五入到 0.1）",
            "expected: down to 0.5, up to 0.5, or nearest 0.1",
        ),
    )


Words = Annotated[str, BeforeValidator(_text)]
Several = Annotated[tuple[Words, ...], BeforeValidator(_texts)]
Worth = Annotated[Fraction, BeforeValidator(_worth)]
Round = Annotated[Rounding, BeforeValidator(_rounding)]
Columns = Annotated[dict[str, Words], BeforeValidator(_table("员工编号: 工号", "staff id: staff number"))]
OfColumn = Annotated[dict[str, Words], BeforeValidator(_table("合格: 已认定", "passed: recognised"))]
Values = Annotated[dict[str, OfColumn], BeforeValidator(_table("状态: {合格: 已认定}", "state: {passed: recognised}"))]
Units = Annotated[dict[str, Worth], BeforeValidator(_table("分钟: 1/45", "minutes: 1/45"))]


class Hours(Part):
    """How the hours of this source are counted.

    ``unit`` is what a bare number is; ``units`` what one of each is worth in the hours that the district counts;
    ``round``, what becomes of an amount that does not come out even: without it such a row is handed back.
    """

    unit: Words | None = None
    units: Units = Field(default_factory=dict)
    round: Round | None = None


class MappingFile(Part):
    """What a mapping file says.  Columns of the sheet are named as its header writes them, ours as in our tables."""

    format: Literal["jieti-mapping/1"]
    title: Words | None = None
    source: Words | None = None
    """The platform, as 来源 of every row: with the record number it is what a record is known by."""
    kind: Words
    sheets: Several = ()
    recognises: Several = ()
    """Headers by which a sheet of this source is known, all of them; without them it is read only when asked for."""
    header_row: int | None = Field(default=None, alias="header row", ge=1, le=LOOKED_AT)
    columns: Columns = Field(default_factory=dict)
    """Their header → our column, or 忽略 / ignore."""
    values: Values = Field(default_factory=dict)
    """Their header → their word → our word (or code), or 忽略 / ignore: the whole row is then passed over."""
    hours: Annotated[Hours, BeforeValidator(_table("unit: 分钟", "unit: minutes"))] = Hours()
    dates: Literal["day/month/year", "month/day/year"] | None = None
    """Which comes first where a cell has neither a year in front nor a name of the month: 03/04/2026."""
    record: Several = ()
    """Their headers that together are the record number."""
    identity: Several = ()
    """Their headers that together name the training on whatever platform it is reported."""
    constant: Columns = Field(default_factory=dict)
    """Our column → what it is in every row."""


# --------------------------------------------------------------------------------------------------- reading a file


@dataclass(frozen=True)
class Mapping:
    """A mapping file that was read: the name it is kept under, what it says, and where in the file."""

    name: str
    file: MappingFile
    lines: Lines

    def problem(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> Problem:
        """A problem at a place of the file."""
        return self.lines.problem(path, zh, en, mend)

    def is_for(self, sheet: str, header: Sequence[Cell]) -> bool:
        """Whether the file, when it is asked for, reads a sheet: by the sheet's name, or by any header it knows."""
        if self.file.sheets:
            return self.names(sheet)
        found = {squeezed(shown(cell)) for cell in header}
        return any(squeezed(name) in found for name in (*self.file.recognises, *self.file.columns))

    def names(self, sheet: str) -> bool:
        """Whether the sheet is one of those that the file is for."""
        return not self.file.sheets or squeezed(sheet) in {squeezed(name) for name in self.file.sheets}


def read_mapping(data: bytes, file: str, name: str) -> Mapping:
    """The mapping in a file's bytes; LadderError with every problem, the file being called ``file`` in them."""
    reader = Reader(file, again=("", ""))
    if len(data) > LONGEST:
        raise reader.stop(
            0,
            f"文件有 {len(data):,} 字节，最多 {LONGEST:,} 字节",
            f"the file has {len(data):,} bytes; {LONGEST:,} are the most",
            "映射文件一般不到 3 KB，请确认没有选错文件",
            "a mapping file has less than 3,000: is it the right file?",
        )
    if not data.strip():
        raise reader.stop(0, "文件是空的", "the file is empty", *PROPOSE)
    root = reader.read(data)
    if not isinstance(root.value, dict):
        raise reader.stop(
            root.line,
            "这不是映射文件：应是若干“键: 值”",
            "this is no mapping file: it needs lines of key: value",
            *PROPOSE,
        )
    reader.problems.extend(_unsettled(Lines(file, root), root))
    reader.problems.extend(_unparted(Lines(file, root), root))
    found = validated(MappingFile, root, reader)
    refuse_if(reader.problems)
    assert isinstance(found, MappingFile)
    return Mapping(name, found, Lines(file, root))


PROPOSE = (
    "用 jieti import 表格 --dry-run --propose-mapping 新文件.yaml 起草一份",
    "draft one with jieti import FILE --dry-run --propose-mapping NEW.yaml",
)


def signature(data: bytes) -> tuple[str, ...]:
    """The headers that a file says it recognises, though the rest of it may be wrong; none where it says none."""
    return _headers(data)[0]


def headers_of(data: bytes) -> tuple[str, ...]:
    """All headers that a file makes use of, though the rest of it may be wrong."""
    known, columns, _ = _headers(data)
    return (*known, *columns)


def told_row(data: bytes) -> int | None:
    """The row of the header, where a file says it."""
    return _headers(data)[2]


@lru_cache(200)
def _headers(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...], int | None]:
    try:
        root = Reader("").read(data)
    except LadderError:
        return (), (), None
    at = root["header row"].value
    row = int(at) if isinstance(at, Decimal) and 1 <= at <= LOOKED_AT else None
    columns = (name for name, ours in root["columns"].pairs.items() if ours.text not in IGNORE)
    known = (part for one in root["recognises"].texts for part in parted(one, root["columns"].pairs.keys()) or (one,))
    return tuple(known), tuple(columns), row


_LISTS = ("recognises", "record", "identity", "sheets")
_SEPARATORS = "，、；,;"
_FULL = "，；"
"""Commas of a Chinese keyboard: to the eye they part a list, to a program they do not; hardly any name has one."""


def parted(text: str, headers: KeysView[str]) -> tuple[str, ...]:
    """The names that one text of a list was meant to be, where it was parted by another comma than the plain one.

    Nothing for a text that is a name: one of the sheet's ``headers``, or without such a mark.  A mark that names do
    have parts them only where some part is a header.
    """
    parts = tuple(part for one in re.split(f"[{_SEPARATORS}]", text) if (part := one.strip()))
    if len(parts) < 2 or text in headers:
        return ()
    return parts if any(mark in text for mark in _FULL) or not headers.isdisjoint(parts) else ()


def _unparted(lines: Lines, root: Node) -> Iterator[Problem]:
    """A sentence for every text of a list that was meant to be several."""
    for key in _LISTS:
        node = root[key]
        places = [((key,), node)] if node.text is not None else [((key, at), one) for at, one in enumerate(node.items)]
        for path, one in places:
            if one.text is None or not (parts := parted(one.text, root["columns"].pairs.keys())):
                continue
            right = f"{key}: [{', '.join(parts)}]"
            yield lines.problem(
                path,
                f"“{one.text}”没有用英文逗号分开，会被当成一个名字",
                f'"{one.text}" is not parted by plain commas, and would be one name',
                (
                    f"写作 {right}；确是表里的一个列名，就在 columns 里也写上它",
                    f"write {right}; if it is one header of the sheet, name it under columns too",
                ),
            )


_SETTLE: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "columns": (
        ("“{key}”是我们的哪一列，还没有定", 'which of our columns "{key}" is has not been settled'),
        (
            "写上列名，或写“忽略”；可能是什么、理由是什么，在它旁边的注释里",
            "write the column, or ignore; the comment beside it says what it may be, and why",
        ),
    ),
    "values": (
        ("“{above}”里的“{key}”是什么意思，还没有定", 'what "{key}" means in "{above}" has not been settled'),
        ("写上我们的用语，或写“忽略”（整行略过）", "write our word for it, or ignore: such rows are passed over"),
    ),
    "constant": (
        ("“{key}”还没有定", '"{key}" has not been settled'),
        (
            "写上每行都一样的内容；其实有这一列的，在 columns 里指明，删掉这一行",
            "write what it is in every row; or say under columns which column it is, and take this line away",
        ),
    ),
    "units": (
        ("1 {key}折合几学时，还没有定", 'how many hours one "{key}" is worth has not been settled'),
        (
            "写小数（6、0.5）或分数（1/45，即 45 分钟为 1 学时）",
            "write a number (6, 0.5) or a fraction (1/45: 45 make one)",
        ),
    ),
    "": (
        ("“{key}”还没有定", '"{key}" has not been settled'),
        ("写上，或删掉这一行", "write it, or take the line away"),
    ),
}
"""What is said of a question that a draft left open, and of how to settle it, by the part in which it stands."""


def _unsettled(lines: Lines, root: Node) -> Iterator[Problem]:
    """A sentence for every question that the draft left open; the nodes are then spoken of no more."""

    def walk(node: Node, path: Path) -> Iterator[tuple[Node, Path]]:
        children = node.value.items() if isinstance(node.value, dict) else enumerate(node.items)
        for key, child in children:
            if child.text in UNSETTLED:
                yield child, (*path, key)
            yield from walk(child, (*path, key))

    for node, path in walk(root, ()):
        part = next((str(key) for key in reversed(path[:-1]) if str(key) in _SETTLE), "")
        what, mend = _SETTLE[part]
        said = {"key": path[-1], "above": path[-2] if len(path) > 1 else ""}
        node.refused = True
        yield lines.problem(path, what[0].format(**said), what[1].format(**said), mend)
