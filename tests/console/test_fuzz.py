"""Ladder files, catalogues and sheets of nonsense: read, or refused in a sentence; no crash, no hang, no traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from console.demo.sheets import write_workbook
from console.intake import import_file
from console.mistakes import told
from engine.district import District
from ladders.reading.loading import load, load_catalogue, shipped
from tests.console.command_line import jieti
from tests.console.mangled import archive_changed, bytes_changed
from tests.console.test_fuzz_proofs import in_time, seeds_of
from tests.engine.a_life import RULES
from tests.engine.district_at_work import CLERK, LADDER, settle
from tests.reliability.figures import Tally

CHECKED = [range(8), *(range(first, first + 100) for first in range(8, 1_508, 100))]
READ = [range(60), *(range(first, first + 500) for first in range(60, 4_060, 500))]
SHEETS = [range(40), *(range(first, first + 250) for first in range(40, 3_040, 250))]
BROKEN = Path(__file__).parents[1] / "ladders" / "broken"


def tried(what: str, seeds: range, one: Callable[[Random], object]) -> list[tuple[int, str]]:
    """Do it with every seed; those that ended otherwise than with an answer or a sentence, and how."""
    wrong = []
    with Tally("fuzz", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            bad = ""
            try:
                with in_time():
                    one(Random(f"{what} {seed}"))
            except Exception as error:  # noqa: BLE001
                said = told(error)
                bad = "" if said and all(said) else repr(error)
            tally.count(what, wrong=bool(bad))
            wrong += [(seed, bad)] if bad else []
    return wrong


def ladders() -> list[bytes]:
    """Small ladders, and files that are broken already."""
    return [LADDER, LADDER, RULES, RULES, *(one.read_bytes() for one in sorted(BROKEN.glob("*.yaml"))[::25])]


@pytest.mark.parametrize("seeds", seeds_of(CHECKED))
def test_ladder_check_says_something_of_any_file(tmp_path: Path, seeds: range):
    genuine, file = ladders(), tmp_path / "ladder.yaml"

    def check(chance: Random) -> None:
        file.write_bytes(bytes_changed(chance.choice(genuine), chance))
        said = jieti("ladder", "check", file)
        assert said.status in (0, 1, 2)
        assert said.out or said.err
        if said.status == 0:
            assert jieti("ladder", "show", file).status == 0

    assert tried("ladder", seeds, check) == []


@pytest.mark.parametrize("seeds", seeds_of(READ))
@pytest.mark.parametrize("what", ["ladder", "catalogue"])
def test_any_bytes_are_a_ladder_or_a_catalogue_or_are_told_what_is_wrong(seeds: range, what: str):
    genuine = ladders() if what == "ladder" else [shipped("catalogue.yaml")]
    read: Callable[[bytes, str], object] = load if what == "ladder" else load_catalogue
    assert tried(what, seeds, lambda chance: read(bytes_changed(chance.choice(genuine), chance), "file.yaml")) == []


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    folder = tmp_path_factory.mktemp("district") / "district"
    settle(folder)
    with District.open(folder) as opened:
        yield opened


HEADERS = {
    "人员": "工号 姓名 单位代码 参加工作日期 出生日期 学科",
    "学时": "工号 姓名 培训项目 类别 级别 学时 日期 认定状态",
    "成果": "工号 佐证类型 名称 级别 角色 等级 日期",
    "单位": "单位代码 单位名称 类型 上级单位代码 成立日期",
}
CELLS = [
    "p-1",
    "欧阳",
    "u-east",
    "2015-09-01",
    "1990-1-1",
    "数学",
    "12.5",
    "区级",
    "论文",
    "2025年11月",
    "",
    "一等奖",
    "45123",
]


def rows(name: str, chance: Random) -> list[list[str]]:
    return [["p-1" if n == 0 else chance.choice(CELLS) for n in range(len(HEADERS[name].split()))] for _ in range(6)]


@pytest.mark.parametrize("seeds", seeds_of(SHEETS))
@pytest.mark.parametrize("what", ["csv", "xlsx"])
def test_any_sheet_is_read_or_refused(district: District, tmp_path: Path, what: str, seeds: range):
    file, genuine = tmp_path / f"表.{what}", dict[str, bytes]()
    for name, headers in HEADERS.items():
        made = rows(name, Random(name))
        if what == "csv":
            genuine[name] = "\n".join(",".join(row) for row in [headers.split(), *made]).encode()
        else:
            write_workbook(file, tuple(headers.split()), [list(row) for row in made])
            genuine[name] = file.read_bytes()
    change = bytes_changed if what == "csv" else archive_changed

    def take_in(chance: Random) -> None:
        name = chance.choice(list(genuine))
        data = change(genuine[name], chance)
        if what == "csv" and chance.randrange(5) == 0:
            with contextlib.suppress(UnicodeError):
                data = data.decode().encode(chance.choice(("gb18030", "utf-16", "utf-8-sig", "big5")))
        file.write_bytes(data)
        for report in import_file(district, file, CLERK, dry_run=True):
            assert report.landed >= 0

    assert tried(what, seeds, take_in) == []
