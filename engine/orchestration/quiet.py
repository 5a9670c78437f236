"""Prefect in this process: loaded in an environment of ours, talking to our server, quiet, and tidied up after."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.running.prefect_home import PrefectServer
from engine.running.prefect_settings import environment

_loading = threading.Lock()


def load(home: Path) -> None:
    """Import Prefect in an environment of ours: it reads the environment, and the user's home, once and for all."""
    # What goes wrong is raised, and kept with the run in Prefect's log; on the terminal it would be said twice.
    silent = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
    with _loading:
        if "prefect" not in sys.modules:
            with _environ({**environment(home, ""), **silent}):
                import prefect.artifacts
                import prefect.events.worker
                import prefect.main  # noqa: F401 - the rest, and its logging, come with the first use of this


@contextmanager
def client_of(server: PrefectServer) -> Iterator[None]:
    """Talk to this server, and to nothing else, whatever Prefect was told when it was imported."""
    from prefect.settings import temporary_settings

    ours = server.environment()
    settings = {
        "home": server.home,
        "api.url": server.api,
        "api.key": None,
        "api.auth_string": None,
        "client.csrf_support_enabled": False,
        "logging.level": "ERROR",
        "results.local_storage_path": server.home / "storage",
        "results.persist_by_default": False,
        "flows.heartbeat_frequency": None,  # or each run pays a second for it
    }
    still = {name: ours[name] for name in ("NO_PROXY", "no_proxy", "DO_NOT_TRACK")}
    if not os.environ.get("HOME"):
        still["HOME"] = ours["HOME"]  # Prefect looks for it again and again
    with _environ({**os.environ, **still}), temporary_settings(settings):
        yield


@contextmanager
def impatient() -> Iterator[None]:
    """Be told at once of a server that does not answer: what is asked within is asked again anyhow."""
    from prefect.settings import temporary_settings

    with temporary_settings({"client.max_retries": 0}):
        yield


@contextmanager
def _environ(variables: dict[str, str]) -> Iterator[None]:
    """Have these environment variables and no others, for a while."""
    before = dict(os.environ)
    _become(variables)
    try:
        yield
    finally:
        _become(before)


def _become(variables: dict[str, str]) -> None:
    """Change what differs only: other threads may be reading the rest."""
    for name in os.environ.keys() - variables.keys():
        del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def send_what_is_left() -> None:
    """Task runs reach the server as events, from a queue: wait for it, and let the next run begin a new one."""
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=10, at_exit=False)


class Living:
    """Who advances cycles of a data folder holds a shared lock; who is alone closes the runs of the dead."""

    def __init__(self, home: Path) -> None:
        self._file = (home / "advancing.lock").open("ab")

    def __enter__(self) -> Living:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def close_the_dead(self) -> None:
        """Be known to live; if nobody else does, every run that says that it runs was a dead one's.

        Call it only while no run of this process is under way.
        """
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            _close_dead_runs()
        fcntl.flock(self._file, fcntl.LOCK_SH)


def _close_dead_runs() -> None:
    """A run whose process was killed says "Running" for ever, to whoever looks: say that it crashed."""
    from prefect import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    unfinished = FlowRunFilter.model_validate(
        {
            "tags": {"all_": ["jieti"]},
            "state": {"type": {"any_": [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]}},
        }
    )
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=unfinished):
            client.set_flow_run_state(run.id, Crashed(message="Its process ended before it did."), force=True)
