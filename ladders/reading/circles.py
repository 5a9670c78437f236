"""What refers to what: measures to those they are made of, lists of requirements and rungs to those that they meet.

Nothing may come back to itself, nor grow beyond measure on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ladders.reading.measure_remarks import parts_in
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import each, nested

DEEPEST = 20
"""So many names one after the other are the most that a file may follow."""
LARGEST = 2000
"""So many clauses, or measures, may stand behind one name."""


@dataclass(frozen=True)
class Named:
    """What stands under a name: where, how much of its own, and the names that it refers to."""

    path: Path
    size: int
    names: tuple[str, ...]


def made_of(root: Node) -> dict[str, Named]:
    """The measures, with those of which they are made."""
    return {
        name: Named(("measures", name), 1, tuple(_names(parts_in((), measure))))
        for name, measure in root["measures"].pairs.items()
    }


def met(root: Node) -> dict[str, Named]:
    """The lists of requirements, and the rungs as ``{to: rung}``, with the lists and rungs that they meet."""
    found: dict[str, Named] = {}
    for name, listed in root["requirements"].pairs.items():
        found[name] = _listed(("requirements", name), [listed])
    steps: dict[str, list[tuple[Path, Node]]] = {}
    for path, step in each(("steps",), root["steps"]):
        steps.setdefault(f"{{to: {step['to'].text}}}", []).append((path, step["clauses"]))
    return found | {rung: _listed(ways[0][0], [clauses for _, clauses in ways]) for rung, ways in steps.items()}


def _listed(path: Path, lists: list[Node]) -> Named:
    clauses = [clause for listed in lists for _, clause in everywhere(path, listed)]
    return Named(path, len(clauses), tuple(name for clause in clauses for name in _met(clause)))


def everywhere(path: Path, clauses: Node) -> Iterator[tuple[Path, Node]]:
    """The clauses of a list with all inside them, those asked of others too."""
    for place, clause in nested(path, clauses):
        yield place, clause
        if "each" in clause:
            yield from everywhere((*place, "each"), Node(clause.line, [clause["each"]]))


def _names(parts: Iterator[tuple[Path, Node]]) -> Iterator[str]:
    for _, part in parts:
        yield part.text or part["measure"].text or ""


def _met(clause: Node) -> Iterator[str]:
    """What a ``meets`` names, a rung as ``{to: rung}``."""
    if (name := clause["meets"].text) is not None:
        yield name
    elif (rung := clause["meets"]["to"].text) is not None:
        yield f"{{to: {rung}}}"


def circles(names: Mapping[str, Named]) -> Iterator[list[str]]:
    """The ways that lead back to where they begin, one for each name on which the search comes round."""
    done: set[str] = set()
    for start in names:
        if start in done:
            continue
        way: list[tuple[str, Iterator[str]]] = [(start, iter(names[start].names))]
        places = {start: 0}
        while way:
            here, rest = way[-1]
            following = next(rest, None)
            if following is None:
                done.add(here)
                way.pop()
                del places[here]
            elif following in places:
                yield [*(name for name, _ in way[places[following] :]), following]
            elif following in names and following not in done:
                places[following] = len(way)
                way.append((following, iter(names[following].names)))


def too_much(names: Mapping[str, Named]) -> Iterator[str]:
    """The names, of which none comes back to itself, that lead too deep, or behind which too much stands."""
    measured: dict[str, tuple[int, int]] = {}
    for start in names:
        waiting = [start]
        while waiting:
            here = waiting[-1]
            inside = [one for one in names[here].names if one in names]
            if left := [one for one in inside if one not in measured]:
                waiting += left
                continue
            waiting.pop()
            if here not in measured:
                depth = 1 + max((measured[one][0] for one in inside), default=0)
                size = names[here].size + sum(measured[one][1] for one in inside)
                measured[here] = depth, min(size, LARGEST + 1)
        if measured[start][0] > DEEPEST or measured[start][1] > LARGEST:
            yield start
