"""docs/log-format.md is true: its examples, computed here as the page tells it and by our code; its list of facts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import sqlite3
import uuid
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from events import checkpoint
from events.cipher import Hashing
from events.envelope import COLUMNS, event_id, leaf
from events.key_files import VaultError
from events.tables import insert_rows, metadata, open_store
from events.vault import Vault, key_table
from tests.events import golden, page

TEXT = page.PAGE.read_text("utf-8")


def vector(name: str) -> Any:
    """An example of the page."""
    (found,) = re.findall(rf"^```json vector {name}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return json.loads(found)


def lengths(*parts: bytes) -> bytes:
    """Parts, each after its length, as the page tells it."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def by_hand(value: int | str | None) -> tuple[str, str]:
    """The length and the bytes of a column in hex, as the page tells it."""
    if value is None:
        return "ffffffff", ""
    data = value.to_bytes(8, "big", signed=True) if isinstance(value, int) else value.encode()
    return f"{len(data):08x}", data.hex()


def vault_with(folder: Path, owner: str, key: bytes) -> Vault:
    """A vault in which an owner has this key."""
    vault = Vault.create(folder / "vault.db", bytes(32))
    engine = open_store(folder / "vault.db")
    with engine.begin() as connection:
        insert_rows(connection, key_table, [(owner, aes_key_wrap(bytes(32), key))])
    engine.dispose()
    return vault


def test_every_example_of_the_page_is_run() -> None:
    assert re.findall(r"^```json vector (\w+)$", TEXT, re.MULTILINE) == [
        "leaf", "id", "sealed", "wrapped", "keyed", "row", "checkpoint"
    ]  # fmt: skip


def test_the_leaf() -> None:
    *columns, (last, expected) = vector("leaf")
    assert (*(name for name, *_ in columns), last) == COLUMNS
    for _, value, length, data in columns:
        assert (length, data) == by_hand(value)
    whole = "00" + "".join(length + data for _, _, length, data in columns)
    assert hashlib.sha256(bytes.fromhex(whole)).hexdigest() == expected
    stored = [value for _, value, *_ in columns]
    stored[-1] = stored[-1].encode()
    assert leaf(stored).hex() == expected


def test_the_leaf_reads_text_and_its_bytes_alike_but_not_null_and_empty() -> None:
    assert leaf(["区", None, -1]) == leaf([b"\xe5\x8c\xba", None, -1])
    assert leaf(["a", "bc"]) != leaf(["ab", "c"])
    assert leaf([None]) != leaf([""])
    lowest = bytes.fromhex("00" + "00000008" + "8000000000000000")
    assert leaf([-(2**63)]) == hashlib.sha256(lowest).digest()


def test_the_leaves_of_the_golden_log_are_as_the_page_tells() -> None:
    for line in golden.lines():
        whole = "00" + "".join("".join(by_hand(line[name])) for name in COLUMNS[:-1])
        assert hashlib.sha256(bytes.fromhex(whole)).hexdigest() == line["leaf"]


def test_the_id() -> None:
    example = vector("id")
    digest = hashlib.sha256(f"{example['command_id']}\0{example['ordinal']}".encode()).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)
    time = f"{example['recorded_at'] // 1000:048b}"
    number = int(time + "0111" + bits[:12] + "10" + bits[12:74], 2)
    assert str(uuid.UUID(int=number)) == example["id"]
    assert event_id(example["command_id"], example["ordinal"], example["recorded_at"]) == example["id"]
    assert uuid.UUID(example["id"]).version == 7
    assert uuid.UUID(example["id"]).variant == uuid.RFC_4122


def test_a_sealed_field(tmp_path: Path) -> None:
    example = vector("sealed")
    key, text = bytes.fromhex(example["key"]), example["text"].encode()
    place = (example["owner"], example["type"], example["field"])
    associated = lengths(*(name.encode() for name in place))
    assert associated.hex() == example["associated"]
    assert (text + bytes(-len(text) % 16)).hex() == example["padded"]
    data = base64.urlsafe_b64decode(example["token"])
    assert data[0] == 1
    assert AESGCM(key).decrypt(data[1:13], data[13:], associated).hex() == example["padded"]
    with closing(vault_with(tmp_path, example["owner"], key)) as vault:
        assert vault.open_field(*place, example["token"]) == example["text"]
        with pytest.raises(VaultError):
            vault.open_field("p1", "person hired", "staff_number", example["token"])


def test_a_wrapped_key(tmp_path: Path) -> None:
    example = {name: bytes.fromhex(value) for name, value in vector("wrapped").items()}
    assert aes_key_unwrap(example["master"], example["wrapped"]) == example["key"]
    vault = Vault.create(tmp_path / "vault.db", example["master"])
    vault.ensure(["p1"])
    token = vault.seal("p1", "person hired", "name", "张三")
    vault.close()
    with closing(sqlite3.connect(tmp_path / "vault.db")) as store:
        ((owner, wrapped),) = store.execute("SELECT owner, wrapped FROM key").fetchall()
    data = base64.urlsafe_b64decode(token)
    associated = lengths(b"p1", b"person hired", b"name")
    opened = AESGCM(aes_key_unwrap(example["master"], wrapped)).decrypt(data[1:13], data[13:], associated)
    assert (owner, opened) == ("p1", "张三".encode().ljust(16, b"\0"))


def test_a_keyed_hash() -> None:
    example = vector("keyed")
    key = bytes.fromhex(example["key"])
    whole = lengths(*(part.encode() for part in example["parts"]))
    assert hmac.new(key, whole, hashlib.sha256).digest()[:16].hex() == example["hash"]
    assert Hashing(key)(*example["parts"]) == example["hash"]


def test_the_hash_of_a_row(tmp_path: Path) -> None:
    example = vector("row")
    key = bytes.fromhex(example["key"])
    derived = hmac.new(key, b"jieti row hash", hashlib.sha256).digest()
    whole = lengths(*(part.encode() for part in example["parts"]))
    assert derived.hex() == example["derived"]
    assert hmac.new(derived, whole, hashlib.sha256).digest()[:16].hex() == example["hash"]
    with closing(vault_with(tmp_path, example["owner"], key)) as vault:
        assert vault.hashing(example["owner"])(*example["parts"]) == example["hash"]


def test_a_checkpoint() -> None:
    example = vector("checkpoint")
    text, (first,) = example["text"], example["leaves"]
    origin, size, root, district, time, key, empty, signature, end = text.split("\n")
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["seed"]))
    public = private.public_key().public_bytes_raw()
    hint = hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
    assert (origin, size) == (f"jieti/{first[:16]}", "1")
    assert base64.b64decode(root).hex() == first  # of a tree of one leaf
    assert key == f"key {origin}+{hint.hex()}+{base64.b64encode(bytes([1]) + public).decode()}"
    signed = private.sign(text.partition("\n\n")[0].encode() + b"\n")
    assert signature == f"— {origin} {base64.b64encode(hint + signed).decode()}"
    assert (empty, end) == ("", "")
    found = checkpoint.read(text)
    assert f"district {found.district}" == district
    assert found.time == datetime.fromisoformat(time.removeprefix("time "))
    assert checkpoint.signed(found, bytes.fromhex(example["seed"])) == text


def test_the_table_of_the_page_is_the_table_of_a_log(tmp_path: Path) -> None:
    described = re.findall(
        r"^\| `(\w+)` \| (integer|text|bytes|32 bytes)[^|]*?( or null)?(?:, [^|]*)? \|", TEXT, re.MULTILINE
    )
    engine = open_store(tmp_path / "log.db")
    metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "log.db")) as store:
        there = store.execute("SELECT name, type, \"notnull\" FROM pragma_table_info('event')").fetchall()
        (strict,) = store.execute("SELECT strict FROM pragma_table_list WHERE name = 'event'").fetchone()
    assert strict
    kinds = {"INTEGER": "integer", "BIGINT": "integer", "TEXT": "text", "BLOB": "bytes"}
    assert [(name, kind.removeprefix("32 "), not null) for name, kind, null in described] == [
        (name, kinds[kind], bool(always)) for name, kind, always in there
    ]


def test_the_list_of_facts_is_that_of_the_code() -> None:
    assert page.in_page() == page.made(), "python -m tests.events.page writes it anew"
