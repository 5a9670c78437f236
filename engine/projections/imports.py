"""The projection of imports: what each one recorded, and what an undo of it took back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from engine.tables import import_table
from events.envelope import Envelope, Recorded, to_micros
from events.facts import (
    CaseWithdrawn,
    EvidenceCorrected,
    Fact,
    FromRow,
    TakenBack,
    TrainingNumbered,
    TrainingOfferChanged,
)
from events.tables import EACH, insert_rows, many

IMPORT, UNDO = "i-", "u-"
"""What the ids of imports begin with, and those of what undoes them: the rest of the id is the same."""

_THERE = select(import_table).where(import_table.c.id.in_(select(EACH)))


def import_of(envelope: Envelope) -> str | None:
    """The import, or the undo of one, that recorded an event: its correlation; its causation where the process that
    the event belongs to is a cycle."""
    return import_named(envelope.correlation) or import_named(envelope.causation)


def import_named(process: str | None) -> str | None:
    """An import, or the undo of one, by its id; None for another process, or none."""
    return process if process is not None and process[:2] in (IMPORT, UNDO) else None


def taken_back(fact: Fact) -> int | None:
    """The position of what a fact takes back; None where it takes back nothing."""
    if isinstance(fact, TakenBack):
        return fact.target
    return fact.taken_back if isinstance(fact, CaseWithdrawn) else None


def released(target: Recorded) -> list[str]:
    """The business keys that are free again once an event was taken back.

    Not the one by which a training is known on every platform from its record on: others may have reported it since,
    and whoever reports it again reports the same one.
    """
    if isinstance(target.fact, TrainingNumbered):
        return list(target.fact.business_keys(target.envelope.stream))
    return [key for key in target.fact.business_keys(target.envelope.stream) if not key.startswith("training/")]


def content_before(stream: Sequence[Recorded], key: str, position: int) -> str | None:
    """What the row of a key said last, of all that was recorded by a position and not taken back."""
    told = [one for one in stream if one.position <= position]
    gone = {taken_back(one.fact) for one in told}
    content = None
    for one in told:
        fact = one.fact
        if isinstance(fact, FromRow | EvidenceCorrected | TrainingOfferChanged) and one.position not in gone:
            source = fact.source
            if source is not None and source.key == key:
                content = source.content
    return content


@dataclass
class _File:
    """A row of the table, as the batch changes it."""

    first: int
    since: int
    actor: str
    last: int = 0
    until: int = 0
    events: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


class Imports:
    """The imports of a batch on their way into the projection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._files: dict[str, _File] = {}
        self._there: set[str] = set()

    def load(self, names: Collection[str]) -> None:
        """Fetch these imports."""
        for row in self._connection.execute(_THERE, many(names)) if names else ():
            file = _File(row.first, row.since, row.actor, row.last, row.until, row.events)
            file.kinds.update(json.loads(row.kinds))
            self._files[row.id] = file
            self._there.add(row.id)

    def apply(self, event: Recorded) -> None:
        """One event, counted where it belongs."""
        envelope = event.envelope
        if (name := import_of(envelope)) is not None:
            at = envelope.position
            self.add(name, (at, at), envelope.recorded_at, envelope.actor, {envelope.type: 1})

    def add(self, name: str, at: tuple[int, int], stamp: datetime, actor: str, kinds: Mapping[str, int]) -> None:
        """So many events of an import by kind, from the first position to the last; the actor is the first one's."""
        first, last = at
        micros = to_micros(stamp)
        if (file := self._files.get(name)) is None:
            file = self._files[name] = _File(first, micros, actor)
        file.last, file.until, file.events = last, micros, file.events + sum(kinds.values())
        file.kinds.update(kinds)

    def flush(self) -> None:
        """Write what the batch counted."""
        rows = []
        for name, one in self._files.items():
            kinds = json.dumps(dict(sorted(one.kinds.items())))
            rows.append((name, one.first, one.last, one.since, one.until, one.actor, one.events, kinds))
        if self._there:
            gone = import_table.delete().where(import_table.c.id.in_(select(EACH)))
            self._connection.execute(gone, many(sorted(self._there)))
        insert_rows(self._connection, import_table, rows)
