"""Hours on the command line: what a year asks, accounts, workbooks that nobody can turn into formulas."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.console.command_line import done, jieti
from tests.console.intake_office import PEOPLE, TRAININGS, Office

RULES = """\
since: "2025-01-01"
minimum: 20
categories:
  online: {most: 8}
  ethics: {minimum: 4}
basis: 区教〔2025〕3号
"""
HEADER = TRAININGS.replace("认定状态", "培训编号 认定状态")
ROWS = (
    "T1 - - =1+2 专题培训 区级 10 2025-03-01 平台 R1 - 已认定 -",
    "T1 - - 网课一 网络研修 - 6 2025-04-01 平台 R2 JX-1 已认定 -",
    "T1 - - 网课甲 网络研修 - 6 2025-04-01 签到 S1 JX-1 待认定 -",
    "T1 - - 网课二 网络研修 - 6.5 2025-05-01 平台 R3 - 已认定 -",
    "T1 - - 师德讲座 师德培训 - 4 2025-06-01 平台 R4 - 待认定 -",
    "T1 - - 未过 师德培训 - 4 2025-06-02 平台 R5 - 未通过 -",
    "T1 - - 去年 专题培训 - 40 2024-12-31 平台 R6 - 已认定 -",
    "T2 - - 够了 专题培训 - 16 2025-03-01 平台 R7 - 已认定 -",
    "T2 - - 师德 师德培训 - 4 2025-12-31 平台 R8 - 已认定 -",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools and four teachers; T1 lacks hours, T2 has enough, T3 has none, @T4 has a dangerous name."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder)
    made.take(made.csv("more", PEOPLE, "@T4 =cmd|'/c'!A1 - U1 2015-08-20 2015-08-20 - -"))
    made.take(made.csv("trainings", HEADER, *ROWS))
    made.district.close()
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    data = folder / "data"
    command = ("hours", "rules", folder / "rules.yaml", "--data", data, "--as", "clerk-1", "--lang", "en")
    assert "recorded: #" in done(*command)
    assert "recorded before" in done(*command)
    return data


def test_what_a_year_asks_is_shown(office: Path) -> None:
    told = done("hours", "rules", "--data", office, "--lang", "zh")
    assert "2025-01-01 起" in told
    assert "至少 20 学时" in told
    assert "师德培训" in told
    assert "区教〔2025〕3号" in told
    assert jieti("hours", "rules", "--data", office, "--json").data[0]["minimum"] == "20"


def test_an_account_says_what_counts_what_is_missing_and_what_falls_away(office: Path) -> None:
    said = jieti("hours", "account", "T1", "--year", "2025", "--data", office, "--json").data
    assert (said["counted"], said["missing"], said["minimum"]) == ("18", "4", "20")
    assert {one["category"]: (one["recognised"], one["counted"]) for one in said["categories"]} == {
        "topic": ("10", "10"), "online": ("12.5", "8"), "ethics": ("0", "0"),
    }  # fmt: skip
    assert [(one["hours"], one["counted"], one["state"], one["cap"]) for one in said["trainings"]] == [
        ("10", "10", "recognised", None),
        ("6", "6", "recognised", None),
        ("6.5", "2", "recognised", "category"),
        ("4", "0", "pending", None),
        ("4", "0", "failed", None),
    ]
    told = done("hours", "account", "T1", "--year", "2025", "--data", office, "--lang", "en")
    assert "18 hours count, 4 are missing" in told
    assert "beyond the cap of its category" in told
    assert "not passed" in told


def test_an_account_is_of_any_day_and_as_known_at_any_position(office: Path) -> None:
    def counted(*how: str) -> str:
        return str(jieti("hours", "account", "T2", *how, "--data", office, "--json").data["counted"])

    assert counted("--year", "2025") == "20"
    assert counted("--year", "2025", "--as-of", "2025-12-30") == "16"
    assert counted("--as-of", "2025-03-01") == "16"
    assert counted("--year", "2025", "--known-at", "5") == "0"
    said = jieti("hours", "account", "T2", "--known-at", "5", "--year", "2024", "--data", office, "--json").data
    assert (said["minimum"], said["basis"]) == (None, None)


def cells(path: Path, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(sheet).to_python()


def test_the_report_has_a_row_for_each_teacher_and_a_file_for_each_school(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "学时"
    said = jieti("hours", "report", "--year", "2025", "--out", out, "--data", office, "--json").data
    assert (said["teachers"], said["below"], len(said["schools"])) == (4, 3, 2)
    head, *rows = cells(Path(said["office"]))
    assert [str(one).split("\n")[0] for one in head] == [
        "单位代码", "单位", "工号", "姓名", "专题培训", "网络研修", "师德培训", "计入学时", "还差", "待认定", "未通过",
    ]  # fmt: skip
    assert rows[2:] == [
        ["U2", "河口小学", "T1", "李秀兰", 10, 12.5, 0, 18, 4, 4, 4],
        ["U2", "河口小学", "T2", "张伟民", 16, 0, 4, 20, 0, 0, 0],
    ]
    assert [row[2] for row in rows[:2]] == ["T3", "@T4"]
    _, first, second = cells(Path(said["office"]), 1)
    assert first == ["U1", "第一中心校", 2, 2, 0, 40, 0, 0]
    assert second == ["U2", "河口小学", 2, 1, 38, 4, 4, 4]
    school = cells(Path(said["schools"][1]))
    assert [row[0] for row in school] == ["工号", "T1", "T2"], "who lacks hours comes first"
    assert any("区教〔2025〕3号" in row for row in cells(Path(said["schools"][0]), 1))


def test_a_report_is_of_a_unit_in_english_and_overwrites_nothing(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "hours"
    command = ("hours", "report", "--year", "2025", "--unit", "U2", "--out", out, "--data", office, "--lang", "en")
    told = done(*command)
    assert "2 teachers, 1 below what is asked" in told
    assert sorted(one.name for one in out.iterdir()) == ["U2-河口小学-2025.xlsx", "hours-2025.xlsx"]
    heads = ["hours that count\n(at least 20)", "missing", "pending", "not passed"]
    assert cells(out / "hours-2025.xlsx")[0][-4:] == heads
    again = jieti(*command)
    assert (again.status, "give another folder" in again.err) == (2, True)


def test_text_that_looks_like_a_formula_stays_text(office: Path, tmp_path: Path) -> None:
    said = jieti("hours", "report", "--year", "2025", "--out", tmp_path / "x", "--data", office, "--json").data
    for file in (said["office"], *said["schools"]):
        with zipfile.ZipFile(file) as book:
            for name in book.namelist():
                assert b"<f>" not in book.read(name), f"{file} {name}"


def test_a_report_of_a_year_without_rules_and_of_nobody(office: Path, tmp_path: Path) -> None:
    said = jieti("hours", "report", "--year", "2001", "--out", tmp_path / "a", "--data", office, "--json").data
    assert (said["teachers"], said["below"], said["schools"]) == (0, 0, [])
    assert len(cells(Path(said["office"]))) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("account", "T9"), "T9"),
        (("account", "T1", "--year", "twenty"), "is no year of training hours"),
        (("account", "U1"), "U1"),
        (("report", "--out", "x", "--unit", "T1"), "T1"),
        (("rules", "rules.yaml", "--as", "clerk-1"), "rules.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_mend(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text("since: tomorrow\n", encoding="utf-8")
    said = jieti("hours", *arguments, "--data", office, "--lang", "en")
    assert said.status == 2
    assert told in said.err
    assert [one.name for one in tmp_path.iterdir()] == ["rules.yaml"]


@pytest.mark.parametrize("year", ["2025-2026", "next"])
def test_what_is_no_year_here_is_told_with_the_years_that_there_are(office: Path, year: str) -> None:
    said = jieti("hours", "account", "T1", "--year", year, "--data", office, "--lang", "zh")
    assert said.status == 2
    assert f"“{year}”不是这里的学时年度;可写:202" in said.err
    assert "since: 某年-09-01" in said.err
    said = jieti("hours", "account", "T1", "--year", year, "--data", office, "--lang", "en")
    assert "(2025-01-01 – 2025-12-31)" in said.err or "(2026-01-01 – 2026-12-31)" in said.err


def test_of_a_year_that_has_not_begun_no_report_is_written(office: Path, tmp_path: Path) -> None:
    out = tmp_path / "学时"
    said = jieti("hours", "report", "--year", "2027", "--out", out, "--data", office, "--lang", "zh")
    assert said.status == 2
    assert "2027 年度从 2027-01-01 开始" in said.err
    assert not out.exists()
    assert "2026-06-30 还没有开始" in done("hours", "account", "T1", "--year", "2027", "--data", office, "--lang", "zh")
    assert "yet to come" in done("hours", "pending", "--year", "2027", "--data", office, "--lang", "en")


def test_what_no_document_asks_is_called_an_assumption(tmp_path: Path) -> None:
    made = Office(tmp_path)
    made.district.close()
    (tmp_path / "rules.yaml").write_text('since: "2025-09-01"\nminimum: 20\nbasis: assumed\n', "utf-8")
    data = ("--data", tmp_path / "data")
    done("hours", "rules", tmp_path / "rules.yaml", *data, "--as", "clerk-1")
    for words in (("rules",), ("account", "T1")):
        assert "依据:没有文件,是假定的要求" in done("hours", *words, *data, "--lang", "zh")
        assert "basis: none, an assumption" in done("hours", *words, *data, "--lang", "en")
    assert "写 since" not in jieti("hours", "account", "T1", "--year", "2026-2028", *data, "--lang", "zh").err
    out = tmp_path / "out"
    done("hours", "report", "--out", out, *data, "--lang", "en")
    assert ["basis", "none, an assumption until the office cites its document"] in cells(
        out / "hours-2025-2026.xlsx", 2
    )
