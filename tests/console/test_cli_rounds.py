"""Several ballots in one stage (多轮表决), on the command line and from sheets."""

from __future__ import annotations

import re
from pathlib import Path

from console.demo.sheets import Cell
from tests.console.command_line import done, jieti
from tests.console.own_district import write_sheet
from tests.console.review_office import CENTRE, LADDER, act, advance, office, scored, seen
from tests.console.test_cli_reviews import LEFT

TWICE = LADDER.replace("        ballots: confidential\n", "        rounds: {ballots: 2, next: 2}\n")


def sheet(data: Path, file: Path, said: dict[str, str], number: str) -> str:
    """A round of ballots from a sheet: of each candidate what the centre's three say."""
    words = {"+": "同意", "-": "反对"}
    rows: list[list[Cell]] = [
        [code, who, words[one], number]
        for code, choices in said.items()
        for who, one in zip(CENTRE, choices, strict=True)
    ]
    write_sheet(file, ["工号", "评委工号", "意见", "轮次"], rows)
    said_ = jieti(
        "import", file, "--cycle", "2026", "--stage", "认定", "--data", data, "--as", "office-1", "--lang", "en"
    )
    return said_.out


def test_whoever_is_not_approved_stands_again_in_a_ballot_that_sheets_and_votes_can_name(tmp_path: Path) -> None:
    data = office(tmp_path, TWICE)
    scored(data, tmp_path)
    advance(data)
    first = dict.fromkeys(LEFT, "---") | {"A101": "++-", "A102": "+--", "B101": "+--"}
    assert re.search(r"landed\s+15", sheet(data, tmp_path / "第一轮.csv", first, "1"))
    assert advance(data)[:1] == ("ballot recognition 1",)
    assert "再次表决的申报" in seen(data, "show")
    assert re.search(r"already there\s+15", sheet(data, tmp_path / "第一轮.csv", first, "1"))
    assert "第 2 轮,已投 0/3 票" in seen(data, "ballots", "A102")
    wrong = act(data, "vote", "A102", "同意", "--by", "Z001", "--round", "1")
    assert wrong.status == 2
    assert "现在进行第 2 轮表决" in wrong.out + wrong.err
    assert re.search(r"landed\s+6", sheet(data, tmp_path / "第二轮.csv", {"A102": "+++", "B101": "---"}, "2"))
    assert re.search(r"handed back\s+3", sheet(data, tmp_path / "第三轮.csv", {"A102": "+++"}, "3"))
    assert advance(data)[:1] == ("ballot recognition 2",)
    history = done("audit", "history", "A102", "--data", data)
    assert "认定 第 1 轮:同意 1 反对 2 弃权 0;进入第 2 轮" in history
    assert "认定 第 2 轮 通过:同意 3 反对 0 弃权 0" in history
    assert "stands in ballot 2" in done("audit", "history", "A102", "--data", data, "--lang", "en")
    done("district", "clock", "2026-03-20T09:00", "--data", data, "--as", "office-1")
    advance(data)
    assert re.search(r"第 1 轮 +同意 1 反对 2 弃权 0", done("audit", "why", "A102", "--data", data))
    assert "不同 0" in done("audit", "replay", "--data", data)
