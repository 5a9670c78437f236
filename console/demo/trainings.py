"""Training hours of three years: what was offered, who attended, and what each system noted of it.

Three systems note them: the continuing-education platform (courses of several days, with record numbers), WeChat
sign-in (school-based and studio activities of one day, without record numbers), and the lesson-observation system.
Hours are kept as half hours, whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp
from random import Random
from typing import NamedTuple

from console.demo.days import teaching_day
from console.demo.names import DISTRICT, lesson_title, training_title
from console.demo.people import FIRST, LAST, Person
from console.demo.teams import Studio
from console.demo.units import Unit

PLATFORM, SIGN_IN, OBSERVATION = "继续教育平台", "微信签到", "听课系统"
PENDING_SHARE = 0.02
_SPAN = (LAST - FIRST).days


class Offer(NamedTuple):
    """Something that one could attend."""

    first: date
    last: date
    title: str
    category: str
    level: str
    halves: int


@dataclass(frozen=True, slots=True)
class Training:
    """One person's attendance, as the system noted it; ``month_only`` where it knows no day."""

    person: Person
    offer: Offer
    source: str
    record: str
    recognised: bool
    month_only: bool = False

    def lasting(self, halves: int) -> Training:
        """The same attendance with other hours."""
        return replace(self, offer=self.offer._replace(halves=halves))


class Plan(NamedTuple):
    """A sort of offers: how many, how often one attends, levels and lengths and their weights, days it lasts."""

    category: str
    offers: int
    mean: float
    levels: dict[str, int]
    halves: dict[int, int]
    days: tuple[int, int]


COURSES = (
    Plan("网络研修", 70, 3.6, {"区级": 5, "市级": 3, "省级": 2, "国家级": 1}, {6: 3, 8: 4, 12: 3, 16: 1}, (5, 40)),
    Plan("专题培训", 190, 3.3, {"学区级": 4, "区级": 5, "市级": 2, "省级": 1}, {5: 2, 6: 4, 7: 2, 8: 3, 12: 2}, (1, 3)),
    Plan("师德培训", 24, 3.2, {"校级": 2, "区级": 4, "市级": 1}, {4: 4, 5: 1, 6: 2}, (1, 2)),
)  # fmt: skip
SCHOOL = Plan("校本培训", 26, 8.2, {"校级": 9, "学区级": 1}, {2: 2, 3: 3, 4: 5, 5: 1, 6: 1}, (1, 1))
STUDIO = Plan("工作室研修", 24, 10.0, {"区级": 1}, {4: 3, 5: 1, 6: 3, 8: 1}, (1, 1))
OBSERVED = 4.9
"""Lessons observed by a person in three years, in the mean."""

EDGES = (
    Offer(date(2023, 6, 30), date(2023, 6, 30), "2023年学年末专题讲座", "专题培训", "区级", 8),
    Offer(date(2023, 7, 1), date(2023, 7, 1), "2023年暑期专题讲座", "专题培训", "区级", 8),
    Offer(date(2023, 6, 28), date(2023, 7, 2), "2023年暑期骨干研修班", "专题培训", "市级", 12),
    Offer(LAST, LAST, "2026年毕业季专题讲座", "专题培训", "区级", 6),
)
"""Offers on and across the edges of the three years before the demo's as-of day, and on the last day of all."""
_EDGE_SHARE = 0.03


def _offers(rng: Random, plan: Plan) -> list[Offer]:
    made = []
    for number in range(1, plan.offers + 1):
        if plan.category == "网络研修":  # the platform knows no holidays
            first = FIRST + timedelta(days=rng.randint(0, _SPAN))
        else:
            first = teaching_day(rng, FIRST, LAST)
        last = first + timedelta(days=rng.randint(*plan.days) - 1)
        made.append(
            Offer(
                first,
                min(last, LAST),
                training_title(rng, plan.category, first.year, number),
                plan.category,
                rng.choices(list(plan.levels), weights=list(plan.levels.values()))[0],
                rng.choices(list(plan.halves), weights=list(plan.halves.values()))[0],
            )
        )
    return sorted(made)


def _attended(rng: Random, offers: Sequence[Offer], first: date, last: date, mean: float) -> list[Offer]:
    """A sample of the offers between two days; ``mean`` is for somebody who is there all the three years."""
    start, stop = bisect_left(offers, (first,)), bisect_left(offers, (last + timedelta(days=1),))
    open_ = stop - start
    if open_ <= 0:
        return []
    share = open_ / len(offers)
    times = int(mean * share + rng.random() * 1.6)
    return [offer for offer in rng.sample(offers[start:stop], min(times, open_)) if offer.last <= last]


def _zeal(person: Person) -> float:
    return exp(0.3 * person.diligence) * (0.9 if person.unit.rural else 1.0)


def invent_trainings(
    rng: Random, teachers: Sequence[Person], schools: Iterable[Unit], studios: Iterable[Studio]
) -> list[Training]:
    """Every attendance of the three years, by day; record numbers are given out in that order."""
    courses = [(plan, _offers(rng, plan)) for plan in COURSES]
    at_school = {school.code: _offers(rng, SCHOOL) for school in schools}
    found = list(_in_studios(rng, studios))
    for person in teachers:
        zeal = _zeal(person)
        for unit, first, last in person.postings():
            for plan, offers in courses:
                found += _noted(rng, person, PLATFORM, _attended(rng, offers, first, last, plan.mean * zeal))
            signed = _attended(rng, at_school[unit.code], first, last, SCHOOL.mean * zeal)
            found += _noted(rng, person, SIGN_IN, signed)
        found += _observed(rng, person, zeal)
        if person.hired < date(2022, 1, 1) and person.stays:
            edges = [offer for offer in EDGES if rng.random() < _EDGE_SHARE]
            found += _noted(rng, person, PLATFORM, edges)
    found.sort(key=lambda one: (one.offer.first, one.person.number, one.offer.title))
    return [
        replace(one, record="" if one.source == SIGN_IN else f"{_PREFIX[one.source]}{n:07d}")
        for n, one in enumerate(found, start=1)
    ]


_PREFIX = {PLATFORM: "PT", OBSERVATION: "TK"}


def _noted(rng: Random, person: Person, source: str, offers: Iterable[Offer]) -> Iterator[Training]:
    for offer in offers:
        yield Training(person, offer, source, "", rng.random() >= PENDING_SHARE)


def _in_studios(rng: Random, studios: Iterable[Studio]) -> Iterator[Training]:
    for studio in studios:
        offers = [offer._replace(title=f"{studio.code} {offer.title}") for offer in _offers(rng, STUDIO)]
        for member in studio.members:
            first, last = max(FIRST, member.joined), min(member.left or LAST, member.person.until)
            attended = _attended(rng, offers, first, last, STUDIO.mean * _zeal(member.person))
            yield from _noted(rng, member.person, SIGN_IN, attended)


def _observed(rng: Random, person: Person, zeal: float) -> Iterator[Training]:
    first = max(FIRST, person.hired)
    days = (person.until - first).days
    if days <= 0:
        return
    for number in range(1, int(OBSERVED * zeal * days / _SPAN + rng.random()) + 1):
        day = teaching_day(rng, first, person.until)
        level = rng.choices(("校级", "学区级", "区级"), weights=(6, 3, 1))[0]
        title = f"听课：{DISTRICT}{lesson_title(rng, person.subject)}第{number}节"
        offer = Offer(day, day, title, "校本培训", level, rng.choice((2, 2, 2, 3)))
        recognised = rng.random() >= PENDING_SHARE
        yield Training(person, offer, OBSERVATION, "", recognised, month_only=rng.random() < 0.02)
