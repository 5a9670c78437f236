"""A catalogue, and ladders of a few clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from events.facts import AmountOf, Catalogue, Kind, Scale, Term
from ladders.model.ladder import Ladder

LEVELS = ("school", "area", "district", "city")
DEGREES = ("college", "bachelor", "master")


def _scale(zh: str, en: str, terms: Sequence[str], ordered: bool = True) -> Scale:
    return Scale(zh=zh, en=en, ordered=ordered, terms=tuple(Term(id=one, zh=one, en=one) for one in terms))


CATALOGUE = Catalogue(
    scales={
        "level": _scale("级别", "level", LEVELS),
        "topic": _scale("主题", "topic", "abc", ordered=False),
        "degree": _scale("学历", "degree", DEGREES),
        "mode": _scale("模式", "mode", ("loose", "strict")),
    },
    kinds={
        "training": Kind(
            zh="培训", en="training", amount=AmountOf(unit="hour", scale=1, most=Decimal(999)),
            attributes={"level": "level", "topic": "topic", "work": "text"},
        ),
        "paper": Kind(zh="论文", en="paper", attributes={"level": "level", "work": "text"}),
        "score": Kind(
            zh="评分", en="score", amount=AmountOf(unit="point", scale=2, most=Decimal(100)),
            attributes={"topic": "topic"},
        ),
        "award": Kind(
            zh="获奖", en="award",
            attributes={"level": "level", "work": "text", "role": "text", "rank": "number", "entrants": "number"},
        ),
        "post": Kind(zh="任职", en="post", attributes={"level": "level", "topic": "topic"}, lasting=True),
        "leave": Kind(zh="请假", en="leave", attributes={"topic": "topic"}, lasting=True),
        "degree": Kind(zh="学历", en="degree", attributes={"degree": "degree"}),
    },
)  # fmt: skip
"""Hours at one decimal place, scores at two, papers and awards without an amount, posts and leave that last."""
RUNGS = ("one", "two", "three")
BASIS = "assumed"
ONE: dict[str, str | int] = {"ladder": "test", "rung": "one", "how": "granted"}


def ladder_of(clauses: Sequence[Mapping[str, Any]], more: Mapping[str, Any] | None = None, **step: Any) -> Ladder:
    """A ladder of three rungs with one step, to ``two`` unless said otherwise, of these clauses.

    ``more`` are further parts of the file; its ``tables`` stand beside those that every ladder here has, its ``steps``
    and ``requirements`` are titled like the clauses.
    """
    more = dict(more or {})
    tables = {
        "rung": {"by": "to", "columns": ["few", "many"], "rows": {r: [2, 5] for r in RUNGS}},
        "past": {"by": "from", "columns": ["few"], "rows": {r: [3] for r in ("", *RUNGS)}},
        **more.pop("tables", {}),
    }
    lists = {name: titled(listed, f"{name}-") for name, listed in more.pop("requirements", {}).items()}
    others = [{**one, "clauses": titled(one["clauses"], f"s{n}-")} for n, one in enumerate(more.pop("steps", []))]
    return Ladder.model_validate(
        {
            "format": "jieti-ladder/1",
            "id": "test",
            "title": {"zh": "试", "en": "test"},
            "subject": "person",
            "tables": tables,
            "requirements": lists,
            "rungs": [{"id": rung, "title": {"zh": rung, "en": rung}} for rung in RUNGS],
            "steps": [{"from": "one", "to": "two", **step, "clauses": titled(clauses, "c")}, *others],
            **more,
        }
    )


def titled(clauses: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """The clauses with ids, titles and a basis where they lack them: ``c0``, ``c1``, their options ``c0-0``."""
    return [_titled(dict(clause), f"{name}{n}") for n, clause in enumerate(clauses)]


def _titled(clause: dict[str, Any], name: str) -> dict[str, Any]:
    clause = {"id": name, "title": {"zh": name, "en": name}, "basis": BASIS, **clause}
    for key in ("all", "any", "none", "of"):
        if key in clause:
            clause[key] = titled(clause[key], f"{name}-")
    for key in ("when", "unless", "each"):
        if key in clause:
            clause[key] = _titled(dict(clause[key]), f"{name}-{key}")
    return clause
