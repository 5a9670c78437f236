"""The page about changing a rule (docs/changing-rules.md) can be followed, word by word, to the next cycle."""

from __future__ import annotations

import csv
import shlex
from pathlib import Path

import pytest

from console.intake.reading import open_file
from engine.cycles import advance
from engine.district import District
from engine.people.subjects import find_cycle
from tests.console.command_line import ROOT, done, jieti
from tests.console.own_district import PANEL, Rows, write_sheet, write_sheets
from tests.console.test_readme import lines

FEWER = ("GH101", "GH103")
"""Who have 92 hours of training; the others have 100."""


def sheets(folder: Path) -> None:
    """The files that the page names."""
    write_sheets(folder, candidates=4)
    file = folder / "培训学时.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        headers, *rows = list(csv.reader(opened))
    seen = set[str]()
    for row in rows:
        if row[0] in FEWER and row[0] not in seen:
            row[headers.index("学时")] = "4.5"
            seen.add(row[0])
    write_sheet(file, headers, [list(row) for row in rows])
    text = (ROOT / "ladders" / "erqi-teacher.yaml").read_text("utf-8")
    (folder / "新版.yaml").write_text(text.replace("[3,       90,", "[3,       96,"), "utf-8")
    votes: Rows = [[who, member, "同意", "2026-06-15"] for who in ("GH100", "GH101") for member in PANEL]
    write_sheet(folder / "春季票.csv", ["工号", "评委工号", "意见", "表决日期"], votes)


def phases(cycle: str) -> dict[str, str]:
    return {one["code"]: one["phase"] for one in jieti("cycle", "cases", cycle, "--json").data}


def test_the_page_leads_from_a_comparison_to_the_next_cycle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets(tmp_path)
    monkeypatch.chdir(tmp_path)
    screens: dict[str, str] = {}
    page = (ROOT / "docs" / "changing-rules.md").read_text("utf-8")
    for program, *arguments in lines(page):
        if program == "export":
            for setting in arguments:
                monkeypatch.setenv(*setting.split("=", 1))
            continue
        assert program == "jieti"
        if arguments[:2] == ["cycle", "advance"]:
            with District.open(Path("practice")) as district:  # what Prefect runs, without Prefect
                advance.advance(district, find_cycle(district, arguments[2]))
            continue
        said = jieti(*arguments)
        assert (said.status, said.err) == (0, ""), f"jieti {shlex.join(arguments)}\n{said.out}{said.err}"
        assert "退回 0 " in said.out or arguments[0] != "import", said.out
        screens[" ".join(arguments)] = said.out
    told(page, screens)
    assert phases("2026春") == {"GH100": "granted", "GH101": "granted"}
    assert phases("2026夏") == {"GH103": "declined"}
    assert phases("2026补") == {"GH102": "in review", "GH103": "declined"}
    assert "不同 0" in done("audit", "replay")


def told(page: str, screens: dict[str, str]) -> None:
    """What the commands of the page say is what it says that they do."""
    difference = screens["ladder diff erqi-teacher 新版.yaml"]
    assert page.split("```\n全文\n")[1].split("```", maxsplit=1)[0] in difference
    impact = screens["ladder impact 新版.yaml --as-of 2026-06-15 --names"]
    assert "符合 4 → 2    新符合 0    不再符合 2" in impact
    assert "近三年培训学时  hours  2" in impact
    assert "在途的申报 2 份" in impact
    assert all(who in impact for who in FEWER)
    (sheet,) = open_file(Path("影响.xlsx"))
    header, *rows = [cells for block in sheet.blocks() for _, cells in block]
    assert header[:2] == ["变化", "级"]
    assert {cells[5] for cells in rows} == set(FEWER)
    listed = screens["ladder list"].splitlines()
    assert "现行" in listed[1]
    assert "尚未生效" in listed[2]
    notice = screens["cycle notice 2026春"]
    assert "个没有文件依据(假定)" in notice
    trial = screens["cycle rebase 2026补 --to-version 2026-06-18 --dry-run"]
    assert "什么也没有记录" in trial
    assert "GH103" in trial
    assert "GH102" not in trial
    assert "已改按这个版本" in done("cycle", "show", "2026补")
    assert "已改按这个版本" not in screens["cycle show 2026春"]
    assert (
        "改按新版本重新审核" in screens["audit history GH103"] or "按新版本重新审核" in screens["audit history GH103"]
    )
