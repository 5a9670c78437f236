"""The rows that come back: as they stood, each with why, in a file that can be mended and imported again."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from console.intake import import_file
from console.intake.desk import Desk
from engine.district import District
from engine.people.forgetting import erase
from tests.console.intake_office import CLERK, PEOPLE, TRAININGS, Office, counts, rows_of
from workflows.commands import Asking
from workflows.erasing import ErasePerson

ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"
BAD = ROW.replace("6.5", "abc").replace("R1", "R2")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_rows_come_back_beside_the_file_as_they_stood_with_reason_and_row_number(office: Office) -> None:
    path = office.csv("学时", TRAININGS, ROW, BAD, ROW.replace("6.5", "8"))
    report = office.take(path)
    assert report.rejects == office.folder / "学时.rejects.csv"
    header, *rows = rows_of(report.rejects)
    assert header == [*TRAININGS.split(), "原因/reason", "行号"]
    assert rows[0][:12] == [*BAD.split()[:-1], ""]
    assert rows[0][12:] == ["应为数字（如 6、6.5） / a number was expected (6, 6.5)", "3"]
    assert "已登记过这一条" in rows[1][12]
    assert rows[1][13] == "4"


def test_they_come_back_in_the_folder_that_is_named(office: Office) -> None:
    folder = office.folder / "to mend" / "today"
    report = office.take(office.csv("a", TRAININGS, BAD), rejects=folder)
    assert report.rejects == folder / "a.rejects.csv"
    assert [one.name for one in folder.iterdir()] == ["a.rejects.csv"]


def test_a_workbook_comes_back_as_a_workbook_with_its_sheets_numbers_and_dates(office: Office) -> None:
    head = "工号 培训项目 学时 日期"
    path = office.book(
        "book",
        {
            "上半年": (head, ["T1", "研修", 6, date(2026, 1, 2)], ["T404", "研修", 7.25, date(2026, 1, 3)]),
            "好": (head, ["T1", "另一研修", 6, date(2026, 1, 2)]),
            "下半年": (head, ["T1", "研修", -1, "２０２６.2.30"]),
        },
    )
    first, good, last = import_file(office.district, path, CLERK)
    assert first.rejects == last.rejects == office.folder / "book.rejects.xlsx"
    assert good.rejects is None
    book = load_workbook(first.rejects)
    assert book.sheet_names == ["上半年", "下半年"]
    (_, row) = book.get_sheet_by_name("上半年").iter_rows()
    assert row[:4] == ["T404", "研修", 7.25, date(2026, 1, 3)]
    assert row[5] == 3.0
    (_, row) = book.get_sheet_by_name("下半年").iter_rows()
    assert row[2:4] == [-1.0, "２０２６.2.30"]
    assert row[4] == "不能是负数 / cannot be negative；没有这一天 / no such day"


@pytest.mark.parametrize("make", ["csv", "xlsx"])
def test_the_mended_file_is_imported_and_nothing_comes_back(office: Office, make: str) -> None:
    path = getattr(office, make)("学时", TRAININGS, ROW, BAD, BAD.replace("R2", "R3"))
    back = office.take(path).rejects
    assert back is not None
    header, *rows = rows_of(back)
    place = header.index("学时")
    for row in rows:
        row[place] = "7"
    if make == "csv":
        with back.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    else:
        office.book("学时.rejects", {"Sheet1": (header, *rows)})
    report = office.take(back)
    assert counts(report) == (2, 0, 0, 0, 0)
    assert report.rejects is None
    assert report.strange == ()


def test_what_comes_back_of_a_half_mended_file_overwrites_neither_it_nor_anything_else(office: Office) -> None:
    first = office.take(office.csv("学时", TRAININGS, BAD, BAD.replace("R2", "R3"))).rejects
    assert first is not None
    first.write_text(first.read_text("utf-8-sig").replace("abc", "7", 1), "utf-8-sig")
    mended = first.read_bytes()
    report = office.take(first)
    assert counts(report) == (1, 0, 0, 1, 0)
    assert report.rejects == office.folder / "学时.rejects-2.csv"
    assert first.read_bytes() == mended
    header, row = rows_of(report.rejects)
    assert header.count("原因/reason") == header.count("行号") == 1
    assert row[-1] == "3"


FORMULAS = ["=HYPERLINK(\"http://x\",\"点\")", "+1+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"]  # fmt: skip


def test_text_that_looks_like_a_formula_comes_back_as_text_only(office: Office) -> None:
    rows = [["T404", text, "", "6", "2024-06-06"] for text in FORMULAS]
    head = "工号 培训项目 类别 学时 日期"
    guarded = [row[1] for row in rows_of(office.take(office.csv("a", head, *rows)).rejects)[1:]]
    assert guarded == ["'" + text for text in FORMULAS]
    path = office.take(office.xlsx("b", head, *rows)).rejects
    assert [row[1] for row in rows_of(path)[1:]] == FORMULAS
    strings = load_workbook(path)  # type: ignore[arg-type]
    assert strings.get_sheet_by_index(0).to_python()[1][1] == FORMULAS[0]


def test_a_guarded_cell_is_read_back_without_its_guard_and_a_negative_number_needs_none(office: Office) -> None:
    row = ["T404", FORMULAS[0], "", "-6", "2024-06-06"]
    back = office.take(office.csv("a", "工号 培训项目 类别 学时 日期", row)).rejects
    assert back is not None
    assert rows_of(back)[1][3] == "-6"
    back.write_text(back.read_text("utf-8-sig").replace("T404", "T1").replace(",-6,", ",6,"), "utf-8-sig")
    assert office.take(back).landed == 1
    (event,) = office.events("training recorded")
    again = office.take(office.csv("b", "工号 培训项目 类别 学时 日期", ["T1", FORMULAS[0], "", "6", "2024-06-06"]))
    assert (again.already, event.position) == (1, len(office.events()))


def test_no_file_is_written_when_nothing_comes_back_and_no_draft_is_left(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW))
    office.take(office.csv("b", TRAININGS, BAD))
    assert sorted(one.name for one in office.folder.glob("*rejects*")) == ["b.rejects.csv"]
    assert not list(office.folder.glob(".*"))


def test_a_row_of_who_is_erased_while_the_file_is_read_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By somebody else, in another window."""
    left = office.csv("left", PEOPLE, "T2 张伟民 离职 U2 2015-08-21 - - -")
    assert counts(office.take(left)) == (1, 0, 0, 0, 0)
    rows = [f"{who} - - 课{n} - - 6 2024-06-06 平台 R{n} 已认定 -" for n, who in enumerate(("T1", "T2", "T2", "T1"))]
    record, seen, office_document = Desk.record, list[str](), Asking(actor="clerk-1", authority="文1")

    def erasing(desk: Desk, subject: str, *rest: Any, **said: Any) -> Any:
        seen.append(subject)
        if len(seen) == 2:
            who = office.person("T2")
            with District.open(office.folder / "data") as other:
                said_so = {"id": other.command_id(), "asking": office_document, "subject": who, "reason": "期满"}
                erase(other, ErasePerson.model_validate({**said_so, "early": True}))
            office.district.vault.look()
        return record(desk, subject, *rest, **said)

    monkeypatch.setattr(Desk, "record", erasing)
    report = office.take(office.csv("rows", TRAININGS, *rows))
    assert (report.landed, report.handed_back) == (2, 2)
    assert all("was erased" in one.en for one in report.reasons)


def test_imports_of_one_file_at_once_each_hand_back_what_did_not_fit(office: Office) -> None:
    path = office.csv("学时", TRAININGS, *[BAD] * 300)
    for _ in range(3):
        with ThreadPoolExecutor(4) as at_once:
            reports = list(at_once.map(lambda _: office.take(path), range(4)))
        assert [one.handed_back for one in reports] == [300] * 4
        assert all(len(rows_of(one.rejects)) == 301 for one in reports)
        for one in office.folder.glob("*.rejects*"):
            one.unlink()
    assert not list(office.folder.glob(".*"))
