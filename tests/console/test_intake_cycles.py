"""Nominations and ballots from sheets, in a real review cycle; and what a dry run and the log know of people."""

from datetime import date
from pathlib import Path

import pytest

from console.intake import IntakeError
from engine.cycles.advance import advance
from engine.district import District
from events.facts import Seat
from tests.console.intake_office import CLERK, PEOPLE, TRAININGS, Office, counts, why
from workflows.commands import CastBallot, CloseSubmission, Nominate, OpenCycle, PublishLadder, SeatPanel

LADDER = """\
format: jieti-ladder/1
id: plain
title: {zh: 简单阶梯, en: plain ladder}
subject: person
rungs:
  - {id: first, title: {zh: 一级, en: first}, end: true}
routes:
  review:
    stages:
      - {id: panel, title: {zh: 评议, en: review}, body: {zh: 组, en: panel}, seats: 2, quorum: 2,
         threshold: more than 1/2 of present, days: 7}
    notice working days: 5
steps:
  - to: first
    route: review
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 1, basis: assumed}
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def cycle(office: Office) -> str:
    """A cycle that takes nominations, with T3 and T4 on its panel."""
    office.take(office.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    return district_cycle(office, LADDER)


def district_cycle(office: Office, ladder: str) -> str:
    """A cycle of a ladder that is published for it."""
    district, cycle = office.district, office.district.new_id("y")
    name = ladder.partition("\nid: ")[2].split()[0]
    for command in (
        PublishLadder(id=district.command_id(), asking=CLERK, file=ladder.encode(), in_force_from=date(2026, 1, 1)),
        OpenCycle(
            id=district.command_id(), asking=CLERK, cycle=cycle, ladder=name, to="first", period="2026",
            title="2026 评审", as_of=date(2026, 6, 30), deadline=date(2026, 7, 10),
        ),
        SeatPanel(
            id=district.command_id(), asking=CLERK, cycle=cycle, stage="panel",
            seats=(Seat(seat=1, person=office.person("T3")), Seat(seat=2, person=office.person("T4"))),
        ),
    ):  # fmt: skip
        district.handle(command)
    return cycle


def test_nominations_land_once_and_need_a_cycle(office: Office, cycle: str) -> None:
    path = office.csv(
        "申报", "工号 姓名 单位", "T1 李秀兰 河口小学", "T2 张伟民 河口小学", "T1 李秀兰 河口小学", "T404 无 无"
    )
    with pytest.raises(IntakeError, match="say for which cycle with --cycle"):
        office.take(path)
    for expected in ((2, 1, 0, 1, 0), (0, 3, 0, 1, 0)):
        assert counts(office.take(path, cycle=cycle, dry_run=True)) == expected
        assert counts(office.take(path, cycle=cycle)) == expected
    assert {fact.subject for fact in office.facts("nominated")} == {office.person("T1"), office.person("T2")}


def test_ballots_land_by_candidate_or_case_and_those_of_strangers_and_second_ones_come_back(
    office: Office, cycle: str
) -> None:
    district: District = office.district
    office.take(office.csv("申报", "工号", "T1", "T2"), cycle=cycle)
    district.handle(CloseSubmission(id=district.command_id(), asking=CLERK, cycle=cycle))
    advance(district, cycle)
    case = district.cases_of(cycle).get(office.person("T2"))
    head = "工号 案号 评委工号 意见"
    ballots = office.csv(
        "表决",
        head,
        "T1 - T3 同意",
        "T1 - T4 反对",
        f"- {case} T3 弃权",
        "T1 - T2 同意",
        "T3 - T4 同意",
        "T1 - T3 也许",
    )
    with pytest.raises(IntakeError, match=r'no stage "final"; there is: panel \(review\)'):
        office.take(ballots, cycle=cycle, stage="final")
    rehearsed = office.take(ballots, cycle=cycle, dry_run=True)
    report = office.take(ballots, cycle=cycle)  # the only stage
    assert (counts(rehearsed), [*why(rehearsed)]) == (counts(report), [*why(report)]), (
        "a stranger's vote comes back in both"
    )
    assert counts(report) == (3, 0, 0, 3, 0)
    assert [(row, column) for row, column, _ in why(report)] == [(5, None), (6, "工号"), (7, "意见")]
    for stage in ("panel", "评议", "Review"):
        assert counts(office.take(ballots, cycle=cycle, stage=stage)) == (0, 3, 0, 3, 0)
    second = office.take(office.csv("再投", "工号 评委工号 意见", "T1 T3 反对"), cycle=cycle, stage="panel")
    assert counts(second)[:2] == (0, 0)
    assert len(second.reasons) == 1
    assert sorted(fact.choice for fact in office.facts("ballot cast")) == ["abstain", "against", "for"]


def test_where_there_are_several_stages_ballots_must_say_which(office: Office, cycle: str) -> None:
    stage = """\
      - {id: final, title: {zh: 终评, en: last word}, body: {zh: 组, en: panel}, seats: 1, quorum: 1,
         threshold: more than 1/2 of present, days: 7}
"""
    two = LADDER.replace("id: plain", "id: two").replace("    notice", f"{stage}    notice")
    district, other = office.district, district_cycle(office, two)
    assert (cycle, district.cycle(other).ladder) == (cycle, "two")
    ballots = office.csv("表决", "工号 评委工号 意见", "T1 T3 同意")
    with pytest.raises(IntakeError, match=r"with --stage; there is: panel \(review\), final \(last word\)"):
        office.take(ballots, cycle=other)
    assert [said for _, _, said in why(office.take(ballots, cycle=other, stage="终评"))] == [
        "this candidate has no case in this cycle"
    ]


STAGE = """\
      - id: panel
        title: {zh: 评议, en: review}
        body: {zh: 组, en: panel}
        seats: 2
        quorum: 2
        days: 7
        sheet:
          items:
            - {id: teaching, title: {zh: 教学, en: teaching}}
            - {id: research, title: {zh: 教科研, en: research}, out of: 20}
          at least: 60
"""
PLACES = """\
    places: {number: 1, outside the count: true, order: [votes of panel], ties: all in}
"""


def scored(office: Office, confidential: str = "", asks: str = "") -> str:
    """A cycle whose panel, T3 and T4, fills in score sheets; T1 and T2 are before it."""
    office.take(office.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    before, after = LADDER.split("      - {id: panel")
    after = after.split("days: 7}\n")[1]
    cycle = district_cycle(office, (before + STAGE + confidential + after).replace("id: plain", "id: sheets") + asks)
    office.take(office.csv("申报", "工号", "T1", "T2"), cycle=cycle)
    office.district.handle(CloseSubmission(id=office.district.command_id(), asking=CLERK, cycle=cycle))
    advance(office.district, cycle)
    return cycle


def test_marks_stand_in_columns_called_as_the_items_of_the_sheet(office: Office) -> None:
    cycle = scored(office)
    sheet = office.csv(
        "评分",
        "工号 评委工号 教学 research 日期",
        "T1 T3 90 18.5 2026-06-30",
        "T1 T4 88.25 不适用 2026-06-30",
        "T2 T3 n/a / 2026-06-30",
        "T2 T4 高 10 2026-06-30",
        "T2 T4 95 21 2026-06-30",
        "T2 T4 95.125 -1 2026-06-30",
        "T2 T4 95 - 2026-06-30",
        "T2 T4 - - 2026-06-30",
        "T2 T4 95 10 2026-07-01",
    )
    report = office.take(sheet, cycle=cycle)
    assert counts(report) == (2, 0, 0, 7, 0)
    said = [(row, column) for row, column, _ in why(report)]
    assert said == [
        *((4, None), (5, "教学"), (6, "research"), (7, "教学"), (7, "research")),
        *((8, None), (9, "教学"), (10, "日期")),
    ]
    told = {row: text for row, _, text in why(report)}
    assert "not applicable" in told[4]
    assert "n/a where it does not apply" in told[5]
    assert "more than full marks (20)" in told[6]
    assert "a mark, or that it does not apply, for each" in told[8]
    assert told[9] == "vote or teaching or research is missing"
    first, second = office.facts("ballot cast")
    assert [(one.item, one.value, one.scale) for one in first.scores] == [("teaching", 90, 0), ("research", 185, 1)]
    assert [(one.item, one.value, one.scale) for one in second.scores] == [("teaching", 8825, 2), ("research", None, 0)]
    assert counts(office.take(sheet, cycle=cycle)) == (0, 2, 0, 7, 0)


def test_a_vote_beside_marks_comes_back_and_so_does_a_mark_where_nobody_marks(office: Office, cycle: str) -> None:
    both = office.csv("两样", "工号 评委工号 意见 教学 教科研", "T1 T3 同意 90 10")
    assert [column for _, column, _ in why(office.take(both, cycle=scored(office)))] == ["意见"]
    with pytest.raises(IntakeError, match="misses: vote"):
        office.take(office.csv("评分", "工号 评委工号 教学", "T1 T3 90"), cycle=cycle)


def test_a_paper_ballot_keeps_the_day_that_is_written_on_it(office: Office) -> None:
    cycle = scored(office)
    office.take(office.csv("评分", "工号 评委工号 教学 教科研 评分日期", "T1 T3 90 10 2026.6.30"), cycle=cycle)
    (event,) = office.events("ballot cast")
    assert event.envelope.occurred_from == date(2026, 6, 30)


def test_the_content_of_a_confidential_row_cannot_be_guessed_by_its_hash(office: Office) -> None:
    cycle = scored(office, "        ballots: confidential\n")
    head = "工号 评委工号 教学 教科研"
    first = office.csv("评分", head, "T1 T3 90 10", "T2 T3 90 10")
    assert counts(office.take(first, cycle=cycle)) == (2, 0, 0, 0, 0)
    guess = office.csv("猜", head, "T1 T3 91 10", "T2 T3 90 10")
    assert counts(office.take(guess, cycle=cycle)) == (0, 2, 0, 0, 0), "a right guess is answered as a wrong one"
    assert len({fact.source.content for fact in office.facts("sealed ballot cast")}) == 1


def test_whoever_is_outside_the_count_comes_with_a_document(office: Office) -> None:
    office.take(office.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    cycle = district_cycle(office, LADDER.replace("    notice", f"{PLACES}    notice").replace("id: plain", "id: few"))
    path = office.csv("申报", "工号 占名额之外 文号", "T1 是 教〔2026〕9号", "T2 是 -", "T3 否 -", "T4 也许 -")
    report = office.take(path, cycle=cycle)
    assert counts(report) == (2, 0, 0, 2, 0)
    assert [(row, column) for row, column, _ in why(report)] == [(3, "文号"), (5, "占名额之外")]
    one, other = office.events("nominated")
    assert (one.fact.outside, one.envelope.authority) == (True, "教〔2026〕9号")  # type: ignore[attr-defined]
    assert (other.fact.outside, other.envelope.authority) == (None, None)  # type: ignore[attr-defined]


def test_panels_are_seated_whole_or_all_their_rows_come_back(office: Office, cycle: str) -> None:
    head = "环节 席位 工号 姓名"
    swapped = office.csv("评审组", head, "评议 2 T3 王建国", "评议 1 T4 陈志强")
    assert counts(office.take(swapped, cycle=cycle, dry_run=True)) == (2, 0, 0, 0, 0)
    assert counts(office.take(swapped, cycle=cycle)) == (2, 0, 0, 0, 0)
    assert counts(office.take(swapped, cycle=cycle)) == (0, 2, 0, 0, 0)
    newest = office.facts("panel seated")[-1]
    assert [(seat.seat, seat.person) for seat in newest.seats] == [(1, office.person("T4")), (2, office.person("T3"))]
    short = office.take(office.csv("少一席", head, "评议 1 T1 李秀兰", "评议 二 T2 张伟民"), cycle=cycle)
    assert counts(short) == (0, 0, 0, 2, 0)
    assert [(row, column) for row, column, _ in why(short)] == [(2, None), (3, "席位")]
    other = office.take(office.csv("别处", "环节 单位代码 席位 工号", "终评 - 1 T1", "评议 U9 1 T2"), cycle=cycle)
    assert [(row, column) for row, column, _ in why(other)] == [(2, "环节"), (3, "单位代码")]
    assert len(office.facts("panel seated")) == 2


def test_where_there_is_one_stage_a_sheet_of_panels_need_not_name_it(office: Office, cycle: str) -> None:
    path = office.csv("评审组", "席位 工号", "1 T1", "2 T2")
    with pytest.raises(IntakeError, match="say for which cycle with --cycle"):
        office.take(path, kind="panels")
    assert counts(office.take(path, cycle=cycle)) == (2, 0, 0, 0, 0)
    stage = "      - {id: final, title: {zh: 终评, en: last}, body: {zh: 组, en: panel}, seats: 1, quorum: 1,\n"
    stage += "         threshold: more than 1/2 of present, days: 7}\n"
    two = LADDER.replace("id: plain", "id: two").replace("    notice", f"{stage}    notice")
    other = district_cycle(office, two)
    assert [said for _, _, said in why(office.take(path, cycle=other))] == [
        "this cycle has several stages: name one, here or with --stage"
    ] * 2
    assert counts(office.take(path, cycle=other, stage="评议")) == (2, 0, 0, 0, 0)


def test_a_titles_file_knows_the_published_ladders(office: Office, cycle: str) -> None:
    assert cycle
    path = office.csv("titles", "工号 阶梯 级 文号 日期", "T1 简单阶梯 一级 区教〔2024〕8号 2024-09-01")
    assert office.take(path).landed == 1
    assert office.facts("standing taken over")[0].ladder == "plain"


def test_neither_names_nor_file_names_reach_the_log_in_the_clear(office: Office) -> None:
    row = "T1 李秀兰 河口小学 李秀兰的公开课 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"
    office.take(office.csv("李秀兰学时", TRAININGS, row, row.removesuffix("-") + "作废"))
    stored = b"".join(path.read_bytes() for path in (office.folder / "data").rglob("*") if path.is_file())
    for secret in ("李秀兰", "张伟民", "王建国"):
        assert secret.encode() not in stored
    (source,) = {fact.source.file for fact in office.facts("training recorded")}
    assert len(source) == 16


def test_a_dry_run_knows_what_was_nominated_and_voted_by_command_and_that_submission_is_over(
    office: Office, cycle: str
) -> None:
    district: District = office.district
    names, votes = (
        office.csv("申报", "工号", "T1", "T2"),
        office.csv("表决", "工号 评委工号 意见", "T1 T3 同意", "T1 T4 同意"),
    )
    first = Nominate(
        id=district.command_id(), asking=CLERK, cycle=cycle, case=district.new_id("c"), subject=office.person("T1")
    )
    district.handle(first)
    assert counts(office.take(names, cycle=cycle, dry_run=True)) == (1, 1, 0, 0, 0)
    district.handle(CloseSubmission(id=district.command_id(), asking=CLERK, cycle=cycle))
    late = office.take(names, cycle=cycle, dry_run=True)
    assert counts(late) == counts(office.take(names, cycle=cycle)) == (0, 1, 0, 1, 0)
    assert ["submission closed" in said for _, _, said in why(late)] == [True]
    advance(district, cycle)
    vote = CastBallot(
        id=district.command_id(), asking=CLERK, cycle=cycle, case=first.case, stage="panel",
        person=office.person("T3"), choice="for",
    )  # fmt: skip
    district.handle(vote)
    tried = office.take(votes, cycle=cycle, dry_run=True)
    assert counts(tried) == counts(office.take(votes, cycle=cycle)) == (1, 1, 0, 0, 0)
