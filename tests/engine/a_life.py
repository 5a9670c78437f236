"""A whole review in which everything happens, told as one script: whoever is killed in it begins it again.

Every act has an id of its own that is the same each time, so that what was done already is done once.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from engine.cycles import sweep
from engine.district import District
from events.facts import EvidenceRecorded, Score, Seat, StandingTakenOver
from events.files import write_whole
from events.log import Log
from tests.engine.a_review import HOURS, SHEET, ladder, stage
from tests.engine.district_at_work import CLERK, PEOPLE, training
from workflows.acts import (
    AddSigner,
    DecideObjection,
    HearObjection,
    RaiseObjection,
    RecuseSeat,
    ResubmitCase,
    ReturnCase,
    WithdrawBallot,
)
from workflows.commands import (
    CastBallot,
    Command,
    Landed,
    Nominate,
    OpenCycle,
    PublishLadder,
    Record,
    SeatPanel,
    SetClock,
    Span,
)

CYCLE = "y-life"
CANDIDATES = PEOPLE[:5]
GROUP, VISIT = ("p-6", "p-7", "p-8"), ("p-7", "p-8")
REMOVALS = (
    "[{id: ethics, title: {zh: 师德, en: ethics}, effect: revoke, clauses: [{id: violations, "
    "title: {zh: 违规, en: violations}, evidence: violation, then: [within: last 1 year, count], at least: 1, "
    "basis: assumed}]}]"
)
RULES = ladder(
    [
        stage(
            "group", "may not judge: [same school]", "completion days: 5", "when time is up: extend 2 days", "grace: 1",
            "ballots: confidential",
        ),
        stage("visit", SHEET, seats=2, votes="quorum: 1"),
    ],
    places="number: 2, order: [score of visit, value of hours], ties: all out, outside the count: true",
    clauses=HOURS,
    removals=REMOVALS,
)  # fmt: skip


class Life:
    """Somebody who lives through the review from its beginning, or from wherever it is.

    With a ``diary`` they remember which days' work was done before: a day's work that is done again when the panel
    has begun to vote finds something to do, which is right, and another story.
    """

    def __init__(self, district: District, diary: Path | None = None) -> None:
        self._district, self._diary = district, diary
        self._acts = self._days = 0
        self._before = int(diary.read_text()) if diary and diary.exists() else 0

    def do(self, kind: type[Command], **said: Any) -> None:
        """The next act; that it was done before is no matter."""
        answer = self._district.handle(self._next(kind, **said))
        assert isinstance(answer, Landed), answer

    def _next(self, kind: type[Command], **said: Any) -> Any:
        self._acts += 1
        return kind(id=self._district.command_id("life", str(self._acts)), asking=CLERK, **said)

    def record(self, subject: str, fact: Any, on: date) -> None:
        self.do(Record, subject=subject, occurred=Span.day(on), fact=fact)

    def act(self, kind: type[Command], name: str, **said: Any) -> None:
        self.do(kind, cycle=CYCLE, case=name, **said)

    def votes(self, stage: str, votes: Iterable[tuple[str, str, str]]) -> None:
        """Ballots as a file brings them: (case, person, choice or mark)."""
        commands = []
        for name, person, choice in votes:
            said: dict[str, Any] = {"choice": choice}
            if choice.isdigit():
                said = {"choice": "scored", "scores": (Score(item="lesson", value=int(choice)),)}
            commands.append(self._next(CastBallot, cycle=CYCLE, case=name, stage=stage, person=person, **said))
        answers = list(self._district.handle_many(commands))
        assert all(isinstance(answer, Landed) for answer in answers), answers

    def day(self, day: int) -> None:
        self.do(SetClock, now=datetime(2026, 6, day, 2, tzinfo=UTC))

    def sweep(self) -> None:
        """The day's work of the whole district."""
        self._days += 1
        if self._days <= self._before:
            return
        assert sweep.sweep(self._district).failures == ()
        if self._diary is not None:
            write_whole(self._diary, str(self._days))

    # ------------------------------------------------------------------------------------------------ what happens

    def run(self) -> None:
        """All of it: until everybody is granted or declined, one standing has lapsed, and one is revoked."""
        self.begin()
        self.review()
        self.object()
        self.end()

    def begin(self) -> None:
        self.do(PublishLadder, file=RULES, in_force_from=date(2026, 1, 1))
        for name in ("p-7", "p-8"):
            title = StandingTakenOver(ladder="craft", rung="master", title="证书", until=date(2026, 6, 8))
            self.record(name, title, date(2023, 6, 9))
        for name in CANDIDATES:
            self.record(name, training("21"), date(2025, 5, 6))
        self.do(
            OpenCycle, cycle=CYCLE, ladder="craft", to="master", period="2026", title="评审",
            as_of=date(2026, 6, 30), deadline=date(2026, 6, 1),
        )  # fmt: skip
        for panel, members in (("group", GROUP), ("visit", VISIT)):
            seats = tuple(Seat(seat=number, person=name) for number, name in enumerate(members, 1))
            self.do(SeatPanel, cycle=CYCLE, stage=panel, seats=seats)
        for name in CANDIDATES:
            self.act(Nominate, name, subject=name, outside=name == "p-5")
        self.day(2)
        self.sweep()

    def review(self) -> None:
        """p-3 lacks a quorum until the stage is extended, p-4 is sent back; p-7 is recused from p-1 and p-4."""
        self.votes("group", [("p-1", "p-6", "for"), ("p-2", "p-6", "against"), ("p-4", "p-6", "against")])
        self.act(WithdrawBallot, "p-2", stage="group", person="p-6")
        self.votes("group", [("p-2", "p-6", "for"), ("p-5", "p-6", "for"), ("p-5", "p-7", "for")])
        self.act(RecuseSeat, "p-5", stage="group", person="p-8", reason="是亲戚")
        self.act(AddSigner, "p-2", stage="group", person="p-3")
        self.act(ReturnCase, "p-4", stage="group", reason="缺材料")
        self.sweep()
        self.votes("group", [("p-1", "p-8", "for"), ("p-2", "p-7", "for"), ("p-2", "p-3", "abstain")])
        self.day(4)
        self.record("p-4", training("1"), date(2026, 6, 3))
        self.act(ResubmitCase, "p-4")
        self.sweep()
        self.day(11)
        self.sweep()  # counted, extended; a term is over
        self.votes("group", [("p-3", "p-7", "for"), ("p-3", "p-8", "for"), ("p-4", "p-6", "for")])
        self.votes("group", [("p-4", "p-8", "for")])
        self.sweep()
        self.day(14)
        self.sweep()
        self.votes("visit", [("p-1", "p-7", "85"), ("p-1", "p-8", "86"), ("p-2", "p-7", "85"), ("p-2", "p-8", "85")])
        self.votes("visit", [("p-3", "p-7", "95"), ("p-3", "p-8", "94"), ("p-4", "p-7", "60"), ("p-5", "p-8", "70")])
        self.sweep()

    def object(self) -> None:
        """The places are filled on the 22nd: p-3, p-1, and p-5 outside the count."""
        self.day(22)
        self.sweep()
        for name, objection in (("p-3", "o-1"), ("p-5", "o-2"), ("p-3", "o-3")):
            self.act(RaiseObjection, name, objection=objection, anonymous=True, about="反映材料不实")
        self.act(HearObjection, "p-3", objection="o-1", minutes="到会说明")
        self.rule("p-3", "o-1", "dismissed", "resume")
        self.day(25)
        self.sweep()
        self.record("p-3", training("2"), date(2026, 6, 4))
        self.rule("p-3", "o-3", "upheld", "reassess")
        self.rule("p-5", "o-2", "upheld", "return", back_to="visit")
        self.sweep()
        self.votes("visit", [("p-5", "p-7", "88"), ("p-5", "p-8", "90")])
        self.sweep()

    def rule(self, name: str, objection: str, outcome: str, then: str, back_to: str | None = None) -> None:
        said = {"outcome": outcome, "then": then, "back_to": back_to, "reason": "已核实"}
        self.act(DecideObjection, name, objection=objection, **said)

    def end(self) -> None:
        self.day(30)
        self.sweep()
        violation = EvidenceRecorded(kind="violation", title="违规", attributes={"severity": "serious"})
        self.record("p-3", violation, date(2026, 6, 29))
        self.sweep()


def live(folder: Path) -> None:
    """Live through it."""
    with District.open(folder) as district:
        Life(district, folder / "diary").run()


def live_without_a_diary(folder: Path) -> None:
    """Live through it and do every day's work, whoever did it before."""
    with District.open(folder) as district:
        Life(district).run()


def live_until(folder: Path, seed: int, writes: int) -> None:
    """Live through it and be killed in the so-many-th write from now, at a moment of it that chance chooses."""
    chance, left = random.Random(f"{seed} {writes}"), writes
    moment = chance.choice(("before", "between", "at the end"))
    append: Callable[..., Any] = Log.append

    def killing(log: Log, *args: Any, **said: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        appended = append(log, *args, **said)
        if left == 0 and moment == "between":  # in the log's table, and not in the projections
            os.kill(os.getpid(), signal.SIGKILL)
        return appended

    def committing(_connection: object) -> None:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    Log.append = killing  # type: ignore[assignment, method-assign]
    with closing(District.open(folder)) as district:
        event.listen(district.log.engine, "commit", committing)
        Life(district, folder / "diary").run()
