"""What the page on hours tells to do can be done on the demo, line by line."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.console.command_line import ROOT, Demo, jieti

PAGE = (ROOT / "docs" / "hours.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LINES = [
    shlex.split(re.split(r"\s{2,}", line)[0])[1:] for kind, block in BLOCKS if not kind for line in block.splitlines()
]
(RULES,) = [block for kind, block in BLOCKS if kind == "yaml"]


def test_every_line_of_the_page_can_be_run(demo: Demo, copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied.parent)
    monkeypatch.setenv("JIETI_DATA", str(copied))
    (copied.parent / "学时要求.yaml").write_text(RULES, encoding="utf-8")
    granted = [one["subject"] for one in demo.grants() if one["ladder"] == "erqi-teacher"]
    code = demo.codes(granted)[granted[0]]
    trainings = jieti("hours", "account", code, "--year", "2025", "--json").data["trainings"]
    one, other, *_ = (training["position"] for training in trainings if training["state"] == "recognised")
    meant = {"GH100": code, "1234": one, "1240": other}
    assert len(LINES) == 17
    files = str(demo.manifest.folder)
    for line in LINES:
        told = jieti(*(meant.get(word, word.replace("demo/files", files)) for word in line))
        assert (told.status, told.err) == (0, ""), f"jieti {shlex.join(line)}\n{told.out}{told.err}"
    assert len(doubles := jieti("hours", "doubles", "--year", "2026", "--json").data) >= 3
    assert {"课堂观察与诊断", "课堂观察和诊断工作坊"} in [
        {one["one"]["title"], one["other"]["title"]} for one in doubles
    ]
    (differ,) = jieti("hours", "disagreements", "--json").data
    assert [one["hours"] for one in differ["reports"]] == ["10", "12"]
    year = jieti("hours", "account", code, "--year", "2025", "--json").data
    assert (year["minimum"], year["most"], year["basis"]) == ("72", "120", "assumed")
    assert any(one["state"] == "recognised" for one in year["trainings"])
    assert len([*(copied.parent / "学时2025").iterdir()]) > 3
