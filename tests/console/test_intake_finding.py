"""Sheets as offices keep them: titles above, a header over two rows, merged cells, sums and signatures below."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from console.intake import IntakeError, SheetReport, import_file
from tests.console.intake_office import CLERK, Office, counts, hours, rows_of, why

HEADER = ["工号", "姓名", "培训项目", "学时", "日期"]
ROW = ["T1", "李秀兰", "暑期研修", 6, "2024.6.6"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def sheet(office: Office, name: str, rows: Sequence[Any], merged: Mapping[str, Any] | None = None) -> Path:
    """A workbook of one sheet with merged cells, as ``A1:E1`` to what is written there."""
    path = office.folder / f"{name}.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("登记表")
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell != "":
                page.write(line, place, cell)
    for where, cell in (merged or {}).items():
        page.merge_range(where, cell)
    book.close()
    return path


def ignored(report: SheetReport) -> list[tuple[int, str]]:
    return [(one.row, one.en) for one in report.ignored_rows]


def test_a_title_and_notes_above_the_header_are_passed_over(office: Office) -> None:
    rows = [
        [""],
        ["单位：第一中心校", "", "", "填报日期", "2024-07-01"],
        [],
        HEADER,
        ROW,
        [*ROW[:2], "春季研修", 4, "2024.3.5"],
    ]
    report = office.take(sheet(office, "学时", rows, {"A1:E1": "2023—2024学年度教师培训学时登记表"}))
    assert counts(report) == (2, 0, 0, 0, 0)
    assert report.header == (4, 4)
    assert [fact.source.row for fact in office.facts("training recorded")] == [5, 6]


def test_a_header_over_two_rows_is_read_as_one(office: Office) -> None:
    rows = [
        [""],
        ["", "", "", "", "", "", "备注"],
        ["", "", "", "", "开始", "结束"],
        ["T1", "李秀兰", "暑期研修", 6, "2024-07-01", "2024-07-03"],
    ]
    over = {
        "A1:G1": "登记表",
        "A2:A3": "工号",
        "B2:B3": "姓名",
        "C2:C3": "培训项目",
        "D2:D3": "学时",
        "E2:F2": "培训时间",
    }
    report = office.take(sheet(office, "学时", rows, over))
    assert (counts(report), report.header, report.strange) == ((1, 0, 0, 0, 0), (2, 3), ())
    (event,) = office.events("training recorded")
    assert (str(event.envelope.occurred_from), str(event.envelope.occurred_until)) == ("2024-07-01", "2024-07-03")


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("基本信息,,培训情况,,", "工号,姓名,培训项目,学时,日期"),
        ("工号,姓名,培训,,", ",,项目,学时,日期"),
        ("教师,,培训,,日期", "工号,姓名,培训项目,学时,"),
        ("工号,姓名,培训项目,学时,培训时间,", ",,,,自,至"),
        ("工号,姓名,培训项目,学时,,日期", ",,,合计,其中线上,"),
    ],
)  # fmt: skip
def test_the_two_rows_of_a_header_are_joined_without_merged_cells_too(office: Office, upper: str, lower: str) -> None:
    path = office.folder / "学时.csv"
    last = ",2024-07-02" if "自" in lower else ""
    middle = "6,2" if "合计" in lower else "6"
    path.write_text(f"教师培训登记表,,,,\n{upper}\n{lower}\nT1,李秀兰,暑期研修,{middle},2024-07-01{last}\n", "utf-8")
    assert counts(office.take(path)) == (1, 0, 0, 0, 0)
    assert hours(office) == [(6.0, False)]


def test_hours_in_two_columns_under_one_header_are_not_taken_for_one(office: Office) -> None:
    path = office.folder / "学时.csv"
    path.write_text("工号,培训项目,学时,,日期\n,,线上,线下,\nT1,研修,2,4,2024-07-01\n", "utf-8")
    with pytest.raises(IntakeError, match="学时 · 线上") as refused:
        import_file(office.district, path, CLERK)
    assert "misses: hours (学时)" in refused.value.en
    assert not office.events("training recorded")


def test_what_is_merged_over_several_rows_is_said_of_each_of_them(office: Office) -> None:
    rows = [
        HEADER,
        ["", "", "一", 6, "2024.6.6"],
        ["", "", "二", 6, ""],
        [],
        ["T2", "张", "三", 6, ""],
        ["T3", "王", "四", 2, ""],
    ]
    merged = {"A2:A4": "T1", "B2:B4": "李秀兰", "E3:E6": "2024.6.7"}
    report = office.take(sheet(office, "学时", rows, merged))
    assert counts(report) == (4, 0, 0, 0, 1)
    found = [
        (one.envelope.stream.removeprefix("subject-"), str(one.envelope.occurred_from))
        for one in office.events("training recorded")
    ]
    one, two, three = (office.person(number) for number in ("T1", "T2", "T3"))
    assert found == [(one, "2024-06-06"), (one, "2024-06-07"), (two, "2024-06-07"), (three, "2024-06-07")]


def test_sums_notes_and_signatures_are_ignored_and_named_with_their_rows(office: Office) -> None:
    rows = [
        HEADER,
        ROW,
        ["第一中心校小计", "", "", 6, ""],
        HEADER,
        ["T1", "李秀兰", "秋季研修", 3, "2024.9.6"],
        ["合 计", "", "", 9, ""],
        ["", "", "总计：", "9学时", ""],
        [],
        ["说明：学时以培训证书为准"],
        ["以上数据由各校填报，经中心校审核后汇总"],
        ["填表人：李秀兰", "", "审核人：", "", "2024-12-30"],
        ["2人", "全校小计", "", 9, ""],
        ["第1页 共2页"],
        ["共 2 条记录"],
    ]
    report = office.take(sheet(office, "学时", rows))
    assert counts(report) == (2, 0, 0, 0, 11)
    assert ignored(report) == [
        (3, "a subtotal"), (4, "the header again"), (6, "a subtotal"), (7, "a subtotal"), (9, "a note"), (10, "a note"),
        (11, "a note"), (12, "a subtotal"), (13, "a note"), (14, "a note"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        ["T404", "合计", "研修", 6, "2024.6.6"],
        ["T1", "李秀兰", "合计", "", "2024.6.6"],
        ["", "张三", "研修", 6, "2024.6.6"],
        ["", "注：补登", "研修", 6, "2024.6.6"],
        ["", "合计", "研修", 6, "2024.6.6"],
        ["T404", "", "", "", ""],
        ["张三", "", "", "", ""],
        ["备注", "李秀兰", "研修", 6, "2024.6.6"],
    ],
)
def test_a_row_that_was_meant_as_a_record_comes_back_however_little_it_says(office: Office, row: list[Any]) -> None:
    report = office.take(sheet(office, "学时", [HEADER, row]))
    assert counts(report) == (0, 0, 0, 1, 0)
    assert not report.ignored_rows


@pytest.mark.parametrize("make", ["csv", "xlsx"])
def test_what_comes_back_has_the_title_and_both_rows_of_the_header_and_goes_in_again(office: Office, make: str) -> None:
    upper, lower = ["工号", "姓名", "培训项目", "学时", "培训时间", "-"], ["", "", "", "", "开始", "结束"]
    rows = [
        ["登记表"],
        upper,
        lower,
        ["T1", "李", "研修", "abc", "2024-07-01", "2024-07-03"],
        ["合计", "", "", "9", "", ""],
    ]
    rows = [["" if cell == "-" else cell for cell in row] for row in rows]
    if make == "xlsx":
        path = sheet(office, "学时", rows)
    else:
        path = office.folder / "学时.csv"
        path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    back = office.take(path).rejects
    title, head, under, row = rows_of(back)
    assert title[0] == "登记表"
    assert head[-2:] == ["原因/reason", "行号"]
    assert [cell for cell in under if cell] == ["开始", "结束"]
    mended = [title, head, under, [*row[:3], "9", *row[4:]]]
    if make == "xlsx":
        again = sheet(office, "学时.rejects", mended)
    else:
        again = office.folder / "学时.rejects.csv"
        with again.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(mended)
    report = office.take(again)
    assert (counts(report), report.header, report.strange) == ((1, 0, 0, 0, 0), (2, 3), ())


def test_a_table_that_stands_away_from_the_corner_is_found(office: Office) -> None:
    rows: list[list[Any]] = [[], [], ["", "", *HEADER], ["", "", *ROW], ["", "", "T404", *ROW[1:]]]
    report = office.take(sheet(office, "学时", rows, {"B2:G2": "登记表"}))
    assert (counts(report), report.header) == ((1, 0, 0, 1, 0), (3, 3))
    assert [reason[:2] for reason in why(report)] == [(5, "工号")]
    assert rows_of(report.rejects)[-1][:3] == ["", "", "T404"]


def test_of_two_tables_under_each_other_the_first_is_read_and_no_row_of_the_other_is_lost(office: Office) -> None:
    other = [["工号", "培训项目", "类别", "级别", "学时", "日期"], ["T2", "研修", "专题培训", "区级", 6, "2024.6.6"]]
    report = office.take(sheet(office, "学时", [["登记表"], HEADER, ROW, [], *other]))
    assert (report.header, counts(report)) == ((2, 2), (1, 0, 0, 2, 1))


def test_where_no_header_is_found_the_row_that_looks_most_like_one_is_named(office: Office) -> None:
    path = sheet(office, "学时", [["登记表"], ["教师编号码", "项目", "课时数"], ["T1", "研修", 6]])
    with pytest.raises(IntakeError, match="Its headers: 教师编号码, 项目, 课时数"):
        import_file(office.district, path, CLERK)
