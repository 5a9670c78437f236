"""The training calendar on the screen and as data; and its cells, as the files that are exported hold them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from console.screens.paper import Paper, coloured, position
from console.screens.vocabulary import Vocabulary
from engine.records.offers import Offered
from ladders.evaluating.ahead import Closing

NAMED = 3
"""So many trainings are named where a line tells of several."""
_UNITS = {"hour": ("学时", "h"), "point": ("分", "points")}


def calendar(found: Sequence[Offered], words: Vocabulary, today: date) -> Paper:
    """The trainings, one a line, by their days; what was called off is said so."""
    paper = Paper(words.lang)
    if not found:
        paper.both(
            "这段时间日程里没有培训;用 jieti import 导入培训日程",
            "no training in the calendar in this time; jieti import takes a calendar in",
        )
        return paper
    off = sum(one.called_off is not None for one in found)
    ahead = sum(one.called_off is None and one.last >= today for one in found)
    zh = f"{len(found)} 项培训,其中 {ahead} 项还没有办完" + (f",{off} 项已取消" if off else "")
    en = f"{len(found)} trainings, {ahead} of them still to be held" + (f", {off} called off" if off else "")
    paper.both(zh, en)
    paper.line()
    paper.table([_row(one, paper, words) for one in found], right=(2, 3), most=44)
    paper.line()
    paper.both(
        "日程是计划,不是佐证:办完之后导入培训学时才计入。导出:jieti calendar --out 日程.xlsx(.csv、.ics)",
        "plans, no evidence: hours count once they are imported. Export: jieti calendar --out FILE.xlsx (.csv, .ics)",
    )
    return paper


def _row(one: Offered, paper: Paper, words: Vocabulary) -> tuple[str, ...]:
    places = paper.say(f"{one.places} 人", f"{one.places} places") if one.places else ""
    gone = coloured(paper.say("已取消", "called off"), "faint") if one.called_off is not None else ""
    tail = " · ".join(part for part in (gone, counts_as(one, words), meant_for(one, words), one.organiser) if part)
    return one.number or position(one.position), days_of(one), hours(one, paper), places, one.title, tail


def days_of(one: Offered) -> str:
    """The day, or the first and the last."""
    return f"{one.first}" if one.first == one.last else f"{one.first} – {one.last}"


def hours(one: Offered, paper: Paper) -> str:
    """How much it will count for, with the unit."""
    if one.amount is None:
        return ""
    return f"{plain(one.amount.number)} {paper.say(*_UNITS.get(one.amount.unit, (one.amount.unit,) * 2))}"


def plain(number: Decimal) -> str:
    """A number without noughts behind it."""
    return f"{number.normalize():f}"


def counts_as(one: Offered, words: Vocabulary) -> str:
    """What it will count as, by the words of the evidence catalogue."""
    terms = [words.term(one.kind, name, term) for name, term in sorted(one.attributes.items())]
    return " ".join([*([] if one.kind == "training" else [words.kind(one.kind)]), *terms])


def meant_for(one: Offered, words: Vocabulary) -> str:
    """For whom it is meant; nothing where it is for everybody."""
    names = [*(words.rung(rung.ladder, rung.rung) for rung in one.rungs), *one.roles]
    if not names:
        return ""
    return f"面向{'、'.join(names)}" if words.lang == "zh" else f"for {', '.join(names)}"


def closing(paper: Paper, calendar: Sequence[Offered], one: Closing) -> str:
    """Which trainings of the calendar close a clause, and from when on."""
    chosen = [calendar[plan] for plan in one.plans]
    many = len(chosen)
    zh = f"参加日程里的 {many} 项培训,{one.day} 起符合"
    en = f"{trainings(many)} of the calendar would close it, from {one.day}"
    if not one.fewest:
        zh, en = f"{zh}(更少的组合没有逐一试过)", f"{en} (not every smaller set was tried)"
    return paper.say(zh, en) + paper.say(":", ": ") + named(paper, chosen)


def named(paper: Paper, chosen: Sequence[Offered], *, everyone: bool = False) -> str:
    """Trainings by title, amount and days; of many the first few, unless every one is asked for."""
    shown = chosen if everyone else chosen[:NAMED]
    parts = [f"{one.title} {hours(one, paper)} ({days_of(one)})".replace("  ", " ") for one in shown]
    return paper.say("、", ", ").join(parts) + (" …" if len(shown) < len(chosen) else "")


def trainings(many: int) -> str:
    """So many trainings, in English."""
    return f"{many} training{'s' if many != 1 else ''}"


def calendar_json(found: Sequence[Offered]) -> list[dict[str, Any]]:
    """The trainings as data."""
    return [
        {
            "id": one.id,
            "position": one.position,
            "called_off": one.called_off,
            "number": one.number or None,
            "title": one.title,
            "first": one.first,
            "last": one.last,
            "counts_as": {
                "kind": one.kind,
                "attributes": one.attributes,
                "amount": None if one.amount is None else plain(one.amount.number),
                "unit": None if one.amount is None else one.amount.unit,
            },
            "places": one.places,
            "rungs": [rung.model_dump() for rung in one.rungs],
            "roles": list(one.roles),
            "organiser": one.organiser or None,
            "venue": one.venue or None,
        }
        for one in found
    ]
