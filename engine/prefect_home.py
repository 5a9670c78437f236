"""A Prefect server of our own: it lives in a data folder, on loopback, for as long as somebody uses it.

Nothing here imports Prefect.  The same file is the server's own program (the last function), so that whoever starts
it pays for no import either.  Three small files in the home hold it together, all three by locks of the operating
system, which ends them with their process, however that dies:

    server.json   locked by the server while it lives; holds its pid and port, so that pid is never a stranger's
    users.lock    locked, shared, by everyone who uses the server; the server waits for it and leaves when it gets it
    start.lock    locked by whoever looks for the server or starts it: one at a time

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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LONGEST_START = 120.0
"""Seconds in which a server must answer; it takes 3 to 6 on two cores, more while they are busy."""
LONGEST_STOP = 6.0
"""Seconds in which a server must have left after its last user did."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}
"""Nothing leaves the machine, and only errors are logged."""

LEAN = {
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    # The dashboard's files are unpacked into the installed package unless told otherwise; who wants to look,
    # see docs/prefect.md, gets them.
    "PREFECT_SERVER_UI_ENABLED": "false",
    # Task runs arrive as events.  Written one at a time they collide, in SQLite, with our own requests, each of which
    # then waits for two seconds; of events that nobody reads the same is true.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "500",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # Services for deployments, workers and automations: we have none.
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
"""What a server that lives for one review cycle's advance does without."""


class PrefectUnavailable(Exception):
    """The server did not come up, or was lost: what to do, in both languages, with the end of its log."""

    def __init__(self, home: Path, zh: str, en: str) -> None:
        log = home / "server.log"
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
        super().__init__(self.en)


@dataclass(frozen=True)
class PrefectServer:
    """A server that answers: its home and the address of its API, good until the context that gave it ends."""

    home: Path
    api: str

    def environment(self) -> dict[str, str]:
        """Environment variables with which Prefect's own commands and clients work on this server, and quietly."""
        return environment(self.home, self.api)


def environment(home: Path, api: str) -> dict[str, str]:
    """The process's environment with every Prefect variable of the user's replaced by ours."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    exempt = ",".join(filter(None, [theirs.get("NO_PROXY", theirs.get("no_proxy", "")), "127.0.0.1"]))
    return {
        **theirs,
        **QUIET,
        **LEAN,
        "HOME": str(home),  # may be unset, or not writable; and nothing of Prefect's belongs there
        "NO_PROXY": exempt,
        "no_proxy": exempt,
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_PROFILE": "ephemeral",
        "PREFECT_API_URL": api,
        # The server works in its home: no character of the path can upset the address of its database.
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///prefect.db",
    }


@contextmanager
def prefect_server(
    folder: Path, *, patience: float = LONGEST_START, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[PrefectServer]:
    """The server of a data folder: the one that runs, or a new one; it leaves when its last user has left.

    ``patience`` is the seconds within which it must answer; raises PrefectUnavailable after them.  ``meanwhile`` is
    called while it starts.
    """
    home = folder.resolve() / "prefect"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        users = (home / "users.lock").open("ab")
    except OSError as error:
        raise PrefectUnavailable(home, "其文件夹无法写入", f"its folder cannot be written ({error})") from error
    process: subprocess.Popen[bytes] | None = None
    try:
        deadline = time.monotonic() + patience
        with (home / "start.lock").open("ab") as start:
            if not _lock_within(start, fcntl.LOCK_EX, deadline):
                raise PrefectUnavailable(home, "另一进程正在启动它", "another process is still starting it")
            if not _lock_within(users, fcntl.LOCK_SH, time.monotonic() + LONGEST_STOP):
                _end(home)  # it is leaving, and does not get to the end of it
                fcntl.flock(users, fcntl.LOCK_SH)
            if _pid(home) is None:
                process = _spawn(home)
            meanwhile()
            port = _wait_for_answer(home, process, deadline)
        yield PrefectServer(home, f"http://127.0.0.1:{port}/api")
    finally:
        users.close()
        if process is not None:
            _see_off(home, process)


def _spawn(home: Path) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own: an interrupt at the terminal is for its user, not for it."""
    (home / "server.json").write_bytes(b"")
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).resolve()), str(home)],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**environment(home, ""), "PYTHONUNBUFFERED": "1"},
        )


def _wait_for_answer(home: Path, process: subprocess.Popen[bytes] | None, deadline: float) -> int:
    """The port on which the server answers.  One that lives but never answers is ended."""
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise PrefectUnavailable(home, "服务进程已退出", f"it ended with code {process.returncode}")
        pid = _pid(home)
        if pid is None and process is None:
            raise PrefectUnavailable(home, "服务进程已退出", "it ended while it was starting")
        port = _record(home).get("port")
        if pid is not None and port is not None and _answers(port):
            return port
        time.sleep(0.03)
    _end(home)
    raise PrefectUnavailable(home, "等待超时", "it did not answer in time")


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


def _see_off(home: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server that we started has left, unless others still use it."""
    with (home / "users.lock").open("ab") as users:
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


def _end(home: Path) -> None:
    """Kill the server of this home, if there is one."""
    if (pid := _pid(home)) is not None:
        os.kill(pid, signal.SIGKILL)


def _pid(home: Path) -> int | None:
    """The pid of the living server of this home.  Only while it holds its record's lock is that number its own."""
    try:
        with (home / "server.json").open("rb") as record:
            if _lock(record, fcntl.LOCK_SH):
                return None
    except FileNotFoundError:
        return None
    return _record(home).get("pid")


def _record(home: Path) -> dict[str, int]:
    """Pid and port as the server wrote them; empty while it has not."""
    try:
        record: dict[str, int] = json.loads(_text(home / "server.json"))
    except ValueError:
        return {}
    return record


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace") if file.exists() else ""


# ------------------------------------------------------------------------------------------- the server's program


def _serve(home: Path) -> None:
    """Be the server of this home: uvicorn's own program, on a free port, until nobody uses us."""
    record = (home / "server.json").open("r+b")
    if not _lock(record, fcntl.LOCK_EX):
        sys.exit("another server of this home is alive")
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    # uvicorn takes a listener that it is handed for a Unix socket, and asyncio then leaves this out.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    port = listener.getsockname()[1]
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    record.write(json.dumps({"pid": os.getpid(), "port": port}).encode())
    record.flush()
    threading.Thread(target=_leave_when_unused, args=(home / "users.lock",), daemon=True).start()
    # Importing and migrating make objects by the million that stay: looking for rubbish among them again and
    # again is a third of a start.
    gc.set_threshold(200_000, 20, 20)
    sys.argv = [
        "uvicorn",
        *("--factory", "prefect.server.api.server:create_app"),
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
    _serve(Path(sys.argv[1]))
