"""Rows on their way through the lines of a measure: windows, filters, limits and groups over columns.

Rows are sorted by day, so a window is two binary searches and stays a slice, a view on the columns; only what drops
single rows makes an index.  All arithmetic is on integers, and refuses to overflow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ladders.columns import FOREVER, Bools, Codes, Days, Index, Ints, no_rows, numbered
from ladders.days import back
from ladders.model import Accepted, Window, Within
from ladders.view import Source, View

LARGEST = 2**63 - 1


def checked(number: int) -> int:
    """The number, if 64 bits hold it; OverflowError otherwise, never a wrong sum."""
    if number > LARGEST:
        raise OverflowError("these amounts are too large to be added exactly")
    return number


def total(group: Index, amount: Ints, count: int, most: int) -> Ints:
    """The sum of each group, in integers."""
    checked(most * len(amount))
    sums = np.zeros(count, np.int64)
    np.add.at(sums, group, amount)
    return sums


def number(group: Index, count: int) -> Ints:
    """The number of rows in each group."""
    counts = np.zeros(count, np.int64)
    np.add.at(counts, group, 1)
    return counts


def _marked(chosen: Index, length: int) -> Index:
    mark = np.zeros(length, np.bool_)
    mark[chosen[chosen >= 0]] = True
    return np.flatnonzero(mark)


def latest(group: Index, count: int) -> Index:
    """The last row of each group, ascending."""
    last = np.full(count, -1)
    np.maximum.at(last, group, np.arange(len(group)))
    return _marked(last, len(group))


def best(group: Index, amount: Ints, count: int) -> Index:
    """The row of the highest amount of each group, of equals the last, ascending."""
    most = np.full(count, -1, np.int64)
    np.maximum.at(most, group, amount)
    equal = np.flatnonzero(amount == most[group])
    return equal[latest(group[equal], count)]


@dataclass(frozen=True)
class Work:
    """Rows on their way through the lines.

    ``at`` are the rows of ``source`` that are left, a slice while nothing but windows were applied.  After ``sum per``
    and ``count per`` the source has one row per group, without days, and ``came`` leads back to what it was made of.
    A few rows at the edge of a slice are dropped by placing them where nobody is.
    """

    view: View
    source: Source
    at: slice | Index
    most: int
    """No amount is higher."""
    doubts: Index
    """Rows of the source that are unsure, ascending, those that are left and others."""
    placed: Index | None = None
    amounts: Ints | None = None
    came: Came | None = None
    blurred: Bools | None = None
    """Where an unsure row decided which row speaks."""
    missing: Bools | None = None
    """Where a window has no day to begin on."""

    @cached_property
    def place(self) -> Index:
        """Where each row counts."""
        return self.source.place[self.at] if self.placed is None else self.placed

    @cached_property
    def amount(self) -> Ints:
        """Each row's amount."""
        return self.source.rows.amount[self.at] if self.amounts is None else self.amounts

    @cached_property
    def unsure(self) -> Index:
        """The rows that are unsure, as positions among those that are left."""
        if isinstance(self.at, slice):
            here = slice(*np.searchsorted(self.doubts, (self.at.start, self.at.stop)).tolist())
            position: Index = self.doubts[here] - self.at.start
        else:
            position = np.searchsorted(self.at, self.doubts)
            position = position[position < len(self.at)]
            position = position[self.at[position] == self.doubts[: len(position)]]
        return position

    def __len__(self) -> int:
        return self.at.stop - self.at.start if isinstance(self.at, slice) else len(self.at)

    def keep(self, index: Index) -> Work:
        """Only the rows at these positions, ascending."""
        if len(index) == len(self):
            return self
        at = index + self.at.start if isinstance(self.at, slice) else self.at[index]
        return self._left(at, index)

    def _left(self, at: slice | Index, here: slice | Index) -> Work:
        placed = None if self.placed is None else self.placed[here]
        return replace(self, at=at, placed=placed, amounts=None if self.amounts is None else self.amounts[here])

    def sure(self) -> Work:
        """Without the unsure rows."""
        mark = np.ones(len(self), np.bool_)
        mark[self.unsure] = False
        return self.keep(np.flatnonzero(mark)) if len(self.unsure) else self

    def doubting(self, rows: Index) -> Work:
        """With these rows of the source unsure as well."""
        return replace(self, doubts=np.union1d(self.doubts, rows)) if len(rows) else self

    def where(self, positions: Index) -> Bools:
        """The places of these rows."""
        found = np.zeros(self.view.places, np.bool_)
        found[self.place[positions]] = True
        return found

    def blur(self, places: Bools) -> Work:
        """With these places blurred as well."""
        return replace(self, blurred=places if self.blurred is None else self.blurred | places)

    # --------------------------------------------------------------------------------------------- windows

    def spanning(self, early: int, late: int, end: int) -> Work:
        """The rows that overlap the days from ``early`` to ``end``; those not within ``late`` to ``end`` unsure."""
        if isinstance(self.at, slice):
            return self._sliced(self.at, early, late, end)
        first, last = self.source.rows.first[self.at], self.source.rows.last[self.at]
        inside = np.flatnonzero((last >= early) & (first <= end))
        unsure = (first < late) | (last > end)
        return self.keep(inside).doubting(self.at[inside[unsure[inside]]])

    def _sliced(self, at: slice, early: int, late: int, end: int) -> Work:
        rows = self.source.rows
        # Only rows that begin less than the longest span before an edge can reach over it.
        days = np.array([early - rows.longest, early, end - rows.longest + 1, end + 1], np.int32)
        edges = np.clip(np.searchsorted(rows.first, days), at.start, at.stop).tolist()
        low, begin, near, stop = edges
        stop = max(begin, stop)
        reach = rows.last[low:begin] >= early
        if not reach.any():
            low = begin
        work = self._left(slice(low, stop), slice(low - at.start, stop - at.start))
        if low < begin:
            placed = work.place.copy()
            placed[: begin - low][~reach] = self.view.nobody
            work = replace(work, placed=placed)
            work = work.doubting(low + np.flatnonzero(reach & (rows.first[low:begin] < late)))
        near = min(max(near, low), stop)
        work = work.doubting(near + np.flatnonzero(rows.last[near:stop] > end))
        if late > early:
            work = work.doubting(
                np.arange(begin, max(begin, min(stop, int(np.searchsorted(rows.first, np.int32(late))))))
            )
        return work

    def within(self, line: Within) -> Work:
        """The rows in a window, or in the window for those who lack the day on which it begins."""
        window = line.within
        if window.kind != "since":
            return self.today() if window.kind == "today" else self.spanning(*self._fixed(window))
        starts = self.view.starts(window.since or "")
        early, late, none = starts.early, starts.late, starts.none
        end = np.full(self.view.places, self.view.day, np.int32)
        alive = np.zeros(self.view.places, np.bool_)
        if line.otherwise is not None and line.otherwise.kind == "since":
            other = self.view.starts(line.otherwise.since or "")
            early, late = np.where(none, other.early, early), np.where(none, other.late, late)
            none = none & other.none
        elif line.otherwise is not None:
            alive = none & (line.otherwise.kind == "today")
            begin, _, stop = self._fixed(line.otherwise)
            early, late, end = np.where(none, begin, early), np.where(none, begin, late), np.where(none, stop, end)
            none = np.zeros(self.view.places, np.bool_)
        work = self._since(early, late, end, alive)
        return replace(work, missing=none if work.missing is None else none | work.missing)

    def _fixed(self, window: Window) -> tuple[int, int, int]:
        if window.span is not None:
            begin = back(self.view.question.as_of, window.span).toordinal() + 1
        else:
            begin = window.first.toordinal() if window.first else 0
        return begin, begin, min(window.last.toordinal() if window.last else self.view.day, self.view.day)

    def today(self) -> Work:
        """The rows in force on the as-of day."""
        return self.keep(np.flatnonzero(self.source.rows.until[self.at] >= self.view.day))

    def _since(self, early: Days, late: Days, end: Days, alive: Bools) -> Work:
        """The rows since a day of each place's own, and where ``alive`` those in force."""
        work = self.spanning(int(early[: self.view.nobody].min(initial=FOREVER)), 0, self.view.day)
        rows, place = work.source.rows, work.place
        first, last = rows.first[work.at], rows.last[work.at]
        inside = (last >= early[place]) & (first <= end[place])
        if alive.any():
            inside &= (rows.until[work.at] >= self.view.day) | ~alive[place]
        index = np.flatnonzero(inside)
        unsure = index[((first < late[place]) | (last > end[place]))[index]]
        left = work.keep(index)
        return left.doubting(unsure + work.at.start if isinstance(work.at, slice) else work.at[unsure])

    # ---------------------------------------------------------------------------------------------- filters

    def filtered(self, kind: str, accepted: dict[str, Accepted], drop: bool) -> Work:
        """Only the rows whose attributes are all among those accepted, or all but them."""
        fits = np.ones(len(self), np.bool_)
        for name, terms in accepted.items():
            codes = self.source.rows.attributes.get(name)
            codes = None if codes is None else codes[self.at]
            fits &= self.view.accepted(name, self.view.terms(kind, name, terms), codes, len(self))
        return self.keep(np.flatnonzero(~fits if drop else fits))

    def limited(self, limit: int, cap: bool) -> Work:
        """Each amount at most, or at least, a limit."""
        if cap and limit >= self.most:
            return self
        amounts = np.minimum(self.amount, limit) if cap else np.maximum(self.amount, checked(limit))
        return replace(self, amounts=amounts, most=min(self.most, limit) if cap else max(self.most, limit))

    # ----------------------------------------------------------------------------------------------- groups

    def codes(self, key: str) -> Codes | None:
        """The code of a key in each row, -1 where it is lacking; None where no row has it."""
        codes = self.source.rows.attributes.get(key)
        if codes is None and key == "school year" and self.came is None:
            return self.view.school_years(self.source.rows.first[self.at])
        return None if codes is None else codes[self.at]

    def groups(self, key: str) -> tuple[Work, Index, int]:
        """Rows (perhaps without those that do not exist), the number of each one's group, and how many there are.

        A grid of places by codes where it is not much larger than the rows, else the numbers that sorting gives.
        """
        codes = self.codes(key)
        if codes is None:
            return self, np.arange(len(self)), len(self)
        width = int(codes.max(initial=-1)) + 1
        if width * self.view.places <= 4 * len(self) + 1_000_000:
            group, count = self.place * width + codes, width * self.view.places
            alone = np.flatnonzero(codes < 0)
            group[alone] = count + np.arange(len(alone))
            return self, group, count + len(alone)
        exist = np.flatnonzero(self.place != self.view.nobody)
        work = self.keep(exist)
        if self.came is None and key in work.source.rows.attributes:
            numbers, count = work.source.rows.numbered(key)
            return work, numbers[work.at], count
        return work, *numbered(work.place, codes[exist])

    def best_per(self, key: str, matters: bool) -> Work:
        """The row of the highest amount of each group, of equals the last; ``matters``: which of them it is."""
        work, group, count = self.groups(key)
        index = best(group, work.amount, count)
        if matters and len(work.unsure):
            rivals = np.bincount(group, minlength=count) > 1
            unsure = np.zeros(len(work), np.bool_)
            unsure[work.unsure] = True
            work = work.blur(work.where(index[unsure[index] & rivals[group[index]]]))
        return work.keep(index)

    def latest_per(self, key: str) -> Work:
        """The last row of each group."""
        work, group, count = self.groups(key)
        if len(work.unsure):
            work = work.blur(work.where(work.unsure))
        return work.keep(latest(group, count))

    def together(self, key: str, counted: bool) -> Work:
        """One row per group: its key, and the sum or the number of its rows."""
        work, group, count = self.groups(key)
        amount = number(group, count) if counted else total(group, work.amount, count, work.most)
        some = np.zeros(count, np.int64)
        some[group] = np.arange(len(group)) + 1  # any row of the group will do: they share place and key
        present = np.flatnonzero(some)
        one = some[present] - 1
        codes = work.codes(key)
        unsure = np.zeros(count, np.bool_)
        unsure[group[work.unsure]] = True
        attributes = {} if codes is None else {key: codes[one]}
        rows = replace(
            no_rows(), subject=work.place[one].astype(np.int32), amount=amount[present], attributes=attributes
        )
        numbers = np.zeros(count, np.intp)
        numbers[present] = np.arange(len(present))
        return replace(
            work,
            source=Source(rows, rows.subject.astype(np.intp)),
            doubts=np.flatnonzero(unsure[present]),
            placed=None,
            at=slice(0, len(rows)),
            most=int(rows.amount.max(initial=0)),
            amounts=None,
            came=Came(work, numbers[group]),
        )

    # --------------------------------------------------------------------------------------------- evidence

    def order(self) -> Index:
        """Where each row stands in the stated order; a group where its last row stands."""
        if self.came is None:
            return np.arange(len(self))
        last = np.full(len(self.source.rows), -1)
        np.maximum.at(last, self.came.group, self.came.work.order())
        return last[self.at]

    def origin(self, chosen: Index) -> tuple[Source, Index]:
        """The rows of evidence from which the chosen ones were made, as numbers in their source."""
        numbers = np.arange(self.at.start, self.at.stop)[chosen] if isinstance(self.at, slice) else self.at[chosen]
        if self.came is None:
            return self.source, numbers
        wanted = np.zeros(len(self.source.rows), np.bool_)
        wanted[numbers] = True
        return self.came.work.origin(np.flatnonzero(wanted[self.came.group]))


@dataclass(frozen=True)
class Came:
    """Where grouped rows came from: the rows, and for each the number of its group."""

    work: Work
    group: Index
