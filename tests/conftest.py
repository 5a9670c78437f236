"""For all tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

gc.set_threshold(50_000, 20, 50)  # as the command line does; a fifth of the time went into looking for garbage


def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked at again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _demo_begins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo is made while other tests run, where one will ask for it."""
    if not any("demo" in getattr(item, "fixturenames", ()) for item in request.session.items):
        yield
        return
    from tests.console.making_demo import begin, shared

    making = begin(shared(tmp_path_factory.getbasetemp()))
    yield
    if making is not None:
        making.wait()
