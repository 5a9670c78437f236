"""Importing into a real district: what lands, what was there, what is proposed, what comes back."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from console.intake.desk import NAMES
from tests.console.intake_office import PEOPLE, TRAININGS, UNITS, Office, counts, hours, why

ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


# ------------------------------------------------------------------------------------------------ what lands


def test_units_land_with_their_parents_first_whatever_the_order_of_the_rows(office: Office) -> None:
    report = office.take(
        office.csv(
            "more",
            UNITS,
            "U5 东站小学 小学 U4 城区 小学 2001-09-01",
            "U4 东片工作站 学区名师工作站 U3 - - 2001-09-01",
            "U3 培养中心 名师培养中心 - - - 2001-09-01",
        )
    )
    assert counts(report) == (3, 0, 0, 0, 0)
    names = {fact.name: fact for fact in office.facts("unit established")}
    ids = office.district.find("unit", {"U3", "U4"})
    assert names["东站小学"].part_of == ids["U4"]
    assert names["东片工作站"].part_of == ids["U3"]
    assert (names["东站小学"].kind, names["东站小学"].locality, names["东站小学"].phase) == (
        "school",
        "urban",
        "primary",
    )


def test_units_that_lie_in_each_other_or_under_an_unknown_one_come_back(office: Office) -> None:
    report = office.take(
        office.csv(
            "bad", UNITS, "A 甲 学校 B - - 2001-09-01", "B 乙 学校 A - - 2001-09-01", "C 丙 学校 X - - 2001-09-01"
        )
    )
    assert counts(report) == (0, 0, 0, 3, 0)
    assert [(one.row, one.column) for one in report.reasons] == [
        (2, "上级单位代码"),
        (3, "上级单位代码"),
        (4, "上级单位代码"),
    ]


def test_people_are_hired_moved_and_leave_in_one_file(office: Office) -> None:
    report = office.take(
        office.xlsx(
            "people",
            "工号 姓名 变动 单位 日期 参加工作日期 出生日期 学科",
            ["T8", "周敏", "", "河口小学", date(2016, 9, 1), "1998.8", date(1976, 3, 4), "数学"],
            ["T8", "周敏", "调动", "第一中心校", "2020年9月1日", "", "", ""],
            ["T8", "周敏", "退休", "", "2026.3.4", "", "", ""],
        )
    )
    assert counts(report) == (3, 0, 0, 0, 0)
    hired = next(fact for fact in office.facts("person hired") if fact.born == date(1976, 3, 4))
    assert (hired.service_began, hired.service_began_by) == (date(1998, 8, 1), date(1998, 8, 31))  # known to the month
    assert [fact.unit for fact in office.facts("person moved")] == [office.district.find("unit", {"U1"})["U1"]]
    assert office.events("person left")[0].envelope.occurred_from == date(2026, 3, 4)


def test_studios_members_and_their_end_land_and_an_end_may_come_later(office: Office) -> None:
    studio = office.csv(
        "studios",
        "工作室编号 工作室名称 类别 主持人工号 单位代码 成立日期",
        "S1 李秀兰名师工作室 名师 T1 U2 2021-09-01",
    )
    assert office.take(studio).landed == 1
    header = "工作室编号 工号 角色 加入日期 退出日期"
    assert (
        office.take(office.csv("members", header, "S1 T1 主持人 2021-09-01 -", "S1 T2 核心成员 2022.3 -")).landed == 2
    )
    later = office.take(office.csv("members", header, "S1 T1 主持人 2021-09-01 -", "S1 T2 核心成员 2022.3 2025-06-30"))
    assert counts(later) == (1, 1, 0, 0, 0)
    (left,) = office.events("member left")
    assert left.envelope.occurred_from == date(2025, 6, 30)
    assert [fact.role for fact in office.facts("member joined")] == ["host", "core"]


def test_a_mentor_pair_lands_with_its_end_but_nobody_is_their_own_mentor(office: Office) -> None:
    header = "徒弟工号 师傅工号 开始日期 结束日期"
    report = office.take(
        office.csv(
            "mentors", header, "T2 T1 2023-09-01 2026-06-30", "T3 T3 2023-09-01 -", "T3 T1 2024-09-01 2023-09-01"
        )
    )
    assert counts(report) == (1, 0, 0, 2, 0)
    assert [said for _, _, said in why(report)] == ["mentor and mentee are the same person", "ended before it began"]
    assert office.facts("mentor parted")[0].mentor == office.person("T1")


def test_titles_are_taken_over_with_their_document_by_the_rungs_title_or_id(office: Office) -> None:
    header = "工号 阶梯 级 称号 文号 日期 到期日期"
    report = office.take(
        office.csv(
            "titles",
            header,
            "T1 二七区教师三级发展梯队 核心成员 区骨干教师 区教〔2024〕8号 2024-09-01 2027-08-31",
            "T2 erqi-teacher development-target 新秀 区教〔2025〕3号 2025.9 -",
            "T3 erqi-teacher 核心会员 新秀 区教〔2025〕3号 2025-09-01 -",
        )
    )
    assert counts(report) == (2, 0, 0, 1, 0)
    assert [fact.rung for fact in office.facts("standing taken over")] == ["core-member", "development-target"]
    authorities = [event.envelope.authority for event in office.events("standing taken over")]
    assert authorities == ["区教〔2024〕8号", "区教〔2025〕3号"]
    (reason,) = report.reasons
    assert (reason.column, reason.value) == ("级", "核心会员")
    assert "核心成员（core-member）" in reason.en
    assert "did you mean 核心成员?" in reason.en


def test_a_ladder_that_is_not_there_is_blamed_on_its_own_column(office: Office) -> None:
    report = office.take(
        office.csv("titles", "工号 阶梯 级 文号 日期", "T1 二七区教师三级梯队 核心成员 区教〔2024〕8号 2024-09-01")
    )
    (reason,) = report.reasons
    assert (reason.column, reason.value) == ("阶梯", "二七区教师三级梯队")
    assert reason.zh.startswith("没有叫“二七区教师三级梯队”的阶梯；有：")
    assert reason.zh.endswith("是不是“二七区教师三级发展梯队”？")


def test_trainings_land_exactly_with_their_days_terms_and_recognition(office: Office) -> None:
    report = office.take(
        office.xlsx(
            "hours",
            "工号 培训项目 类别 级别 学时 开始日期 结束日期 认定状态",
            ["T1", "暑期研修", "专题", "县级", 6.5, date(2024, 7, 1), date(2024, 7, 5), "已认定"],
            ["T2", "校本研修", "校本培训", "校级", "１２", "2024.9", "", "待认定"],
        )
    )
    assert counts(report) == (2, 0, 0, 0, 0)
    first, second = office.events("training recorded")
    assert (first.fact.category, first.fact.level, first.fact.hours.number) == ("topic", "district", Decimal("6.5"))  # type: ignore[attr-defined]
    assert (first.envelope.occurred_from, first.envelope.occurred_until) == (date(2024, 7, 1), date(2024, 7, 5))
    assert (second.envelope.occurred_from, second.envelope.occurred_until) == (date(2024, 9, 1), date(2024, 9, 30))
    assert hours(office) == [(6.5, True), (12.0, False)]
    assert (report.first, report.last, report.events) == (first.position, second.position, 2)


def test_evaluations_and_reflections_land_and_a_selection_is_a_fact_of_its_own(office: Office) -> None:
    report = office.take(
        office.csv(
            "scores",
            "工号 评价名称 师德水平 理论素养 教育教学能力 教科研水平 日期",
            "T1 2025年度 95 88.5 90 85 2025-12-20",
            "T2 2025年度 - - - - 2025-12-20",
            "T3 2025年度 101 80 80 80 2025-12-20",
        )
    )
    assert counts(report) == (1, 0, 0, 2, 0)
    assert office.facts("evaluation recorded")[0].theory.number == Decimal("88.5")
    header = "工号 反思编号 反思题目 提交日期 入选级别 入选日期"
    assert (
        office.take(office.csv("r", header, "T1 F1 一次失败 2025-03-01 未入选 -", "T2 F2 课堂 2025-03-01 - -")).events
        == 2
    )
    later = office.take(
        office.csv("r", header, "T1 F1 一次失败 2025-03-01 工作站 2025-05-01", "T2 F2 课堂 2025-03-01 区级 -")
    )
    assert counts(later) == (1, 0, 0, 1, 0)
    work = office.district.work_hash("F1")
    assert [(fact.work, fact.level) for fact in office.facts("reflection selected")] == [(work, "station")]
    assert list(why(later)) == [(3, "入选日期", "selected, but the day of selection is missing")]


def test_evidence_lands_as_the_catalogue_declares_it_and_no_attribute_is_dropped_unsaid(office: Office) -> None:
    report = office.take(
        office.csv(
            "works",
            "工号 佐证类型 名称 级别 等级 角色 成果编号 日期 情节",
            "T1 论文 论反思 省级 - 第一作者 W1 2025-03 -",
            "T1 获奖 优质课 市级 一等奖 - W2 2025-04-01 -",
            "T2 师德违规 有偿补课 - - - - 2025-05-01 严重",
            "T2 获奖 优质课 市级 特别奖 - W2 2025-04-01 -",
            "T2 获奖 优质课二 市级 - 主持人 W2 2025-04-01 -",
            "T2 诗歌 春 市级 - - W2 2025-04-01 -",
        )
    )
    assert counts(report) == (3, 0, 0, 3, 0)
    first, second = map(office.district.work_hash, ("W1", "W2"))
    assert [(fact.kind, fact.attributes) for fact in office.facts("evidence recorded")] == [
        ("paper", {"level": "province", "role": "first-author", "work": first}),
        ("award", {"level": "city", "grade": "first", "work": second}),
        ("violation", {"severity": "serious"}),
    ]
    assert [(row, column) for row, column, _ in why(report)] == [(5, "等级"), (6, "角色"), (7, "佐证类型")]


# --------------------------------------------------------------------------------------- the same thing again


def test_a_whole_file_imported_twice_changes_nothing(office: Office) -> None:
    path = office.csv("trainings", TRAININGS, ROW, ROW.replace("R1", "-"), ROW.replace("R1", "R2").replace("6.5", "x"))
    assert counts(office.take(path)) == (2, 0, 0, 1, 0)
    before, files = len(office.events()), sorted(office.folder.iterdir())
    again = office.take(path)
    assert counts(again) == (0, 2, 0, 1, 0)
    assert (again.first, again.last, again.events) == (None, None, 0)
    assert len(office.events()) == before
    assert sorted(office.folder.iterdir()) == files
    people = office.csv("people", PEOPLE, "T1 李秀兰 - U2 2015-08-20 2015-08-20 1990-01-02 语文")
    assert counts(office.take(people)) == (0, 1, 0, 0, 0)


def test_a_row_twice_in_a_file_is_there_already_and_a_differing_one_is_a_proposed_correction(office: Office) -> None:
    report = office.take(office.csv("trainings", TRAININGS, ROW, ROW, ROW.replace("6.5", "8")))
    assert counts(report) == (1, 1, 1, 0, 0)
    (reason,) = report.reasons
    assert (reason.row, reason.proposed) == (4, True)
    assert f"recorded already (#{report.first})" in reason.en
    assert hours(office) == [(6.5, True)]


def test_the_same_training_from_another_export_is_the_same_by_person_title_and_day(office: Office) -> None:
    first = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 - - 已认定 -"
    again = "T1 - - 暑期　研修 专题 县级 6.50 2024年6月6日 - - 已审核 -"
    assert office.take(office.csv("one", TRAININGS, first)).landed == 1
    report = office.take(office.csv("two", TRAININGS, again.replace("　", "")))
    assert counts(report) == (0, 1, 0, 0, 0)


# ----------------------------------------------------------------------------------------------- bad rows


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        (("T1", "T404"), "工号", "no person has this staff number"),
        (("T1", "-"), "工号", "staff number is missing"),
        (("6.5", "abc"), "学时", "a number was expected"),
        (("6.5", "-2"), "学时", "cannot be negative"),
        (("6.5", "4000"), "学时", "more than can be believed"),
        (("6.5", "6.499999"), "学时", "nothing is rounded"),
        (("2024-06-06", "2026.2.30"), "日期", "no such day"),
        (("2024-06-06", "2026-07-01"), "日期", "lies in the future (today is 2026-06-30)"),
        (("2024-06-06", "-"), "日期", "date or start date is missing"),
        (("区级", "宇宙级"), "级别", "expected one of: 校级、学区级"),
        (("暑期研修", "暑期\x00研修"), "培训项目", "control characters"),
        (("已认定 -", "已认定 抛弃"), "处理", "expected one of: 登记、更正、作废、认定"),
    ],
)
def test_a_bad_row_comes_back_with_its_place_and_reason_and_the_good_ones_land(
    office: Office, change: tuple[str, str], column: str, said: str
) -> None:
    good = [ROW.replace("R1", f"G{n}") for n in range(3)]
    report = office.take(office.csv("trainings", TRAININGS, good[0], ROW.replace(*change), *good[1:]))
    assert counts(report) == (3, 0, 0, 1, 0)
    (reason,) = report.reasons
    assert (reason.row, reason.column) == (3, column)
    assert said in reason.en
    assert reason.zh
    assert reason.zh != reason.en
    assert len(office.events("training recorded")) == 3


def test_a_number_that_differs_in_capitals_or_blanks_is_not_taken_but_guessed(office: Office) -> None:
    office.take(office.csv("people", PEOPLE, "GH122 赵敏 - U1 2015-08-20 - - -"))
    row = [*ROW.split()[:-1], ""]
    rows = [[number, *row[1:9], f"R{n}", *row[10:]] for n, number in enumerate(("gh122", "GH 122", " ＧＨ122 ", "t9"))]
    report = office.take(office.csv("trainings", TRAININGS, *rows))
    assert counts(report) == (1, 0, 0, 3, 0)
    assert [one.zh.partition("；是不是 ")[2] for one in report.reasons] == ["GH122？", "GH122？", ""]
    left = office.take(office.csv("left", PEOPLE, "gh122 - 离职 - 2026-01-01 - - -"), dry_run=True)
    assert list(why(left)) == [(2, "工号", f"{NAMES['person'].en}; did you mean GH122?")]


def test_a_number_whose_zeros_were_eaten_or_guarded_by_a_wrong_quote_is_guessed(office: Office) -> None:
    office.take(office.csv("people", PEOPLE, "00122 赵敏 - U1 2015-08-20 - - -"))
    row = [*ROW.split()[:-1], ""]
    rows = [
        [number, *row[1:9], f"R{n}", *row[10:]] for n, number in enumerate(("122", "122.0", "`00122", "’00122", "2"))
    ]
    report = office.take(office.csv("trainings", TRAININGS, *rows))
    assert counts(report) == (0, 0, 0, 5, 0)
    assert [one.zh.partition("；是不是 ")[2] for one in report.reasons] == ["00122？"] * 4 + [""]


def test_titles_that_differ_in_a_bracket_are_two_though_headers_are_not(office: Office) -> None:
    titles = [[*ROW.split()[:3], title, *ROW.split()[4:8], *[""] * 4] for title in ("研修", "研修（选填）", "研 修*")]
    assert counts(office.take(office.csv("trainings", TRAININGS, *titles))) == (2, 0, 1, 0, 0)


def test_nobody_moves_or_leaves_before_the_row_that_hires_them(office: Office) -> None:
    late = office.csv("late", PEOPLE, "T8 - 离职 - 2026-01-01 - - -", "T8 赵敏 - U1 2015-08-20 - - -")
    for dry_run in (True, False):
        report = office.take(late, dry_run=dry_run)
        assert (counts(report), [one.column for one in report.reasons]) == ((1, 0, 0, 1, 0), ["工号"])
    assert counts(office.take(late)) == (1, 1, 0, 0, 0)


def test_all_that_is_wrong_with_a_row_is_said_at_once(office: Office) -> None:
    bad = ROW.replace("T1", "T404").replace("6.5", "abc").replace("2024-06-06", "2024-13-01")
    report = office.take(office.csv("trainings", TRAININGS, bad))
    assert [one.column for one in report.reasons] == ["工号", "学时", "日期"]
    assert counts(report) == (0, 0, 0, 1, 0)


def test_a_dry_run_tells_the_same_and_changes_nothing(office: Office) -> None:
    rows = [ROW, ROW, ROW.replace("6.5", "8"), ROW.replace("T1", "T404"), ROW.replace("R1", "R2")]
    path = office.csv("trainings", TRAININGS, *rows)
    before, files = len(office.events()), sorted(office.folder.iterdir())
    rehearsed: Any = office.take(path, dry_run=True)
    assert counts(rehearsed) == (2, 1, 1, 1, 0)
    assert len(office.events()) == before
    assert sorted(office.folder.iterdir()) == files
    assert counts(office.take(path)) == counts(rehearsed)
    assert counts(office.take(path, dry_run=True)) == (0, 3, 1, 1, 0)


def test_progress_ends_when_every_row_is_dealt_with(office: Office) -> None:
    heard: list[tuple[int, int]] = []
    path = office.csv("trainings", TRAININGS, ROW, [], ROW, ROW.replace("6.5", "x"), ROW.replace("6.5", "8"))
    office.take(path, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (5, 5)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
