"""What an undo says where something stays, in the words of the office."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from console.screens.undoing import KINDS
from engine.district import District
from engine.records.resting import FOLLOWING
from events.facts import StandingTakenOver
from tests.console.command_line import jieti
from tests.engine.district_at_work import AtWork, settle
from workflows.acts import EndStanding
from workflows.commands import Record, Span


def test_where_all_is_refused_nothing_was_undone_and_nothing_is_to_be_imported_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    settle(folder)
    with District.open(folder) as district:
        office, span = AtWork(district), Span.day(date(2025, 1, 1))
        title = StandingTakenOver(ladder="diligence", rung="diligent", title="证书", until=date(2030, 1, 1))
        at = office.do(Record, subject="p-1", occurred=span, fact=title, correlation="i-1")
        office.do(EndStanding, subject="p-1", standing=at, effect="suspend", on=date(2026, 6, 1), reason="核查")
    asked = ("import", "--undo", "i-1", "--data", folder, "--as", "office-1")
    assert "后来登记 · 称号暂停" in jieti(*asked, "--dry-run", "--lang", "zh").out
    said = jieti(*asked, "--reason", "导错", "--lang", "en")
    assert said.status == 1
    assert "nothing of the import i-1 was undone" in said.out
    assert f"not undone #{at}" in said.out
    assert "left to undo" not in said.out
    assert "import the file again" not in said.out


def test_whatever_may_become_of_a_record_has_words() -> None:
    assert {fact.TYPE for fact in FOLLOWING} <= KINDS.keys()
