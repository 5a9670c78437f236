"""Facts to bytes and back: what is personal never lands in plain text, what is unknown is said."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import create_model
from sqlalchemy import select

from events import codec
from events.codec import Unreadable, decode, encode, owner_of, owners, personal_fields, personal_of, sealed
from events.facts import FACTS, Fact, Personal, PersonHired, PersonMoved, ReflectionSelected, StudioFounded, Value
from events.log import Log
from events.tables import event_table, metadata, open_store
from events.vault import Vault
from tests.events.specimen import Specimen
from tests.events.specimens import SPECIMENS
from tests.events.stores import MASTER, NOW, append, new

PERSONAL = [specimen for specimen in SPECIMENS if personal_of(specimen.fact)]
names = pytest.mark.parametrize("specimen", PERSONAL, ids=lambda specimen: specimen.fact.TYPE)

# ----------------------------------------------------------------------------------------------- personal fields


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_personal_field_of_a_fact_is_one_that_can_be_sealed(fact: type[Fact]) -> None:
    for field in personal_fields(fact):
        annotation = fact.model_fields[field].annotation
        assert annotation is str or set(get_args(annotation)) == {Personal, type(None)}, field


class Named(Value):
    """A value that says something personal."""

    name: Personal


class Perhaps(Value):
    """A value that may say something personal."""

    name: Personal | None = None


class Deeper(Value):
    """A value with such a value inside."""

    inside: tuple[Named, ...] = ()


NESTED: dict[str, Any] = {
    "a list": tuple[Personal, ...],
    "a list with gaps": tuple[Personal | None, ...],
    "a list or nothing": tuple[Personal, ...] | None,
    "a map": dict[str, Personal],
    "a value": Named,
    "a value that may say nothing": Perhaps,
    "a value or nothing": Named | None,
    "a list of values": tuple[Perhaps, ...],
    "a map of values or nothing": dict[str, Named] | None,
    "a value in a list in a value": Deeper,
}


@pytest.mark.parametrize("annotation", NESTED.values(), ids=NESTED)
def test_personal_text_that_none_would_seal_is_refused_where_it_is_declared(annotation: Any) -> None:
    kind = create_model("Hidden", __base__=Fact, said=(annotation, ...))
    kind.TYPE = "hidden"
    with pytest.raises(TypeError, match='a field of its own, not inside the field said of "hidden"'):
        personal_fields(kind)


def test_a_personal_field_that_may_be_left_out_is_sealed_when_it_is_there(tmp_path: Path) -> None:
    assert personal_fields(ReflectionSelected) == {"number": "self"}
    told = ReflectionSelected(work="w1", level="school", number="T0001-3")
    untold = ReflectionSelected(work="w1", level="school")
    assert (personal_of(told), personal_of(untold)) == (["number"], [])
    assert (owners(told, "subject-p1"), owners(untold, "subject-p1")) == ({"p1"}, set())
    vault = Vault.create(tmp_path / "vault.db", MASTER)
    vault.ensure(["p1"])
    payload = json.loads(encode(sealed(told, "subject-p1", vault)))
    assert list(payload) == ["work", "level", "number"]
    assert vault.open_field("p1", "reflection selected", "number", payload["number"]) == "T0001-3"
    assert encode(sealed(untold, "subject-p1", vault)) == b'{"work":"w1","level":"school"}'
    vault.close()


def test_a_fact_of_which_all_that_is_personal_was_left_out_needs_no_key(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.db", MASTER)  # who has no key
    untold = ReflectionSelected(work="w1", level="school")
    assert sealed(untold, "subject-p1", vault) == untold
    with pytest.raises(KeyError):
        sealed(untold.model_copy(update={"number": "3"}), "subject-p1", vault)
    vault.close()


def test_personal_fields_and_their_owners() -> None:
    assert personal_fields(PersonHired) == {"staff_number": "self", "name": "self"}
    assert personal_fields(StudioFounded) == {"name": "host"}
    assert personal_fields(PersonMoved) == {}
    studio = next(one.fact for one in SPECIMENS if isinstance(one.fact, StudioFounded))
    assert owner_of(studio, "name", "subject-g1") == "p1"
    assert owners(studio, "subject-g1") == {"p1"}
    hired = next(one.fact for one in SPECIMENS if isinstance(one.fact, PersonHired))
    assert owners(hired, "subject-an-id-with-dashes") == {"an-id-with-dashes"}


def test_a_personal_field_that_nobody_owns_is_refused(log: Log) -> None:
    hired = next(one.fact for one in SPECIMENS if isinstance(one.fact, PersonHired))
    for stream in ("district", "subject-"):
        with pytest.raises(ValueError, match="nobody owns the personal field"):
            append(log, new(stream, "c1", fact=hired))
    assert list(log.follow()) == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """A log for many examples; each is rolled back."""
    folder = tmp_path_factory.mktemp("codec")
    engine = open_store(folder / "log.db")
    metadata.create_all(engine)
    vault = Vault.create(folder / "vault.db", MASTER)
    yield Log(engine, vault)
    engine.dispose()
    vault.close()


@names
@settings(max_examples=25, deadline=None)  # of each of the facts; a busy machine is no finding
@given(data=st.data())
def test_personal_text_is_nowhere_in_what_is_stored(shared: Log, specimen: Specimen, data: st.DataObject) -> None:
    rare = st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF), min_size=2)
    texts = {field: data.draw(rare, field) for field in personal_of(specimen.fact)}
    fact = specimen.fact.model_copy(update=texts)
    with shared.engine.connect().execution_options(writes=True) as connection:
        (recorded,) = shared.append(connection, [new(specimen.stream, "c1", fact=fact)], NOW)
        stored = connection.execute(select(event_table)).one()
        connection.rollback()
    whole = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in stored)
    for text in texts.values():
        escaped = json.dumps(text)[1:-1].encode()
        for plain in (text.encode(), escaped, escaped.upper(), base64.b64encode(text.encode()).rstrip(b"=")[:-1]):
            assert plain not in whole
    assert all(text not in repr(recorded) for text in texts.values())


@names
def test_a_fact_with_personal_text_is_not_appended_without_its_owners_key(tmp_path: Path, specimen: Specimen) -> None:
    class Keyless(Vault):
        """A vault that makes no keys."""

        def ensure(self, owners: object) -> None:
            """Make none."""

    engine = open_store(tmp_path / "log.db")
    metadata.create_all(engine)
    vault = Keyless.create(tmp_path / "vault.db", MASTER)
    log = Log(engine, vault)
    with pytest.raises(KeyError):
        append(log, new("subject-1", "c0"), new(specimen.stream, "c1", fact=specimen.fact))
    assert list(log.follow()) == []
    engine.dispose()
    vault.close()


# ------------------------------------------------------------------------------------------------ reading payloads


@pytest.mark.parametrize(("type_", "schema"), [("person teleported", 1), ("person moved", 2), ("person moved", 0)])
def test_an_unknown_fact_or_a_newer_schema_is_said(type_: str, schema: int) -> None:
    with pytest.raises(Unreadable, match=f'"{type_}" schema {schema} is not known here'):
        decode(type_, schema, b'{"unit":"u1"}')


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"{}", b'{"unit":1}', b'{"unit":"u1","also":1}', b'{"unit":"\xff"}']
)
def test_a_payload_that_is_none_is_said_without_quoting_it(payload: bytes) -> None:
    with pytest.raises(Unreadable, match='not a payload of "person moved" schema 1'):
        decode("person moved", 1, payload)
    with pytest.raises(Unreadable) as caught:
        decode("person hired", 1, b'{"name":["\xe5\xbc\xa0\xe4\xb8\x89"]}')
    assert "张三" not in str(caught.value)


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_a_field_that_is_null_may_be_left_out(fact: type[Fact]) -> None:
    """Payloads leave nulls out: what may be null must be null when it is missing."""
    for name, field in fact.model_fields.items():
        if type(None) in get_args(field.annotation):
            assert not field.is_required(), name
            assert field.default is None, name


class Moved(Fact):
    """A person moved, of the third schema: the unit is named otherwise, and the day is told."""

    TYPE = "person moved"
    SCHEMA = 3
    into: str
    since: date


@pytest.fixture
def third_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    def second(payload: dict[str, Any]) -> dict[str, Any]:
        return {"into": payload["unit"]}

    def third(payload: dict[str, Any]) -> dict[str, Any]:
        return {**payload, "since": "2026-09-01"}

    monkeypatch.setattr(codec, "FACTS", {**FACTS, "person moved": Moved})
    monkeypatch.setitem(codec.UPCASTERS, ("person moved", 1), second)
    monkeypatch.setitem(codec.UPCASTERS, ("person moved", 2), third)


@pytest.mark.usefixtures("third_schema")
def test_an_old_payload_is_brought_up_step_by_step() -> None:
    today = Moved(into="u1", since=date(2026, 9, 1))
    assert decode("person moved", 1, b'{"unit":"u1"}') == today
    assert decode("person moved", 2, b'{"into":"u1"}') == today
    assert decode("person moved", 3, encode(today)) == today


@pytest.mark.usefixtures("third_schema")
@pytest.mark.parametrize("payload", [b"{}", b"[]", b"7", b'{"unit":1}', b"{"])
def test_an_old_payload_that_cannot_be_brought_up_is_said(payload: bytes) -> None:
    with pytest.raises(Unreadable, match='not a payload of "person moved" schema 1'):
        decode("person moved", 1, payload)


@pytest.mark.usefixtures("third_schema")
def test_a_missing_upcaster_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(codec.UPCASTERS, ("person moved", 2))
    with pytest.raises(Unreadable, match='not a payload of "person moved" schema 1'):
        decode("person moved", 1, b'{"unit":"u1"}')


def test_a_log_with_an_unknown_fact_stops_at_it(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    append(log, new("subject-1", "c1"), new("subject-1", "c2", fact=PersonMoved(unit="u1")))
    monkeypatch.setattr(codec, "FACTS", {name: fact for name, fact in FACTS.items() if name != "person moved"})
    with log.reading() as connection:
        assert len(log.read_after(connection, 0, 1)) == 1
        with pytest.raises(Unreadable, match="a newer jieti may have written it"):
            log.read(connection, "subject-1")
