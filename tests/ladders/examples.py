"""Examples written by hand: a clause, a few rows, and what both evaluators make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from events.facts import ClauseFound, Incomplete, Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.verdict import assess, evidence_of, evidence_used
from ladders.question import Question
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.plain import CATALOGUE, ONE, ladder_of

TODAY = date(2026, 6, 30)
ALWAYS = Row(0, date(2023, 9, 1), date(2023, 9, 1), recorded=1, attributes=ONE)


def verdict(
    clauses: Sequence[dict[str, Any]],
    *,
    on: date = TODAY,
    known_at: int = 1000,
    starts: str = "09-01",
    to: dict[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
    incomplete: Sequence[Incomplete] = (),
    **rows: list[Row],
) -> reference.Verdict:
    """The verdict on subject 0, who holds the first rung unless said otherwise; both evaluators agree on everybody.

    ``to`` says the step otherwise, ``more`` are further parts of the ladder, ``values`` what the district has set.
    """
    ladder, evidence = ladder_of(clauses, more, **(to or {})), {"standing": [ALWAYS], **rows}
    set_ = Settings(school_year_starts=starts, values=dict(values or {}), incomplete=tuple(incomplete))
    question = Question(on, known_at, CATALOGUE, set_)
    step, columns, everybody = ladder.steps[0], columns_of(evidence, 9), np.arange(9, dtype=np.int32)
    fast = assess(ladder, step, columns, everybody, question)
    for subject in range(9):
        said = reference.assess(ladder, step, evidence, subject, question)
        assert (fast.outcome_of(subject), fast.findings(subject)) == (said.outcome, said.findings)
        alone = assess(ladder, step, columns, everybody[subject : subject + 1], question)
        assert alone.findings(0) == said.findings
        assert evidence_used(ladder, step, columns, subject, question) == said.evidence
    assert evidence_of(ladder, step, columns, everybody[:1], question) == [
        evidence_of(ladder, step, columns, everybody, question)[0]
    ]
    return reference.assess(ladder, step, evidence, 0, question)


def found(clause: dict[str, Any], **asked: Any) -> ClauseFound:
    """The finding of one clause."""
    return verdict([clause], **asked).findings[0]


def on(day: date, position: int = 5, *, amount: int = 10, last: date | None = None, **attributes: str | int) -> Row:
    """A row of one day, or of the days up to ``last``; amounts are tenths of an hour, hundredths of a score."""
    return Row(0, day, last or day, recorded=position, amount=amount, known=position, attributes=attributes)


def training(*lines: Any, **comparison: Any) -> dict[str, Any]:
    """A clause over trainings; the comparison's words joined by underscores."""
    asked = {name.replace("_", " "): value for name, value in comparison.items()}
    return {"evidence": "training", "then": list(lines), **asked}


def hours(*amounts: int) -> list[Row]:
    """Trainings of so many tenths of an hour, day after day."""
    return [on(date(2026, 1, n), 10 + n, amount=amount) for n, amount in enumerate(amounts, 1)]


def member(person: int, first: date, until: date = date.max, position: int = 3, role: str = "member") -> Row:
    """A person's membership in group 0."""
    return Row(0, first, first, recorded=position, until=until, attributes={"member": person, "role": role})


def lasting(
    first: date, until: date = date.max, position: int = 5, *, last: date | None = None, **attributes: str | int
) -> Row:
    """A row in force from one day to another."""
    return Row(0, first, last or first, recorded=position, until=until, known=position, attributes=attributes)


def of(person: int, row: Row) -> Row:
    """The row as another person's."""
    return replace(row, subject=person)
