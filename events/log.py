"""The log: append, read, follow.  One district, one order.

Appends are serialised by the write lock, positions have no gap, and an event is visible only with all before it: a
follower that remembers the last position it saw misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Engine, Row, func, select, union_all

from events.codec import Sealer, decode, encode, owners, personal_fields, sealed
from events.envelope import COLUMNS, Envelope, Recorded, Stored, event_id, from_micros, leaf, to_micros
from events.facts import Fact
from events.tables import (
    EACH,
    FIRST_OF_PAIR,
    PAIRS,
    SECOND_OF_PAIR,
    event_table,
    insert_rows,
    left_unmerged,
    many,
    merge,
)
from events.tree import grow

_event = event_table.c
_NEWEST = select(func.max(_event.version)).where(_event.stream == EACH).scalar_subquery()
_ROWS = select(*(_event[name] for name in Envelope._fields), _event.payload)
_EVENTS = _ROWS.order_by(_event.position)
_TIP = select(_event.position, _event.recorded_at).order_by(_event.position.desc()).limit(1)
_VERSIONS = select(EACH, _NEWEST)
_POSITIONS = (
    select(_event.command_id, _event.position).where(_event.command_id.in_(select(EACH))).order_by(_event.position)
)
_OF_STREAMS = _ROWS.where(_event.stream.in_(select(EACH))).order_by(
    _event.stream, _event.version
)  # as the index has them
_SINCE = _EVENTS.select_from(PAIRS).join(
    event_table, (_event.stream == FIRST_OF_PAIR) & (_event.version > SECOND_OF_PAIR)
)
_STAMP = COLUMNS.index("recorded_at")
_AT = _EVENTS.where(_event.position.in_(select(EACH)))


class Conflict(Exception):
    """A stream was at another version than the decision rests on."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not at {expected} as expected")
        self.stream, self.expected, self.actual = stream, expected, actual


class Repeated(Exception):
    """The command was carried out before, at these positions."""

    def __init__(self, command_id: str, positions: tuple[int, ...]) -> None:
        super().__init__(f"command {command_id} was carried out before, at {positions}")
        self.command_id, self.positions = command_id, positions


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the log ends: position 0 at the beginning of time in an empty one."""

    position: int
    recorded_at: datetime


class New(NamedTuple):
    """An event that is to be appended; ``expected`` is its stream's version just before it, None for whatever."""

    stream: str
    fact: Fact
    occurred_from: date
    occurred_until: date
    actor: str
    command_id: str
    ordinal: int
    expected: int | None = None
    on_behalf_of: str | None = None
    authority: str | None = None
    causation: str | None = None
    correlation: str | None = None


class Sealed(NamedTuple):
    """An event that lacks only its place in the log; its days are ISO texts."""

    stream: str
    type: str
    schema: int
    occurred_from: str
    occurred_until: str
    actor: str
    on_behalf_of: str | None
    authority: str | None
    command_id: str
    ordinal: int
    expected: int | None
    causation: str | None
    correlation: str | None
    payload: bytes

    @classmethod
    def of(cls, new: New, payload: bytes) -> Sealed:
        """A new event with its payload."""
        stream, fact, first, until, actor, command_id, ordinal, expected, behalf, authority, cause, process = new
        return cls(
            stream, fact.TYPE, fact.SCHEMA, first.isoformat(), until.isoformat(), actor, behalf, authority, command_id,
            ordinal, expected, cause, process, payload,
        )  # fmt: skip


def any_of(*conditions: ColumnElement[bool]) -> CompoundSelect[tuple[object, ...]]:
    """A statement for ``Log.read_any``: the events that meet at least one of the conditions."""
    return union_all(*(_ROWS.where(one) for one in conditions))


def tip(connection: Connection) -> Tip:
    """Where the log ends."""
    row = connection.execute(_TIP).first()
    return Tip(row.position, from_micros(row.recorded_at)) if row else Tip(0, from_micros(0))


def versions(connection: Connection, streams: Iterable[str]) -> dict[str, int]:
    """The version of each stream, 0 for one without events."""
    rows = connection.execute(_VERSIONS, many(dict.fromkeys(streams))).all()
    return {stream: version or 0 for stream, version in rows}


def positions_of(connection: Connection, command_ids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Where the events of commands are, for those that were carried out."""
    found: dict[str, tuple[int, ...]] = {}
    for command_id, position in connection.execute(_POSITIONS, many(command_ids)).all():
        found[command_id] = (*found.get(command_id, ()), position)
    return found


class Log:
    """The log in a store.  ``sealer`` seals personal fields: none reaches the store in plain text.

    With every transaction it looks whether others destroyed a key.
    """

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self.engine = engine
        self._sealer = sealer

    @contextmanager
    def writing(self, over: Connection | None = None) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment; committed at the end, or nothing is.

        Of a bulk, ``over`` its connection.
        """
        self._sealer.look()
        if over is not None:
            with over.begin():
                yield over
            return
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def bulk(self) -> Iterator[tuple[Connection, Callable[[], None]]]:
        """A connection for many transactions, which keeps what it has read of the store's file at hand, and what merges
        the write-ahead log into that file.

        Its commits do not, and let go of the lock sooner: whoever has it calls that, in whatever thread, beside them.
        """
        with (
            self.engine.connect().execution_options(writes=True) as connection,
            left_unmerged(connection),
            self.engine.connect() as another,
        ):
            yield connection, partial(merge, another)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the log throughout."""
        self._sealer.look()
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def append(
        self,
        connection: Connection,
        news: Sequence[New],
        now: datetime,
        *,
        unrepeated: bool = False,
        at: Mapping[str, int] | None = None,
    ) -> list[Recorded]:
        """Append events, in this order, within a transaction of ``writing``.

        They are stamped ``now`` or, if the log's tip is later, as the tip: time never runs backwards.  Raises
        Conflict if a stream is not at the version that an event expects, Repeated if a command was carried out,
        ValueError for days that end before they begin, and for U+0000 in a text: PostgreSQL could not hold it.
        What was looked up in this transaction is not looked up again: ``unrepeated`` says that ``positions_of`` found
        none of the commands, ``at`` gives the versions of streams that were read.
        """
        if not unrepeated and (done := positions_of(connection, (new.command_id for new in news))):
            raise Repeated(*next(iter(done.items())))
        facts = self._sealed(news)
        rows = _place(connection, list(map(Sealed.of, news, map(encode, facts))), now, at)
        stamp = from_micros(rows[0][_STAMP]) if rows else now
        return [
            Recorded(Envelope._make((*row[:6], new.occurred_from, new.occurred_until, stamp, *row[9:16])), fact)
            for row, new, fact in zip(rows, news, facts, strict=True)
        ]

    def append_sealed(
        self, connection: Connection, events: Sequence[Sealed], now: datetime, at: Mapping[str, int] | None = None
    ) -> datetime:
        """Append events of whose commands ``positions_of`` found none, with payloads that ``payloads_of`` made; their
        stamp.  As ``append`` otherwise.
        """
        rows = _place(connection, events, now, at)
        return from_micros(rows[0][_STAMP]) if rows else now

    def payloads_of(self, facts: Sequence[tuple[str, Fact]]) -> list[bytes | None]:
        """The payloads of facts that are to be appended to streams, sealed before the lock is taken; None where an
        owner has no key as yet, or none any more, and where a text cannot be sealed: ``append`` sees to that."""
        try:
            return [encode(sealed(fact, stream, self._sealer)) for stream, fact in facts]
        except (KeyError, ValueError):  # some keys are not loaded, or not there; or a text cannot be sealed
            owned = [owners(fact, stream) if personal_fields(type(fact)) else frozenset() for stream, fact in facts]
            known = self._sealer.known(set().union(*owned))
            return [
                self._payload(fact, stream) if its <= known else None
                for (stream, fact), its in zip(facts, owned, strict=True)
            ]

    def _payload(self, fact: Fact, stream: str) -> bytes | None:
        try:
            return encode(sealed(fact, stream, self._sealer))
        except (KeyError, ValueError):
            return None

    def _sealed(self, news: Sequence[New]) -> list[Fact]:
        """The facts with their personal fields sealed; owners without a key get one."""
        personal = {kind for kind in {type(new.fact) for new in news} if personal_fields(kind)}
        if not personal:
            return [new.fact for new in news]
        self._sealer.ensure(set().union(*(owners(one.fact, one.stream) for one in news if type(one.fact) in personal)))
        return [sealed(one.fact, one.stream, self._sealer) if type(one.fact) in personal else one.fact for one in news]

    def read(self, connection: Connection, stream: str) -> list[Recorded]:
        """A stream's events in order."""
        return [_recorded(row) for row in connection.execute(_OF_STREAMS, many((stream,))).all()]

    def read_many(self, connection: Connection, streams: Iterable[str]) -> dict[str, list[Recorded]]:
        """The events of streams, each in order; an empty list for a stream without any."""
        names = list(dict.fromkeys(streams))
        found: dict[str, list[Recorded]] = {name: [] for name in names}
        for row in connection.execute(_OF_STREAMS, many(names)).all():
            found[row.stream].append(_recorded(row))
        return found

    def read_since(self, connection: Connection, versions: Mapping[str, int]) -> dict[str, list[Recorded]]:
        """The events of streams after a version of each, in order; streams without any are left out."""
        found: dict[str, list[Recorded]] = {}
        for row in connection.execute(_SINCE, many(versions.items())).all():
            found.setdefault(row.stream, []).append(_recorded(row))
        return found

    def read_any(
        self, connection: Connection, statement: CompoundSelect[tuple[object, ...]], asked: Mapping[str, str]
    ) -> list[Recorded]:
        """The events that a statement of ``any_of`` finds, in order and each once."""
        found = {row.position: row for row in connection.execute(statement, asked).all()}
        return [_recorded(found[position]) for position in sorted(found)]

    def read_at(self, connection: Connection, positions: Iterable[int]) -> list[Recorded]:
        """The events at these positions, in order."""
        return [_recorded(row) for row in connection.execute(_AT, many(positions)).all()]

    def read_after(
        self, connection: Connection, position: int, limit: int, types: Sequence[str] | None = None
    ) -> list[Recorded]:
        """At most so many events after a position, in order; only of these types if any are named."""
        rows = _EVENTS.where(event_table.c.position > position)
        if types is not None:
            rows = rows.where(event_table.c.type.in_(types))
        return [_recorded(row) for row in connection.execute(rows.limit(limit)).all()]

    def follow(self, after: int = 0, batch: int = 5_000) -> Iterator[list[Recorded]]:
        """The events after a position up to today's tip, in batches; call again with the last position for more."""
        while True:
            with self.reading() as connection:
                found = self.read_after(connection, after, batch)
            if not found:
                return
            yield found
            after = found[-1].position


def _place(
    connection: Connection, events: Sequence[Sealed], now: datetime, at: Mapping[str, int] | None
) -> list[tuple[Stored, ...]]:
    """Append these events; their rows, but for the leaves."""
    _held_by_any_store(events)
    end = tip(connection)
    micros = to_micros(max(from_micros(to_micros(now)), end.recorded_at))
    versions_at = dict(at or ())
    if unknown := {one.stream for one in events} - versions_at.keys():
        versions_at |= versions(connection, unknown)
    rows: list[tuple[Stored, ...]] = []
    for position, one in enumerate(events, end.position + 1):
        (
            stream, type_, schema, first, until, actor, behalf, authority, command_id, ordinal, expected, cause,
            process, payload,
        ) = one  # fmt: skip
        version = versions_at[stream]
        if expected is not None and expected != version:
            raise Conflict(stream, expected, version)
        versions_at[stream] = version = version + 1
        rows.append(
            (
                position, event_id(command_id, ordinal, micros), stream, version, type_, schema, first, until, micros,
                actor, behalf, authority, command_id, ordinal, cause, process, payload,
            )
        )  # fmt: skip
    leaves = list(map(leaf, rows))
    insert_rows(connection, event_table, [(*row, hash_) for row, hash_ in zip(rows, leaves, strict=True)])
    grow(connection, end.position, leaves)
    return rows


def _held_by_any_store(events: Sequence[Sealed]) -> None:
    for one in events:
        if one.occurred_until < one.occurred_from:
            raise ValueError(f"{one.occurred_until} is before {one.occurred_from}")
    texts = {one.stream for one in events} | {one.command_id for one in events} | {one.actor for one in events}
    texts.update(text for one in events for text in (one.on_behalf_of, one.authority) if text)
    if "\x00" in "".join(texts):
        raise ValueError("no text of an event may hold the character U+0000")


def _recorded(row: Row[tuple[object, ...]]) -> Recorded:
    (position, id_, stream, version, type_, schema, first, until, micros, *rest, payload) = row
    envelope = Envelope(
        position,
        id_,
        stream,
        version,
        type_,
        schema,
        date.fromisoformat(first),
        date.fromisoformat(until),
        from_micros(micros),
        *rest,
    )
    return Recorded(envelope, decode(type_, schema, payload))
