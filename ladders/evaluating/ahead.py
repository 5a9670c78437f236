"""What is to come of a step for one subject: the first day on which each clause can be met, by the running of time
alone, and the fewest planned rows (trainings of the calendar) that would close what time does not.

Nothing here knows what a clause means: every set of plans is put beside the subject's own rows, and the evaluator is
asked again.  So caps, windows and whatever else the rule says hold for plans as they will hold for evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np

from ladders.evaluating.coming import Coming
from ladders.evaluating.explanation import AT_ONCE
from ladders.evaluating.on_days import Told, told_on
from ladders.evaluating.outcomes import MET
from ladders.evidence.columns import Bools, Columns
from ladders.evidence.planned import Plan, with_plans
from ladders.evidence.view import View
from ladders.measuring.sharing import parts_of
from ladders.model.clauses import AClause, Compare, Group, flat
from ladders.model.ladder import Ladder, Step
from ladders.model.measures import Extreme, Measure, Total
from ladders.model.words import Asked, Computed
from ladders.question import Question

Chosen = tuple[int, ...]
"""Plans by their numbers, ascending."""
AFTER = timedelta(days=400)
"""So long after the last plan it is looked whether a set of plans closes a clause."""
MOST_SETS = 3_000
"""So many sets of one size are all tried; of more, only those that grow out of the most promising smaller ones."""
EVERY = 10_000
"""So many sets on so many days are tried at most, before it is looked only on those days on which most may change."""
BEAM = 40
"""So many smaller sets are grown then."""
MOST = 12
"""No more plans than these are put together for one clause."""


@dataclass(frozen=True)
class Closing:
    """Plans that close a clause, and the first day on which it is met with them; none is superfluous.

    ``fewest`` is false where not every smaller set could be tried.
    """

    plans: Chosen
    day: date
    fewest: bool = True


@dataclass(frozen=True)
class Outlook:
    """What is to come of a clause of its own standing in a step."""

    clause: AClause
    earliest: date | None
    """The first day on which it is met without new evidence: the as-of day if it is met now, none if never."""
    closing: Closing | None = None
    """What of the plans would meet it, where time does not or only later."""
    reach: Fraction | None = None
    """What is measured with all plans that count for it, where even they do not close it."""


@dataclass
class Ahead:
    """A step asked of one subject (the first of the columns) on the as-of day and days to come, with plans or without.

    ``taken`` are plans that are supposed to have come true in any case.
    """

    ladder: Ladder
    step: Step
    columns: Columns
    question: Question
    plans: Sequence[Plan] = ()
    taken: Chosen = ()

    # ---------------------------------------------------------------------------------------- by time alone

    @cached_property
    def days(self) -> list[date]:
        """The as-of day, and every later one on which anything may change, whatever plans come true."""
        every = with_plans(self.columns, self.plans, [range(len(self.plans))], self.question.catalogue)
        coming = Coming(View(self.ladder, self.step, every, self.question))
        days = set[date]().union(*(coming.of_clause(clause, self.step) for clause in self.step.clauses))
        days |= {day for plan in self.plans for day in (plan.first, plan.last) if day > self.question.as_of}
        return [self.question.as_of, *sorted(days)]

    @cached_property
    def tops(self) -> tuple[int, ...]:
        """The place of each clause of its own standing among the entries."""
        names = [entry.id for entry in self.ladder.entries(self.step)]
        found, at = [], 0
        for clause in self.step.clauses:
            at = names.index(clause.id, at)
            found.append(at)
            at += 1
        return tuple(found)

    def first_met(self, chosen: Chosen = ()) -> date | None:
        """The first day on which the step is met, with these plans."""
        if not chosen:
            return self._by_itself[0]
        firsts = (_first(days, told.examined & (told.outcome == MET)) for days, told in self._in_parts(chosen))
        return next((day for day in firsts if day), None)

    @cached_property
    def _by_itself(self) -> tuple[date | None, list[date | None]]:
        """The first days on which the step, and each of its clauses, is met without plans."""
        whole: date | None = None
        earliest: list[date | None] = [None] * len(self.tops)
        for days, told in self._in_parts(()):
            whole = whole or _first(days, told.examined & (told.outcome == MET))
            for nth, entry in enumerate(self.tops):
                met = told.examined & (told.found[entry].outcome[told.places] == MET)
                earliest[nth] = earliest[nth] or _first(days, met)
            if whole and all(earliest):
                break
        return whole, earliest

    def outlooks(self, useful: Sequence[int] | None = None) -> tuple[Outlook, ...]:
        """What is to come of every clause; ``useful`` are the plans that may be proposed (all)."""
        numbers = list(range(len(self.plans))) if useful is None else list(useful)
        return tuple(
            self._outlook(clause, first, numbers)
            for clause, first in zip(self.step.clauses, self._by_itself[1], strict=True)
        )

    def _in_parts(self, chosen: Chosen) -> Iterator[tuple[list[date], Told]]:
        """What the step comes to on the days, so many at once."""
        rows, days = self._rows + len(chosen), self.days
        several = max(1, AT_ONCE // rows)
        for begin in range(0, len(days), several):
            some = days[begin : begin + several]
            yield some, self._told([chosen] * len(some), some)

    def _told(self, sets: Sequence[Chosen], days: Sequence[date], clause: AClause | None = None) -> Told:
        with_taken = [tuple(dict.fromkeys((*self.taken, *chosen))) for chosen in sets]
        columns = with_plans(self.columns, self.plans, with_taken, self.question.catalogue)
        return told_on(self.ladder, self.step, columns, self.question, days, clause)

    @cached_property
    def _rows(self) -> int:
        return sum(len(rows) for rows in self.columns.kinds.values()) + self.columns.subjects + len(self.taken)

    # ------------------------------------------------------------------------------------------- with plans

    def _outlook(self, clause: AClause, earliest: date | None, numbers: list[int]) -> Outlook:
        kinds = kinds_of(self.ladder, (clause,))
        numbers = [plan for plan in numbers if kinds is None or self.plans[plan].kind in kinds]
        if earliest == self.question.as_of or not numbers:
            return Outlook(clause, earliest)
        search = _Search(self, clause, numbers)
        closing = search.closing()
        if closing is not None and (earliest is None or closing.day < earliest):
            return Outlook(clause, earliest, closing)
        return Outlook(clause, earliest, None, search.reach if earliest is None else None)

    def fewest(self, outlooks: Sequence[Outlook]) -> Chosen:
        """Plans that close every clause that plans close: all of theirs but those that another's make superfluous."""
        closings = [one for one in outlooks if one.closing is not None]
        chosen = sorted({plan for one in closings if one.closing for plan in one.closing.plans})
        for plan in reversed(chosen[:]):
            without = tuple(one for one in chosen if one != plan)
            if all(self._closes(one, without) for one in closings):
                chosen = list(without)
        return tuple(chosen)

    def _closes(self, one: Outlook, chosen: Chosen) -> bool:
        assert one.closing is not None
        if set(one.closing.plans) <= set(chosen):
            return True
        last = max((self.plans[plan].last for plan in chosen), default=self.question.as_of)
        days = [day for day in (max(last, self.question.as_of), one.closing.day) if day <= last + AFTER]
        told = self._told([chosen] * len(days), days, one.clause)
        return bool((told.examined & (told.outcome == MET)).any())


def _first(days: Sequence[date], met: Bools) -> date | None:
    """The first of these days that is marked."""
    found = np.flatnonzero(met)
    return days[int(found[0])] if len(found) else None


def kinds_of(ladder: Ladder, clauses: Sequence[AClause]) -> set[str] | None:
    """The kinds of evidence that clauses measure; None where only the evaluator could say."""
    found = set[str]()
    for clause in flat(clauses):
        if not isinstance(clause, Compare | Group) or any(isinstance(asked, Computed) for asked in _asked(clause)):
            return None
        if isinstance(clause, Compare):
            measures = [ladder.measure_of(clause)]
            while measures:
                one = measures.pop()
                if isinstance(one, Measure):
                    found |= set(one.evidence)
                elif isinstance(one, Total | Extreme):
                    measures += [ladder.measures[part.measure] for part in parts_of(one)]
    return found


def _asked(clause: Compare | Group) -> list[Asked]:
    return [asked for _, asked in clause.comparisons] if isinstance(clause, Compare) else []


@dataclass
class _Search:
    """The fewest plans that meet one clause."""

    ahead: Ahead
    clause: AClause
    numbers: list[int]

    @cached_property
    def _all_days(self) -> list[date]:
        """The days on which it may be looked: until some time after the last plan."""
        horizon = max(self.ahead.plans[plan].last for plan in self.numbers) + AFTER
        return [day for day in self.ahead.days if day <= horizon]

    @cached_property
    def _is_small(self) -> bool:
        """Whether every set can be tried on every day."""
        return len(self._all_days) << min(len(self.numbers), 20) <= EVERY

    @cached_property
    def _days(self) -> list[date]:
        """The days on which it is looked: of many only those on which time changes it, with all plans or with none."""
        days = self._all_days
        if self._is_small:
            return days
        sets = [(), tuple(self.numbers)]
        several = [self._numbers([chosen] * len(days), days) for chosen in sets]
        changes = [(one[:, 1:] != one[:, :-1]).any(axis=0) for one in several]
        changes.append(np.array([day in self._lasts for day in days[1:]], np.bool_))
        return [days[0], *(days[n + 1] for n in np.flatnonzero(np.logical_or.reduce(changes)).tolist())]

    @cached_property
    def _lasts(self) -> frozenset[date]:
        return frozenset(self.ahead.plans[plan].last for plan in self.numbers)

    @cached_property
    def counting(self) -> list[int]:
        """The plans that count for the clause: with which, alone or beside all others, something is measured."""
        plans, every = self.ahead.plans, tuple(self.numbers)
        last = max(self._lasts | {self.ahead.question.as_of})
        sets = [(), every, *(tuple(one for one in every if one != plan) for plan in every)]
        none, whole, *without = self._numbers(sets, [last] * len(sets)).T
        days = [max(plans[plan].last, self.ahead.question.as_of) for plan in every]
        base = self._numbers([()] * len(every), days)
        alone = (self._numbers([(plan,) for plan in every], days) != base).any(axis=0)
        return [
            plan
            for plan, one, counts in zip(every, without, alone.tolist(), strict=True)
            if counts or ((one != whole).any() and (none != whole).any())
        ]

    @cached_property
    def reach(self) -> Fraction | None:
        """What is measured when all that count for it have been attended; the most, where that changes."""
        every = tuple(self.counting)
        if not every:
            return None
        days = [day for day in self._days if day >= min(self.ahead.plans[plan].last for plan in every)]
        return max(self._measured([every] * len(days), days), default=None)

    def closing(self) -> Closing | None:
        """The smallest set that closes it; of several the one that does so first, then the one that stands first."""
        if not self._is_small and not self._may_close():
            return None
        fewest, sets = True, list[Chosen]()
        for size in range(1, min(len(self.numbers), MOST) + 1):
            before = sets
            if comb(len(self.numbers), size) <= MOST_SETS:
                sets = list(combinations(self.numbers, size))
            elif comb(len(self.counting), size) <= MOST_SETS:
                fewest, sets = False, list(combinations(self.counting, size))
            else:
                fewest = False
                grown = (
                    (*some, plan) for some in self._promising(before) for plan in self.counting if plan not in some
                )
                sets = sorted({tuple(sorted(one)) for one in grown})
            if (found := self._first(sets)) is not None:
                return Closing(found[1], found[0], fewest)
        return None

    def _may_close(self) -> bool:
        """Whether all of them together, or any one alone, close it on some day: of many no set is tried otherwise."""
        days, every = self._days, tuple(self.numbers)
        if self._met([every] * len(days), days).any():
            return True
        last = [max(self.ahead.plans[plan].last, self.ahead.question.as_of) for plan in every]
        return bool(self._met([(plan,) for plan in every], last).any())

    def _first(self, sets: list[Chosen]) -> tuple[date, Chosen] | None:
        """The set that closes it first, and that day."""
        begins = [max(self.ahead.question.as_of, *(self.ahead.plans[plan].first for plan in one)) for one in sets]
        lasts = [max(self.ahead.question.as_of, *(self.ahead.plans[plan].last for plan in one)) for one in sets]
        asked = [
            (day, one)
            for one, begin, last in zip(sets, begins, lasts, strict=True)
            for day in self._days
            if day >= (begin if self._is_small else last)
        ]
        if len(asked) > EVERY:
            asked = list(zip(lasts, sets, strict=True))
        met = self._met([one for _, one in asked], [day for day, _ in asked])
        return min((asked[n] for n in np.flatnonzero(met).tolist()), default=None)

    def _promising(self, sets: list[Chosen]) -> list[Chosen]:
        """The sets with which most is measured, the first of equals first."""
        lasts = [max(self.ahead.question.as_of, *(self.ahead.plans[plan].last for plan in one)) for one in sets]
        by_number = sorted(
            zip(self._measured(sets, lasts), lasts, sets, strict=True), key=lambda one: (-one[0], one[1:])
        )
        return [chosen for _, _, chosen in by_number[:BEAM]]

    # ------------------------------------------------------------------------------------------ the evaluator

    def _asked(self, sets: Sequence[Chosen], days: Sequence[date]) -> Told:
        return self.ahead._told(sets, days, self.clause)

    def _parts(self, sets: Sequence[Chosen], days: Sequence[date]) -> Iterator[Told]:
        several = max(1, AT_ONCE // (self.ahead._rows + MOST))
        for begin in range(0, len(sets), several):
            yield self._asked(sets[begin : begin + several], days[begin : begin + several])

    def _numbers(self, sets: Sequence[Chosen], days: Sequence[date]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        parts = [told.numbers(0) for told in self._parts(sets, days)]
        return np.concatenate(parts, axis=1) if parts else np.zeros((6, 0), np.int64)

    def _met(self, sets: Sequence[Chosen], days: Sequence[date]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        found = [told.examined & (told.outcome == MET) for told in self._parts(sets, days)]
        return np.concatenate([np.zeros(0, np.bool_), *found])

    def _measured(self, sets: Sequence[Chosen], days: Sequence[date]) -> list[Fraction]:
        """The least that each surely comes to; nothing where that is not known."""
        measured: list[Fraction] = []
        for told in self._parts(sets, days):
            rows = told.numbers(0)
            measured += [
                Fraction(int(low), int(over)) if defined > 0 else Fraction(0)
                for defined, low, over in zip(rows[1], rows[3], rows[5], strict=True)
            ]
        return measured
