"""Lists and panels of a case file held against a ladder's routes: who is in, who gets which grade, how a stage decides.

By the very functions that decide a cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from events.facts import Catalogue, Score
from ladders.cases.file import AList, Candidate, CaseFile, Panel, Value
from ladders.cases.trying import Difference, Tried, ranged
from ladders.evaluating.placing import rungs_upwards, upwards
from ladders.model.ladder import Ladder, Route, Stage
from ladders.model.lists import Composition, Criterion
from ladders.problems import LadderError, Problem, choice
from ladders.reading.nodes import Node, where
from ladders.reference.choosing import Member, composition_found, equals, graded, nomination_limit
from workflows import rungs
from workflows.ranking import Entry, People, Ranking, Totals, rank
from workflows.seats import Seated
from workflows.tally import Said, tally_of, verdict_of

Scales = Mapping[str, Sequence[str]]


def lists_and_panels(file: CaseFile, root: Node, name: str, ladder: Ladder, catalogue: Catalogue) -> Iterator[Tried]:
    """Every list and panel of a file held against the ladder; LadderError where one names what is not there."""
    scales = _scales(ladder, catalogue)
    for nth, one in enumerate(file.lists):
        route = _route(ladder, one.route, name, root, ("lists", nth))
        if one.lot is None and "lot" in (route.places and route.places.ties, route.grades and route.grades.ties):
            raise LadderError([_no_lot(name, root, ("lists", nth))])
        for place, candidate in enumerate(one.candidates):
            for way, rung in enumerate(candidate.rungs or ((None,) if ladder.placement and route.places else ())):
                if rung not in (there := [step.to for step in ladder.steps]):
                    path = ("lists", nth, "candidates", place, *(("rungs", way) if rung else ()))
                    raise _lacks(name, root, path, rung or "", "级", "rung", dict.fromkeys(there))
        yield _list(one, route, ladder, scales, root.at(("lists", nth))[0].line)
    for nth, panel in enumerate(file.panels):
        route = _route(ladder, panel.route, name, root, ("panels", nth))
        stages = {stage.id: stage for stage in route.stages}
        if panel.stage not in stages:
            raise _lacks(name, root, ("panels", nth, "stage"), panel.stage, "环节", "stage", stages)
        yield _panel(panel, stages[panel.stage], scales, root.at(("panels", nth))[0].line)


def _route(ladder: Ladder, route: str, name: str, root: Node, path: tuple[str | int, ...]) -> Route:
    if route not in ladder.routes:
        raise _lacks(name, root, (*path, "route"), route, "评审路线", "route", ladder.routes)
    return ladder.routes[route]


def _lacks(
    name: str, root: Node, path: tuple[str | int, ...], word: str, zh: str, en: str, options: Mapping[str, object]
) -> LadderError:
    line = root.at(path)[0].line
    said = f"阶梯里没有{zh}“{word}”", f'the ladder has no {en} "{word}"'
    return LadderError([Problem(name, line, where(path, root), *said, *choice(word, options))])


def _no_lot(name: str, root: Node, path: tuple[str | int, ...]) -> Problem:
    return Problem(
        name,
        root.at(path)[0].line,
        where(path, root),
        "这条路线末位相同的抽签，没有写抽签号",
        "this route draws lots among equals, and no lot is given",
        "加一行：lot: a（任何文字；同一抽签号抽出同样的结果）",
        "add: lot: a (any text; the same lot draws the same)",
    )


def _scales(ladder: Ladder, catalogue: Catalogue) -> Scales:
    """By attribute of the ladder the terms of its ordered scale, the lowest first."""
    found = {}
    for name, one in ladder.attributes.items():
        kind = catalogue.kinds.get(one.evidence or "")
        scale = catalogue.scales.get(kind.attributes.get(one.highest or one.latest or "", "")) if kind else None
        if scale is not None and scale.ordered:
            found[name] = [term.id for term in scale.terms]
    return found


# ----------------------------------------------------------------------------------------------------------- lists


def _list(one: AList, route: Route, ladder: Ladder, scales: Scales, line: int) -> Tried:
    found, expect = list[Difference](), one.expect
    if route.places is not None:
        ranking = _ranking(one, route, ladder, scales)
        outcomes = {place.case: place for place in ranking.ranks}
        places = sum(group.places for group in ranking.groups)
        found += _differ("places", expect.places, places)
        for word, named in (("in", expect.in_), ("out", expect.out)):
            have = [place.case for place in ranking.ranks if place.outcome == word]
            found += _differ(word, None if named is None else sorted(named), sorted(have))
        for candidate, position in expect.ranks.items():
            found += _differ(
                f"rank of {candidate}", position, outcomes[candidate].rank if candidate in outcomes else None
            )
        taken = {place.case: place.rung for place in ranking.ranks if place.outcome == "in"}
        for candidate, rung in expect.rungs.items():
            found += _differ(f"rung of {candidate}", rung, taken.get(candidate))
    if route.grades is not None:
        keys = {c.id: _keys(c, route.grades.order) for c in one.candidates}
        given = graded(equals(keys, route.grades.order), route.grades, one.lot)
        for grade, named in expect.grades.items():
            found += _differ(grade, sorted(named), sorted(who.id for who in given if who.grade == grade))
    if expect.failing is not None:
        found += _differ("requirements", sorted(expect.failing), sorted(_failing(one, route, scales)))
    return Tried(one.name, line, one.route, None, "", (), tuple(found))


def _ranking(one: AList, route: Route, ladder: Ladder, scales: Scales) -> Ranking:
    assert route.places is not None
    if ladder.placement is not None:
        order = list(reversed(rungs_upwards(ladder)))
        ways = {c.id: sorted(c.rungs, key=order.index) for c in one.candidates}
        keys = {c.id: _keys(c, route.places.order) for c in one.candidates}
        climbers = [
            rungs.Candidate(c.id, c.unit, c.outside, tuple((rung, keys[c.id]) for rung in ways[c.id]))
            for c in one.candidates
        ]
        return rungs.rank(climbers, upwards(ladder), route.places, one.lot)
    counted = [c for c in one.candidates if not c.outside]
    groups = {c.unit for c in one.candidates} if route.places.per else {None}
    nominated = len(counted) if one.nominated is None else one.nominated
    eligible = len(counted) if one.eligible is None else one.eligible
    totals = {
        unit: Totals(nominated, eligible, sum(c.unit == unit or unit is None for c in counted)) for unit in groups
    }
    entries = [Entry(c.id, c.unit, c.outside, _keys(c, route.places.order)) for c in one.candidates]
    people = People({c.id: Member(c.id, dict(c.is_), {}) for c in one.candidates}, scales)
    return rank(entries, route.places, totals, one.lot, people)


def _keys(candidate: Candidate, order: Sequence[Criterion]) -> tuple[Fraction | None, ...]:
    """The candidate's value by each criterion, named as the ladder names it or by the stage or clause alone."""
    found = [candidate.values.get(f"{one.of} of {one.what}", candidate.values.get(one.what)) for one in order]
    return tuple(None if value is None else Fraction(value) for value in found)


def _failing(one: AList, route: Route, scales: Scales) -> list[str]:
    """The requirements on the list as a whole that are not met, ``at most`` for more nominations than there may be."""
    failing: list[str] = []
    members = [Member(c.id, dict(c.is_), {}) for c in one.candidates if not c.outside]
    compositions: list[Composition] = []
    if route.nomination is not None:
        compositions += route.nomination.composition
        limit = nomination_limit(route.nomination, one.teachers, one.expect.places)
        if limit is not None and len(members) > limit:
            failing.append("at most")
    if route.places is not None:
        compositions += route.places.composition
    failing += [
        found.composition for found in composition_found(members, compositions, scales) if found.outcome == "not met"
    ]
    return failing


def _differ(what: str, expected: object, found: object) -> Iterator[Difference]:
    if expected is not None and expected != found:
        yield Difference(what, _said(expected), _said(found))


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    return "nothing" if value is None else str(value)


# ---------------------------------------------------------------------------------------------------------- panels


def _panel(one: Panel, stage: Stage, scales: Scales, line: int) -> Tried:
    said = {seat: _ballot(ballot) for seat, ballot in one.ballots.items() if seat not in one.recused}
    seats = {
        seat: Seated(
            holder=f"seat-{seat}",
            voters=frozenset({f"seat-{seat}"}),
            veto=seat in stage.veto_seats,
            recused="declared" if seat in one.recused else None,
        )
        for seat in range(1, stage.size + 1)
    }
    tally = tally_of(stage, seats, said)
    found = list(_differ("outcome", one.expect.outcome, verdict_of(stage, tally, said)))
    if one.expect.score is not None:
        score = None if tally.score is None or tally.over is None else Fraction(tally.score, tally.over)
        found += _scored(one.expect.score, score)
    if one.expect.failing is not None:
        members = [Member(str(nth), dict(who), {}) for nth, who in enumerate(one.members, 1)]
        made = composition_found(members, stage.composition, scales)
        have = sorted(each.composition for each in made if each.outcome == "not met")
        found += _differ("requirements", sorted(one.expect.failing), have)
    return Tried(one.name, line, f"{one.route}/{stage.id}", None, verdict_of(stage, tally, said), (), tuple(found))


def _ballot(ballot: object) -> Said:
    if isinstance(ballot, dict):
        marks = ((item, mark) for item, mark in ballot.items())
        scores = tuple(
            Score(item=item) if mark == "not applicable" else Score(item=item, value=int(mark * 100), scale=2)
            for item, mark in marks
        )
        return Said("scored", scores)
    return Said(ballot)  # type: ignore[arg-type]


def _scored(expected: Value, score: Fraction | None) -> Iterator[Difference]:
    found = "nothing" if score is None else ranged(score, score)
    if expected == "nothing":
        if score is not None:
            yield Difference("score", "nothing", found)
    elif score is None or (score, score) != expected:
        low, high = expected
        yield Difference("score", ranged(low, high), found)
