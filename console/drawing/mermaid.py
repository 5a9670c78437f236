"""A ladder as Mermaid: text that documents, wikis and Git hosts show as a picture.

Everything from the ladder stands in quotes; a character that could mean something is one of Mermaid's own entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.drawing.lettering import clean
from console.drawing.picture import KINDS, Box, Mark, Picture

_PLAIN = re.compile(r"[^\w \u00b7\u2192\u3000-\u303f\uff00-\uffef.,×/–-]")
_LIST = re.compile(r"^(\d*)[.-]")
"""The beginning of what Mermaid would take for a list."""
_ARROWS = {"lateral": "-.->", "demotion": "-.->", "removal": "-.->"}


def mermaid(picture: Picture) -> str:
    """The picture as a flowchart from the bottom up, a line for each thing."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield f"%% {_comment(picture.titles[0])}"
    yield from (f"%% {_comment(note)}" for note in picture.notes)
    yield "flowchart BT"
    names = {box.id: f"r{number}" for number, box in enumerate(picture.boxes)}
    for number, (lane, titles) in enumerate(picture.lanes.items()):
        yield f'    subgraph p{number}["{_said(titles[0])}"]'
        yield from (f"        {_node(names[box.id], box)}" for box in picture.boxes if box.lane == lane)
        yield "    end"
    for box in picture.boxes:
        if box.lane not in picture.lanes:
            yield f"    {_node(names[box.id], box)}"
    every = picture.every
    if any(mark.from_ is None for mark in every):
        yield f'    start(["{_said(picture.say(*KINDS["entry"][:2]))}"])'
    if any(mark.to is None for mark in every):
        yield f'    out(["{_said(picture.say(*KINDS["removal"][:2]))}"])'
    for mark in every:
        start = "start" if mark.from_ is None else names[mark.from_]
        end = "out" if mark.to is None else names[mark.to]
        yield f'    {start} {_ARROWS.get(mark.kind, "-->")}|"{_label(mark)}"| {end}'
    for colour in dict.fromkeys(mark.colour for mark in every):
        numbers = ",".join(str(number) for number, mark in enumerate(every) if mark.colour == colour)
        yield f"    linkStyle {numbers} stroke:{colour}"


def _node(name: str, box: Box) -> str:
    lines = [*box.titles, *([box.held] if box.held else [])]
    return f'{name}["{"<br/>".join(map(_said, lines))}"]'


def _label(mark: Mark) -> str:
    return "<br/>".join(map(_said, (mark.label, mark.articles, mark.basis)))


def _said(text: str) -> str:
    """Text within quotes: whatever is no letter, digit or common mark is written as its number."""
    said = _PLAIN.sub(_number, clean(text))
    return _LIST.sub(lambda found: found[1] + _number(found[0][-1]), said)


def _number(found: re.Match[str] | str) -> str:
    return f"#{ord(found[0])};"


def _comment(text: str) -> str:
    return clean(text).replace("%%", "%").replace("{", "(").replace("}", ")")
