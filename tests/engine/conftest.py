"""A district for every test: made once, copied in an instant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.district import District
from tests.engine.district_at_work import AtWork, settle


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ladder, units, people and a studio; nobody works in it."""
    folder = tmp_path_factory.mktemp("template") / "district"
    settle(folder)
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    return Path(shutil.copytree(template, tmp_path / "district"))


@pytest.fixture
def at_work(folder: Path) -> Iterator[AtWork]:
    """That folder, open, with a clerk at work in it."""
    with District.open(folder) as district:
        yield AtWork(district)
