"""The master key is replaced: every owner's key stays what it was, whoever works meanwhile, killed at any moment."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from events.key_files import VaultError, read_key, successor, write_key
from events.masters import open_vault, replace_master
from events.vault import Vault
from tests.events.workers import Worker

OWNERS = [f"p{number}" for number in range(50)]
FIELD = ("person hired", "name")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The key file of a vault in which everybody has a key."""
    write_key(tmp_path / "vault.key")
    with closing(Vault.create(tmp_path / "vault.db", tmp_path / "vault.key")) as vault:
        vault.ensure(OWNERS)
    return tmp_path / "vault.key"


def sealed(vault: Vault) -> dict[str, str]:
    vault.load(OWNERS)
    return {owner: vault.seal(owner, *FIELD, owner) for owner in OWNERS}


def assert_opens(key: Path, tokens: dict[str, str]) -> None:
    """A vault that is opened now opens what was sealed, and one key file is left."""
    with closing(open_vault(key.with_name("vault.db"), key)) as vault:
        assert {owner: vault.open_field(owner, *FIELD, token) for owner, token in tokens.items()} == {
            owner: owner for owner in tokens
        }
    assert [one.name for one in key.parent.glob("vault.key*")] == ["vault.key"]


def test_with_a_new_master_key_everything_opens_and_the_old_one_opens_nothing(key: Path) -> None:
    old = read_key(key)
    with closing(Vault.open(key.with_name("vault.db"), key)) as vault:
        tokens = sealed(vault)
    assert replace_master(key.with_name("vault.db"), key) == len(OWNERS)
    assert read_key(key) != old
    assert_opens(key, tokens)
    with closing(Vault.open(key.with_name("vault.db"), old)) as vault, pytest.raises(VaultError):
        vault.load(OWNERS)


def test_nothing_that_the_old_key_wrapped_is_left_in_the_file(key: Path) -> None:
    with closing(sqlite3.connect(key.with_name("vault.db"))) as store:
        before = [wrapped for (wrapped,) in store.execute("SELECT wrapped FROM key")]
    replace_master(key.with_name("vault.db"), key)
    files = b"".join(file.read_bytes() for file in key.parent.glob("vault.db*"))
    assert not [wrapped for wrapped in before if wrapped in files]


def test_a_vault_that_is_open_meanwhile_goes_on(key: Path) -> None:
    place = key.with_name("vault.db")
    with closing(Vault.open(place, key)) as reads, closing(Vault.open(place, key)) as writes:
        tokens = sealed(reads)
        for _ in range(2):
            replace_master(place, key)
            with closing(Vault.open(place, key)) as fresh:
                assert fresh.open_field("p7", *FIELD, tokens["p7"]) == "p7"
        writes.ensure(["new"])  # wrapped under the key that is now the vault's
        assert writes.open_field("p9", *FIELD, tokens["p9"]) == "p9"
        token = writes.seal("new", *FIELD, "new")
        assert reads.open_field("new", *FIELD, token) == "new"
    assert_opens(key, {**tokens, "new": token})


def test_an_empty_vault_has_its_key_replaced_too(tmp_path: Path) -> None:
    key = tmp_path / "vault.key"
    write_key(key)
    with closing(Vault.create(tmp_path / "vault.db", key)) as vault:
        assert replace_master(tmp_path / "vault.db", key) == 0
        vault.ensure(OWNERS)
        tokens = sealed(vault)
    assert_opens(key, tokens)


def test_a_vault_of_an_older_program_takes_a_new_key(key: Path) -> None:
    with closing(sqlite3.connect(key.with_name("vault.db"), isolation_level=None)) as store:
        store.execute("DROP TABLE master")
    with closing(Vault.open(key.with_name("vault.db"), key)) as vault:
        vault.ensure(["new"])
        tokens = sealed(vault)
        replace_master(key.with_name("vault.db"), key)
        vault.ensure(["newer"])
    assert_opens(key, tokens)


@pytest.mark.parametrize("drawn", [b"", b"half a key", bytes(32)])
def test_killed_before_the_keys_were_wrapped_the_old_key_stays(key: Path, drawn: bytes) -> None:
    with closing(Vault.open(key.with_name("vault.db"), key)) as vault:
        tokens = sealed(vault)
    successor(key).write_bytes(drawn)
    with closing(Vault.open(key.with_name("vault.db"), key)) as vault:
        vault.ensure(["new"])
    assert_opens(key, tokens)
    successor(key).write_bytes(drawn)
    replace_master(key.with_name("vault.db"), key)
    assert_opens(key, tokens)


def test_killed_after_the_keys_were_wrapped_the_new_key_takes_its_place(key: Path) -> None:
    place = key.with_name("vault.db")
    with closing(Vault.open(place, key)) as at_work:
        tokens = sealed(at_work)
        shutil.copyfile(key, key.with_name("old"))
        replace_master(place, key)
        key.replace(successor(key))  # as it stood a moment before
        key.with_name("old").replace(key)
        at_work.ensure(["new"])  # a process that is at work finds the key where it is
    assert_opens(key, tokens)


@pytest.mark.parametrize("point", range(4))
def test_killed_at_any_moment_no_key_is_lost(key: Path, point: int) -> None:
    place, chance = key.with_name("vault.db"), random.Random(point)
    with closing(Vault.open(place, key)) as vault:
        tokens = sealed(vault)
        worker = Worker("replace-masters", place, key).ready().go()
        time.sleep(chance.uniform(0.01, 0.15))
        vault.ensure([f"meanwhile-{point}"])
        time.sleep(chance.uniform(0.0, 0.05))
        worker.process.kill()
        worker.process.communicate()
        tokens["meanwhile"] = vault.seal(f"meanwhile-{point}", *FIELD, "meanwhile")
    with closing(open_vault(place, key)) as vault:
        assert vault.open_field(f"meanwhile-{point}", *FIELD, tokens.pop("meanwhile")) == "meanwhile"
    assert_opens(key, tokens)


def test_a_key_that_does_not_open_stops_it_and_nothing_is_replaced(key: Path) -> None:
    old = read_key(key)
    with closing(Vault.open(key.with_name("vault.db"), key)) as vault:
        tokens = sealed(vault)
    with closing(sqlite3.connect(key.with_name("vault.db"), isolation_level=None)) as store:
        store.execute("UPDATE key SET wrapped = zeroblob(40) WHERE owner = 'p3'")
    with pytest.raises(VaultError) as caught:
        replace_master(key.with_name("vault.db"), key)
    assert "p3" in caught.value.en
    assert "没有更换" in caught.value.zh
    assert read_key(key) == old
    del tokens["p3"]
    assert_opens(key, tokens)
