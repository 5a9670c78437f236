"""A disk that fills or fails in the middle of an append, a clock that lies: it is said, and work goes on."""

from __future__ import annotations

import random
import resource
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from engine.district import District
from engine.projections.projector import reached
from events.seal import verify
from tests.engine.acknowledged import Done, attempt, lost
from tests.engine.district_at_work import CLERK, AtWork, Tables, tables
from tests.engine.others import rows_to_import
from tests.reliability.figures import Tally

ROWS, SAMPLE, MORE, EACH = 500, 3, 128, 25
SEEDS = [
    pytest.param(range(SAMPLE), id=f"0-{SAMPLE - 1}"),
    *(
        pytest.param(range(first, first + EACH), marks=pytest.mark.torture, id=f"{first}-{first + EACH - 1}")
        for first in range(SAMPLE, MORE, EACH)
    ),
]


def import_all(district: District, _folder: Path) -> None:
    """Import a file, chunk by chunk."""
    for _ in district.handle_many(rows_to_import(AtWork(district), ROWS)):
        pass


def import_into(pages: dict[str, int], district: District, folder: Path) -> None:
    """Import it into stores that may grow by so many pages: SQLite then says what it says of a full disk."""
    for engine, more in ((district.log.engine, pages["log"]), (district.vault._engine, pages["vault"])):
        engine.dispose()
        event.listen(engine, "connect", partial(_no_larger, more))
    import_all(district, folder)


def _no_larger(more: int, connection: Any, _record: object) -> None:
    (now,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {now + more}")


def files_no_larger(size: int) -> None:
    """No file of this process may grow beyond so many bytes; the system refuses the write that would do it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@dataclass(frozen=True)
class Undisturbed:
    """What the import comes to on a disk with room, and how large its files are then."""

    tables: Tables
    pages: int
    bytes: int


@pytest.fixture(scope="module")
def undisturbed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("undisturbed") / "district"))
    before = (folder / "log.db").stat().st_size
    with District.open(folder) as district:
        import_all(district, folder)
        large = max(one.stat().st_size for one in folder.iterdir())
        found = tables(district)
    return Undisturbed(found, ((folder / "log.db").stat().st_size - before) // 4096, large)


def full(chance: random.Random, whole: Undisturbed, folder: Path) -> Done:
    """The disk is full at some page of the log, or of the vault."""
    pages = {"log": chance.randrange(whole.pages), "vault": 1_000}
    if chance.random() < 0.2:
        pages = {"log": 100_000, "vault": 0}
    return attempt(partial(import_into, pages), folder)


def failing(chance: random.Random, whole: Undisturbed, folder: Path) -> Done:
    """The system refuses a write at some byte of some file."""
    return attempt(import_all, folder, first=partial(files_no_larger, chance.randrange(whole.bytes)))


def wrongs(folder: Path, done: Done, whole: Undisturbed, expected: str) -> list[object]:
    """What is not as it should be after a fault: how it ended, what was lost, damage, what the next run came to."""
    found: list[object] = []
    if (done.exitcode, done.said) not in ((2, (expected,)), (0, ())):
        found.append(done)
    found += lost(folder, done)
    with District.open(folder) as district:
        with district.reading() as connection:
            if (damage := verify(connection, reached(connection)).damage) is not None:
                found.append(damage)
        import_all(district, folder)
        if tables(district) != whole.tables:
            found.append("the next run came to something else")
    return found


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize(("what", "break_", "said"), [("full", full, "full"), ("io", failing, "io")])
def test_an_import_whose_disk_fills_or_fails_says_so_and_goes_on_later(
    template: Path, undisturbed: Undisturbed, tmp_path: Path, what: str, break_: Callable[..., Done], said: str,
    seeds: range,
):  # fmt: skip
    missed, broken = [], 0
    with Tally("faults", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            folder = Path(shutil.copytree(template, tmp_path / str(seed)))
            done = break_(random.Random(f"{what} {seed}"), undisturbed, folder)
            wrong = wrongs(folder, done, undisturbed, said)
            broken += done.exitcode != 0
            tally.count(what, wrong=bool(wrong))
            if wrong:
                missed.append((seed, wrong))
            shutil.rmtree(folder)
    assert missed == []
    assert broken, "the disk had room each time"


# ------------------------------------------------------------------------------------------------------------- clocks

JUMPS = (timedelta(days=365), -timedelta(days=365), timedelta(days=40), timedelta(seconds=1), -timedelta(hours=1))


@pytest.mark.parametrize(
    "seeds", [range(2), pytest.param(range(2, 60), marks=pytest.mark.torture)], ids=["0-1", "2-59"]
)
def test_whatever_the_clock_says_time_in_the_log_never_runs_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeds: range
):
    missed = []
    with Tally("faults", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            chance, now = random.Random(seed), datetime(2026, 6, 1, 9, tzinfo=UTC)
            with District.create(tmp_path / str(seed), "云溪区", CLERK) as district:
                at_work, wall = AtWork(district), list[datetime]()
                for number in range(12):
                    now += chance.choice(JUMPS)
                    monkeypatch.setattr(district.handler, "clock", lambda _connection, at=now: at)
                    at_work.many([at_work.unit(f"u-{number}")])
                    wall.append(now)
                stamps = [one.envelope.recorded_at for batch in district.log.follow() for one in batch]
                with district.reading() as connection:
                    damage = verify(connection, reached(connection)).damage
            wrong = damage is not None or stamps != sorted(stamps)
            wrong = wrong or any(stamp < said for stamp, said in zip(stamps[-12:], wall, strict=True))
            tally.count("clock", wrong=wrong)
            if wrong:
                missed.append((seed, stamps, wall))
    assert missed == []
