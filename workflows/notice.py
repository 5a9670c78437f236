"""A public notice: which one names a case, and the hash of its list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from events.facts import NoticePosted


def notice_for(notices: Iterable[tuple[NoticePosted, int]], ready_at: int) -> tuple[NoticePosted, int] | None:
    """The notice that names a case which became ready at a position: the first one after it, with its position."""
    return next(((notice, at) for notice, at in notices if at > ready_at), None)


def list_sha256(entries: Iterable[tuple[str, ...]]) -> str:
    """The hash of a notice's list: SHA-256 over its lines, sorted, each ended by a line feed.

    A line is ``case subject``, and where the ladder places ``case subject rung``.
    """
    return hashlib.sha256("".join(f"{' '.join(entry)}\n" for entry in sorted(entries)).encode()).hexdigest()
