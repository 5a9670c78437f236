"""A review cycle advanced by ``jieti up``, which is warm: asked for by request, and waited for.

Nothing of Prefect is imported here, which is what makes it quick.  Whether it was done is for the log to say: where
anything stays due, or the run failed, the caller does it himself and so hears why in the words of the engine.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from engine.cycles.advance import Advanced, Phase, Progress, funnel, next_phase
from engine.district import District
from engine.projections.projector import reached
from engine.running import keeping
from engine.running.prefect_requests import Requests, Unanswered, artifact_key

LONGEST_PICKUP = 4.0
"""Seconds in which ``jieti up`` must have taken up a run that was triggered; else it is done here."""
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def triggered(district: District, cycle: str, progress: Progress | None = None) -> Advanced | None:
    """Have ``jieti up`` advance a cycle; None where it did not, for whatever reason: do it here then."""
    up = keeping.found(district.folder)
    if up is None or up.api is None or up.advance is None:
        return None
    try:
        with Requests(up.api) as server:
            run = _run_of(server, district, cycle, up)
            if run is None:
                return None
            before: object = None
            began = time.monotonic()
            while run["state_type"] not in FINAL:
                waited = time.monotonic() - began
                if run["state_type"] in ("SCHEDULED", "PENDING") and waited > LONGEST_PICKUP:
                    cancelled = {"type": "CANCELLED", "message": "Not taken up in time: done elsewhere."}
                    server.post(f"/flow_runs/{run['id']}/set_state", {"state": cancelled})
                    return None
                if waited > 2 and _gone(district, up):
                    return None
                time.sleep(0.03 if waited < 2 else 0.25)
                run = server.get(f"/flow_runs/{run['id']}")
                if progress is not None and waited > 1:
                    before = _moved(server, run["id"], cycle, before, progress)
            if run["state_type"] != "COMPLETED":
                return None
            phases = _phases(server, run["id"], cycle)
    except Unanswered:
        return None
    if next_phase(district, cycle) is not None:
        return None
    return Advanced(
        tuple(name for name, _ in phases), sum(events for _, events in phases), tuple(funnel(district, cycle))
    )


def _gone(district: District, up: keeping.Status) -> bool:
    """Whether it died, and its server lives on for somebody else: its runs then say for ever that they run."""
    now = keeping.found(district.folder)
    return now is None or now.pid != up.pid


def _run_of(server: Requests, district: District, cycle: str, up: keeping.Status) -> dict[str, Any] | None:
    """The flow run for what is due now: whoever asks for the same gets the same one."""
    about = district.cycle(cycle)
    with district.reading() as connection:
        position = reached(connection)
    for more in range(3):
        asked = {
            "parameters": {"cycle": cycle},
            "name": f"{about.ladder}/{about.to}/{about.period} {cycle}",
            "tags": ["jieti", f"ladder:{about.ladder}", f"cycle:{cycle}"],
            "idempotency_key": f"{cycle}:{position}:{district.today}" + (f":{more}" if more else ""),
        }
        run: dict[str, Any] = server.post(f"/deployments/{up.advance}/create_flow_run", asked)
        if run["state_type"] not in FINAL:
            keeping.knock(district.folder)
            return run
        # An earlier one for the same ended, and yet there is something due: it was cancelled, or failed.
    return None


def _artifacts(server: Requests, run: str, key: str) -> list[dict[str, Any]]:
    asked = {
        "artifacts": {"flow_run_id": {"any_": [run]}, "key": {"any_": [key]}},
        "sort": "UPDATED_DESC",
        "limit": 1,
    }
    found: list[dict[str, Any]] = server.post("/artifacts/filter", asked)
    return found


def _phases(server: Requests, run: str, cycle: str) -> list[tuple[str, int]]:
    """What a run says that it did: its phases, and the events of each."""
    for artifact in _artifacts(server, run, artifact_key("done", cycle)):
        return [(str(row[0]), int(row[-1])) for row in (list(one.values()) for one in json.loads(artifact["data"]))]
    return []


def _moved(server: Requests, run: str, cycle: str, before: object, progress: Progress) -> object:
    """Tell how far a run elsewhere came, if it came further."""
    for artifact in _artifacts(server, run, artifact_key("progress", cycle)):
        said = str(artifact["description"])
        if said != before and (parts := re.fullmatch(r"(.+) (\d+)/(\d+)", said)):
            progress(Phase("", parts[1], parts[1]), int(parts[2]), int(parts[3]))
        return said
    return before
