"""The places of a cycle derived again: its cases as the log has them when the places were filled, and their ranking."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import select

from engine import places, rungs, worlds
from engine.before import Difference, about, unfounded
from engine.blocks import in_blocks
from engine.district import District
from engine.tables import case_table
from events.envelope import Recorded
from events.facts import Assessed, CaseWithdrawn, Declined, MovedUp, Placed, PlacesFilled, StageDecided
from ladders.placing import upwards
from ladders.review import Criterion, Places
from workflows import ranking, rounds
from workflows.case import Case, approved
from workflows.commands import Refused
from workflows.cycle import Cycle, route_of
from workflows.deciding import fold
from workflows.rungs import Candidate
from workflows.rungs import rank as by_rung


class Derived(NamedTuple):
    """A ranking as the log tells it, with the rule that it follows and the lot that was drawn."""

    ranking: ranking.Ranking
    rule: Places
    lot: str


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


def derive(district: District, filled: int) -> Derived | None:
    """The ranking by which places were filled at a position, as the log had the cases then; None if none were."""
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
        rules = district.ladders[cycle.opened.version]
        steps = upwards(rules, cycle.opened.to) if rules.placement is not None else None
        entries, totals = list[ranking.Entry](), dict[str | None, ranking.Totals]()
        candidates, of = list[Candidate](), dict[str, tuple[str, str | None]]()
        for block in in_blocks(sorted(cases)):
            streams = district.log.read_many(connection, [f"case-{case}" for case in block])
            for name, told in streams.items():
                known = [one for one in told if one.position < filled]
                state: Case = fold(name, known)
                if state.nominated is None or (state.outcome is CaseWithdrawn and state.assessed is None):
                    continue
                group = places.group_of(state.nominated.unit, route.places.per, units)
                before = totals.setdefault(group, ranking.Totals())
                if not state.nominated.outside:
                    met = any(isinstance(one.fact, Assessed) and one.fact.outcome == "met" for one in known)
                    totals[group] = ranking.Totals(before.nominated + 1, before.eligible + met)
                if state.outcome is None and state.met and approved(state, route):
                    case, outside = name.removeprefix("case-"), state.nominated.outside is True
                    if steps is not None:
                        said = told_of(known, state)
                        candidates.append(rungs.candidate(steps, route.places, case, group, outside, *said))
                        continue
                    by, of[case] = (
                        keys(known, state, route.places.order),
                        (state.nominated.subject, state.nominated.unit),
                    )
                    entries.append(ranking.Entry(case, group, outside, by))
        people = None
        if route.places.composition and cycle.closed is not None:
            people = places.people_of(district, connection, cycle, rules, route.places, of)
    try:
        if steps is not None:
            return Derived(by_rung(candidates, steps, route.places, fact.lot), route.places, fact.lot or "")
        found = ranking.rank(entries, route.places, places.with_approved(totals, entries), fact.lot, people)
    except (ValueError, Refused):
        return None
    return Derived(found, route.places, fact.lot or "")


def keys(told: Iterable[Recorded], state: Case, order: Iterable[Criterion]) -> ranking.Keys:
    """What a case that came through its stages is ranked by, by what it was told and the state that gives."""
    return places.keys_of(order, *told_of(told, state))


def told_of(told: Iterable[Recorded], state: Case) -> tuple[dict[str, Fraction | None], dict[str, Fraction], Assessed]:
    """A case's scores and votes by stage, and its verdict."""
    facts = {one.position: one.fact for one in told}
    verdict, decided = facts[state.assessed_at], {stage: facts[one.at] for stage, one in state.decided.items()}
    assert isinstance(verdict, Assessed)
    tallies = {stage: one.tally for stage, one in decided.items() if isinstance(one, StageDecided)}
    scores = {
        stage: None if one.score is None or one.over is None else Fraction(one.score, one.over)
        for stage, one in tallies.items()
    }
    votes = {
        stage: rounds.votes(one.tally.in_favour, one.tie_break)
        for stage, one in decided.items()
        if isinstance(one, StageDecided)
    }
    return scores, votes, verdict
