"""Cases and cycles as they stood just before an event: what a decision is derived again from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from engine.district import District
from engine.worlds import holding, worlds
from events.codec import owners
from events.envelope import Recorded
from events.facts import Assessed, SealedBallotCast
from events.key_files import VaultError
from ladders.model.ladder import Ladder
from ladders.model.review import Route
from workflows.case import Case
from workflows.commands import Unit
from workflows.cycle import Cycle, route_of
from workflows.deciding import fold
from workflows.seats import Related
from workflows.shown import Ended

GONE, ALTERED = "gone", "altered"
"""Why a sealed ballot cannot be read: its key was destroyed, or somebody altered it."""


@dataclass(frozen=True)
class Difference:
    """A decision that does not come out as it was recorded, or cannot be derived any more.

    ``case`` is the case that it is about; of places, their cycle; of a standing, its subject.
    """

    position: int
    case: str
    zh: str
    en: str


def unfounded(event: Recorded) -> Difference:
    """What is said of a decision that names rules, a subject or an event which the log does not have."""
    return Difference(
        event.position,
        about(event),
        "所依据的规定、对象或事件不在日志里",
        "it rests on rules, a subject or an event that the log does not have",
    )


def about(event: Recorded) -> str:
    """The case, cycle or subject in whose stream an event is."""
    return event.envelope.stream.partition("-")[2]


@dataclass(frozen=True)
class Seen:
    """A nominated case and its cycle at one moment, and the rules that they stand under."""

    case: Case
    cycle: Cycle
    rules: Ladder
    route: Route
    on: tuple[str, int]
    """The cycle's id, and how many of its events there were."""


def asked_of(seen: Seen, fact: Assessed) -> str:
    """The rung of which a verdict was asked: its step's; where the ladder places, the highest that the cycle is for."""
    assert seen.cycle.opened is not None
    return fact.step.partition("→")[2].partition(":")[0] if seen.rules.placement is None else seen.cycle.opened.to


@dataclass
class Before:
    """Some cases and their cycles, to be seen as they stood before each of their events."""

    district: District
    streams: dict[str, list[Recorded]]
    standings: dict[str, list[holding.Standing]]
    endings: dict[int, Ended]
    units: dict[str, Unit]
    unread: dict[int, str]
    """By position the sealed ballots that cannot be read, and why."""
    _cycles: dict[tuple[str, int], Cycle] = field(default_factory=dict)

    @classmethod
    def of(cls, district: District, cases: Collection[str]) -> Before:
        """Fetch these cases (by their streams' names) and their cycles, sealed ballots opened."""
        with district.reading() as connection:
            streams = district.log.read_many(connection, cases)
            cycles = {f"cycle-{one.envelope.correlation}" for events in streams.values() for one in events}
            streams |= district.log.read_many(connection, sorted(cycles))
            standings = holding.standings(connection, [name.removeprefix("case-") for name in cases])
            endings = holding.endings(connection, standings)
            units = worlds.units(connection)
        unread: dict[int, str] = {}
        return cls(district, _opened(district, streams, unread), standings, endings, units, unread)

    def see(self, event: Recorded) -> Seen | None:
        """A case and its cycle just before an event; None where one of them, or its ladder, is not there."""
        stream, name = event.envelope.stream, event.envelope.correlation or ""
        state: Case = fold(stream, [one for one in self.streams[stream] if one.position < event.position])
        cycle, length = self.cycle(name, event.position)
        if cycle.opened is None or cycle.opened.version not in self.district.ladders or state.nominated is None:
            return None
        rules = self.district.ladders[cycle.opened.version]
        return Seen(state, cycle, rules, route_of(rules, cycle.opened.to), (name, length))

    def cycle(self, name: str, position: int) -> tuple[Cycle, int]:
        """A cycle just before a position, and how many events it had."""
        stream = f"cycle-{name}"
        events = self.streams.get(stream, [])
        length = bisect_left(events, position, key=lambda one: one.position)
        if (name, length) not in self._cycles:
            self._cycles[name, length] = fold(stream, events[:length])
        return self._cycles[name, length], length

    def related(self, stage: str, seen: dict[str, Seen]) -> dict[str, Related]:
        """Who of a stage's panel is related to these cases' candidates; all are seen with the same cycle."""
        one = next(iter(seen.values()))
        states = {name: each.case for name, each in seen.items()}
        with self.district.reading() as connection:
            return dict(worlds.related(connection, one.cycle, stage, states, self.district.ladders))

    def held(self, event: Recorded) -> dict[tuple[str, str], date | None]:
        """The standings that the case's subject held on the day of an event, as known just before it."""
        there = self.standings.get(about(event), ())
        return holding.held_on(there, event.envelope.occurred_from, event.position - 1)

    def coming(self, event: Recorded) -> frozenset[tuple[str, str]]:
        """The standings of the case's subject that began after the day of an event, as known just before it."""
        there = self.standings.get(about(event), ())
        return holding.coming_on(there, event.envelope.occurred_from, event.position - 1)

    def ended(self, event: Recorded) -> dict[tuple[str, str], Ended]:
        """The standings of the case's subject that were suspended, revoked or demoted, as known before an event."""
        return holding.ended_on(self.standings.get(about(event), ()), self.endings, event.position - 1)


def _opened(
    district: District, streams: dict[str, list[Recorded]], unread: dict[int, str]
) -> dict[str, list[Recorded]]:
    """The streams with what their sealed ballots say; those that cannot be read stay sealed, and are told."""
    sealed = [one for events in streams.values() for one in events if isinstance(one.fact, SealedBallotCast)]
    if not sealed:
        return streams
    district.vault.load({name for one in sealed for name in owners(one.fact, one.envelope.stream)})
    plain: dict[int, Recorded] = {}
    for event in sealed:
        try:
            content = district.sources.open(event, "content")
        except VaultError:
            unread[event.position] = ALTERED
            continue
        if content is None:
            unread[event.position] = GONE
        else:
            plain[event.position] = Recorded(event.envelope, event.fact.model_copy(update={"content": content}))
    return {name: [plain.get(one.position, one) for one in events] for name, events in streams.items()}
