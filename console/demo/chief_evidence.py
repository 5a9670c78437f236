"""What is on file about the candidates for trainee and for chief teacher, so that each can play the part.

The numbers are those of ``qinyuan-chief-teacher`` when this was written.  For trainee: 72 hours in three years, of
which 48 of one category count; a mean of 80 points in two years; a lesson given for the central school.  For chief
teacher: 90 hours, 60 of one category; 85 points; two lessons since one is a trainee; a paper of the district.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random

from console.demo.chief import Part
from console.demo.days import teaching_day
from console.demo.names import essay_title, lesson_title
from console.demo.people import LAST, Person
from console.demo.thresholds import Files
from console.demo.trainings import PLATFORM, Offer, Training
from console.demo.works import LESSON, PAPER, Work

SINCE = date(2023, 10, 25)
"""From here on trainings and lessons count for reviews that close in September and October 2026."""
SCORED_SINCE = date(2024, 10, 25)
_SCORES = (178, 164, 168, 160)
"""Half points of the four competences: a mean of 83.75."""
_Plan = dict[str, tuple[int, ...]]
_PLENTY: _Plan = {"网络研修": (40, 32, 24), "专题培训": (24, 24)}
"""Half hours by category: 72 hours, whatever else there is."""
_EQUAL: _Plan = {"网络研修": (40, 32, 24), "专题培训": (24, 24), "师德培训": (12,)}
_MOST: _Plan = {"网络研修": (48, 40, 32), "专题培训": (24, 24, 20)}
_FEW: _Plan = {"网络研修": (32, 12), "专题培训": (24, 16)}
_NUMBERS = 9_000_000
"""Above the record numbers of everything else."""


def prepare(rng: Random, candidates: Iterable[tuple[Person, Part]], files: Files) -> Work:
    """Put on file what the candidates' parts ask for; the lesson of the one who is caught, which was none."""
    parts = {person.number: part for person, part in candidates}
    people = {person.number: person for person, _ in candidates}
    alone = {number for number, part in parts.items() if part in ("tied", "short")}
    files.trainings[:] = [one for one in files.trainings if one.person.number not in alone]
    dropped = {number for number, part in parts.items() if part in ("caught", "idle")}
    files.works[:] = [one for one in files.works if one.kind != LESSON or one.person.number not in dropped]
    for place, one in enumerate(files.evaluations):
        if one.person.number in parts and one.day >= SCORED_SINCE:
            scores = tuple(score + rng.choice((-1, 0, 1, 2)) for score in _SCORES)
            files.evaluations[place] = replace(one, scores=scores)
    caught: Work | None = None
    for n, (number, part) in enumerate(parts.items(), start=1):
        plan = _EQUAL if part == "tied" else _FEW if part == "short" else _PLENTY
        files.trainings.extend(_trainings(rng, people[number], plan, n))
        if part != "idle":
            lesson = _lesson(rng, people[number], n)
            files.works.append(lesson)
            caught = lesson if part == "caught" else caught
    _in_order(files)
    assert caught is not None
    return caught


def prepare_trainees(rng: Random, trainees: Iterable[Person], files: Files) -> None:
    """Put on file what makes trainees eligible for chief teacher."""
    for n, person in enumerate(trainees, start=50):
        files.trainings.extend(_trainings(rng, person, _MOST, n))
        for m in (n, n + 10):
            files.works.append(replace(_lesson(rng, person, m), day=teaching_day(rng, date(2025, 9, 20), LAST)))
        title = f"{essay_title(rng, person.subject)}（中心校第{n}篇）"
        day = teaching_day(rng, date(2024, 3, 1), LAST)
        files.works.append(Work(person, PAPER, title, "区级", "", "第一作者", f"CG{_NUMBERS + n + 20}", day))
        for place, one in enumerate(files.evaluations):
            if one.person is person and one.day >= SCORED_SINCE:
                files.evaluations[place] = replace(one, scores=tuple(score + 8 for score in _SCORES))
    _in_order(files)


def _in_order(files: Files) -> None:
    files.trainings.sort(key=lambda one: (one.offer.first, one.person.number, one.offer.title))
    files.works.sort(key=lambda one: (one.day, one.person.number, one.title))


def _trainings(rng: Random, person: Person, plan: _Plan, n: int) -> Iterable[Training]:
    lengths = [(category, halves) for category, each in plan.items() for halves in each]
    for number, (category, halves) in enumerate(lengths, start=1):
        day = teaching_day(rng, SINCE, LAST)
        offer = Offer(
            day, day, f"{day.year}年中心校骨干教师{category}（第{n}组第{number}期）", category, "区级", halves
        )
        yield Training(person, offer, PLATFORM, f"PT{_NUMBERS + 10 * n + number}", recognised=True)


def _lesson(rng: Random, person: Person, n: int) -> Work:
    title = f"{lesson_title(rng, person.subject)}（中心校第{n}节）"
    day = teaching_day(rng, date(2024, 9, 25), date(2026, 5, 20))
    return Work(person, LESSON, title, "学区级", "", "授课", f"CG{_NUMBERS + n}", day)
