"""Numbers over columns as multiples of what they are rounded to, and as the values of their bands."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

import numpy as np

from ladders.evidence.columns import Index, Ints
from ladders.evidence.tables import exact
from ladders.evidence.vectors import checked
from ladders.model.ladder import Bands, Round


@dataclass(frozen=True)
class Steps:
    """Bands as numbers: their lower edges, and what a number is worth of which so many edges are not higher."""

    edges: tuple[Fraction, ...]
    values: Ints
    unit: int
    """What 1 is among the values."""

    @staticmethod
    def of(line: Bands) -> Steps:
        """The bands of a line; ValueError for a negative value."""
        worth = [Fraction(0), *(exact(value) for _, value in line.bands)]
        if min(worth) < 0:
            raise ValueError("an amount is never negative")
        unit = lcm(*(one.denominator for one in worth))
        edges = tuple(Fraction(edge) for edge, _ in line.bands)
        return Steps(edges, np.array([checked(int(one * unit)) for one in worth], np.int64), unit)

    def below(self, value: Ints, over: Ints | int) -> Index:
        """How many edges are not higher than each number."""
        if isinstance(over, int):
            needs = np.array([checked(ceil(edge * over)) for edge in self.edges], np.int64)
            return np.searchsorted(needs, value, "right")
        found = np.zeros(len(value), np.intp)
        for edge in self.edges:
            checked(edge.numerator * int(over.max(initial=1)))
            checked(edge.denominator * max(1, int(value.max(initial=0))))
            found += value * edge.denominator >= edge.numerator * over
        return found


def rounded(value: Ints, over: Ints | int, highest: int, line: Round) -> tuple[Ints, int, int]:
    """Values over a number as multiples of what they are rounded to, what 1 is among these, and the most there is.

    ``over`` may stand at every place another; where it is 0 nothing is measured, and the value means nothing.
    """
    up, down = line.to.as_integer_ratio()
    largest = over if isinstance(over, int) else int(over.max(initial=1))
    checked(2 * highest * down + 2 * largest * up)
    value, over = value * down, over * up
    if line.round == "nearest":
        many = (2 * value + over) // (2 * over)
    else:
        many = value // over if line.round == "down" else -(-value // over)
    return many * up, down, checked((highest * down // up + 1) * up)
