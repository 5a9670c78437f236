"""Columns as a question sees them: which rows exist, where they count, on which day it is asked.

Rows that do not exist for the question are sent to a *place* behind the last subject, which nobody reads, instead of
being taken out: what is left stays one piece, sorted by day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from ladders.evidence.columns import Bools, Codes, Columns, Index, Ints, Rows
from ladders.evidence.vectors import PerPlace, at
from ladders.model.ladder import Ladder, Step, Within
from ladders.question import Question

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Rows of evidence as a question sees them: the place where each counts, and which of them are unsure."""

    rows: Rows
    place: Index
    unsure: Index = field(default_factory=lambda: np.empty(0, np.intp))
    """Numbers of rows, ascending."""
    unit: int = 1
    """What 1 is at the scale of the amounts."""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Serving:
    """Rows that have served already: the place, the recording position and the item of each."""

    place: Index
    recorded: Ints
    item: Codes

    def has(self, source: Source) -> Bools:
        """Which rows of a source are among these."""
        rows = source.rows
        near = np.flatnonzero(np.isin(rows.recorded, self.recorded))
        served = set(zip(self.place.tolist(), self.recorded.tolist(), self.item.tolist(), strict=True))
        mine = zip(source.place[near].tolist(), rows.recorded[near].tolist(), rows.item[near].tolist(), strict=True)
        found = np.zeros(len(rows), np.bool_)
        found[near] = np.fromiter((one in served for one in mine), np.bool_, len(near))
        return found


class View:
    """One step of a ladder asked about columns.  Places are subject numbers; the last place is nobody's.

    With several ``days`` the columns hold so many copies of everybody (``Columns.copied``), each asked on its day.
    """

    def __init__(
        self, ladder: Ladder, step: Step, columns: Columns, question: Question, days: Sequence[date] | None = None
    ) -> None:
        self.ladder, self.step, self.columns, self.question = ladder, step, columns, question
        self.nobody = columns.subjects
        self.places = columns.subjects + 1
        self.days = (question.as_of,) if days is None else tuple(days)
        self._copy: Index | None = None
        """At each place, which of the days it is asked on."""
        if days is not None:
            each = np.repeat(np.arange(len(days)), columns.subjects // len(days))
            self._copy = np.append(each, len(days) - 1)
        self.day: PerPlace = self.by_day(lambda day: day)
        self.served: tuple[Serving, ...] = ()
        self.tracing = True
        """Whether the rows that counted will be asked for; without that they are forgotten."""
        self._shared: dict[Hashable, Any] = {}
        self._own: dict[Hashable, Any] = {}
        self._steps: dict[str, View] = {}
        self._more: dict[str, dict[str, int]] = {}

    def by_day(self, of: Callable[[date], date]) -> PerPlace:
        """A day that follows from the as-of day, at every place."""
        if self._copy is None:
            return of(self.days[0]).toordinal()
        return np.array([of(day).toordinal() for day in self.days], np.int32)[self._copy]

    @property
    def copies(self) -> Index:
        """At each place, which of the days it is asked on."""
        return np.zeros(self.places, np.intp) if self._copy is None else self._copy

    def everybody(self) -> tuple[View, Index]:
        """The same asked of all subjects of the whole columns on the first day, and which of them each place is.

        On the days to come ranks are held against what the others have today.
        """
        columns = self.columns
        if columns.whole is None:
            return self.unserved, np.arange(self.places)
        whole = columns.whole
        view = self.shared(
            ("everybody", self.step.id, self.question.as_of),
            lambda: View(self.ladder, self.step, whole, self.question),
        )
        view.tracing = False
        assert columns.numbers is not None
        each = np.tile(columns.numbers, (self.places - 1) // len(columns.numbers))
        return view, np.append(each, whole.subjects).astype(np.intp)

    # -------------------------------------------------------------------------- the same asked otherwise

    def _child(self, **changes: Any) -> View:
        child = View.__new__(View)
        child.__dict__.update(self.__dict__)
        child.__dict__.update(_own={}, _steps={}, **changes)
        return child

    def under(self, step: Step) -> View:
        """The same asked under another step; which rows there are does not hang on it."""
        if step is self.step or step == self.step:
            return self
        if step.id not in self._steps:
            self._steps[step.id] = self._child(step=step)
        return self._steps[step.id]

    def as_of(self, of: Callable[[date], date]) -> View:
        """The same asked as of a day that follows from the as-of day."""
        child = self._child(days=tuple(map(of, self.days)))
        child.day = child.by_day(lambda day: day)
        child.question = replace(self.question, as_of=of(self.question.as_of))
        return child

    def without(self, serving: Serving) -> View:
        """The same without rows that have served elsewhere."""
        return self._child(served=(*self.served, serving))

    def traced(self) -> View:
        """The same, keeping the rows that counted."""
        return self if self.tracing else self._child(tracing=True)

    @property
    def unserved(self) -> View:
        """The same with all rows, whatever has served."""
        return self.once("unserved", lambda: self._child(served=())) if self.served else self

    @property
    def stages(self) -> dict[Hashable, Any]:
        """How far the rows of measures were taken that several clauses begin with alike (``measuring.measure``)."""
        found: dict[Hashable, Any] = self.once("stages", dict)
        return found

    @property
    def shares(self) -> dict[Hashable, int]:
        """By beginning of a measure how many are still to come that begin so; what is not in it is not kept."""
        found: dict[Hashable, int] = self.once("shares", dict)
        return found

    @property
    def families(self) -> dict[Hashable, tuple[Within, ...]]:
        """By what measures have in common their windows, in which alone they differ (``measuring.families``)."""
        found: dict[Hashable, tuple[Within, ...]] = self.once("families", dict)
        return found

    def used_stage(self, key: Hashable) -> None:
        """One measure less is to come that begins so; what nobody else wants is let go."""
        if key in self.shares:
            self.shares[key] -= 1
            if self.shares[key] < 1:
                self.stages.pop(key, None)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for this step and day before, or is made now."""
        if key not in self._own:
            self._own[key] = make()
        found: T = self._own[key]
        return found

    def shared(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for any step and day before, or is made now."""
        if key not in self._shared:
            self._shared[key] = make()
        found: T = self._shared[key]
        return found

    # ----------------------------------------------------------------------------------------------- terms

    def code(self, attribute: str, term: str) -> int:
        """The code of a term of an attribute; -2, which no row carries, for one never seen."""
        if attribute == "kind":  # the same in every view: rows of several kinds are kept with the columns
            return self.columns.names.index(term) if term in self.columns.names else -2
        found = self.columns.code(attribute, term)
        return found if found >= 0 else self._more.get(attribute, {}).get(term, -2)

    def new_code(self, attribute: str, term: str) -> int:
        """The code of a term, a new one if it was never seen."""
        found = self.code(attribute, term)
        if found < 0 and attribute != "kind":
            more = self._more.setdefault(attribute, {})
            found = more[term] = len(self.columns.terms.get(attribute, ())) + len(more)
        return found

    def terms(self, attribute: str) -> tuple[str, ...]:
        """The terms of an attribute by their codes."""
        if attribute == "kind":
            return self.columns.names
        return (*self.columns.terms.get(attribute, ()), *self._more.get(attribute, {}))

    def is_number(self, kind: str, attribute: str) -> bool:
        """Whether an attribute is a whole number, which is its own code."""
        declared = self.question.catalogue.kinds.get(kind)
        return declared is not None and declared.attributes.get(attribute) == "number"

    def scale(self, attribute: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The terms of the ordered scale of an attribute, from the lowest up; none where it has no such scale."""
        catalogue = self.question.catalogue
        declared = [catalogue.kinds[kind].attributes for kind in kinds if kind in catalogue.kinds]
        return next((self.scale_named(one[attribute]) for one in declared if attribute in one), ())

    def scale_named(self, name: str) -> tuple[str, ...]:
        """The terms of a scale of that name, from the lowest up; none where it has no order."""
        scale = self.question.catalogue.scales.get(name)
        return tuple(term.id for term in scale.terms) if scale and scale.ordered else ()

    def in_force(self, source: Source, rows: Index) -> tuple[Bools, Bools]:
        """Which of these rows may be in force on the day, and which surely are."""
        day = at(self.day, source.place[rows])
        began, over = source.rows.first[rows] <= day, source.rows.until[rows] < day
        return began & ~over, (source.rows.last[rows] <= day) & ~over


def by_place(view: View, rows: Index, place: Index, *, latest: bool) -> Index:
    """Of ascending rows that count at these places, each place's first (or last); -1 where it has none."""
    chosen = np.full(view.places, -1)
    if latest:
        chosen[place] = rows
    else:
        chosen[place[::-1]] = rows[::-1]
    chosen[view.nobody] = -1
    return chosen
