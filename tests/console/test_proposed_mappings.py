"""A mapping is drafted for a sheet that nobody knows: with reasons, without guessing, for a person to correct."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.intake import IntakeError, import_file
from console.intake.drafting import draft
from console.intake.mapping_file import read_mapping
from ladders.reading.loading import LadderError
from tests.console.command_line import jieti
from tests.console.intake_office import CLERK, TRAININGS, Cells, Office, counts, hours

HEADER = "学员账号 学员姓名 专题 学习时长(分钟) 学完时间 考核 订单号 点赞数"
ROWS = (
    "T1 李秀兰 班级管理 90 2024-06-06 及格 D1 3",
    "T2 张伟民 班级管理 270 2024-06-07 挂起 D2 1",
    "T3 王建国 作业设计 45 2024-06-07 及格 D3 0",
    "T1 李秀兰 作业设计 90 2024-06-08 退学 D4 5",
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    office = Office(tmp_path)
    yield office
    office.district.close()


def drafted(office: Office, header: str = HEADER, *rows: str | Cells, kind: str | None = None) -> dict[str, str]:
    """A draft's lines by what stands before the colon, each with its comment."""
    path = office.csv("export", header, *(rows or ROWS))
    out = office.folder / "draft.yaml"
    out.unlink(missing_ok=True)
    (made,) = draft(office.district, path, CLERK, str(out), kind, "en")
    assert out.read_text("utf-8") == made.text
    lines = [line.strip() for line in made.text.splitlines() if ": " in line and not line.startswith("#")]
    return dict(line.split(": ", 1) for line in lines)


def test_a_column_is_named_with_the_reasons_by_name_and_by_what_its_cells_are(office: Office) -> None:
    said = drafted(office)
    assert said["学员账号"].startswith("staff number")
    assert said["学员账号"].endswith('"学员" is in its name; all are staff numbers of the district')
    assert said["学习时长(分钟)"].startswith("hours")
    assert said["学习时长(分钟)"].endswith("all are numbers")
    assert said["学完时间"].startswith("date")
    assert said["学完时间"].endswith("all are days")
    assert said["考核"].startswith("recognition")
    assert said["考核"].endswith("only 3 different words")
    assert said["点赞数"].startswith("ignore")


def test_what_is_unsure_is_left_open_with_what_it_may_be(office: Office) -> None:
    said = drafted(office)
    assert re.fullmatch(r'"\?" +# perhaps training \(its cells are texts, which is needed\)', said["专题"])
    assert re.fullmatch(r'"\?" +# perhaps record number \("单号" is in its name, .*\)', said["订单号"])
    assert re.fullmatch(r'"\?" +# 2 rows', said["及格"])
    assert said["unit"].startswith("分钟")
    assert said["分钟"].startswith('"?"')


def test_a_draft_is_refused_until_each_question_is_settled_and_names_them_all(office: Office) -> None:
    drafted(office)
    text = (office.folder / "draft.yaml").read_text("utf-8")
    with pytest.raises(LadderError) as caught:
        read_mapping(text.encode(), "draft.yaml", "draft")
    lines = text.splitlines()
    assert [one.line for one in caught.value.problems] == [
        n for n, line in enumerate(lines, 1) if '"?"' in line and n > 1
    ]
    assert all("has not been settled" in one.en and one.mend_en and one.mend_zh for one in caught.value.problems)


def test_no_name_and_no_number_of_a_person_gets_into_a_draft(office: Office) -> None:
    drafted(office)
    text = (office.folder / "draft.yaml").read_text("utf-8")
    assert not re.search(r"李秀兰|张伟民|王建国|T[123]|D[1-4]|班级管理", text)


def test_a_clerk_drafts_settles_and_imports(office: Office) -> None:
    path = office.csv("云学堂", HEADER, *ROWS)
    refused = jieti("import", path, "--lang", "en")
    assert refused.status == 2
    assert "--propose-mapping" in refused.err
    said = jieti("import", path, "--dry-run", "--propose-mapping", "云学堂", "--lang", "en")
    kept = office.district.folder / "mappings" / "云学堂.yaml"
    assert (said.status, said.err) == (0, "")
    assert str(kept) in said.out
    assert "nothing was recorded" in said.out
    assert "has not been settled" in jieti("import", path, "--lang", "en").err
    text = kept.read_text("utf-8")
    for open_, settled in {
        'source: "?"': "source: 云学堂",
        '专题: "?"': "专题: training",
        '订单号: "?"': "订单号: record number",
        '及格: "?"': "及格: recognised",
        '挂起: "?"': "挂起: pending",
        '退学: "?"': "退学: ignore",
        '分钟: "?"': "分钟: 1/45",
    }.items():
        text = text.replace(open_, settled)
    kept.write_text(text, "utf-8")
    said = jieti("import", path, "--lang", "en")
    assert (said.status, said.err) == (0, "")
    assert "(mapping: 云学堂)" in said.out
    assert re.search(r"landed 3 .* ignored 1", said.out)
    assert hours(office) == [(1.0, True), (2.0, True), (6.0, False)]
    assert counts(import_file(office.district, path, CLERK)[0]) == (0, 3, 0, 0, 1)


def test_two_columns_that_speak_for_the_same_are_both_left_open(office: Office) -> None:
    said = drafted(
        office, "工号 活动名称 签到时间 签退时间 学时", "T1 甲 2024-06-06 2024-06-06 2", "T2 甲 2024-06-06 2024-06-06 2"
    )
    assert said["签到时间"].startswith('"?"')
    assert 'and "签退时间" just as well' in said["签到时间"]
    assert said["签退时间"].startswith('"?"')


def test_days_with_the_year_last_are_read_by_what_the_cells_show_or_asked(office: Office) -> None:
    header = "工号 课程 学时 完成日期"
    assert drafted(office, header, "T1 甲 2 25/03/2024", "T2 甲 2 03/04/2024")["dates"].startswith("day/month/year")
    assert drafted(office, header, "T1 甲 2 03/25/2024", "T2 甲 2 03/04/2024")["dates"].startswith("month/day/year")
    assert drafted(office, header, "T1 甲 2 05/03/2024", "T2 甲 2 03/04/2024")["dates"].startswith('"?"')


def test_what_every_row_needs_and_no_column_gives_is_asked_for(office: Office) -> None:
    said = drafted(office, "工号 课程名称 完成日期", "T1 甲 2024-03-25", "T2 甲 2024-03-25")
    assert said["hours"].startswith('"?"')
    assert "every row needs it" in said["hours"]


def test_a_sheet_that_may_be_two_kinds_or_none_asks_for_the_kind(office: Office) -> None:
    with pytest.raises(IntakeError, match="--kind"):
        drafted(office, "甲 乙", "x y")
    assert drafted(office, "甲 乙", "x y", kind="evaluations")["kind"].startswith("evaluations")


def test_a_draft_is_never_written_over_a_file(office: Office) -> None:
    path = office.csv("export", HEADER, *ROWS)
    draft(office.district, path, CLERK, "mine", None, "zh")
    with pytest.raises(IntakeError, match="is there already"):
        draft(office.district, path, CLERK, "mine", None, "zh")
    with pytest.raises(IntakeError, match="neither the name"):
        draft(office.district, path, CLERK, "../mine", None, "zh")


def test_of_a_workbook_only_the_sheets_that_are_not_read_yet_are_drafted(office: Office) -> None:
    book = office.book(
        "book",
        {
            "学时": (TRAININGS, "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"),
            "甲": (HEADER, *ROWS),
            "乙": (HEADER, ROWS[0]),
        },
    )
    (made,) = draft(office.district, book, CLERK, "book", None, "zh")
    assert made.sheet == "甲"


def test_awards_are_seen_to_be_evidence_by_the_words_of_their_scales(office: Office) -> None:
    rows = ("T1 教学大赛 一等 市 2024-06-06", "T2 教学大赛 二等 区 2024-06-06", "T3 优质课 一等 市 2024-06-06")
    said = drafted(office, "获奖人工号 赛事名称 奖级 层次 发证日期", *rows)
    assert "\nkind: evidence " in (office.folder / "draft.yaml").read_text("utf-8")
    assert "perhaps level (all are known)" in said["层次"]
    assert "perhaps grade" in said["奖级"]
    assert re.fullmatch(r'"\?" +# every row needs it.*expected one of: .*获奖.*', said["kind"]), "the kind of evidence"


def test_a_list_of_staff_that_nobody_knows_yet_is_seen_to_be_one(office: Office) -> None:
    rows = ("T7 甲 第一中心校 2010.9 1988-02-03", "T8 乙 河口小学 2012.9 1989-02-03")
    said = drafted(office, "人员ID 名字 所属部门 参加工作年月 出生年月日", *rows)
    assert said["kind"].startswith("people")
    assert "perhaps staff number" in said["人员ID"]
    assert said["所属部门"].startswith("unit ")
    assert said["参加工作年月"].startswith("service began")


def test_the_draft_finds_a_header_over_two_rows_under_a_title(office: Office) -> None:
    top = (("研修平台学时统计", "", "", ""), ("教师", "", "研修", ""), ("姓名", "帐号", "班次", "起止日期"))
    book = office.book(
        "app", {"导出": (*top, ("李秀兰", "T1", "骨干班", "2024.6.3-6.7"), ("张伟民", "T2", "骨干班", "2024.6"))}
    )
    (made,) = draft(office.district, book, CLERK, "app", "trainings", "en")
    assert "帐号: staff number" in made.text
    assert "起止日期: date" in made.text


def test_of_a_sheet_that_one_of_ours_reads_the_draft_is_a_copy_that_goes_before_it(office: Office) -> None:
    header = "听课记录号 听课人编号 听课人 课题 听课日期 听课节数 教研组审核"
    path = office.csv("听课", header, "L1 T1 李 二次函数 2024-06-06 2 已通过")
    made = jieti("import", path, "--propose-mapping", "本区听课", "--lang", "en")
    assert (made.status, made.err) == (0, "")
    assert "read by lesson-observation already; it was copied" in made.out
    kept = office.district.folder / "mappings" / "本区听课.yaml"
    kept.write_text(
        kept.read_text("utf-8").replace("{节: 1}", "{节: 0.5}").replace("      授课教师: 忽略\n", ""), "utf-8"
    )
    for name in ("授课教师", "学科"):
        kept.write_text(re.sub(f"  {name}: 忽略\n", "", kept.read_text("utf-8")), "utf-8")
    report = office.take(path)
    assert (report.mapping, report.landed) == ("本区听课", 1)
    assert hours(office) == [(1.0, True)]
