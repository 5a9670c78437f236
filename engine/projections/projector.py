"""Events to projections, set-wise: each batch asks the database a fixed number of questions.

The same code runs in the transaction of an append and in a rebuild, so that both give identical rows.  Here are the
rows of cycles, ladders and schedules, and what every event leaves; subjects, standings and cases have rooms of their
own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import DatabaseError

from engine.projections import plain
from engine.projections.cases import Cases
from engine.projections.imports import Imports, content_before, import_of, released, taken_back
from engine.projections.subjects import Open, Subjects, Tag
from engine.projections.writes import Writes
from engine.tables import (
    business_key_table,
    cycle_table,
    ladder_table,
    offer_table,
    projections,
    reached_table,
    schedule_table,
    story_table,
)
from events.envelope import Recorded
from events.facts import (
    CaseWithdrawn,
    CycleFinished,
    CycleOpened,
    CycleScheduled,
    Declined,
    DelegationEnded,
    EvidenceCorrected,
    FromRow,
    Granted,
    LadderPublished,
    Nominated,
    NoticePosted,
    PanelReminded,
    PanelSeated,
    PlacesFilled,
    ResultsSigned,
    RunLeftOut,
    RunOpened,
    ScheduleEnded,
    SeatDelegated,
    SeatHandedOver,
    StageOpened,
    SubmissionClosed,
    TakenBack,
    TrainingCalledOff,
    TrainingOfferChanged,
    TrainingOffered,
)
from events.faults import fault
from events.log import Log, Sealed
from events.tables import EACH, insert_rows, many
from events.tree import regrow
from workflows import offers, schedule
from workflows.deciding import fold

SHAPE = 14
"""The number of what is derived here: it grows with every change to a table or to what a row means, and projections
and columns of another number are derived again when a folder is opened."""

_LEAVE_ROWS = frozenset({Nominated, Granted, Declined, CaseWithdrawn})
"""What happens to a case and leaves rows of evidence of its subject, or takes them back."""

_SCHEDULES = select(schedule_table).where(schedule_table.c.id.in_(select(EACH)))


def is_current(connection: Connection) -> bool:
    """Whether a folder's projections are of the shape that is derived here."""
    try:
        return list(connection.execute(select(reached_table.c.shape)).scalars()) == [SHAPE]
    except DatabaseError as error:
        if fault(error) not in (None, "damaged"):  # of the machine: nothing is to be derived again for that
            raise
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

    def project_plain(
        self, connection: Connection, records: Sequence[tuple[int, int, Sealed, plain.Plain]], stamp: datetime
    ) -> None:
        """The same of a chunk of plain records, which nobody needs to look at one by one: see ``plain.project``."""
        plain.project(connection, records, stamp)
        connection.execute(update(reached_table).values(position=records[-1][0]))

    def rebuild(self, connection: Connection, progress: Callable[[int], None] | None = None) -> int:
        """Drop every projection and derive it again from the log; the position that was reached."""
        projections.drop_all(connection)
        self.create(connection)
        regrow(connection)
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
        self._connection, self._log = connection, log
        self._writes = Writes(connection)
        self._subjects = Subjects(connection, log, tag, open_, self._writes)
        self._cases = Cases(connection, log, self._writes)
        self._schedules: dict[str, CycleScheduled] = {}
        self._runs: dict[str, int] = {}
        self._of_subjects = self._of_cases = False
        self._taken: dict[int, Recorded] = {}
        """What the batch takes back."""
        self._streams: dict[str, list[Recorded]] = {}
        """Those in which it takes back a correction."""
        self._imports = Imports(connection)

    def load(self, events: Sequence[Recorded]) -> None:
        """Fetch what the events refer to."""
        subjects, cases, schedules = list[Recorded](), list[Recorded](), set[str]()
        self._imports.load({name for event in events if (name := import_of(event.envelope)) is not None})
        if taken := {target for event in events if (target := taken_back(event.fact)) is not None}:
            self._taken = {one.position: one for one in self._log.read_at(self._connection, taken)}
        for event in events:
            category, _, name = event.envelope.stream.partition("-")
            if category == "subject":
                subjects.append(event)
            elif category == "case":
                cases.append(event)
                if type(event.fact) in _LEAVE_ROWS:
                    subjects.append(event)
            elif category == "schedule":
                schedules.add(name)
        self._of_subjects, self._of_cases = bool(subjects), bool(cases)
        if subjects:
            self._subjects.load(subjects)
        if cases:
            self._cases.load(cases)
        for row in self._connection.execute(_SCHEDULES, many(schedules)) if schedules else ():
            self._schedules[row.id] = _scheduled(row)
            self._runs[row.id] = row.runs

    def apply(self, event: Recorded) -> None:
        """What one event changes."""
        fact, stream, at = event.fact, event.envelope.stream, event.position
        for key in fact.business_keys(stream):
            content = fact.source.content if isinstance(fact, FromRow) and fact.source and key[:4] == "row/" else None
            self._writes.insert(business_key_table, (key, fact.keyed_at(at), content))
        if (target := taken_back(fact)) is not None:
            self._release(event, self._taken[target])
        self._imports.apply(event)
        category, _, name = stream.partition("-")
        match category:
            case "case":
                self._cases.apply(event, name)
                if type(fact) in _LEAVE_ROWS:
                    self._subjects.of_case(event, name, self._cases.score(name))
            case "subject":
                self._subjects.apply(event, name)
            case "cycle":
                self._cycle(event, name)
            case "schedule":
                self._schedule(event, name)
            case "training":
                self._training(event, name)
            case "ladder" if isinstance(fact, LadderPublished):
                self._writes.insert(ladder_table, (fact.sha256, fact.ladder, fact.in_force_from.toordinal(), at))

    def _release(self, event: Recorded, target: Recorded) -> None:
        """What was taken back holds its business keys no more; its row says again what it said before."""
        for key in released(target):
            self._writes.remove(business_key_table, "key", key)
        if isinstance(target.fact, EvidenceCorrected | TrainingOfferChanged) and (source := target.fact.source):
            name = target.envelope.stream
            if name not in self._streams:
                self._streams[name] = self._log.read(self._connection, name)
            content = content_before(self._streams[name], source.key, event.position)
            if content is not None:
                self._writes.change(business_key_table, f"row/{source.key}", content=content)

    def _cycle(self, event: Recorded, name: str) -> None:
        fact, at = event.fact, event.position
        for person in _members(event):
            self._writes.insert(story_table, (person, at))
        match fact:
            case CycleOpened():
                row = (name, fact.ladder, fact.to, fact.period, fact.title, "submission", at)
                self._writes.insert(cycle_table, row)
                self._subjects.opened(name, fact)
                return
            case SubmissionClosed():
                phase = "assessment"
            case StageOpened():
                phase = f"stage {fact.stage}"
            case PlacesFilled():
                phase = "places"
            case NoticePosted():
                phase = "notice"
            case CycleFinished():
                phase = "finished"
            case _:
                return
        self._writes.change(cycle_table, name, phase=phase, position=at)

    def _schedule(self, event: Recorded, name: str) -> None:
        fact, at = event.fact, event.position
        match fact:
            case CycleScheduled():
                self._schedules[name], self._runs[name], first = fact, 0, fact.first.toordinal()
                said = (fact.ladder, fact.to, fact.scope, fact.every, first, fact.submission_days, fact.missed)
                self._writes.insert(schedule_table, (name, *said, 0, None, first, at))
            case RunOpened(due=due) | RunLeftOut(due=due):
                self._runs[name] += 1
                following = next((day for day in schedule.days(self._schedules[name]) if day > due), None)
                self._writes.change(
                    schedule_table,
                    name,
                    runs=self._runs[name],
                    newest=due.toordinal(),
                    next=following.toordinal() if following else None,
                    position=at,
                )
            case ScheduleEnded():
                self._writes.change(schedule_table, name, next=None, position=at)

    def _training(self, event: Recorded, name: str) -> None:
        match event.fact:
            case TrainingOffered(first=first, last=last):
                row = (name, first.toordinal(), last.toordinal(), event.position, None)
                self._writes.insert(offer_table, row)
            case TrainingOfferChanged(first=first, last=last, source=source):
                days = {"first": first.toordinal(), "last": last.toordinal()}
                self._writes.change(offer_table, name, **days, position=event.position)
                if source is not None:
                    self._writes.change(business_key_table, f"row/{source.key}", content=source.content)
            case TrainingCalledOff():
                self._writes.change(offer_table, name, called_off=event.position)
            case TakenBack():
                self._offer_again(event, name)

    def _offer_again(self, event: Recorded, name: str) -> None:
        """A training of the calendar as it is without what was taken back of it."""
        stream = self._log.read(self._connection, event.envelope.stream)
        offer: offers.Offer = fold(event.envelope.stream, [one for one in stream if one.position <= event.position])
        if offer.said is None:
            self._writes.remove(offer_table, "id", name)
            return
        days = {"first": offer.said.first.toordinal(), "last": offer.said.last.toordinal()}
        self._writes.change(offer_table, name, **days, position=offer.at, called_off=offer.called_off or None)

    def flush(self) -> None:
        """Write what the batch changes."""
        self._writes.flush()
        if self._of_cases:
            self._cases.flush()
        if self._of_subjects:
            self._subjects.flush()
        self._imports.flush()


def _members(event: Recorded) -> set[str]:
    """The people in whose story an event of a cycle belongs: whoever it seats or reminds."""
    match event.fact:
        case PanelSeated(seats=seats):
            return {one.person for one in seats}
        case SeatDelegated(person=person, delegate=other) | DelegationEnded(person=person, delegate=other):
            return {person, other}
        case SeatHandedOver(person=person, successor=other):
            return {person, other}
        case ResultsSigned(person=person):
            return {person}
        case PanelReminded(persons=persons):
            return set(persons)
    return set()


def _scheduled(row: Row[tuple[Any, ...]]) -> CycleScheduled:
    """A schedule as its row tells it."""
    said = {name: getattr(row, name) for name in ("ladder", "to", "scope", "every", "submission_days", "missed")}
    return CycleScheduled(first=date.fromordinal(row.first), **said)
