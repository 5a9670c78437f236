"""A ladder as SVG: real letters on white paper of a size that prints; what a step asks is read by pointing at it.

No scripts, no fonts, nothing from elsewhere.  Rungs, steps and clauses bear ``data-rung`` and ``data-step``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import drawsvg

from console.drawing.lettering import FONTS, clean
from console.drawing.picture import Picture
from console.drawing.placing import LEADING as BOX_LEADING
from console.drawing.placing import PAD, Arrow, Lane, Line, Part, Placed, Placing, lane_titles, placing
from console.drawing.sheet import MARGIN, Paper, Row, Sheet, sheet

_STROKE = {"entry": "1.2", "lateral": "1.2", "demotion": "1.1"}
_DASHES = {"demotion": "4 3", "lateral": "6 2"}
_BASELINE = 0.8
_HEAD = 5.5
_LANES = ("#f3f6fb", "#fbf6ee")


def ladder_svg(picture: Picture, *, legend: bool = True) -> tuple[str, Paper]:
    """The picture as a file, and its paper; without a legend the articles are read by pointing at a step alone."""
    placed = placing(picture)
    found = sheet(picture, (placed.width, placed.height), legend=legend)
    drawing = blank(found, picture)
    header(drawing, found)
    x, y = found.graph
    at = f"translate({x:g} {y:g})" + (f" scale({found.scale:g})" if found.scale != 1 else "")
    graph = drawsvg.Group(transform=at)
    draw_graph(graph, placed)
    drawing.append(graph)
    for column in found.columns:
        down = column.y
        for row in column.rows:
            down += row.height
            drawing.append(_legend_row(row, column.x, down - row.size * 0.36))
            if row.bold and row.begins:
                drawing.append(drawsvg.Circle(column.x + 3, down - row.size * 0.68, 2.6, fill=row.colour))
    return written(drawing), found.paper


def blank(found: Sheet, picture: Picture) -> Any:
    """White paper of the sheet's size, which says what it is."""
    paper = found.paper
    drawing = drawsvg.Drawing(
        f"{paper.mm_wide}mm",
        f"{paper.mm_high}mm",
        viewBox=f"0 0 {paper.width:g} {paper.height:g}",
        font_family=FONTS[picture.lang],
        xml__lang="zh-CN" if picture.lang == "zh" else "en",
    )
    drawing.append_title(clean(picture.titles[0]))
    drawing.append(drawsvg.Rectangle(0, 0, f"{paper.width:g}", f"{paper.height:g}", fill="#ffffff"))
    return drawing


def header(drawing: Any, found: Sheet) -> None:
    """The titles and notes at the head of the sheet."""
    down = MARGIN
    for row in found.header:
        down += row.height
        drawing.append(_row(row, MARGIN, down - row.size * 0.3))


def written(drawing: Any) -> str:
    """The drawing as the text of a file."""
    return f"{drawing.as_svg()}\n"


def _row(row: Row, x: float, y: float) -> Any:
    weight = {"font_weight": "bold"} if row.bold else {}
    return drawsvg.Text(row.text, row.size, round(x + row.x, 2), round(y, 2), fill=row.colour, **weight)


def _legend_row(row: Row, x: float, y: float) -> Any:
    text = _row(row, x, y)
    text.args["data-step"] = row.mark
    return text


# ----------------------------------------------------------------------------------------------------------- the graph


def draw_graph(graph: Any, placed: Placing) -> None:
    """Programmes behind, arrows over them, boxes on top."""
    for number, lane in enumerate(placed.lanes):
        graph.append(_lane(lane, _LANES[number % 2]))
    for arrow in placed.arrows:
        graph.append(_arrow(arrow))
    for one in placed.boxes:
        graph.append(_rung(one) if one.box is not None else _step(one))


def _lane(lane: Lane, colour: str) -> Any:
    group = drawsvg.Group()
    size = {"x": f"{lane.x:g}", "y": f"{lane.y:g}", "width": f"{lane.width:g}", "height": f"{lane.height:g}"}
    group.append(drawsvg.Rectangle(**size, rx=6, fill=colour, stroke="#d0d7de", stroke_width="0.8"))
    down = lane.y + 4
    for lines, letters in lane_titles(lane):
        for line in lines:
            down += letters * BOX_LEADING
            middle = lane.x + lane.width / 2
            group.append(_letters(Line(line, letters, colour="#57606a"), middle, down))
    return group


def _letters(line: Line, x: float, y: float) -> Any:
    more = {"font_weight": "bold"} if line.bold else {}
    if line.middle:
        more["text_anchor"] = "middle"
    return drawsvg.Text(line.text, line.size, round(x, 2), round(y, 2), fill=line.colour, **more)


def _rung(one: Placed) -> Any:
    box = one.box
    assert box is not None
    group = drawsvg.Group(data_rung=box.id)
    edge = {"stroke": "#24292f", "stroke_width": "1.8" if box.end else "1.1"}
    group.append(drawsvg.Rectangle(one.x, one.y, one.width, one.height, rx=5, fill="#ffffff", **edge))
    group.append_title("\n".join([*box.titles, f"({box.id})", *([box.held] if box.held else [])]))
    down = one.y + PAD
    for part in one.parts:
        if part.mark is None:
            down = _stacked(group, part, one.x + one.width / 2, down)
        else:
            group.append(_inside(part, one, down))
            down += part.height
    return group


def _inside(part: Part, one: Placed, down: float) -> Any:
    """A step that stays on its rung: a row of the box, with a sign of its kind."""
    mark = part.mark
    assert mark is not None
    group = drawsvg.Group(data_step=mark.id)
    group.append_title(mark.told)
    left, right = one.x + PAD, one.x + one.width - PAD
    group.append(drawsvg.Line(left, down + 2, right, down + 2, stroke="#d0d7de", stroke_width="0.7"))
    x, y = left + 3.2, down + 5 + 4.8
    if mark.kind == "renewal":
        loop = drawsvg.Path(fill="none", stroke=mark.colour, stroke_width="1.1")
        loop.M(round(x + 2.8, 2), round(y - 1.2, 2)).A(3, 3, 0, 1, 1, round(x - 0.6, 2), round(y - 3, 2))
        group.append(loop)
        group.append(_triangle((x - 2.4, y - 3.2), (x + 1.2, y - 3.0), mark.colour, 3.2))
    else:
        for turn in (-1, 1):
            cross = (x - 2.3, y + 2.3 * turn, x + 2.3, y - 2.3 * turn)
            group.append(drawsvg.Line(*(round(at, 2) for at in cross), stroke=mark.colour, stroke_width="1.2"))
    _stacked(group, part, left + 10, down + 5)
    return group


def _stacked(group: Any, part: Part, x: float, down: float) -> float:
    """The lines of a part one under the other; where the next one goes."""
    for line in part.lines:
        group.append(_letters(line, x, down + line.size * _BASELINE + line.size * (BOX_LEADING - 1) / 2))
        down += line.height
    return down


def _step(one: Placed) -> Any:
    mark = one.mark
    assert mark is not None
    group = drawsvg.Group(data_step=mark.id)
    group.append_title(mark.told)
    edge = {"stroke": mark.colour, "stroke_width": "0.9"}
    if mark.kind in _DASHES:
        edge["stroke_dasharray"] = _DASHES[mark.kind]
    group.append(drawsvg.Rectangle(one.x, one.y, one.width, one.height, rx=9, fill="#ffffff", **edge))
    _stacked(group, one.parts[0], one.x + one.width / 2, one.y + 4)
    return group


def _arrow(arrow: Arrow) -> Any:
    mark, points = arrow.mark, list(arrow.points)
    group = drawsvg.Group(data_arrow=mark.id)
    end = points[-1]
    if arrow.head:
        before = points[-2]
        long = max(abs(end[0] - before[0]) + abs(end[1] - before[1]), 0.01)
        back = min(_HEAD * 0.8, long * 0.8)
        points[-1] = (end[0] - (end[0] - before[0]) / long * back, end[1] - (end[1] - before[1]) / long * back)
    line = drawsvg.Path(fill="none", stroke=mark.colour, stroke_width=_STROKE.get(mark.kind, "1.5"))
    if mark.kind in _DASHES:
        line.args["stroke-dasharray"] = _DASHES[mark.kind]
    _rounded(line, points)
    group.append(line)
    if arrow.head:
        group.append(_triangle(arrow.points[-2], end, mark.colour, _HEAD))
    return group


def _rounded(path: Any, points: list[tuple[float, float]]) -> None:
    """A line through the points, its corners rounded."""
    path.M(*_short(points[0]))
    for (before, corner), (_, after) in zip(pairwise(points), pairwise(points[1:]), strict=False):
        path.L(*_short(_towards(corner, before))).Q(*_short(corner), *_short(_towards(corner, after)))
    path.L(*_short(points[-1]))


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    long = ((other[0] - corner[0]) ** 2 + (other[1] - corner[1]) ** 2) ** 0.5
    part = min(5.0, long / 2) / long if long else 0.0
    return corner[0] + (other[0] - corner[0]) * part, corner[1] + (other[1] - corner[1]) * part


def _short(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 2), round(point[1], 2)


def _triangle(before: tuple[float, float], end: tuple[float, float], colour: str, size: float) -> Any:
    """The head of an arrow that comes from a point."""
    x, y = end[0] - before[0], end[1] - before[1]
    long = (x * x + y * y) ** 0.5 or 1.0
    x, y = x / long * size, y / long * size
    left, right = (end[0] - x - y * 0.55, end[1] - y + x * 0.55), (end[0] - x + y * 0.55, end[1] - y - x * 0.55)
    corners = [round(at, 2) for point in (end, left, right) for at in point]
    return drawsvg.Lines(*corners, close=True, fill=colour)
