"""When a removal can turn *met*: as days go by, although nothing was recorded, or by what is recorded of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ladders.model.ladder import (
    BUILT_IN_KINDS,
    AClause,
    AskedOf,
    BestPer,
    Cap,
    Compare,
    CountPer,
    Except,
    Floor,
    Group,
    Ladder,
    Last,
    Line,
    Lookup,
    Measure,
    Only,
    Part,
    RankPer,
    RankSharePer,
    Step,
    SumPer,
    Window,
    Within,
)


def can_turn_met_by_time(step: Step, ladder: Ladder) -> bool:
    """False only where time alone takes rows away and the clauses ask for many: *at least* and *more than*.

    Then it is enough to look at those about whom something was recorded.  A row counts from its last day on, so those
    whose rows were recorded before that day (a span that is not over, a day to come) must be looked at on that day.
    True wherever that is not sure: it costs only time.
    """
    return any(_can_turn(clause, step, ladder) for clause in step.clauses)


def _can_turn(clause: AClause, step: Step, ladder: Ladder) -> bool:
    if clause.conditions or clause.due is not None or clause.dispensation is not None:
        return True  # what does not apply may apply, what is waived may be asked again
    if isinstance(clause, Group):
        if clause.combination == "none" or clause.one_item_serves_once:
            return True
        return any(_can_turn(option, step, ladder) for option in clause.options)
    if not isinstance(clause, Compare) or clause.absent == "met":
        return True
    measure = ladder.measure_of(clause)
    if not isinstance(measure, Measure) or any(kind in BUILT_IN_KINDS for kind in measure.evidence):
        return True  # years grow, and standings and memberships may be recorded before they begin
    if measure.on is not None or measure.across != "all":
        return True
    for key, asked in clause.comparisons:
        if key not in ("at least", "more than") or not _is_fixed(asked, step, ladder):
            return True
    return not _only_loses(measure.then)


def _is_fixed(asked: Any, step: Step, ladder: Ladder) -> bool:
    """Whether a number hangs on nothing but the step."""
    try:
        return isinstance(ladder.look_up(asked, step), Decimal | Fraction)
    except KeyError:
        return False


def _only_loses(lines: tuple[Line, ...]) -> bool:
    """Whether the number can only fall while rows leave the window."""
    chosen = False
    for line in lines:
        match line:
            case Within():
                fixed = line.skipping is None and all(map(_only_leave, (line.within, line.otherwise)))
            case Only(only=accepted) | Except(except_=accepted):
                fixed = not any(isinstance(one, Lookup) for one in accepted.values())
            case Cap(cap=number) | Floor(floor=number):
                fixed = isinstance(number, Decimal | Fraction)
            case Last():
                fixed = line.verb in ("count", "sum")
            case BestPer():
                fixed = line.by is None
            case SumPer() | CountPer():
                fixed = True
            case _:
                fixed = False
        if not fixed or (chosen and not isinstance(line, Cap | Floor | Last)):
            return False  # when the best of a key leaves, the next best may be what a later line lets through
        chosen = chosen or isinstance(line, BestPer)
    return True


def _only_leave(window: Window | None) -> bool:
    """Whether rows leave the window as days go by, and none comes into it that was there before."""
    if window is None or window.kind in ("last", "dates"):
        return True
    return (
        window.since in ("rung", "service") if window.kind == "since" else window.kind == "periods" and not window.full
    )


# ---------------------------------------------------------------------------------------------------------- others


def asks_of_strangers(step: Step, ladder: Ladder) -> bool:
    """Whether a removal may hang on more than what is recorded of the holder, its members and its mentees.

    That is: on others, on chains of ties, on ranks.  Every measure of the ladder is looked at, whichever the removal
    names: true where that is not sure, which costs only time.
    """
    return any(map(_is_of_strangers, _parts((step.clauses, ladder.measures, ladder.requirements))))


def _is_of_strangers(part: Part) -> bool:
    if isinstance(part, Measure | Compare):
        return part.through not in (None, ("members",), ("mentees",))
    return isinstance(part, AskedOf | RankPer | RankSharePer)


def _parts(value: Any) -> Iterator[Part]:
    """Every part of a file inside a value, itself among them."""
    if isinstance(value, Part):
        yield value
        value = tuple(getattr(value, name) for name in type(value).model_fields)
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ():
        yield from _parts(inner)
