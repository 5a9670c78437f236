"""What the words of ``ladders.model.lists`` come to: compositions, limits, lots, several ballots, grades, cascades.

Pure and exact.  Whoever decides, replays or tests a ladder calls these, so that all of them say the same; the order in
which people and cases are given never matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, groupby
from typing import Literal

from ladders.model.lists import (
    Composition,
    Criterion,
    Grades,
    Multiple,
    Nomination,
    Rounding,
    Rounds,
    UnitKind,
    rounded,
)
from ladders.model.words import Accepted, AtLeastLevel, AtMostLevel

Outcome = Literal["met", "not met", "unknown"]
_WORST: tuple[Outcome, ...] = ("met", "unknown", "not met")


def by_lot(lot: str, names: Iterable[str]) -> list[str]:
    """Names in the order in which a lot draws them: that of SHA-256 over the lot and the name."""
    return sorted(names, key=lambda name: (hashlib.sha256(f"{lot}{name}".encode()).digest(), name))


def drawn(lot: str, pool: Collection[str], count: int) -> tuple[str, ...]:
    """Who of a pool is drawn, in that order; ValueError where the pool is too small."""
    if len(set(pool)) < count:
        raise ValueError(f"{count} cannot be drawn of {len(set(pool))}")
    return tuple(by_lot(lot, set(pool))[:count])


def in_a_row(past: Iterable[Collection[str]], person: str) -> int:
    """In how many of the panels before this one, the newest first and without a gap, somebody sat."""
    count = 0
    for panel in past:
        if person not in panel:
            break
        count += 1
    return count


# ---------------------------------------------------------------------------------------------------- compositions


@dataclass(frozen=True)
class Member:
    """Somebody on a list.

    ``attributes``: by name their term, None where they have none; a name that is left out is unknown.  ``units`` are
    the units that they are in, by kind.
    """

    id: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    units: Mapping[UnitKind, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListFound:
    """What a composition came to: surely ``low``, perhaps ``high`` of ``of`` members are of the sort.

    With ``per`` it is what the unit came to where it is worst.
    """

    composition: str
    outcome: Outcome
    low: int
    high: int
    of: int
    unit: str | None = None


Scales = Mapping[str, Sequence[str]]
"""By attribute the terms of its ordered scale, the lowest first."""


def accepts(accepted: Accepted, term: str | None, scale: Sequence[str] = ()) -> bool:
    """Whether a term is among those accepted; what is not on the scale neither reaches a level nor stays below it.

    ValueError for what only a row of evidence can be held against: limits of a number, entries of a table.
    """
    if isinstance(accepted, tuple):
        return term in accepted
    if isinstance(accepted, AtLeastLevel | AtMostLevel):
        if term not in scale or accepted.term not in scale:
            return False
        here, there = scale.index(term), scale.index(accepted.term)
        return here >= there if isinstance(accepted, AtLeastLevel) else here <= there
    raise ValueError(f"{accepted!r} is no term of a list's members")


def counts(composition: Composition, member: Member, scales: Scales) -> bool | None:
    """Whether a member is of the sort that a composition counts; None where that is unknown."""
    unknown = False
    for name, accepted in composition.only.items():
        if name not in member.attributes:
            unknown = True
        elif not accepts(accepted, member.attributes[name], scales.get(name, ())):
            return False
    return None if unknown else True


def composition_found(
    members: Collection[Member], compositions: Iterable[Composition], scales: Scales | None = None
) -> tuple[ListFound, ...]:
    """What each composition comes to over a list, in their order.

    A share over nobody is unknown.  Whether it is met hangs on the number that is certain and on the one that is
    possible: *at least* is met by the one, not met by the other, else unknown; *at most* the other way round.
    """
    return tuple(_found(members, one, scales or {}) for one in compositions)


def _found(members: Collection[Member], composition: Composition, scales: Scales) -> ListFound:
    known = [(one, counts(composition, one, scales)) for one in members]
    kind, of = composition.per, len(members)
    if kind is None:
        return _held(composition, [sure for _, sure in known], of, None)
    units = {one.units[kind] for one in members if kind in one.units}
    found = [
        _held(composition, [sure for one, sure in known if one.units.get(kind) == unit], of, unit)
        for unit in sorted(units)
    ]
    if not found:
        return _held(composition, [], of, None)
    return max(found, key=lambda one: (_WORST.index(one.outcome), one.high, one.low))  # of equals the first unit


def _held(composition: Composition, sure: Collection[bool | None], of: int, unit: str | None) -> ListFound:
    low = sum(one is True for one in sure)
    high = low + sum(one is None for one in sure)
    outcomes = [_against(key, asked, low, high, of) for key, asked in composition.limits]
    return ListFound(composition.id, max(outcomes, key=_WORST.index, default="met"), low, high, of, unit)


def _against(key: Literal["at least", "at most"], asked: int | Fraction, low: int, high: int, of: int) -> Outcome:
    if isinstance(asked, Fraction):
        if not of:
            return "unknown"
        asked = asked * of
    if key == "at least":
        return "met" if low >= asked else "not met" if high < asked else "unknown"
    return "met" if high <= asked else "not met" if low > asked else "unknown"


# ------------------------------------------------------------------------------------------------------ nomination


def nomination_limit(rule: Nomination, teachers: int | None = None, places: int | None = None) -> int | None:
    """How many may be nominated, in all or of one unit; None where the rule has no limit.

    ValueError where the rule asks for a part of something that is not given.
    """
    if not isinstance(rule.at_most, Multiple):
        return rule.at_most
    base = teachers if rule.at_most.of == "teachers" else places
    if base is None:
        raise ValueError(f"{rule.at_most}: how many {rule.at_most.of} there are is not known")
    return rounded(rule.at_most.times * base, rule.rounding)


# --------------------------------------------------------------------------------------------- several ballots


def next_ballot(
    rounds: Rounds, held: int, votes: Mapping[str, int], reached: Collection[str], places: int | None = None
) -> tuple[str, ...]:
    """Who stands in the next ballot, after ``held`` of them; nobody where there is none.

    ``votes`` are those in favour of everybody who stood in the last one; ``reached`` are those of them who reached
    the threshold.  ``places`` are how many may pass, which ``tied`` needs: ValueError without.
    """
    if held >= rounds.ballots:
        return ()
    if rounds.next == "tied":
        if places is None:
            raise ValueError("who is tied hangs on the places, and they are not known")
        passed = sorted((votes[one] for one in reached), reverse=True)
        if len(passed) <= places or not places or passed[places - 1] != passed[places]:
            return ()
        return tuple(sorted(one for one in reached if votes[one] == passed[places]))
    left = {one: count for one, count in votes.items() if one not in reached}
    number = rounded(Fraction(len(left), 2), "up") if rounds.next == "half" else rounds.next
    if len(left) <= number:
        return tuple(sorted(left))
    edge = sorted(left.values(), reverse=True)[number - 1]
    return tuple(sorted(one for one, count in left.items() if count >= edge))


# ----------------------------------------------------------------------------------------- order, grades and places

Keys = tuple[Fraction | None, ...]
"""A candidate's value by each criterion; None where there is none: that comes last."""


def equals(candidates: Mapping[str, Keys], order: Sequence[Criterion]) -> tuple[tuple[str, ...], ...]:
    """Candidates best first, those together who are equal in every criterion."""

    def place(name: str) -> tuple[tuple[bool, Fraction], ...]:
        pairs = zip(candidates[name], order, strict=True)
        return tuple((value is None, upward(value, criterion.lowest_first)) for value, criterion in pairs)

    ranked = sorted(candidates, key=lambda name: (place(name), name))
    return tuple(tuple(same) for _, same in groupby(ranked, place))


def upward(value: Fraction | None, lowest_first: bool) -> Fraction:
    """A value as it sorts: the best is the smallest."""
    if value is None:
        return Fraction(0)
    return value if lowest_first else -value


@dataclass(frozen=True)
class Graded:
    """The grade that somebody got, and their rank among those graded (equals share one)."""

    id: str
    grade: str
    rank: int


def graded(ranked: Iterable[Collection[str]], rule: Grades, lot: str | None = None) -> tuple[Graded, ...]:
    """Who gets which grade: ``ranked`` are groups of equals, best first (``equals`` makes them); so is the answer.

    ValueError if the rule draws lots and none is given.
    """
    if rule.ties == "lot" and not lot:
        raise ValueError("the rule draws lots: a lot is needed")
    groups = [by_lot(lot or "", same) if rule.ties == "lot" else sorted(same) for same in ranked]
    before = [0, *accumulate(map(len, groups))]
    everybody = before[-1]
    ranks = {one: 1 + before[at] for at, same in enumerate(groups) for one in same}
    found: list[Graded] = []
    for grade in rule.grades:
        left = _number(grade.at_most, everybody, rule.rounding)
        while groups and left > 0:
            same = groups[0]
            fit = len(same) if len(same) <= left or rule.ties == "all in" else left if rule.ties == "lot" else 0
            if not fit:
                break
            found += [Graded(one, grade.id, ranks[one]) for one in same[:fit]]
            groups[0] = same[fit:]
            left -= fit
            if not groups[0]:
                groups.pop(0)
    return tuple(found)


def _number(asked: int | Fraction | None, everybody: int, rounding: Rounding | None) -> int:
    if asked is None:
        return everybody
    return rounded(asked * everybody, rounding) if isinstance(asked, Fraction) else asked


def given(
    ranked: Sequence[Member], places: int, compositions: Sequence[Composition], scales: Scales | None = None
) -> tuple[str, ...]:
    """Who gets a place where the list of those taken is to be made of certain sorts; ``ranked`` are best first.

    First, down the ranks, whoever is of a sort of which a minimum still lacks somebody; then, down the ranks again,
    whoever is left; each time nobody who would go over a maximum, and nobody once the places are gone.  Shares are of
    the places: a minimum is rounded up, a maximum down.  Who may be of a sort (unknown) fills no minimum, and counts
    for a maximum.  What a minimum finds nobody for goes to others.
    """
    taken: dict[str, Member] = {}
    known = scales or {}

    def number(composition: Composition, asked: int | Fraction, key: str) -> int:
        if isinstance(asked, int):
            return asked
        return rounded(asked * places, "up" if key == "at least" else "down")

    def fills(one: Member) -> bool:
        for composition in compositions:
            for key, asked in composition.limits:
                have = sum(counts(composition, other, known) is True for other in taken.values())
                if key == "at least" and counts(composition, one, known) and have < number(composition, asked, key):
                    return True
        return False

    def fits(one: Member) -> bool:
        for composition in compositions:
            for key, asked in composition.limits:
                if key != "at most" or counts(composition, one, known) is False:
                    continue
                kind = composition.per
                if kind is not None and kind not in one.units:
                    continue
                beside = [other for other in taken.values() if counts(composition, other, known) is not False]
                if kind is not None:
                    beside = [other for other in beside if other.units.get(kind) == one.units[kind]]
                if len(beside) >= number(composition, asked, key):
                    return False
        return True

    for wanted in (fills, lambda _: True):
        for one in ranked:
            if len(taken) < places and one.id not in taken and wanted(one) and fits(one):
                taken[one.id] = one
    return tuple(one.id for one in ranked if one.id in taken)


def cascaded(
    rungs: Sequence[str],
    applied: Mapping[str, Collection[str]],
    take: Callable[[str, tuple[str, ...]], Collection[str]],
) -> dict[str, str | None]:
    """By candidate the rung on which they get a place, or None; ``applied`` are the rungs that each applied for.

    ``rungs`` are those with places, the highest first; ``take`` says who of some candidates (by name) get the places
    of a rung.  Whoever is not taken competes for the next lower rung that they applied for, with everybody there.
    """
    found: dict[str, str | None] = dict.fromkeys(sorted(applied))
    for rung in rungs:
        here = tuple(one for one, rung_ in found.items() if rung_ is None and rung in applied[one])
        for one in take(rung, here) if here else ():
            found[one] = rung
    return found
