"""Where a sheet's table is: the header under titles and notes, over one row or two, and the rows that are no records.

Offices write a title and a line of notes above the header, part a column in two under one merged cell, merge a name
over several rows, and close with a sum and who filled it in.  ``find`` gives the sheet with its header in one row and
only the rows under it; ``no_record`` says of a row that could not be read whether it was meant to be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from console.intake.cutting import Merged
from console.intake.reading import Block, Sheet
from console.intake.refusing import Unrecognised
from console.intake.values import Cell, Problem, plain, shown, squeezed, visible

if TYPE_CHECKING:
    from console.intake.headers import Layout

LOOKED_AT = 40
"""Rows at the top in which the header is looked for."""


# --------------------------------------------------------------------------------------------------- the header


@dataclass(frozen=True)
class _Header:
    """A row, or two, that may be the header; ``known`` counts its cells that are headers of some kind."""

    first: int
    last: int
    cells: tuple[Cell, ...]
    known: int
    otherwise: tuple[Cell, ...] = ()
    """The other way to join two rows."""


def find(
    sheet: Sheet, words: Collection[str], recognise: Callable[[Sequence[Cell]], Layout], at: int | None = None
) -> tuple[Sheet, Layout]:
    """The sheet with its header found and only the rows under it, and the header as ``recognise`` reads it.

    ``words`` are all headers that are known, squeezed.  The first row that has most of them, or nearly so many, and is
    recognised is the header; where the row under it parts its columns, the two are; with ``at`` it is that row.
    Raises what ``recognise`` raises.
    """
    top = [(number, row) for number, row in sheet.first_rows(LOOKED_AT) if any(_text(cell) for cell in row)]
    told = next((_Header(number, number, tuple(row), 0) for number, row in top if number == at), None)
    header, layout = _read([told] if told else _headers(top, sheet.merged, words), recognise)

    def blocks() -> Iterator[Block]:
        return _filled(_under(sheet.blocks(), header.last), sheet.merged, header.last)

    above = tuple((number, _across(number, row, sheet.merged)) for number, row in top if number <= header.last)
    placed = replace(
        sheet,
        header=layout.header,
        rows=max(0, sheet.rows - header.last),
        blocks=blocks,
        header_rows=(header.first, header.last),
        above=tuple(tuple(row) for _, row in above),
    )
    return placed, layout


def _read(headers: Sequence[_Header], recognise: Callable[[Sequence[Cell]], Layout]) -> tuple[_Header, Layout]:
    """The first that is recognised, and as what; what is said of the likeliest, where none is."""
    said: dict[int, Unrecognised] = {}
    for header in headers:
        for cells in dict.fromkeys((header.cells, header.otherwise or header.cells)):
            try:
                return header, recognise(cells)
            except Unrecognised as why:
                said.setdefault(header.known, why)
    raise said[max(said)]


def _headers(top: Sequence[tuple[int, list[Cell]]], merged: Sequence[Merged], words: Collection[str]) -> list[_Header]:
    """The rows, or pairs of rows, that may be the header, in their order."""
    if not top:
        return [_Header(1, 1, (), 0)]
    top = [(number, [visible(cell) if isinstance(cell, str) else cell for cell in row]) for number, row in top]
    filled = [(number, _across(number, row, merged)) for number, row in top]
    found = [_Header(number, number, tuple(row), _known(row, words)) for number, row in top]
    for place, ((upper, parents), (lower, children)) in enumerate(pairwise(filled)):
        if lower == upper + 1 and _parts(parents, children, words):
            joined, other = (tuple(_joined(parents, children, words, own)) for own in (False, True))
            pair = _Header(upper, lower, joined, _known(joined, words), other)
            # A column that is parted below is not to be read as if it were whole, though fewer of its parts be known;
            # but where the lower row alone says as much, the upper one is a title, or names groups of columns.
            if pair.known > found[place + 1].known:
                found[place] = pair
    if not (most := max(one.known for one in found)):
        return [max(found, key=lambda one: sum(isinstance(cell, str) and bool(_text(cell)) for cell in one.cells))]
    return [one for one in found if 2 * one.known > most]


def _known(row: Sequence[Cell], words: Collection[str]) -> int:
    return len({text for cell in row if (text := squeezed(shown(cell))) in words})


def _text(cell: Cell) -> str:
    return shown(cell).strip()


def _across(number: int, row: Sequence[Cell], merged: Sequence[Merged]) -> list[Cell]:
    """A row with what is merged across its columns written into each of them."""
    filled = list(row)
    for (top, left), (_, right) in merged:
        if top == number and right > left and left < len(filled):
            filled[left : right + 1] = [filled[left]] * (min(right + 1, len(filled)) - left)
    return filled


def _groups(parents: Sequence[Cell], children: Sequence[Cell]) -> Iterator[tuple[str, list[int]]]:
    """Each cell of the upper row with the places of its columns: those after it that say the same, or nothing but
    have something below."""
    width = max(len(parents), len(children))
    over = [_text(parents[place]) if place < len(parents) else "" for place in range(width)]
    under = [_text(children[place]) if place < len(children) else "" for place in range(width)]
    place = 0
    while place < width:
        end = place + 1
        while end < width and under[end] and (over[end] == over[place] or (not over[end] and under[place])):
            end += 1
        yield over[place], list(range(place, end))
        place = end


_VALUE = re.compile(r"[0-9.,:/%年月日号~-]+")


def _parts(parents: Sequence[Cell], children: Sequence[Cell], words: Collection[str]) -> bool:
    """Whether a row parts the columns of the one above it, and is no record under it."""
    if any(not isinstance(cell, str) or _VALUE.fullmatch(plain(cell)) for cell in children if _text(cell)):
        return False
    parted = False
    for parent, places in _groups(parents, children):
        below = [_text(children[place]) for place in places if place < len(children)]
        if len(places) > 1:
            parted = parted or bool(parent)
        elif any(below) and squeezed(parent) in words and squeezed(parent + below[0]) not in words:
            return False
    return parted


SUMS = ("合计", "小计", "总计", "共计", "总数", "total", "sum")
_BEGINS = ("开始", "起始", "起", "始", "自", "从", "start", "from", "begin")
_ENDS = ("结束", "终止", "截止", "止", "终", "至", "到", "end", "until", "to")
_DAYS = re.compile(r"时间|日期|期间|起止|起讫|date|day|time|period", re.IGNORECASE)


def _joined(
    parents: Sequence[Cell], children: Sequence[Cell], words: Collection[str], own_first: bool
) -> Iterator[str]:
    """The two rows as one: each column under the first of its possible names that is known.

    日期 under 培训 may be meant as 培训日期 or, with ``own_first``, as 日期.
    """
    for parent, places in _groups(parents, children):
        for place in places:
            child = _text(children[place]) if place < len(children) else ""
            names = list(_names(parent, child))
            if own_first:
                names.insert(0, child or parent)
            yield next((name for name in names if squeezed(name) in words), names[-1])


def _names(parent: str, child: str) -> Iterator[str]:
    if not child or not parent or squeezed(child) == squeezed(parent):
        yield parent or child
        return
    yield parent + child
    if squeezed(child) in SUMS:
        yield parent
    if _DAYS.search(parent) and squeezed(child) in _BEGINS + _ENDS:
        yield "开始日期" if squeezed(child) in _BEGINS else "结束日期"
    yield child
    yield f"{parent} · {child}"


# ---------------------------------------------------------------------------------------------- the rows under it


def _under(blocks: Iterator[Block], last: int) -> Iterator[Block]:
    """The blocks without the rows up to the header's last."""
    for block in blocks:
        if block[-1][0] <= last:
            continue
        first = block[0][0]
        yield block[max(0, last + 1 - first) :]
        break
    yield from blocks


def _filled(blocks: Iterator[Block], merged: Sequence[Merged], last: int) -> Iterator[Block]:
    """The blocks with what is merged over several rows written into each of them that says anything else."""
    down = sorted(
        (top, bottom, left) for (top, left), (bottom, _) in merged if bottom > top and bottom > last and top > last
    )
    if not down:
        yield from blocks
        return
    waiting, running = iter(down), list[tuple[int, int, Cell]]()
    ahead = next(waiting, None)
    for block in blocks:
        for number, row in block:
            running = [one for one in running if one[0] >= number]
            if running and any(_text(cell) for cell in row):
                for _, place, cell in running:
                    row.extend([""] * (place + 1 - len(row)))
                    row[place] = cell if not _text(row[place]) else row[place]
            while ahead is not None and ahead[0] <= number:
                top, bottom, left = ahead
                if top == number and left < len(row):
                    running.append((bottom, left, row[left]))
                ahead = next(waiting, None)
        yield block


SUBTOTAL = Problem("合计、小计行", "a subtotal")
NOTE = Problem("附注", "a note")
EXAMPLE, FOR_READING = ("示例", "example"), ("仅供查阅", "for reading")
"""What stands in the first cell of a row of our own sheets that is not to be imported: in Chinese and English."""
_PUT_ASIDE = {
    **dict.fromkeys(EXAMPLE, Problem("示例行", "an example")),
    **dict.fromkeys(FOR_READING, Problem("仅供查阅的行", "a row for reading only")),
}
HEADER_AGAIN = Problem("又一行表头", "the header again")

_SUBTOTAL = re.compile(
    r".{0,12}(?:合计|小计|总计|共计|累计|总和)(?:[0-9.]+(?:人|人次|项|学时|条)?)?:?|(?:sub|grand)?total:?"
)
_NOTE = re.compile(
    r"(?:说明|备注|注|附注|注意事项|填表说明|填报说明|(?:填表|填报|制表|审核|经办|负责|联系|统计|复核)(?:人|单位|时间|日期|电话|员)?"
    r"|(?:单位|学校)?负责人|单位(?:\(?盖章\)?|公章)|盖章|签字|签名|校长|电话|notes?|remarks?|prepared by|checked by)"
    r"(?:\(.{1,12}\))?[0-9一二三]?[:：.、].*"
    r"|第[0-9]+页[,/]?共[0-9]+页|共[0-9]+(?:条|行|页)(?:记录|数据)?[,.。]?"
)
_HEADS = re.compile(r"共?[0-9]+(?:人|人次|名)")
"""How many there are, as sums say it in whichever column."""
_LONG = 10


def put_aside(first: Cell) -> Problem | None:
    """What a row is by its first cell, if that says that it is not to be imported, whatever else it holds."""
    return _PUT_ASIDE.get(first.strip().casefold()) if isinstance(first, str) else None


def no_record(cells: Sequence[Cell], layout: Layout) -> Problem | None:
    """What a row is that could not be read, where it was never meant as a record; None where it was, and failed.

    A row with a code of its own is a record, whatever else it says, and so is one that says most of what a row must.
    """
    said = {place: text for place, cell in enumerate(cells) if (text := _text(cell))}
    if not said:
        return None
    if len(said) > 1 and all(
        place < len(layout.header) and squeezed(text) == squeezed(layout.header[place]) for place, text in said.items()
    ):
        return HEADER_AGAIN
    texts = [_bare(text) for text in said.values()]
    if all(_NOTE.fullmatch(text) for text in texts[:1]) and not _is_meant(said, layout, _NOTE):
        return NOTE
    if any(_SUBTOTAL.fullmatch(text) for text in texts) and not _is_meant(said, layout, _SUBTOTAL):
        return SUBTOTAL
    if len(texts) == 1 and len(texts[0]) >= _LONG and any("\u4e00" <= sign <= "\u9fff" for sign in texts[0]):
        return NOTE
    return None


def _bare(text: str) -> str:
    return "".join(plain(text).casefold().split())


def _is_meant(said: dict[int, str], layout: Layout, but: re.Pattern[str]) -> bool:
    """Whether a row names what it is about, or says most of what is needed, other than by words of the pattern."""
    filled = {
        column.name
        for place, column in layout.places
        if (text := said.get(place)) is not None and not any(one.fullmatch(_bare(text)) for one in (but, _HEADS))
    }
    needs = [not filled.isdisjoint(group) for group in layout.needs]
    return needs[0] or 2 * sum(needs) > len(needs)
