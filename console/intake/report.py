"""What came of a sheet: the counts, the rows that were handed back, and the file that they come back in."""

from __future__ import annotations

import csv
import filecmp
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from console.intake.reading import GUARDED
from console.intake.values import Cell, Problem, shown

REASON, ROW = "原因/reason", "行号"
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - what xlsxwriter takes; fixed, so that equal rejects are equal files


@dataclass(frozen=True)
class Difference:
    """One thing in which a row differs from the record that is held: what it is called, what is held, what it says."""

    zh: str
    en: str
    held: str
    says: str

    @property
    def told(self) -> str:
        """The same in a few signs."""
        return f"{self.held} → {self.says}"


@dataclass(frozen=True)
class HandedBack:
    """A row that did not land: where, what it said there, and why.  ``proposed``: it differs from what is held."""

    row: int
    column: str | None
    value: str | None
    zh: str
    en: str
    proposed: bool = False
    differences: tuple[Difference, ...] = ()
    """Of a proposed correction; none where nothing that is kept in readable form differs."""
    acceptable: bool = False
    """Whether the row corrects what is held once the user accepts it."""


@dataclass(frozen=True)
class Ignored:
    """A row that is no record (a subtotal, a note), and why it is passed over."""

    row: int
    zh: str
    en: str


@dataclass
class SheetReport:
    """What came of a sheet.  All counts are rows; ``rows`` is the sum of the five below it.

    ``landed``: at least one event of the row is new; ``already``: all of it was there; ``corrections``: rows that
    differ from what is held; ``handed_back``; ``ignored``: blank rows, and ``ignored_rows``.  ``first`` and ``last``
    are the log positions of its first and last event, None if nothing landed.  ``kind`` is None for a sheet that was
    not read: ``skipped``.
    """

    file: Path
    sheet: str
    kind: str | None = None
    title: Problem | None = None
    """What the kind is called in both languages."""
    skipped: Problem | None = None
    landed: int = 0
    already: int = 0
    corrections: int = 0
    handed_back: int = 0
    ignored: int = 0
    events: int = 0
    first: int | None = None
    last: int | None = None
    dry_run: bool = False
    strange: tuple[str, ...] = ()
    """Headers that were passed over because they mean nothing here."""
    source: str | None = None
    """The opaque name under which the log knows this file and sheet."""
    import_id: str | None = None
    """The correlation id of all events of the import; None for a dry run."""
    reasons: list[HandedBack] = field(default_factory=list)
    """In the sheet's order; a row may have several."""
    rejects: Path | None = None
    header: tuple[int, int] = (1, 1)
    """The rows that the header takes, first and last."""
    mapping: str | None = None
    """What the mapping is called by which the columns were read; None: what is built in."""
    ignored_rows: list[Ignored] = field(default_factory=list)
    """Rows that are no records; blank ones are only counted."""
    voided: list[tuple[int, int]] = field(default_factory=list)
    """(row, position) of rows that are *already there* and were voided since: they stay void."""
    pending: int = 0
    """Rows that landed as trainings which are not recognised yet: they count for nothing until they are."""
    also: int = 0
    """Rows that landed as one more report of a training that was there: it counts once."""
    disagree: int = 0
    """Trainings of which one of those rows says something else."""
    unproposed: tuple[int, ...] = ()
    """Rows that the user accepted, and that propose no correction."""

    @property
    def rows(self) -> int:
        """Every row under the header."""
        return self.landed + self.already + self.corrections + self.handed_back + self.ignored

    def add(self, positions: Sequence[int]) -> None:
        """Count events that landed at these positions."""
        if positions:
            self.events += len(positions)
            if self.first is None or positions[0] < self.first:
                self.first = positions[0]
            if self.last is None or positions[-1] > self.last:
                self.last = positions[-1]


@dataclass
class Rejects:
    """The rows of a sheet that come back, as they stood, each with why."""

    sheet: str
    header: tuple[Cell, ...]
    above: tuple[tuple[Cell, ...], ...] = ()
    """The rows down to the header's last, as they stand; without them the header is its only row."""
    over: int = 1
    """Over how many of them the header stands."""
    rows: dict[int, tuple[list[Cell], list[Problem]]] = field(default_factory=dict)

    def add(self, number: int, cells: list[Cell], problem: Problem) -> None:
        """Hand a row back; again for a further reason."""
        self.rows.setdefault(number, (cells, []))[1].append(problem)

    def table(self) -> tuple[list[list[Cell]], list[list[Cell]]]:
        """What stands above and the header, and the rows in their order, without what an earlier rejects file added."""
        kept = [place for place, name in enumerate(self.header) if shown(name).strip() not in (REASON, ROW)]
        top = [[row[place] if place < len(row) else "" for place in kept] for row in self.above or (self.header,)]
        top[-self.over] += [REASON, ROW]
        rows = []
        for number, (cells, problems) in sorted(self.rows.items()):
            row: list[Cell] = [cells[place] if place < len(cells) else "" for place in kept]
            beyond = cells[len(self.header) :]
            said = "；".join(dict.fromkeys(f"{problem.zh} / {problem.en}" for problem in problems))
            rows.append([*row, said, number, *beyond])
        return top, rows


def write_rejects(path: Path, sheets: Sequence[Rejects], folder: Path | None) -> Path | None:
    """Write what came back of a file: same type, same headers, never over another file.  None if nothing did.

    The name is ``<stem>.rejects.xlsx``, then ``.rejects-2`` and so on; a file with the very same content is reused.
    """
    if not any(sheet.rows for sheet in sheets):
        return None
    folder = folder or path.parent
    folder.mkdir(parents=True, exist_ok=True)
    stem = path.stem.split(".rejects")[0]
    draft = folder / f".{stem}.rejects.{secrets.token_hex(4)}.writing{path.suffix}"  # another may write them, too
    try:
        if path.suffix.lower() == ".csv":
            _write_csv(draft, sheets[0])
        else:
            _write_workbook(draft, [sheet for sheet in sheets if sheet.rows])
        number = 1
        while True:
            name = folder / f"{stem}.rejects{'' if number == 1 else f'-{number}'}{path.suffix}"
            try:
                name.touch(exist_ok=False)  # fails where the name is taken: nobody's file is overwritten
            except FileExistsError:
                if filecmp.cmp(name, draft, shallow=False) and name.resolve() != path.resolve():
                    return name
                number += 1
            else:
                draft.replace(name)
                return name
    finally:
        draft.unlink(missing_ok=True)


def _write_csv(path: Path, sheet: Rejects) -> None:
    top, rows = sheet.table()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([guarded(cell) for cell in row] for row in (*top, *rows))


_APART = ("'", *GUARDED)
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")


def guarded(cell: Cell) -> str:
    """Text that no spreadsheet will run as a formula; a plain negative number stays one."""
    text = shown(cell)
    if not text.startswith(_APART):
        return text
    runs = text.lstrip("'").startswith(GUARDED) and not _NEGATIVE.fullmatch(text)
    return f"'{text}" if runs else text


def _write_workbook(path: Path, sheets: Sequence[Rejects]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": CREATED})
    bold = book.add_format({"bold": True})
    formats = {
        form: book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm:ss")
    }
    for rejects in sheets:
        sheet = book.add_worksheet(rejects.sheet)
        top, rows = rejects.table()
        width = max(map(len, top))
        sheet.freeze_panes(len(top), 0)
        sheet.set_column(0, width - 1, 14)
        sheet.set_column(width - 2, width - 2, 60)
        for line, row in enumerate(top):
            for place, cell in enumerate(row):
                sheet.write_string(line, place, shown(cell), bold)
        for line, row in enumerate(rows, len(top)):
            for place, cell in enumerate(row):
                _write_cell(sheet, line, place, cell, formats)
    book.close()


def _write_cell(sheet: Any, line: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(line, place, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(line, place, cell, formats["yyyy-mm-dd hh:mm:ss"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, place, cell, formats["yyyy-mm-dd"])
    elif isinstance(cell, time | timedelta):
        sheet.write_datetime(line, place, cell, formats["hh:mm:ss"])
    else:
        sheet.write_number(line, place, cell)
