"""Where the boxes and arrows of a ladder stand: layers and ways by graphlay, the lowest rung at the bottom.

A step is a small box of its own between its rungs, so that no label lies over anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import graphlay
import networkx as nx

from console.drawing.lettering import width, wrapped
from console.drawing.picture import Box, Mark, Picture

TITLE, SECOND, SMALL = 11.0, 8.5, 7.5
"""Sizes of letters: a rung's title, its other title, everything else."""
LEADING = 1.3
PAD = 7.0
NARROWEST, WIDEST = 104.0, 176.0
WIDEST_MARK = 150.0
TALLEST = 1000.0
"""A graph that is higher goes on beside itself, from the bottom again."""
_ASIDE, WIDEST_ROW = 26.0, 720.0
"""Between drawings that stand side by side, and how wide a row of them may be."""
_LANE_ROOM, _LANE_SIDE = 10.0, 16.0
_SIGN = 10.0
"""What the sign of a step that stays on its rung takes of its line."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A line of letters in a box: from the middle of the box, or from its left side."""

    text: str
    size: float
    bold: bool = False
    colour: str = "#1b1f24"
    middle: bool = True

    @property
    def height(self) -> float:
        """How much of the box it takes."""
        return self.size * LEADING

    @property
    def width(self) -> float:
        """How wide it is."""
        return width(self.text, self.size, bold=self.bold)


@dataclass(frozen=True)
class Part:
    """Lines of a box that belong together; those of a step have it as ``mark``."""

    lines: tuple[Line, ...]
    mark: Mark | None = None

    @property
    def height(self) -> float:
        """How much of the box it takes."""
        return sum(line.height for line in self.lines) + (5.0 if self.mark else 0.0)


@dataclass(frozen=True)
class Placed:
    """A box on the drawing: its upper left corner, its size, and what stands in it."""

    x: float
    y: float
    width: float
    height: float
    parts: tuple[Part, ...]
    box: Box | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class Arrow:
    """A line of a step, bent where the points are; the last one has a head if it arrives at a rung."""

    mark: Mark
    points: tuple[Point, ...]
    head: bool


@dataclass(frozen=True)
class Lane:
    """A programme: the strip in which its rungs stand, with the room for its titles at the upper end."""

    titles: tuple[str, str]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Placing:
    """Everything of the graph in its place, in points from the upper left corner."""

    width: float
    height: float
    boxes: tuple[Placed, ...]
    arrows: tuple[Arrow, ...]
    lanes: tuple[Lane, ...]


def placing(picture: Picture) -> Placing:
    """The picture's rungs, steps and programmes in their places; what no step joins stands side by side."""
    wide = _common_width(picture.boxes)
    parts = [picture] if picture.lanes else _joined(picture)
    return _packed([_placing(part, wide) for part in parts])


def _joined(picture: Picture) -> list[Picture]:
    """The picture in parts that no step joins, in the file's order."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(box.id for box in picture.boxes)
    graph.add_edges_from((mark.from_, str(mark.to)) for mark in picture.marks if mark.from_ is not None)
    parts, left = [], {box.id: None for box in picture.boxes}
    while left:
        own = nx.node_connected_component(graph, next(iter(left)))
        boxes = tuple(box for box in picture.boxes if box.id in own)
        parts.append(replace(picture, boxes=boxes, marks=tuple(mark for mark in picture.marks if mark.to in own)))
        left = {name: None for name in left if name not in own}
    return parts


def _packed(parts: list[Placing]) -> Placing:
    """Drawings side by side, in as many rows as it takes, those of a row standing on one line."""
    if len(parts) == 1:
        return parts[0]
    room = max(WIDEST_ROW, *(part.width for part in parts))
    rows: list[list[Placing]] = [[]]
    for part in parts:
        if rows[-1] and sum(one.width + _ASIDE for one in rows[-1]) + part.width > room:
            rows.append([])
        rows[-1].append(part)
    boxes, arrows, down = list[Placed](), list[Arrow](), 0.0
    for row in rows:
        high, right = max(part.height for part in row), 0.0
        for part in row:
            x, y = right, down + high - part.height
            boxes += [replace(box, x=round(box.x + x, 2), y=round(box.y + y, 2)) for box in part.boxes]
            for arrow in part.arrows:
                points = tuple((round(px + x, 2), round(py + y, 2)) for px, py in arrow.points)
                arrows.append(replace(arrow, points=points))
            right += part.width + _ASIDE
        down += high + _ASIDE
    wide = max(sum(part.width + _ASIDE for part in row) for row in rows) - _ASIDE
    return Placing(round(wide, 2), round(down - _ASIDE, 2), tuple(boxes), tuple(arrows), ())


def _placing(picture: Picture, wide: float) -> Placing:
    """One drawing; all of its rungs are so wide."""
    graph, groups = graphlay.Graph(), {name: number for number, name in enumerate(picture.lanes)}
    lane_of = {box.id: groups.get(box.lane or "", len(groups)) for box in picture.boxes}
    inner = {box.id: _rung_parts(box, wide) for box in picture.boxes}
    labels = {mark.id: _mark_part(mark) for mark in picture.marks}

    def add(name: str, lane: int, size: Point) -> None:
        graph.node(name, width=size[0], height=size[1], group=lane)

    for box in picture.boxes:
        add(f"rung {box.id}", lane_of[box.id], (wide, _height(inner[box.id])))
    sides: list[tuple[Mark, bool]] = []
    for mark in picture.marks:
        part, own, to = labels[mark.id], f"step {mark.id}", f"rung {mark.to}"
        add(own, lane_of[str(mark.to)], (max(line.width for line in part.lines) + 2 * PAD, part.height + 3.0))
        # A demotion leads down, and a lateral move over from side to side: their rungs stand as other steps say.
        if mark.from_ is not None:
            start = f"rung {mark.from_}"
            graph.edge(*((own, start) if mark.kind == "demotion" else (start, own)))
            sides.append((mark, False))
        graph.edge(*((to, own) if mark.kind in ("demotion", "lateral") else (own, to)))
        sides.append((mark, True))
    options: dict[str, Any] = {"direction": "topbottom", "spacing": _SPACING}
    found = graphlay.layout(graph, options=options)
    strips: list[tuple[float, float]] = []
    bounds = found.bounds
    if groups:
        found, strips = _in_lanes(graph, found, options)
    elif bounds["max"]["y"] - bounds["min"]["y"] > TALLEST:
        found = graphlay.layout(graph, options={**options, "wrap": {"viewport_aspect": 1.4}})
    return _turned(found, strips, picture, inner, labels, sides)


_SPACING = {
    "layer_gap": 20.0,
    "node_gap": 22.0,
    "dummy_gap": 16.0,
    "port_gap": 14.0,
    "port_stroke_clear": 8.0,
    "stub": 8.0,
    "isolated_gap": 22.0,
    "bundle_lane_gap": 6.0,
}


def _in_lanes(
    graph: graphlay.Graph, whole: graphlay.Layout, options: dict[str, Any]
) -> tuple[graphlay.Layout, list[tuple[float, float]]]:
    """The programmes side by side in their order: the layout, and from where to where each strip goes.

    Each is laid out by itself in the layers of the whole; then the arrows are led anew.
    """
    layers = {y: rank for rank, y in enumerate(sorted({round(node["center"]["y"], 1) for node in whole.nodes}))}
    strips, left = list[tuple[float, float]](), 0.0
    for lane in range(max(node["group"] for node in graph.nodes) + 1):
        own = [number for number, node in enumerate(graph.nodes) if node["group"] == lane]
        strip = graphlay.Graph()
        for number in own:
            rank = layers[round(whole.nodes[number]["center"]["y"], 1)]
            wide, high = _pair(graph.nodes[number]["size"], "width", "height")
            strip.node(number, width=wide, height=high, rank={"fixed": rank})
        for edge in graph.edges:
            if edge["source"] in own and edge["target"] in own:
                strip.edge(edge["source"], edge["target"])
        placed = graphlay.layout(strip, options=options)
        at = {
            number: (node["center"]["x"], node["size"]["width"]) for number, node in zip(own, placed.nodes, strict=True)
        }
        first = min(x - wide / 2 for x, wide in at.values())
        last = max(x + wide / 2 for x, wide in at.values())
        for number, (x, _) in at.items():
            y = whole.nodes[number]["center"]["y"]
            graph.nodes[number]["position"] = {"x": left + _LANE_SIDE + x - first, "y": y}
        strips.append((left, left + last - first + 2 * _LANE_SIDE))
        left = strips[-1][1]
    return graphlay.reroute(graph, options=options), strips


def _turned(
    found: graphlay.Layout,
    strips: list[tuple[float, float]],
    picture: Picture,
    inner: Mapping[str, tuple[Part, ...]],
    labels: Mapping[str, Part],
    sides: list[tuple[Mark, bool]],
) -> Placing:
    """The layout with its first layer at the bottom, from (0, 0) on; lanes have room for their titles."""
    boxes: list[Placed] = []
    rungs = {f"rung {box.id}": box for box in picture.boxes}
    marks = {f"step {mark.id}": mark for mark in picture.marks}
    for name, node in zip(found.ids, found.nodes, strict=True):
        (x, y), (wide, high) = _pair(node["center"], "x", "y"), _pair(node["size"], "width", "height")
        parts = inner[rungs[name].id] if name in rungs else (labels[marks[name].id],)
        boxes.append(Placed(x - wide / 2, -y - high / 2, wide, high, parts, rungs.get(name), marks.get(name)))
    lines = []
    for (mark, arrives), edge in zip(sides, found.edges, strict=True):
        points = [(x, -y) for x, y in (_pair(point, "x", "y") for point in edge["points"])]
        if mark.kind == "demotion" or (arrives and mark.kind == "lateral"):
            points.reverse()
        lines.append(Arrow(mark, tuple(points), arrives))
    top, foot = min(one.y for one in boxes) - _LANE_SIDE, max(one.y + one.height for one in boxes) + _LANE_SIDE
    named = zip(picture.lanes.values(), strips, strict=False)
    lanes = [Lane(titles, left, top, right - left, foot - top) for titles, (left, right) in named]
    heads = max(map(_lane_head, lanes), default=0.0)
    lanes = [replace(lane, y=lane.y - heads, height=lane.height + heads) for lane in lanes]
    return _from_origin(boxes, lines, lanes)


def _from_origin(boxes: list[Placed], arrows: list[Arrow], lanes: list[Lane]) -> Placing:
    starts: list[Point] = [(one.x, one.y) for one in boxes] + [(one.x, one.y) for one in lanes]
    ends: list[Point] = [(one.x + one.width, one.y + one.height) for one in boxes]
    ends += [(one.x + one.width, one.y + one.height) for one in lanes]
    points = [point for arrow in arrows for point in arrow.points]
    left, top = (min(point[axis] for point in (*starts, *points)) for axis in (0, 1))

    def x(at: float) -> float:
        return round(at - left, 2)

    def y(at: float) -> float:
        return round(at - top, 2)

    return Placing(
        width=x(max(at for at, _ in (*ends, *points))),
        height=y(max(at for _, at in (*ends, *points))),
        boxes=tuple(Placed(x(b.x), y(b.y), b.width, b.height, b.parts, b.box, b.mark) for b in boxes),
        arrows=tuple(Arrow(a.mark, tuple((x(px), y(py)) for px, py in a.points), a.head) for a in arrows),
        lanes=tuple(Lane(n.titles, x(n.x), y(n.y), n.width, n.height) for n in lanes),
    )


def _pair(told: Mapping[str, float], first: str, second: str) -> Point:
    return float(told[first]), float(told[second])


# ------------------------------------------------------------------------------------------------ what stands in boxes


def _common_width(boxes: tuple[Box, ...]) -> float:
    """All rungs are as wide as the widest needs to be, within limits; longer titles are wrapped."""
    wide = NARROWEST
    for box in boxes:
        texts = [(box.titles[0], TITLE, True), (box.titles[1], SECOND, False), (box.held, SMALL, False)]
        wide = max(wide, *(width(text, size, bold=bold) + 2 * PAD for text, size, bold in texts))
        told = [line for mark in box.inside for line in (mark.label, mark.articles, mark.basis)]
        wide = max([wide, *(width(line, SMALL) + 2 * PAD + _SIGN for line in told)])
    return ceil(min(wide, WIDEST))


def _told(mark: Mark, room: float, *, bold: bool) -> list[Line]:
    """What stands in the box of a step: what it is and its articles, on one line if they fit; its clauses."""
    heads = [f"{mark.label} · {mark.articles}"]
    if width(heads[0], SMALL, bold=bold) > room:
        heads = [*wrapped(mark.label, room, SMALL, bold=bold), *wrapped(mark.articles, room, SMALL, bold=bold)]
    lines = [Line(text, SMALL, bold=bold, colour=mark.colour, middle=bold) for text in heads]
    return lines + [Line(text, SMALL, colour="#57606a", middle=bold) for text in wrapped(mark.basis, room, SMALL)]


def _rung_parts(box: Box, wide: float) -> tuple[Part, ...]:
    room = wide - 2 * PAD
    titles = [Line(text, TITLE, bold=True) for text in wrapped(box.titles[0], room, TITLE, bold=True)]
    titles += [Line(text, SECOND, colour="#57606a") for text in wrapped(box.titles[1], room, SECOND)]
    titles += [Line(text, SMALL, bold=True, colour="#7a4b00") for text in wrapped(box.held, room, SMALL, bold=True)]
    parts = [Part(tuple(titles))]
    parts += [Part(tuple(_told(mark, room - _SIGN, bold=False)), mark) for mark in box.inside]
    return tuple(parts)


def _mark_part(mark: Mark) -> Part:
    return Part(tuple(_told(mark, WIDEST_MARK - 2 * PAD, bold=True)), mark)


def _height(parts: tuple[Part, ...]) -> float:
    return round(sum(part.height for part in parts) + 2 * PAD, 1)


def _lane_head(lane: Lane) -> float:
    return sum(size * LEADING * len(lines) for lines, size in lane_titles(lane)) + _LANE_ROOM


def lane_titles(lane: Lane) -> list[tuple[list[str], float]]:
    """A programme's titles in lines that fit its strip, with their sizes."""
    room = lane.width - 2 * PAD
    return [(wrapped(lane.titles[0], room, TITLE), TITLE), (wrapped(lane.titles[1], room, SMALL), SMALL)]
