"""Who meets the conditions, and what the others fail on."""

from __future__ import annotations

from collections import Counter

from console.screens.paper import Paper, number, position
from console.screens.vocabulary import title
from engine.assessing.assess import Cohort
from engine.district import District
from engine.people import names
from events.facts import Outcome

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "met": ("符合", "met"),
    "not met": ("不符合", "not met"),
    "unknown": ("无法判定", "unknown"),
    "not examined": ("不在此级", "not examined"),
}


def cohorts(district: District, found: list[Cohort], lang: str, limit: int, outcome: str) -> Paper:
    """For each rung how many came to what, the clauses that fail most, and the first subjects of an outcome."""
    paper = Paper(lang)
    for cohort in found:
        _cohort(paper, district, cohort, limit, outcome)
    return paper


def _cohort(paper: Paper, district: District, cohort: Cohort, limit: int, outcome: str) -> None:
    rules, say = cohort.rules, paper.say
    rung = title(rules.ladder.rung(cohort.to).title, paper.lang)
    paper.line(
        f"{title(rules.ladder.title, paper.lang)} → {rung}    {say('截至', 'as of')} {rules.question.as_of}    "
        f"{say('日志', 'known at')} {position(rules.question.known_at)}"
    )
    counts = cohort.counts()
    parts = [f"{say(*OUTCOMES[one])} {number(n)}" for one, n in counts.items() if one != "not examined"]
    paper.line("  " + "    ".join([*parts, f"{say(*OUTCOMES['not examined'])} {number(counts['not examined'])}"]))
    judged = [cohort.judged(i) for i in range(len(cohort.subjects))]
    failing = Counter[str]()
    tops = {clause.id: clause for step in rules.ladder.steps_to(cohort.to) for clause in step.clauses}
    for one in judged:
        if one.outcome in ("not met", "unknown"):
            failing.update(f.clause for f in one.findings if f.clause in tops and f.outcome != "met")
    if failing:
        paper.both("  未达到的条件(人数):", "  what is not met (subjects):")
        paper.table(
            [(title(tops[clause].title, paper.lang), number(n)) for clause, n in failing.most_common()],
            right=(1,),
            indent=4,
        )
    every = [one.subject for one in judged if one.outcome == outcome]
    if listed := every[:limit]:
        zh, en = OUTCOMES[outcome]  # type: ignore[index]
        all_ = len(every) > len(listed)
        paper.both(
            f"  {zh}的前 {len(listed)} 位{f'(全部:--limit {len(every)})' if all_ else ''}:",
            f"  the first {len(listed)} {en}{f' (all: --limit {len(every)})' if all_ else ''}:",
        )
        with district.reading() as connection:
            known = names.called(connection, district.log, district.vault, listed)
            units = names.units(connection, listed)
        paper.table([(known.code(one), known.name(one), units.get(one, "")) for one in listed], indent=4)
    paper.line()
