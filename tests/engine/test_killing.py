"""Killed at any moment and run again, it ends as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from engine.cycles import advance
from engine.district import District
from engine.folder import CONFIG
from engine.history import grants
from engine.replay import replay
from tests.engine.a_life import CYCLE, live, live_until, live_without_a_diary
from tests.engine.district_at_work import PEOPLE, AtWork, Tables, assert_whole, tables, training
from tests.engine.others import advance_cycle, import_rows, make, start
from tests.reliability.figures import Tally
from workflows.commands import Landed

ROWS = 2_400
FIVE = [*range(5), *(pytest.param(point, marks=pytest.mark.torture) for point in range(5, 60))]


def kill(what: Callable[..., None], *args: object, after: float) -> bool:
    """Start it in another process, and kill that after so many seconds; whether it was not done by then."""
    process = start(what, *args)
    time.sleep(after)
    process.kill()
    process.join()
    return process.exitcode == -9


def tip(folder: Path) -> int:
    """Where the log ends, as anybody may look it up."""
    with closing(sqlite3.connect(folder / "log.db")) as connection:
        return int(connection.execute("SELECT max(position) FROM event").fetchone()[0])


@pytest.fixture(scope="module")
def undisturbed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What an import comes to that nobody kills."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("undisturbed") / "district"))
    import_rows(folder, ROWS)
    with District.open(folder) as district:
        return tables(district)


@pytest.mark.parametrize("point", FIVE)
def test_an_import_that_is_killed_and_run_again_imports_every_row_once(folder: Path, undisturbed: Tables, point: int):
    began, chance, ends = time.monotonic(), random.Random(point), list[int | None]()
    for share in (0.3, 0.7):
        there, process = tip(folder) + chance.random() * share * ROWS / 4, start(import_rows, folder, ROWS)
        while tip(folder) < there and process.is_alive():
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.08))
        process.kill()
        process.join()
        ends.append(process.exitcode)
        assert_whole_folder(folder)
    assert ends[0] == -9  # the second may be done before it is killed, on a machine that is fast
    assert ends[1] in (-9, 0)
    import_rows(folder, ROWS)
    with Tally("kills", f"{point}", since=began) as tally, District.open(folder) as district:
        tally.count("import", tried=ends.count(-9), wrong=tables(district) != undisturbed)
        assert tables(district) == undisturbed
        assert_whole(district)


def assert_whole_folder(folder: Path) -> None:
    with District.open(folder) as district:
        assert_whole(district)


def votes(at_work: AtWork, cycle: str) -> None:
    asked = at_work.ballots(cycle, [f"c-2026-{subject}" for subject in PEOPLE[:5]])
    for vote, command in enumerate(asked):
        repeated = command.model_copy(update={"id": at_work.district.command_id("vote", str(vote))})
        assert isinstance(at_work.district.handle(repeated), Landed)


def nothing(at_work: AtWork, cycle: str) -> None:
    """Before the first advance."""


def waiting(at_work: AtWork, cycle: str) -> None:
    """Until the notice is over."""
    at_work.wait_until(date(2026, 6, 12))


ACTS = (nothing, votes, waiting)
"""What people do before each advance."""


@pytest.fixture(scope="module")
def reviewed(submitted: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables after a review that nobody disturbs."""
    folder = Path(shutil.copytree(submitted, tmp_path_factory.mktemp("reviewed") / "district"))
    with District.open(folder) as district:
        at_work, cycle = AtWork(district), "y-2026"
        for act in ACTS:
            act(at_work, cycle)
            advance.advance(district, cycle)
        return tables(district)


@pytest.fixture(scope="module")
def submitted(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cycle whose submission is over."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("submitted") / "district"))
    with District.open(folder) as district:
        at_work = AtWork(district)
        for subject in PEOPLE[:5]:
            at_work.record(subject, training("21"))
        at_work.close(at_work.open_cycle())
    return folder


@pytest.mark.parametrize("point", FIVE)
def test_an_advance_that_is_killed_and_run_again_decides_everything_once(
    submitted: Path, reviewed: Tables, tmp_path: Path, point: int
):
    began, chance, cycle, kills = time.monotonic(), random.Random(point), "y-2026", 0
    folder = Path(shutil.copytree(submitted, tmp_path / "killed"))
    for act in ACTS:
        with District.open(folder) as district:
            act(AtWork(district), cycle)
        kills += kill(advance_cycle, folder, cycle, after=chance.uniform(0.01, 0.14))
        advance_cycle(folder, cycle)
    with Tally("kills", f"{point}", since=began) as tally, District.open(folder) as district:
        tally.count("cycle", tried=kills, wrong=tables(district) != reviewed)
        assert tables(district) == reviewed
        assert replay.replay(district).differences == ()
        assert advance.look(district, cycle) is None
        assert_whole(district)


def test_two_advances_at_once_do_everything_once(submitted: Path, reviewed: Tables, tmp_path: Path):
    cycle = "y-2026"
    folder = Path(shutil.copytree(submitted, tmp_path / "twice"))
    for act in ACTS:
        with District.open(folder) as district:
            act(AtWork(district), cycle)
        processes = [start(advance_cycle, folder, cycle) for _ in range(3)]
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0]
    with District.open(folder) as district:
        assert tables(district) == reviewed
        assert_whole(district)


# ----------------------------------------------------------------------------------- a review with everything in it

Story = list[tuple[str, str]]


def story(district: District) -> Story:
    """What happened, and to whom, in order."""
    return [(one.envelope.stream, one.envelope.type) for batch in district.log.follow() for one in batch]


@pytest.fixture(scope="module")
def lived(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Story]:
    """The tables and the story of a life that nobody disturbs."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("lived") / "district"))
    live(folder)
    with District.open(folder) as district:
        found = {one.type for batch in district.log.follow() for one in (event.envelope for event in batch)}
        assert found >= {
            "sealed ballot cast", "ballot withdrawn", "seat recused", "signer added", "case returned", "window opened",
            "stage extended", "places filled", "notice posted", "objection decided", "granted", "declined",
            "standing lapsed", "standing revoked", "cycle finished",
        }  # fmt: skip
        assert advance.look(district, CYCLE) is None
        return tables(district), story(district)


def assert_lived(folder: Path, lived: tuple[Tables, Story], kills: int, began: float) -> None:
    """After so many kills it ended as the undisturbed life did: no event more, none less, none elsewhere."""
    with Tally("kills", since=began) as tally, District.open(folder) as district:
        tally.count("cycle", tried=kills, wrong=(tables(district), story(district)) != lived)
        assert (tables(district), story(district)) == lived
        found = replay.replay(district)
        assert (found.differences, found.underivable) == ((), ())
        assert_whole(district)


@pytest.mark.parametrize(
    ("seed", "longest"), [(0, 30), *(pytest.param(seed, 7, marks=pytest.mark.torture) for seed in range(1, 16))]
)
def test_a_review_that_is_killed_at_any_write_ends_as_one_that_nobody_disturbs(
    folder: Path, lived: tuple[Tables, Story], seed: int, longest: int
):
    """The seeds of the torture kill it some three hundred times: before a write, in it, and before its commit."""
    began, chance, kills = time.monotonic(), random.Random(seed), 0
    while True:
        process = start(live_until, folder, seed, chance.randint(1, longest))
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -9
        kills += 1
    assert kills >= 75 / longest
    assert_lived(folder, lived, kills, began)


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.torture) for seed in range(5)])
def test_so_does_one_that_is_killed_whenever_it_pleases_the_killer(
    folder: Path, lived: tuple[Tables, Story], seed: int
):
    began, chance, kills = time.monotonic(), random.Random(seed), 0
    while True:
        process = start(live, folder)
        process.join(chance.uniform(0.2, 0.6))
        if process.exitcode == 0:
            break
        process.kill()
        process.join()
        kills += process.exitcode == -9
    assert_lived(folder, lived, kills, began)


def test_two_who_live_through_a_review_at_once_end_as_one(folder: Path, lived: tuple[Tables, Story]):
    processes = [start(live_without_a_diary, folder) for _ in range(2)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]

    def ends(there: Tables) -> list[tuple[object, ...]]:
        return [(one[0], one[4], one[5]) for one in there["case_file"]]

    with District.open(folder) as district:
        assert ends(tables(district)) == ends(lived[0])
        assert [(one.subject, date.fromordinal(one.first)) for one in grants(district, CYCLE)] == [
            ("p-1", date(2026, 6, 24)),
            ("p-3", date(2026, 6, 27)),
            ("p-5", date(2026, 6, 27)),
        ]
        assert [type_ for _, type_ in story(district)].count("granted") == 3
        assert replay.replay(district).differences == ()
        assert_whole(district)


@pytest.mark.parametrize("point", FIVE)
def test_a_district_whose_making_was_killed_is_made_again(tmp_path: Path, point: int):
    folder = tmp_path / "district"
    kill(make, folder, after=random.Random(point).uniform(0.0, 0.2))
    if not (folder / CONFIG).exists():
        make(folder)
    with District.open(folder) as district:
        assert district.state.name == "云溪区"
        AtWork(district).many([AtWork(district).unit("u-1")])
        assert_whole(district)
