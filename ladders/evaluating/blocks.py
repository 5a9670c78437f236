"""A cohort taken in blocks: what its clauses came to, one block behind the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ladders.evaluating.found import Found
from ladders.evidence.columns import Bools, Ints


def joined(parts: Sequence[Found]) -> Found:
    """What a clause came to in several blocks, one behind the other; without the rows."""
    lengths = [len(part.outcome) for part in parts]

    def marks(name: str) -> Bools | None:
        some = [getattr(part, name) for part in parts]
        if all(one is None for one in some):
            return None
        return np.concatenate(
            [np.zeros(n, np.bool_) if one is None else one for one, n in zip(some, lengths, strict=True)]
        )

    def numbers(values: Sequence[Ints | int | None]) -> Ints | None:
        if any(one is None for one in values):
            return None
        return np.concatenate(
            [
                np.full(n, one) if isinstance(one, int) else np.asarray(one)
                for one, n in zip(values, lengths, strict=True)
            ]
        )

    low = numbers([part.low for part in parts])
    high = low if all(part.high is part.low for part in parts) else numbers([part.high for part in parts])
    overs = {part.over for part in parts if isinstance(part.over, int)}
    same = len(overs) == 1 and all(isinstance(part.over, int) for part in parts)
    over = overs.pop() if same else numbers([part.over for part in parts])
    assert over is not None
    outcome = np.concatenate([part.outcome for part in parts])
    return Found(outcome, low, high, over, marks("undefined"), marks("open"))
