"""What is said at each place: days of the subject, its attributes, and the entries of tables that hang on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from ladders.evidence.columns import FOREVER, Bools, Codes, Days, Index, Ints
from ladders.evidence.sources import own_rows
from ladders.evidence.tables import Carried, Column, Told, exact
from ladders.evidence.vectors import at, checked, either
from ladders.evidence.view import Source, View, by_place
from ladders.model.ladder import Accepted, AtLeastLevel, AtMostLevel, Bounds, Cell, Cells, Lookup, Step
from ladders.model.words import Asked, Computed, accepted_of

# --------------------------------------------------------------------------------------------- days of a subject


@dataclass(frozen=True)
class Starts:
    """For each place the row that says when something began: its first and last day (FOREVER + 1: none), its number."""

    early: Days
    late: Days
    row: Index
    source: Source

    @property
    def none(self) -> Bools:
        """Where it never began."""
        return self.row < 0


def begun(view: View, source: Source, ahead: bool = False) -> Index:
    """The rows of a source that exist and whose day may have come (or, looking ahead, all that exist)."""
    rows = source.place != view.nobody
    if not ahead:
        rows &= source.rows.first <= at(view.day, source.place)
    return np.flatnonzero(rows)


def standings(view: View, ladder: str, rungs: tuple[str, ...] | None, ever: bool = False) -> Index:
    """The standing rows in force (or ``ever`` begun), on these rungs of a ladder or on any."""
    source = own_rows(view, ("standing",))
    attributes, rows = source.rows.attributes, begun(view, source)
    rows = rows[_carry(view, attributes.get("ladder"), "ladder", (ladder,), rows)]
    if rungs is not None:
        rows = rows[_carry(view, attributes.get("rung"), "rung", rungs, rows)]
    return rows if ever else rows[source.rows.until[rows] >= at(view.day, source.place[rows])]


def _carry(view: View, codes: Codes | None, attribute: str, terms: tuple[str, ...], rows: Index) -> Bools:
    """Which of these rows carry one of the terms."""
    if codes is None:
        return np.zeros(len(rows), np.bool_)
    return np.isin(codes[rows], [view.code(attribute, term) for term in terms])


def starts(view: View, since: str) -> Starts:
    """When service, life, time on the step's source rung, the latest application or a day of the ladder's own began."""
    return view.once(("starts", since), lambda: _starts(view, since))


def _starts(view: View, since: str) -> Starts:
    named = view.ladder.dates.get(since)
    latest = since == "application"
    if since == "rung":
        source = own_rows(view, ("standing",))
        rows = standings(view, view.ladder.id, (view.step.from_,)) if view.step.from_ else _NONE
    elif since == "application":
        source, rows = applications(view)
    elif named is None:
        source = own_rows(view, (since,))
        rows = begun(view, source)
    else:
        source = own_rows(view, (named.evidence,))
        rows = fitting(view, source, begun(view, source), named.only)
        latest = named.take == "latest"
    chosen = by_place(view, rows, source.place[rows], latest=latest)
    early, late = (np.append(days, np.int32(FOREVER + 1)) for days in (source.rows.first, source.rows.last))
    return Starts(early[chosen], late[chosen], chosen, source)


_NONE: Index = np.empty(0, np.intp)


def applications(view: View) -> tuple[Source, Index]:
    """The applications for this ladder that have been made."""
    source = own_rows(view, ("application",))
    rows = begun(view, source)
    return source, rows[_carry(view, source.rows.attributes.get("ladder"), "ladder", (view.ladder.id,), rows)]


# ----------------------------------------------------------------------------------------------------- attributes


def told(view: View, name: str) -> Told:
    """An attribute of the subject; unknown where a row that may not have begun yet decides it."""
    return view.once(("told", name), lambda: _told(view, name))


def _told(view: View, name: str) -> Told:
    asked = view.ladder.attributes[name]
    certain, nobody = np.zeros(view.places, np.bool_), np.full(view.places, -1)
    if asked.setting is not None:
        term = view.question.settings.values.get(asked.setting)
        code = np.full(view.places, -1 if term is None else 0)
        return Told(() if term is None else (term,), code, certain, None, nobody, view.scale_named(name))
    if asked.application is not None:
        source, rows = applications(view)
        chosen = by_place(view, rows, source.place[rows], latest=True)
        terms, code = _terms(view, source, asked.application, chosen)
        return Told(terms, code, certain, source, chosen, view.scale_named(name))
    kind, attribute = asked.evidence or "", asked.highest or asked.latest or ""
    source = own_rows(view, (kind,))
    scale = view.scale(attribute, (kind,))
    codes = source.rows.attributes.get(attribute, np.full(len(source.rows), -1, np.int32))
    rows = begun(view, source)
    rows = rows[(source.rows.until[rows] >= at(view.day, source.place[rows])) & (codes[rows] >= 0)]
    rows = fitting(view, source, rows, asked.only)
    if asked.highest:
        level = _levels(view, attribute, scale, codes[rows])
        rows, level = rows[level >= 0], level[level >= 0]
        rows = rows[np.argsort(level, kind="stable")]  # of equals the last stays last
    sure = rows[source.rows.last[rows] <= at(view.day, source.place[rows])]
    chosen = by_place(view, rows, source.place[rows], latest=True)
    surely = by_place(view, sure, source.place[sure], latest=True)
    terms, code = _terms(view, source, attribute, chosen)
    _, sure_code = _terms(view, source, attribute, surely)
    return Told(terms, code, code != sure_code, source, chosen, scale)


def _levels(view: View, attribute: str, scale: tuple[str, ...], codes: Codes) -> Index:
    """Where the terms of rows stand on a scale; -1 where they do not."""
    level = np.full(len(codes), -1)
    for nth, term in enumerate(scale):
        level[codes == view.code(attribute, term)] = nth
    return level


def _terms(view: View, source: Source, attribute: str, chosen: Index) -> tuple[tuple[str, ...], Index]:
    """The terms that chosen rows carry, by numbers in a dictionary; whole numbers as their digits."""
    codes = np.append(source.rows.attributes.get(attribute, np.full(len(source.rows), -1, np.int32)), np.int32(-1))
    code = codes[chosen].astype(np.intp)
    if not view.is_number(source.kinds[0], attribute):
        return view.terms(attribute), code
    values, which = np.unique(code[code >= 0], return_inverse=True)
    code[code >= 0] = which
    return tuple(map(str, values.tolist())), code


# --------------------------------------------------------------------------------------------------------- tables


def column(view: View, asked: Asked | Fraction, step: Step | None = None) -> Column:
    """A number or an entry of a table as each place sees it, perhaps for another step; KeyError for no entry at all."""
    if isinstance(asked, Computed):
        raise ValueError("a computed number stands only in a comparison")  # noqa: TRY004 - a ladder's mistake
    step = step or view.step
    return view.once(("column", asked, step.to, step.from_), lambda: _column(view, asked, step))


def _column(view: View, asked: str | Cell, step: Step) -> Column:
    def of(name: str) -> Told:
        return told(view, name)

    if not isinstance(asked, str):
        return Column(view, of, (asked,), Cells((), {(): asked}, None), (), (), -1)
    cells = view.ladder.cells(asked, step)
    own = tuple(key for key in cells.keys if key in view.ladder.attributes)
    left = tuple(key for key in cells.keys if key not in own)
    if not cells.keys and not cells.rows and cells.other is None:
        raise KeyError(asked)
    values = cells.values
    return Column(view, of, values, cells, own, left, -1 if cells.other is None else values.index(cells.other))


# -------------------------------------------------------------------------------------------------------- filters


class Rows(Carried, Protocol):
    """Rows with amounts."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that they are of."""
        ...

    @property
    def unit(self) -> int:
        """What 1 is at the scale of the amounts."""
        ...

    @property
    def most(self) -> int:
        """No amount is higher."""
        ...

    def numbers(self, attribute: str) -> tuple[Ints | Codes | None, int]:
        """An attribute (``amount`` too) as whole numbers, below 0 where it is lacking, and what 1 is among them."""
        ...


@dataclass(frozen=True)
class Bare:
    """Rows of a source as they were recorded: without kind and amount."""

    view: View
    source: Source
    at: Index

    @property
    def place(self) -> Index:
        return self.source.place[self.at]

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.source.kinds

    @property
    def unit(self) -> int:
        return 1

    @property
    def most(self) -> int:
        return 0

    def codes(self, attribute: str) -> Codes | None:
        codes = self.source.rows.attributes.get(attribute)
        return None if codes is None else codes[self.at]

    def is_number(self, attribute: str) -> bool:
        return self.view.is_number(self.source.kinds[0], attribute)

    def numbers(self, attribute: str) -> tuple[Ints | Codes | None, int]:
        return self.codes(attribute), 1


def fitting(view: View, source: Source, rows: Index, only: Mapping[str, Accepted]) -> Index:
    """Those of the rows of a source whose attributes are all among those accepted."""
    if not only:
        return rows
    fits, lacking = fit(view, Bare(view, source, rows), only)
    return rows[fits if lacking is None else fits & ~lacking]


def not_ready(view: View, accepted: Mapping[str, Accepted]) -> Bools | None:
    """Where what is accepted hangs on an attribute of the subject that is not known."""
    missing: Bools | None = None
    for one in accepted.values():
        if isinstance(one, Lookup) and one.entry.startswith("own."):
            own = told(view, one.entry.removeprefix("own."))
            missing = either(missing, own.unknown | (own.code < 0))
        elif isinstance(one, Lookup):
            missing = either(missing, column(view, one.entry).missing)
        elif isinstance(one, Bounds):
            for _, asked in one.comparisons:
                missing = either(missing, column(view, asked).missing)
    return missing


def fit(view: View, rows: Rows, accepted: Mapping[str, Accepted]) -> tuple[Bools, Bools | None]:
    """Which rows carry only what is accepted; and for which a table that says so has no entry."""
    fits: Bools | None = None
    lacking: Bools | None = None
    for name, one in accepted.items():
        if isinstance(one, Bounds):
            inside, without = _inside(view, rows, name, one)
        elif isinstance(one, Lookup):
            inside, without = _looked_up(view, rows, name, one)
        else:
            inside, without = _carrying(view, rows, name, one), None
        fits = inside if fits is None else fits & inside
        lacking = either(lacking, without)
    return np.ones(len(rows.place), np.bool_) if fits is None else fits, lacking


def _carrying(view: View, rows: Rows, name: str, accepted: Accepted) -> Bools:
    """Which rows carry one of the terms; for ``term or better`` (``or worse``) those of its scale from it."""
    terms: tuple[str, ...] = accepted if isinstance(accepted, tuple) else ()
    if isinstance(accepted, AtLeastLevel | AtMostLevel):
        scale = view.scale(name, rows.kinds)
        if accepted.term in scale:
            nth = scale.index(accepted.term)
            terms = scale[nth:] if isinstance(accepted, AtLeastLevel) else scale[: nth + 1]
    codes = rows.codes(name)
    wanted = [] if rows.is_number(name) else [code for code in (view.code(name, one) for one in terms) if code >= 0]
    if codes is None or not wanted:
        return np.zeros(len(rows.place), np.bool_)
    if len(wanted) > 2 and max(wanted) - min(wanted) == len(set(wanted)) - 1:  # as those of a scale often are
        between: Bools = codes >= min(wanted)
        return between if max(wanted) >= len(view.terms(name)) - 1 else between & (codes <= max(wanted))
    found: Bools = codes == wanted[0]
    for code in wanted[1:]:
        found |= codes == code
    return found


def _looked_up(view: View, rows: Rows, name: str, lookup: Lookup) -> tuple[Bools, Bools | None]:
    if lookup.entry.startswith("own."):
        own = told(view, lookup.entry.removeprefix("own."))
        codes = rows.codes(name)
        if codes is None or rows.is_number(name):
            return np.zeros(len(rows.place), np.bool_), None
        here = own.code_in({term: view.code(name, term) for term in own.terms})[rows.place]
        return (codes == here) & (codes >= 0), None
    entries = column(view, lookup.entry)
    which = entries.which_of(rows)
    fits = np.zeros(len(rows.place), np.bool_)
    for nth in np.unique(which[which >= 0]).tolist():
        fits |= (which == nth) & _carrying(view, rows, name, accepted_of(str(entries.cells[nth])))
    return fits, which < 0


def _inside(view: View, rows: Rows, name: str, bounds: Bounds) -> tuple[Bools, Bools | None]:
    """Which rows have a number inside its limits, by cross-multiplication."""
    value, unit = rows.numbers(name)
    whole, part = (None, 1) if bounds.of is None else rows.numbers(bounds.of)
    none = np.zeros(len(rows.place), np.bool_)
    if value is None:
        return none, None
    has: Bools = value >= 0
    if bounds.of is not None:
        if whole is None:
            return none, None
        has = has & (whole >= 0)
    lacking: Bools | None = None
    # value / unit against cell / fine * whole / part
    for key, asked in bounds.comparisons:
        limits = column(view, asked)
        which = limits.which_of(rows)
        if (which < 0).any():
            lacking = either(lacking, which < 0)
        scaled = [int(exact(cell) * limits.fine) for cell in limits.cells]
        largest = max(map(abs, scaled)) * unit * max(1, 1 if whole is None else int(whole.max(initial=0)))
        checked(max(largest, max(1, int(value.max(initial=0))) * limits.fine * part))
        limit = np.array(scaled, np.int64)[which] * unit
        if whole is not None:
            limit = limit * whole
        number = value.astype(np.int64) * (limits.fine * part)
        has = has & _compared(key, number, limit)
    return has, lacking


def _compared(key: str, value: Ints, limit: Ints) -> Bools:
    if key == "at least":
        return value >= limit
    if key == "at most":
        return value <= limit
    return value > limit if key == "more than" else value < limit
