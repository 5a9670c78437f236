"""The paper: the smallest of A4 to A0 on which the graph and the articles have room, and where they stand on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal, NamedTuple

from console.drawing.lettering import width, wrapped
from console.drawing.picture import Picture

MARGIN = 28.0
COLUMN, NARROWEST_COLUMN, GUTTER = 300.0, 215.0, 18.0
LETTERS, HEADS, LEADING = 7.5, 9.0, 1.36
SCALES = (1.3, 1.15, 1.0, 0.9, 0.8)
INDENT = 9.0
_POINTS_A_MM = 72 / 25.4

Arrangement = Literal["beside", "below"]


class Paper(NamedTuple):
    """A sheet: its name, and its width and height in millimetres."""

    name: str
    mm_wide: int
    mm_high: int

    @property
    def width(self) -> float:
        """In points."""
        return round(self.mm_wide * _POINTS_A_MM, 2)

    @property
    def height(self) -> float:
        """In points."""
        return round(self.mm_high * _POINTS_A_MM, 2)


_SIZES = (("A4", 210, 297), ("A3", 297, 420), ("A2", 420, 594), ("A1", 594, 841), ("A0", 841, 1189))
PAPERS = tuple((Paper(name, long, short), Paper(name, short, long)) for name, short, long in _SIZES)
"""Every size, lying and standing."""


class Row(NamedTuple):
    """A line of the legend: where it begins from the left of its column, its letters, and which step it is of."""

    text: str
    x: float
    size: float
    bold: bool
    colour: str
    above: float
    mark: str
    begins: bool

    @property
    def height(self) -> float:
        """How far down it goes."""
        return self.above + self.size * LEADING


_Rows = Callable[[float], tuple[Row, ...]]
"""The legend's lines for a column of that width."""


@dataclass(frozen=True)
class Column:
    """Lines of the legend one under the other, from this corner on."""

    x: float
    y: float
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything in its place: the header's lines, the graph's corner and scale, the columns of the legend."""

    paper: Paper
    header: tuple[Row, ...]
    graph: tuple[float, float]
    scale: float
    columns: tuple[Column, ...]


def sheet(picture: Picture, graph: tuple[float, float], *, legend: bool = True) -> Sheet:
    """Where a graph of that size stands, with the articles of its steps beside or below it.

    All of the articles where they have room on A3; else what stands inside them is left out (and the sheet says so).
    """

    def of(*, whole: bool) -> _Rows:
        return cache(lambda wide: tuple(_legend(picture, wide, whole=whole)) if legend else ())

    brief = picture.with_notes(picture.say(*_BRIEF)) if legend else picture
    tries = [(picture, of(whole=True), PAPERS[:2]), (brief, of(whole=False), PAPERS)]
    for one, rows, papers in tries:
        for pair, scale in product(papers, SCALES):
            for paper, how in product(pair, _ARRANGEMENTS):
                found = _tried(one, paper, (graph[0] * scale, graph[1] * scale), how, rows)
                if found is not None:
                    header, columns = found
                    top = MARGIN + _high(header)
                    left = MARGIN if how == "beside" and legend else (paper.width - graph[0] * scale) / 2
                    return Sheet(paper, header, (round(left, 2), round(top, 2)), scale, columns)
    return _own_size(brief, graph, tries[-1][1])


_ARRANGEMENTS: tuple[Arrangement, ...] = ("beside", "below")
_ASSUMED = {"zh": ("〔假定，无文件依据〕", "〔假定〕"), "en": ("[assumed: no document]", "[assumed]")}
"""Said shorter than in the text: the head of the sheet says what it means."""
_BASIS = {"zh": ("〔依据：", "〔有依据〕"), "en": ("[basis:", "[has a basis]")}
_BRIEF = (
    "各条的分项和依据从略，指着步骤可见，全文用 jieti ladder show",
    "parts of articles and their basis are left out: point at a step, or see jieti ladder show",
)


def _tried(
    picture: Picture, paper: Paper, graph: tuple[float, float], how: Arrangement, rows: _Rows
) -> tuple[tuple[Row, ...], tuple[Column, ...]] | None:
    """The header and the legend's columns, if all of it has room on the paper; else None."""
    inside = paper.width - 2 * MARGIN
    header = tuple(heading(picture, inside))
    top, bottom = MARGIN + _high(header), paper.height - MARGIN
    if graph[0] > inside or graph[1] > bottom - top:
        return None
    left, right = MARGIN, paper.width - MARGIN
    if how == "beside":
        left += graph[0] + GUTTER
    else:
        top += graph[1] + GUTTER
    columns = _columns(left, right, top, bottom, rows)
    return None if columns is None else (header, columns)


def _columns(left: float, right: float, top: float, bottom: float, rows: _Rows) -> tuple[Column, ...] | None:
    """The legend in columns of that room, the fewest that hold it, of much the same height; None without room."""
    room = right - left
    most = int((room + GUTTER) // (NARROWEST_COLUMN + GUTTER))
    if not rows(COLUMN):
        return ()
    for many in range(1, most + 1):
        wide = round(min((room - (many - 1) * GUTTER) / many, COLUMN * 1.25), 1)
        told = rows(wide)
        high = _sum(told) / many
        while high < (bottom - top) * 1.03:
            parted = _parted(told, min(high, bottom - top))
            if parted is not None and len(parted) <= many:
                xs = [left + number * (wide + GUTTER) for number in range(len(parted))]
                return tuple(Column(round(x, 2), round(top, 2), part) for x, part in zip(xs, parted, strict=True))
            high *= 1.03
    return None


def _parted(rows: Sequence[Row], high: float) -> list[tuple[Row, ...]] | None:
    """The rows in columns of that height, none within an article; None where one article is higher.

    A head is never the last of its column.
    """
    columns: list[list[Row]] = [[]]
    used = 0.0
    paragraphs = _paragraphs(rows)
    for place, paragraph in enumerate(paragraphs):
        needed = _sum(paragraph)
        if needed > high:
            return None
        following = [one for later in paragraphs[place + 1 : place + 3] for one in later] if paragraph[0].bold else []
        if used + needed + _sum(following) > high and columns[-1]:
            columns.append([])
            used = 0.0
        first, *others = paragraph
        columns[-1] += [first if columns[-1] else first._replace(above=0.0), *others]
        used += needed
    return [tuple(column) for column in columns]


def _paragraphs(rows: Sequence[Row]) -> list[list[Row]]:
    found: list[list[Row]] = []
    for row in rows:
        if row.begins:
            found.append([])
        found[-1].append(row)
    return found


def _sum(rows: Sequence[Row]) -> float:
    return sum(row.height for row in rows)


def _own_size(picture: Picture, graph: tuple[float, float], rows: _Rows) -> Sheet:
    """A sheet as large as it takes, for what not even A0 has room for."""
    scale = SCALES[-1]
    wide = max(graph[0] * scale + 2 * MARGIN, PAPERS[-1][0].width)
    header = tuple(heading(picture, wide - 2 * MARGIN))
    top = MARGIN + _high(header) + graph[1] * scale + GUTTER
    many = int((wide - 2 * MARGIN + GUTTER) // (COLUMN + GUTTER))
    high = _sum(rows(COLUMN)) / many + 60.0
    columns = _columns(MARGIN, wide - MARGIN, top, top + high, rows)
    while columns is None:
        high *= 1.1
        columns = _columns(MARGIN, wide - MARGIN, top, top + high, rows)
    paper = Paper("", int(wide / _POINTS_A_MM) + 1, int((top + high + MARGIN) / _POINTS_A_MM) + 1)
    return Sheet(paper, header, (MARGIN, round(MARGIN + _high(header), 2)), scale, columns)


def _high(rows: Sequence[Row]) -> float:
    return _sum(rows) + 14.0


def heading(picture: Picture, wide: float) -> Iterator[Row]:
    """The ladder's titles, and the notes under them."""
    for text in wrapped(picture.titles[0], wide, 17.0, bold=True):
        yield Row(text, 0, 17.0, True, "#1b1f24", 0, "", True)
    for text in wrapped(picture.titles[1], wide, 10.5):
        yield Row(text, 0, 10.5, False, "#57606a", 0, "", True)
    line = ""
    for note in picture.notes:
        joined = f"{line} · {note}" if line else note
        if line and width(joined, LETTERS) > wide:
            yield from _note(line, wide)
            line = note
        else:
            line = joined
    yield from _note(line, wide)


def _note(text: str, wide: float) -> Iterator[Row]:
    for line in wrapped(text, wide, LETTERS):
        yield Row(line, 0, LETTERS, False, "#57606a", 1.5, "", True)


def _legend(picture: Picture, wide: float, *, whole: bool) -> Iterator[Row]:
    """The articles of every step, as ``ladder show`` numbers and reads them; not whole: without their parts."""
    for mark in picture.every:
        for place, text in enumerate(wrapped(mark.chapter.title, wide - INDENT, HEADS, bold=True)):
            yield Row(text, INDENT, HEADS, True, mark.colour, 0 if place else 8.0, mark.id, place == 0)
        for kind, depth, text in mark.chapter.said:
            if not whole and depth > (mark.kind in ("removal", "demotion")):
                continue
            colour = "#57606a" if kind == "line" else "#1b1f24"
            at = depth * INDENT
            short = text.replace(*_ASSUMED[picture.lang])
            if not whole:
                before, found, _ = short.partition(_BASIS[picture.lang][0])
                short = before + _BASIS[picture.lang][1] if found else short
            for place, line in enumerate(wrapped(short, wide - at, LETTERS)):
                yield Row(line, at, LETTERS, False, colour, 0 if place else 1.5, mark.id, place == 0)
