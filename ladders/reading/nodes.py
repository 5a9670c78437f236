"""The values of a file with the lines on which they stand, and the paths by which people and programs name places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Path = tuple[str | int, ...]
"""From the root: keys, and numbers of items from 0."""


@dataclass
class Node:
    """A value of the file and the line on which it (or its key) stands.

    ``value`` is text, an exact number, a boolean, or the children: in a dict by key, in a list in order.  A
    ``refused`` node has a problem already, and nobody should complain of it again.
    """

    line: int
    value: str | Decimal | bool | dict[str, Node] | list[Node]
    refused: bool = False

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Sequence[str | int]) -> tuple[Node, Path]:
        """The node at a path, or its nearest ancestor, and that one's path."""
        node, found = self, 0
        for key in path:
            inside: Any = node.value
            known = range(len(inside)) if isinstance(inside, list) else inside if isinstance(inside, dict) else ()
            if key in known:
                node, found = inside[key], found + 1
            else:
                break
        return node, tuple(path[:found])

    def __getitem__(self, key: str) -> Node:
        """The child under a key; an empty node where there is none, so that a question never fails."""
        inside = self.value
        found = inside.get(key) if isinstance(inside, dict) else None
        return found if found is not None and not found.refused else Node(self.line, [])

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    @property
    def text(self) -> str | None:
        """The text, or None where something else stands."""
        return self.value if isinstance(self.value, str) and not self.refused else None

    @property
    def pairs(self) -> dict[str, Node]:
        """The children by key; none where something else stands."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The children in order; none where something else stands."""
        return self.value if isinstance(self.value, list) else []

    @property
    def texts(self) -> list[str]:
        """The texts of a list, or the one text that stands alone."""
        return [self.text] if self.text is not None else [one.text for one in self.items if one.text is not None]


_NAMED = (
    *("clauses", "all", "any", "none", "of", "excuse"),
    *("removals", "items", "composition", "grades", "entitlements"),
)
"""Lists whose items a reader finds by their id."""


def where(path: Sequence[str | int], root: Node) -> str:
    """A path as people read it: ``steps[1].clauses[hours].then[0].within``."""
    said, node = "", root
    for depth, key in enumerate(path):
        inside: Any = node.value
        if isinstance(key, int):
            node = inside[key] if isinstance(inside, list) and key < len(inside) else Node(0, [])
            named = said.rpartition(".")[2] in _NAMED or (depth == 2 and path[0] == "requirements")
            name = node["id"].text if named else None
            said += f"[{name or key}]"
        else:
            node = inside[key] if isinstance(inside, dict) and key in inside else Node(0, [])
            said += f".{key}" if said else key
    return said
