"""Places of a cycle whose ladder places on the highest rung that is met: every rung has its own.

The highest rung is filled first.  Where the rule says ``when full: cascade``, whoever gets no place on a rung competes
for those of the next lower one whose step they meet, with everybody there.  Pure, as ``workflows.ranking``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from events.facts import Assessed, GroupPlaces, NoPlace, StepFound
from ladders.model.ladder import Step
from ladders.model.review import Places
from workflows import ranking
from workflows.ranking import Entry, Keys, Rank, Ranking, Totals

Found = Assessed | StepFound


class Candidate(NamedTuple):
    """A case that every stage approved: its group, and the rungs whose step it meets, the highest first."""

    case: str
    unit: str | None
    outside: bool
    ways: tuple[tuple[str, Keys], ...]
    """By rung its value by each criterion there."""


def ways(upwards: Sequence[Step], verdict: Assessed) -> tuple[tuple[str, Found], ...]:
    """The rungs whose step is met, the highest first, with what was found on the step.

    ``upwards`` are the ladder's steps, those to lower rungs first; of several to one rung the first that is met counts.
    """
    every: list[Found] = [verdict, *(verdict.beside or ())]
    met, found = {one.step: one for one in every if one.outcome == "met"}, dict[str, Found]()
    for step in upwards:
        if step.id in met:
            found.setdefault(step.to, met[step.id])
    return tuple(reversed(found.items()))


def rank(candidates: Iterable[Candidate], upwards: Sequence[Step], places: Places, lot: str | None = None) -> Ranking:
    """Rank the candidates for the places of every rung and give them out; errors as ``workflows.ranking.rank``."""
    waiting = {one.case: one for one in candidates}
    ranks, groups = dict[str, Rank](), list[GroupPlaces]()
    higher: dict[str, tuple[NoPlace, ...]] = defaultdict(tuple)
    for rung in reversed(dict.fromkeys(step.to for step in upwards)):
        here = [
            Entry(one.case, one.unit, one.outside, dict(one.ways)[rung])
            for one in waiting.values()
            if rung == one.ways[0][0] or (one.case in higher and rung in dict(one.ways))
        ]
        rule, own = places.of(rung), None if lot is None else f"{lot}/{rung}"
        found = ranking.rank(here, rule, {} if rule.per else {None: Totals()}, own)
        again = Counter(one.unit if rule.per else None for one in here if one.case in higher)
        groups += [one.model_copy(update={"rung": rung, "again": again[one.unit] or None}) for one in found.groups]
        for one in found.ranks:
            ranks[one.case] = replace(one, rung=rung, higher=higher.get(one.case, ()))
            if one.outcome == "out" and places.when_full == "cascade":
                higher[one.case] += (_none(one, rung),)
            else:
                del waiting[one.case]
    listed = tuple(ranks.values())
    outside = sum(one.outcome == "outside" for one in listed)
    return Ranking(listed, tuple(groups), outside, ranking.list_sha256(listed))


def _none(one: Rank, rung: str) -> NoPlace:
    return NoPlace(rung=rung, rank=one.rank, of=one.of, places=one.places, tied=one.tied, by=one.by)
