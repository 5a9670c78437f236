"""The golden log replays for ever: logs that people have are read by every later version."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from events.codec import UPCASTERS, decode, encode, owner_of, personal_of
from events.envelope import COLUMNS, Recorded, leaf
from events.facts import FACTS, Fact
from events.log import Log
from events.seal import Verified, verify
from events.tables import open_store
from events.vault import Vault
from tests.events import golden
from tests.events.specimens import SPECIMENS, specimen_event

RELEASED = {
    42: "81c19dfa044a93c39f209906856965c76c3eb121545b8cb5653be6231c44c61a",
    78: "2da250ebad08600e320c62b22633685e98fb1354b82bf345b5a79c2214586ff1",
    86: "2fe90aadd329449e20248866bb6613a8cc348342dff3ae19a5d9f77a265302ed",
    90: "248f2b6639f6e77472a4c02fa0ab260f9939e18e90d031b2d55d524d9cd34867",
    91: "ffbd71c217b0a9e174abb8230293cd530baf19db4c1da2206b4baebcfe147eaf",
    92: "76dd1b80968f57755c7745d61e2c852a1b65458371ba094b11504d304dd59fc9",
    95: "d1c6e925bf9e612051589d27e17811bda2d359d24f6d20fa929e093b8c351020",
    99: "2d0396ae75812f9ca93f52193321ec7e2bed91e393b7e5097250ac513286dbf3",
    100: "2748b5c56a35d24c1a56c6293624fd960cd0ba5f5c103a1fcd9bd9fc0dc96711",
    104: "2fd2082767b4edd073936b56dc7626fd7a8fa27fc4bebf0633019ff6fb2972bc",
    108: "e0440f633674329bb535f8085371db04ea62dc1cbb076a7755f811d8f39e7301",
    111: "3f3f37c3cdf601fe3de8d83c9d082b871761c3d815e5929a6af4308b98e19f26",
    114: "e18ef9b39f06f10704437f454c97b169e30e093e8139d66818d053fe2c17d2b2",
    116: "68791bd5d1e1c1ef67b6446965875709d181e510346ba3188e686b102b307152",
    117: "fd13292fdc7606891543690955a548314a4c3fc26b21391a71690e7d7af5e379",
    119: "4b2e53d1d78560a6c85db59cf8c27b26804fc3c1048d83acf8585b6d3e33e823",
    126: "329f42006ec3dbb47211c53bfe4d56c1db48f896bb9f2b9a9ba1f6f2196061e5",
    127: "f19a7f6a73ecdbda5e074baf7aa3d1770a1b4cb2e04b7f109e8accb00da7a6cf",
    128: "cd9c39c89447d84ac82d6d23046459a3a9cc38dd4358027687f8223f80f8fe74",
    131: "41d1f93135feed095721966d113d5bcac977da97bbbbcaee747831f7a44a9915",
    135: "6796592018e523220129d8b04bf07cdb2be59f54b79790237637e3ce154036bb",
    136: "623ce525c79a76848befac58fb207d135dc044a0dee3d73bfe3ce760f509f6cb",
    138: "46f6b9b54ecd1df8b64f4f7fdd0e5eddb15069a8339337163d3d04355f070ded",
}
"""The SHA-256 of so many first lines of the golden log.  Add one for the lines that you append; change none."""

LINES = golden.lines()
NAMES = [f"{line['position']} {line['type']} {line['schema']}" for line in LINES]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_store(tmp_path_factory.mktemp("golden") / "log.db")
    golden.load(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    vault = golden.golden_vault(tmp_path_factory.mktemp("golden") / "vault.db")
    yield vault
    vault.close()


@pytest.fixture(scope="module")
def events(engine: Engine, vault: Vault) -> list[Recorded]:
    return [event for batch in Log(engine, vault).follow() for event in batch]


def in_plain(vault: Vault, event: Recorded) -> Fact:
    """The fact as it was before it was sealed."""
    fact = event.fact
    return fact.model_copy(
        update={
            field: vault.open_field(
                owner_of(fact, field, event.envelope.stream), fact.TYPE, field, getattr(fact, field)
            )
            for field in personal_of(fact)
        }
    )


@pytest.mark.parametrize("lines", RELEASED)
def test_no_line_of_the_golden_log_ever_changes(lines: int) -> None:
    first = b"".join(golden.GOLDEN.read_bytes().splitlines(keepends=True)[:lines])
    assert hashlib.sha256(first).hexdigest() == RELEASED[lines]


def test_every_line_of_the_golden_log_is_released() -> None:
    assert max(RELEASED) == len(LINES), "add the SHA-256 of all lines to RELEASED"


def test_every_fact_of_every_schema_has_a_golden_event() -> None:
    there = {(line["type"], line["schema"]) for line in LINES}
    wanted = {(name, schema) for name, fact in FACTS.items() for schema in range(1, fact.SCHEMA + 1)}
    assert there == wanted, "add specimens at the end of specimens.py, then: python -m tests.events.golden"


def test_every_older_schema_has_its_upcaster() -> None:
    assert set(UPCASTERS) == {(name, schema) for name, fact in FACTS.items() for schema in range(1, fact.SCHEMA)}


@pytest.mark.parametrize("line", LINES, ids=NAMES)
def test_the_leaf_is_made_again(line: dict[str, str]) -> None:
    stored = golden.row(line)
    assert leaf(stored[:-1]) == stored[-1]


def test_the_golden_log_is_whole(engine: Engine) -> None:
    with engine.connect() as connection:
        assert verify(connection, len(LINES)) == Verified(len(LINES), None)


@pytest.mark.parametrize("number", range(len(LINES)), ids=NAMES)
def test_the_payload_says_what_it_said(number: int, events: list[Recorded], vault: Vault) -> None:
    assert in_plain(vault, events[number]) == SPECIMENS[number].fact


@pytest.mark.parametrize("number", range(len(LINES)), ids=NAMES)
def test_the_envelope_says_what_it_said(number: int, events: list[Recorded]) -> None:
    new, now = specimen_event(number)
    envelope = events[number].envelope
    assert envelope.recorded_at == now
    for name in set(COLUMNS) - {"position", "id", "version", "type", "schema", "recorded_at", "payload", "leaf"}:
        assert getattr(envelope, name) == getattr(new, name)


@pytest.mark.parametrize("line", [line for line in LINES if line["schema"] == FACTS[line["type"]].SCHEMA])
def test_the_fact_written_again_gives_the_same_bytes(line: dict[str, str]) -> None:
    payload = line["payload"].encode()
    assert encode(decode(line["type"], int(line["schema"]), payload)) == payload


def test_the_golden_log_grows_at_its_end_only(tmp_path: Path) -> None:
    whole = golden.GOLDEN.read_bytes()
    file = tmp_path / "v1.log"
    shutil.copy(golden.GOLDEN, file)
    assert golden.extend(file) == 0
    assert file.read_bytes() == whole
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:-2]))
    assert golden.extend(file) == 2
    assert [line["type"] for line in golden.lines(file)] == [line["type"] for line in LINES]
    assert file.read_bytes().splitlines()[:-2] == whole.splitlines()[:-2]


def test_a_specimen_put_before_others_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "v1.log"
    file.write_bytes(b"".join(golden.GOLDEN.read_bytes().splitlines(keepends=True)[1:]))
    with pytest.raises(ValueError, match="at the end only"):
        golden.extend(file)
    assert file.read_bytes() == b"".join(golden.GOLDEN.read_bytes().splitlines(keepends=True)[1:])
