"""A small office for the tests of review cycles: a data folder with a ladder, a school and eight people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from sqlite3 import connect

from engine.cycles import advance as plain
from engine.district import District
from events.facts import PersonHired, Seat, UnitEstablished
from workflows.commands import (
    Asking,
    CastBallot,
    Command,
    Nominate,
    OpenCycle,
    PublishLadder,
    Record,
    SeatPanel,
    SetClock,
    Span,
)

CLERK = Asking(actor="clerk-1")
MARCH = datetime(2026, 3, 2, 1, tzinfo=UTC)
NAMES = [f"欧阳{one}{two}" for one in "澄霁" for two in "岚砚棠樾"]
LADDER = """
format: jieti-ladder/1
id: tenure
title: {zh: 教龄阶梯, en: tenure}
subject: person
rungs:
  - {id: senior, title: {zh: 资深教师, en: senior}, end: true}
routes:
  review:
    stages:
      - id: panel
        title: {zh: 评审组评议, en: panel review}
        body: {zh: 督导室, en: the inspection office}
        seats: 1
        quorum: 1
        threshold: more than 1/2 of present
        days: 7
    notice working days: 5
steps:
  - to: senior
    route: review
    term: 3 years
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
"""


@dataclass(frozen=True)
class Office:
    """A data folder whose ladder is published and whose people are hired: every other one long ago."""

    folder: Path
    people: tuple[str, ...]

    def open_cycle(self, period: str) -> str:
        """A cycle with everybody nominated, the panel seated, and its last day of submission in the past."""
        with District.open(self.folder) as district:
            cycle = district.new_id("y")
            new: Callable[[], str] = district.command_id
            commands: list[Command] = [
                OpenCycle(
                    id=new(),
                    asking=CLERK,
                    cycle=cycle,
                    ladder="tenure",
                    to="senior",
                    period=period,
                    title=f"{NAMES[0]}主持的评审",
                    as_of=MARCH.date(),
                    deadline=district.today,
                ),
                SeatPanel(
                    id=new(),
                    asking=CLERK,
                    cycle=cycle,
                    stage="panel",
                    seats=(Seat(seat=1, person=self.people[1]),),
                ),
                *(
                    Nominate(id=new(), asking=CLERK, cycle=cycle, case=district.new_id("c"), subject=person)
                    for person in self.people
                ),
                SetClock(id=new(), asking=CLERK, now=district.now + timedelta(days=1)),
            ]
            for command in commands:
                district.handle(command)
        return cycle

    def position(self) -> int:
        """Where the log ends."""
        with District.open(self.folder) as district:
            return max(event.position for batch in district.log.follow() for event in batch)

    def funnel(self, cycle: str) -> dict[str, int]:
        with District.open(self.folder) as district:
            return {line.stage: line.count for line in plain.funnel(district, cycle)}

    def vote(self, cycle: str) -> None:
        """The panel's one member votes for every case that is in review."""
        with District.open(self.folder) as district:
            for person in self.people[::2]:
                case = district.cases_of(cycle).get(person)
                assert case is not None
                district.handle(
                    CastBallot(
                        id=district.command_id(),
                        asking=CLERK,
                        cycle=cycle,
                        case=case,
                        stage="panel",
                        person=self.people[1],
                        choice="for",
                    )
                )

    def wait(self, days: int) -> None:
        with District.open(self.folder) as district:
            later = district.now + timedelta(days=days)
            district.handle(SetClock(id=district.command_id(), asking=CLERK, now=later))


def open_office(folder: Path) -> Office:
    """Make the data folder, and hire everybody."""
    with District.create(folder, "测试区", CLERK, simulated_clock=MARCH) as district:
        people, unit = [], district.new_id("u")

        def record(subject: str, day: date, fact: UnitEstablished | PersonHired, code: str) -> None:
            district.handle(
                Record(
                    id=district.command_id(),
                    asking=CLERK,
                    subject=subject,
                    occurred=Span.day(day),
                    fact=fact,
                    code=code,
                )
            )

        record(unit, date(2000, 9, 1), UnitEstablished(code="S1", kind="school", name="河口镇中心小学"), "S1")
        for number, name in enumerate(NAMES):
            person, began = district.new_id("p"), date(2025 if number % 2 else 2010, 9, 1)
            hired = PersonHired(staff_number=f"GH77{number:03}", name=name, unit=unit, service_began=began)
            record(person, began, hired, f"GH77{number:03}")
            people.append(person)
        district.handle(
            PublishLadder(id=district.command_id(), asking=CLERK, file=LADDER.encode(), in_force_from=date(2026, 1, 1))
        )
    return Office(folder, tuple(people))


def copied(office: Office, folder: Path) -> Office:
    """The same office in another folder; with Prefect's home as it is when nobody uses it, if it has one."""
    copytree(office.folder, folder, ignore=lambda *_: ["prefect"])
    database = office.folder / "prefect" / "prefect.db"
    if database.exists():
        (folder / "prefect").mkdir()
        with closing(connect(database)) as old, closing(connect(folder / "prefect" / "prefect.db")) as new:
            old.backup(new)
    return Office(folder, office.people)


def due(office: Office, cycle: str) -> str | None:
    """The phase in which a cycle is."""
    with District.open(office.folder) as district:
        phase = plain.next_phase(district, cycle)
        return None if phase is None else phase.name


def verdicts(office: Office, cycle: str) -> list[str]:
    """The streams of a cycle's cases, once for each verdict in them."""
    with District.open(office.folder) as district:
        events = [event.envelope for batch in district.log.follow() for event in batch]
    return [one.stream for one in events if one.type == "assessed" and one.correlation == cycle]
