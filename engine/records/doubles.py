"""Trainings that may have been recorded twice, and reports of one training that disagree: for the office to settle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Text, cast, func, or_, select

from engine.district import District
from engine.people import names
from engine.projections import reports
from engine.records.hours import schools
from engine.tables import report_table, subject_table
from events.envelope import Recorded
from events.facts import Amount, TrainingAlsoReported, TrainingRecorded, TrainingsFoundDifferent
from events.tables import EACH, event_table, many
from ladders.evidence.columns import NEVER
from ladders.hours.doubles import SIMILAR, pairs, similarity
from workflows.reports import Report, disagree, standing

BLOCK = 20_000
"""So many pairs are looked into at a time."""
_FILES = select(event_table.c.position, func.json_extract(cast(event_table.c.payload, Text), "$.source.file")).where(
    event_table.c.position.in_(select(EACH))
)
"""The sheet that events came in, without reading the rest of them: most pairs came in one.  (On PostgreSQL:
``payload -> 'source' ->> 'file'``.)"""


@dataclass(frozen=True)
class Record:
    """A record of a training, in plain text for a screen."""

    position: int
    first: date
    last: date
    hours: Amount
    title: str
    category: str
    recognised: bool


@dataclass(frozen=True)
class Double:
    """Two records of one person that may be of one training: the days are the same or only overlap."""

    subject: str
    one: Record
    other: Record
    same_days: bool
    similar: float


@dataclass(frozen=True)
class Disagreement:
    """Reports of one training that do not say the same, the one that counts first; ``about`` says in what."""

    subject: str
    training: int
    reports: tuple[Record, ...]
    about: tuple[str, ...]


def doubles(district: District, first: date = date.min, last: date = date.max, unit: str | None = None) -> list[Double]:
    """The pairs to be looked at, by person: what the office found different before is left out.

    ``first`` and ``last``: only trainings that ended between these days; ``unit``: only of those who are there today.
    """
    columns = district.columns()
    rows = columns.rows("training")
    whose = None
    if unit is not None:
        whose = np.zeros(columns.subjects, np.bool_)
        whose[list(schools(district, district.today, columns.position, unit))] = True
    ones, others = pairs(rows, columns.position, first.toordinal(), last.toordinal(), whose)
    with district.reading() as connection:
        ids = dict(connection.execute(select(subject_table.c.number, subject_table.c.id)).tuples().all())
    found = []
    for start in range(0, len(ones), BLOCK):
        of_block = ones[start : start + BLOCK], others[start : start + BLOCK]
        at = [(int(rows.recorded[a]), int(rows.recorded[b])) for a, b in zip(*of_block, strict=True)]
        found += _looked_into(district, at, [ids[int(rows.subject[a])] for a in of_block[0]])
    return sorted(found, key=lambda one: (one.subject, one.one.position, one.other.position))


def _looked_into(district: District, at: Sequence[tuple[int, int]], subjects: Sequence[str]) -> list[Double]:
    apart = {pair: TrainingsFoundDifferent(training=pair[0], other=pair[1]).business_keys("")[0] for pair in at}
    settled = district.held(apart.values())
    left = [(pair, subject) for pair, subject in zip(at, subjects, strict=True) if apart[pair] not in settled]
    with district.reading() as connection:
        files = dict(connection.execute(_FILES, many({at for pair, _ in left for at in pair})).tuples().all())
        # A sheet tells its own rows apart.  What was recorded by hand came in none.
        left = [(pair, subject) for pair, subject in left if files[pair[0]] is None or len({*map(files.get, pair)}) > 1]
        positions = {at for pair, _ in left for at in pair}
        events = district.log.read_at(connection, positions) if positions else []
    records = _records(district, events)
    found = []
    for pair, subject in left:
        one, other = (records.get(position) for position in sorted(pair))
        if one is None or other is None:
            continue
        similar = similarity(one.title, other.title)
        if similar >= SIMILAR:
            same = (one.first, one.last) == (other.first, other.last)
            found.append(Double(subject, one, other, same, similar))
    return found


def _records(district: District, events: Iterable[Recorded]) -> dict[int, Record]:
    """Trainings as they were reported, by position; those of people who were erased are left out."""
    listed = list(events)
    district.vault.load({one.envelope.stream.partition("-")[2] for one in listed})
    found = {}
    for event in listed:
        fact, title = event.fact, names.opened(district.vault, event, "title")
        assert isinstance(fact, TrainingRecorded | TrainingAlsoReported)
        if title is not None:
            days = event.envelope.occurred_from, event.envelope.occurred_until
            found[event.position] = Record(
                event.position, *days, fact.hours, title, fact.category or "", fact.recognised
            )
    return found


# -------------------------------------------------------------------------------------------------- disagreements


def disagreements(district: District, first: int = 0, last: int = NEVER - 1) -> list[Disagreement]:
    """Trainings whose reports disagree, and that nobody settled; only those with a report between two positions."""
    row = report_table.c
    differ = or_(
        *(func.min(one) != func.max(one) for one in (row.amount, row.scale, row.first, row.last, row.attributes))
    )
    several = select(row.training).where(row.voided.is_(None)).group_by(row.training).having(differ)
    if first or last < NEVER - 1:
        several = several.where(row.training.in_(select(row.training).where(row.position.between(first, last))))
    with district.reading() as connection:
        trainings = connection.execute(several).scalars().all()
        groups: dict[int, list[Report]] = {}
        for one in reports.of_trainings(connection, trainings):
            groups.setdefault(one.training, []).append(one)
        told = {training: about for training, group in groups.items() if (about := disagree(group))}
        wanted = {one.position for training in told for one in groups[training]}
        events = district.log.read_at(connection, wanted) if wanted else []
    streams = {one.position: one.envelope.stream.partition("-")[2] for one in events}
    subjects = {training: streams[groups[training][0].position] for training in told}
    records = _records(district, events)
    return [
        Disagreement(
            subjects[training],
            training,
            tuple(_now(one, records[one.position]) for one in standing(groups[training]) if one.position in records),
            about,
        )
        for training, about in sorted(told.items())
    ]


def further(district: District, first: int, last: int) -> tuple[int, int]:
    """Of the reports between two positions, how many are of a training that was there; of how many trainings they
    disagree."""
    row = report_table.c
    counted = select(func.count()).where(row.position.between(first, last), row.position != row.training)
    with district.reading() as connection:
        count = int(connection.execute(counted).scalar_one())
    return count, len(disagreements(district, first, last)) if count else 0


def _now(report: Report, record: Record) -> Record:
    """A record as it is now: it may have been corrected since."""
    hours = Amount(value=report.amount, scale=report.scale, unit=record.hours.unit)
    days = date.fromordinal(report.first), date.fromordinal(report.last)
    category = report.attributes.get("category", "")
    return Record(record.position, *days, hours, record.title, category, report.recognised)
