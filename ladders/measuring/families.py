"""Measures that differ in their windows alone: the last year, three years, five years.

What the shorter window came to is where the longer one goes on, so that every row is looked at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from ladders.evidence.columns import Bools, Index
from ladders.evidence.edges import edges_of
from ladders.evidence.lookups import column
from ladders.evidence.view import Source, View
from ladders.measuring.folding import filled, fold_of, grid, limits_of, nothing_in, overs, summed
from ladders.measuring.measure import beginning, begun, line_of, more_may_come, read, split, told_apart
from ladders.measuring.numbers_of_rows import Number, Used
from ladders.measuring.work import Work
from ladders.model.lines import Bands, Cap, Except, Floor, Line, Only, Round, Times, Within, Worth
from ladders.model.measures import Measure

ALONG = (Only, Except, Worth, Times, Cap, Floor, Round, Bands)
"""Lines that mean the same before a window as after it."""


def kin(measure: Measure) -> tuple[Hashable, Within] | None:
    """What a measure has in common with those of other windows, and its own; None for one that has no such kin."""
    lines, _ = split(measure.then)
    window, rest = lines[0], lines[1:]
    if not isinstance(window, Within) or window.within.kind != "last" or window.otherwise or window.skipping:
        return None
    after = next(nth for nth, line in enumerate(rest) if not isinstance(line, ALONG))
    if fold_of(rest[after:]) is None:
        return None
    return (*beginning(measure), str(measure.on), *map(told_apart, rest)), window


def read_among_kin(view: View, measure: Measure) -> tuple[Number, Number | None, Bools | None]:
    """As ``measure.read``; a measure with kin is read together with them."""
    family = kin(measure) if view.families else None
    if family is None or len(view.families.get(family[0], ())) < 2:
        return read(view, measure)
    key, window = family
    windows = view.families[key]
    found = view.once(("family", key), lambda: _family(view, measure, windows))
    number = found.get(told_apart(window))
    return read(view, measure) if number is None else (number, None, None)


def _family(view: View, measure: Measure, windows: Sequence[Within]) -> dict[str, Number]:
    """By window what the measure comes to; nothing where a day is uncertain or more may come."""
    lines, _ = split(measure.then)
    edges = [(edges_of(view, window), window) for window in windows]
    if not isinstance(view.day, int) or more_may_come(view, measure, list(windows)) is not None:
        return {}
    days = sorted(((one.early, window) for one, window in edges if isinstance(one.early, int)), key=lambda one: -one[0])
    work, nth = _filtered(view, measure, lines, days[-1][1], windows)
    if work.source.rows.longest or len(work.unsure):
        return {}
    fold = fold_of(lines[nth:])
    if fold is None or any(column(view, one.cap).keys for one in fold.after if isinstance(one, Cap)):
        return {}
    table = grid(work, fold.key)
    limits, unit, work = limits_of(fold, table.work)
    if work.blurred is not None:
        return {}
    cells = nothing_in(fold, table)
    found: dict[str, Number] = {}
    end, first = len(work), work.source.rows.first
    for early, window in days:
        begin = int(np.searchsorted(first, first.dtype.type(max(early, 0))))
        at = work.at
        begin = begin - at.start if isinstance(at, slice) else int(np.searchsorted(at, begin))
        begin = min(max(begin, 0), end)
        filled(fold, table, cells, slice(begin, end))
        end = begin
        value = cells.copy() if fold.key is None else summed(fold, table, cells, unit, limits)
        found[told_apart(window)] = Number.of(
            value, *overs(fold, unit), None, work, _counted(view, measure, window, lines)
        )
    return found


def _filtered(
    view: View, measure: Measure, lines: Sequence[Line], longest: Within, windows: Sequence[Within]
) -> tuple[Work, int]:
    """The rows of the longest window after the lines that look at single rows, and how many lines that were."""
    end = next(nth for nth, line in enumerate(lines) if nth and not isinstance(line, ALONG))
    key = run_of(measure, lines, windows)
    work: Work | None = view.stages.get(key)
    if work is None:
        work = begun(view, measure, []).within(edges_of(view, longest))
        for nth in range(1, end):
            work = line_of(work, tuple(lines), nth, low=False)
        if key in view.shares:
            _ = work.place, work.amount  # made once for all families
            view.stages[key] = work
    view.used_stage(key)
    return work, end


def run_of(measure: Measure, lines: Sequence[Line], windows: Sequence[Within]) -> Hashable:
    """What families have in common that look at the same single rows."""
    along = [line for line in lines[1:] if isinstance(line, ALONG)]
    first = next(nth for nth, line in enumerate(lines) if nth and not isinstance(line, ALONG))
    return "run", *beginning(measure), *map(told_apart, [*windows, *along[: first - 1]])


def _counted(view: View, measure: Measure, window: Within, lines: Sequence[Line]) -> Used:
    alone = measure.model_copy(update={"then": (window, *lines[1:])})

    def used() -> list[tuple[Source, Index]]:
        return read(view, alone)[0].counted()

    return used
