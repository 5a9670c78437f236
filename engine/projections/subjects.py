"""The projections of subjects' streams: units, people, studios, what lasts between them, and their evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date

from sqlalchemy import Connection, func, select

from engine.projections import plain
from engine.projections.applications import Applications, Score
from engine.projections.lasting import (
    DISPENSATION,
    EMPLOYMENT,
    MEMBER,
    MENTEE,
    STANDING,
    STUDIOS,
    UNITS,
    Line,
    Lines,
    attributes_text,
)
from engine.projections.reports import Reports
from engine.projections.retelling import EMPLOYED, TAKEN_BACK, Retelling, of_evidence, settle
from engine.projections.standings import Standings
from engine.projections.writes import Writes
from engine.tables import business_key_table, code_table, story_table, subject_table, unit_table
from events.envelope import Recorded
from events.facts import (
    CaseWithdrawn,
    CycleOpened,
    Declined,
    DispensationEnded,
    DispensationGranted,
    EvidenceCorrected,
    EvidenceVoided,
    Granted,
    GrantedOnCorrection,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    Nominated,
    OfStanding,
    PersonErased,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    TakenBack,
    TrainingAlsoReported,
    TrainingRecognised,
    TrainingRecorded,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
    UnitEstablished,
)
from events.log import Log
from events.tables import EACH, many
from ladders.evidence.columns import FOREVER, NEVER, WAIVED
from workflows import evidence, people

Tag = Callable[[str, str], str]
"""(kind, code) to its keyed hash."""
Open = Callable[[Recorded, str], str | None]
"""A personal field of an event in plain text; None if its key is gone."""

_NUMBERS = select(subject_table.c.id, subject_table.c.number).where(subject_table.c.id.in_(select(EACH)))
_UNITS = select(*(unit_table.c[name] for name in ("id", "kind", "locality", "phase"))).where(
    unit_table.c.id.in_(select(EACH))
)
_NEWEST = select(func.coalesce(func.max(subject_table.c.number), 0))


class Subjects:
    """The subjects of a batch on its way into the projections."""

    def __init__(self, connection: Connection, log: Log, tag: Tag, open_: Open, writes: Writes) -> None:
        self._connection, self._log, self._tag, self._open, self._writes = connection, log, tag, open_, writes
        self._lines = Lines(connection)
        self._standings = Standings(connection, self._lines)
        self._applications = Applications(connection, self._lines)
        self._retelling = Retelling(connection, log)
        self._units: dict[str, dict[str, str]] = {}
        """What is so of whoever is employed in a unit, as attributes of a row."""
        self._numbers: dict[str, int] = {}
        self._targets: dict[int, Recorded] = {}
        self._reports = Reports(connection, self._lines, self._targets)
        self._next_number = 0

    def load(self, events: Sequence[Recorded]) -> None:
        """Fetch what events of subjects' streams, and those of cases that leave rows, refer to."""
        named, targets, employers = set[str](), set[int](), set[str]()
        again = self._retelling.load(events)
        for event in (*events, *again):
            match event.fact:
                case Granted(subject=subject) | Declined(subject=subject) | Nominated(subject=subject):
                    named.add(subject)
                    continue
                case CaseWithdrawn():
                    continue
                case PersonHired(unit=unit) | PersonMoved(unit=unit):
                    employers.add(unit)
                case DispensationEnded(dispensation=target):
                    targets.add(target)
                case EvidenceCorrected(target=target) | EvidenceVoided(target=target):
                    targets.add(target)
                case TrainingRecognised() | TrainingRefused() | TrainingAlsoReported() as fact:
                    targets.add(fact.training)
                case TrainingsFoundSame(training=one, other=two) | TrainingsFoundDifferent(training=one, other=two):
                    targets |= {one, two}
                case TakenBack(target=target):
                    targets.add(target)
            named |= {event.envelope.stream.partition("-")[2], *people.refers(event.fact)}
        self._numbers = dict(self._connection.execute(_NUMBERS, many(named)).tuples().all())
        self._next_number = int(self._connection.execute(_NEWEST).scalar_one()) + 1
        targets |= {one.position for one in again}
        if targets:
            self._targets.update((one.position, one) for one in self._log.read_at(self._connection, targets))
            self._lines.load_recorded(targets | self._reports.load((*events, *again)))
        if employers:
            for row in self._connection.execute(_UNITS, many(employers)):
                self._unit(*row)
        self._load_lasting(events, again)
        self._applications.load(events)

    def _load_lasting(self, events: Sequence[Recorded], again: Sequence[Recorded]) -> None:
        wanted: dict[str, set[int]] = {EMPLOYMENT: set(), STANDING: set(), MEMBER: set(), MENTEE: set()}
        holders = {one.envelope.stream[8:] for one in again if isinstance(one.fact, StandingTakenOver)}
        ending = set(holders)
        for event in (*events, *again):
            name = event.envelope.stream.partition("-")[2]
            own = self._numbers.get(name, 0)
            match event.fact:
                case PersonMoved() | PersonLeft():
                    wanted[EMPLOYMENT].add(own)
                case StandingTakenOver() | GrantedOnCorrection():
                    holders.add(name)
                case Granted(subject=subject):
                    holders.add(subject)
                case OfStanding():
                    holders.add(name)
                    ending.add(name)
                case MemberLeft():
                    wanted[MEMBER].add(own)
                case MentorParted():
                    wanted[MENTEE].add(own)
        wanted[STANDING] = {self._numbers.get(name, 0) for name in holders}
        for kind in (EMPLOYMENT, STANDING):
            self._lines.load_of(kind, wanted[kind])
        for kind in (MEMBER, MENTEE):
            self._lines.load_with(kind, wanted[kind])
        self._standings.load(holders, ending)

    def _unit(self, name: str, kind: str, locality: str | None, phase: str | None) -> None:
        said = {"unit": name, "unit kind": kind, "locality": locality, "phase": phase}
        self._units[name] = {attribute: value for attribute, value in said.items() if value is not None}

    # ------------------------------------------------------------------------------------------------- one event

    def apply(self, event: Recorded, name: str) -> None:
        """What one event of a subject's stream changes."""
        fact, at = event.fact, event.position
        first, last = event.envelope.occurred_from.toordinal(), event.envelope.occurred_until.toordinal()
        if type(fact) in people.BEGINS:
            self._begin(event, name, first)
        own = self._numbers[name]
        for other, kind in people.refers(fact).items():
            if kind != "unit":
                self._writes.insert(story_table, (other, at))
        match fact:
            case PersonHired():
                self._last(event, EMPLOYMENT, own, self._numbers[fact.unit], self._units[fact.unit])
                self._row(event, 0, "service", own, fact.service_began, fact.service_began_by)
                if fact.born is not None:
                    self._row(event, 1, "birth", own, fact.born)
            case PersonMoved():
                before = [line for line in self._lines.lasting(EMPLOYMENT, own) if line.first <= first <= line.until]
                ends = max((line.until for line in before), default=FOREVER)  # a leave that is known already stays
                self._last(event, EMPLOYMENT, own, self._numbers[fact.unit], self._units[fact.unit], until=ends)
                employments = self._lines.lasting(EMPLOYMENT, own)
                self._lines.succeed(employments, at)
                if first == max(line.first for line in employments):  # else it is told late: they have moved on
                    self._writes.change(subject_table, own, unit=fact.unit)
                self._employed(own)
            case PersonLeft():
                self._lines.leave(self._lines.lasting(EMPLOYMENT, own), last, at)
                self._employed(own)
            case PersonErased():
                self._writes.change(subject_table, own, erased=at)
                self._writes.remove(code_table, "subject", name)
            case StandingTakenOver():
                until = fact.until.toordinal() if fact.until else None
                said = (name, fact.ladder, fact.rung, "taken over")
                self._standings.begin(event, own, said, (first, last), until)
            case OfStanding():
                self._standings.ended(event, fact)
            case GrantedOnCorrection():
                until = fact.until.toordinal() if fact.until else None
                self._standings.begin(event, own, (name, fact.ladder, fact.rung, "granted"), (first, last), until)
                self._applications.used(event, own, fact.ladder, fact.rung, fact.evidence)
            case StudioFounded():
                self._last(event, STUDIOS, self._numbers[fact.unit], own)
            case UnitEstablished(part_of=str(above)):
                self._last(event, UNITS, self._numbers[above], own)
            case TakenBack():
                self._take_back(event, name, own)
            case DispensationGranted():
                self._dispensed(event, own, fact)
            case DispensationEnded():
                for line in self._lines.current(fact.dispensation):
                    if line.until >= first > line.first:
                        self._lines.revise(line, at, until=first - 1)
                    elif line.first >= first:
                        self._lines.void(line, at)
            case MemberJoined():
                self._last(event, MEMBER, self._numbers[fact.group], own, {"role": fact.role})
            case MemberLeft():
                self._lines.end(self._lines.between(MEMBER, self._numbers[fact.group], own), last, at)
            case MentorPaired():
                self._last(event, MENTEE, self._numbers[fact.mentor], own)
            case MentorParted():
                self._lines.end(self._lines.between(MENTEE, self._numbers[fact.mentor], own), last, at)
            case TrainingAlsoReported():
                self._reports.also(event, fact, own)
            case (
                TrainingRecognised()
                | TrainingRefused()
                | TrainingsFoundSame()
                | TrainingsFoundDifferent()
                | EvidenceVoided()
                | EvidenceCorrected()
            ) if self._reports.applies(event, own):
                if isinstance(fact, EvidenceCorrected):
                    self._learnt(fact)
            case TrainingRecognised():
                for line in self._lines.current(fact.training):
                    if line.known == NEVER:
                        self._lines.revise(line, at)
            case TrainingsFoundDifferent():
                pass  # they were never taken for the same
            case EvidenceVoided():
                for line in self._lines.current(fact.target):
                    self._lines.void(line, at)
            case EvidenceCorrected():
                items = evidence.corrected(self._targets[fact.target].fact, fact)
                until = FOREVER if fact.lasts_until is None else fact.lasts_until.toordinal()
                self._lines.correct(at, fact.target, items, (first, last, until), fact.recognised)
                self._learnt(fact)
            case _:
                self._evidence(event, own, first, last)

    def _take_back(self, event: Recorded, name: str, own: int) -> None:
        """What an event of this subject's stream told is told no more."""
        target, at = self._retelling.target(event), event.position
        if isinstance(target.fact, evidence.Kept):
            if not self._reports.take_back(target.position, at, own):
                for line in self._lines.current(target.position):
                    self._lines.void(line, at)
            return
        group = {one for of in of_evidence(target.fact) for one in self._reports.group(of)}
        again, beside = self._retelling.again(event, self._standings.positions(name), group), copy(self)
        beside._lines, beside._writes = Lines(self._connection), Writes(self._connection)
        beside._standings = Standings(self._connection, beside._lines)
        beside._applications = Applications(self._connection, beside._lines)
        beside._reports = Reports(self._connection, beside._lines, self._targets)
        beside._numbers = dict(self._numbers)
        for one in again.events:
            if isinstance(one.fact, Granted):
                beside._granted(one, one.fact)
            else:
                beside.apply(one, name)
        settle(self._lines, beside._lines, again.positions, at)
        self._reports.become(beside._reports, group, [one.position for one in again.events])
        if isinstance(target.fact, StandingTakenOver):
            self._standings.settle(beside._standings, name)
        elif isinstance(target.fact, EMPLOYED) and (employments := self._lines.lasting(EMPLOYMENT, own)):
            newest = max(employments, key=lambda line: (line.first, line.recorded)).other
            unit = next(unit for unit, number in self._numbers.items() if number == newest)
            self._writes.change(subject_table, own, unit=unit)
            self._employed(own)
        if type(target.fact) in people.BEGINS:
            self._writes.change(subject_table, own, kind=TAKEN_BACK, unit=None, host=None)
            self._writes.remove(code_table, "subject", name)
            self._writes.remove(unit_table, "id", name)

    def opened(self, cycle: str, fact: CycleOpened) -> None:
        """A cycle that the batch opens."""
        self._applications.opened(cycle, fact)

    def of_case(self, event: Recorded, case: str, score: Score | None) -> None:
        """What an event of a case changes for its subject; ``score`` is what its last marked stage came to."""
        match event.fact:
            case Nominated() as fact:
                self._applications.nominated(event, self._numbers[fact.subject], fact)
            case CaseWithdrawn():
                self._applications.withdrawn(event, case)
            case Granted() | Declined() as fact:
                if isinstance(fact, Granted):
                    self._granted(event, fact)
                self._applications.ended(event, self._numbers[fact.subject], fact, score)

    def _granted(self, event: Recorded, fact: Granted) -> None:
        first, until = fact.in_force_from.toordinal(), fact.until.toordinal() if fact.until else None
        said = (fact.subject, fact.ladder, fact.rung, "granted")
        self._standings.begin(event, self._numbers[fact.subject], said, (first, first), until)

    def _begin(self, event: Recorded, name: str, since: int) -> None:
        fact = event.fact
        kind = people.BEGINS[type(fact)]
        unit = getattr(fact, "unit", None)
        host = getattr(fact, "host", None)
        if (number := self._numbers.get(name)) is not None:  # it was taken back, and begins anew
            said = {"kind": kind, "since": since, "until": None, "unit": unit, "host": host}
            self._writes.change(subject_table, number, **said, position=event.position)
        else:
            self._numbers[name] = number = self._next_number
            self._next_number += 1
            self._writes.insert(subject_table, (number, name, kind, since, None, unit, host, event.position, None))
        code = self._open(event, "staff_number") if isinstance(fact, PersonHired) else getattr(fact, "code", None)
        if code is not None:
            self._writes.insert(code_table, (self._tag(kind, code), name))
        if isinstance(fact, UnitEstablished):
            row = (name, fact.code, fact.kind, fact.name, fact.part_of, fact.locality, fact.phase)
            self._writes.insert(unit_table, row)
            self._unit(name, fact.kind, fact.locality, fact.phase)

    def _learnt(self, fact: EvidenceCorrected) -> None:
        if fact.source is not None:
            self._writes.change(business_key_table, f"row/{fact.source.key}", content=fact.source.content)

    def _evidence(self, event: Recorded, own: int, first: int, last: int) -> None:
        fact = event.fact
        if isinstance(fact, TrainingRecorded):
            self._reports.recorded(event, fact)
        for row in plain.rows(event.position, own, (first, last), plain.terms(fact), plain.parts(fact)):
            self._lines.add(Line(*row))

    def _dispensed(self, event: Recorded, own: int, fact: DispensationGranted) -> None:
        at, first = event.position, event.envelope.occurred_from.toordinal()
        until = FOREVER if fact.until is None else fact.until.toordinal()
        amount = WAIVED if fact.at_least is None else fact.at_least.at(6)
        said = attributes_text({"ladder": fact.ladder, "clause": fact.clause})
        self._lines.add(Line(at, at, 0, 0, DISPENSATION, own, 0, first, first, until, amount, 6, at, None, said))

    def _row(self, event: Recorded, item: int, kind: str, own: int, day: date, by: date | None = None) -> None:
        at, first, last = event.position, day.toordinal(), (by or day).toordinal()
        self._lines.add(Line(at, at, item, 0, kind, own, None, first, last, FOREVER, 0, 0, at, None, "{}"))

    def _employed(self, own: int) -> None:
        """Bring the last day of a person in the list to what their employments come to."""
        until = max(line.until for line in self._lines.lasting(EMPLOYMENT, own))
        self._writes.change(subject_table, own, until=None if until == FOREVER else until)

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

    def flush(self) -> None:
        """Write the batch's rows of evidence and standings."""
        self._lines.flush()
        self._reports.flush()
        self._standings.flush()
