"""``jieti ladder test``: the page about it is true, and what comes out otherwise is said in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ladders.reading.loading import shipped
from tests.console.command_line import ROOT, done, jieti

PAGE = (ROOT / "docs" / "testing-ladders.md").read_text("utf-8")
LADDERS = (ROOT / "docs" / "ladders.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the whole ladder of the guide in it, and its cases as the page has them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    whole = re.search(r"^```yaml\n(format: jieti-ladder/1.*?)^```$", LADDERS, re.MULTILINE | re.DOTALL)
    assert whole is not None
    (tmp_path / "my-ladder.yaml").write_text(whole[1], "utf-8")
    (tmp_path / "my-ladder.cases.yaml").write_text(BLOCKS[0], "utf-8")
    return tmp_path


def test_the_cases_of_the_page_come_out_as_it_says(place: Path):
    commands = re.findall(r"^jieti (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        assert "as expected" in done(*command.split())
    assert "2 cases: 2 as expected" in done("ladder", "test", "my-ladder.yaml")


def test_the_lists_and_panels_of_the_page_come_out_as_it_says(place: Path):
    cases = place / "more.cases.yaml"
    cases.write_text("format: jieti-cases/1\n" + BLOCKS[1], "utf-8")
    assert "2 cases: 2 as expected" in done("ladder", "test", "qinyuan-chief-teacher", cases)


def test_a_case_that_comes_out_otherwise_is_shown_clause_by_clause(place: Path):
    cases = place / "wrong.cases.yaml"
    cases.write_text(
        "format: jieti-cases/1\nas of: 2026-06-30\nstep: {to: member}\ncases:\n"
        "  - name: 学时够了 · enough hours\n"
        "    evidence: {training: [{day: 2025-03-01, amount: 60, category: topic}]}\n"
        "    expect: met\n    failing: []\n",
        "utf-8",
    )
    said = jieti("ladder", "test", "my-ladder.yaml", cases)
    assert said.status == 1
    for expected in ("enough hours", "not met (60)", "counted  training 2025-03-01 60 topic", "1 otherwise"):
        assert expected in said.out
    zh = jieti("ladder", "test", "my-ladder.yaml", cases, "--lang", "zh")
    assert zh.status == 1
    assert "不符合 (60)" in zh.out
    data = jieti("ladder", "test", "my-ladder.yaml", cases, "--json").data
    assert (data["failed"], data["tried"][0]["differences"][1]["what"]) == (1, "hours")


def test_a_file_that_cannot_be_used_is_refused_with_its_line(place: Path):
    (place / "bad.yaml").write_text("format: jieti-cases/1\ncases:\n  - {name: a, expect: perhaps}\n", "utf-8")
    said = jieti("ladder", "test", "my-ladder.yaml", "bad.yaml")
    assert said.status == 2
    assert "bad.yaml:3:" in said.err
    assert jieti("ladder", "test", "my-ladder.yaml", "nowhere.yaml").status == 2


def test_cases_may_bring_their_own_catalogue(place: Path):
    (place / "mine.yaml").write_bytes(shipped("catalogue.yaml").replace(b"  training:  ", b"  schooling: "))
    cases = "format: jieti-cases/1\ncatalogue: mine.yaml\n" + BLOCKS[0].partition("\n")[2]
    (place / "my-ladder.cases.yaml").write_text(cases, "utf-8")
    assert 'the catalogue has no kind "training"' in jieti("ladder", "test", "my-ladder.yaml").err
    (place / "mine.yaml").unlink()
    assert "mine.yaml" in jieti("ladder", "test", "my-ladder.yaml").err


def test_a_ladder_that_check_refuses_is_not_tried(place: Path):
    wrong = (place / "my-ladder.yaml").read_text("utf-8").replace("evidence: training", "evidence: trainings")
    (place / "my-ladder.yaml").write_text(wrong, "utf-8")
    said = jieti("ladder", "test", "my-ladder.yaml")
    assert (said.status, said.out) == (2, "")
    assert 'the catalogue has no kind "trainings"' in said.err
