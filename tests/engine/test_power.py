"""The plug is pulled at any moment: what was acknowledged is on the disk, and work goes on without repair.

Of a disk that is switched off while it is written, ext4 keeps what was brought to it and what its journal had by then;
all else is lost, also what the system had taken but not yet written.  How much it puts off and reorders is up to its
options, of which each seed takes one.  A disk that says it has written what it has not is not tried here.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import event

from engine.district import District
from engine.folder import CONFIG
from tests.engine.a_life import live
from tests.engine.acknowledged import Done, attempt, lost
from tests.engine.district_at_work import CLERK, JUNE, AtWork, assert_whole, training
from tests.engine.own_disk import Disk, own_disk
from tests.engine.test_kills import JOBS, Whole, killed_in_a_row, state
from tests.reliability.figures import Tally

pytestmark = pytest.mark.root
OPTIONS = ("", "noauto_da_alloc", "data=writeback,noauto_da_alloc", "nodelalloc", "data=journal")
IN_A_ROW, EACH = 5, 4
SAMPLE = ("import", "checkpoint", "backup", "keys rotate")
TRIED = [
    pytest.param(name, seeds, id=f"{name} {seeds.start}-{seeds.stop - 1}",
                 marks=[] if name in SAMPLE and seeds.start == 0 else [pytest.mark.torture])
    for name in JOBS
    for seeds in (range(1), *(range(first, first + EACH) for first in range(1, 13, EACH)))
]  # fmt: skip


@pytest.fixture(scope="module")
def folders(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder in which nobody has worked, and one in which a review was lived through."""
    lived = Path(shutil.copytree(template, tmp_path_factory.mktemp("lived") / "district"))
    live(lived)
    return {"template": template, "lived": lived}


def on(disk: Disk, begins: Path) -> Path:
    """A copy of a folder on a disk, where it is for good."""
    folder = disk.place / "district"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(begins, folder)
    disk.settle()
    return folder


def undisturbed(name: str, folder: Path) -> Whole:
    """How long it takes there, and what it comes to."""
    began = time.monotonic()
    assert attempt(JOBS[name].work, folder).exitcode == 0
    return Whole(time.monotonic() - began, state(name, folder))


@pytest.mark.parametrize(("name", "seeds"), TRIED)
def test_what_was_acknowledged_outlasts_the_power_and_work_goes_on(
    folders: dict[str, Path], tmp_path: Path, name: str, seeds: range
):
    wrong, begins = [], folders[JOBS[name].begins]
    with Tally("power", f"{seeds.start}–{seeds.stop - 1}" if len(seeds) > 1 else f"{seeds.start}") as tally:
        for seed in seeds:
            chance = random.Random(f"power {name} {seed}")
            with own_disk(tmp_path, "64M", chance.choice(OPTIONS)) as disk:
                whole = undisturbed(name, on(disk, begins))
                found = killed_in_a_row(name, on(disk, begins), whole, chance, tally, IN_A_ROW, disk)
            wrong += [(seed, found)] if found else []
    assert wrong == []


@pytest.mark.parametrize("option", OPTIONS)
def test_a_district_that_was_made_is_there_after_the_power(tmp_path: Path, option: str):
    with Tally("power") as tally, own_disk(tmp_path, "16M", option) as disk:
        folder = disk.place / "district"
        District.create(folder, "云溪区", CLERK, simulated_clock=JUNE).close()
        disk.pull_the_plug()
        disk.switch_on()
        tally.count("init", wrong=not (folder / CONFIG).is_file())
        with District.open(folder) as district:
            assert district.state.name == "云溪区"
            AtWork(district).many([AtWork(district).unit("u-1")])
            assert_whole(district)


def carelessly(district: District, _folder: Path) -> None:
    """Record one thing after the other, each acknowledged before it is on the disk."""
    district.log.engine.dispose()
    event.listen(district.log.engine, "connect", lambda store, _: store.execute("PRAGMA synchronous=OFF"))
    for number in range(1, 1_000):
        AtWork(district).record("p-1", training(f"{number}"))


def test_work_that_is_acknowledged_too_early_is_seen_to_be_lost(template: Path, tmp_path: Path):
    """Else the plug would be none."""
    lost_then = list[tuple[int, str]]()
    with own_disk(tmp_path, "64M") as disk:
        folder = on(disk, template)
        done: Done = attempt(carelessly, folder, after=2, plug=disk.pull_the_plug)
        disk.switch_on()
        try:
            lost_then += lost(folder, done)
        except sqlite3.DatabaseError:  # not even a database is left
            lost_then += done.acknowledged
    assert lost_then
