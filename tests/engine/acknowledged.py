"""A process that works in a data folder and says aloud whatever it was told is recorded; and what became of it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from engine.district import District
from events.faults import fault
from workflows.commands import Answer, Command, Landed

Work = Callable[[District, Path], None]
"""What is done in a folder that is open."""
Prepare = Callable[[], None]

get_context("forkserver").set_forkserver_preload(["tests.engine.others", "tests.engine.a_life"])


@dataclass(frozen=True)
class Done:
    """What came of a process: its exit code (negative: killed), what was acknowledged, what it failed with."""

    exitcode: int
    acknowledged: tuple[tuple[int, str], ...]
    """Positions and the ids of the commands that are recorded there."""
    said: tuple[str, ...]
    """What else it said, such as the fault that it met."""

    @property
    def killed(self) -> bool:
        return self.exitcode == -9


def attempt(
    work: Work, folder: Path, *, after: float | None = None, first: Prepare | None = None, wait: float = 120,
    plug: Callable[[], None] | None = None,
) -> Done:  # fmt: skip
    """Do it in another process, which is killed after so many seconds; ``first`` is called there before all else.

    ``plug`` is pulled just before: of what the process said only that counts which it had said by then.
    """
    ours, theirs = Pipe(duplex=False)
    process = get_context("forkserver").Process(target=_working, args=(work, folder, theirs, first))
    process.start()
    theirs.close()
    text, ends = b"", time.monotonic() + (wait if after is None else after)
    while (left := ends - time.monotonic()) > 0 and ours.poll(left):
        if not (more := os.read(ours.fileno(), 1 << 16)):
            break
        text += more
    at_work = process.is_alive()
    if after is not None:
        if plug is not None:
            plug()
        process.kill()
    process.join(wait)
    assert process.exitcode is not None, "it hangs"
    while plug is None and (more := os.read(ours.fileno(), 1 << 16)):
        text += more
    ours.close()
    lines = text.decode().split("\n")[:-1]
    landed = tuple((int(at), id_) for at, id_ in (one[1:].split(" ") for one in lines if one.startswith("#")))
    exitcode = -9 if plug is not None and at_work else process.exitcode  # what it fails with when the disk is gone
    return Done(exitcode, landed, tuple(one for one in lines if not one.startswith("#")))


def _working(work: Work, folder: Path, said: Connection, first: Prepare | None) -> None:
    if first is not None:
        first()
    try:
        with District.open(folder) as district:
            aloud(district, said.fileno())
            work(district, folder)
    except Exception as error:
        if (of := fault(error)) is None:
            raise
        say(said.fileno(), of)
        os._exit(2)


def say(to: int, text: str) -> None:
    """A line; written at once, it is there even if the next moment is the last."""
    os.write(to, f"{text}\n".encode())


def aloud(district: District, to: int) -> None:
    """Let a district say what it acknowledges."""
    handle, handle_many = district.handle, district.handle_many

    def told(command: Command, answer: Answer) -> Answer:
        if isinstance(answer, Landed) and answer.positions:
            os.write(to, "".join(f"#{at} {command.id}\n" for at in answer.positions).encode())
        return answer

    def one(command: Command) -> Answer:
        return told(command, handle(command))

    def many(commands: Iterable[Command], progress: Callable[[int], None] | None = None) -> Iterator[Answer]:
        asked: deque[Command] = deque()

        def noted() -> Iterator[Command]:
            for command in commands:
                asked.append(command)
                yield command

        for answer in handle_many(noted(), progress):
            yield told(asked.popleft(), answer)

    said: Any = district
    said.handle, said.handle_many, said.out = one, many, to


def lost(folder: Path, done: Done) -> list[tuple[int, str]]:
    """What was acknowledged and is not in the log."""
    with closing(sqlite3.connect(folder / "log.db", timeout=30)) as store:
        there = dict(store.execute("SELECT position, command_id FROM event").fetchall())
    return [(at, id_) for at, id_ in done.acknowledged if there.get(at) != id_]
