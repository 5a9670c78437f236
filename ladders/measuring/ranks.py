"""Ranks among those who have the same attribute: by sorting, and exactly, whatever the numbers are fractions of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ladders.evidence.columns import Bools, Index, Ints
from ladders.evidence.vectors import LARGEST


@dataclass(frozen=True)
class Field:
    """Numbers between ``low / over`` and ``high / over``, each in a group (-1: in none), ``vague`` where unlimited."""

    group: Index
    low: Ints
    high: Ints
    over: Ints | int
    vague: Bools


def ranks(mine: Field, peers: Field, me: Index) -> tuple[Ints, Ints, Ints]:
    """Of each of mine the lowest and the highest number that its rank may have, and how many it is among.

    ``me`` says which of the peers each of mine is: nobody competes with himself.
    """
    keys = _keys(mine, peers)
    (my_low, my_high), (low, high) = keys[:2], keys[2:]
    width = 1 + int(max(one.max(initial=0) for one in keys))
    count = 1 + int(max(mine.group.max(initial=0), peers.group.max(initial=0)))
    group = np.maximum(mine.group, 0)

    def higher(which: Bools, value: Ints, than: Ints) -> Ints:
        """How many of these in each one's group are higher."""
        ordered = np.sort(peers.group[which] * width + value[which])
        until = np.searchsorted(ordered, (group + 1) * width)
        return until - np.searchsorted(ordered, group * width + than, "right")

    there, certain = peers.group >= 0, (peers.group >= 0) & ~peers.vague
    vague = np.bincount(peers.group[there & peers.vague], minlength=count)[group]
    among = np.bincount(peers.group[there], minlength=count)[group]
    myself = (peers.group[me] == group) & there[me]
    above = higher(certain, low, my_high) - (myself & certain[me] & (low[me] > my_high))
    perhaps = vague + higher(certain, high, my_low) - (myself & (peers.vague[me] | (high[me] > my_low)))
    return 1 + above, 1 + perhaps, among - myself + 1


def _keys(mine: Field, peers: Field) -> list[Ints]:
    """Whole numbers in the order of the fractions, equal where these are equal: of mine, then of the peers."""
    overs = [np.maximum(np.broadcast_to(np.asarray(one.over, np.int64), one.low.shape), 1) for one in (mine, peers)]
    values = [(end, over) for one, over in zip((mine, peers), overs, strict=True) for end in (one.low, one.high)]
    # Fractions whose denominators are at most so much differ by one over its square, or not at all.
    largest = int(max(over.max(initial=1) for over in overs))
    same = all(int(over.min(initial=largest)) == largest for over in overs)
    fine = 1 if same else largest**2
    if max(int(np.abs(end).max(initial=0)) for end, _ in values) * fine > LARGEST:
        scaled = [(end.astype(object) * fine) // over.astype(object) for end, over in values]
    else:
        scaled = [end * fine // (1 if same else over) for end, over in values]
    ordered = np.unique(np.concatenate(scaled))
    return [np.searchsorted(ordered, one) for one in scaled]
