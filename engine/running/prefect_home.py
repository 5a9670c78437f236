"""Prefect servers of our own: they live in a data folder, on loopback, for as long as somebody uses them.

There are two kinds: the *lean* one, which a single command brings along, and the *full* one of ``jieti up``, with
the services that schedules need and, if asked, the dashboard.  Both work on the same database and may live side by
side for a while; a command uses the full one where there is one.

Nothing here imports Prefect.  The same file is the server's own program (the last function), so that whoever starts
it pays for no import either.  Small files in the home hold it together, all by locks of the operating system, which
ends them with their process, however that dies (KIND is ``server`` or ``up-server``):

    KIND.json     locked by the server while it lives; holds its pid and port, so that pid is never a stranger's
    KIND.users    locked, shared, by everyone who uses the server; the server waits for it and leaves when it gets it
    start.lock    locked by whoever looks for a server or starts one: one at a time

So a server is never orphaned (not by SIGKILL either), two processes share one server, and whoever comes while it
leaves waits, then starts the next.  The usual PR_SET_PDEATHSIG would tie it to the *thread* that started it.
"""

from __future__ import annotations

import fcntl
import gc
import http.client
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.running.prefect_settings import LEAN, Kind, environment, full

LONGEST_START = 120.0
"""Seconds in which a server must answer; it takes 3 to 6 on two cores, more while they are busy."""
LONGEST_STOP = 6.0
"""Seconds in which a server must have left after its last user did."""


class PortTaken(Exception):
    """Another program listens where the server shall."""

    code = "port taken"

    def __init__(self, port: int) -> None:
        self.zh = f"端口 {port} 已被别的程序占用;请用 --port 换一个,或不写 --port"
        self.en = f"another program listens on port {port}: choose another one with --port, or leave it out"
        super().__init__(self.en)


class PrefectUnavailable(Exception):
    """The server did not come up, or was lost: what to do, in both languages, with the end of its log."""

    def __init__(self, home: Path, zh: str, en: str, kind: Kind = LEAN) -> None:
        log = kind.log(home)
        tail = "\n".join(_text(log).splitlines()[-12:])
        ending = f"\n{log}:\n{tail}" if tail else ""
        self.zh = (
            f"Prefect 服务用不上：{zh}。评审数据完好，请重试；若仍不行，删除文件夹 {home}"
            f"（其中只有运行记录）再试。{ending}"
        )
        self.en = (
            f"The Prefect server cannot be used: {en}. The review's data are whole: try again. If that fails too, "
            f"delete the folder {home} (it holds records of runs only) and try once more.{ending}"
        )
        self.why = en
        super().__init__(self.en)


@dataclass(frozen=True)
class PrefectServer:
    """A server that answers: its home, the address of its API, its kind; good until the context that gave it ends."""

    home: Path
    api: str
    kind: Kind = LEAN

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return int(self.api.rpartition(":")[2].partition("/")[0])

    def alive(self) -> bool:
        """Whether its process still is; costs a lock, no request."""
        return _pid(self.home, self.kind) is not None

    def end(self) -> None:
        """Kill it: it does not answer."""
        _end(self.home, self.kind)

    def environment(self) -> dict[str, str]:
        """Environment variables with which Prefect's own commands and clients work on this server, and quietly."""
        return environment(self.home, self.api, self.kind)


@contextmanager
def prefect_server(
    folder: Path,
    kind: Kind = LEAN,
    *,
    patience: float = LONGEST_START,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[PrefectServer]:
    """The server of a data folder: the full one or else one of this kind that runs, or a new one of this kind.

    It leaves when its last user has left.  ``patience`` is the seconds within which it must answer; raises
    PrefectUnavailable after them.  ``meanwhile`` is called while it starts.
    """
    home = folder.resolve() / "prefect"
    process: subprocess.Popen[bytes] | None = None
    using = ExitStack()
    try:
        deadline = time.monotonic() + patience
        with _one_starts(home, kind, deadline):
            kind = _use(home, kind, using)
            if _pid(home, kind) is None:
                process = _spawn(home, kind)
            meanwhile()
            port = _wait_for_answer(home, kind, process, deadline)
        yield PrefectServer(home, f"http://127.0.0.1:{port}/api", kind)
    finally:
        using.close()
        if process is not None:
            _see_off(home, kind, process)


@contextmanager
def _one_starts(home: Path, kind: Kind, deadline: float) -> Iterator[None]:
    """Be the only one who looks for a server or starts one, in a home that is there."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        start = (home / "start.lock").open("ab")
    except OSError as error:
        raise PrefectUnavailable(home, "其文件夹无法写入", f"its folder cannot be written ({error})", kind) from error
    with start:
        if not _lock_within(start, fcntl.LOCK_EX, deadline):
            raise PrefectUnavailable(home, "另一进程正在启动它", "another process is still starting it", kind)
        yield


def _use(home: Path, kind: Kind, using: ExitStack) -> Kind:
    """Become a user of the full server, if it lives, else of one of this kind, which may have to be started."""
    for one in (full(), kind):
        if one.stem != kind.stem and _pid(home, one) is None:
            continue
        users = using.enter_context(one.users(home).open("ab"))
        if not _lock_within(users, fcntl.LOCK_SH, time.monotonic() + LONGEST_STOP):
            _end(home, one)  # it is leaving, and does not get to the end of it
            fcntl.flock(users, fcntl.LOCK_SH)
        if one.stem == kind.stem:
            return kind
        if _pid(home, one) is not None:
            return one
        users.close()  # it has left meanwhile
    return kind


def _spawn(home: Path, kind: Kind) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own: an interrupt at the terminal is for its user, not for it."""
    if kind.port:
        try:
            socket.create_server(("127.0.0.1", kind.port)).close()
        except OSError as error:
            raise PortTaken(kind.port) from error
    kind.record(home).write_bytes(b"")
    with kind.log(home).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).resolve()), str(home), kind.stem, str(kind.port)],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**environment(home, "", kind), "PYTHONUNBUFFERED": "1"},
        )


def _wait_for_answer(home: Path, kind: Kind, process: subprocess.Popen[bytes] | None, deadline: float) -> int:
    """The port on which the server answers.  One that lives but never answers is ended."""
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise PrefectUnavailable(home, "服务进程已退出", f"it ended with code {process.returncode}", kind)
        pid = _pid(home, kind)
        if pid is None and process is None:
            raise PrefectUnavailable(home, "服务进程已退出", "it ended while it was starting", kind)
        port = _record(home, kind).get("port")
        if pid is not None and port is not None and _answers(port):
            return port
        time.sleep(0.03)
    _end(home, kind)
    raise PrefectUnavailable(home, "等待超时", "it did not answer in time", kind)


def _answers(port: int) -> bool:
    """Whether the API is healthy; asked directly, whatever proxies the environment names."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _see_off(home: Path, kind: Kind, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server that we started has left, unless others still use it."""
    with kind.users(home).open("ab") as users:
        if not _lock(users, fcntl.LOCK_EX) and _lock(users, fcntl.LOCK_SH):
            _lent.append(process)
            return
    try:
        process.wait(LONGEST_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_lent: list[subprocess.Popen[bytes]] = []
"""Servers of ours that others used when we left: kept, so that nothing is said about a child not waited for."""


def _lock(file: IO[bytes], how: int) -> bool:
    """Take a lock if nobody is in the way."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_within(file: IO[bytes], how: int, deadline: float) -> bool:
    """Take a lock as soon as nobody is in the way; False if somebody still is at the deadline."""
    while not _lock(file, how):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _end(home: Path, kind: Kind) -> None:
    """Kill the server of this home and kind, if there is one."""
    if (pid := _pid(home, kind)) is not None:
        os.kill(pid, signal.SIGKILL)


def _pid(home: Path, kind: Kind) -> int | None:
    """The pid of the living server of a home.  Only while it holds its record's lock is that number its own."""
    try:
        with kind.record(home).open("rb") as record:
            if _lock(record, fcntl.LOCK_SH):
                return None
    except FileNotFoundError:
        return None
    return _record(home, kind).get("pid")


def _record(home: Path, kind: Kind) -> dict[str, int]:
    """Pid and port as the server wrote them; empty while it has not."""
    try:
        record: dict[str, int] = json.loads(_text(kind.record(home)))
    except ValueError:
        return {}
    return record


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace") if file.exists() else ""


# ------------------------------------------------------------------------------------------- the server's program


def _serve(home: Path, kind: Kind) -> None:
    """Be the server of this home: uvicorn's own program, on a free port, until nobody uses us."""
    record = kind.record(home).open("r+b")
    if not _lock(record, fcntl.LOCK_EX):
        sys.exit("another server of this home is alive")
    listener = socket.create_server(("127.0.0.1", kind.port), backlog=256)
    # uvicorn takes a listener that it is handed for a Unix socket, and asyncio then leaves this out.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    port = listener.getsockname()[1]
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    record.write(json.dumps({"pid": os.getpid(), "port": port}).encode())
    record.flush()
    threading.Thread(target=_leave_when_unused, args=(kind.users(home),), daemon=True).start()
    # Importing and migrating make objects by the million that stay: looking for rubbish among them again and
    # again is a third of a start.
    gc.set_threshold(200_000, 20, 20)
    sys.argv = [
        "uvicorn",
        *("--factory", "engine.orchestration.server:create_app"),
        *("--fd", str(listener.fileno())),
        *("--log-level", "error"),
        *("--timeout-keep-alive", "5"),
        *("--timeout-graceful-shutdown", "1"),
    ]
    runpy.run_module("uvicorn", run_name="__main__")


def _leave_when_unused(users: Path) -> None:
    """Wait until nobody holds the users' lock, then end this process, first politely."""
    with users.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # and keep it: whoever comes now waits for the next server
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(LONGEST_STOP / 2)
        os._exit(1)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Kind(sys.argv[2], (), int(sys.argv[3])))
