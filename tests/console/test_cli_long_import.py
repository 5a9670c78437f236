"""An import that is long enough for a second process: interrupted, killed, and run again until it is through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.console.command_line import PROGRAM, bare, done, jieti
from tests.console.own_district import write_sheet, write_sheets
from tests.console.test_cli_killed import tip

ROWS, PEOPLE = 52_000, 50
HEARING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Becomes a program that hears Ctrl-C: what a script starts in the background does not, nor does what that starts."""


def stopped(asked: tuple[object, ...], home: Path, folder: Path, after: int, *how: signal.Signals) -> tuple[int, str]:
    """The import, stopped by signals to it and all that it started, as a terminal sends them; kill -9 only to itself.

    Its status and what it said, once nothing of it is left.
    """
    running = subprocess.Popen(
        [sys.executable, "-c", HEARING, str(PROGRAM), *map(str, asked)],
        env=bare(home),
        cwd=home,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while tip(folder) < after and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert running.poll() is None, "it was over before it was stopped: give it more rows"
    for one in how:
        (os.kill if one is signal.SIGKILL else os.killpg)(running.pid, one)
        time.sleep(0.05)
    _, said = running.communicate(timeout=60)
    while alive(running.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(running.pid), "something of it was left"
    return running.returncode, said


def alive(group: int) -> bool:
    """Whether there is a process of this group."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_long_import_that_is_interrupted_and_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    write_sheets(tmp_path, PEOPLE)
    folder, sheet = tmp_path / "区", tmp_path / "许多行.csv"
    done("init", folder, "--as", "office-1", "--simulated-clock", "2026-06-20T09:00")
    act = ("--as", "office-1", "--data", folder)
    done("import", tmp_path / "单位.xlsx", tmp_path / "人员.xlsx", *act)
    header = ["工号", "培训项目", "学时", "日期"]
    many = [(f"GH{100 + n % PEOPLE}", f"第{n}讲", "2", f"2025-{1 + n % 12:02}-{1 + n % 28:02}") for n in range(ROWS)]
    write_sheet(sheet, header, [list(row) for row in many])
    asked, before = ("import", sheet, *act), tip(folder)

    status, said = stopped(asked, tmp_path, folder, before + ROWS // 2, signal.SIGINT)
    assert status == 130
    assert said.splitlines()[-1] == "已中断。已经记录的都在;再运行同一条命令,就从那里接着做"
    assert "SpawnProcess" not in said
    interrupted = tip(folder)
    assert before + ROWS // 2 <= interrupted < before + ROWS
    status, _ = stopped(asked, tmp_path, folder, interrupted + 1, signal.SIGINT, signal.SIGINT)  # as people do
    assert status in (130, -signal.SIGINT)
    status, _ = stopped(asked, tmp_path, folder, tip(folder) + 1, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert jieti("audit", "verify", "--data", folder).status == 0

    reached = tip(folder) - before
    (report,) = jieti(*asked, "--json").data
    assert (report["landed"], report["already"], report["handed_back"]) == (ROWS - reached, reached, 0)
    assert tip(folder) == before + ROWS
    assert jieti("audit", "verify", "--data", folder).status == 0
