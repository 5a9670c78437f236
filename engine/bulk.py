"""A bulk of commands on its way: in chunks that let others write between them.

While a chunk is committed the next is made.  Of a long bulk of plain records whole chunks go to another process
(``engine.writer``), and this one makes the next meanwhile; whatever that one does not do is done here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from engine.collecting import look_once
from engine.handle import TOGETHER, Carried, Handler, Watch
from engine.pace import FIRST, Behind, Pace
from engine.projections.plain import Plain
from engine.writer import Writer
from workflows.commands import Answer, Command

LONG = 50_000
"""Commands for which another process is worth its start, which takes a second of another processor."""
TRUST = 20
"""Half of it is lost with a chunk that comes back, and has cost time for nothing; one that does not wins back 1."""
AHEAD = 2
"""Chunks that the other process has, so that it need not wait for one."""


@dataclass
class Bulk:
    """What is under way of a bulk.  ``first`` looks before each chunk.

    Of ``fresh`` commands the ids were drawn for them: plain records are not looked for (and none is recorded twice).
    """

    handler: Handler
    over: Connection
    behind: Behind
    first: Watch | None
    fresh: bool
    expected: int
    """About how many commands there are; 0 where nobody knows."""
    writes: Callable[[], Writer]
    pace: Pace = field(default_factory=Pace)
    _writer: Writer | None = None
    _open: bool = False
    _trust: int = TRUST
    _handed: deque[tuple[Sequence[Command], Sequence[Plain], Future[Carried | None]]] = field(default_factory=deque)
    """The chunks that the other process has, in their order."""

    def answers(self, commands: Iterable[Command]) -> Iterator[Answer]:
        """Carry out commands in order and give their answers, a refusal among them."""
        try:
            for chunk in self.pace.chunks(commands, alone=lambda command: not isinstance(command, TOGETHER)):
                ready = self.handler.recording.ready(chunk)
                yield from self.behind.answers()
                if self._hand_over(chunk, ready):
                    yield from self._under_way(AHEAD)
                else:
                    yield from self._under_way()
                    yield from self._here(chunk, ready, fresh=self.fresh)
        except Exception:
            yield from self._under_way()  # whoever makes the commands failed, not those that were carried out
            raise
        yield from self._under_way()

    def _under_way(self, but: int = 0) -> Iterator[Answer]:
        """The answers of the chunks that are under way, but for so many of the last."""
        yield from self.behind.answers()
        while len(self._handed) > but:
            chunk, _, handed = self._handed[0]
            if handed.exception() is None and (carried := handed.result()) is not None:
                self._handed.popleft()
                self._trust = min(self._trust + 1, TRUST)
                self.pace.fit(carried.held, len(chunk))
                look_once()
                yield from self.behind.told(carried.answers)
            else:
                yield from self._all_here()

    def _all_here(self) -> Iterator[Answer]:
        """Carry out here what came back, and whatever was handed over after it: that comes back, too."""
        assert self._writer is not None
        back = [(chunk, ready) for chunk, ready, handed in self._handed if handed.exception() or not handed.result()]
        assert len(back) == len(self._handed)
        self._handed.clear()
        for chunk, ready in back:
            # It may have been committed all the same, by a process that broke off then: so they are looked for.
            yield from self._here(chunk, ready, fresh=False)
        yield from self.behind.answers()
        self._writer.anew()
        self._trust -= TRUST // 2

    def _hand_over(self, chunk: Sequence[Command], ready: Sequence[Plain] | None) -> bool:
        """Whether the other process carries out this chunk."""
        if ready is None or not self.fresh or self.first is not None or self._trust <= 0:
            return False
        if self._writer is None:
            if self.expected >= LONG:
                self._writer = self.writes()
            return False
        if not self._writer.is_open():
            return False
        if not self._open:
            self._open = True
            self.pace.size = FIRST  # it has nothing at hand yet, and would hold the lock for longer
            return False
        self._handed.append((chunk, ready, self._writer.carry_out(chunk, ready)))
        return True

    def _here(self, chunk: Sequence[Command], ready: Sequence[Plain] | None, *, fresh: bool) -> Iterator[Answer]:
        """Carry out a chunk here, and commit the last of it behind whoever goes on."""
        while chunk:
            yield from self.behind.answers()
            if self.first is not None:
                self.first.ahead()
            self.behind.merged()
            self.pace.pause()
            begun = self.handler.begin(self.over, chunk, ready, self.first, fresh=fresh)
            self.behind.commit(begun.commit, begun.answers, self.pace)
            chunk, ready = chunk[len(begun.answers) :], None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
