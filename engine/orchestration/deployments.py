"""What Prefect is told of the flows that ``jieti up`` serves: how often they run, and what the dashboard may start."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.utilities.callables import parameter_schema

from engine.orchestration.flows import LIMITS, advance_review_cycle, sweep_district
from engine.running.every import Every


class Deployments:
    """The two deployments of a data folder: the sweep, on a schedule; one cycle, when somebody asks."""

    def __init__(self, client: SyncPrefectClient, every: Every, zone: str) -> None:
        """Register both, anew: what was scheduled and missed is forgotten, the next sweep does it."""
        self._client = client
        self.sweep = self._registered(sweep_district, "district", [_schedule(every, zone)])
        self.advance = self._registered(advance_review_cycle, "review cycle", [])
        self._free_slots()

    def _registered(self, flow: Flow[..., Any], name: str, schedules: list[DeploymentScheduleCreate]) -> UUID:
        return self._client.create_deployment(
            flow_id=self._client.create_flow_from_name(flow.name),
            name=name,
            schedules=schedules,
            paused=False,
            description=flow.description,
            tags=["jieti"],
            entrypoint=f"{Path(flow.fn.__code__.co_filename).name}:{flow.fn.__name__}",
            parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
            enforce_parameter_schema=False,
        )

    def _free_slots(self) -> None:
        """What the dead held: whoever lives takes its slot again with the next run."""
        for limit in self._client.read_global_concurrency_limits(limit=200):
            if limit.name.startswith(LIMITS):
                self._client.delete_global_concurrency_limit_by_name(limit.name)

    def next_sweep(self) -> datetime | None:
        """When the sweep runs next; None while nothing is scheduled."""
        waiting = FlowRunFilter.model_validate(
            {"deployment_id": {"any_": [self.sweep]}, "state": {"type": {"any_": [StateType.SCHEDULED]}}}
        )
        runs = self._client.read_flow_runs(flow_run_filter=waiting, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=1)
        return runs[0].expected_start_time if runs else None


def _schedule(every: Every, zone: str) -> DeploymentScheduleCreate:
    if every.cron is not None:
        return DeploymentScheduleCreate(schedule=CronSchedule(cron=every.cron, timezone=zone))
    midnight = datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    span = timedelta(seconds=every.seconds or 0)
    return DeploymentScheduleCreate(schedule=IntervalSchedule(interval=span, anchor_date=midnight, timezone=zone))
