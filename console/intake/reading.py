"""Files to sheets: a header and blocks of rows, after a look at whether the file is what its name says.

``workbook`` reads ``.xlsx`` and ``delimited`` ``.csv``, a block of rows at a time; ``what_it_is`` names all others.
Whatever is wrong with a whole file is an ``IntakeError`` before its first row is handed on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from console.intake.cutting import Merged
from console.intake.values import Cell, Problem

BLOCK = 5_000
"""Rows read, resolved and built at a time."""
GUARDED = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell of our own csv never begins with: a spreadsheet would run it.  We write an apostrophe before it, and
before whatever begins so with an apostrophe of its own, since one is taken off when it is read."""

Block = list[tuple[int, list[Cell]]]


class IntakeError(Exception):
    """A whole file, or its header, cannot be imported: why, and what to do, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Sheet:
    """A sheet of a file: blocks of rows with the numbers that a spreadsheet shows, and how many rows there are.

    As it is opened it has all its rows, and no header; ``finding.find`` gives it its header and leaves the rows under
    it.  ``skipped`` says why nothing of it is read (hidden or empty); ``ragged``: rows may be longer than the header.
    """

    name: str
    rows: int
    blocks: Callable[[], Iterator[Block]]
    skipped: Problem | None = None
    ragged: bool = False
    ignored: list[tuple[int, Problem]] = field(default_factory=list)
    """Rows that are no records (subtotals, notes), and why: full once every block was read."""
    merged: tuple[Merged, ...] = ()
    header: tuple[Cell, ...] = ()
    """The header in one row, where it stands over two: what the columns are called."""
    header_rows: tuple[int, int] = (0, 0)
    """The rows that the header takes, first and last, as a spreadsheet numbers them."""
    above: tuple[tuple[Cell, ...], ...] = ()
    """The rows down to the header's last, as they stand but for blank ones: titles, notes, the header."""
    unended: int = 0
    """The number of the last row where its line has no end, so that it may be half a line; else 0."""

    def first_rows(self, count: int) -> Block:
        """A few rows from the top."""
        return next(iter(self.blocks()), [])[:count]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes.  To be stored only through the district's keyed hash."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_file(path: Path) -> list[Sheet]:
    """The sheets of a file, in order; IntakeError if it is not a spreadsheet that its name promises."""
    if path.is_dir():
        raise IntakeError(
            f"{path} 是文件夹；请写出里面的文件，如 {path / '*.xlsx'}",
            f"{path} is a folder: name the files in it, {path / '*.xlsx'} say",
        )
    if path.exists() and not path.is_file():
        raise IntakeError(f"{path} 不是普通文件", f"{path} is no ordinary file")
    if not path.is_file():
        raise IntakeError(f"没有这个文件：{path}", f"there is no such file: {path}")
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00 \t\r\n"):
        raise IntakeError(f"{path.name} 是空文件", f"{path.name} is empty")
    from console.intake import delimited, what_it_is

    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise what_it_is.by_name(path, start)
    found = what_it_is.looks_like(start, path)
    if kind == ".csv":
        if found is not None:
            raise what_it_is.not_what_it_says(path, found)
        return [delimited.open_text(path, start)]
    if not start.startswith(b"PK\x03\x04"):
        other = what_it_is.TEXT if what_it_is.is_text(start) else Problem("另一种文件", "some other kind of file")
        raise what_it_is.not_what_it_says(path, found or other)
    from console.intake.workbook import open_workbook

    return open_workbook(path)
