"""Memberships as sheets: the cap on teams with its exceptions, alliances of schools, research groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from console.intake.report import SheetReport
from ladders.reading.loading import shipped
from tests.console.intake_office import CLERK, UNITS, Office
from workflows.commands import PublishLadder

STUDIOS = "工作室编号 工作室名称 类别 主持人工号 单位代码 成立日期"
MEMBERS = "工作室编号 工号 角色 加入日期 退出日期 超出理由 文号"
ALLIANCES = "联盟代码 单位代码 工号 角色 加入日期 退出日期"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office in a district with the rule, three studios, an alliance and a research group."""
    office = Office(tmp_path_factory.mktemp("teams"))
    district = office.district
    rule = shipped("jintan-studio.yaml")
    district.handle(PublishLadder(id=district.command_id(), asking=CLERK, file=rule, in_force_from=date(2024, 6, 6)))
    studios = [f"G{n} 工作室{n} 名师 T3 U1 2020-09-01" for n in (1, 2, 3)]
    assert office.take(office.csv("studios", STUDIOS, *studios)).landed == 3
    groups = ["LM1 城乡联盟 校际联盟 - - - 2024-09-01", "JY1 数学教研组 教研组 U2 - - 2015-09-01"]
    assert office.take(office.csv("groups", UNITS, *groups)).landed == 2
    yield office
    district.close()


def members(office: Office, *rows: str) -> SheetReport:
    return office.take(office.csv("members", MEMBERS, *rows))


def test_a_third_team_is_handed_back_and_lands_with_its_reason_and_document(office: Office) -> None:
    fine = ("G1 T1 成员 2021-09-01 - - -", "G2 T1 核心成员 2024-09-01 - - -")
    assert members(office, *fine).landed == 2
    report = members(office, *fine, "G3 T1 成员 2025-09-01 2026-01-31 - -")
    assert (report.already, report.landed, report.handed_back) == (2, 0, 1)
    assert "allows 2" in report.reasons[0].en
    assert "G1、G2、G3" in report.reasons[0].zh
    assert len(office.facts("member left")) == 0
    report = members(office, "G3 T1 成员 2025-09-01 2026-01-31 区级课题 坛教〔2025〕9号")
    assert (report.landed, report.events) == (1, 2)
    event = office.events("member joined")[-1]
    assert event.envelope.authority == "坛教〔2025〕9号"
    assert office.facts("member joined")[-1].exception != "区级课题"  # sealed
    assert members(office, "G3 T1 成员 2025-09-01 2026-01-31 区级课题 坛教〔2025〕9号").already == 1


def test_a_reason_without_a_document_is_handed_back(office: Office) -> None:
    report = members(office, "G1 T2 成员 2025-09-01 - 区级课题 -")
    assert "give its number" in report.reasons[0].en


def test_memberships_of_the_past_land_in_whatever_order_they_stand(office: Office) -> None:
    report = members(
        office,
        "G1 T2 成员 2024-09-01 - - -",
        "G2 T2 成员 2024-09-01 - - -",
        "G3 T2 成员 2020-09-01 2024-08-31 - -",
    )
    assert (report.landed, report.handed_back) == (3, 0)


def test_units_join_an_alliance_and_people_a_research_group(office: Office) -> None:
    rows = ("LM1 U1 - 牵头校 2024-09-01 -", "LM1 U2 - - 2024-09-01 2025-07-31", "JY1 - T1 组长 2020-09-01 -")
    report = office.take(office.csv("alliances", ALLIANCES, *rows))
    assert (report.kind, report.landed, report.events) == ("alliances", 3, 4)
    report = office.take(office.csv("both", ALLIANCES, "LM1 U1 T1 - 2024-09-01 -", "LM1 - - - 2024-09-01 -"))
    assert report.handed_back == 2
    report = office.take(office.csv("wrong", ALLIANCES, "U2 - T1 - 2024-09-01 -"))
    assert "other units have no members" in report.reasons[0].en
