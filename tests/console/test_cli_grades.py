"""Grades (等次), on the command line: how many got which, who, why, and on the list of the notice."""

from __future__ import annotations

from pathlib import Path

from tests.console.command_line import done, jieti
from tests.console.review_office import LADDER, advance, office, recognised, scored, seen
from tests.console.test_cli_reviews import LEFT

GRADES = """    grades:
      order: [score of inspection]
      grades:
        - {id: excellent, title: {zh: 优秀, en: excellent}, at most: 2}
        - {id: qualified, title: {zh: 合格, en: qualified}}
      ties: lot
    places:"""


def test_grades_are_shown_wherever_the_case_is(tmp_path: Path) -> None:
    data = office(tmp_path, LADDER.replace("    places:", GRADES))
    scored(data, tmp_path)
    advance(data)
    recognised(data, tmp_path, LEFT)
    assert advance(data)[:5] == ("decide recognition", "grades", "grade", "places", "place")
    zh, en = (seen(data, "show", lang=lang) for lang in ("zh", "en"))
    assert "等次: 优秀 2 · 合格 3(共 5 人)" in zh
    assert "grades: excellent 2 · qualified 3 (of 5)" in en
    found = jieti("cycle", "show", "2026", "--json", "--data", data).data["grades"]
    assert [one["cases"] for one in found["groups"][0]["grades"]] == [2, 3]
    assert found["lot"] in zh
    listed = {line.split()[0]: line for line in seen(data, "cases").splitlines() if line.startswith(("A1", "B1"))}
    assert "优秀" in listed["A101"]
    assert "优秀" in listed["B103"]
    assert "合格" in listed["B101"]
    file = tmp_path / "公示名单.csv"
    done("cycle", "notice", "2026", "--out", file, "--data", data)
    header, *rows = file.read_text("utf-8-sig").splitlines()
    assert header == "案号,编号,姓名,单位,等次"
    assert {row.split(",")[2]: row.split(",")[4] for row in rows}["安佳怡"] == "优秀"
    assert "一致" in done("cycle", "notice", "2026", "--check", file, "--data", data)
    assert "等次:优秀(第 1 / 5 名)" in done("audit", "history", "A101", "--data", data)
    done("district", "clock", "2026-03-20T09:00", "--data", data, "--as", "office-1")
    advance(data)
    assert "优秀 (第 1 / 5 名)" in done("audit", "why", "A101", "--data", data)
    assert "graded excellent" in done("audit", "history", "A101", "--data", data, "--lang", "en")
    assert "不同 0" in done("audit", "replay", "--data", data)
