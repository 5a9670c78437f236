"""The vault: a key per owner, fields that open for their owner and place only."""

from __future__ import annotations

import base64
import re
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.cipher import Hashing
from events.key_files import VaultError, read_key, write_key
from events.vault import Destroyed, Vault
from tests.events.stores import MASTER
from tests.events.workers import Worker

PLACE = ("p1", "person hired", "name")
"""Owner, type and field of what the tests seal."""


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    vault = Vault.create(tmp_path_factory.mktemp("vault") / "vault.db", MASTER)
    vault.ensure(["p1", "p2"])
    yield vault
    vault.close()


def flipped(token: str, at: int) -> str:
    """The token with one bit of its bytes turned."""
    data = bytearray(base64.urlsafe_b64decode(token))
    data[at] ^= 1
    return base64.urlsafe_b64encode(data).decode()


@settings(deadline=None)  # a busy machine is no finding
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_what_was_sealed_opens_again(vault: Vault, text: str) -> None:
    assert vault.open_field(*PLACE, vault.seal(*PLACE, text)) == text


def test_the_same_text_is_sealed_otherwise_each_time(vault: Vault) -> None:
    assert len({vault.seal(*PLACE, "张三") for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("p2", "person hired", "name"),
        ("p1", "studio founded", "name"),
        ("p1", "person hired", "staff_number"),
        ("p1", "person hire", "dname"),
    ],
)
def test_a_field_moved_elsewhere_does_not_open(vault: Vault, elsewhere: tuple[str, str, str]) -> None:
    with pytest.raises(VaultError) as caught:
        vault.open_field(*elsewhere, vault.seal(*PLACE, "张三"))
    assert caught.value.en == f"the sealed field {elsewhere[2]} of {elsewhere[0]} was altered"
    assert elsewhere[2] in caught.value.zh


def test_a_field_with_any_byte_altered_does_not_open(vault: Vault) -> None:
    token = vault.seal(*PLACE, "张三")
    for at in range(1 + 12 + 16 + 16):
        with pytest.raises(VaultError):
            vault.open_field(*PLACE, flipped(token, at))


def test_a_field_with_any_character_altered_or_added_does_not_open(vault: Vault) -> None:
    token = vault.seal(*PLACE, "its base64 has bits to spare")
    assert token.endswith("=")
    for at in range(len(token)):
        for other in ("A", "B", "=", "!", "\n", "é"):
            for changed in (token[:at] + other + token[at + 1 :], token[:at] + other + token[at:]):
                if changed != token:
                    with pytest.raises(VaultError):
                        vault.open_field(*PLACE, changed)


@pytest.mark.parametrize("token", ["", "AQ==", "AQ", "not base64 at all", "张三", "A" * 60])
def test_what_never_was_a_sealed_field_does_not_open(vault: Vault, token: str) -> None:
    with pytest.raises(VaultError):
        vault.open_field(*PLACE, token)


def test_the_field_of_an_owner_without_a_key_is_gone(vault: Vault) -> None:
    assert vault.open_field("nobody", "person hired", "name", vault.seal(*PLACE, "张三")) is None


def test_nothing_is_sealed_for_an_owner_without_a_key(vault: Vault) -> None:
    with pytest.raises(KeyError):
        vault.seal("nobody", "person hired", "name", "张三")


@pytest.mark.parametrize("text", ["\0", "张三\0", "a\0b"])
def test_the_zero_character_is_refused(vault: Vault, text: str) -> None:
    with pytest.raises(ValueError, match=r"U\+0000"):
        vault.seal(*PLACE, text)


def test_a_length_tells_no_more_than_sixteens_of_bytes(vault: Vault) -> None:
    lengths = [len(base64.urlsafe_b64decode(vault.seal(*PLACE, "a" * count))) for count in range(50)]
    overhead = 1 + 12 + 16
    assert lengths == [overhead + max(16, (count + 15) // 16 * 16) for count in range(50)]


# ------------------------------------------------------------------------------------------------------ the keys


def test_a_key_is_on_disk_before_anything_is_sealed_with_it(tmp_path: Path) -> None:
    first = Vault.create(tmp_path / "vault.db", MASTER)
    first.ensure(["p1"])
    with closing(sqlite3.connect(tmp_path / "vault.db")) as another:  # no transaction of ours is left open
        assert another.execute("SELECT owner, length(wrapped) FROM key").fetchall() == [("p1", 40)]
    token = first.seal(*PLACE, "张三")
    first.close()
    second = Vault.open(tmp_path / "vault.db", MASTER)
    assert second.open_field(*PLACE, token) == "张三"
    second.close()


def test_a_key_in_the_file_is_wrapped_and_drawn(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.ensure([f"p{number}" for number in range(30)])
    with closing(sqlite3.connect(tmp_path / "vault.db")) as another:
        assert another.execute("SELECT count(DISTINCT wrapped) FROM key").fetchone() == (30,)
    vault.close()


def test_two_processes_that_need_the_same_owners_share_their_keys(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault.db", MASTER).close()
    owners = [f"p{number}" for number in range(200)]
    workers = [Worker("seal", tmp_path / "vault.db", *order) for order in (owners, owners[::-1])]
    for worker in workers:
        worker.ready()
    for worker in workers:
        worker.go()
    sealed: list[dict[str, str]] = [worker.found() for worker in workers]
    vault = Vault.open(tmp_path / "vault.db", MASTER)
    for fields in sealed:
        opened = {owner: vault.open_field(owner, "person hired", "name", token) for owner, token in fields.items()}
        assert opened == {owner: owner for owner in owners}
    vault.close()


def test_threads_that_need_the_same_owners_share_their_keys(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    owners = [f"p{number}" for number in range(100)]
    tokens: list[tuple[str, str]] = []

    def seal() -> None:
        for owner in owners:
            vault.ensure([owner])
            tokens.append((owner, vault.seal(owner, "person hired", "name", owner)))

    threads = [threading.Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    vault.close()
    vault = Vault.open(tmp_path / "vault.db", MASTER)
    assert len(tokens) == 300
    assert all(vault.open_field(owner, "person hired", "name", token) == owner for owner, token in tokens)
    vault.close()


def test_another_master_key_is_refused_with_what_to_do(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.ensure(["p1"])
    token = vault.seal(*PLACE, "张三")
    vault.close()
    other = Vault.open(tmp_path / "vault.db", bytes(32))
    uses: list[Callable[[], object]] = [
        lambda: other.ensure(["p1"]),
        lambda: other.load(["p1"]),
        lambda: other.open_field(*PLACE, token),
    ]
    for use in uses:
        with pytest.raises(VaultError) as caught:
            use()
        assert "put the original key file back" in caught.value.en
        assert "请放回原来的密钥文件" in caught.value.zh
    other.close()


def test_a_vault_that_is_not_there_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="restore it from a backup"):
        Vault.open(tmp_path / "vault.db", MASTER)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------ hashes of rows


def in_file(path: Path) -> list[str]:
    """The owners who have a key on disk."""
    with closing(sqlite3.connect(path)) as another:
        return [owner for (owner,) in another.execute("SELECT owner FROM key ORDER BY owner")]


def test_a_row_is_hashed_under_the_key_of_whom_it_is_about(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.ensure(["p1", "p2"])
    known = vault.hashing("p1")("training", "2026")
    assert re.fullmatch("[0-9a-f]{32}", known)
    others = [
        vault.hashing("p2")("training", "2026"),
        vault.hashing("p1")("training2026"),
        vault.hashing("p1")("training"),
    ]
    assert len({known, *others}) == 4
    vault.close()
    again = Vault.open(tmp_path / "vault.db", MASTER)
    assert again.hashing("p1")("training", "2026") == known
    again.close()


def test_the_hashes_of_an_owner_go_with_the_key(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.ensure(["p1", "p2"])
    gone, stays = vault.hashing("p1")("row"), vault.hashing("p2")("row")
    vault.close()
    with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as store:
        store.execute("DELETE FROM key WHERE owner = 'p1'")
    after = Vault.open(tmp_path / "vault.db", MASTER)
    with pytest.raises(Destroyed):
        after.hashing("p1")("row")
    assert after.hashing("p2")("row") == stays
    after.ensure(["p1"])  # a new key is another one: what was hashed under the old one is not found again
    assert after.hashing("p1")("row") != gone
    after.close()


def test_owners_who_are_tried_out_have_hashes_and_leave_nothing(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.ensure(["p1"])
    held = vault.hashing("p1")("row")
    vault.try_out(["p1", "new"])
    assert vault.hashing("p1")("row") == held
    tried = vault.hashing("new")("row")
    vault.try_out(["new"])
    assert vault.hashing("new")("row") == tried != held
    with pytest.raises(KeyError):
        vault.seal("new", "person hired", "name", "张三")
    assert vault.open_field("new", "person hired", "name", vault.seal(*PLACE, "张三")) is None
    assert in_file(tmp_path / "vault.db") == ["p1"]
    vault.close()
    after = Vault.open(tmp_path / "vault.db", MASTER)
    with pytest.raises(Destroyed):
        after.hashing("new")("row")
    after.close()


def test_who_was_tried_out_and_then_comes_has_the_hashes_of_the_key_on_disk(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.try_out(["new"])
    tried = vault.hashing("new")("row")
    vault.ensure(["new"])
    known = vault.hashing("new")("row")
    assert known != tried
    vault.close()
    again = Vault.open(tmp_path / "vault.db", MASTER)
    assert again.hashing("new")("row") == known
    again.close()


# -------------------------------------------------------------------------------------------------- the key file


def test_a_key_file_is_for_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    write_key(tmp_path / "vault.key")
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600
    key = read_key(tmp_path / "vault.key")
    assert len(key) == 32
    with pytest.raises(FileExistsError):
        write_key(tmp_path / "vault.key")
    assert read_key(tmp_path / "vault.key") == key


@pytest.mark.parametrize(
    ("content", "said"), [(None, "put your copy of it back"), (b"short", "32 bytes were expected")]
)
def test_a_missing_or_broken_key_file_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "vault.key").write_bytes(content)
    with pytest.raises(VaultError, match=said) as caught:
        read_key(tmp_path / "vault.key")
    assert "vault.key" in caught.value.zh


def test_a_keyed_hash_depends_on_the_key_and_on_where_its_parts_end() -> None:
    known = Hashing(MASTER)("T001", "x")
    assert known == Hashing(MASTER)("T001", "x")
    others = [Hashing(MASTER)("T00", "1x"), Hashing(MASTER)("T001x"), Hashing(bytes(32))("T001", "x")]
    assert len({known, *others}) == 4
    assert len(bytes.fromhex(known)) == 16
