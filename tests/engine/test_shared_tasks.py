"""Large phases: several chunks of a cohort share a task, each of them counted, tried and failing for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from queue import SimpleQueue
from sqlite3 import connect

import pytest
from sqlalchemy.exc import OperationalError

from engine.cycles import advance as plain
from engine.cycles import view
from engine.district import District
from engine.orchestration.quiet import load
from engine.review_cycles import run_advance
from engine.running.prefect_home import PrefectServer
from engine.tables import case_table
from tests.engine.prefect_asked import asked, settled, table
from tests.engine.small_office import Office, due, verdicts
from workflows.commands import Refused

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture(autouse=True)
def _one_case_a_chunk(monkeypatch: pytest.MonkeyPatch, server: PrefectServer) -> None:
    load(server.home)
    monkeypatch.setattr(view, "CHUNK", 1)
    monkeypatch.setattr("engine.orchestration.chunks.TASKS", 2)


def seen(monkeypatch: pytest.MonkeyPatch, instead: Callable[[int], None]) -> Counter[str]:
    """Have something happen before each verdict that is tried, given how many were; by case how often it was tried."""
    tried = Counter[str]()

    def run_chunk(district: District, cycle: str, phase: str, chunk: tuple[str, ...]) -> int:
        if phase == "assess":
            tried.update(chunk)
            instead(tried.total())
        return plain.run_chunk(district, cycle, phase, chunk)

    monkeypatch.setattr("engine.orchestration.flows.run_chunk", run_chunk)
    return tried


def test_a_phase_of_many_chunks_makes_few_tasks_and_tells_of_every_chunk(office: Office, server: PrefectServer) -> None:
    cycle, told = office.open_cycle("2027-a"), list[tuple[str, int, int]]()
    run_advance(office.folder, cycle, progress=lambda phase, *at: told.append((phase.name, *at)), server=server)
    assert [at for at in told if at[0] == "assess"] == [("assess", done, 8) for done in range(1, 9)]
    assert {task["name"] for task in settled(server.api, cycle, 6)} == {
        *("截止申报 1/1", "资格审核 1-4/8", "资格审核 5-8/8"),
        *("驳回不符合条件者 1-2/4", "驳回不符合条件者 3-4/4", "开始评审组评议 1/1"),
    }
    assert office.funnel(cycle)["eligible"] == 4


def test_a_chunk_that_fails_within_a_task_is_named_and_the_chunks_after_it_are_done(
    office: Office, server: PrefectServer
) -> None:
    cycle, told = office.open_cycle("2027-b"), list[int]()
    with District.open(office.folder) as district:
        plain.run_chunk(district, cycle, "close", ())
    with closing(connect(office.folder / "log.db")) as log, log:  # a case that was never nominated, before all others
        others = ", ".join(f'"{column.name}"' for column in case_table.c if column.name != "id")
        copied = f"SELECT 'c-', {others} FROM \"{case_table.name}\" WHERE cycle = ? LIMIT 1"
        log.execute(f'INSERT INTO "{case_table.name}" (id, {others}) {copied}', (cycle,))
    with pytest.raises(Refused) as refused:
        run_advance(office.folder, cycle, progress=lambda _phase, *at: told.append(at[0]), server=server)
    assert len(verdicts(office, cycle)) == 8
    assert told == list(range(1, 10))
    (run,) = asked(server.api, "flow_runs", cycle)
    rows = table(server.api, run["id"], f"failures-{cycle}") or []
    assert [(row["案号或代号"], row["错误"]) for row in rows] == [("c-", refused.value.code)]
    done = table(server.api, run["id"], f"done-{cycle}") or []
    assert done == []
    states = {task["name"]: task["state_type"] for task in settled(server.api, cycle, 2)}
    assert states == {"资格审核 1-5/9": "FAILED", "资格审核 6-9/9": "COMPLETED"}


def test_a_task_that_finds_the_log_busy_goes_on_where_it_stopped(
    office: Office, server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(nth: int) -> None:
        if nth == 3:
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    cycle, tried = office.open_cycle("2027-c"), seen(monkeypatch, busy)
    run_advance(office.folder, cycle, server=server)
    assert sorted(tried.values()) == [1] * 7 + [2]
    assert len(verdicts(office, cycle)) == 8
    (run,) = asked(server.api, "flow_runs", cycle)
    did = {row["步骤"]: row["事件数"] for row in table(server.api, run["id"], f"done-{cycle}") or []}
    assert did["资格审核"] == 8


def test_a_chunk_for_which_the_log_stays_busy_keeps_no_other_of_its_task_from_being_done(
    office: Office, server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_nth: int) -> None:
        if len(tried) == 2:
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    cycle, tried = office.open_cycle("2027-d"), seen(monkeypatch, busy)
    monkeypatch.setattr("engine.orchestration.chunks.RETRIES", 1)
    with pytest.raises(OperationalError):
        run_advance(office.folder, cycle, server=server)
    left = [case for case, times in tried.items() if times == 2]
    assert len(left) == 1
    assert len(verdicts(office, cycle)) == 7
    (run,) = asked(server.api, "flow_runs", cycle)
    rows = table(server.api, run["id"], f"failures-{cycle}") or []
    assert [(row["案号或代号"], row["错误"].split()[0]) for row in rows] == [(left[0], "OperationalError")]


def test_a_run_that_is_cut_in_the_middle_of_a_task_is_gone_on_with_by_the_next(
    office: Office, server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(nth: int) -> None:
        from engine.orchestration.chunks import working

        if nth == 3:
            working().stopping.set()

    cycle, tried = office.open_cycle("2027-e"), seen(monkeypatch, leave)
    run_advance(office.folder, cycle, server=server)
    assert len(verdicts(office, cycle)) == 3
    assert due(office, cycle) == "assess"
    monkeypatch.setattr("engine.orchestration.flows.run_chunk", plain.run_chunk)
    run_advance(office.folder, cycle, server=server)
    assert set(tried.values()) == {1}
    assert len(verdicts(office, cycle)) == len(set(verdicts(office, cycle))) == 8
    assert due(office, cycle) is None


def test_a_district_that_is_open_is_not_opened_again_and_stays_open(
    office: Office, server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = office.open_cycle("2027-f")
    with District.open(office.folder) as district:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(District, "open", None)
            done = run_advance(office.folder, cycle, server=server, district=district)
        assert done.phases == ("close", "assess", "decline ineligible", "open panel")
        assert len(district.cases_of(cycle)) == 8
    assert due(office, cycle) is None


def test_the_chunks_of_a_phase_are_shared_out_in_their_order() -> None:
    from engine.orchestration.chunks import shared_out

    def names(chunks: int) -> list[str]:
        phase = view.Phase("assess", "资格审核", "assess", tuple((f"c-{n}",) for n in range(chunks)))
        return [share.numbers for share in shared_out(phase, SimpleQueue()).values()]

    assert names(1) == ["1"]
    assert names(2) == ["1", "2"]
    assert names(3) == ["1-2", "3"]
