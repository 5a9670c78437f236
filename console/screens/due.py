"""What falls due next, day by day, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from typing import Any

from console.screens.paper import Paper, number
from console.screens.vocabulary import Vocabulary, who
from engine.clock import log_day
from engine.cycles.due import Due
from engine.district import District
from engine.people import names

NAMED = 5
"""Of so many people at most a line gives the names."""
_PEOPLE = ("submission", "notice")
"""Kinds that count people without naming them."""


def listed(district: District, found: Sequence[Due], until: date, lang: str) -> Paper:
    """Everything that falls due by a day: a line for each thing, with those whom it concerns."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    if not found:
        paper.both(f"到 {until} 没有到期的事", f"nothing falls due by {until}")
        return paper
    with district.reading() as connection:
        people = [one.person or one.subject or "" for one in found]
        known = names.called(connection, district.log, district.vault, [one for one in people if one])
    today, rows = log_day(district), []
    for (day, _), alike in groupby(found, key=lambda one: (one.day, one.thing)):
        ones = list(alike)
        first = ones[0]
        where = words.cycle(first.cycle) if first.cycle else ""
        if first.kind in ("term", "suspended"):
            where = f"{words.ladder(first.ladder or '')} · {words.rung(first.ladder or '', first.rung or '')}"
        when = paper.say("无期限", "no day") if day is None else day.isoformat()
        if day is not None and day < today:
            when += paper.say(" 已过", " overdue")
        whom = [
            f"{who(known, name)}{f' ×{one.count}' if one.person else ''}"
            for one in ones
            if (name := one.person or one.subject)
        ]
        some = "、".join(whom[:NAMED]) if lang == "zh" else ", ".join(whom[:NAMED])
        if len(whom) > NAMED:
            some += paper.say(f" 等 {number(len(whom))} 人", f" and {number(len(whom) - NAMED)} more")
        if first.kind in _PEOPLE:
            some = paper.say(f"{number(first.count)} 人", f"{number(first.count)} people")
        rows.append((when, where, paper.say(first.zh, first.en), some))
    paper.table(rows, indent=0)
    return paper


def listed_json(district: District, found: Sequence[Due]) -> list[dict[str, Any]]:
    """The same as data: every person and case on its own."""
    people = {name for one in found for name in (one.person, one.subject) if name}
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, people)
    return [
        {
            **asdict(one),
            "person_code": known.code(one.person) if one.person else None,
            "subject_code": known.code(one.subject) if one.subject else None,
        }
        for one in found
    ]
