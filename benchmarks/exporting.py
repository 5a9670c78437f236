"""Trainings out of the log into a sheet; the opponent reads the same events and writes the very same cells."""

from __future__ import annotations

import csv
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from benchmarks import bare, invented
from benchmarks.measuring import paired, timed
from console.export.looking import Look
from console.export.sheets import exported, sheet
from console.tables import Cell, write
from engine.district import District

PEOPLE = 3_000


def run(quick: bool) -> list[dict[str, Any]]:
    """As csv and as a workbook."""
    size, rounds = (5_000, 3) if quick else (100_000, 3)
    with TemporaryDirectory(prefix="jieti-bench-") as name:
        place = Path(name)
        people = invented.staffed(place / "data", min(PEOPLE, size // invented.PER_PERSON))
        with District.open(place / "data") as district:
            for _ in district.handle_many(invented.commands(district, invented.trainings(people, size))):
                pass
        cells = _rows(place / "data")
        return [
            paired(
                f"export {ending.removeprefix('.')}",
                timed(partial(_ours, place / "data", place / f"ours{ending}")),
                timed(partial(_bare, place / "data", place / f"bare{ending}", cells)),
                against="bare sqlite3, and the same cells", unit="rows/s", size=size, rounds=rounds,
            )
            for ending in (".csv", ".xlsx")
        ]  # fmt: skip


def _sheet(district: District, connection: Any) -> Any:
    kind = exported("trainings")
    assert kind is not None
    return sheet(kind, Look(district, connection, "zh", None))


def _rows(folder: Path) -> list[list[Cell]]:
    with District.open(folder) as district, district.reading() as connection:
        return [list(row) for row in _sheet(district, connection)[1]]


def _ours(folder: Path, file: Path) -> None:
    file.unlink(missing_ok=True)
    with District.open(folder) as district, district.reading() as connection:
        write(file, "培训学时", *_sheet(district, connection))


def _bare(folder: Path, file: Path, cells: list[list[Cell]]) -> None:
    with closing(bare.connect(folder / "log.db")) as log:
        events = log.execute("SELECT * FROM event WHERE type = 'training recorded' ORDER BY position")
        told = (row for _, row in zip(events, cells, strict=True))
        if file.suffix == ".csv":
            with file.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(told)
            return
        book = xlsxwriter.Workbook(str(file), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for nth, row in enumerate(told):
            page.write_row(nth, 0, row)
        book.close()
