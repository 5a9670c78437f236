"""The page about exporting (docs/exporting.md) can be followed, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.export.sheets import EXPORTED
from tests.console.command_line import ROOT, jieti
from tests.console.test_readme import lines

PAGE = (ROOT / "docs" / "exporting.md").read_text("utf-8")


def test_the_page_can_be_followed(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").symlink_to(copied)
    for program, *words in lines(PAGE):
        if program == "export":
            monkeypatch.setenv(*words[0].split("=", 1))
            continue
        said = jieti(*words)
        assert (said.status, said.err) == (0, ""), f"jieti {words}\n{said.out}{said.err}"


def test_the_page_names_every_kind() -> None:
    assert all(f"`{one.id}`" in PAGE for one in EXPORTED)
