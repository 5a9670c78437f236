"""The demo's review of chief teachers: each thing that it is to show happened, and the log has it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import pytest
from python_calamine import CalamineWorkbook

from console.demo.chief import LADDER, Part
from console.demo.folding import folded
from console.demo.review import DECIDED, NOTICE_OVER, OPENS
from engine.district import District
from engine.people.subjects import standings
from events.envelope import Recorded
from events.facts import (
    Assessed,
    BallotCast,
    CaseResubmitted,
    CaseReturned,
    CycleScheduled,
    Declined,
    EvidenceRecorded,
    EvidenceVoided,
    Fact,
    Granted,
    NoticePosted,
    ObjectionDecided,
    ObjectionHeard,
    ObjectionRaised,
    Placed,
    PlacesFilled,
    RunOpened,
    SealedBallotCast,
    SeatDelegated,
    SeatRecused,
    StageDecided,
    StageOpened,
    StandingLapsed,
    StandingRevoked,
    WindowOpened,
)
from tests.console.command_line import Demo, jieti

F = TypeVar("F", bound=Fact)
LEAD = "chief-teacher"


class Log:
    """The demo's log, by the parts that people have in the review."""

    def __init__(self, demo: Demo) -> None:
        self.chief = demo.manifest.chief
        with District.open(demo.folder) as district:
            with district.reading() as connection:
                self.events = district.log.read_after(connection, 0, 1_000_000)
            (self.cycle,) = {one.fact.cycle for one in self.events if isinstance(one.fact, RunOpened)}
            numbers = {*demo.manifest.staff_numbers}
            self.people = district.find("person", numbers)
            self.cases = district.cases_of(self.cycle)

    def case(self, part: Part) -> list[Recorded]:
        """The events of the case of the one with this part."""
        (one,) = self.chief.of(part)
        return self.stream(f"case-{self.cases[self.people[one.number]]}")

    def stream(self, name: str) -> list[Recorded]:
        return [one for one in self.events if one.envelope.stream == name]

    @cached_property
    def mine(self) -> list[Recorded]:
        """The events of all cases of the review."""
        cases = {f"case-{case}" for case in self.cases.values()}
        return [one for one in self.events if one.envelope.stream in cases]


@pytest.fixture(scope="module")
def log(demo: Demo) -> Log:
    return Log(demo)


def facts(events: list[Recorded], kind: type[F]) -> list[F]:
    return [one.fact for one in events if isinstance(one.fact, kind)]


def positions(events: list[Recorded], kind: type[Fact]) -> list[int]:
    return [one.position for one in events if isinstance(one.fact, kind)]


# ------------------------------------------------------------------------------------------- the schedule, the stages


def test_the_cycle_was_opened_by_a_yearly_schedule_on_its_day(log: Log) -> None:
    (scheduled,) = facts(log.events, CycleScheduled)
    (opened,) = (one for one in log.events if isinstance(one.fact, RunOpened))
    assert (scheduled.ladder, scheduled.to, scheduled.every, scheduled.first) == (LADDER, "trainee", "year", OPENS)
    assert (opened.envelope.actor, opened.envelope.occurred_from) == ("jieti", OPENS)


def test_three_stages_decide_and_every_school_has_a_panel_of_its_own(demo: Demo, log: Log) -> None:
    opened = facts(log.stream(f"cycle-{log.cycle}"), StageOpened)
    assert [one.stage for one in opened] == ["group-review", "school-inspection", "recognition"]
    decided = facts(log.mine, StageDecided)
    for stage in opened:
        outcomes = {one.outcome for one in decided if one.stage == stage.stage}
        assert outcomes == ({"approved"} if stage.stage == "recognition" else {"approved", "rejected"})
    shown = jieti("cycle", "show", log.cycle, "--data", demo.folder, "--json").data
    panels = [one["unit"] for one in shown["panels"] if one["stage"] == "school-inspection"]
    assert len(set(panels)) == len(log.chief.schools) > 2


def test_the_ballots_of_the_last_stage_are_confidential_and_one_was_cast_by_a_stand_in(log: Log) -> None:
    (delegated,) = facts(log.stream(f"cycle-{log.cycle}"), SeatDelegated)
    sealed = facts(log.mine, SealedBallotCast)
    assert {one.stage for one in sealed} == {"recognition"}
    assert "recognition" not in {one.stage for one in facts(log.mine, BallotCast)}
    voters = {one.person for one in sealed if one.seat == delegated.seat}
    assert voters == {delegated.delegate} == {log.people[log.chief.stand_in]}


def test_ballots_on_paper_dated_in_time_count_in_the_days_of_grace(log: Log) -> None:
    stage = next(one for one in facts(log.stream(f"cycle-{log.cycle}"), StageOpened) if one.stage == "group-review")
    ballots = [one for one in log.mine if isinstance(one.fact, BallotCast) and one.fact.stage == "group-review"]
    late = [one for one in ballots if one.envelope.recorded_at.date() > stage.last]
    on_paper = {one.fact.person for one in late if isinstance(one.fact, BallotCast)}
    assert log.people[log.chief.group[-1]] in on_paper
    assert len(late) > 10
    assert {one.envelope.occurred_from for one in late} == {date(2026, 9, 24)}
    (decided,) = [one for one in facts(log.case("cleared"), StageDecided) if one.stage == "group-review"]
    assert (decided.tally.in_favour, decided.tally.seats) == (5, 5)


# --------------------------------------------------------------------------------------- recusals, a return, the tie


def test_a_mentor_and_a_colleague_stand_aside_by_the_rule_and_a_relative_by_his_own_word(demo: Demo, log: Log) -> None:
    (mentored,) = [one for one in facts(log.case("mentored"), StageDecided) if one.stage == "group-review"]
    assert mentored.tally.recused == (3,)
    colleagues = {log.people[one.number] for one in log.chief.candidates if one.school == log.chief.colleagues}
    for case in (f"case-{log.cases[one]}" for one in colleagues):
        for decided in facts(log.stream(case), StageDecided):
            assert decided.stage != "group-review" or decided.tally.recused == (2,)
    (declared,) = facts(log.mine, SeatRecused)
    assert (declared.stage, declared.seat) == ("recognition", 2)
    (kin,) = [one for one in facts(log.case("kin"), StageDecided) if one.stage == "recognition"]
    assert (kin.tally.recused, kin.tally.seats) == ((2,), 6)
    back = demo.folder / "files" / "表决票_小组评议.rejects.xlsx"
    _, *rows = CalamineWorkbook.from_path(back).get_sheet_by_index(0).to_python()
    (row,) = rows
    assert any("回避" in str(cell) and "师徒" in str(cell) for cell in row)
    assert log.chief.group[2] in row


def test_a_case_that_came_back_is_judged_anew_and_has_days_of_its_own(log: Log) -> None:
    events = log.case("returned")
    (returned,), (window,) = facts(events, CaseReturned), facts(events, WindowOpened)
    first, again = (one for one in events if isinstance(one.fact, Assessed))
    (resubmitted,) = positions(events, CaseResubmitted)
    assert first.position < resubmitted < again.position
    assert isinstance(again.fact, Assessed)
    assert again.fact.pins.known_at == resubmitted
    stage = next(one for one in facts(log.stream(f"cycle-{log.cycle}"), StageOpened) if one.stage == "group-review")
    assert returned.stage == window.stage == stage.stage
    assert stage.first < window.first < stage.last < window.last
    (granted,) = facts(events, Granted)
    assert granted.assessed == again.position


def test_two_are_equal_in_everything_and_a_lot_gives_one_of_them_the_last_place(demo: Demo, log: Log) -> None:
    tied = [f"case-{log.cases[log.people[one.number]]}" for one in log.chief.of("tied")]
    placed = [one for case in tied for one in facts(log.stream(case), Placed)]
    assert sorted((one.rank, one.tied, one.outcome) for one in placed) == [(10, 2, "in"), (10, 2, "out")]
    (filled,) = facts(log.stream(f"cycle-{log.cycle}"), PlacesFilled)
    assert filled.lot
    (group,) = filled.groups
    assert (group.places, group.taken, group.candidates) == (10, 10, 12)
    summary = "".join(demo.screen[demo.screen.index("─" * 100) :].split())
    (line,) = [part for part in summary.split("─" * 100) if "最后一名在内" in part]
    assert "第10名(最后一名在内)" in line
    assert "并列的抽签决定(阶梯文件第" in line
    for one in log.chief.of("tied"):
        assert one.number in line


# ------------------------------------------------------------------------------------------------------ objections


def test_objections_freeze_two_cases_while_all_the_others_are_granted(log: Log) -> None:
    (notice,) = facts(log.stream(f"cycle-{log.cycle}"), NoticePosted)
    assert notice.cases == 10
    others = set(positions(log.mine, Granted)) - set(positions(log.case("cleared"), Granted))
    assert len(others) == 8
    for part in ("cleared", "caught"):
        events = log.case(part)
        (raised,), (heard,) = positions(events, ObjectionRaised), positions(events, ObjectionHeard)
        (decided,) = positions(events, ObjectionDecided)
        assert raised < heard < min(others) < max(others) < decided
        assert notice.first <= facts(events, ObjectionRaised)[0].until - timedelta(days=15) <= notice.last


def test_whoever_is_cleared_is_granted_from_the_day_after(log: Log) -> None:
    (decided,) = facts(log.case("cleared"), ObjectionDecided)
    (granted,) = facts(log.case("cleared"), Granted)
    assert (decided.outcome, decided.then) == ("dismissed", "resume")
    assert granted.in_force_from == DECIDED + timedelta(days=1)
    first = {one.in_force_from for one in facts(log.mine, Granted)}
    assert first == {NOTICE_OVER, DECIDED + timedelta(days=1)}


def test_whoever_is_caught_is_judged_anew_without_the_lesson_that_was_none(log: Log) -> None:
    events = log.case("caught")
    (decided,) = facts(events, ObjectionDecided)
    assert (decided.outcome, decided.then) == ("upheld", "reassess")
    before, after = facts(events, Assessed)
    changed = [
        one.clause for one, two in zip(before.findings, after.findings, strict=True) if one.outcome != two.outcome
    ]
    assert (before.outcome, after.outcome, changed) == ("met", "not met", ["lessons"])
    (voided,) = facts(log.events, EvidenceVoided)
    (lesson,) = [one for one in log.events if one.position == voided.target]
    assert isinstance(lesson.fact, EvidenceRecorded)
    assert lesson.fact.kind == "lesson"
    (declined,) = facts(events, Declined)
    assert declined.reason == "not eligible"
    assert not facts(events, Granted)


# ------------------------------------------------------------------------------------------------ by score sheets


def test_chief_teachers_are_chosen_by_score_sheets_without_the_highest_and_the_lowest(demo: Demo, log: Log) -> None:
    leading = log.chief.leading
    with District.open(demo.folder) as district:
        (cycle,) = {one.fact.cycle for one in log.events if isinstance(one.fact, Granted) and one.fact.rung == LEAD}
        cases = [f"case-{district.cases_of(cycle)[log.people[number]]}" for number, _ in leading.candidates]
    decided = [{one.stage: one for one in facts(log.stream(case), StageDecided)} for case in cases]
    at_school = [one["school-inspection"] for one in decided]
    assert [one.outcome for one in at_school] == ["approved", "approved", "approved", "rejected"]
    wanting = at_school[3].tally
    assert wanting.score is not None
    assert wanting.over is not None
    assert wanting.items is not None
    assert wanting.score >= 75 * wanting.over, "the total would do: an item is below its own minimum"
    (conduct,) = [one for one in wanting.items if one.item == "conduct"]
    assert conduct.score is not None
    assert conduct.score < 80 * conduct.over
    sheets = [one for one in facts(log.stream(cases[0]), BallotCast) if one.stage == "school-inspection"]
    assert [one.item for sheet in sheets for one in sheet.scores or () if one.value is None] == ["helping"]
    last = [one["recognition"].tally for one in decided[:3]]
    assert [len(one.dropped or ()) for one in last] == [2, 2, 2]
    assert [facts(log.stream(case), Placed)[0].outcome for case in cases[:3]] == ["in", "in", "out"]
    granted = [one.from_rung for case in cases for one in facts(log.stream(case), Granted)]
    assert granted == ["trainee", "trainee"]


# ------------------------------------------------------------------------------------------- what ends, what comes


def test_terms_lapse_on_the_day_after_their_last_one(demo: Demo, log: Log) -> None:
    lapsed = [one for one in log.events if isinstance(one.fact, StandingLapsed)]
    trainees = {one.envelope.stream: one for one in lapsed if one.fact.ladder == LADDER}  # type: ignore[attr-defined]
    assert set(trainees) == {f"subject-{log.people[one]}" for one in log.chief.lapsing}
    assert {one.envelope.occurred_from for one in trainees.values()} == {date(2026, 9, 1)}
    with District.open(demo.folder) as district:
        for number in log.chief.lapsing:
            who = log.people[number]
            for day, held in ((date(2026, 8, 31), True), (date(2026, 9, 1), False)):
                found = standings(district, day, log.events[-1].position, [who]).get(who, ())
                rungs = [(one.ladder, one.rung) for one in found]
                assert ((LADDER, "trainee") in rungs) == held


def test_a_violation_ends_a_standing_by_the_rule_and_nobody_elses(log: Log) -> None:
    (revoked,) = [one for one in log.events if isinstance(one.fact, StandingRevoked)]
    assert revoked.envelope.stream == f"subject-{log.people[log.chief.lasting[0]]}"
    assert isinstance(revoked.fact, StandingRevoked)
    assert revoked.fact.cause == "rule"
    assert revoked.fact.judgement is not None
    (evidence,) = revoked.fact.judgement.evidence
    (violation,) = [one.fact for one in log.events if one.position == evidence]
    assert isinstance(violation, EvidenceRecorded)
    assert (revoked.fact.judgement.rule, violation.kind) == ("ethics", "violation")


def test_its_summary_tells_when_the_next_cycle_opens_and_whose_term_ends(demo: Demo) -> None:
    found = jieti("due", "--days", 365, "--data", demo.folder, "--json").data
    assert {"run", "term"} <= {one["kind"] for one in found}
    (run,) = [one for one in found if one["kind"] == "run"]
    assert run["day"] == "2027-09-01"
    assert "2027-09-01  首席教师培养对象: 按排期开启" in demo.screen


# ------------------------------------------------------------------------------------------------------- the screen


def test_a_summary_is_folded_to_a_hundred_columns_and_commands_stay_whole(demo: Demo) -> None:
    from rich.cells import cell_len

    summary = demo.screen[demo.screen.index("─" * 100) :].splitlines()
    assert len(summary) < 110, "one or two screens"
    assert [line for line in summary if cell_len(line) > 100 and "jieti " not in line] == []
    line = "check it: " + " · ".join(f"jieti explain JC2010-{n:05d} --to trainee" for n in range(4))
    for part in folded(line, 100):
        assert part.count("jieti explain JC2010-") == part.count("--to trainee")


def test_a_line_is_folded_under_its_last_column() -> None:
    line = "  rule    one two three four"
    assert folded(line, 40) == [line]
    assert folded(line, 20) == ["  rule    one two", "          three four"]
    assert folded("甲、乙、丙、丁", 8) == ["甲、乙、", "    丙、", "    丁"]
    assert folded("a b c 12 places and more", 14) == ["a b c", "    12 places", "    and more"]
