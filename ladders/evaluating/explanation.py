"""Why: the findings of one subject with what they rest on, what is missing, and when they can change by themselves.

The evaluator is the cohort's own, on the few rows of one subject and of those to whom it is tied.  What can change a
finding as days go by, without a new event, happens on few days (``ladders.evaluating.coming``): as many copies of the
subject are asked at once, each on one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from events.facts import ClauseFound, Outcome
from ladders.evaluating.asked import limit_of
from ladders.evaluating.coming import Coming
from ladders.evaluating.found import Found, everything, found_of
from ladders.evaluating.on_days import ME, Told, told_on
from ladders.evaluating.outcomes import MET, OUTCOMES
from ladders.evaluating.reach import reach_of
from ladders.evaluating.verdict import examined, whole
from ladders.evidence.columns import Columns
from ladders.evidence.lookups import starts, told
from ladders.evidence.view import View
from ladders.measuring.sharing import parts_of
from ladders.model.clauses import AClause, AskedOf, Compare, Group, Holds, Is, Meets
from ladders.model.ladder import Entry, Ladder, Span, Step
from ladders.model.lines import Bands, CountPer, Distinct, Last, LengthIn, RankPer, RankSharePer, Runs, Within, Worth
from ladders.model.measures import AMeasure, Extreme, Measure, Total, YearsSince
from ladders.model.words import Asked
from ladders.question import Question
from ladders.reference.days import leaves

AT_ONCE = 200_000
"""So many rows, copies counted, are looked at at once."""


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

    ``low`` is None where nothing could be measured, ``high`` also where more may come; ``asked`` are the comparisons
    (``at least``, …) with their numbers, as far as these are known; ``unit`` is that of the amounts, ``years``, or None
    for a plain number; ``missing`` is what lies between low and a number to be reached (of a group: how many more
    options), None where none is or where no evidence is ever enough; ``next_change`` the first later day on which the
    finding is another without a new event (ranks: while the others keep their numbers).
    """

    id: str
    clause: AClause
    outcome: Outcome
    low: Fraction | None
    high: Fraction | None
    said: str | None
    """The term of the attribute that ``is`` asks for; None where there is none, or it is not known."""
    asked: tuple[tuple[str, Decimal | Fraction], ...]
    unit: str | None
    missing: Fraction | None
    counted: tuple[Counted, ...]
    next_change: date | None
    conditions: tuple[Explained, ...]
    """What stands beside it: ``when``, ``unless``."""
    options: tuple[Explained, ...]
    """What is inside it: the options of a group, the clauses that it requires by name."""

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
    """Explain the verdict on a subject; errors as ``ladders.evaluating.verdict.assess``."""
    mine = columns.of(np.array([subject], np.int32), reach_of(ladder, step))
    entries = ladder.entries(step)
    view = View(ladder, step, mine, question)
    tops = [found_of(view, clause) for clause in step.clauses]
    found, here = tuple(everything(tops)), np.array([ME])
    told = Told(examined(view)[here], whole(view, step, tops)[here], found, here)
    changes, earliest = _to_come(view, step, told)
    writer = _Explainer(view, entries, found, told, changes)
    outcome: Outcome = OUTCOMES[int(told.outcome[0])] if told.examined[0] else "not examined"
    return Explanation(subject, step, question, outcome, told.findings(entries, 0), writer.explained(), earliest)


# ------------------------------------------------------------------------------------------------ days to come


def _to_come(view: View, step: Step, now: Told) -> tuple[dict[int, date], date | None]:
    """For each entry the first later day on which it is found otherwise, and the first on which the step is met."""
    coming, mine = Coming(view), view.columns
    days = sorted(set[date]().union(*(coming.of_clause(clause, step) for clause in step.clauses)))
    changes = dict[int, date]()
    earliest: date | None = None
    met = bool(now.examined[0]) and now.outcome[0] == MET
    before = [now.numbers(entry)[:, :1] for entry in range(len(now.found))]
    rows = sum(len(kind) for kind in mine.kinds.values()) + mine.subjects
    chunk, begin = max(1, AT_ONCE // rows), 0
    while begin < len(days):
        some = days[begin : begin + chunk]
        then = told_on(view.ladder, step, mine.copied(len(some)), view.question, some)
        for entry, was in enumerate(before):
            if entry not in changes:
                other = np.flatnonzero((then.numbers(entry) != was).any(axis=0))
                if len(other):
                    changes[entry] = some[int(other[0])]
        if not met and earliest is None:
            reached = np.flatnonzero(then.examined & (then.outcome == MET))
            earliest = some[int(reached[0])] if len(reached) else None
        if (met or earliest is not None) and len(changes) == len(before):
            break
        begin += chunk
    return changes, earliest


# ------------------------------------------------------------------------------------------------ clause by clause


class _Explainer:
    """The clauses with what was found of them, in the order of the entries."""

    def __init__(
        self, view: View, entries: Sequence[Entry], found: Sequence[Found], told: Told, changes: dict[int, date]
    ) -> None:
        self.view, self.entries, self.found, self.changes = view, entries, found, changes
        self.findings = told.findings(entries, 0)
        self.examined = bool(told.examined[0])
        self._next = 0

    def explained(self) -> tuple[Explained, ...]:
        """All clauses of the step."""
        return tuple(self.clause() for _ in self.view.step.clauses)

    def clause(self) -> Explained:
        """The next entry, with those that stand beside it and inside it."""
        nth, self._next = self._next, self._next + 1
        entry, one = self.entries[nth], self.findings[nth]
        clause, view = entry.clause, self.view.under(entry.step)
        low = None if one.low is None else Fraction(one.low, one.over)
        high = None if one.high is None else Fraction(one.high, one.over)
        asked = tuple(_asked(view, clause))
        counted = tuple(_counted(view, clause, self.found[nth])) if self.examined else ()
        conditions = tuple(self.clause() for _ in clause.conditions)
        options = tuple(self.clause() for _ in range(_inside(view, clause)))
        return Explained(
            entry.id, clause, one.outcome, low, high, _said(view, clause), asked, _unit(view, clause),
            _missing(one.outcome, low, asked), counted, self.changes.get(nth), conditions, options,
        )  # fmt: skip


def _inside(view: View, clause: AClause) -> int:
    """How many clauses are right inside a clause."""
    if isinstance(clause, Meets):
        return sum(len(clauses) for _, clauses in view.ladder.inside(clause, view.step))
    return len(clause.options)


def _said(view: View, clause: AClause) -> str | None:
    if not isinstance(clause, Is):
        return None
    own = told(view, clause.is_)
    return None if own.unknown[ME] or own.code[ME] < 0 else own.terms[int(own.code[ME])]


def _asked(view: View, clause: AClause) -> Iterator[tuple[str, Decimal | Fraction]]:
    if isinstance(clause, Group):
        count = sum(option.strength == "binding" for option in clause.options)
        least = {"all": count, "any": 1, "none": 0, "of": clause.at_least or count}
        yield "at most" if clause.combination == "none" else "at least", Decimal(least[clause.combination])
    elif isinstance(clause, Holds):
        yield "at least", Decimal(1)
    elif isinstance(clause, AskedOf):
        for key, many in (("at least", clause.at_least), ("at most", clause.at_most)):
            if many is not None:
                yield key, Fraction(1 if many == "all" else many)
    elif isinstance(clause, Compare):
        for key, asked in clause.comparisons:
            if (number := _number(view, asked)) is not None:
                yield key, number


def _number(view: View, asked: Asked) -> Decimal | Fraction | None:
    """What is asked of the subject, before dispensations; None where that is not known, or not exactly."""
    if isinstance(asked, Decimal):
        return asked
    limit = limit_of(view, asked)
    if (limit.unknown is not None and limit.unknown[ME]) or (limit.open is not None and limit.open[ME]):
        return None
    low, high, over = (int(one if isinstance(one, int) else one[ME]) for one in (limit.low, limit.high, limit.over))
    if low != high:
        return None
    number = Fraction(low, over)
    return Decimal(number.numerator) if number.denominator == 1 else number


def _missing(
    outcome: Outcome, low: Fraction | None, asked: Sequence[tuple[str, Decimal | Fraction]]
) -> Fraction | None:
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
    return _unit_of(view, measure) if isinstance(measure, Measure | Total | Extreme) else None


def _unit_of(view: View, measure: AMeasure) -> str | None:
    """The unit of a measure: the one it states, that of its amounts, or none for what is a plain number."""
    if measure.unit is not None:
        return measure.unit
    unit: str | None = None
    if not isinstance(measure, Measure):
        units = {_unit_of(view, view.ladder.measures[addend.measure]) for addend in parts_of(measure)}
        unit = units.pop() if len(units) == 1 else None
    else:
        kinds = [view.question.catalogue.kinds.get(kind) for kind in measure.evidence]
        units = {kind.amount.unit if kind and kind.amount else None for kind in kinds}
        unit = units.pop() if len(units) == 1 else None
    for line in measure.then:
        if isinstance(line, LengthIn):
            unit = line.length
        elif isinstance(line, Bands | CountPer | Distinct | Worth | Runs | RankPer | RankSharePer) or line == Last(
            verb="count"
        ):
            unit = None
    return unit


def _counted(view: View, clause: AClause, found: Found) -> Iterator[Counted]:
    """The rows that counted for the subject, by their day."""
    measure = view.ladder.measure_of(clause) if isinstance(clause, Compare) else None
    spans = _sliding(view, measure) if isinstance(measure, Measure) else ()
    kinds = view.terms("kind")
    seen: set[tuple[int, int, int]] = set()
    for source, rows in found.used():
        code = source.rows.attributes.get("kind")
        for row in rows[source.place[rows] == ME].tolist():
            first = date.fromordinal(int(source.rows.first[row]))
            key = int(source.rows.recorded[row]), int(source.rows.item[row]), int(source.rows.known[row])
            if key in seen:
                continue
            seen.add(key)
            yield Counted(
                kind=source.kinds[0] if len(source.kinds) == 1 or code is None else kinds[int(code[row])],
                position=key[0],
                item=key[1],
                first=first,
                last=date.fromordinal(int(source.rows.last[row])),
                amount=_exactly(int(source.rows.amount[row]), source.unit),
                leaves=min((day for span in spans if (day := leaves(first, span))), default=None),
            )


def _exactly(amount: int, unit: int) -> Decimal:
    """An amount as a decimal number; ``unit`` is a power of ten."""
    return Decimal(amount).scaleb(1 - len(str(unit)))


def _sliding(view: View, measure: Measure) -> tuple[Span, ...]:
    """The lengths of the windows that move on with the days, where this subject is held to them."""
    spans = []
    for line in measure.then:
        if isinstance(line, Within):
            lacks = line.within.kind == "since" and bool(starts(view, line.within.since or "").none[ME])
            window = line.otherwise if lacks else line.within
            if window is not None and window.kind == "last" and window.span is not None:
                spans.append(window.span)
    return tuple(spans)
