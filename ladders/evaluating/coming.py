"""The days to come on which a clause may be found otherwise than the day before, although nothing new was recorded.

More days than needed do no harm: the clause is asked again on each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from ladders.evidence.columns import FOREVER, Columns
from ladders.evidence.edges import divided, edges_of
from ladders.evidence.view import View
from ladders.measuring.sharing import parts_of
from ladders.model.clauses import AClause, AskedOf, Compare, Group, Holds, Is, Meets
from ladders.model.ladder import Step
from ladders.model.lines import InForce, LengthIn, Line, Within
from ladders.model.measures import TIES, AMeasure, Measure, Move, YearsSince
from ladders.model.windows import Day, Due, Span, Unit, Window, window_of
from ladders.model.words import Computed
from ladders.reference.days import after, back, leaves, moved
from ladders.reference.periods import begins, periods

DAY = timedelta(days=1)
ALWAYS = ("standing", "application", "dispensation", "service", "birth")
"""Kinds whose rows may decide any clause: on which rung, since when, with what dispensations."""
HORIZON = 60
"""So many anniversaries are looked ahead to where it is not known which is asked for."""
YEARS = {"years": 1, "months": 12, "days": 366}


@dataclass(frozen=True)
class Coming:
    """Gathers the days on which clauses may change, for the subjects of a view."""

    view: View

    @property
    def today(self) -> date:
        """The as-of day."""
        return self.view.question.as_of

    def of_clause(self, clause: AClause, step: Step) -> set[date]:
        """The days after as-of on which a clause may change, its conditions and what is inside it included."""
        view = self.view.under(step)
        days = set(self.edges(view.columns, (*ALWAYS, *self.about_subjects())))
        for one in clause.conditions:
            days |= self.of_clause(one, step)
        if clause.due is not None:
            days |= self.due(view, clause.due, days)
        match clause:
            case Group():
                for option in clause.options:
                    days |= self.of_clause(option, step)
            case Meets():
                for inner, clauses in view.ladder.inside(clause, step):
                    for one in clauses:
                        days |= self.of_clause(one, inner)
            case AskedOf():
                days |= set(self.edges(view.columns, [TIES[relation][0] for relation in clause.asked_of]))
                days |= self.of_clause(clause.each, step)
            case Compare():
                days |= self.compared(view, clause, days)
            case Holds() | Is():
                pass
        return {day for day in days if self.today < day and day.year < date.max.year}

    def edges(self, columns: Columns, kinds: Iterable[str]) -> Iterator[date]:
        """The days on which rows of some kinds begin, perhaps or surely, their last days, and those after these."""
        for kind in dict.fromkeys(kinds):
            rows = columns.rows(kind)
            ends = rows.until[rows.until < FOREVER]
            for day in np.unique(np.concatenate([rows.first, rows.last, ends, ends + 1])).tolist():
                yield date.fromordinal(day)

    def about_subjects(self) -> list[str]:
        """The kinds whose rows say a day or an attribute of a subject."""
        ladder = self.view.ladder
        named = [one.evidence for one in ladder.dates.values()]
        return [*named, *(one.evidence for one in ladder.attributes.values() if one.evidence is not None)]

    def due(self, view: View, due: Due, starts: set[date]) -> set[date]:
        """The day after that on which something may still be missing."""
        if due.day is not None:
            return {_behind(due.day)}
        assert due.span is not None
        return {_behind(after(day, due.span)) for day in starts}

    # ------------------------------------------------------------------------------------------ comparisons

    def compared(self, view: View, clause: Compare, starts: set[date]) -> set[date]:
        """The days on which a measure, or what is asked of it, may change."""
        measure = view.ladder.measure_of(clause)
        days = set[date]()
        for _, asked in clause.comparisons:
            if isinstance(asked, Computed):
                days |= self.measured(view, view.ladder.measures[asked.measure], starts, HORIZON)
        if isinstance(measure, Move):
            return days
        high = self.highest(view, clause)
        if isinstance(measure, YearsSince):
            if clause.on is not None:
                days |= self.referring(view, clause.on, starts, high)
            return days | self.marks(starts, "years", math.floor(high) + 1)
        return days | self.measured(view, measure, starts, high)

    def highest(self, view: View, clause: Compare) -> float:
        """The highest number that is asked; a long time where that is not known beforehand."""
        numbers = [0.0]
        for _, asked in clause.comparisons:
            if isinstance(asked, Computed):
                numbers.append(HORIZON)
            elif isinstance(asked, str):
                cells = view.ladder.cells(asked, view.step).values
                numbers += [float(cell) for cell in cells if not isinstance(cell, str)]
            else:
                numbers.append(float(asked))
        return max(numbers)

    def marks(self, starts: Iterable[date], unit: Unit, most: int) -> set[date]:
        """The days that complete so many years (or months) since any of these: the next one at least."""
        days = set[date]()
        for start in starts:
            nth = _elapsed(start, self.today, unit)
            days |= {_after(start, n, unit) for n in range(nth, max(nth + 2, most) + 1)}
        return days

    def measured(self, view: View, measure: AMeasure, starts: set[date], high: float) -> set[date]:
        """The days on which a measure may change."""
        if not isinstance(measure, Measure):
            days = set[date]()
            for addend in parts_of(measure):
                days |= self.measured(view, view.ladder.measures[addend.measure], starts, max(high, HORIZON))
            return days
        kinds = [*measure.evidence, *(TIES[relation][0] for relation in measure.through or ())]
        rows = set(self.edges(view.columns, kinds)) | starts
        for one in view.question.settings.incomplete:
            if one.kind in measure.evidence:
                rows |= {one.first, one.last, _behind(one.last)}
        if any(isinstance(line, LengthIn) for line in measure.then):
            rows |= self.lengths(measure, rows, high)
        days = set(rows)
        for line in measure.then:
            if isinstance(line, Within | InForce):
                days |= self.windowed(view, line, rows)
        if measure.on is not None:
            days |= self.referring(view, measure.on, rows, high)
        return days

    def lengths(self, measure: Measure, rows: set[date], high: float) -> set[date]:
        """The days on which lengths are completed: forward of what goes on, backward of what a window leaves."""
        days = set[date]()
        numbers = [high, *(_numbers_in(line) for line in measure.then)]
        for line in measure.then:
            if isinstance(line, LengthIn):
                most = min(4 * math.ceil(max(numbers)) + 2, HORIZON * YEARS[line.length])
                if line.length == "days":
                    days |= {self.today + n * DAY for n in range(1, min(most, 4000) + 1)}
                    continue
                days |= self.marks(rows, line.length, most)
                if any(isinstance(other, InForce) for other in measure.then):
                    for row in rows:
                        for n in range(most + 1):
                            near = _after(row, -n, line.length)
                            days |= {_beside(near, step) for step in (-1, 0, 1)}
        return days

    def windowed(self, view: View, line: Within | InForce, rows: set[date]) -> set[date]:
        """The days on which a window takes up one of these days, or leaves it."""
        days = set[date]()
        for window in _windows(view, line):
            span = window.span
            if window.kind == "last" and span is not None:
                days |= {gone for row in rows if (gone := leaves(row, span)) is not None}
                if isinstance(line, InForce):
                    days |= {_beside(gone, n) for gone in list(days) for n in (-1, 1)}
            elif window.kind == "next" and span is not None:
                near = {back(row, span) for row in rows}
                days |= {_beside(day, n) for day in near for n in range(-3, 4)}
            elif window.kind == "periods":
                days |= self.turning(view, window.period or "", rows, window.n + 2)
        if isinstance(line, Within) and line.skipping is not None:
            days |= self.skipped(view, line, rows)
        return days

    def turning(self, view: View, name: str, rows: set[date], n: int) -> set[date]:
        """The first and last days of the periods to come, for so many periods behind the last of these days."""
        declared = view.ladder.periods.get(name)
        school, since = view.question.settings.school_year_starts, begins(name, declared)
        starts: Iterable[date | None] = rows if since is not None else (None,)
        until = max((*rows, self.today))
        days = set[date]()
        for start in starts:
            by = periods(name, declared, school, start)
            for number in range(by.at(self.today), by.at(until) + n + 1):
                if by.first(number) < date.max:
                    days |= {by.first(number), by.last(number)}
        return days

    def skipped(self, view: View, line: Within, rows: set[date]) -> set[date]:
        """The days on which a window that reaches further back over what it skips leaves one of these days."""
        assert line.skipping is not None
        kinds = {line.skipping.evidence, *ALWAYS, *self.about_subjects()}
        alone = Columns(
            view.columns.position,
            view.columns.subjects,
            {kind: rows for kind, rows in view.columns.kinds.items() if kind in kinds},
            view.columns.terms,
        )
        each = [self.today + n * DAY for n in range(366 * 12)]
        daily = View(view.ladder, view.step, alone.copied(len(each)), view.question, each)
        early = np.broadcast_to(np.asarray(edges_of(daily, line).early), (daily.places,))[:-1]
        days = set[date]()
        for begins_on in early.reshape(len(each), -1).T:
            ascending = np.maximum.accumulate(begins_on)
            for row in rows:
                nth = int(np.searchsorted(ascending, row.toordinal(), "right"))
                days |= {each[n] for n in (nth, nth + 1) if n < len(each)}
        return days

    def referring(self, view: View, day: Day, rows: set[date], high: float) -> set[date]:
        """The days on which the day that takes the place of as-of becomes another."""
        if day.kind == "date":
            return set()
        until = max((*rows, self.today))
        if day.kind == "of year":
            last = min(max(until.year, self.today.year) + math.ceil(high) + 12, date.max.year)
            return {date(year, 1, 1) for year in range(self.today.year + 1, last + 1)}
        assert divided(view, day.period or "") is not None
        return self.turning(view, day.period or "", rows, math.ceil(high) + 12)


def _windows(view: View, line: Within | InForce) -> Iterator[Window]:
    """The windows that a line may mean."""
    for window in (line.within if isinstance(line, Within) else line.during, line.otherwise):
        if window is None:
            continue
        if window.kind != "entry":
            yield window
            continue
        for cell in view.ladder.cells(window.entry or "", view.step).values:
            yield Window.model_validate(window_of(str(cell)))


def _behind(day: date) -> date:
    """The day after, at the calendar's end itself."""
    return day if day == date.max else day + DAY


def _beside(day: date, n: int) -> date:
    """The day so many days later (earlier, below 0), inside the calendar."""
    return date.fromordinal(min(max(1, day.toordinal() + n), date.max.toordinal()))


def _elapsed(start: date, today: date, unit: Unit) -> int:
    months = (today.year - start.year) * 12 + today.month - start.month
    return max(0, months - 1) // (12 if unit == "years" else 1)


def _after(day: date, n: int, unit: Unit) -> date:
    return moved(day, Span.model_construct(n=abs(n), unit=unit), 1 if n >= 0 else -1)


def _numbers_in(line: Line) -> float:
    """The largest number that a line says."""
    said: list[Any] = [line.model_dump()]
    found = [0.0]
    while said:
        one = said.pop()
        if isinstance(one, dict | list | tuple):
            said += one.values() if isinstance(one, dict) else one
        elif isinstance(one, int | Decimal | Fraction):
            found.append(float(one))
    return max(found)
