"""What a measure comes to between its two readings, at every place, and what follows the verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import lcm

import numpy as np

from ladders.evidence.columns import Bools, Index, Ints
from ladders.evidence.edges import reference_day
from ladders.evidence.lookups import column, told
from ladders.evidence.vectors import LARGEST, checked, either
from ladders.evidence.view import Source, View
from ladders.measuring.families import read_among_kin
from ladders.measuring.measure import split, told_apart
from ladders.measuring.numbers_of_rows import Number
from ladders.measuring.ranks import Field, ranks
from ladders.measuring.rounding import Steps, rounded
from ladders.model.lines import Bands, Cap, Floor, Last, Line, NothingBelow, RankPer, RankSharePer, Round, Times
from ladders.model.measures import Addend, AMeasure, Extreme, Measure, Total
from ladders.model.windows import Day
from ladders.model.words import Asked


@dataclass(frozen=True)
class Measured:
    """A measure at every place: between ``low / over`` and ``high / over``, or why there is no number.

    Marks are None where they are set nowhere.  ``missing``: something is not known of the subject.  ``unclear``: an
    unsure row decides which rows speak.  ``nothing``: no row reached a verb that needs one.  ``open``: more may come,
    there is no ``high``.  What is marked by several is the first of these.  ``unit`` is what 1 is at the scale of the
    amounts; ``over`` differs from it for a mean and a share (not ``settled``).
    """

    low: Ints
    high: Ints
    over: Ints | int
    unit: int
    missing: Bools | None = None
    unclear: Bools | None = None
    nothing: Bools | None = None
    open: Bools | None = None
    settled: bool = True
    readings: tuple[Number, ...] = ()

    @property
    def undefined(self) -> Bools | None:
        """Where there is no number."""
        return either(either(self.missing, self.unclear), self.nothing)

    def used(self) -> list[tuple[Source, Index]]:
        """The rows that counted."""
        found = [one for reading in self.readings for one in reading.counted()]
        if self.missing is None:
            return found
        return [(source, rows[~self.missing[source.place[rows]]]) for source, rows in found]


def measured(view: View, measure: AMeasure, name: str | None = None) -> Measured:
    """What a measure comes to, whichever of the unsure rows count; of a measure with a name it is found once."""
    return _measured(view, measure) if name is None else named(view, name)


def named(view: View, name: str) -> Measured:
    """What the measure of that name comes to."""
    return view.once(("measured", name), lambda: _measured(view, view.ladder.measures[name]))


def _measured(view: View, measure: AMeasure) -> Measured:
    lacking: Bools | None = None
    if isinstance(measure, Total):
        found, later = _total(view, measure), measure.then
    elif isinstance(measure, Extreme):
        found, later = _extreme(view, measure), measure.then
    else:
        if measure.on is not None:
            view, lacking = referred(view, measure.on)
            measure = measure.model_copy(update={"on": None})
        found, later = _read(view, measure), split(measure.then)[1]
    for nth, line in enumerate(later):
        before = measure.model_copy(update={"then": measure.then[: len(measure.then) - len(later) + nth]})
        found = _after(view, line, found, before)
    return replace(found, missing=either(found.missing, lacking)) if lacking is not None else found


def referred(view: View, day: Day) -> tuple[View, Bools | None]:
    """The view as of a reference day, and where there is none."""
    of = reference_day(view, day)
    none = np.array([of(one) is None for one in view.days])
    lacking = none[view.copies] if none.any() else None
    return view.once(("as of", str(day)), lambda: view.as_of(lambda one: of(one) or one)), lacking


def _read(view: View, measure: Measure) -> Measured:
    """Both readings up to the verb."""
    high, low, forked = read_among_kin(view, measure)
    verb = split(measure.then)[0][-1]
    unclear = high.blurred
    nothing = high.empty if high.empty is not None and high.empty.any() else None
    least = high.value
    if low is not None and forked is not None:
        least = np.where(forked, low.value, high.value)
        if low.empty is not None:
            gone = low.empty & forked
            unclear = either(unclear, gone if nothing is None else gone & ~nothing)
    readings = (high,) if low is None else (high, low)
    return Measured(
        least, high.value, high.over, high.unit, high.missing, unclear, nothing, high.open,
        settled=verb != Last(verb="mean"), readings=readings,
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- totals


def _parts(view: View, addends: tuple[Addend, ...]) -> tuple[list[Measured], int]:
    """The parts of a measure made of others, all over one denominator, and that."""
    parts = []
    for addend in addends:
        found = named(view, addend.measure)
        if not found.settled:
            raise ValueError(f"a mean or a share is rounded before it is put together: {addend.measure}")
        parts.append(_times(view, found, addend.times))
    over = lcm(*(part.over for part in parts if isinstance(part.over, int)))
    scaled = []
    for part in parts:
        assert isinstance(part.over, int)
        factor = over // part.over
        checked(max(1, int(part.high.max(initial=0))) * factor)
        scaled.append(replace(part, low=part.low * factor, high=part.high * factor, over=over, unit=over))
    return scaled, over


def _any(parts: Sequence[Measured], name: str) -> Bools | None:
    found: Bools | None = None
    for part in parts:
        found = either(found, getattr(part, name))
    return found


def _total(view: View, measure: Total) -> Measured:
    """The sum of the parts: as uncertain as the most uncertain of them."""
    parts, over = _parts(view, measure.total)
    checked(sum(int(part.high.max(initial=0)) for part in parts))
    low = np.zeros(view.places, np.int64)
    high = low
    for part in parts:
        low, high = low + part.low, high + part.high
    missing, unclear, nothing, open_ = (_any(parts, name) for name in ("missing", "unclear", "nothing", "open"))
    readings = tuple(reading for part in parts for reading in part.readings)
    return Measured(low, high, over, over, missing, unclear, nothing, open_, readings=readings)


def _extreme(view: View, measure: Extreme) -> Measured:
    """The highest, or the lowest, of the parts that have something to go on."""
    parts, over = _parts(view, measure.parts)
    highest = measure.highest_of is not None
    away = -1 if highest else LARGEST
    low, high = np.full(view.places, away, np.int64), np.full(view.places, away, np.int64)
    chosen = np.maximum if highest else np.minimum
    nobody, everywhere = np.zeros(view.places, np.bool_), np.ones(view.places, np.bool_)
    nothing, unclear, some_open, all_open = everywhere, nobody, nobody, everywhere
    for part in parts:
        unclear_here = nobody if part.unclear is None else part.unclear
        said = everywhere if part.nothing is None else ~part.nothing | unclear_here
        is_open = nobody if part.open is None else part.open
        low = np.where(said, chosen(low, part.low), low)
        high = np.where(said & ~is_open, chosen(high, part.high), high)
        nothing, unclear = nothing & ~said, unclear | (unclear_here & said)
        some_open, all_open = some_open | (said & is_open), all_open & (~said | is_open)
    open_ = some_open if highest else all_open
    readings = tuple(reading for part in parts for reading in part.readings)
    return Measured(
        np.where(nothing, 0, low), np.where(nothing | open_, 0, high), over, over, _any(parts, "missing"), unclear,
        nothing, open_ & ~nothing, readings=readings,
    )  # fmt: skip


def _times(view: View, found: Measured, factor: Asked) -> Measured:
    """A number times a factor, at a scale fine enough for every entry of the factor's column."""
    by = column(view, factor)
    fine, value = by.fine, by.at_places(by.fine)
    highest = max(by.natural(fine))
    checked(max(1, int(found.high.max(initial=0))) * highest)
    checked(_largest(found.over) * fine)
    same = found.low is found.high
    high = found.high * value
    return replace(
        found,
        low=high if same else found.low * value,
        high=high,
        over=found.over * fine,
        unit=found.unit * fine,
        missing=either(found.missing, by.missing),
    )


def _largest(over: Ints | int) -> int:
    return over if isinstance(over, int) else int(over.max(initial=1))


# ----------------------------------------------------------------------------------------------- after the verb


def _after(view: View, line: Line, found: Measured, before: AMeasure) -> Measured:
    """What a line after the verb makes of the number that the lines ``before`` came to."""
    if isinstance(line, Times):
        return _times(view, found, line.times)
    if isinstance(line, Round):
        return _rounded(found, line)
    if isinstance(line, RankPer | RankSharePer):
        return _rank(view, line, found, before)
    if before.then and isinstance(before.then[-1], RankSharePer):
        raise ValueError("a share of a rank is rounded before anything else is done to it")
    if isinstance(line, NothingBelow):
        least = column(view, line.nothing_below)
        limit = _multiplied(least.at_places(least.fine), found.over)
        ends = [np.where(_multiplied(end, least.fine) < limit, 0, end) for end in (found.low, found.high)]
        return replace(found, low=ends[0], high=ends[1], missing=either(found.missing, least.missing))
    if isinstance(line, Cap | Floor):
        return _limited(view, line, found)
    if isinstance(line, Bands):
        return _banded(line, found)
    raise ValueError("this line stands before the verb")


def _banded(line: Bands, found: Measured) -> Measured:
    """The value of the number's band; between the least and the greatest of those that it may be in."""
    bands = Steps.of(line)
    over = found.over if isinstance(found.over, int) else np.maximum(found.over, 1)
    unclear, many = found.unclear, len(bands.values)
    low = bands.below(found.low, over)
    high = low if found.low is found.high else bands.below(found.high, over)
    if found.open is not None:
        if not line.rising:
            unclear = either(unclear, found.open if found.nothing is None else found.open & ~found.nothing)
        high = np.where(found.open, low, high)
    if line.rising:
        ends = bands.values[low], bands.values[high]
    else:
        between = [[bands.values[i : max(i, j) + 1] for j in range(many)] for i in range(many)]
        least, most = (np.array([[of(one) for one in row] for row in between]) for of in (np.min, np.max))
        ends = least[low, high], most[low, high]
    open_ = found.open if line.rising else None
    return replace(
        found, low=ends[0], high=ends[1], over=bands.unit, unit=bands.unit, unclear=unclear, open=open_, settled=True
    )


def _multiplied(one: Ints | int, other: Ints | int) -> Ints:
    checked(max(1, _largest(one)) * max(1, _largest(other)))
    return np.asarray(one, np.int64) * np.asarray(other, np.int64)


def _rounded(found: Measured, line: Round) -> Measured:
    over = found.over if isinstance(found.over, int) else np.maximum(found.over, 1)
    high, unit, _ = rounded(found.high, over, max(0, int(found.high.max(initial=0))), line)
    low = high
    if found.low is not found.high:
        low, _, _ = rounded(found.low, over, max(0, int(found.low.max(initial=0))), line)
    return replace(found, low=low, high=high, over=unit, unit=unit, settled=True)


def _limited(view: View, line: Cap | Floor, found: Measured) -> Measured:
    """The number at most, or at least, a limit; that of a mean multiplied out."""
    limits = column(view, line.cap if isinstance(line, Cap) else line.floor)
    highest = max(limits.natural(found.unit))
    value = limits.at_places(found.unit)
    if not isinstance(found.over, int) or found.over != found.unit:
        counts = found.over // found.unit
        if isinstance(line, Cap) and isinstance(value, int):  # a cap above every sum caps nothing: keep it small
            value = highest = min(value, LARGEST // max(1, _largest(counts)))
        checked(highest * _largest(counts))
        value = value * counts
    bound = np.minimum if isinstance(line, Cap) else np.maximum
    high = bound(found.high, value)
    low = high if found.low is found.high else bound(found.low, value)
    return replace(found, low=low, high=high, missing=either(found.missing, limits.missing))


# ----------------------------------------------------------------------------------------------------------- ranks


def _rank(view: View, line: RankPer | RankSharePer, mine: Measured, before: AMeasure) -> Measured:
    """The subject's rank among those who have the same attribute and a number, 1 for the highest."""
    name, shared = (line.rank_per, False) if isinstance(line, RankPer) else (line.rank_share_per, True)
    if view.ladder.attributes[name].setting is not None:
        raise ValueError("a rank is among those who have an attribute of their own")
    own = told(view, name)
    lacking = either(mine.missing, own.unknown | (own.code < 0))
    unclear = mine.unclear
    if mine.open is not None:
        without = either(either(mine.missing, mine.unclear), mine.nothing)
        unclear = either(unclear, mine.open if without is None else mine.open & ~without)
    everybody, me = view.everybody()
    theirs = everybody.once(("measured", told_apart(before)), lambda: _measured(everybody, before))
    attribute = told(everybody, name)
    left_out = either(either(theirs.missing, theirs.nothing), attribute.unknown)
    peers = np.where(attribute.code < 0 if left_out is None else left_out | (attribute.code < 0), -1, attribute.code)
    peers[everybody.nobody] = -1
    vague = either(theirs.unclear, theirs.open)
    low, high, among = ranks(
        Field(own.code_in({term: n for n, term in enumerate(attribute.terms)}), mine.low, mine.high, mine.over, _NONE),
        Field(peers, theirs.low, theirs.high, theirs.over, np.zeros(len(peers), np.bool_) if vague is None else vague),
        me,
    )
    return replace(
        mine, low=low, high=high, over=among if shared else 1, unit=1, missing=lacking, unclear=unclear, open=None,
        settled=not shared,
    )  # fmt: skip


_NONE: Bools = np.empty(0, np.bool_)
