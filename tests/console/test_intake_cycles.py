"""Nominations and ballots from sheets, in a real review cycle; and what a dry run and the log know of people."""

from datetime import date
from pathlib import Path

import pytest

from console.intake import IntakeError
from engine.advance import advance
from engine.district import District
from events.facts import Seat
from tests.console.intake_office import CLERK, PEOPLE, TRAININGS, Office, counts, why
from workflows.commands import CloseSubmission, OpenCycle, PublishLadder, SeatPanel

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
    assert counts(office.take(path, cycle=cycle)) == (2, 1, 0, 1, 0)
    assert counts(office.take(path, cycle=cycle)) == (0, 3, 0, 1, 0)
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
    report = office.take(ballots, cycle=cycle)  # the only stage
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
