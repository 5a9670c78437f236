"""Which clauses follow from which: the same asked again, more asked of less, and what cannot hold together.

Only what is certain: clauses that decide by themselves (no ``when``, ``unless``, ``absent``, dispensation, and not
advisory), on one measure, or on measures of which one takes fewer of the other's rows and can never be higher.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from events.facts import Catalogue
from ladders.checking.carried import Carried
from ladders.model.ladder import (
    Accepted,
    AClause,
    AMeasure,
    AtLeastLevel,
    AtMostLevel,
    Bounds,
    Cap,
    Compare,
    CountPer,
    Distinct,
    Except,
    Floor,
    Group,
    Holds,
    Is,
    Ladder,
    Last,
    Line,
    Measure,
    Meets,
    Move,
    Only,
    Round,
    Span,
    Step,
    SumPer,
    Times,
    Top,
    Window,
    Within,
    Worth,
    YearsSince,
)
from ladders.reading.nodes import Path

Bound = tuple[Literal["least", "most"], Fraction, bool]
"""At least, or at most, this; true where more, or less, is asked than that."""


@dataclass(frozen=True)
class Atom:
    """A clause that decides by itself, where it is written, and what it is held against."""

    path: Path
    clause: AClause
    bounds: tuple[Bound, ...] = ()
    measured: AMeasure | YearsSince | Move | None = None
    tail: str = ""
    """The measure without its first filters, as text: of one tail, only these make a difference."""
    filters: tuple[Line, ...] = ()


def plain(clause: AClause) -> bool:
    """Whether a clause decides by itself."""
    beside = (clause.when, clause.unless, clause.absent, clause.dispensation)
    return clause.strength == "binding" and all(one is None for one in beside)


class Implications:
    """What follows from what in a ladder that has no error against its catalogue."""

    def __init__(self, ladder: Ladder, catalogue: Catalogue) -> None:
        self.ladder, self.catalogue = ladder, catalogue

    def together(self, path: Path, clauses: tuple[AClause, ...], step: Step) -> Iterator[tuple[Path, AClause, Step]]:
        """The clauses that must all be met, each under its step: of a list, of groups with ``all``, of lists met."""
        for number, clause in enumerate(clauses):
            place = (*path, number)
            if not plain(clause):
                continue
            if isinstance(clause, Group) and clause.combination == "all" and not clause.one_item_serves_once:
                yield from self.together((*place, "all"), clause.options, step)
                continue
            yield place, clause, step
            if isinstance(clause, Meets) and isinstance(clause.meets, str):
                ((inner, listed),) = self.ladder.inside(clause, step)
                yield from self.together(("requirements", clause.meets), listed, inner)

    def atom(self, path: Path, clause: AClause, step: Step) -> Atom | None:
        """A clause as an atom; None for those of which nothing is said here."""
        if not plain(clause):
            return None
        if isinstance(clause, Holds | Is):
            return Atom(path, clause)
        if not isinstance(clause, Compare) or clause.due is not None:
            return None
        bounds: list[Bound] = []
        for key, asked in clause.comparisons:
            try:
                number = Fraction(self.ladder.look_up(asked, step))
            except KeyError:
                return None
            bounds.append(("least" if key in ("at least", "more than") else "most", number, "than" in key))
        measured = self.ladder.measure_of(clause)
        if not isinstance(measured, Measure):
            return Atom(path, clause, tuple(bounds), measured, repr(measured))
        if clause.measure is not None and clause.on is not None:
            return None
        first = next((n for n, line in enumerate(measured.then) if not isinstance(line, Within | Only | Except)), 0)
        if any(line.skipping for line in measured.then[:first] if isinstance(line, Within)):
            first = 0
        tail = repr((measured.evidence, measured.through, measured.across, measured.on, measured.then[first:]))
        return Atom(path, clause, tuple(bounds), measured, tail, measured.then[:first])

    # ------------------------------------------------------------------------------------------------ what follows

    def implies(self, one: Atom, other: Atom) -> bool:
        """Whether whoever meets the one meets the other as well."""
        if isinstance(one.clause, Holds) and isinstance(other.clause, Holds):
            same = (one.clause.ladder or self.ladder.id) == (other.clause.ladder or self.ladder.id)
            weaker = other.clause.has_held is not None or one.clause.has_held is None
            return same and weaker and set(one.clause.rungs) <= set(other.clause.rungs)
        if isinstance(one.clause, Is) and isinstance(other.clause, Is):
            here, there = self.terms(one.clause), self.terms(other.clause)
            return one.clause.is_ == other.clause.is_ and here is not None and there is not None and here <= there
        if one.measured is None or other.measured is None:
            return False
        return all(any(self.bound_implies(one, mine, other, its) for mine in one.bounds) for its in other.bounds)

    def bound_implies(self, one: Atom, mine: Bound, other: Atom, its: Bound) -> bool:
        """Whether a bound of the one measure says a bound of the other."""
        (way, number, strict), (to, limit, strictly) = mine, its
        if way != to or (number == limit and strictly and not strict):
            return False
        if way == "least":
            return number >= limit and self.never_higher(one, other)
        return number <= limit and self.never_higher(other, one)

    def excludes(self, one: Atom, other: Atom) -> bool:
        """Whether nobody can meet both."""
        if isinstance(one.clause, Is) and isinstance(other.clause, Is) and one.clause.is_ == other.clause.is_:
            here, there = self.terms(one.clause), self.terms(other.clause)
            return here is not None and there is not None and not here & there
        if one.measured is None or other.measured is None:
            return False
        pairs = [(a, mine, b, its) for a, b in ((one, other), (other, one)) for mine in a.bounds for its in b.bounds]
        return any(
            mine[0] == "least"
            and its[0] == "most"
            and (mine[1] > its[1] or (mine[1] == its[1] and (mine[2] or its[2])))
            and self.never_higher(a, b)
            for a, mine, b, its in pairs
        )

    def terms(self, clause: Is) -> frozenset[str] | None:
        """The terms that an attribute may have to meet a clause; None where that is not known."""
        if clause.one_of is not None:
            return frozenset(clause.one_of)
        attribute = self.ladder.attributes[clause.is_]
        taken = attribute.highest or attribute.latest
        if attribute.evidence is None or taken is None:
            return None
        scale = Carried(self.catalogue, (attribute.evidence,)).scale(taken)
        ids = [term.id for term in scale.terms] if scale and scale.ordered else []
        for term, after in ((clause.at_least, True), (clause.at_most, False)):
            if term is not None and term in ids:
                ids = ids[ids.index(term) :] if after else ids[: ids.index(term) + 1]
        return frozenset(ids) if ids else None

    # -------------------------------------------------------------------------------------------- never the higher

    def never_higher(self, one: Atom, other: Atom) -> bool:
        """Whether the one's number is never above the other's: it is the same measure, or takes fewer of its rows."""
        if one.tail != other.tail:
            return False
        if one.filters == other.filters and self.same_roles(one, other):
            return True
        a, b = one.measured, other.measured
        if not isinstance(a, Measure) or not isinstance(b, Measure) or not rising(a.then[len(one.filters) :]):
            return False
        roles = b.roles is None or (a.roles is not None and set(a.roles) <= set(b.roles))
        carried = Carried(self.catalogue, a.evidence, a.through is not None)
        return roles and all(any(self.narrower(mine, its, carried) for mine in one.filters) for its in other.filters)

    def same_roles(self, one: Atom, other: Atom) -> bool:
        """Whether rows come through the same members."""
        a, b = one.measured, other.measured
        return not isinstance(a, Measure) or not isinstance(b, Measure) or a.roles == b.roles

    def narrower(self, one: Line, other: Line, carried: Carried) -> bool:
        """Whether every row that the one keeps is kept by the other."""
        if isinstance(one, Within) and isinstance(other, Within):
            if one == other:
                return True
            alone = one.otherwise is None and other.otherwise is None
            return alone and inside(one.within, other.within)
        if isinstance(one, Only) and isinstance(other, Only):
            return all(
                name in one.only and self.accepts_less(one.only[name], accepted, name, carried)
                for name, accepted in other.only.items()
            )
        return one == other

    def accepts_less(self, one: Accepted, other: Accepted, name: str, carried: Carried) -> bool:
        """Whether whatever the one accepts is accepted by the other."""
        if one == other:
            return True
        here, there = (terms_accepted(accepted, name, carried) for accepted in (one, other))
        return here is not None and there is not None and here <= there


def terms_accepted(accepted: Accepted, name: str, carried: Carried) -> frozenset[str] | None:
    """The terms that are accepted; None where that cannot be told here."""
    if isinstance(accepted, tuple):
        return frozenset(accepted)
    scale = carried.scale(name)
    if scale is None or not isinstance(accepted, AtLeastLevel | AtMostLevel):
        return None
    ids = [term.id for term in scale.terms]
    if accepted.term not in ids:
        return None
    at = ids.index(accepted.term)
    return frozenset(ids[at:] if isinstance(accepted, AtLeastLevel) else ids[: at + 1])


def inside(one: Window, other: Window) -> bool:
    """Whether all days of the one window are days of the other, whatever the day; false where that is not certain."""
    if one == other:
        return True
    if one.kind == other.kind == "last" and one.span and other.span:
        return longest(one.span) <= shortest(other.span) or (
            one.span.unit == other.span.unit and one.span.n <= other.span.n
        )
    if one.kind == other.kind == "periods":
        return one.period == other.period and one.full == other.full and one.n <= other.n
    if one.kind == other.kind == "dates":
        early, late = other.first or date.min, other.last or date.max
        # Without a last day a window ends on the day that is asked about.
        same_end = one.last is not None and one.last <= late if other.last else True
        return (one.first or date.min) >= early and same_end
    return False


def longest(span: Span) -> int:
    """The days that a length of time has at most."""
    return span.n * {"years": 366, "months": 31, "days": 1}[span.unit]


def shortest(span: Span) -> int:
    """The days that a length of time has at least."""
    return span.n * {"years": 365, "months": 28, "days": 1}[span.unit]


def rising(lines: tuple[Line, ...]) -> bool:
    """Whether more rows never make the number lower."""
    for line in lines:
        match line:
            case Cap() | Floor() | SumPer() | CountPer() | Round() | Distinct() | Last(verb="sum" | "count" | "best"):
                continue
            case Times(times=Fraction()) | Worth(worth=Decimal() | Fraction()):
                continue
            case Top(by="amount"):
                continue
            case Only(only=only) if all(
                isinstance(one, Bounds) and one.at_most is None and one.less_than is None and one.of is None
                for one in only.values()
            ):
                continue
            case _:
                return False
    return True
