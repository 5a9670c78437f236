"""Projections: whatever the batches, the rows are the same; made anew, they are the same again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.district import District
from engine.tables import projections
from events.facts import (
    Amount,
    EvaluationRecorded,
    EvidenceVoided,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonLeft,
    PersonMoved,
    ReflectionSelected,
    ReflectionSubmitted,
    StandingTakenOver,
    TrainingRecognised,
)
from tests.engine.district_at_work import (
    CLERK,
    PEOPLE,
    UNITS,
    AtWork,
    Tables,
    assert_whole,
    paper,
    row,
    tables,
    training,
)
from workflows.commands import Command, Correct, Record, Span


class Chance:
    """Commands at random, the same for the same seed: plausible, late, twice, and wrong ones."""

    def __init__(self, seed: int) -> None:
        self.random, self.count = random.Random(seed), 0

    def id(self) -> str:
        self.count += 1
        return f"{self.count:08}-0000-8000-8000-000000000000"

    def day(self) -> date:
        return date(2019, 1, 1) + timedelta(days=self.random.randrange(2600))

    def amount(self, unit: str, most: int) -> Amount:
        return Amount.of(Decimal(self.random.randrange(most * 4)) / 4, unit)

    def fact(self) -> Any:
        one, key = self.random.choice, f"r{self.random.randrange(60)}"
        said = row(key, one("ab")) if self.random.random() < 0.5 else None
        makers: list[Callable[[], Any]] = [
            lambda: PersonMoved(unit=one(UNITS)),
            PersonLeft,
            lambda: StandingTakenOver(
                ladder=one(["diligence", "other"]), rung=one("abc"), title="-", until=one([None, date(2027, 1, 1)])
            ),
            lambda: MemberJoined(group="g-1", role=one(["core", "member"])),
            lambda: MemberLeft(group="g-1"),
            lambda: MentorPaired(mentor=one(PEOPLE)),
            lambda: MentorParted(mentor=one(PEOPLE)),
            lambda: ReflectionSubmitted(work=key, title="反思", source=said),
            lambda: ReflectionSelected(work=key, level=one(["studio", "station"]), source=said),
            lambda: paper(source=said),
            *[lambda: self.training(said), lambda: self.scores(said)] * 4,
        ]
        return one(makers)()

    def training(self, source: Any = None) -> Any:
        hours = self.amount("hour", 40)
        return training("0", source=source, recognised=self.random.random() < 0.6).model_copy(update={"hours": hours})

    def scores(self, source: Any = None) -> EvaluationRecorded:
        scores = {
            name: self.amount("point", 100)
            for name in ("ethics", "theory", "teaching", "research")
            if self.random.random() < 0.6
        }
        return EvaluationRecorded(title=str(self.day().year), source=source, **scores)

    def recording(self) -> Command:
        subject = self.random.choice([*PEOPLE, "p-nobody"])
        return Record(id=self.id(), asking=CLERK, subject=subject, occurred=Span.day(self.day()), fact=self.fact())

    def follow_up(self, positions: Sequence[tuple[int, str, Any]]) -> Command:
        """A correction, void or recognition of something that was recorded, fitting or not."""
        position, subject, fact = self.random.choice(positions)
        on = Span.day(self.day())
        act = self.random.choice(["void", "recognise", "correct", "correct", "correct"])
        if act == "correct":
            right = self.scores() if isinstance(fact, EvaluationRecorded) else self.training()
            return Correct(id=self.id(), asking=CLERK, target=position, occurred=on, fact=right, reason="录错")
        said = (
            TrainingRecognised(training=position) if act == "recognise" else EvidenceVoided(target=position, reason="-")
        )
        return Record(id=self.id(), asking=CLERK, subject=subject, occurred=on, fact=said)


def live(district: District, seed: int, chunks: Callable[[], int]) -> None:
    """A life at random: things are recorded, then followed up, in bulks of these sizes; the same life for the seed."""
    chance = Chance(seed)
    for _ in range(2):
        carry_out(district, [chance.recording() for _ in range(60)], chunks)
        with district.reading() as connection:
            events = district.log.read_after(connection, 0, 10_000)
        recorded = [
            (one.position, one.envelope.stream.removeprefix("subject-"), one.fact)
            for one in events
            if one.fact.TYPE in ("training recorded", "evaluation recorded", "person moved")
        ]
        carry_out(district, [chance.follow_up(recorded) for _ in range(40)], chunks)


def carry_out(district: District, commands: list[Command], chunks: Callable[[], int]) -> None:
    while commands:
        size = chunks()
        list(district.handle_many(commands[:size]))
        commands = commands[size:]


def rebuilt(district: District, batch: int) -> Tables:
    """The tables when every so many events make a batch."""
    with district.log.writing() as connection:
        projections.drop_all(connection)
        district.projector.create(connection)
        after = 0
        while events := district.log.read_after(connection, after, batch):
            district.projector.project(connection, events)
            after = events[-1].position
    return tables(district)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(2, 30))])
def test_rows_do_not_depend_on_how_events_were_batched(template: Path, tmp_path: Path, seed: int):
    found, sizes = [], random.Random(seed)
    for name, chunks in (
        ("one by one", lambda: 1),
        ("at random", lambda: sizes.randint(1, 50)),
        ("at once", lambda: 99),
    ):
        with District.open(Path(shutil.copytree(template, tmp_path / name))) as district:
            live(district, seed, chunks)
            found.append(tables(district))
            assert len(found[0]["evidence"]) > 100
            assert found[-1] == found[0], name
    with District.open(tmp_path / "at once") as district:
        for batch in (1, 7, 100_000):
            assert rebuilt(district, batch) == found[0]
        assert_whole(district)


def test_a_rebuild_after_a_whole_review_gives_the_same_rows(at_work: AtWork):
    at_work.review()
    there = tables(at_work.district)
    assert {name: len(rows) > 0 for name, rows in there.items()} == dict.fromkeys(there, True)
    assert_whole(at_work.district)
    for batch in (1, 5):
        assert rebuilt(at_work.district, batch) == there


def test_a_rebuild_tells_how_far_it_came(at_work: AtWork):
    steps = list[int]()
    assert at_work.district.rebuild(steps.append) == sum(steps) == at_work.tip()


def test_neither_log_nor_projections_hold_personal_text(at_work: AtWork):
    at_work.review()
    name = "欧阳"
    assert name not in repr(tables(at_work.district))
    for file in at_work.district.folder.glob("*.db*"):
        assert name.encode() not in file.read_bytes(), file
