"""kill -9 of an import and of an advance at any moment: run again, all is as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.cycles import advance as plain
from engine.district import District
from engine.people.subjects import find_cycle
from engine.tables import case_table, evidence_table, grant_table
from tests.console.command_line import done, jieti, program
from tests.console.own_district import CANDIDATE, PANEL, write_sheet, write_sheets
from tests.reliability.figures import Tally

CANDIDATES = 40
ROWS = 15_000
SAMPLES = [
    pytest.param(seed, marks=[pytest.mark.torture] if seed >= 2 else [], id=f"moment {seed}") for seed in range(30)
]


def tip(folder: Path) -> int:
    """The log's last position, as another program reads it."""
    with sqlite3.connect(f"file:{folder / 'log.db'}?mode=ro", uri=True, timeout=30) as raw:
        (found,) = raw.execute("SELECT max(position) FROM event").fetchone()
    raw.close()
    return int(found)


def kill_while_writing(running: subprocess.Popen[str], folder: Path, wait: float) -> bool:
    """Wait until a program has begun to write and a moment longer, then kill it; whether it was still at it."""
    before, deadline = tip(folder), time.monotonic() + 120
    while tip(folder) == before and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(wait)
    running.kill()
    running.communicate()
    return running.returncode < 0


@dataclass(frozen=True)
class Office:
    """An office's folder before its review, and one in which the notice of its review has ended."""

    before_review: Path
    before_grants: Path
    sheet: Path
    """So many trainings that nobody has imported yet that the import takes longer than until it is killed."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    place = tmp_path_factory.mktemp("办公室")
    write_sheets(place, CANDIDATES)
    data, act = place / "一", ("--as", "office-1", "--data", place / "一")
    done("init", data, "--as", "office-1", "--simulated-clock", "2026-06-20T09:00")
    done("ladder", "publish", "erqi-teacher", "--from", "2026-03-01", "--assumed-confirmed", *act)
    names = ("单位.xlsx", "人员.xlsx", "现有称号.xlsx", "培训学时.csv", "发展评价.xlsx", "教学反思.xlsx", "成果.xlsx")
    done("import", *(place / name for name in names), *act)
    to = ("--to", "core-member", "--period", "2026", "--as-of", "2026-06-30", "--deadline", "2026-06-30")
    done("cycle", "open", "erqi-teacher", *to, *act)
    done("cycle", "seat", "2026", *PANEL, *act)
    done("import", place / "申报名单.xlsx", "--cycle", "2026", *act)
    done("cycle", "close", "2026", *act)
    later = place / "二"
    shutil.copytree(data, later)
    finish(later)
    people = [f"GH{number}" for number in range(100, 100 + CANDIDATES)]
    votes = [[one, member, "反对" if one.endswith("7") else "同意"] for one in people for member in PANEL]
    write_sheet(place / "表决票.csv", ["工号", "评委工号", "意见"], [list(row) for row in votes])
    done("import", place / "表决票.csv", "--cycle", "2026", "--stage", "panel", "--as", "office-1", "--data", later)
    finish(later)
    done("district", "clock", "2026-08-01T09:00", "--as", "office-1", "--data", later)
    many = [[people[n % CANDIDATES], f"研修第{n}讲", "2", f"2025-{1 + n % 12:02}-{1 + n % 28:02}"] for n in range(ROWS)]
    write_sheet(place / "许多行.csv", ["工号", "培训项目", "学时", "日期"], [list(row) for row in many])
    return Office(data, later, place / "许多行.csv")


def finish(folder: Path) -> None:
    """Advance the cycle as far as it goes, undisturbed, in plain Python."""
    with District.open(folder) as district:
        plain.advance(district, find_cycle(district, "2026"))


def outcome(folder: Path) -> tuple[Any, ...]:
    """What came of it all: each case's end, each grant, each rung held, how many events of each kind."""
    with District.open(folder) as district, district.reading() as connection:
        cases = connection.execute(select(case_table.c.id, case_table.c.phase).order_by(case_table.c.id)).tuples().all()
        grants = connection.execute(select(grant_table)).tuples().all()
        held = Counter(connection.execute(select(evidence_table.c.kind, evidence_table.c.subject)).tuples().all())
    with sqlite3.connect(folder / "log.db") as raw:
        events = dict(raw.execute("SELECT type, count(*) FROM event GROUP BY type"))
    raw.close()
    return list(cases), sorted(row[1:] for row in grants), held, events


def whole(folder: Path) -> None:
    """The log is sound, the verdicts come out again, and what is derived from it is what it says."""
    assert jieti("audit", "verify", "--data", folder).status == 0
    assert jieti("audit", "replay", "--data", folder).status == 0
    before = outcome(folder)
    done("rebuild", "--data", folder)
    assert outcome(folder) == before


@pytest.mark.parametrize("seed", SAMPLES)
def test_an_import_killed_and_run_again_has_every_row_once(office: Office, tmp_path: Path, seed: int) -> None:
    began_at, folder = time.monotonic(), tmp_path / "区"
    shutil.copytree(office.before_review, folder)
    asked = ("import", office.sheet, "--as", "clerk-1", "--data", folder)
    began = tip(folder)
    killed = kill_while_writing(program(*asked, home=tmp_path), folder, random.Random(seed).uniform(0, 0.3))
    assert killed, "it was over before it was killed: give it more rows"
    reached = tip(folder) - began
    assert 0 < reached < ROWS
    (report,) = jieti(*asked, "--json").data
    assert (report["landed"], report["already"], report["handed_back"]) == (ROWS - reached, reached, 0)
    assert tip(folder) - began == ROWS
    (again,) = jieti(*asked, "--json").data
    with Tally("kills", f"{seed}", since=began_at) as tally:
        tally.count("command line", wrong=(again["landed"], again["already"]) != (0, ROWS))
    assert (again["landed"], again["already"]) == (0, ROWS)
    whole(folder)


def server(folder: Path) -> int | None:
    """The process of the folder's Prefect server, while it lives."""
    record = folder / "prefect" / "server.json"
    if not record.exists() or not (text := record.read_text()):
        return None
    pid = int(json.loads(text)["pid"])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    return pid


def gone(folder: Path, within: float) -> bool:
    """Whether the folder's server leaves in time."""
    deadline = time.monotonic() + within
    while server(folder) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return server(folder) is None


@pytest.mark.parametrize("seed", SAMPLES)
def test_an_advance_killed_and_run_again_ends_as_if_undisturbed(office: Office, tmp_path: Path, seed: int) -> None:
    began_at, start = time.monotonic(), (office.before_review, office.before_grants)[seed % 2]
    folder, undisturbed = tmp_path / "区", tmp_path / "另一个区"
    shutil.copytree(start, folder)
    shutil.copytree(start, undisturbed)
    finish(undisturbed)
    asked = ("cycle", "advance", "2026", "--data", folder)
    running = program(*asked, home=tmp_path)
    kill_while_writing(running, folder, random.Random(seed).uniform(0, 0.15))
    assert gone(folder, 15), "Prefect's server was orphaned"
    out, err = (again := program(*asked, home=tmp_path)).communicate(timeout=120)
    assert (again.returncode, err) == (0, ""), out
    with Tally("kills", f"{seed}", since=began_at) as tally:
        tally.count("command line", wrong=outcome(folder) != outcome(undisturbed))
    assert outcome(folder) == outcome(undisturbed)
    assert gone(folder, 15)
    whole(folder)
    assert jieti("explain", CANDIDATE, "--data", folder).status == 0
