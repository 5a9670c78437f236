"""How a bulk of commands goes: in chunks that let others write between them, each committed while the next is made."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from engine.collecting import look_once
from workflows.commands import Answer, Command

HOLD = 0.12
"""Seconds that a chunk aims to hold the write lock; the bound is 0.2."""
FIRST = 200
"""Commands in the first chunk."""
PAUSE = 0.02
"""Seconds between chunks: back to back they starve every other writer, who looks more often than that."""
MERGED = 12_000
"""Commands after which a bulk waits until all that it wrote is in the store's file: the write-ahead log then begins
anew."""


_USUAL, _SWIFT = sys.getswitchinterval(), 0.0005
"""Seconds after which a thread hands the interpreter to another that waits for it.  In the usual 5 ms each, several
times a commit, a chunk would keep the lock for nothing."""


@dataclass
class Pace:
    """How many commands a bulk's next chunk has, and when the last one let go of the lock (monotonic seconds)."""

    size: int = FIRST
    released: float = 0.0

    def chunks(self, commands: Iterable[Command], alone: Callable[[Command], bool]) -> Iterator[list[Command]]:
        """The commands in chunks of the size that is right by then; those that go alone, alone."""
        chunk = list[Command]()
        for command in commands:
            if chunk and alone(command):
                yield chunk
                chunk = []
            chunk.append(command)
            if len(chunk) >= self.size or alone(command):
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def pause(self) -> None:
        """Leave the lock to others for a while; the time that the chunk took to gather was theirs already."""
        time.sleep(max(0.0, self.released + PAUSE - time.monotonic()))

    def took(self, began: float, commands: int) -> float:
        """So many commands held the lock since then; for how many seconds."""
        self.released = time.monotonic()
        self.fit(held := self.released - began, commands)
        return held

    def fit(self, held: float, commands: int) -> None:
        """So many commands held the lock for so many seconds: fit the next chunk to what is aimed at."""
        if commands * 2 >= self.size:  # a few commands that had to go tell little
            self.size = max(50, min(int(commands * HOLD / max(held, 0.001)), 2 * self.size, 20_000))


class Behind:
    """Commits a chunk in a thread of its own, and then gives its answers: nothing is told that is not on disk.

    A commit waits for the disk and leaves the interpreter to others, who make the next chunk meanwhile; so does
    ``merge``, which is called there after each commit.
    """

    def __init__(self, merge: Callable[[], None], progress: Callable[[int], None] | None) -> None:
        self._merge, self._progress = merge, progress
        self._thread = ThreadPoolExecutor(1, "commit")
        self._under_way: tuple[Future[None], list[Answer]] | None = None
        self._merging: Future[None] | None = None
        self._since = 0
        """How many commands were committed since the write-ahead log began anew."""

    def commit(self, commit: Callable[[Pace], None], answers: list[Answer], pace: Pace) -> None:
        """Begin to commit a chunk; the one before it was answered."""
        assert self._under_way is None
        self._under_way = self._thread.submit(commit, pace), answers
        self._merging = self._thread.submit(self._merge)
        self._since += len(answers)

    def answers(self) -> Iterator[Answer]:
        """Those of the chunk that is being committed, once it is; whatever kept it from being committed is raised."""
        if self._under_way is None:
            return
        (done, answers), self._under_way = self._under_way, None
        done.result()
        look_once()
        yield from self.told(answers)

    def told(self, answers: list[Answer]) -> Iterator[Answer]:
        """The answers of a chunk that is committed."""
        yield from answers
        if self._progress:
            self._progress(len(answers))

    def merged(self) -> None:
        """Wait for the merge where enough is to be merged: whoever begins a transaction before its end goes on with the
        write-ahead log as it is."""
        if self._merging is not None and self._since >= MERGED:
            self._merging.result()
            self._since = 0

    def __enter__(self) -> Self:
        sys.setswitchinterval(_SWIFT)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is under way: a connection is not left in the middle of a commit."""
        self._thread.shutdown(wait=True)
        sys.setswitchinterval(_USUAL)
