"""Files to sheets: a header and blocks of rows, after a look at whether the file is what its name says.

``.xlsx`` is read by calamine, ``.csv`` in UTF-8 (with or without its mark), GB18030 or UTF-16.  Whatever is wrong
with a whole file is an ``IntakeError`` before its first row is handed on.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from console.intake.values import Cell, Problem

BLOCK = 5_000
"""Rows read, resolved and built at a time."""
MOST_UNPACKED = 2 * 1024**3
"""Bytes that an xlsx may hold when unpacked; past that it is refused unread."""
GUARDED = tuple("=+-@\t\r")
"""What a cell of our own csv never begins with: a spreadsheet would run it.  We write an apostrophe before it."""

Block = list[tuple[int, list[Cell]]]
Merged = tuple[tuple[int, int], tuple[int, int]]
"""Cells that are merged: the row (as a spreadsheet numbers it) and place of the first, and of the last."""


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

    def first_rows(self, count: int) -> Block:
        """A few rows from the top."""
        return next(iter(self.blocks()), [])[:count]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes.  To be stored only through the district's keyed hash."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_file(path: Path) -> list[Sheet]:
    """The sheets of a file, in order; IntakeError if it is not a spreadsheet that its name promises."""
    if not path.is_file():
        raise IntakeError(f"没有这个文件：{path}", f"there is no such file: {path}")
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00 \t\r\n"):
        raise IntakeError(f"{path.name} 是空文件", f"{path.name} is empty")
    kind = path.suffix.lower()
    if kind == ".xlsx":
        return _workbook(path, start)
    if kind == ".csv":
        return [_text(path, start)]
    raise IntakeError(
        f"{path.name}：只读取 .xlsx 和 .csv 文件；请另存为其中一种",
        f"{path.name}: only .xlsx and .csv files are read; save it as one of them",
    )


def _looks_like(start: bytes, path: Path) -> Problem | None:
    """What the first bytes say about a file that is not what its name says."""
    lead = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(b"PK\x03\x04"):
        return Problem("一个 xlsx 或压缩文件", "an xlsx or another zip archive")
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            return Problem("加了密码的文件；请去掉密码后另存", "locked with a password; save it without one")
        return Problem("旧版 xls 文件；请另存为 .xlsx", "an old xls file; save it as .xlsx")
    if lead.startswith((b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<?xml")):
        return Problem(
            "网页（不少平台导出的就是它）；请用电子表格软件打开后另存为 .xlsx",
            "a web page, as many platforms export; open it in a spreadsheet program and save it as .xlsx",
        )
    if lead.startswith(b"%pdf"):
        return Problem("PDF 文件", "a PDF file")
    return None


def _not_what_it_says(path: Path, found: Problem) -> IntakeError:
    return IntakeError(
        f"{path.name} 名为 {path.suffix}，其实是{found.zh}",
        f"{path.name} is named {path.suffix} but is {found.en}",
    )


def _blocks(rows: Iterable[list[Cell]], first: int) -> Iterator[Block]:
    numbered = enumerate(rows, first)
    while block := list(islice(numbered, BLOCK)):
        yield block


# ----------------------------------------------------------------------------------------------------------- xlsx


def _workbook(path: Path, start: bytes) -> list[Sheet]:
    import python_calamine as calamine

    found = _looks_like(start, path)
    if found is None and not start.startswith(b"PK"):
        found = Problem("另一种文件", "some other kind of file")
    if found is not None and not start.startswith(b"PK\x03\x04"):
        raise _not_what_it_says(path, found)
    damaged = IntakeError(
        f"{path.name} 已损坏或不是电子表格；请重新导出或另存为 .xlsx",
        f"{path.name} is damaged or no spreadsheet; export it again, or save it as .xlsx",
    )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise IntakeError(
                    f"{path.name} 解开后超过 2 GB，不予读取；请分成几个文件",
                    f"{path.name} unpacks to more than 2 GB and is not read; split it",
                )
            if not any(part.filename.startswith("xl/") for part in parts):
                raise _not_what_it_says(path, Problem("一个压缩文件", "a zip archive of something else"))
        book = calamine.load_workbook(path)
        return [_worksheet(book, meta) for meta in book.sheets_metadata]
    except calamine.PasswordError:
        raise _not_what_it_says(path, Problem("加了密码的文件", "locked with a password")) from None
    except (zipfile.BadZipFile, calamine.CalamineError, NotImplementedError, EOFError) as error:
        raise damaged from error


def _worksheet(book: object, meta: object) -> Sheet:
    import python_calamine as calamine

    assert isinstance(book, calamine.CalamineWorkbook)
    assert isinstance(meta, calamine.SheetMetadata)
    nothing: Callable[[], Iterator[Block]] = lambda: iter(())  # noqa: E731
    if meta.visible != calamine.SheetVisibleEnum.Visible:
        return Sheet(meta.name, 0, nothing, Problem("隐藏的工作表，没有读取", "hidden, so not read"))
    if meta.typ != calamine.SheetTypeEnum.WorkSheet:
        return Sheet(meta.name, 0, nothing, Problem("不是表格（图表等）", "not a table (a chart, say)"))
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.start is None:
        return Sheet(meta.name, 0, nothing, Problem("空工作表", "empty"))
    before = [""] * sheet.start[1]

    def blocks() -> Iterator[Block]:
        rows = sheet.iter_rows()
        return _blocks(map(_without_flags, (before + row for row in rows) if before else rows), 1)

    merged = tuple(
        ((top + 1, left), (bottom + 1, right)) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Sheet(meta.name, sheet.start[0] + sheet.height, blocks, merged=merged)


def _without_flags(row: list[Cell]) -> list[Cell]:
    """TRUE and FALSE as words: as dictionary keys they would pass for 1 and 0."""
    if True in row or False in row:
        return [str(cell).upper() if isinstance(cell, bool) else cell for cell in row]
    return row


# ------------------------------------------------------------------------------------------------------------ csv


def _text(path: Path, start: bytes) -> Sheet:
    if found := _looks_like(start, path):
        raise _not_what_it_says(path, found)
    encoding, quoted = _encoding(path, start)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
    delimiter = max(",\t;", key=first.count)

    def rows() -> Iterator[list[Any]]:
        with path.open(encoding=encoding, newline="") as file:
            yield from csv.reader(file, delimiter=delimiter, strict=True)

    count = 0
    try:
        for count, row in enumerate(rows(), 1):
            if count == 1 and any("\x00" in cell for cell in row):
                raise _not_what_it_says(path, Problem("二进制文件", "a binary file"))
    except csv.Error as error:
        raise IntakeError(
            f"{path.name} 第 {count + 1} 行起的引号不成对或单元格过长（{error}）；请用电子表格软件另存后再导入",
            f"{path.name}: from row {count + 1} on, quotes do not pair up or a cell is too long ({error}); "
            "save it again from a spreadsheet program",
        ) from error

    def blocks() -> Iterator[Block]:
        return _blocks(map(_unguarded, rows()) if quoted else rows(), 1)

    return Sheet(path.stem, count, blocks, ragged=True)


def _unguarded(row: list[str]) -> list[Any]:
    """The cells without the apostrophe that guards what a spreadsheet would run."""
    if any(cell.startswith("'") for cell in row):
        return [cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell for cell in row]
    return row


def _encoding(path: Path, start: bytes) -> tuple[str, bool]:
    """The first encoding in which every byte of the file makes sense, and whether there is any apostrophe in it."""
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    tried = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in tried:
        try:
            quoted = False
            with path.open(encoding=encoding) as file:
                while part := file.read(1 << 20):
                    quoted = quoted or "'" in part
        except UnicodeError:
            continue
        return encoding, quoted
    raise IntakeError(
        f"{path.name} 的编码不是 UTF-8，也不是 GB18030；请另存为“CSV UTF-8”或 .xlsx",
        f"{path.name} is neither UTF-8 nor GB18030 text; save it as CSV UTF-8 or .xlsx",
    )
