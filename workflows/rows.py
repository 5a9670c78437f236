"""What holds for every fact that a row of a file may state: once, and the same."""

from __future__ import annotations

from collections.abc import Mapping

from events.facts import Source
from workflows.commands import Already, Differs, Held


def held(keys: Mapping[str, Held], source: Source | None) -> Already | Differs | None:
    """Whether the row is in the log already, as it is or otherwise, by the business keys that are held."""
    return None if source is None else answered(keys, f"row/{source.key}", source.content)


def answered(keys: Mapping[str, Held], key: str, content: str | None) -> Already | Differs | None:
    """The same of a row by its business key and its content."""
    if (held := keys.get(key)) is None:
        return None
    return Already(held.position) if held.content == content else Differs(held.position)


def key(source: Source | None) -> tuple[str, ...]:
    """The business key of a row, to be looked up."""
    return (f"row/{source.key}",) if source else ()
