"""A second process that decides and writes chunks of plain records, while the first one makes the next: a long import
then has two processors.

It opens the folder as any process does, and takes its turn at the lock as any does.  Whatever it cannot do, or fails
to do, it leaves to whoever asked: that one says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from engine.collecting import old_left_alone
from engine.handle import Carried, Handler
from engine.pace import Pace
from engine.projections.plain import Plain
from events.log import Log
from events.processes import Processes
from workflows.commands import Command


class Folder(Protocol):
    """An open data folder, as the other process needs it."""

    handler: Handler
    log: Log


Opens = Callable[[], AbstractContextManager[Folder]]
"""Opens the folder in the other process; it is sent there."""


class Writer:
    """The other process, from here."""

    def __init__(self, opens: Opens) -> None:
        self._shapes = set[Hashable]()
        """Those of which it has seen a command."""
        self._run = 0
        self._pool: Processes | None = None
        self._opened = Future[None]()
        try:
            self._pool = Processes(1, _begin, opens)
            self._opened = self._pool.submit(_merge)
        except (OSError, NotImplementedError) as error:  # a machine that has no process to spare
            self.failed(error)

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
        assert self._pool is not None
        try:
            handed = Handed(self, self._pool.submit(_carry_out, self._run, chunk, asked))
            self._pool.submit(_merge)
        except BrokenProcessPool as error:
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
        """End it, once it is done with what it has."""
        if self._pool is not None:
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


# -------------------------------------------------------------------------------------------- in the other process


@dataclass
class _Other:
    """The folder as the other process has opened it."""

    handler: Handler
    over: Connection
    merge: Callable[[], None]
    pace: Pace = field(default_factory=Pace)
    came_back: set[int] = field(default_factory=set)
    """The runs of chunks that ended with one that was not carried out."""


_open = ExitStack()
_other = list[_Other]()


def _begin(opens: Opens) -> None:
    with suppress(Exception):  # that it is not open is what it answers
        folder = _open.enter_context(opens())
        _open.enter_context(old_left_alone())
        _other.append(_Other(folder.handler, *_open.enter_context(folder.log.bulk())))


def _carry_out(run: int, chunk: Sequence[Plain], commands: Mapping[int, Command]) -> Carried | None:
    (other,) = _other
    if run in other.came_back:
        return None  # it would come before the one that did
    other.came_back.add(run)
    if (carried := other.handler.carry_out_plain(other.over, other.pace, chunk, commands)) is not None:
        other.came_back.remove(run)
    return carried


def _merge() -> None:
    (other,) = _other
    other.merge()
