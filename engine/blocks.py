"""Lists cut into blocks: a statement takes a bounded number of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_blocks(items: Iterable[T], size: int = 5_000) -> Iterator[list[T]]:
    """Items in lists of at most so many."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
