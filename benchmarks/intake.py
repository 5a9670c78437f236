"""Files of trainings through the import, from bytes to answers; the opponent parses them and writes the same rows.

Each import runs in a process of its own, so that its memory can be told (with that of the process that helps it), and
beside it another process that appends now and then, as a clerk would: how long that one waits is a line of its own.
"""

from __future__ import annotations

import csv
import multiprocessing
import re
import resource
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from benchmarks import bare, invented
from benchmarks.measuring import result
from console.intake import import_file
from engine.district import District
from events.facts import Amount, TrainingRecorded
from workflows.commands import Landed, Record, Span

HEADER = ("工号", "姓名", "单位", "培训项目", "类别", "级别", "学时", "日期", "来源", "记录编号", "认定状态")
WORDS = {"topic": "专题培训", "online": "网络研修", "school-based": "校本培训",
         "school": "校级", "district": "区级", "city": "市级"}  # fmt: skip
CHUNK = 2_000
"""Rows that the driver writes in a transaction."""
PEOPLE = 3_000
"""At most so many people have the trainings."""
EVERY = 0.25
"""Seconds between two appends of the other writer."""

Took = tuple[float, float]
"""Seconds, and how many MB the process had at most."""


def run(quick: bool) -> list[dict[str, Any]]:
    """A csv and an xlsx file as a platform exports them; the import with its pauses."""
    sizes = {".csv": 10_000 if quick else 1_000_000, ".xlsx": 5_000 if quick else 300_000}
    rounds = {".csv": 1, ".xlsx": 3}
    return [line for ending, size in sizes.items() for line in _file(ending, size, 3 if quick else rounds[ending])]


def _file(ending: str, size: int, rounds: int) -> Iterator[dict[str, Any]]:
    kind = ending.removeprefix(".")
    with TemporaryDirectory(prefix="jieti-bench-") as name:
        place = Path(name)
        file, tenth = place / f"trainings{ending}", place / f"tenth{ending}"
        people = invented.staffed(place / "prepared", min(PEOPLE, size // invented.PER_PERSON))
        rows = invented.trainings(people, size)
        write = _write_csv if ending == ".csv" else _write_workbook
        write(file, _cells(people, rows))
        write(tenth, _cells(people, rows[: size // 10]))
        del rows
        ours, theirs = list[Took](), list[float]()
        for _ in range(rounds):
            ours.append(_ours(_copied(place, "ours"), file, size))
            theirs.append(_bare(_copied(place, "bare"), place / "ours", file))
        small = _ours(_copied(place, "tenth"), tenth, size // 10)
        against = f"{'csv' if ending == '.csv' else 'calamine'} and bare sqlite3, the same rows"
        times = [one[0] for one in ours]
        yield result(f"import {kind}", times, theirs, against=against, unit="rows/s", size=size)
        most, against = [one[1] for one in ours], "ours, a tenth of the rows"
        yield result(f"import {kind}, memory", most, [small[1]], against=against, unit="MB", size=size)
        if ending == ".csv":
            waits, alone = _waits(_copied(place, "shared"), file)
            against = "nobody else at work"
            yield result("another writer meanwhile, longest", waits, alone, against=against, unit="ms", size=size)


def _copied(place: Path, name: str) -> Path:
    rmtree(place / name, ignore_errors=True)
    copytree(place / "prepared", place / name)
    return place / name


# ---------------------------------------------------------------------------------------------------------- files


def _cells(people: list[str], rows: Iterable[invented.Training]) -> Iterator[tuple[str, ...]]:
    numbers = {one: nth for nth, one in enumerate(people)}
    yield HEADER
    for row in rows:
        who = numbers[row.person]
        yield (
            invented.staff_number(who), invented.name(who), "测评学校", row.title, WORDS[row.category],
            WORDS[row.level], str(row.hours), str(row.day), "测评平台", f"R{row.number}", "已认定",
        )  # fmt: skip


def _write_csv(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


def _write_workbook(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet("培训学时")
    for nth, row in enumerate(rows):
        sheet.write_row(nth, 0, row)
    book.close()


# --------------------------------------------------------------------------------------------------------- measuring


def _ours(folder: Path, file: Path, size: int) -> Took:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        return apart.submit(_import, folder, file, size).result()


def _import(folder: Path, file: Path, size: int) -> Took:
    helping = dict[int | None, float]()
    """The most memory that each process had which this one began, so far."""

    def look(done: int, _all: int) -> None:
        if done % 10_000 == 0:
            helping.update({one.pid: _most_memory(one.pid) for one in multiprocessing.active_children()})

    with District.open(folder) as district:
        began = time.perf_counter()
        (report,) = import_file(district, file, invented.CLERK, progress=look)
        took = time.perf_counter() - began
    assert report.landed == size, report
    return took, _most_memory() + sum(helping.values())


def _most_memory(process: int | None = None) -> float:
    """The most memory that a process had, this one if none is named, in MB.

    ``ru_maxrss`` would count the process that started this one, on Linux; elsewhere it knows only this one.
    """
    status = Path(f"/proc/{process or 'self'}/status")
    if status.exists():
        return max(map(int, re.findall(r"VmHWM:\s*(\d+)", status.read_text())), default=0) / 1024
    return 0.0 if process else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


def _bare(folder: Path, ours: Path, file: Path) -> float:
    """What it takes to parse the file and to write what we wrote; fetching that is not counted."""
    written, log = bare.connect(ours / "log.db"), bare.connect(folder / "log.db")
    bare.without_triggers(log)
    (before,) = log.execute("SELECT max(position) FROM event").fetchone()
    began = time.perf_counter()
    count = _parsed(file)
    took = time.perf_counter() - began
    feeds = bare.feeds_after(written, before)
    for _ in range(-(-count // CHUNK)):
        rows = {table: list(islice(feed, CHUNK)) for table, feed in feeds.items()}
        began = time.perf_counter()
        bare.write(log, rows, [CHUNK])
        took += time.perf_counter() - began
    written.close()
    log.close()
    return took


def _parsed(file: Path) -> int:
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as read:
            return sum(1 for _ in csv.reader(read)) - 1
    import python_calamine

    return sum(1 for _ in python_calamine.load_workbook(file).get_sheet_by_index(0).iter_rows()) - 1


def _waits(folder: Path, file: Path) -> tuple[list[float], list[float]]:
    """The longest wait of somebody who appends while the file is imported, and alone: in seconds."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as apart:
        alone = apart.submit(_append, folder, 20, Path("-")).result()
        importing = apart.submit(_import_until, folder, file)
        meanwhile = apart.submit(_append, folder, 10_000, folder / "done").result()
        importing.result()
    return [max(meanwhile)], [max(alone)]


def _import_until(folder: Path, file: Path) -> None:
    with District.open(folder) as district:
        import_file(district, file, invented.CLERK)
    (folder / "done").touch()


def _append(folder: Path, times: int, until: Path) -> list[float]:
    """How long each of these appends took; they end with ``until``."""
    waits = []
    with District.open(folder) as district, district.reading() as connection:
        person = connection.exec_driver_sql("SELECT id FROM subject WHERE kind = 'person' LIMIT 1").scalar_one()
    with District.open(folder) as district:
        for nth in range(times):
            fact = TrainingRecorded(
                title=f"面授{nth}", category="topic", level="school",
                hours=Amount(value=1, scale=0, unit="hour"), recognised=True,
            )  # fmt: skip
            command = Record(
                id=district.command_id(), asking=invented.CLERK, subject=person,
                occurred=Span.day(invented.BEGAN), fact=fact,
            )  # fmt: skip
            began = time.perf_counter()
            assert isinstance(district.handle(command), Landed)
            waits.append(time.perf_counter() - began)
            if until.exists():
                break
            time.sleep(EVERY)
    return waits
