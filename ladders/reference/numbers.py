"""The meaning of ``jieti-ladder/1``: what a measure comes to between its two readings, and what follows the verb."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Literal

from ladders.model.lines import Bands, Cap, Floor, Last, Line, NothingBelow, RankPer, RankSharePer, Round, Times
from ladders.model.measures import Addend, AMeasure, Extreme, Measure, Total
from ladders.model.words import Asked, Computed
from ladders.reference.items import Identity, band_of, factor_of, finest, limit_of, rounded, split
from ladders.reference.lines import Reading
from ladders.reference.rows import Missing, Place, Row
from ladders.reference.windows import reference_day

NOTHING: frozenset[Identity] = frozenset()


@dataclass(frozen=True)
class Measured:
    """Between ``low / over`` and ``high / over``, or why there is no number.

    ``nothing``: no row reached a verb that needs one.  ``unclear``: an unsure row decides which rows speak.
    ``missing``: something is not known of the subject.  ``open``: more may come, there is no ``high``.  ``unit`` is
    what 1 is at the scale of the amounts; ``over`` differs from it for a mean and a share (not ``settled``).  ``rows``
    are those that counted.
    """

    state: Literal["number", "nothing", "unclear", "missing"] = "missing"
    low: int = 0
    high: int = 0
    over: int = 1
    unit: int = 1
    open: bool = False
    settled: bool = True
    rows: tuple[Row, ...] = ()

    @property
    def lowest(self) -> Fraction:
        """The lower end."""
        return Fraction(self.low, self.over)

    @property
    def highest(self) -> Fraction:
        """The upper end, unless it is ``open``."""
        return Fraction(self.high, self.over)


def measured(place: Place, measure: AMeasure, taken: frozenset[Identity] = NOTHING) -> Measured:
    """What a measure comes to, without the rows that are taken already."""
    try:
        if isinstance(measure, Total):
            found, later = _total(place, measure, taken), measure.then
        elif isinstance(measure, Extreme):
            found, later = _extreme(place, measure, taken), measure.then
        else:
            if measure.on is not None:
                place, measure = place.on(reference_day(place, measure.on)), measure.model_copy(update={"on": None})
            found, later = _read(place, measure, taken), split(measure.then)[1]
        for number, line in enumerate(later):
            before = measure.model_copy(update={"then": measure.then[: len(measure.then) - len(later) + number]})
            found = _after(place, line, found, before)
    except Missing:
        return Measured()
    return found


def _read(place: Place, measure: Measure, taken: frozenset[Identity]) -> Measured:
    """Both readings up to the verb."""
    reading = Reading(place, measure, taken, low=False)
    most, least = reading.number(), Reading(place, measure, taken, low=True).number()
    verb = reading.lines[-1]
    never = Measured("unclear", over=most.over, unit=most.unit, rows=most.rows + least.rows)
    never = replace(never, settled=verb != Last(verb="mean"))
    if most.unclear:
        return never
    if most.value is None:
        return replace(never, state="nothing")
    if least.value is None:
        return never
    return replace(never, state="number", low=least.value, high=most.value, open=reading.open)


def _total(place: Place, measure: Total, taken: frozenset[Identity]) -> Measured:
    """The sum of the parts: as uncertain as the most uncertain of them."""
    parts = _parts(place, measure.total, taken)
    states = {part.state for part in parts}
    return Measured(
        "unclear" if "unclear" in states else "nothing" if "nothing" in states else "number",
        low=sum(part.low for part in parts),
        high=sum(part.high for part in parts),
        over=parts[0].over,
        unit=parts[0].over,
        open=any(part.open for part in parts),
        rows=tuple(row for part in parts for row in part.rows),
    )


def _extreme(place: Place, measure: Extreme, taken: frozenset[Identity]) -> Measured:
    """The highest, or the lowest, of the parts that have something to go on."""
    parts = _parts(place, measure.parts, taken)
    said = [part for part in parts if part.state != "nothing"]
    found = replace(parts[0], rows=tuple(row for part in parts for row in part.rows), open=False)
    if any(part.state == "unclear" for part in said):
        return replace(found, state="unclear")
    if not said:
        return replace(found, state="nothing")
    closed = [part.high for part in said if not part.open]
    if measure.highest_of is not None:
        low, high, open_ = max(part.low for part in said), max(closed, default=0), len(closed) < len(said)
    else:
        low, high, open_ = min(part.low for part in said), min(closed, default=0), not closed
    return replace(found, state="number", low=low, high=high, open=open_)


def _parts(place: Place, addends: tuple[Addend, ...], taken: frozenset[Identity]) -> list[Measured]:
    """The parts of a measure made of others, all over one denominator; Missing if one is."""
    parts = []
    for addend in addends:
        found = measured(place, place.ladder.measures[addend.measure], taken)
        if not found.settled:
            raise ValueError(f"a mean or a share is rounded before it is put together: {addend.measure}")
        parts.append(_times(place, found, addend.times))
    if any(part.state == "missing" for part in parts):
        raise Missing
    over = lcm(*(part.over for part in parts))
    return [
        replace(part, low=part.low * over // part.over, high=part.high * over // part.over, over=over, unit=over)
        for part in parts
    ]


def _times(place: Place, found: Measured, factor: Fraction | str) -> Measured:
    """A number times a factor, at a scale fine enough for every entry of the factor's column."""
    column = place.column(factor)
    fine = factor_of(column)
    times = int(column.alone * fine)
    over, unit = found.over * fine, found.unit * fine
    return replace(found, low=found.low * times, high=found.high * times, over=over, unit=unit)


# ----------------------------------------------------------------------------------------------- after the verb


def _after(place: Place, line: Line, found: Measured, before: AMeasure) -> Measured:
    """What a line after the verb makes of the number that the lines ``before`` came to."""
    if isinstance(line, Times):
        return _times(place, found, line.times)
    if isinstance(line, Round):
        over = Fraction(line.to).denominator
        ends = (int(rounded(Fraction(end, found.over), line) * over) for end in (found.low, found.high))
        low, high = ends
        return replace(found, low=low, high=high, over=over, unit=over, settled=True)
    if isinstance(line, RankPer | RankSharePer):
        return _rank(place, line, found, before)
    if before.then and isinstance(before.then[-1], RankSharePer):
        raise ValueError("a share of a rank is rounded before anything else is done to it")
    if isinstance(line, Bands):
        return _banded(line, found)
    if isinstance(line, NothingBelow):
        least = place.column(line.nothing_below).alone
        low, high = (0 if Fraction(end, found.over) < least else end for end in (found.low, found.high))
        return replace(found, low=low, high=high)
    if isinstance(line, Cap | Floor):
        column = limit_of(place.column(line.cap if isinstance(line, Cap) else line.floor), found.unit)
        edge, bound = int(column.alone * found.over), min if isinstance(line, Cap) else max
        return replace(found, low=bound(found.low, edge), high=bound(found.high, edge))
    raise ValueError("this line stands before the verb")


def _banded(line: Bands, found: Measured) -> Measured:
    """The value of the number's band; between the least and the greatest of those that it may be in."""
    over = finest(line)
    found = replace(found, over=over, unit=over, settled=True) if found.state != "number" else found
    if found.state != "number":
        return found
    if found.open and not line.rising:
        return replace(found, state="unclear", low=0, high=0, over=over, unit=over, settled=True, open=False)
    ends = [found.lowest] if found.open else [found.lowest, found.highest]
    inside = [Fraction(edge) for edge, _ in line.bands if ends[0] < edge <= ends[-1]]
    values = [band_of(line, number) for number in (*ends, *inside)]
    low, high = int(min(values) * over), int(max(values) * over)
    return replace(found, low=low, high=high, over=over, unit=over, settled=True)


def _rank(place: Place, line: RankPer | RankSharePer, mine: Measured, before: AMeasure) -> Measured:
    """The subject's rank among those who have the same attribute and a number, 1 for the highest."""
    name = line.rank_per if isinstance(line, RankPer) else line.rank_share_per
    if place.ladder.attributes[name].setting is not None:
        raise ValueError("a rank is among those who have an attribute of their own")
    told = place.told(name)
    if told.unknown or told.term is None:
        raise Missing
    shared = isinstance(line, RankSharePer)
    if mine.state == "number" and mine.open:
        mine = replace(mine, state="unclear", open=False)
    if mine.state != "number":
        return replace(mine, over=1, unit=1, settled=not shared)
    above, perhaps, peers = 0, 0, 1
    for other in place.everybody():
        its = other.told(name)
        if other.subject == place.subject or its.unknown or its.term != told.term:
            continue
        found = measured(other, before)
        if found.state in ("missing", "nothing"):
            continue
        peers += 1
        vague = found.state == "unclear" or found.open
        above += not vague and found.lowest > mine.highest
        perhaps += vague or found.highest > mine.lowest
    low, high, over = 1 + above, 1 + perhaps, peers if shared else 1
    return replace(mine, low=low, high=high, over=over, unit=1, settled=not shared)


# ------------------------------------------------------------------------------------------------- what is asked


@dataclass(frozen=True)
class Limit:
    """A number that is asked, between two ends; ``high`` None: without an upper one."""

    low: Fraction
    high: Fraction | None

    def lowered(self, to: Fraction) -> Limit:
        """No more than this."""
        return Limit(min(self.low, to), to if self.high is None else min(self.high, to))


def asked_of(place: Place, asked: Asked, taken: frozenset[Identity]) -> tuple[Limit | None, tuple[Row, ...]]:
    """The number that a comparison asks; None where that is not known; and the rows that were counted for it."""
    if not isinstance(asked, Computed):
        try:
            alone = place.column(asked).alone
        except Missing:
            return None, ()
        return Limit(alone, alone), ()
    found = measured(place, place.ladder.measures[asked.measure], taken)
    if found.state == "missing":
        return None, ()
    try:
        column = place.column(asked.times)
    except Missing:
        return None, found.rows
    factor_of(column)  # never negative
    if found.state != "number":
        return None, found.rows
    low, high = (_computed(asked, column.alone, end) for end in (found.lowest, found.highest))
    return Limit(low, None if found.open else high), found.rows


def _computed(asked: Computed, factor: Fraction, end: Fraction) -> Fraction:
    """One end of a computed number."""
    number = end * factor + Fraction(asked.plus)
    if asked.round is None:
        return number
    return Fraction(ceil(number) if asked.round == "up" else floor(number))


def moves(place: Place, entry: str) -> Fraction:
    """The entry for the step's target less that for its source, 0 for the way in's."""
    step = place.step
    source = replace(place, step=step.model_copy(update={"to": step.from_})).column(entry).alone if step.from_ else 0
    return place.column(entry).alone - source
