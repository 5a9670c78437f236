"""Rows on their way through the lines of a measure: windows, filters and amounts over columns.

Rows are sorted by day, so a window is two binary searches and stays a slice, a view on the columns; only what drops
single rows makes an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ladders.evidence.calendars import completed
from ladders.evidence.columns import FOREVER, Bools, Codes, Index, Ints
from ladders.evidence.edges import Edges
from ladders.evidence.lookups import fit, not_ready
from ladders.evidence.sources import own_rows
from ladders.evidence.tables import Column
from ladders.evidence.vectors import PerPlace, at, checked, either, least, most
from ladders.evidence.view import Source, View
from ladders.measuring.rounding import Steps, rounded
from ladders.model.ladder import Accepted, Bands, Bounds, LengthIn, Round, Shift

Force = tuple[Ints, Ints, Ints]
"""The time in force of rows: it begins between the first two and lasts to the third."""


@dataclass(frozen=True)
class Came:
    """Where rows that were made of others came from: the rows, and for each the number of the one it went into."""

    work: Work
    group: Index


@dataclass(frozen=True)
class Work:
    """Rows on their way through the lines.

    ``at`` are the rows of ``source`` that are left, a slice while nothing but windows were applied.  Arrays beside it
    (``placed``, ``amounts``, …) are aligned with what is left, and None while the source's own hold.  A few rows at the
    edge of a slice are dropped by placing them where nobody is.  After ``join``, ``sum per``, ``count per`` and
    ``runs`` the source has one row for several, and ``came`` leads back to them.
    """

    view: View
    source: Source
    at: slice | Index
    unit: int
    """What 1 is at the scale of the amounts."""
    most: int
    """No amount is higher."""
    doubts: Index
    """Rows of the source that are unsure, ascending, those that are left and others."""
    placed: Index | None = None
    amounts: Ints | None = None
    moved: Mapping[str, Codes] = field(default_factory=dict)
    """Attributes that were shifted along their scales."""
    force: Force | None = None
    """The time in force that counts."""
    came: Came | None = None
    order: Index | None = None
    """Where each row of the source stands in the stated order; None where they stand in it."""
    left: tuple[str, ...] | None = None
    """The keys that a sum or a count per key left."""
    joined: bool = False
    open: Bools | None = None
    """Where more may come."""
    blurred: Bools | None = None
    """Where an unsure row decided which row speaks."""
    missing: Bools | None = None
    """Where something that is asked of the subject is not known."""

    @cached_property
    def place(self) -> Index:
        """Where each row counts."""
        return self.source.place[self.at] if self.placed is None else self.placed

    @cached_property
    def amount(self) -> Ints:
        """Each row's amount."""
        return self.source.rows.amount[self.at] if self.amounts is None else self.amounts

    @cached_property
    def in_force(self) -> Force:
        """From when to when each row counts as in force."""
        rows = self.source.rows
        return (rows.first[self.at], rows.last[self.at], rows.until[self.at]) if self.force is None else self.force

    @cached_property
    def unsure(self) -> Index:
        """The rows that are unsure, as positions among those that are left."""
        if not len(self.doubts):
            return self.doubts
        if isinstance(self.at, slice):
            here = slice(*np.searchsorted(self.doubts, (self.at.start, self.at.stop)).tolist())
            position: Index = self.doubts[here] - self.at.start
        else:
            position = np.searchsorted(self.at, self.doubts)
            position = position[position < len(self.at)]
            position = position[self.at[position] == self.doubts[: len(position)]]
        return position

    @property
    def numbers_of_rows(self) -> Index:
        """The numbers in their source of the rows that are left."""
        return np.arange(self.at.start, self.at.stop) if isinstance(self.at, slice) else self.at

    def __len__(self) -> int:
        return self.at.stop - self.at.start if isinstance(self.at, slice) else len(self.at)

    # -------------------------------------------------------------------------------- which rows are left

    def keep(self, index: Index) -> Work:
        """Only the rows at these positions, ascending."""
        if len(index) == len(self):
            return self
        return self._left(index + self.at.start if isinstance(self.at, slice) else self.at[index], index)

    def kept(self, mark: Bools) -> Work:
        """Only the rows that are marked."""
        return self.keep(np.flatnonzero(mark))

    def _left(self, rows: slice | Index, here: slice | Index) -> Work:
        return replace(
            self,
            at=rows,
            placed=None if self.placed is None else self.placed[here],
            amounts=None if self.amounts is None else self.amounts[here],
            moved={name: codes[here] for name, codes in self.moved.items()} if self.moved else self.moved,
            force=None if self.force is None else each(self.force, here),
        )

    def sure(self) -> Work:
        """Without the unsure rows."""
        if not len(self.unsure):
            return self
        mark = np.ones(len(self), np.bool_)
        mark[self.unsure] = False
        return self.kept(mark)

    def doubting(self, positions: Index) -> Work:
        """With the rows at these positions unsure as well."""
        if not len(positions):
            return self
        rows = positions + self.at.start if isinstance(self.at, slice) else self.at[positions]
        return replace(self, doubts=np.union1d(self.doubts, rows))

    def where(self, positions: Index) -> Bools:
        """The places of these rows."""
        found = np.zeros(self.view.places, np.bool_)
        found[self.place[positions]] = True
        return found

    def doubtful(self) -> Bools | None:
        """Where a row is unsure, or more may come."""
        return either(self.open, self.where(self.unsure) if len(self.unsure) else None)

    def blur(self, places: Bools | None) -> Work:
        """With these places blurred as well."""
        return self if places is None else replace(self, blurred=either(self.blurred, places))

    def lacking(self, places: Bools | None) -> Work:
        """With something missing at these places as well."""
        return self if places is None else replace(self, missing=either(self.missing, places))

    # ---------------------------------------------------------------------------------------------- windows

    def until_day(self) -> Work:
        """The rows whose day may have come."""
        return self.spanning(0, 0, self.view.day)

    def within(self, edges: Edges) -> Work:
        """The rows whose day is in a window, or that are in force today; unsure where its edge is in their span."""
        work = self.blur(edges.unclear).lacking(edges.missing)
        if edges.today is False:
            return work.spanning(edges.early, edges.late, edges.end)
        if edges.today is True:
            return work.spanning(0, 0, edges.end).alive(edges.end, None)
        # Here those of a day, there those in force: a day that lies before everything leaves the beginning open.
        early, late = (np.where(edges.today, 0, days) for days in (edges.early, edges.late))
        return work.spanning(early, late, edges.end).alive(edges.end, edges.today)

    def alive(self, day: PerPlace, where: Bools | None) -> Work:
        """The rows in force on a day, at marked places."""
        lasts: Bools = self.source.rows.until[self.at] >= at(day, self.place)
        return self.kept(lasts if where is None else lasts | ~where[self.place])

    def spanning(self, early: PerPlace, late: PerPlace, end: PerPlace) -> Work:
        """The rows that overlap the days from ``early`` to ``end``; those not within ``late`` to ``end`` unsure."""
        if isinstance(self.at, slice):
            if isinstance(early, int) and isinstance(late, int) and isinstance(end, int):
                return self._sliced(self.at, early, late, end)
            # What no place wants is cut off first.
            some = self._sliced(self.at, least(early), 0, most(end))
        else:
            some = self
        place, rows = some.place, some.source.rows
        first, last = rows.first[some.at], rows.last[some.at]
        inside = last >= at(early, place)
        if not (isinstance(end, int) and isinstance(self.at, slice)):
            inside &= first <= at(end, place)
        left = some.kept(inside)
        if not rows.longest and (early is late or np.array_equal(early, late)):
            return left
        place, first, last = left.place, rows.first[left.at], rows.last[left.at]
        return left.doubting(np.flatnonzero((first < at(late, place)) | (last > at(end, place))))

    def _sliced(self, here: slice, early: int, late: int, end: int) -> Work:
        rows = self.source.rows
        # Only rows that begin less than the longest span before an edge can reach over it.
        days = (early - rows.longest, early, end - rows.longest + 1, end + 1)
        wanted = np.array([min(max(day, 0), FOREVER + 1) for day in days], rows.first.dtype)  # else all would be copied
        edges = np.searchsorted(rows.first, wanted).tolist()
        low, begin, near, stop = (min(max(edge, here.start), here.stop) for edge in edges)
        stop = max(begin, stop)
        reach = rows.last[low:begin] >= early
        if not reach.any():
            low = begin
        work = self._left(slice(low, stop), slice(low - here.start, stop - here.start))
        if low < begin:
            placed = work.place.copy()
            placed[: begin - low][~reach] = self.view.nobody
            work = replace(work, placed=placed)
            work = work.doubting(np.flatnonzero(reach & (rows.first[low:begin] < late)))
        near = min(max(near, low), stop)
        work = work.doubting(near - low + np.flatnonzero(rows.last[near:stop] > end))
        if late > early:
            reaching = max(
                begin, min(stop, int(np.searchsorted(rows.first, rows.first.dtype.type(min(late, FOREVER + 1)))))
            )
            work = work.doubting(np.arange(begin - low, reaching - low))
        return work

    def during(self, edges: Edges) -> Work:
        """The lasting rows in force at some time in a window, and of them only that time."""
        work = self.blur(edges.unclear).lacking(edges.missing)
        rows, place = work.source.rows, work.place
        inside = (rows.first[work.at] <= at(edges.end, place)) & (rows.until[work.at] >= at(edges.early, place))
        work = work.kept(inside)
        place = work.place
        early, late, end = (at(days, place) for days in (edges.early, edges.late, edges.end))
        doubt = (rows.last[work.at] > end) | (rows.until[work.at] < late)
        begins, by, ends = work.in_force
        force = (np.maximum(begins, early), np.maximum(by, late), np.minimum(ends, end))
        return replace(work, force=force).doubting(np.flatnonzero(doubt))

    # ---------------------------------------------------------------------------------------------- filters

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of evidence that the rows are of."""
        return self.source.kinds

    def codes(self, attribute: str) -> Codes | None:
        """The code of an attribute in each row, -1 where it is lacking; None where no row has it."""
        if attribute in self.moved:
            return self.moved[attribute]
        codes = self.source.rows.attributes.get(attribute)
        if codes is not None:
            return codes[self.at]
        if attribute == "kind" and self.came is None and len(self.kinds) == 1:
            return np.full(len(self), self.view.new_code("kind", self.kinds[0]), np.int32)
        return None

    def is_number(self, attribute: str) -> bool:
        """Whether an attribute is a whole number, which is its own code."""
        return attribute == "member" or any(self.view.is_number(kind, attribute) for kind in self.kinds)

    def numbers(self, attribute: str) -> tuple[Ints | Codes | None, int]:
        """An attribute (``amount`` too) as whole numbers, below 0 where it is lacking, and what 1 is among them."""
        return (self.amount, self.unit) if attribute == "amount" else (self.codes(attribute), 1)

    def filtered(self, accepted: Mapping[str, Accepted], *, drop: bool) -> Work:
        """Only the rows whose attributes are all among those accepted, or all but them."""
        work = self.lacking(not_ready(self.view, accepted))
        bounds = [one for name, one in accepted.items() if name == "amount" and isinstance(one, Bounds)]
        falling = any(key in ("at most", "less than") for one in bounds for key, _ in one.comparisons)
        if bounds and (falling or drop):  # a higher amount may be one that does not stay
            work = work.blur(work.doubtful())
        fits, without = fit(self.view, work, accepted)
        if drop:
            fits = ~fits
        return work.kept(fits if without is None else fits & ~without)

    def unused(self) -> Work:
        """The rows that have not counted in an earlier grant of this ladder to the subject."""
        if self.joined:
            raise ValueError("stretches are made of several rows")
        source = own_rows(self.view, ("used",))
        ladder = source.rows.attributes.get("ladder")
        if ladder is None or not len(source.rows):
            return self
        mine = np.flatnonzero(
            (ladder == self.view.code("ladder", self.view.ladder.id)) & (source.place != self.view.nobody)
        )
        recorded = self.source.rows.recorded[self.at]
        width = int(max(recorded.max(initial=0), source.rows.amount.max(initial=0))) + 1
        checked(width * self.view.places)
        used = source.place[mine] * width + source.rows.amount[mine]
        return self.kept(~np.isin(self.place * width + recorded, used))

    def shifted(self, line: Shift) -> Work:
        """The rows with an attribute moved along its scale."""
        view = self.view
        work = self.lacking(not_ready(view, line.where))
        scale, codes = view.scale(line.shift, self.kinds), work.codes(line.shift)
        if codes is None or not scale:
            return work
        concerned, without = fit(view, work, line.where)
        if without is not None:
            concerned &= ~without
        after, gone = codes.copy(), np.zeros(len(work), np.bool_)
        for nth, term in enumerate(scale):
            here = concerned & (codes == view.code(line.shift, term))
            to = nth + line.by
            if 0 <= to < len(scale) or line.beyond == "keep":
                after[here] = view.new_code(line.shift, scale[min(max(0, to), len(scale) - 1)])
            else:
                gone |= here
        return replace(work, moved={**work.moved, line.shift: after}).kept(~gone)

    # ---------------------------------------------------------------------------------------------- amounts

    def told(self, column: Column, unit: int) -> tuple[Work, Ints | int, int]:
        """What a column says to each row, at a scale, and the highest of it; without rows of which it says nothing."""
        work = self.lacking(column.missing)
        scaled = column.natural(unit)
        highest = max(scaled)
        if not column.keys:
            value = column.at_places(unit)
            return work, value if isinstance(value, int) else value[work.place], highest
        if (found := column.by_code(work)) is not None:
            codes, cells = found
            if (cells[:-1] >= 0).all() and (cells[-1] >= 0 or int(codes.min(initial=0)) >= 0):
                return work, np.array(scaled, np.int64)[cells][codes], highest
        which = column.which_of(work)
        named = np.flatnonzero(which >= 0)
        return work.keep(named), np.array(scaled, np.int64)[which[named]], highest

    def worth(self, column: Column) -> Work:
        """The rows with what a column says as their amounts."""
        work, value, highest = self.told(column, column.fine)
        amounts = np.full(len(work), value, np.int64) if isinstance(value, int) else value
        return replace(work, amounts=amounts, most=highest, unit=column.fine)

    def times(self, column: Column) -> Work:
        """The rows with their amounts multiplied by what a column says."""
        work, value, highest = self.told(column, column.fine)
        highest = checked(work.most * highest)
        return replace(work, amounts=work.amount * value, most=highest, unit=work.unit * column.fine)

    def limited(self, column: Column, *, cap: bool) -> Work:
        """Each amount at most, or at least, a limit."""
        work, value, highest = self.told(column, self.unit)
        if cap and isinstance(value, int) and value >= work.most:
            return work
        amounts = np.minimum(work.amount, value) if cap else np.maximum(work.amount, value)
        return replace(work, amounts=amounts, most=min(work.most, highest) if cap else max(work.most, highest))

    def rounded(self, line: Round) -> Work:
        """The rows with each amount rounded."""
        amounts, unit, highest = rounded(self.amount, self.unit, self.most, line)
        return replace(self, amounts=amounts, most=highest, unit=unit)

    def banded(self, line: Bands) -> Work:
        """The rows with each amount as the value of its band."""
        work = self if line.rising else self.blur(self.doubtful())  # a higher amount may be worth less
        bands = Steps.of(line)
        amounts = bands.values[bands.below(work.amount, work.unit)]
        return replace(work, amounts=amounts, most=int(bands.values.max()), unit=bands.unit)

    def length(self, line: LengthIn, *, low: bool) -> Work:
        """The rows with their completed lengths as their amounts; uncertain where a beginning is."""
        early, late, end = self.in_force
        last, day = np.asarray(end, np.int64), at(self.view.day, self.place)
        ends = np.where(last > day, day, last + 1)  # what goes on has lasted to this day, as years since do
        amounts = completed(late if low else early, ends, line.length)
        work = replace(self, amounts=amounts, most=int(amounts.max(initial=0)), unit=1)
        return work if low else work.doubting(np.flatnonzero(early != late))


def each(force: Force, here: slice | Index) -> Force:
    """The times of some of the rows."""
    early, late, end = force
    return early[here], late[here], end[here]
