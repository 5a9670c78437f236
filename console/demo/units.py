"""The units of the invented district: centre, area stations, central schools, education groups, schools.

Town schools stand under an area station or an education group, country schools under a central school.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from console.demo.names import AREAS, CENTRE, DISTRICT, place_names

CENTRAL_SCHOOLS = 8
GROUPS = 4
TEACHERS_PER_SCHOOL = 34
FEWEST_SCHOOLS = 20
FIRST_HAS = 6
"""Schools under the first central school, whose chief teachers the demo reviews; the others share the rest."""
MOST_SCHOOLS = 180
RURAL_SHARE = 0.45
_PHASES = {"幼儿园": 22, "小学": 42, "初中": 17, "九年一贯制": 13, "高中": 6}
_SCHOOL_NAMES = {
    ("幼儿园", "城区"): "{}幼儿园",
    ("幼儿园", "农村"): "{}镇中心幼儿园",
    ("小学", "城区"): "{}路小学",
    ("小学", "农村"): "{}村小学",
    ("初中", "城区"): "{}路中学",
    ("初中", "农村"): "{}镇初级中学",
    ("九年一贯制", "城区"): "{}实验学校",
    ("九年一贯制", "农村"): "{}学校",
    ("高中", "城区"): "{}高级中学",
    ("高中", "农村"): "{}镇高级中学",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the office's list has it; ``above`` is the code of the unit that it stands under."""

    code: str
    name: str
    kind: str
    above: str
    locality: str
    phase: str
    founded: date

    @property
    def rural(self) -> bool:
        """Whether it lies in the country."""
        return self.locality == "农村"


def schools_of(units: Iterable[Unit]) -> list[Unit]:
    """The schools among the units."""
    return [unit for unit in units if unit.kind == "学校"]


def invent_units(rng: Random, teachers: int) -> list[Unit]:
    """The district's units, each after the one that it stands under, with schools enough for so many teachers."""
    count = min(MOST_SCHOOLS, max(FEWEST_SCHOOLS, round(teachers / TEACHERS_PER_SCHOOL)))
    places = iter(place_names(rng, count + CENTRAL_SCHOOLS + GROUPS))
    centre = Unit("DW-001", CENTRE, "名师培养中心", "", "城区", "", date(1953, 3, 1))
    units = [centre]

    def add(name: str, kind: str, above: Unit, locality: str, phase: str, founded: date) -> Unit:
        unit = Unit(f"DW-{len(units) + 1:03d}", name, kind, above.code, locality, phase, founded)
        units.append(unit)
        return unit

    stations = [add(f"{area}学区名师工作站", "学区名师工作站", centre, "城区", "", date(1953, 9, 1)) for area in AREAS]
    central = [
        add(f"{next(places)}镇中心校", "中心校", stations[n % len(stations)], "农村", "", date(1954, 9, 1))
        for n in range(CENTRAL_SCHOOLS)
    ]
    groups = [
        add(f"{DISTRICT}{next(places)}教育集团", "教育集团", stations[n], "城区", "", date(1954, 9, 1))
        for n in range(GROUPS)
    ]
    phases = rng.choices(list(_PHASES), weights=list(_PHASES.values()), k=count)
    for n, phase in enumerate(phases):
        rural = n < round(count * RURAL_SHARE) and phase != "高中"
        under = central[0] if n < FIRST_HAS else central[n % (len(central) - 1) + 1]
        above = under if rural else rng.choice([*stations, *stations, *groups])
        locality = "农村" if rural else "城区"
        name = _SCHOOL_NAMES[phase, locality].format(next(places))
        add(name, "学校", above, locality, phase, date(rng.randint(1955, 1989), 9, 1))
    return units
