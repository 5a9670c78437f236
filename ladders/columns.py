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

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

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

    def take(self, index: npt.NDArray[np.intp]) -> Rows:
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
    return Rows(
        small, small, small, small, large, large, small, large, large, dict.fromkeys(attributes, small)
    )


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
