"""A review of three stages in which everything happens that can: for the tests of what its acts come to.

The school's own panel may return a case, the experts vote confidentially and whoever works, teaches or is mentored
with the candidate is recused, the hall fills in score sheets; then there are places, and a notice of one day.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from sqlalchemy import select

from engine.projections.cases import CaseFile
from engine.tables import case_table
from events.facts import (
    Assessed,
    ClauseFound,
    Fact,
    GroupPlaces,
    MemberJoined,
    MentorPaired,
    Outcome,
    Pins,
    Placed,
    Score,
    Seat,
)
from events.log import New
from ladders.model.ladder import SEMANTICS
from tests.engine.district_at_work import CLERK, PEOPLE, AtWork
from workflows import case as cases
from workflows.acts import (
    AddSigner,
    AgreeToOpen,
    AskToOpen,
    DecideObjection,
    EndRecusal,
    FillPlaces,
    HearObjection,
    OpenWindow,
    PlaceCases,
    RaiseObjection,
    RecuseSeat,
    ResubmitCase,
    ReturnCase,
    WithdrawBallot,
    WithdrawCase,
)
from workflows.commands import (
    Asking,
    CastBallot,
    CloseSubmission,
    Command,
    Conclude,
    DecideStage,
    Nominate,
    OpenCycle,
    OpenStage,
    PostNotice,
    PublishLadder,
    RecordVerdicts,
    SeatPanel,
)
from workflows.deciding import fold

CYCLE = "y-long"
LADDER = """
format: jieti-ladder/1
id: mastery
title: {zh: 名师阶梯, en: mastery}
subject: person
rungs:
  - {id: master, title: {zh: 名师, en: master}, end: true}
routes:
  review:
    stages:
      - {id: school, title: {zh: 校评, en: school}, body: {zh: 学校, en: school}, panel per: school, seats: 2,
         quorum: 1, threshold: more than 1/2 of present, days: 9, completion days: 5}
      - {id: experts, title: {zh: 专家评, en: experts}, body: {zh: 专家, en: experts}, seats: 4, quorum: 1,
         threshold: more than 1/2 of present, ballots: confidential, days: 9, grace: 2,
         may not judge: [same school, same studio, mentor pair]}
      - id: hall
        title: {zh: 现场评, en: hall}
        body: {zh: 专家, en: experts}
        seats: 2
        quorum: 2
        days: 9
        sheet: {items: [{id: lesson, title: {zh: 课, en: lesson}}], at least: 60}
    places: {number: 2, order: [score of hall], ties: all in, outside the count: true}
    notice working days: 1
steps:
  - to: master
    route: review
    term: 3 years
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
""".encode()
EXPERTS = ("p-5", "p-6", "p-7", "p-8")
HALL = ("p-7", "p-8")
SCHOOLS = {"u-east": ("p-5", "p-8"), "u-west": ("p-6", "p-3"), "u-centre": ("p-4", "p-7")}


class LongReview:
    """The review, and what the office and its panels do in it; cases are called after the people."""

    def __init__(self, at_work: AtWork, people: tuple[str, ...] = PEOPLE[:4], outside: str | None = None) -> None:
        self.at_work, self.people = at_work, people
        at_work.do(PublishLadder, file=LADDER, in_force_from=date(2026, 1, 1))
        at_work.do(
            OpenCycle, cycle=CYCLE, ladder="mastery", to="master", period="2026", title="评审",
            as_of=date(2026, 6, 30), deadline=date(2026, 6, 20),
        )  # fmt: skip
        for unit, members in SCHOOLS.items():
            self.seat("school", members, unit)
        self.seat("experts", EXPERTS)
        self.seat("hall", HALL)
        for name in people:
            at_work.do(Nominate, cycle=CYCLE, case=name, subject=name, outside=name == outside)
        at_work.do(CloseSubmission, cycle=CYCLE)

    def seat(self, stage: str, members: tuple[str, ...], unit: str | None = None) -> None:
        seats = tuple(Seat(seat=number, person=name) for number, name in enumerate(members, 1))
        self.at_work.do(SeatPanel, cycle=CYCLE, stage=stage, unit=unit, seats=seats)

    def file(self, name: str) -> CaseFile:
        """The row of a case."""
        with self.at_work.district.reading() as connection:
            return CaseFile(*connection.execute(select(case_table).where(case_table.c.id == name)).one())

    def state(self, name: str) -> cases.Case:
        """The case as its stream tells it."""
        with self.at_work.district.reading() as connection:
            state: cases.Case = fold(f"case-{name}", self.at_work.district.log.read(connection, f"case-{name}"))
        return state

    def do(self, kind: type[Command], name: str, **said: Any) -> int:
        """An act on one case."""
        return self.at_work.do(kind, cycle=CYCLE, case=name, **said)

    def judge(self, *names: str, outcome: Outcome = "met") -> int:
        """The verdict on cases, on what counts for them; what it found is of no interest here."""
        state = self.at_work.district.cycle_state(CYCLE)
        opened = self.at_work.district.cycle(CYCLE)
        step = self.at_work.district.ladders[opened.version].steps[0].id
        verdicts = []
        for name in names:
            pins = Pins(
                ladder="mastery", version=opened.version, semantics=SEMANTICS, catalogue=opened.catalogue,
                settings=opened.settings, as_of=opened.as_of, known_at=cases.known_at(self.state(name), state),
            )  # fmt: skip
            found = (ClauseFound(clause="service", outcome=outcome, low=1, high=1, over=1),)
            verdicts.append((name, Assessed(step=step, pins=pins, outcome=outcome, findings=found, digest="00" * 32)))
        return self.at_work.do(RecordVerdicts, cycle=CYCLE, verdicts=tuple(verdicts))

    def open(self, stage: str) -> None:
        self.at_work.do(OpenStage, cycle=CYCLE, stage=stage)

    def window(self, stage: str, *names: str) -> None:
        self.at_work.do(OpenWindow, cycle=CYCLE, stage=stage, cases=names)

    def ballot(self, name: str, stage: str, person: str, choice: str = "for") -> CastBallot:
        said: dict[str, Any] = {"choice": choice}
        if stage == "hall":
            said = {"choice": "scored", "scores": (Score(item="lesson", value=90 if choice == "for" else 70),)}
        return self.at_work.command(CastBallot, cycle=CYCLE, case=name, stage=stage, person=person, **said)

    def vote(self, name: str, stage: str, person: str, choice: str = "for") -> int:
        """A ballot that lands; its position."""
        (at,) = self.at_work.district.handle(self.ballot(name, stage, person, choice)).positions  # type: ignore[union-attr]
        return int(at)

    def decide(self, stage: str, *names: str) -> int:
        return self.at_work.do(DecideStage, cycle=CYCLE, stage=stage, cases=names)

    def through(self, stage: str, *names: str) -> int:
        """Everybody who may votes for these cases, and the stage decides them; the position of the last decision."""
        for name in names:
            for person in {"experts": EXPERTS, "hall": HALL}.get(stage) or SCHOOLS[self.file(name).unit or ""]:
                self.at_work.many([self.ballot(name, stage, person)])
        return self.decide(stage, *names) + len(names) - 1

    def to_the_hall(self) -> None:
        """Everybody passes the school and the experts, and the hall has begun."""
        self.judge(*self.people)
        for stage in ("school", "experts"):
            self.open(stage)
            self.through(stage, *self.people)
        self.open("hall")

    def place(self, ranked: tuple[str, ...], outside: tuple[str, ...] = ()) -> dict[str, int]:
        """Give the two places to the first of these; by case the position of its place."""
        filled = self.at_work.do(
            FillPlaces, cycle=CYCLE, outside=len(outside), list_sha256="aa" * 32,
            groups=(GroupPlaces(candidates=len(ranked), places=2, taken=min(2, len(ranked))),),
        )  # fmt: skip
        placed = {
            name: Placed(
                cycle=CYCLE, outcome="outside" if name in outside else "in" if rank <= 2 else "out", rank=rank,
                of=len(ranked), places=2, filled=filled,
            )
            for rank, name in enumerate((*ranked, *outside), 1)
        }  # fmt: skip
        first = self.at_work.do(PlaceCases, cycle=CYCLE, placed=placed)
        return {name: at for at, name in enumerate(placed, first)}

    def post(self, *names: str) -> int:
        """Post a notice of these cases for today and tomorrow."""
        today = self.at_work.district.today
        listed = tuple((name, name) for name in names)
        return self.at_work.do(
            PostNotice, cycle=CYCLE, cases=listed, first=today, last=today.replace(day=today.day + 1)
        )

    def conclude(self, *names: str) -> int:
        return self.at_work.do(Conclude, cycle=CYCLE, cases=names, evidence=dict.fromkeys(names, (1,)))

    def object(self, name: str, objection: str, by: str | None = None) -> int:
        return self.do(
            RaiseObjection, name, objection=objection, by=by, anonymous=by is None, about=f"反映欧阳{name}的问题"
        )

    def hear(self, name: str, objection: str) -> int:
        return self.do(HearObjection, name, objection=objection, minutes="欧阳到会说明")

    def rule(self, name: str, objection: str, then: str, back_to: str | None = None) -> int:
        outcome = "dismissed" if then == "resume" else "upheld"
        said = {"outcome": outcome, "then": then, "back_to": back_to, "reason": "欧阳的情况属实"}
        return self.do(DecideObjection, name, objection=objection, **said)

    def recuse(self, name: str, stage: str, person: str) -> int:
        return self.do(RecuseSeat, name, stage=stage, person=person, reason="欧阳的亲属")

    def judge_after_all(self, name: str, stage: str, person: str) -> int:
        return self.do(EndRecusal, name, stage=stage, person=person, reason="欧阳并非亲属")

    def as_before(self, name: str, fact: Fact) -> int:
        """An event as an earlier version recorded it; its position."""
        district, command = self.at_work.district, self.at_work.district.command_id()
        new = New(f"case-{name}", fact, district.today, district.today, CLERK.actor, command, 0, correlation=CYCLE)
        with district.log.writing() as connection:
            events = district.log.append(connection, [new], district.now)
            district.projector.project(connection, events)
        return events[0].position

    def add(self, name: str, stage: str, person: str) -> int:
        return self.do(AddSigner, name, stage=stage, person=person)

    def take_back(self, name: str, stage: str, person: str) -> int:
        return self.do(WithdrawBallot, name, stage=stage, person=person)

    def send_back(self, name: str, stage: str = "school") -> int:
        return self.do(ReturnCase, name, stage=stage, reason="欧阳缺材料")

    def resubmit(self, name: str) -> int:
        return self.do(ResubmitCase, name)

    def withdraw(self, name: str) -> int:
        return self.do(WithdrawCase, name, reason="欧阳调动")

    def open_ballot(self, name: str, ballot: int) -> int:
        """Two people open a confidential ballot; the position of the second one's word."""
        self.do(AskToOpen, name, ballot=ballot, reason="核查欧阳反映的情况")
        second = AgreeToOpen(
            id=self.at_work.district.command_id(), asking=Asking(actor="clerk-2"), cycle=CYCLE, case=name, ballot=ballot
        )
        (at,) = self.at_work.district.handle(second).positions  # type: ignore[union-attr]
        return int(at)

    def at_random(self, chance: Random, count: int) -> list[Command]:
        """Acts on cases that are in the school's stage, as they come: fitting or not."""
        said = {"cycle": CYCLE, "stage": "school"}
        acts = list[Command]()
        for _ in range(count):
            name = chance.choice(self.people)
            person = chance.choice((*SCHOOLS[self.file(name).unit or ""], "p-1"))
            one = {**said, "case": name, "person": person}
            vote = self.ballot(name, "school", person, chance.choice(("for", "against")))
            acts.append(
                chance.choice(
                    [
                        *[vote] * 9,
                        *[self.at_work.command(WithdrawBallot, **one)] * 4,
                        self.at_work.command(RecuseSeat, **one, reason="欧阳的亲属"),
                        self.at_work.command(EndRecusal, **one, reason="欧阳并非亲属"),
                        self.at_work.command(AddSigner, **one),
                        self.at_work.command(ReturnCase, **said, case=name, reason="欧阳缺材料"),
                        self.at_work.command(ResubmitCase, cycle=CYCLE, case=name),
                    ]
                )
            )
        return acts


def ties(at_work: AtWork) -> None:
    """p-5 is a mentor of p-1, and p-6 in a studio with p-2."""
    at_work.record("p-1", MentorPaired(mentor="p-5"))
    for member in ("p-2", "p-6"):
        at_work.record(member, MemberJoined(group="g-1", role="core"))
