"""One small demo, made by the real program, for all tests of the command line; those that change it copy it."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.demo.district_files import write_files
from console.demo.run import SEED
from tests.console.command_line import Demo, program

TEACHERS = 300


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo's folder, made by the first of the test processes that asks for it; the others wait."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # that of all processes together
    told = place / "demo.pickle"
    with (place / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_bytes(pickle.dumps(_made(place / "演示 demo")))
    found: Demo = pickle.loads(told.read_bytes())
    return found


def _made(place: Path) -> Demo:
    home = place / "home"
    home.mkdir(parents=True)
    running = program("demo", place / "区", "--teachers", TEACHERS, home=home)
    screen, complaints = running.communicate(timeout=300)
    assert running.returncode == 0, screen + complaints
    assert complaints == ""
    untouched = place / "untouched"
    shutil.copytree(place / "区", untouched, ignore=shutil.ignore_patterns("prefect", "files"))
    return Demo(place / "区", untouched, screen, home, write_files(place / "again", SEED, TEACHERS))


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
