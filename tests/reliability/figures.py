"""What a test of faults and attacks tried, and what came of it: counted as it goes, kept for docs/reliability.md.

``make torture`` names a file to which every test adds its lines; without one, as in ``make test``, nothing is kept.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

KEPT_IN = "JIETI_FIGURES"
"""The environment variable that names the file."""


class Tally:
    """Counts of one test, by what was tried; written when the test ends, however it ends.

    ``part`` is a part of the page, ``seeds`` says which numbers chance began with; time runs from ``since`` (of the
    monotonic clock), or from when it is entered.
    """

    def __init__(self, part: str, seeds: str = "", *, since: float | None = None) -> None:
        self._part, self._seeds = part, seeds
        self._tried, self._wrong = Counter[str](), Counter[str]()
        self._seconds: dict[str, float] = defaultdict(float)
        self._since = since or 0.0

    def count(self, what: str, *, wrong: int = 0, tried: int = 1) -> None:
        """So many were tried since the last count, of which so many went wrong: unfound, lost, twice, a traceback."""
        now = time.monotonic()
        self._tried[what] += tried
        self._wrong[what] += wrong
        self._seconds[what] += now - self._since
        self._since = now

    def __enter__(self) -> Self:
        self._since = self._since or time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not (file := os.environ.get(KEPT_IN)):
            return
        lines = [
            {
                "part": self._part, "what": what, "tried": tried, "wrong": self._wrong[what], "seeds": self._seeds,
                "seconds": round(self._seconds[what], 3),
            }
            for what, tried in self._tried.items()
        ]  # fmt: skip
        with Path(file).open("a", encoding="utf-8") as kept:  # a line is one write: others add theirs
            for line in lines:
                kept.write(json.dumps(line, ensure_ascii=False) + "\n")
                kept.flush()
