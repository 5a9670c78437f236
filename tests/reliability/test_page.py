"""The page of faults and attacks is what was recorded, and nothing on it went wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.reliability import page
from tests.reliability.figures import KEPT_IN, Tally
from tests.reliability.parts import PARTS


def test_the_page_is_what_was_recorded():
    assert page.PAGE.read_text("utf-8") == page.page(page.records()), "python -m tests.reliability.page"


def test_nothing_on_the_page_went_wrong():
    assert [one for part in page.records().values() for one in part["figures"] if one["wrong"]] == []


def test_the_page_names_no_place_of_the_machine_that_made_it():
    assert re.findall(r"/(?:home|tmp|work|root|Users)/", page.PAGE.read_text("utf-8")) == []


def test_every_part_names_tests_that_there_are():
    root = page.HERE.parent.parent
    assert [test for part in PARTS.values() for test in part.tests if not (root / test).exists()] == []


def test_figures_of_several_tests_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(KEPT_IN, str(tmp_path / "figures"))
    for first in (0, 60):
        with Tally("mutations", seeds=f"{first}–{first + 59}") as tally:
            tally.count("column", tried=3)
            tally.count("key", wrong=1)
    lines = [json.loads(line) for line in (tmp_path / "figures").read_text("utf-8").splitlines()]
    column, key = page.summed(lines)
    assert (column["tried"], column["wrong"], column["seeds"]) == (6, 0, "0–119")
    assert (key["tried"], key["wrong"]) == (2, 2)


def test_a_test_that_fails_has_its_figures_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(KEPT_IN, str(tmp_path / "figures"))

    def failing() -> None:
        with Tally("kills") as tally:
            tally.count("import", wrong=1)
            raise AssertionError

    with pytest.raises(AssertionError):
        failing()
    assert json.loads((tmp_path / "figures").read_text("utf-8"))["wrong"] == 1
