"""Yearly accounts of training hours, as of any day and as known at any position."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from engine.district import District
from engine.projections import reports
from engine.projections.lasting import EMPLOYMENT
from engine.projections.projector import reached
from engine.tables import UNPASSED, UNRECOGNISED, evidence_table, report_table, subject_table, unit_table
from engine.worlds.worlds import chain, units_above
from events.facts import Catalogue, HoursRules
from events.tables import event_table
from ladders.hours import years
from ladders.hours.accounts import UNCATEGORISED, Asked, Entry, Line, account, accounts, asked, missing
from ladders.hours.years import Year
from workflows.commands import Refused
from workflows.reports import Report as TrainingReport

_row = evidence_table.c


@dataclass(frozen=True)
class Question:
    """Which year is asked about, until which of its days, as known at a position."""

    year: Year
    as_of: date
    known_at: int
    asked: Asked
    scale: int
    categories: tuple[str, ...]
    """The catalogue's categories, in its order."""

    @property
    def until(self) -> date:
        """The last day that is looked at."""
        return min(self.as_of, self.year.last)

    @property
    def begun(self) -> bool:
        """Whether the year has begun by the day."""
        return self.year.first <= self.as_of


@dataclass(frozen=True)
class Waiting:
    """A training that is not recognised: pending, or ``failed``."""

    subject: int
    recorded: int
    first: int
    last: int
    hours: int
    category: str
    failed: bool


@dataclass(frozen=True)
class Account:
    """One person's account of a year; hours are integers at the question's scale."""

    lines: tuple[Line, ...]
    waiting: tuple[Waiting, ...]
    missing: int

    @property
    def counted(self) -> int:
        """The hours that count."""
        return sum(one.counted for one in self.lines)


@dataclass(frozen=True)
class Teacher:
    """A teacher's row in the report of a year; ``recognised`` is by category."""

    subject: str
    unit: str
    recognised: tuple[int, ...]
    counted: int
    missing: int
    pending: int
    failed: int


@dataclass(frozen=True)
class Report:
    """Everybody in service on the last day that is looked at, by school and staff number's order in the log."""

    question: Question
    categories: tuple[str, ...]
    """Those that anybody has hours in, or that something is asked of."""
    teachers: tuple[Teacher, ...]


def ask(district: District, year: str = "", as_of: date | None = None, known_at: int | None = None) -> Question:
    """The question that is meant: without a year, the one in which the day lies; Refused for a year that is none."""
    state, day = district.state, as_of or district.today
    with district.reading() as connection:
        tip = reached(connection)
    at = tip if known_at is None else min(known_at, tip)
    decided: list[HoursRules] = [rules for position, rules in state.hours if position <= at]
    found = years.called(decided, year) if year else years.holding(decided, day)
    if found is None:
        raise _no_year(year, years.near(decided, year, day))
    kind = state.catalogue.kinds.get("training")
    scale = kind.amount.scale if kind and kind.amount else 0
    return Question(found, day, at, asked(found.rules, scale), scale, categories(state.catalogue))


def _no_year(asked: str, near: list[Year]) -> Refused:
    """What is said of a year that is none here: what years look like in this district, and how it decides on others."""
    spans = [(one.name, f"{one.first} – {one.last}") for one in near]
    zh, en = (
        "、".join(f"{name}（{span}）" for name, span in spans),
        ", ".join(f"{name} ({span})" for name, span in spans),
    )
    school = any(one.first.year != one.last.year for one in near)
    return Refused(
        "year",
        f"“{asked}”不是这里的学时年度;可写:{zh}"
        + ("" if school else "。按学年算的,公布学时要求时写 since: 某年-09-01(jieti hours rules 文件)"),
        f'"{asked}" is no year of training hours here; write {en}'
        + ("" if school else ". For school years, say since: YEAR-09-01 in what is asked (jieti hours rules FILE)"),
    )


def categories(catalogue: Catalogue) -> tuple[str, ...]:
    """The categories of trainings, in the catalogue's order."""
    kind = catalogue.kinds.get("training")
    scale = catalogue.scales.get(kind.attributes.get("category", "")) if kind else None
    return tuple(one.id for one in scale.terms) if scale else ()


# ------------------------------------------------------------------------------------------------------ one person


def of_person(district: District, subject: str, question: Question) -> Account:
    """A person's account, training by training."""
    with district.reading() as connection:
        number = select(subject_table.c.number).where(subject_table.c.id == subject).scalar_subquery()
        rows = connection.execute(
            select(_row.recorded, _row.first, _row.last, _row.amount, _row.scale, _row.attributes).where(
                _row.kind == "training",
                _row.subject == number,
                _row.recorded.in_(_told_of(subject)),
                *_in_year(question),
                _row.known <= question.known_at,
                or_(_row.voided.is_(None), _row.voided > question.known_at),
            )
        ).all()
        waiting = _waiting(connection, question, subject)
    entries = [
        Entry(
            row.recorded,
            date.fromordinal(row.first),
            date.fromordinal(row.last),
            _category(row.attributes),
            row.amount * 10 ** (question.scale - row.scale),
        )
        for row in rows
    ]
    lines = tuple(account(entries, question.asked))
    return Account(lines, tuple(waiting), missing(lines, question.asked))


def _told_of(subject: str) -> Select[tuple[int]]:
    """The positions of a person's own stream, by its index: nobody else's rows of evidence are read."""
    return select(event_table.c.position).where(event_table.c.stream == f"subject-{subject}")


def _in_year(question: Question) -> tuple[ColumnElement[bool], ...]:
    return _row.last >= question.year.first.toordinal(), _row.last <= question.until.toordinal()


def _category(attributes: str) -> str:
    return str(json.loads(attributes).get("category", UNCATEGORISED))


def _waiting(connection: Connection, question: Question, subject: str | None = None) -> list[Waiting]:
    """The trainings of the year that are not recognised, everybody's without a subject, in the order of the log."""
    chosen = select(_row.subject, _row.recorded, _row.first, _row.last, _row.amount, _row.scale, _row.attributes).where(
        UNRECOGNISED,
        _row.kind == "training",
        *_in_year(question),
        _row.made <= question.known_at,
        or_(_row.voided.is_(None), _row.voided > question.known_at),
    )
    if subject is not None:
        number = select(subject_table.c.number).where(subject_table.c.id == subject).scalar_subquery()
        chosen = chosen.where(_row.subject == number, _row.recorded.in_(_told_of(subject)))
    rows = connection.execute(chosen.order_by(_row.recorded)).all()
    failed = _failed(connection, question.known_at) if rows else frozenset()
    return [
        Waiting(
            row.subject,
            row.recorded,
            row.first,
            row.last,
            row.amount * 10 ** (question.scale - row.scale),
            _category(row.attributes),
            row.recorded in failed,
        )
        for row in rows
    ]


def _failed(connection: Connection, known_at: int) -> frozenset[int]:
    """The trainings that the office refused, or that everybody who reports them calls failed."""
    unpassed = connection.execute(select(report_table.c.training).where(UNPASSED).distinct()).scalars().all()
    groups: dict[int, list[TrainingReport]] = defaultdict(list)
    for one in reports.of_trainings(connection, unpassed):
        if one.position <= known_at:
            groups[one.training].append(one)
    return frozenset(
        training
        for training, group in groups.items()
        if any(0 < one.refused <= known_at for one in group)
        or all(one.failed for one in group if one.voided is None or one.voided > known_at)
    )


@dataclass(frozen=True)
class Pending:
    """The trainings of a year that are not recognised, and whose they are, by subject number."""

    question: Question
    trainings: tuple[Waiting, ...]
    subjects: dict[int, str]


def waiting(district: District, question: Question, unit: str | None = None) -> Pending:
    """What is not recognised of a year, everybody's or of those who are in a unit, in the order of the log."""
    with district.reading() as connection:
        found = _waiting(connection, question)
        ids = dict(connection.execute(select(subject_table.c.number, subject_table.c.id)).tuples().all())
    if unit is not None:
        there = schools(district, question.until, question.known_at, unit)
        found = [one for one in found if one.subject in there]
    return Pending(question, tuple(found), {one.subject: ids[one.subject] for one in found})


# ------------------------------------------------------------------------------------------------------- everybody


def schools(district: District, day: date, known_at: int, unit: str | None = None) -> dict[int, str]:
    """Who is employed on a day, by subject number: the unit where they are, which is the one named or lies below it."""
    rows, on = district.columns(known_at).rows(EMPLOYMENT), day.toordinal()
    there = (rows.first <= on) & (rows.until >= on) & (rows.known <= known_at) & (rows.voided > known_at)
    employed = np.flatnonzero(there)
    if not len(employed):
        return {}
    with district.reading() as connection:
        ids = dict(connection.execute(select(subject_table.c.number, subject_table.c.id)).tuples().all())
        above = units_above(connection)
    within = {name for name in above if unit is None or unit in chain(name, above)}
    units = {number: ids[number] for number in np.unique(rows.attributes["member"][employed]).tolist()}
    pairs = zip(rows.subject[employed].tolist(), rows.attributes["member"][employed].tolist(), strict=True)
    return {person: units[number] for person, number in sorted(pairs) if units[number] in within}


def report(district: District, question: Question, unit: str | None = None) -> Report:
    """The accounts of everybody who is in service, of all schools or of those of a unit."""
    columns = district.columns(question.known_at)
    found = accounts(
        columns, question.asked, question.year.first, question.until, question.known_at, question.categories
    )
    with district.reading() as connection:
        unrecognised = _waiting(connection, question)
        ids = dict(connection.execute(select(subject_table.c.number, subject_table.c.id)).tuples().all())
    pending, failed = defaultdict[int, int](int), defaultdict[int, int](int)
    for one in unrecognised:
        (failed if one.failed else pending)[one.subject] += one.hours
    school = schools(district, question.until, question.known_at, unit)
    there = list(school)
    shown = [
        place
        for place, name in enumerate(found.categories)
        if (question.asked.categories or {}).get(name) or found.recognised[place, there].any()
    ]
    by_person = found.recognised[shown].T.tolist()
    total, short = found.total.tolist(), found.missing.tolist()
    teachers = tuple(
        Teacher(
            ids[number], school[number], tuple(by_person[number]), total[number], short[number],
            pending[number], failed[number],
        )
        for number in there
    )  # fmt: skip
    return Report(question, tuple(found.categories[place] for place in shown), teachers)


def titles(district: District, positions: Collection[int]) -> dict[int, str]:
    """What trainings are called, by the position of their record; personal text, for a screen."""
    from engine.people import names

    with district.reading() as connection:
        events = district.log.read_at(connection, positions) if positions else []
    district.vault.load({one.envelope.stream.partition("-")[2] for one in events})
    return {one.position: names.personal(district.vault, one).get("title", "") for one in events}


def unit_titles(connection: Connection, units: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Code and name of units."""
    wanted = set(units)
    rows = connection.execute(select(unit_table.c.id, unit_table.c.code, unit_table.c.name))
    return {row.id: (row.code, row.name) for row in rows if row.id in wanted}
