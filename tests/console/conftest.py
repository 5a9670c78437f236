"""One small demo, made by the real program, for all tests of the command line; those that change it copy it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.command_line import Demo
from tests.console.making_demo import made, shared


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo's folder, one for all test processes."""
    return made(shared(tmp_path_factory.getbasetemp()))


@pytest.fixture
def copied(demo: Demo, tmp_path: Path) -> Iterator[Path]:
    """A copy of the demo's folder that a test may change."""
    folder = tmp_path / "副本"
    shutil.copytree(demo.untouched, folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _nobody_says_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language, data folder or actor is set but by the test."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "JIETI_DATA", "JIETI_ACTOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
