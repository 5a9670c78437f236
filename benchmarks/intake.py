"""A file of trainings through the import, from bytes to answers; the opponent parses it and writes the same rows."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import result
from console.intake import import_file
from engine.district import District

HEADER = ("工号", "姓名", "单位", "培训项目", "类别", "级别", "学时", "日期", "来源", "记录编号", "认定状态")
WORDS = {"topic": "专题培训", "online": "网络研修", "school-based": "校本培训",
         "school": "校级", "district": "区级", "city": "市级"}  # fmt: skip
CHUNK = 2_000
"""Rows that the driver writes in a transaction."""


def run(quick: bool) -> list[dict[str, Any]]:
    """A csv file as a platform exports it; the import with its pauses."""
    size, rounds = (10_000, 3) if quick else (100_000, 3)
    times: tuple[list[float], list[float]] = ([], [])
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        prepared, file = Path(place) / "prepared", Path(place) / "trainings.csv"
        people = invented.staffed(prepared, size // invented.PER_PERSON)
        _write(file, people, invented.trainings(people, size))
        for _ in range(rounds):
            ours, theirs = Path(place) / "ours", Path(place) / "bare"
            for folder in (ours, theirs):
                rmtree(folder, ignore_errors=True)
                copytree(prepared, folder)
            times[0].append(_ours(ours, file, size))
            times[1].append(_bare(theirs, ours, file))
    against = "csv and bare sqlite3, the same rows"
    return [result("import a csv file of trainings", *times, against=against, unit="rows/s", size=size)]


def _write(file: Path, people: list[str], rows: list[invented.Training]) -> None:
    numbers = {one: nth for nth, one in enumerate(people)}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for row in rows:
            who = numbers[row.person]
            writer.writerow(
                (invented.staff_number(who), invented.name(who), "测评学校", row.title, WORDS[row.category],
                 WORDS[row.level], row.hours, row.day, "测评平台", f"R{row.number}", "已认定")
            )  # fmt: skip


def _ours(folder: Path, file: Path, size: int) -> float:
    with District.open(folder) as district:
        began = time.perf_counter()
        (report,) = import_file(district, file, invented.CLERK)
        took = time.perf_counter() - began
    assert report.landed == size, report
    return took


def _bare(folder: Path, ours: Path, file: Path) -> float:
    written, log = bare.connect(ours / "log.db"), bare.connect(folder / "log.db")
    bare.without_triggers(log)
    (before,) = log.execute("SELECT max(position) FROM event").fetchone()
    rows = bare.rows_after(written, before)
    began = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as read:
        count = sum(1 for _ in csv.reader(read)) - 1
    bare.write(log, rows, [CHUNK] * -(-count // CHUNK))
    took = time.perf_counter() - began
    written.close()
    log.close()
    return took
