"""What shows that the log is whole: every leaf, every position, the tip, the tree; and that it extends a checkpoint.

Without a checkpoint that was kept outside, this finds damage and careless change.  It does not find a forger who
rehashes everything, nor a tail that was cut off together with all that is derived from it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DatabaseError, OperationalError

from events.checkpoint import Checkpoint
from events.leaves import WIDTH, Part, check, check_apart
from events.merkle import fold
from events.processes import Processes
from events.tables import event_table, node_table, texts_as_stored
from events.tree import Tree

SPAN = WIDTH * WIDTH
"""Positions that one process looks at together."""
ALONE = 250_000
"""Positions that one process has read before others have begun."""


@dataclass(frozen=True, slots=True)
class Damage:
    """The first bad position and what is wrong with it."""

    position: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole log found; ``extends``: so many first events are those of the checkpoint given."""

    events: int
    damage: Damage | None
    extends: int = 0


def verify(
    connection: Connection,
    tip: int,
    against: Checkpoint | None = None,
    *,
    span: int = SPAN,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verified:
    """Check every leaf against its stored bytes, that positions run from 1 to ``tip`` without a gap, and the tree.

    ``tip`` is the position that the projections were last brought to.  Text is read as the bytes that are stored, so
    that invalid UTF-8 is a finding and not an error; so is a file that the database cannot read on from.  A log of
    several spans is read by as many processes as there are cores, or ``workers``.
    """
    whole, nodes = 0, list[bytes]()
    try:
        first, last = connection.execute(
            select(func.min(event_table.c.position), func.max(event_table.c.position))
        ).one()
        if first is not None and first < 1:
            return Verified(0, _slipped_in(first))
        for part in _parts(connection, last or 0, span, workers):
            if progress:
                progress(part.whole - whole)
            whole = part.whole
            nodes += part.nodes
            if part.wrong:
                return Verified(whole, _WRONG[part.wrong](whole + 1))
        if whole != tip:
            return Verified(whole, _other_end(whole, tip))
        if damage := _tree(connection, nodes):
            return Verified(whole, damage)
    except OperationalError:  # busy, or no such table: not a matter of bytes
        raise
    except DatabaseError:
        return Verified(whole, _unreadable(whole + 1))
    if against is None:
        return Verified(whole, None)
    damage = not_extended(connection, whole, against)
    return Verified(whole, damage, 0 if damage else against.size)


def _parts(connection: Connection, last: int, span: int, workers: int | None) -> Iterator[Part]:
    """The spans of the log in order."""
    spans = [(low, min(low + span, last)) for low in range(0, last, span)]
    hands = min(workers or (os.cpu_count() or 1 if last > ALONE else 1), len(spans))
    file = connection.engine.url.database
    if hands < 2 or file is None:
        with texts_as_stored(connection) as store:
            for low, high in spans:
                yield check(store, low, high)
        return
    with Processes(hands) as pool:
        yield from pool.map(check_apart, [file] * len(spans), *zip(*spans, strict=True))


def _tree(connection: Connection, nodes: list[bytes]) -> Damage | None:
    """What is wrong with the kept nodes, given those of the first level as they are to be."""
    level, width = 1, WIDTH
    while nodes:
        at = node_table.c.number
        found = connection.execute(select(at, node_table.c.hash).where(node_table.c.level == level))
        kept: dict[int, bytes] = dict(found.tuples().all())
        wrong = [number for number, node in enumerate(nodes) if kept.pop(number, None) != node] + list(kept)
        if wrong:
            return _bad_node(wrong[0] * width + 1, (wrong[0] + 1) * width)
        full = len(nodes) // WIDTH * WIDTH
        nodes = [fold(nodes[at : at + WIDTH]) for at in range(0, full, WIDTH)]
        level, width = level + 1, width * WIDTH
    more = connection.execute(
        select(func.min(node_table.c.number)).where((node_table.c.level >= level) | (node_table.c.level < 1))
    ).scalar_one()
    return None if more is None else _bad_node(1, width)


def not_extended(connection: Connection, whole: int, kept: Checkpoint) -> Damage | None:
    """What is wrong if the first events of a whole log of that length are not those of a checkpoint."""
    if kept.size > whole:
        return Damage(
            whole + 1,
            f"日志止于 {whole:,}，而检查点有 {kept.size:,} 个事件：末尾被截去，或换上了旧的备份",
            f"the log ends at {whole:,}, but the checkpoint has {kept.size:,} events: its tail was cut off, or an "
            "older copy was put in its place",
        )
    if Tree(connection, kept.size).root() != kept.root:
        return Damage(
            kept.size,
            f"前 {kept.size:,} 个事件与检查点不符：签出之后，其中有事件被改动、增减且重算了哈希；请停用并恢复备份",
            f"the first {kept.size:,} events are not those of the checkpoint: since it was signed, events among them "
            "were altered, added or removed, and hashed anew: stop using it and restore a backup",
        )
    return None


def _missing(position: int) -> Damage:
    return Damage(position, f"位置 {position} 的事件缺失", f"the event at position {position} is missing")


def _altered(position: int) -> Damage:
    return Damage(position, f"位置 {position} 的事件已被改动", f"the event at position {position} was altered")


def _slipped_in(position: int) -> Damage:
    return Damage(
        position,
        f"位置 {position} 不该有事件：位置从 1 开始",
        f"there is an event at position {position}, but positions begin at 1",
    )


def _unreadable(position: int) -> Damage:
    return Damage(
        position,
        f"从位置 {position} 起读不出来：日志文件已损坏",
        f"the log file is damaged: it cannot be read from position {position} on",
    )


_WRONG = {"missing": _missing, "altered": _altered, "unreadable": _unreadable}


def _other_end(whole: int, tip: int) -> Damage:
    return Damage(
        min(whole, tip) + 1,
        f"日志止于 {whole}，而视图止于 {tip}",
        f"the log ends at {whole}, the projections at {tip}",
    )


def _bad_node(first: int, last: int) -> Damage:
    return Damage(
        first,
        f"事件 {first}–{last} 上方的树节点被改动；事件本身完好，用 jieti rebuild 重新推导",
        f"a node of the tree above events {first} to {last} was altered; the events are whole: jieti rebuild makes it "
        "again",
    )
