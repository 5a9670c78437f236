"""Who is put forward, and values that lie exactly on a threshold of the shipped ladder, or one step below.

The numbers are those of the step to core member of ``erqi-teacher`` when this was written.  Nothing depends on them:
another ladder only makes the demo's edges less sharp.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import NamedTuple

from console.demo.people import Person
from console.demo.trainings import Training
from console.demo.works import AWARD, VIOLATION, Evaluation, Reflection, Work

SINCE = date(2023, 7, 1)
"""The first day of the three years before the as-of day."""
SCORED_SINCE = date(2024, 7, 1)
HALVES, MOST_HALVES, HALF_POINTS = 180, 120, 160
"""90 hours, of which 60 of one category count; a mean of 80 points: all of them doubled."""
REFLECTIONS, RESULTS = 3, 2
NOMINATED_SHARE = 1 / 15
OUTSIDERS_SHARE = 0.03
NOISE = 0.14
"""How well schools know whom they put forward: the deviation of what they think of somebody's file."""
ON_THE_LINE = 12
"""How many nominees are moved onto a threshold, or just below it, for each of hours and scores."""


class Files(NamedTuple):
    """What is on file about the teachers."""

    trainings: list[Training]
    evaluations: list[Evaluation]
    reflections: list[Reflection]
    works: list[Work]


def counted_halves(trainings: Iterable[Training]) -> int:
    """Half hours that count: recognised ones of the three years, no category above its most."""
    sums: dict[str, int] = {}
    for one in trainings:
        if one.recognised and one.offer.first >= SINCE:
            sums[one.offer.category] = sums.get(one.offer.category, 0) + one.offer.halves
    return sum(min(each, MOST_HALVES) for each in sums.values())


def nominate(rng: Random, teachers: Sequence[Person], files: Files) -> list[Person]:
    """Development targets whose file looks best to their schools, and a few who are none."""
    wanted = max(4, round(len(teachers) * NOMINATED_SHARE))
    outside = max(1, round(wanted * OUTSIDERS_SHARE))
    chances = _chances(files)
    targets = [one for one in teachers if one.rung == "发展对象" and one.stays]
    targets.sort(key=lambda one: -(chances.get(one.number, 0) + rng.gauss(0, NOISE)))
    others = [one for one in teachers if one.rung != "发展对象" and one.stays and one.serves(2)]
    named = targets[: wanted - outside] + rng.sample(others, outside)
    return sorted(named, key=lambda one: one.number)


def _chances(files: Files) -> dict[str, float]:
    """For each staff number how much of what is asked is on file, 1 where all is."""
    trainings: dict[str, list[Training]] = {}
    for training in files.trainings:
        trainings.setdefault(training.person.number, []).append(training)
    hours = {number: counted_halves(own) / HALVES for number, own in trainings.items()}
    selected: dict[str, int] = {}
    for reflection in files.reflections:
        if reflection.level in ("工作站", "区级"):
            selected[reflection.person.number] = selected.get(reflection.person.number, 0) + 1
    results: dict[str, set[str]] = {}
    for work in files.works:
        good = work.level in ("区级", "市级", "省级", "国家级") and work.role != "听课"
        if good and work.kind != VIOLATION and (work.kind != AWARD or work.grade != "三等奖"):
            results.setdefault(work.person.number, set()).add(work.kind)
    return {
        number: min(1, share)
        * min(1, (1 + selected.get(number, 0)) / (1 + REFLECTIONS))
        * min(1, (1 + len(results.get(number, ()))) / (1 + RESULTS))
        for number, share in hours.items()
    }


def settle_hours(rng: Random, nominees: Sequence[Person], trainings: list[Training]) -> int:
    """Move the hours of a few nominees onto the threshold, or half an hour below; how many were moved."""
    places: dict[str, list[int]] = {one.number: [] for one in nominees}
    for place, training in enumerate(trainings):
        if training.person.number in places:
            places[training.person.number].append(place)
    moved = 0
    for person in rng.sample(nominees, len(nominees)):
        own = [trainings[place] for place in places[person.number]]
        wanted = HALVES - moved % 2 - counted_halves(own)
        for place in places[person.number]:
            training = trainings[place]
            length = training.offer.halves + wanted
            if abs(wanted) > 10 or training.offer.category != "专题培训" or not 2 <= length <= 24:
                continue
            if not training.recognised or training.offer.first < SINCE:
                continue
            trainings[place] = training.lasting(length)
            moved += 1
            break
        if moved == ON_THE_LINE:
            break
    return moved


def settle_scores(rng: Random, nominees: Sequence[Person], evaluations: list[Evaluation]) -> int:
    """Move the mean score of a few nominees onto the threshold, or just below; how many were moved."""
    moved = 0
    for person in rng.sample(nominees, len(nominees)):
        own = [n for n, one in enumerate(evaluations) if one.person is person and one.day >= SCORED_SINCE]
        scores = [score for n in own for score in evaluations[n].scores]
        known = [score for score in scores if score is not None]
        wanted = HALF_POINTS * len(known) - moved % 2 - sum(known)
        if not own or len(known) < len(scores) or abs(wanted) > 16:
            continue
        last = evaluations[own[-1]]
        evaluations[own[-1]] = replace(last, scores=(last.scores[0], (last.scores[1] or 0) + wanted, *last.scores[2:]))
        moved += 1
        if moved == ON_THE_LINE:
            break
    return moved
