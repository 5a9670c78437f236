"""Dispensations as a list: whose, from which clause, how far, since when and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from console.screens.paper import Paper, day, position
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.people import names
from engine.standings.dispensations import DispensationLine

STATES = {"to come": ("尚未开始", "to come"), "in force": ("有效", "in force"), "over": ("已结束", "over")}


def listed(district: District, found: Sequence[DispensationLine], lang: str) -> Paper:
    """Dispensations, one a line, with the position by which ``end`` names each."""
    paper, words, today = Paper(lang), Vocabulary(district, lang), district.today
    if not found:
        paper.both("没有放宽条件的记录", "there is no dispensation")
        return paper
    subjects = [one.subject for one in found]
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, subjects)
    rows = []
    for one in found:
        until = day(one.until) if one.until else paper.say("长期", "for good")
        lowered = f"{one.at_least:f}" if one.at_least is not None else ""
        how = paper.say(f"至少 {lowered}", f"at least {lowered}") if lowered else paper.say("免除", "waived")
        what = f"{words.ladder(one.ladder)} · {one.clause}"
        days, state = f"{day(one.first)} – {until}", paper.say(*STATES[one.state(today)])
        rows.append((known.code(one.subject), known.name(one.subject), what, how, days, state, position(one.position)))
    paper.table(rows, indent=0)
    paper.both(f"共 {len(found)} 项", f"{len(found)} dispensations")
    return paper


def listed_json(district: District, found: Sequence[DispensationLine]) -> list[dict[str, Any]]:
    """Dispensations as data, with the codes that people know their subjects by."""
    today = district.today
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    return [{"code": known.code(one.subject), **asdict(one), "state": one.state(today)} for one in found]
