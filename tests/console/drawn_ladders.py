"""Ladders to draw: made to be hard on a picture, and those of the house."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from console.drawing.picture import Picture, picture
from engine.district import default_catalogue
from events.facts import Catalogue
from ladders.model.ladder import Ladder
from ladders.prose.articles import Lang
from ladders.reading.loading import load, load_catalogue, shipped, shipped_ladders
from tests.ladders.test_prose import EVERYTHING

REGULATIONS = Path(__file__).parents[1] / "regulations"
HOSTILE = '<script>alert("x")</script> & ]]> \' " `x` {%} [end] #quot; %%{init}%% \u202e-->|a|'
SVG = "{http://www.w3.org/2000/svg}"


def clause(number: int) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "title": {"zh": f"教龄满{number}年", "en": f"{number} years of service"},
        "years since": "service",
        "at least": number,
        "basis": "assumed" if number % 2 else {"document": "rules", "passage": f"第{number}条"},
    }


def rung(name: str, zh: str = "", en: str = "", **more: Any) -> dict[str, Any]:
    return {"id": name, "title": {"zh": zh or f"第{name}级", "en": en or f"rung {name}"}, **more}


def step(start: str | None, end: str, clauses: int = 1, **more: Any) -> dict[str, Any]:
    begins = {"from": start} if start else {}
    return begins | {"to": end, "clauses": [clause(n + 1) for n in range(clauses)], **more}


def ladder(rungs: list[dict[str, Any]], steps: list[dict[str, Any]], **more: Any) -> Ladder:
    """A ladder that need not stand a check: what is drawn may be a draft."""
    rules = {"title": {"zh": "办法", "en": "Rules"}, "issuer": {"zh": "局", "en": "Bureau"}, "status": "draft"}
    told: dict[str, Any] = {
        "format": "jieti-ladder/1",
        "id": "drawn",
        "title": {"zh": "所画的阶梯", "en": "The ladder drawn"},
    }
    told |= {"subject": "person", "documents": {"rules": rules}, "rungs": rungs, "steps": steps, **more}
    return Ladder.model_validate(told)


def hard() -> dict[str, Ladder]:
    """By name, ladders that are hard to draw, some of which would not stand a check."""
    lost = {"title": {"zh": "考核不合格", "en": "failed the check"}, "clauses": [clause(1)]}
    circle = [step(None, "a"), step("a", "b"), step("b", "c"), step("c", "a"), step("c", "c", kind="renewal")]
    moves = [step(None, "a"), step("a", "b", 3, trigger="duty"), step("b", "c", 2), step("b", "d", kind="lateral")]
    moves += [
        step("c", "d", kind="lateral"),
        step("d", "e"),
        step("a", "e", way="fast"),
        step("b", "e", trigger="right"),
    ]
    removals = [lost | {"id": "x", "effect": "demote", "to": "a"}, lost | {"id": "y", "effect": "revoke"}]
    chain = [step(f"r{n - 1}" if n else None, f"r{n}") for n in range(40)]
    programmes = {name: {"title": {"zh": f"{name}工程", "en": f"programme {name}"}} for name in ("one", "two", "three")}
    grouped = [rung(f"{name[:2]}{n}", programme=name) for name in ("three", "one", "two") for n in (1, 2)]
    climbs = ["on1", "on2", "tw1", "tw2", "th1", "th2"]
    lanes = [step(None, "on1"), *(step(a, b, 4) for a, b in pairwise(climbs)), step("on1", "th1")]
    return {
        "circle": ladder([rung("a"), rung("b"), rung("c"), rung("alone"), rung("too")], circle),
        "moves": ladder([rung("a"), rung("b"), rung("c", removals=removals), rung("d"), rung("e", end=True)], moves),
        "ways": ladder([rung("a"), rung("b")], [step(None, "a"), *(step("a", "b", way=f"w{n}") for n in range(12))]),
        "forty": ladder([rung(f"r{n}") for n in range(40)], chain),
        "hostile": ladder(
            [rung("a", HOSTILE, HOSTILE * 4), rung("b", "很长的题目" * 20, "W" * 90)], chain[:0] + moves[:2]
        ),
        "lanes": ladder([*grouped, rung("none")], [*lanes, step(None, "none")], programmes=programmes),
        "one": ladder([rung("a")], [step(None, "a")]),
    }


def every() -> Iterator[tuple[str, Ladder, Catalogue]]:
    """The hard ones, those that ship, and the regulations of the tests: name, ladder, catalogue."""
    for name, one in hard().items():
        yield name, one, default_catalogue()
    yield "everything", EVERYTHING, default_catalogue()
    for file in shipped_ladders():
        yield file.removesuffix(".yaml"), load(shipped(file), file), default_catalogue()
    for path in sorted(REGULATIONS.glob("*.yaml")):
        if len(path.suffixes) == 1:
            known = path.with_suffix(".catalogue.yaml")
            yield path.stem, load(path.read_bytes(), path.name), load_catalogue(known.read_bytes(), known.name)


def drawn(one: Ladder, catalogue: Catalogue | None = None, lang: Lang = "zh") -> Picture:
    """What is drawn of a ladder without a district; made once for each."""
    key = id(one), lang
    if key not in _DRAWN:
        _DRAWN[key] = one, picture(one, lang, catalogue or default_catalogue())
    return _DRAWN[key][1]


_DRAWN: dict[tuple[int, Lang], tuple[Ladder, Picture]] = {}
"""With the ladder, so that no other can come to have its id."""


def letters(svg: str) -> str:
    """Everything that is written in a picture, also what is read by pointing, without spaces."""
    return "".join("".join(text.split()) for text in Xml.fromstring(svg).itertext())


def overlapping(boxes: list[tuple[float, float, float, float]]) -> list[tuple[int, int]]:
    """Which of these boxes (x, y, width, height) lie over one another."""
    return [
        (i, j)
        for (i, a), (j, b) in combinations(enumerate(boxes), 2)
        if min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]) > 0.01
        and min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]) > 0.01
    ]
