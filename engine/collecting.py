"""When the garbage collector looks, and at what: the states of a large cohort are two million objects, none of which it
would free.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock

_under_way = set[int]()
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
        _under_way.add(number := next(_numbers))
    gc.freeze()
    try:
        yield
    finally:
        with _lock:
            _under_way.remove(number)
        if not _under_way:
            gc.unfreeze()


def look_once() -> None:
    """After a chunk of a bulk: throw away what is garbage of it, and leave the rest alone as well."""
    if _under_way:
        gc.collect(1)
        gc.freeze()
