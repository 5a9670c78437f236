"""Lists for the office: what waits for recognition, what may be double, where platforms disagree, what was settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from console.screens.hours import category_name, days, number
from console.screens.hours import decimal as hours_of
from console.screens.paper import Paper, position
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.people import names
from engine.records import hours
from engine.records.doubles import Disagreement, Double, Record
from engine.records.hours import Pending

if TYPE_CHECKING:
    from console.hours_sheets import Settled

SHOWN = 50
"""So many lines the screen shows; a sheet (--out) and --json have all."""
ABOUT = {
    "hours": ("学时", "hours"),
    "days": ("日期", "days"),
    "category": ("类别", "category"),
    "level": ("级别", "level"),
}


def _known(district: District, subjects: Sequence[str]) -> names.Known:
    with district.reading() as connection:
        return names.called(connection, district.log, district.vault, subjects)


def pending(district: District, found: Pending, lang: str) -> Paper:
    """Trainings that wait, one a line, with the position by which they are recognised or refused."""
    paper, words, scale = Paper(lang), Vocabulary(district, lang), found.question.scale
    failed = sum(one.failed for one in found.trainings)
    paper.both(
        f"{found.question.year.name} 年度:待认定 {len(found.trainings) - failed:,} 项,未通过 {failed:,} 项",
        f"{found.question.year.name}: {len(found.trainings) - failed:,} wait for recognition, {failed:,} not passed",
    )
    if not found.question.begun:
        first = found.question.year.first
        paper.both(f"这一年从 {first} 开始,还没有到", f"that year begins on {first}, which is yet to come")
    listed = found.trainings[:SHOWN]
    known = _known(district, [found.subjects[one.subject] for one in listed])
    called = hours.titles(district, [one.recorded for one in listed])
    rows = []
    for one in listed:
        who = found.subjects[one.subject]
        state = paper.say("未通过", "not passed") if one.failed else ""
        when = days(date.fromordinal(one.first), date.fromordinal(one.last))
        rows.append(
            (known.code(who), known.name(who), when, number(one.hours, scale), category_name(words, one.category),
             called[one.recorded], position(one.recorded), state)
        )  # fmt: skip
    paper.table(rows, right=(3,))
    _more(paper, len(found.trainings))
    return paper


def pending_json(district: District, found: Pending) -> list[dict[str, Any]]:
    """The same as data."""
    known = _known(district, [found.subjects[one.subject] for one in found.trainings])
    called = hours.titles(district, [one.recorded for one in found.trainings])
    return [
        {
            "position": one.recorded,
            "code": known.code(found.subjects[one.subject]),
            "title": called[one.recorded],
            "first": date.fromordinal(one.first),
            "last": date.fromordinal(one.last),
            "category": one.category or None,
            "hours": f"{hours_of(one.hours, found.question.scale).normalize():f}",
            "failed": one.failed,
        }
        for one in found.trainings
    ]


def reasons(one: Double, paper: Paper) -> str:
    """Why two records may be of one training."""
    said = [paper.say("日期相同", "the same days") if one.same_days else paper.say("日期重合", "days in common")]
    said.append(paper.say("学时相同", "equal hours"))
    per_cent = round(one.similar * 100)
    said.append(
        paper.say("名称相同", "the same title")
        if one.one.title == one.other.title
        else paper.say(f"名称相近 {per_cent}%", f"titles {per_cent}% similar")
    )
    said.append(paper.say("不是同一张表", "not of one sheet"))
    return paper.say("、", ", ").join(said)


def doubles(district: District, found: Sequence[Double], lang: str) -> Paper:
    """Pairs to be looked at: both records, and why."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    if not found:
        paper.both("没有可能重复的培训", "no training seems to be recorded twice")
        return paper
    paper.both(
        f"可能重复的培训 {len(found):,} 对;都还照算,由你判定:jieti hours same 或 different",
        f"{len(found):,} pairs may be one training each; all count until you say: jieti hours same or different",
    )
    known = _known(district, [one.subject for one in found[:SHOWN]])
    for one in found[:SHOWN]:
        paper.line()
        paper.line(f"{known.code(one.subject)}  {known.name(one.subject)}    {reasons(one, paper)}")
        paper.table([_record(record, words, paper) for record in (one.one, one.other)], right=(2,))
    _more(paper, len(found))
    return paper


def _record(one: Record, words: Vocabulary, paper: Paper) -> tuple[str, ...]:
    state = "" if one.recognised else paper.say("待认定", "not recognised yet")
    return (
        *(position(one.position), days(one.first, one.last), f"{one.hours.number.normalize():f}"),
        *(category_name(words, one.category), one.title, state),
    )


def _more(paper: Paper, count: int) -> None:
    if count > SHOWN:
        paper.both(
            f"只显示前 {SHOWN} 项;--out 写成表,--json 全部输出",
            f"the first {SHOWN}; --out writes all to a sheet, --json prints them",
        )


def doubles_json(district: District, found: Sequence[Double]) -> list[dict[str, Any]]:
    """The same as data."""
    known = _known(district, [one.subject for one in found])
    return [
        {
            "code": known.code(one.subject),
            "one": _json(one.one),
            "other": _json(one.other),
            "same_days": one.same_days,
            "similar": round(one.similar, 2),
        }
        for one in found
    ]


def _json(one: Record) -> dict[str, Any]:
    return {
        "position": one.position,
        "first": one.first,
        "last": one.last,
        "hours": f"{one.hours.number.normalize():f}",
        "category": one.category or None,
        "title": one.title,
        "recognised": one.recognised,
    }


def disagreements(district: District, found: Sequence[Disagreement], lang: str) -> Paper:
    """Trainings whose reports disagree, the report that counts first."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    if not found:
        paper.both("同一培训的各处说法一致", "all reports of one training agree, or were settled")
        return paper
    paper.both(
        f"同一培训说法不一致的 {len(found):,} 项;先按第一条算,认定另一条为准用:jieti hours same 为准的 另一条",
        f"{len(found):,} trainings of which reports disagree; the first of each counts until you say which is right: "
        "jieti hours same RIGHT OTHER",
    )
    known = _known(district, [one.subject for one in found[:SHOWN]])
    for one in found[:SHOWN]:
        about = paper.say("、", ", ").join(paper.say(*ABOUT.get(name, (name, name))) for name in one.about)
        paper.line()
        paper.line(
            f"{known.code(one.subject)}  {known.name(one.subject)}    {paper.say('不一致:', 'differ in: ')}{about}"
        )
        paper.table([_record(record, words, paper) for record in one.reports], right=(2,))
    _more(paper, len(found))
    return paper


def disagreements_json(district: District, found: Sequence[Disagreement]) -> list[dict[str, Any]]:
    """The same as data."""
    known = _known(district, [one.subject for one in found])
    return [
        {
            "code": known.code(one.subject),
            "training": one.training,
            "about": list(one.about),
            "reports": [_json(record) for record in one.reports],
        }
        for one in found
    ]


def settled(done: Settled, lang: str) -> Paper:
    """What came of a marked sheet."""
    paper = Paper(lang)
    paper.both(
        f"已处理 {done.landed:,}    早已处理 {done.already:,}    没有填“处理” {done.unmarked:,}"
        f"    退回 {len(done.handed_back):,}",
        f"carried out {done.landed:,}    done before {done.already:,}    not marked {done.unmarked:,}"
        f"    handed back {len(done.handed_back):,}",
    )
    paper.table([(paper.say(f"第 {row} 行", f"row {row}"), paper.say(zh, en)) for row, zh, en in done.handed_back])
    return paper


def settled_json(done: Settled) -> dict[str, Any]:
    """The same as data."""
    back = [{"row": row, "zh": zh, "en": en} for row, zh, en in done.handed_back]
    return {"landed": done.landed, "already": done.already, "unmarked": done.unmarked, "handed_back": back}
