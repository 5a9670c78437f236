"""The meaning of ``jieti-ladder/1``: plain rows, and what they say of one subject on one day.

First of the parts of ``ladders.reference.verdict``: which rows exist, days and attributes of a subject, tables, and who
is tied to whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ladders.model import ladder as model
from ladders.model.ladder import Accepted, Asked, AtLeastLevel, AtMostLevel, Bounds, Computed, Lookup, Measure, Step
from ladders.model.measures import TIES
from ladders.model.words import accepted_of
from ladders.question import Question

Carried = Mapping[str, str | int | Fraction]
"""What a row carries on its way through the lines: attributes by name, ``kind``, ``member``, its ``amount``."""


@dataclass(frozen=True)
class Row:
    """One row of evidence, as ``ladders.evidence.columns`` describes it, with days as dates and attributes as terms.

    Attributes that are numbers, and ``member`` (a subject), are whole numbers.
    """

    subject: int
    first: date
    last: date
    recorded: int
    amount: int = 0
    until: date = date.max
    item: int = 0
    known: int = 0
    voided: int | None = None
    attributes: Mapping[str, str | int] = field(default_factory=dict)


Evidence = Mapping[str, Sequence[Row]]
"""By kind, each kind's rows in any order, those of all subjects."""


class Missing(Exception):
    """Something that a measure needs is not known of this subject: a day to begin on, a term to look up."""


@dataclass(frozen=True)
class Tie:
    """That someone is tied to someone, from a day (known between first and last) to another; made of these rows."""

    start: int
    end: int
    first: date
    last: date
    until: date
    rows: tuple[Row, ...]

    def perhaps(self, row: Row) -> bool:
        """Whether a row's day may lie inside."""
        return self.first <= row.last and row.first <= self.until

    def surely(self, row: Row) -> bool:
        """Whether a row's day lies inside, whichever it was."""
        return self.last <= row.first and row.last <= self.until


@dataclass(frozen=True)
class Told:
    """An attribute of a subject: its term or None, whether that is uncertain, and the row that says it."""

    term: str | None
    unknown: bool = False
    row: Row | None = None


@dataclass(frozen=True)
class Column:
    """A number, or a column of a table as one subject sees it; ``keys`` are the attributes of a row that are left."""

    keys: tuple[str, ...]
    rows: Mapping[tuple[str, ...], model.Cell]
    other: model.Cell | None
    values: tuple[model.Cell, ...]
    """All cells that anybody may meet under this step."""

    def cell(self, row: Carried) -> model.Cell | None:
        """The entry for a row of evidence; None where the table has none."""
        return self.rows.get(tuple(str(row.get(key, "")) for key in self.keys), self.other)

    def number(self, row: Carried) -> Fraction | None:
        """The same as a number."""
        cell = self.cell(row)
        return None if cell is None else exact(cell)

    @property
    def alone(self) -> Fraction:
        """The number where it hangs on no row; ValueError where it does."""
        if self.keys:
            raise ValueError(f"a table by {', '.join(self.keys)} can only be asked of a row")
        return exact(self.rows.get((), self.other or Decimal(0)))


def exact(cell: model.Cell) -> Fraction:
    """A cell as a number."""
    if isinstance(cell, str):
        raise ValueError(f'"{cell}" is not a number')  # noqa: TRY004 - a ladder's mistake
    return Fraction(cell)


@dataclass(frozen=True)
class Place:
    """One subject asked under one step of a ladder on one day."""

    ladder: model.Ladder
    step: Step
    evidence: Evidence
    subject: int
    question: Question

    @property
    def day(self) -> date:
        """The as-of day, or the one that a measure puts in its place."""
        return self.question.as_of

    def on(self, day: date) -> Place:
        """The same asked on another day."""
        return replace(self, question=replace(self.question, as_of=day))

    def everybody(self) -> list[Place]:
        """All subjects of whom anything is recorded."""
        return [
            replace(self, subject=one) for one in sorted({row.subject for k in self.evidence.values() for row in k})
        ]

    # ------------------------------------------------------------------------------------------------ rows

    def known(self, kind: str) -> list[Row]:
        """The rows of a kind that exist for this question, in their stated order."""
        rows = [row for row in self.evidence.get(kind, ()) if row.known <= self.question.known_at]
        rows = [row for row in rows if row.voided is None or self.question.known_at < row.voided]
        return sorted(rows, key=lambda row: (row.first, row.last, row.recorded, row.item))

    def mine(self, kind: str) -> list[Row]:
        """Those of them that are the subject's."""
        return [row for row in self.known(kind) if row.subject == self.subject]

    def begun(self, kind: str) -> list[Row]:
        """Those of them whose day may have come."""
        return [row for row in self.mine(kind) if row.first <= self.day]

    def standings(self, ladder: str, *rungs: str, ever: bool = False) -> list[Row]:
        """The standings in force (or ``ever`` begun), on these rungs of a ladder; without a rung, on any."""
        return [
            row
            for row in self.begun("standing")
            if (ever or self.day <= row.until)
            and row.attributes.get("ladder") == ladder and (not rungs or row.attributes.get("rung") in rungs)
        ]  # fmt: skip

    def examined(self) -> bool:
        """Whether the step may be attempted at all."""
        if self.step.from_:
            return bool(self.standings(self.ladder.id, self.step.from_))
        if not self.step.to:  # an entitlement that hangs on no rung
            return True
        return self.step.kind != "renewal" and not self.standings(self.ladder.id)

    def start(self, since: str) -> Row | None:
        """The row that says when service, life, time on the source rung, or a named day of the ladder's own began."""
        if since == "rung":
            rows = self.standings(self.ladder.id, self.step.from_) if self.step.from_ else []
            return rows[0] if rows else None
        if since == "application":
            return self.application()
        named = self.ladder.dates.get(since)
        if named is None:
            rows = self.begun(since)
            return rows[0] if rows else None
        rows = [row for row in self.begun(named.evidence) if self.fits((named.evidence,), named.only, row.attributes)]
        return rows[0 if named.take == "first" else -1] if rows else None

    def application(self) -> Row | None:
        """The latest application for this ladder."""
        rows = [row for row in self.begun("application") if row.attributes.get("ladder") == self.ladder.id]
        return rows[-1] if rows else None

    # -------------------------------------------------------------------------------------------- attributes

    def told(self, name: str) -> Told:
        """An attribute of the subject; unknown where a row that may not have begun yet decides it."""
        asked = self.ladder.attributes[name]
        if asked.setting is not None:
            return Told(getattr(self.question.settings, "values", {}).get(asked.setting))
        if asked.application is not None:
            row = self.application()
            term = row.attributes.get(asked.application) if row else None
            return Told(None if term is None else str(term), row=row)
        kind, attribute = asked.evidence or "", asked.highest or asked.latest or ""
        scale = self.scale((kind,), attribute)
        rows = [row for row in self.begun(kind) if row.until >= self.day and attribute in row.attributes]
        rows = [row for row in rows if self.fits((kind,), asked.only, row.attributes)]
        if asked.highest:
            rows = [row for row in rows if row.attributes[attribute] in scale]
            rows.sort(key=lambda row: scale.index(str(row.attributes[attribute])))  # of equals the last stays last
        said = [str(row.attributes[attribute]) for row in rows]
        sure = [str(row.attributes[attribute]) for row in rows if row.last <= self.day]
        return Told(said[-1], said[-1:] != sure[-1:], rows[-1]) if said else Told(None)

    def scale_of(self, name: str) -> tuple[str, ...]:
        """The terms of an attribute of the subject, from the lowest; none where they have no order."""
        asked = self.ladder.attributes[name]
        if asked.evidence is not None:
            return self.scale((asked.evidence,), asked.highest or asked.latest or "")
        return self._terms(name)

    def scale(self, kinds: Sequence[str], attribute: str) -> tuple[str, ...]:
        """The terms of an attribute of rows, from the lowest: as the first of the kinds has it that has it at all."""
        declared = (self.question.catalogue.kinds.get(kind) for kind in kinds)
        return next(
            (self._terms(one.attributes[attribute]) for one in declared if one and attribute in one.attributes), ()
        )

    def _terms(self, name: str) -> tuple[str, ...]:
        scale = self.question.catalogue.scales.get(name)
        return tuple(term.id for term in scale.terms) if scale and scale.ordered else ()

    # ------------------------------------------------------------------------------------- tables and filters

    def column(self, asked: Asked | Fraction) -> Column:
        """A number or an entry of a table as this subject sees it.

        Missing where it hangs on an attribute of the subject that is unknown, or that the table does not name.
        """
        if isinstance(asked, Computed):
            raise ValueError("a computed number stands only in a comparison")  # noqa: TRY004 - a ladder's mistake
        if not isinstance(asked, str):
            return Column((), {(): asked}, None, (asked,))
        cells = self.ladder.cells(asked, self.step)
        own = {key: self._term(key, cells) for key in cells.keys if key in self.ladder.attributes}
        left = tuple(key for key in cells.keys if key not in own)
        rows: dict[tuple[str, ...], model.Cell] = {}
        for terms, cell in cells.rows.items():
            named = dict(zip(cells.keys, terms, strict=True))
            if all(named[key] == term for key, term in own.items()):
                rows[tuple(named[key] for key in left)] = cell
        if not left and not rows and cells.other is None:
            raise Missing if own else KeyError(asked)
        return Column(left, rows, cells.other, cells.values)

    def _term(self, name: str, cells: model.Cells) -> str | None:
        told = self.told(name)
        if told.unknown or (told.term is None and cells.other is None):
            raise Missing
        return told.term

    def entry(self, entry: str) -> str:
        """The text that a table says to this subject: a window."""
        column = self.column(entry)
        return str(column.rows.get((), column.other))

    def ready(self, accepted: Mapping[str, Accepted]) -> None:
        """Missing if what is accepted hangs on an attribute of the subject that is not known."""
        for one in accepted.values():
            if isinstance(one, Lookup) and one.entry.startswith("own."):
                self.own(one)
            elif isinstance(one, Lookup):
                self.column(one.entry)
            elif isinstance(one, Bounds):
                for _, asked in one.comparisons:
                    self.column(asked)

    def own(self, lookup: Lookup) -> str:
        """The subject's own term that ``own.attribute`` means."""
        told = self.told(lookup.entry.removeprefix("own."))
        if told.unknown or told.term is None:
            raise Missing
        return told.term

    def fits(self, kinds: Sequence[str], accepted: Mapping[str, Accepted], row: Carried) -> bool:
        """Whether all these attributes of a row are among those accepted."""
        return all(bool(self.fit(kinds, name, one, row)) for name, one in accepted.items())

    def fit(self, kinds: Sequence[str], name: str, accepted: Accepted, row: Carried) -> bool | None:
        """Whether an attribute is accepted; None where the table that says so has no entry for the row."""
        if isinstance(accepted, Bounds):
            value = row.get(name)
            return value is not None and self.inside(Fraction(value), accepted, row)
        if not isinstance(accepted, Lookup):
            return row.get(name) in self.accepted(kinds, name, accepted)
        if accepted.entry.startswith("own."):
            return row.get(name) == self.own(accepted)
        cell = self.column(accepted.entry).cell(row)
        return None if cell is None else row.get(name) in self.accepted(kinds, name, accepted_of(str(cell)))

    def accepted(self, kinds: Sequence[str], attribute: str, accepted: Accepted) -> tuple[str, ...]:
        """The terms themselves; for ``term or better`` or ``or worse`` those of the attribute's scale, or none."""
        if isinstance(accepted, AtLeastLevel | AtMostLevel):
            scale = self.scale(kinds, attribute)
            if accepted.term not in scale:
                return ()
            at = scale.index(accepted.term)
            return scale[at:] if isinstance(accepted, AtLeastLevel) else scale[: at + 1]
        return accepted if isinstance(accepted, tuple) else ()

    def inside(self, value: Fraction, bounds: Bounds, row: Carried) -> bool | None:
        """Whether a number lies inside its limits; None where a table has no limit for the row."""
        whole = Fraction(1)
        if bounds.of is not None:
            if bounds.of not in row:
                return False
            whole = Fraction(row[bounds.of])
        held = []
        for key, asked in bounds.comparisons:
            limit = self.column(asked).number(row)
            if limit is None:
                return None
            held.append(compared(key, value, limit * whole))
        return all(held)

    # ------------------------------------------------------------------------------------------------- ties

    def ties(self, chain: Sequence[str], roles: Sequence[str] | None) -> list[Tie]:
        """Who is tied to the subject by a chain of relations, and when: a chain holds while each of its links does."""
        roled = [relation for relation in chain if TIES[relation][0] == "member"] or chain
        ties = [Tie(self.subject, self.subject, date.min, date.min, date.max, ())]
        for relation in chain:
            links = self.links(relation, roles if relation in roled else None)
            joined = [
                Tie(
                    one.start,
                    link.end,
                    max(one.first, link.first),
                    max(one.last, link.last),
                    min(one.until, link.until),
                    one.rows + link.rows,
                )
                for one in ties
                for link in links
                if one.end == link.start
            ]
            ties = [tie for tie in joined if tie.first <= tie.until]
        return ties

    def links(self, relation: str, roles: Sequence[str] | None) -> list[Tie]:
        """All ties of one relation, of everybody, in the order in which they began."""
        kind, forward = TIES[relation]
        ties = []
        for row in self.known(kind):
            if roles is not None and row.attributes.get("role") not in roles:
                continue
            ends = (row.subject, int(row.attributes["member"]))
            start, end = ends if forward else ends[::-1]
            ties.append(Tie(start, end, row.first, row.last, row.until, (row,)))
        return ties

    def holding(self, measure: Measure, row: Row) -> tuple[bool, bool]:
        """Whether a row of another's may count for the subject, and whether it surely does, as far as ties say."""
        if measure.through is None:
            return row.subject == self.subject, row.subject == self.subject
        if measure.across == "all":
            mine = [tie for tie in self.ties(measure.through, measure.roles) if tie.end == row.subject]
            return any(tie.perhaps(row) for tie in mine), any(tie.surely(row) for tie in mine)
        if len(measure.through) > 1:
            raise ValueError("across: primary goes with one relation")
        # Of all groups that hold the row's day, the one that was joined first has it, alone.
        ties = [tie for tie in self.links(measure.through[0], measure.roles) if tie.end == row.subject]
        perhaps = surely = before_perhaps = before_surely = False
        for tie in ties:
            if tie.start == self.subject:
                perhaps |= tie.perhaps(row) and not before_surely
                surely |= tie.surely(row) and not before_perhaps
            else:
                before_perhaps |= tie.perhaps(row)
                before_surely |= tie.surely(row)
        return perhaps, surely


def compared(key: str, value: Fraction, limit: Fraction) -> bool:
    """Whether a number is ``at least``, ``at most``, ``more than`` or ``less than`` a limit."""
    if key == "at least":
        return value >= limit
    if key == "at most":
        return value <= limit
    return value > limit if key == "more than" else value < limit
