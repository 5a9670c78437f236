"""Who looked at whose file is kept: by every command that shows people, in a file of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from console import hours_files
from console.options import Mistake
from engine.district import District
from engine.people import access
from engine.people.access import Look
from tests.console.command_line import done, jieti
from tests.console.intake_office import TRAININGS, Office
from tests.engine.district_at_work import AtWork, settle

FILES = [
    ("explain", "p-1"),
    ("plan", "p-4", "--to", "diligent"),
    ("audit", "history", "p-1"),
    ("audit", "why", "p-1"),
    ("cycle", "ballots", "2026", "p-1"),
    ("standing", "list", "p-1"),
    ("dispensation", "list", "p-1"),
    ("audit", "looked", "p-1"),
]
LISTS = {
    ("audit", "grants"): 2,
    ("audit", "revisit"): 0,
    ("assess", "diligence", "--as-of", "2026-06-12"): 1,
    ("cycle", "cases", "2026"): 5,
    ("cycle", "notice", "2026"): 2,
    ("standing", "list"): 2,
    ("due", "--days", "2000"): 2,
}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtWork]:
    folder = tmp_path_factory.mktemp("reviewed") / "district"
    settle(folder)
    with District.open(folder) as district:
        at_work = AtWork(district)
        at_work.review()
        yield at_work


def shown(at_work: AtWork, *words: object, by: str = "") -> str:
    return done(*words, *(["--as", by] if by else []), "--data", at_work.district.folder)


def looks(at_work: AtWork, *words: object) -> Any:
    return jieti("audit", "looked", *words, "--data", at_work.district.folder, "--json").data


@pytest.mark.parametrize("command", FILES, ids=lambda one: " ".join(one[:2]))
def test_whoever_looks_at_one_file_is_kept_with_the_command(reviewed: AtWork, command: tuple[str, ...]):
    subject = next(word for word in command if word.startswith("p-"))
    before = len(access.looked_at(reviewed.district, subject))
    shown(reviewed, *command, by="auditor-1")
    (look,) = access.looked_at(reviewed.district, subject)[before:]
    assert (look.actor, command[: len(look.command.split())]) == ("auditor-1", tuple(look.command.split()))
    assert (look.at, look.people) == (reviewed.district.now, 1)


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_a_list_of_names_is_one_line_with_its_count(reviewed: AtWork, command: tuple[str, ...]):
    before = access.lists(reviewed.district)
    shown(reviewed, *command, by="auditor-1")
    added = access.lists(reviewed.district)[len(before) :]
    assert [one.people for one in added] == ([LISTS[command]] if LISTS[command] else [])


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Two platforms told of trainings of T1: one pair may be double, one disagrees, one waits."""
    made = Office(tmp_path)
    header = TRAININGS.replace("认定状态", "培训编号 认定状态")
    made.take(
        made.csv(
            "town",
            header,
            "T1 - - 暑期骨干研修 专题培训 - 10 2025-07-05 县平台 R1 - 已认定 -",
            "T1 - - 新课标研修 专题培训 - 12 2025-03-01 县平台 R2 JX-1 待认定 -",
        )
    )
    made.take(
        made.csv(
            "city",
            header,
            "T1 - - 2025年暑期骨干教师研修班 专题培训 - 10 2025-07-05 市平台 77 - 已认定 -",
            "T1 - - 新课标研修班 专题培训 - 11 2025-03-01 市平台 78 JX-1 待认定 -",
        )
    )
    made.district.close()
    return tmp_path / "data"


def test_every_list_of_trainings_keeps_who_looked_at_how_many(trained: Path):
    asked = ("--data", trained, "--as", "auditor-1")
    for command in (("pending", "--year", "2025"), ("doubles", "--unit", "U1"), ("disagreements",)):
        done("hours", *command, *asked)
    done("hours", "pending", "--year", "2001", *asked)
    with District.open(trained) as district:
        kept = [(one.actor, one.command, one.about, one.people) for one in access.lists(district)]
    assert sorted(kept) == [
        ("auditor-1", "hours disagreements", None, 1),
        ("auditor-1", "hours doubles", "U1", 1),
        ("auditor-1", "hours pending", None, 1),
    ]


def test_the_report_of_a_year_is_a_look_with_its_times_before_a_workbook_is_there(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    said = ("hours", "report", "--year", "2025", "--as-of", "2025-12-30", "--known-at", "#9", "--data", trained)

    def stops(*_: object) -> None:
        raise Mistake("磁盘已满", "no space left", "file")

    monkeypatch.setattr(hours_files, "write", stops)
    assert jieti(*said, "--out", tmp_path / "out", "--as", "auditor-1").status == 2
    assert jieti(*said, "--out", trained, "--as", "auditor-2").status == 2
    with District.open(trained) as district:
        (look,) = access.lists(district)
    assert (look.actor, look.as_of, look.known_at) == ("auditor-1", date(2025, 12, 30), 9)


def test_a_proof_of_a_grant_is_a_look_at_its_file(reviewed: AtWork, tmp_path: Path):
    shown(reviewed, "audit", "prove", "p-1", "--out", tmp_path / "grant.proof", by="auditor-9")
    assert [(one.command, one.subject) for one in access.looked_by(reviewed.district, "auditor-9")] == [
        ("audit prove", "p-1")
    ]


def test_both_times_of_the_question_are_kept(reviewed: AtWork):
    shown(reviewed, "explain", "p-2", "--as-of", "2026-05-31", "--known-at", "30", by="auditor-2")
    (look,) = access.looked_by(reviewed.district, "auditor-2")
    assert (look.as_of, look.known_at) == (date(2026, 5, 31), 30)
    listed = shown(reviewed, "audit", "looked", "--by", "auditor-2", "--lang", "en")
    assert "auditor-2  explain  p-2 欧阳p-2  as of 2026-05-31, known at #30\n1 looks" in listed


def test_who_does_not_say_who_they_are_is_unknown_and_a_staff_number_is_the_person(reviewed: AtWork):
    shown(reviewed, "explain", "p-3")
    shown(reviewed, "explain", "p-3", by=" p-8 ")
    assert [one["actor"] for one in looks(reviewed, "p-3")[:2]] == ["", "p-8"]
    assert "未说明  explain       p-3 欧阳p-3\n" in shown(reviewed, "audit", "looked", "--by", "-", "--lang", "zh")
    assert [one["subject"] for one in looks(reviewed, "--by", "p-8")] == ["p-3"]


def test_a_name_does_not_stand_for_who_looks(reviewed: AtWork):
    said = jieti("explain", "p-1", "--as", "张三", "--data", reviewed.district.folder, "--lang", "en")
    assert (said.status, said.out) == (2, "")
    assert "cannot stand for who acts" in said.err


def test_either_whose_file_or_who_looked_is_asked_for(reviewed: AtWork):
    assert looks(reviewed, "p-1", "--by", "auditor-1")["error"]["code"] == "usage"


def test_looks_are_listed_from_a_day_on(reviewed: AtWork):
    looked = [Look(datetime(2026, 5, day, 15, 59, tzinfo=UTC), "auditor-3", "explain", "p-5") for day in (1, 2, 3)]
    access.record(reviewed.district, looked)
    assert len(looks(reviewed, "--by", "auditor-3", "--since", "2026-05-02")) == 2
    assert len(looks(reviewed, "p-5", "--since", "2026-05-03")) == 2  # and this look itself


def test_the_lists_of_the_time_are_told_with_a_persons_looks(reviewed: AtWork):
    shown(reviewed, "cycle", "cases", "2026")
    assert "not kept by person: jieti audit looked" in shown(reviewed, "audit", "looked", "p-6", "--lang", "en")


def test_a_look_is_kept_for_ever(reviewed: AtWork):
    shown(reviewed, "explain", "p-7")
    reviewed.district.rebuild()
    assert len(access.looked_at(reviewed.district, "p-7")) == 1
    with closing(sqlite3.connect(access.place(reviewed.district))) as store:
        for change in (
            "UPDATE look SET actor = 'x'",
            "DELETE FROM look",
            "INSERT OR REPLACE INTO look SELECT * FROM look WHERE number = 1",
        ):
            with pytest.raises(sqlite3.DatabaseError, match="a look is"):
                store.execute(change)


def test_looking_does_not_wait_for_whoever_writes_to_the_log(reviewed: AtWork):
    with reviewed.district.log.writing():
        shown(reviewed, "explain", "p-1", by="auditor-4")
    assert len(access.looked_by(reviewed.district, "auditor-4")) == 1


def test_where_a_look_cannot_be_kept_the_reading_goes_on_and_says_so(tmp_path: Path):
    folder = tmp_path / "district"
    settle(folder)
    (folder / "access.db").mkdir()
    said = jieti("explain", "p-1", "--data", folder, "--lang", "en", "--json")
    assert (said.status, said.data[0]["subject"]) == (0, "p-1")
    assert said.err.startswith("note: this look was not recorded (unable to open database file): check disk")


def test_looks_are_kept_where_the_configuration_says(tmp_path: Path):
    folder = tmp_path / "district"
    settle(folder)
    with (folder / "jieti.toml").open("a", encoding="utf-8") as configuration:
        configuration.write('access = "elsewhere.db"\n')
    done("explain", "p-1", "--data", folder)
    assert (folder / "elsewhere.db").is_file()
    assert not (folder / "access.db").exists()


def test_many_look_at_once_and_each_is_kept(tmp_path: Path):
    folder = tmp_path / "district"
    settle(folder)
    with District.open(folder) as district:
        look = Look(district.now, "auditor-1", "explain", "p-1")
        threads = [threading.Thread(target=access.record, args=(district, [look])) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(access.looked_at(district, "p-1")) == 8
