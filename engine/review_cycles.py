"""Review cycles run by Prefect: the only room that imports it, and only once a cycle has something to advance.

Prefect runs, shows and retries; it never owns truth.  A flow run asks the log what is due (``engine.advance``), does
it in chunks of a cohort, and ends.  Whatever dies in between, the next run goes on from the log, and two runs at once
do no harm: the log's unique keys decide.  What Prefect is told, and so keeps in its database, is ids and counts.
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.exc import OperationalError

from engine.advance import Advanced, FunnelLine, Phase, Progress, funnel, next_phase, run_chunk
from engine.district import District
from engine.prefect_home import PrefectServer, PrefectUnavailable, prefect_server
from engine.prefect_settings import environment
from events.log import Conflict

FLOW = "advance review cycle"
THREADS = 2
"""Chunks at once: numpy works beside the one writer that the log has."""
RETRIES = 6
"""Of a chunk that found the log busy, after about 0.2, 0.4, 0.8 … seconds."""

_one_at_a_time = threading.Lock()
"""Prefect's senders of events and logs belong to the process, not to a run."""
_loading = threading.Lock()


class AdvanceStopped(Exception):
    """What Prefect is told of an exception: the name of its kind.  Its words could be about people."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__} (its words are told only to whoever ran the advance)")
        self.busy = _is_busy(error)


def run_advance(
    folder: Path,
    cycle: str,
    *,
    lang: Literal["zh", "en"] = "zh",
    progress: Progress | None = None,
    server: PrefectServer | None = None,
) -> Advanced:
    """Advance a cycle as far as the log allows, as a flow run of Prefect, and say what was done.

    Idempotent.  ``server`` is one from `prefect_server`, shared by several calls; without it the data folder's own is
    used, or started for this call.  With nothing due no server is needed, and none is started.  Raises what the
    engine raises, and PrefectUnavailable.
    """
    with District.open(folder) as district:
        if next_phase(district, cycle) is None:
            return Advanced((), 0, tuple(funnel(district, cycle)))
        with ExitStack() as stack:
            home = folder.resolve() / "prefect"
            if server is None:
                server = stack.enter_context(prefect_server(folder, meanwhile=lambda: _load(home)))
            stack.enter_context(_one_at_a_time)
            _load(home)
            stack.enter_context(_client(server))
            stack.enter_context(_among_the_living(server.home))
            return _run(district, cycle, lang, progress, server)


def _run(
    district: District, cycle: str, lang: Literal["zh", "en"], progress: Progress | None, server: PrefectServer
) -> Advanced:
    """The flow run itself."""
    from prefect import flow, tags, task
    from prefect.artifacts import (
        create_progress_artifact,
        create_table_artifact,
        update_progress_artifact,
    )
    from prefect.cache_policies import NO_CACHE
    from prefect.futures import as_completed
    from prefect.task_runners import ThreadPoolTaskRunner
    from prefect.tasks import exponential_backoff

    errors: list[Exception] = []
    done: list[str] = []
    appended = 0

    @contextmanager
    def discreet() -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - each one is raised again, by _run, to whoever called
            errors.append(error)
            raise AdvanceStopped(error) from None

    def busy(_task: Any, _run: Any, state: Any) -> bool:
        error = state.result(raise_on_failure=False)
        return isinstance(error, AdvanceStopped) and error.busy

    @task(
        name="advance chunk",
        task_run_name="{label}",
        retries=RETRIES,
        retry_delay_seconds=exponential_backoff(0.2),
        retry_jitter_factor=0.5,
        retry_condition_fn=busy,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def advance_chunk(label: str, phase: str, chunk: tuple[str, ...]) -> int:
        with discreet():
            return run_chunk(district, cycle, phase, chunk)

    def advance_phase(phase: Phase) -> None:
        nonlocal appended
        name, total = getattr(phase, lang), len(phase.chunks)
        bar = create_progress_artifact(0.0, key=_key("progress", cycle), description=f"{name} 0/{total}")
        with tags(f"phase:{phase.name}"):
            chunks = [
                advance_chunk.submit(f"{name} {number}/{total}", phase.name, chunk)
                for number, chunk in enumerate(phase.chunks, 1)
            ]
        for finished, chunk in enumerate(as_completed(chunks), 1):
            appended += chunk.result()
            update_progress_artifact(bar, 100.0 * finished / total, description=f"{name} {finished}/{total}")
            if progress is not None:
                with discreet():
                    progress(phase, finished, total)
        done.append(phase.name)

    def due(last: Phase | None) -> Phase | None:
        with discreet():
            phase = next_phase(district, cycle)
            if phase is not None and phase == last:
                raise RuntimeError(f"phase {phase.name} of cycle {cycle} does not end")
            return phase

    @flow(
        name=FLOW,
        flow_run_name="{ladder}/{to}/{period} {cycle}",
        task_runner=ThreadPoolTaskRunner(max_workers=THREADS),
        validate_parameters=False,
        persist_result=False,
    )
    def advance_review_cycle(cycle: str, ladder: str, to: str, period: str) -> None:
        last = None
        while (phase := due(last)) is not None:
            advance_phase(phase)
            last = phase
        with discreet():
            lines = funnel(district, cycle)
        create_table_artifact(_table(lines, lang), key=_key("funnel", cycle), description=_FUNNEL[lang])

    about = district.cycle(cycle)
    try:
        with tags("jieti", f"ladder:{about.ladder}", f"cycle:{cycle}"):
            advance_review_cycle(cycle=cycle, ladder=about.ladder, to=about.to, period=about.period)
    except AdvanceStopped:
        # The first that was not merely in the way of another: the one that stopped it.
        raise next((error for error in errors if not _is_busy(error)), errors[-1]) from None
    except Exception as error:
        zh, en = "运行途中与它的连接中断", f"the connection to it broke ({type(error).__name__})"
        raise PrefectUnavailable(server.home, zh, en) from error
    finally:
        _send_what_is_left()
    return Advanced(tuple(done), appended, tuple(funnel(district, cycle)))


_FUNNEL = {
    "zh": "评审漏斗：每一环节的人数",
    "en": "The funnel of the cycle: how many reached each stage",
}


def _table(lines: list[FunnelLine], lang: Literal["zh", "en"]) -> list[dict[str, Any]]:
    stage, count = ("环节", "人数") if lang == "zh" else ("stage", "count")
    return [{stage: getattr(line, lang), count: line.count} for line in lines]


def _key(what: str, cycle: str) -> str:
    """A key such as Prefect allows: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{what}-{cycle}".lower()).strip("-")


def _is_busy(error: Exception) -> bool:
    """Whether trying again helps: the log was locked, or somebody else appended first."""
    return isinstance(error, OperationalError | Conflict)


# ----------------------------------------------------------------------------------------- Prefect in this process


def _load(home: Path) -> None:
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
def _client(server: PrefectServer) -> Iterator[None]:
    """Talk to this server, and to nothing else, whatever Prefect was told when it was imported."""
    from prefect.settings import temporary_settings

    ours = server.environment()
    settings = {
        "home": server.home,
        "api.url": server.api,
        "api.key": None,
        "api.auth_string": None,
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


def _send_what_is_left() -> None:
    """Task runs reach the server as events, from a queue: wait for it, and let the next run begin a new one."""
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=10, at_exit=False)


@contextmanager
def _among_the_living(home: Path) -> Iterator[None]:
    """Be known, by a shared lock, to advance a cycle of this data folder; who is alone closes the dead's runs."""
    with (home / "advancing.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            _close_dead_runs()
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def _close_dead_runs() -> None:
    """A run whose process was killed says "Running" for ever, to whoever looks: say that it crashed."""
    from prefect import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    unfinished = FlowRunFilter.model_validate(
        {
            "tags": {"all_": ["jieti"]},
            "state": {"type": {"any_": [StateType.PENDING, StateType.RUNNING]}},
        }
    )
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=unfinished):
            client.set_flow_run_state(run.id, Crashed(message="Its process ended before it did."), force=True)
