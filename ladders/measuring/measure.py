"""The rows of a measure taken through its lines, up to the verb: a whole cohort at once.

What the lines mean is said in ``ladders.reference.lines``; this, with ``work`` and ``groups``, says it
fast: never a loop over rows or subjects.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from ladders.evidence.columns import Bools, Index
from ladders.evidence.edges import edges_of, hangs_on_subject, looks_ahead
from ladders.evidence.lookups import column
from ladders.evidence.sources import source_of
from ladders.evidence.vectors import best, checked, earliest, either, latest, number, total
from ladders.evidence.view import Source, View
from ladders.measuring import groups
from ladders.measuring.folding import fold_of, number_of
from ladders.measuring.numbers_of_rows import Number
from ladders.measuring.work import Work
from ladders.model.lines import (
    Bands,
    BestPer,
    Cap,
    CountPer,
    Distinct,
    Except,
    FirstPer,
    Floor,
    InForce,
    Join,
    Last,
    LatestPer,
    LengthIn,
    Line,
    Only,
    Round,
    Runs,
    Shift,
    SumPer,
    Times,
    Top,
    Unused,
    Within,
    Worth,
)
from ladders.model.measures import Measure
from ladders.model.words import Bounds, Part

DAYLESS = (Within, InForce, LatestPer, FirstPer, Join, LengthIn, Unused)
ROW_BY_ROW = (Within, InForce, Only, Except, Unused, Shift, Worth, Times, Cap, Floor, Round, Bands)
"""Lines that look at rows one by one: an unsure row changes nothing for the others."""


@dataclass(frozen=True)
class Fork:
    """Where the readings part: the first line that can tell a sure row from an unsure one, and what comes to it.

    All lines before it look at rows one by one.  ``places`` are those with an unsure row there or further on.
    """

    places: Bools
    line: int
    work: Work


@dataclass(frozen=True)
class Stage:
    """How far all rows have come: what is left, and where the sure ones alone take another way."""

    work: Work
    fork: Fork | None = None


def split(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines up to the verb, and those after it; ValueError without a verb."""
    for nth, line in enumerate(lines):
        if isinstance(line, Last | Distinct):
            return lines[: nth + 1], lines[nth + 1 :]
    raise ValueError("a measure needs a verb: sum, count, mean, best, latest, first or distinct")


def read(view: View, measure: Measure) -> tuple[Number, Number | None, Bools | None]:
    """The measure over all rows, and where any of them is unsure (at those places) over the sure ones alone."""
    lines, _ = split(measure.then)
    _in_sequence(lines)
    windows = [line for line in lines if isinstance(line, Within | InForce)]
    open_ = more_may_come(view, measure, windows)
    # Others begin with the same rows, unless something is open in the windows of this one alone.
    alone = open_ is not None or not view.shares
    keys: list[Hashable] = [None] * len(lines) if alone else prefixes(view, measure, lines)
    held = view.stages
    nth = max((nth for nth, key in enumerate(keys) if key in held), default=0)
    stage = held.get(keys[nth]) or Stage(replace(begun(view, measure, windows), open=open_))
    while True:
        if keys[nth] in view.shares:
            held.setdefault(keys[nth], stage)
        stage = _forked(stage, lines, nth)
        if (number := _number(stage.work, lines[nth:], low=False)) is not None:
            break
        stage = replace(stage, work=line_of(stage.work, lines, nth, low=False))
        nth += 1
    for key in keys:
        view.used_stage(key)
    if stage.fork is None:
        return number, None, None
    work, nth = stage.fork.work.kept(stage.fork.places[stage.fork.work.place]).sure(), stage.fork.line
    while (low := _number(work, lines[nth:], low=True)) is None:
        work = line_of(work, lines, nth, low=True).sure()
        nth += 1
    return number, low, stage.fork.places


def prefixes(view: View, measure: Measure, lines: tuple[Line, ...]) -> list[Hashable]:
    """What tells the rows before each line of a measure from those of others."""
    ahead = any(looks_ahead(view, line) for line in lines if isinstance(line, Within | InForce))
    keys: list[Hashable] = [(*beginning(measure), ahead)]
    for line in lines[:-1]:
        keys.append((keys[-1], told_apart(line)))
    return keys


def told_apart(part: Part) -> str:
    """A text that is the same for equal parts of a file, and for no others."""
    return type(part).__name__ + part.model_dump_json(exclude_defaults=True)


def beginning(measure: Measure) -> tuple[object, ...]:
    """What tells the rows of a measure, before all lines, from those of others."""
    return (measure.evidence, measure.through, measure.roles, measure.across)


def _in_sequence(lines: tuple[Line, ...]) -> None:
    """ValueError for a line that has no meaning where it stands."""
    dayless = joined = False
    for line in lines:
        if dayless and (isinstance(line, DAYLESS) or by_day(line)):
            raise ValueError("after a sum or a count per key the rows have no days")
        if joined and isinstance(line, Unused):
            raise ValueError("stretches are made of several rows")
        dayless |= isinstance(line, SumPer | CountPer | Runs)
        joined |= isinstance(line, Join)


def by_day(line: Line) -> bool:
    """Whether a line asks which rows are the latest, or the first."""
    latest = isinstance(line, Last) and line.verb in ("latest", "first")
    return latest or (isinstance(line, Top) and line.by == "day")


def begun(view: View, measure: Measure, windows: list[Within | InForce]) -> Work:
    """The rows that count: none after the day, unless a window looks ahead."""
    source = source_of(view, measure)
    rows = slice(0, len(source.rows))
    work = Work(view, source, rows, source.unit, source.rows.most, source.unsure)
    return work if any(looks_ahead(view, line) for line in windows) else work.until_day()


def more_may_come(view: View, measure: Measure, windows: list[Within | InForce]) -> Bools | None:
    """Where the number is only a lower bound: a period still runs, or the source is declared incomplete there."""
    days = [(line, edges_of(view, line)) for line in windows]
    found: Bools | None = None
    for _, edges in days:
        found = either(found, edges.running)
    fixed = [edges for line, edges in days if not hangs_on_subject(view, line)]
    begin = [np.asarray(edges.early) for edges in fixed] or [np.asarray(0)]
    end = [np.asarray(edges.end) for edges in fixed] or [np.asarray(view.day)]
    early, late = np.max(np.broadcast_arrays(*begin), axis=0), np.min(np.broadcast_arrays(*end), axis=0)
    for one in view.question.settings.incomplete:
        if one.kind in measure.evidence:
            here = (early <= late) & (one.first.toordinal() <= late) & (one.last.toordinal() >= early)
            found = either(found, np.broadcast_to(here, (view.places,)))
    return found


def _forked(stage: Stage, lines: tuple[Line, ...], nth: int) -> Stage:
    """The stage before a line, with the places where the sure rows alone take another way from here on."""
    line, work = lines[nth], stage.work
    unsure = work.unsure
    if isinstance(line, Join | LengthIn):
        early, late, _ = work.in_force
        unsure = np.union1d(unsure, np.flatnonzero(early != late))
    if isinstance(line, ROW_BY_ROW) or not len(unsure):
        return stage
    places = work.where(unsure)
    if stage.fork is None:
        return Stage(work, Fork(places, nth, work))
    return Stage(work, replace(stage.fork, places=stage.fork.places | places))


# ---------------------------------------------------------------------------------------------------------- lines


def line_of(work: Work, lines: tuple[Line, ...], nth: int, *, low: bool) -> Work:
    """The rows after a line that is not the verb."""
    line, view = lines[nth], work.view
    if work.joined and not _monotone_when_joined(line):
        work = work.blur(work.doubtful())
    match line:
        case Within():
            return work.within(edges_of(view, line))
        case InForce():
            return work.during(edges_of(view, line))
        case Only():
            return work.filtered(line.only, drop=False)
        case Except():
            return work.filtered(line.except_, drop=True)
        case Unused():
            return work.unused()
        case Shift():
            return work.shifted(line)
        case Worth():
            return work.worth(column(view, line.worth))
        case Times():
            return work.times(column(view, line.times))
        case Cap() | Floor():
            asked = line.cap if isinstance(line, Cap) else line.floor
            return work.limited(column(view, asked), cap=isinstance(line, Cap))
        case Round():
            return work.rounded(line)
        case Bands():
            return work.banded(line)
        case Join():
            return groups.stretches(work, line, low=low)
        case LengthIn():
            return work.length(line, low=low)
        case BestPer():
            matters = line.by is not None or not amounts_only(view, lines[nth + 1 :])
            return groups.best_per(work, line, matters=matters and not low)
        case LatestPer():
            return groups.latest_per(work, line.latest_per, first=False)
        case FirstPer():
            return groups.latest_per(work, line.first_per, first=True)
        case Top():
            return groups.top_rows(work, line, matters=not low and not amounts_only(view, lines[nth + 1 :]))
        case SumPer():
            return groups.together(work, line.sum_per, counted=False)
        case CountPer():
            return groups.together(work, line.count_per, counted=True)
        case Runs():
            return groups.runs(work, line)
    raise ValueError("this line stands after the verb")


def amounts_only(view: View, later: tuple[Line, ...]) -> bool:
    """Whether the lines up to the verb see nothing of a row but its amount, and grow with it."""
    for line in later:
        match line:
            case Cap(cap=asked) | Floor(floor=asked) | Times(times=asked) | Worth(worth=asked):
                if column(view, asked).keys:
                    return False
            case Round() | Bands(rising=True):
                pass
            case Last():
                return line.verb not in ("latest", "first")
            case _:
                return False
    return True


def _monotone_when_joined(line: Line) -> bool:
    """Whether a line still grows with the rows although these may grow together to fewer."""
    if isinstance(line, Only):
        rising = (isinstance(one, Bounds) and {key for key, _ in one.comparisons} for one in line.only.values())
        return all(keys and keys <= {"at least", "more than"} for keys in rising)
    if isinstance(line, Last):
        return line.verb in ("sum", "best")
    return isinstance(line, LengthIn | InForce | Times)


# ----------------------------------------------------------------------------------------------------------- verb


def _number(work: Work, lines: tuple[Line, ...], *, low: bool) -> Number | None:
    """What the verb makes of the rows; None where another line comes first."""
    line = lines[0]
    if not isinstance(line, Last | Distinct):
        return folded(work, lines, low=low)
    if work.joined and not _monotone_when_joined(line):
        work = work.blur(work.doubtful())
    return said(work, line)


def said(work: Work, line: Last | Distinct) -> Number:
    """What a verb makes of rows."""
    places, unit = work.view.places, work.unit
    if isinstance(line, Distinct):
        work, group, count = groups.groups(work, line.distinct)
        of = np.full(count, work.view.nobody)
        of[group] = work.place
        return Number.of(number(of, places), 1, 1, None, work, lambda: counted(work, None))
    verb = line.verb
    if verb in ("mean", "latest", "first"):
        work = work.blur(work.doubtful())
    if verb == "best":
        work = work.blur(work.open)
    if verb == "count":
        return Number.of(number(work.place, places), 1, 1, None, work, lambda: counted(work, None))
    if verb == "sum":
        value = total(work.place, work.amount, places, work.most)
        return Number.of(value, unit, unit, None, work, lambda: counted(work, None))
    if verb == "mean":
        counts = number(work.place, places)
        checked(unit * len(work))
        value = total(work.place, work.amount, places, work.most)
        return Number.of(value, counts * unit, unit, counts == 0, work, lambda: counted(work, None))
    value = np.full(places, -1, np.int64)
    if verb == "best":
        np.maximum.at(value, work.place, work.amount)
    else:
        work = groups.in_order(work)
        chosen = (latest if verb == "latest" else earliest)(work.place, places)
        value[work.place[chosen]] = work.amount[chosen]
    return Number.of(value, unit, unit, value < 0, work, lambda: counted(work, verb))


def counted(work: Work, verb: str | None) -> list[tuple[Source, Index]]:
    """The rows of evidence that counted: all that reached the verb, or the one that it chose."""
    if verb is None:
        chosen = np.arange(len(work))
    else:
        work = groups.in_order(work)
        places = work.view.places
        if verb == "best":
            chosen = best(work.place, work.amount, places)
        else:
            chosen = (latest if verb == "latest" else earliest)(work.place, places)
    return origin(work, chosen[work.place[chosen] != work.view.nobody])


def origin(work: Work, chosen: Index) -> list[tuple[Source, Index]]:
    """The rows of evidence from which the chosen ones were made, as numbers in their source."""
    numbers = work.numbers_of_rows[chosen]
    if work.came is None:
        return [(work.source, numbers)]
    wanted = np.zeros(len(work.source.rows) + 1, np.bool_)
    wanted[numbers] = True
    return origin(work.came.work, np.flatnonzero(wanted[work.came.group]))


def folded(work: Work, lines: tuple[Line, ...], *, low: bool) -> Number | None:
    """What a fold makes of the rows; None where the lines are none, or ask for more than amounts."""
    fold = None if work.joined else fold_of(lines)
    if fold is None or any(column(work.view, one.cap).keys for one in fold.after if isinstance(one, Cap)):
        return None

    def used() -> list[tuple[Source, Index]]:
        left = work
        for nth in range(len(lines) - 1):
            left = line_of(left, lines, nth, low=low)
            left = left.sure() if low else left
        return counted(left, None)

    return number_of(fold, work, used)
