"""Platforms' exports go in by the mapping files that ship, and the page on mappings can be followed line by line."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from console.intake.mapping_file import read_mapping
from console.intake.mappings import shipped
from tests.console.command_line import ROOT, Demo, jieti

PAGE = (ROOT / "docs" / "mappings.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LINES = [
    shlex.split(re.split(r"\s{2,}", line)[0])[1:]
    for language, block in BLOCKS
    for line in block.splitlines()
    if language == ""
]


@pytest.fixture
def files(demo: Demo, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the demo's files, with the samples in it, beside a copy of its district."""
    monkeypatch.setenv("JIETI_DATA", str(copied))
    monkeypatch.setenv("JIETI_ACTOR", "office-1")
    place = tmp_path / "files"
    shutil.copytree(demo.manifest.exports[0].path.parent, place / "平台导出")
    monkeypatch.chdir(place)
    return place


def test_a_sample_of_every_dialect_imports_cleanly_by_the_mapping_that_recognises_it(demo: Demo, files: Path) -> None:
    assert {one.mapping for one in demo.manifest.exports} == set(shipped())
    for one in demo.manifest.exports:
        (report,) = jieti("import", files / "平台导出" / one.path.name, "--json").data
        assert (report["kind"], report["mapping"]) == ("trainings", one.mapping)
        assert (report["landed"], report["ignored"]) == (one.rows - one.ignored, one.ignored)
        assert report["landed"] > 20
        assert report["strange"] == []
        (again,) = jieti("import", files / "平台导出" / one.path.name, "--json").data
        assert (again["already"], again["landed"], again["corrections"]) == (one.rows - one.ignored, 0, 0)


def test_every_line_of_the_page_can_be_run(demo: Demo, files: Path) -> None:
    number = demo.manifest.nominees[0]
    rows = "学员账号,学员姓名,专题,学习时长(分钟),学完时间,考核\n" + f"{number},张,备课,90,2026-03-04,及格\n" * 3
    (files / "云学堂.csv").write_text(rows, "utf-8")
    assert len(LINES) == 5
    for line in LINES:
        told = jieti(*line)
        assert (told.status, told.err) == (0, ""), f"jieti {shlex.join(line)}\n{told.out}{told.err}"


def test_the_whole_example_of_the_page_is_a_mapping_file() -> None:
    (whole,) = [block for language, block in BLOCKS if language == "yaml" and block.startswith("format:")]
    found = read_mapping(whole.encode(), "page.yaml", "page").file
    named = {key.replace(" ", "_") for key in re.findall(r"^\| `([a-z ]+)` \|", PAGE, re.MULTILINE)}
    assert named == set(type(found).model_fields) == found.model_fields_set
