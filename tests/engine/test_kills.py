"""kill -9 at random moments over everything that writes: nothing acknowledged is lost, nothing is there twice.

Each attempt is a process of its own, killed at a moment that chance takes from the time the work needs.  Then it is
begun again, killed again, and in the end left alone: it comes to what it comes to where nobody kills it.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from engine import evidence_columns
from engine.backups import copies, deep, restoring, sealing
from engine.district import District
from engine.folder import MASTER_KEY
from engine.people import erasing, forgetting
from engine.projections.projector import reached
from events import checkpoint as checkpoints
from events.facts import PersonLeft
from events.masters import replace_master
from events.seal import verify
from tests.engine.a_life import Life, live
from tests.engine.acknowledged import Done, Work, attempt, lost, say
from tests.engine.district_at_work import CLERK, PEOPLE, AtWork, tables, training
from tests.engine.others import rows_to_import
from tests.engine.own_disk import Disk
from tests.reliability.figures import Tally
from workflows.commands import Record, Span
from workflows.erasing import ErasePerson

IN_A_ROW = 4
"""So often a piece of work is killed before it is left alone; half as often in the sample."""
ERASED, LEFT = PEOPLE[2:6], date(2026, 5, 1)


def importing(district: District, _folder: Path) -> None:
    for _ in district.handle_many(rows_to_import(AtWork(district), 600)):
        pass


def reviewing(district: District, folder: Path) -> None:
    Life(district, folder / "diary").run()


def rebuilding(district: District, _folder: Path) -> None:
    evidence_columns.WORTH_A_GENERATION = 1  # in this process: columns are written, however few
    district.rebuild()


def signing(district: District, _folder: Path) -> None:
    """Record something and sign a checkpoint, twice."""
    at_work = AtWork(district)
    for number in range(2):
        at_work.record("p-1", training(f"{number + 1}"))
        said(district, sealing.make(district).replace("\n", "|"))


def erasing_all(district: District, _folder: Path) -> None:
    at_work = AtWork(district)
    for person in ERASED:
        left = at_work.command(Record, "left", person, subject=person, occurred=Span.day(LEFT), fact=PersonLeft())
        district.handle(left)
        asked = ErasePerson(
            id=district.command_id("erase", person), asking=CLERK, subject=person, reason="本人申请", early=True
        )
        forgetting.erase(district, asked)
        said(district, f"erased {person}")


def backing_up(district: District, folder: Path) -> None:
    """Two backups, with the vault's on a shelf, and something recorded before each."""
    for number in range(2):
        AtWork(district).record("p-1", training(f"{number + 1}"))
        place = backups(folder) / f"{len(list(backups(folder).glob('b*[0-9]')))}"
        said(district, str(copies.make(district, place.with_name(f"b{place.name}"), folder / "shelf").folder))


def backups(folder: Path) -> Path:
    place = folder / "backups"
    place.mkdir(exist_ok=True)
    return place


def rotating(district: District, _folder: Path) -> None:
    replace_master(district.places["vault"], district.keys / MASTER_KEY)


def checking(district: District, _folder: Path) -> None:
    assert deep.compare(district) is None


def said(district: District, text: str) -> None:
    out: Any = district
    say(out.out, text)


def gone(district: District) -> set[str]:
    with district.reading() as connection:
        return set(connection.execute(erasing.ERASED).scalars())


Look = Callable[[District, Done, dict[str, Any]], list[object]]
"""What is wrong in a folder after a kill; the dictionary is for what it remembers of the kills before."""


def nothing_more(_district: District, _done: Done, _known: dict[str, Any]) -> list[object]:
    return []


def same_rows(district: District, _done: Done, known: dict[str, Any]) -> list[object]:
    """Of a rebuild nobody sees a half."""
    before = known.setdefault("tables", tables(district))
    return [] if tables(district) == before else ["rows are not what they were before the rebuild"]


def signed(district: District, done: Done, known: dict[str, Any]) -> list[object]:
    """Every checkpoint that was handed out holds, and all are of one key; the folder's own copy is a whole one."""
    texts = [text.replace("|", "\n") for text in done.said]
    known.setdefault("texts", []).extend(texts)
    found: list[object] = []
    with district.reading() as connection:
        for text in texts:
            found += [verify(connection, reached(connection), checkpoints.read(text)).damage]
    newest = sealing.newest(district)
    if texts and (newest is None or newest.size < checkpoints.read(texts[-1]).size):
        found.append("the copy of a checkpoint that was handed out is not in the folder")
    if len({checkpoints.read(text).key for text in known["texts"]}) > 1:
        found.append("two keys were drawn")
    return [one for one in found if one is not None]


def erased(district: District, done: Done, known: dict[str, Any]) -> list[object]:
    """Who was said to be erased is, and has no key, here or in any file of the folder."""
    told = known.setdefault("told", set())
    told |= {one.partition(" ")[2] for one in done.said}
    held, now = set(district.vault.owners()), gone(district)
    found: list[object] = [f"{one} was acknowledged as erased" for one in told - now]
    found += [f"{one} still has a key" for one in now & held]
    keys = known["keys"]
    data = b"".join(one.read_bytes() for one in district.folder.rglob("*") if one.is_file())
    return found + [f"the key of {one} is in a file" for one in now if keys[one] in data]


def restored(district: District, done: Done, _known: dict[str, Any]) -> list[object]:
    """Every backup that was told to be made becomes a folder again, which proves itself."""
    wrong: list[object] = []
    for made in done.said:
        with TemporaryDirectory() as place:
            restoring.restore(Path(made), district.folder / "shelf", district.keys, Path(place) / "restored")
            with District.open(Path(place) / "restored") as again:
                wrong += [damage] if (damage := deep.compare(again)) is not None else []
    return wrong


def all_open(district: District, _done: Done, _known: dict[str, Any]) -> list[object]:
    """There is one master key, and it opens everybody's."""
    district.vault.load(district.vault.owners())
    return []


def nothing_left(district: District, _done: Done, _known: dict[str, Any]) -> list[object]:
    return [f"{one.name} was left behind" for one in district.folder.glob(".verify-*")]


def keys(folder: Path) -> dict[str, Any]:
    """The wrapped key of everybody, as it stands in the vault's file."""
    with closing(sqlite3.connect(folder / "vault.db")) as store:
        return {"keys": dict(store.execute("SELECT owner, wrapped FROM key").fetchall())}


def nothing_known(_folder: Path) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Job:
    """A kind of work: what is done, in which folder, what is looked at after a kill, what is known before."""

    work: Work
    look: Look = nothing_more
    begins: str = "template"
    knows: Callable[[Path], dict[str, Any]] = nothing_known


JOBS = {
    "import": Job(importing),
    "cycle": Job(reviewing),
    "rebuild": Job(rebuilding, same_rows, "lived"),
    "checkpoint": Job(signing, signed),
    "erase": Job(erasing_all, erased, "template", keys),
    "backup": Job(backing_up, restored),
    "keys rotate": Job(rotating, all_open),
    "verify --deep": Job(checking, nothing_left, "lived"),
}


@pytest.fixture(scope="module")
def folders(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder in which nobody has worked, and one in which a review was lived through."""
    lived = Path(shutil.copytree(template, tmp_path_factory.mktemp("lived") / "district"))
    live(lived)
    return {"template": template, "lived": lived}


@dataclass(frozen=True)
class Whole:
    """What a piece of work comes to that nobody kills, and how long it takes."""

    seconds: float
    state: object


def state(name: str, folder: Path) -> object:
    """What a folder came to: its tables and its story, but for what is random; of checkpoints, that there is one."""
    with District.open(folder) as district:
        if name in ("checkpoint", "backup"):  # what was recorded before them is not the same each time
            return sealing.newest(district) is not None
        story = [(one.envelope.stream, one.envelope.type) for batch in district.log.follow() for one in batch]
        return tables(district), story


@pytest.fixture(scope="module")
def wholes(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Whole]:
    """The same work undisturbed, done once for each kind."""
    known: dict[str, Whole] = {}

    def whole(name: str) -> Whole:
        if name not in known:
            job, took, place = JOBS[name], list[float](), tmp_path_factory.mktemp("whole")
            folder = place / "district"
            for _ in range(1 if known else 2):  # the first starts the server that forks
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(folders[job.begins], folder)
                began = time.monotonic()
                done = attempt(job.work, folder)
                took.append(time.monotonic() - began)
                assert done.exitcode == 0
            known[name] = Whole(min(took), state(name, folder))
        return known[name]

    return whole


def killed_in_a_row(
    name: str, folder: Path, whole: Whole, chance: random.Random, tally: Tally, times: int, disk: Disk | None = None
) -> list[object]:
    """Kill it some times, look each time, and let it come to its end; what was wrong.

    With a disk its plug is pulled each time.
    """
    job = JOBS[name]
    wrong, known = list[object](), job.knows(folder)
    for number in range(times + 1):
        last = number == times
        plug = disk.pull_the_plug if disk is not None and not last else None
        done = attempt(job.work, folder, after=None if last else chance.uniform(0, whole.seconds), plug=plug)
        if disk is not None and plug is not None:
            disk.switch_on()
        found: list[object] = [*lost(folder, done)]
        if done.exitcode not in ((0,) if last else (0, -9)):
            found.append(done)
        with District.open(folder) as district:
            with district.reading() as connection:
                damage = verify(connection, reached(connection)).damage
            if damage is None and (last or chance.random() < 0.1):
                damage = deep.compare(district)
            found += [damage] if damage is not None else []
            found += job.look(district, done, known)
        if last and state(name, folder) != whole.state:
            found.append("it came to something else")
        if done.killed or found:
            tally.count(name, wrong=bool(found))
        wrong += found
    return wrong


SEEDS = [
    pytest.param(range(1), id="0"),
    *(
        pytest.param(range(first, first + 10), marks=pytest.mark.torture, id=f"{first}-{first + 9}")
        for first in range(1, 51, 10)
    ),
]


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize(
    "name",  # of imports and reviews there are samples in test_killing
    [pytest.param(name, marks=[pytest.mark.torture] if name in ("import", "cycle") else []) for name in JOBS],
)
def test_killed_at_any_moment_and_begun_again_it_comes_to_what_it_comes_to_undisturbed(
    folders: dict[str, Path], wholes: Callable[[str], Whole], tmp_path: Path, name: str, seeds: range
):
    wrong = []
    with Tally("kills", f"{seeds.start}–{seeds.stop - 1}" if len(seeds) > 1 else f"{seeds.start}") as tally:
        for seed in seeds:
            folder = Path(shutil.copytree(folders[JOBS[name].begins], tmp_path / str(seed)))
            chance, times = random.Random(f"{name} {seed}"), IN_A_ROW if seed else IN_A_ROW // 2
            found = killed_in_a_row(name, folder, wholes(name), chance, tally, times)
            wrong += [(seed, found)] if found else []
            shutil.rmtree(folder)
    assert wrong == []
