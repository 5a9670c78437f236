"""Rows of evidence that are revised: what lasts ends, standings follow one another, evidence is corrected.

A revision never changes a row's meaning: the row is voided at the position that revised it and the next revision is
known from there, so that every question can still be asked as of before.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, select, update

from engine.blocks import in_blocks
from engine.tables import LASTS, evidence_table
from events.facts import Amount
from events.tables import insert_rows
from ladders.evidence.columns import FOREVER, NEVER
from workflows.evidence import Item

STANDING, MEMBER, MENTEE, EMPLOYMENT = "standing", "member", "mentee", "employment"
STUDIOS, UNITS, DISPENSATION = "studios", "units", "dispensation"


@dataclass(slots=True)
class Line:
    """A row of the evidence table, in its column order."""

    made: int
    recorded: int
    item: int
    revision: int
    kind: str
    subject: int
    other: int | None
    first: int
    last: int
    until: int
    amount: int
    scale: int
    known: int
    voided: int | None
    attributes: str

    def values(self) -> tuple[Any, ...]:
        """The row as the table takes it."""
        return _values(self)


_values = attrgetter(*Line.__slots__)
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def attributes_text(attributes: dict[str, str]) -> str:
    """Attributes as they are stored: JSON with sorted keys."""
    return _as_json(attributes)


class Lines:
    """The rows of a batch: those that are new, and those of the table that a revision touches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[Line] = []
        self._voided: list[Line] = []
        self._newest: dict[int, dict[int, Line]] = defaultdict(dict)
        """Recording position to item to the newest revision that was loaded or added."""
        self._lasting: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        """(kind, subject) to the (recorded, item) of the rows that last."""
        self._with: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        """(kind, other) to the (recorded, item) of the rows that last."""

    def load_recorded(self, positions: Collection[int]) -> None:
        """Fetch the newest revisions of the evidence at these positions, those that are void as well."""
        for block in in_blocks(positions):
            self._load(evidence_table.c.recorded.in_(block), voided=True)

    def load_of(self, kind: str, subjects: Collection[int]) -> None:
        """Fetch what lasts of a kind for these subjects."""
        for block in in_blocks(subjects):
            self._load((evidence_table.c.kind == kind) & evidence_table.c.subject.in_(block) & LASTS)

    def load_with(self, kind: str, others: Collection[int]) -> None:
        """Fetch what lasts of a kind with these as the second subject."""
        for block in in_blocks(others):
            self._load((evidence_table.c.kind == kind) & evidence_table.c.other.in_(block))

    def _load(self, condition: Any, *, voided: bool = False) -> None:
        chosen = select(evidence_table).where(condition)
        if not voided:
            chosen = chosen.where(evidence_table.c.voided.is_(None))
        order = (evidence_table.c.recorded, evidence_table.c.item, evidence_table.c.revision.desc())
        for row in self._connection.execute(chosen.order_by(*order)):
            line = Line(*row)
            if line.item not in self._newest[line.recorded]:
                self._hold(line)

    def _hold(self, line: Line) -> None:
        items = self._newest[line.recorded]
        if line.item not in items and line.other is not None:
            self._lasting[line.kind, line.subject].append((line.recorded, line.item))
            self._with[line.kind, line.other].append((line.recorded, line.item))
        items[line.item] = line

    def add(self, line: Line) -> None:
        """A row that the batch begins."""
        self._new.append(line)
        self._hold(line)

    def revise(self, line: Line, position: int, **changes: Any) -> None:
        """Void a row at a position, if it is in force; the next revision, known from there, has these changes."""
        if line.voided is None:
            self.void(line, position)
        said = {"known": position, **changes}
        after = replace(line, made=position, revision=line.revision + 1, voided=None, **said)
        self._new.append(after)
        self._hold(after)

    def void(self, line: Line, position: int) -> None:
        """Void a row at a position."""
        line.voided = position
        self._voided.append(line)

    def current(self, recorded: int) -> list[Line]:
        """The revisions in force of what an event recorded, by item."""
        return [line for _, line in sorted(self._newest[recorded].items()) if line.voided is None]

    def has(self, recorded: int) -> bool:
        """Whether there is any row of what an event recorded, though it may be void."""
        return bool(self._newest.get(recorded))

    def items(self, recorded: int) -> dict[int, Line]:
        """The newest revisions of what an event recorded, by item, those that are void as well."""
        return dict(sorted(self._newest[recorded].items())) if recorded in self._newest else {}

    def newest(self, recorded: int, item: int = 0) -> Line:
        """The newest revision of an item that an event recorded, though it may be void."""
        return self._newest[recorded][item]

    def lasting(self, kind: str, subject: int) -> list[Line]:
        """What lasts of a kind for a subject, in force."""
        return self._in_force(self._lasting[kind, subject])

    def between(self, kind: str, subject: int, other: int) -> list[Line]:
        """What lasts of a kind between two subjects, in force."""
        return [line for line in self._in_force(self._with[kind, other]) if line.subject == subject]

    def _in_force(self, keys: Iterable[tuple[int, int]]) -> list[Line]:
        return [line for at, item in keys if (line := self._newest[at][item]).voided is None]

    def end(self, lines: Iterable[Line], last_day: int, position: int) -> None:
        """What is open of these rows ends on a day."""
        for line in lines:
            if line.until == FOREVER and line.first <= last_day:
                self.revise(line, position, until=last_day)

    def leave(self, lines: Iterable[Line], last_day: int, position: int) -> None:
        """The employment of a day ends with it, whatever was said before; one that began later stays."""
        in_order = sorted(lines, key=lambda line: (line.first, line.recorded))
        begun = [line for line in in_order if line.first <= last_day]
        if not begun:
            return
        ends = min([last_day, *(line.first - 1 for line in in_order[len(begun) :])])
        if begun[-1].until != ends:
            self.revise(begun[-1], position, until=ends)

    def succeed(self, lines: Iterable[Line], position: int) -> None:
        """Standings on one ladder, or employments, follow one another: each ends the day before the next begins."""
        in_order = sorted(lines, key=lambda line: (line.first, line.recorded))
        for line, following in pairwise(in_order):
            if line.first == following.first:
                self.void(line, position)  # of two that begin on one day the one recorded later stands
            elif line.until >= following.first:
                self.revise(line, position, until=following.first - 1)

    def correct(
        self,
        position: int,
        target: int,
        items: Iterable[Item],
        days: tuple[int, int, int],
        recognised: bool | None,
    ) -> None:
        """The evidence at a position is otherwise from here on; its ``days`` are the first, the last and until when.

        What the correction leaves out is voided; what it adds begins, as often as it may have been left out before.
        A training that it calls recognised is known from here on, one that it does not counts no more.
        """
        said, there = {item.number: item for item in items}, self._newest[target]
        first, last, until = days
        for line in [line for line in there.values() if line.item not in said and line.voided is None]:
            self.void(line, position)
        for number, item in sorted(said.items()):
            line = there.get(number) or self._unseen(there, number)
            amount = item.amount or Amount(value=0, scale=0, unit="")
            self.revise(
                line,
                position,
                known=NEVER if recognised is False else position,
                first=first,
                last=last,
                until=until,
                amount=amount.value,
                scale=amount.scale,
                attributes=attributes_text(item.attributes),
            )

    @staticmethod
    def _unseen(there: dict[int, Line], number: int) -> Line:
        """What stands for an item that no revision had: the first that a correction gives it is number 0."""
        like = next(iter(there.values()))
        return replace(like, item=number, revision=-1, known=0, voided=0)

    def flush(self) -> None:
        """Write the batch."""
        insert_rows(self._connection, evidence_table, [line.values() for line in self._new])
        new = {id(line) for line in self._new}
        stored = [line for line in self._voided if id(line) not in new]
        if stored:
            self._connection.execute(
                update(evidence_table)
                .where(
                    evidence_table.c.recorded == bindparam("at", type_=Integer),
                    evidence_table.c.item == bindparam("which", type_=Integer),
                    evidence_table.c.revision == bindparam("nth", type_=Integer),
                )
                .values(voided=bindparam("void", type_=Integer)),
                [
                    {"at": line.recorded, "which": line.item, "nth": line.revision, "void": line.voided}
                    for line in stored
                ],
            )
