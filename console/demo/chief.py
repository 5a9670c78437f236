"""Who takes part when the first central school reviews its chief teachers: everybody has a part to play.

Nothing here is left to chance that the review is to show: who is tied, who must stand aside, whose case comes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from console.demo.names import DOCUMENT_MARK
from console.demo.people import PANEL, Person, Staff
from console.demo.teams import Pair, Standing, Studio
from console.demo.units import Unit, schools_of
from console.demo.works import VIOLATION, Work

LADDER, TRAINEE = "qinyuan-chief-teacher", "首席教师培养对象"
"""The ladder that we ship, and its first rung as sheets name it."""

Part = Literal[
    "tied",
    "mentored",
    "kin",
    "returned",
    "cleared",
    "caught",
    "behind",
    "rejected",
    "unsigned",
    "short",
    "idle",
    "sure",
]
"""What becomes of a candidate.

The two ``tied`` share the last place, and one is ``behind`` them.  These are sure of theirs: who is ``mentored`` by
one of the panel, who is ``kin`` of another, who is ``returned`` for completion, who is ``cleared`` of an objection,
who is ``caught`` by one, and whoever is just ``sure``.  The group has ``rejected`` one, and for one the school left
its report ``unsigned``.  Not eligible are who is ``short`` of hours, and who was ``idle``: no lesson.
"""
PARTS: tuple[Part, ...] = (
    *("tied", "tied", "mentored", "kin", "returned", "cleared", "caught", "behind"),
    *("rejected", "unsigned", "short", "idle", "sure", "sure", "sure", "sure"),
)
HOLDERS, TRAINEES = 4, 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is nominated: staff number, code of the school, and what becomes of it."""

    number: str
    school: str
    part: Part


@dataclass(frozen=True, slots=True)
class Leading:
    """The people of the review for chief teacher by staff number; members of a panel in the order of their seats."""

    candidates: tuple[tuple[str, str], ...]
    """Trainees with the codes of their schools: two get a place, one is behind, and one is found wanting at school."""
    group: tuple[str, ...]
    schools: dict[str, tuple[str, ...]]
    panel: tuple[str, ...]
    """The chair, four members, and two visitors."""


@dataclass(frozen=True, slots=True)
class Chief:
    """The people of the review by staff number; members of a panel in the order of their seats."""

    scope: str
    """The code of the central school."""
    candidates: tuple[Candidate, ...]
    group: tuple[str, ...]
    """A convener of the centre, a teacher of a candidate's school, the mentor of the mentored one, two others."""
    colleagues: str
    """The code of the school of the second of the group."""
    schools: dict[str, tuple[str, str]]
    """By the code of a candidate's school its head and its deputy."""
    panel: tuple[str, ...]
    """The centre's people, the chair first; the second of them is the kin of a candidate."""
    stand_in: str
    """Who votes for the last of them."""
    lapsing: tuple[str, ...]
    """Trainees whose term ends on the last day of August 2026."""
    lasting: tuple[str, ...]
    """Trainees whose term goes on for a year; the first of them violates the ethics of the profession."""

    leading: Leading
    """The other review, for chief teacher."""

    def of(self, *parts: Part) -> list[Candidate]:
        """The candidates with these parts."""
        return [one for one in self.candidates if one.part in parts]

    def stands_aside(self, member: str, candidate: Candidate) -> bool:
        """Whether the rule keeps one of the group from judging a candidate: of one school, or a mentor."""
        if member == self.group[1]:
            return candidate.school == self.colleagues
        return member == self.group[2] and candidate.part == "mentored"


@dataclass(frozen=True, slots=True)
class Cast:
    """The candidates and holders as the persons that they are, and what they add to the office's files."""

    chief: Chief
    candidates: tuple[tuple[Person, Part], ...]
    trainees: tuple[Person, ...]
    """Those who are reviewed for chief teacher, in the order of what the panels think of them."""
    standings: list[Standing]
    pair: Pair


def cast(
    units: Sequence[Unit],
    staff: Staff,
    studios: Iterable[Studio],
    pairs: Sequence[Pair],
    works: Iterable[Work],
    nominees: Iterable[Person],
) -> Cast:
    """Give everybody a part: candidates among the proven teachers of the central school's schools.

    Nobody is taken who is nominated elsewhere, has moved or violated anything; nor anybody for the group who is in a
    studio or a mentor pair, since that could make them stand aside.
    """
    scope = next(unit for unit in units if unit.kind == "中心校")
    schools = {unit.code for unit in schools_of(units) if unit.above == scope.code}
    taken = {one.number for one in nominees} | {one.person.number for one in works if one.kind == VIOLATION}
    tied = {member.person.number for studio in studios for member in studio.members}
    tied |= {one.number for pair in pairs for one in (pair.mentee, pair.mentor)}
    settled = [one for one in staff.teachers if one.stays and one.moved is None]
    own = [one for one in settled if one.unit.code in schools]
    heads = {code: _heads(one for one in own if one.unit.code == code) for code in schools}
    taken |= {one.number for pair in heads.values() for one in pair}
    able = [one for one in own if one.serves(6) and one.number not in taken and one.rung != "主持人"]
    able.sort(key=lambda one: (-(one.ability + one.diligence), one.number))
    chosen, rest = able[: len(PARTS)], able[len(PARTS) :]
    holders = [one for one in rest if not one.rung and one.hired < date(2024, 1, 1)][:HOLDERS]
    taken |= {one.number for one in (*chosen, *holders)}
    at = Counter(one.unit.code for one in chosen)
    beside = [one for one in own if one.number not in taken | tied and at[one.unit.code] and one.serves(3)]
    colleague = min(beside, key=lambda one: (at[one.unit.code], one.number))
    chosen.sort(key=lambda one: one.unit is colleague.unit)  # whom a colleague judges not have the last parts
    parts = tuple(zip(chosen, PARTS, strict=False))
    mentor, *others = _strangers(settled, schools, taken | tied)
    busy = taken | {colleague.number}
    trainees = _trainees(one for one in able if one.number not in busy and not one.rung)
    (mentee,) = (one for one, part in parts if part == "mentored")
    near = {
        one.number for pair in pairs for one in (pair.mentee, pair.mentor) if {pair.mentee, pair.mentor} & {*trainees}
    }
    near |= {one.number for one in trainees}
    held, first = date(2024, 9, 1), date(2025, 9, 1)
    chief = Chief(
        scope=scope.code,
        candidates=tuple(Candidate(one.number, one.unit.code, part) for one, part in parts),
        group=(staff.centre[PANEL].number, colleague.number, mentor.number, *(one.number for one in others[:2])),
        colleagues=colleague.unit.code,
        schools={code: (heads[code][0].number, heads[code][1].number) for code in sorted(at)},
        panel=tuple(one.number for one in staff.panel),
        stand_in=staff.centre[PANEL + 1].number,
        lapsing=tuple(one.number for one in holders[:2]),
        lasting=tuple(one.number for one in holders[2:]),
        leading=Leading(
            candidates=tuple((one.number, one.unit.code) for one in trainees),
            group=(staff.centre[PANEL].number, *(one.number for one in (mentor, *others))),
            schools={
                code: _at_school(heads[code], (one for one in own if one.unit.code == code), near)
                for code in sorted({one.unit.code for one in trainees})
            },
            panel=(*(one.number for one in staff.panel[:5]), *(one.number for one in others[-2:])),
        ),
    )
    standings = [
        *(_held(one, held, date(2026, 8, 31)) for one in holders[:2]),
        *(_held(one, first, date(2027, 8, 31)) for one in (*holders[2:], *trainees)),
    ]
    return Cast(chief, parts, trainees, standings, Pair(mentee, mentor, date(2024, 9, 18), None))


def _heads(people: Iterable[Person]) -> list[Person]:
    """The head of a school and the deputy: of its leaders those who have been there longest."""
    return sorted(people, key=lambda one: (not one.leader, one.hired, one.number))[:2]


def _at_school(heads: Iterable[Person], staff: Iterable[Person], not_them: set[str]) -> tuple[str, ...]:
    """The head and four others of a school who judge one of its trainees: nobody's mentor, and no trainee."""
    wanted = [*(one.number for one in heads), *sorted(one.number for one in staff)]
    return tuple(dict.fromkeys(number for number in wanted if number not in not_them))[:5]


def _trainees(able: Iterable[Person]) -> tuple[Person, ...]:
    """Four who have held the first rung for a year, of several schools."""
    found, at = list[Person](), Counter[str]()
    for one in able:
        if len(found) < TRAINEES and at[one.unit.code] < 2 and one.serves(9) and one.hired < date(2024, 1, 1):
            found.append(one)
            at[one.unit.code] += 1
    return tuple(found)


def _strangers(settled: Iterable[Person], schools: set[str], busy: set[str]) -> list[Person]:
    """Six proven teachers of six schools that have nothing to do with the central school."""
    found: dict[str, Person] = {}
    for one in settled:
        if one.unit.code not in schools and one.number not in busy and one.serves(10):
            found.setdefault(one.unit.code, one)
    return list(found.values())[:6]


def _held(person: Person, since: date, until: date) -> Standing:
    document = f"{DOCUMENT_MARK}〔{since.year}〕36号"
    return Standing(person.number, LADDER, TRAINEE, TRAINEE, document, since, until)
