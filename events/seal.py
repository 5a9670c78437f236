"""What shows that the log is whole: every leaf, every position, the tip.

This finds damage and careless change.  It does not find a forger who rehashes everything, nor a tail that was cut
off together with its projections: that takes a checkpoint kept outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, LargeBinary, Text, cast, select, type_coerce
from sqlalchemy.exc import DatabaseError, OperationalError

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
    that invalid UTF-8 is a finding and not an error; so is a file that the database cannot read on from.
    """
    whole = 0
    try:
        for position, values, stored in _rows(connection, batch):
            if damage := _wrong(position, whole + 1, values, stored):
                return Verified(whole, damage)
            whole = position
    except OperationalError:  # busy, or no such table: not a matter of bytes
        raise
    except DatabaseError:
        return Verified(
            whole,
            Damage(
                whole + 1,
                f"从位置 {whole + 1} 起读不出来：日志文件已损坏",
                f"the log file is damaged: it cannot be read from position {whole + 1} on",
            ),
        )
    if whole == tip:
        return Verified(whole, None)
    return Verified(
        whole,
        Damage(
            min(whole, tip) + 1,
            f"日志止于 {whole}，而视图止于 {tip}",
            f"the log ends at {whole}, the projections at {tip}",
        ),
    )


def _wrong(position: int, expected: int, values: list[Stored], stored: bytes) -> Damage | None:
    """What is wrong with the event that was found where the one at ``expected`` should be."""
    if position < expected:
        return Damage(
            position,
            f"位置 {position} 不该有事件：位置从 1 开始",
            f"there is an event at position {position}, but positions begin at 1",
        )
    if position > expected:
        return Damage(expected, f"位置 {expected} 的事件缺失", f"the event at position {expected} is missing")
    try:
        altered = leaf(values) != stored
    except (TypeError, AttributeError, OverflowError):
        altered = True
    if altered:
        return Damage(position, f"位置 {position} 的事件已被改动", f"the event at position {position} was altered")
    return None


def _rows(connection: Connection, batch: int) -> Iterator[tuple[int, list[Stored], bytes]]:
    columns = [
        type_coerce(cast(column, LargeBinary), LargeBinary).label(column.name)
        if isinstance(column.type, Text)
        else column
        for column in event_table.c
    ]
    after: int | None = None  # from wherever the table begins: nothing may stand below 1 either
    while True:
        chosen = select(*columns).order_by(event_table.c.position).limit(batch)
        rows = connection.execute(chosen if after is None else chosen.where(event_table.c.position > after)).all()
        if not rows:
            return
        for row in rows:
            yield row[0], list(row[:-1]), row[-1]
        after = rows[-1][0]
