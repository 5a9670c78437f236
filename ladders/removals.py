"""Whether a removal can turn *met* as days go by, although nothing new was recorded."""

from __future__ import annotations

from ladders.model import (
    BUILT_IN_KINDS,
    AClause,
    BestPer,
    Cap,
    Compare,
    Floor,
    Group,
    Ladder,
    Last,
    LatestPer,
    Line,
    Measure,
    Step,
)


def can_turn_met_by_time(step: Step, ladder: Ladder) -> bool:
    """False only where time alone takes rows away and the clauses ask for many: *at least* and *more than*.

    Then it is enough to look at those about whom something was recorded.  A row counts from its last day on, so those
    whose rows were recorded before that day (a span that is not over, a day to come) must be looked at on that day.
    """
    return any(_can_turn(clause, ladder) for clause in step.clauses)


def _can_turn(clause: AClause, ladder: Ladder) -> bool:
    if isinstance(clause, Group):
        return clause.combination == "none" or any(_can_turn(option, ladder) for option in clause.options)
    if not isinstance(clause, Compare) or clause.absent == "met":
        return True
    measure = ladder.measure_of(clause)
    if not isinstance(measure, Measure) or measure.evidence[0] in BUILT_IN_KINDS:
        return True  # years grow, and standings and memberships may be recorded before they begin
    if any(key not in ("at least", "more than") for key, _ in clause.comparisons):
        return True
    return not _only_loses(measure.then)


def _only_loses(lines: tuple[Line, ...]) -> bool:
    """Whether the number can only fall while rows leave the window."""
    chosen = False
    for line in lines:
        if isinstance(line, LatestPer) or (isinstance(line, Last) and line.verb not in ("count", "sum")):
            return False
        if chosen and not isinstance(line, Cap | Floor | Last):
            return False  # when the best of a key leaves, the next best may be what a later line lets through
        chosen = chosen or isinstance(line, BestPer)
    return True
