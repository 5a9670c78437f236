"""A whole cohort held against six clauses, with findings; the opponent reads every column that is used, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from benchmarks.measuring import paired, timed
from events.facts import AmountOf, Catalogue, Kind, Scale, Settings, Term
from ladders.evaluating.explanation import explain
from ladders.evaluating.verdict import assess
from ladders.evidence.columns import FOREVER, NEVER, Columns, Rows
from ladders.model.ladder import Ladder
from ladders.question import Question

LEVELS = ("school", "area", "district", "city", "province", "nation")
SHARES = {"training": 15, "score": 8, "lesson": 4, "paper": 2, "violation": 1}
"""Pieces of evidence for every subject, 30 in all."""
FIRST, LAST = date(2020, 1, 1).toordinal(), date(2026, 6, 30).toordinal()


def run(quick: bool) -> list[dict[str, Any]]:
    """The cohort; the same with a hundredth of the rows voided and some days known to the month; one subject."""
    subjects, rounds = (10_000, 5) if quick else (100_000, 9)
    ladder, question = _ladder(), Question(date(2026, 6, 15), 10**9, CATALOGUE, Settings())
    step, cohort = ladder.steps[0], np.arange(subjects, dtype=np.int32)
    lines = []
    for name, rough in (("assess a cohort, 6 clauses", False), ("the same, rows voided and days uncertain", True)):
        columns = _columns(subjects, rough)
        used = _used(columns)
        verdicts = assess(ladder, step, columns, cohort, question)
        assert len(np.unique(verdicts.outcome)) > 1
        lines.append(
            paired(
                name,
                timed(lambda: assess(ladder, step, columns, cohort, question)),  # noqa: B023 - called in this round
                timed(lambda: [column.sum() for column in used]),  # noqa: B023
                against="NumPy reads every used column once", unit="ms", size=subjects * 30, rounds=rounds,
            )
        )  # fmt: skip
    lines.append(
        paired(
            "explain one subject",
            timed(lambda: explain(ladder, step, columns, subjects // 2, question)),
            timed(lambda: [np.flatnonzero(rows.subject == subjects // 2) for rows in columns.kinds.values()]),
            against="NumPy finds the subject's rows", unit="ms", size=subjects * 30, rounds=rounds,
        )
    )  # fmt: skip
    return lines


def _scale(*terms: str, ordered: bool) -> Scale:
    return Scale(zh="", en="", ordered=ordered, terms=tuple(Term(id=one, zh="", en="") for one in terms))


CATALOGUE = Catalogue(
    scales={
        "level": _scale(*LEVELS, ordered=True),
        "competence": _scale("ethics", "theory", "teaching", "research", ordered=False),
    },
    kinds={
        "training": Kind(
            zh="", en="", amount=AmountOf(unit="hour", scale=1, most=Decimal(200)), attributes={"level": "level"}
        ),
        "score": Kind(
            zh="", en="", amount=AmountOf(unit="point", scale=1, most=Decimal(100)),
            attributes={"competence": "competence"},
        ),
        "lesson": Kind(zh="", en="", attributes={"level": "level"}),
        "paper": Kind(zh="", en="", attributes={"work": "text"}),
        "violation": Kind(zh="", en=""),
    },
)  # fmt: skip


def _ladder() -> Ladder:
    clauses: list[dict[str, Any]] = [
        {"evidence": "training", "at least": 40,
         "then": [{"within": "last 3 years"}, {"only": {"level": "district or better"}}, {"cap": 24}, "sum"]},
        {"evidence": "score", "at least": 75,
         "then": [{"within": "last 3 years"}, {"latest per": "competence"}, "mean"]},
        {"evidence": "lesson", "then": [{"within": "since rung", "else": "last 3 years"}, "count"], "at least": 1},
        {"evidence": "paper", "then": [{"within": "last 5 years"}, {"best per": "work"}, "count"], "at least": 1},
        {"years since": "service", "at least": 3},
        {"evidence": "violation", "then": [{"within": "last 1 year"}, "count"], "at most": 0},
    ]  # fmt: skip
    titled = [
        {"id": f"c{n}", "title": {"zh": "条", "en": "c"}, "basis": "assumed", **one} for n, one in enumerate(clauses)
    ]
    rungs = [{"id": one, "title": {"zh": "级", "en": one}} for one in ("one", "two")]
    title = {"zh": "测", "en": "benchmark"}
    return Ladder.model_validate(
        {
            "format": "jieti-ladder/1", "id": "bench", "title": title, "subject": "person", "rungs": rungs,
            "steps": [{"from": "one", "to": "two", "clauses": titled}],
        }
    )  # fmt: skip


def _columns(subjects: int, rough: bool) -> Columns:
    generator = np.random.default_rng(20260630)
    kinds = {}
    for kind, share in SHARES.items():
        rows = _rows(generator, generator.integers(0, subjects, subjects * share, np.int32), rough)
        count = len(rows)
        attributes = {
            "training": {"level": generator.integers(0, len(LEVELS), count, np.int32)},
            "score": {"competence": generator.integers(0, 4, count, np.int32)},
            "lesson": {"level": generator.integers(0, len(LEVELS), count, np.int32)},
            "paper": {"work": generator.integers(0, count, count, np.int32)},
        }.get(kind, {})
        kinds[kind] = replace(rows, attributes=attributes).in_order()
    for kind in ("standing", "service"):
        rows = _rows(generator, np.arange(subjects, dtype=np.int32), rough=False)
        attributes = (
            dict.fromkeys(("ladder", "rung", "how"), np.zeros(subjects, np.int32)) if kind == "standing" else {}
        )
        kinds[kind] = replace(rows, attributes=attributes).in_order()
    works = tuple(f"work-{n}" for n in range(subjects * SHARES["paper"]))
    terms = {"level": LEVELS, "competence": ("ethics", "theory", "teaching", "research"), "work": works}
    return Columns(10**9, subjects, kinds, {**terms, "ladder": ("bench",), "rung": ("one",), "how": ("granted",)})


def _rows(generator: np.random.Generator, subject: np.ndarray[Any, np.dtype[np.int32]], rough: bool) -> Rows:
    count = len(subject)
    first = generator.integers(FIRST, LAST, count, np.int32)
    last, voided = first.copy(), np.full(count, NEVER)
    if rough:
        last[generator.random(count) < 0.05] += np.int32(29)
        voided[generator.random(count) < 0.01] = 10**8
    position = generator.permutation(count).astype(np.int64)
    return Rows(
        subject, first, last, np.full(count, FOREVER, np.int32), generator.integers(0, 1000, count), position,
        np.zeros(count, np.int32), position, voided,
    )  # fmt: skip


def _used(columns: Columns) -> list[np.ndarray[Any, Any]]:
    """Every column that the clauses look at."""
    used: list[np.ndarray[Any, Any]] = []
    for kind, rows in columns.kinds.items():
        used += [rows.subject, rows.first, rows.last, rows.known, rows.voided]
        used += [rows.amount] if kind in ("training", "score", "paper") else []
        used += [rows.until] if kind == "standing" else []
        used += [codes for name, codes in rows.attributes.items() if kind != "lesson" and name != "how"]
    return used


if __name__ == "__main__":
    import sys

    for line in run("--quick" in sys.argv):
        print(line)
