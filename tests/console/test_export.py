"""What is exported can be imported again, and nothing changes; what could not be known again says so."""

from __future__ import annotations

import csv
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from console.export.looking import Look, day
from console.export.sheets import EXPORTED, exported, sheet
from console.intake import import_file
from console.intake.days import read_span
from console.intake.reading import open_file
from console.options import Mistake
from console.tables import Cell, write
from engine.cycles.advance import route
from engine.district import District
from engine.people import erasing
from engine.people.names import GONE
from engine.records import undoing
from tests.console.command_line import Demo, jieti
from tests.console.intake_office import CLERK, TRAININGS, Office
from tests.engine.test_erasing import say_erased
from workflows.commands import Span

FILES = [one.id for one in EXPORTED if one.imported and one.cycle == "no"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with rows of every kind: days known to a month, ends, names that look like formulas."""
    office = Office(tmp_path_factory.mktemp("office"))

    def take(path: Path) -> None:
        found = office.take(path)
        assert (found.landed, found.reasons) == (found.rows, [])

    take(office.csv("moves", "工号 变动 单位代码 日期", "T2 调动 U1 2020-09-01", "T3 离职 - 2025-07-31"))
    take(
        office.csv(
            "more",
            "工号 姓名 单位代码 参加工作日期 日期",
            "T4 =1+1 U1 2014.9 2014-09-10",
            "T5 @何 U2 2013.8 -",
            ["T6", "'-何", "U2", "", "2013.8"],
        )
    )
    take(
        office.csv(
            "studios", "工作室编号 工作室名称 类别 主持人工号 单位代码 成立日期", "S1 李秀兰工作室 名师 T1 U2 2021.3"
        )
    )
    take(office.csv("units", "单位代码 单位名称 类型 上级单位代码 成立日期", "A1 河口联盟 校际联盟 - 2022-01-01",
                    "R1 数学组 教研组 U1 2019-01-01"))  # fmt: skip
    take(office.csv("standings", "工号 阶梯 级 称号 文号 日期 到期日期",
                    "T1 erqi-teacher 发展对象 老称号 〔2019〕3号 2019.5 2030-05-01",
                    "T2 erqi-teacher 发展对象 - 〔2019〕3号 2019-05-06 -"))  # fmt: skip
    take(office.csv("members", "工作室编号 工号 角色 加入日期 退出日期", "S1 T2 核心成员 2021.4 2022-05-01",
                    "S1 T2 成员 2023-01-01 -", "S1 T4 - 2021-05-01 -"))  # fmt: skip
    take(
        office.csv(
            "alliances", "联盟代码 单位代码 工号 角色 加入日期", "A1 U1 - 牵头 2022-02-01", "R1 - T4 - 2022-02-01"
        )
    )
    take(office.csv("mentors", "徒弟工号 师傅工号 开始日期 结束日期", "T4 T1 2021-09-01 2022-08-31", "T5 T1 2022.9 -"))
    take(office.csv("hours", TRAININGS, "T1 - - 暑期研修 专题培训 区级 6.5 2024.6.3-6.7 - - 已认定 -",
                    "T2 - - +网络研修 网络研修 - 3 2024.5 - - - -",
                    "T4 - - 按号 - - 2 2024-05-05 平台 R9 已认定 -"))  # fmt: skip
    take(office.csv("scores", "工号 评价名称 师德水平 教学能力 日期", "T1 2024年度 90 85.5 2024-12-01"))
    take(office.csv("works", "工号 反思编号 反思题目 提交日期 入选级别 入选日期",
                    "T1 F1 一课 2024-03-01 工作室 2024-04-01",
                    "T2 F2 二课 2024.3 - -"))  # fmt: skip
    take(office.csv("lessons", "工号 佐证类型 名称 日期 级别 开始日期 结束日期",
                    "T1 公开课 一节课 2024-05-05 区级 - -", "T4 请假 病假 - - 2024-03-01 2024-04-30"))  # fmt: skip
    take(office.csv("plan", "编号 培训项目 开始日期 学时 名额 级别", "P1 秋季研修 2027.9 12 40 区级"))
    for row in (
        "T1 - - 暑期研修 专题培训 市级 7 2024.6.3-6.7 - - 已认定 更正",
        "T2 - - +网络研修 - - 3 2024.5 - - - 作废",
    ):
        take(office.csv("later", TRAININGS, row))
    return office


def out(office: Office, kind: str, file: Path, lang: str = "zh", as_of: date | None = None) -> Path:
    """The sheet of a kind."""
    found = exported(kind)
    assert found is not None
    with office.district.reading() as connection:
        header, rows = sheet(found, Look(office.district, connection, lang, as_of))
        write(file, found.zh, header, rows)
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("kind", FILES)
def test_what_is_exported_is_imported_again_as_already_there(
    office: Office, tmp_path: Path, kind: str, suffix: str, lang: str
) -> None:
    before = len(office.events())
    (found,) = import_file(office.district, out(office, kind, tmp_path / f"out{suffix}", lang), CLERK)
    assert [(one.row, one.en) for one in found.reasons] == []
    assert (found.kind, found.strange, found.landed, found.corrections) == (kind, (), 0, 0)
    assert found.already > 0
    assert len(office.events()) == before


def test_what_was_recorded_by_a_record_number_is_for_reading_only(office: Office, tmp_path: Path) -> None:
    told = {row["培训项目"]: row["序号"] for row in rows_of(out(office, "trainings", tmp_path / "t.csv"))}
    assert told == {"暑期研修": "1", "按号": "仅供查阅"}  # what was voided is not told, what was corrected as it is now


def test_a_row_that_is_mended_in_the_export_is_proposed_as_a_correction(office: Office, tmp_path: Path) -> None:
    file = out(office, "evaluations", tmp_path / "e.csv")
    file.write_text(file.read_text("utf-8-sig").replace("85.5", "86"), encoding="utf-8")
    (found,) = import_file(office.district, file, CLERK)
    assert (found.corrections, found.already, found.landed) == (1, 0, 0)


def test_nothing_in_an_export_runs_as_a_formula(office: Office, tmp_path: Path) -> None:
    names = [row["姓名"] for row in rows_of(out(office, "people", tmp_path / "p.csv"))]
    assert {"'=1+1", "'@何", "'-何"} <= set(names)
    with ZipFile(out(office, "people", tmp_path / "p.xlsx")) as book:
        assert b"<f>" not in b"".join(map(book.read, book.namelist()))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_text_that_a_spreadsheet_would_run_stays_text_and_comes_back_the_same(tmp_path: Path, suffix: str) -> None:
    runs = ["=1+1", "+86", "-何", "@何", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''@何", '="007"', "-5", "'何"]
    file = tmp_path / f"odd{suffix}"
    write(file, "表", ["序号", "姓名"], [[number, text] for number, text in enumerate(runs)])
    (sheet_,) = open_file(file)
    assert [row[1] for block in sheet_.blocks() for _, row in block] == ["姓名", *runs]
    if suffix == ".csv":
        written = [row["姓名"] for row in rows_of(file)]
        assert [text for text in written if not text.startswith("'")] == ["-5"]


def test_as_of_a_day_only_what_had_begun_is_told(office: Office, tmp_path: Path) -> None:
    rows = rows_of(out(office, "memberships", tmp_path / "m.csv", as_of=date(2021, 12, 31)))
    assert [(row["工号"], row["退出日期"]) for row in rows] == [("T2", ""), ("T4", "")]


@pytest.mark.parametrize("kind", [one.id for one in EXPORTED if one.cycle != "must"])
def test_every_kind_has_headers_of_its_own_in_both_languages(office: Office, tmp_path: Path, kind: str) -> None:
    headers = []
    for lang in ("zh", "en"):
        file = out(office, kind, tmp_path / f"{lang}.csv", lang)
        headers.append(file.read_text("utf-8-sig").splitlines()[0].split(","))
    assert headers[0] != headers[1]
    assert len(set(headers[0])) == len(headers[0]) == len(headers[1]) == len(set(headers[1]))


def test_who_was_erased_is_shown_as_such_and_no_import_takes_the_row(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.take(office.csv("hours", TRAININGS, "T1 - - 暑期研修 - - 6 2024-06-06 - - 已认定 -"))
    person = office.district.find("person", ["T1"])["T1"]
    say_erased(office.district, person)
    erasing.carry_out(office.district)
    first = rows_of(out(office, "people", tmp_path / "p.csv"))[0]
    assert (first["序号"], first["工号"], first["姓名"]) == ("仅供查阅", person, GONE)
    (hours,) = rows_of(out(office, "trainings", tmp_path / "t.csv"))
    assert (hours["序号"], hours["姓名"], hours["培训项目"], hours["学时"]) == ("仅供查阅", GONE, GONE, "6")
    for name in ("p", "t"):
        (found,) = import_file(office.district, tmp_path / f"{name}.csv", CLERK)
        assert (found.landed, found.handed_back, found.corrections) == (0, 0, 0)


def test_what_an_undo_took_back_is_not_exported(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = office.csv("more", "工号 姓名 单位代码 参加工作日期", "T9 何 U1 2014-09-01")
    report = office.take(path)
    assert report.import_id is not None
    undoing.undo(office.district, report.import_id, CLERK)
    assert "T9" not in [row["工号"] for row in rows_of(out(office, "people", tmp_path / "p.csv"))]
    newest = rows_of(out(office, "imports", tmp_path / "i.csv"))[0]
    assert (newest["导入"], newest["事件"], newest["已撤回"]) == (report.import_id, "1", "1")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(1900, 1, 1), date(2200, 12, 1)), st.integers(0, 800))
def test_days_are_written_as_they_are_read(first: date, more: int) -> None:
    last = min(date.fromordinal(first.toordinal() + more), date(2200, 12, 31))
    span = Span(first=first, last=last)
    assert read_span(day(span)) == span  # type: ignore[arg-type]


def test_a_workbook_goes_on_in_another_sheet_and_memory_stays(tmp_path: Path) -> None:
    row: list[Cell] = ["名" * 20, Decimal("1.5"), date(1899, 12, 31)]
    rows = ([number, *row] for number in range(6_000))
    tracemalloc.start()
    assert write(tmp_path / "long.xlsx", "表", ["序号", "a", "b", "c"], rows, most=2_501) == 6_000
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4_000_000
    book = load_workbook(tmp_path / "long.xlsx")
    assert [len(book.get_sheet_by_index(place).to_python()) for place in range(3)] == [2_501, 2_501, 1_001]
    assert book.get_sheet_by_index(2).to_python()[-1] == [5_999.0, "名" * 20, 1.5, "1899-12-31"]
    with pytest.raises(Mistake, match="is there and stays"):
        write(tmp_path / "long.xlsx", "表", [], [])
    with pytest.raises(Mistake, match="its name ends in"):
        write(tmp_path / "long.txt", "表", [], [])


def _stages(data: Path, cycle: str) -> list[str]:
    with District.open(data) as district:
        return [stage.id for stage in route(district, cycle).stages]


def test_everything_of_a_real_district_is_exported_by_command_and_nothing_of_it_lands_anew(
    demo: Demo, copied: Path, tmp_path: Path
) -> None:
    cycles = [one["id"] for one in jieti("cycle", "list", "--data", copied, "--json").data]
    for kind in EXPORTED:
        for cycle in cycles if kind.cycle == "must" else [""]:
            stages = _stages(copied, cycle) if kind.stage else [""]
            for stage in stages:
                of = [*(["--cycle", cycle] if cycle else []), *(["--stage", stage] if stage else [])]
                file = tmp_path / f"{kind.id}{cycle}{stage}.csv"
                made = jieti("export", kind.id, *of, "--out", file, "--data", copied, "--json")
                if kind.id == "places" and made.status:
                    assert made.data["error"]["code"] == "no places"
                    continue
                said = made.data
                assert (said["kind"], said["rows"]) == (kind.id, len(rows_of(file)))
                if kind.imported and said["rows"]:
                    take = ("import", file, *of, "--data", copied, "--as", "office-1", "--json")
                    (tried,) = jieti(*take, *(["--dry-run"] if not cycle else [])).data
                    assert (tried["landed"], tried["corrections"], tried["handed_back"]) == (0, 0, 0), file
                    assert tried["strange"] == []
    unknown = jieti("export", "菜单", "--data", copied, "--lang", "en")
    assert (unknown.status, 'there is no kind "菜单" to export' in unknown.err) == (2, True)
