"""What other processes do at the same time: they import, they advance, they write columns, they are killed."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from engine import evidence_columns
from engine.cycles import advance
from engine.district import District
from tests.engine.district_at_work import CLERK, JUNE, PEOPLE, AtWork, paper, row, training
from workflows.commands import Already, Command, Landed

get_context("forkserver").set_forkserver_preload(["tests.engine.others"])


def start(what: Any, *args: Any) -> BaseProcess:
    """Another process that does it; it imports nothing anew."""
    process = get_context("forkserver").Process(target=what, args=args)
    process.start()
    return process


def write_generations(folder: Path, times: int) -> None:
    """Write the columns again and again."""
    evidence_columns.WORTH_A_GENERATION = 1
    with District.open(folder) as district:
        for _ in range(times):
            district._columns = None
            evidence_columns.forget(folder / "columns")
            district.columns()


def rows_to_import(at_work: AtWork, count: int) -> list[Command]:
    """The rows of a file, the same commands for whoever imports it: people, then what they did, some of it twice."""
    people = [at_work.person(f"q-{number}") for number in range(count // 10)]
    rows = []
    for number in range(count - len(people)):
        subject = f"q-{number % len(people)}" if number % 5 else PEOPLE[number % 8]
        key = f"row {number // 2 if number % 7 == 0 else number}"
        fact = training("6.5", source=row(key)) if number % 2 else paper(source=row(key))
        rows.append(at_work.recording(subject, fact))
    return [*people, *rows]


def import_rows(folder: Path, count: int) -> None:
    """Import a file."""
    with District.open(folder) as district:
        for _ in district.handle_many(rows_to_import(AtWork(district), count)):
            pass


def cast_ballots(folder: Path, cycle: str, cases: Sequence[str], way: int) -> None:
    """Cast every ballot of the panel, one bulk for each case, from the first on or (-1) from the last."""
    with District.open(folder) as district:
        at_work = AtWork(district)
        for case in cases[::way]:
            answers = list(district.handle_many(at_work.ballots(cycle, [case])[::way]))
            assert all(isinstance(one, Landed | Already) for one in answers), answers


def advance_cycle(folder: Path, cycle: str) -> None:
    """Advance a cycle as far as it goes."""
    with District.open(folder) as district:
        advance.advance(district, cycle)


def make(folder: Path) -> None:
    """Make a district."""
    District.create(folder, "云溪区", CLERK, simulated_clock=JUNE).close()
