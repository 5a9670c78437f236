"""What a head of office reads at the end of the demo; all of it asked of the house, nothing written in."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from console.screens.audit import because, replayed, verified
from console.screens.cycle import funnel
from console.screens.explain import explanation
from console.screens.paper import Paper, number
from console.screens.vocabulary import title
from engine import advance as advancing
from engine import assess, history
from engine.district import District
from engine.projections import reached
from engine.replay import replay
from engine.subjects import standings
from engine.tables import case_table as cases
from engine.tables import evidence_table, subject_table
from events.seal import verify

CANDIDATES = 40
"""Declined nominees among whom the one is looked for who is nearest to the rung."""


@dataclass(frozen=True)
class Done:
    """What the demo did."""

    district: District
    cycles: tuple[str, str]
    began: float


def summary(done: Done, lang: str) -> Paper:
    """The funnels, a grant and why, a decline and what is missing, the studios' tiers, the replay."""
    paper, district = Paper(lang), done.district
    rule = "─" * 100
    paper.line(rule)
    paper.line(_district(paper, district))
    for cycle in done.cycles:
        paper.line(f"{district.cycle(cycle).title}: {funnel(advancing.funnel(district, cycle), lang)}")
    grants = history.grants(district, done.cycles[0])
    if grants:
        paper.line(rule)
        paper.lines += because(district, history.why(district, grants[0].position), lang).lines
    nearest = _nearest(district, done.cycles[0])
    if nearest is not None:
        paper.line(rule)
        paper.lines += explanation(district, nearest, lang).lines
    paper.line(rule)
    paper.line(_tiers(paper, district))
    paper.line(rule)
    paper.lines += replayed(replay(district), lang).lines
    with district.reading() as connection:
        paper.lines += verified(verify(connection, reached(connection)), lang).lines
    took, place = time.monotonic() - done.began, district.folder
    paper.both(
        f"用时 {took:.0f} 秒。数据在 {place},可以接着试:jieti cycle list --data {place}",
        f"{took:.0f} s in all. The data stays in {place}: go on with jieti cycle list --data {place}",
    )
    return paper


def _district(paper: Paper, district: District) -> str:
    with district.reading() as connection:
        counted = select(subject_table.c.kind, func.count()).group_by(subject_table.c.kind)
        kinds = {kind: int(n) for kind, n in connection.execute(counted)}
        evidence = select(func.count()).where(evidence_table.c.other.is_(None), evidence_table.c.voided.is_(None))
        rows = int(connection.execute(evidence.where(evidence_table.c.kind.not_in(("service", "birth")))).scalar_one())
        events = reached(connection)
    return paper.say(
        f"{district.state.name}    单位 {number(kinds.get('unit', 0))}  教师 {number(kinds.get('person', 0))}  "
        f"工作室 {number(kinds.get('studio', 0))}  佐证 {number(rows)}  事件 {number(events)}",
        f"{district.state.name}    {number(kinds.get('unit', 0))} units, {number(kinds.get('person', 0))} teachers, "
        f"{number(kinds.get('studio', 0))} studios, {number(rows)} pieces of evidence, {number(events)} events",
    )


def _nearest(district: District, cycle: str) -> assess.Answered | None:
    """Of those declined as not eligible the one with the fewest clauses short, one who gets there by itself first."""
    state = district.cycle_state(cycle)
    rules, to = assess.rules_of_cycle(district, state), district.cycle(cycle).to
    with district.reading() as connection:
        declined = select(cases.c.subject).where(
            cases.c.cycle == cycle, cases.c.phase == "declined", cases.c.stage.is_(None)
        )
        subjects = list(connection.execute(declined.order_by(cases.c.id)).scalars())
    found = []
    for answered in assess.explain(district, rules, subjects[:CANDIDATES], to):
        missed = sum(clause.outcome != "met" for clause in answered.explanation.clauses)
        if answered.explanation.outcome == "not met":
            found.append((answered.explanation.earliest is None, missed, answered.subject, answered))
    return min(found, key=lambda one: one[:3])[3] if found else None


def _tiers(paper: Paper, district: District) -> str:
    """How many studios hold each tier today."""
    rules = assess.rules_for(district, "erqi-studio")
    held = standings(district, district.today, rules.question.known_at)
    tiers = Counter[str]()
    for studio in assess.cohort_of(district, rules):
        rungs = [one.rung for one in held.get(studio, ()) if one.ladder == rules.ladder.id]
        tiers[rungs[-1] if rungs else ""] += 1
    parts = [f"{title(rung.title, paper.lang)} {tiers[rung.id]}" for rung in rules.ladder.rungs]
    none = paper.say(f"未定级 {tiers['']}", f"without a tier {tiers['']}")
    return f"{title(rules.ladder.title, paper.lang)} ({district.today}): " + " · ".join([*parts, none])
