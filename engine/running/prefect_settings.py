"""What our Prefect servers are told: quiet, on this machine only, without what nobody uses.  No import of Prefect."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

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

COMMON = {
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    # Task runs arrive as events.  Written one at a time they collide, in SQLite, with our own requests, each of which
    # then waits for two seconds; of events that nobody reads the same is true.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "500",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # Nothing of ours pauses, and nothing is decided by an automation.
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    # The dashboard's files are unpacked into the installed package unless told otherwise.
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_UI_STATIC_DIRECTORY": "dashboard",
}
"""What every server of ours does without."""

_SCHEDULING = (
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED",
)


@dataclass(frozen=True)
class Kind:
    """What a server is for: the stem of its files' names, its services, its port (0: any that is free)."""

    stem: str
    settings: tuple[tuple[str, str], ...]
    port: int = 0

    def record(self, home: Path) -> Path:
        """Where it says its pid and port, locked by it."""
        return home / f"{self.stem}.json"

    def users(self, home: Path) -> Path:
        """What its users lock."""
        return home / f"{self.stem}.users"

    def log(self, home: Path) -> Path:
        """Where it writes what goes wrong."""
        return home / f"{self.stem}.log"


LEAN = Kind("server", tuple((service, "false") for service in _SCHEDULING))
"""The server that lives for one review cycle's advance."""


def full(port: int = 0, *, ui: bool = False) -> Kind:
    """The server of ``jieti up``: schedules, late runs, runs of the past removed after 90 days; the dashboard."""
    services = [(service, "true") for service in _SCHEDULING]
    vacuum = [("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "flow_runs")]
    return Kind("up-server", (*services, *vacuum, ("PREFECT_SERVER_UI_ENABLED", "true" if ui else "false")), port)


def environment(home: Path, api: str, kind: Kind = LEAN) -> dict[str, str]:
    """The process's environment with every Prefect variable of the user's replaced by ours."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    exempt = ",".join(filter(None, [theirs.get("NO_PROXY", theirs.get("no_proxy", "")), "127.0.0.1"]))
    return {
        **theirs,
        **QUIET,
        **COMMON,
        **dict(kind.settings),
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
