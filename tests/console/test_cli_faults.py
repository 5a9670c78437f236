"""The command line on a machine that fails: a sentence in both languages, exit status 2, and then normal work."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from xlsxwriter.exceptions import FileCreateError

from console.mistakes import told
from tests.console.command_line import PROGRAM, Said, bare, done, jieti
from tests.console.faulty import few_files, files_no_larger, nobody, under
from tests.console.own_district import write_sheet, write_sheets
from tests.reliability.figures import Tally

PEOPLE, ROWS = 12, 80
ACT = ("--as", "office-1")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with people, and a sheet of trainings of which some rows come back."""
    place = tmp_path_factory.mktemp("办公室")
    write_sheets(place, PEOPLE)
    done("init", place / "区", *ACT)
    done("import", place / "单位.xlsx", place / "人员.xlsx", *ACT, "--data", place / "区")
    rows = [
        [f"GH{100 + n % (PEOPLE + 1)}", f"研修第{n}讲", "2", f"2023-{1 + n % 12:02}-{1 + n % 28:02}"]
        for n in range(ROWS)
    ]
    write_sheet(place / "学时.csv", ["工号", "培训项目", "学时", "日期"], [list(row) for row in rows])
    return place


@pytest.fixture
def folder(office: Path, tmp_path: Path) -> Path:
    shutil.copy(office / "学时.csv", tmp_path / "学时.csv")
    return Path(shutil.copytree(office / "区", tmp_path / "区"))


def importing(folder: Path) -> tuple[object, ...]:
    return ("import", folder.parent / "学时.csv", *ACT, "--data", folder)


def tip(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "log.db")) as raw:
        return int(raw.execute("SELECT max(position) FROM event").fetchone()[0])


def plain(said: Said) -> bool:
    """Whether it is a sentence in Chinese, with exit status 2."""
    sentence = len(re.findall(r"[\u4e00-\u9fff]", said.err)) > 5
    return said.status == 2 and sentence and "Traceback" not in said.err


def in_english(said: Said) -> bool:
    return (
        said.status == 2
        and len(re.findall(r"\b[a-z]{2,}\b", said.err)) > 5
        and not re.search("[\u4e00-\u9fff]", said.err)
    )


def goes_on(folder: Path, *deep: str) -> bool:
    """The import runs to its end, everything is there once, the log is whole."""
    said = [jieti(*importing(folder)) for _ in range(2)]
    expected = ROWS - ROWS // (PEOPLE + 1)
    held = jieti("audit", "verify", *deep, "--data", folder)
    came_back = [one.status for one in said] == [1, 1]  # the rows of somebody whom nobody knows
    return held.status == 0 and came_back and f"已有 {expected}" in said[1].out


# ------------------------------------------------------------------------------------------------------------- disks


@pytest.mark.parametrize(
    "seeds", [range(2), pytest.param(range(2, 60), marks=pytest.mark.torture)], ids=["0-1", "2-59"]
)
def test_an_import_that_the_disk_breaks_off_says_so_and_goes_on(office: Path, tmp_path: Path, seeds: range):
    missed, broken = [], 0
    with Tally("faults", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            place = tmp_path / str(seed)
            place.mkdir()
            shutil.copy(office / "学时.csv", place / "学时.csv")
            folder = Path(shutil.copytree(office / "区", place / "区"))
            room = random.Random(seed).randrange(4_000, 260_000)
            said = under(partial(files_no_larger, room), *importing(folder))
            right = plain(said) or (said.status == 1 and said.err == "")
            broken += said.status == 2
            right = goes_on(folder, "--deep") and right
            tally.count("io", wrong=not right)
            if not right:
                missed.append((seed, said))
            shutil.rmtree(place)
    assert missed == []
    assert broken, "the disk had room each time"


@pytest.mark.parametrize(
    "seeds", [range(2), pytest.param(range(2, 60), marks=pytest.mark.torture)], ids=["0-1", "2-59"]
)
def test_a_folder_whose_making_the_disk_breaks_off_is_made_afterwards(tmp_path: Path, seeds: range):
    missed = []
    with Tally("faults", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            folder = tmp_path / str(seed)
            room = random.Random(seed).choice([0, 10, 100, random.Random(-seed).randrange(1_000, 230_000)])
            said = under(partial(files_no_larger, room), "init", folder, *ACT)
            again = jieti("init", folder, *ACT)
            held = jieti("audit", "verify", "--data", folder)
            right = plain(said) and again.status == 0 and held.status == 0
            tally.count("init", wrong=not right)
            if not right:
                missed.append((seed, room, said, again, held))
            shutil.rmtree(folder)
    assert missed == []


def test_what_is_written_out_onto_a_full_disk_leaves_no_half_file_in_the_way(folder: Path, tmp_path: Path):
    with Tally("faults") as tally:
        done("audit", "checkpoint", "--data", folder)
        first, out = tmp_path / "first.checkpoint", tmp_path / "log.checkpoint"
        done("audit", "checkpoint", "--out", first, "--data", folder)
        kept = sorted((folder / "checkpoints").iterdir())
        asked = ("audit", "verify", "--against", first, "--out", out, "--data", folder)
        said = under(partial(files_no_larger, 100), *asked)
        tally.count("out", wrong=not plain(said) or out.exists())
        assert plain(said)
        assert not out.exists()
        done(*asked)
        assert out.exists()
        assert sorted((folder / "checkpoints").iterdir()) == kept


@pytest.mark.parametrize("what", ["audit", pytest.param("import", marks=pytest.mark.torture)])
def test_what_is_printed_onto_a_full_disk_is_said_and_the_work_is_done(folder: Path, tmp_path: Path, what: str):
    asked = importing(folder) if what == "import" else ("audit", "verify", "--json", "--data", folder)
    with Tally("faults") as tally, Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [str(PROGRAM), *map(str, asked)], env=bare(tmp_path), cwd=tmp_path, stdout=full,
            stderr=subprocess.PIPE, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        right = plain(Said(ended.returncode, "", ended.stderr)) and "Exception" not in ended.stderr
        tally.count("out", wrong=not right)
    assert right, ended


# -------------------------------------------------------------------------------- rights, open files, other writers


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A copy of a folder, where everybody may look, and nobody may write."""
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        copy = Path(shutil.copytree(folder, place / "区"))
        parts = [copy, *copy.rglob("*")]
        for part in parts:
            part.chmod(0o555 if part.is_dir() else 0o444)
        yield copy
        for part in parts:
            part.chmod(0o755 if part.is_dir() else 0o644)
    finally:
        shutil.rmtree(place)


def test_a_folder_that_can_only_be_read_is_told(folder: Path):
    with Tally("faults") as tally, read_only(folder) as copy:
        asked = ("cycle", "open", "erqi-teacher", "--to", "core-member", "--period", "2026", "--as-of", "2026-06-30")
        for words in (
            ("import", folder.parent / "学时.csv", *ACT), (*asked, "--deadline", "2026-06-30", *ACT), ("rebuild",),
            ("audit", "checkpoint"), ("cycle", "list"), ("audit", "verify"),
        ):  # fmt: skip
            said = under(nobody, *words, "--data", copy)
            tally.count("read-only", wrong=not plain(said))
            assert plain(said), (words, said)
        assert in_english(under(nobody, "due", "--data", copy, "--lang", "en"))
    assert goes_on(folder)


def test_a_process_that_may_open_few_files_says_so(folder: Path):
    said = []
    with Tally("faults") as tally:
        for more in (1, 2, 3, 5, 7, 12):
            one = under(partial(few_files, more), "cycle", "list", "--data", folder)
            tally.count("files", wrong=not (plain(one) or one.status == 0))
            said.append(one)
    assert [one for one in said if not (plain(one) or one.status == 0)] == []
    assert {one.status for one in said} == {0, 2}
    assert goes_on(folder)


@pytest.mark.parametrize(
    ("part", "how", "patience"),
    [
        ("log.db", "EXCLUSIVE", 0.2),
        ("vault.db", "IMMEDIATE", 0.2),
        pytest.param("log.db", "IMMEDIATE", 30.0, marks=pytest.mark.torture),
        pytest.param("vault.db", "EXCLUSIVE", 30.0, marks=pytest.mark.torture),
    ],
)
def test_another_program_that_keeps_the_lock_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, part: str, how: str, patience: float
):
    monkeypatch.setattr("events.tables.PATIENCE", patience)
    before, new = tip(folder), folder.parent / "新人.csv"
    write_sheet(new, ["工号", "姓名", "单位代码", "参加工作日期"], [["GH900", "林新", "D02", "2020-09-01"]])
    asked = ("import", new, *ACT, "--data", folder)
    with Tally("faults") as tally:
        with closing(sqlite3.connect(folder / part, isolation_level=None)) as other:
            other.execute(f"BEGIN {how}")
            said, english = jieti(*asked), jieti(*asked, "--lang", "en")
            other.execute("ROLLBACK")
        right = plain(said) and in_english(english) and "等了 30 秒" in said.err and tip(folder) == before
        tally.count("locked", tried=2, wrong=0 if right else 2)
        assert right, (said, english)
    done(*asked)
    assert tip(folder) == before + 1
    assert goes_on(folder)


def test_an_erasure_is_told_to_be_recorded_where_something_keeps_the_key(folder: Path):
    left = folder.parent / "离任.csv"
    write_sheet(left, ["工号", "变动", "日期"], [["GH103", "离职", "2026-10-01"]])
    done("import", left, *ACT, "--data", folder)
    asked = ("erase", "GH103", "--reason", "本人申请", "--early", "--authority", "1号", "--yes", *ACT, "--data", folder)
    with closing(sqlite3.connect(folder / "vault.db", isolation_level=None)) as vault:
        vault.execute("CREATE TRIGGER stays BEFORE DELETE ON key BEGIN SELECT RAISE(ABORT, 'it stays'); END")
        said = jieti(*asked)
        vault.execute("DROP TRIGGER stays")
    assert plain(said)
    assert "已记为删除" in said.err
    done("audit", "verify", "--deep", "--data", folder)  # who opens the folder destroys the key
    assert "没有“GH103”" in jieti("hours", "account", "GH103", "--year", "2026", *ACT, "--data", folder).err


def test_who_looked_is_nobody_where_a_full_disk_left_the_file_of_looks_empty(folder: Path):
    (folder / "access.db").write_bytes(b"")
    assert jieti("audit", "looked", "--data", folder).status == 0
    done("hours", "account", "GH103", "--year", "2026", *ACT, "--data", folder)
    assert "GH103" in done("audit", "looked", "GH103", *ACT, "--data", folder)


def test_a_copy_or_a_workbook_onto_a_full_disk_names_that_disk():
    copied = told(OSError(errno.ENOSPC, "full", "from.db", None, "to.db"))
    assert copied is not None
    assert copied[1].startswith("to.db:磁盘已满")
    assert "磁盘已满" in (told(FileCreateError(OSError(errno.ENOSPC, "full"))) or ("", ""))[1]


def test_a_store_that_is_damaged_inside_is_told_and_not_traced(folder: Path):
    file = folder / "log.db"
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 20] = os.urandom(4096 * 17)
    file.write_bytes(data)
    for words in (("cycle", "list"), importing(folder)[:-2], ("audit", "grants"), ("rebuild",), ("due",)):
        said = jieti(*words, "--data", folder)
        assert said.status in (0, 2), (words, said)
    assert jieti("audit", "verify", "--deep", "--data", folder).status in (1, 2)


# ------------------------------------------------------------------------------------------------------------ the clock


class _Wall(datetime):
    """A clock that is wrong by as much as is said."""

    wrong = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + cls.wrong


@pytest.fixture
def wrong_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    monkeypatch.setattr("engine.district.datetime", _Wall)
    monkeypatch.setattr("engine.clock.datetime", _Wall)
    return lambda much: monkeypatch.setattr(_Wall, "wrong", much)


def test_a_clock_that_was_a_year_ahead_is_told_once_it_is_right_and_work_goes_on(
    folder: Path, wrong_by: Callable[[timedelta], None]
):
    with Tally("faults") as tally:
        wrong_by(timedelta(days=365))
        said = jieti(*importing(folder))
        assert (said.status, said.err) == (1, "")
        for much in (timedelta(), -timedelta(days=365), timedelta(days=40)):
            wrong_by(much)
            note = jieti("cycle", "list", "--data", folder), jieti("cycle", "list", "--data", folder, "--lang", "en")
            right = note[0].err.startswith("注意:本机时钟") and "is behind the log's last event" in note[1].err
            right = right and [one.status for one in note] == [0, 0]
            tally.count("clock", wrong=not right)
            assert right, note
        assert goes_on(folder)
        wrong_by(timedelta(days=366))
        assert jieti("cycle", "list", "--data", folder).err == ""
    with closing(sqlite3.connect(folder / "log.db")) as store:
        stamps = [at for (at,) in store.execute("SELECT recorded_at FROM event ORDER BY position")]
    assert stamps == sorted(stamps)


def test_a_clock_that_is_a_minute_behind_is_no_matter(folder: Path, wrong_by: Callable[[timedelta], None]):
    wrong_by(timedelta(minutes=1))
    jieti(*importing(folder))
    wrong_by(timedelta())
    assert jieti("cycle", "list", "--data", folder).err == ""
