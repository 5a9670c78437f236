"""Every refusal that the deciders can give is met by a test here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
FLOOR = HERE.parent.parent / "workflows"


def called(folder: Path, name: str, argument: int) -> Iterator[str]:
    """The texts that are given as an argument to calls of a name."""
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                said = node.args[argument] if len(node.args) > argument else None
                if isinstance(said, ast.Constant):
                    yield str(said.value)


def test_every_refusal_of_the_deciders_is_met_by_a_test():
    given, met = set(called(FLOOR, "Refused", 0)), set(called(HERE, "refused", 2))
    assert len(given) > 40
    assert given - met == set()
