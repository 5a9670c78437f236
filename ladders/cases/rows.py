"""The rows of a case: what its subject and whoever is related to it have, as the evaluators read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from events.facts import Catalogue
from ladders.cases.file import Case, Days, Piece, Tied, Who
from ladders.evidence.columns import NEVER, WAIVED, Columns, Rows
from ladders.model.measures import TIES
from ladders.reference.verdict import Row

TOLD_OTHERWISE: Mapping[str, str] = {
    "standing": "standings",
    "member": "members",
    "mentee": "mentees",
    "service": "service",
    "birth": "born",
    "application": "application",
    "dispensation": "dispensations",
    "used": "used for",
    "studios": "studios",
    "units": "units",
}
"""Kinds of rows for which a case has a key of its own."""
ALWAYS = Days(date(1900, 1, 1), date(1900, 1, 1))


@dataclass
class Told:
    """The rows of a case, and by position what each was in the case."""

    ladder: str
    catalogue: Catalogue
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    pieces: dict[int, str] = field(default_factory=dict)
    subjects: int = 0

    def add(self, kind: str, subject: int, when: Days, piece: str, **more: object) -> int:
        """A row; its position."""
        position = len(self.pieces) + 1
        self.pieces[position] = piece
        row = {"until": date.max, "attributes": {}, "amount": 0, **more}
        self.rows[kind].append(Row(subject, when.first, when.last, position, known=position, **row))  # type: ignore[arg-type]
        return position

    def who(self, one: Who) -> int:
        """A subject with everything that the case says of it; its number."""
        number, self.subjects = self.subjects, self.subjects + 1
        for kind, days in (("service", one.service), ("birth", one.born)):
            if days is not None:
                self.add(kind, number, days, kind)
        for held in one.standings:
            named = {"ladder": held.ladder or self.ladder, "rung": held.rung, "how": held.how}
            self.add("standing", number, held.from_, f"{held.rung}", until=held.until or date.max, attributes=named)
        for kind, pieces in one.evidence.items():
            for piece in pieces:
                for _ in range(piece.times):
                    self.piece(kind, number, piece)
        if one.application is not None:
            named = {"ladder": self.ladder, **one.application.attributes}
            self.add("application", number, one.application.when, "application", attributes=named)
        for waived in one.dispensations:
            amount = WAIVED if waived.at_least is None else _scaled(waived.at_least, 6)
            named = {"ladder": self.ladder, "clause": waived.clause}
            until = waived.until or date.max
            self.add("dispensation", number, waived.from_, waived.clause, until=until, amount=amount, attributes=named)
        for relation, (kind, forward) in TIES.items():
            for tied in getattr(one, relation):
                for _ in range(tied.times):
                    self.tie(kind, number, tied, forward)
        return number

    def tie(self, kind: str, number: int, tied: Tied, forward: bool) -> None:
        """Somebody related, and the row that relates them."""
        other = self.who(tied)
        of, to = (number, other) if forward else (other, number)
        named: dict[str, str | int] = {"member": to} | ({"role": tied.role} if tied.role else {})
        self.add(kind, of, tied.from_ or ALWAYS, kind, until=tied.until or date.max, attributes=named)

    def piece(self, kind: str, number: int, piece: Piece) -> None:
        """A piece of evidence; and that it was used before, where it was."""
        amount = 0 if piece.amount is None else _scaled(piece.amount, scale_of(kind, self.catalogue))
        attributes = {name: self.value(kind, name, text) for name, text in piece.attributes.items()}
        when, until = piece.when, piece.until or date.max
        day = str(when.first) if when.first == when.last else f"{when.first}–{when.last}"
        told = " ".join(
            filter(None, [day, "" if piece.amount is None else str(piece.amount), *piece.attributes.values()])
        )
        position = self.add(kind, number, when, told, until=until, amount=amount, attributes=attributes)
        if piece.used_for is not None:
            named = {"ladder": self.ladder, "rung": piece.used_for}
            self.add("used", number, when, "used", amount=position, attributes=named)

    def value(self, kind: str, attribute: str, text: str) -> str | int:
        """An attribute's value: a term, or a whole number where the catalogue says so."""
        declared = self.catalogue.kinds.get(kind)
        if declared is not None and declared.attributes.get(attribute) == "number":
            return int(text)
        return text


def scale_of(kind: str, catalogue: Catalogue) -> int:
    """The decimal places of a kind's amounts."""
    declared = catalogue.kinds.get(kind)
    if declared is not None and declared.amount is not None:
        return declared.amount.scale
    return 2 if kind == "decision" else 0


def _scaled(number: Decimal, scale: int) -> int:
    """A number at a scale; ``ladders.cases.remarks`` has refused what is finer."""
    return int(number.scaleb(scale))


def told(case: Case, ladder: str, catalogue: Catalogue) -> Told:
    """A case's rows; its subject has the number 0."""
    found = Told(ladder, catalogue)
    found.who(case)
    for other in case.others:
        found.who(other)
    return found


def columns_of(evidence: Mapping[str, Iterable[Row]], subjects: int, position: int = 10**9) -> Columns:
    """Rows as the columns that the fast evaluator reads, in their stated order, with a dictionary per attribute."""
    terms: dict[str, dict[str, int]] = {}
    kinds = {kind: _rows(list(rows), terms) for kind, rows in evidence.items()}
    return Columns(position, subjects, kinds, {name: tuple(known) for name, known in terms.items()})


def _rows(rows: list[Row], terms: dict[str, dict[str, int]]) -> Rows:
    def array(values: Iterable[int], kind: type = np.int64) -> np.ndarray[Any, Any]:
        return np.array(list(values), kind)

    attributes = {}
    for name in sorted({name for row in rows for name in row.attributes}):
        known = terms.setdefault(name, {})
        codes = []
        for row in rows:
            value = row.attributes.get(name, -1)
            codes.append(known.setdefault(value, len(known)) if isinstance(value, str) else value)
        attributes[name] = array(codes, np.int32)
    return Rows(
        subject=array((row.subject for row in rows), np.int32),
        first=array((row.first.toordinal() for row in rows), np.int32),
        last=array((row.last.toordinal() for row in rows), np.int32),
        until=array((row.until.toordinal() for row in rows), np.int32),
        amount=array(row.amount for row in rows),
        recorded=array(row.recorded for row in rows),
        item=array((row.item for row in rows), np.int32),
        known=array(row.known for row in rows),
        voided=array(NEVER if row.voided is None else row.voided for row in rows),
        attributes=attributes,
    ).in_order()
