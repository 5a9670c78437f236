"""Files to values: YAML to a ladder or an evidence catalogue, or everything that is wrong with it, each with its line.

Three passes, whose problems are gathered before any is raised: the text (``source``), the shape (the model's own
validation, translated by ``shape``), and what one part says of another (``references``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ValidationError

from events.facts import Catalogue
from ladders.model import ladder as model
from ladders.problems import LadderError, Problem
from ladders.reading.kinds import check_catalogue
from ladders.reading.nodes import Node, Path, where
from ladders.reading.references import check_references
from ladders.reading.shape import refused, shape_problems
from ladders.reading.source import Reader

__all__ = ["LadderError", "Lines", "Problem", "load", "load_catalogue", "read", "shipped", "shipped_ladders"]


@dataclass(frozen=True)
class Lines:
    """Where each part of a file stands."""

    file: str
    root: Node

    def problem(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", ""), level: Any = "error") -> Problem:
        """A problem at a place of the file; ``mend`` is (Chinese, English)."""
        node, _ = self.root.at(path)
        return Problem(self.file, node.line, where(path, self.root), zh, en, *mend, level=level)


NO_LINES = Lines("", Node(0, {}))
"""For a ladder whose file is not at hand: problems then name places without lines."""


def load(data: bytes, name: str) -> model.Ladder:
    """The ladder in a file's bytes; LadderError with every problem of the file, which is called ``name`` in them."""
    return read(data, name)[0]


def read(data: bytes, name: str) -> tuple[model.Ladder, Lines]:
    """The ladder and where its parts stand; LadderError as ``load``."""
    try:
        ladder, root = _read(data)
    except LadderError as error:
        raise LadderError(replace(one, file=name) for one in error.problems) from None
    return ladder, Lines(name, root)


@lru_cache(maxsize=64)
def _read(data: bytes) -> tuple[model.Ladder, Node]:
    """Kept for who asks again, under whatever name: a file is checked, published, and held against its cases."""
    reader = Reader("")
    root = reader.read(data)
    found = validated(model.Ladder, root, reader)
    refuse_if(reader.problems + _unless_refused(root, check_references("", root)))
    assert isinstance(found, model.Ladder)
    return found, root


def load_catalogue(data: bytes, name: str) -> Catalogue:
    """The evidence catalogue in a file's bytes; LadderError with every problem of the file."""
    reader = Reader(name)
    root = reader.read(data)
    found = validated(Catalogue, root, reader)
    refuse_if(reader.problems + _unless_refused(root, list(check_catalogue(name, root))))
    assert isinstance(found, Catalogue)
    return found


def shipped(name: str) -> bytes:
    """The bytes of a file that comes with the product, by its name (``erqi-teacher.yaml``); FileNotFoundError."""
    return files("ladders").joinpath(name).read_bytes()


def shipped_ladders() -> tuple[str, ...]:
    """The names of the ladder files that come with the product."""
    names = (one.name for one in files("ladders").iterdir())
    ladders = (name for name in names if name.endswith(".yaml") and not name.endswith(".cases.yaml"))
    return tuple(sorted(name for name in ladders if name != "catalogue.yaml"))


# ------------------------------------------------------------------------------------------- what the passes share


def refuse_if(problems: list[Problem]) -> None:
    """Raise LadderError with the problems, if there are any."""
    if problems:
        raise LadderError(dict.fromkeys(problems))


def validated(kind: type[BaseModel], root: Node, reader: Reader) -> BaseModel | None:
    """The value of a file, or None; its problems go to the reader's."""
    try:
        return kind.model_validate(root.plain(), by_alias=True, by_name=False)
    except ValidationError as error:
        reader.problems.extend(shape_problems(reader.file, root, kind, error))
        return None


def _unless_refused(root: Node, found: list[tuple[Path, Problem]]) -> list[Problem]:
    """The problems at places of which nobody complained yet."""
    return [problem for path, problem in found if not refused(root, path)]
