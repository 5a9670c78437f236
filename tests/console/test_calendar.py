"""The training calendar: taken in from a sheet, changed and called off, listed, exported and taken in again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from console.calendar_files import escaped, folded, table, write
from console.options import Mistake
from console.screens.calendar import calendar, calendar_json
from console.screens.vocabulary import Vocabulary
from engine.records.offers import find, listed
from ladders.reading.loading import shipped
from tests.console.intake_office import CLERK, Office, counts, why
from workflows.acts import CallOffTraining
from workflows.commands import PublishLadder, Refused

HEADER = "编号 培训项目 开始日期 结束日期 学时 类别 级别 名额 对象级别 对象岗位 主办单位 地点 处理 说明"
SUMMER = (
    "P1 暑期研修班 2026-07-13 2026-07-17 16.5 专题培训 区级 60 发展对象、erqi-teacher/核心成员 - 进修学校 三楼;西 - -"
)
ETHICS = "- 师德讲座 2026.9.9 - 4 师德培训 区级 - - 保育员、校医 教育局 - - -"
NOW = datetime(2026, 6, 30, 4, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.district.handle(
        PublishLadder(
            id=office.district.command_id(),
            asking=CLERK,
            file=shipped("erqi-teacher.yaml"),
            in_force_from=date(2026, 1, 1),
        )
    )
    assert counts(office.take(office.csv("日程", HEADER, SUMMER, ETHICS))) == (2, 0, 0, 0, 0)
    return office


def titles(office: Office) -> list[tuple[str, date, bool]]:
    return [(one.title, one.first, one.called_off is not None) for one in listed(office.district)]


def test_what_is_planned_lands_for_days_to_come_and_is_no_evidence(office: Office) -> None:
    summer, ethics = listed(office.district)
    assert (summer.title, summer.first, summer.last) == ("暑期研修班", date(2026, 7, 13), date(2026, 7, 17))
    assert summer.amount
    assert (str(summer.amount.number), summer.places, summer.venue) == ("16.5", 60, "三楼;西")
    assert [(one.ladder, one.rung) for one in summer.rungs] == [
        ("erqi-teacher", "development-target"),
        ("erqi-teacher", "core-member"),
    ]
    assert ethics.roles == ("保育员", "校医")
    assert (ethics.first, ethics.last) == (date(2026, 9, 9), date(2026, 9, 9))
    assert len(office.district.columns().rows("training")) == 0


def test_nothing_of_its_text_stands_in_the_log_in_plain(office: Office) -> None:
    payloads = "".join(event.fact.model_dump_json() for event in office.events("training offered"))
    assert not any(text in payloads for text in ("暑期研修班", "进修学校", "三楼"))
    assert '"P1"' not in payloads


def test_the_same_file_twice_changes_nothing_and_a_dry_run_neither(office: Office) -> None:
    before = len(office.events())
    path = office.csv("日程", HEADER, SUMMER, ETHICS)
    assert counts(office.take(path)) == (0, 2, 0, 0, 0)
    assert counts(office.take(office.csv("更多", HEADER, "P9 新班 2027.3 - 8 - - 9 - - - - - -"), dry_run=True)) == (
        *(1, 0, 0, 0, 0),
    )
    assert len(office.events()) == before


def test_another_day_is_proposed_and_taken_when_it_is_accepted(office: Office) -> None:
    later = SUMMER.replace("2026-07-13 2026-07-17", "2026-07-20 2026-07-24")
    path = office.csv("改期", HEADER, later)
    assert counts(office.take(path)) == (0, 0, 1, 0, 0)
    assert counts(office.take(path, accept_corrections=True)) == (1, 0, 0, 0, 0)
    assert titles(office)[0] == ("暑期研修班", date(2026, 7, 20), False)
    assert counts(office.take(path)) == (0, 1, 0, 0, 0)
    assert counts(office.take(office.csv("原来", HEADER, f"{SUMMER[:-3]}更正 又改回来"))) == (1, 0, 0, 0, 0)
    assert titles(office)[0] == ("暑期研修班", date(2026, 7, 13), False)


def test_a_sheet_calls_a_training_off_by_its_number_or_by_its_title_and_first_day(office: Office) -> None:
    rows = (
        "P1 暑期研修班 2026-07-13 - - - - - - - 进修学校 - 取消 考场",
        "- 师德讲座 2026-09-09 - - - - - - - 教育局 - 停办 -",
    )
    assert counts(office.take(office.csv("取消", HEADER, *rows))) == (2, 0, 0, 0, 0)
    assert [gone for _, _, gone in titles(office)] == [True, True]
    assert counts(office.take(office.csv("取消", HEADER, *rows))) == (0, 2, 0, 0, 0)
    assert listed(office.district, called_off=False) == []
    report = office.take(office.csv("更正", HEADER, f"{SUMMER[:-3].replace('60', '70')}更正 -"))
    assert "was called off" in next(why(report))[2]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("P2 班 2026-07-13 2026-07-12 8 - - 9 - - - - - -", "结束日期", "ends before it begins"),
        ("P2 班 2026-07-13 - abc - - 9 - - - - - -", "学时", "a number was expected"),
        ("P2 班 2026-07-13 - - - - 9 - - - - - -", "学时", "the hours are missing"),
        ("P2 班 2026-07-13 - 8 - 村级 9 - - - - - -", "级别", "expected one of"),
        ("P2 班 2026-07-13 - 8 - - 半 - - - - - -", "名额", "a number was expected"),
        ("P2 班 2026-07-13 - 8 - - 0 - - - - - -", None, "at least one place"),
        ("P2 班 2026-07-13 - 8 - - 9 首席 - - - - -", "对象级别", "there is no rung"),
        ("P2 班 2026-07-13 - 8 - - 9 erqi-teacher/首席 - - - - -", "对象级别", "there is no rung"),
        ("P2 班 2026-07-13 - 8 - - - - - - - - -", "主办单位", "is missing"),
        ("P1 暑期研修班 2026-07-13 2026-07-17 16.5 - - 9 - - - - 认定 -", "处理", "is not recognised"),
        ("P7 班 2026-07-13 2026-07-17 16.5 - - 9 - - - - 更正 -", "处理", "no such record"),
    ],
)
def test_a_row_that_cannot_be_planned_comes_back_with_its_reason(
    office: Office, row: str, column: str | None, said: str
) -> None:
    before = len(office.events())
    report = office.take(office.csv("坏", HEADER, row))
    assert counts(report) == (0, 0, 0, 1, 0)
    ((_, where, reason),) = why(report)
    assert where == column
    assert said in reason
    assert len(office.events()) == before


def test_a_training_may_count_as_another_kind_of_evidence(office: Office) -> None:
    header = "编号 培训项目 开始日期 计作 级别 角色 主办单位"
    report = office.take(office.csv("观摩", header, "G1 名师课堂观摩 2026-10-20 公开课 区级 听课 教研室"))
    assert counts(report) == (1, 0, 0, 0, 0)
    (lesson,) = listed(office.district, date(2026, 10, 1))
    assert (lesson.kind, lesson.attributes, lesson.amount) == (
        "lesson",
        {"level": "district", "role": "observed"},
        None,
    )
    back = office.take(office.csv("观摩2", f"{header} 学时", "G2 观摩 2026-10-20 公开课 区级 听课 教研室 4"))
    assert "carries no amount" in next(why(back))[2]


def test_the_calendar_is_listed_by_days_in_both_languages(office: Office) -> None:
    words = {lang: Vocabulary(office.district, lang) for lang in ("zh", "en")}
    day = office.district.today
    zh = "\n".join(calendar(listed(office.district), words["zh"], day).lines)
    en = "\n".join(calendar(listed(office.district), words["en"], day).lines)
    assert zh.startswith("2 项培训,其中 2 项还没有办完")
    assert "2026-07-13 – 2026-07-17  16.5 学时  60 人" in zh
    assert "面向发展对象、核心成员" in zh
    assert en.startswith("2 trainings, 2 of them still to be held")
    assert "16.5 h" in en
    assert "for 保育员, 校医" in en
    assert len(listed(office.district, date(2026, 7, 17), date(2026, 9, 8))) == 1
    assert len(listed(office.district, date(2026, 7, 18), date(2026, 9, 9))) == 1
    assert "no training" in calendar([], words["en"], day).lines[0]
    assert json.loads(json.dumps(calendar_json(listed(office.district)), default=str))[0]["counts_as"] == {
        "kind": "training",
        "attributes": {"category": "topic", "level": "district"},
        "amount": "16.5",
        "unit": "hour",
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_is_exported_is_taken_in_again_as_it_is(office: Office, suffix: str, lang: str) -> None:
    office.take(office.csv("取消", HEADER, "P1 暑期研修班 2026-07-13 - - - - - - - 进修学校 - 取消 -"))
    before, path = len(office.events()), office.folder / f"out.{suffix}"
    write(path, listed(office.district), Vocabulary(office.district, lang), "区", NOW)
    assert counts(office.take(path)) == (0, 2, 0, 0, 0)
    assert len(office.events()) == before
    with pytest.raises(Mistake):
        write(path, [], Vocabulary(office.district, lang), "区", NOW)
    with pytest.raises(Mistake):
        write(office.folder / "out.pdf", [], Vocabulary(office.district, lang), "区", NOW)


def test_icalendar_says_whole_days_escapes_text_and_folds_long_lines(office: Office) -> None:
    office.take(office.csv("长", HEADER, f"P3 {'很长的名字😀,' * 12} 2026-12-31 - 8 - - 9 - - - - - -"))
    office.take(office.csv("取消", HEADER, "P1 暑期研修班 2026-07-13 - - - - - - - 进修学校 - 取消 -"))
    path = office.folder / "日程.ics"
    write(path, listed(office.district), Vocabulary(office.district, "zh"), "示范区;1", NOW)
    raw = path.read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert {"X-WR-CALNAME:示范区\\;1", "LOCATION:三楼\\;西", "STATUS:CANCELLED", "DTSTAMP:20260630T040000Z"} <= set(
        lines
    )
    assert {"DTSTART;VALUE=DATE:20260713", "DTEND;VALUE=DATE:20260718", "DTEND;VALUE=DATE:20270101"} <= set(lines)
    assert "SUMMARY:" + 12 * "很长的名字😀\\," in lines
    assert len({line for line in lines if line.startswith("UID:")}) == 3


def test_a_piece_of_a_line_never_cuts_a_character() -> None:
    for length in range(60, 90):
        pieces = folded("a" * length + "名" * 30).split("\r\n ")
        assert "".join(pieces) == "a" * length + "名" * 30 + "\r\n"
        assert all(len(piece.rstrip("\r\n").encode()) <= 75 - (n > 0) for n, piece in enumerate(pieces))
    assert escaped("a\\b;c,d\r\ne\nf") == "a\\\\b\\;c\\,d\\ne\\nf"


def test_a_training_is_found_by_number_position_or_title_and_called_off_once(office: Office) -> None:
    summer, ethics = listed(office.district)
    assert find(office.district, "P1").id == find(office.district, f"#{summer.position:,}").id == summer.id
    assert find(office.district, "师德讲座").id == ethics.id
    for asked in ("P0", "#1", "讲座"):
        with pytest.raises(Refused, match="no training of the calendar"):
            find(office.district, asked)
    office.take(office.csv("再", HEADER, "- 师德讲座 2026-10-09 - 4 - - 9 - - - - - -"))
    with pytest.raises(Refused, match="several trainings"):
        find(office.district, "师德讲座")
    office.district.handle(
        CallOffTraining(id=office.district.command_id(), asking=CLERK, offer=ethics.id, reason="停办")
    )
    assert find(office.district, "师德讲座").first == date(2026, 10, 9)


def test_projections_made_anew_are_the_same_calendar(office: Office) -> None:
    office.take(office.csv("取消", HEADER, "P1 暑期研修班 2026-07-13 - - - - - - - 进修学校 - 取消 -"))
    before = listed(office.district)
    office.district.rebuild()
    assert listed(office.district) == before
    assert len(list(table(before, Vocabulary(office.district, "zh")))) == 3
