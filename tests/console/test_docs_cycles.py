"""The page about running a review (docs/cycles.md) can be followed, word by word, to its grants."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from engine.cycles import advance
from engine.district import District
from engine.people.subjects import find_cycle
from tests.console.command_line import ROOT, done, jieti
from tests.console.own_district import PANEL, Rows, write_sheet, write_sheets
from tests.console.test_readme import lines

CANDIDATES = ("GH100", "GH101", "GH102")


def sheets(folder: Path) -> None:
    """The sheets that the page names."""
    write_sheets(folder, candidates=8)
    seats: Rows = [["中心校认定", "", str(seat), member] for seat, member in enumerate(PANEL, 1)]
    write_sheet(folder / "评审组.csv", ["环节", "单位代码", "席位", "工号"], seats)
    first = [(who, member) for who in CANDIDATES for member in ("GH001", "GH002", "GH007", "GH006", "GH005")]
    cast = {("GH100", "GH001"), ("GH100", "GH002"), ("GH101", "GH001"), ("GH101", "GH002"), ("GH101", "GH005")}
    ballots(folder / "小组评议票.csv", [one for one in first if one not in cast])
    signed = [(who, member) for who in CANDIDATES for member in ("GH106", "GH107")]
    ballots(folder / "学校签署.csv", [*signed, ("GH102", "GH105")])
    ballots(folder / "认定票.csv", [(who, member) for who in CANDIDATES for member in PANEL])


def ballots(path: Path, votes: list[tuple[str, str]]) -> None:
    rows: Rows = [[who, member, "反对" if member == "GH003" else "同意", "2026-06-26"] for who, member in votes]
    write_sheet(path, ["工号", "评委工号", "意见", "表决日期"], rows)


def test_the_page_leads_from_an_empty_folder_to_grants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets(tmp_path)
    monkeypatch.chdir(tmp_path)
    for program, *arguments in lines((ROOT / "docs" / "cycles.md").read_text("utf-8")):
        if program == "export":
            for setting in arguments:
                monkeypatch.setenv(*setting.split("=", 1))
            continue
        assert program == "jieti"
        if arguments[:2] == ["cycle", "advance"]:
            with District.open(Path("training")) as district:  # what Prefect runs, without Prefect
                advance.advance(district, find_cycle(district, arguments[2]))
            continue
        said = jieti(*[placed(word) for word in arguments])
        assert (said.status, said.err) == (0, ""), f"jieti {shlex.join(arguments)}\n{said.out}{said.err}"
        assert "退回 0 " in said.out or arguments[0] != "import", said.out
    ends = {one["code"]: one["phase"] for one in jieti("cycle", "cases", "2026", "--json").data}
    assert ends == {"GH100": "granted", "GH101": "granted", "GH102": "granted", "GH103": "withdrawn"}
    assert "不同 0" in done("audit", "replay")
    assert "异议 1 件" in done("audit", "why", "GH100")


def placed(word: str) -> str:
    """What stands on the page for an id that is drawn: the position of a ballot, the id of the objection."""
    if word == "1234":
        return next(str(one["ballot"]) for one in listed() if one["confidential"] and one["seat"] == 3)
    if re.fullmatch(r"o-[0-9a-z]{12}", word):
        return str(jieti("cycle", "show", "2026", "--json").data["objections"][0]["objection"])
    return word


def listed() -> list[dict[str, object]]:
    found: list[dict[str, object]] = jieti("cycle", "ballots", "2026", "GH100", "--json").data
    return found
