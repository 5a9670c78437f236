"""Schedules as a list."""

from __future__ import annotations

from collections.abc import Sequence

from console.screens.paper import Paper, day
from console.screens.vocabulary import Vocabulary
from engine.cycles.schedules import ScheduleLine
from engine.district import District
from engine.people import names

EVERY = {
    "year": ("每年", "every year"),
    "half-year": ("每半年", "every half-year"),
    "month": ("每月", "every month"),
    "school year": ("每学年", "every school year"),
}
MISSED = {"once": ("错过的补最近一次", "missed ones: the newest once"), "skip": ("错过的跳过", "missed ones: skipped")}


def listed(district: District, found: Sequence[ScheduleLine], lang: str) -> Paper:
    """Every schedule, those that go on first."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    if not found:
        paper.both("还没有排期;用 jieti cycle schedule 建立", "there is no schedule; jieti cycle schedule makes one")
        return paper
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.scope for one in found if one.scope])
    rows = []
    for one in found:
        following = (
            paper.say("已停止", "ended")
            if one.next is None
            else paper.say(f"下次 {day(one.next)}", f"next on {day(one.next)}")
        )
        rows.append(
            (
                one.id,
                f"{words.ladder(one.ladder)} → {words.rung(one.ladder, one.to)}",
                known.name(one.scope) if one.scope else "",
                paper.say(*EVERY[one.every]),
                following,
                paper.say(f"申报 {one.submission_days} 天", f"{one.submission_days} days of submission"),
                paper.say(*MISSED[one.missed]),
                paper.say(f"已办 {one.runs} 次", f"{one.runs} runs"),
            )
        )
    paper.table(rows, indent=0)
    return paper
