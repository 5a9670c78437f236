"""Runs that are due, taken up and run in this process: it is warm, and nothing is left behind when it dies.

Prefect's own runner starts a process for each run, which takes two seconds to load and outlives whoever is killed.
Here a run is a thread.  What it has done when the process dies is in the log, and the next run goes on from there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import Context
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from prefect import Flow, get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import SetStateStatus
from prefect.flow_engine import run_flow
from prefect.states import Cancelled, Failed, Pending

from engine.district import District
from engine.orchestration.chunks import Work, at_work
from engine.orchestration.deployments import Deployments
from engine.orchestration.flows import advance_flow, sweep_district, tags_of
from engine.people.subjects import find_cycle
from engine.running.keeping import ADVANCE, SWEEP, Last

AT_ONCE = 4
"""Runs at the same time; the log has one writer, so more would only wait."""


class Runner:
    """Takes up what is scheduled, until it is told to stop."""

    def __init__(self, folder: Path, lang: Literal["zh", "en"], ended: Callable[[Last], None]) -> None:
        """``ended`` is called, from the run's thread, with every run that ended."""
        self._folder, self._lang, self._ended = folder, lang, ended
        self._stopping = threading.Event()
        self._runs: dict[UUID, tuple[str, threading.Thread]] = {}
        self._listed: date | None = None
        """The day of the district whose due list was shown."""

    @property
    def running(self) -> int:
        """Runs under way."""
        self._runs = {run: one for run, one in self._runs.items() if one[1].is_alive()}
        return len(self._runs)

    def take_up(self, client: SyncPrefectClient, deployments: Deployments, context: Context) -> None:
        """Begin every run that is due now, each in a copy of this context, which says which server is ours.

        Of sweeps only one, the newest: it does what the others would have done.
        """
        due = client.get_scheduled_flow_runs_for_deployments(
            [deployments.sweep, deployments.advance], scheduled_before=datetime.now(UTC)
        )
        new = sorted((run for run in due if run.id not in self._runs), key=lambda run: str(run.expected_start_time))
        sweeps = [run.id for run in new if run.deployment_id == deployments.sweep]
        chosen = [] if self._sweeping() else sweeps[-1:]
        for run in sweeps:
            if run not in chosen:
                client.set_flow_run_state(run, Cancelled(message="Another sweep does it."), force=True)
        advances = [run.id for run in new if run.deployment_id == deployments.advance]
        for flow, runs in ((SWEEP, chosen), (ADVANCE, advances)):
            for run in runs[: AT_ONCE - self.running]:
                thread = threading.Thread(target=context.copy().run, args=(self._run, run, flow), daemon=True)
                self._runs[run] = (flow, thread)
                thread.start()

    def _sweeping(self) -> bool:
        return self.running > 0 and any(flow == SWEEP for flow, _ in self._runs.values())

    def stop(self, within: float) -> bool:
        """Have the runs end after the chunks that they are at; whether they did, within so many seconds."""
        self._stopping.set()
        deadline = time.monotonic() + within
        for _, thread in list(self._runs.values()):
            thread.join(max(0.0, deadline - time.monotonic()))
        return self.running == 0

    # ------------------------------------------------------------------------------------------- in a run's thread

    def _run(self, run_id: UUID, flow: str) -> None:
        try:
            with get_client(sync_client=True) as client:
                taken = client.set_flow_run_state(run_id, Pending())
                if taken.status != SetStateStatus.ACCEPT:
                    return
                self._work(client, client.read_flow_run(run_id), flow)
                ended = client.read_flow_run(run_id)
            state = ended.state
            self._ended(
                Last(
                    flow=flow,
                    name=ended.name,
                    ended=datetime.now(UTC).isoformat(timespec="seconds"),
                    outcome=state.name if state else "?",
                    said=(state.message or "") if state else "",
                )
            )
        except BaseException as error:  # noqa: BLE001 - the last stop of a thread: told, and left to the next run
            self._ended(Last(flow, str(run_id), datetime.now(UTC).isoformat(timespec="seconds"), "?", _kind(error)))

    def _work(self, client: SyncPrefectClient, run: FlowRun, flow: str) -> None:
        """Run it; what goes wrong in it is told to Prefect by its kind, and counted as its outcome."""
        try:
            with District.open(self._folder) as district:
                today = district.today
                new_day = today != self._listed
                work = Work(district, self._lang, throttled=True, due_list=new_day, stopping=self._stopping)
                with at_work(work):
                    state: Any = run_flow(self._flow(client, district, run, flow), flow_run=run, return_type="state")
                if flow == SWEEP and state.is_completed():
                    self._listed = today
        except Exception as error:  # noqa: BLE001 - as above
            failed: State = Failed(message=_kind(error))
            client.set_flow_run_state(run.id, failed, force=True)

    def _flow(self, client: SyncPrefectClient, district: District, run: FlowRun, flow: str) -> Flow[..., Any]:
        """The flow of a run, named and tagged; somebody at the dashboard may have written a cycle's title."""
        if flow == SWEEP:
            return sweep_district
        cycle = find_cycle(district, str(run.parameters.get("cycle", "")).strip())
        wanted = {*run.tags, *tags_of(district, cycle)}
        if wanted != set(run.tags) or run.parameters != {"cycle": cycle}:
            client.update_flow_run(run.id, parameters={"cycle": cycle}, tags=sorted(wanted))
            run.parameters = {"cycle": cycle}
        return advance_flow(district, cycle)


def _kind(error: BaseException) -> str:
    """Of an exception what may be told: its kind, and where it was raised; its words could be about people."""
    rule = getattr(error, "code", None)
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{f' ({rule})' if isinstance(rule, str) else ''} at {place}"
