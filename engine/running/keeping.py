"""What keeps a district moving (``jieti up``), as other processes see it: that it runs, how it is, how to call it.

One process at a time keeps a data folder: it holds ``prefect/up.lock``, which ends with it however it dies.  How it
is stands in ``prefect/up.json``, replaced as a whole whenever something changes; only while the lock is held does
that tell of the present.  A byte written to the pipe ``prefect/up.knock`` has it look for work at once.

Nothing here imports Prefect, or anything heavy.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, Literal

ADVANCE, SWEEP = "advance review cycle", "sweep"
"""The flows, as Prefect knows them."""
State = Literal["starting", "running", "server lost", "stopping"]


@dataclass(frozen=True)
class Last:
    """A run that ended: its flow and name, when (ISO, UTC), how Prefect calls that, and what it says it did."""

    flow: str
    name: str
    ended: str
    outcome: str
    said: str


@dataclass(frozen=True)
class Status:
    """How what keeps a district moving is.  Instants are ISO texts, in UTC."""

    pid: int
    since: str
    schedule: str
    """As it was asked for: ``15 minutes``, or five fields of cron."""
    state: State = "starting"
    api: str | None = None
    """The address of Prefect's API; None before the server first answered."""
    dashboard: str | None = None
    """The address of the dashboard; None when it was not asked for."""
    advance: str | None = None
    """The deployment that advances one cycle: its id at Prefect's."""
    next: str | None = None
    last: Last | None = None
    last_sweep: Last | None = None
    under_way: int = 0
    """Runs under way."""
    restarts: int = 0
    """How often the server was lost and started again."""


class UpAlready(Exception):
    """Somebody keeps this data folder already."""

    code = "runs already"

    def __init__(self, folder: Path, status: Status | None) -> None:
        pid = f"pid {status.pid}" if status else "…"
        self.zh = f"这个数据文件夹({folder})的 jieti up 已在运行({pid});用 jieti up --status 查看"
        self.en = f"jieti up runs already on this data folder ({folder}, {pid}): see jieti up --status"
        super().__init__(self.en)


def found(folder: Path) -> Status | None:
    """What keeps a data folder now; None if nothing does."""
    home = _home(folder)
    try:
        with (home / "up.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(home)
    except OSError:
        return None
    return None


def knock(folder: Path) -> None:
    """Have it look for work at once; without effect where nothing runs, or where there are no pipes."""
    with suppress(OSError):
        pipe = os.open(_home(folder) / "up.knock", os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(pipe, b".")
        finally:
            os.close(pipe)


class Post:
    """The place of the one process that keeps a data folder: its status, its doorbell, whether it shall leave."""

    def __init__(self, home: Path, status: Status) -> None:
        self.home = home
        self.status = status
        self.leaving = False
        self._in, self._out = _pipe(home / "up.knock")
        self.update()

    def update(self, **changes: Any) -> None:
        """Tell how it is now."""
        self.status = replace(self.status, **changes)
        draft = self.home / "up.json.new"
        draft.write_text(json.dumps(asdict(self.status), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self.home / "up.json")

    def ring(self) -> None:
        """End a wait, from any thread or signal handler."""
        with suppress(OSError):
            os.write(self._out, b".")

    def leave(self, *_: int | FrameType | None) -> None:
        """Have it end soon: also the handler of signals."""
        self.leaving = True
        self.ring()

    def wait(self, seconds: float) -> None:
        """Wait for so long, or until somebody knocks."""
        if not self.leaving and select.select([self._in], [], [], max(0.0, seconds))[0]:
            with suppress(BlockingIOError):
                os.read(self._in, 4096)

    def close(self) -> None:
        """Let go of the pipe."""
        for end in {self._in, self._out}:
            os.close(end)


@contextmanager
def post(folder: Path, status: Status) -> Iterator[Post]:
    """Take the place, with the signals that ask to leave; UpAlready if somebody has it."""
    home = _home(folder)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "up.lock").open("ab") as lock:
        for more in range(20, -1, -1):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:  # taken; or somebody just looks whether it is
                if not more:
                    raise UpAlready(folder, _read(home)) from None
                time.sleep(0.02)
        place = Post(home, status)
        asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {one: signal.signal(one, place.leave) for one in asking}
        try:
            yield place
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            place.close()


def _home(folder: Path) -> Path:
    return folder.resolve() / "prefect"


def _read(home: Path) -> Status | None:
    try:
        told = json.loads((home / "up.json").read_text("utf-8"))
        for name in ("last", "last_sweep"):
            told[name] = Last(**told[name]) if told[name] else None
        return Status(**told)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _pipe(place: Path) -> tuple[int, int]:
    """A pipe that other processes find by its name; where the disk knows none, one of our own."""
    try:
        if not (place.exists() and stat.S_ISFIFO(place.stat().st_mode)):
            place.unlink(missing_ok=True)
            os.mkfifo(place, 0o600)
        both = os.open(place, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        ends = os.pipe()
        for end in ends:
            os.set_blocking(end, False)
        return ends
    return both, both
