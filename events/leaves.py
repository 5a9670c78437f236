"""Every stored event against its leaf, span by span, at the speed of the driver.

It stands alone (nothing is imported but the standard library and ``events.merkle``), so that a process which checks a
span of millions of rows starts at once.  Texts are read as the bytes that are stored, be they UTF-8 or not.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from events.merkle import fold

WIDTH = 256
"""Leaves below a node that is kept."""

_NULL = b"\xff\xff\xff\xff"
_ROWS = (
    "SELECT position, id, stream, version, type, schema, occurred_from, occurred_until, recorded_at, actor, "
    "on_behalf_of, authority, command_id, ordinal, causation, correlation, payload, leaf FROM event "
    "WHERE position > ? AND position <= ? ORDER BY position"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in a span: up to which position it is whole, what is wrong then, its full nodes."""

    whole: int
    wrong: Literal["missing", "altered", "unreadable", None]
    nodes: list[bytes]


def check_apart(file: str, low: int, high: int) -> Part:
    """``check`` on an SQLite file, in a process of its own."""
    with closing(sqlite3.connect(file, timeout=30)) as store:
        store.text_factory = bytes
        return check(store, low, high)


def check(store: Any, low: int, high: int) -> Part:
    """The events after position ``low`` up to ``high``, of a driver's connection that gives texts as bytes.

    Raises the driver's OperationalError where the database is busy; a file that cannot be read on is a finding.
    """
    whole, leaves = low, list[bytes]()
    size, number = struct.Struct(">I").pack, struct.Struct(">Iq").pack  # as the leaf is defined: events.envelope.leaf
    try:
        for (position, id_, stream, version, type_, schema, first, until, recorded, actor, behalf, authority,
             command, ordinal, causation, correlation, payload, leaf) in store.execute(_ROWS, (low, high)):  # fmt: skip
            if position != whole + 1:
                return Part(whole, "missing", _nodes(leaves))
            parts = (
                b"\x00", number(8, position), size(len(id_)), id_, size(len(stream)), stream, number(8, version),
                size(len(type_)), type_, number(8, schema), size(len(first)), first, size(len(until)), until,
                number(8, recorded), size(len(actor)), actor,
                _NULL if behalf is None else size(len(behalf)) + behalf,
                _NULL if authority is None else size(len(authority)) + authority,
                size(len(command)), command, number(8, ordinal),
                _NULL if causation is None else size(len(causation)) + causation,
                _NULL if correlation is None else size(len(correlation)) + correlation,
                size(len(payload)), payload,
            )  # fmt: skip
            if sha256(b"".join(parts)).digest() != leaf:
                return Part(whole, "altered", _nodes(leaves))
            whole = position
            leaves.append(leaf)
    except (TypeError, struct.error, OverflowError):  # a value that no event has
        return Part(whole, "altered", _nodes(leaves))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return Part(whole, "unreadable", _nodes(leaves))
    return Part(whole, None if whole == high else "missing", _nodes(leaves))


def _nodes(leaves: list[bytes]) -> list[bytes]:
    full = len(leaves) // WIDTH * WIDTH
    return [fold(leaves[at : at + WIDTH]) for at in range(0, full, WIDTH)]
