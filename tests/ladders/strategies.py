"""Random ladders, evidence and questions for the tests of the evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from events.facts import Incomplete, Settings
from ladders.question import Question
from ladders.reference.verdict import Row
from tests.ladders.plain import CATALOGUE, DEGREES, LEVELS, ONE, RUNGS, ladder_of
from tests.ladders.random_clauses import clauses, ladders
from tests.ladders.random_measures import measures

__all__ = ["CATALOGUE", "ONE", "SUBJECTS", "clauses", "evidence", "ladder_of", "ladders", "measures",
           "questions"]  # fmt: skip

SUBJECTS = 3
AS_OFS = st.one_of(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.sampled_from([date(2024, 2, 29), date(2025, 2, 28), date(2026, 8, 31), date(2026, 9, 1), date(2026, 6, 15)]),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """An as-of day among the evidence, a position among its rows, and settings."""
    starts = draw(st.sampled_from(["09-01", "08-15", "02-29", "01-01", "04-31"]))
    known_at = draw(st.one_of(*[st.just(10_000)] * 3, st.integers(0, 100)))
    values = draw(st.sampled_from([{}, {"mode": "strict"}, {"mode": "loose"}]))
    incomplete = draw(st.sampled_from([()] * 5 + [("training",), ("award", "post")]))
    declared = tuple(Incomplete(kind=one, first=date(2025, 1, 1), last=date(2025, 3, 1)) for one in incomplete)
    settings = Settings(school_year_starts=starts, values=values, incomplete=declared)
    return Question(draw(AS_OFS), known_at, CATALOGUE, settings)


@st.composite
def spans(draw: st.DrawFn, first: date | None = None) -> tuple[date, date]:
    """A day, or a month, or a stretch of days."""
    first = first or draw(AS_OFS)
    match draw(st.integers(0, 8)):
        case 3:
            first = first.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case 4:
            return first, first + timedelta(days=draw(st.integers(0, 500)))
        case _:
            return first, first


@st.composite
def evidence(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A few rows of every kind: spans, voids, late knowledge, standings that end, members who come back."""
    position = iter(range(1, 10_000))
    subjects = st.integers(0, SUBJECTS - 1)

    def row(amount: int, attributes: dict[str, str | int], lasts: bool = False, exact: bool = False) -> Row:
        first, last = draw(spans())
        known = next(position)
        until = date.max
        if lasts and draw(st.booleans()):
            until = last + timedelta(days=draw(st.integers(0, 900)))
        return Row(
            draw(subjects), first, first if exact else last, recorded=known, amount=amount, until=until,
            item=draw(st.integers(0, 2)), known=known + draw(st.sampled_from([0, 0, 0, 7])),
            voided=known + draw(st.integers(8, 50)) if draw(st.integers(0, 4)) == 0 else None,
            attributes=attributes,
        )  # fmt: skip

    def some(most: int) -> range:
        return range(draw(st.integers(0, most)))

    def maybe(**known: Sequence[str | int]) -> dict[str, str | int]:
        said = {name: draw(st.sampled_from([None, *terms])) for name, terms in known.items()}
        return {name.replace("_", " "): term for name, term in said.items() if term is not None}

    def one(**known: Sequence[str | int]) -> dict[str, str | int]:
        return {name: draw(st.sampled_from(terms)) for name, terms in known.items()}

    amounts = st.integers(0, 6).map(lambda n: n * 10)
    ladder, works = ("test", "test", "other"), ("w1", "w2")
    rows = {
        "training": [row(draw(amounts), maybe(level=LEVELS, topic="abc", work=works)) for _ in some(9)],
        "paper": [row(0, maybe(level=LEVELS[:3], work=works)) for _ in some(4)],
        "score": [row(draw(amounts) * 10 + 5, maybe(topic="ab")) for _ in some(4)],
        "award": [
            row(0, maybe(level=LEVELS, work=works, role=("core", "other"), rank=(1, 2, 5), entrants=(2, 5, 10)))
            for _ in some(6)
        ],
        "post": [row(0, maybe(level=LEVELS, topic="ab"), lasts=True) for _ in some(5)],
        "leave": [row(0, maybe(topic="ab"), lasts=True) for _ in some(2)],
        "degree": [row(0, maybe(degree=DEGREES)) for _ in some(3)],
        "standing": [
            Row(n, *draw(spans(date(2023, 1, 1))), recorded=next(position), attributes=ONE)
            for n in range(SUBJECTS) if draw(st.integers(0, 7))
        ] + [row(0, one(ladder=ladder, rung=RUNGS, how=["taken over"]), lasts=True) for _ in some(3)],
        "member": [row(0, one(member=range(SUBJECTS), role=("host", "core", "member")), lasts=True) for _ in some(4)],
        "mentee": [row(0, one(member=range(SUBJECTS)), lasts=True) for _ in some(3)],
        "employment": [
            row(0, one(member=range(SUBJECTS), locality=("urban", "rural"), phase=("primary", "junior")), lasts=True)
            for _ in some(4)
        ],
        "studios": [row(0, one(member=range(SUBJECTS)), lasts=True, exact=True) for _ in some(2)],
        "units": [row(0, one(member=range(SUBJECTS)), lasts=True, exact=True) for _ in some(2)],
        "service": [replace(row(0, {}), subject=n) for n in range(SUBJECTS) if draw(st.booleans())],
        "birth": [replace(row(0, {}), subject=n) for n in range(SUBJECTS) if draw(st.booleans())],
        "application": [
            row(0, one(ladder=ladder, rung=RUNGS) | maybe(track="ab"), exact=True) for _ in some(2)
        ],
        "decision": [
            row(draw(amounts) * 10, one(ladder=ladder, rung=RUNGS, outcome=("granted", "declined")), exact=True)
            for _ in some(2)
        ],
        "dispensation": [
            row(draw(st.sampled_from([-1, -1, 0, 1_500_000])), one(ladder=ladder, clause=("c0", "c1", "c0-0")),
                lasts=True, exact=True)
            for _ in some(2)
        ],
    }  # fmt: skip
    return rows | {"used": [row(draw(st.integers(1, 25)), one(ladder=ladder, rung=RUNGS), exact=True) for _ in some(3)]}
