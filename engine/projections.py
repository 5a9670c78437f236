"""Events to projections, set-wise: each batch asks the database a fixed number of questions.

The same code runs in the transaction of an append and in a rebuild, so that both give identical rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.exc import DatabaseError

from engine.blocks import in_blocks
from engine.lasting import EMPLOYMENT, MEMBER, MENTEE, STANDING, Line, Lines, attributes_text
from engine.tables import (
    business_key_table,
    case_table,
    code_table,
    cycle_table,
    grant_table,
    ladder_table,
    projections,
    reached_table,
    story_table,
    subject_table,
    unit_table,
)
from events.envelope import Recorded
from events.facts import (
    Assessed,
    BallotCast,
    CycleFinished,
    CycleOpened,
    Declined,
    EvidenceCorrected,
    EvidenceVoided,
    FromRow,
    Granted,
    LadderPublished,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    Nominated,
    NoticePosted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StageDecided,
    StageOpened,
    StandingTakenOver,
    SubmissionClosed,
    TrainingRecognised,
    TrainingRecorded,
    UnitEstablished,
)
from events.log import Log
from events.tables import EACH, insert_rows, many
from ladders.columns import FOREVER, NEVER
from workflows import evidence, people

Tag = Callable[[str, str], str]
"""(kind, code) to its keyed hash."""
Open = Callable[[Recorded, str], str | None]
"""A personal field of an event in plain text; None if its key is gone."""


_NUMBERS = select(subject_table.c.id, subject_table.c.number).where(subject_table.c.id.in_(select(EACH)))


SHAPE = 3
"""The number of what is derived here: it grows with every change to a table or to what a row means, and projections
and columns of another number are derived again when a folder is opened."""


def is_current(connection: Connection) -> bool:
    """Whether a folder's projections are of the shape that is derived here."""
    try:
        return bool(connection.execute(select(reached_table.c.shape)).scalar_one_or_none() == SHAPE)
    except DatabaseError:
        return False


class Projector:
    """Brings the projections of a folder up to what is appended."""

    def __init__(self, log: Log, tag: Tag, open_: Open) -> None:
        self._log, self._tag, self._open = log, tag, open_

    def create(self, connection: Connection) -> None:
        """Make the empty projections."""
        projections.create_all(connection)
        insert_rows(connection, reached_table, [(1, 0, SHAPE)])

    def project(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Bring every projection from just before these events to just after them."""
        if not events:
            return
        batch = _Batch(connection, self._log, self._tag, self._open)
        batch.load(events)
        for event in events:
            batch.apply(event)
        batch.flush()
        connection.execute(update(reached_table).values(position=events[-1].position))

    def rebuild(self, connection: Connection, progress: Callable[[int], None] | None = None) -> int:
        """Drop every projection and derive it again from the log; the position that was reached."""
        projections.drop_all(connection)
        self.create(connection)
        after = 0
        while events := self._log.read_after(connection, after, 5_000):
            self.project(connection, events)
            after = events[-1].position
            if progress:
                progress(len(events))
        return after


def reached(connection: Connection) -> int:
    """The position that the projections were brought to."""
    return int(connection.execute(select(reached_table.c.position)).scalar_one())


class _Batch:
    """One batch on its way into the projections: what it needs of them is loaded first, what it changes last."""

    def __init__(self, connection: Connection, log: Log, tag: Tag, open_: Open) -> None:
        self._connection, self._log, self._tag, self._open = connection, log, tag, open_
        self._lines = Lines(connection)
        self._numbers: dict[str, int] = {}
        self._case_subjects: dict[str, str] = {}
        self._ballots: dict[str, int] = {}
        self._targets: dict[int, Recorded] = {}
        self._inserts: dict[Any, list[tuple[Any, ...]]] = {}
        self._cases: dict[str, dict[str, Any]] = {}
        self._contents: list[dict[str, Any]] = []
        self._subjects: dict[str, dict[str, Any]] = {}
        self._cycles: dict[str, dict[str, Any]] = {}
        self._next_number = 0

    def load(self, events: Sequence[Recorded]) -> None:
        """Fetch what the events refer to."""
        named, cases, targets = set[str](), set[str](), set[int]()
        for event in events:
            category, _, name = event.envelope.stream.partition("-")
            if category == "subject":
                named |= {name, *people.refers(event.fact)}
            elif category == "case":
                cases.add(name)
            match event.fact:
                case Granted(subject=subject):
                    named.add(subject)
                case EvidenceCorrected(target=target) | EvidenceVoided(target=target):
                    targets.add(target)
                case TrainingRecognised(training=target):
                    targets.add(target)
        self._load_numbers(named)
        for block in in_blocks(cases):
            chosen = select(case_table.c.id, case_table.c.subject, case_table.c.ballots)
            for row in self._connection.execute(chosen.where(case_table.c.id.in_(block))):
                self._case_subjects[row.id], self._ballots[row.id] = row.subject, row.ballots
        self._targets = {one.position: one for one in self._log.read_at(self._connection, targets)}
        self._lines.load_recorded(targets)
        self._load_lasting(events)

    def _load_numbers(self, named: set[str]) -> None:
        self._numbers |= dict(self._connection.execute(_NUMBERS, many(named)).tuples().all())
        newest = select(func.coalesce(func.max(subject_table.c.number), 0))
        self._next_number = int(self._connection.execute(newest).scalar_one()) + 1

    def _load_lasting(self, events: Sequence[Recorded]) -> None:
        wanted: dict[str, set[int]] = {EMPLOYMENT: set(), STANDING: set(), MEMBER: set(), MENTEE: set()}
        for event in events:
            own = self._numbers.get(event.envelope.stream.partition("-")[2], 0)
            match event.fact:
                case PersonMoved() | PersonLeft():
                    wanted[EMPLOYMENT].add(own)
                case StandingTakenOver():
                    wanted[STANDING].add(own)
                case Granted(subject=subject):
                    wanted[STANDING].add(self._numbers.get(subject, 0))
                case MemberLeft():
                    wanted[MEMBER].add(own)
                case MentorParted():
                    wanted[MENTEE].add(own)
        for kind in (EMPLOYMENT, STANDING):
            self._lines.load_of(kind, wanted[kind])
        for kind in (MEMBER, MENTEE):
            self._lines.load_with(kind, wanted[kind])

    # ------------------------------------------------------------------------------------------------ one event

    def apply(self, event: Recorded) -> None:
        """What one event changes."""
        fact, stream, at = event.fact, event.envelope.stream, event.position
        for key in fact.business_keys(stream):
            content = fact.source.content if isinstance(fact, FromRow) and fact.source and key[:4] == "row/" else None
            self._insert(business_key_table, (key, at, content))
        category, _, name = stream.partition("-")
        if category == "subject":
            self._subject(event, name)
        elif category == "case":
            self._case(event, name)
        elif category == "cycle":
            self._cycle(event, name)
        elif isinstance(fact, LadderPublished):
            self._insert(ladder_table, (fact.sha256, fact.ladder, fact.in_force_from.toordinal(), at))

    def _subject(self, event: Recorded, name: str) -> None:
        fact, at = event.fact, event.position
        first, last = event.envelope.occurred_from.toordinal(), event.envelope.occurred_until.toordinal()
        if type(fact) in people.BEGINS:
            self._begin(event, name, first)
        own = self._numbers[name]
        for other, kind in people.refers(fact).items():
            if kind != "unit":
                self._insert(story_table, (other, at))
        match fact:
            case PersonHired():
                self._last(event, EMPLOYMENT, own, self._numbers[fact.unit])
                self._row(event, 0, "service", own, fact.service_began, fact.service_began_by)
                if fact.born is not None:
                    self._row(event, 1, "birth", own, fact.born)
            case PersonMoved():
                before = [line for line in self._lines.lasting(EMPLOYMENT, own) if line.first <= first <= line.until]
                ends = max((line.until for line in before), default=FOREVER)  # a leave that is known already stays
                self._last(event, EMPLOYMENT, own, self._numbers[fact.unit], until=ends)
                employments = self._lines.lasting(EMPLOYMENT, own)
                self._lines.succeed(employments, at)
                if first == max(line.first for line in employments):  # else it is told late: they have moved on
                    self._subjects.setdefault(name, {}).update(unit=fact.unit)
                self._employed(name, own)
            case PersonLeft():
                self._lines.leave(self._lines.lasting(EMPLOYMENT, own), last, at)
                self._employed(name, own)
            case StandingTakenOver():
                said = {"ladder": fact.ladder, "rung": fact.rung, "how": "taken over"}
                self._standing(event, own, said, (first, last), fact.until)
            case MemberJoined():
                self._last(event, MEMBER, self._numbers[fact.group], own, {"role": fact.role})
            case MemberLeft():
                self._lines.end(self._lines.between(MEMBER, self._numbers[fact.group], own), last, at)
            case MentorPaired():
                self._last(event, MENTEE, self._numbers[fact.mentor], own)
            case MentorParted():
                self._lines.end(self._lines.between(MENTEE, self._numbers[fact.mentor], own), last, at)
            case TrainingRecognised():
                for line in self._lines.current(fact.training):
                    if line.known == NEVER:
                        self._lines.revise(line, at)
            case EvidenceVoided():
                for line in self._lines.current(fact.target):
                    self._lines.void(line, at)
            case EvidenceCorrected():
                items = evidence.corrected(self._targets[fact.target].fact, fact)
                self._lines.correct(at, fact.target, items, first, last, fact.recognised)
                if fact.source is not None:
                    self._contents.append({"held": f"row/{fact.source.key}", "now": fact.source.content})
            case _:
                self._evidence(event, own, first, last)

    def _begin(self, event: Recorded, name: str, since: int) -> None:
        fact = event.fact
        kind = people.BEGINS[type(fact)]
        self._numbers[name] = number = self._next_number
        self._next_number += 1
        unit = getattr(fact, "unit", None)
        self._insert(subject_table, (number, name, kind, since, None, unit, event.position))
        code = self._open(event, "staff_number") if isinstance(fact, PersonHired) else getattr(fact, "code", None)
        if code is not None:
            self._insert(code_table, (self._tag(kind, code), name))
        if isinstance(fact, UnitEstablished):
            row = (name, fact.code, fact.kind, fact.name, fact.part_of, fact.locality, fact.phase)
            self._insert(unit_table, row)

    def _evidence(self, event: Recorded, own: int, first: int, last: int) -> None:
        fact, at = event.fact, event.position
        known = NEVER if isinstance(fact, TrainingRecorded) and not fact.recognised else at
        for item in evidence.items(fact):
            value, scale = (item.amount.value, item.amount.scale) if item.amount else (0, 0)
            said = attributes_text(item.attributes)
            line = Line(
                at, at, item.number, 0, item.kind, own, None, first, last, FOREVER, value, scale, known, None, said
            )
            self._lines.add(line)

    def _row(self, event: Recorded, item: int, kind: str, own: int, day: date, by: date | None = None) -> None:
        at, first, last = event.position, day.toordinal(), (by or day).toordinal()
        self._lines.add(Line(at, at, item, 0, kind, own, None, first, last, FOREVER, 0, 0, at, None, "{}"))

    def _employed(self, name: str, own: int) -> None:
        """Bring the last day of a person in the list to what their employments come to."""
        until = max(line.until for line in self._lines.lasting(EMPLOYMENT, own))
        self._subjects.setdefault(name, {}).update(until=None if until == FOREVER else until)

    def _last(
        self,
        event: Recorded,
        kind: str,
        subject: int,
        other: int,
        attributes: dict[str, str] | None = None,
        until: int = FOREVER,
    ) -> None:
        at, envelope = event.position, event.envelope
        first, last = envelope.occurred_from.toordinal(), envelope.occurred_until.toordinal()
        said = attributes_text(attributes or {})
        item = 2 if kind == EMPLOYMENT else 0
        self._lines.add(Line(at, at, item, 0, kind, subject, other, first, last, until, 0, 0, at, None, said))

    def _standing(
        self, event: Recorded, own: int, said: dict[str, str], began: tuple[int, int], until: date | None
    ) -> None:
        at, text, ladder = event.position, attributes_text(said), said["ladder"]
        ends = until.toordinal() if until else FOREVER
        self._lines.add(Line(at, at, 0, 0, STANDING, own, 0, *began, ends, 0, 0, at, None, text))
        held = [one for one in self._lines.lasting(STANDING, own) if json.loads(one.attributes)["ladder"] == ladder]
        self._lines.succeed(held, at)

    def _case(self, event: Recorded, name: str) -> None:
        fact, at = event.fact, event.position
        if isinstance(fact, Nominated):
            self._case_subjects[name] = fact.subject
            counts = (0, 0, 0, 0, 0, "{}", "{}", None, None, None, 0, None)
            self._insert(
                case_table, (name, fact.cycle, fact.subject, fact.unit, "nominated", None, *counts, at, 0, 0, 0, 0, at)
            )
        self._insert(story_table, (self._case_subjects[name], at))
        change = self._cases.setdefault(name, {})
        match fact:
            case Assessed():
                change["phase"] = "in review" if fact.outcome == "met" else "ineligible"
            case StageDecided():
                approved = "approved" if fact.last else "in review"
                phase = approved if fact.outcome == "approved" else "rejected"
                change |= {"phase": phase, "stage": fact.stage, "ballots": 0}
            case Granted():
                change["phase"] = "granted"
                own = self._numbers[fact.subject]
                first = fact.in_force_from.toordinal()
                until = fact.until.toordinal() if fact.until else None
                row = (at, name, fact.cycle, fact.subject, fact.ladder, fact.rung, first, until)
                self._insert(grant_table, row)
                said = {"ladder": fact.ladder, "rung": fact.rung, "how": "granted"}
                self._standing(event, own, said, (first, first), fact.until)
            case Declined():
                change["phase"] = "declined"
            case BallotCast():
                change["ballots"] = change.get("ballots", self._ballots.get(name, 0)) + 1
                self._insert(story_table, (fact.person, at))
        change["position"] = at

    def _cycle(self, event: Recorded, name: str) -> None:
        fact, at = event.fact, event.position
        match fact:
            case CycleOpened():
                row = (name, fact.ladder, fact.to, fact.period, fact.title, "submission", at)
                self._insert(cycle_table, row)
                return
            case SubmissionClosed():
                phase = "assessment"
            case StageOpened():
                phase = f"stage {fact.stage}"
            case NoticePosted():
                phase = "notice"
            case CycleFinished():
                phase = "finished"
            case _:
                return
        self._cycles.setdefault(name, {}).update(phase=phase, position=at)

    # --------------------------------------------------------------------------------------------------- writing

    def _insert(self, table: Any, row: tuple[Any, ...]) -> None:
        self._inserts.setdefault(table, []).append(row)

    def flush(self) -> None:
        """Write what the batch changes."""
        for table, rows in self._inserts.items():
            insert_rows(self._connection, table, rows)
        for table, changes in (
            (subject_table, self._subjects),
            (cycle_table, self._cycles),
            (case_table, self._cases),
        ):
            self._change(table, changes)
        if self._contents:
            changed = update(business_key_table).where(business_key_table.c.key == bindparam("held"))
            self._connection.execute(changed.values(content=bindparam("now")), self._contents)
        self._lines.flush()

    def _change(self, table: Table, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Change rows by their ids, those that change the same columns at once."""
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for name, change in changes.items():
            row = {"which": name} | {f"new_{column}": value for column, value in change.items()}
            by_columns.setdefault(tuple(sorted(change)), []).append(row)
        for columns, rows in by_columns.items():
            changed = update(table).where(table.c.id == bindparam("which"))
            self._connection.execute(changed.values({column: bindparam(f"new_{column}") for column in columns}), rows)
