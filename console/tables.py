"""A table of text written to a file, as office programs read it: csv in UTF-8 with its mark, or xlsx."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from console.intake.report import guarded
from console.options import Mistake

KINDS = (".xlsx", ".csv")


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


def write(path: Path, rows: Iterable[list[str]]) -> None:
    """Write header and rows in the format that the file's name asks for."""
    may_be_written(path)
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([guarded(cell) for cell in row] for row in rows)
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet("Sheet1"), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell, bold if line == 0 else None)
    book.close()
