"""The stages that a cycle's cases go through, read from the log itself: projections are made from nothing else."""

from __future__ import annotations

import base64
from functools import lru_cache, reduce

from sqlalchemy import Connection

from events.facts import LadderPublished
from events.log import Log
from workflows import cycle, ladder


@lru_cache(maxsize=64)
def _stages(file: str, to: str) -> tuple[str, ...]:
    route = cycle.route_of(ladder.read(base64.b64decode(file)), to)
    return tuple(stage.id for stage in route.stages)


class Routes:
    """The routes of the cycles that a batch of events is about, each read when it is first asked for."""

    def __init__(self, connection: Connection, log: Log) -> None:
        self._connection, self._log = connection, log
        self._of: dict[str, tuple[str, ...]] = {}

    def stages(self, name: str) -> tuple[str, ...]:
        """The ids of a cycle's stages in their order."""
        if name not in self._of:
            self._of[name] = self._read(name)
        return self._of[name]

    def following(self, name: str, stage: str | None) -> str | None:
        """The stage after one, or the first; None after the last."""
        stages = self.stages(name)
        place = 0 if stage is None else stages.index(stage) + 1
        return stages[place] if place < len(stages) else None

    def _read(self, name: str) -> tuple[str, ...]:
        # Of a rebased cycle the newest version: where stages are asked for, both have the same.
        opened = cycle.is_open(
            reduce(cycle.evolve, self._log.read(self._connection, cycle.stream(name)), cycle.Cycle())
        )
        for one in self._log.read(self._connection, ladder.stream(opened.ladder)):
            if isinstance(one.fact, LadderPublished) and one.fact.sha256 == opened.version:
                return _stages(one.fact.file, opened.to)
        raise LookupError(f"the cycle {name} runs under a version of {opened.ladder} that the log does not have")
