"""Why: the findings of one subject with what they rest on, what is missing, and when they can change by themselves.

The evaluator is the cohort's own, on the few rows of one subject and of its members.  What can change a finding as
days go by, without a new event, happens on few days (a row enters or leaves a window, an anniversary comes, a standing
ends): it is asked again on those days, in order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from events.facts import ClauseFound, Outcome
from ladders.columns import FOREVER, Columns
from ladders.days import anniversary, completed_years, leaves
from ladders.model import AClause, Compare, Group, Holds, Ladder, Last, Measure, Span, Step, Window, Within, YearsSince
from ladders.question import Question
from ladders.verdict import MET, NOT_EXAMINED, OUTCOMES, Found, combined, flat, found_of
from ladders.view import View

ME = 0
"""The place of the subject in its own slice of the columns."""


@dataclass(frozen=True)
class Counted:
    """A row that counted: its position in the log, its item in that event, its days and amount.

    ``leaves`` is the first day on which a ``last …`` window no longer surely holds it; None where it stays.
    """

    kind: str
    position: int
    item: int
    first: date
    last: date
    amount: Decimal
    leaves: date | None


@dataclass(frozen=True)
class Explained:
    """A clause's finding, and what it rests on.

    ``low`` and ``high`` are None where nothing could be measured; ``asked`` are the comparisons (``at least``, …)
    with their numbers; ``unit`` is that of the amounts, ``years``, or None for a plain number; ``missing`` is what
    lies between low and a number to be reached (of a group: how many more options), None where none is or where no
    evidence is ever enough; ``next_change`` the first later day on which the finding is another without a new event.
    """

    clause: AClause
    outcome: Outcome
    low: Fraction | None
    high: Fraction | None
    asked: tuple[tuple[str, Decimal], ...]
    unit: str | None
    missing: Fraction | None
    counted: tuple[Counted, ...]
    next_change: date | None
    options: tuple[Explained, ...]

    @property
    def leaving(self) -> tuple[Counted, ...]:
        """The rows that will leave the window, the first to go first."""
        going = [row for row in self.counted if row.leaves is not None]
        return tuple(sorted(going, key=lambda row: row.leaves or date.max))


@dataclass(frozen=True)
class Explanation:
    """A verdict on one subject with its clauses; ``earliest`` is the first later day on which it is met by itself."""

    subject: int
    step: Step
    question: Question
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    clauses: tuple[Explained, ...]
    earliest: date | None


def explain(ladder: Ladder, step: Step, columns: Columns, subject: int, question: Question) -> Explanation:
    """Explain the verdict on a subject; errors as ``ladders.verdict.assess``."""
    view = View(ladder, step, columns.of(np.array([subject], np.int32)), question)
    clauses = [(clause, found_of(view, clause)) for clause in step.clauses]
    now = {id(c): f for top, found in clauses for c, f in zip(flat([top]), found, strict=True)}
    examined = bool(view.examined()[ME])
    outcome = _whole(step, now) if examined else NOT_EXAMINED
    changes, earliest = _coming(view, now, examined, met=outcome == MET)
    explained = tuple(_explained(view, clause, now, changes, examined) for clause in step.clauses)
    findings = tuple(_finding(clause, now[id(clause)], examined) for clause in flat(step.clauses))
    return Explanation(subject, step, question, OUTCOMES[outcome], findings, explained, earliest)


Founds = dict[int, Found]
"""What was found, by the identity of the clause."""


def _whole(step: Step, found: Founds) -> int:
    return int(combined("all", [found[id(clause)].outcome for clause in step.clauses], 0)[ME])


def _numbers(found: Found, examined: bool) -> tuple[int, int, int, int, bool]:
    if not examined:
        return NOT_EXAMINED, 0, 0, 1, False
    outcome = int(found.outcome[ME])
    if not found.defined[ME]:
        return outcome, 0, 0, 1, False
    over = found.over if isinstance(found.over, int) else int(found.over[ME])
    return outcome, int(found.low[ME]), int(found.high[ME]), over, True


def _finding(clause: AClause, found: Found, examined: bool) -> ClauseFound:
    outcome, low, high, over, defined = _numbers(found, examined)
    if not defined:
        return ClauseFound(clause=clause.id, outcome=OUTCOMES[outcome], low=None, high=None, over=1)
    return ClauseFound(clause=clause.id, outcome=OUTCOMES[outcome], low=low, high=high, over=over)


def _explained(view: View, clause: AClause, now: Founds, changes: dict[int, date], examined: bool) -> Explained:
    finding = _finding(clause, now[id(clause)], examined)
    low = None if finding.low is None else Fraction(finding.low, finding.over)
    high = None if finding.high is None else Fraction(finding.high, finding.over)
    options = tuple(
        _explained(view, option, now, changes, examined)
        for option in (clause.options if isinstance(clause, Group) else ())
    )
    asked = _asked(view, clause)
    return Explained(
        clause=clause,
        outcome=finding.outcome,
        low=low,
        high=high,
        asked=asked,
        unit=_unit(view, clause),
        missing=_missing(finding.outcome, low, asked),
        counted=tuple(_counted(view, clause, now[id(clause)])) if examined else (),
        next_change=changes.get(id(clause)),
        options=options,
    )


def _asked(view: View, clause: AClause) -> tuple[tuple[str, Decimal], ...]:
    if isinstance(clause, Group):
        least = {"all": len(clause.options), "any": 1, "none": 0, "of": clause.at_least or len(clause.options)}
        return (("at most" if clause.combination == "none" else "at least", Decimal(least[clause.combination])),)
    if isinstance(clause, Holds):
        return (("at least", Decimal(1)),)
    numbers = {
        "at least": clause.at_least,
        "more than": clause.more_than,
        "at most": clause.at_most,
        "less than": clause.less_than,
    }
    return tuple((name, view.ladder.look_up(n, view.step)) for name, n in numbers.items() if n is not None)


def _missing(outcome: Outcome, low: Fraction | None, asked: tuple[tuple[str, Decimal], ...]) -> Fraction | None:
    if outcome in ("met", "not examined") or low is None:
        return None
    short = [Fraction(number) - low for name, number in asked if name in ("at least", "more than")]
    return max((one for one in short if one >= 0), default=None)


def _unit(view: View, clause: AClause) -> str | None:
    if not isinstance(clause, Compare):
        return None
    measure = view.ladder.measure_of(clause)
    if isinstance(measure, YearsSince):
        return "years"
    kind = view.question.catalogue.kinds.get(measure.evidence[0])
    counts = any(line == Last(verb="count") or hasattr(line, "count_per") for line in measure.then)
    return kind.amount.unit if kind and kind.amount and not counts else None


def _counted(view: View, clause: AClause, found: Found) -> Iterator[Counted]:
    """The rows that counted for the subject, by their day."""
    measure = view.ladder.measure_of(clause) if isinstance(clause, Compare) else None
    kind = measure.evidence[0] if isinstance(measure, Measure) else "standing"
    if isinstance(measure, YearsSince) and measure.years_since != "rung":
        kind = measure.years_since
    declared = view.question.catalogue.kinds.get(kind)
    scale = declared.amount.scale if declared and declared.amount else 0
    spans = _sliding(view, measure) if isinstance(measure, Measure) else ()
    seen: set[int] = set()
    for source, rows in found.used():
        for row in rows[source.place[rows] == ME].tolist():
            if row in seen:
                continue
            seen.add(row)
            first = date.fromordinal(int(source.rows.first[row]))
            yield Counted(
                kind=kind,
                position=int(source.rows.recorded[row]),
                item=int(source.rows.item[row]),
                first=first,
                last=date.fromordinal(int(source.rows.last[row])),
                amount=Decimal(int(source.rows.amount[row])).scaleb(-scale),
                leaves=min((day for span in spans if (day := leaves(first, span))), default=None),
            )


def _windows(measure: Measure) -> Iterator[tuple[Within, Window]]:
    for line in measure.then:
        if isinstance(line, Within):
            yield line, line.within
            if line.otherwise is not None:
                yield line, line.otherwise


def _sliding(view: View, measure: Measure) -> tuple[Span, ...]:
    """The lengths of the windows that move on with the days, where this subject is held to them."""
    return tuple(
        window.span
        for line, window in _windows(measure)
        if window.span and (window is line.within or view.starts(line.within.since or "").none[ME])
    )


# ------------------------------------------------------------------------------------------------ days to come


def _coming(view: View, now: Founds, examined: bool, met: bool) -> tuple[dict[int, date], date | None]:
    """For each clause the first later day on which it is found otherwise, and the first on which the step is met."""
    clauses = list(flat(view.step.clauses))
    days: dict[date, list[AClause]] = {}
    for clause in clauses:
        for day in set(_days(view, clause)):
            if day > view.question.as_of:
                days.setdefault(day, []).append(clause)
    for day in _standing_days(view):
        if day > view.question.as_of:
            days.setdefault(day, [])
    current, changes = dict(now), dict[int, date]()
    before = {id(clause): _numbers(now[id(clause)], examined) for clause in clauses}
    earliest: date | None = None
    for day in sorted(days):
        later = view.on(day)
        open_then = bool(later.examined()[ME])
        for clause in days[day]:
            current[id(clause)] = found_of(later, clause)[0]
        for clause in reversed(clauses):  # options stand behind their group
            if isinstance(clause, Group):
                current[id(clause)] = _regrouped(clause, current)
            if id(clause) not in changes and _numbers(current[id(clause)], open_then) != before[id(clause)]:
                changes[id(clause)] = day
        if not met and earliest is None and open_then and _whole(view.step, current) == MET:
            earliest = day
        if (met or earliest) and len(changes) == len(clauses):
            break
    return changes, earliest


def _regrouped(group: Group, current: Founds) -> Found:
    outcomes = [current[id(option)].outcome for option in group.options]
    count = np.stack([one == MET for one in outcomes]).sum(axis=0, dtype=np.int64)
    outcome = combined(group.combination, outcomes, group.at_least or len(outcomes))
    return Found(outcome, count, count, 1, np.ones(len(count), np.bool_))


def _days(view: View, clause: AClause) -> Iterator[date]:
    """Every day on which a clause may be found otherwise than on the day before, if no new event comes."""
    if isinstance(clause, Group):
        return
    if isinstance(clause, Holds):
        yield from _standing_days(view)
        return
    measure = view.ladder.measure_of(clause)
    if isinstance(measure, YearsSince):
        yield from _anniversaries(view, measure.years_since, _asked(view, clause))
        return
    windows = [window for _, window in _windows(measure)]
    source = view.source(measure.evidence[0], measure.through[0] if measure.through else None, measure.roles)
    mine = np.flatnonzero(source.place == ME)
    for edges in (source.rows.first, source.rows.last):
        for day in map(date.fromordinal, np.unique(edges[mine]).tolist()):
            yield day
            yield from (gone for window in windows if window.span and (gone := leaves(day, window.span)))
    if any(window.kind == "today" for window in windows):
        yield from _after(source.rows.until[mine].tolist())
    for window in windows:
        if window.since == "rung":
            yield from _standing_days(view)
        elif window.since:
            yield from _begins(view, window.since)


def _after(ends: list[int]) -> Iterator[date]:
    yield from (date.fromordinal(end + 1) for end in ends if end < FOREVER)


def _begins(view: View, kind: str) -> Iterator[date]:
    source = view.source(kind)
    mine = source.place == ME
    for edges in (source.rows.first, source.rows.last):
        yield from map(date.fromordinal, edges[mine].tolist())


def _standing_days(view: View) -> Iterator[date]:
    """The days on which a standing of the subject begins or is over."""
    source = view.source("standing")
    yield from _begins(view, "standing")
    yield from _after(source.rows.until[source.place == ME].tolist())


def _anniversaries(view: View, since: str, asked: tuple[tuple[str, Decimal], ...]) -> Iterator[date]:
    """The anniversaries up to the highest number asked, the next one at least."""
    enough = max((math.floor(number) + 1 for _, number in asked), default=0)
    if since == "rung":
        yield from _standing_days(view)
    for start in _begins(view, "standing" if since == "rung" else since):
        yield start
        years = completed_years(start, view.question.as_of) + 1
        for nth in range(years, max(years, enough) + 1):
            if day := anniversary(start, nth):
                yield day
