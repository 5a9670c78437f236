"""One data folder: made once, opened with a clear word where it cannot be."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from engine.district import District
from engine.folder import CONFIG, NotADistrict
from events.facts import UnitEstablished
from events.key_files import VaultError
from tests.engine.district_at_work import CLERK, JUNE, PEOPLE, UNITS, AtWork, assert_whole
from workflows.commands import Refused, SetClock


def opening(folder: Path) -> NotADistrict | VaultError:
    """Why the folder cannot be opened: said in both languages, with what to do."""
    with pytest.raises((NotADistrict, VaultError)) as caught:
        District.open(folder).close()
    error = caught.value
    assert isinstance(error, NotADistrict | VaultError)
    assert re.search(r"[一-鿿]", error.zh)
    assert re.search(r"[;;::]", error.zh)
    assert re.search(r"[:;]", error.en)
    assert str(error) == error.en
    return error


def test_a_folder_that_is_not_there_is_no_district(tmp_path: Path):
    assert "jieti init" in opening(tmp_path / "nowhere").zh


def test_a_folder_without_configuration_is_no_district(tmp_path: Path):
    assert CONFIG in opening(tmp_path).en


@pytest.mark.parametrize("text", [b"log = ", b"\xff\xfe", b'log = "log.db"\nlog = "again"'])
def test_a_configuration_that_cannot_be_read_is_said_to_be_so(folder: Path, text: bytes):
    (folder / CONFIG).write_bytes(text)
    assert CONFIG in opening(folder).en


@pytest.mark.parametrize("text", ["", 'log = "log.db"\n', 'log = 1\nvault = "v"\nkeys = "k"\ncolumns = "c"\n'])
def test_a_configuration_that_leaves_something_out_is_said_to_do_so(folder: Path, text: str):
    (folder / CONFIG).write_text(text)
    assert re.search("log|vault", opening(folder).en)


def test_a_folder_without_its_log_is_said_to_lack_it(folder: Path):
    (folder / "log.db").unlink()
    assert "log.db" in opening(folder).zh


@pytest.mark.parametrize("name", ["log.db", "vault.db"])
@pytest.mark.parametrize("content", [b"", b"certainly not a database" * 400])
def test_a_file_that_is_no_store_of_ours_is_named(folder: Path, name: str, content: bytes):
    for file in folder.glob(f"{name}*"):
        file.unlink()
    (folder / name).write_bytes(content)
    assert name in opening(folder).en


def test_the_log_of_another_format_is_left_alone(folder: Path):
    with closing(sqlite3.connect(folder / "log.db")) as connection:
        connection.execute("UPDATE store SET schema = 7")
        connection.commit()
    assert "7" in opening(folder).zh


def test_a_log_that_says_nothing_of_its_format_is_none(folder: Path):
    with closing(sqlite3.connect(folder / "log.db")) as connection:
        connection.execute("DELETE FROM store")
        connection.commit()
    assert "log.db" in opening(folder).en


@pytest.mark.parametrize("name", ["vault.key", "index.key"])
@pytest.mark.parametrize("harm", [Path.unlink, lambda file: file.write_bytes(b"short")], ids=["gone", "cut short"])
def test_a_key_that_is_missing_or_none_is_named(folder: Path, name: str, harm: Callable[[Path], None]):
    harm(folder / "keys" / name)
    assert name in opening(folder).en


def test_a_vault_that_is_missing_is_named(folder: Path):
    (folder / "vault.db").unlink()
    assert "vault.db" in opening(folder).en


# ----------------------------------------------------------------------------------------------------------- making


def making(folder: Path) -> District:
    return District.create(folder, "云溪区", CLERK, simulated_clock=JUNE)


def refused(folder: Path) -> NotADistrict:
    with pytest.raises(NotADistrict) as caught:
        making(folder)
    assert re.search(r"[;;]", caught.value.zh)
    assert re.search(r"[:;]", caught.value.en)
    return caught.value


def test_a_district_is_made_once(folder: Path):
    before = {file: file.read_bytes() for file in folder.rglob("*.key")}
    refused(folder)
    assert {file: file.read_bytes() for file in folder.rglob("*.key")} == before
    with District.open(folder) as district:
        assert district.find("person", PEOPLE) == {name: name for name in PEOPLE}


def test_a_district_opens_as_it_was_made(tmp_path: Path):
    with making(tmp_path / "new" / "district") as made:
        state = made.state
    with District.open(tmp_path / "new" / "district") as opened:
        assert opened.state == state
        assert (opened.now, opened.today) == (JUNE, JUNE.date())
        assert_whole(opened)
    assert (tmp_path / "new" / "district" / "keys").stat().st_mode & 0o077 == 0


def test_a_real_district_goes_by_the_clock_on_the_wall(tmp_path: Path):
    with District.create(tmp_path / "real", "云溪区", CLERK) as district:
        assert abs((district.now - JUNE.now(JUNE.tzinfo)).total_seconds()) < 60
        with pytest.raises(Refused):
            AtWork(district).do(SetClock, now=JUNE)


@pytest.mark.parametrize("name", ["log.db", "vault.db", "keys", "columns"])
def test_what_lies_in_a_folder_and_is_not_ours_is_never_cleared_away(tmp_path: Path, name: str):
    (tmp_path / name).mkdir()
    (tmp_path / name / "precious").write_text("mine")
    assert name in refused(tmp_path).en
    assert (tmp_path / name / "precious").read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == [name]


def test_a_log_whose_configuration_was_lost_is_never_cleared_away(folder: Path):
    (folder / CONFIG).unlink()
    refused(folder)
    (folder / CONFIG).write_text('log = "log.db"\nvault = "vault.db"\nkeys = "keys"\ncolumns = "columns"\n')
    with District.open(folder) as district:
        assert_whole(district)


def test_other_files_in_the_folder_do_not_matter(tmp_path: Path):
    (tmp_path / "people.xlsx").write_text("a file of the user's")
    (tmp_path / ".#people.xlsx").symlink_to("an editor that has it open")
    os.mkfifo(tmp_path / "keys of somebody else")
    making(tmp_path).close()
    assert (tmp_path / "people.xlsx").exists()


def test_a_place_where_no_folder_can_be_is_said_to_be_so(tmp_path: Path):
    (tmp_path / "file").write_text("-")
    refused(tmp_path / "file")
    refused(tmp_path / "file" / "below")


def test_what_a_killed_init_left_is_made_anew(folder: Path, tmp_path: Path):
    """As far as each step of making it came."""
    for count, names in enumerate([(), ("keys",), ("keys", "vault.db"), ("keys", "vault.db", "log.db")]):
        half = tmp_path / f"half {count}"
        half.mkdir()
        (half / f"{CONFIG}.unfinished").write_text("")
        for name in names:
            copy = shutil.copytree if (folder / name).is_dir() else shutil.copy
            copy(folder / name, half / name)
        with making(half) as district:
            assert district.find("person", PEOPLE) == {}
        with District.open(half) as district:
            assert_whole(district)


# ---------------------------------------------------------------------------------------------------------- looking


def test_people_are_found_by_their_codes_and_units_by_their_names(at_work: AtWork):
    district = at_work.district
    assert district.find("person", ["p-1", "u-east", "p-99"]) == {"p-1": "p-1"}
    assert district.find("unit", UNITS) == {name: name for name in UNITS}
    assert district.find("studio", ["g-1"]) == {"g-1": "g-1"}
    assert district.unit_names() == {f"学校{name}": name for name in UNITS}


def test_a_name_that_two_units_share_finds_neither(at_work: AtWork):
    twin = UnitEstablished(code="u-twin", kind="school", name="学校u-east")
    at_work.record("u-twin", twin, date(2000, 9, 1), "u-twin")
    assert "学校u-east" not in at_work.district.unit_names()


def test_ids_are_drawn_and_hashes_are_keyed(at_work: AtWork, tmp_path: Path):
    district = at_work.district
    assert len({district.new_id("p") for _ in range(500)} | {district.command_id() for _ in range(500)}) == 1000
    assert district.command_id("a", "b") == district.command_id("a", "b") != district.command_id("ab")
    drawn = district.command_ids(500)
    assert len({*drawn, *district.command_ids(500)}) == 1000
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in drawn} == {(7, uuid.RFC_4122)}
    assert (district.command_id("a")[14], uuid.UUID(district.command_id("a")).variant) == ("8", uuid.RFC_4122)
    hashes = {
        district.row_hash(owner, *parts) for owner in ("p-1", "p-2") for parts in (("a", "b"), ("ab",), ("ab", ""))
    }
    assert len(hashes) == 6
    with making(tmp_path / "other") as other:
        assert other.tag("person", "b") != district.tag("person", "b")
        assert other.work_hash("b") != district.work_hash("b") != district.file_hash("b")


def test_a_cycle_or_case_that_is_not_there_is_not_there(at_work: AtWork):
    assert at_work.district.cases_of("y-nowhere") == {}
    with pytest.raises(Refused):
        at_work.district.cycle("y-nowhere")


def test_a_closed_district_lets_go_of_its_files(folder: Path):
    with District.open(folder) as district:
        AtWork(district).many([AtWork(district).unit("u-1")])
    assert not (folder / "log.db-wal").exists()


def test_two_units_of_one_code_are_not_possible_even_past_the_deciders(at_work: AtWork):
    with pytest.raises(SQLAlchemyError), at_work.district.log.writing() as connection:
        connection.exec_driver_sql("INSERT INTO unit SELECT * FROM unit")
