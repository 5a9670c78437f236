"""A csv file to a sheet: UTF-8 with or without its mark, GB18030 or UTF-16; parted by commas, tabs or semicolons.

The file is read once from end to end before its first row is handed on, so that a file that was cut off, or is no text
after all, is refused with the row where it goes wrong.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from console.intake.reading import BLOCK, GUARDED, Block, IntakeError, Sheet
from console.intake.values import Problem
from console.intake.what_it_is import not_what_it_says

DELIMITERS = ",\t;"
STEP = 1 << 20
LOOKED_AT = 40
"""Lines at the top by which the delimiter is known."""
CERTAIN = 10
"""Letters beyond ASCII that make sense as UTF-8 before the first that does not: then the file is UTF-8, and damaged."""


def open_text(path: Path, start: bytes) -> Sheet:
    """A csv file as a sheet with the file's name; IntakeError for one that is damaged or no text."""
    encoding, quoted = _encoding(path, start)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter([line[:10_000] for line in islice(_lines(file), LOOKED_AT)])

    def rows() -> Iterator[list[Any]]:
        with path.open(encoding=encoding, newline="") as file:
            yield from csv.reader(file, delimiter=delimiter, strict=True)

    count = _count(path, rows())

    def blocks() -> Iterator[Block]:
        numbered = enumerate(map(_unguarded, rows()) if quoted else rows(), 1)
        while block := list(islice(numbered, BLOCK)):
            yield block

    return Sheet(path.stem, count, blocks, ragged=True, unended=count if _is_unended(path) else 0)


def _lines(file: Any) -> Iterator[str]:
    """Lines of which none is read beyond what is looked at."""
    while line := file.readline(100_000):
        yield line


def _delimiter(lines: list[str]) -> str:
    """What parts the cells: most lines have the same number of it, and of several that is so the most."""

    def evidence(mark: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(mark)))
        ((count, often),) = counts.most_common(1) or [(0, 0)]
        return often, count

    return max(DELIMITERS, key=evidence)


def _count(path: Path, rows: Iterator[list[Any]]) -> int:
    """How many rows there are; IntakeError for the first that cannot be read."""
    count = 0
    try:
        for count, row in enumerate(rows, 1):
            if count == 1 and any("\x00" in cell for cell in row):
                raise not_what_it_says(path, Problem("二进制文件", "a binary file"))
    except csv.Error as error:
        raise IntakeError(
            f"{path.name} 第 {count + 1} 行起的引号不成对或单元格过长（{error}）；文件可能没有写完，"
            "请重新导出，或用电子表格软件另存后再导入",
            f"{path.name}: from row {count + 1} on, quotes do not pair up or a cell is too long ({error}); perhaps the "
            "file was not written to its end: export it again, or save it anew from a spreadsheet program",
        ) from error
    return count


def _unguarded(row: list[str]) -> list[Any]:
    """The cells without the apostrophe that guards what a spreadsheet would run."""
    if any(cell.startswith("'") for cell in row):
        return [cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(GUARDED) else cell for cell in row]
    return row


def _is_unended(path: Path) -> bool:
    """Whether the last line has no end: it may be half a line."""
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        return not file.read().decode("latin-1").rstrip("\x00").endswith(("\n", "\r"))


# ------------------------------------------------------------------------------------------------------- encoding


def _encoding(path: Path, start: bytes) -> tuple[str, bool]:
    """The encoding in which every byte of the file makes sense, and whether there is any apostrophe in it."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried = ["utf-16"]
    elif (zeros := start[:1000].count(0)) and zeros > len(start[:1000]) // 4 and start[:1] != b"\x00":
        tried = ["utf-16-le"]  # without its mark, as some programs write it: every second byte of ASCII is 0
    else:
        tried = ["utf-8-sig", "gb18030"]
    for encoding in tried:
        quoted, letters = False, 0
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as file:
            row = 1
            while step := file.read(STEP):
                try:
                    text = decoder.decode(step)
                except UnicodeDecodeError as error:
                    sound = error.object[: error.start].decode(encoding, "ignore")
                    letters += _beyond_ascii(sound)
                    row += sound.count("\n")
                    break
                quoted = quoted or "'" in text
                letters += 0 if text.isascii() else _beyond_ascii(text)
                row += text.count("\n")
            else:
                try:
                    decoder.decode(b"", final=True)
                except UnicodeDecodeError:
                    if encoding != "utf-8-sig" or letters >= CERTAIN:
                        raise _half_a_letter(path) from None
                    continue
                return encoding, quoted
        if encoding == "utf-8-sig" and (letters >= CERTAIN or start.startswith(codecs.BOM_UTF8)):
            raise _nonsense(path, row, "UTF-8")
        if encoding == "gb18030" and letters >= CERTAIN:
            raise _nonsense(path, row, "GB18030")
    raise IntakeError(
        f"{path.name} 的编码不是 UTF-8，也不是 GB18030；请另存为“CSV UTF-8”或 .xlsx",
        f"{path.name} is neither UTF-8 nor GB18030 text; save it as CSV UTF-8 or .xlsx",
    )


def _beyond_ascii(text: str) -> int:
    return sum(sign > "\x7f" for sign in text[:10_000])


def _half_a_letter(path: Path) -> IntakeError:
    return IntakeError(
        f"{path.name} 在半个字处断了，没有写完；请重新导出",
        f"{path.name} ends in the middle of a letter, so it was not written to its end; export it again",
    )


def _nonsense(path: Path, row: int, encoding: str) -> IntakeError:
    return IntakeError(
        f"{path.name} 第 {row} 行附近有字节不合 {encoding} 编码，文件可能已损坏；请重新导出，或另存为 .xlsx",
        f"{path.name}: near row {row} there are bytes that are no {encoding} text, so it may be damaged; "
        "export it again, or save it as .xlsx",
    )
