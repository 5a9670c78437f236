"""Training hours: what a year asks, and one person's account of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from console.screens.paper import Paper, day, position
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.people import names
from engine.records import hours
from engine.records.hours import Account, Question
from events.facts import HoursRules
from ladders.hours.accounts import UNCATEGORISED, Bounds, Line

ASSUMED = "assumed"
"""What stands for the document where there is none."""
_CAPS = {
    "category": ("超过该类封顶", "beyond the cap of its category"),
    "year": ("超过全年封顶", "beyond the cap of the year"),
}


def number(value: int, scale: int) -> str:
    """Hours as people write them."""
    return f"{decimal(value, scale).normalize():f}"


def decimal(value: int, scale: int) -> Decimal:
    """Hours as the decimal that they are."""
    return Decimal(value).scaleb(-scale)


def category_name(words: Vocabulary, category: str) -> str:
    """What a category is called."""
    if category == UNCATEGORISED:
        return "未分类" if words.lang == "zh" else "no category"
    return words.term("training", "category", category)


def asked_for(bounds: Bounds, scale: int, paper: Paper) -> str:
    """Minimum and cap, in words."""
    said = []
    if bounds.minimum is not None:
        least = number(bounds.minimum, scale)
        said.append(paper.say(f"至少 {least}", f"at least {least}"))
    if bounds.most is not None:
        most = number(bounds.most, scale)
        said.append(paper.say(f"最多算 {most}", f"at most {most} count"))
    return paper.say(",", ", ").join(said)


def year_line(question: Question, paper: Paper) -> None:
    """Which year, until which day, as known where, by which document."""
    year, rules = question.year, question.year.rules
    until = paper.say(f"截至 {question.until}", f"as of {question.until}")
    known = paper.say(f"已知到 {position(question.known_at)}", f"known at {position(question.known_at)}")
    if rules is None:
        basis = paper.say("没有学时要求(jieti hours rules 文件)", "nothing is asked of it (jieti hours rules FILE)")
    else:
        basis = paper.say("依据:", "basis: ") + basis_of(rules, paper)
    if not question.begun:
        until = paper.say(f"{question.as_of} 还没有开始", f"has not begun by {question.as_of}")
    paper.line(f"{year.name} ({year.first} – {year.last})    {until}    {known}    {basis}")


def basis_of(rules: HoursRules, paper: Paper) -> str:
    """The document that asks it; of what no document asks, that it is an assumption."""
    if rules.basis.strip().lower() != ASSUMED:
        return rules.basis
    return paper.say("没有文件,是假定的要求,待本区写明文号", "none, an assumption until the office cites its document")


def account(district: District, subject: str, question: Question, found: Account, lang: str) -> Paper:
    """A person's year: what counts and what is missing first, then by category, then every training."""
    paper, words, scale = Paper(lang), Vocabulary(district, lang), question.scale
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [subject])
    paper.line(f"{known.code(subject)}  {known.name(subject)}")
    year_line(question, paper)
    counted, total = number(found.counted, scale), question.asked.total
    if found.missing:
        short = number(found.missing, scale)
        paper.both(f"算 {counted} 学时,还差 {short}", f"{counted} hours count, {short} are missing")
    else:
        enough = question.year.rules is not None
        paper.both(
            f"算 {counted} 学时" + (",已达到要求" if enough else ""),
            f"{counted} hours count" + (", which is enough" if enough else ""),
        )
    rows = []
    if asked := asked_for(total, scale, paper):
        rows.append((paper.say("全年", "the year"), "", counted, asked, ""))
    for name, recognised, counts in by_category(found, question):
        bounds = question.asked.of(name)
        lacking = bounds.missing(bounds.of(recognised))
        short = paper.say(f"差 {number(lacking, scale)}", f"{number(lacking, scale)} missing") if lacking else ""
        rows.append(
            (category_name(words, name), number(recognised, scale), number(counts, scale),
             asked_for(bounds, scale, paper), short)
        )  # fmt: skip
    if rows:
        paper.line()
        heads = ("类别", "已认定", "计入", "要求", ""), ("category", "recognised", "counts", "asked", "")
        paper.table([heads[0] if lang == "zh" else heads[1], *rows], right=(1, 2))
    _trainings(district, question, found, paper, words)
    return paper


def by_category(found: Account, question: Question) -> list[tuple[str, int, int]]:
    """(category, recognised hours, hours that count) of what there is or what is asked, in the catalogue's order."""
    recognised: dict[str, int] = {}
    counts: dict[str, int] = {}
    for one in found.lines:
        recognised[one.entry.category] = recognised.get(one.entry.category, 0) + one.entry.hours
        counts[one.entry.category] = counts.get(one.entry.category, 0) + one.counted
    wanted = recognised.keys() | (question.asked.categories or {}).keys()
    order = [*question.categories, *sorted(wanted - {*question.categories, UNCATEGORISED}), UNCATEGORISED]
    return [(name, recognised.get(name, 0), counts.get(name, 0)) for name in order if name in wanted]


def _trainings(district: District, question: Question, found: Account, paper: Paper, words: Vocabulary) -> None:
    positions = [one.entry.recorded for one in found.lines] + [one.recorded for one in found.waiting]
    called = hours.titles(district, positions)
    scale, rows = question.scale, []
    for one in found.lines:
        entry = one.entry
        hours_of = number(entry.hours, scale)
        counts = hours_of if one.cap is None else f"{number(one.counted, scale)}/{hours_of}"
        why = paper.say(*_CAPS[one.cap]) if one.cap else ""
        rows.append(
            (days(entry.first, entry.last), counts, category_name(words, entry.category), called[entry.recorded],
             position(entry.recorded), why)
        )  # fmt: skip
    for waits in found.waiting:
        state = paper.say("未通过", "not passed") if waits.failed else paper.say("待认定", "not recognised yet")
        rows.append(
            (days(date.fromordinal(waits.first), date.fromordinal(waits.last)), f"0/{number(waits.hours, scale)}",
             category_name(words, waits.category), called[waits.recorded], position(waits.recorded), state)
        )  # fmt: skip
    if rows:
        paper.line()
        paper.table(rows, right=(1,))


def days(first: date, last: date) -> str:
    """One day, or from one to another."""
    return day(first) if first == last else f"{first} – {last}"


def account_json(district: District, subject: str, question: Question, found: Account) -> dict[str, Any]:
    """The same as data; hours are decimals as text."""
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [subject])
    positions = [one.entry.recorded for one in found.lines] + [one.recorded for one in found.waiting]
    called, scale = hours.titles(district, positions), question.scale

    def line(one: Line) -> dict[str, Any]:
        return {
            "position": one.entry.recorded,
            "title": called[one.entry.recorded],
            "first": one.entry.first,
            "last": one.entry.last,
            "category": one.entry.category or None,
            "hours": number(one.entry.hours, scale),
            "state": "recognised",
            "counted": number(one.counted, scale),
            "cap": one.cap,
        }

    waiting = [
        {
            "position": one.recorded,
            "title": called[one.recorded],
            "first": date.fromordinal(one.first),
            "last": date.fromordinal(one.last),
            "category": one.category or None,
            "hours": number(one.hours, scale),
            "state": "failed" if one.failed else "pending",
            "counted": "0",
            "cap": None,
        }
        for one in found.waiting
    ]
    return {
        "code": known.code(subject),
        **question_json(question),
        "counted": number(found.counted, scale),
        "missing": number(found.missing, scale),
        "categories": [
            {
                "category": name or None,
                "recognised": number(recognised, scale),
                "counted": number(counts, scale),
                "minimum": _or_none(question.asked.of(name).minimum, scale),
                "most": _or_none(question.asked.of(name).most, scale),
            }
            for name, recognised, counts in by_category(found, question)
        ],
        "trainings": [*map(line, found.lines), *waiting],
    }


def question_json(question: Question) -> dict[str, Any]:
    """The year, the day, the position and what is asked, as data."""
    total, scale = question.asked.total, question.scale
    return {
        "year": question.year.name,
        "first": question.year.first,
        "last": question.year.last,
        "as_of": question.until,
        "known_at": question.known_at,
        "basis": question.year.rules.basis if question.year.rules else None,
        "minimum": _or_none(total.minimum, scale),
        "most": _or_none(total.most, scale),
    }


def _or_none(value: int | None, scale: int) -> str | None:
    return None if value is None else number(value, scale)


def rules(decided: list[tuple[int, HoursRules]], words: Vocabulary) -> Paper:
    """Every decision on training hours that holds, the newest year first."""
    paper = Paper(words.lang)
    if not decided:
        paper.both(
            "没有学时要求;写一个 YAML 文件,用 jieti hours rules 文件 公布(格式见 docs/hours.md)",
            "nothing is asked of training hours; write a YAML file and publish it: jieti hours rules FILE",
        )
        return paper
    for at, one in sorted(decided, key=lambda said: said[1].since, reverse=True):
        least = f"{one.minimum:f}" if one.minimum is not None else "–"
        most = f"{one.most:f}" if one.most is not None else "–"
        paper.both(
            f"{one.since} 起,每年从 {one.since:%m-%d} 算:至少 {least} 学时,最多算 {most}"
            f"    依据:{basis_of(one, paper)}    {position(at)}",
            f"from {one.since} on, years that begin on {one.since:%m-%d}: at least {least} hours, at most {most} count"
            f"    basis: {basis_of(one, paper)}    {position(at)}",
        )
        rows = [
            (
                category_name(words, name),
                paper.say("至少", "at least") + f" {bounds.minimum:f}" if bounds.minimum is not None else "",
                paper.say("最多算", "at most") + f" {bounds.most:f}" if bounds.most is not None else "",
            )
            for name, bounds in one.categories.items()
        ]
        paper.table(rows)
    return paper
