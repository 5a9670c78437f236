"""A small disk of one's own that fills up under each command: a sentence, nothing lost, and with room it goes on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.console.command_line import done, jieti
from tests.console.own_district import write_sheet, write_sheets
from tests.console.test_cli_faults import ACT, in_english, plain, tip
from tests.engine.own_disk import Disk, own_disk
from tests.reliability.figures import Tally

pytestmark = pytest.mark.root
PEOPLE, ROWS = 12, 400
Words = tuple[object, ...]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with people, and sheets that nobody has imported yet: of trainings, and of new people."""
    place = tmp_path_factory.mktemp("办公室")
    write_sheets(place, PEOPLE)
    done("init", place / "区", *ACT)
    write_sheet(place / "离任.csv", ["工号", "变动", "日期"], [["GH103", "离职", "2026-10-01"]])
    for name in ("单位.xlsx", "人员.xlsx", "离任.csv"):
        done("import", place / name, *ACT, "--data", place / "区")
    done("audit", "checkpoint", "--data", place / "区")
    rows = [
        [f"GH{100 + n % PEOPLE}", f"研修第{n}讲", "2", f"2023-{1 + n % 12:02}-{1 + n % 28:02}"] for n in range(ROWS)
    ]
    write_sheet(place / "学时.csv", ["工号", "培训项目", "学时", "日期"], [list(row) for row in rows])
    new = [[f"GH{500 + n}", f"林{n}", "D02", "2020-09-01"] for n in range(ROWS)]
    write_sheet(place / "新人.csv", ["工号", "姓名", "单位代码", "参加工作日期"], [list(row) for row in new])
    return place


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with own_disk(tmp_path_factory.mktemp("disk"), "24M") as disk:
        yield disk


@dataclass(frozen=True)
class Asked:
    """A command on a folder that stands on the disk."""

    words: Callable[[Path, Path], Words]
    """Of the office and of the disk."""
    room: int = 600_000
    """Bytes with which it may yet come to its end."""


def on(*words: object) -> Callable[[Path, Path], Words]:
    """A command on the folder that stands on the disk; a word that begins with ``/`` is a file there."""

    def asked(_office: Path, place: Path) -> Words:
        said = (place / one[1:] if isinstance(one, str) and one.startswith("/") else one for one in words)
        return (*said, "--data", place / "district")

    return asked


def sheet(name: str) -> Callable[[Path, Path], Words]:
    return lambda office, place: ("import", office / name, *ACT, "--data", place / "district")


ASKED = {
    "import": Asked(sheet("学时.csv"), room=1_500_000),
    "import of people": Asked(sheet("新人.csv"), room=1_500_000),
    "checkpoint": Asked(on("audit", "checkpoint", "--out", "/kept.checkpoint"), room=200_000),
    "backup": Asked(on("backup", "/backup", "--vault", "/shelf"), room=1_500_000),
    "erase": Asked(
        on("erase", "GH103", "--reason", "本人申请", "--early", "--authority", "1号", "--yes", *ACT), room=200_000
    ),
    "rebuild": Asked(on("rebuild"), room=900_000),
    "keys rotate": Asked(on("keys", "rotate"), room=200_000),
    "new key of checkpoints": Asked(on("keys", "rotate", "--checkpoints"), room=100_000),
    "verify --deep": Asked(on("audit", "verify", "--deep"), room=3_000_000),
    "export": Asked(on("export", "人员", "--out", "/people.xlsx", *ACT), room=100_000),
    "a person's file": Asked(on("export-person", "GH100", "--out", "/person.xlsx", *ACT), room=100_000),
    "init": Asked(lambda _office, place: ("init", place / "new", *ACT), room=900_000),
    "restore": Asked(
        lambda office, place: (
            "restore", office / "备份", place / "new", "--vault", office / "架", "--keys", office / "区" / "keys"
        ),
        room=2_000_000,
    ),
    "look": Asked(on("hours", "account", "GH100", "--year", "2023", *ACT), room=100_000),
}  # fmt: skip


def fill(place: Path, room: int) -> Path:
    """Leave so many bytes of room on a disk, or none."""
    ballast, there = place / "ballast", os.statvfs(place)
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        if room:
            os.posix_fallocate(file.fileno(), 0, there.f_bavail * there.f_frsize - room)
        while not room:
            file.write(bytes(1 << 12))
    return ballast


def problems(asked: Asked, office: Path, place: Path, room: int) -> tuple[bool, list[object]]:
    """Whether the disk was too full, and what is wrong with what came of it."""
    folder, wrong = place / "district", list[object]()
    for one in place.iterdir():
        if one.name != "lost+found":
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    shutil.copytree(office / "区", folder)
    before, words = tip(folder), asked.words(office, place)
    ballast = fill(place, room)
    said = english = jieti(*words)
    if full := said.status == 2:
        english = jieti(*words, "--lang", "en")  # which may come to its end: a little room was given back
        told = plain(said) and "磁盘" in said.err and (in_english(english) or english.status == 0)
        wrong += [] if told else [said, english]
    elif said.status != 0:
        wrong.append(said)
    ballast.unlink()
    after = tip(folder)
    wrong += ["events are gone"] if after < before else []
    again = jieti(*words)
    recorded = "已记为删除" in said.err or "recorded as erased" in english.err  # and carried out by whoever came next
    if again.status != 0 and english.status != 0 and not (recorded and "没有“GH103”" in again.err):
        wrong.append(again)
    for one in (folder, place / "new"):
        if one.exists() and (held := jieti("audit", "verify", "--deep", "--data", one)).status != 0:
            wrong.append(held)
    if tip(folder) < after:
        wrong.append("events are gone")
    return full, wrong


@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, 20), marks=pytest.mark.torture)], ids=["few", "many"]
)
@pytest.mark.parametrize("name", ASKED)
def test_a_full_disk_is_told_and_with_room_the_same_command_ends(office: Path, disk: Disk, name: str, seeds: range):
    asked, missed, filled = ASKED[name], [], 0
    if not (office / "备份").exists():
        done("backup", office / "备份", "--vault", office / "架", "--data", office / "区")
    with Tally("disks", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            room = Random(f"{name} {seed}").randrange(asked.room) if seed else 0
            full, wrong = problems(asked, office, disk.place, room)
            filled += full
            tally.count(name, wrong=bool(wrong))
            missed += [(seed, room, wrong)] if wrong else []
    assert missed == []
    assert filled or name == "look", "there was room each time"
