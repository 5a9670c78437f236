"""From clauses to verdicts: every subject of a cohort held against the clauses of a step, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from events.facts import ClauseFound, Outcome
from ladders.evaluating.blocks import joined
from ladders.evaluating.found import Found, everything, found_of
from ladders.evaluating.outcomes import MET, NOT_EXAMINED, NOT_MET, OUTCOMES, UNKNOWN, Outcomes, combined
from ladders.evaluating.reach import reach_of
from ladders.evidence.columns import Bools, Codes, Columns, Index
from ladders.evidence.lookups import standings
from ladders.evidence.sources import own_rows
from ladders.evidence.vectors import checked
from ladders.evidence.view import View
from ladders.measuring.sharing import share
from ladders.model.ladder import Entry, Ladder, Step
from ladders.question import Question, digest

__all__ = ["MET", "NOT_EXAMINED", "NOT_MET", "OUTCOMES", "UNKNOWN", "Question", "Verdicts", "assess", "digest",
           "evidence_of", "evidence_used", "examined", "view_of", "whole"]  # fmt: skip


BLOCK = 100_000
"""A larger cohort is taken in blocks of so many, so that the memory that it takes does not grow with it."""


@dataclass(frozen=True)
class Verdicts:
    """What a step came to for a cohort.

    ``outcome`` is in the cohort's order, by codes of ``OUTCOMES``.  ``found`` has what each of the ``entries`` came to
    (``Ladder.entries``: clauses depth first, each before its conditions and options) at ``places``, in the same order.
    """

    step: Step
    entries: tuple[Entry, ...]
    outcome: Outcomes
    found: tuple[Found, ...]
    places: Sequence[int] | Index

    def outcome_of(self, i: int) -> Outcome:
        """The verdict on the i-th of the cohort."""
        return OUTCOMES[int(self.outcome[i])]

    def findings(self, i: int) -> tuple[ClauseFound, ...]:
        """The findings on the i-th of the cohort, clause by clause."""
        if self.outcome[i] == NOT_EXAMINED:
            return tuple(
                ClauseFound(clause=one.id, outcome="not examined", low=None, high=None, over=1) for one in self.entries
            )
        place = int(self.places[i])
        return tuple(finding(one.id, found, place) for one, found in zip(self.entries, self.found, strict=True))


def finding(clause: str, found: Found, place: int) -> ClauseFound:
    """What was found at a place, as the log keeps it."""
    outcome = OUTCOMES[int(found.outcome[place])]
    if found.low is None or found.high is None or (found.undefined is not None and found.undefined[place]):
        return ClauseFound(clause=clause, outcome=outcome, low=None, high=None, over=1)
    is_open = found.open is not None and bool(found.open[place])
    return ClauseFound(
        clause=clause,
        outcome=outcome,
        low=int(found.low[place]),
        high=None if is_open else int(found.high[place]),
        over=found.over if isinstance(found.over, int) else int(found.over[place]),
    )


def assess(
    ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question, *, block: int = BLOCK
) -> Verdicts:
    """Hold a cohort (subject numbers, each once) against a step, so many of them at once.

    ValueError for a measure that has no meaning, as in ``ladders.reference.verdict``; OverflowError where 64 bits are
    too few to add the amounts exactly.
    """
    blocks = [cohort[begin : begin + block] for begin in range(0, len(cohort), block)]
    if len(blocks) < 2:
        return _assess(ladder, step, columns, cohort, question)
    reach = reach_of(ladder, step)
    parts = [_assess(ladder, step, columns.of(some, reach), _first(some), question) for some in blocks]
    found = tuple(
        joined([one.at(part.places) for part, one in zip(parts, clause, strict=True)])
        for clause in zip(*(part.found for part in parts), strict=True)
    )
    outcome = np.concatenate([part.outcome for part in parts])
    return Verdicts(step, parts[0].entries, outcome, found, range(len(cohort)))


def _first(block: Codes) -> Codes:
    """The numbers of a block in the slice that holds it first."""
    return np.arange(len(block), dtype=np.int32)


def _assess(ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question) -> Verdicts:
    view, places = view_of(ladder, step, columns, cohort, question)
    view.tracing = False
    tops = [found_of(view, clause) for clause in step.clauses]
    at = places if isinstance(places, np.ndarray) else slice(places.start, places.stop)
    outcome = np.where(examined(view)[at], whole(view, step, tops)[at], np.int8(NOT_EXAMINED))
    return Verdicts(step, ladder.entries(step), outcome, tuple(one.untraced() for one in everything(tops)), places)


def whole(view: View, step: Step, tops: Sequence[list[Found]]) -> Outcomes:
    """What a step came to at every place: all of its clauses that bind."""
    binding = [
        found[0].outcome for clause, found in zip(step.clauses, tops, strict=True) if clause.strength == "binding"
    ]
    return combined("all", binding, 0, view.places)


def examined(view: View) -> Bools:
    """At which places the step may be attempted at all."""
    step, ladder = view.step, view.ladder.id
    if step.from_ is None and step.kind == "renewal":
        return np.zeros(view.places, np.bool_)
    if not step.to:  # an entitlement that hangs on no rung
        return np.ones(view.places, np.bool_)
    held = np.zeros(view.places, np.bool_)
    held[own_rows(view, ("standing",)).place[standings(view, ladder, (step.from_,) if step.from_ else None)]] = True
    return held if step.from_ else ~held


def evidence_of(
    ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question
) -> list[tuple[int, ...]]:
    """For each of the cohort the log positions of what counted in any clause, sorted, each once.

    Of each row that is the event that recorded it, and the one that corrected, recognised or ended it.

    All rows that reached a ``sum``, ``count``, ``mean`` or ``distinct``; the one that ``best``, ``latest`` and
    ``first`` chose; the row from which years were counted; the standing that is held; the ties to those of whom a
    clause was asked; the row that says an attribute; dispensations.  None where the step is not examined.
    """
    view, places = view_of(ladder, step, columns, cohort, question)
    numbers = np.full(view.places, -1, np.int64)
    numbers[np.asarray(places)] = np.arange(len(cohort))
    numbers[~examined(view)] = -1
    # Subject and position in one number, the subject first: sorting those is sorting pairs.
    width = columns.position + 1
    checked(width * len(cohort))
    pairs = [np.empty(0, np.int64)]
    for one in everything([found_of(view, clause) for clause in step.clauses]):
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


def view_of(
    ladder: Ladder, step: Step, columns: Columns, cohort: Codes, question: Question
) -> tuple[View, range | Index]:
    """The view to evaluate in, and the cohort's places in it: all subjects, or for a small cohort only its own."""
    places: range | Index = range(len(cohort))
    everyone = len(cohort) == columns.subjects and bool((cohort == np.arange(len(cohort))).all())
    if not everyone and len(cohort) * 4 < columns.subjects:
        columns = columns.of(cohort, reach_of(ladder, step))
    elif not everyone:
        places = cohort.astype(np.intp)
    return share(View(ladder, step, columns, question)), places
