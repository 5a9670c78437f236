"""Evaluations, reflections and other evidence of the invented district.  Scores are kept as half points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import NamedTuple

from console.demo.days import teaching_day
from console.demo.names import essay_title, lesson_title
from console.demo.people import FIRST, LAST, Person

COMPETENCES = ("师德水平", "理论素养", "教育教学能力", "教科研水平")
_EVALUATED = (
    ("2023-2024学年教师发展评价", date(2024, 6, 10)),
    ("2024-2025学年教师发展评价", date(2025, 6, 9)),
    ("2025-2026学年教师发展评价", date(2026, 6, 2)),
)
_MEANS = (89.0, 79.5, 81.5, 76.0)
_SPREADS = (2.5, 4.5, 4.5, 6.0)
UNSCORED_SHARE = 0.01
REFLECTIONS = 3.9
"""Reflections of a person in three years, in the mean."""
NOT_SELECTED = "未入选"
SELECTED = ("工作室", "工作站", "区级")
"""The levels at which a reflection may be selected, from the lowest."""
_STEEPNESS = (1.0, 1.0, 0.55)
"""How much harder each level is than the person's own chance."""


class Sort(NamedTuple):
    """A sort of work: how many a person has in three years in the mean, the parts one may have in it, its prizes."""

    mean: float
    roles: tuple[str, ...] = ()
    prizes: tuple[str, ...] = ()


LESSON, PAPER, PROJECT, AWARD, VIOLATION = "公开课", "论文", "课题", "获奖", "师德违规"
_SORTS = {
    LESSON: Sort(1.15, ("授课", "授课", "授课", "授课", "听课")),
    PAPER: Sort(0.75, ("第一作者", "第一作者", "合作者")),
    PROJECT: Sort(0.35, ("主持人", "参与人", "参与人")),
    AWARD: Sort(0.75, (), ("三等奖", "三等奖", "二等奖", "二等奖", "一等奖")),
}
_LEVELS = {"校级": 44, "学区级": 22, "区级": 21, "市级": 9, "省级": 3, "国家级": 1}
AGAIN_SHARE, SHARED_SHARE = 0.08, 0.1
"""Works that are recorded a second time at a higher level; works done with a colleague."""
_VIOLATED = (date(2021, 6, 30), date(2021, 7, 1), date(2022, 5, 10), date(2023, 11, 2), date(2024, 4, 18),
             date(2024, 12, 5), date(2025, 3, 26), date(2025, 10, 14), date(2026, 1, 9))  # fmt: skip
"""Days of violations; the first two lie on either side of five years before the demo's as-of day."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The four scores of a year in half points; None where a competence was not scored."""

    person: Person
    title: str
    scores: tuple[int | None, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Reflection:
    """A reflection and the highest level at which it was selected, with that day, if it was."""

    person: Person
    number: str
    title: str
    submitted: date
    level: str
    selected: date | None


@dataclass(frozen=True, slots=True)
class Work:
    """Other evidence; ``work`` is the number of the work, shared by those who did it together.

    ``grade`` is an award's, ``severity`` a violation's.
    """

    person: Person
    kind: str
    title: str
    level: str
    grade: str
    role: str
    work: str
    day: date
    month_only: bool = False
    severity: str = ""


def invent_evaluations(rng: Random, teachers: Sequence[Person]) -> list[Evaluation]:
    """One evaluation for each teacher and school year in which the teacher was there."""
    found = []
    for title, day in _EVALUATED:
        for person in teachers:
            if person.hired > day - timedelta(days=200) or person.until <= day + timedelta(days=12):
                continue
            scores: list[int | None] = []
            for mean, spread in zip(_MEANS, _SPREADS, strict=True):
                value = round(2 * (mean + spread * (0.7 * person.ability + 0.6 * rng.gauss(0, 1))))
                scores.append(None if rng.random() < UNSCORED_SHARE else max(90, min(200, value)))
            found.append(Evaluation(person, title, tuple(scores), day + timedelta(days=rng.randint(0, 11))))
    return found


def _days(rng: Random, person: Person, mean: float) -> Iterator[date]:
    """Days on which the person did something that is done so often in three years."""
    first = max(FIRST, person.hired)
    length = (person.until - first).days
    if length <= 0:
        return
    times = mean * length / (LAST - FIRST).days
    for _ in range(int(times + rng.random())):
        yield teaching_day(rng, first, person.until)


def invent_reflections(rng: Random, teachers: Sequence[Person]) -> list[Reflection]:
    """Reflections by day; each level takes fewer of those that reached the one below."""
    found = []
    for person in teachers:
        zeal = max(0.2, 1 + 0.4 * person.diligence) * (2.1 if person.rung else 0.65)
        chance = min(0.75, max(0.05, 0.18 + 0.08 * person.ability + (0.33 if person.rung else 0)))
        for day in _days(rng, person, REFLECTIONS * zeal * 0.77):
            reached = 0
            while reached < len(SELECTED) and rng.random() < chance * _STEEPNESS[reached]:
                reached += 1
            selected = day + timedelta(days=rng.randint(12, 24) * reached)
            if selected > person.until:
                reached = 0
            level = SELECTED[reached - 1] if reached else NOT_SELECTED
            title = essay_title(rng, person.subject)
            found.append(Reflection(person, "", title, day, level, selected if reached else None))
    found.sort(key=lambda one: (one.submitted, one.person.number))
    return [
        Reflection(one.person, f"FS{n:06d}", one.title, one.submitted, one.level, one.selected)
        for n, one in enumerate(found, start=1)
    ]


def invent_works(rng: Random, teachers: Sequence[Person]) -> list[Work]:
    """Lessons, papers, projects and awards by day, and a few violations."""
    colleagues: dict[str, list[Person]] = {}
    for person in teachers:
        colleagues.setdefault(person.unit.code, []).append(person)
    numbers = count(1)
    found: list[Work] = []
    for person in teachers:
        worth = max(0.15, 1 + 0.35 * person.ability + 0.25 * person.diligence) * (1.9 if person.rung else 0.5)
        for kind, sort in _SORTS.items():
            for day in _days(rng, person, sort.mean * worth):
                found += _work(rng, person, kind, sort, day, next(numbers), colleagues[person.unit.code])
    for person in _violators(rng, teachers):
        day = min(person.until, max(person.hired, rng.choice(_VIOLATED)))
        severity = rng.choice(("一般", "一般", "严重"))
        title = "违反教师职业行为准则的处理决定"
        found.append(Work(person, VIOLATION, title, "", "", "", "", day, severity=severity))
    return sorted(found, key=lambda one: (one.day, one.person.number, one.title))


def _violators(rng: Random, teachers: Sequence[Person]) -> list[Person]:
    """A few teachers, one in four of them a promising development target: its school puts it forward nonetheless."""
    count = max(4, len(teachers) // 170)
    promising = [one for one in teachers if one.rung == "发展对象" and one.ability + one.diligence > 2.2]
    some = rng.sample(promising, min(count // 4, len(promising)))
    return some + rng.sample([one for one in teachers if one not in some], count - len(some))


def _work(
    rng: Random, person: Person, kind: str, sort: Sort, day: date, number: int, colleagues: Sequence[Person]
) -> Iterator[Work]:
    """The records of one work: the author's, perhaps a colleague's, perhaps a second one of a higher level."""
    level = rng.choices(list(_LEVELS), weights=list(_LEVELS.values()))[0]
    prize = rng.choice(sort.prizes) if sort.prizes else ""
    title = f"{(lesson_title if kind == LESSON else essay_title)(rng, person.subject)}（{number}）"
    code, role = f"CG{number:06d}", rng.choice(sort.roles) if sort.roles else ""
    work = Work(person, kind, title, level, prize, role, code, day, month_only=rng.random() < 0.02)
    yield work
    if kind != LESSON and rng.random() < SHARED_SHARE:
        other = rng.choice(colleagues)
        if other is not person and other.hired <= day <= other.until:
            yield replace(work, person=other, role=sort.roles[-1] if sort.roles else "")
    later = day + timedelta(days=rng.randint(60, 300))
    if kind in (AWARD, PAPER) and rng.random() < AGAIN_SHARE and later <= person.until and level != "国家级":
        higher = list(_LEVELS)[list(_LEVELS).index(level) + 1]
        yield replace(work, level=higher, day=later)
