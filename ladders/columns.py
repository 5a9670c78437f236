"""Evidence as integers: what the evaluator reads.

Everything countable is rows.  ``Rows`` holds all rows of one kind, for every subject, as NumPy columns of equal
length in one stated order: by ``first``, then ``last``, then ``recorded``, then ``item``.  Days are proleptic
ordinals (``date.toordinal``), amounts are integers at the scale that the catalogue gives the kind, attributes are
codes into ``terms`` (-1: the row does not carry the attribute), and a row is known from the position ``known`` on
and until the position before ``voided``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

NEVER = 2**62
"""A position that no log reaches: a row that was never voided."""
FOREVER = 3_652_059
"""The ordinal of 9999-12-31: in force without an end."""


@dataclass(frozen=True)
class Rows:
    """The rows of one kind, sorted by (first, last, recorded, item); every array has the same length.

    ``until`` is the last day on which a lasting row (standing, membership) is in force, FOREVER while open, and
    FOREVER too for rows that do not last.
    """

    subject: Codes
    first: Days
    last: Days
    until: Days
    amount: Ints
    recorded: Ints
    item: Codes
    known: Ints
    voided: Ints
    attributes: Mapping[str, Codes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.subject)

    @cached_property
    def longest(self) -> int:
        """The most days by which any row's last day lies behind its first: 0 where every day is known exactly."""
        return int((self.last - self.first).max()) if len(self) else 0

    @cached_property
    def most(self) -> int:
        """The highest amount; ValueError for a negative one, with which low and high would change places."""
        if len(self) and int(self.amount.min()) < 0:
            raise ValueError("an amount of evidence is never negative")
        return int(self.amount.max()) if len(self) else 0

    def exist(self, known_at: int) -> Bools | None:
        """Which rows are known at a log position and not voided by it; None for all of them."""
        exist = (self.known <= known_at) & (self.voided > known_at)
        return None if exist.all() else exist

    def numbered(self, attribute: str) -> tuple[Index, int]:
        """A dense number for each (subject, term of the attribute), a number of its own for a row without it.

        Sorting takes far longer than anything else here, so the numbers stay with the rows.
        """
        if attribute not in self._numbers:
            self._numbers[attribute] = numbered(self.subject, self.attributes[attribute])
        return self._numbers[attribute]

    @cached_property
    def _numbers(self) -> dict[str, tuple[Index, int]]:
        return {}

    def take(self, index: Index) -> Rows:
        """The rows at these places, in that order."""
        return Rows(
            self.subject[index],
            self.first[index],
            self.last[index],
            self.until[index],
            self.amount[index],
            self.recorded[index],
            self.item[index],
            self.known[index],
            self.voided[index],
            {name: codes[index] for name, codes in self.attributes.items()},
        )

    def in_order(self) -> Rows:
        """The same rows in the stated order."""
        return self.take(np.lexsort((self.item, self.recorded, self.last, self.first)))


def no_rows(attributes: tuple[str, ...] = ()) -> Rows:
    """No rows, with these attributes."""
    small, large = np.empty(0, np.int32), np.empty(0, np.int64)
    return Rows(small, small, small, small, large, large, small, large, large, dict.fromkeys(attributes, small))


def numbered(subject: Codes | Index, codes: Codes) -> tuple[Index, int]:
    """A dense number for each pair of a subject and a code, a number of its own for a code of -1; how many."""
    pairs = subject.astype(np.int64) * (int(codes.max(initial=0)) + 1) + codes
    alone = np.flatnonzero(codes < 0)
    pairs[alone] = -1 - alone
    _, numbers = np.unique(pairs, return_inverse=True)
    return numbers, int(numbers.max(initial=-1)) + 1


@dataclass(frozen=True)
class Columns:
    """All evidence of a district up to a log position.

    ``kinds`` has the catalogue's kinds and the built-in ones: ``standing`` (attributes ``ladder``, ``rung``,
    ``how``: "granted" or "taken over"), ``member`` (subject is the group; attributes ``member``, a subject number
    and not a code, and ``role``), ``mentee`` (subject is the mentor; ``member`` is the mentee), ``service`` and
    ``birth`` (one row per subject).  ``terms`` gives each attribute's dictionary: code to term.
    """

    position: int
    subjects: int
    kinds: Mapping[str, Rows] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rows(self, kind: str) -> Rows:
        """The rows of a kind; none where nothing of it was ever recorded."""
        return self.kinds.get(kind) or no_rows()

    def code(self, attribute: str, term: str) -> int:
        """The code of a term, or -2, which no row carries, for a term never seen."""
        known = self.terms.get(attribute, ())
        return known.index(term) if term in known else -2

    def with_rows(self, kind: str, rows: Rows) -> Columns:
        """The same columns with other rows of one kind."""
        return replace(self, kinds={**self.kinds, kind: rows})

    def of(self, subjects: Codes) -> Columns:
        """Only these subjects, numbered anew in this order, and behind them whoever is a member or mentee of theirs.

        One pass over the ``subject`` of every kind; what is left is small, and so is all work on it.
        """
        wanted = np.zeros(self.subjects, np.bool_)
        wanted[subjects] = True
        ties = {kind: self.rows(kind) for kind in ("member", "mentee")}
        others = [rows.attributes["member"][wanted[rows.subject]] for rows in ties.values() if len(rows)]
        others = [np.setdiff1d(np.concatenate([*others, np.empty(0, np.int32)]), subjects)]
        wanted[others[0]] = True
        kept = {kind: rows.take(np.flatnonzero(wanted[rows.subject])) for kind, rows in self.kinds.items()}
        # Members of members count for nobody here, but their numbers must stay apart.
        for kind in ties:
            if kind in kept and len(kept[kind]):
                others.append(np.setdiff1d(kept[kind].attributes["member"], np.concatenate([subjects, *others])))
        order = np.concatenate([subjects, *others])
        number = np.full(self.subjects, -1, np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        return replace(
            self, subjects=len(order), kinds={kind: _renumbered(r, kind, number) for kind, r in kept.items()}
        )


def _renumbered(rows: Rows, kind: str, number: Codes) -> Rows:
    """The rows with other subject numbers, those in a membership's ``member`` as well."""
    attributes = dict(rows.attributes)
    if kind in ("member", "mentee") and "member" in attributes:
        attributes["member"] = number[attributes["member"]]
    return replace(rows, subject=number[rows.subject], attributes=attributes)
