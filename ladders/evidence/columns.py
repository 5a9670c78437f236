"""Evidence as integers: what the evaluator reads.

Everything countable is rows.  ``Rows`` holds all rows of one kind, for every subject, as NumPy columns of equal
length in one stated order: by ``first``, then ``last``, then ``recorded``, then ``item``.  Days are proleptic
ordinals (``date.toordinal``), amounts are integers at the scale that the catalogue gives the kind, attributes are
codes into ``terms`` (-1: the row does not carry the attribute), and a row is known from the position ``known`` on
and until the position before ``voided``.  An attribute that the catalogue declares a ``number`` is that number itself,
at least 0, and has no dictionary in ``terms``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ladders.model.measures import TIES

# Days and codes are 32 bits wide in the columns, other numbers 64; what is computed of them may be either.
Days = npt.NDArray[np.signedinteger[Any]]
Codes = npt.NDArray[np.signedinteger[Any]]
Ints = npt.NDArray[np.signedinteger[Any]]
Index = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

NEVER = 2**62
"""A position that no log reaches: a row that was never voided."""
FOREVER = 3_652_059
"""The ordinal of 9999-12-31: in force without an end."""
LARGE = 10_000
"""So many rows are many."""
WAIVED = -1
"""The amount of a dispensation that waives its clause."""


@dataclass(frozen=True)
class Rows:
    """The rows of one kind, sorted by (first, last, recorded, item); every array has the same length.

    ``until`` is the last day on which a lasting row (standing, membership, evidence of a kind that lasts) is in force,
    FOREVER while open, and FOREVER too for rows that do not last.
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
    origin: tuple[Rows, Index] | None = field(default=None, repr=False)
    """Of a large part of other rows, these, and which of them it has: their numbers need not be found again."""

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

    @cached_property
    def place(self) -> Index:
        """The subjects as NumPy's own index type: anything else it converts at every use."""
        return self.subject.astype(np.intp)

    @cached_property
    def _settled(self) -> tuple[int, int]:
        """The position from which on all rows are known, and the first at which any is voided."""
        return int(self.known.max(initial=-NEVER)), int(self.voided.min(initial=NEVER))

    def exist(self, known_at: int) -> Bools | None:
        """Which rows are known at a log position and not voided by it; None for all of them."""
        known, voided = self._settled
        if known <= known_at < voided:
            return None
        exist = (self.known <= known_at) & (self.voided > known_at)
        return None if exist.all() else exist

    def numbered(self, attribute: str) -> tuple[Index, int]:
        """A dense number for each (subject, term of the attribute), a number of its own for a row without it.

        Sorting takes far longer than anything else here, so the numbers stay with the rows.
        """
        if attribute not in self._numbers:
            self._numbers[attribute] = self._inherited(attribute)
        return self._numbers[attribute]

    def _inherited(self, attribute: str) -> tuple[Index, int]:
        if self.origin is None:
            return numbered(self.subject, self.attributes[attribute])
        rows, index = self.origin
        numbers, count = rows.numbered(attribute)
        mine = numbers[index]
        there = np.zeros(count, np.bool_)
        there[mine] = True
        dense = np.cumsum(there) - 1
        return dense[mine], int(there.sum())

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

    ``kinds`` has the catalogue's kinds and the built-in ones, all with the day on which they were so: ``standing``
    (attributes ``ladder``, ``rung``, ``how``, see ``kinds``), ``member`` (subject is the group; attributes
    ``member`` and ``role``), ``mentee`` (subject is the mentor; ``member`` is the mentee), ``service`` and ``birth``
    (one row per subject), ``employment`` (``member`` is the unit; so are its id, ``unit``, and its ``unit kind``,
    ``locality`` and ``phase``), ``studios`` and ``units`` (subject is a unit; ``member`` a studio of it, or a unit
    directly below it), ``application`` (``ladder``, ``rung`` and what it states), ``decision`` (``ladder``, ``rung``,
    ``outcome``, ``reason``; the amount is the score at scale 2), ``dispensation`` (``ladder``, ``clause``; the amount
    is the lowered number at scale 6, or ``WAIVED``), ``used`` (subject is who got a grant of ``rung`` of ``ladder``;
    the amount is the position of evidence that counted, known since the grant).  A ``member`` is a subject number and
    not a code.  ``terms`` gives each attribute's dictionary: code to term.
    """

    position: int
    subjects: int
    kinds: Mapping[str, Rows] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: Columns | None = None
    """Of a slice, the columns that it was cut out of; ranks are among everybody."""
    numbers: Codes | None = None
    """Of a slice, the number that each subject has in the whole."""

    def rows(self, kind: str) -> Rows:
        """The rows of a kind; none where nothing of it was ever recorded."""
        return self.kinds.get(kind) or no_rows()

    def code(self, attribute: str, term: str) -> int:
        """The code of a term, or -2, which no row carries, for a term never seen."""
        return self._codes(attribute).get(term, -2)

    def _codes(self, attribute: str) -> Mapping[str, int]:
        if attribute not in self._dictionaries:
            known = self.terms.get(attribute, ())
            self._dictionaries[attribute] = {term: code for code, term in enumerate(known)}
        return self._dictionaries[attribute]

    @cached_property
    def _dictionaries(self) -> dict[str, dict[str, int]]:
        return {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The kinds of which there are rows, in one stated order: what ``kind`` is coded by where several are one."""
        return tuple(sorted(self.kinds))

    @cached_property
    def unions(self) -> dict[object, Rows]:
        """Several kinds as one, by what they were made of; sorting takes long, so they stay with the columns."""
        return {}

    def with_rows(self, kind: str, rows: Rows) -> Columns:
        """The same columns with other rows of one kind."""
        return replace(self, kinds={**self.kinds, kind: rows})

    def of(self, subjects: Codes, reach: Reach | None = None) -> Columns:
        """Only these subjects, numbered anew in this order, and behind them everybody that a chain of ties leads to.

        ``reach`` are the chains that will be asked for (``ladders.evaluating.reach``); without it, members and mentees.
        A pass over the ``subject`` of every kind, and of every tie in a chain; what is left is small, and so is all
        work.
        """
        wanted = np.zeros(self.subjects, np.bool_)
        wanted[subjects] = True
        self._follow(wanted.copy(), {"members": {}, "mentees": {}} if reach is None else reach, wanted)
        kept: dict[str, Rows] = {}
        others = [subjects, np.setdiff1d(np.flatnonzero(wanted).astype(np.int32), subjects)]
        for kind, rows in self.kinds.items():
            mine = wanted[rows.subject]
            if kind in TIE_KINDS and "member" in rows.attributes:
                mine |= wanted[rows.attributes["member"]]
            index = np.flatnonzero(mine)
            part = rows.take(index)
            kept[kind] = replace(part, origin=(rows, index)) if len(index) > LARGE else part
        # Ties lead to some of whom nothing else is kept: their numbers must stay apart.
        ends = [end for kind in TIE_KINDS if kind in kept for end in _ends(kept[kind])]
        others.append(np.setdiff1d(np.concatenate([*ends, np.empty(0, np.int32)]), np.concatenate(others)))
        order = np.concatenate(others).astype(np.int32)
        number = np.full(self.subjects, -1, np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        return replace(
            self,
            subjects=len(order),
            kinds={kind: _renumbered(rows, kind, number) for kind, rows in kept.items()},
            whole=self.whole or self,
            numbers=order if self.numbers is None else self.numbers[order],
        )

    def _follow(self, start: Bools, reach: Reach, wanted: Bools) -> None:
        """Mark everybody that the chains lead to."""
        for relation, further in reach.items():
            kind, own = TIES[relation]
            rows = self.rows(kind)
            if not len(rows):
                continue
            here, there = _ends(rows) if own else reversed(_ends(rows))
            found = np.zeros(self.subjects, np.bool_)
            found[there[start[here]]] = True
            wanted |= found
            self._follow(found, further, wanted)

    def copied(self, times: int) -> Columns:
        """The same subjects so often: copy ``n`` of subject ``s`` has the number ``n * subjects + s``."""
        kinds = {kind: _copied(rows, kind, self.subjects, times) for kind, rows in self.kinds.items()}
        return replace(self, subjects=self.subjects * times, kinds=kinds)


TIE_KINDS = tuple(dict.fromkeys(kind for kind, _ in TIES.values()))

Reach = Mapping[str, "Reach"]
"""Chains of ties as a tree: by the first relation of a chain, what follows it."""


def _ends(rows: Rows) -> tuple[Codes, Codes]:
    """From whom and to whom ties lead."""
    return rows.subject, rows.attributes.get("member", np.empty(0, np.int32))


def _renumbered(rows: Rows, kind: str, number: Codes) -> Rows:
    """The rows with other subject numbers, those in a tie's ``member`` as well."""
    attributes = dict(rows.attributes)
    if kind in TIE_KINDS and "member" in attributes:
        attributes["member"] = number[attributes["member"]]
    return replace(rows, subject=number[rows.subject], attributes=attributes)


def _copied(rows: Rows, kind: str, subjects: int, times: int) -> Rows:
    many = rows.take(np.repeat(np.arange(len(rows)), times))
    shift = np.tile(np.arange(times, dtype=np.int32) * np.int32(subjects), len(rows))
    attributes = dict(many.attributes)
    if kind in TIE_KINDS and "member" in attributes:
        attributes["member"] = attributes["member"] + shift
    return replace(many, subject=many.subject + shift, attributes=attributes)
