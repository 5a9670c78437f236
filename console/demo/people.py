"""The people of the invented district: when they came, where they work, and how they are (two latent numbers)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from console.demo.names import STAFF_MARK, person_names, subject_taught
from console.demo.units import Unit, schools_of

FIRST = date(2023, 7, 1)
LAST = date(2026, 6, 15)
"""The first and the last day of the evidence in the files; the demo's cycle opens on 2026-06-20."""

PANEL = 7
CENTRE_STAFF = 12
MOVED_SHARE = 80 / 3000
LEFT_SHARE = 40 / 3000
LEADERS_PER_SCHOOL = 3


@dataclass(slots=True, eq=False)
class Person:
    """A member of staff.

    ``diligence`` moves how much a person does, ``ability`` how well; both have mean 0 and deviation 1.
    """

    number: str
    name: str
    unit: Unit
    hired: date
    began: date
    born: date
    subject: str
    diligence: float
    ability: float
    leader: bool = False
    moved: tuple[date, Unit] | None = None
    left: date | None = None
    rung: str = ""
    rung_since: date = date.max

    @property
    def stays(self) -> bool:
        """Whether the person is still in the district's service."""
        return self.left is None

    @property
    def until(self) -> date:
        """The last day on which evidence about the person may fall."""
        return min(self.left or LAST, LAST)

    def serves(self, years: int, day: date = LAST) -> bool:
        """Whether service began at least so many years before the day."""
        return self.began <= day.replace(year=day.year - years)

    def postings(self, first: date = FIRST) -> Iterator[tuple[Unit, date, date]]:
        """Where the person worked from the first day on: unit, first day, last day."""
        first, last = max(first, self.hired), self.until
        if self.moved is None:
            yield self.unit, first, last
        else:
            day, unit = self.moved
            yield self.unit, first, day - timedelta(days=1)
            yield unit, day, last

    def unit_on(self, day: date) -> Unit:
        """Where the person worked on a day."""
        return self.moved[1] if self.moved and day >= self.moved[0] else self.unit


@dataclass(slots=True)
class Staff:
    """Everybody: the teachers, and the centre's people, of whom the panel is drawn."""

    teachers: list[Person]
    centre: list[Person] = field(default_factory=list)

    @property
    def panel(self) -> list[Person]:
        """The persons of the inspection and research offices who sit in the panel."""
        return self.centre[:PANEL]

    @property
    def all(self) -> list[Person]:
        """All of them, the centre first."""
        return [*self.centre, *self.teachers]


def invent_staff(rng: Random, units: Sequence[Unit], teachers: int) -> Staff:
    """So many teachers in the schools, and the centre's own staff."""
    names = iter(person_names(rng, teachers + CENTRE_STAFF))
    serials = iter(rng.sample(range(1, 90_000), teachers + CENTRE_STAFF))
    schools = schools_of(units)
    weights = [0.75 if school.rural or school.phase == "幼儿园" else 1.3 for school in schools]

    def person(unit: Unit, subject: str, earliest: int, latest: int) -> Person:
        began = date(min(latest, int(rng.triangular(earliest, latest + 1, 2014))), rng.choice((8, 9)), 1)
        hired = began
        if rng.random() < 0.35 and began.year < latest:  # came from elsewhere
            hired = date(min(latest, began.year + rng.randint(1, 9)), 9, 1)
        born = date(began.year - rng.randint(21, 26), rng.randint(1, 12), rng.randint(1, 28))
        diligence = rng.gauss(0, 1)
        ability = 0.5 * diligence + 0.866 * rng.gauss(0, 1)
        number = f"{STAFF_MARK}{hired.year}-{next(serials):05d}"
        return Person(number, next(names), unit, hired, began, born, subject, diligence, ability)

    centre = [person(units[0], "", 1992, 2010) for _ in range(CENTRE_STAFF)]
    placed = schools + rng.choices(schools, weights=weights, k=max(0, teachers - len(schools)))
    staff = [person(school, subject_taught(rng, school.phase), 1990, 2025) for school in placed[:teachers]]
    staff.sort(key=lambda one: (one.unit.code, one.hired, one.number))
    _make_leaders(rng, staff)
    _move_and_leave(rng, staff, schools)
    return Staff(staff, centre)


def _make_leaders(rng: Random, staff: Sequence[Person]) -> None:
    by_school: dict[str, list[Person]] = {}
    for one in staff:
        if one.serves(10):
            by_school.setdefault(one.unit.code, []).append(one)
    for candidates in by_school.values():
        for one in rng.sample(candidates, min(LEADERS_PER_SCHOOL, len(candidates))):
            one.leader = True


def _move_and_leave(rng: Random, staff: Sequence[Person], schools: Sequence[Unit]) -> None:
    settled = [one for one in staff if one.hired < date(2023, 1, 1) and not one.leader]
    moving, leaving = round(len(staff) * MOVED_SHARE), round(len(staff) * LEFT_SHARE)
    chosen = rng.sample(settled, min(len(settled), moving + leaving))
    for one in chosen[:moving]:
        to = rng.choice([school for school in schools if school.phase == one.unit.phase] or list(schools))
        if to is not one.unit:
            one.moved = (date(rng.choice((2023, 2024, 2025)), 8, rng.randint(20, 30)), to)
    for one in chosen[moving:]:
        one.left = FIRST + timedelta(days=rng.randint(60, 1020))
