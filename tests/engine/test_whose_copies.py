"""Copies are their owner's: signed with the keys given, apart from what is others', for nobody else to read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine.backups import copies, sealing
from engine.backups.restoring import NotWhole
from engine.district import District
from engine.people import access
from tests.engine.district_at_work import CLERK, AtWork, paper
from tests.engine.test_copies import Copies, assert_refused, back_up


@pytest.fixture
def mine(folder: Path, tmp_path: Path) -> Copies:
    """A district with a backup, for a test that changes it."""
    back_up(folder, tmp_path / "backup", tmp_path / "shelf")
    return Copies(folder, tmp_path / "backup", tmp_path / "shelf")


@pytest.mark.parametrize(
    "left", [("checkpoint.key",), ("checkpoint.retired",), ("checkpoint.key", "checkpoint.retired")]
)
def test_a_backup_that_another_key_signed_is_refused_where_a_signing_key_was_given(
    mine: Copies, tmp_path: Path, left: tuple[str, ...]
) -> None:
    with District.open(mine.district) as district:
        sealing.replace_key(district)
        keys = Path(shutil.copytree(district.keys, tmp_path / "keys"))
    assert not mine.restore(tmp_path / "by a retired one", keys=keys).strange_key
    forger = Path(shutil.copytree(mine.district, tmp_path / "forger"))
    for name in ("checkpoint.key", "checkpoint.retired"):
        (forger / "keys" / name).unlink()
        if name not in left:
            (keys / name).unlink()
    shutil.rmtree(forger / "checkpoints")
    with District.open(forger) as district:
        AtWork(district).record("p-1", paper())
        copies.make(district, tmp_path / "forged", tmp_path / "forged shelf")
    forged = mine._replace(backup=tmp_path / "forged", shelf=tmp_path / "forged shelf")
    assert_refused(NotWhole, "not signed with a key of --keys", lambda place: forged.restore(place, keys=keys),
                   tmp_path / "again")  # fmt: skip


def test_what_is_called_like_an_unfinished_backup_is_the_offices_own_and_stays(mine: Copies, tmp_path: Path) -> None:
    (tmp_path / "new.unfinished").mkdir()
    (tmp_path / "new.unfinished" / "letter.txt").write_text("dear", encoding="utf-8")
    back_up(mine.district, tmp_path / "new", tmp_path / "shelf")
    assert (tmp_path / "new.unfinished" / "letter.txt").read_text("utf-8") == "dear"
    assert not list(tmp_path.glob(".*"))


def test_a_restore_that_was_killed_leaves_no_looks_to_the_next_one(mine: Copies, tmp_path: Path) -> None:
    half = tmp_path / "again"
    (half / "checkpoints").mkdir(parents=True)
    for name in ("jieti.toml.unfinished", "access.db", "access.db-wal", "checkpoints/999999.txt"):
        (half / name).write_bytes(b"another district's")
    mine.restore(half)
    assert not list(half.glob("access.db*"))
    with District.open(half) as again:
        assert access.lists(again) == []
        sealing.make(again)


def test_what_is_made_is_for_its_owner_alone(mine: Copies, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    District.create(tmp_path / "empty", "另一区", CLERK).close()
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "letter.txt").write_text("dear", encoding="utf-8")
    with District.create(tmp_path / "shared", "另一区", CLERK) as district:
        access.record(district, [access.Look(district.now, "clerk-1", "explain", "p-1")])
        copies.make(district, tmp_path / "new", tmp_path / "new shelf")
    mine._replace(backup=tmp_path / "new", shelf=tmp_path / "new shelf", district=tmp_path / "shared").restore(
        tmp_path / "again"
    )
    folders = [tmp_path / name for name in ("empty", "backup", "shelf", "again")]
    stores = [store for place in (*folders, tmp_path / "shared") for store in place.glob("*.db")]
    assert {store.name for store in stores} >= {"log.db", "vault.db", "access.db"}
    readable = [one for one in (*folders, *stores) if one.stat().st_mode & 0o077]
    assert readable == [] or os.name == "nt"
    assert (tmp_path / "shared").stat().st_mode & 0o755 == 0o755 or os.name == "nt"  # it was not made by us
