"""Random ladders, evidence and questions for the tests of the evaluator, and rows written by hand as columns.

``columns_of`` makes the integers that the fast evaluator reads from the plain rows that the reference reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from events.facts import AmountOf, Catalogue, Kind, Scale, Settings, Term
from ladders.columns import NEVER, Columns, Rows
from ladders.model import Ladder
from ladders.question import Question
from ladders.reference import Row

LEVELS = ("school", "area", "district", "city")
CATALOGUE = Catalogue(
    scales={
        "level": Scale(
            zh="级别", en="level", ordered=True, terms=tuple(Term(id=one, zh=one, en=one) for one in LEVELS)
        ),
        "topic": Scale(
            zh="主题", en="topic", ordered=False, terms=tuple(Term(id=one, zh=one, en=one) for one in "abc")
        ),
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
    },
)  # fmt: skip
"""Hours at one decimal place, scores at two, papers without an amount."""
RUNGS = ("one", "two", "three")
BASIS = "assumed"


def columns_of(evidence: Mapping[str, Sequence[Row]], subjects: int, position: int = 10_000) -> Columns:
    """The rows as columns, in their stated order, with a dictionary per attribute."""
    terms: dict[str, list[str]] = {}
    kinds = {}
    for kind, rows in evidence.items():
        attributes = {}
        for name in sorted({name for row in rows for name in row.attributes}):
            codes = []
            for row in rows:
                value = row.attributes.get(name)
                if isinstance(value, str):
                    known = terms.setdefault(name, [])
                    if value not in known:
                        known.append(value)
                    value = known.index(value)
                codes.append(-1 if value is None else value)
            attributes[name] = np.array(codes, np.int32)

        def days(name: str, rows: Sequence[Row] = rows) -> np.ndarray:
            return np.array([getattr(row, name).toordinal() for row in rows], np.int32)

        def ints(name: str, kind: type = np.int64, rows: Sequence[Row] = rows) -> np.ndarray:
            return np.array([getattr(row, name) for row in rows], kind)

        kinds[kind] = Rows(
            subject=ints("subject", np.int32),
            first=days("first"),
            last=days("last"),
            until=days("until"),
            amount=ints("amount"),
            recorded=ints("recorded"),
            item=ints("item", np.int32),
            known=ints("known"),
            voided=np.array([NEVER if row.voided is None else row.voided for row in rows], np.int64),
            attributes=attributes,
        ).in_order()
    return Columns(position, subjects, kinds, {name: tuple(known) for name, known in terms.items()})


def ladder_of(clauses: Sequence[Mapping[str, Any]], **step: Any) -> Ladder:
    """A ladder of three rungs with one step, to ``two`` unless said otherwise, of these clauses."""
    titled = [_titled(dict(clause), f"c{n}") for n, clause in enumerate(clauses)]
    return Ladder.model_validate(
        {
            "format": "jieti-ladder/1",
            "id": "test",
            "title": {"zh": "试", "en": "test"},
            "subject": "person",
            "tables": {
                "rung": {"by": "to", "columns": ["few", "many"], "rows": {r: [2, 5] for r in RUNGS}},
                "past": {"by": "from", "columns": ["few"], "rows": {r: [3] for r in ("", *RUNGS)}},
            },
            "rungs": [{"id": rung, "title": {"zh": rung, "en": rung}} for rung in RUNGS],
            "steps": [{"from": "one", "to": "two", **step, "clauses": titled}],
        }
    )


def _titled(clause: dict[str, Any], name: str) -> dict[str, Any]:
    clause = {"id": name, "title": {"zh": name, "en": name}, "basis": BASIS, **clause}
    for key in ("all", "any", "none", "of"):
        if key in clause:
            clause[key] = [_titled(dict(one), f"{name}-{n}") for n, one in enumerate(clause[key])]
    return clause


# --------------------------------------------------------------------------------------------------- random parts

SUBJECTS = 3
AS_OFS = st.one_of(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.sampled_from([date(2024, 2, 29), date(2025, 2, 28), date(2026, 8, 31), date(2026, 9, 1), date(2026, 6, 15)]),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """An as-of day among the evidence, a position among its rows, a beginning of the school year."""
    starts = draw(st.sampled_from(["09-01", "08-15", "02-29", "01-01", "04-31"]))
    known_at = draw(st.one_of(st.just(10_000), st.integers(0, 60)))
    return Question(draw(AS_OFS), known_at, CATALOGUE, Settings(school_year_starts=starts))


@st.composite
def spans(draw: st.DrawFn, first: date | None = None) -> tuple[date, date]:
    """A day, or a month, or a stretch of days."""
    first = first or draw(AS_OFS)
    match draw(st.integers(0, 3)):
        case 0:
            first = first.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case 1:
            return first, first + timedelta(days=draw(st.integers(0, 500)))
        case _:
            return first, first


@st.composite
def evidence(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A few rows of every kind: spans, voids, late knowledge, standings that end, members who come back."""
    position = iter(range(1, 10_000))
    subjects = st.integers(0, SUBJECTS - 1)

    def row(amount: int, attributes: dict[str, str | int], lasts: bool = False) -> Row:
        first, last = draw(spans())
        known = next(position)
        until = date.max
        if lasts and draw(st.booleans()):
            until = last + timedelta(days=draw(st.integers(0, 900)))
        return Row(
            draw(subjects), first, last, recorded=known, amount=amount, until=until, item=draw(st.integers(0, 2)),
            known=known + draw(st.sampled_from([0, 0, 0, 7])),
            voided=known + draw(st.integers(8, 50)) if draw(st.integers(0, 4)) == 0 else None,
            attributes=attributes,
        )  # fmt: skip

    def some(most: int) -> range:
        return range(draw(st.integers(0, most)))

    def maybe(name: str, terms: Sequence[str]) -> dict[str, str | int]:
        term = draw(st.sampled_from([None, *terms]))
        return {} if term is None else {name: term}

    amounts = st.integers(0, 6).map(lambda n: n * 10)
    works = ("w1", "w2")
    return {
        "training": [
            row(draw(amounts), maybe("level", LEVELS) | maybe("topic", "abc") | maybe("work", works)) for _ in some(16)
        ],
        "paper": [row(0, maybe("level", LEVELS[:3]) | maybe("work", works)) for _ in some(8)],
        "score": [row(draw(amounts) * 10 + 5, maybe("topic", "ab")) for _ in some(8)],
        "standing": [
            Row(n, *draw(spans(date(2023, 1, 1))), recorded=next(position), attributes=ONE)
            for n in range(SUBJECTS) if draw(st.integers(0, 7))
        ] + [
            row(0, {"ladder": draw(st.sampled_from(["test", "other"])), "rung": draw(st.sampled_from(RUNGS)),
                    "how": "taken over"}, lasts=True) for _ in some(4)
        ],
        "member": [
            row(0, {"member": draw(subjects), "role": draw(st.sampled_from(["host", "core", "member"]))}, lasts=True)
            for _ in some(6)
        ],
        "mentee": [row(0, {"member": draw(subjects)}, lasts=True) for _ in some(4)],
        "service": [replace(row(0, {}), subject=n) for n in range(SUBJECTS) if draw(st.booleans())],
        "birth": [replace(row(0, {}), subject=n) for n in range(SUBJECTS) if draw(st.booleans())],
    }  # fmt: skip


ONE: dict[str, str | int] = {"ladder": "test", "rung": "one", "how": "granted"}
ATTRIBUTES = {
    "training": ("level", "topic", "work"), "paper": ("level", "work"), "score": ("topic",),
    "standing": ("ladder", "rung", "how"), "member": ("role", "member"), "mentee": ("member",),
    "service": (), "birth": (),
}  # fmt: skip
TERMS: dict[str, tuple[Any, ...]] = {
    "level": ("school", "district", "district or better", ["area", "city"], "never seen", "never seen or better"),
    "topic": ("a", ["a", "b"], "a or better"),
    "work": ("w1", ["w1", "w2"]),
    "ladder": ("test", "other"), "rung": ("one", ["two", "three"]), "how": ("granted", "taken over"),
    "role": ("core", ["host", "core"]), "member": ("w1",),
}  # fmt: skip
FIXED = st.sampled_from(
    ["last 3 years", "last 1 year", "last 6 months", "last 30 days", "today", "from 2023-09-01 to 2025-08-31",
     "from 2024-02-29 to 2030-01-01"]
)  # fmt: skip
LIMITS = st.sampled_from([Decimal(0), Decimal(1), Decimal(4), "rung.few", "rung.many"])


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    """Any measure that has a meaning."""
    kind = draw(st.sampled_from(["training"] * 3 + ["score", "paper", *ATTRIBUTES]))
    measure: dict[str, Any] = {"evidence": kind}
    keys = [*ATTRIBUTES[kind], "school year"]
    if draw(st.integers(0, 3)) == 0:
        measure["through"] = draw(st.sampled_from(["members", "mentees"]))
        keys.append("member")
        if draw(st.integers(0, 3)) == 0:
            measure["roles"] = draw(st.sampled_from([["core"], ["host", "member"]]))
    lines: list[Any] = []
    grouped = False
    for _ in range(draw(st.integers(0, 4))):
        choice = draw(st.sampled_from(["within"] * 3 + ["only", "except", "per", "per", "cap", "floor"]))
        if choice == "within" and not grouped:
            since = draw(st.sampled_from(["", "", "since rung", "since service"]))
            line: dict[str, Any] = {"within": since or draw(FIXED)}
            if since and draw(st.booleans()):
                line["else"] = draw(st.one_of(FIXED, st.just("since service")))
            lines.append(line)
        elif choice in ("only", "except") and ATTRIBUTES[kind]:
            names = draw(st.lists(st.sampled_from(ATTRIBUTES[kind]), min_size=1, max_size=2, unique=True))
            lines.append({choice: {name: draw(st.sampled_from(TERMS[name])) for name in names}})
        elif choice == "per":
            verbs = ["best per", "sum per", "count per"] + ([] if grouped else ["best per", "latest per"])
            verb = draw(st.sampled_from(verbs))
            lines.append({verb: draw(st.sampled_from(keys if not grouped else keys[:-1] or keys))})
            grouped = grouped or verb in ("sum per", "count per")
        elif choice in ("cap", "floor"):
            lines.append({choice: draw(LIMITS)})
    lines.append(draw(st.sampled_from(["sum", "sum", "count", "mean", "best"] + ([] if grouped else ["latest"]))))
    if draw(st.integers(0, 3)) == 0:
        lines.append({draw(st.sampled_from(["cap", "floor"])): draw(LIMITS)})
    return {**measure, "then": lines}


@st.composite
def clauses(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """Any clause: a comparison, a rung held, or a group of clauses."""
    match draw(st.integers(0, 7 if depth else 5)):
        case 0:
            return {"holds": draw(st.sampled_from([["one"], ["two", "three"]])),
                    **({"ladder": "other"} if draw(st.booleans()) else {})}  # fmt: skip
        case 1:
            clause: dict[str, Any] = {"years since": draw(st.sampled_from(["service", "birth", "rung"]))}
        case 6 | 7:
            options = draw(st.lists(clauses(depth=depth - 1), min_size=1, max_size=3))
            combination = draw(st.sampled_from(["all", "any", "none", "of"]))
            group: dict[str, Any] = {combination: options}
            if combination == "of":
                group["at least"] = draw(st.integers(1, len(options)))
            return group
        case _:
            clause = draw(measures())
    asked = st.one_of(
        st.sampled_from([Decimal(0), Decimal(1), Decimal(2), Decimal("1.5"), Decimal("3.005"), "rung.few", "past.few"]),
        st.integers(0, 6).map(Decimal),
    )
    names = st.sampled_from(["at least", "at most", "more than", "less than"])
    for name in draw(st.lists(names, min_size=1, max_size=2, unique=True)):
        clause[name] = draw(asked)
    if draw(st.integers(0, 3)) == 0:
        clause["absent"] = draw(st.sampled_from(["met", "not met"]))
    return clause


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """A ladder whose step has a few random clauses."""
    step: dict[str, Any] = draw(
        st.sampled_from([{}] * 4 + [{"from": "one", "to": "one", "kind": "renewal"}, {"from": None}])
    )
    return ladder_of(draw(st.lists(clauses(), min_size=1, max_size=4)), **step)
