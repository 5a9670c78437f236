"""Ballots of stages that may hold several, counted again: of everybody who stood in them, as the log has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from engine.assessing.before import ALTERED, GONE, Before, Difference, about, unfounded
from engine.district import District
from engine.tables import case_table
from engine.worlds import worlds
from events.envelope import Recorded
from events.facts import StandsAgain
from ladders.model.review import Route, Stage
from workflows.case import Case, stage_of, stream
from workflows.cycle import route_of, unit_above
from workflows.deciding import fold
from workflows.rounds import counted, kind_of, round_of


def in_rounds(event: Recorded, route: Route) -> bool:
    """Whether a decision of a stage is one of a ballot that decides of a whole list."""
    name = getattr(event.fact, "stage", "")
    return isinstance(event.fact, StandsAgain) or any(one.id == name and one.rounds for one in route.stages)


def differences(district: District, events: Iterable[Recorded]) -> tuple[list[Difference], list[Difference]]:
    """What ballots come to otherwise; and those that nobody can count again, since the key of their box is gone."""
    by_cycle: dict[str, dict[str, list[Recorded]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        by_cycle[event.envelope.correlation or ""][event.envelope.command_id].append(event)
    found, underivable = list[Difference](), list[Difference]()
    for cycle, lists in by_cycle.items():
        row = case_table.c
        with district.reading() as connection:
            cases = connection.execute(select(row.id).where(row.cycle == cycle)).scalars().all()
        before = Before.of(district, sorted(map(stream, cases)))
        for counted_together in lists.values():
            for one, gone in _ballot(before, cycle, sorted(cases), counted_together):
                (underivable if gone else found).append(one)
    return found, underivable


def _ballot(before: Before, name: str, cases: list[str], events: list[Recorded]) -> Iterable[tuple[Difference, bool]]:
    """The differences of one ballot, and of each whether it is only that nobody can count it."""
    at, day = min(one.position for one in events), events[0].envelope.occurred_from
    cycle, _ = before.cycle(name, at)
    rules = None if cycle.opened is None else before.district.ladders.get(cycle.opened.version)
    if rules is None or cycle.opened is None:
        return [(unfounded(one), False) for one in events]
    route = route_of(rules, cycle.opened.to)
    stage = next((one for one in route.stages if one.id == getattr(events[0].fact, "stage", "")), None)
    if stage is None or stage.rounds is None:
        return [(unfounded(one), False) for one in events]
    there = {one: fold(stream(one), [e for e in before.streams[stream(one)] if e.position < at]) for one in cases}
    listed = _list(before, there, stage, route, [about(one) for one in events])
    ballots = [vote.at for state in listed.values() for vote in state.ballots.get(stage.id, {}).values()]
    unread = {before.unread[one] for one in ballots if one in before.unread}
    if ALTERED in unread:
        said = "有保密票被改动,无法解读", "a confidential ballot was altered and cannot be read"
        return [(Difference(one.position, about(one), *said), False) for one in events]
    if GONE in unread:
        said = "保密票的密钥已销毁,不能重新计票", "the key of its confidential ballots is gone: nobody can count them"
        return [(Difference(one.position, about(one), *said), True) for one in events]
    with before.district.reading() as connection:
        related = worlds.related(connection, cycle, stage.id, listed, before.district.ladders)
    again = counted(listed, cycle, stage, route, before.units, related, day) if listed else {}
    facts = {about(one): one for one in events}
    said = "计票与重新计票的结果不同", "counted again the ballot comes out otherwise, or of others"
    wrong = [one for case, one in facts.items() if again.get(case) != one.fact]
    if not wrong and set(again) != set(facts):
        wrong = events[:1]
    return [(Difference(one.position, about(one), *said), False) for one in wrong]


def _list(before: Before, there: dict[str, Case], stage: Stage, route: Route, named: list[str]) -> dict[str, Case]:
    """Everybody who stood in the same ballot as those named."""
    kind = kind_of(stage, route)

    def place(state: Case) -> tuple[int, str | None] | None:
        if state.nominated is None or state.frozen or stage_of(state, route) is not stage:
            return None
        return round_of(state, stage), unit_above(before.units, state.nominated.unit, kind)

    places = {place(there[one]) for one in named if one in there} - {None}
    return {one: state for one, state in there.items() if (here := place(state)) is not None and here in places}
