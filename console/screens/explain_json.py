"""The verdict on one subject as data, with what each clause rests on; numbers as exact text."""

from __future__ import annotations

from typing import Any

from engine.assessing.assess import Answered
from engine.district import District
from engine.people import names
from ladders.evaluating.explanation import Explained


def explanation_json(district: District, answered: Answered) -> dict[str, Any]:
    """The explanation as data; numbers as exact text."""
    rules, found = answered.rules, answered.explanation
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [answered.subject])
    return {
        "subject": answered.subject,
        "code": known.code(answered.subject),
        "ladder": rules.ladder.id,
        "version": rules.version,
        "step": found.step.id,
        "as_of": rules.question.as_of,
        "known_at": rules.question.known_at,
        "outcome": found.outcome,
        "earliest": found.earliest,
        "clauses": [clause_json(clause) for clause in found.clauses],
    }


def clause_json(clause: Explained) -> dict[str, Any]:
    """A clause's finding as data, with what it rests on."""
    basis = clause.clause.basis
    return {
        "clause": clause.id,
        "title": clause.clause.title.model_dump(),
        "basis": basis if basis is None or isinstance(basis, str) else basis.model_dump(),
        "outcome": clause.outcome,
        "low": None if clause.low is None else str(clause.low),
        "high": None if clause.high is None else str(clause.high),
        "said": clause.said,
        "unit": clause.unit,
        "asked": {how: str(number) for how, number in clause.asked},
        "missing": None if clause.missing is None else str(clause.missing),
        "next_change": clause.next_change,
        "evidence": [
            {
                "position": row.position,
                "item": row.item,
                "from": row.first,
                "until": row.last,
                "amount": str(row.amount),
                "leaves": row.leaves,
            }
            for row in clause.counted
        ],
        "conditions": [clause_json(one) for one in clause.conditions],
        "options": [clause_json(option) for option in clause.options],
    }
