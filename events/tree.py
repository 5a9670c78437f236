"""The log as a Merkle tree: the leaves are the events', and of the nodes above every eighth height is kept.

With those, a root or a proof reads some hundred hashes, however long the log is; a node is made once, when the last of
its 256 children is appended.  The nodes are derived: ``jieti audit verify`` holds them against the leaves, and
``jieti rebuild`` makes them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, delete, select

from events.leaves import WIDTH
from events.merkle import consistency, fold, inclusion, root
from events.tables import event_table, insert_rows, metadata, node_table

HEIGHT = 8
"""Nodes of heights 8, 16, 24 … are kept, on levels 1, 2, 3 …; level 0 are the leaves."""
assert WIDTH == 1 << HEIGHT

_leaf, _node = event_table.c, node_table.c


class TreeDamaged(Exception):
    """Kept nodes are missing: in both languages."""

    zh = "日志的树缺了节点：用 jieti rebuild 重新推导"
    en = "nodes of the log's tree are missing: jieti rebuild makes them again"

    def __init__(self) -> None:
        super().__init__(self.en)


def grow(connection: Connection, size: int, leaves: Sequence[bytes]) -> None:
    """Keep the nodes that these leaves, just appended to so many, complete."""
    level, hashes, begin = 0, leaves, size
    while hashes:
        first, end = begin // WIDTH, (begin + len(hashes)) // WIDTH  # of the nodes above
        if first == end:
            return
        whole = [*_kept(connection, level, first * WIDTH, begin), *hashes]
        above = [fold(whole[at : at + WIDTH]) for at in range(0, (end - first) * WIDTH, WIDTH)]
        level += 1
        insert_rows(connection, node_table, [(level, first + nth, node) for nth, node in enumerate(above)])
        hashes, begin = above, first


def regrow(connection: Connection, batch: int = 20 * WIDTH) -> None:
    """Make every node again from the leaves that are stored."""
    metadata.create_all(connection, tables=[node_table])
    connection.execute(delete(node_table))
    size = 0
    while leaves := _leaves(connection, size, size + batch):
        grow(connection, size, leaves)
        size += len(leaves)


class Tree:
    """The tree of the first ``size`` events, in a transaction."""

    def __init__(self, connection: Connection, size: int) -> None:
        self.size = size
        self._connection = connection
        self._perfect = lru_cache(maxsize=4096)(self._read)

    def root(self) -> bytes:
        """Its root."""
        return root(self._perfect, self.size)

    def inclusion(self, position: int) -> list[bytes]:
        """The audit path of the event at a position; ValueError if it is not among them."""
        return inclusion(self._perfect, position - 1, self.size)

    def consistency(self, old: int) -> list[bytes]:
        """What proves that it extends the tree of the first ``old`` events; ValueError if it is shorter."""
        return consistency(self._perfect, old, self.size)

    def _read(self, height: int, index: int) -> bytes:
        level, rest = divmod(height, HEIGHT)
        return fold(_kept(self._connection, level, index << rest, (index + 1) << rest))


def _kept(connection: Connection, level: int, first: int, end: int) -> list[bytes]:
    """The kept hashes of a level, counted from 0, from ``first`` to before ``end``."""
    if first == end:
        return []
    if level == 0:
        return _leaves(connection, first, end)
    chosen = select(_node.hash).where(_node.level == level, _node.number >= first, _node.number < end)
    found = list(connection.execute(chosen.order_by(_node.number)).scalars())
    if len(found) < end - first:
        raise TreeDamaged
    return found


def _leaves(connection: Connection, first: int, end: int) -> list[bytes]:
    """The leaves of as many of the events after position ``first`` up to ``end`` as there are."""
    at = _leaf.position
    return list(connection.execute(select(_leaf.leaf).where(at > first, at <= end).order_by(at)).scalars())
