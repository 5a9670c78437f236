"""Processes that do a part of the work: they end with whoever began them, and leave Ctrl-C to that one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Processes(ProcessPoolExecutor):
    """So many processes, each of which begins with ``begin(*said)``."""

    def __init__(self, count: int, begin: Callable[..., None] | None = None, *said: object) -> None:
        super().__init__(count, multiprocessing.get_context("spawn"), _begin, (begin, said))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any pool does; the first calls start the processes."""
        with _uninterrupted():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that is started within it hears nothing of Ctrl-C, as long as it cannot say so itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(begin: Callable[..., None] | None, said: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin(*said)


def _end_with_parent() -> None:
    """Nobody else ends a process whose parent was killed; what it has not committed is not there."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)
