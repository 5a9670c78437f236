"""A flow run in the process of whoever asked for it, who hears of what went wrong in the engine's own words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from engine.cycles.advance import Progress
from engine.district import District
from engine.orchestration.quiet import Living, client_of, load, send_what_is_left
from engine.running.prefect_home import PrefectServer, PrefectUnavailable
from engine.running.prefect_settings import LEAN

ITS_OWN = ("prefect", "httpx", "httpcore", "anyio", "websockets")
"""Whose exceptions tell of a server that was lost."""
_one_at_a_time = threading.Lock()
"""Prefect's senders of events and logs belong to the process, not to a run."""


def advance(
    server: PrefectServer, district: District, cycle: str, lang: Literal["zh", "en"], progress: Progress | None
) -> list[tuple[str, int]]:
    """Advance a cycle in a flow run: the phases that were run, and how many events each appended.

    Raises what the engine raises, and PrefectUnavailable where the server is lost.
    """
    with _prefect(server):
        from prefect import tags

        from engine.orchestration.flows import advance_flow, tags_of

        def run() -> None:
            with tags(*tags_of(district, cycle)):
                advance_flow(district, cycle)(cycle=cycle)

        return _done(server, district, lang, progress, run)


def sweep(
    server: PrefectServer, district: District, lang: Literal["zh", "en"], progress: Progress | None
) -> list[tuple[str, int]]:
    """Do whatever is due in the district in a flow run; says and raises what ``advance`` does."""
    with _prefect(server):
        from engine.orchestration.flows import sweep_district

        return _done(server, district, lang, progress, sweep_district)


def _done(
    server: PrefectServer,
    district: District,
    lang: Literal["zh", "en"],
    progress: Progress | None,
    run: Callable[[], object],
) -> list[tuple[str, int]]:
    """Run a flow on the district, and say what was done."""
    from prefect.exceptions import CancelledRun

    from engine.orchestration.chunks import Work, at_work, is_busy

    work = Work(district, lang, progress, throttled=server.kind.stem != LEAN.stem)
    try:
        with at_work(work):
            run()
    except CancelledRun:
        pass  # by somebody at the dashboard: what was done is done
    except Exception as error:
        if work.errors:
            # The first that was not merely in the way of another: the one that stopped it.
            raise next((one for one in work.errors if not is_busy(one)), work.errors[-1]) from None
        if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in ITS_OWN:
            raise
        zh, en = "运行途中与它的连接中断", f"the connection to it broke ({type(error).__name__})"
        raise PrefectUnavailable(server.home, zh, en, server.kind) from error
    return [(phase.name, events) for phase, events in work.done]


@contextmanager
def _prefect(server: PrefectServer) -> Iterator[None]:
    """Prefect loaded and talking to this server; the runs of the dead closed."""
    with _one_at_a_time:
        load(server.home)
        with client_of(server), Living(server.home) as living:
            living.close_the_dead()
            try:
                yield
            finally:
                send_what_is_left()
