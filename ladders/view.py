"""Columns as a question sees them: which rows exist, where they count, when something began.

Rows that do not exist for the question are sent to a *place* behind the last subject, which nobody reads, instead of
being taken out: what is left stays one piece, sorted by day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import numpy as np

from ladders.columns import FOREVER, Bools, Codes, Columns, Days, Index, Ints, Rows, no_rows
from ladders.days import is_leap
from ladders.model import Accepted, AtLeastLevel, Cap, Floor, Ladder, Step
from ladders.question import Question


@dataclass(frozen=True)
class Source:
    """The rows of a kind as a question sees them: the place (subject) where each counts, and which are unsure."""

    rows: Rows
    place: Index
    unsure: Index = field(default_factory=lambda: np.empty(0, np.intp))
    """Numbers of rows, ascending."""


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


class View:
    """One step of a ladder asked about columns.  Places are subject numbers; the last place is nobody's."""

    def __init__(self, ladder: Ladder, step: Step, columns: Columns, question: Question) -> None:
        self.ladder, self.step, self.columns, self.question = ladder, step, columns, question
        self.day = question.as_of.toordinal()
        self.nobody = columns.subjects
        self.places = columns.subjects + 1
        self._sources: dict[tuple[object, ...], Source] = {}
        self._starts: dict[str, Starts] = {}

    def on(self, day: date) -> View:
        """The same question asked as of another day; which rows exist does not hang on it."""
        view = View(self.ladder, self.step, self.columns, replace(self.question, as_of=day))
        view._sources = self._sources
        return view

    def source(self, kind: str, through: str | None = None, roles: tuple[str, ...] | None = None) -> Source:
        """The rows of a kind, or those of members and mentees where they count for their group or mentor."""
        key = (kind, through, roles)
        if key not in self._sources:
            if through:
                ties = self.source("member" if through == "members" else "mentee")
                self._sources[key] = self._through(self.source(kind), ties, roles)
            else:
                rows = self.columns.rows(kind)
                exist = rows.exist(self.question.known_at)
                subject = rows.subject.astype(np.intp)
                self._sources[key] = Source(rows, subject if exist is None else np.where(exist, subject, self.nobody))
        return self._sources[key]

    def _through(self, source: Source, ties: Source, roles: tuple[str, ...] | None) -> Source:
        tied = np.flatnonzero(ties.place != self.nobody)
        if roles is not None:
            tied = tied[self.accepted("role", roles, ties.rows.attributes.get("role"), len(ties.rows))[tied]]
        if not len(tied):
            return Source(no_rows(("member",)), np.empty(0, np.intp))
        member = ties.rows.attributes["member"][tied]
        tied = tied[np.argsort(member, kind="stable")]
        counts = np.bincount(member, minlength=self.places)
        begins = np.cumsum(counts) - counts
        # Each row as often as its subject is a member of something, with that membership beside it.
        some = np.flatnonzero((counts > 0)[source.place] & (source.place != self.nobody))
        often = counts[source.place[some]]
        row = np.repeat(some, often)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(often) - often, often)
        tie = tied[begins[source.place[row]] + nth]
        first, last = source.rows.first[row], source.rows.last[row]
        inside = np.flatnonzero((ties.rows.first[tie] <= last) & (first <= ties.rows.until[tie]))
        row, tie, first, last = row[inside], tie[inside], first[inside], last[inside]
        sure = (ties.rows.last[tie] <= first) & (last <= ties.rows.until[tie])
        # Once per group, however many memberships hold the row: sure if any of them holds it surely.
        once, where = np.unique(row * self.places + ties.place[tie], return_inverse=True)
        unsure = np.ones(len(once), np.bool_)
        unsure[where[sure]] = False
        row, group = np.divmod(once, self.places)
        rows = source.rows.take(row)
        attributes = {**rows.attributes, "member": rows.subject}
        rows = replace(rows, subject=group.astype(np.int32), attributes=attributes)
        return Source(rows, group, np.flatnonzero(unsure))

    def accepted(self, attribute: str, terms: tuple[str, ...], codes: Codes | None, length: int) -> Bools:
        """Which of so many rows, with these codes of the attribute (None: without it), carry one of the terms."""
        wanted = [code for code in (self.columns.code(attribute, term) for term in terms) if code >= 0]
        if codes is None or not wanted:
            return np.zeros(length, np.bool_)
        found: Bools = codes == wanted[0]
        for code in wanted[1:]:
            found |= codes == code
        return found

    def terms(self, kind: str, attribute: str, accepted: Accepted) -> tuple[str, ...]:
        """The terms themselves; for ``term or better`` those of the attribute's scale from it up, or none."""
        if not isinstance(accepted, AtLeastLevel):
            return accepted
        catalogue = self.question.catalogue
        known = catalogue.kinds.get(kind)
        scale = catalogue.scales.get(known.attributes.get(attribute, "") if known else "")
        if scale is None or not scale.ordered or accepted.term not in [term.id for term in scale.terms]:
            return ()
        return scale.at_least(accepted.term)

    def limit(self, line: Cap | Floor, scale: int) -> int:
        """A cap or a floor at the scale of what it limits."""
        asked = line.cap if isinstance(line, Cap) else line.floor
        limit = self.ladder.look_up(asked, self.step) * Decimal(10) ** scale
        if limit < 0 or limit != int(limit):
            raise ValueError(f"a cap or a floor is not negative, and has at most {scale} decimal places here")
        return int(limit)

    def standings(self, ladder: str, rungs: tuple[str, ...] | None) -> Index:
        """The standing rows in force, on these rungs of a ladder or on any."""
        source = self.source("standing")
        rows, count = source.rows, len(source.rows)
        found = (source.place != self.nobody) & (rows.first <= self.day) & (self.day <= rows.until)
        found &= self.accepted("ladder", (ladder,), rows.attributes.get("ladder"), count)
        if rungs is not None:
            found &= self.accepted("rung", rungs, rows.attributes.get("rung"), count)
        return np.flatnonzero(found)

    def holds(self, ladder: str, rungs: tuple[str, ...] | None) -> Bools:
        """At which places such a standing is in force."""
        found = np.zeros(self.places, np.bool_)
        found[self.source("standing").place[self.standings(ladder, rungs)]] = True
        return found

    def examined(self) -> Bools:
        """At which places the step may be attempted at all."""
        if self.step.from_:
            return self.holds(self.ladder.id, (self.step.from_,))
        if self.step.kind == "renewal":
            return np.zeros(self.places, np.bool_)
        return ~self.holds(self.ladder.id, None)

    def starts(self, since: str) -> Starts:
        """When service, life or time on the step's source rung began."""
        if since not in self._starts:
            if since == "rung":
                source = self.source("standing")
                rung = self.step.from_
                row = self.standings(self.ladder.id, (rung,)) if rung else np.empty(0, np.intp)
            else:
                source = self.source(since)
                row = np.arange(np.searchsorted(source.rows.first, np.int32(self.day), "right"))
                row = row[source.place[row] != self.nobody]
            chosen = np.full(self.places, len(source.rows))
            np.minimum.at(chosen, source.place[row], row)
            none = chosen == len(source.rows)
            early, late = (np.append(days, np.int32(FOREVER + 1)) for days in (source.rows.first, source.rows.last))
            self._starts[since] = Starts(early[chosen], late[chosen], np.where(none, -1, chosen), source)
        return self._starts[since]

    def completed_years(self, starts: Days) -> Ints:
        """Completed years from these days to the as-of day, by binary search in the days that complete them."""
        day = self.question.as_of
        earliest = date.fromordinal(int(starts.min(initial=self.day))).year
        # The last day from which k years are complete today, for every k that occurs, the longest ago first.
        ends = []
        for year in range(earliest, day.year):
            leap_end = (day.month, day.day) == (2, 28) and not is_leap(day.year) and is_leap(year)
            short = (day.month, day.day) == (2, 29) and not is_leap(year)
            ends.append(date(year, day.month, 29 if leap_end else 28 if short else day.day).toordinal())
        return len(ends) - np.searchsorted(np.array(ends, np.int32), starts)

    def school_years(self, first: Days) -> Codes:
        """The school year of each day, numbered from the first that occurs; days in ascending order."""
        if not len(first):
            return np.empty(0, np.int32)
        month, day = map(int, self.question.settings.school_year_starts.split("-"))
        low, high = (date.fromordinal(int(one)).year for one in (first[0], first[-1]))
        begins = []
        for year in range(low, high + 1):
            try:
                begins.append(date(year, month, day).toordinal())
            except ValueError:  # the month is shorter: its school year starts with the next month
                begins.append(date(year, month + 1, 1).toordinal())
        return np.searchsorted(np.array(begins, np.int32), first, "right").astype(np.int32)
