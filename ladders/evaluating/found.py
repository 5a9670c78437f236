"""Clauses held against columns: what each comes to at every place, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import lcm

import numpy as np

from ladders.evaluating.asked import Limit, held, limit_of
from ladders.evaluating.outcomes import MET, NOT_MET, UNKNOWN, Outcomes, combined, count, outcome
from ladders.evidence.calendars import completed
from ladders.evidence.columns import Bools, Index, Ints
from ladders.evidence.lookups import begun, column, standings, starts, told
from ladders.evidence.sources import own_rows, ties
from ladders.evidence.vectors import AnyArray, at, either
from ladders.evidence.view import Serving, Source, View
from ladders.measuring.measured import measured, referred
from ladders.measuring.numbers_of_rows import Used, nothing_used
from ladders.model.clauses import AClause, AskedOf, Compare, Group, Holds, Is, Meets
from ladders.model.measures import Move, YearsSince
from ladders.reference.days import after

LOWERED = 10**6
"""What 1 is in the amount of a dispensation's row."""


@dataclass(frozen=True)
class Found:
    """A clause at every place of a view: what it came to, and between which numbers.

    ``low`` and ``high`` are over ``over``.  Marks are None where they are set nowhere: ``undefined``, where there is no
    number, ``open``, where there is no high.  ``counted`` gives the rows that measures counted, ``beside`` others that
    the outcome rests on.
    """

    outcome: Outcomes
    low: Ints | None = None
    high: Ints | None = None
    over: Ints | int = 1
    undefined: Bools | None = None
    open: Bools | None = None
    counted: Used = nothing_used
    beside: Used = nothing_used

    def used(self) -> list[tuple[Source, Index]]:
        """All rows that it rests on."""
        return [*self.counted(), *self.beside()]

    def at(self, places: range | Index) -> Found:
        """The same at some places alone, in their order."""
        here = np.asarray(places)

        def some(values: AnyArray | None) -> AnyArray | None:
            return None if values is None else values[here]

        over = self.over if isinstance(self.over, int) else self.over[here]
        low = some(self.low)
        high = low if self.high is self.low else some(self.high)
        return Found(self.outcome[here], low, high, over, some(self.undefined), some(self.open))

    def untraced(self) -> Found:
        """The same without the rows, which need not be kept."""
        return replace(self, counted=nothing_used, beside=nothing_used)


def found_of(view: View, clause: AClause) -> list[Found]:
    """A clause, behind it what stands beside it and inside it, depth first."""
    beside = [found_of(view, one) for one in clause.conditions]
    base, inside = _alone(view, clause)
    result, result_used = base.outcome, base.beside
    if clause.due is not None:
        due = _still_due(view, clause)
        result = np.where(due & (result == NOT_MET), np.int8(UNKNOWN), result)
    if clause.dispensation is not None and clause.dispensation.down_to is None:
        source, rows, _ = _dispensed(view, clause, waived=True)
        waived = np.zeros(view.places, np.bool_)
        waived[source.place[rows]] = True
        result = np.where(waived, np.int8(MET), result)
        result_used = _both(result_used, lambda: [(source, rows)])
    if clause.unless is not None:
        result = np.maximum(result, beside[-1][0].outcome)
    if clause.when is not None:
        result = np.maximum(result, np.int8(MET) - beside[0][0].outcome)
    first = replace(base, outcome=result, beside=result_used)
    return [first, *(one for found in beside for one in found), *inside]


def _both(one: Used, other: Used) -> Used:
    return lambda: [*one(), *other()]


def _alone(view: View, clause: AClause) -> tuple[Found, list[Found]]:
    """A clause without what stands beside it, and what is inside it."""
    match clause:
        case Group():
            return _group(view, clause)
        case Meets():
            return _meets(view, clause)
        case Holds():
            return _holds(view, clause), []
        case Is():
            return _is(view, clause), []
        case AskedOf():
            return _asked_of(view, clause), []
    return _compare(view, clause), []


# ------------------------------------------------------------------------------------ what stands beside a clause


def _still_due(view: View, clause: AClause) -> Bools:
    """Where what is missing may still come in time."""
    due = clause.due
    assert due is not None
    if due.span is None or due.after is None:
        last = (due.day or date.min).toordinal()
        return np.broadcast_to(np.asarray(view.day) <= last, (view.places,))
    start, span = starts(view, due.after), due.span
    different, which = np.unique(start.late, return_inverse=True)
    ends = [
        0 if day > date.max.toordinal() else after(date.fromordinal(day), span).toordinal()
        for day in different.tolist()
    ]
    found: Bools = ~start.none & (np.asarray(view.day) <= np.array(ends, np.int64)[which])
    return found


def _dispensed(view: View, clause: AClause, *, waived: bool) -> tuple[Source, Index, Ints]:
    """The dispensations from a clause in force that waive it, or that lower its number; and their amounts."""
    source = own_rows(view, ("dispensation",))
    amount = view.columns.rows("dispensation").amount
    rows = begun(view, source)
    keep = (source.rows.until[rows] >= at(view.day, source.place[rows])) & ((amount[rows] < 0) == waived)
    for name, term in (("ladder", view.ladder.id), ("clause", clause.id)):
        codes = source.rows.attributes.get(name)
        keep &= False if codes is None else codes[rows] == view.code(name, term)
    rows = rows[keep]
    return source, rows, amount[rows]


# ------------------------------------------------------------------------------------------------- combinations


def _combined(
    view: View, clauses: Sequence[AClause], found: Sequence[list[Found]], how: str, at_least: int | None
) -> Found:
    """Those that bind, combined; the number is how many of them are met."""
    binding = [one[0].outcome for clause, one in zip(clauses, found, strict=True) if clause.strength == "binding"]
    number = count(binding, view.places)
    result = combined(how, binding, at_least or len(binding), view.places)
    return Found(result, number, number)


def _group(view: View, clause: Group) -> tuple[Found, list[Found]]:
    found = []
    if clause.one_item_serves_once:
        view = view.traced()
    for option in clause.options:
        one = found_of(view, option)
        found.append(one)
        if clause.one_item_serves_once and option is not clause.options[-1]:
            view = _without_what_served(view, one)
    result = _combined(view, clause.options, found, clause.combination, clause.at_least)
    return result, [one for option in found for one in option]


def _without_what_served(view: View, found: list[Found]) -> View:
    """The view without the rows that counted in an option, where that is met."""
    met = found[0].outcome == MET
    parts = []
    for source, rows in (one for each in found for one in each.counted()):
        served = rows[met[source.place[rows]]]
        parts.append((source.place[served], source.rows.recorded[served], source.rows.item[served]))
    if not parts:
        return view
    return view.without(Serving(*(np.concatenate(columns) for columns in zip(*parts, strict=True))))


def _meets(view: View, clause: Meets) -> tuple[Found, list[Found]]:
    tops, inside = [], []
    ways = view.ladder.inside(clause, view.step)
    for step, clauses in ways:
        found = [found_of(view.under(step), one) for one in clauses]
        tops.append(_combined(view, clauses, found, "all", None))
        inside += [one for each in found for one in each]
    if isinstance(clause.meets, str):
        return tops[0], inside
    number = count((one.outcome for one in tops), view.places)
    return Found(combined("any", [one.outcome for one in tops], 1, view.places), number, number), inside


# --------------------------------------------------------------------------------------------- about the subject


def _holds(view: View, clause: Holds) -> Found:
    source = own_rows(view, ("standing",))
    rows = standings(view, clause.ladder or view.ladder.id, clause.rungs, ever=clause.holds is None)
    met = np.zeros(view.places, np.bool_)
    met[source.place[rows]] = True
    number = met.astype(np.int8)
    return Found(outcome(met), number, number, beside=lambda: [(source, rows)])


def _is(view: View, clause: Is) -> Found:
    own = told(view, clause.is_)
    wanted = set(own.terms if clause.one_of is None else clause.one_of)
    for term, above in ((clause.at_least, True), (clause.at_most, False)):
        if term is not None:
            nth = own.scale.index(term) if term in own.scale else None
            some = () if nth is None else own.scale[nth:] if above else own.scale[: nth + 1]
            wanted &= set(some)
    fits = np.array([*(term in wanted for term in own.terms), False])[own.code]
    result = outcome(fits)
    absent = {"met": MET, "not met": NOT_MET}.get(clause.absent or "", UNKNOWN)
    result = np.where(own.code < 0, np.int8(absent), result)
    result = np.where(own.unknown, np.int8(UNKNOWN), result)

    def used() -> list[tuple[Source, Index]]:
        return [] if own.source is None else [(own.source, own.row[own.row >= 0])]

    return Found(result, undefined=np.ones(view.places, np.bool_), beside=used)


# ------------------------------------------------------------------------------------------------ asked of others


def _asked_of(view: View, clause: AskedOf) -> Found:
    """A clause asked of each related subject: how many meet it, or which part of them."""
    tied = ties(view, clause.asked_of, clause.roles)
    day = at(view.day, tied.of)
    tied = tied.take(np.flatnonzero((tied.first <= day) & (tied.until >= day)))
    sure_now = tied.last <= at(view.day, tied.of)
    pairs, which = np.unique(tied.of * view.places + tied.to, return_inverse=True)
    sure = np.zeros(len(pairs), np.bool_)
    sure[which[sure_now]] = True
    of, to = np.divmod(pairs, view.places)
    theirs = found_of(view.unserved, clause.each)[0].outcome[to]

    def how_many(mark: Bools) -> Ints:
        return np.bincount(of[mark], minlength=view.places)

    low, high = how_many(sure & (theirs == MET)), how_many(theirs != NOT_MET)
    asked = [(key, one) for key, one in (("at least", clause.at_least), ("at most", clause.at_most)) if one is not None]
    counts = {isinstance(one, int) for _, one in asked}
    if len(counts) > 1:
        raise ValueError("a number of them and a share of them do not go together")
    everyone, unclear = how_many(np.ones(len(of), np.bool_)), how_many(~sure) > 0
    over: Ints | int = 1 if True in counts else everyone
    nothing = np.zeros(view.places, np.bool_) if isinstance(over, int) else over == 0
    unclear = unclear & ~nothing if False in counts else np.zeros(view.places, np.bool_)
    results = []
    for key, one in asked:
        share = Fraction(1 if one == "all" else one)
        limit = Limit(share.numerator, share.numerator, share.denominator)
        results.append(held(key, low, high, over, None, limit))
    result = combined("all", results, 0, view.places)

    def used() -> list[tuple[Source, Index]]:
        """The rows that say the ties, at the place of who is asked about, and not of whom they are."""
        every = np.arange(len(tied))
        return [(Source(source.rows.take(rows), tied.of, kinds=source.kinds), every) for source, rows in tied.links]

    return _defined(Found(result, low, high, over, beside=used), clause, nothing=nothing, unclear=unclear)


def _defined(found: Found, clause: AClause, *, nothing: Bools | None, unclear: Bools | None) -> Found:
    """The finding with the outcome that holds where there is no number."""
    result = found.outcome
    if unclear is not None:
        result = np.where(unclear, np.int8(UNKNOWN), result)
    if nothing is not None:
        absent = {"met": MET, "not met": NOT_MET}.get(clause.absent or "", UNKNOWN)
        result = np.where(nothing, np.int8(absent), result)
    return replace(found, outcome=result, undefined=either(unclear, nothing))


# ---------------------------------------------------------------------------------------------------- comparisons


def _compare(view: View, clause: Compare) -> Found:
    """A measure held against the numbers asked."""
    measure, on, lacking = view.ladder.measure_of(clause), view, None
    if clause.on is not None and clause.evidence is None:
        on, lacking = referred(view, clause.on)
    nothing: Bools | None = None
    unclear: Bools | None = None
    open_: Bools | None = None
    beside = nothing_used
    if isinstance(measure, Move):
        low, over, missing = _moved(view, measure)
        high, counted = low, nothing_used
    elif isinstance(measure, YearsSince):
        low, high, nothing, beside = _years(on, measure, lacking)
        over, missing, counted = 1, None, nothing_used
    else:
        found = measured(on, measure, clause.measure)
        low, high, over, open_ = found.low, found.high, found.over, found.open
        missing, counted = either(found.missing, found.unclear), _where_not(found.used, lacking)
        nothing = found.nothing if missing is None or found.nothing is None else found.nothing & ~missing
    unclear = either(missing, lacking)
    if lacking is not None and nothing is not None:
        nothing = nothing & ~lacking
    limits, rows_asked = [], []
    for key, asked in clause.comparisons:
        limit = limit_of(view, asked)
        rows_asked.append(limit.used)
        down_to = clause.dispensation.down_to if clause.dispensation else None
        if down_to is not None and key == "at least" and asked is clause.at_least:
            limit, lowering = _lowered(view, clause, limit, Fraction(down_to))
            beside = _both(beside, lowering)
        limits.append((key, limit))
        unasked = limit.unknown
        if unasked is not None:
            unclear = either(unclear, unasked if nothing is None else unasked & ~nothing)
    results = [held(key, low, high, over, open_, limit) for key, limit in limits]
    result = results[0] if len(results) == 1 else combined("all", results, 0, view.places)
    for rows in rows_asked:
        counted = counted if rows is _NO_ROWS else _both(counted, rows)
    return _defined(
        Found(result, low, high, over, open=open_, counted=counted, beside=beside), clause,
        nothing=nothing, unclear=unclear,
    )  # fmt: skip


_NO_ROWS = Limit(0, 0, 1).used


def _where_not(used: Used, lacking: Bools | None) -> Used:
    if lacking is None:
        return used
    return lambda: [(source, rows[~lacking[source.place[rows]]]) for source, rows in used()]


def _years(view: View, measure: YearsSince, lacking: Bools | None) -> tuple[Ints, Ints, Bools | None, Used]:
    """Completed years from the last and from the first day on which something may have begun; where it never did."""
    start = starts(view, measure.years_since)
    none = start.none if lacking is None else start.none | lacking

    def ends(days: Ints) -> Ints:
        begin = np.where(none, 1, days)
        if isinstance(view.day, int):  # few different days: each is counted once
            different, which = np.unique(begin, return_inverse=True)
            return completed(different, np.full(len(different), view.day), "years")[which]
        return completed(begin, view.day, "years")

    low = ends(start.late)
    high = low if np.array_equal(start.early, start.late) else ends(start.early)
    rows = start.row[~none]
    return low, high, start.none if start.none.any() else None, lambda: [(start.source, rows)]


def _moved(view: View, measure: Move) -> tuple[Ints, Ints | int, Bools | None]:
    """The entry for the step's target less that for its source, 0 for the way in's; in lowest terms."""
    step, entry = view.step, measure.move
    to = column(view, entry)
    source = column(view, entry, step.model_copy(update={"to": step.from_})) if step.from_ else None
    fine = lcm(to.fine, source.fine if source else 1)
    value = np.broadcast_to(np.asarray(to.at_places(fine) - (source.at_places(fine) if source else 0)), (view.places,))
    shared = np.gcd(value, fine)
    over = fine // shared
    missing = either(to.missing, source.missing if source else None)
    return value // shared, int(over[0]) if (over == over[0]).all() else over, missing


def _lowered(view: View, clause: Compare, limit: Limit, down_to: Fraction) -> tuple[Limit, Used]:
    """A limit after the dispensations in force: the most generous holds."""
    source, rows, amount = _dispensed(view, clause, waived=False)
    fine = lcm(LOWERED, down_to.denominator)
    lowered = np.maximum(amount * (fine // LOWERED), int(down_to * fine))
    least = np.full(view.places, 2**62, np.int64)
    np.minimum.at(least, source.place[rows], lowered)
    where = least < 2**62
    return limit.lowered(np.where(where, least, 0), fine, where), lambda: [(source, rows)]


def everything(found: Sequence[list[Found]]) -> Iterator[Found]:
    """The findings one after the other."""
    return (one for each in found for one in each)
