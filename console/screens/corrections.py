"""Corrections of past decisions: whose, what the verdict was and would be, because of what, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper, number, position
from console.screens.revisit import DECIDED, state
from console.screens.vocabulary import Vocabulary
from engine.assessing.corrections import Correction
from engine.district import District
from engine.people import names
from workflows.correcting import outcome_of


def corrections(district: District, found: Sequence[Correction], lang: str) -> Paper:
    """A line for each correction."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    rows = []
    for one in found:
        fact = one.fact
        then, now = (paper.say(*OUTCOMES[outcome]) for outcome in (fact.then, fact.verdict.outcome))
        rows.append(
            (
                state(paper, one),
                f"{known.code(one.subject)} {known.name(one.subject)}",
                f"{words.rung(fact.ladder, fact.rung)} {paper.say(*DECIDED[fact.decided])} {position(fact.decision)}",
                f"{then} → {now}",
                " ".join(position(at) for at in fact.because),
            )
        )
    paper.table(rows, indent=0)
    open_ = sum(one.waits for one in found)
    many = number(len(found))
    paper.both(f"共 {many} 项更正案,待决定 {open_} 项", f"{many} corrections, {open_} to be decided")
    return paper


def corrections_json(found: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections as data, reasons left sealed."""
    return [
        {
            "correction": one.opened.position,
            "subject": one.subject,
            **one.fact.model_dump(mode="json", exclude={"reason"}),
            "erased": one.erased,
            "ended": None if one.decided is None else one.decided.position,
            "outcome": None if one.decided is None else outcome_of(one.decided.fact),
        }
        for one in found
    ]
