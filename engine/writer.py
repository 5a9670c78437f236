"""A second process that decides and writes chunks of plain records, while the first one makes the next: a long import
then has two processors.

It opens the folder as any process does, and takes its turn at the lock as any does.  Whatever it cannot do, or fails
to do, it leaves to whoever asked: that one says what is wrong.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection
from typing import Protocol

from engine.collecting import old_left_alone
from engine.handle import Carried, Handler
from engine.pace import Pace
from engine.projections.plain import Plain
from events.log import Log
from events.processes import deaf_to_interrupts
from workflows.commands import Command


class Folder(Protocol):
    """An open data folder, as the other process needs it."""

    handler: Handler
    log: Log


Opens = Callable[[], AbstractContextManager[Folder]]
"""Opens the folder in the other process; it is sent there."""


class Writer:
    """The other process, from here.  A thread waits for its answers."""

    def __init__(self, opens: Opens) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, opens), daemon=True)
        with suppress(OSError, NotImplementedError, AssertionError), deaf_to_interrupts():
            self._process.start()  # or the machine has none to spare
        theirs.close()
        self._thread = ThreadPoolExecutor(1, "writer")
        self._opened: Future[None] = self._thread.submit(self._line.recv)
        self._shapes = set[Hashable]()
        """Those of which it has seen a command."""
        self._came_back = False

    def is_open(self) -> bool:
        """Whether it can be given chunks: it takes a while to begin, and may have broken off."""
        return self._opened.done() and self._opened.exception() is None and not self._line.closed

    def carry_out(self, commands: Sequence[Command], chunk: Sequence[Plain]) -> Future[Carried | None]:
        """Carry out a chunk of plain records, made ready of these commands, after those that it was given before.

        None comes back, or an error, where it is to be carried out here; then whatever it is given after that comes
        back, too, until it may go on (``anew``).  With an error it may have been carried out all the same.
        """
        asked = dict[int, Command]()
        for nth, one in enumerate(chunk):
            if one.shape not in self._shapes:
                asked[nth] = commands[nth]
                if one.shape is not None:
                    self._shapes.add(one.shape)
        return self._thread.submit(self._ask, chunk, asked)

    def _ask(self, chunk: Sequence[Plain], commands: Mapping[int, Command]) -> Carried | None:
        if self._came_back:
            return None  # it would come before the one that did
        self._came_back = True
        try:
            self._line.send((chunk, commands))
            carried: Carried | None = self._line.recv()
        except BaseException:
            self._line.close()
            raise
        self._came_back = carried is None
        return carried

    def anew(self) -> None:
        """What came back was carried out.  It may have forgotten what it saw."""
        self._came_back = False
        self._shapes.clear()

    def close(self) -> None:
        """End it, once it is done with what it is about; before it has begun, at once."""
        started = self._process.pid is not None
        if started and not self._opened.done():
            self._process.kill()
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._line.close()
        if started:
            self._process.join()


def _serve(line: Connection, opens: Opens) -> None:
    """The other process.  It ends when nobody is at the other end of the line, and with whatever goes wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception), opens() as folder, old_left_alone(), folder.log.bulk() as (over, merge):
        pace = Pace()
        line.send(None)
        while True:
            chunk, commands = line.recv()
            line.send(folder.handler.carry_out_plain(over, pace, chunk, commands))
            merge()
