"""A district for every test: made once, copied in an instant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.district import District
from engine.running.prefect_home import PrefectServer, prefect_server
from tests.engine.district_at_work import AtWork, settle
from tests.engine.small_office import Office, open_office


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


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose cycles Prefect runs."""
    return open_office(tmp_path_factory.mktemp("区 教研室") / "数据 50%")


@pytest.fixture(scope="session")
def server(office: Office) -> Iterator[PrefectServer]:
    """Its Prefect server: it takes seconds to start, and so is one for all who ask for it."""
    with prefect_server(office.folder) as server:
        yield server
