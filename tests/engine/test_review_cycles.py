"""Cycles run by Prefect: real flow runs on a real server, in a data folder with made-up people."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from shutil import rmtree
from sqlite3 import connect

import pytest

from engine.cycles import advance as plain
from engine.cycles import view
from engine.district import District
from engine.review_cycles import run_advance
from engine.running.prefect_home import PrefectServer, PrefectUnavailable, prefect_server
from engine.tables import case_table
from tests.engine.prefect_asked import answer, asked, settled, table
from tests.engine.small_office import NAMES, Office, copied, due, verdicts
from workflows.commands import Refused

pytestmark = pytest.mark.xdist_group("prefect")  # one server for them all: see conftest


def alive(folder: Path) -> bool:
    """Whether the server of a data folder that was recorded last still runs."""
    record = folder / "prefect" / "server.json"
    if not record.exists() or not (told := record.read_text()):
        return False
    try:
        os.kill(json.loads(told)["pid"], 0)
    except ProcessLookupError:
        return False
    return True


ADVANCE = """
import sys, time
from pathlib import Path
from engine.cycles import view
from engine.review_cycles import run_advance

folder, cycle, stop_in = sys.argv[1:]
view.CHUNK = 1

def progress(phase, done, total):
    sys.modules["engine.orchestration.chunks"].TASKS = 2
    if phase.name == stop_in:
        print("waiting", flush=True)
        time.sleep(60)

run_advance(Path(folder), cycle, progress=progress)
"""


def advancing(folder: Path, cycle: str, stop_in: str = "") -> subprocess.Popen[str]:
    """Another process that advances a cycle, one case a chunk, all of a phase by two tasks; within one it may stop."""
    command = [sys.executable, "-c", ADVANCE, str(folder), cycle, stop_in]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def gone(folder: Path, within: float) -> bool:
    """Whether the server of a data folder leaves in time."""
    deadline = time.monotonic() + within
    while alive(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(folder)


def test_a_flow_run_takes_a_cycle_as_far_as_plain_python_would(office: Office, server: PrefectServer) -> None:
    cycle = office.open_cycle("2026-a")
    twin = copied(office, office.folder.parent / "twin")
    seen: list[tuple[str, int, int]] = []
    by_prefect = run_advance(
        office.folder, cycle, progress=lambda phase, *at: seen.append((phase.name, *at)), server=server
    )
    with District.open(twin.folder) as district:
        in_python = plain.advance(district, cycle)
    assert by_prefect == in_python
    assert by_prefect.phases == ("close", "assess", "decline ineligible", "open panel")
    assert seen == [(phase, 1, 1) for phase in by_prefect.phases]
    assert office.funnel(cycle) == twin.funnel(cycle) == {
        "nominated": 8, "eligible": 4, "panel": 0, "notice": 0, "granted": 0
    }  # fmt: skip


def test_people_decide_between_the_runs_until_the_cycle_is_finished(office: Office, server: PrefectServer) -> None:
    cycle = office.open_cycle("2026-b")
    run_advance(office.folder, cycle, server=server)
    office.vote(cycle)
    counted = run_advance(office.folder, cycle, server=server)
    assert counted.phases == ("decide panel", "notice")
    office.wait(30)
    assert run_advance(office.folder, cycle, server=server).phases == ("grant", "finish")
    assert office.funnel(cycle)["granted"] == 4


def test_the_office_recognises_its_cycle_in_what_prefect_shows(
    office: Office, server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "CHUNK", 3)
    cycle = office.open_cycle("2026-c")
    run_advance(office.folder, cycle, server=server)
    (run,) = asked(server.api, "flow_runs", cycle)
    assert run["name"] == f"tenure/senior/2026-c {cycle}"
    assert run["state_type"] == "COMPLETED"
    assert set(run["tags"]) == {"jieti", "ladder:tenure", f"cycle:{cycle}"}
    assert run["parameters"] == {"cycle": cycle}
    tasks = settled(server.api, cycle, 7)
    assert {task["name"] for task in tasks} == {
        *("截止申报 1/1", "资格审核 1/3", "资格审核 2/3", "资格审核 3/3"),
        *("驳回不符合条件者 1/2", "驳回不符合条件者 2/2", "开始评审组评议 1/1"),
    }
    assert len(tasks) == 7
    assert {task["state_type"] for task in tasks} == {"COMPLETED"}
    funnel = table(server.api, run["id"], f"funnel-{cycle}") or []
    assert {row["环节"]: row["人数"] for row in funnel} == {
        "申报": 8, "审核合格": 4, "评审组评议": 0, "公示": 0, "认定": 0
    }  # fmt: skip
    did = table(server.api, run["id"], f"done-{cycle}") or []
    assert [(row["步骤"], row["批数"], row["事件数"]) for row in did] == [
        ("截止申报", 1, 1), ("资格审核", 3, 8), ("驳回不符合条件者", 2, 4), ("开始评审组评议", 1, 1)
    ]  # fmt: skip
    of_run = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}, "key": {"any_": [f"progress-{cycle}"]}}}
    progress = answer(server.api, "/artifacts/filter", of_run)
    assert {one["description"]: one["data"] for one in progress}["资格审核 3/3"] == 100.0


def test_a_second_run_finds_nothing_to_do_and_starts_nothing(office: Office, server: PrefectServer) -> None:
    cycle = office.open_cycle("2026-d")
    run_advance(office.folder, cycle, server=server)
    before = office.position()
    again = run_advance(office.folder, cycle, server=server)
    assert (again.phases, again.events) == ((), 0)
    assert {line.stage: line.count for line in again.funnel} == office.funnel(cycle)
    assert office.position() == before
    assert len(asked(server.api, "flow_runs", cycle)) == 1


def test_two_processes_at_once_share_the_server_and_do_no_harm(office: Office, server: PrefectServer) -> None:
    cycle = office.open_cycle("2026-e")
    before = office.position()
    racers = [advancing(office.folder, cycle) for _ in range(2)]
    outcomes = [(racer.communicate(timeout=60)[1], racer.returncode) for racer in racers]
    assert outcomes == [("", 0), ("", 0)]
    assert office.funnel(cycle)["eligible"] == 4
    assert office.position() - before == 1 + 8 + 4 + 1  # closed, assessed, declined, opened
    assert {run["state_type"] for run in asked(server.api, "flow_runs", cycle)} == {"COMPLETED"}


def test_what_the_engine_refuses_is_told_to_the_caller_in_its_own_words(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        run_advance(office.folder, "y-unknown")
    assert refused.value.zh


def test_a_case_that_fails_is_named_and_keeps_no_other_from_being_done(office: Office, server: PrefectServer) -> None:
    cycle = office.open_cycle("2026-h")
    with District.open(office.folder) as district:
        plain.run_chunk(district, cycle, "close", ())
    with closing(connect(office.folder / "log.db")) as log, log:  # projections of which one case was never nominated
        others = ", ".join(f'"{column.name}"' for column in case_table.c if column.name != "id")
        copied_from_another = f"SELECT 'c-ghost', {others} FROM \"{case_table.name}\" WHERE cycle = ? LIMIT 1"
        log.execute(f'INSERT INTO "{case_table.name}" (id, {others}) {copied_from_another}', (cycle,))
    with pytest.raises(Refused) as refused:
        run_advance(office.folder, cycle, server=server)
    assert len(verdicts(office, cycle)) == 8
    (run,) = asked(server.api, "flow_runs", cycle)
    assert run["state_type"] == "FAILED"
    assert refused.value.code in run["state"]["message"]
    assert refused.value.zh not in run["state"]["message"]
    rows = table(server.api, run["id"], f"failures-{cycle}") or []
    assert [(row["步骤"], row["案号或代号"], row["错误"]) for row in rows] == [
        ("资格审核", "c-ghost", refused.value.code)
    ]


def test_who_presses_cancel_in_the_dashboard_stops_the_run_and_loses_nothing(
    office: Office, server: PrefectServer
) -> None:
    cycle = office.open_cycle("2026-i")

    def press(*_: object) -> None:
        (run,) = asked(server.api, "flow_runs", cycle)
        cancelling = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        answer(server.api, f"/flow_runs/{run['id']}/set_state", cancelling)

    assert run_advance(office.folder, cycle, progress=press, server=server).phases == ("close",)
    assert due(office, cycle) == "assess"
    assert [run["state_type"] for run in asked(server.api, "flow_runs", cycle)] == ["CANCELLED"]
    assert run_advance(office.folder, cycle, server=server).phases == ("assess", "decline ineligible", "open panel")


def test_a_killed_advance_leaves_no_server_and_the_next_one_completes_it(
    office: Office, server: PrefectServer, tmp_path: Path
) -> None:
    cycle = office.open_cycle("2026-f")
    killed = copied(office, tmp_path / "killed")
    with advancing(killed.folder, cycle, stop_in="assess") as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "waiting\n"
        assert alive(killed.folder)
        victim.kill()
    assert gone(killed.folder, within=10)
    assert due(killed, cycle) in ("assess", "decline ineligible")
    with prefect_server(killed.folder) as next_server:
        run_advance(killed.folder, cycle, server=next_server)
        states = sorted(str(run["state_type"]) for run in asked(next_server.api, "flow_runs", cycle))
    assert states == ["COMPLETED", "CRASHED"]
    assert not alive(killed.folder)
    assert due(killed, cycle) is None
    assert killed.funnel(cycle)["eligible"] == 4
    assert len(verdicts(killed, cycle)) == len(set(verdicts(killed, cycle))) == 8


@pytest.mark.torture
def test_kills_at_any_moment_end_in_the_same_state(office: Office, tmp_path: Path) -> None:
    cycle = office.open_cycle("2026-t")
    chance = random.Random(7)
    for round_ in range(6):
        killed = copied(office, tmp_path / str(round_))
        if round_ % 2:
            rmtree(killed.folder / "prefect", ignore_errors=True)
        for _ in range(3):
            with advancing(killed.folder, cycle) as victim:
                with suppress(subprocess.TimeoutExpired):
                    victim.wait(chance.uniform(0.5, 8))
                victim.kill()
        run_advance(killed.folder, cycle)
        assert gone(killed.folder, within=10)
        assert due(killed, cycle) is None
        assert killed.funnel(cycle)["eligible"] == 4
        assert len(verdicts(killed, cycle)) == len(set(verdicts(killed, cycle))) == 8


def test_prefect_keeps_no_name_and_no_staff_number(office: Office, server: PrefectServer) -> None:
    cycle = office.open_cycle("2026-g")
    run_advance(office.folder, cycle, server=server)
    settled(server.api, cycle, 4)
    files = [file for file in (office.folder / "prefect").rglob("*") if file.is_file()]
    kept = b"".join(file.read_bytes() for file in files)
    assert cycle.encode() in kept
    for word in [*NAMES, "GH77", "河口镇"]:
        for bytes_of_it in (word.encode(), json.dumps(word)[1:-1].encode(), word.encode("gb18030")):
            assert bytes_of_it not in kept


def test_a_server_that_cannot_start_says_what_to_do_in_both_languages(tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    home.mkdir()
    (home / "prefect.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(PrefectUnavailable) as broken, prefect_server(tmp_path):
        pass
    for words in (broken.value.zh, broken.value.en):
        assert str(home) in words
        assert "file is not a database" in words
    assert "删除文件夹" in broken.value.zh
    assert "delete the folder" in broken.value.en
    assert not alive(tmp_path)


def test_a_folder_that_cannot_hold_a_server_is_named(tmp_path: Path) -> None:
    (tmp_path / "prefect").write_text("a file stands in the way")
    with pytest.raises(PrefectUnavailable, match="cannot be written"), prefect_server(tmp_path):
        pass
