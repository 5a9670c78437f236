"""Every command is answered by a decider, and every refusal that the deciders can give is met by a test here."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events.facts import PersonLeft
from tests.workflows.given import TODAY, command, refused
from tests.workflows.reviewing import ballot, in_panel, nomination, objection, opened, posted
from workflows import acts, commands
from workflows.commands import Asking, Command, Correct, Record, Span
from workflows.deciding import decider

HERE = Path(__file__).resolve().parent
FLOOR = HERE.parent.parent / "workflows"


def trees(folder: Path) -> Iterator[ast.Module]:
    """The modules of a folder."""
    for file in folder.glob("*.py"):
        yield ast.parse(file.read_text("utf-8"))


def is_call(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def texts(*nodes: ast.AST) -> Iterator[str]:
    """Every text in these."""
    for node in nodes:
        for inside in ast.walk(node):
            if isinstance(inside, ast.Constant) and isinstance(inside.value, str):
                yield inside.value


def codes() -> Iterator[str]:
    """The codes of every refusal that a decider can give."""
    for tree in trees(FLOOR):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_call(node, "Refused"):
                yield from texts(node.args[0])


def asked_for(test: ast.FunctionDef) -> Iterator[str]:
    """The codes that a test asks for: of ``refused(…, code)`` or ``why(…) == code``, or among what it is given."""
    for node in ast.walk(test):
        code: ast.AST | None = None
        if isinstance(node, ast.Call) and is_call(node, "refused") and len(node.args) > 2:
            code = node.args[2]
        elif isinstance(node, ast.Compare) and is_call(node.left, "why"):
            code = node.comparators[0]
        if isinstance(code, ast.Name):
            yield from texts(*test.decorator_list)
        elif code is not None:
            yield from texts(code)


def test_every_refusal_of_the_deciders_is_met_by_a_test():
    tests = [node for tree in trees(HERE) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    given, met = set(codes()), {code for test in tests for code in asked_for(test)}
    assert len(given) > 90
    assert given - met == set()


COMMANDS: list[type[Command]] = [
    kind
    for module in (commands, acts)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Command) and kind is not Command and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_command_is_answered_by_a_decider(kind: type[Command]):
    fact: dict[str, Any] = {"fact": PersonLeft()} if kind in (Record, Correct) else {}
    asked = kind.model_construct(id="-", asking=Asking(actor="clerk-1"), **fact)
    needs, decide = decider(asked)
    assert needs.__module__ == decide.__module__
    assert needs.__module__.startswith("workflows.")


FOR_LI = Asking(actor="clerk-1", on_behalf_of="li")


@pytest.mark.parametrize("asking", [FOR_LI, FOR_LI.model_copy(update={"authority": "  "})])
def test_whoever_acts_for_another_names_the_document_that_lets_them(asking: Asking):
    leaving = command(Record, subject="li", occurred=Span.day(TODAY), fact=PersonLeft(), asking=asking)
    refused(opened(), leaving, "authority")
    refused(opened(), nomination(asking=asking), "authority")
    refused(in_panel("li"), ballot("an", asking=asking), "authority")
    refused(posted("li"), objection(asking=asking), "authority")


def test_with_the_document_one_acts_for_another():
    asking = FOR_LI.model_copy(update={"authority": "教办〔2026〕7号"})
    assert isinstance(in_panel("li").when(ballot("an", asking=asking)), list)
