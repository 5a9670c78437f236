"""Tables as an office keeps them: rows under a header row, written as .xlsx or as .csv in two encodings.

A date is written in the manner of its file; a few rows of every file are written in another manner.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Literal

import xlsxwriter

Cell = str | int | Decimal | date
"""What a table holds; an empty cell is the empty string."""
Encoding = Literal["xlsx", "gb18030", "utf-8-sig"]
Fault = Literal["reject", "repeat", "differs"]
"""What must become of a faulty row: handed back, already there, handed back as a proposed correction."""

CREATED = datetime(2026, 6, 20, 8, 0, 0)  # noqa: DTZ001 - what xlsxwriter takes: the file's own wall clock
_MANNERS: tuple[Callable[[date], str], ...] = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
)
ISO, DOTS, HAN, DIGITS, SLASHES = _MANNERS
MIXED_SHARE = 0.04
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def month_only(day: date) -> str:
    """A date of which only the month is known."""
    return f"{day.year}年{day.month}月" if day.month in (1, 10) else f"{day.year}.{day.month}"


def full_width(cell: Cell) -> str:
    """A number as someone types it who forgot to leave the full-width input mode."""
    return str(cell).translate(_FULL_WIDTH)


def halves(number: int) -> Cell:
    """So many halves as an exact number: 12 is 6, 13 is 6.5."""
    return number // 2 if number % 2 == 0 else Decimal(number) / 2


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that is faulty by design: its number in the file (the header is row 1), its fate, what is wrong."""

    row: int
    fate: Fault
    why: str


@dataclass(slots=True)
class Table:
    """A file to be: its name, the import kind that its rows are of, its headers and rows.

    ``manner`` writes the dates that are still dates; None leaves them as true dates, which only .xlsx can hold.
    """

    name: str
    kind: str
    headers: tuple[str, ...]
    rows: list[list[Cell]]
    encoding: Encoding = "xlsx"
    manner: Callable[[date], str] | None = ISO
    bad: list[Bad] = field(default_factory=list)

    def spoil(self, rng: Random, *faults: tuple[Fault, str, str, Cell]) -> None:
        """Put in faulty copies of random rows: (fate, what is wrong, header of the changed cell, its content).

        A repeated or a differing row comes after its original.  A rejected one gets a record number of its own, so
        that nothing but its fault can speak against it.
        """
        if not self.rows:
            return
        placed: list[tuple[int, Fault, str, list[Cell]]] = []
        for number, (fate, why, header, content) in enumerate(faults, start=1):
            origin = rng.randrange(len(self.rows))
            row = list(self.rows[origin])
            if header:
                row[self.headers.index(header)] = content
            if fate == "reject":
                for code in ("记录编号", "反思编号"):
                    if code in self.headers:
                        row[self.headers.index(code)] = f"BAD{number:05d}"
            placed.append((rng.randint(origin + 1, len(self.rows)), fate, why, row))
        placed.sort(key=lambda one: one[0])
        for shift, (place, fate, why, row) in enumerate(placed):
            self.rows.insert(place + shift, row)
            self.bad.append(Bad(place + shift + 2, fate, why))

    def mix(self, rng: Random) -> None:
        """Write all dates: in the table's manner, a few in others (in .xlsx some of them as true dates)."""
        for row in self.rows:
            mixed = rng.random() < MIXED_SHARE
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    manner = rng.choice(_MANNERS) if mixed else self.manner
                    if manner is not None:
                        row[place] = manner(cell)

    def write(self, folder: Path) -> Path:
        """Write the file; the same table gives the same bytes."""
        path = folder / self.name
        if self.encoding == "xlsx":
            write_workbook(path, self.headers, self.rows)
        else:
            with path.open("w", encoding=self.encoding, newline="") as file:
                out = csv.writer(file)
                out.writerow(self.headers)
                out.writerows(self.rows)
        return path


def write_workbook(path: Path, headers: tuple[str, ...], rows: list[list[Cell]], title: str = "") -> None:
    """One sheet with a bold header row, under a title if there is one; numbers and true dates as such, else text."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    book.set_properties({"created": CREATED})
    sheet = book.add_worksheet("Sheet1")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_column(0, len(headers) - 1, 14)
    top = 1 if title else 0
    if title:
        sheet.write_string(0, 0, title)
    sheet.freeze_panes(top + 1, 0)
    for column, header in enumerate(headers):
        sheet.write_string(top, column, header, bold)
    for line, row in enumerate(rows, start=top + 1):
        for column, cell in _filled(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            else:
                sheet.write_number(line, column, cell)
    book.close()


def _filled(row: list[Cell]) -> Iterator[tuple[int, Any]]:
    return ((column, cell) for column, cell in enumerate(row) if cell != "")
