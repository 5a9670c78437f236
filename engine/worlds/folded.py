"""States of streams that were folded before: only what was appended since is read again.

A stream never changes but at its end, so a state at a version stays right for ever, whoever appended.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from events.log import Log
from workflows.deciding import fold, unfold

MOST = 100_000
"""States that are kept, those asked for last: a whole cycle's.

A case with nine ballots takes some 3 kB and twenty objects that the garbage collector looks through (see
``workflows.case_parts``).
"""


class Folded:
    """The states of a log's streams.  Safe to use from several threads."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def states(self, connection: Connection, streams: Iterable[str]) -> dict[str, Any]:
        """The states of streams, as this transaction sees them."""
        asked = dict.fromkeys(streams)
        with self._lock:
            kept = {stream: self._kept[stream] for stream in asked if stream in self._kept}
        since = {stream: kept[stream].version if stream in kept else 0 for stream in asked}
        read = self._log.read_since(connection, since)
        states = {}
        for stream in asked:
            events = read.get(stream, [])
            if stream not in kept:
                states[stream] = fold(stream, events)
                continue
            state = kept[stream]
            for event in events:
                state = unfold(stream, state, event)
            states[stream] = state
        self._keep(states)
        return states

    def learn(self, states: Mapping[str, tuple[Any, Any]]) -> None:
        """What became of states that were given, once that is committed: by stream the state as given, and then."""
        with self._lock:
            for stream, (given, then) in states.items():
                if self._kept.get(stream) is given:
                    self._kept[stream] = then

    def __len__(self) -> int:
        """How many states are kept."""
        return len(self._kept)

    def _keep(self, states: dict[str, Any]) -> None:
        with self._lock:
            for stream, state in states.items():
                if (there := self._kept.get(stream)) is None or there.version <= state.version:
                    self._kept[stream] = state
                self._kept.move_to_end(stream)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
