"""The pyramid of a ladder: how many hold each rung, the places beside them, and the holders at the end of each year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import drawsvg

from console.drawing.ladder_svg import blank, header, written
from console.drawing.lettering import clean, width, wrapped
from console.drawing.picture import Picture
from console.drawing.sheet import LEADING, MARGIN, PAPERS, Paper, Row, Sheet, heading
from ladders.model.ladder import Ladder
from ladders.prose.routes import places_said

MOST_YEARS = 30
"""More years than that are not drawn; the sheet says which are left out."""
_LEAST_ROW, _MOST_ROW = 46.0, 110.0
_LABELS, _GAP = 118.0, 16.0
_BAR, _YEARS, _GREY, _PLACES, _LETTERS = "#1f4e8c", "#7f9cc4", "#57606a", "#9a6700", 7.5


@dataclass(frozen=True)
class Tier:
    """A rung of the pyramid: its titles, who holds it now and at the end of each year, its places as they are said.

    ``number`` is how many places a cycle has, where that is one number for the whole district.
    """

    id: str
    titles: tuple[str, str]
    holders: int
    held: str
    places: tuple[str, ...]
    number: int | None
    years: tuple[int, ...]


@dataclass(frozen=True)
class Pyramid:
    """The tiers, the top one first, and the days at which the years were counted."""

    picture: Picture
    tiers: tuple[Tier, ...]
    days: tuple[date, ...]


def year_ends(first: date | None, as_of: date) -> tuple[date, ...]:
    """The last day of each year from the first day on, and the day itself where its year is not over."""
    begins = as_of.year if first is None else min(first.year, as_of.year)
    every = [min(date(year, 12, 31), as_of) for year in range(begins, as_of.year + 1)]
    return tuple(every[-MOST_YEARS:])


def pyramid(
    ladder: Ladder, picture: Picture, days: Sequence[date], counted: Sequence[Mapping[str, int]], *, since: date | None
) -> Pyramid:
    """The pyramid of a ladder whose holders were counted at those days, the last of which is that of the picture."""
    tiers = []
    for box in reversed(picture.boxes):
        routes = [ladder.routes[step.route] for step in ladder.steps_to(box.id) if step.route is not None]
        said = [text for route in routes if (text := places_said(route, picture.lang)) is not None]
        whole = [one.of(box.id).number for route in routes if (one := route.places) is not None and one.per is None]
        numbers = {number for number in whole if isinstance(number, int)}
        tiers.append(
            Tier(
                id=box.id,
                titles=box.titles,
                holders=box.holders or 0,
                held=box.held,
                places=tuple(dict.fromkeys(map(clean, said))),
                number=numbers.pop() if len(numbers) == 1 else None,
                years=tuple(on_day.get(box.id, 0) for on_day in counted),
            )
        )
    if since is not None and since.year < days[0].year:
        note = picture.say(f"{days[0].year} 年以前的从略", f"the years before {days[0].year} are left out")
        picture = picture.with_notes(note)
    return Pyramid(picture, tuple(tiers), tuple(days))


def pyramid_svg(one: Pyramid) -> tuple[str, Paper]:
    """The pyramid on the left and the years on the right, a rung a line; and the paper, the smallest with room."""
    paper, rows = _paper(one)
    top = MARGIN + sum(row.height for row in rows) + 14.0
    drawing = blank(Sheet(paper, rows, (MARGIN, top), 1.0, ()), one.picture)
    header(drawing, Sheet(paper, rows, (MARGIN, top), 1.0, ()))
    inside = paper.width - 2 * MARGIN
    bars = (inside - _LABELS - 2 * _GAP) * 0.48
    left = MARGIN + _LABELS + _GAP
    right = left + bars + _GAP
    high = _row(one, paper, top)
    heads = (
        (left + bars / 2, _bars_said(one)),
        (
            right + (MARGIN + inside - right) / 2,
            one.picture.say(
                "历年年末（* 截至当天；各级比例尺不同）", "at each year's end (* on the day; each to its own scale)"
            ),
        ),
    )
    for x, text in heads:
        drawing.append(drawsvg.Text(text, 8.5, _2(x), _2(top + 8), text_anchor="middle", fill=_GREY))
    most = max([1, *(max(tier.holders, tier.number or 0) for tier in one.tiers)])
    down = top + 16
    for tier in one.tiers:
        group = drawsvg.Group(data_rung=tier.id)
        group.append_title(_told(one, tier))
        _label(group, tier, MARGIN, down + high / 2, high)
        _bar(group, tier, (left, down, bars, high), most)
        _small(group, one.days, tier, (right, down, MARGIN + inside - right, high))
        drawing.append(group)
        down += high
    return written(drawing), paper


def _paper(one: Pyramid) -> tuple[Paper, tuple[Row, ...]]:
    for pair in PAPERS:
        for paper in pair:
            rows = tuple(heading(one.picture, paper.width - 2 * MARGIN))
            top = MARGIN + sum(row.height for row in rows) + 14.0
            if _row(one, paper, top) >= _LEAST_ROW:
                return paper, rows
    wide, more = PAPERS[-1][1], len(one.tiers) * _LEAST_ROW + 200
    return Paper("", wide.mm_wide, round(more / 72 * 25.4)), tuple(heading(one.picture, wide.width - 2 * MARGIN))


def _row(one: Pyramid, paper: Paper, top: float) -> float:
    return min(_MOST_ROW, (paper.height - MARGIN - top - 30.0) / len(one.tiers))


def _told(one: Pyramid, tier: Tier) -> str:
    years = [f"{day}: {count:,}" for day, count in zip(one.days, tier.years, strict=True)]
    return "\n".join([*tier.titles, tier.held, *tier.places, *years])


def _bars_said(one: Pyramid) -> str:
    """What the bars on the left are."""
    said = one.picture.say(f"持有人数（{one.days[-1]}）", f"holders on {one.days[-1]}")
    if any(tier.number is not None for tier in one.tiers):
        said += one.picture.say("，虚线为每次评审的名额", ", dashed: the places of a cycle")
    return said


def _label(group: Any, tier: Tier, x: float, middle: float, high: float) -> None:
    """The titles, as much of them as the row has room for; the rest is read by pointing."""
    most = max(int(high / 2 // (9.5 * LEADING)), 1)
    lines = [(text, 9.5, True, "#1b1f24") for text in _cut(wrapped(tier.titles[0], _LABELS, 9.5, bold=True), most)]
    lines += [(text, _LETTERS, False, _GREY) for text in _cut(wrapped(tier.titles[1], _LABELS, _LETTERS), most)]
    down = middle - sum(size * LEADING for _, size, _, _ in lines) / 2
    for text, size, bold, colour in lines:
        down += size * LEADING
        weight = {"font_weight": "bold"} if bold else {}
        group.append(drawsvg.Text(text, size, _2(x), _2(down - size * 0.3), fill=colour, **weight))


def _cut(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _bar(group: Any, tier: Tier, area: tuple[float, float, float, float], most: int) -> None:
    """The holders as a bar about the middle, the places as an outline, and what they are in words beneath."""
    x, y, wide, high = area
    said = wrapped("；".join(tier.places), wide, _LETTERS)[: max(int((high - 30.0) // 9), 1)]
    middle, thick = x + wide / 2, min(52.0, high - 16.0 - 9.0 * len(said))
    y += (high - thick - 4.0 - 9.0 * len(said)) / 2
    long = wide * tier.holders / most
    shown = max(long, 1.0)
    if tier.holders:
        group.append(drawsvg.Rectangle(_2(middle - shown / 2), _2(y + 2), _2(shown), _2(thick), fill=_BAR))
    else:
        group.append(drawsvg.Line(_2(middle), _2(y + 2), _2(middle), _2(y + 2 + thick), stroke="#d0d7de"))
    places = wide * (tier.number or 0) / most
    if tier.number is not None:
        edge = {"stroke": _PLACES, "stroke_width": "1.1", "stroke_dasharray": "3 2"}
        group.append(
            drawsvg.Rectangle(_2(middle - places / 2), _2(y - 1), _2(places), _2(thick + 6), fill="none", **edge)
        )
    told, letters = width(tier.held, 8.5, bold=True), {"font_weight": "bold"}
    at = middle + max(long, places) / 2 + 5
    if long > told + 2:
        letters |= {"text_anchor": "middle", "fill": "#ffffff"}
        at = middle
    elif at + told > x + wide:  # beside it there is no room: over it, in a white halo
        letters |= {"text_anchor": "middle", "stroke": "#ffffff", "stroke_width": "3", "paint_order": "stroke"}
        at = middle
    group.append(drawsvg.Text(tier.held, 8.5, _2(at), _2(y + 5 + thick / 2), **letters))
    down = y + thick + 6
    for line in said:
        down += 9
        group.append(drawsvg.Text(line, _LETTERS, _2(middle), _2(down), fill=_PLACES, text_anchor="middle"))


def _small(group: Any, days: Sequence[date], tier: Tier, area: tuple[float, float, float, float]) -> None:
    """A bar for each year, on a scale of the rung's own; numbers where they have room."""
    x, y, wide, high = area
    step = min(wide / len(days), 46.0)
    top, foot = y + 9.0, y + high - 14.0
    most = max([1, *tier.years])
    group.append(
        drawsvg.Line(_2(x), _2(foot), _2(x + step * len(days)), _2(foot), stroke="#d0d7de", stroke_width="0.8")
    )
    for number, (day, count) in enumerate(zip(days, tier.years, strict=True)):
        left, last = x + number * step, number == len(days) - 1
        tall = (foot - top) * count / most
        if count:
            fill = _BAR if last else _YEARS
            group.append(
                drawsvg.Rectangle(
                    _2(left + step * 0.15), _2(foot - max(tall, 0.8)), _2(step * 0.7), _2(max(tall, 0.8)), fill=fill
                )
            )
        said = f"{count:,}"
        if width(said, 6.5) < step or last or count == most:
            group.append(
                drawsvg.Text(said, 6.5, _2(left + step / 2), _2(foot - tall - 2), fill=_GREY, text_anchor="middle")
            )
        full = (day.month, day.day) == (12, 31)
        name = str(day.year) if step > 20 else f"{day.year % 100:02}"
        if step > 9 or number % 5 == 0 or last:
            text = name if full else f"{name}*"
            group.append(drawsvg.Text(text, 6.5, _2(left + step / 2), _2(foot + 8), fill=_GREY, text_anchor="middle"))


def _2(number: float) -> float:
    return round(number, 2)
