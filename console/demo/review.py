"""The review of a central school's chief teachers, day by day: three stages, places, objections, a term that ends."""

from __future__ import annotations

from datetime import date, timedelta

from console.demo import chief_sheets as sheets
from console.demo.chief import LADDER, Candidate, Part
from console.demo.office import Office
from engine.people.subjects import cycles
from workflows.acts import (
    DecideObjection,
    DelegateSeat,
    HearObjection,
    RaiseObjection,
    RecuseSeat,
    ResubmitCase,
    ReturnCase,
    ScheduleCycles,
)

TRAINEE = "trainee"
SCHEDULED, OPENS, SUBMISSION_DAYS = date(2026, 8, 20), date(2026, 9, 1), 13
"""The schedule is made in August; it opens a cycle on every first of September."""
REVIEWED, SENT_BACK, COMPLETED, ON_PAPER, ENTERED, SIGNED, RECOGNISED = (
    date(2026, 9, day) for day in (15, 17, 21, 24, 28, 29, 30)
)
OBJECTED, HEARD, NOTICE_OVER, DECIDED = (date(2026, 10, day) for day in (9, 12, 13, 15))
"""The notice runs for five working days around the holidays of October."""


class Review:
    """One cycle for trainees of the first central school."""

    def __init__(self, office: Office) -> None:
        self.office, self.chief = office, office.manifest.chief
        self.cycle = ""

    def run(self) -> str:
        """From the schedule that opens the cycle to its last decision; the cycle's id."""
        self._opened()
        self._group_review()
        self._to_the_places()
        self._under_notice()
        return self.cycle

    def _opened(self) -> None:
        """A yearly schedule; on its day the cycle opens by itself, while the term of two trainees is over."""
        office = self.office
        office.say(
            "\n首席教师培养对象:每年 9 月 1 日自动开启评审", "\nChief-teacher trainees: a cycle opens every September"
        )
        scope = office.district.find("unit", [self.chief.scope])[self.chief.scope]
        office.clock(SCHEDULED)
        office.do(
            ScheduleCycles,
            schedule=office.district.new_id("s"),
            ladder=LADDER,
            to=TRAINEE,
            scope=scope,
            every="year",
            first=OPENS,
            submission_days=SUBMISSION_DAYS,
            missed="once",
        )
        office.clock(OPENS)
        office.sweep()
        (self.cycle,) = (one.id for one in cycles(office.district) if one.ladder == LADDER)
        office.take_in(sheets.nominations(office.manifest.folder, self.chief), self.cycle)
        office.take_in(sheets.panels(office.manifest.folder, self.chief), self.cycle)

    def _group_review(self) -> None:
        """Ballots by hand and on paper; who may not judge stands aside; a case is sent back and has days of its own."""
        office, folder = self.office, self.office.manifest.folder
        office.clock(REVIEWED)
        violated = sheets.violation(folder, self.chief.lasting[0], date(2026, 9, 10))
        office.take_in(violated)
        office.sweep()
        office.clock(SENT_BACK)
        office.take_in(sheets.group_ballots(folder, self.chief), self.cycle, "group-review")
        office.do(ReturnCase, **self._case("returned"), stage="group-review", reason="缺一项培训的学时证明")
        office.clock(COMPLETED)
        office.take_in(sheets.certificate(folder, self._one("returned").number, date(2026, 8, 18)))
        office.do(ResubmitCase, **self._case("returned"))
        office.advance(self.cycle)
        office.clock(ENTERED)
        ballots = sheets.late_group_ballots(folder, self.chief, ON_PAPER)
        office.take_in(ballots, self.cycle, "group-review")
        office.advance(self.cycle)

    def _to_the_places(self) -> None:
        """The schools sign; then confidential ballots, one by a stand-in, none by the kin; then the places."""
        office, folder = self.office, self.office.manifest.folder
        people = office.district.find("person", [*self.chief.panel, self.chief.stand_in])
        office.clock(SIGNED)
        office.take_in(sheets.school_ballots(folder, self.chief), self.cycle, "school-inspection")
        office.advance(self.cycle)
        office.clock(RECOGNISED)
        away, stand_in = people[self.chief.panel[-1]], people[self.chief.stand_in]
        office.do(DelegateSeat, cycle=self.cycle, stage="recognition", person=away, delegate=stand_in)
        kin = people[self.chief.panel[1]]
        office.do(RecuseSeat, **self._case("kin"), stage="recognition", person=kin, reason="与申报人是亲属")
        office.take_in(sheets.panel_ballots(folder, self.chief), self.cycle, "recognition")
        office.advance(self.cycle)

    def _under_notice(self) -> None:
        """Two objections, while the others are granted: one comes to nothing, one has its case judged anew."""
        office, folder = self.office, self.office.manifest.folder
        known = office.district.find("person", self.chief.group)
        dismissed, upheld = office.district.new_id("o"), office.district.new_id("o")
        office.clock(OBJECTED)
        cleared, caught = self._case("cleared"), self._case("caught")
        named = known[self.chief.group[1]]
        office.do(RaiseObjection, **cleared, objection=dismissed, by=named, anonymous=False, about="学时有重复登记")
        office.do(RaiseObjection, **caught, objection=upheld, anonymous=True, about="所报公开课是听课,不是授课")
        office.clock(HEARD)
        office.do(HearObjection, **cleared, objection=dismissed, minutes="核对平台记录,无重复")
        office.do(HearObjection, **caught, objection=upheld, minutes="本人承认该课为听课")
        office.clock(NOTICE_OVER)
        office.sweep()
        office.clock(DECIDED)
        office.do(
            DecideObjection, **cleared, objection=dismissed, outcome="dismissed", then="resume", reason="查无此事"
        )
        office.take_in(sheets.no_lesson(folder, office.manifest.no_lesson))
        office.do(
            DecideObjection, **caught, objection=upheld, outcome="upheld", then="reassess", reason="公开课不实,重新审核"
        )
        office.advance(self.cycle)
        office.clock(DECIDED + timedelta(days=1))  # who was cleared holds the rung from this day on

    def _one(self, part: Part) -> Candidate:
        (one,) = self.chief.of(part)
        return one

    def _case(self, part: Part) -> dict[str, str]:
        """The cycle, and the case of the one with this part, as commands name them."""
        district, number = self.office.district, self._one(part).number
        return {"cycle": self.cycle, "case": district.cases_of(self.cycle)[district.find("person", [number])[number]]}
