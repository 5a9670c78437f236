"""A worksheet's XML in pieces, each a worksheet by itself: a sheet of any length is read in the memory of one piece.

calamine holds a whole sheet, as a grid from its first cell to its last: 60 bytes a cell, and two cells in opposite
corners make it ask for terabytes.  So it never sees a sheet that was not cut and looked over here.  What a piece is
looked over for: rows in their order and within a spreadsheet's bounds, no cell far off to the right, failed formulas
and those without a result spelled out (calamine reads both as blank).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from operator import ge
from typing import IO

from console.intake.values import UNCALCULATED, Problem

STEP = 1 << 20
LONGEST_HEAD = 16 << 20
LONGEST_ROW = 64 << 20
LONGEST_TAIL = 256 << 20
"""Bytes; past these a sheet is not one that a spreadsheet program writes."""
LAST_ROW = 1_048_576
LAST_COLUMN = "ZZ"
"""The 702nd.  Sheets of records have a few dozen; a cell far to the right was touched by mistake."""
MOST_CELLS = 8_000_000
"""Of the grid that a piece spans, blank ones counted."""

Merged = tuple[tuple[int, int], tuple[int, int]]
"""Cells that are merged: the row (as a spreadsheet numbers it) and place of the first, and of the last."""


class Unfit(Exception):
    """A sheet that is not read: why, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.problem = Problem(zh, en)


BROKEN = (
    "里面断了或不合格式；请重新导出，或用电子表格软件打开后另存",
    "is broken inside; export it again, or save it anew from a spreadsheet program",
)


@dataclass
class About:
    """What is learnt of a sheet on the way through it."""

    rows: int = 0
    """How many there are."""
    last: int = 0
    """The number of the last."""
    merged: list[Merged] = field(default_factory=list)
    plain: bool = True
    """Whether every piece was handed on as it stands."""


def pieces(file: IO[bytes], size: int, about: About, *, sound: bool = False) -> Iterator[bytes]:
    """The sheet's rows in worksheets of about ``size`` bytes; ``about`` is complete when the last was taken.

    With ``sound`` the pieces are not looked over: those of this size were, and are plain.
    """
    head, rest, tag = _head(file)
    if tag is None:
        return
    forms = _forms(tag)
    closing = f"</{tag}sheetData></{tag}worksheet>".encode()
    rows, looked = bytearray(rest), 0
    while True:
        end = rows.find(forms.end, max(0, looked - len(forms.end)))
        looked = len(rows)
        cut = end if end >= 0 else _last_row(rows, forms) if len(rows) >= size else 0
        if cut > 0 or end == 0:
            piece = bytes(memoryview(rows)[:cut])
            del rows[:cut]
            looked = 0
            for part in [piece] if sound else _looked_over(piece, forms, about):
                yield b"".join((head, part, closing))
        if end >= 0:
            break
        step = file.read(STEP)
        if not step or len(rows) > LONGEST_ROW:
            raise Unfit(*BROKEN)
        rows += step
    about.merged += _merged(bytes(rows) + file.read(LONGEST_TAIL))
    if file.read(1):
        raise Unfit(*BROKEN)


@dataclass(frozen=True)
class _Forms:
    """What is looked for, with the prefix that the sheet's tags have, if any."""

    end: bytes
    row: bytes
    numbered: re.Pattern[bytes]
    unusual: re.Pattern[bytes]
    beyond_z: re.Pattern[bytes]
    far: re.Pattern[bytes]
    failed: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    cell: bytes


@lru_cache
def _forms(tag: str) -> _Forms:
    t = re.escape(tag).encode()
    return _Forms(
        end=f"</{tag}sheetData".encode(),
        row=f"<{tag}row".encode(),
        numbered=re.compile(rb"<%brow\b(?:[^<>]*?\sr=[\"'](\d{1,9})[\"'])?" % t),
        unusual=re.compile(rb"<%bc(?! r=\"[A-Za-z]{1,3}[0-9])" % t),
        beyond_z=re.compile(rb"r=\"[A-Za-z][A-Za-z]"),
        # Nothing here may try a tag, or what is left of the file, again for every place in it: hence the atomic parts.
        far=re.compile(
            rb"<%bc(?=\s)(?>[^<>]*?\sr=[\"'][A-Z]{3}\d+[\"'])[^<>]*+(?:(?<=/)>|>((?:(?!<%bc\s).)*?)</%bc>)" % (t, t, t),
            re.DOTALL,
        ),
        failed=re.compile(rb"(<%bc\s[^<>]*?)\st=\"e\"" % t),
        formula=re.compile(
            rb"<%bc\b([^<>]*)>(<%bf\b(?:[^<>]*/>|[^<>]*>[^<]*</%bf>))(<%bv\s*/>|<%bv></%bv>)?</%bc>" % ((t,) * 7)
        ),
        cell=f"<{tag}c".encode(),
    )


def _head(file: IO[bytes]) -> tuple[bytes, bytes, str | None]:
    """The opening of a worksheet with nothing before its rows, what was read of those, and the prefix of its tags.

    No prefix (None) where the sheet has no rows.
    """
    read = b""
    while True:
        step = file.read(STEP)
        read += step
        if found := re.search(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\s*(/?)>", read):
            break
        if not step or len(read) > LONGEST_HEAD:
            raise Unfit(*BROKEN)
    before, tag = read[: found.start()], found[1].decode()
    root = re.search(rb"<%bworksheet\b[^<>]*>" % re.escape(found[1]), before)
    if root is None or b"<!" in before[: root.start()]:
        raise Unfit(*BROKEN)
    if found[2]:
        while file.read(STEP):
            pass  # to its end, so that damage there is found
        return b"", b"", None
    return root[0] + found[0], read[found.end() :], tag


def _last_row(rows: bytearray, forms: _Forms) -> int:
    """Where the last row begins, of which more may come."""
    at = len(rows)
    while (at := rows.rfind(forms.row, 0, at)) > 0:
        after = rows[at + len(forms.row) : at + len(forms.row) + 1]
        if bytes(after) in b" >\n\r\t/":
            return at
    return at


def _looked_over(piece: bytes, forms: _Forms, about: About) -> Iterator[bytes]:
    """A piece as one worksheet's rows, or as several where its grid is too large."""
    # A single sign is looked for in no time, and most sheets have not even that.
    if b"!" in piece and b"<!" in piece:
        raise Unfit(*BROKEN)  # a remark may hide what looks like a row
    if not (numbers := forms.numbered.findall(piece)):
        return
    as_it_stood = piece
    if b"" in numbers:
        piece = _numbered(piece, about.last, forms)
        numbers = forms.numbered.findall(piece)
    found = [about.last, *map(int, numbers)]
    if not numbers or found[-1] > LAST_ROW:
        raise Unfit(*BROKEN)
    if any(map(ge, found, islice(found, 1, None))):
        raise Unfit(
            "里面的行次序乱了；请用电子表格软件打开后另存",
            "has its rows out of order; save it anew from a spreadsheet program",
        )
    if forms.beyond_z.search(piece) and re.search(rb"r=\"[A-Z]{3}", piece):
        piece = _without_far_cells(piece, forms)
    if b' t="e"' in piece:
        piece = forms.failed.sub(rb'\1 t="str"', piece)
    if b"f" in piece and forms.cell[:-1] + b"f" in piece:
        piece = forms.formula.sub(_spelled_out, piece)
    parts = list(_small_enough(piece, found[1:], forms))
    about.plain = about.plain and parts == [as_it_stood]
    about.rows += len(numbers)
    about.last = found[-1]
    yield from parts


def _numbered(piece: bytes, last: int, forms: _Forms) -> bytes:
    """The piece with every row numbered, as a reader counts those that are not."""
    count = last

    def number(found: re.Match[bytes]) -> bytes:
        nonlocal count
        said = re.search(rb"\sr=[\"'](\d{1,9})[\"']", found[0])
        count = int(said[1]) if said else count + 1
        return found[0] if said else found[0].replace(forms.row, forms.row + b' r="%d"' % count, 1)

    return re.sub(re.escape(forms.row) + rb"(?=[\s/>])[^>]*>", number, piece)


def _without_far_cells(piece: bytes, forms: _Forms) -> bytes:
    def gone(found: re.Match[bytes]) -> bytes:
        if found[1] and b"<" in found[1]:
            raise Unfit(
                f"在 {LAST_COLUMN} 列之后还有内容，多半是误填的；请删去那些列后再导入",
                f"has something beyond column {LAST_COLUMN}, most likely by mistake; delete those columns",
            )
        return b""

    return forms.far.sub(gone, piece)


def _spelled_out(found: re.Match[bytes]) -> bytes:
    attributes, formula, result = found.groups()
    if result and b't="str"' in attributes:
        return found[0]  # an empty text is a result
    tag = re.match(rb"<([^\s>/]*?)f\b", formula)
    prefix = tag[1] if tag else b""
    attributes = re.sub(rb"\st=\"\w*\"", b"", attributes)
    text = UNCALCULATED.encode()
    return b'<%bc%b t="str">%b<%bv>%b</%bv></%bc>' % (prefix, attributes, formula, prefix, text, prefix, prefix)


def _small_enough(piece: bytes, numbers: list[int], forms: _Forms) -> Iterator[bytes]:
    """The piece, cut further until the grid of each part is small."""
    width = _width(piece, forms)
    if len(numbers) == 1 or (numbers[-1] - numbers[0] + 1) * width <= MOST_CELLS:
        yield piece
        return
    half = len(numbers) // 2
    at = next(islice(forms.numbered.finditer(piece), half, None)).start()
    yield from _small_enough(piece[:at], numbers[:half], forms)
    yield from _small_enough(piece[at:], numbers[half:], forms)


def _width(piece: bytes, forms: _Forms) -> int:
    """The most columns that a row of the piece can have."""
    width = 26
    if forms.beyond_z.search(piece):
        width = max(map(column, set(re.findall(rb"r=\"([A-Za-z]{2,3})\d", piece))), default=width)
    if forms.unusual.search(piece):  # cells without a place, or with one that is written otherwise
        placed = max(map(column, set(re.findall(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})\d", piece))), default=0)
        width = max(width, placed) + max(row.count(forms.cell) for row in piece.split(forms.row))
    return width


def column(name: bytes) -> int:
    """Which column letters name: A is 1."""
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - 64
    return number


_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")


def _merged(tail: bytes) -> list[Merged]:
    """What is merged, which is said after the rows."""
    if not re.search(rb"</(?:[A-Za-z_][\w.-]*:)?worksheet\s*>\s*$", tail):
        raise Unfit(*BROKEN)
    return [
        ((int(top), column(left) - 1), (int(bottom), column(right) - 1))
        for left, top, right, bottom in _MERGED.findall(tail)
    ]
