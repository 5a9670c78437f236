"""The rows that evidence leaves when it is recorded: event by event, or of a whole chunk of plain records at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine.projections.imports import Imports, import_named
from engine.projections.lasting import attributes_text
from engine.tables import business_key_table, evidence_table
from events.facts import EvidenceRecorded, Fact, TrainingRecorded
from events.log import Sealed
from events.tables import insert_rows
from ladders.evidence.columns import FOREVER, NEVER
from workflows import evidence

Part = tuple[int, str, int, int, str]
"""A piece of evidence, but for whose it is and when: item, kind, amount, its scale, attributes as they are stored."""


def parts(fact: Fact) -> tuple[Part, ...]:
    """The evidence in a fact; the same of facts of one shape (``workflows.evidence.shape``)."""
    return tuple(
        (
            one.number,
            one.kind,
            one.amount.value if one.amount else 0,
            one.amount.scale if one.amount else 0,
            attributes_text(one.attributes),
        )
        for one in evidence.items(fact)
    )


def terms(fact: Fact) -> tuple[bool, int]:
    """Whether evidence counts from its record on, and until which day it is so, as an ordinal."""
    ends = fact.lasts_until if isinstance(fact, EvidenceRecorded) else None
    counts = fact.recognised if isinstance(fact, TrainingRecorded) else True
    return counts, FOREVER if ends is None else ends.toordinal()


def rows(
    at: int, own: int, days: tuple[int, int], terms: tuple[bool, int], said: tuple[Part, ...]
) -> list[tuple[Any, ...]]:
    """The rows of evidence at a position, in the table's column order; ``own``: its subject's number."""
    (first, last), (counts, until) = days, terms
    known = at if counts else NEVER
    return [
        (at, at, item, 0, kind, own, None, first, last, until, amount, scale, known, None, attributes)
        for item, kind, amount, scale, attributes in said
    ]


class Plain(NamedTuple):
    """A plain record before the lock: all that can be made of it without knowing where it will stand."""

    command: str
    """Its id."""
    subject: str
    shape: Hashable | None
    """See ``workflows.evidence.shape``."""
    event: Sealed | None
    """None where it could not be sealed: its owner has no key."""
    parts: tuple[Part, ...]
    days: tuple[int, int]
    """The first and the last, as ordinals."""
    terms: tuple[bool, int]
    keys: tuple[str, ...]
    """Its business keys; that of its row, if it is from one, is the first."""
    content: str | None
    """The hash of its row's content; None without a row."""


def project(connection: Connection, records: Sequence[tuple[int, int, Sealed, Plain]], stamp: datetime) -> None:
    """Write what a chunk of plain records leaves: their positions, their subjects' numbers, events, and what they are.

    All of them were recorded at ``stamp``.
    """
    keys, lines, imports = list[tuple[Any, ...]](), list[tuple[Any, ...]](), Imports(connection)
    by_import: dict[str | None, list[tuple[int, Sealed]]] = {}
    for at, own, event, (_, _, _, _, said, days, its_terms, named, content) in records:
        for key in named:
            keys.append((key, at, content if key[:4] == "row/" else None))
        lines += rows(at, own, days, its_terms, said)
        by_import.setdefault(event.correlation, []).append((at, event))
    insert_rows(connection, business_key_table, keys)
    insert_rows(connection, evidence_table, lines)
    names = {name: its for process, its in by_import.items() if (name := import_named(process)) is not None}
    imports.load(names)
    for name, its in names.items():
        (first, earliest), (last, _) = its[0], its[-1]
        imports.add(name, (first, last), stamp, earliest.actor, Counter(event.type for _, event in its))
    imports.flush()
