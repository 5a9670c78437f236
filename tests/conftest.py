"""For all tests."""

from __future__ import annotations

import gc

gc.set_threshold(50_000, 20, 50)  # as the command line does; a fifth of the time went into looking for garbage


def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked at again."""
    gc.freeze()
