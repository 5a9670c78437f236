"""Seats that are drawn by lot, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladders.reading.loading import shipped
from tests.console.command_line import done, jieti
from tests.console.own_district import PANEL, write_sheets

SEATS = """seats:
          - {role: chair, title: {zh: 组长, en: chair}}
          - {role: expert, title: {zh: 专家, en: expert}, count: 2, lot: true, at most in a row: 1}
        quorum: 2
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An office whose ladder draws two of three seats, with a cycle open."""
    folder, sheets = tmp_path / "office", tmp_path / "sheets"
    sheets.mkdir()
    write_sheets(sheets)
    text = shipped("erqi-teacher.yaml").decode()
    before, after = text[: text.index("seats: 7")], text[text.index("        threshold:") :]
    (tmp_path / "drawn.yaml").write_text(before + SEATS + after, encoding="utf-8")
    acting = ("--data", folder, "--as", "office-1")
    done("init", folder, "--name", "示例区", "--as", "office-1")
    for sheet in ("单位.xlsx", "人员.xlsx"):
        done("import", sheets / sheet, *acting)
    done(
        "ladder",
        "publish",
        tmp_path / "drawn.yaml",
        "--assumed-confirmed",
        "--from",
        "2020-01-01",
        "--authority",
        "示教〔2026〕1号",
        *acting,
    )
    done(
        "cycle", "open", "erqi-teacher", "--to", "core-member", "--period", "2030", "--title", "评审",
        "--as-of", "2030-01-31", "--deadline", "2030-01-31", *acting,
    )  # fmt: skip
    return folder


def test_a_pool_is_drawn_from_and_the_replay_draws_again(data: Path):
    acting = ("--data", data, "--as", "office-1", "--lang", "en")
    told = jieti("cycle", "seat", "2030", PANEL[0], PANEL[1], PANEL[2], *acting)
    assert told.status == 2
    assert "drawn by lot" in told.err
    pool = f"expert={','.join(PANEL[1:6])}"
    done("cycle", "seat", "2030", PANEL[0], "--pool", pool, *acting)
    again = done("cycle", "seat", "2030", PANEL[0], "--pool", pool, *acting)
    assert again  # the same panel: nobody draws twice
    shown = done("audit", "replay", "--data", data, "--lang", "en")
    assert "1 panels drawn by lot" in shown
    assert "; 0 differ" in shown


def test_a_pool_for_a_role_that_is_not_drawn_is_refused(data: Path):
    acting = ("--data", data, "--as", "office-1", "--lang", "en")
    told = jieti("cycle", "seat", "2030", "--pool", f"chair={PANEL[0]}", *acting)
    assert told.status == 2
    assert "drawn by lot" in told.err
