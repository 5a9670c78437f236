"""A day's work of the whole district: everything that fell due, once, and nothing stops the rest."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from engine.cycles import advance, sweep
from engine.cycles.advance import cases
from engine.district import District
from events.facts import StandingTakenOver
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole, training
from workflows.acts import ScheduleCycles
from workflows.commands import Refused


def ready(at_work: AtWork, period: str = "2026", people: tuple[str, ...] = PEOPLE[:3]) -> str:
    """A cycle whose submission ends on 20 June, with these eligible people nominated."""
    for person in people:
        at_work.record(person, training("30"))
    return at_work.open_cycle(people, period)


def phases(at_work: AtWork, cycle: str) -> set[str]:
    return {one.phase for one in cases(at_work.district, cycle)}


def lapsing(at_work: AtWork, person: str = "p-4") -> int:
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 10))
    return at_work.record(person, title, date(2023, 6, 11))


def test_a_day_s_work_does_all_that_fell_due_in_its_order(at_work: AtWork):
    cycle = ready(at_work)
    lapsing(at_work)
    at_work.do(
        ScheduleCycles, schedule="s-1", ladder="diligence", to="diligent", every="year", first=date(2026, 6, 21),
        submission_days=9, missed="once", scope="u-east",
    )  # fmt: skip
    at_work.wait_until(date(2026, 6, 21))
    told: list[tuple[str, int, int]] = []
    done = sweep.sweep(at_work.district, lambda part, number, of: told.append((part.name, number, of)))
    assert (done.day, done.failures) == (date(2026, 6, 21), ())
    assert [name for name, _, _ in told] == ["schedules", "cycles", "cycles", "lapses"]
    assert (done.events["schedules"], done.events["lapses"]) == (2, 1)
    assert phases(at_work, cycle) == {"in review"}
    assert_whole(at_work.district)


def test_what_was_done_is_not_done_again(at_work: AtWork):
    ready(at_work)
    lapsing(at_work)
    at_work.wait_until(date(2026, 6, 21))
    assert sum(sweep.sweep(at_work.district).events.values()) > 0
    tip = at_work.tip()
    assert set(sweep.sweep(at_work.district).events.values()) == {0}
    assert at_work.tip() == tip


def test_sweeps_at_the_same_time_come_to_what_one_comes_to(at_work: AtWork):
    ready(at_work)
    lapsing(at_work)
    at_work.wait_until(date(2026, 6, 21))
    failures: list[Any] = []

    def work() -> None:
        with District.open(at_work.district.folder) as district:
            failures.extend(sweep.sweep(district).failures)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(sweep.sweep(at_work.district).events.values()) == {0}
    assert_whole(at_work.district)


def test_a_cycle_that_fails_stops_no_other_and_names_the_cases(at_work: AtWork, monkeypatch: pytest.MonkeyPatch):
    broken, whole = ready(at_work, "2026a"), ready(at_work, "2026b")
    lapsing(at_work)
    at_work.wait_until(date(2026, 6, 21))
    run_chunk = advance.run_chunk

    def failing(district: District, cycle: str, phase: str, chunk: tuple[str, ...]) -> int:
        if phase == "assess" and "c-2026a-p-2" in chunk:
            raise ZeroDivisionError("欧阳")
        return run_chunk(district, cycle, phase, chunk)

    monkeypatch.setattr("engine.cycles.sweep.run_chunk", failing)
    done = sweep.sweep(at_work.district)
    (failure,) = done.failures
    assert (failure.part, failure.about, failure.phase, failure.concerned) == (
        "cycles", broken, "assess", ("c-2026a-p-2",)
    )  # fmt: skip
    assert "欧阳" not in failure.zh + failure.en + repr(failure)
    assert isinstance(failure.error, ZeroDivisionError)
    assert phases(at_work, whole) == {"in review"}
    assert phases(at_work, broken) == {"in review", "nominated"}
    assert done.events["lapses"] == 1
    monkeypatch.undo()
    assert sweep.sweep(at_work.district).failures == ()
    assert phases(at_work, broken) == {"in review"}


def test_a_schedule_that_cannot_open_is_told_and_tried_again(at_work: AtWork, monkeypatch: pytest.MonkeyPatch):
    cycle = ready(at_work)
    at_work.do(
        ScheduleCycles, schedule="s-1", ladder="diligence", to="diligent", every="month", first=date(2026, 6, 21),
        submission_days=9, missed="once",
    )  # fmt: skip
    at_work.wait_until(date(2026, 6, 21))

    def refusing(*_: object) -> int:
        raise Refused("no ladder", "没有生效的阶梯;请发布", "no ladder is in force: publish one")

    monkeypatch.setattr("engine.cycles.schedules.run", refusing)
    (failure,) = sweep.sweep(at_work.district).failures
    assert (failure.part, failure.about, failure.code) == ("schedules", "s-1", "no ladder")
    assert failure.en == "no ladder is in force: publish one"
    assert phases(at_work, cycle) == {"in review"}
    monkeypatch.undo()
    assert sweep.sweep(at_work.district).events["schedules"] == 2


def test_a_busy_log_is_waited_for(at_work: AtWork, monkeypatch: pytest.MonkeyPatch):
    ready(at_work)
    at_work.wait_until(date(2026, 6, 21))
    busy = iter([True, True])
    run_chunk = advance.run_chunk

    def locked(*said: Any) -> int:
        if next(busy, False):
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return run_chunk(*said)

    waited: list[float] = []
    monkeypatch.setattr("engine.cycles.sweep.run_chunk", locked)
    monkeypatch.setattr("engine.cycles.sweep.time.sleep", waited.append)
    assert sweep.sweep(at_work.district).failures == ()
    assert waited[:2] == [0.2, 0.4]


def test_a_folder_in_which_nothing_happened_has_no_work(folder: Path):
    with District.open(folder) as district:
        assert set(sweep.sweep(district).events.values()) == {0}
        assert [(part.name, part.chunks) for part in sweep.parts(district)] == [
            ("schedules", ()), ("cycles", ()), ("lapses", ()), ("removals", ())
        ]  # fmt: skip
