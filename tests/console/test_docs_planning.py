"""What the page on planning tells to do can be done on the demo, line by line."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.console.command_line import ROOT, Demo, done, jieti

PAGE = (ROOT / "docs" / "planning.md").read_text("utf-8")
LINES = [
    shlex.split(re.split(r"\s{2,}", line)[0])[1:]
    for block in re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def code_of_a_core_member(demo: Demo) -> str:
    granted = [one["subject"] for one in demo.grants() if one["ladder"] == "erqi-teacher"]
    return demo.codes(granted)[granted[0]]


def test_every_line_of_the_page_can_be_run(demo: Demo, copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied.parent)
    monkeypatch.setenv("JIETI_DATA", str(copied))
    code = code_of_a_core_member(demo)
    assert len(LINES) == 7
    for line in LINES:
        told = jieti(*(code if re.fullmatch(r"JC\d{4}-\d{5}", word) else word for word in line))
        assert (told.status, told.err) == (0, ""), f"jieti {shlex.join(line)}\n{told.out}{told.err}"
    assert (copied.parent / "日程.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    called_off = [one["number"] for one in jieti("calendar", "--json").data if one["called_off"]]
    assert called_off == ["PX-2026-03"]


def test_the_demo_has_trainings_that_would_close_a_gap(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIETI_DATA", str(demo.folder))
    calendar = jieti("calendar", "--json").data
    assert len(calendar) == 14
    assert {bool(one["rungs"]) for one in calendar} == {bool(one["roles"]) for one in calendar} == {True, False}
    failed = jieti(*("assess", "erqi-teacher", "--to", "development-target", "--outcome", "not met", "--json")).data
    short = [
        one["code"]
        for one in failed[0]["verdicts"]
        if any(found["clause"] == "hours" and found["outcome"] == "not met" for found in one["findings"])
    ]
    ways = [json.loads(done("plan", code, "--to", "development-target", "--json")) for code in short[:5]]
    clauses = [one for way in ways for step in way["steps"] for one in step["clauses"] if one["clause"] == "hours"]
    assert any(one["closing"] for one in clauses)
    for one in clauses:
        numbers = {training["id"] for training in calendar}
        assert one["closing"] is None or set(one["closing"]["trainings"]) <= numbers
