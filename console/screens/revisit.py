"""What an auditor looks at again: decisions that would come out otherwise today, and a sample of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper, position
from console.screens.vocabulary import Vocabulary
from engine import names
from engine.district import District
from engine.revisit import Revisited

DECIDED = {"granted": ("认定", "granted"), "declined": ("未认定", "declined")}


def revisited(district: District, found: Revisited, lang: str) -> Paper:
    """Which decisions would come out otherwise, with what is known now, and because of what."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    paper.both(
        f"{found.decisions:,} 项决定中,按今天所知(#{found.known_at:,})会不同的 {len(found.otherwise)} 项;原决定不变",
        f"of {found.decisions:,} decisions {len(found.otherwise)} would come out otherwise with what is known today "
        f"(#{found.known_at:,}); what was decided stands",
    )
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found.otherwise])
    for one in found.otherwise:
        then, now = (paper.say(*OUTCOMES[outcome]) for outcome in (one.then, one.now))
        paper.line("")
        paper.line(
            f"{position(one.position)}  {known.code(one.subject)}  {known.name(one.subject)}  "
            f"{words.rung(one.ladder, one.rung)}  {paper.say(*DECIDED[one.decided])}"
        )
        elsewhere = words.rung(one.ladder, one.rung_now) if one.rung_now not in (None, one.rung) else ""
        paper.line(f"  {then} → {now}  {elsewhere}".rstrip())
        clauses = ", ".join(one.clauses)
        because = " ".join(position(at) for at in one.because)
        paper.both(f"  条件:{clauses}", f"  clauses: {clauses}")
        if because:
            paper.both(f"  此后记录:{because}", f"  recorded since: {because}")
    if found.otherwise:
        paper.line("")
        paper.both(
            "逐项查看:jieti audit history 工号;要改变现状:jieti standing --help(须有文号),或重新申报",
            "look at each: jieti audit history CODE; to change what is held: jieti standing --help, or "
            "a new nomination",
        )
    return paper


def sampled(district: District, drawn: Sequence[Any], of: int, seed: str, lang: str) -> Paper:
    """The decisions that a seed chose."""
    paper = Paper(lang)
    paper.table(
        [(position(one.position), one.stream.removeprefix("case-"), paper.say(*DECIDED[one.type])) for one in drawn],
        indent=0,
    )
    paper.both(
        f"抽取 {len(drawn)} 项,共 {of:,} 项决定;种子“{seed}”:同一份日志、同一个种子,谁抽都一样",
        f"{len(drawn)} drawn of {of:,} decisions by the seed “{seed}”: of the same log it draws the same for everybody",
    )
    return paper
