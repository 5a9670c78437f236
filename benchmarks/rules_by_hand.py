"""The rules of ``benchmarks.rules``, as somebody would write them in NumPy who knew nothing but these rules.

Rows are sorted by day, so that a window is a slice; whatever several clauses look at is made once.  It knows that every
day is exact and no row is void, and looks for neither.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ladders.evidence.columns import Columns, Index, Ints, Rows

Found = tuple[npt.NDArray[np.int8], Any, Any, Any]
"""Outcome, value, over, and where there is a value (None: everywhere)."""
DISTRICT, CITY = 2, 3
RESEARCH = 3


def back(today: date, years: int) -> int:
    """The day so many years before."""
    return today.replace(year=today.year - years).toordinal()


def reached(value: Ints, need: int, over: Any = 1, defined: Any = None) -> Found:
    """At least so much: met or not met, unknown where there is no value."""
    met = (value >= need).view(np.int8) * np.int8(2)
    if defined is not None:
        met = np.where(defined, met, np.int8(1))
    return met, value, over, defined


class Kind:
    """The rows of a kind by windows: the last year, three years, five years, and since the rung."""

    def __init__(self, rows: Rows, today: date, rung: npt.NDArray[np.int32]) -> None:
        self.rows, self.place, self.subjects = rows, rows.place, len(rung)
        self.stop = int(np.searchsorted(rows.first, today.toordinal() + 1))
        self.begins = {years: int(np.searchsorted(rows.first, back(today, years) + 1)) for years in (1, 3, 5)}
        self.rung = rung

    def window(self, years: int) -> slice:
        """The rows of so many years."""
        return slice(self.begins[years], self.stop)

    def since_rung(self) -> Index:
        """The rows since everybody's own day."""
        begin = int(np.searchsorted(self.rows.first, self.rung.min()))
        inside = self.rows.first[begin : self.stop] >= self.rung[self.place[begin : self.stop]]
        return np.flatnonzero(inside) + begin

    def counts(self, where: Any) -> Ints:
        """How many of these rows each subject has."""
        return np.bincount(self.place[where], minlength=self.subjects)

    def steps(self, index: Index, *years: int) -> list[slice]:
        """Of ascending rows those of the shortest window, then what every longer one adds."""
        edges = [len(index), *np.searchsorted(index, [self.begins[one] for one in years]).tolist()]
        return [slice(low, high) for high, low in pairwise(edges)]


def by_hand(columns: Columns, today: date) -> dict[str, Any]:
    """Every finding by the number of its clause, and the outcome of the step."""
    subjects, day = columns.subjects, today.toordinal()
    rung, served = np.full(subjects, 2**30, np.int32), np.full(subjects, 2**30, np.int32)
    for starts, kind in ((rung, "standing"), (served, "service")):
        rows = columns.rows(kind)
        starts[rows.place[::-1]] = rows.first[::-1]

    def kind_of(name: str) -> Kind:
        return Kind(columns.rows(name), today, rung)

    hours, found = training(kind_of("training"))
    found |= score(kind_of("score")) | lesson(kind_of("lesson"))
    papers = paper(kind_of("paper"), found)
    awards = award(kind_of("award"), found)
    points = np.minimum(papers * 300 + awards * 50 + hours * 3, 30 * 300)  # sixths and hundredths in three hundredths
    found[27] = reached(points, 28 * 300, 300)
    violation(kind_of("violation"), found)
    ends = np.array([back(today, years) for years in range(1, 40)][::-1], np.int32)
    found[32] = reached(39 - np.searchsorted(ends, served), 2)
    found[33] = reached(39 - np.searchsorted(ends, rung), 1)
    held = (rung <= day).astype(np.int64)
    found[38] = reached(held, 1)
    groups(found)
    top = [0, 1, 2, 3, 4, 5, 6, 11, 12, 13, 19, 20, 21, 22, 28, 29, 30, 31, 32, 33, 34, 37, 38, 39]
    outcome = found[top[0]][0].copy()
    for one in top[1:]:
        np.minimum(outcome, found[one][0], out=outcome)
    outcome[held == 0] = 3
    return {"outcome": outcome, **{f"c{number}": one for number, one in found.items()}}


def training(kind: Kind) -> tuple[Ints, dict[int, Found]]:
    """Hours: of good level, capped each, in sum and by topic; by school year; since the rung."""
    found: dict[int, Found] = {}
    rows, subjects = kind.rows, kind.subjects
    begin, whole = kind.begins[5], kind.window(5)
    good = np.flatnonzero(rows.attributes["level"][whole] >= DISTRICT) + begin
    place, amount = kind.place[good], np.minimum(rows.amount[good], 240)
    cell = rows.attributes["topic"][good] * np.intp(subjects) + place
    sums, cells = np.zeros(subjects, np.int64), np.zeros(5 * subjects, np.int64)
    hours = sums
    for some, plain, nested, least, least_nested in zip(
        kind.steps(good, 1, 3, 5), (1, 0, 2), (4, 3, 5), (200, 600, 900), (200, 500, 900), strict=True
    ):
        np.add.at(sums, place[some], amount[some])
        found[plain] = reached(sums.copy(), least, 10)
        np.add.at(cells, cell[some], amount[some])
        capped = np.minimum(np.minimum(cells, 400).reshape(5, subjects).sum(axis=0), 1000)
        found[nested] = reached(capped, least_nested, 10)
        hours = capped if nested == 3 else hours
    found[7] = reached(kind.counts(kind.window(3)), 10)
    research = np.flatnonzero(rows.attributes["topic"][whole] == RESEARCH) + begin
    sums = np.zeros(subjects, np.int64)
    np.add.at(sums, kind.place[research], rows.amount[research])
    found[8] = reached(sums, 600, 10)
    first = date.fromordinal(int(rows.first[kind.begins[3]])).year
    edges = [date(year, 9, 1).toordinal() for year in range(first, first + 5)]
    at = [kind.begins[3], *np.searchsorted(rows.first, edges).tolist(), kind.stop]
    at = sorted({min(max(one, kind.begins[3]), kind.stop) for one in at})
    good_years = np.zeros(subjects, np.int64)
    for low, high in pairwise(at):
        good_years += np.bincount(kind.place[low:high], minlength=subjects) >= 3
    found[9] = reached(good_years, 3)
    since = kind.since_rung()
    sums = np.zeros(subjects, np.int64)
    np.add.at(sums, kind.place[since], rows.amount[since])
    found[10] = reached(sums, 1000, 10)
    found[39] = reached(kind.counts(since[rows.attributes["level"][since] >= CITY]), 1)
    return hours, found


def score(kind: Kind) -> dict[int, Found]:
    """Scores: latest and best by competence, means, the best, the latest."""
    rows, subjects = kind.rows, kind.subjects
    three, five = kind.window(3), kind.window(5)
    place, amount = kind.place[five], rows.amount[five]
    ahead = kind.begins[3] - kind.begins[5]
    cell = rows.attributes["competence"][five] * np.intp(subjects) + place
    latest = np.full(4 * subjects, -1, np.int64)
    latest[cell[ahead:]] = amount[ahead:]
    table = latest.reshape(4, subjects)
    some = (table >= 0).sum(axis=0)
    total, over = np.maximum(table, 0).sum(axis=0), some * 10
    found = {11: mean(total, over, some > 0, 40)}
    total = np.zeros(subjects, np.int64)
    np.add.at(total, kind.place[three], rows.amount[three])
    many = kind.counts(three)
    found[12] = mean(total, many * 10, many > 0, 45)
    best = np.full(subjects, -1, np.int64)
    one = kind.window(1)
    np.maximum.at(best, kind.place[one], rows.amount[one])
    found[14] = reached(best, 800, 10, best >= 0)
    best = np.zeros(4 * subjects, np.int64)
    np.maximum.at(best, cell, amount)
    found[15] = reached(best.reshape(4, subjects).sum(axis=0), 2500, 10)
    last = np.full(subjects, -1, np.int64)
    last[kind.place[three]] = rows.amount[three]
    found[17] = reached(last, 300, 10, last >= 0)
    return found


def mean(total: Ints, over: Ints, defined: Any, least: int) -> Found:
    """A mean by cross-multiplication."""
    met = np.where(defined, (total >= least * over).view(np.int8) * np.int8(2), np.int8(1))
    return met, total, over, defined


def lesson(kind: Kind) -> dict[int, Found]:
    """Lessons: of high level, since the rung, of how many levels."""
    rows, subjects = kind.rows, kind.subjects
    level, five = rows.attributes["level"], kind.window(5)
    found = {18: reached(kind.counts(np.flatnonzero(level[five] >= CITY) + kind.begins[5]), 2)}
    since = kind.since_rung()
    found[19] = reached(kind.counts(since), 1)
    found[20] = reached(kind.counts(since[level[since] >= CITY]), 1)
    seen = np.zeros(6 * subjects, np.int8)
    seen[level[five] * np.intp(subjects) + kind.place[five]] = 1
    found[21] = reached(seen.reshape(6, subjects).sum(axis=0, dtype=np.int64), 3)
    found[23] = reached(kind.counts(kind.window(1)), 1)
    return found


def paper(kind: Kind, found: dict[int, Found]) -> Ints:
    """Papers: each work once, points by level and capped; the points."""
    rows, subjects = kind.rows, kind.subjects
    five, level = kind.window(5), rows.attributes["level"][kind.window(5)]
    place = kind.place[five]
    numbers, count = rows.numbered("work")
    work = numbers[five]
    owner = np.zeros(count, np.intp)
    owner[work] = place
    # The best of a work, of equals the last: the level and the place of the row in one number.
    best = np.full(count, -1, np.int64)
    np.maximum.at(best, work, (level.astype(np.int64) << 32) + np.arange(len(work)))
    there = np.flatnonzero(best >= 0)
    whose = owner[there]
    found[24] = reached(np.bincount(whose, minlength=subjects), 3)
    high = best[there] >> 32
    cells = np.zeros(6 * subjects, np.int64)
    np.add.at(cells, high * subjects + whose, high + 1)
    points = np.minimum(cells, 6).reshape(6, subjects).sum(axis=0)
    found[25] = reached(points, 12)
    found[28] = reached(kind.counts(np.flatnonzero(level >= CITY) + kind.begins[5]), 1)
    seen = np.zeros(count, np.bool_)
    seen[work[kind.begins[3] - kind.begins[5] :]] = True
    found[29] = reached(np.bincount(owner[np.flatnonzero(seen)], minlength=subjects), 1)
    return points


def award(kind: Kind, found: dict[int, Found]) -> Ints:
    """Awards: points by level and role, the three best; the points, in sixths."""
    rows, subjects = kind.rows, kind.subjects
    five = kind.window(5)
    place, worth = kind.place[five], (rows.attributes["level"][five].astype(np.int64) + 1) * 2
    part = np.array([6, 3, 2])[rows.attributes["role"][five]]
    points = np.zeros(subjects, np.int64)
    np.add.at(points, place, worth * part)
    found[26] = reached(points, 14 * 6, 6)
    found[30] = reached(kind.counts(kind.since_rung()), 1)
    # How many of each worth, the highest first, until there are three.
    left, top = np.full(subjects, 3), np.zeros(subjects, np.int64)
    table = np.bincount((worth // 2 - 1) * subjects + place, minlength=6 * subjects).reshape(6, subjects)
    for level in range(5, -1, -1):
        some = np.minimum(table[level], left)
        top += some * (2 * level + 2)
        left -= some
    found[31] = reached(top, 12)
    return points


def violation(kind: Kind, found: dict[int, Found]) -> None:
    """Violations: how many in a year, in three, in five."""
    one, three, five = (kind.counts(kind.window(years)) for years in (1, 3, 5))
    found[35], found[36] = reached(one, 1), reached(three, 2)
    found[37] = (five <= 3).view(np.int8) * np.int8(2), five, 1, None


def groups(found: dict[int, Found]) -> None:
    """Groups of clauses: two of four, any, all, three of five, none."""

    def met(*options: int) -> Ints:
        return sum((found[one][0] == 2 for one in options), np.zeros(len(found[0][0]), np.int64))

    count = met(7, 8, 9, 10)
    found[6] = reached(count, 2, 1)
    found[16] = np.minimum(found[17][0], found[18][0]), met(17, 18), 1, None
    found[13] = np.maximum(np.maximum(found[14][0], found[15][0]), found[16][0]), met(14, 15, 16), 1, None
    count = met(23, 24, 25, 26, 27)
    found[22] = reached(count, 3, 1)
    found[34] = np.int8(2) - np.maximum(found[35][0], found[36][0]), met(35, 36), 1, None
