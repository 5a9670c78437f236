"""A key that was destroyed is nowhere in the vault's files, and never comes back."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from events.vault import Destroyed, Vault
from tests.events.stores import MASTER

PLACE = ("person hired", "name")


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def wrapped(file: Path, *owners: str) -> list[bytes]:
    """The wrapped keys of owners, as the file holds them."""
    with closing(sqlite3.connect(file)) as store:
        return [
            key
            for owner in owners
            for (key,) in store.execute("SELECT wrapped FROM key WHERE owner = ?", (owner,)).fetchall()
        ]


def grown(folder: Path) -> Vault:
    """A vault whose pages were split again and again, with keys in the order in which no index likes them."""
    vault = Vault.create(folder / "vault.db", MASTER)
    owners = [f"p{number}" for number in range(1_200)]
    random.Random(7).shuffle(owners)
    for first in range(0, len(owners), 100):
        vault.ensure(owners[first : first + 100])
    return vault


def test_the_bytes_of_a_destroyed_key_are_in_no_file_of_the_vault(tmp_path: Path) -> None:
    with closing(grown(tmp_path)) as vault:
        gone = ["p0", "p7", "p600", "p1199"]
        keys = wrapped(tmp_path / "vault.db", *gone)
        assert len(keys) == 4
        assert all(key in files(tmp_path) for key in keys)
        assert vault.destroy(gone)
        assert not [key for key in keys if key in files(tmp_path)]
        assert set(vault.owners()) == {f"p{number}" for number in range(1_200)} - {*gone}
    assert not [key for key in keys if key in files(tmp_path)]


def test_what_a_destroyed_key_sealed_opens_for_nobody_and_others_stay_readable(tmp_path: Path) -> None:
    with closing(Vault.create(tmp_path / "vault.db", MASTER)) as vault:
        vault.ensure(["p1", "p2"])
        sealed = {owner: vault.seal(owner, *PLACE, f"张{owner}") for owner in ("p1", "p2")}
        vault.destroy(["p1"])
        for one in (vault, Vault.open(tmp_path / "vault.db", MASTER)):
            assert one.open_field("p1", *PLACE, sealed["p1"]) is None
            assert one.open_field("p2", *PLACE, sealed["p2"]) == "张p2"


def test_who_was_destroyed_gets_no_key_again(tmp_path: Path) -> None:
    with closing(Vault.create(tmp_path / "vault.db", MASTER)) as vault:
        vault.ensure(["p1"])
        vault.destroy(["p1", "never had one"])
        for one in (vault, Vault.open(tmp_path / "vault.db", MASTER)):
            for owner in ("p1", "never had one"):
                with pytest.raises(Destroyed) as refused:
                    one.ensure(["p2", owner])
                assert refused.value.owners == {owner}
                assert owner in refused.value.zh
        assert vault.owners() == []


def test_a_destruction_is_finished_by_whoever_asks_next_when_a_reader_was_in_its_way(tmp_path: Path) -> None:
    with closing(grown(tmp_path)) as vault:
        keys = wrapped(tmp_path / "vault.db", "p5")
        with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM key").fetchall()
            assert not vault.destroy(["p5"])
            assert vault.undestroyed(["p4", "p5"]) == ["p4", "p5"]
            reader.execute("COMMIT")
        assert vault.destroy(["p5"])
        assert vault.undestroyed(["p4", "p5"]) == ["p4"]
        assert keys[0] not in files(tmp_path)


def test_a_vault_of_an_earlier_release_learns_to_destroy(tmp_path: Path) -> None:
    with closing(Vault.create(tmp_path / "vault.db", MASTER)) as vault:
        vault.ensure(["p1"])
    with closing(sqlite3.connect(tmp_path / "vault.db")) as store:
        store.execute("DROP TABLE destroyed")
    with closing(Vault.open(tmp_path / "vault.db", MASTER)) as vault:
        vault.look()
        assert vault.undestroyed(["p1"]) == ["p1"]
        vault.ensure(["p2"])
        assert vault.destroy(["p1"])
        assert vault.undestroyed(["p1"]) == []
        assert vault.owners() == ["p2"]


def test_whoever_has_the_vault_open_forgets_a_key_that_others_destroyed(tmp_path: Path) -> None:
    with (
        closing(Vault.create(tmp_path / "vault.db", MASTER)) as vault,
        closing(Vault.open(tmp_path / "vault.db", MASTER)) as other,
    ):
        vault.ensure(["p1", "p2"])
        sealed = {owner: vault.seal(owner, *PLACE, "张") for owner in ("p1", "p2")}
        known = vault.hashing("p2")("row")
        vault.look()
        assert other.destroy(["p1"])
        assert vault.open_field("p1", *PLACE, sealed["p1"]) == "张"
        vault.look()
        assert vault.open_field("p1", *PLACE, sealed["p1"]) is None
        vault._take({"p1": bytes(32)})  # another thread had read it just before
        with pytest.raises(Destroyed):
            vault.hashing("p1")("row")
        assert (vault.open_field("p2", *PLACE, sealed["p2"]), vault.hashing("p2")("row")) == ("张", known)


def test_a_vault_that_cannot_be_looked_at_is_for_whoever_asks_for_a_key_to_say(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault.db", MASTER).close()
    (tmp_path / "vault.db").write_bytes(b"no database" * 100)
    with closing(Vault.open(tmp_path / "vault.db", MASTER)) as vault:
        vault.look()
        with pytest.raises(DatabaseError):
            vault.load(["p1"])
