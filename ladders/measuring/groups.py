"""Rows by key: the best, latest, first and top of each group; one row for several: sums, counts, runs, stretches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ladders.evidence.columns import Bools, Index, Ints, Rows
from ladders.evidence.edges import divided, is_period
from ladders.evidence.vectors import best, checked, dense, earliest, latest, number, top, total
from ladders.evidence.view import Source
from ladders.measuring.grids import in_grid
from ladders.measuring.work import Came, Work, each
from ladders.model.lines import BestPer, Join, Key, Runs, Top, keys_of


def in_order(work: Work) -> Work:
    """The rows in their stated order."""
    if work.order is None:
        return work
    order = np.argsort(work.order, kind="stable")
    new = np.empty_like(order)
    new[order] = np.arange(len(order))
    rows, came = work.source.rows.take(order), work.came
    assert came is not None
    work = replace(work, placed=work.place, amounts=work.amount)  # the arrays beside the rows are taken along
    here = np.argsort(new[work.numbers_of_rows], kind="stable")
    at_ = new[work.numbers_of_rows][here]
    return replace(
        work,
        source=replace(work.source, rows=rows, place=work.source.place[order]),
        at=at_,
        doubts=np.sort(new[work.doubts]),
        placed=work.place[here],
        amounts=work.amount[here],
        moved={name: codes[here] for name, codes in work.moved.items()},
        force=None if work.force is None else each(work.force, here),
        came=Came(came.work, np.append(new, -1)[came.group]),
        order=None,
    )


# ----------------------------------------------------------------------------------------------------------- keys


def keys(work: Work, key: Key) -> tuple[Work, list[Ints]]:
    """The value of each key in every row, below 0 where it is lacking; unclear where a period is uncertain."""
    values: list[Ints] = []
    for name in keys_of(key):
        codes = work.codes(name)
        if is_period(work.view, name) and (work.left is None or name not in work.left):
            if work.left is not None:
                raise ValueError("after a sum or a count per key the rows have no days")
            work, periods = _periods(work, name)
            codes = periods if codes is None else codes
        values.append(np.full(len(work), -1) if codes is None else codes)
    return work, values


def _periods(work: Work, name: str) -> tuple[Work, Ints]:
    """The period of each row's first day, -1 outside of all; unclear where its last day lies in another."""
    by = divided(work.view, name)
    work = work.lacking(by.missing).blur(by.unclear)
    rows = work.source.rows
    first = by.numbers(rows.first[work.at], work.place)
    if rows.longest:
        rough = np.flatnonzero(rows.last[work.at] != rows.first[work.at])
        other = by.numbers(rows.last[work.at][rough], work.place[rough]) != first[rough]
        if other.any():
            work = work.blur(work.where(rough[other]))
    return work, first if by.by.lowest is None else np.where(by.by.has(first), first, -1)


def groups(work: Work, key: Key) -> tuple[Work, Index, int]:
    """Rows (perhaps without those that do not exist), the number of each one's group, and how many there may be.

    A grid of codes by places where it is not much larger than the rows, else the numbers that sorting gives.
    """
    work, values = keys(work, key)
    places = work.view.places
    if len(values) == 1 and (grid := in_grid(work, values[0])) is not None:
        return work, grid.cell, grid.count
    exist = np.flatnonzero(work.place != work.view.nobody)
    work, values = work.keep(exist), [one[exist] for one in values]
    if (numbers := _numbered(work, key)) is not None:
        return work, *numbers
    alone = np.zeros(len(work), np.bool_)
    for one in values:
        alone |= one < 0
    apart = np.where(alone, np.arange(len(work)), -1)
    group, count = dense([work.place, apart, *(np.where(alone, 0, one) for one in values)])
    checked(count * places)
    return work, group, count


def _numbered(work: Work, key: Key) -> tuple[Index, int] | None:
    """The numbers that are kept with the columns; None where subjects are not places, or the key is not one column."""
    name, rows = keys_of(key)[0], work.source.rows
    if (
        len(keys_of(key)) > 1
        or name not in rows.attributes
        or name in work.moved
        or work.source.place is not rows.place
    ):
        return None
    numbers, count = rows.numbered(name)
    return numbers[work.at], count


# --------------------------------------------------------------------------------------------- the one that speaks


def best_per(work: Work, line: BestPer, *, matters: bool) -> Work:
    """The row of the highest amount of each group, of equals the last; ``matters``: which of them it is."""
    work, group, count = groups(in_order(work), line.best_per)
    value = work.amount
    if line.by is not None:
        scale, codes = work.view.scale(line.by, work.kinds), work.codes(line.by)
        level = np.zeros(len(work), np.int64)
        for nth, term in enumerate(scale, 1):
            if codes is not None:
                level[codes == work.view.code(line.by, term)] = nth
        checked((len(scale) + 1) * (work.most + 1))
        value = level * (work.most + 1) + value
    index = best(group, value, count)
    if matters:
        if len(work.unsure):
            rivals = number(group, count) > 1
            unsure = _marks(work)
            work = work.blur(work.where(index[unsure[index] & rivals[group[index]]]))
        work = work.blur(work.open)
    return work.keep(index)


def latest_per(work: Work, key: Key, *, first: bool) -> Work:
    """The last (or first) row of each group."""
    work = work.blur(work.doubtful())
    work, group, count = groups(in_order(work), key)
    return work.keep((earliest if first else latest)(group, count))


def top_rows(work: Work, line: Top, *, matters: bool) -> Work:
    """The so many rows of the highest amounts, or of the latest days, of all or of each group."""
    work = in_order(work)
    by_day = line.by == "day"
    if by_day:
        work = work.blur(work.doubtful())
    if line.per is None:
        group, count = work.place, work.view.places
    else:
        work, group, count = groups(work, line.per)
    index = top(group, np.zeros(len(work), np.int64) if by_day else work.amount, line.top)
    if matters:
        if len(work.unsure):
            many = number(group, count) > line.top
            unsure = _marks(work)
            work = work.blur(work.where(index[unsure[index] & many[group[index]]]))
        work = work.blur(work.open)
    return work.keep(index)


def _marks(work: Work) -> Bools:
    unsure = np.zeros(len(work), np.bool_)
    unsure[work.unsure] = True
    return unsure


# -------------------------------------------------------------------------------------------- one row for several


def made(work: Work, group: Index, count: int, amount: Ints, unit: int) -> Work:
    """One row for each group that has any (-1: none), in the order of the groups' numbers."""
    inside = np.flatnonzero(group >= 0)
    some = np.full(count, -1)
    some[group[inside]] = inside
    present = np.flatnonzero(some >= 0)
    numbers = np.full(count + 1, -1)
    numbers[present] = np.arange(len(present))
    unsure = np.zeros(count + 1, np.bool_)
    unsure[group[work.unsure]] = True
    of = numbers[group]
    order = np.zeros(len(present), np.intp)
    stood = np.arange(len(work)) if work.order is None else work.order[work.numbers_of_rows]
    np.maximum.at(order, of[inside], stood[inside])
    place = work.place[some[present]]
    subject = place.astype(np.int32)
    small, large = np.zeros(len(place), np.int32), np.zeros(len(place), np.int64)
    rows = Rows(subject, small, small, small, amount[present], large, small, large, large)
    return replace(
        work,
        source=Source(rows, place, kinds=work.kinds),
        at=np.arange(len(present)),
        unit=unit,
        most=int(amount.max(initial=0)),
        doubts=np.flatnonzero(unsure[:-1][present]),
        placed=None,
        amounts=None,
        moved={},
        force=None,
        came=Came(work, of),
        order=order,
    )


def together(work: Work, key: Key, *, counted: bool) -> Work:
    """One row per group: its keys, and the sum or the number of its rows."""
    work, group, count = groups(work, key)
    amount = number(group, count) if counted else total(group, work.amount, count, work.most)
    result = made(work, group, count, amount, 1 if counted else work.unit)
    # Any row of a group will do: they share the keys.
    _, values = keys(work, key)
    one = np.zeros(len(result), np.intp)
    assert result.came is not None
    one[result.came.group] = np.arange(len(work))
    attributes = {name: value[one] for name, value in zip(keys_of(key), values, strict=True)}
    rows = replace(result.source.rows, attributes=attributes)
    return replace(result, source=replace(result.source, rows=rows), left=keys_of(key))


def runs(work: Work, line: Runs) -> Work:
    """One row per unbroken run of consecutive periods, its amount how many they are."""
    if work.left != (line.runs,) or not is_period(work.view, line.runs):
        raise ValueError(f"runs of {line.runs} need a sum or a count per {line.runs}, and nothing else")
    periods = work.codes(line.runs)
    assert periods is not None
    order = np.lexsort((periods, work.place))
    order = order[periods[order] >= 0]
    place, period = work.place[order], periods[order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (place[1:] != place[:-1]) | (period[1:] != period[:-1] + 1)
    group = np.full(len(work), -1)
    group[order] = np.cumsum(begins) - 1
    count = int(begins.sum())
    amount = number(group[order], count)
    return replace(made(work, group, count, amount, 1), left=(), joined=True)


def stretches(work: Work, line: Join, *, low: bool) -> Work:
    """Unbroken stretches of rows that overlap or follow within so many days."""
    early, late, end = work.in_force
    start = np.asarray(late if low else early, np.int64)
    end = np.asarray(end, np.int64)
    stood = np.arange(len(work)) if work.order is None else work.order[work.numbers_of_rows]
    sequence = np.lexsort((stood, start, work.place))
    place, begin, until = work.place[sequence], start[sequence], end[sequence]
    # Ends so far, within each place: the places are told apart by numbers larger than any day.
    apart = np.unique(place, return_inverse=True)[1] * 4_000_000
    so_far = np.maximum.accumulate(until + apart) - apart if len(place) else until
    begins = np.ones(len(place), np.bool_)
    begins[1:] = (place[1:] != place[:-1]) | (begin[1:] - (so_far[:-1] + 1) > line.join)
    group = np.empty(len(work), np.intp)
    group[sequence] = np.cumsum(begins) - 1
    count = int(begins.sum())
    first_row = sequence[begins]  # of each stretch
    if not low:
        work = work.doubting(np.flatnonzero(early != late))
    result = made(work, group, count, np.zeros(count, np.int64), work.unit)
    lasts = np.zeros(count, np.int64)
    np.maximum.at(lasts, group, end)
    old = work.source.rows
    rows = replace(
        result.source.rows,
        first=old.first[work.at][first_row],
        last=old.last[work.at][first_row],
        until=lasts.astype(np.int32),
    )
    force = (start[first_row], start[first_row], lasts)
    return replace(result, source=replace(result.source, rows=rows), force=force, joined=True)
