"""stub"""

from ladders.problems import Problem
from ladders.source import Node, Path


def check_references(file: str, root: Node) -> list[tuple[Path, Problem]]:
    return []
