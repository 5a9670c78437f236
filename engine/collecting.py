"""When the garbage collector looks, and at what: the states of a large cohort are two million objects, none of which it
would free.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
