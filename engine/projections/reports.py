"""The reports of trainings in the projections: several of one training are one row of evidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from engine.projections.lasting import Line, Lines, attributes_text
from engine.tables import report_table
from events.envelope import Recorded
from events.facts import (
    EvidenceCorrected,
    EvidenceVoided,
    TakenBack,
    TrainingAlsoReported,
    TrainingRecognised,
    TrainingRecorded,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from events.tables import EACH, insert_rows, many
from ladders.evidence.columns import FOREVER, NEVER
from workflows import evidence
from workflows.reports import Counted, Report, counted

_row = report_table.c
_TRAININGS = select(_row.training).where(_row.position.in_(select(EACH))).distinct()
_GROUPS = select(report_table).where(_row.training.in_(select(EACH)))
_CHANGE = (
    update(report_table)
    .where(_row.position == bindparam("at"))
    .values({name: bindparam(f"new_{name}") for name in report_table.c.keys()[1:]})
)


def states(connection: Connection, positions: Collection[int]) -> dict[int, tuple[bool, int, int, int, int]]:
    """Of reports that are more than one plain record: if voided, their training's refusal, what made them right, their
    training, and what made the report right that holds."""
    trainings = connection.execute(_TRAININGS, many(positions)).scalars().all()
    if not trainings:
        return {}
    rows = of_trainings(connection, trainings)
    refused, held = Counter[int](), Counter[int]()
    for one in rows:
        refused[one.training] = max(refused[one.training], one.refused)
        held[one.training] = max(held[one.training], one.corrected)
    wanted = set(positions)
    return {
        one.position: (one.voided is not None, refused[one.training], one.corrected, one.training, held[one.training])
        for one in rows
        if one.position in wanted
    }


def trainings_of(connection: Connection, positions: Collection[int]) -> dict[int, int]:
    """Under which position each of these records counts: under its own, unless it is of a training with others."""
    chosen = select(_row.position, _row.training).where(_row.position.in_(select(EACH)))
    return {at: at for at in positions} | dict(connection.execute(chosen, many(positions)).tuples().all())


def of_trainings(connection: Connection, trainings: Iterable[int]) -> list[Report]:
    """Every report of these trainings."""
    return [_report(row) for row in connection.execute(_GROUPS.order_by(_row.position), many(trainings))]


def _report(row: Any) -> Report:
    position, training, first, last, amount, scale, said, recognised, failed, refused, corrected, voided = row
    return Report(
        position, training, first, last, amount, scale, json.loads(said), bool(recognised), bool(failed), refused,
        corrected, voided,
    )  # fmt: skip


class Reports:
    """The reports of a batch on their way into the projections, over the batch's rows of evidence."""

    def __init__(self, connection: Connection, lines: Lines, targets: dict[int, Recorded]) -> None:
        self._connection, self._lines, self._targets = connection, lines, targets
        self._reports: dict[int, Report] = {}
        self._groups: dict[int, dict[int, Report]] = {}
        """The position under which a training counts to its reports."""
        self._stored: set[int] = set()
        self._changed: set[int] = set()

    def load(self, events: Iterable[Recorded]) -> set[int]:
        """Fetch the reports that events refer to; the positions of the rows of evidence that they come to."""
        named = {position for event in events for position in _names(event)}
        if not named:
            return set()
        trainings = set(self._connection.execute(_TRAININGS, many(named)).scalars()) | named
        for one in of_trainings(self._connection, trainings):
            self._hold(one)
            self._stored.add(one.position)
        return trainings

    def _hold(self, one: Report) -> None:
        self._reports[one.position] = one
        self._groups.setdefault(one.training, {})[one.position] = one

    def group(self, position: int) -> set[int]:
        """The reports of the training of a report; a plain record alone."""
        report = self._reports.get(position)
        return {position} if report is None else {position, *self._groups[report.training]}

    # ---------------------------------------------------------------------------------------------- one event

    def recorded(self, event: Recorded, fact: TrainingRecorded) -> None:
        """A training that is recorded: a plain record, unless it was failed."""
        if fact.failed:
            self._begin(event, event.position, fact)

    def also(self, event: Recorded, fact: TrainingAlsoReported, own: int) -> None:
        """One more report of a training."""
        training = self._known(fact.training).training
        self._begin(event, training, fact)
        self._settle(training, event.position, own)

    def applies(self, event: Recorded, own: int) -> bool:
        """What becomes of reports; False for an event that is about a plain record, or about none."""
        fact, at = event.fact, event.position
        match fact:
            case TrainingsFoundSame():
                self._join(fact, at)
                report = self._reports[fact.training]
            case TrainingsFoundDifferent():
                for training in self._part(fact):
                    self._settle(training, at, own)
                return True
            case TrainingRefused(training=position):
                report = self._known(position)
                report.refused = at
            case TrainingRecognised(training=position) if position in self._reports:
                report = self._reports[position]
                report.recognised = True
                for one in self._groups[report.training].values() if fact.after else ():
                    one.refused = 0
                    self._changed.add(one.position)
            case EvidenceVoided(target=position) if position in self._reports:
                report = self._reports[position]
                report.voided = at
            case EvidenceCorrected(target=position) if position in self._reports:
                report = self._reports[position]
                self._correct(report, event, fact)
            case _:
                return False
        self._changed.add(report.position)
        self._settle(report.training, at, own)
        return True

    def take_back(self, position: int, at: int, own: int) -> bool:
        """A report is none any more; False for a plain record, or for what is no report."""
        if (report := self._reports.get(position)) is None:
            return False
        report.voided = at
        self._changed.add(position)
        self._settle(report.training, at, own)
        return True

    def become(self, told: Reports, positions: Iterable[int], again: Collection[int]) -> None:
        """These reports are what they came to when they were told again; one that is plain there says so itself.

        One that is not among those told ``again`` was taken back itself, and stays so.
        """
        for position in sorted(set(positions) & self._reports.keys() & set(again)):
            report = self._reports[position]
            del self._groups[report.training][position]
            if (anew := told._reports.get(position)) is not None:
                report = replace(anew, voided=anew.voided or report.voided if anew.voided is not None else None)
            else:
                report = replace(report, training=position, refused=0, corrected=0, voided=None)
            self._hold(report)
            self._changed.add(position)

    def _begin(self, event: Recorded, training: int, fact: TrainingRecorded | TrainingAlsoReported) -> None:
        (item,) = evidence.items(fact)
        assert item.amount is not None
        days = event.envelope.occurred_from.toordinal(), event.envelope.occurred_until.toordinal()
        one = Report(
            event.position, training, *days, item.amount.value, item.amount.scale, item.attributes,
            fact.recognised, bool(fact.failed),
        )  # fmt: skip
        self._hold(one)
        self._changed.add(one.position)

    def _known(self, position: int) -> Report:
        """A report; where it is a plain record as yet, it becomes one from its row of evidence."""
        if position not in self._reports and not self._lines.has(position):
            # It was taken back, and is told of only because others report the same.
            event = self._targets[position]
            assert isinstance(event.fact, TrainingRecorded | TrainingAlsoReported)
            self._begin(event, position, event.fact)
            self._reports[position].voided = 0
        if position not in self._reports:
            line = self._lines.newest(position)
            first = line.recorded
            words = (line.first, line.last, line.amount, line.scale, line.attributes)
            corrected = line.made if words != self._own_words(position) else 0
            one = Report(
                position, first, line.first, line.last, line.amount, line.scale, json.loads(line.attributes),
                line.known != NEVER, False, 0, corrected, line.voided,
            )  # fmt: skip
            self._hold(one)
            self._changed.add(position)
        return self._reports[position]

    def _own_words(self, position: int) -> tuple[int, int, int, int, str]:
        event = self._targets[position]
        (item,) = evidence.items(event.fact)
        assert item.amount is not None
        days = event.envelope.occurred_from.toordinal(), event.envelope.occurred_until.toordinal()
        return *days, item.amount.value, item.amount.scale, attributes_text(item.attributes)

    def _correct(self, report: Report, event: Recorded, fact: EvidenceCorrected) -> None:
        (item,) = evidence.corrected(self._targets[report.position].fact, fact)
        assert item.amount is not None
        report.first = event.envelope.occurred_from.toordinal()
        report.last = event.envelope.occurred_until.toordinal()
        report.amount, report.scale = item.amount.value, item.amount.scale
        report.attributes = item.attributes
        report.recognised, report.failed = bool(fact.recognised), False
        report.corrected = event.position

    def _join(self, fact: TrainingsFoundSame, at: int) -> None:
        """The other's reports become reports of the training, as the one that is named first has it."""
        one, other = self._known(fact.training), self._known(fact.other)
        one.corrected = at
        left = other.training
        if left == one.training:
            return
        for report in self._groups.pop(left).values():
            report.training = one.training
            self._hold(report)
            self._changed.add(report.position)
        for line in self._lines.current(left):
            self._lines.void(line, at)

    def _part(self, fact: TrainingsFoundDifferent) -> tuple[int, ...]:
        """Of two reports of one training, the one that does not name it becomes a training of its own."""
        if not {fact.training, fact.other} <= self._reports.keys():
            return ()
        one, other = self._reports[fact.training], self._reports[fact.other]
        if one.training != other.training:
            return ()
        leaves, stays = (one, other.training) if other.position == other.training else (other, one.training)
        if leaves.position == stays:
            return ()
        del self._groups[stays][leaves.position]
        leaves.training = leaves.position
        self._hold(leaves)
        self._changed.add(leaves.position)
        return stays, leaves.position

    def _settle(self, training: int, at: int, own: int) -> None:
        """Bring the row of evidence to what the reports of a training come to."""
        now = counted(self._groups[training].values())
        lines = self._lines.current(training)
        if now is None:
            for line in lines:
                self._lines.void(line, at)
            return
        said: dict[str, Any] = {
            "first": now.first, "last": now.last, "amount": now.amount, "scale": now.scale,
            "attributes": attributes_text(dict(now.attributes)),
        }  # fmt: skip
        if not self._lines.has(training):
            known = at if now.recognised else NEVER
            self._lines.add(
                Line(at, training, 0, 0, "training", own, None, until=FOREVER, known=known, voided=None, **said)
            )
        elif not lines or not _is(lines[0], said, now):
            line = self._lines.newest(training)
            self._lines.revise(line, at, **said, known=at if now.recognised else NEVER)

    # ------------------------------------------------------------------------------------------------ writing

    def flush(self) -> None:
        """Write the reports of the batch."""
        changed = [self._reports[position] for position in sorted(self._changed)]
        new = [_values(one) for one in changed if one.position not in self._stored]
        insert_rows(self._connection, report_table, new)
        names = ["at", *(f"new_{name}" for name in report_table.c.keys()[1:])]
        stored = [dict(zip(names, _values(one), strict=True)) for one in changed if one.position in self._stored]
        if stored:
            self._connection.execute(_CHANGE, stored)


def _is(line: Line, said: dict[str, Any], now: Counted) -> bool:
    """Whether a row of evidence in force says that already."""
    same = all(getattr(line, name) == value for name, value in said.items())
    return same and (line.known != NEVER) == now.recognised


def _names(event: Recorded) -> tuple[int, ...]:
    """The positions of records that an event may be a report of, or about."""
    match event.fact:
        case TrainingAlsoReported(training=position) | TrainingRecognised(training=position):
            return (position,)
        case TrainingRefused(training=position):
            return (position,)
        case EvidenceVoided(target=position) | EvidenceCorrected(target=position) | TakenBack(target=position):
            return (position,)
        case TrainingsFoundSame(training=one, other=two) | TrainingsFoundDifferent(training=one, other=two):
            return one, two
    return ()


def _values(one: Report) -> tuple[Any, ...]:
    return (
        one.position, one.training, one.first, one.last, one.amount, one.scale, attributes_text(dict(one.attributes)),
        int(one.recognised), int(one.failed), one.refused, one.corrected, one.voided,
    )  # fmt: skip
