"""An invented district and its trainings: the same at every run, apart from the ids and keys that a folder draws."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine.district import District
from events.facts import Amount, PersonHired, Source, TrainingRecorded, UnitEstablished
from workflows.commands import Asking, Command, Landed, Record, Span

CLERK = Asking(actor="bench-clerk")
PER_PERSON = 33
"""Trainings a person: what a district's files come to over some years."""
BEGAN = date(2021, 1, 1)
"""The day on which everybody is hired and the trainings begin."""


@dataclass(frozen=True)
class Training:
    """A row of a trainings file, read and looked up."""

    number: int
    person: str
    title: str
    category: str
    level: str
    hours: Decimal
    day: date


def staff_number(nth: int) -> str:
    """The staff number of a person."""
    return f"T{nth:06}"


def name(nth: int) -> str:
    """The name of a person."""
    return f"测评{nth}"


def staffed(folder: Path, people: int, clock: datetime | None = None) -> list[str]:
    """Make a district, with a simulated clock if one is given, a school and so many people in it; their ids."""
    with District.create(folder, "测评区", CLERK, simulated_clock=clock) as district:
        school = district.new_id("u")
        unit = UnitEstablished(code="S1", kind="school", name="测评学校")
        district.handle(_record(district, school, BEGAN, unit, "S1"))
        ids = [district.new_id("p") for _ in range(people)]
        hired = (
            _record(
                district,
                one,
                BEGAN,
                PersonHired(staff_number=staff_number(nth), name=name(nth), unit=school, service_began=BEGAN),
                staff_number(nth),
            )
            for nth, one in enumerate(ids)
        )
        assert all(isinstance(answer, Landed) for answer in district.handle_many(hired))
    return ids


def trainings(people: Sequence[str], rows: int) -> list[Training]:
    """Rows of trainings in the order of their days, as a platform exports them."""
    drawn = random.Random(20240606)
    return [
        Training(
            number,
            drawn.choice(people),
            f"课程标准与课堂教学专题培训第{number}期",
            drawn.choice(("topic", "online", "school-based")),
            drawn.choice(("school", "district", "city")),
            Decimal(drawn.randrange(2, 80)) / 2,
            BEGAN + timedelta(days=number * 1800 // rows),
        )
        for number in range(rows)
    ]


def commands(district: District, rows: Sequence[Training]) -> Iterator[Command]:
    """The commands of these rows, made as an import makes them: hashed, validated, with ids of their own."""
    district.vault.load({row.person for row in rows})
    for row in rows:
        days = Span.day(row.day)
        key = district.row_hash(row.person, "training", row.title, row.day.isoformat())
        content = district.row_hash(
            row.person, row.title, row.category, row.level, str(row.hours), row.day.isoformat(), "recognised"
        )
        fact = TrainingRecorded(
            source=Source(file="bench", row=row.number, key=key, content=content),
            title=row.title,
            category=row.category,
            level=row.level,
            hours=Amount.of(row.hours, "hour"),
            recognised=True,
        )
        yield Record(id=district.command_id(), asking=CLERK, subject=row.person, occurred=days, fact=fact)


def _record(district: District, subject: str, day: date, fact: PersonHired | UnitEstablished, code: str) -> Record:
    return Record(id=district.command_id(), asking=CLERK, subject=subject, occurred=Span.day(day), fact=fact, code=code)
