"""``jieti up`` on the command line: how it tells that it runs, or does not.  How it runs: tests/engine/test_up.py."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.district import District
from engine.running import keeping
from engine.running.keeping import SWEEP, Last, Status
from tests.console.command_line import jieti
from workflows.commands import Asking


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("up") / "district"
    District.create(folder, "测试区", Asking(actor="clerk-1")).close()
    return folder


@pytest.fixture
def kept(folder: Path) -> Iterator[keeping.Post]:
    """The place of ``jieti up`` is taken, by this process; its server does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    status = Status(pid=os.getpid(), since="2026-03-02T01:00:00+00:00", schedule="15 minutes")
    with keeping.post(folder, status) as post:
        last = Last(SWEEP, "2026-03-02 09:15", "2026-03-02T01:15:03+00:00", "Completed", "没有到期的事")
        post.update(state="running", api=f"http://127.0.0.1:{port}/api", last=last, last_sweep=last, restarts=2)
        yield post


def test_where_nothing_runs_it_says_so(folder: Path) -> None:
    said = jieti("up", "--status", "--data", folder, "--lang", "zh")
    assert (said.status, said.out) == (3, "jieti up 没有运行\n")
    assert jieti("up", "--status", "--data", folder, "--json").data == {"running": False, "answers": False}


def test_where_it_runs_it_tells_how_it_is(folder: Path, kept: keeping.Post) -> None:
    said = jieti("up", "--status", "--data", folder, "--lang", "en")
    lines = dict(line.split(maxsplit=1) for line in said.out.splitlines())
    assert lines["state"] == f"running, but its server does not answer (pid {os.getpid()})"
    assert lines["schedule"] == "15 minutes"
    assert lines["Prefect"] == kept.status.api
    assert lines["restarts"] == "2"
    assert "last sweep" in said.out
    assert "2026-03-02 09:15: Completed 没有到期的事" in said.out
    assert said.status == 3


def test_programs_are_told_the_same(folder: Path, kept: keeping.Post) -> None:
    told = jieti("up", "--status", "--data", folder, "--json").data
    assert (told["running"], told["answers"], told["pid"], told["state"]) == (True, False, os.getpid(), "running")
    assert told["last_sweep"]["outcome"] == "Completed"


def test_what_it_said_of_itself_counts_only_while_it_lives(folder: Path) -> None:
    with keeping.post(folder, Status(pid=os.getpid(), since="2026-03-02T01:00:00+00:00", schedule="1 hour")):
        assert jieti("up", "--status", "--data", folder, "--json").data["running"] is True
    assert (folder / "prefect" / "up.json").exists()
    assert jieti("up", "--status", "--data", folder, "--json").data["running"] is False


def test_a_second_one_is_told_who_is_there(folder: Path, kept: keeping.Post) -> None:
    said = jieti("up", "--data", folder, "--lang", "zh")
    assert said.status == 2
    assert f"已在运行(pid {os.getpid()})" in said.err
    assert "jieti up --status" in said.err


def test_a_port_that_is_taken_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = jieti("up", "--data", folder, "--port", port, "--lang", "en")
    assert said.status == 2
    assert f"another program listens on port {port}" in said.err
    assert keeping.found(folder) is None


@pytest.mark.parametrize("every", ["soon", "61 6 * * *"])
def test_what_is_no_interval_is_refused_before_anything_runs(folder: Path, every: str) -> None:
    said = jieti("up", "--data", folder, "--every", every, "--lang", "zh")
    assert said.status == 2
    assert f"“{every}”不是间隔" in said.err


def test_where_there_is_no_district_nothing_runs(tmp_path: Path) -> None:
    for more in ([], ["--status"]):
        said = jieti("up", "--data", tmp_path, "--lang", "zh", *more)
        assert said.status == 2
        assert "不是数据文件夹" in said.err
    assert list(tmp_path.iterdir()) == []
