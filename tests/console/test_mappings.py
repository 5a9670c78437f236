"""A mapping file says what a source's columns, words and numbers mean; rows are then read like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from console.intake import IntakeError, SheetReport, import_file
from console.intake.mapping_file import Hours
from console.intake.translating import Translation
from engine.records.undoing import undo
from tests.console.intake_office import CLERK, Office, counts, hours, why

CLOUD = """
    format: jieti-mapping/1
    source: 云课堂
    kind: trainings
    recognises: [学员号, 课程, 时长]
    columns:
      学员号: 工号
      课程: 培训项目
      时长: 学时
      完成于: 日期
      结果: 认定状态
      单号: 记录编号
      评语: 忽略
    values:
      结果: {合格: 已认定, 补考: 待认定, 不合格: 未通过, 退课: 忽略}
    hours: {unit: 分钟, units: {分钟: 1/45, 半天: 3}}
    constant: {级别: 区级}
"""
HEADER = "学员号 课程 时长 完成于 结果 单号 评语"
ROWS = (
    "T1 班级管理 90 2024-06-06 合格 A1 好",
    "T2 班级管理 45分钟 2024-06-06 不合格 A2 -",
    "T3 作业设计 2半天 2024-06-07 补考 A3 -",
    "T1 作业设计 90 2024-06-07 退课 A4 -",
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.district.close()


def mapping(office: Office, text: str = CLOUD, name: str = "cloud") -> str:
    """A mapping file beside the sheets."""
    path = office.folder / f"{name}.yaml"
    path.write_text(dedent(text), "utf-8")
    return str(path)


def keep(office: Office, text: str = CLOUD, name: str = "cloud") -> None:
    """A mapping that the data folder keeps."""
    folder = office.district.folder / "mappings"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(dedent(text), "utf-8")


def refusal(office: Office, path: Path, **how: Any) -> IntakeError:
    before = len(office.events())
    with pytest.raises(IntakeError) as caught:
        import_file(office.district, path, CLERK, **how)
    assert len(office.events()) == before
    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.zh)
    return caught.value


def given(office: Office, *rows: str, header: str = HEADER, **how: Any) -> SheetReport:
    return office.take(office.csv("export", header, *(rows or ROWS)), **how)


def test_columns_words_units_and_what_is_the_same_in_every_row_are_read_as_the_file_says(office: Office) -> None:
    report = given(office, mapping=mapping(office))
    assert (report.kind, report.mapping, counts(report)) == ("trainings", "cloud", (3, 0, 0, 0, 1))
    assert report.strange == ()
    facts = office.facts("training recorded")
    assert [(str(one.hours.number), one.recognised, one.level) for one in facts] == [
        ("2", True, "district"),
        ("1", False, "district"),
        ("6", False, "district"),
    ]


def test_a_kept_mapping_is_taken_by_itself_where_it_recognises_the_header(office: Office) -> None:
    keep(office)
    assert given(office).mapping == "cloud"
    assert given(office, mapping="cloud").already == 3


def test_where_two_mappings_recognise_a_sheet_the_user_says_which(office: Office) -> None:
    keep(office)
    keep(office, name="other")
    path = office.csv("export", HEADER, *ROWS)
    assert "several mappings recognise this sheet: cloud, other" in refusal(office, path).args[0]
    assert office.take(path, mapping="other").mapping == "other"


@pytest.mark.parametrize("slip", ["recognises: [学员号", "recognises：[学员号, 课程, 时长]"])
def test_a_kept_mapping_that_cannot_be_read_is_named_and_never_gives_way_in_silence(office: Office, slip: str) -> None:
    keep(office, CLOUD.replace("recognises: [学员号, 课程, 时长]", slip))
    assert "cloud.yaml" in str(refusal(office, office.csv("unknown", HEADER, *ROWS)))
    ours = "人员编号 活动编号 活动名称 签到时间 活动时长 签到状态"
    assert "cloud.yaml" in str(refusal(office, office.csv("shipped", ours, "T1 A1 研修 2024-06-06 2 正常")))
    assert given(office, "T1 研修 6 2024-06-06", header="工号 培训项目 学时 日期").landed == 1


def test_a_kept_mapping_with_chinese_commas_in_its_list_is_named_and_not_passed_by(office: Office) -> None:
    for comma in "，、":
        keep(office, CLOUD.replace("recognises: [学员号, 课程, 时长]", f"recognises: [学员号{comma}课程{comma}时长]"))
        said = refusal(office, office.csv("export", HEADER, *ROWS))
        assert "is not parted by plain commas" in str(said)
        assert "写作 recognises: [学员号, 课程, 时长]" in said.zh
    whole = CLOUD.replace("课程", '"课程，名称"').replace('[学员号, "课程', '["学员号", "课程')
    assert given(office, header=HEADER.replace("课程", "课程，名称"), mapping=mapping(office, whole)).landed == 3


def test_the_same_rows_under_a_file_that_says_it_in_other_words_are_there_already(office: Office) -> None:
    given(office, mapping=mapping(office))
    other = CLOUD.replace("工号", "staff number").replace("培训项目", "课程名称").replace("学时\n", "hours\n")
    other = other.replace("1/45", '"2/90"').replace("已认定", "recognised").replace("区级", "district")
    other = other.replace("      单号: 记录编号\n", "") + "    record: 单号\n    # 另一种写法\n"
    assert other != CLOUD
    assert counts(given(office, mapping=mapping(office, other, "again"))) == (0, 3, 0, 0, 1)


def test_the_same_rows_under_a_corrected_file_are_proposed_corrections(office: Office) -> None:
    given(office, mapping=mapping(office))
    corrected = mapping(office, CLOUD.replace("分钟: 1/45", "分钟: 1/90").replace("补考: 待认定", "补考: 已认定"))
    report = given(office, mapping=corrected)
    assert counts(report) == (0, 0, 3, 0, 1)
    accepted = given(office, mapping=corrected, accept_corrections=True)
    assert counts(accepted) == (3, 0, 0, 0, 1)
    assert hours(office) == [(0.5, False), (1.0, True), (6.0, True)]


def test_a_word_that_the_file_does_not_have_is_read_as_ever_or_handed_back_with_the_place_to_add_it(
    office: Office,
) -> None:
    report = given(office, "T1 甲 45 2024-06-06 通过 A1 -", "T1 乙 45 2024-06-06 缓考 A2 -", mapping=mapping(office))
    assert counts(report) == (1, 0, 0, 1, 0)
    ((row, column, said),) = why(report)
    assert (row, column) == (3, "结果")
    assert said.endswith('the mapping cloud has no "缓考" under values')


def test_an_amount_that_does_not_come_out_even_comes_back_unless_the_file_says_how_to_round(office: Office) -> None:
    row = "T1 甲 100 2024-06-06 合格 A1 -"
    ((_, _, said),) = why(given(office, row, mapping=mapping(office)))
    assert said.startswith("100 分钟 come to 2.222… hours, which is not even")
    rounded = CLOUD.replace("hours: {", "hours: {round: down to 0.5, ")
    assert given(office, row, mapping=mapping(office, rounded)).landed == 1
    assert hours(office) == [(2.0, True)]


def test_several_units_and_a_clock_come_to_one_amount_by_the_units_of_the_file(office: Office) -> None:
    units = CLOUD.replace("hours: {", "hours: {round: down to 0.5, ").replace("分钟: 1/45", "分钟: 1/45, 小时: 4/3", 1)
    said = ("2小时15分钟", "2 小时 30 分钟", "02:15:00", "00:44:59")
    for cell in said:
        row = ["T1", "甲" + cell, cell, "2024-06-06", "合格", cell, ""]
        assert given(office, row, mapping=mapping(office, units)).landed == 1, cell  # type: ignore[arg-type]
    assert sorted(hours(office)) == [(0.5, True), (3.0, True), (3.0, True), (3.0, True)]
    reader = Translation("m", hours=Hours.model_validate({"units": {"小时": "1"}})).before(str)
    assert [reader(cell) for cell in (time(2, 15), timedelta(hours=26, minutes=30))] == ["2.25", "26.5"]
    for cell in ("02:15", "2小时3刻", "1小时1小时", "2:75:00"):
        row = ["T1", "甲", cell, "2024-06-06", "合格", "A9", ""]
        assert given(office, row, mapping=mapping(office, units)).handed_back == 1, cell  # type: ignore[arg-type]


def test_a_record_number_may_be_made_of_several_columns_and_a_row_without_a_part_has_none(office: Office) -> None:
    text = CLOUD.replace("      单号: 记录编号\n", "      单号: 忽略\n") + "    record: [单号, 课程]\n"
    file = mapping(office, text)
    assert counts(given(office, *ROWS[:2], mapping=file)) == (2, 0, 0, 0, 0)
    renamed = ROWS[0].replace("90", "135")
    assert counts(given(office, renamed, mapping=file)) == (0, 0, 1, 0, 0)
    assert counts(given(office, ROWS[0].replace("A1", "A9"), mapping=file)) == (1, 0, 0, 0, 0)
    assert counts(given(office, ROWS[0].replace("A1", "-"), mapping=file)) == (1, 0, 0, 0, 0)


def test_a_training_that_two_platforms_name_alike_counts_once(office: Office) -> None:
    given(office, ROWS[0], mapping=mapping(office, CLOUD + "    identity: 课程\n"))
    other = CLOUD.replace("云课堂", "签到") + "    identity: [课程]\n"
    row = ROWS[0].replace("A1", "B7")
    assert given(office, row, mapping=mapping(office, other, "other")).landed == 1
    assert len(office.facts("training recorded")) == len(office.facts("training also reported")) == 1
    assert hours(office) == [(2.0, True)]


def test_days_with_the_year_last_are_read_in_the_order_that_the_file_says(office: Office) -> None:
    row = "T1 班级管理 90 03/04/2024 合格 A1 -"
    assert counts(given(office, row, mapping=mapping(office))) == (0, 0, 0, 1, 0)
    given(office, row, mapping=mapping(office, CLOUD + "    dates: day/month/year\n"))
    given(office, row.replace("A1", "A2"), mapping=mapping(office, CLOUD + "    dates: month/day/year\n"))
    days = [one.envelope.occurred_from.isoformat() for one in office.events("training recorded")]
    assert days == ["2024-04-03", "2024-03-04"]


def test_the_header_is_where_the_file_says_though_another_row_looks_more_like_one(office: Office) -> None:
    path = office.csv("export", "学员号 课程 时长 完成于 结果 单号", HEADER, *ROWS)
    at_two = mapping(office, CLOUD + "    header row: 2\n")
    report = office.take(path, mapping=at_two)
    assert (report.header, report.landed) == ((2, 2), 3)


def test_what_comes_back_is_mended_in_the_words_of_the_platform_and_imported_again(office: Office) -> None:
    file = mapping(office)
    report = given(office, ROWS[0].replace("T1", "T9"), ROWS[1], mapping=file)
    assert counts(report) == (1, 0, 0, 1, 0)
    assert report.rejects is not None
    mended = report.rejects.read_text("utf-8-sig").replace("T9", "T1")
    report.rejects.write_text(mended, "utf-8")
    assert counts(office.take(report.rejects, mapping=file)) == (1, 0, 0, 0, 0)


def test_a_sheet_that_lacks_a_column_of_the_mapping_is_refused_with_what_it_may_be_called_now(office: Office) -> None:
    path = office.csv("export", HEADER.replace("结果", "考试结果"), *ROWS)
    said = refusal(office, path, mapping=mapping(office))
    assert 'relies on columns that are not there: "结果" (is it called "考试结果" now?)' in said.args[0]


def test_a_mapping_that_leaves_a_needed_column_open_says_which(office: Office) -> None:
    path = office.csv("export", HEADER, *ROWS)
    said = refusal(office, path, mapping=mapping(office, CLOUD.replace("完成于: 日期", "完成于: 忽略")))
    assert "read as trainings by the mapping cloud, it misses: date (日期) or start date" in said.args[0]


def test_the_kind_that_is_asked_for_is_the_one_that_the_mapping_is_for(office: Office) -> None:
    path = office.csv("export", HEADER, *ROWS)
    said = refusal(office, path, mapping=mapping(office), kind="people")
    assert "the mapping cloud is for trainings, but --kind says people" in said.args[0]


def test_of_a_workbook_the_mapping_reads_its_own_sheets_and_the_others_are_read_as_ever(office: Office) -> None:
    known = ("工号 培训项目 学时 日期", "T1 别的 2 2024-06-06")
    book = office.book("book", {"云": (HEADER, *ROWS), "学时": known})
    first, second = import_file(office.district, book, CLERK, mapping=mapping(office))
    assert (first.mapping, first.landed) == ("cloud", 3)
    assert (second.mapping, second.landed) == (None, 1)
    named = mapping(office, CLOUD + "    sheets: [别处]\n")
    assert "认不出" in refusal(office, office.book("one", {"云": (HEADER, *ROWS)}), mapping=named).zh


def test_the_same_file_by_a_mapping_that_knows_its_rows_otherwise_is_refused_until_the_first_import_is_undone(
    office: Office,
) -> None:
    first = given(office, mapping=mapping(office))
    renamed = mapping(office, CLOUD.replace("source: 云课堂", "source: 云课堂平台"))
    said = refusal(office, first.file, mapping=renamed)
    assert "would land a second time" in said.args[0]
    assert f"jieti import --undo {first.import_id}" in said.args[0]
    joined = CLOUD.replace("      单号: 记录编号\n", "") + "    record: [单号, 课程]\n"
    assert "would land a second time" in refusal(office, first.file, mapping=mapping(office, joined)).args[0]
    assert office.take(first.file, mapping=mapping(office)).already == 3
    assert first.import_id is not None
    undo(office.district, first.import_id, CLERK)
    assert office.take(first.file, mapping=mapping(office, CLOUD.replace("云课堂", "云课堂平台"))).landed == 3
