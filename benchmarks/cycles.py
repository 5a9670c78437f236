"""A whole review cycle, Prefect included; the driver writes the very same rows.  And what a day costs in which little
changes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import result
from engine import pace
from engine.cycles.advance import route
from engine.district import District
from engine.review_cycles import run_advance
from engine.running.prefect_home import PrefectServer, prefect_server
from events.facts import Seat
from workflows.commands import (
    Asking,
    CastBallot,
    CloseSubmission,
    Command,
    Landed,
    Nominate,
    OpenCycle,
    PublishLadder,
    SeatPanel,
    SetClock,
)

OFFICE = Asking(actor="bench-office")
CYCLE = "y-benchmark"
BEGINS = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PANEL = 3
TOGETHER = 5_000
"""Events that the driver writes in a transaction."""
WRITTEN = ("event", "node", "business_key", "case_file", "grant_file", "standing_file", "evidence", "story")

Took = tuple[float, float]
"""Seconds by the clock, and of processor time; the Prefect server's own are not among these."""

LADDER = """
format: jieti-ladder/1
id: bench
title: {zh: 测评, en: bench}
subject: person
rungs:
  - {id: first, title: {zh: 一级, en: first}, end: true}
routes:
  three:
    stages:
      - {id: group, title: {zh: 小组, en: group}, body: {zh: 小组, en: group},
         seats: 3, quorum: 2, threshold: more than 1/2 of present, days: 7}
      - {id: school, title: {zh: 学校, en: school}, body: {zh: 学校, en: school},
         seats: 3, quorum: 2, threshold: more than 1/2 of present, days: 7}
      - {id: centre, title: {zh: 中心, en: centre}, body: {zh: 中心, en: centre},
         seats: 3, quorum: 2, threshold: more than 1/2 of present, days: 7}
    notice working days: 5
steps:
  - to: first
    route: three
    term: 3 years
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
      - id: hours
        title: {zh: 学时, en: hours}
        evidence: training
        then: [within: last 6 years, sum]
        at least: 1
        basis: assumed
"""


def run(quick: bool) -> list[dict[str, Any]]:
    """The cycle, from its nominations to the last grant."""
    size = 1_000 if quick else 100_000
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        folder = Path(place) / "prepared"
        people = prepared(folder, size)
        whole, written = _paired(Path(place), folder, people, rounds=3 if quick else 1)
    said: dict[str, Any] = {"against": "bare sqlite3, the same rows", "unit": "s", "size": size}
    return [
        result(name, [one[at] for one in whole], [one[at] for one in written], **said)
        for at, name in enumerate(("a whole review cycle", "the same, processor time"))
    ]


def prepared(folder: Path, size: int, *, panels: bool = True) -> list[str]:
    """A district in which everybody has trainings, with a cycle that is open; the panel's ids and the candidates'."""
    people = invented.staffed(folder, size + PANEL, BEGINS)
    with District.open(folder) as district:
        for answer in district.handle_many(invented.commands(district, invented.trainings(people, 2 * size))):
            assert isinstance(answer, Landed)
        new = district.command_id
        district.handle(PublishLadder(id=new(), asking=OFFICE, file=LADDER.encode(), in_force_from=date(2026, 1, 1)))
        day = district.today
        district.handle(
            OpenCycle(
                id=new(), asking=OFFICE, cycle=CYCLE, ladder="bench", to="first", period="2026", title="bench",
                as_of=day, deadline=day + timedelta(days=5),
            )
        )  # fmt: skip
        seats = tuple(Seat(seat=n, person=person) for n, person in enumerate(people[:PANEL], 1))
        for stage in route(district, CYCLE).stages if panels else ():
            district.handle(SeatPanel(id=new(), asking=OFFICE, cycle=CYCLE, stage=stage.id, seats=seats))
        district.columns()
    return people


def _now() -> Took:
    return time.perf_counter(), time.process_time()


def _since(began: Took) -> Took:
    now = _now()
    return now[0] - began[0], now[1] - began[1]


def _paired(place: Path, prepared: Path, people: list[str], rounds: int) -> tuple[list[Took], list[Took]]:
    ours, theirs = list[Took](), list[Took]()
    for _ in range(rounds):
        folders = place / "ours", place / "bare"
        for folder in folders:
            rmtree(folder, ignore_errors=True)
            copytree(prepared, folder)
        with prefect_server(folders[0]) as server:
            ours.append(_cycle(folders[0], server, people))
        theirs.append(_written(folders[1], folders[0]))
    return ours, theirs


def _cycle(folder: Path, server: PrefectServer, people: list[str]) -> Took:
    """What it took from the first nomination to the end of the cycle; without the pauses that leave others a turn."""
    panel, candidates = people[:PANEL], people[PANEL:]
    with District.open(folder) as district, unpaused():
        began = _now()
        _all(district, nominations(district, candidates))
        district.handle(CloseSubmission(id=district.command_id(), asking=OFFICE, cycle=CYCLE))
        cases = sorted(district.cases_of(CYCLE).values())
        run_advance(folder, CYCLE, server=server, district=district)
        for stage in route(district, CYCLE).stages:
            _all(district, _ballots(district, cases, stage.id, panel))
            run_advance(folder, CYCLE, server=server, district=district)
        ((notice, _),) = district.cycle_state(CYCLE).notices
        after = datetime(notice.last.year, notice.last.month, notice.last.day, 1, tzinfo=UTC) + timedelta(days=1)
        district.handle(SetClock(id=district.command_id(), asking=OFFICE, now=after))
        run_advance(folder, CYCLE, server=server, district=district)
        took = _since(began)
        finished = district.cycle_state(CYCLE).finished
        assert finished is not None
        assert finished.granted > 0.8 * len(candidates)
    return took


def nominations(district: District, people: list[str]) -> Iterator[Command]:
    """Each of these people nominated, in a case of its own."""
    for person in people:
        new = district.command_id()
        yield Nominate(id=new, asking=OFFICE, cycle=CYCLE, case=district.new_id("c"), subject=person)


def _ballots(district: District, cases: list[str], stage: str, panel: list[str]) -> Iterator[Command]:
    for case in cases:
        for person in panel:
            new = district.command_id()
            yield CastBallot(id=new, asking=OFFICE, cycle=CYCLE, case=case, stage=stage, person=person, choice="for")


def _all(district: District, commands: Iterator[Command]) -> None:
    refused = [answer for answer in district.handle_many(commands) if isinstance(answer, Exception)]
    # Whoever is not eligible is not in a stage: their ballots are refused, as an import hands them back.
    assert all(getattr(one, "code", "") == "not in stage" for one in refused), refused[:1]


@contextmanager
def unpaused() -> Iterator[None]:
    """Without the pauses that leave others a turn."""
    usual, pace.PAUSE = pace.PAUSE, 0.0
    try:
        yield
    finally:
        pace.PAUSE = usual


def _written(folder: Path, ours: Path) -> Took:
    """What the driver takes to write what the cycle wrote."""
    written, log = bare.connect(ours / "log.db"), bare.connect(folder / "log.db")
    bare.without_triggers(log)
    rows = {}
    for table in WRITTEN:
        there = set(log.execute(f"SELECT * FROM {table}"))
        rows[table] = [row for row in written.execute(f"SELECT * FROM {table}") if row not in there]
    for table in WRITTEN[1:]:
        log.execute(f"DELETE FROM {table} WHERE 0")
    chunks = -(-len(rows["event"]) // TOGETHER)
    began = _now()
    for nth in range(chunks):
        log.execute("BEGIN IMMEDIATE")
        for of_table in WRITTEN:
            size = -(-len(rows[of_table]) // chunks)
            bare.insert(log, of_table, rows[of_table][nth * size : (nth + 1) * size])
        log.execute("COMMIT")
    took = _since(began)
    written.close()
    log.close()
    return took
