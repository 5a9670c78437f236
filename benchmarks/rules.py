"""Forty clauses held against a cohort, one subject explained, a long file checked.

The opponent of the cohort is ``benchmarks.rules_by_hand``, a NumPy program for these very rules; every finding of both
is the same.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
import yaml

from benchmarks.measuring import paired, timed
from benchmarks.rules_by_hand import by_hand
from events.facts import AmountOf, Catalogue, Kind, Scale, Settings, Term
from ladders.checking.check import check_file
from ladders.evaluating.explanation import explain
from ladders.evaluating.verdict import Verdicts, assess
from ladders.evidence.columns import FOREVER, NEVER, Columns, Rows
from ladders.model.ladder import Ladder
from ladders.question import Question

LEVELS = ("school", "area", "district", "city", "province", "nation")
TOPICS = ("ethics", "theory", "teaching", "research", "practice")
COMPETENCES = ("moral", "lessons", "class", "growth")
ROLES = ("first", "second", "third")
SHARES = {"training": 24, "score": 12, "lesson": 8, "paper": 6, "award": 7, "violation": 1}
"""Pieces of evidence for every subject; with a standing and the beginning of service 60."""
FIRST, LAST, TODAY = date(2020, 1, 1).toordinal(), date(2026, 6, 10).toordinal(), date(2026, 6, 15)
LINES = 2000
"""Lines of the file that is checked."""


def run(quick: bool) -> list[dict[str, Any]]:
    """The cohort, the same with twice the facts, one subject, a long file."""
    subjects, rounds = (10_000, 5) if quick else (100_000, 9)
    ladder, question = ladder_of_40(), Question(TODAY, 10**9, CATALOGUE, Settings())
    step, cohort, lines = ladder.steps[0], np.arange(subjects, dtype=np.int32), []
    for name, times in (("40 clauses for a cohort, 60 facts each", 1), ("the same, 120 facts each", 2)):
        columns = columns_of(subjects, times)
        same(assess(ladder, step, columns, cohort, question), by_hand(columns, TODAY))
        lines.append(
            paired(
                name,
                timed(lambda: assess(ladder, step, columns, cohort, question)),  # noqa: B023 - called in this round
                timed(lambda: by_hand(columns, TODAY)),  # noqa: B023
                against="NumPy by hand for these rules", unit="ms", size=subjects * 60 * times, rounds=rounds,
            )
        )  # fmt: skip
    lines.append(
        paired(
            "explain one subject, 40 clauses",
            timed(lambda: explain(ladder, step, columns, subjects // 2, question)),
            timed(lambda: [np.flatnonzero(rows.subject == subjects // 2) for rows in columns.kinds.values()]),
            against="NumPy finds the subject's rows", unit="ms", size=subjects * 120, rounds=rounds,
        )
    )  # fmt: skip
    text = long_file()
    lines.append(
        paired(
            "check a ladder file of 2,000 lines",
            timed(lambda: check_file(text, "long.yaml", CATALOGUE)),
            timed(lambda: yaml.safe_load(text)),
            against="PyYAML reads it", unit="ms", size=text.count(b"\n"), rounds=3,
        )
    )  # fmt: skip
    return lines


def same(ours: Verdicts, theirs: dict[str, Any]) -> None:
    """Fail unless every finding on everybody is the same."""
    everybody = slice(0, len(ours.outcome))
    np.testing.assert_array_equal(ours.outcome, theirs["outcome"])
    assert len(np.unique(ours.outcome)) > 1
    for entry, found in zip(ours.entries, ours.found, strict=True):
        outcome, value, over, defined = theirs[entry.id]
        np.testing.assert_array_equal(found.outcome[everybody], outcome, entry.id)
        if found.undefined is not None or defined is not None:
            there = np.ones(len(ours.outcome), np.bool_) if found.undefined is None else ~found.undefined[everybody]
            np.testing.assert_array_equal(there, True if defined is None else defined, entry.id)
        assert found.low is not None
        assert found.open is None
        where = slice(None) if defined is None else defined
        np.testing.assert_array_equal(found.low[everybody][where], value[where], entry.id)
        mine = found.over if isinstance(found.over, int) else found.over[everybody][where]
        np.testing.assert_array_equal(mine, over if isinstance(over, int) else over[where], entry.id)


# ------------------------------------------------------------------------------------------------------ the rules


def _scale(*terms: str, ordered: bool) -> Scale:
    return Scale(zh="甲", en="scale", ordered=ordered, terms=tuple(Term(id=one, zh=one, en=one) for one in terms))


CATALOGUE = Catalogue(
    scales={
        "level": _scale(*LEVELS, ordered=True), "topic": _scale(*TOPICS, ordered=False),
        "competence": _scale(*COMPETENCES, ordered=False), "role": _scale(*ROLES, ordered=False),
    },
    kinds={
        "training": Kind(
            zh="培训", en="training", amount=AmountOf(unit="hour", scale=1, most=Decimal(200)),
            attributes={"level": "level", "topic": "topic"},
        ),
        "score": Kind(
            zh="评分", en="score", amount=AmountOf(unit="point", scale=1, most=Decimal(100)),
            attributes={"competence": "competence"},
        ),
        "lesson": Kind(zh="公开课", en="lesson", attributes={"level": "level"}),
        "paper": Kind(zh="论文", en="paper", attributes={"work": "text", "level": "level"}),
        "award": Kind(zh="获奖", en="award", attributes={"level": "level", "role": "role"}),
        "violation": Kind(zh="违规", en="violation"),
    },
)  # fmt: skip

_3, _1, _5 = {"within": "last 3 years"}, {"within": "last 1 year"}, {"within": "last 5 years"}
_RUNG = {"within": "since rung", "else": "last 3 years"}
_GOOD = {"only": {"level": "district or better"}}
_NESTED = [{"cap": 24}, {"sum per": "topic"}, {"cap": 40}, "sum", {"cap": 100}]
_MEASURES = {
    "paper-points": {
        "evidence": "paper",
        "then": [_5, {"worth": "points.paper"}, {"best per": "work"}, {"sum per": "level"}, {"cap": 6}, "sum"],
    },
    "award-points": {"evidence": "award", "then": [_5, {"worth": "points.award"}, {"times": "share.part"}, "sum"]},
    "hours": {"evidence": "training", "then": [_3, _GOOD, *_NESTED]},
    "points": {"total": ["paper-points", "award-points", {"measure": "hours", "times": "1/10"}], "then": [{"cap": 30}]},
}
_TABLES = {
    "points": {
        "by": "level", "columns": ["paper", "award"],
        "rows": {level: [n, 2 * n] for n, level in enumerate(LEVELS, 1)},
    },
    "share": {"by": "role", "columns": ["part"], "rows": {"first": [1], "second": ["1/2"], "third": ["1/3"]}},
}  # fmt: skip


def _clauses() -> list[dict[str, Any]]:
    def asked(kind: str, *then: Any, **comparison: Any) -> dict[str, Any]:
        return {"evidence": kind, "then": list(then), **{key.replace("_", " "): n for key, n in comparison.items()}}

    city = {"only": {"level": "city or better"}}
    return [
        asked("training", _3, _GOOD, {"cap": 24}, "sum", at_least=60),
        asked("training", _1, _GOOD, {"cap": 24}, "sum", at_least=20),
        asked("training", _5, _GOOD, {"cap": 24}, "sum", at_least=90),
        {"measure": "hours", "at least": 50},
        asked("training", _1, _GOOD, *_NESTED, at_least=20),
        asked("training", _5, _GOOD, *_NESTED, at_least=90),
        {"of": [
            asked("training", _3, "count", at_least=10),
            asked("training", _5, {"only": {"topic": "research"}}, "sum", at_least=60),
            asked(
                "training", _3, {"count per": "school year"}, {"only": {"amount": {"at least": 3}}}, "count", at_least=3
            ),
            asked("training", _RUNG, "sum", at_least=100),
        ], "at least": 2},
        asked("score", _3, {"latest per": "competence"}, "mean", at_least=40),
        asked("score", _3, "mean", at_least=45),
        {"any": [
            asked("score", _1, "best", at_least=80),
            asked("score", _5, {"best per": "competence"}, "sum", at_least=250),
            {"all": [
                asked("score", _3, "latest", at_least=30),
                asked("lesson", _5, city, "count", at_least=2),
            ]},
        ]},
        asked("lesson", _RUNG, "count", at_least=1),
        asked("lesson", _RUNG, city, "count", at_least=1),
        asked("lesson", _5, {"distinct": "level"}, at_least=3),
        {"of": [
            asked("lesson", _1, "count", at_least=1),
            asked("paper", _5, {"best per": "work"}, "count", at_least=3),
            {"measure": "paper-points", "at least": 12},
            {"measure": "award-points", "at least": 14},
            {"measure": "points", "at least": 28},
        ], "at least": 3},
        asked("paper", _5, city, "count", at_least=1),
        asked("paper", _3, {"distinct": "work"}, at_least=1),
        asked("award", _RUNG, "count", at_least=1),
        asked("award", _5, {"worth": "points.award"}, {"top": 3}, "sum", at_least=12),
        {"years since": "service", "at least": 2},
        {"years since": "rung", "at least": 1},
        {"none": [
            asked("violation", _1, "count", at_least=1),
            asked("violation", _3, "count", more_than=1),
        ]},
        asked("violation", _5, "count", at_most=3),
        {"holds": ["one", "two"]},
        asked("training", _RUNG, city, "count", at_least=1),
    ]  # fmt: skip


def _titled(clauses: list[dict[str, Any]], numbers: Any) -> list[dict[str, Any]]:
    made = []
    for clause in clauses:
        one = {"id": f"c{next(numbers)}", "title": {"zh": "条", "en": "clause"}, "basis": "assumed", **clause}
        for key in ("all", "any", "none", "of"):
            if key in one:
                one[key] = _titled(one[key], numbers)
        made.append(one)
    return made


def _ladder(clauses: list[dict[str, Any]]) -> dict[str, Any]:
    title = {"zh": "测", "en": "benchmark"}
    return {
        "format": "jieti-ladder/1", "id": "bench", "title": title, "subject": "person",
        "tables": _TABLES, "measures": _MEASURES,
        "rungs": [{"id": "one", "title": title}, {"id": "two", "title": title, "end": True}],
        "steps": [{"to": "one", "clauses": _titled(clauses[:1], count(100_000))},
                  {"from": "one", "to": "two", "clauses": _titled(clauses, count())}],
    }  # fmt: skip


def ladder_of_40() -> Ladder:
    """The ladder, one step of which has 35 clauses and 5 groups of them."""
    data = _ladder(_clauses())
    data["steps"].reverse()
    ladder = Ladder.model_validate(data)
    assert len(ladder.entries(ladder.steps[0])) == 40
    return ladder


class _Plain(yaml.SafeDumper):
    """YAML as people write it: nothing is written once and referred to."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def long_file() -> bytes:
    """A file of the same clauses again and again, of so many lines."""
    clauses: list[dict[str, Any]] = []
    while True:
        clauses += _clauses()
        data = _ladder(clauses)
        text = yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False).encode()
        if text.count(b"\n") >= LINES:
            return text


# ------------------------------------------------------------------------------------------------------ the facts


def columns_of(subjects: int, times: int) -> Columns:
    """So many subjects with 60 facts each, or several times that."""
    generator = np.random.default_rng(20260630)
    kinds = {}
    for kind, share in SHARES.items():
        rows = _rows(generator, generator.integers(0, subjects, subjects * share * times, np.int32))
        many = len(rows)

        def codes(terms: int, many: int = many) -> np.ndarray[Any, np.dtype[np.int32]]:
            return generator.integers(0, terms, many, np.int32)

        attributes = {
            "training": {"level": codes(len(LEVELS)), "topic": codes(len(TOPICS))},
            "score": {"competence": codes(len(COMPETENCES))},
            "lesson": {"level": codes(len(LEVELS))},
            "paper": {"work": codes(max(1, many // 2)), "level": codes(len(LEVELS))},
            "award": {"level": codes(len(LEVELS)), "role": codes(len(ROLES))},
        }.get(kind, {})
        kinds[kind] = _with(rows, attributes)
    for kind in ("standing", "service"):
        rows = _rows(generator, np.arange(subjects, dtype=np.int32))
        none = np.zeros(subjects, np.int32)
        kinds[kind] = _with(rows, dict.fromkeys(("ladder", "rung", "how"), none) if kind == "standing" else {})
    works = tuple(f"work-{n}" for n in range(subjects * SHARES["paper"] * times // 2))
    terms = {"level": LEVELS, "topic": TOPICS, "competence": COMPETENCES, "role": ROLES, "work": works}
    return Columns(10**9, subjects, kinds, {**terms, "ladder": ("bench",), "rung": ("one",), "how": ("granted",)})


def _with(rows: Rows, attributes: dict[str, Any]) -> Rows:
    plain = {name: getattr(rows, name) for name in ("subject", "first", "last", "until", "amount", "recorded", "item",
                                                    "known", "voided")}  # fmt: skip
    return Rows(**plain, attributes=attributes).in_order()


def _rows(generator: np.random.Generator, subject: np.ndarray[Any, np.dtype[np.int32]]) -> Rows:
    many = len(subject)
    first = generator.integers(FIRST, LAST, many, np.int32)
    position = generator.permutation(many).astype(np.int64)
    return Rows(
        subject, first, first.copy(), np.full(many, FOREVER, np.int32), generator.integers(0, 1000, many), position,
        np.zeros(many, np.int32), position, np.full(many, NEVER),
    )  # fmt: skip
