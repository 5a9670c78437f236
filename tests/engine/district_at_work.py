"""A small district and the clerk who works in it, for the tests of the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from engine.cycles import advance
from engine.district import District
from engine.projections.projector import reached
from engine.tables import evidence_table, projections, subject_table
from events.facts import (
    Amount,
    EvidenceRecorded,
    Fact,
    PersonHired,
    Seat,
    Source,
    StudioFounded,
    TrainingRecorded,
    UnitEstablished,
)
from events.seal import verify
from workflows.commands import (
    Answer,
    Asking,
    CastBallot,
    CloseSubmission,
    Command,
    Landed,
    Nominate,
    OpenCycle,
    PublishLadder,
    Record,
    Refused,
    SeatPanel,
    SetClock,
    Span,
)

CLERK = Asking(actor="clerk-1", authority="教办〔2026〕1号")
JUNE = datetime(2026, 6, 1, 1, tzinfo=UTC)
UNITS = ("u-centre", "u-east", "u-west")
PEOPLE = tuple(f"p-{number}" for number in range(1, 9))
PANEL = PEOPLE[-3:]
LADDER = """
format: jieti-ladder/1
id: diligence
title: {zh: 研修阶梯, en: diligence}
subject: person
rungs:
  - {id: diligent, title: {zh: 勤学教师, en: diligent}, end: true}
routes:
  review:
    stages:
      - {id: panel, title: {zh: 评议, en: panel}, body: {zh: 督导, en: office}, seats: 3, quorum: 2,
         threshold: more than 1/2 of present, days: 7}
    notice working days: 2
steps:
  - to: diligent
    route: review
    term: 3 years
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
      - id: hours
        title: {zh: 学时, en: hours}
        evidence: training
        then: [within: last 3 years, sum]
        at least: 20
        basis: assumed
""".encode()
"""Three years of service and twenty hours of training; a panel of three, two days of notice."""

C = TypeVar("C", bound=Command)
Tables = dict[str, list[tuple[Any, ...]]]


def row(key: str, content: str = "as it is") -> Source:
    """A row of a file: what it is about, and what else it says."""
    return Source(file="rows.xlsx", row=2, key=key, content=content)


def training(hours: str = "10", **said: Any) -> TrainingRecorded:
    told: dict[str, Any] = {"title": "研修", "category": "topic", "level": "district", "recognised": True}
    return TrainingRecorded(hours=Amount.of(Decimal(hours), "hour"), **(told | said))


def paper(**said: Any) -> EvidenceRecorded:
    told: dict[str, Any] = {"title": "论文", "attributes": {"level": "city", "role": "first-author"}}
    return EvidenceRecorded(kind="paper", **(told | said))


class AtWork:
    """What the clerk does, each thing one command with an id of its own."""

    def __init__(self, district: District) -> None:
        self.district = district

    def command(self, kind: type[C], *parts: str, **said: Any) -> C:
        """A command; the same parts give the same id."""
        return kind(id=self.district.command_id(*parts), asking=CLERK, **said)

    def do(self, kind: type[Command], **said: Any) -> int:
        """Carry out a command that has to land; the position of its first event."""
        answer = self.district.handle(self.command(kind, **said))
        assert isinstance(answer, Landed), answer
        return answer.positions[0]

    def recording(self, subject: str, fact: Fact, on: date = date(2025, 5, 6), code: str | None = None) -> Record:
        return self.command(Record, subject=subject, occurred=Span.day(on), fact=fact, code=code)

    def record(self, subject: str, fact: Fact, on: date = date(2025, 5, 6), code: str | None = None) -> int:
        """Record a fact; its position."""
        return self.do(Record, subject=subject, occurred=Span.day(on), fact=fact, code=code)

    def unit(self, name: str, above: str | None = None) -> Record:
        fact = UnitEstablished(code=name, kind="school", name=f"学校{name}", part_of=above)
        return self.recording(name, fact, date(2000, 9, 1), name)

    def person(self, name: str, unit: str = "u-east", **said: Any) -> Record:
        fact = PersonHired(staff_number=name, name=f"欧阳{name}", unit=unit, service_began=date(2015, 9, 1), **said)
        return self.recording(name, fact, date(2015, 9, 1), name)

    def many(self, commands: Iterable[Command]) -> list[Answer]:
        return list(self.district.handle_many(commands))

    def tip(self) -> int:
        with self.district.reading() as connection:
            return reached(connection)

    # ------------------------------------------------------------------------------------------------- a review

    def open_cycle(self, subjects: Iterable[str] = PEOPLE[:5], period: str = "2026") -> str:
        """A cycle with its panel seated and these nominated; their cases are called after them."""
        cycle = f"y-{period}"
        self.do(
            OpenCycle, cycle=cycle, ladder="diligence", to="diligent", period=period, title="评审",
            as_of=date(2026, 6, 30), deadline=date(2026, 6, 20),
        )  # fmt: skip
        seats = tuple(Seat(seat=number, person=name) for number, name in enumerate(PANEL, 1))
        self.do(SeatPanel, cycle=cycle, stage="panel", seats=seats)
        for subject in subjects:
            self.do(Nominate, cycle=cycle, case=f"c-{period}-{subject}", subject=subject)
        return cycle

    def close(self, cycle: str) -> None:
        self.do(CloseSubmission, cycle=cycle)

    def ballots(self, cycle: str, cases: Iterable[str], choice: str = "for") -> list[CastBallot]:
        return [
            self.command(CastBallot, cycle=cycle, case=case, stage="panel", person=judge, choice=choice)
            for case in cases
            for judge in PANEL
        ]

    def wait_until(self, day: date) -> None:
        self.do(SetClock, now=datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def review(self, period: str = "2026") -> str:
        """A whole cycle, in which the first three of five have the hours and the third is voted down."""
        for subject in PEOPLE[:3]:
            self.record(subject, training("12"))
            self.record(subject, training("9.5", category="online"))
        cycle = self.open_cycle(period=period)
        self.close(cycle)
        advance.advance(self.district, cycle)
        for subject, choice in zip(PEOPLE[:3], ("for", "for", "against"), strict=True):
            answers = self.many(self.ballots(cycle, [f"c-{period}-{subject}"], choice))
            assert all(isinstance(answer, Landed) for answer in answers)
        advance.advance(self.district, cycle)
        self.wait_until(date(2026, 6, 12))
        advance.advance(self.district, cycle)
        return cycle


def settle(folder: Path) -> None:
    """Make a district with a ladder, three units, eight people and a studio."""
    with District.create(folder, "云溪区", CLERK, simulated_clock=JUNE) as district:
        at_work = AtWork(district)
        at_work.do(PublishLadder, file=LADDER, in_force_from=date(2026, 1, 1))
        founded = StudioFounded(code="g-1", kind="teacher", name="欧阳工作室", host="p-1", unit="u-east")
        answers = at_work.many(
            [
                at_work.unit("u-centre"),
                at_work.unit("u-east", "u-centre"),
                at_work.unit("u-west", "u-centre"),
                *(at_work.person(name, UNITS[number % 3]) for number, name in enumerate(PEOPLE)),
                at_work.recording("g-1", founded, date(2020, 9, 1), "g-1"),
            ]
        )
        assert all(isinstance(answer, Landed) for answer in answers), answers


def tables(district: District) -> Tables:
    """Every row of every projection, in the order of their keys."""
    with district.reading() as connection:
        return {
            table.name: [tuple(one) for one in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in projections.sorted_tables
        }


def assert_whole(district: District) -> None:
    """The log verifies, and its projections are what they come to when they are made anew."""
    with district.reading() as connection:
        assert verify(connection, reached(connection)).damage is None
    before = tables(district)
    district.rebuild()
    assert tables(district) == before


def known(district: District, kind: str, at: int | None = None) -> list[tuple[Any, ...]]:
    """(subject, other, first day, last day in force or None, amount) of the rows of a kind, as known at a position."""
    with district.reading() as connection:
        at = reached(connection) if at is None else at
        names = {one.number: one.id for one in connection.execute(select(subject_table))}
        in_view = select(evidence_table).where(
            evidence_table.c.kind == kind,
            evidence_table.c.known <= at,
            evidence_table.c.voided.is_(None) | (evidence_table.c.voided > at),
        )
        rows = connection.execute(in_view.order_by(evidence_table.c.first, evidence_table.c.recorded)).all()
    return [
        (
            names[one.subject],
            names.get(one.other),
            date.fromordinal(one.first),
            date.fromordinal(one.until) if one.until < date.max.toordinal() else None,
            Decimal(one.amount).scaleb(-one.scale),
        )
        for one in rows
    ]


def codes(answers: Iterable[Answer]) -> list[str]:
    """What came of commands, a word for each: landed, already, differs, or why it was refused."""
    return [one.code if isinstance(one, Refused) else type(one).__name__.lower() for one in answers]
