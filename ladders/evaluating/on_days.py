"""What a step came to for one subject on several days at once, each on a copy of the subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from events.facts import ClauseFound
from ladders.evaluating.found import Found, everything, found_of
from ladders.evaluating.verdict import examined, finding, whole
from ladders.evidence.columns import Columns, Index
from ladders.evidence.view import View
from ladders.model.clauses import AClause
from ladders.model.ladder import Entry, Ladder, Step
from ladders.question import Question

ME = 0
"""The place of the subject in its own slice of the columns."""


@dataclass(frozen=True)
class Told:
    """What the step came to on some days: ``places`` are the subject's."""

    examined: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    outcome: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    found: tuple[Found, ...]
    places: Index

    def findings(self, entries: Sequence[Entry], nth: int) -> tuple[ClauseFound, ...]:
        """The findings on one of the days."""
        if not self.examined[nth]:
            return tuple(
                ClauseFound(clause=one.id, outcome="not examined", low=None, high=None, over=1) for one in entries
            )
        place = int(self.places[nth])
        return tuple(finding(one.id, found, place) for one, found in zip(entries, self.found, strict=True))

    def numbers(self, entry: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """What an entry came to on each day, in rows that are equal where the findings are."""
        one, at = self.found[entry], self.places
        rows = np.zeros((6, len(at)), np.int64)
        rows[0] = one.outcome[at]
        if one.low is not None and one.high is not None:
            defined = np.ones(len(at), np.bool_) if one.undefined is None else ~one.undefined[at]
            is_open = np.zeros(len(at), np.bool_) if one.open is None else one.open[at]
            rows[1], rows[2] = defined, is_open & defined
            rows[3] = np.where(defined, one.low[at], 0)
            rows[4] = np.where(defined & ~is_open, one.high[at], 0)
            rows[5] = np.where(defined, one.over if isinstance(one.over, int) else one.over[at], 1)
        return np.where(self.examined, rows, -1)


def counted(ladder: Ladder, step: Step, columns: Columns, question: Question) -> list[int]:
    """The positions of all rows that counted for the subject in any clause, ascending, whoever recorded them."""
    view = View(ladder, step, columns, question)
    found = set[int]()
    for one in everything([found_of(view, clause) for clause in step.clauses]):
        for source, rows in one.used():
            found |= set(source.rows.recorded[rows[source.place[rows] == ME]].tolist())
    return sorted(found)


def told_on(
    ladder: Ladder,
    step: Step,
    columns: Columns,
    question: Question,
    days: Sequence[date],
    clause: AClause | None = None,
) -> Told:
    """What a step (or one of its clauses alone) came to: the columns hold a copy of the subject for each day."""
    view = View(ladder, step, columns, question, days)
    view.tracing = False
    clauses = step.clauses if clause is None else (clause,)
    tops = [found_of(view, one) for one in clauses]
    places = np.arange(len(days)) * (columns.subjects // len(days)) + ME
    outcome = whole(view, step, tops) if clause is None else tops[0][0].outcome
    return Told(examined(view)[places], outcome[places], tuple(everything(tops)), places)
