"""Who meets the conditions, and what the others fail on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from console.screens.paper import Paper, number, position, quotient
from console.screens.vocabulary import title
from console.tables import Cell
from engine.assessing.assess import Cohort, Judged
from engine.assessing.impact import where
from engine.district import District
from engine.people import names
from events.facts import ClauseFound, Outcome
from ladders.model.ladder import AClause, Compare

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "met": ("符合", "met"),
    "not met": ("不符合", "not met"),
    "unknown": ("无法判定", "unknown"),
    "not examined": ("不在此级", "not examined"),
}
HEADER = (
    *(("级", "rung"), ("原级", "from"), ("编号", "code"), ("姓名", "name"), ("单位", "school"), ("学区", "area")),
    *(("判定", "outcome"), ("不符合的条件", "not met"), ("无法判定的条件", "unknown")),
)


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


Asked = tuple[str, str]
"""A clause that stands on its own, as the column of a sheet: its id, and its title; the same in several steps."""


def asked_of(found: Sequence[Cohort], lang: str) -> dict[Asked, None]:
    """The columns of clauses that a sheet of these cohorts has, in the order of their steps."""
    steps = dict.fromkeys(each.step.id for one in found for each in one.steps)
    every = {step.id: step for step in found[0].rules.ladder.steps}
    return {(one.id, title(one.title, lang)): None for step in steps for one in every[step].clauses}


def listed(cohort: Cohort, outcome: str) -> list[Judged]:
    """Everybody who was examined; with an outcome, those who came to it."""
    every = map(cohort.judged, range(len(cohort.subjects)))
    return [one for one in every if (one.outcome == outcome if outcome else one.outcome != "not examined")]


def table(district: District, found: Sequence[Cohort], outcome: str, lang: str) -> tuple[list[str], list[list[Cell]]]:
    """A sheet's header and rows: everybody whom ``listed`` names, with what stands in the way, clause by clause."""
    columns, at = asked_of(found, lang), 0 if lang == "zh" else 1
    header = [one[at] for one in HEADER] + [name for _, name in columns]
    return header, [row for cohort in found for row in _rows(district, cohort, listed(cohort, outcome), columns, lang)]


def _rows(
    district: District, cohort: Cohort, people: list[Judged], columns: dict[Asked, None], lang: str
) -> Iterator[list[Cell]]:
    subjects, paper, ladder = [one.subject for one in people], Paper(lang), cohort.rules.ladder
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, subjects)
        places = where(connection, subjects)
    to = title(ladder.rung(cohort.to).title, lang)
    for one in people:
        came_from = title(ladder.rung(one.step.from_).title, lang) if one.step.from_ else ""
        clauses = {clause.id: clause for clause in one.step.clauses}
        findings = {found.clause: found for found in one.findings if found.clause in clauses}
        cells = {
            (id_, title(clause.title, lang)): _cell(paper, clause, findings[id_]) for id_, clause in clauses.items()
        }
        at = places[one.subject]
        yield [
            *(to, came_from, known.code(one.subject), known.name(one.subject), at.school, at.area),
            paper.say(*OUTCOMES[one.outcome]),
            *(
                paper.say("、", ", ").join(
                    title(clauses[found.clause].title, lang)
                    for found in findings.values()
                    if found.outcome == outcome and clauses[found.clause].strength == "binding"
                )
                for outcome in ("not met", "unknown")
            ),
            *(cells.get(column, "") for column in columns),
        ]


def _cell(paper: Paper, clause: AClause, found: ClauseFound) -> Cell:
    """What a clause measured, as a number where it is one; of a clause that compares no number, what it came to."""
    if found.outcome == "not examined":
        return ""
    if not isinstance(clause, Compare) or found.low is None:
        return paper.say(*OUTCOMES[found.outcome])
    low = quotient(found.low, found.over)
    if found.high is None:
        return paper.say(f"至少 {low}", f"at least {low}")
    if found.high != found.low:
        return f"{low}–{quotient(found.high, found.over)}"
    return low if low.startswith("≈") else Decimal(low)
