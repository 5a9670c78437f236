"""An empty log for each test, once per kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.log import Log
from tests.events.stores import STORES, Place


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(request.param, STORES[request.param].make(tmp_path))


@pytest.fixture
def log(place: Place) -> Iterator[Log]:
    with place.open() as opened:
        yield opened
