"""The ranking of a cycle as the log tells it: its cases as they were when the places were filled."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import select

from engine.assessing.before import about
from engine.blocks import in_blocks
from engine.cycles import places, rungs
from engine.district import District
from engine.tables import case_table
from engine.worlds import worlds
from events.envelope import Recorded
from events.facts import Assessed, CaseWithdrawn, PlacesFilled, StageDecided
from ladders.evaluating.placing import upwards
from ladders.model.review import Criterion, Places
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
