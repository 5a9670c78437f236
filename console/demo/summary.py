"""What a head of office reads at the end of the demo; all of it asked of the house, nothing written in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from console.demo.folding import folded
from console.demo.happened import happened
from console.screens.audit import because
from console.screens.cycle import funnel
from console.screens.explain import explanation
from console.screens.paper import Paper, day, number
from console.screens.places import summary as places
from console.screens.replaying import replayed
from console.screens.sealing import verified
from console.screens.vocabulary import Vocabulary, title
from engine import history
from engine.assessing import assess
from engine.cycles import advance as advancing
from engine.cycles.due import due
from engine.district import District
from engine.people.subjects import standings
from engine.projections.projector import reached
from engine.replay.replay import replay
from engine.tables import case_table as cases
from engine.tables import evidence_table, objection_table, subject_table
from events.seal import verify

CANDIDATES = 40
"""Declined nominees among whom the one is looked for who is nearest to the rung."""
WIDTH = 100
"""Columns of the screen on which it is read."""
AHEAD, SHOWN = timedelta(days=365), 6
"""How far ahead the demo looks for what falls due, and how many lines of it are shown."""


@dataclass(frozen=True)
class Done:
    """What the demo did: its cycles are of core members, of studios, of chief-teacher trainees, of chief teachers."""

    district: District
    cycles: tuple[str, str, str, str]
    began: float


def summary(done: Done, lang: str) -> Paper:
    """The funnels; a grant and why, and what happened on the way; a decline and what is missing; the replay."""
    paper, district = Paper(lang), done.district
    for part in (_funnels, _granted, _on_the_way, _declined, _next, _checked):
        paper.line("─" * WIDTH)
        for line in part(done, lang):
            paper.lines += folded(line, WIDTH)
    took, place = time.monotonic() - done.began, district.folder
    paper.both(
        f"用时 {took:.0f} 秒。数据在 {place},可以接着试:jieti cycle list --data {place}",
        f"{took:.0f} s in all. The data stays in {place}: go on with jieti cycle list --data {place}",
    )
    return paper


def _funnels(done: Done, lang: str) -> Iterator[str]:
    yield _district(Paper(lang), done.district)
    for cycle in done.cycles:
        yield f"{done.district.cycle(cycle).title}: {funnel(advancing.funnel(done.district, cycle), lang)}"


def _district(paper: Paper, district: District) -> str:
    with district.reading() as connection:
        counted = select(subject_table.c.kind, func.count()).group_by(subject_table.c.kind)
        kinds = {kind: int(n) for kind, n in connection.execute(counted)}
        evidence = select(func.count()).where(
            evidence_table.c.kind.in_(district.catalogue.kinds), evidence_table.c.voided.is_(None)
        )
        rows = int(connection.execute(evidence).scalar_one())
        events = reached(connection)
    return paper.say(
        f"{district.state.name}    单位 {number(kinds.get('unit', 0))}  教师 {number(kinds.get('person', 0))}  "
        f"工作室 {number(kinds.get('studio', 0))}  佐证 {number(rows)}  事件 {number(events)}",
        f"{district.state.name}    {number(kinds.get('unit', 0))} units, {number(kinds.get('person', 0))} teachers, "
        f"{number(kinds.get('studio', 0))} studios, {number(rows)} pieces of evidence, {number(events)} events",
    )


def _granted(done: Done, lang: str) -> list[str]:
    """Why a chief-teacher trainee was granted: one of whom an objection had to be decided first."""
    found = history.grants(done.district, done.cycles[2])
    objected = select(objection_table.c.case).where(objection_table.c.cycle == done.cycles[2])
    with done.district.reading() as connection:
        frozen = set(connection.execute(objected).scalars())
    grant = next((one for one in found if one.case in frozen), found[0])
    return because(done.district, history.why(done.district, grant.position), lang).lines


def _on_the_way(done: Done, lang: str) -> Iterator[str]:
    for cycle in done.cycles[2:]:
        for line in places(done.district, cycle, lang):
            yield f"{done.district.cycle(cycle).title}: {line}"
    yield from happened(done.district, done.cycles[2], lang).lines


def _declined(done: Done, lang: str) -> list[str]:
    nearest = _nearest(done.district, done.cycles[0])
    return explanation(done.district, nearest, lang).lines if nearest else []


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


def _next(done: Done, lang: str) -> Iterator[str]:
    """The studios' tiers of today, and what falls due within a year."""
    paper, district = Paper(lang), done.district
    yield _tiers(paper, district)
    words, until = Vocabulary(district, lang), district.today + AHEAD
    counts = Counter[tuple[str, str, str]]()
    for one in due(district, until):
        about = words.rung(one.ladder, one.rung) if one.ladder and one.rung else words.cycle(one.cycle)
        counts[day(one.day), about, paper.say(one.zh, one.en)] += one.count
    lines = [f"  {when}  {about}: {what} ({number(count)})" for (when, about, what), count in counts.items()]
    paper.both(f"到 {until} 到期的事(jieti due --days 365):", f"what falls due by {until} (jieti due --days 365):")
    yield from (*paper.lines, *lines[:SHOWN])
    if len(lines) > SHOWN:
        yield "  …"


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


def _checked(done: Done, lang: str) -> list[str]:
    """Everything derived again and compared, and the log looked over."""
    found = replayed(replay(done.district), lang).lines
    with done.district.reading() as connection:
        return found + verified(verify(connection, reached(connection)), lang).lines
