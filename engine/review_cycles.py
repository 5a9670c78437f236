"""Review cycles run by Prefect, for whoever asks: by ``jieti up`` where that runs, else in this process.

Prefect runs, shows and retries; it never owns truth.  A flow run asks the log what is due (``engine.cycles.advance``),
does it in chunks of a cohort, and ends.  Whatever dies in between, the next run goes on from the log, and two runs at
once do no harm: the log's unique keys decide.  What Prefect is told, and so keeps in its database, is ids and counts.

Prefect itself is imported by ``engine.orchestration`` alone, and only once there is something to run here.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from engine.cycles.advance import Advanced, Progress, funnel, next_phase
from engine.district import District
from engine.running.prefect_home import PrefectServer, prefect_server
from engine.running.triggering import triggered


def run_advance(
    folder: Path,
    cycle: str,
    *,
    lang: Literal["zh", "en"] = "zh",
    progress: Progress | None = None,
    server: PrefectServer | None = None,
    district: District | None = None,
) -> Advanced:
    """Advance a cycle as far as the log allows, as a flow run of Prefect, and say what was done.

    Idempotent.  Where ``jieti up`` keeps the folder, it runs there, and starts at once; else the data folder's server
    is used, or one is started for this call.  ``server`` is one from `prefect_server`, shared by several calls, and
    ``district`` the folder where it is open already, so that the cases that were read there are not read again.  With
    nothing due no server is needed, and none is started.  Raises what the engine raises, and PrefectUnavailable.
    """
    with ExitStack() as using:
        if district is None:
            district = using.enter_context(District.open(folder))
        if next_phase(district, cycle) is None:
            return Advanced((), 0, tuple(funnel(district, cycle)))
        if server is None and (done := triggered(district, cycle, progress)) is not None:
            return done
        from engine.orchestration import here, quiet

        if server is None:
            home = folder.resolve() / "prefect"
            server = using.enter_context(prefect_server(folder, meanwhile=lambda: quiet.load(home)))
        phases = here.advance(server, district, cycle, lang, progress)
        names, events = [name for name, _ in phases], sum(events for _, events in phases)
        return Advanced(tuple(names), events, tuple(funnel(district, cycle)))


def run_sweep(
    folder: Path,
    *,
    lang: Literal["zh", "en"] = "zh",
    progress: Progress | None = None,
    server: PrefectServer | None = None,
) -> tuple[tuple[str, int], ...]:
    """Do whatever is due in the district, as a flow run of Prefect: the phases, and how many events each appended.

    What ``jieti up`` does by itself, once, in this process; ``server`` as for `run_advance`, and so what is raised.
    """
    from engine.orchestration import here, quiet

    with District.open(folder) as district, ExitStack() as using:
        if server is None:
            home = folder.resolve() / "prefect"
            server = using.enter_context(prefect_server(folder, meanwhile=lambda: quiet.load(home)))
        return tuple(here.sweep(server, district, lang, progress))
