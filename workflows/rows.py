"""What holds for every fact that a row of a file may state: once, and the same."""

from __future__ import annotations

from collections.abc import Mapping

from events.facts import Source
from workflows.commands import Already, Differs, Held


def held(keys: Mapping[str, Held], source: Source | None) -> Already | Differs | None:
    """Whether the row is in the log already, as it is or otherwise, by the business keys that are held."""
    if source is None or (held := keys.get(f"row/{source.key}")) is None:
        return None
    return Already(held.position) if held.content == source.content else Differs(held.position)


def key(source: Source | None) -> tuple[str, ...]:
    """The business key of a row, to be looked up."""
    return (f"row/{source.key}",) if source else ()
