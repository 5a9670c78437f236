"""What surrounds a fact, and the leaf that fixes its bytes.

``docs/log-format.md`` describes both byte by byte and has test vectors; the format never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
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
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Envelope(NamedTuple):
    """Everything about an event but what it says; a tuple, since a review reads events by the million.

    ``position`` counts events from 1 without a gap; ``version`` counts those of the stream from 1.
    ``occurred_from`` and ``occurred_until`` are the day or days on which it was true, both inside; ``recorded_at``
    is when we learned it (UTC, microseconds, never backwards).  ``actor`` acted, ``on_behalf_of`` whom, by the
    document ``authority`` (文号).  ``ordinal`` counts the events of one command from 0; ``causation`` is the id of
    the event that led to it, ``correlation`` that of the process it belongs to.
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
    parts = (
        b"\x00",
        *map(_column, values[:4]),
        _columns(*values[4:12]),  # from the type to the authority: the same in a whole chunk, and so made once
        *map(_column, values[12:14]),
        _columns(*values[14:16]),  # causation and correlation
        *map(_column, values[16:]),
    )
    return hashlib.sha256(b"".join(parts)).digest()


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
    number = (recorded_at // 1000) << 80 | 7 << 76 | (rest >> 62 & 0xFFF) << 64 | 2 << 62 | rest & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC; ValueError for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return (instant - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=256)  # all events of a chunk were recorded at one instant
def from_micros(micros: int) -> datetime:
    """The instant of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)
