"""An office for the tests of import: it makes real files and hands them to a real district."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import load_workbook

from console.intake import SheetReport, import_file
from engine.district import District
from events.envelope import Recorded
from workflows.commands import Asking

CLERK = Asking(actor="clerk-1")
TODAY = datetime(2026, 6, 30, 4, tzinfo=UTC)
Cells = Sequence[Any]

UNITS = "单位代码 单位名称 类型 上级单位代码 城乡 学段 成立日期"
PEOPLE = "工号 姓名 变动 单位代码 日期 参加工作日期 出生日期 学科"
TRAININGS = "工号 姓名 单位 培训项目 类别 级别 学时 日期 来源 记录编号 认定状态 处理"


class Office:
    """A folder of files beside a district with two units and three people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.district = District.create(folder / "data", "试验区", CLERK, simulated_clock=TODAY)
        self.take(
            self.csv("units", UNITS, "U1 第一中心校 中心校 - - - 1980-09-01", "U2 河口小学 小学 U1 农村 小学 1990.9")
        )
        self.take(
            self.csv(
                "people",
                PEOPLE,
                "T1 李秀兰 - U2 2015-08-20 2015-08-20 1990-01-02 语文",
                "T2 张伟民 - U2 2015-08-20 - - 数学",
                "T3 王建国 - U1 2015-08-20 - - -",
            )
        )

    def csv(self, name: str, header: str, *rows: str | Cells, encoding: str = "utf-8") -> Path:
        """A csv file; rows as text are split at blanks, and ``-`` is an empty cell."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            out = csv.writer(file)
            out.writerow(header.split())
            out.writerows(_cells(row) for row in rows)
        return path

    def xlsx(self, name: str, header: str, *rows: str | Cells) -> Path:
        """A workbook with one sheet; numbers are numbers, dates are date cells."""
        return self.book(name, {"Sheet1": (header, *rows)})

    def book(self, name: str, sheets: Mapping[str, tuple[str | Cells, ...]], hidden: str | None = None) -> Path:
        """A workbook with these sheets, each a header and rows."""
        path = self.folder / f"{name}.xlsx"
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            if title == hidden:
                sheet.hide()
            for line, row in enumerate(rows):
                for place, cell in enumerate(_cells(row)):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, place, cell, day)
                    elif cell != "":
                        sheet.write(line, place, cell)
        book.close()
        return path

    def take(self, path: Path, **how: Any) -> SheetReport:
        """Import a file of one sheet."""
        (report,) = import_file(self.district, path, CLERK, **how)
        return report

    def events(self, stored: str | None = None) -> list[Recorded]:
        """What the log holds, or only what has that stored name."""
        with self.district.reading() as connection:
            every = self.district.log.read_after(connection, 0, 100_000)
        return [event for event in every if stored in (None, event.envelope.type)]

    def facts(self, stored: str) -> list[Any]:
        """The facts of that stored name."""
        return [event.fact for event in self.events(stored)]

    def person(self, number: str) -> str:
        """The subject id of a staff number."""
        return self.district.find("person", {number})[number]


def _cells(row: str | Cells) -> Cells:
    return ["" if cell == "-" else cell for cell in row.split()] if isinstance(row, str) else row


def counts(report: SheetReport) -> tuple[int, int, int, int, int]:
    """Landed, already there, proposed corrections, handed back, ignored."""
    return report.landed, report.already, report.corrections, report.handed_back, report.ignored


def why(report: SheetReport) -> Iterator[tuple[int, str | None, str]]:
    """Each reason: row, column, and what was said in English."""
    for one in report.reasons:
        yield one.row, one.column, one.en


def hours(office: Office) -> list[tuple[float, bool]]:
    """The training hours as the evidence columns have them now, and whether they count."""
    columns = office.district.columns()
    rows = columns.rows("training")
    scale = 10 ** office.district.catalogue.kinds["training"].amount.scale  # type: ignore[union-attr]
    now = columns.position
    return sorted(
        (int(amount) / scale, bool(known <= now))
        for amount, known, voided in zip(rows.amount, rows.known, rows.voided, strict=True)
        if voided > now
    )


def rows_of(path: Path | None) -> list[list[Any]]:
    """A file's rows as another program reads them."""
    assert path is not None
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [list(row) for row in csv.reader(file)]
    return [list(row) for row in load_workbook(path).get_sheet_by_index(0).iter_rows()]
