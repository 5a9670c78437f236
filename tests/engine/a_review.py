"""A review under rules of the test's own, advanced by the engine as far as it goes after every act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from engine.cycles import advance
from engine.cycles.view import Waiting
from engine.replay import replay
from engine.tables import case_table
from events.facts import Fact, Granted, Placed, Score, Seat, StageDecided
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole
from workflows.acts import DecideObjection, RaiseObjection
from workflows.commands import (
    CastBallot,
    CloseSubmission,
    Command,
    Landed,
    Nominate,
    OpenCycle,
    PublishLadder,
    SeatPanel,
)

CYCLE = "y-r"
PANEL = ("p-6", "p-7", "p-8")
"""Of the west, the centre and the east; p-1 and p-4 work in the centre, p-2 and p-5 in the east, p-3 in the west."""
SHEET = "sheet: {items: [{id: lesson, title: {zh: 课, en: lesson}}], at least: 60}"
_CHOICES = {"+": "for", "-": "against", "0": "abstain"}
F = TypeVar("F", bound=Fact)


def stage(
    name: str, *rules: str, seats: int | str = 3, votes: str = "quorum: 2, threshold: more than 1/2 of present"
) -> str:
    """A stage of a route: three seats, a quorum of two and a week, unless it says otherwise."""
    days = () if any(rule.startswith("days:") for rule in rules) else ("days: 7",)
    said = [f"id: {name}", f"title: {{zh: {name}, en: {name}}}", "body: {zh: 办公室, en: office}", f"seats: {seats}"]
    return f"      - {{{', '.join([*said, *([votes] if votes else []), *days, *rules])}}}\n"


def sheet(name: str, *rules: str, seats: int = 2) -> str:
    """A stage in which everybody gives a mark out of 100."""
    return stage(name, SHEET, *rules, seats=seats, votes=f"quorum: {seats}")


def ladder(stages: Sequence[str], places: str = "", clauses: str = "", removals: str = "[]", more: str = "") -> bytes:
    """A ladder file: three years of service lead to the rung, by these stages and two working days of notice.

    ``more`` is what the route says besides, on one line.
    """
    return f"""
format: jieti-ladder/1
id: craft
title: {{zh: 匠师阶梯, en: craft}}
subject: person
rungs:
  - {{id: master, title: {{zh: 匠师, en: master}}, end: true, removals: {removals}}}
routes:
  review:
    stages:
{"".join(stages)}{"    places: {" + places + "}" if places else ""}
    notice working days: 2
    objection days: 10
    {more}
steps:
  - to: master
    route: review
    term: 3 years
    clauses:
      - {{id: service, title: {{zh: 教龄, en: service}}, years since: service, at least: 3, basis: assumed}}
{clauses}
""".encode()


HOURS = """
      - id: hours
        title: {zh: 学时, en: hours}
        evidence: training
        then: [within: last 3 years, sum]
        at least: 20
        basis: assumed
"""


class Review:
    """A cycle whose submission is over (unless it does not ``close``); cases are called after their people."""

    def __init__(
        self,
        at_work: AtWork,
        *stages: str,
        people: Sequence[str] = PEOPLE[:4],
        panels: Mapping[str, Sequence[str]] | None = None,
        places: str = "",
        clauses: str = "",
        outside: Iterable[str] = (),
        more: str = "",
        close: bool = True,
        file: bytes | None = None,
        to: str = "master",
    ) -> None:
        self.at_work, self.district, self.people = at_work, at_work.district, tuple(people)
        self.panels: dict[str, Sequence[str]] = {}
        file = file or ladder(stages, places, clauses, more=more)
        at_work.do(PublishLadder, file=file, in_force_from=date(2026, 1, 1))
        at_work.do(
            OpenCycle, cycle=CYCLE, ladder="craft", to=to, period="2026", title="评审",
            as_of=date(2026, 6, 30), deadline=date(2026, 6, 20),
        )  # fmt: skip
        for name, members in (panels or {}).items():
            self.seat(name, members)
        for name in people:
            at_work.do(Nominate, cycle=CYCLE, case=name, subject=name, outside=name in outside)
        if close:
            at_work.do(CloseSubmission, cycle=CYCLE)

    # ----------------------------------------------------------------------------------------------------- acts

    def seat(self, stage: str, members: Sequence[str], unit: str | None = None) -> None:
        self.panels[stage if unit is None else f"{stage} {unit}"] = members
        seats = tuple(Seat(seat=number, person=person) for number, person in enumerate(members, 1))
        self.at_work.do(SeatPanel, cycle=CYCLE, stage=stage, unit=unit, seats=seats)

    def go(self) -> tuple[str, ...]:
        """Advance as far as it goes; the phases."""
        done = advance.advance(self.district, CYCLE).phases
        assert advance.next_phase(self.district, CYCLE) is None
        return done

    def day(self, month: int, day: int, year: int = 2026) -> tuple[str, ...]:
        """Wait until a day, and advance; the phases."""
        self.at_work.wait_until(date(year, month, day))
        return self.go()

    def do(self, kind: type[Command], name: str, **said: Any) -> int:
        """An act on one case; its position."""
        return self.at_work.do(kind, cycle=CYCLE, case=name, **said)

    def ballot(self, name: str, stage: str, person: str, choice: str, **said: Any) -> CastBallot:
        """A vote: +, - or 0, or a mark."""
        marked = choice not in _CHOICES
        vote = {"choice": "scored", "scores": (_mark(choice),)} if marked else {"choice": _CHOICES[choice]}
        return self.at_work.command(CastBallot, cycle=CYCLE, case=name, stage=stage, person=person, **vote, **said)

    def vote(self, stage: str, person: str, choice: str, *names: str, **said: Any) -> None:
        """Somebody votes on cases, and every vote is taken."""
        for name in names:
            answer = self.district.handle(self.ballot(name, stage, person, choice, **said))
            assert isinstance(answer, Landed), answer

    def votes(self, stage: str, name: str, choices: str) -> None:
        """The panel votes on a case in the order of its seats; a blank is a seat that does not."""
        parts = choices.split() if any(one.isdigit() and one != "0" for one in choices) else choices
        for person, choice in zip(self.panels[stage], parts, strict=True):
            if choice not in (" ", "_"):
                self.vote(stage, person, choice, name)

    def through(self, *stages: str, names: Sequence[str] = ()) -> None:
        """Everybody is for these cases, or all, in stages, one after the other."""
        for stage in stages:
            self.go()
            for name in names or self.people:
                self.votes(stage, name, "+" * len(self.panels[stage]))
        self.go()

    def object(self, name: str, objection: str = "o-1") -> int:
        return self.do(RaiseObjection, name, objection=objection, anonymous=True, about="反映材料不实")

    def rule(self, name: str, then: str, objection: str = "o-1", back_to: str | None = None) -> int:
        outcome = "dismissed" if then == "resume" else "upheld"
        said = {"outcome": outcome, "then": then, "back_to": back_to, "reason": "已核实"}
        return self.do(DecideObjection, name, objection=objection, **said)

    # -------------------------------------------------------------------------------------------------- looking

    def phase(self, name: str) -> str:
        """Where a case is."""
        with self.district.reading() as connection:
            return str(connection.execute(select(case_table.c.phase).where(case_table.c.id == name)).scalar_one())

    def phases(self) -> dict[str, str]:
        return {name: self.phase(name) for name in self.people}

    def facts(self, kind: type[F], name: str | None = None) -> list[F]:
        """The facts of a kind, of a case or of all, in order."""
        stream = None if name is None else f"case-{name}"
        events = [event for batch in self.district.log.follow() for event in batch]
        return [one.fact for one in events if isinstance(one.fact, kind) and stream in (None, one.envelope.stream)]

    def decided(self, name: str) -> list[StageDecided]:
        return self.facts(StageDecided, name)

    def outcomes(self, name: str) -> list[str]:
        return [one.outcome for one in self.decided(name)]

    def granted(self) -> dict[str, date]:
        """Who was granted the rung, and from which day on."""
        return {one.subject: one.in_force_from for one in self.facts(Granted)}

    def placed(self) -> dict[str, tuple[str, int]]:
        """By case its outcome among the places, and its rank."""
        events = [event for batch in self.district.log.follow() for event in batch]
        return {
            one.envelope.stream.removeprefix("case-"): (one.fact.outcome, one.fact.rank)
            for one in events
            if isinstance(one.fact, Placed)
        }

    def waiting(self) -> tuple[tuple[str, date | None], ...]:
        """What the cycle waits for, in English, and until when."""
        found = advance.look(self.district, CYCLE)
        assert isinstance(found, Waiting), found
        return tuple((line.en, line.until) for line in found.lines)

    def funnel(self) -> dict[str, int]:
        return {line.stage: line.count for line in advance.funnel(self.district, CYCLE)}

    def whole(self) -> replay.Replayed:
        """Everything comes out as it was recorded, and the projections are what they come to anew."""
        found = replay.replay(self.district)
        assert found.differences == ()
        assert_whole(self.district)
        return found


def one_stage(at_work: AtWork, *rules: str, people: Sequence[str] = ("p-1", "p-2"), **said: Any) -> Review:
    """A review of one stage that is open, judged by three."""
    review = Review(at_work, stage("panel", *rules, **said), people=people, panels={"panel": PANEL})
    review.go()
    return review


def _mark(text: str) -> Score:
    whole, _, part = text.partition(".")
    return Score(item="lesson", value=int(whole + part), scale=len(part))
