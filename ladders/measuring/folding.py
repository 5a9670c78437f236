"""Groups that are only capped and then added or counted: one number for each cell, and never a row for each group.

Measures that differ in their windows alone (the last year, three years, five years) are a *family*: what the shorter
window came to is where the longer one goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import numpy as np

from ladders.evidence.calendars import Common
from ladders.evidence.columns import Bools, Ints
from ladders.evidence.edges import divided, is_period
from ladders.evidence.lookups import column
from ladders.evidence.tables import Column
from ladders.evidence.vectors import checked
from ladders.measuring.grids import Grid, in_grid, in_slices
from ladders.measuring.groups import groups, keys
from ladders.measuring.numbers_of_rows import Number, Used
from ladders.measuring.work import Work
from ladders.model.lines import (
    BestPer,
    Cap,
    CountPer,
    Distinct,
    Key,
    Last,
    Line,
    Only,
    SumPer,
    keys_of,
)
from ladders.model.words import Bounds


@dataclass(frozen=True)
class Fold:
    """How the rows of each cell become one number, what is done to that, and what is made of a place's cells.

    ``how``: ``add`` or ``count`` the rows, take the ``most``, or see whether there is ``any``.  ``after``: caps, and
    the least that a cell must have to stay.
    """

    how: str
    key: Key | None
    """None: each place is one cell."""
    after: tuple[Cap | Only, ...] = ()
    counted: bool = False
    """The number of cells that are left, and not their sum."""


def fold_of(lines: Sequence[Line]) -> Fold | None:
    """The lines as a fold; None where they are not."""
    line, verb = lines[0], lines[-1]
    if isinstance(line, Distinct):
        return Fold("any", line.distinct)
    if not (isinstance(verb, Last) and verb.verb in ("sum", "count")):
        return None
    if len(lines) == 1:
        return Fold("add" if verb.verb == "sum" else "count", None)
    after = tuple(one for one in lines[1:-1] if isinstance(one, Cap) or (isinstance(one, Only) and _rises(one)))
    if len(after) < len(lines) - 2:
        return None
    counted = verb.verb == "count"
    key = _key(line)
    if key is not None and counted and not any(isinstance(one, Only) for one in after):
        return Fold("any", key, after)
    if key is None:
        return None
    how = "most" if isinstance(line, BestPer) else "add" if isinstance(line, SumPer) else "count"
    return Fold(how, key, after, counted)


def _key(line: Line) -> Key | None:
    """The key of a line that makes groups, whose best row is that of the highest amount."""
    if isinstance(line, BestPer):
        return None if line.by else line.best_per
    return line.sum_per if isinstance(line, SumPer) else line.count_per if isinstance(line, CountPer) else None


def _rises(line: Only) -> bool:
    """Whether it keeps what has enough, and nothing that is nothing."""
    if set(line.only) != {"amount"}:
        return False
    bounds = line.only["amount"]
    if not isinstance(bounds, Bounds) or bounds.of is not None:
        return False
    return any(_is_some(asked) for _, asked in bounds.comparisons) and all(
        key in ("at least", "more than") and not isinstance(asked, str) for key, asked in bounds.comparisons
    )


def _is_some(asked: object) -> bool:
    return not isinstance(asked, str) and bool(asked)


def grid(work: Work, key: Key | None) -> Grid:
    """Rows (perhaps without those that do not exist) with the cells that they fall into."""
    if key is None:
        return Grid(work, work.place, work.view.places, 1)
    if (found := _by_periods(work, key)) is not None:
        return found
    work, values = keys(work, key)
    if len(values) == 1 and (found := in_grid(work, values[0])) is not None:
        return found
    return Grid(*groups(work, key), None)


def _by_periods(work: Work, key: Key) -> Grid | None:
    """Rows sorted by day in periods that are the same for everybody: slices of them; None for all else."""
    name = keys_of(key)[0]
    rows = work.source.rows
    if len(keys_of(key)) > 1 or not is_period(work.view, name) or name in rows.attributes:
        return None
    if work.came is not None or not isinstance(work.at, slice) or rows.longest or not len(work):
        return None
    by = divided(work.view, name).by
    if not isinstance(by, Common) or by.lowest is not None:
        return None
    first = rows.first[work.at]
    numbers = by.numbers(first[[0, -1]])
    later = by.first(np.arange(int(numbers[0]) + 1, int(numbers[1]) + 1))
    return in_slices(work, np.searchsorted(first, later.astype(first.dtype)))


def nothing_in(fold: Fold, grid: Grid) -> Ints:
    """The cells before any row is in them."""
    return np.zeros(grid.count, np.int8) if fold.how == "any" else np.zeros(grid.count, np.int64)


def filled(fold: Fold, grid: Grid, cells: Ints, some: slice) -> None:
    """Put some of the rows into the cells."""
    work, cell = grid.work, grid.cell[some]
    if fold.how == "any":
        cells[cell] = 1
    elif fold.how == "count":
        cells += np.bincount(cell, minlength=grid.count)
    elif fold.how == "add":
        checked(work.most * len(work))
        np.add.at(cells, cell, work.amount[some])
    else:
        np.maximum.at(cells, cell, work.amount[some])


def summed(fold: Fold, grid: Grid, cells: Ints, unit: int, limits: Sequence[Column]) -> Ints:
    """What is made of the cells of each place."""
    if fold.key is None:
        return cells
    columns = iter(limits)
    for line in fold.after:
        if isinstance(line, Cap):
            value = next(columns).at_places(unit)
            cells = np.minimum(cells, value if isinstance(value, int) else value[grid.places_of_cells])
        else:
            stays = _enough(line, cells, unit)
            cells = stays.view(np.int8) if fold.counted and line is fold.after[-1] else cells * stays
    if fold.counted and cells.dtype != np.int8:
        cells = (cells > 0).view(np.int8)
    return grid.summed(cells)


def _enough(line: Only, cells: Ints, unit: int) -> Bools:
    bounds = line.only["amount"]
    assert isinstance(bounds, Bounds)
    stays = np.ones(len(cells), np.bool_)
    for key, asked in bounds.comparisons:
        assert isinstance(asked, Decimal | Fraction)
        need = Fraction(asked) * unit
        stays &= cells >= ceil(need) if key == "at least" else cells > floor(need)
    return stays


def number_of(fold: Fold, work: Work, counted: Used) -> Number:
    """What a fold makes of rows."""
    cells_of = grid(work, fold.key)
    limits, unit, work = limits_of(fold, cells_of.work)
    cells = nothing_in(fold, cells_of)
    filled(fold, cells_of, cells, slice(None))
    return Number.of(summed(fold, cells_of, cells, unit, limits), *overs(fold, unit), None, work, counted)


def overs(fold: Fold, unit: int) -> tuple[int, int]:
    """What the number is over, and what 1 is at its scale."""
    over = 1 if fold.counted or fold.how == "any" else unit
    return over, over


def limits_of(fold: Fold, work: Work) -> tuple[list[Column], int, Work]:
    """The caps of a fold, what 1 is among the cells, and the rows with what the caps lack."""
    unit = 1 if fold.how == "count" else work.unit
    limits = [column(work.view, one.cap) for one in fold.after if isinstance(one, Cap)]
    for limit in limits:
        limit.natural(unit)
        work = work.lacking(limit.missing)
    return limits, unit, work
