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
    FACTS,
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
    TrainingOffered,
    TrainingRecognised,
)
from tests.engine.district_at_work import (
    CLERK,
    PEOPLE,
    UNITS,
    AtWork,
    Tables,
    assert_whole,
    codes,
    paper,
    row,
    tables,
    training,
)
from tests.engine.long_review import CYCLE, LongReview, ties
from workflows.acts import (
    CallOffTraining,
    ChangeTraining,
    DelegateSeat,
    EndDelegation,
    EndSchedule,
    EndStanding,
    HandOverSeat,
    LapseStandings,
    OfferTraining,
    ReinstateStanding,
    RemindPanel,
    RunSchedule,
    ScheduleCycles,
)
from workflows.commands import Command, Correct, FinishCycle, OpenCycle, Record, Span
from workflows.hours import FindDifferent, FindSame, RefuseTraining


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
        said = {
            "hours": self.amount("hour", 40),
            "identity": self.random.choice([None, "jx-1", "jx-2"]),
            "failed": self.random.random() < 0.1 or None,
        }
        return training("0", source=source, recognised=self.random.random() < 0.6).model_copy(update=said)

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
        act = self.random.choice(["void", "recognise", "correct", "correct", "refuse", "same", "different"])
        if act == "correct":
            right = self.scores() if isinstance(fact, EvaluationRecorded) else self.training()
            return Correct(id=self.id(), asking=CLERK, target=position, occurred=on, fact=right, reason="录错")
        if act == "refuse":
            return RefuseTraining(id=self.id(), asking=CLERK, training=position, reason="-")
        if act in ("same", "different"):
            found: type[FindSame | FindDifferent] = FindSame if act == "same" else FindDifferent
            other = self.random.choice([at for at, whose, _ in positions if whose == subject])
            return found(id=self.id(), asking=CLERK, training=position, other=other, reason="-")
        said = (
            TrainingRecognised(training=position) if act == "recognise" else EvidenceVoided(target=position, reason="-")
        )
        return Record(id=self.id(), asking=CLERK, subject=subject, occurred=on, fact=said)


KINDS_FOLLOWED = ("training recorded", "training also reported", "evaluation recorded", "person moved")


def live(district: District, seed: int, chunks: Callable[[], int]) -> None:
    """A life at random: things are recorded, then followed up, in bulks of these sizes; the same life for the seed."""
    chance = Chance(seed)
    for _ in range(2):
        carry_out(district, [chance.recording() for _ in range(70)], chunks)
        with district.reading() as connection:
            events = district.log.read_after(connection, 0, 10_000)
        recorded = [
            (one.position, one.envelope.stream.removeprefix("subject-"), one.fact)
            for one in events
            if one.fact.TYPE in KINDS_FOLLOWED
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


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(3, 30))])
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


def test_a_rebuild_after_everything_that_can_happen_gives_the_same_rows(at_work: AtWork):
    everything(at_work)
    there = tables(at_work.district)
    assert {name: len(rows) > 0 for name, rows in there.items()} == dict.fromkeys(there, True)
    assert {kind for kind in FACTS if kind not in told(at_work)} <= NOT_THERE
    assert_whole(at_work.district)
    for batch in (1, 5, 33):
        assert rebuilt(at_work.district, batch) == there


NOT_THERE = {
    "calendar published", "person moved", "person left", "member left", "mentor parted", "training recognised",
    "evaluation recorded", "reflection submitted", "reflection selected", "evidence recorded", "evidence corrected",
    "evidence voided", "standing demoted", "dispensation granted", "dispensation ended", "stage extended", "moved up",
    "grades given", "graded", "stands again", "ladder retired", "cycle rebased", "case rebased", "holders reviewed",
    "results signed", "person erased", "taken back",
    "training also reported", "training numbered", "trainings found the same", "trainings found different",
    "hours rules decided", "correction opened", "correction decided", "granted on correction",
}  # fmt: skip
"""Kinds of events that the life at random has, those that other lives have, and those that change no row."""


def told(at_work: AtWork) -> set[str]:
    return {one.envelope.type for batch in at_work.district.log.follow() for one in batch}


def everything(at_work: AtWork) -> None:
    """A review, a long one, and what becomes of standings and schedules."""
    at_work.review()
    ties(at_work)
    acts_of_stages(review := LongReview(at_work, PEOPLE[:5], outside="p-4"))
    review.place(("p-1", "p-2", "p-3"), outside=("p-4",))
    review.post("p-1", "p-2", "p-4")
    for name, then, back_to in (("p-1", "reassess", None), ("p-2", "return", "hall"), ("p-4", "resume", None)):
        review.object(name, f"o-{name}", by="p-6")
        review.hear(name, f"o-{name}")
        review.rule(name, f"o-{name}", then, back_to)
    review.judge("p-1", "p-2")
    review.object("p-4", "o-late")
    review.withdraw("p-2")
    review.post("p-1")
    review.rule("p-4", "o-late", "resume")
    at_work.wait_until(date(2026, 6, 29))
    granted = review.conclude("p-1", "p-3", "p-4")
    at_work.do(FinishCycle, cycle=CYCLE)
    ends_of_standings(at_work, granted)
    runs_of_schedules(at_work)
    plans_of_trainings(at_work)
    at_work.do(RefuseTraining, training=at_work.record("p-1", training("3")), reason="没有考核")


def plans_of_trainings(at_work: AtWork) -> None:
    """A training is planned, put off, and called off."""
    said: dict[str, Any] = {
        "title": "研修班", "first": date(2026, 9, 1), "kind": "training", "amount": Amount.of(Decimal(8), "hour"),
    }  # fmt: skip
    planned = TrainingOffered(**said, last=date(2026, 9, 2), source=row("offer", "as it is"))
    at_work.do(OfferTraining, offer="t-1", said=planned, correlation="i-1")
    later = TrainingOffered(**said, last=date(2026, 9, 3), source=row("offer", "another"))
    at_work.do(ChangeTraining, offer="t-1", said=later, reason="延长")
    at_work.do(CallOffTraining, offer="t-1", reason="停办")


def acts_of_stages(review: LongReview) -> None:
    """Whatever may happen to a case in a stage, until four are approved and the fifth is withdrawn."""
    stayed = ("p-1", "p-2", "p-3", "p-4")
    seat: dict[str, Any] = {"cycle": CYCLE, "stage": "hall"}
    review.at_work.do(DelegateSeat, **seat, person="p-7", delegate="p-3")
    review.at_work.do(EndDelegation, **seat, person="p-7")
    review.at_work.do(DelegateSeat, **seat, person="p-7", delegate="p-6")
    review.at_work.do(HandOverSeat, **seat, person="p-8", successor="p-5")
    review.recuse("p-3", "experts", "p-7")
    review.recuse("p-3", "experts", "p-8")
    review.judge_after_all("p-3", "experts", "p-8")
    review.judge(*review.people)
    review.open("school")
    review.at_work.do(RemindPanel, cycle=CYCLE, stage="school", persons=("p-5", "p-8"), missing=2)
    review.vote("p-2", "school", "p-5", "against")
    review.take_back("p-2", "school", "p-5")
    review.vote("p-2", "school", "p-8", "against")
    review.recuse("p-2", "school", "p-8")
    review.send_back("p-3")
    review.withdraw("p-5")
    review.resubmit("p-3")
    review.judge("p-3")
    review.window("school", "p-3")
    review.add("p-3", "school", "p-8")
    review.vote("p-3", "school", "p-8")
    review.through("school", *stayed)
    review.open("experts")
    review.open_ballot("p-3", review.vote("p-3", "experts", "p-8", "for"))
    review.through("experts", *stayed)
    review.open("hall")
    for name in stayed:
        review.vote(name, "hall", "p-7")
        review.vote(name, "hall", "p-5")
    review.decide("hall", *stayed)


def ends_of_standings(at_work: AtWork, granted: int) -> None:
    """A grant that is suspended, reinstated and revoked, and a title that lapses."""
    end: dict[str, Any] = {"subject": "p-1", "standing": granted, "reason": "欧阳的情况"}
    at_work.wait_until(date(2026, 7, 20))
    at_work.do(EndStanding, **end, effect="suspend", on=date(2026, 7, 10))
    at_work.do(ReinstateStanding, **end, on=date(2026, 7, 15), as_if_never=False)
    at_work.do(EndStanding, **end, effect="revoke", on=date(2026, 7, 18))
    title = StandingTakenOver(ladder="teacher", rung="backbone", title="骨干", until=date(2026, 6, 30))
    at_work.do(LapseStandings, standings={"p-8": at_work.record("p-8", title)})


def runs_of_schedules(at_work: AtWork) -> None:
    """A schedule whose first run opens, whose second is missed, and that ends."""
    every: dict[str, Any] = {"ladder": "mastery", "to": "master", "every": "month", "missed": "skip"}
    at_work.do(ScheduleCycles, schedule="s-1", first=date(2026, 7, 20), submission_days=9, **every)
    day = date(2026, 7, 29)
    opening = at_work.command(
        OpenCycle, cycle="y-7", ladder="mastery", to="master", period="2026-07", title="-", as_of=day, deadline=day
    )
    at_work.do(RunSchedule, schedule="s-1", opening=opening)
    at_work.wait_until(date(2026, 8, 30))
    at_work.do(RunSchedule, schedule="s-1")
    at_work.do(EndSchedule, schedule="s-1")


def test_rows_do_not_depend_on_how_acts_on_cases_were_batched(at_work: AtWork, tmp_path: Path):
    """A chunk shows each act what the ones before it did: the answers, and the rows, are those of one by one."""
    review = LongReview(at_work, PEOPLE[:3])
    review.judge(*review.people)
    review.open("school")
    acts = review.at_random(random.Random(5), 120)
    at_work.district.close()
    found = []
    for name, size in (("one by one", 1), ("in chunks", 17), ("at once", len(acts))):
        with District.open(Path(shutil.copytree(at_work.district.folder, tmp_path / name))) as district:
            answers = [one for at in range(0, len(acts), size) for one in district.handle_many(acts[at : at + size])]
            found.append((codes(answers), tables(district)))
            assert {"landed", "already", "second vote", "not in stage", "recused"} <= set(found[0][0])
            assert found[-1] == found[0], name


def test_a_rebuild_tells_how_far_it_came(at_work: AtWork):
    steps = list[int]()
    assert at_work.district.rebuild(steps.append) == sum(steps) == at_work.tip()


def test_neither_log_nor_projections_hold_personal_text(at_work: AtWork):
    at_work.review()
    name = "欧阳"
    assert name not in repr(tables(at_work.district))
    for file in at_work.district.folder.glob("*.db*"):
        assert name.encode() not in file.read_bytes(), file
