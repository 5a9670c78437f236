"""What the passes over a file's nodes share: a place to put problems, and the commonest questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from ladders.model.ladder import COMBINATIONS
from ladders.problems import Problem, choice
from ladders.reading.nodes import Node, Path, where
from ladders.reading.source import MOST_PROBLEMS

Place = tuple[Path, Node]


def each(path: Path, node: Node) -> Iterator[Place]:
    """The children of a list, each with its path."""
    for number, one in enumerate(node.items):
        yield (*path, number), one


def nested(path: Path, node: Node) -> Iterator[Place]:
    """The clauses of a list, with those beside them (``when``, ``unless``) and those inside groups."""
    for place, clause in each(path, node):
        yield from _with_inner(place, clause)


def _with_inner(path: Path, clause: Node) -> Iterator[Place]:
    yield path, clause
    for key in ("when", "unless"):
        if key in clause:
            yield from _with_inner((*path, key), clause[key])
    for key in COMBINATIONS:
        yield from nested((*path, key), clause[key])


@dataclass
class Remarks:
    """The problems found in one file so far, each with its path."""

    file: str
    root: Node
    found: list[tuple[Path, Problem]] = field(default_factory=list)
    marked: set[Path] = field(default_factory=set)
    """Where something was found."""

    def say(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> None:
        """Take note of a problem at a place."""
        if len(self.found) >= MOST_PROBLEMS:
            return
        node, _ = self.root.at(path)
        self.marked.add(path)
        self.found.append((path, Problem(self.file, node.line, where(path, self.root), zh, en, *mend)))

    def known(self, path: Path, name: str | None, names: Iterable[str], zh: str, en: str) -> bool:
        """Whether a name is among those declared; a problem where not."""
        options = names if isinstance(names, Collection) else tuple(names)
        if name is None or name in options:
            return name is not None
        if len(self.found) >= MOST_PROBLEMS:
            return False
        self.say(path, f"没有名为“{name}”的{zh}", f'there is no {en} "{name}"', choice(name, options))
        return False

    def cited(self, path: Path, holder: Node) -> None:
        """The document of a basis is one that the file declares."""
        document = holder["basis"]["document"].text
        self.known((*path, "basis", "document"), document, self.root["documents"].pairs, "文件", "document")

    def once(self, places: Iterable[Place], zh: str, en: str) -> None:
        """Each ``id`` only once."""
        first: dict[str, int] = {}
        for path, node in places:
            name = node["id"].text
            if name is None:
                continue
            if name in first:
                self.say(
                    (*path, "id"),
                    f"{zh}“{name}”已经用过（第 {first[name]} 行）",
                    f'the {en} "{name}" is used already (line {first[name]})',
                    ("换一个代号", "give it another id"),
                )
            else:
                first[name] = node["id"].line

    def one_of(self, path: Path, node: Node, keys: tuple[str, ...], zh: str, en: str) -> str | None:
        """The one of some keys that stands there; a problem where there is none, or more than one."""
        given = [key for key in keys if key in node]
        if len(given) == 1:
            return given[0]
        if isinstance(node.value, dict):
            self.say(
                path,
                f"{zh}：{'、'.join(given) if given else '这里没有写'}",
                f"{en}: here is {' and '.join(given) if given else 'none'}",
                (f"写其中一种：{'、'.join(keys)}", f"write one of: {', '.join(keys)}"),
            )
        return None
