"""Standings as a list: who holds what, since when, until when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from console.screens.paper import Paper, day, position
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.people import names
from engine.standings.standings import StandingLine

STATES = {
    "held": ("有效", "held"),
    "succeeded": ("已接替", "succeeded"),
    "suspended": ("暂停", "suspended"),
    "revoked": ("已撤销", "revoked"),
    "demoted": ("已降级", "demoted"),
    "lapsed": ("已到期", "lapsed"),
}
"""What the states are called."""


def listed(district: District, found: Sequence[StandingLine], lang: str) -> Paper:
    """Standings, one a line, with the position by which commands name each."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    if not found:
        paper.both("没有这样的称号", "there is no such standing")
        return paper
    subjects = [one.subject for one in found]
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, subjects)
        units = names.units(connection, subjects)
    rows = []
    for one in found:
        until = day(one.until) if one.until else paper.say("长期", "for good")
        if one.until is not None and one.until < one.first:
            until = paper.say("自始无效", "void from its first day")
        who = known.code(one.subject), known.name(one.subject), units.get(one.subject, "")
        what = f"{words.ladder(one.ladder)} · {words.rung(one.ladder, one.rung)}"
        state = paper.say(*STATES[one.state])
        rows.append((*who, what, f"{day(one.first)} – {until}", state, position(one.position)))
    paper.table(rows, indent=0)
    paper.both(f"共 {len(found)} 项称号", f"{len(found)} standings")
    return paper


def listed_json(district: District, found: Sequence[StandingLine]) -> list[dict[str, Any]]:
    """Standings as data, with the codes that people know their subjects by."""
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    return [{"code": known.code(one.subject), **asdict(one)} for one in found]
