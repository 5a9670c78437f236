"""What surrounds a fact, and the leaf that fixes its bytes.

``docs/log-format.md`` describes both byte by byte and has test vectors; the format never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from events.facts import Fact

COLUMNS = ("position", "id", "stream", "version", "type", "schema", "occurred_from", "occurred_until", "recorded_at",
           "actor", "on_behalf_of", "authority", "command_id", "ordinal", "causation", "correlation", "payload",
           "leaf")  # fmt: skip
"""The columns of an event, in the order in which the leaf reads them; the last one is the leaf itself."""

Stored = int | str | bytes | None
_length = Struct(">I").pack
_number = Struct(">Iq").pack
_NULL = b"\xff\xff\xff\xff"
_first_number = Struct(">BIqI").pack
"""The zero byte of a leaf, its first column, which is a number, and the length of the second."""
_varying = itemgetter(0, 1, 2, 3, 12, 13, 16)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Envelope(NamedTuple):
    """Everything about an event but what it says; a tuple, since a review reads events by the million.

    ``position`` counts events from 1 without a gap; ``version`` counts those of the stream from 1.
    ``occurred_from`` and ``occurred_until`` are the day or days on which it was true, both inside; ``recorded_at``
    is when we learned it (UTC, microseconds, never backwards).  ``actor`` acted, ``on_behalf_of`` whom, by the
    document ``authority`` (文号).  ``ordinal`` counts the events of one command from 0; ``causation`` is the id of
    the event that led to it, ``correlation`` that of the process it belongs to.  What an import records in a cycle
    belongs to the cycle, and has the import as its causation.
    """

    position: int
    id: str
    stream: str
    version: int
    type: str
    schema: int
    occurred_from: date
    occurred_until: date
    recorded_at: datetime
    actor: str
    on_behalf_of: str | None
    authority: str | None
    command_id: str
    ordinal: int
    causation: str | None
    correlation: str | None


class Recorded(NamedTuple):
    """An event: its envelope and its fact, in which personal fields are sealed."""

    envelope: Envelope
    fact: Fact

    @property
    def position(self) -> int:
        """Its position in the log."""
        return self.envelope.position


def leaf(values: Sequence[Stored]) -> bytes:
    """The leaf of an event: SHA-256 over a zero byte and then every column but the leaf, in ``COLUMNS`` order.

    Each column is a 4-byte big-endian length and its bytes: integers as 8 bytes big-endian two's complement, text
    as UTF-8, bytes as they are.  Null is the length FFFFFFFF and no bytes, so that it differs from an empty text.
    The zero byte is the leaf prefix of RFC 6962, section 2.1.
    """
    whole = _in_one_go(values) if len(values) == len(COLUMNS) - 1 else None
    return hashlib.sha256(whole or b"".join((b"\x00", *map(_column, values)))).digest()


def _in_one_go(values: Sequence[Stored]) -> bytes | None:
    """What is hashed of an event, made in one go; None where a column is of another type than in the log.

    Texts are texts, as at an append, or their bytes, as at a verification.
    """
    position, id_, stream, version, command_id, ordinal, payload = _varying(values)
    if type(id_) is type(stream) is type(command_id) is str:
        id_, stream, command_id = id_.encode(), stream.encode(), command_id.encode()
    numbers = type(position) is type(version) is type(ordinal) is int
    if not (numbers and type(id_) is type(stream) is type(command_id) is type(payload) is bytes):
        return None
    return b"".join(
        (
            _first_number(0, 8, position, len(id_)), id_, _length(len(stream)), stream, _number(8, version),
            _columns(*values[4:12]),  # from the type to the authority: the same in a whole chunk, and so made once
            _length(len(command_id)), command_id, _number(8, ordinal), _columns(*values[14:16]),
            _length(len(payload)), payload,
        )
    )  # fmt: skip


def _column(value: Stored) -> bytes:
    if isinstance(value, str):
        data = value.encode()
        return _length(len(data)) + data
    if value is None:
        return _NULL
    if isinstance(value, int):
        return _number(8, value)
    return _length(len(value)) + value


@lru_cache(maxsize=512)
def _columns(*values: Stored) -> bytes:
    """Columns that many events have in common, one after another."""
    return b"".join(map(_column, values))


def event_id(command_id: str, ordinal: int, recorded_at: int) -> str:
    """The id of an event: a UUID (RFC 9562, version 7) whose time is the recording and whose rest is derived.

    The 74 bits that are random in a drawn UUID are the first of SHA-256 over the command id, a zero byte and the
    ordinal in decimal, so that the same command gives the same event.  ``recorded_at`` is in microseconds.
    """
    rest = int.from_bytes(hashlib.sha256(f"{command_id}\x00{ordinal}".encode()).digest()[:10], "big") >> 6
    text = f"{2 << 62 | rest & _LOW:016x}"
    return f"{_time(recorded_at // 1000)}{rest >> 62:03x}-{text[:4]}-{text[4:]}"


_LOW = (1 << 62) - 1


@lru_cache(maxsize=256)
def _time(millis: int) -> str:
    """The first part of an id: the milliseconds, and the version."""
    text = f"{millis:012x}"
    return f"{text[:8]}-{text[8:]}-7"


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC; ValueError for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return (instant - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=256)  # all events of a chunk were recorded at one instant
def from_micros(micros: int) -> datetime:
    """The instant of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)
