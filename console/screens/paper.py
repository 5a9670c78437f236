"""Lines of text with columns that align, Chinese included, and colour only where it helps."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rich.cells import cell_len

NARROWEST = 24
"""Cells below which a last column is not folded: it would be a ribbon."""
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
        self, rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), indent: int = 2, most: int = 60
    ) -> None:
        """Rows in columns two spaces apart; ``right``: columns that align to the right; the last one may run on,
        and on a terminal goes on below itself."""
        listed = [list(row) for row in rows]
        if not listed:
            return
        width = max(map(len, listed))
        wide = [max((min(cell_len(r[i]), most) for r in listed if i < len(r)), default=0) for i in range(width)]
        for row in listed:
            cells = []
            for i, text in enumerate(row):
                space = " " * max(0, wide[i] - cell_len(text))
                last = i == len(row) - 1
                cells.append(space + text if i in right else text + ("" if last else space))
            before = " " * indent + "".join(f"{cell}  " for cell in cells[:-1])
            room = self.width - cell_len(before)
            folds = len(row) - 1 not in right and cell_len(cells[-1]) > room >= NARROWEST
            first, *rest = folded(cells[-1], room) if folds else [cells[-1]]
            self.line(before + first)
            for more in rest:
                self.line(" " * cell_len(before) + more)

    def print(self) -> None:
        """Write it all out."""
        if self.lines:
            print("\n".join(self.lines))


def folded(text: str, width: int) -> list[str]:
    """A text in lines of at most so many cells, broken between words or Chinese characters."""
    lines = [""]
    for word in _WORD.findall(text):
        if lines[-1] and cell_len(lines[-1] + word.rstrip()) > width:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return lines


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
