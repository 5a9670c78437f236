"""Possible doubles and pending trainings on the command line: listed, marked in a sheet, settled by events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.console.command_line import Said, done, jieti
from tests.console.intake_office import TRAININGS, Office

TOWN = (
    "T1 - - 暑期骨干研修 专题培训 区级 10 2025-07-05 县平台 R1 已认定 -",
    "T1 - - 网课第3期 网络研修 - 6 2025-04-01 县平台 R2 已认定 -",
    "T2 - - 师德讲座 师德培训 - 4 2025-06-01 县平台 R4 待认定 -",
    "T2 - - 师德讲座（下午） 师德培训 - 4 2025-06-01 县平台 R5 待认定 -",
    "T2 - - 读书会 校本培训 - 2 2025-06-01 县平台 R6 未通过 -",
)
CITY = (
    "T1 - - 2025年暑期骨干教师研修班 专题培训 - 10 2025-07-05 市平台 77 已认定 -",
    "T1 - - 网课第4期 网络研修 - 6 2025-04-01 市平台 78 已认定 -",
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = Office(tmp_path)
    made.take(made.csv("town", TRAININGS, *TOWN))
    made.take(made.csv("city", TRAININGS, *CITY))
    made.district.close()
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    return tmp_path


def counted(code: str) -> str:
    return str(jieti("hours", "account", code, "--year", "2025", "--json").data["counted"])


def listed(*command: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = jieti("hours", *command, "--json").data
    return found


def marked(path: Path, marks: list[tuple[str, str]]) -> Path:
    """The sheet with its last two columns filled, row by row."""
    import xlsxwriter

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    out = path.with_name(f"marked-{path.name}")
    book = xlsxwriter.Workbook(str(out))
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for place, cell in enumerate([*row[:-2], *(marks[line - 1] if line else row[-2:])]):
            sheet.write(line, place, cell)
    book.close()
    return out


def settle(path: Path, *more: object) -> Said:
    return jieti("hours", "settle", path, "--authority", "区教〔2026〕8号", "--lang", "en", *more)


def test_possible_doubles_are_proposed_with_reasons_and_never_merged(office: Path) -> None:
    (pair,) = listed("doubles")
    assert (pair["code"], pair["one"]["title"], pair["same_days"]) == ("T1", "暑期骨干研修", True)
    told = done("hours", "doubles", "--lang", "en")
    assert "1 pairs" in told
    assert "the same days, equal hours, titles" in told
    assert counted("T1") == "32", "a proposal merges nothing"
    assert listed("doubles", "--year", "2024") == []
    assert [len(listed("doubles", "--year", "2025", "--unit", unit)) for unit in ("U1", "U2")] == [1, 1]
    assert "没有可能重复的培训" in done("hours", "doubles", "--year", "2024", "--lang", "zh")


def test_a_pair_that_is_the_same_counts_once_and_one_that_is_different_is_never_proposed_again(office: Path) -> None:
    (pair,) = listed("doubles")
    one, other = pair["one"]["position"], pair["other"]["position"]
    done("hours", "same", one, other, "--reason", "两个平台")
    assert counted("T1") == "22"
    assert listed("doubles") == []
    done("hours", "different", f"#{one:,}", other)
    assert counted("T1") == "32"
    assert listed("doubles") == []
    refused = jieti("hours", "same", one, other, "--reason", "-", "--lang", "en")
    assert (refused.status, "final" in refused.err) == (2, True)


def test_a_marked_sheet_settles_doubles_and_the_same_sheet_again_changes_nothing(office: Path) -> None:
    done("hours", "doubles", "--out", office / "重复.xlsx")
    path = marked(office / "重复.xlsx", [("同一", "市平台转报")])
    assert "carried out 1" in settle(path).out
    assert counted("T1") == "22"
    again = settle(path)
    assert (again.status, "done before 1" in again.out) == (0, True)


def test_pending_trainings_are_recognised_and_refused_by_a_marked_sheet(office: Path) -> None:
    found = listed("pending", "--year", "2025")
    assert [(one["title"], one["failed"]) for one in found] == [
        ("师德讲座", False), ("师德讲座（下午）", False), ("读书会", True),
    ]  # fmt: skip
    told = done("hours", "pending", "--year", "2025", "--out", office / "pending.xlsx", "--lang", "en")
    assert "2 wait for recognition, 1 not passed" in told
    path = marked(office / "pending.xlsx", [("recognise", ""), ("refuse", "没有签到"), ("", "")])
    assert "carried out 2    done before 0    not marked 1    handed back 0" in settle(path).out
    assert counted("T2") == "4"
    states = [(one["title"], one["failed"]) for one in listed("pending", "--year", "2025")]
    assert states == [("师德讲座（下午）", True), ("读书会", True)]
    (recognised,) = [
        one for one in jieti("audit", "history", "T2", "--json").data if one["type"] == "training recognised"
    ]
    assert "区教〔2026〕8号" in str(recognised)


def test_trainings_are_recognised_and_refused_by_their_positions(office: Path) -> None:
    one, two, _ = (found["position"] for found in listed("pending", "--year", "2025", "--unit", "U2"))
    done("hours", "refuse", one, "--reason", "没有签到")
    done("hours", "recognise", one, two, "--authority", "区教〔2026〕9号")
    assert counted("T2") == "8"
    assert len(listed("pending", "--year", "2025", "--unit", "U1")) == 1, "a central school's are those below it too"
    some = jieti("hours", "refuse", "7", two, "--reason", "没有签到", "--lang", "en")
    assert (some.status, counted("T2")) == (2, "4"), "one that cannot be refused keeps no other from it"
    assert some.err.startswith("#7: there is no such evidence at position 7")
    again = jieti("hours", "refuse", two, "--reason", "没有考核", "--lang", "en")
    assert (again.status, "with another reason" in again.err) == (2, True)
    assert "recorded before" in done("hours", "refuse", two, "--reason", "没有签到", "--lang", "en")
    assert jieti("hours", "recognise", "7", "--lang", "en").status == 2


def test_a_row_of_a_sheet_that_cannot_be_carried_out_comes_back_with_its_reason(office: Path) -> None:
    (pair,) = listed("doubles")
    sheet = office / "sheet.csv"
    rows = [
        "工号,位置,另一条的位置,处理,说明",
        f"T2,{pair['one']['position']},{pair['other']['position']},同一,",
        f"T1,{pair['one']['position']},,不同,",
        f"T1,{pair['one']['position']},,不予认定,",
        f"T1,{pair['one']['position']},,随便,",
        "T1,abc,,认定,",
        "T1,999999,,认定,",
        ",,,认定,",
    ]
    sheet.write_text("\n".join(rows), encoding="utf-8")
    said = settle(sheet)
    assert said.status == 1
    assert "handed back 6" in said.out
    for told in ("may have shifted", "position of the other", "needs its reason", "is no action", "no log position"):
        assert told in said.out
    assert [one["row"] for one in settle(sheet, "--json").data["handed_back"]] == [2, 3, 4, 5, 6, 7]
    assert counted("T1") == "32"
    (office / "other.csv").write_text("工号,姓名\nT1,x\n", encoding="utf-8")
    assert settle(office / "other.csv").status == 2


def test_reports_of_one_training_that_disagree_are_shown_with_both_values(office: Path) -> None:
    header = TRAININGS.replace("认定状态", "培训编号 认定状态").replace(" ", ",")
    rows = [
        "T3,,,新课标研修,专题培训,,12,2025-03-01,县平台,N1,JX-1,已认定,",
        "T3,,,新课标研修班,专题培训,,10.5,2025-03-01,市平台,N2,JX-1,待认定,",
    ]
    (office / "platforms.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    told = done("import", office / "platforms.csv", "--lang", "en")
    assert "1 report a training that was there: it counts once; of 1 the reports disagree" in told
    (found,) = listed("disagreements")
    assert (found["code"], found["about"]) == ("T3", ["hours"])
    assert [one["hours"] for one in found["reports"]] == ["10.5", "12"]
    assert counted("T3") == "10.5"
    told = done("hours", "disagreements", "--lang", "en")
    assert "differ in: hours" in told
    low, high = (one["position"] for one in found["reports"])
    done("hours", "same", high, low, "--reason", "以县平台为准")
    assert counted("T3") == "12"
    done("hours", "same", low, high, "--reason", "县平台更正了")
    assert counted("T3") == "10.5"
    again = ("hours", "same", low, high, "--lang", "en", "--reason")
    assert "recorded before" in done(*again, "县平台更正了")
    assert "with another reason" in jieti(*again, "-").err
    done("hours", "same", high, low, "--reason", "以县平台为准")
    assert counted("T3") == "12"
    assert listed("disagreements") == []
    assert "各处说法一致" in done("hours", "disagreements", "--lang", "zh")
