"""What shows that the log is whole: every leaf, every position, the tip.

This finds damage and careless change.  It does not find a forger who rehashes everything, nor a tail that was cut
off together with its projections: that takes a checkpoint kept outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, LargeBinary, Text, cast, select, type_coerce

from events.envelope import Stored, leaf
from events.tables import event_table


@dataclass(frozen=True, slots=True)
class Damage:
    """The first bad position and what is wrong with it."""

    position: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole log found."""

    events: int
    damage: Damage | None


def verify(connection: Connection, tip: int, batch: int = 20_000) -> Verified:
    """Check every leaf against its stored bytes and that positions run from 1 to ``tip`` without a gap.

    ``tip`` is the position that the projections were last brought to.  Text is read as the bytes that are stored, so
    that invalid UTF-8 is a finding and not an error.
    """
    expected = 1
    for position, values, stored in _rows(connection, batch):
        if position != expected:
            return Verified(
                expected - 1,
                Damage(expected, f"位置 {expected} 的事件缺失", f"the event at position {expected} is missing"),
            )
        try:
            whole = leaf(values) == stored
        except (TypeError, AttributeError, OverflowError):
            whole = False
        if not whole:
            return Verified(
                expected - 1,
                Damage(
                    position,
                    f"位置 {position} 的事件已被改动",
                    f"the event at position {position} was altered",
                ),
            )
        expected += 1
    if expected - 1 != tip:
        return Verified(
            expected - 1,
            Damage(
                min(expected, tip + 1),
                f"日志止于 {expected - 1},而视图止于 {tip}",
                f"the log ends at {expected - 1}, the projections at {tip}",
            ),
        )
    return Verified(expected - 1, None)


def _rows(connection: Connection, batch: int) -> Iterator[tuple[int, list[Stored], bytes]]:
    columns = [
        type_coerce(cast(column, LargeBinary), LargeBinary).label(column.name)
        if isinstance(column.type, Text)
        else column
        for column in event_table.c
    ]
    after = 0
    while True:
        chosen = select(*columns).where(event_table.c.position > after).order_by(event_table.c.position)
        rows = connection.execute(chosen.limit(batch)).all()
        if not rows:
            return
        for row in rows:
            yield row[0], list(row[:-1]), row[-1]
        after = rows[-1][0]
