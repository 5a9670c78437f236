"""Where the rows of a measure come from: kinds of evidence, several as one, and those of related subjects.

A *tie* leads from one subject to another while it is in force; a *chain* of ties is a tie that is in force where all
its links are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ladders.evidence.columns import Bools, Days, Index, Rows, no_rows
from ladders.evidence.vectors import repeated
from ladders.evidence.view import Source, View
from ladders.model.measures import TIES, Chain, Measure


@dataclass(frozen=True)
class Ties:
    """Who is tied to whom, and when: from the first to the last day on which it may have begun, until a last day.

    ``links`` are the rows of evidence that say so, one array for each link of the chain, as numbers in its source.
    """

    of: Index
    to: Index
    first: Days
    last: Days
    until: Days
    links: tuple[tuple[Source, Index], ...]

    def __len__(self) -> int:
        return len(self.of)

    def take(self, index: Index) -> Ties:
        """Only these, in that order."""
        links = tuple((source, rows[index]) for source, rows in self.links)
        return Ties(self.of[index], self.to[index], self.first[index], self.last[index], self.until[index], links)


def own_rows(view: View, kinds: tuple[str, ...]) -> Source:
    """The rows of one kind, or of several as one, where their own subject is."""
    return view.shared(("own", kinds), lambda: _existing(view, kinds))


def _existing(view: View, kinds: tuple[str, ...]) -> Source:
    scales = tuple(_scale(view, kind) for kind in kinds)
    rows = _kind(view, kinds[0]) if len(kinds) == 1 else _union(view, kinds, scales)
    exist = rows.exist(view.question.known_at)
    place = rows.place if exist is None else np.where(exist, rows.place, view.nobody)
    return Source(rows, place, unit=10 ** max(scales), kinds=kinds)


def _scale(view: View, kind: str) -> int:
    """The decimal places of a kind's amounts; of the built-in kinds only a decision has any."""
    declared = view.question.catalogue.kinds.get(kind)
    return declared.amount.scale if declared and declared.amount else 2 if kind == "decision" else 0


def _kind(view: View, kind: str) -> Rows:
    """The rows of a kind; those of dispensations without their amounts, which are no amounts of evidence."""
    rows = view.columns.rows(kind)
    return replace(rows, amount=np.zeros(len(rows), np.int64)) if kind == "dispensation" else rows


def _union(view: View, kinds: tuple[str, ...], scales: tuple[int, ...]) -> Rows:
    made = view.columns.unions
    if (kinds, scales) not in made:
        parts = [_kind(view, kind) for kind in kinds]
        for part, scale in zip(parts, scales, strict=True):
            if part.most * 10 ** (max(scales) - scale) >= 2**63:
                raise OverflowError("these amounts are too large to be added exactly")
        amounts = [part.amount * 10 ** (max(scales) - scale) for part, scale in zip(parts, scales, strict=True)]
        names = dict.fromkeys(name for part in parts for name in part.attributes)
        attributes = {
            name: np.concatenate([part.attributes.get(name, np.full(len(part), -1, np.int32)) for part in parts])
            for name in names
        }
        # Sorting is stable: what is equal in all else stays in the order in which the kinds are written.
        attributes["kind"] = np.repeat(
            np.array([view.new_code("kind", kind) for kind in kinds], np.int32), [len(part) for part in parts]
        )
        columns = ("subject", "first", "last", "until", "recorded", "item", "known", "voided")
        joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in columns}
        made[kinds, scales] = Rows(**joined, amount=np.concatenate(amounts), attributes=attributes).in_order()
    return made[kinds, scales]


# --------------------------------------------------------------------------------------------------------- ties


def ties(view: View, chain: Chain, roles: tuple[str, ...] | None) -> Ties:
    """The ties that a chain makes, each as often as there are ways; with roles, its memberships in these alone."""
    return view.shared(("ties", chain, roles), lambda: _ties(view, chain, roles))


def _ties(view: View, chain: Chain, roles: tuple[str, ...] | None) -> Ties:
    roled = [relation for relation in chain if TIES[relation][0] == "member"] or chain
    links = [_link(view, relation, roles if relation in roled else None) for relation in chain]
    found = links[0]
    for link in links[1:]:
        found = _linked(view, found, link)
    return found


def _link(view: View, relation: str, roles: tuple[str, ...] | None) -> Ties:
    kind, own = TIES[relation]
    source = own_rows(view, (kind,))
    rows = np.flatnonzero(source.place != view.nobody)
    if roles is not None:
        rows = rows[_has_role(view, source, roles)[rows]]
    members = source.rows.attributes.get("member")
    if members is None:
        rows, members = rows[:0], np.empty(0, np.int32)
    of, to = source.place[rows], members[rows].astype(np.intp)
    if not own:
        of, to = to, of
    first, last, until = (days[rows] for days in (source.rows.first, source.rows.last, source.rows.until))
    return Ties(of, to, first, last, until, ((source, rows),))


def _has_role(view: View, source: Source, roles: tuple[str, ...]) -> Bools:
    codes = source.rows.attributes.get("role")
    if codes is None:
        return np.zeros(len(source.rows), np.bool_)
    return np.isin(codes, [view.code("role", role) for role in roles])


def _linked(view: View, near: Ties, far: Ties) -> Ties:
    """Each tie with each that begins where it ends, while both are in force."""
    far = far.take(np.argsort(far.of, kind="stable"))
    counts = np.bincount(far.of, minlength=view.places)
    begins = np.cumsum(counts) - counts
    which, nth = repeated(np.arange(len(near)), counts[near.to])
    other = begins[near.to[which]] + nth
    near, far = near.take(which), far.take(other)
    joined = Ties(
        near.of,
        far.to,
        np.maximum(near.first, far.first),
        np.maximum(near.last, far.last),
        np.minimum(near.until, far.until),
        (*near.links, *far.links),
    )
    return joined.take(np.flatnonzero(joined.first <= joined.until))


# ------------------------------------------------------------------------------------------- rows through ties


def source_of(view: View, measure: Measure) -> Source:
    """The rows of a measure, where they count; those that have served count for nobody."""
    kinds, chain, roles, across = measure.evidence, measure.through, measure.roles, measure.across
    if chain is None:
        source = own_rows(view, kinds)
    elif across == "primary" and len(chain) > 1:
        raise ValueError("across: primary goes with one relation")
    else:
        key = ("through", kinds, chain, roles, across)
        source = view.shared(key, lambda: _through(view, kinds, ties(view, chain, roles), across))
    for serving in view.served:
        source = replace(source, place=np.where(serving.has(source), view.nobody, source.place))
    return source


def _through(view: View, kinds: tuple[str, ...], tied: Ties, across: str) -> Source:
    source = own_rows(view, kinds)
    if not len(tied) or not len(source.rows):
        names = (*source.rows.attributes, "member")
        return replace(source, rows=no_rows(names), place=np.empty(0, np.intp), unsure=np.empty(0, np.intp))
    tied = tied.take(np.argsort(tied.to, kind="stable"))
    counts = np.bincount(tied.to, minlength=view.places)
    counts[view.nobody] = 0
    begins = np.cumsum(counts) - counts
    # Each row as often as its subject is tied to something, with that tie beside it.
    some = np.flatnonzero((counts > 0)[source.place] & (source.place != view.nobody))
    row, nth = repeated(some, counts[source.place[some]])
    tie = begins[source.place[row]] + nth
    first, last = source.rows.first[row], source.rows.last[row]
    inside = np.flatnonzero((tied.first[tie] <= last) & (first <= tied.until[tie]))
    row, tie, first, last = row[inside], tie[inside], first[inside], last[inside]
    sure = (tied.last[tie] <= first) & (last <= tied.until[tie])
    if across == "primary":
        row, tie, sure = _primary(row, tie, sure, tied)
    # Once per group, however many ties hold the row: sure if any of them holds it surely.
    once, where = np.unique(row * view.places + tied.of[tie], return_inverse=True)
    unsure = np.ones(len(once), np.bool_)
    unsure[where[sure]] = False
    row, group = np.divmod(once, view.places)
    rows = source.rows.take(row)
    attributes = {**rows.attributes, "member": rows.subject}
    return replace(
        source,
        rows=replace(rows, subject=group.astype(np.int32), attributes=attributes),
        place=group,
        unsure=np.flatnonzero(unsure),
    )


def _primary(row: Index, tie: Index, sure: Bools, tied: Ties) -> tuple[Index, Index, Bools]:
    """Of the ties that hold a row only those of the group joined first.

    A tie holds the row perhaps where none of another group before it surely does, and surely where it does so itself
    and none of another group before it even may.
    """
    order = np.lexsort((tied.links[0][1][tie], row))  # the links are in their stated order
    row, tie, sure = row[order], tie[order], sure[order]
    group = tied.of[tie]
    perhaps_before = _another_before(row, group, np.ones(len(row), np.bool_))
    surely_before = _another_before(row, group, sure)
    left = np.flatnonzero(~surely_before)
    return row[left], tie[left], (sure & ~perhaps_before)[left]


def _another_before(row: Index, group: Index, holds: Bools) -> Bools:
    """For each tie of a row whether one of another group that holds stands before it."""
    number = np.arange(len(row))
    none = len(row)
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    if not len(begins):
        return np.zeros(0, np.bool_)
    segment = np.repeat(np.arange(len(begins)), np.diff(begins, append=none))
    # The first that holds, and the first of another group than that one's: one of them stands before, or none does.
    first = np.minimum.reduceat(np.where(holds, number, none), begins)[segment]
    group_of_first = np.append(group, -1)[first]
    second = np.minimum.reduceat(np.where(holds & (group != group_of_first), number, none), begins)[segment]
    found: Bools = np.where(group != group_of_first, first, second) < number
    return found
