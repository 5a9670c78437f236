"""Pictures of ladders: everything is in them, nothing lies over anything, and nothing of a file does any harm."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest

from console.drawing.ladder_svg import ladder_svg
from console.drawing.lettering import clean, width, wrapped
from console.drawing.mermaid import mermaid
from console.drawing.page import page
from console.drawing.picture import picture
from console.drawing.placing import PAD, WIDEST_ROW, placing
from console.drawing.pyramid import pyramid, pyramid_svg, year_ends
from console.drawing.sheet import MARGIN, sheet
from events.facts import Catalogue
from ladders.model.ladder import Ladder, flat
from ladders.prose.articles import prose
from tests.console.drawn_ladders import HOSTILE, SVG, drawn, every, hard, ladder, letters, overlapping, rung, step

LADDERS = [pytest.param(one, catalogue, id=name) for name, one, catalogue in every()]
MERMAID = re.compile(
    r"""%%\ [^{}]*
    | flowchart\ BT
    | \ +subgraph\ p\d+\["(?P<lane>[^"]*)"\]
    | \ +end
    | \ +(?P<node>r\d+|start|out)(\["[^"]*"\]|\(\["[^"]*"\]\))
    | \ +(?P<from>r\d+|start)\ (-->|-\.->)\|"(?P<label>[^"]*)"\|\ (?P<to>r\d+|out)
    | \ +linkStyle\ \d+(?:,\d+)*\ stroke:\#[0-9a-f]{6}""",
    re.VERBOSE,
)


@pytest.mark.parametrize(("one", "catalogue"), LADDERS)
def test_every_rung_step_and_clause_is_in_the_picture(one: Ladder, catalogue: Catalogue) -> None:
    text, _ = ladder_svg(drawn(one, catalogue))
    root = Xml.fromstring(text)
    rungs = [group.get("data-rung") for group in root.iter(f"{SVG}g") if group.get("data-rung")]
    assert sorted(map(str, rungs)) == sorted(own.id for own in one.rungs)
    steps = {way.id for way in one.steps}
    steps |= {one.removal_step(own.id, lost.id).id for own in one.rungs for lost in own.removals}
    shown = [group.get("data-step") for group in root.iter(f"{SVG}g") if group.get("data-step")]
    assert sorted(map(str, shown)) == sorted(steps)
    told = letters(text)
    asked = [clause for way in one.steps for clause in flat((*way.clauses, *way.excuse))]
    asked += [clause for own in one.rungs for lost in own.removals for clause in flat(lost.clauses)]
    for title in [clause.title.zh for clause in asked] + [box.title.en for box in one.rungs]:
        assert "".join(clean(title).split()) in told, title
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "defs", "title", "rect", "g", "text", "path", "line", "circle"),
    }
    assert not re.search(r"\son\w+=|href|url\(|style=", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("one", "catalogue"), LADDERS)
def test_no_box_lies_over_another_and_what_stands_in_it_has_room(one: Ladder, catalogue: Catalogue, lang: str) -> None:
    shown = drawn(one, catalogue, "zh" if lang == "zh" else "en")
    placed = placing(shown)
    assert overlapping([(box.x, box.y, box.width, box.height) for box in placed.boxes]) == []
    for box in placed.boxes:
        assert min(box.x, box.y) >= 0
        assert box.x + box.width <= placed.width + 0.01
        assert box.y + box.height <= placed.height + 0.01
        assert sum(part.height for part in box.parts) <= box.height
        assert all(line.width <= box.width - 2 * PAD + 0.1 for part in box.parts for line in part.lines)
    for arrow in placed.arrows:
        for (x1, y1), (x2, y2) in pairwise(arrow.points):
            line = min(x1, x2) - 0.01, min(y1, y2) - 0.01, abs(x1 - x2) + 0.02, abs(y1 - y2) + 0.02
            over = [box for box in placed.boxes if overlapping([line, (box.x, box.y, box.width, box.height)])]
            ends = {arrow.mark.from_, arrow.mark.to}
            assert all(box.mark == arrow.mark or (box.box and box.box.id in ends) for box in over), arrow


@pytest.mark.parametrize(("one", "catalogue"), LADDERS)
def test_the_graph_and_the_articles_stand_beside_one_another_on_the_paper(one: Ladder, catalogue: Catalogue) -> None:
    shown = drawn(one, catalogue)
    placed = placing(shown)
    found = sheet(shown, (placed.width, placed.height))
    areas = [(*found.graph, placed.width * found.scale, placed.height * found.scale)]
    for column in found.columns:
        wide = max(row.x + width(row.text, row.size, bold=row.bold) for row in column.rows)
        areas.append((column.x, column.y, wide, sum(row.height for row in column.rows)))
    assert overlapping(areas) == []
    for x, y, wide, high in areas:
        assert min(x, y) >= MARGIN - 0.1
        assert x + wide <= found.paper.width - MARGIN + 6
        assert y + high <= found.paper.height - MARGIN + 6


def test_the_same_ladder_gives_the_same_bytes() -> None:
    for name, one in hard().items():
        first, again = drawn(one), drawn(hard()[name])
        assert ladder_svg(first) == ladder_svg(again)
        assert mermaid(first) == mermaid(again)
        assert page(first) == page(again)


def test_articles_are_numbered_and_worded_as_show_reads_them() -> None:
    for one, catalogue in (one.values[:2] for one in LADDERS):
        assert isinstance(one, Ladder)
        assert isinstance(catalogue, Catalogue)
        shown = drawn(one, catalogue)
        whole = ["".join(line.split()) for line in prose(one, "zh", catalogue).splitlines()]
        for mark in shown.every:
            for line in mark.chapter.lines:
                assert "".join(line.split()) in whole
            assert mark.clauses >= mark.assumed


def test_a_small_ladder_fits_a4_and_one_of_forty_rungs_goes_on_beside_itself() -> None:
    assert ladder_svg(drawn(hard()["one"]))[1].name == "A4"
    placed = placing(drawn(hard()["forty"]))
    assert placed.height < 1500 < placed.height * 4
    assert ladder_svg(drawn(hard()["forty"]))[1].name in ("A3", "A2")


def test_a_ladder_too_large_for_any_paper_is_drawn_on_a_larger_one() -> None:
    many = ladder([rung(f"r{n}") for n in range(150)], [step(None, f"r{n}", 6) for n in range(150)])
    text, paper = ladder_svg(drawn(many))
    assert paper.name == ""
    assert text.count("data-rung") == 150


def test_lower_rungs_stand_lower_and_rungs_that_nothing_joins_stand_at_the_side() -> None:
    at = {box.box.id: box for box in placing(drawn(hard()["moves"])).boxes if box.box}
    assert at["a"].y > at["b"].y > at["c"].y
    assert at["d"].y > at["e"].y
    circle = {box.box.id: box for box in placing(drawn(hard()["circle"])).boxes if box.box}
    assert circle["alone"].x > max(circle[name].x + circle[name].width for name in "abc")
    assert circle["alone"].y > circle["c"].y
    many = ladder([rung(f"r{n}") for n in range(30)], [step(None, f"r{n}") for n in range(30)])
    at = {box.box.id: box for box in placing(drawn(many)).boxes if box.box}
    for before, after in pairwise(f"r{n}" for n in range(30)):
        assert (at[before].y, at[before].x) < (at[after].y, at[after].x)
    assert placing(drawn(many)).width <= WIDEST_ROW


def test_programmes_are_lanes_side_by_side_in_their_order_with_their_rungs() -> None:
    shown = drawn(hard()["lanes"])
    placed = placing(shown)
    assert [lane.titles[0] for lane in placed.lanes] == ["one工程", "two工程", "three工程"]
    for before, after in pairwise(placed.lanes):
        assert before.x + before.width <= after.x + 0.01
    for box in (one for one in placed.boxes if one.box and one.box.lane):
        (lane,) = [one for one in placed.lanes if one.titles[0].startswith(str(box.box.lane))]  # type: ignore[union-attr]
        assert lane.x <= box.x
        assert box.x + box.width <= lane.x + lane.width
        assert lane.y <= box.y
        assert box.y + box.height <= lane.y + lane.height
    assert all(title in ladder_svg(shown)[0] for title in ("two工程", "programme two"))


def test_hostile_titles_are_letters_and_nothing_else() -> None:
    shown = drawn(hard()["hostile"])
    text, _ = ladder_svg(shown)
    assert "<script" not in text
    assert "\u202e" not in text
    told = letters(text)
    assert "".join(clean(HOSTILE).split()) in told
    drawing = page(shown)
    tags = Tags()
    tags.feed(drawing)
    assert "script" not in tags.seen
    assert {"svg", "h2", "p", "article"} <= tags.seen
    assert drawing.count("<svg") == drawing.count("</svg>") == 1


@pytest.mark.parametrize(("one", "catalogue"), LADDERS)
def test_a_pyramid_has_every_rung_the_top_one_first_and_the_count_of_every_year(
    one: Ladder, catalogue: Catalogue
) -> None:
    days = year_ends(date(1996, 5, 1), date(2026, 6, 30))
    counts = [{own.id: 10**n + year for n, own in enumerate(reversed(one.rungs[-5:]))} for year in range(len(days))]
    shown = picture(one, "zh", catalogue, (), counts[-1], days[-1])
    text, _ = pyramid_svg(pyramid(one, shown, days, counts, since=date(1996, 5, 1)))
    assert "<script" not in text
    groups = [group for group in Xml.fromstring(text).iter(f"{SVG}g") if group.get("data-rung")]
    assert [group.get("data-rung") for group in groups] == [own.id for own in reversed(one.rungs)]
    for group in groups:
        told = str(group.findtext(f"{SVG}title"))
        for day, on_day in zip(days, counts, strict=True):
            assert f"{day}: {on_day.get(str(group.get('data-rung')), 0):,}" in told
    assert "1997年以前的从略" in letters(text)


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize(("one", "catalogue"), LADDERS)
def test_mermaid_has_every_rung_and_step_and_only_lines_of_its_grammar(one: Ladder, catalogue: Catalogue) -> None:
    shown = drawn(one, catalogue)
    text = mermaid(shown)
    found = [MERMAID.fullmatch(line) for line in text.splitlines()]
    assert all(found), [line for line, ok in zip(text.splitlines(), found, strict=True) if not ok]
    nodes = {match["node"] for match in found if match and match["node"]}
    edges = [(match["from"], match["to"]) for match in found if match and match["from"]]
    assert len([node for node in nodes if node.startswith("r")]) == len(one.rungs)
    assert len(edges) == len(shown.every) == len(re.findall(r"[ ,]\d+(?=.* stroke:)", text))
    assert {end for edge in edges for end in edge} <= nodes
    for match in found:
        for said in re.findall(r'"([^"]*)"', match[0]) if match else ():
            assert re.fullmatch(r"(?:[^\"#<>&`;|\[\]{}()]|#\d+;|<br/>)*", said), said


def test_lines_are_broken_between_words_and_chinese_characters_but_not_before_a_mark() -> None:
    assert wrapped("发展对象，核心成员", 50, 10) == ["发展对", "象，核心", "成员"]
    assert wrapped("a development target", 70, 10) == ["a development", "target"]
    assert all(width(line, 10) <= 30.1 for line in wrapped("W" * 40 + "（长）", 30, 10))
    assert wrapped("  ", 30, 10) == []
    assert width("发展", 10) > width("ab", 10)
