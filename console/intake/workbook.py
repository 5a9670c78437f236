"""An xlsx file to sheets.  calamine reads the cells; what it is given was taken out of the archive and looked over.

A small sheet is kept as calamine reads it.  A large one is gone through once, so that damage is found before any row
is handed on, and then read again piece by piece, the next while the rows of this one are dealt with.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from xml.etree import ElementTree

import python_calamine as calamine

from console.intake.cutting import BROKEN, About, Unfit, pieces
from console.intake.reading import BLOCK, Block, IntakeError, Sheet
from console.intake.values import Cell, Problem, visible
from console.intake.what_it_is import not_what_it_says, other_archive

MOST_UNPACKED = 2 << 30
"""Bytes that all parts may hold when unpacked; past that a file is refused unread."""
MOST_TEXTS = 256 << 20
"""Bytes of the table of texts: it is in memory as long as the sheet is read."""
MOST_SMALL = 64 << 20
"""Bytes of any other part that is read whole."""
MOST_PARTS = 10_000
LARGE, BELIEVABLE = 64 << 20, 250
"""A part of so many bytes is believed if it was packed to no less than a 250th; sheets come to a 10th or a 50th."""
KEPT = 24 << 20
"""Bytes of a sheet up to which it is kept as it was read: some 60,000 rows of a dozen columns."""
KEPT_IN_ALL = 3 * KEPT
PIECE, LARGEST_PIECE = 2 << 20, 48 << 20

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HIDDEN = Problem("隐藏的工作表，没有读取", "hidden, so not read")
_NO_TABLE = Problem("不是表格（图表等）", "not a table (a chart, say)")


def open_workbook(path: Path) -> list[Sheet]:
    """The sheets of a workbook, in order; IntakeError for one that is damaged, locked, or too large to be read."""
    with _told(path), zipfile.ZipFile(path) as archive:
        _believe(archive, path)
        book = _Book.of(path, archive)
        names, room = Counter[str](), KEPT_IN_ALL
        found = []
        for said, state, kind, part in book.sheets:
            names[said] += 1
            name = said if names[said] == 1 else f"{said} ({names[said]})"
            if state != "visible":
                found.append(_not_read(name, _HIDDEN))
            elif kind != "worksheet":
                found.append(_not_read(name, _NO_TABLE))
            else:
                keep = (size := archive.getinfo(part).file_size) <= min(KEPT, room)
                room -= size if keep else 0
                found.append(_worksheet(book, name, part, archive, keep))
        return found


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever goes wrong inside, in a sentence."""
    damaged = IntakeError(
        f"{path.name} 已损坏或不是电子表格；请重新导出或另存为 .xlsx",
        f"{path.name} is damaged or no spreadsheet; export it again, or save it as .xlsx",
    )
    try:
        yield
    except Unfit as why:
        raise IntakeError(f"{path.name} {why.problem.zh}", f"{path.name} {why.problem.en}") from why
    except calamine.PasswordError:
        raise not_what_it_says(path, Problem("加了密码的文件", "locked with a password")) from None
    except (
        *(zipfile.BadZipFile, zlib.error, calamine.CalamineError, ElementTree.ParseError),
        *(NotImplementedError, EOFError, KeyError, ValueError, OSError, RuntimeError),
    ) as error:
        raise damaged from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of calamine's: a part that it never expected
            raise
        raise damaged from error


def _believe(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse an archive that unpacks to far more than a spreadsheet would, and one of something else."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise not_what_it_says(path, Problem("加了密码的文件", "locked with a password"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise IntakeError(
            f"{path.name} 解开后超过 2 GB，不予读取；请分成几个文件",
            f"{path.name} unpacks to more than 2 GB and is not read; split it",
        )
    ends = sorted((part.header_offset, part.header_offset + part.compress_size) for part in parts)
    overlapping = any(end > start for (_, end), (start, _) in pairwise(ends))
    swollen = any(part.file_size > LARGE and part.file_size > BELIEVABLE * part.compress_size for part in parts)
    if overlapping or swollen or len(parts) > MOST_PARTS:
        raise IntakeError(
            f"{path.name} 不像电子表格软件写出的文件（压缩得不合情理），不予读取；请重新导出",
            f"{path.name} is packed as no spreadsheet program would do it, and is not read; export it again",
        )
    if other := other_archive(archive):
        raise not_what_it_says(path, other)


@dataclass(frozen=True)
class _Book:
    """What a workbook says of its sheets, and the parts that each of them needs to be read."""

    path: Path
    sheets: tuple[tuple[str, str, str, str], ...]
    """Name, state, kind (worksheet, chartsheet …) and part of each."""
    shared: tuple[tuple[str, bytes], ...]
    """The table of texts and the styles, by the names under which we hand them on."""
    since_1904: bool

    @classmethod
    def of(cls, path: Path, archive: zipfile.ZipFile) -> _Book:
        (main,) = (target for _, kind, target in _relations(archive, "") if kind == "officeDocument")
        root = _xml(archive, main)
        related = {key: (kind, target) for key, kind, target in _relations(archive, main)}
        sheets, since_1904 = [], False
        for one in root.iter():
            match one.tag.rpartition("}")[2]:
                case "workbookPr":
                    since_1904 = one.get("date1904") in ("1", "true")
                case "sheet":
                    key = one.get(f"{{{_OFFICE}}}id") or one.get(f"{{{_STRICT}}}id") or ""
                    sheets.append((visible(one.get("name") or ""), one.get("state") or "visible", *related[key]))
        shared = []
        for kind, name, most in (
            ("sharedStrings", "sharedStrings.xml", MOST_TEXTS),
            ("styles", "styles.xml", MOST_SMALL),
        ):
            for there, part in related.values():
                if there == kind and part in archive.namelist():
                    shared.append((f"xl/{name}", _part(archive, part, most)))
        return cls(path, tuple(sheets), tuple(shared), since_1904)

    def read(self, sheet: bytes) -> calamine.CalamineSheet:
        """A worksheet by itself, with the texts and styles of its book."""
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as archive:
            for name, data in (*_around(self.since_1904), *self.shared, ("xl/worksheets/sheet1.xml", sheet)):
                archive.writestr(name, data)
        book.seek(0)
        loaded = calamine.load_workbook(book)
        book.close()
        return loaded.get_sheet_by_index(0)


def _around(since_1904: bool) -> Iterator[tuple[str, bytes]]:
    """The least that a workbook of one sheet must say."""
    parts = (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))
    yield "_rels/.rels", _related(("officeDocument", "xl/workbook.xml"))
    yield "xl/_rels/workbook.xml.rels", _related(*parts)
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(since_1904)}"/>'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    yield "xl/workbook.xml", book.encode()


def _related(*parts: tuple[str, str]) -> bytes:
    said = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{part}"/>'
        for number, (kind, part) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{said}</Relationships>'.encode()


def _part(archive: zipfile.ZipFile, name: str, most: int = MOST_SMALL) -> bytes:
    if archive.getinfo(name).file_size > most:
        raise Unfit(f"里的 {name} 太大；请分成几个文件", f"has a part that is too large ({name}); split the file")
    return archive.read(name)


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    data = _part(archive, name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unfit(*BROKEN)
    return ElementTree.fromstring(data)


def _relations(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """What a part of the archive is related to: key, kind, and the other part; nothing outside of the archive."""
    folder, name = posixpath.split(part)
    for one in _xml(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        target = one.get("Target") or ""
        if one.get("TargetMode") != "External":
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield one.get("Id") or "", (one.get("Type") or "").rpartition("/")[2], inside


# ------------------------------------------------------------------------------------------------------- a sheet


def _not_read(name: str, why: Problem) -> Sheet:
    return Sheet(name, 0, lambda: iter(()), why)


def _worksheet(book: _Book, name: str, part: str, archive: zipfile.ZipFile, keep: bool) -> Sheet:
    texts = max((len(data) for _, data in book.shared), default=0)
    at_once = KEPT if keep else min(LARGEST_PIECE, max(PIECE, texts))  # texts are read anew for each piece
    about, kept = About(), list[calamine.CalamineSheet]()
    with archive.open(part) as file:
        for piece in pieces(file, at_once, about):
            if keep and (sheet := book.read(piece)).start is not None:
                kept.append(sheet)
    if (keep and not kept) or not about.rows:
        return _not_read(name, Problem("空工作表", "empty"))
    sheets: Callable[[], Iterable[calamine.CalamineSheet]] = lambda: (  # noqa: E731
        kept if keep else _streamed(book, part, at_once, about.plain)
    )
    rows = 1 + (kept[-1].end or (0, 0))[0] if keep else about.last
    return Sheet(name, rows, lambda: _blocks(sheets()), merged=tuple(about.merged))


def _streamed(book: _Book, part: str, size: int, sound: bool) -> Iterator[calamine.CalamineSheet]:
    """The pieces of a large sheet.  One is read while the rows of the one before are dealt with."""
    with _told(book.path), zipfile.ZipFile(book.path) as archive, archive.open(part) as file:
        cut = pieces(file, size, About(), sound=sound)

        def after() -> calamine.CalamineSheet | None:
            piece = next(cut, None)
            return None if piece is None else book.read(piece)

        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(after)
            while (sheet := coming.result()) is not None:
                coming = ahead.submit(after)
                yield sheet


def _blocks(sheets: Iterable[calamine.CalamineSheet]) -> Iterator[Block]:
    numbered = chain.from_iterable(map(_rows, sheets))
    while block := list(islice(numbered, BLOCK)):
        yield _without_flags(block)


def _rows(sheet: calamine.CalamineSheet) -> Iterable[tuple[int, list[Cell]]]:
    """The rows of what calamine has read, with their numbers, and blanks where its grid begins further right."""
    first, left = sheet.start or (0, 0)
    # The iterator begins at the first row, whatever is there: to pass over many costs more than to have a list, and of
    # few rows that is had in less time.
    few = sheet.height <= 2 * BLOCK
    rows: Iterable[list[Cell]] = sheet.to_python() if few or first >= BLOCK else islice(sheet.iter_rows(), first, None)
    if left:
        before: list[Cell] = [""] * left
        rows = (before + row for row in rows)
    return enumerate(rows, first + 1)


def _without_flags(block: Block) -> Block:
    """TRUE and FALSE as words: as dictionary keys they would pass for 1 and 0."""
    if bool not in set(map(type, chain.from_iterable(row for _, row in block))):
        return block
    return [(at, [str(cell).upper() if isinstance(cell, bool) else cell for cell in row]) for at, row in block]
