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

from engine import access
from engine.access import Look
from engine.district import District
from tests.console.command_line import done, jieti
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
