"""When the garbage collector looks, and at what: the states of a large cohort are two million objects, none of which it
would free, and of an import it frees none either.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock

MANY = 300_000
"""Objects that are worth a look.  Two chunks of an import have half as many at a time, and others in the next ones."""
SELDOM = 1_000_000
"""How many more there are when the collector looks of its own accord while a bulk is under way."""

_under_way = dict[int, tuple[int, int, int]]()
"""The bulks, and when the collector looked before them."""
_numbers = count()
_lock = Lock()


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Without the garbage collector: all that a chunk makes is in use, and to find that out holds the lock longer."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def old_left_alone() -> Iterator[None]:
    """Whatever there is when a bulk begins stays till its end: the collector looks through it no more meanwhile."""
    with _lock:
        usual = _under_way[number := next(_numbers)] = next(iter(_under_way.values()), gc.get_threshold())
        gc.set_threshold(SELDOM, *usual[1:])
    gc.freeze()
    try:
        yield
    finally:
        with _lock:
            del _under_way[number]
            if not _under_way:
                gc.set_threshold(*usual)
                gc.unfreeze()


def look_once() -> None:
    """After a chunk of a bulk, once there are many objects more: throw away what is garbage of them, and leave the rest
    alone as well."""
    if _under_way and gc.get_count()[0] > MANY:
        gc.collect(1)
        gc.freeze()
