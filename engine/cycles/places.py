"""The places of a cycle: the approved cases as the ranking sees them, and the commands that give the places out.

What is ranked is the same whenever it is asked: the cases that every stage had approved when the places were filled,
whatever became of them since.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from engine.blocks import in_blocks
from engine.clock import CLOCKWORK
from engine.cycles import rungs
from engine.cycles.view import ROW, View, viewing
from engine.district import District
from engine.worlds import composed, worlds
from events.facts import Assessed, Nominated, Placed, StepFound
from events.tables import EACH, many
from ladders.model.ladder import Ladder
from ladders.model.review import Criterion, Places, UnitKind
from workflows import lists, ranking, rounds
from workflows.acts import FillPlaces, PlaceCases
from workflows.commands import Refused, Unit
from workflows.cycle import Cycle, is_open, unit_above

_rankings: WeakKeyDictionary[District, tuple[tuple[str, int], Mapping[str, ranking.Rank]]] = WeakKeyDictionary()
"""By district the ranking of the cycle whose cases are being told their places, so that it is made once for all."""
_one_at_a_time = Lock()


def fill(district: District, cycle: str, new: str) -> FillPlaces | None:
    """The command that fills the places of a cycle, with a lot where its rule draws one; None if they are filled."""
    with viewing(district, cycle) as view:
        if view.state.places is not None or view.route.places is None:
            return None
        lot = secrets.token_hex(16) if view.route.places.ties == "lot" else None
        found = _ranking(view, view.route.places, lot)
    return FillPlaces(
        id=new,
        asking=CLOCKWORK,
        cycle=cycle,
        groups=found.groups,
        outside=found.outside,
        list_sha256=found.list_sha256,
        lot=lot,
    )


def place(district: District, cycle: str, new: str, chunk: tuple[str, ...]) -> PlaceCases | None:
    """The command that tells cases where they came; None before the places are filled."""
    with viewing(district, cycle) as view:
        if view.state.places is None or view.route.places is None:
            return None
        filled = view.state.places_at
        with _one_at_a_time:
            key, ranks = _rankings.get(district, (None, {}))
            if key != (cycle, filled):
                found = _ranking(view, view.route.places, view.state.places.lot)
                if found.list_sha256 != view.state.places.list_sha256:
                    raise _other_list()
                ranks = {one.case: one for one in found.ranks}
                _rankings[district] = (cycle, filled), ranks
    return PlaceCases(
        id=new,
        asking=CLOCKWORK,
        cycle=cycle,
        placed={case: placed_of(cycle, filled, ranks[case]) for case in chunk if case in ranks},
    )


def placed_of(cycle: str, filled: int, rank: ranking.Rank) -> Placed:
    """Where a case came, as it is told; ``filled`` is the position of the ``places filled``."""
    return Placed(
        cycle=cycle,
        outcome=rank.outcome,
        rank=rank.rank,
        of=rank.of,
        places=rank.places,
        unit=rank.unit,
        tied=rank.tied,
        by=rank.by,
        filled=filled,
        rung=rank.rung,
        higher=rank.higher or None,
    )


def _other_list() -> Refused:
    return Refused(
        "other places",
        "现在的排名与已排定的名单不符;请用 jieti rebuild 重建视图,再运行 jieti audit replay 核对",
        "the ranking is not the list that the places were filled by: make the projections anew with jieti rebuild, "
        "and let jieti audit replay look",
    )


def keys_of(
    order: Iterable[Criterion],
    scores: Mapping[str, Fraction | None],
    votes: Mapping[str, Fraction],
    verdict: Assessed | StepFound | None,
) -> ranking.Keys:
    """A case's value by each criterion: its scores and votes by stage, and what its verdict measured.

    What was measured as a range is taken as the end that is certain.
    """
    keys: list[Fraction | None] = []
    for one in order:
        match one.of:
            case "score":
                keys.append(scores.get(one.what))
            case "votes":
                keys.append(votes.get(one.what))
            case "value":
                keys.append(_measured(verdict, one.what, highest=one.lowest_first))
    return tuple(keys)


def _measured(verdict: Assessed | StepFound | None, clause: str, *, highest: bool) -> Fraction | None:
    for found in verdict.findings if verdict else ():
        if found.clause == clause:
            end = found.high if highest else found.low
            return None if end is None else Fraction(end, found.over)
    return None


def group_of(unit: str | None, per: UnitKind | None, units: Mapping[str, Unit]) -> str | None:
    """The group in which a candidate of a unit competes."""
    return unit_above(units, unit, per) if per is not None else None


def _ranking(view: View, rule: Places, lot: str | None) -> ranking.Ranking:
    """The ranking of the cases that are approved or, once the places are filled, were so at that moment."""
    filled = view.state.places_at
    candidates = ROW.phase == "approved"
    if filled:
        # Those that were told their place already, and those that were withdrawn before they could be.
        since = and_(ROW.phase == "withdrawn", ROW.position > filled, ROW.ready > 0)
        candidates = or_(candidates, ROW.rank.is_not(None), since)
    units = worlds.units(view.connection) if rule.per is not None else {}
    outside = _outside(view) if rule.outside_the_count else frozenset()
    if (steps := rungs.steps_of(view)) is not None:
        return rungs.ranking(view, steps, rule, lot, candidates, outside, units)
    entries = [
        ranking.Entry(case, group_of(unit, rule.per, units), case in outside, keys)
        for case, unit, keys in keyed(view, rule.order, candidates)
    ]
    totals = _totals(view, rule, units, outside)
    people = None
    if rule.composition:
        own = select(ROW.id, ROW.subject, ROW.unit).where(ROW.cycle == view.cycle, candidates)
        of = {case: (subject, unit) for case, subject, unit in view.connection.execute(own)}
        ladder = view.district.ladders[is_open(view.state).version]
        people = people_of(view.district, view.connection, view.state, ladder, rule, of)
    return ranking.rank(entries, rule, with_approved(totals, entries), lot, people)


def people_of(
    district: District,
    connection: Connection,
    cycle: Cycle,
    ladder: Ladder,
    rule: Places,
    candidates: Mapping[str, tuple[str, str | None]],
) -> ranking.People:
    """Who candidates are, for what those taken must be made of: on the cycle's day, as known when submission closed.

    ``candidates`` are by case the subject and their own unit.
    """
    assert cycle.closed is not None
    question = composed.pinned(
        connection, district.log, cycle, is_open(cycle).as_of, cycle.closed.known_at
    )  # fmt: skip
    subjects = {subject for subject, _ in candidates.values()}
    made = composed.of(connection, ladder, composed.asked(rule.composition), subjects, question)
    units = worlds.units(connection)
    members = {
        case: replace(lists.member(subject, unit, units, made), id=case) for case, (subject, unit) in candidates.items()
    }
    return ranking.People(members, made.scales)


def keyed(
    view: View, order: Iterable[Criterion], candidates: ColumnElement[bool]
) -> Iterator[tuple[str, str | None, ranking.Keys]]:
    """Candidates of a cycle, by id: the case, its own unit, and its value by each criterion."""
    columns = ROW.id, ROW.unit, ROW.marks, ROW.assessed
    rows = view.connection.execute(
        select(*columns).where(ROW.cycle == view.cycle, candidates).order_by(ROW.id)
    ).all()  # fmt: skip
    values = any(one.of == "value" for one in order)
    for block in in_blocks(rows):
        found = verdicts(view, [row.assessed for row in block]) if values else {}
        for row in block:
            scores, votes = marks_of(row.marks)
            yield row.id, row.unit, keys_of(order, scores, votes, found.get(row.assessed))


def marks_of(text: str) -> tuple[dict[str, Fraction | None], dict[str, Fraction]]:
    """The scores and the votes of a case by stage, as the projections keep them."""
    marks = json.loads(text)
    scores = {stage: None if one[0] is None else Fraction(one[0], one[1]) for stage, one in marks.items()}
    return scores, {stage: rounds.votes(one[2], *one[4:]) for stage, one in marks.items()}


def with_approved(
    totals: Mapping[str | None, ranking.Totals], entries: Iterable[ranking.Entry]
) -> dict[str | None, ranking.Totals]:
    """The totals with those approved counted."""
    found = dict(totals)
    for entry in entries:
        if not entry.outside:
            one = found.get(entry.unit, ranking.Totals())
            found[entry.unit] = ranking.Totals(one.nominated, one.eligible, one.approved + 1)
    return found


def verdicts(view: View, positions: list[int]) -> dict[int, Assessed]:
    """The verdicts at these positions."""
    events = view.district.log.read_at(view.connection, positions)
    return {one.position: one.fact for one in events if isinstance(one.fact, Assessed)}


def _outside(view: View) -> frozenset[str]:
    """The cases outside the count."""
    found = set[str]()
    every = view.connection.execute(select(ROW.nominated).where(ROW.cycle == view.cycle)).scalars().all()
    for block in in_blocks(every):
        for event in view.district.log.read_at(view.connection, block):
            if isinstance(event.fact, Nominated) and event.fact.outside:
                found.add(event.envelope.stream.removeprefix("case-"))
    return frozenset(found)


def _totals(
    view: View, rule: Places, units: Mapping[str, Unit], outside: frozenset[str]
) -> dict[str | None, ranking.Totals]:
    """By group how many were nominated, and found eligible: what a share is of.

    Those outside the count are left out, and those who withdrew before there was a verdict on them.
    """
    met = func.count().filter(ROW.arrived > 0)
    stayed = or_(ROW.phase != "withdrawn", ROW.assessed > 0)
    counted = select(ROW.unit, func.count(), met).where(ROW.cycle == view.cycle, stayed).group_by(ROW.unit)
    sums = {unit: [count, eligible] for unit, count, eligible in view.connection.execute(counted)}
    if outside:
        less = select(ROW.unit, ROW.arrived).where(ROW.id.in_(select(EACH)), stayed)
        for unit, arrived in view.connection.execute(less, many(outside)):
            sums[unit][0] -= 1
            sums[unit][1] -= arrived > 0
    found: dict[str | None, ranking.Totals] = {}
    for unit, (count, eligible) in sums.items():
        group = group_of(unit, rule.per, units)
        before = found.get(group, ranking.Totals())
        found[group] = ranking.Totals(before.nominated + count, before.eligible + eligible)
    return found
