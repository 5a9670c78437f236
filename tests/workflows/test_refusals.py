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
    assert len(given) > 90
    assert given - met == set()


@pytest.mark.parametrize(
    "kind",
    sorted(
        {
            kind
            for module in (commands, acts)
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Command) and kind is not Command
        },
        key=lambda kind: kind.__name__,
    ),
)
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
