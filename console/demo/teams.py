"""Studios and their members, titles held, and mentor pairs of the invented district."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from random import Random

from console.demo.names import DISTRICT, DOCUMENT_MARK
from console.demo.people import LAST, Person

STUDIOS = {"名师": 20, "名校长": 15, "名班主任": 14}
"""The counts of the sources; a smaller district has fewer in proportion."""
_CODES = {"名师": "MS", "名校长": "MX", "名班主任": "MB"}
FULL = 3000
TARGETS, CORES, PAIRS = 900, 260, 400
"""Holders of the first two rungs and mentor pairs in a district of 3,000 teachers."""
TEAM_CAP = 2


@dataclass(frozen=True, slots=True)
class Member:
    """One membership: from the day of joining to the last day in the studio, or open."""

    person: Person
    role: str
    joined: date
    left: date | None = None


@dataclass(slots=True, eq=False)
class Studio:
    """A studio, named after its host; the host is its first member."""

    code: str
    kind: str
    host: Person
    founded: date
    members: list[Member] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As the office calls it."""
        return f"{self.host.name}{self.kind}工作室"


@dataclass(frozen=True, slots=True)
class Standing:
    """A title that was held before us; ``who`` is a staff number or a studio code."""

    who: str
    ladder: str
    rung: str
    title: str
    document: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A mentor pair; ``until`` is its last day, or it lasts."""

    mentee: Person
    mentor: Person
    since: date
    until: date | None


_TARGET_BATCHES = {
    date(2019, 9, 12): 8,
    date(2020, 9, 18): 12,
    date(2021, 9, 10): 20,
    date(2022, 9, 9): 20,
    date(2023, 9, 8): 16,
    date(2024, 9, 10): 14,
    date(2025, 6, 30): 3,
    date(2025, 7, 1): 3,
    date(2025, 9, 10): 4,
}
"""Days on which development targets were named, and their weights.

A year before the demo's as-of day there is a batch that just fulfils it, and one that is a day too young; so there is
for two years among the core members.
"""
_CORE_BATCHES = {
    date(2019, 9, 12): 1,
    date(2020, 9, 18): 2,
    date(2021, 9, 10): 3,
    date(2022, 9, 9): 3,
    date(2024, 6, 30): 2,
    date(2024, 7, 1): 1,
}
_HOST_BATCHES = {date(2019, 9, 12): 2, date(2020, 9, 18): 3, date(2021, 9, 10): 4, date(2022, 9, 9): 2}


def invent_studios(rng: Random, teachers: Sequence[Person]) -> list[Studio]:
    """The studios with hosts and 8 to 16 members each, nobody in more than two."""
    scale = min(1.0, len(teachers) / FULL)
    pool = [one for one in teachers if one.stays and one.hired < date(2019, 1, 1) and one.serves(12)]
    pool.sort(key=lambda one: -(one.ability + one.diligence + rng.gauss(0, 0.7)))
    studios: list[Studio] = []
    for kind, count in STUDIOS.items():
        able = (one for one in pool if one.leader == (kind == "名校长") and not one.rung)
        for number in range(1, max(1, round(count * scale)) + 1):
            host = next(able)
            host.rung = "主持人"
            day = rng.choice(list(_HOST_BATCHES)) + timedelta(days=rng.randint(20, 60))
            studios.append(Studio(f"GZS-{_CODES[kind]}-{number:02d}", kind, host, day))
    teams: Counter[str] = Counter()
    for studio in rng.sample(studios, len(studios)):
        _fill(rng, studio, teachers, teams)
    return studios


def _fill(rng: Random, studio: Studio, teachers: Sequence[Person], teams: Counter[str]) -> None:
    studio.members.append(Member(studio.host, "主持人", studio.founded))
    wanted = rng.randint(8, 16)
    able = [
        one
        for one in teachers
        if one.leader == (studio.kind == "名校长")
        and one.rung != "主持人"
        and teams[one.number] < TEAM_CAP
        and one.hired < date(2023, 1, 1)
    ]
    able.sort(key=lambda one: -(one.ability + one.diligence + rng.gauss(0, 1.6) - 1.5 * teams[one.number]))
    cores = rng.randint(3, 5)
    for place, one in enumerate(able[:wanted]):
        teams[one.number] += 1
        role = "核心成员" if place < cores else "成员"
        joined = max(studio.founded, one.hired) + timedelta(days=rng.choice((0, 0, 0, 30, 190, 365, 540, 730)))
        if one.left and joined >= one.left:
            continue
        left = None
        if rng.random() < 0.1:
            left = joined + timedelta(days=rng.randint(300, 1000))
            left = left if left < LAST else None
        if one.left and (left is None or left > one.left):
            left = one.left
        studio.members.append(Member(one, role, joined, left))
        if left and one.stays and left < date(2025, 1, 1) and rng.random() < 0.3:  # came back
            studio.members.append(Member(one, role, left + timedelta(days=rng.randint(150, 400))))


def _batch(rng: Random, batches: dict[date, int], person: Person) -> date | None:
    """A day of naming at least a year after the person came, or None."""
    fitting = {day: weight for day, weight in batches.items() if (day - person.hired).days >= 365}
    return rng.choices(list(fitting), weights=list(fitting.values()))[0] if fitting else None


def invent_standings(rng: Random, teachers: Sequence[Person], studios: Sequence[Studio]) -> list[Standing]:
    """Titles of teachers: hosts, core members, development targets; sets ``rung`` and ``rung_since`` of each."""
    members = {member.person.number: member for studio in studios for member in studio.members}
    scale = len(teachers) / FULL
    ranked = sorted(teachers, key=lambda one: -(one.ability + one.diligence + rng.gauss(0, 1.2)))
    inside = [one for one in ranked if one.number in members and one.rung != "主持人"]
    core = [one for one in inside if members[one.number].role == "核心成员"]
    outside = [one for one in ranked if one.number not in members and one.rung != "主持人"]
    names = f"{DISTRICT}名师工作室"
    found: list[Standing] = []

    def hold(one: Person, rung: str, since: date, until: date | None, document: str) -> None:
        one.rung, one.rung_since = rung, since
        found.append(Standing(one.number, "erqi-teacher", rung, f"{names}{rung}", document, since, until))

    def name_all(pool: Sequence[Person], rung: str, batches: dict[date, int], wanted: int) -> None:
        for one in pool:
            if wanted <= 0:
                return
            since = None if one.rung else _batch(rng, batches, one)
            if since and (one.stays or rung == "发展对象") and (one.left is None or one.left > since):
                wanted -= 1
                hold(one, rung, since, _end(rng, rung), _document(since, rung))

    for studio in studios:
        day = max(day for day in _HOST_BATCHES if day <= studio.founded)
        hold(studio.host, "主持人", day, None, _document(day, "主持人"))
    name_all([*core, *outside[: round(120 * scale)]], "核心成员", _CORE_BATCHES, round(CORES * scale))
    name_all([*inside, *outside], "发展对象", _TARGET_BATCHES, round(TARGETS * scale))
    return found


def _document(day: date, rung: str) -> str:
    return f"{DOCUMENT_MARK}〔{day.year}〕{day.month + {'主持人': 0, '核心成员': 12, '发展对象': 24}[rung]}号"


def _end(rng: Random, rung: str) -> date | None:
    """Most titles have no end; a few development targets' have run out."""
    if rung == "核心成员":
        return rng.choice((None, None, date(2027, 8, 31), date(2028, 8, 31)))
    return date(2026, 5, 31) if rng.random() < 0.015 else None


def invent_tiers(rng: Random, studios: Sequence[Studio]) -> list[Standing]:
    """Tiers that studios hold: most are qualified, a few excellent, one in twenty-five has none yet."""
    found = []
    for n, studio in enumerate(rng.sample(studios, len(studios))):
        if n % 25 == 24:
            continue
        rung = "优秀" if n % 10 == 3 else "合格"
        since = max(date(2021, 12, 20), studio.founded + timedelta(days=200))
        if rung == "优秀":
            since = date(2024, 12, 18)
        elif n % 7 == 5:
            since = date(2025, 12, 18)
        document = f"{DOCUMENT_MARK}〔{since.year}〕{40 + since.month}号"
        title = f"{rung}名师工作室"
        found.append(Standing(studio.code, "erqi-studio", title, f"{DISTRICT}{title}", document, since))
    return sorted(found, key=lambda one: one.who)


def invent_pairs(rng: Random, teachers: Sequence[Person]) -> list[Pair]:
    """Mentor pairs: the young with the proven, of the same school where there is one."""
    wanted = round(PAIRS * min(1.0, len(teachers) / FULL))
    young = [one for one in teachers if not one.serves(8) and one.stays]
    proven = [one for one in teachers if one.rung in ("主持人", "核心成员") and one.stays and one.serves(8)]
    near: dict[str, list[Person]] = {}
    for one in chain(proven, (one for one in teachers if one.rung == "发展对象" and one.stays and one.serves(8))):
        near.setdefault(one.unit.code, []).append(one)
    pairs = []
    for mentee in rng.sample(young, min(wanted, len(young))):
        mentor = rng.choice(near.get(mentee.unit.code) or proven)
        latest = max(mentee.hired, mentor.hired) + timedelta(days=30)
        since = max(latest, date(rng.randint(2020, 2025), rng.choice((3, 9, 10)), rng.randint(8, 25)))
        until = date(since.year + 3, 8, 31) if since.year < 2023 or rng.random() < 0.15 else None
        pairs.append(Pair(mentee, mentor, since, until if until and until < LAST else None))
    return pairs
