"""Dispensations, settings for ladders and incomplete sources on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.history import history
from tests.console.command_line import done, jieti
from tests.console.intake_office import CLERK, Office
from workflows.commands import PublishLadder

LADDER = """\
format: jieti-ladder/1
id: lenient
title: {zh: 宽限阶梯, en: lenient ladder}
subject: person
rungs:
  - {id: first, title: {zh: 一级, en: first}, end: true}
steps:
  - to: first
    clauses:
      - {id: hours, title: {zh: 学时, en: hours}, evidence: training, then: [sum], at least: 72, basis: assumed,
         dispensation: {down to: 36}}
      - {id: papers, title: {zh: 论文, en: papers}, evidence: paper, then: [count], at least: 2, basis: assumed,
         dispensation: waive}
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A district with a ladder whose clauses may be dispensed with, and a clerk at its command line."""
    office = Office(tmp_path)
    publish = PublishLadder(
        id=office.district.command_id(), asking=CLERK, file=LADDER.encode(), in_force_from=date(2026, 1, 1)
    )
    office.district.handle(publish)
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "office-1")
    monkeypatch.setenv("LANG", "en")
    return office


def granting(*more: str, clause: str = "papers") -> list[str]:
    said = ["--ladder", "lenient", "--clause", clause, "--reason", "支教", "--authority", "区教〔2026〕3号"]
    return ["dispensation", "grant", "T1", *said, *more]


def listed(*arguments: str) -> Any:
    return jieti("dispensation", "list", *arguments, "--json").data


def wrong(*arguments: object) -> str:
    said = jieti(*arguments)
    assert said.status == 2
    return said.err


def test_a_clause_is_waived_or_lowered_and_listed_and_ended(office: Office, tmp_path: Path) -> None:
    assert "recorded: #" in done(*granting("--waive", "--from", "2026-01-01", "--until", "2026-12-31"))
    done(*granting("--at-least", "48.5", "--from", "2027-01-01", clause="hours"))
    waived, lowered = listed("T1")
    assert (waived["code"], waived["clause"], waived["at_least"], waived["state"]) == ("T1", "papers", None, "in force")
    assert (lowered["at_least"], lowered["first"], lowered["until"]) == ("48.5", "2027-01-01", None)
    screen = done("dispensation", "list")
    assert "waived" in screen
    assert "at least 48.5" in screen
    assert "to come" in screen
    assert "2 dispensations" in screen
    assert [one["clause"] for one in listed("--on", "2026-07-01")] == ["papers"]
    done("export", "dispensations", "--out", (file := tmp_path / "out.csv"))
    rows = [line.split(",")[2:] for line in file.read_text("utf-8-sig").splitlines()[1:]]
    assert [(row[0], *row[3:5], row[-1]) for row in rows] == [
        ("T1", "papers", "waived", "in force"),
        ("T1", "hours", "48.5", "to come"),
    ]
    assert "recorded: #" in done("dispensation", "end", f"#{waived['position']:,}", "--reason", "返校")
    (over, _) = listed()
    assert (over["until"], over["state"]) == ("2026-06-29", "over")
    assert "recorded before" in done("dispensation", "end", waived["position"], "--reason", "返校")


def test_nothing_of_it_is_listed_where_there_is_nothing(office: Office) -> None:
    assert "there is no dispensation" in done("dispensation", "list")
    assert listed("--ladder", "lenient") == []


def test_it_is_told_in_the_history_with_its_document_and_reason(office: Office) -> None:
    done(*granting("--waive"))
    done("dispensation", "end", listed()[0]["position"], "--reason", "返校了")
    screen = done("audit", "history", "T1")
    assert "lenient ladder · papers waived, by 区教〔2026〕3号: 支教" in screen
    assert "ended: 返校了" in screen
    assert len(history(office.district, office.person("T1"))) == 3


def test_what_cannot_be_is_said_with_what_to_do(office: Office) -> None:
    assert "--waive, one of the two" in wrong(*granting())
    assert "--waive, one of the two" in wrong(*granting("--waive", "--at-least", "1"))
    for number in ("many", "-1", "nan"):
        assert number in wrong(*granting("--at-least", number))
    assert "may be lowered to 36" in wrong(*granting("--at-least", "35", clause="hours"))
    assert "no such clause" not in wrong(*granting("--waive", clause="hour"))
    assert 'has no clause "hour"' in wrong(*granting("--waive", clause="hour"))
    assert "give a staff number" in wrong("dispensation", "grant", "T9", *granting("--waive")[3:])
    assert "--authority" in wrong(*granting("--waive", "--authority", " "))
    assert "say why" in wrong(*granting("--waive", "--reason", " "))
    assert "before the first" in wrong(*granting("--waive", "--from", "2026-05-01", "--until", "2026-04-30"))
    for position in ("abc", "", "9" * 30, "-1"):
        assert "is no log position" in wrong("dispensation", "end", "--reason", "返校", "--", position)
    assert "there is no such dispensation (#1)" in wrong("dispensation", "end", "1", "--reason", "返校")


# ------------------------------------------------------------------------------------------------------- settings


def shown() -> Any:
    return jieti("district", "show", "--json").data


def test_settings_for_ladders_are_set_changed_and_taken_away(office: Office) -> None:
    done("district", "settings", "--value", "mode=按学段", "--value", "round = up")
    assert shown()["values"] == {"mode": "按学段", "round": "up"}
    done("district", "settings", "--value", "mode=school", "--value", "round=", "--school-year-starts", "08-25")
    assert (shown()["values"], shown()["school_year_starts"]) == ({"mode": "school"}, "08-25")
    done("district", "settings", "--time-zone", "Asia/Urumqi")
    assert (shown()["values"], shown()["school_year_starts"]) == ({"mode": "school"}, "08-25")
    assert "settings for ladders: mode=school" in done("district", "show")
    assert "nothing changed" in done("district", "settings", "--value", "mode=school")
    for bad in ("mode", "=x", ""):
        assert "is no setting" in wrong("district", "settings", "--value", bad)


def test_a_source_is_incomplete_until_it_is_complete_again(office: Office) -> None:
    done(
        "district",
        "settings",
        "--incomplete",
        "training:2025-09-01..2025-12-31",
        "--incomplete",
        "paper:2024-1-1..2024-1-1",
    )
    assert shown()["incomplete"] == [
        {"kind": "paper", "first": "2024-01-01", "last": "2024-01-01"},
        {"kind": "training", "first": "2025-09-01", "last": "2025-12-31"},
    ]
    assert "incomplete sources: paper 2024-01-01 – 2024-01-01, training" in done("district", "show")
    done("district", "settings", "--complete", "paper")
    assert [one["kind"] for one in shown()["incomplete"]] == ["training"]
    assert "is not declared incomplete" in wrong("district", "settings", "--complete", "paper")
    for bad in ("training", "training:2025-09-01", ":2025-09-01..2025-09-02", "training:2025-09-02..2025-09-01"):
        wrong("district", "settings", "--incomplete", bad)
    assert 'no evidence kind "trainings"' in wrong(
        "district", "settings", "--incomplete", "trainings:2025-09-01..2025-12-31"
    )


def test_a_nomination_states_what_it_is_told_to(office: Office) -> None:
    for bad in ("track", "=x", "track="):
        assert "write NAME=TERM" in wrong("cycle", "nominate", "2026", "T1", "--states", bad)
