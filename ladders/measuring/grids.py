"""Grids of keys by places: where the rows of each key and place fall together, without sorting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ladders.evidence.columns import Index, Ints
from ladders.evidence.vectors import checked, total
from ladders.measuring.work import Work

BEYOND = 1_000_000
"""Cells that a grid may have beyond four for each row."""


@dataclass(frozen=True)
class Grid:
    """Rows with the cell of each in a grid of keys by places, or in numbered groups."""

    work: Work
    cell: Index
    count: int
    width: int | None
    """So many keys; the cells behind them have one row each, that lacks the key.  None for numbered groups."""

    @cached_property
    def places_of_cells(self) -> Index:
        """The place of each cell; nobody's, of an empty one that is not in the grid."""
        places = self.work.view.places
        of = np.full(self.count, self.work.view.nobody)
        if self.width is None:
            of[self.cell] = self.work.place
            return of
        of[: self.width * places] = np.tile(np.arange(places), self.width)
        behind = np.flatnonzero(self.cell >= self.width * places)
        of[self.cell[behind]] = self.work.place[behind]
        return of

    def summed(self, cells: Ints) -> Ints:
        """The sum of the cells of each place."""
        places = self.work.view.places
        if self.width is None and cells.dtype == np.int8:
            return np.bincount(self.places_of_cells[np.flatnonzero(cells)], minlength=places)
        checked(int(cells.max(initial=0)) * self.count)
        if self.width is None:
            return total(self.places_of_cells, cells, places, 0)
        inside = self.width * places
        found: Ints = cells[:inside].reshape(self.width, places).sum(axis=0)
        if self.count > inside:
            np.add.at(found, self.places_of_cells[inside:], cells[inside:])
        return found


def in_grid(work: Work, codes: Ints) -> Grid | None:
    """Rows in a grid by their codes; None where that would be too large."""
    places = work.view.places
    high = int(codes.max(initial=-1))
    low = int(codes.min(initial=high))
    offset = max(low, 0)
    width = high + 1 - offset
    if width * places > 4 * len(work) + BEYOND:
        return None
    cell = codes.astype(np.intp)
    if offset:
        cell -= offset
    cell *= places
    cell += work.place
    if low >= 0:
        return Grid(work, cell, width * places, width)
    alone = np.flatnonzero(codes < 0)
    cell[alone] = width * places + np.arange(len(alone))
    return Grid(work, cell, width * places + len(alone), width)


def in_slices(work: Work, edges: Index) -> Grid:
    """Rows in a grid by slices of them: the key of the rows before the first of these edges is 0, and so on."""
    places, cell = work.view.places, np.empty(len(work), np.intp)
    begins = [0, *edges.tolist(), len(work)]
    for key, (begin, end) in enumerate(pairwise(begins)):
        np.add(work.place[begin:end], key * places, out=cell[begin:end])
    width = len(begins) - 1
    return Grid(work, cell, width * places, width)
