"""The two pages on ladders, the examples on them, and each example as a whole ladder file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from events.facts import Catalogue
from ladders.reading.loading import load_catalogue, shipped

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("ladders.md", "ladder-reference.md")}
REFERENCE = PAGES["ladder-reference.md"]
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_YAML = YAML(typ="safe", pure=True)


class Example(NamedTuple):
    """A block of YAML on a page: where it begins, what is written behind its fence, the link that leads to it."""

    page: str
    line: int
    place: int
    marks: tuple[str, ...]
    text: str

    @property
    def subject(self) -> str:
        """Who climbs the example's ladder."""
        return next((mark for mark in self.marks if mark != "only-tested"), "person").replace("-", " ")

    @property
    def only_tested(self) -> bool:
        """Whether cycles do not carry all of it out yet, which `check` says."""
        return "only-tested" in self.marks

    def __str__(self) -> str:
        return f"{self.page.removesuffix('.md')}-line-{self.line}"


def _examples() -> Iterator[Example]:
    for page, text in PAGES.items():
        for found in _FENCE.finditer(text):
            language, *marks = found[1].split() or [""]
            if language == "yaml":
                yield Example(page, text.count("\n", 0, found.start()) + 1, found.start(), tuple(marks), found[2])


EVERY = tuple(_examples())
EXAMPLES = tuple(one for one in EVERY if "catalogue" not in one.marks)
WHOLE = EXAMPLES[0]
"""The whole file on the first page; all other examples stand in it."""


def catalogue() -> Catalogue:
    """The catalogue that ships, and what the reference page declares besides."""
    data: dict[str, Any] = _YAML.load(shipped("catalogue.yaml"))
    for one in EVERY:
        if "catalogue" in one.marks:
            for key, names in _YAML.load(one.text).items():
                data[key] = {**data[key], **names}
    return load_catalogue(_dumped(data), "catalogue.yaml")


def ladder_around(example: Example) -> bytes:
    """The whole file with the example in it: parts replace parts, clauses replace those of the last step."""
    ladder, part = _YAML.load(WHOLE.text), _YAML.load(example.text)
    ladder["subject"] = example.subject
    if isinstance(part, list):
        part = {"clauses": part}
    clauses = part.pop("clauses", None)
    ladder.update(part)
    if clauses is not None:
        ladder["steps"][-1]["clauses"] = clauses
    return _dumped(ladder)


def _dumped(data: Any) -> bytes:
    text = StringIO()
    YAML(typ="safe", pure=True).dump(data, text)
    return text.getvalue().encode()


# ----------------------------------------------------------------------------------------------------------- links


def slug(heading: str) -> str:
    """The name under which a page's heading can be linked to."""
    kept = [sign for sign in heading.lower() if sign in " -_" or unicodedata.category(sign)[0] in "LN"]
    return "".join(kept).replace(" ", "-")


def anchors(text: str) -> dict[str, tuple[int, int]]:
    """Everything on a page that a link may lead to, and the stretch of the page that it means.

    A heading means all up to the next one of its depth; an ``<a id>`` all up to the next anchor or heading.
    """
    bare = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    headings = [(one.start(), len(one[1]), slug(one[2])) for one in re.finditer(r"^(#+) (.*)$", bare, re.MULTILINE)]
    named = [(one.start(), 9, one[1]) for one in re.finditer(r'^<a id="([^"]*)"></a>$', bare, re.MULTILINE)]
    every = sorted([*headings, *named])
    found = {}
    for number, (start, depth, name) in enumerate(every):
        ends = [at for at, other, _ in every[number + 1 :] if other <= depth]
        found[name] = start, ends[0] if ends else len(text)
    return found
