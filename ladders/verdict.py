"""From clauses to verdicts: every subject of a cohort held against the clauses of a step, all at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from events.facts import ClauseFound, Outcome
from ladders.columns import Bools, Codes, Columns, Index, Ints
from ladders.measure import measured
from ladders.model import AClause, Compare, Holds, Ladder, Step, YearsSince, flat
from ladders.question import Question, digest
from ladders.view import Source, View
from ladders.work import LARGEST, checked

__all__ = ["OUTCOMES", "Question", "Verdicts", "assess", "digest", "evidence_of", "evidence_used", "flat"]

OUTCOMES: tuple[Outcome, ...] = ("not met", "unknown", "met", "not examined")
"""Outcomes by code: of the first three ``all`` is the least, ``any`` the greatest, ``none`` two minus that."""
NOT_MET, UNKNOWN, MET, NOT_EXAMINED = range(4)

Outcomes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Verdicts:
    """What a step came to for a cohort; arrays are in the cohort's order, those of clauses have a row per clause.

    ``clauses`` are flattened depth first, a group before its options.  What was measured lies between
    ``low / over`` and ``high / over`` where ``defined``; ``over`` is 10 to the scale for amounts, the count times
    that for means, and 1 for counts, years, groups (the options met), rungs held (1 or 0), and where not defined.
    """

    step: Step
    clauses: tuple[AClause, ...]
    outcome: Outcomes
    outcomes: Outcomes
    low: Ints
    high: Ints
    over: Ints
    defined: Bools

    def outcome_of(self, i: int) -> Outcome:
        """The verdict on the i-th of the cohort."""
        return OUTCOMES[int(self.outcome[i])]

    def findings(self, i: int) -> tuple[ClauseFound, ...]:
        """The findings on the i-th of the cohort, clause by clause."""
        columns = (self.outcomes[:, i], self.low[:, i], self.high[:, i], self.over[:, i], self.defined[:, i])
        return tuple(
            ClauseFound(
                clause=clause.id,
                outcome=OUTCOMES[outcome],
                low=low if defined else None,
                high=high if defined else None,
                over=over,
            )
            for clause, outcome, low, high, over, defined in zip(
                self.clauses, *(column.tolist() for column in columns), strict=True
            )
        )


def assess(ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question) -> Verdicts:
    """Hold a cohort (subject numbers, each once) against a step.

    ValueError for a measure that has no meaning, as in ``ladders.reference``; OverflowError where 64 bits are too
    few to add the amounts exactly.
    """
    view, places = _view(ladder, step, columns, cohort, question)
    tops = [found_of(view, clause) for clause in step.clauses]
    examined = view.examined()[places]
    whole = combined("all", [found[0].outcome for found in tops], 0)
    clauses = tuple(flat(step.clauses))
    shape = (len(clauses), len(cohort))
    outcomes, defined = np.empty(shape, np.int8), np.empty(shape, np.bool_)
    low, high, over = np.empty(shape, np.int64), np.empty(shape, np.int64), np.empty(shape, np.int64)
    for row, one in enumerate(one for found in tops for one in found):
        outcomes[row], low[row], high[row] = one.outcome[places], one.low[places], one.high[places]
        over[row] = one.over if isinstance(one.over, int) else one.over[places]
        np.logical_and(one.defined[places], examined, out=defined[row])
        nothing = np.flatnonzero(~defined[row])
        low[row, nothing], high[row, nothing], over[row, nothing] = 0, 0, 1
    outcomes[:, ~examined] = NOT_EXAMINED
    outcome = np.where(examined, whole[places], np.int8(NOT_EXAMINED))
    return Verdicts(step, clauses, outcome, outcomes, low, high, over, defined)


def evidence_of(
    ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question
) -> list[tuple[int, ...]]:
    """For each of the cohort the log positions of what counted in any clause, sorted, each once.

    Of each row that is the event that recorded it, and the one that corrected, recognised or ended it.

    All rows that reached a ``sum``, ``count`` or ``mean``; the one that ``best`` and ``latest`` chose; the row from
    which years were counted; the standing that is held.  None where the step is not examined.
    """
    view, places = _view(ladder, step, columns, cohort, question)
    numbers = np.full(view.places, -1, np.int64)
    numbers[places] = np.arange(len(cohort))
    numbers[~view.examined()] = -1
    # Subject and position in one number, the subject first: sorting those is sorting pairs.
    width = columns.position + 1
    checked(width * len(cohort))
    pairs = [np.empty(0, np.int64)]
    for one in (one for clause in step.clauses for one in found_of(view, clause)):
        for source, rows in one.used():
            number = numbers[source.place[rows]]
            events = (source.rows.recorded, source.rows.known)
            pairs += [(number * width + at[rows])[number >= 0] for at in events]
    who, position = np.divmod(np.unique(np.concatenate(pairs)), width)
    edges = np.searchsorted(who, np.arange(len(cohort) + 1)).tolist()
    positions = position.tolist()
    return [tuple(positions[begin:end]) for begin, end in pairwise(edges)]


def evidence_used(ladder: Ladder, step: Step, columns: Columns, subject: int, question: Question) -> tuple[int, ...]:
    """The log positions of the rows that counted for one subject, as ``evidence_of`` has them."""
    return evidence_of(ladder, step, columns, np.array([subject], np.int32), question)[0]


def _view(
    ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question
) -> tuple[View, slice | Index]:
    """The view to evaluate in, and the cohort's places in it: all subjects, or for a small cohort only its own."""
    everyone = len(cohort) == columns.subjects and bool((cohort == np.arange(len(cohort))).all())
    if everyone:
        return View(ladder, step, columns, question), slice(0, len(cohort))
    if len(cohort) * 4 < columns.subjects:
        return View(ladder, step, columns.of(cohort), question), slice(0, len(cohort))
    return View(ladder, step, columns, question), cohort.astype(np.intp)


# ------------------------------------------------------------------------------------------------------- clauses


def _nothing_used() -> list[tuple[Source, Index]]:
    return []


@dataclass(frozen=True)
class Found:
    """A clause at every place of a view; ``used`` gives the rows that counted, as numbers in their source."""

    outcome: Outcomes
    low: Ints
    high: Ints
    over: Ints | int
    defined: Bools
    used: Callable[[], list[tuple[Source, Index]]] = _nothing_used


def found_of(view: View, clause: AClause) -> list[Found]:
    """A clause, and behind it the options inside it, depth first."""
    if isinstance(clause, Holds):
        return [held(view, clause)]
    if isinstance(clause, Compare):
        return [compared(view, clause)]
    options = [found_of(view, option) for option in clause.options]
    outcomes = [found[0].outcome for found in options]
    outcome = combined(clause.combination, outcomes, clause.at_least or len(outcomes))
    count = _count(one == MET for one in outcomes)
    group = Found(outcome, count, count, 1, np.ones(view.places, np.bool_))
    return [group, *(one for found in options for one in found)]


def combined(combination: str, outcomes: Sequence[Outcomes], at_least: int) -> Outcomes:
    """``all``, ``any`` or ``none`` of the outcomes, or so many ``of`` them, by Kleene logic."""
    if combination == "of":
        met, possible = _count(one == MET for one in outcomes), _count(one != NOT_MET for one in outcomes)
        return _outcome(met >= at_least, possible < at_least)
    stacked = np.stack(outcomes)
    least: Outcomes = stacked.min(axis=0)
    most: Outcomes = stacked.max(axis=0)
    return least if combination == "all" else most if combination == "any" else MET - most


def _count(marks: Iterable[Bools]) -> Ints:
    """How many of the marks are set at each place."""
    count: Ints = np.stack(list(marks)).sum(axis=0, dtype=np.int64)
    return count


def _outcome(met: Bools, unmet: Bools) -> Outcomes:
    """Met, not met, or unknown where neither."""
    return (UNKNOWN + met.astype(np.int8) - unmet.astype(np.int8)).astype(np.int8)


def held(view: View, clause: Holds) -> Found:
    """Whether one of the rungs is held."""
    ladder = clause.ladder or view.ladder.id
    met = view.holds(ladder, clause.rungs)
    count = met.astype(np.int64)

    def used() -> list[tuple[Source, Index]]:
        return [(view.source("standing"), view.standings(ladder, clause.rungs))]

    return Found(_outcome(met, ~met), count, count, 1, np.ones(view.places, np.bool_), used)


def compared(view: View, clause: Compare) -> Found:
    """A measure held against the numbers asked."""
    measure = view.ladder.measure_of(clause)
    if isinstance(measure, YearsSince):
        starts = view.starts(measure.years_since)
        low, high = view.completed_years(starts.late), view.completed_years(starts.early)
        over: Ints | int = 1
        defined, nothing = ~starts.none, starts.none

        def used() -> list[tuple[Source, Index]]:
            return [(starts.source, starts.row[starts.row >= 0])]
    else:
        result = measured(view, measure)
        low, high, over, defined, nothing = result.low, result.high, result.over, result.defined, result.nothing

        def used() -> list[tuple[Source, Index]]:
            return [reading.counted() for reading in result.readings]

    outcome = against(view, clause, low, high, over)
    outcome = np.where(defined, outcome, np.int8(UNKNOWN))
    if clause.absent:
        outcome = np.where(nothing, np.int8(MET if clause.absent == "met" else NOT_MET), outcome)
    return Found(outcome, low, high, over, defined, used)


def against(view: View, clause: Compare, low: Ints, high: Ints, over: Ints | int) -> Outcomes:
    """Met where any number between low and high would be, not met where none would be."""
    held: list[Outcomes] = []

    def asked(number: Decimal | str) -> Fraction:
        return Fraction(view.ladder.look_up(number, view.step))

    if clause.at_least is not None:
        number = asked(clause.at_least)
        held.append(_outcome(reaches(low, over, number), ~reaches(high, over, number)))
    if clause.more_than is not None:
        number = asked(clause.more_than)
        held.append(_outcome(exceeds(low, over, number), ~exceeds(high, over, number)))
    if clause.at_most is not None:
        number = asked(clause.at_most)
        held.append(_outcome(~exceeds(high, over, number), exceeds(low, over, number)))
    if clause.less_than is not None:
        number = asked(clause.less_than)
        held.append(_outcome(~reaches(high, over, number), reaches(low, over, number)))
    return combined("all", held, 0) if len(held) > 1 else held[0]


def reaches(value: Ints, over: Ints | int, number: Fraction) -> Bools:
    """Where ``value / over >= number``, exactly."""
    if isinstance(over, int):
        return value >= math.ceil(number * over)
    left, right = _crossed(value, over, number)
    return left >= right


def exceeds(value: Ints, over: Ints | int, number: Fraction) -> Bools:
    """Where ``value / over > number``, exactly."""
    if isinstance(over, int):
        return value > math.floor(number * over)
    left, right = _crossed(value, over, number)
    return left > right


def _crossed(value: Ints, over: Ints, number: Fraction) -> tuple[Ints, Ints]:
    """Both sides of a mean's comparison multiplied out, in 64 bits where they fit, else in Python's whole numbers."""
    up, down = number.numerator, number.denominator
    largest = max(max(1, int(value.max(initial=0))) * down, max(1, int(over.max(initial=0))) * abs(up))
    if largest > LARGEST:
        value, over = value.astype(object), over.astype(object)
    return value * down, over * up
