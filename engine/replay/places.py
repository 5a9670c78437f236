"""The places of a cycle derived again: its cases as the log has them when the places were filled, and their ranking."""

from __future__ import annotations

from collections.abc import Iterable

from engine.assessing.before import Difference, about, unfounded
from engine.blocks import in_blocks
from engine.cycles import places
from engine.cycles.ranked import Derived, derive
from engine.district import District
from events.envelope import Recorded
from events.facts import CaseWithdrawn, Declined, MovedUp, Placed, PlacesFilled
from workflows import ranking


class Rankings:
    """The rankings of cycles, each derived once, by the position at which its places were filled."""

    def __init__(self, district: District) -> None:
        self._district = district
        self._found: dict[int, tuple[Derived, dict[str, ranking.Rank]] | None] = {}
        self._left: dict[int, dict[str, int]] = {}

    def at(self, filled: int) -> tuple[Derived, dict[str, ranking.Rank]] | None:
        """The ranking for the places that were filled at a position, and its ranks by case; None if none were."""
        if filled not in self._found:
            found = derive(self._district, filled)
            self._found[filled] = (found, {one.case: one for one in found.ranking.ranks}) if found else None
        return self._found[filled]

    def left(self, filled: int) -> dict[str, int]:
        """Of those who were ranked for these places who left since, and where."""
        if filled not in self._left:
            found = self.at(filled)
            ranked = [rank.case for rank in found[1].values() if rank.outcome != "outside"] if found else []
            self._left[filled] = _left(self._district, ranked)
        return self._left[filled]


def _left(district: District, cases: Iterable[str]) -> dict[str, int]:
    left = {}
    for block in in_blocks(cases):
        with district.reading() as connection:
            streams = district.log.read_many(connection, [f"case-{case}" for case in block])
        for name, told in streams.items():
            for event in told:
                no_place = isinstance(event.fact, Declined) and event.fact.reason == "no place"
                if isinstance(event.fact, (Declined, CaseWithdrawn)) and not no_place:
                    left[name.removeprefix("case-")] = event.position
    return left


def differences(rankings: Rankings, events: Iterable[Recorded]) -> list[Difference]:
    """Places that were filled otherwise, and cases that came elsewhere."""
    found = []
    for event in events:
        fact = event.fact
        if isinstance(fact, MovedUp):
            if _moved_up(rankings, about(event), fact) != fact:
                said = ("这份申报当时不应递补", "the case was not the next in rank for a place that became free")
                found.append(Difference(event.position, about(event), *said))
            continue
        at = event.position if isinstance(fact, PlacesFilled) else getattr(fact, "filled", 0)
        again = rankings.at(at)
        if again is None:
            found.append(unfounded(event))
        elif isinstance(fact, PlacesFilled):
            whole = again[0].ranking
            if (fact.groups, fact.outside, fact.list_sha256) != (whole.groups, whole.outside, whole.list_sha256):
                said = ("名额排定与重新排名的结果不同", "the places come out otherwise when the cases are ranked again")
                found.append(Difference(event.position, about(event), *said))
        elif isinstance(fact, Placed):
            rank = again[1].get(about(event))
            if rank is None or places.placed_of(event.envelope.correlation or "", at, rank) != fact:
                came = "—" if rank is None else f"{rank.rank}/{rank.of}"
                said = (
                    f"名次当时为 {fact.rank}/{fact.of},重新排名为 {came},或名额结果不同",
                    f"it came {fact.rank} of {fact.of}, ranked again {came}, or with another outcome",
                )
                found.append(Difference(event.position, about(event), *said))
    return found


def _moved_up(rankings: Rankings, case: str, fact: MovedUp) -> MovedUp | None:
    """What a case that has no place moves up by: the first event that brings it one, and that the fact can know of."""
    found = rankings.at(fact.filled)
    if found is None or case not in found[1]:
        return None
    derived, ranks = found
    mine, left = ranks[case], rankings.left(fact.filled)
    if mine.outcome != "out":
        return None
    group = [one for one in ranks.values() if one.unit == mine.unit and one.outcome != "outside"]
    equals = {one.case: left.get(one.case, 0) for one in group if one.rank == mine.rank and one.case != case}
    better = [left[one.case] for one in group if one.rank < mine.rank and one.case in left]
    ties = derived.rule.ties
    at = ranking.freed_for(case, mine.rank, mine.places, {**equals, case: 0}, better, ties, derived.lot)
    if at is None or derived.rule.freed != "next":
        return None
    return fact.model_copy(update={"rank": mine.rank, "places": mine.places, "unit": mine.unit, "freed": at})
