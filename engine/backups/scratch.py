"""A place beside the folder's files for copies of them, which nobody finds there afterwards: a copy may hold keys.

Whoever is killed leaves theirs behind; whoever opens the folder next removes it.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_PREFIX = ".verify-"
_LOCKED = "jieti.toml"
"""Shared by all who have such a place, which is theirs until they let go of it."""


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A place for as long as it is needed."""
    with (folder / _LOCKED).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with TemporaryDirectory(prefix=_PREFIX, dir=folder, ignore_cleanup_errors=True) as place:
            yield Path(place)


def forget(folder: Path) -> None:
    """Remove the places that were left behind, unless somebody is at work in one."""
    left = list(folder.glob(f"{_PREFIX}*"))
    if not left:
        return
    with (folder / _LOCKED).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        for place in left:
            shutil.rmtree(place, ignore_errors=True)
