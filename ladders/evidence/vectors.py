"""Vectors by place and by row, and the arithmetic of groups: all of it on integers, and it refuses to overflow.

A *place* is where rows count: the number of a subject, or in an explanation that of a subject on a day.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ladders.evidence.columns import Bools, Days, Index, Ints

LARGEST = 2**63 - 1

PerPlace = int | Days
"""A day that is the same at every place, or each place's own."""
AnyArray = TypeVar("AnyArray", bound=npt.NDArray[np.generic])


def at(values: PerPlace, place: Index) -> PerPlace:
    """What holds for rows at these places."""
    return values if isinstance(values, int) else values[place]


def least(values: PerPlace) -> int:
    """The least of the values; of no place at all, a day that nothing reaches."""
    return values if isinstance(values, int) else int(values.min(initial=2**31 - 1))


def most(values: PerPlace) -> int:
    """The highest of the values; of no place at all, a day before everything."""
    return values if isinstance(values, int) else int(values.max(initial=-(2**31)))


def either(one: Bools | None, other: Bools | None) -> Bools | None:
    """Where one mark or the other is set; None is nowhere."""
    return other if one is None else one if other is None else one | other


def checked(number: int) -> int:
    """The number, if 64 bits hold it; OverflowError otherwise, never a wrong sum."""
    if number > LARGEST:
        raise OverflowError("these amounts are too large to be added exactly")
    return number


def total(group: Index, amount: Ints, count: int, most: int) -> Ints:
    """The sum of each group, in integers; no amount is higher than ``most``."""
    checked(most * len(amount))
    sums = np.zeros(count, np.int64)
    np.add.at(sums, group, amount)
    return sums


def number(group: Index, count: int) -> Ints:
    """The number of rows in each group."""
    counts: Ints = np.bincount(group, minlength=count)
    return counts


def marked(chosen: Index, length: int) -> Index:
    """The chosen rows ascending; negative numbers stand for none."""
    mark = np.zeros(length, np.bool_)
    mark[chosen[chosen >= 0]] = True
    return np.flatnonzero(mark)


def latest(group: Index, count: int) -> Index:
    """The last row of each group, ascending."""
    last = np.full(count, -1)
    last[group] = np.arange(len(group))  # of equal indices the last assignment stands
    return marked(last, len(group))


def earliest(group: Index, count: int) -> Index:
    """The first row of each group, ascending."""
    first = np.full(count, -1)
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)
    return marked(first, len(group))


def best(group: Index, amount: Ints, count: int) -> Index:
    """The row of the highest amount of each group, of equals the last, ascending."""
    return marked(_best(group, _ranked(amount), count), len(group))


def _ranked(amount: Ints) -> Ints:
    """Numbers in the order of the amounts, of equals in that of the rows, from which the row can be told."""
    rows = max(1, len(amount))
    checked((int(amount.max(initial=0)) + 1) * rows)
    ranked: Ints = amount.astype(np.int64) * rows
    ranked += np.arange(rows)[: len(amount)]
    return ranked


def _best(group: Index, ranked: Ints, count: int) -> Index:
    """The row of the highest of these numbers in each group; -1 where there is none."""
    most = np.full(count, -1, np.int64)
    np.maximum.at(most, group, ranked)
    return np.where(most < 0, -1, most % max(1, len(ranked)))


_FEW = 8
"""So many of each group are found one after the other, more by sorting."""


def top(group: Index, amount: Ints, many: int) -> Index:
    """The so many rows of the highest amounts of each group, of equals the last, ascending."""
    if many <= _FEW:
        ranked, mark = _ranked(amount), np.zeros(len(group), np.bool_)
        for _ in range(many):
            some = _best(group, ranked, int(group.max(initial=-1)) + 1)
            some = some[some >= 0]
            mark[some], ranked[some] = True, -1
        return np.flatnonzero(mark)
    order = np.lexsort((-np.arange(len(group)), -amount, group))
    in_order = group[order]
    begins = np.flatnonzero(np.diff(in_order, prepend=-1))
    nth = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    return np.sort(order[nth < many])


def dense(parts: list[npt.NDArray[np.int64]]) -> tuple[Index, int]:
    """A number for each different combination of the parts, and how many there are."""
    numbers, count = np.zeros(len(parts[0]), np.int64), 1
    for part in parts:
        _, codes = np.unique(part, return_inverse=True)
        width = int(codes.max(initial=0)) + 1
        checked(count * width)
        _, numbers = np.unique(numbers * width + codes, return_inverse=True)
        count = int(numbers.max(initial=-1)) + 1
    return numbers.astype(np.intp), count


def repeated(some: Index, often: Index) -> tuple[Index, Index]:
    """Each of these as often as said, and which time it is."""
    row = np.repeat(some, often)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(often) - often, often)
    return row, nth
