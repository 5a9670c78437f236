"""Lives at random in which files are imported, some of which are undone, and what such a life comes to."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from engine.district import District
from engine.projections.projector import reached
from engine.projections.retelling import TAKEN_BACK
from engine.tables import (
    business_key_table,
    code_table,
    evidence_table,
    offer_table,
    standing_table,
    subject_table,
    unit_table,
)
from events.facts import (
    Amount,
    EvaluationRecorded,
    EvidenceVoided,
    Fact,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    ReflectionSubmitted,
    StandingTakenOver,
    StudioFounded,
    TrainingOffered,
    TrainingRecognised,
    UnitEstablished,
)
from ladders.evidence.columns import NEVER
from tests.engine.district_at_work import CLERK, PEOPLE, UNITS, paper, row, training
from workflows.acts import CallOffTraining, ChangeTraining, OfferTraining
from workflows.commands import Command, Correct, Record, Span

Making = Callable[[District, str], Command]
"""A command of the import of that id, made when it is given: what it follows up is found by its row."""


class Files:
    """Files at random, the same for a seed: each row is a command of an import."""

    def __init__(self, seed: int) -> None:
        self.random, self.count = random.Random(seed), 0
        self.rows: list[tuple[str, str, Fact]] = []
        """(row key, subject, fact) of evidence that some file told."""
        self.people, self.units, self.groups = list(PEOPLE), list(UNITS), ["g-1"]
        self.offers: list[tuple[str, str]] = []

    def day(self) -> date:
        return date(2019, 1, 1) + timedelta(days=self.random.randrange(2600))

    def next(self) -> str:
        self.count += 1
        return f"{self.count:03}"

    def file(self, size: int) -> list[Making]:
        """The rows of a file."""
        makers = [*[self.told] * 5, *[self.evidence] * 5, *[self.follow_up] * 5, *[self.offer] * 2, self.begun]
        return [self.random.choice(makers)() for _ in range(size)]

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """What files tell of meanwhile, files after them do not know."""
        named = ("rows", "people", "units", "groups", "offers")
        before = {name: list(getattr(self, name)) for name in named}
        yield
        for name in named:
            setattr(self, name, before[name])

    def record(self, subject: str, fact: Fact, code: str | None = None, on: date | None = None) -> Making:
        span = Span.day(on or self.day())
        return lambda district, name: Record(
            id=district.command_id(),
            asking=CLERK,
            correlation=name,
            subject=subject,
            occurred=span,
            fact=fact,
            code=code,
        )

    def told(self) -> Making:
        one, said = self.random.choice, row(f"t{self.next()}")
        subject, other = one(self.people), one(self.people)
        facts: list[Callable[[], Fact]] = [
            lambda: PersonMoved(unit=one(self.units), source=said),
            lambda: PersonLeft(source=said),
            lambda: StandingTakenOver(
                ladder=one(["diligence", "other"]), rung=one("abc"), title="-", until=one([None, date(2027, 1, 1)]),
                source=said,
            ),
            lambda: MemberJoined(group=one(self.groups), role="member", source=said),
            lambda: MemberLeft(group=one(self.groups), source=said),
            lambda: MentorPaired(mentor=other, source=said),
            lambda: MentorParted(mentor=other, source=said),
        ]  # fmt: skip
        return self.record(subject, one(facts)())

    def begun(self) -> Making:
        one, said, new = self.random.choice, row(f"b{self.next()}"), self.next()
        match one(["unit", "person", "studio"]):
            case "unit":
                fact: Fact = UnitEstablished(
                    code=f"U{new}", kind="school", name=f"学校{new}", part_of=one(self.units), source=said
                )
                self.units.append(subject := f"u-{new}")
                code = f"U{new}"
            case "person":
                fact = PersonHired(
                    staff_number=f"T{new}",
                    name="张三",
                    unit=one(self.units),
                    service_began=date(2015, 9, 1),
                    source=said,
                )
                self.people.append(subject := f"p-{new}")
                code = f"T{new}"
            case _:
                fact = StudioFounded(
                    code=f"G{new}", kind="teacher", name="张三工作室", host=one(self.people), unit=one(self.units),
                    source=said,
                )  # fmt: skip
                self.groups.append(subject := f"g-{new}")
                code = f"G{new}"
        return self.record(subject, fact, code, date(2015, 9, 1))

    def evidence(self) -> Making:
        one, key = self.random.choice, f"e{self.next()}"
        fact = self.said(one(["training", "training", "evaluation", "reflection", "paper"]), key, "as it is")
        self.rows.append((key, subject := one(self.people), fact))
        return self.record(subject, fact)

    def said(self, kind: str, key: str, content: str) -> Fact:
        said, number = row(key, content), Decimal(self.random.randrange(160)) / 4
        match kind:
            case "training":
                identity = self.random.choice([None, None, None, "n1", "n2"])
                return training(
                    str(number), source=said, recognised=self.random.random() < 0.6, identity=identity, number=identity
                )
            case "evaluation":
                names = [one for one in ("ethics", "theory", "teaching") if self.random.random() < 0.7]
                return EvaluationRecorded(
                    title="年度", source=said, **{one: Amount.of(number, "point") for one in [*names, "research"]}
                )
            case "reflection":
                return ReflectionSubmitted(work=key, title="反思", source=said)
        return paper(source=said)

    def follow_up(self) -> Making:
        if not self.rows:
            return self.evidence()
        key, subject, fact = self.random.choice(self.rows)
        on, act = Span.day(self.day()), self.random.choice(["void", "recognise", "correct", "correct"])
        right = self.said(fact.TYPE.split()[0] if fact.TYPE != "evidence recorded" else "paper", key, self.next())

        def make(district: District, name: str) -> Command:
            asked: dict[str, Any] = {"id": district.command_id(), "asking": CLERK, "correlation": name}
            at = district.held([f"row/{key}"])
            target = at[f"row/{key}"].position if at else 1
            if act == "correct":
                return Correct(**asked, target=target, occurred=on, fact=right, reason="录错")
            said: Fact = EvidenceVoided(target=target, reason="-")
            if act == "recognise":
                said = TrainingRecognised(training=target)
            return Record(**asked, subject=subject, occurred=on, fact=said)

        return make

    def offer(self) -> Making:
        one, days = self.random.choice, date(2026, 9, 1) + timedelta(days=self.random.randrange(90))
        act = one(["offer", "change", "off"]) if self.offers else "offer"
        if act == "offer":
            self.offers.append((f"t-{self.next()}", f"o{self.next()}"))
        which, key = self.offers[-1] if act == "offer" else one(self.offers)
        said = TrainingOffered(
            title="研修班", first=days, last=days, kind="training", amount=Amount.of(Decimal(8), "hour"),
            source=row(key, self.next()),
        )  # fmt: skip

        def make(district: District, name: str) -> Command:
            asked: dict[str, Any] = {
                "id": district.command_id(), "asking": CLERK, "correlation": name, "offer": which,
            }  # fmt: skip
            if act == "offer":
                return OfferTraining(**asked, said=said)
            return (
                CallOffTraining(**asked, reason="-") if act == "off" else ChangeTraining(**asked, said=said, reason="-")
            )

        return make


def imported(district: District, rows: list[Making], name: str) -> None:
    """Import a file, row by row: what follows up finds what the row before it told."""
    for make in rows:
        list(district.handle_many([make(district, name)]))


def state(district: District) -> dict[str, Counter[Any]]:
    """What screens read, without what only says where in the log it is told."""
    with district.reading() as connection:
        subjects = connection.execute(select(subject_table)).all()
        names = {one.number: one.id for one in subjects}
        lines = connection.execute(select(evidence_table).where(evidence_table.c.voided.is_(None))).all()
        row = standing_table.c
        standings = select(row.subject, row.ladder, row.rung, row.first, row.term_until, row.until, row.state)
        keys = select(business_key_table.c.key, business_key_table.c.content)
        offers = connection.execute(select(offer_table)).all()
        return {
            "subjects": Counter(
                (one.id, one.kind, one.since, one.until, one.unit, one.host)
                for one in subjects
                if one.kind != TAKEN_BACK
            ),
            "units": Counter(map(tuple, connection.execute(select(unit_table)))),
            "codes": Counter(map(tuple, connection.execute(select(code_table)))),
            "evidence": Counter(
                (
                    *(
                        one.kind,
                        names[one.subject],
                        names.get(one.other or 0),
                        one.item,
                        one.first,
                        one.last,
                        one.until,
                    ),
                    *(one.amount, one.scale, one.attributes, one.known == NEVER),
                )
                for one in lines
            ),
            "standings": Counter(map(tuple, connection.execute(standings))),
            "rows": Counter(tuple(one) for one in connection.execute(keys) if one.key.startswith("row/")),
            "offers": Counter((one.id, one.first, one.last, one.called_off is None) for one in offers),
        }


def known(district: District, at: int = 0) -> tuple[int, list[Any]]:
    """A position (the tip without one), and the rows that rules count as they were known there."""
    with district.reading() as connection:
        at, line = at or reached(connection), evidence_table.c
        chosen = select(*(one for one in line if one.name != "voided")).where(
            line.known <= at, line.voided.is_(None) | (line.voided > at)
        )
        return at, sorted(map(tuple, connection.execute(chosen.order_by(line.recorded, line.item, line.revision))))


def differing(one: dict[str, Counter[Any]], other: dict[str, Counter[Any]]) -> Iterator[tuple[str, Any, Any]]:
    """Where two states differ: by table what only the one has, and what only the other has."""
    for table, rows in one.items():
        if rows != other[table]:
            yield table, rows - other[table], other[table] - rows
