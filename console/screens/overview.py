"""A line for each step that a subject may attempt, of ladders that are not read in full."""

from __future__ import annotations

from collections.abc import Sequence

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper
from console.screens.vocabulary import title
from engine.assessing.assess import Answered


def overview(code: str, found: Sequence[Answered], lang: str, *, more: bool) -> Paper:
    """Where somebody might go: by ladder and rung what the verdict is, and how many clauses are short of it.

    ``more``: other ladders were read in full before.
    """
    paper = Paper(lang)
    paper.both(
        "其他阶梯:" if more else "还没有任何级。可以申报的各阶梯:",
        "other ladders:" if more else "no rung is held yet. The ladders that could be attempted:",
    )
    rows = []
    for one in found:
        ladder, said = one.rules.ladder, one.explanation
        tops = {clause.id for clause in said.step.clauses}
        short = sum(each.id in tops and each.outcome in ("not met", "unknown") for each in said.clauses)
        rows.append(
            (
                title(ladder.title, lang),
                title(ladder.rung(said.step.to).title, lang),
                paper.say(*OUTCOMES[said.outcome]),
                paper.say(f"差 {short} 条", f"{short} short") if short else "",
                ladder.id,
            )
        )
    paper.table(rows)
    paper.line(paper.say("逐条看:", "clause by clause: ") + f"jieti explain {code} --ladder {found[0].rules.ladder.id}")
    return paper
