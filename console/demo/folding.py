"""Long lines folded to the width of a screen, under the column that they continue."""

from __future__ import annotations

import re

from rich.cells import cell_len

_COLUMN = re.compile(r"  (?=\S)")
_WORDS = re.compile(r"(?<=[ 、,;])(?<!\d[ ,])(?<!第 )(?=\S)")
_STEPS = re.compile(r"(?<= → )")
_COMMANDS = re.compile(r"(?<= · )(?=jieti )")
"""Where a line may be parted: between words, but not beside a number, which goes with what follows; a funnel between
its steps; commands between each other alone, so that they can be copied whole."""


def folded(line: str, width: int) -> list[str]:
    """A line as lines of at most so many cells, where its parts allow; they begin where its last column does."""
    if cell_len(line) <= width:
        return [line]
    where = _COMMANDS if "jieti " in line else _STEPS if line.count(" → ") > 2 else _WORDS
    parts = where.split(line)
    indent = " " * min(_last_column(line, width), width // 2)
    found, text = list[str](), ""
    for part in parts:
        if text.strip() and cell_len((text + part).rstrip()) > width:
            found.append(text.rstrip())
            text = indent
        text += part
    return [*found, text.rstrip()]


def _last_column(line: str, width: int) -> int:
    """The cell at which the last column begins that begins in the first half of the screen; 4 where there is none."""
    begins = [cell_len(line[: found.end()]) for found in _COLUMN.finditer(line)]
    return max((at for at in begins if at <= width // 2), default=4)
