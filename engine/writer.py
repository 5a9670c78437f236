"""A second process that decides and writes chunks of plain records, while the first one makes the next: a long import
then has two processors.

It opens the folder as any process does, and takes its turn at the lock as any does.  Whatever it cannot do, or fails
to do, it leaves to whoever asked: that one says what is wrong.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple, Protocol

from engine.projections.plain import Plain
from workflows.commands import Answer, Command


class Carried(NamedTuple):
    """What came of a chunk."""

    answers: list[Answer]
    held: float
    """Seconds for which it held the lock."""


class Carries(Protocol):
    """What can carry out chunks, in the other process."""

    def carry_out(self, chunk: Sequence[Plain], commands: Mapping[int, Command]) -> Carried | None:
        """Carry out a chunk of plain records and commit it; None, and nothing done, where one is not plain after all
        or the command of one would be needed that is not among ``commands``."""

    def merge(self) -> None:
        """Bring what was committed into the store's file."""


Opens = Callable[[], AbstractContextManager[Carries]]
"""Opens a folder in the other process; it is sent there."""


class Writer:
    """The other process, from here."""

    def __init__(self, opens: Opens) -> None:
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin, (opens,))
        self._shapes = set[Hashable]()
        """Those of which it has seen a command."""
        self._run = 0
        with _uninterrupted():
            self._opened: Future[None] = self._pool.submit(_merge)

    def is_open(self) -> bool:
        """Whether it can be given chunks: it takes a while to begin, and may have broken off."""
        return self._opened.done() and self._opened.exception() is None

    def carry_out(self, commands: Sequence[Command], chunk: Sequence[Plain]) -> Handed:
        """Begin to carry out a chunk of plain records, made ready of these commands."""
        asked = dict[int, Command]()
        for nth, one in enumerate(chunk):
            if one.shape not in self._shapes:
                asked[nth] = commands[nth]
                if one.shape is not None:
                    self._shapes.add(one.shape)
        try:
            handed = Handed(self, self._pool.submit(_carry_out, self._run, chunk, asked))
            self._pool.submit(_merge)
        except RuntimeError as error:  # it broke off
            self.failed(error)
            return Handed(self, None)
        return handed

    def anew(self) -> None:
        """A chunk came back: those after it, up to here, come back too, in their order.  It may have forgotten what it
        saw."""
        self._run += 1
        self._shapes.clear()

    def failed(self, error: BaseException) -> None:
        """It is asked no more."""
        self._opened = Future()
        self._opened.set_exception(error)

    def close(self) -> None:
        """End it, with what it is about."""
        self._pool.shutdown(wait=True)


class Handed(NamedTuple):
    """A chunk that the other process was given."""

    writer: Writer
    carried: Future[Carried | None] | None

    def result(self) -> Carried | None:
        """What came of it; None where it is to be carried out here."""
        if self.carried is None:
            return None
        if (failure := self.carried.exception()) is not None:
            # Whatever it is, the disk or a process that was killed: carried out here, it is told as ever.
            self.writer.failed(failure)
            return None
        if (carried := self.carried.result()) is None:
            self.writer.anew()
        return carried


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that begins within it hears nothing of Ctrl-C: whoever began it ends it, at the end of a chunk."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -------------------------------------------------------------------------------------------- in the other process

_opened = ExitStack()
_carries = list[Carries]()
"""The folder that this process opened."""


def _begin(opens: Opens) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _carries.append(_opened.enter_context(opens()))


def _end_with_parent() -> None:
    """Nobody else ends a process whose parent was killed; what it has not committed is not there."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


_over = set[int]()
"""The runs of chunks that ended with one that came back."""


def _carry_out(run: int, chunk: Sequence[Plain], commands: Mapping[int, Command]) -> Carried | None:
    if run in _over:
        return None  # it would come before the one that came back
    _over.add(run)
    if (carried := _carries[0].carry_out(chunk, commands)) is not None:
        _over.remove(run)
    return carried


def _merge() -> None:
    _carries[0].merge()
