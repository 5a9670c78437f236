"""What became of a record, as a later sheet says: corrected, recognised, voided, and only that person's own."""

from pathlib import Path

import pytest

from tests.console.intake_office import PEOPLE, TRAININGS, Office, counts, hours, why

ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_corrections_are_accepted_when_the_user_says_so_or_the_row_does_and_only_once(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW))
    changed = office.csv("b", TRAININGS, ROW.replace("6.5", "8"))
    assert counts(office.take(changed, accept_corrections=True)) == (1, 0, 0, 0, 0)
    assert counts(office.take(changed, accept_corrections=True)) == (0, 1, 0, 0, 0)
    assert hours(office) == [(8.0, True)]
    back = office.csv("c", TRAININGS, ROW.removesuffix("-") + "更正")
    assert counts(office.take(back)) == (1, 0, 0, 0, 0)
    assert counts(office.take(back)) == (0, 1, 0, 0, 0)
    assert hours(office) == [(6.5, True)]
    assert counts(office.take(changed, accept_corrections=True)) == (1, 0, 0, 0, 0)
    assert hours(office) == [(8.0, True)]


def test_a_pending_training_counts_once_it_is_recognised_by_a_row_or_by_a_later_export(office: Office) -> None:
    pending = [f"T1 - - 课{n} - - 6 2024-06-06 平台 R{n} 待认定 -" for n in range(3)]
    office.take(office.csv("pending", TRAININGS, *pending))
    assert hours(office) == [(6.0, False)] * 3
    office.take(office.csv("one", TRAININGS, pending[0].removesuffix("-") + "认定"))
    assert hours(office) == [(6.0, False), (6.0, False), (6.0, True)]
    export = office.csv("export", TRAININGS, *(row.replace("待认定", "已认定") for row in pending))
    proposed = office.take(export)
    assert counts(proposed) == (0, 1, 2, 0, 0)
    assert "not recognised yet" in proposed.reasons[0].en
    assert counts(office.take(export, accept_corrections=True)) == (2, 1, 0, 0, 0)
    assert counts(office.take(export)) == (0, 3, 0, 0, 0)
    assert hours(office) == [(6.0, True)] * 3


def test_a_corrected_row_that_is_recognised_now_counts(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW.replace("已认定", "待认定")))
    report = office.take(office.csv("b", TRAININGS, ROW.replace("6.5", "8")), accept_corrections=True)
    assert (counts(report), report.events) == ((1, 0, 0, 0, 0), 1)
    assert hours(office) == [(8.0, True)]


def test_a_voided_row_no_longer_counts_and_voiding_what_is_not_held_comes_back(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW))
    void = office.csv("b", TRAININGS, ROW.removesuffix("-") + "作废", ROW.replace("R1 已认定 -", "R7 已认定 作废"))
    report = office.take(void)
    assert counts(report) == (1, 0, 0, 1, 0)
    assert list(why(report)) == [(3, "处理", "no such record of this person is held, so nothing can become of it")]
    assert hours(office) == []
    assert counts(office.take(void)) == (0, 1, 0, 1, 0)


def test_a_row_that_voids_or_recognises_a_numbered_record_needs_no_more_than_its_name(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW, ROW.replace("R1 已认定", "R2 待认定")))
    assert hours(office) == [(6.5, False), (6.5, True)]
    bare = "T1 - - - - - - - 平台 {} - {}"
    report = office.take(office.csv("b", TRAININGS, bare.format("R1", "作废"), bare.format("R2", "认定")))
    assert counts(report) == (2, 0, 0, 0, 0)
    assert hours(office) == [(6.5, True)]
    short = office.csv("c", TRAININGS, bare.format("-", "作废"), bare.format("R2", "更正"), bare.format("R9", "删除"))
    report = office.take(short)
    assert counts(report) == (0, 0, 0, 3, 0)
    assert [(row, column) for row, column, _ in why(report)] == [
        *((2, name) for name in ("培训项目", "学时", "日期")),
        *((3, name) for name in ("培训项目", "学时", "日期")),
        (4, "处理"),
    ]


def test_numbered_evaluations_and_evidence_are_voided_by_their_number(office: Office) -> None:
    scores = "工号 评价名称 师德水平 理论素养 教育教学能力 教科研水平 日期 记录编号 处理"
    office.take(office.csv("a", scores, "T1 2025年度 95 88.5 90 85 2025-12-20 E1 -"))
    assert counts(office.take(office.csv("b", scores, "T1 - - - - - - E1 作废"))) == (1, 0, 0, 0, 0)
    works = "工号 佐证类型 名称 级别 日期 记录编号 处理"
    office.take(office.csv("c", works, "T1 公开课 圆 区级 2025-12-20 L1 -"))
    assert counts(office.take(office.csv("d", works, "T1 - - - - L1 作废"))) == (0, 0, 0, 1, 0)
    assert counts(office.take(office.csv("d", works, "T1 公开课 - - - L1 作废"))) == (1, 0, 0, 0, 0)
    assert len(office.events("evidence voided")) == 2


@pytest.mark.parametrize("act", ["更正", "作废", "认定"])
def test_a_record_of_somebody_else_is_not_touched_by_its_number(office: Office, act: str) -> None:
    office.take(office.csv("a", TRAININGS, ROW))
    report = office.take(office.csv("b", TRAININGS, ROW.replace("T1", "T2").removesuffix("-") + act))
    assert counts(report) == (0, 0, 0, 1, 0)
    assert "no such record of this person" in report.reasons[0].en
    assert hours(office) == [(6.5, True)]


def test_what_is_no_evidence_is_proposed_but_never_corrected_by_a_file(office: Office) -> None:
    path = office.csv("people", PEOPLE, "T1 李秀兰 - U1 2015-08-20 2015-08-20 1990-01-02 语文")
    report = office.take(path, accept_corrections=True)
    assert counts(report) == (0, 0, 1, 0, 0)
    assert "cannot be corrected by a file" in report.reasons[0].en
