"""A data folder, or a backup, whose small files hold nonsense: a sentence or an answer, never a traceback."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.console.command_line import done, jieti
from tests.console.own_district import write_sheets
from tests.console.test_cli_faults import ACT, plain

ALL = "log = 'log.db'\nvault = 'vault.db'\nkeys = 'keys'\ncolumns = {}\n"
DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose key of checkpoints was replaced once, with its backup and a copy of its vault."""
    place = tmp_path_factory.mktemp("office")
    write_sheets(place)
    done("init", place / "区", *ACT)
    done("import", place / "单位.xlsx", place / "人员.xlsx", *ACT, "--data", place / "区")
    done("keys", "rotate", "--checkpoints", "--data", place / "区")
    done("backup", place / "backup", "--vault", place / "shelf", "--data", place / "区")
    done("audit", "looked", "GH100", *ACT, "--data", place / "区")
    return place


@pytest.fixture
def folder(office: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office / "区", tmp_path / "区"))


@pytest.mark.parametrize(
    "text", [ALL.format(one) for one in ("''", "'.'", "'..'", "'keys'", "3", r'"a\u0000"', "'columns'\naccess = 3")]
)
def test_a_place_where_a_part_cannot_be_is_told_and_nothing_is_removed(folder: Path, text: str):
    before = {one.name for one in folder.iterdir()}
    (folder / "jieti.toml").write_text(text, "utf-8")
    said = jieti("rebuild", "--data", folder)
    assert plain(said)
    assert "不是可用的位置" in said.err
    assert {one.name for one in folder.iterdir()} >= before
    assert (folder / "keys" / "vault.key").is_file()


def test_what_else_is_in_the_configuration_is_no_matter(folder: Path):
    (folder / "jieti.toml").write_text(ALL.format("'columns'\nmore = [1]"), "utf-8")
    done("cycle", "list", "--data", folder)


@pytest.mark.parametrize(
    "change",
    ["DROP TABLE look; CREATE TABLE look (a)", "UPDATE look SET as_of = 'no day'", "UPDATE look SET at = 1 << 62"],
)
def test_a_record_of_looks_that_is_none_is_told(folder: Path, change: str):
    with closing(sqlite3.connect(folder / "access.db")) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {name}")
        store.executescript(change)
    said = jieti("audit", "looked", "GH100", *ACT, "--data", folder)
    assert plain(said)
    assert "access.db 不是查阅记录" in said.err


@pytest.mark.parametrize("data", [b"x", b"\xff", b"jieti/+x+y", b"a+b+!!"])
def test_public_keys_of_before_that_are_damaged_are_told(folder: Path, data: bytes):
    (folder / "keys" / "checkpoint.retired").write_bytes(data)
    for words in (("audit", "verify"), ("audit", "checkpoint")):
        said = jieti(*words, "--data", folder)
        assert plain(said)
        assert "checkpoint.retired 里不是以前的公钥" in said.err


def test_a_manifest_of_columns_without_end_is_damage_or_made_again(folder: Path):
    (folder / "columns").mkdir(exist_ok=True)
    (folder / "columns" / "manifest.json").write_text(DEEP, "utf-8")
    assert jieti("audit", "verify", "--deep", "--data", folder).status == 1
    done("rebuild", "--data", folder)
    done("audit", "verify", "--deep", "--data", folder)


def _empty_vault(_backup: Path, shelf: Path) -> None:
    for one in shelf.iterdir():
        one.write_bytes(b"")


def _no_such_day(_backup: Path, shelf: Path) -> None:
    for one in shelf.iterdir():
        one.rename(one.with_name(one.name.partition("-until-")[0] + "-until-2026-13-45.db"))


@pytest.mark.parametrize(
    "change", [lambda backup, _: (backup / "backup.json").write_text(DEEP, "utf-8"), _empty_vault, _no_such_day]
)
def test_a_backup_of_nonsense_is_told_and_leaves_nothing(
    office: Path, tmp_path: Path, change: Callable[[Path, Path], object]
):
    backup, shelf = (Path(shutil.copytree(office / name, tmp_path / name)) for name in ("backup", "shelf"))
    change(backup, shelf)
    said = jieti("restore", backup, tmp_path / "again", "--vault", shelf, "--keys", office / "区" / "keys")
    assert said.status in (1, 2)
    assert said.err
    assert not (tmp_path / "again" / "log.db").exists()
