"""The places of a cycle derived again: its cases as the log has them when the places were filled, and their ranking."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import select

from engine import places, worlds
from engine.before import Difference, about, unfounded
from engine.blocks import in_blocks
from engine.district import District
from engine.tables import case_table
from events.envelope import Recorded
from events.facts import Assessed, CaseWithdrawn, Placed, PlacesFilled
from ladders.review import Places
from workflows import ranking
from workflows.case import Case, approved
from workflows.commands import Refused
from workflows.cycle import Cycle, route_of
from workflows.deciding import fold


class Rankings:
    """The rankings of cycles, each derived once, by the position at which its places were filled."""

    def __init__(self, district: District) -> None:
        self._district = district
        self._found: dict[int, tuple[ranking.Ranking, dict[str, ranking.Rank]] | None] = {}

    def at(self, filled: int) -> tuple[ranking.Ranking, dict[str, ranking.Rank]] | None:
        """The ranking for the places that were filled at a position, and its ranks by case; None if none were."""
        if filled not in self._found:
            found = _derive(self._district, filled)
            self._found[filled] = (found, {one.case: one for one in found.ranks}) if found else None
        return self._found[filled]


def differences(rankings: Rankings, events: Iterable[Recorded]) -> list[Difference]:
    """Places that were filled otherwise, and cases that came elsewhere."""
    found = []
    for event in events:
        fact = event.fact
        at = event.position if isinstance(fact, PlacesFilled) else getattr(fact, "filled", 0)
        again = rankings.at(at)
        if again is None:
            found.append(unfounded(event))
        elif isinstance(fact, PlacesFilled):
            if (fact.groups, fact.outside, fact.list_sha256) != (
                again[0].groups,
                again[0].outside,
                again[0].list_sha256,
            ):
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


def _derive(district: District, filled: int) -> ranking.Ranking | None:
    with district.reading() as connection:
        events = district.log.read_at(connection, [filled])
        if not events or not isinstance(fact := events[0].fact, PlacesFilled):
            return None
        stream = events[0].envelope.stream
        earlier = [one for one in district.log.read(connection, stream) if one.position < filled]
        cycle: Cycle = fold(stream, earlier)
        if cycle.opened is None or cycle.opened.version not in district.ladders:
            return None
        route = route_of(district.ladders[cycle.opened.version], cycle.opened.to)
        if route.places is None:
            return None
        units = worlds.units(connection)
        cases = (
            connection.execute(select(case_table.c.id).where(case_table.c.cycle == about(events[0]))).scalars().all()
        )
        entries, totals = list[ranking.Entry](), dict[str | None, ranking.Totals]()
        for block in in_blocks(sorted(cases)):
            streams = district.log.read_many(connection, [f"case-{case}" for case in block])
            for name, told in streams.items():
                known = [one for one in told if one.position < filled]
                state: Case = fold(name, known)
                if state.nominated is None or (isinstance(state.outcome, CaseWithdrawn) and state.assessed is None):
                    continue
                group = places.group_of(state.nominated.unit, route.places.per, units)
                before = totals.setdefault(group, ranking.Totals())
                if not state.nominated.outside:
                    met = any(isinstance(one.fact, Assessed) and one.fact.outcome == "met" for one in known)
                    totals[group] = ranking.Totals(before.nominated + 1, before.eligible + met)
                if state.outcome is None and state.met and approved(state, route):
                    entries.append(_entry(name.removeprefix("case-"), state, route.places, group))
    try:
        return ranking.rank(entries, route.places, places.with_approved(totals, entries), fact.lot)
    except (ValueError, Refused):
        return None


def _entry(case: str, state: Case, rule: Places, group: str | None) -> ranking.Entry:
    assert state.nominated is not None
    tallies = {stage: decided.tally for stage, decided in state.decided.items()}
    scores = {
        stage: None if one.score is None or one.over is None else Fraction(one.score, one.over)
        for stage, one in tallies.items()
    }
    votes = {stage: one.in_favour for stage, one in tallies.items()}
    keys = places.keys_of(rule.order, scores, votes, state.assessed)
    return ranking.Entry(case, group, state.nominated.outside is True, keys)
