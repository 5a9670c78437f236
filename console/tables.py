"""A table into a file, row after row, so that memory stays what it is: .xlsx or .csv, never over another file.

Text is written as text only: nothing in a sheet runs as a formula.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from console.intake.report import guarded
from console.options import Mistake

KINDS = (".xlsx", ".csv")
Cell = str | int | Decimal | date
LAST_ROW = 1_048_576
"""How many rows a sheet of a workbook can have."""
_FIRST_YEAR = 1900
"""Days before it are text in a workbook."""


def may_be_written(path: Path, kinds: tuple[str, ...] = KINDS) -> None:
    """Mistake for a name that tells no format, a file that is there, or a folder that is not."""
    if path.suffix.lower() not in kinds:
        raise Mistake(
            f"不会写“{path.name}”;文件名以 {' 或 '.join(kinds)} 结尾",
            f'cannot write "{path.name}": its name ends in {" or ".join(kinds)}',
            "file",
        )
    if path.exists():
        raise Mistake(f"{path} 已存在,不会覆盖;请换一个名字", f"{path} is there and stays: give another name", "file")
    if not path.parent.is_dir():
        raise Mistake(f"没有文件夹 {path.parent};请先建立", f"there is no folder {path.parent}: make it first", "file")


def write(
    path: Path,
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    tick: Callable[[int], None] | None = None,
    most: int = LAST_ROW,
    before: Callable[[int], None] | None = None,
) -> int:
    """Write a sheet; how many rows.  Mistake where it may not be written.

    ``before`` hears how many rows there are before the file has its name, and so before anybody can open it.
    """
    may_be_written(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        counted = (_csv if path.suffix.lower() == ".csv" else _xlsx)(draft, title, header, _ticking(rows, tick), most)
        if before is not None:
            before(counted)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return counted


def _ticking(rows: Iterable[Sequence[Cell]], tick: Callable[[int], None] | None) -> Iterable[Sequence[Cell]]:
    for row in rows:
        yield row
        if tick is not None:
            tick(1)


def _csv(path: Path, _title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], _most: int) -> int:
    counted = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([guarded(name) for name in header])
        for row in rows:
            out.writerow([_text(cell) for cell in row])
            counted += 1
    return counted


def _text(cell: Cell) -> str | int:
    if isinstance(cell, str):
        return guarded(cell)
    return cell.isoformat() if isinstance(cell, date) else f"{cell:f}" if isinstance(cell, Decimal) else cell


def _xlsx(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], most: int) -> int:
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {**plain, "constant_memory": True})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    counted, line, sheets = 0, 0, 0
    sheet: Any = None
    for row in rows:
        if sheet is None or line == most:
            sheets, line = sheets + 1, 1
            sheet = _headed(book, title if sheets == 1 else f"{title} {sheets}", header, bold)
        for place, cell in enumerate(row):
            _write(sheet, line, place, cell, day)
        counted, line = counted + 1, line + 1
    if sheet is None:
        _headed(book, title, header, bold)
    book.close()
    return counted


def _headed(book: Any, title: str, header: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 14)
    for place, name in enumerate(header):
        sheet.write_string(0, place, name, bold)
    return sheet


def _write(sheet: Any, line: int, place: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, date):
        if cell.year < _FIRST_YEAR:
            sheet.write_string(line, place, cell.isoformat())
        else:
            sheet.write_datetime(line, place, cell, day)
    elif isinstance(cell, str):
        if cell:
            sheet.write_string(line, place, cell)
    else:
        sheet.write_number(line, place, cell)
