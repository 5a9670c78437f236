"""Facts to stored bytes and back.

A payload is the fact as JSON in UTF-8, written once and never re-serialised: the leaf is over these bytes.  Personal
fields hold what ``Vault.seal`` gave.  When a fact's meaning needs another shape, its ``SCHEMA`` grows by one and an
*upcaster* from the old shape to the new is added below; stored events stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from types import UnionType
from typing import Any, Protocol, Union, get_args, get_origin

from pydantic import BaseModel

from events.facts import FACTS, SELF, Fact, Owner

UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(stored name, old schema) to a function from the old payload to the one of the next schema."""


class Unreadable(ValueError):
    """A stored payload that is not what its name and schema say."""


class Sealer(Protocol):
    """What seals personal fields: see ``events.vault.Vault``."""

    def look(self) -> None: ...
    def ensure(self, owners: Collection[str]) -> None: ...
    def known(self, owners: Collection[str]) -> set[str]: ...
    def seal(self, owner: str, type_: str, field: str, text: str) -> str: ...


@cache
def personal_fields(fact: type[Fact]) -> dict[str, str]:
    """The personal fields of a kind of fact: field to the owner's field, or ``self``.

    A personal text is a field of its own, which may be null; TypeError for one inside a list or a value: none would
    seal it.
    """
    found = {}
    for name, field in fact.model_fields.items():
        own = [*_owners_in(field.metadata)]
        if get_origin(field.annotation) in (Union, UnionType):
            own += [one for part in get_args(field.annotation) for one in _owners_in(getattr(part, "__metadata__", ()))]
        if len(own) != sum(1 for _ in _declared(field.annotation, field.metadata)):
            raise TypeError(f'personal text stands as a field of its own, not inside the field {name} of "{fact.TYPE}"')
        for owner in own:
            found[name] = owner.field
    return found


def _owners_in(notes: Iterable[Any]) -> list[Owner]:
    return [note for note in notes if isinstance(note, Owner)]


def _declared(annotation: Any, notes: Iterable[Any] = ()) -> Iterator[Owner]:
    """Every declaration that something is personal in an annotation, however deep."""
    yield from _owners_in(notes)
    yield from _owners_in(getattr(annotation, "__metadata__", ()))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            yield from _declared(field.annotation, field.metadata)
    for part in get_args(annotation):
        yield from _declared(part)


def owner_of(fact: Fact, field: str, stream: str) -> str:
    """The id whose key seals a personal field of a fact in that stream; ValueError if it is nobody's."""
    return _owner(fact, field, personal_fields(type(fact))[field], stream)


def _owner(fact: Fact, field: str, declared: str, stream: str) -> str:
    owner: str | None = stream.partition("-")[2] if declared == SELF else getattr(fact, declared)
    if not owner:
        raise ValueError(f'nobody owns the personal field {field} of "{fact.TYPE}" in the stream {stream}')
    return owner


def owners(fact: Fact, stream: str) -> set[str]:
    """Everyone whose key the fact needs."""
    personal = personal_fields(type(fact)).items()
    return {_owner(fact, field, declared, stream) for field, declared in personal if getattr(fact, field) is not None}


def personal_of(fact: Fact) -> list[str]:
    """The personal fields that a fact has: those that may be left out and are, are not among them."""
    return [field for field in personal_fields(type(fact)) if getattr(fact, field) is not None]


def personal_places(fact: Fact, stream: str) -> list[tuple[str, str, str]]:
    """The personal fields that a fact in that stream has: (field, its owner, what it holds)."""
    return [
        (field, _owner(fact, field, declared, stream), said)
        for field, declared in personal_fields(type(fact)).items()
        if (said := getattr(fact, field)) is not None
    ]


def sealed(fact: Fact, stream: str, sealer: Sealer) -> Fact:
    """The fact with its personal fields sealed; the owners' keys must exist."""
    kind, said = type(fact), fact.__dict__
    tokens = {
        field: sealer.seal(_owner(fact, field, declared, stream), kind.TYPE, field, text)
        for field, declared in personal_fields(kind).items()
        if (text := said[field]) is not None
    }
    return _with(fact, tokens) if tokens else fact


def _with(fact: Fact, texts: dict[str, str]) -> Fact:
    """The fact with other texts, as ``model_copy`` makes it in more than twice the time."""
    copied = (kind := type(fact)).__new__(kind)
    _set(copied, "__dict__", fact.__dict__ | texts)
    _set(copied, "__pydantic_fields_set__", fact.__pydantic_fields_set__)
    _set(copied, "__pydantic_extra__", None)
    _set(copied, "__pydantic_private__", None)
    return copied


_set = object.__setattr__
"""Past the freeze, of what nobody has seen yet."""


def encode(fact: Fact) -> bytes:
    """The payload of a fact whose personal fields are sealed; fields that are null are left out."""
    return fact.__pydantic_serializer__.to_json(fact, exclude_none=True, by_alias=True)  # bytes, not by way of a text


def decode(type_: str, schema: int, payload: bytes) -> Fact:
    """The fact of a payload, brought up to today's schema; Unreadable if it is none."""
    kind = FACTS.get(type_)
    if kind is None or not 1 <= schema <= kind.SCHEMA:
        raise Unreadable(f'"{type_}" schema {schema} is not known here; a newer jieti may have written it')
    try:
        if schema == kind.SCHEMA:
            fact: Fact = kind.__pydantic_validator__.validate_json(payload)  # as model_validate_json, less its checks
            return fact
        content = json.loads(payload)
        for old in range(schema, kind.SCHEMA):
            content = UPCASTERS[type_, old](content)
        return kind.model_validate_json(json.dumps(content))
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # whatever an upcaster stumbles over, too
        raise Unreadable(f'not a payload of "{type_}" schema {schema}: {error}') from error
