"""Lines of text with columns that align, Chinese included, and colour only where it helps."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest

from rich.cells import cell_len

NARROWEST = 8
"""Cells below which no column is folded: it would be a ribbon."""
_WORD = re.compile(r"[\u2e80-\uffef][，。；：、）”]?|[^\s\u2e80-\uffef]+\s*|\s+")
"""What a line may be broken after: a Chinese character with the mark behind it, or a word."""
_COLOURS = {"good": "32", "bad": "31", "open": "33", "faint": "2", "strong": "1"}


def _terminal() -> int:
    """How many cells a line of the terminal has; 0 where what is printed goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


@dataclass
class Paper:
    """What a screen writes on; ``zh`` chooses the language of ``say``, tables are folded to its ``width``, if any."""

    lang: str
    lines: list[str] = field(default_factory=list)
    width: int = field(default_factory=_terminal)

    def say(self, zh: str, en: str) -> str:
        """The text in the screen's language."""
        return zh if self.lang == "zh" else en

    def line(self, text: str = "") -> None:
        """One line."""
        self.lines.append(text.rstrip())

    def both(self, zh: str, en: str) -> None:
        """One line in the screen's language."""
        self.line(self.say(zh, en))

    def table(
        self, rows: Iterable[Sequence[str]], *, right: Collection[int] = (), indent: int = 2, most: int = 60
    ) -> None:
        """Rows in columns two spaces apart; ``right``: columns that align to the right; the last one may run on.

        On a terminal that is too narrow for a row, cells go on below themselves, those of the widest columns first.
        """
        listed = [list(row) for row in rows]
        columns, room = range(max(map(len, listed), default=0)), self.width - indent
        wide = [max(min(cell_len(row[i]), most) for row in listed if i < len(row)) for i in columns]
        lines = [line for row in listed for line in _laid_out([[cell] for cell in row], wide, right)]
        if self.width and any(cell_len(line) > room for line in lines):
            wide = _narrowed(listed, right, room) or wide
            lines = [line for row in listed for line in _laid_out(_below(row, wide, right, room), wide, right)]
        for line in lines:
            self.line(" " * indent + line)

    def print(self) -> None:
        """Write it all out."""
        if self.lines:
            print("\n".join(self.lines))


def _laid_out(cells: Iterable[Sequence[str]], wide: Sequence[int], right: Collection[int]) -> Iterator[str]:
    """The lines of a row, of cells that have lines of their own."""
    for pieces in zip_longest(*cells, fillvalue=""):
        spaces = [" " * max(0, wide[i] - cell_len(text)) for i, text in enumerate(pieces)]
        yield "  ".join(spaces[i] + text if i in right else text + spaces[i] for i, text in enumerate(pieces)).rstrip()


def _narrowed(rows: Sequence[Sequence[str]], right: Collection[int], room: int) -> list[int] | None:
    """How wide columns are when the widest are narrowed until every row has room; None where they would be ribbons."""
    columns = range(max(map(len, rows)))
    cells = [[row[i] for row in rows if i < len(row) - 1 or i == len(row) - 1 == columns[-1]] for i in columns]
    wide = [max(map(cell_len, column), default=0) for column in cells]
    words = [max((cell_len(word.rstrip()) for one in column for word in _WORD.findall(one)), default=0)
             for column in cells]  # fmt: skip
    least = [wide[i] if i in right else max(words[i], min(wide[i], NARROWEST)) for i in columns]
    while sum(wide) + 2 * columns[-1] > room:
        widest = max(columns, key=lambda i: (wide[i] > least[i], wide[i]))
        if wide[widest] <= least[widest]:
            return None
        wide[widest] -= 1
    return wide


def _below(row: Sequence[str], wide: Sequence[int], right: Collection[int], room: int) -> Iterator[list[str]]:
    """The lines of each cell of a row; the last one has the room that is left."""
    for i, text in enumerate(row):
        left = room - sum(wide[:i]) - 2 * i if i == len(row) - 1 else wide[i]
        yield [text] if i in right or (left < NARROWEST and cell_len(text) > left) else folded(text, left)


def folded(text: str, width: int) -> list[str]:
    """A text in lines of at most so many cells, broken between words or Chinese characters."""
    lines = [""]
    for word in _WORD.findall(text):
        if lines[-1] and cell_len(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines]


def coloured(text: str, how: str) -> str:
    """Text in colour on a terminal that wants it."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{_COLOURS[how]}m{text}\x1b[0m"


def number(n: int) -> str:
    """A count with thousands apart."""
    return f"{n:,}"


def day(value: date | int | None) -> str:
    """A day, given as one or as its ordinal; a dash for none."""
    if value is None:
        return "–"
    return (date.fromordinal(value) if isinstance(value, int) else value).isoformat()


def quotient(value: int, over: int) -> str:
    """An exact fraction as a decimal: whole where it has at most four places, else two places and a sign of that."""
    exact = Fraction(value, over)
    if 10**4 % exact.denominator == 0:
        return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"
    return f"≈{Decimal(value) / Decimal(over):.2f}"


def position(at: int) -> str:
    """A log position."""
    return f"#{at:,}"
