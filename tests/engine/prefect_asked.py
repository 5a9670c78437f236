"""What Prefect's API tells, asked as the dashboard would ask it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

Found = list[dict[str, Any]]


def answer(api: str, path: str, body: object) -> Any:
    """What comes of a request to the API of a server."""
    request = urllib.request.Request(api + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=30) as reply:
        return json.load(reply)


def asked(api: str, what: str, cycle: str) -> Found:
    """What it tells of a cycle: flow runs or task runs."""
    found: Found = answer(api, f"/{what}/filter", {what: {"tags": {"all_": ["jieti", f"cycle:{cycle}"]}}})
    return found


def table(api: str, run: str, key: str) -> Found | None:
    """The rows of a table that a run shows; None where it shows none of that key."""
    wanted = {"artifacts": {"flow_run_id": {"any_": [run]}, "key": {"any_": [key]}}}
    for one in answer(api, "/artifacts/filter", wanted):
        rows: Found = json.loads(one["data"])
        return rows
    return None


def settled(api: str, cycle: str, count: int) -> Found:
    """The task runs of a cycle, once the server, which hears of them a moment later, knows so many as ended."""
    return until(
        lambda: asked(api, "task_runs", cycle),
        lambda runs: sum(run["state_type"] in ("COMPLETED", "FAILED") for run in runs) >= count,
    )


def until(ask: Callable[[], Any], enough: Callable[[Any], bool], *, within: float = 30) -> Any:
    """The first answer that is enough; after some time the last one, whatever it is."""
    deadline = time.monotonic() + within
    while not enough(found := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
