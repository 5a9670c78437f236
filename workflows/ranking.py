"""Choosing among the eligible: how many places there are, who comes in which order, and who is in.

Pure and exact: the same entries, rule and lot give the same ranking, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Literal

from events.facts import GroupPlaces, NoPlace
from ladders.model.review import Places
from ladders.reference.choosing import Member, given

LOT = "lot"
"""What is named as parting those who are equal in every criterion and of whom a lot takes some."""

Keys = tuple[Fraction | None, ...]


@dataclass(frozen=True)
class Entry:
    """A candidate whom every stage approved: the group that they compete in, and their value by each criterion.

    ``unit`` is the unit of the kind ``places.per`` (None: of no such unit; without ``per`` it does not matter).
    ``keys`` has one value per criterion of ``places.order``; None where the case has none: that comes last.
    """

    case: str
    unit: str | None
    outside: bool
    keys: Keys


@dataclass(frozen=True)
class People:
    """Who the candidates are, by case; and the ordered terms of their attributes, the lowest first."""

    members: Mapping[str, Member] = field(default_factory=dict)
    scales: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Totals:
    """How many of a group came how far, those outside the count left out: what a share is a share of."""

    nominated: int = 0
    eligible: int = 0
    approved: int = 0


@dataclass(frozen=True)
class Rank:
    """Where a case came in its group, as ``events.facts.Placed`` says it.

    Equals share a rank, and as many ranks after it are left out: 1, 2, 2, 4.  ``tied`` is how many share it, None for
    one alone.  ``by`` is the first criterion in which it is better than the next rank, None for the last one;
    ``lot`` where a lot took some of those who share its rank.  A case outside the count has the rank at which it
    would stand; it takes no place and parts nobody.
    """

    case: str
    unit: str | None
    outcome: Literal["in", "out", "outside"]
    rank: int
    of: int
    places: int
    tied: int | None = None
    by: str | None = None
    rung: str | None = None
    """Whose places they are, where the ladder places on the highest rung that is met."""
    higher: tuple[NoPlace, ...] = ()
    """The higher rungs on which there was no place for it."""


@dataclass(frozen=True)
class Ranking:
    """A whole ranking: every case (by group, then rank), the groups, and the hash of the list."""

    ranks: tuple[Rank, ...]
    groups: tuple[GroupPlaces, ...]
    outside: int
    list_sha256: str


def rank(
    entries: Iterable[Entry],
    places: Places,
    totals: Mapping[str | None, Totals],
    lot: str | None = None,
    people: People | None = None,
) -> Ranking:
    """Rank the entries and give the places out; ``people`` say who they are, where the rule asks what to make of them.

    ``totals`` are by group (only None where places are for the whole cycle); a group without candidates is named all
    the same.  ``lot`` is what the lots are drawn with; ValueError if it is missing where the rule draws lots.
    """
    if places.ties == "lot" and not lot:
        raise ValueError("the rule draws lots: a lot is needed")
    groups: dict[str | None, list[Entry]] = {unit: [] for unit in totals}
    for entry in entries:
        if len(entry.keys) != len(places.order):
            raise ValueError(f"{entry.case} has {len(entry.keys)} values for {len(places.order)} criteria")
        groups.setdefault(entry.unit if places.per else None, []).append(entry)
    ranks: list[Rank] = []
    filled: list[GroupPlaces] = []
    for unit, members in sorted(groups.items(), key=lambda item: item[0] or ""):
        number = places_of(places, totals.get(unit, Totals()))
        ranked = _group(members, places, unit, number, lot or "", people or People())
        taken = sum(one.outcome == "in" for one in ranked)
        candidates = sum(not one.outside for one in members)
        filled.append(GroupPlaces(unit=unit, candidates=candidates, places=number, taken=taken))
        ranks += ranked
    outside = sum(one.outcome == "outside" for one in ranks)
    return Ranking(tuple(ranks), tuple(filled), outside, list_sha256(ranks))


def places_of(places: Places, totals: Totals) -> int:
    """How many places a group has: the number, or the share of its people, rounded as the rule says."""
    assert not isinstance(places.number, dict)  # each rung has its own: ``Places.of``
    if isinstance(places.number, int):
        return places.number
    share = places.number.share * int(getattr(totals, places.number.of))
    match places.rounding:
        case "up":
            return -(-share.numerator // share.denominator)
        case "half up":
            return (share + Fraction(1, 2)).__floor__()
    return share.__floor__()


def list_sha256(ranks: Iterable[Rank]) -> str:
    """The hash of a ranking: SHA-256 over its lines ``rank case``, each ended by a line feed.

    By rank and then by case; those outside the count are not on the list.  With places by rung a line is ``rung rank
    case``, by rung first.
    """
    lines = sorted((one.rung or "", one.rank, one.case) for one in ranks if one.outcome != "outside")
    text = "".join(f"{rung} {number} {case}".strip() + "\n" for rung, number, case in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def freed_for(
    case: str,
    rank: int,
    places: int,
    equals: Mapping[str, int],
    better: Sequence[int],
    ties: Literal["all in", "all out", "lot"],
    lot: str = "",
) -> int | None:
    """By which event a case that had no place came to have one, as others of its group left; None while it has none.

    ``equals`` are those who share its rank, itself among them, with the position of the event by which they left (0:
    they are there); ``better`` are those positions of the better ones who left.  It has a place once the ranking of
    those who remain gives it one: what was decided on equals holds on.
    """
    gone = sorted(better)
    for at in sorted({*gone, *equals.values()} - {0}):
        left = places - (rank - 1 - bisect_right(gone, at))
        same = [one for one, since in equals.items() if not 0 < since <= at]
        if left >= len(same) or (left > 0 and ties == "all in"):
            return at
        if left > 0 and ties == "lot" and case in _drawn(lot, same)[:left]:
            return at
    return None


def _drawn(lot: str, cases: Iterable[str]) -> list[str]:
    """Cases in the order in which a lot draws them."""
    return sorted(cases, key=lambda one: (hashlib.sha256(f"{lot}{one}".encode()).digest(), one))


Order = tuple[tuple[bool, Fraction], ...]


def _group(
    members: Sequence[Entry], places: Places, unit: str | None, number: int, lot: str, people: People
) -> list[Rank]:
    """The ranks of one group: those who compete, best first, then those outside the count."""

    def order(entry: Entry) -> Order:
        pairs = zip(entry.keys, places.order, strict=True)
        return tuple((value is None, _upward(value, criterion.lowest_first)) for value, criterion in pairs)

    counted = sorted((one for one in members if not one.outside), key=lambda one: (order(one), one.case))
    equals = [(key, list(same)) for key, same in groupby(counted, order)]
    of, ranks, firsts, better = len(counted), list[Rank](), list[int](), 0
    chosen = _chosen([[one.case for one in same] for _, same in equals], places, number, lot, people)
    for i, (key, same) in enumerate(equals):
        firsts.append(better + 1)
        by = _parted(key, equals[i + 1][0], places) if i + 1 < len(equals) else None
        tied = len(same) if len(same) > 1 else None
        left = max(0, number - better)
        if chosen is not None:
            same.sort(key=lambda one: one.case not in chosen)
            left = sum(one.case in chosen for one in same)
            by = LOT if 0 < left < len(same) else by
        elif 0 < left < len(same):  # the last place falls among equals
            if places.ties == "lot":
                by = LOT
                drawn_first = {one: nth for nth, one in enumerate(_drawn(lot, (entry.case for entry in same)))}
                same.sort(key=lambda one: drawn_first[one.case])
            else:
                left = len(same) if places.ties == "all in" else 0
        for drawn, one in enumerate(same):
            ranks.append(Rank(one.case, unit, "in" if drawn < left else "out", better + 1, of, number, tied, by))
        better += len(same)
    keys, firsts = [key for key, _ in equals], [*firsts, of + 1]
    for one in sorted((one for one in members if one.outside), key=lambda one: (order(one), one.case)):
        ranks.append(Rank(one.case, unit, "outside", firsts[bisect_left(keys, order(one))], of, number))
    return ranks


def _chosen(
    equals: Iterable[Sequence[str]], places: Places, number: int, lot: str, people: People
) -> frozenset[str] | None:
    """Who gets a place where those taken must be made of certain sorts; equals in the order of a lot.

    None where the rule does not say so.
    """
    if not places.composition:
        return None
    ranked = [people.members.get(one, Member(one)) for same in equals for one in _drawn(lot, same)]
    return frozenset(given(ranked, number, places.composition, people.scales))


def _upward(value: Fraction | None, lowest_first: bool) -> Fraction:
    """A value as it sorts: the best is the smallest."""
    if value is None:
        return Fraction(0)
    return value if lowest_first else -value


def _parted(key: tuple[tuple[bool, Fraction], ...], after: tuple[tuple[bool, Fraction], ...], places: Places) -> str:
    """The first criterion in which two differ."""
    pairs = zip(key, after, places.order, strict=True)
    return next(str(criterion) for mine, theirs, criterion in pairs if mine != theirs)
