"""``jieti up``: one that runs, asked in every way that people and programs do; then killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.district import District
from engine.projections.projector import reached
from engine.running import keeping
from engine.running.every import NotAnInterval, every
from engine.running.prefect_home import PrefectServer, prefect_server
from engine.running.prefect_requests import healthy
from engine.running.prefect_settings import full
from tests.engine.prefect_asked import answer, asked, table, until
from tests.engine.small_office import NAMES, Office, due, open_office, verdicts

pytestmark = pytest.mark.xdist_group("prefect")

JIETI = Path(sys.executable).with_name("jieti")


class Up:
    """``jieti up`` as a program of its own, on an office's data folder."""

    def __init__(self, office: Office, *, schedule: str = "1 hour") -> None:
        command = [str(JIETI), "up", "--data", str(office.folder), "--every", schedule, "--ui", "--lang", "zh"]
        self.folder = office.folder
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    @property
    def status(self) -> keeping.Status:
        """How it says that it is."""
        found = keeping.found(self.folder)
        assert found is not None
        return found

    @property
    def api(self) -> str:
        """The address of its server."""
        assert self.status.api is not None
        return self.status.api

    def ready(self) -> None:
        """Wait until it runs and its first sweep is over."""

        def swept(status: keeping.Status | None) -> bool:
            return bool(status and status.state == "running" and status.last_sweep)

        until(lambda: keeping.found(self.folder), swept, within=60)
        assert swept(keeping.found(self.folder)), self.process.poll()

    @property
    def server(self) -> PrefectServer:
        """Its server, living or not."""
        return PrefectServer(self.folder.resolve() / "prefect", "", full())

    def end(self, how: signal.Signals) -> str:
        """End it; what it had printed."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=30)[0]


def gone(server: PrefectServer) -> bool:
    """Whether a server leaves in time."""
    alive: bool = until(server.alive, lambda alive: not alive, within=20)
    return not alive


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("区 教研室") / "数据 50%")


@pytest.fixture(scope="module")
def early(office: Office) -> str:
    """A cycle that fell due while nobody was up."""
    return office.open_cycle("2026-a")


@pytest.fixture(scope="module")
def up(office: Office, early: str) -> Iterator[Up]:
    """Started while a command of somebody's has its own small server; it is up for all tests of this file."""
    with prefect_server(office.folder) as lean:
        program = Up(office)
        program.ready()
        assert program.api != lean.api
        assert healthy(lean.api)
    yield program
    if program.process.poll() is None:
        program.end(signal.SIGKILL)


ADVANCE = """
import sys
from pathlib import Path
from engine.review_cycles import run_advance
done = run_advance(Path(sys.argv[1]), sys.argv[2])
print(*done.phases, done.events, "prefect" in sys.modules, sep=",")
"""


def advanced(office: Office, cycle: str) -> str:
    """What a process of its own says that advancing a cycle did, and whether it had to load Prefect for that."""
    command = [sys.executable, "-c", ADVANCE, str(office.folder), cycle]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def started(up: Up, deployment: str, parameters: dict[str, str]) -> dict[str, Any]:
    """Start a run as a button of the dashboard does, and wait for its end."""
    run = answer(up.api, f"/deployments/{deployment}/create_flow_run", {"parameters": parameters})
    return ended(up, run["id"])


def ended(up: Up, run: str) -> dict[str, Any]:
    found: dict[str, Any] = until(
        lambda: answer(up.api, "/flow_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})[0],
        lambda one: one["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"),
    )
    return found


def sweep_of(up: Up) -> str:
    (found,) = answer(up.api, "/deployments/filter", {"flows": {"name": {"any_": ["sweep"]}}})
    return str(found["id"])


def test_what_fell_due_while_nobody_was_up_is_done_at_once(office: Office, up: Up, early: str) -> None:
    assert due(office, early) is None
    assert len(verdicts(office, early)) == 8


def test_the_office_recognises_the_district_in_a_sweep(office: Office, up: Up, early: str) -> None:
    sweep = up.status.last_sweep
    assert sweep is not None
    assert (sweep.name, sweep.outcome) == ("2026-03-03 09:00", "Completed")
    assert sweep.said == "截止申报、资格审核、驳回不符合条件者、开始评审组评议:14 个事件"
    (parent,) = answer(up.api, "/flow_runs/filter", {"flow_runs": {"name": {"any_": [sweep.name]}}})
    (cycle,) = asked(up.api, "flow_runs", early)
    assert (cycle["name"], cycle["state_type"]) == (f"tenure/senior/2026-a {early}", "COMPLETED")
    assert set(cycle["tags"]) == {"jieti", "ladder:tenure", f"cycle:{early}"}
    assert cycle["parent_task_run_id"] is not None
    falls_due = table(up.api, parent["id"], "due-list") or []
    assert {(row["事项"], row["周期或阶梯"], row["数量"]) for row in falls_due} == {("评审组评议", early, 4)}


def test_a_triggered_advance_runs_where_it_is_warm(office: Office, up: Up) -> None:
    cycle = office.open_cycle("2026-b")
    with District.open(office.folder) as district, district.reading() as connection:
        key = f"{cycle}:{reached(connection)}:{district.today}"
    assert advanced(office, cycle) == "close,assess,decline ineligible,open panel,14,False"
    (run,) = asked(up.api, "flow_runs", cycle)
    assert run["name"] == f"tenure/senior/2026-b {cycle}"
    assert run["deployment_id"] == up.status.advance
    assert run["idempotency_key"] == key
    assert advanced(office, cycle) == "0,False"
    assert len(asked(up.api, "flow_runs", cycle)) == 1


def test_somebody_at_the_dashboard_starts_a_cycle_by_its_period(office: Office, up: Up) -> None:
    cycle = office.open_cycle("2026-c")
    assert up.status.advance is not None
    run = started(up, up.status.advance, {"cycle": "tenure/senior/2026-c"})
    assert (run["name"], run["state_type"]) == (f"tenure/senior/2026-c {cycle}", "COMPLETED")
    assert set(run["tags"]) == {"jieti", "ladder:tenure", f"cycle:{cycle}"}
    assert due(office, cycle) is None


def test_what_goes_wrong_in_it_is_told_by_its_kind_only(office: Office, up: Up) -> None:
    assert up.status.advance is not None
    run = started(up, up.status.advance, {"cycle": "no such cycle"})
    assert run["state_type"] == "FAILED"
    assert run["state"]["message"].startswith("Refused (no cycle) at subjects.py:")


def test_a_command_that_needs_a_server_uses_the_one_that_is_up(office: Office, up: Up) -> None:
    with prefect_server(office.folder) as server:
        assert server.api == up.api


def test_a_second_one_says_that_it_runs_already(office: Office, up: Up) -> None:
    second = Up(office)
    said = second.process.communicate(timeout=30)[0]
    assert second.process.returncode == 2
    assert f"已在运行(pid {up.process.pid})" in said


def test_the_schedule_goes_on_by_itself(up: Up) -> None:
    status = until(lambda: up.status, lambda status: status.next is not None)
    assert status.next is not None
    assert status.next.endswith(":00:00+00:00")  # on the hour
    (deployment,) = answer(up.api, "/deployments/filter", {"flows": {"name": {"any_": ["sweep"]}}})
    assert deployment["status"] == "READY"
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"


def test_a_server_that_is_killed_is_started_again_at_its_address(office: Office, up: Up) -> None:
    cycle, api = office.open_cycle("2026-d"), up.api
    up.server.end()
    until(lambda: up.status, lambda status: status.restarts == 1 and status.state == "running", within=60)
    assert (up.status.restarts, up.status.api, healthy(api)) == (1, api, True)
    until(lambda: due(office, cycle), lambda phase: phase is None)  # its first sweep does what fell due meanwhile
    assert due(office, cycle) is None


def test_killed_it_leaves_nobody_behind_and_the_next_one_goes_on(office: Office, up: Up) -> None:
    cycle = office.open_cycle("2026-e")
    answer(up.api, f"/deployments/{sweep_of(up)}/create_flow_run", {})
    keeping.knock(office.folder)
    up.end(signal.SIGKILL)
    assert gone(up.server)
    assert keeping.found(office.folder) is None
    following = Up(office)
    following.ready()
    assert due(office, cycle) is None
    assert len(verdicts(office, cycle)) == len(set(verdicts(office, cycle))) == 8
    stuck = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}}
    assert until(lambda: answer(following.api, "/flow_runs/filter", stuck), lambda runs: not runs) == []
    said = following.end(signal.SIGTERM)
    assert following.process.returncode == 0
    assert not following.server.alive()
    assert said.splitlines()[-1].endswith("已停止")


@pytest.mark.torture
def test_kills_at_any_moment_of_anything_end_in_the_same_state(tmp_path: Path) -> None:
    office, chance = open_office(tmp_path / "office"), random.Random(11)
    cycles = []
    for number in range(8):
        cycles.append(office.open_cycle(f"2026-{number}"))
        program = Up(office, schedule="10 seconds")
        trigger = subprocess.Popen([str(JIETI), "cycle", "advance", cycles[-1], "--data", str(office.folder)])
        for _ in range(chance.randint(0, 2)):
            time.sleep(chance.uniform(0.5, 8))
            program.server.end()
        time.sleep(chance.uniform(0.5, 8))
        program.end(chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT)))
        if chance.random() < 0.5:
            trigger.kill()
        trigger.wait(120)
        assert gone(program.server)
    last = Up(office)
    last.ready()
    last.end(signal.SIGTERM)
    for cycle in cycles:
        assert due(office, cycle) is None
        assert office.funnel(cycle)["eligible"] == 4
        assert len(verdicts(office, cycle)) == len(set(verdicts(office, cycle))) == 8


def test_neither_its_log_nor_prefect_keeps_a_name(office: Office, up: Up) -> None:
    home = office.folder / "prefect"
    kept = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file() and "dashboard" not in file.parts)
    assert "资格审核" in (home / "up.log").read_text("utf-8")
    for name in [*NAMES, "GH77", "河口镇"]:
        assert name.encode() not in kept
        assert json.dumps(name)[1:-1].encode() not in kept


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("15 minutes", "15 minutes"),
        ("15 分钟", "15 minutes"),
        ("每 2 小时", "2 hours"),
        ("every hour", "1 hour"),
        ("90min", "90 minutes"),
        ("1 day", "1 day"),
        ("0 6 * * 1-5", "0 6 * * 1-5"),
        ("*/10  8-17 1,15 * MON-fri", "*/10 8-17 1,15 * MON-fri"),
    ],
)
def test_an_interval_is_written_as_people_write_it(text: str, is_: str) -> None:
    assert str(every(text)) == is_


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "5 seconds", "15", "0 minutes", "3 fortnights", "-1 hour"),
        *("0 6 * *", "60 6 * * *", "0 6 0 * *", "0 6 * foo *", "*/0 * * * *", "17-8 * * * *", "0 6 * * 8"),
    ],
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(NotAnInterval) as refused:
        every(text)
    assert "0 6 * * *" in refused.value.zh
    assert "0 6 * * *" in refused.value.en
