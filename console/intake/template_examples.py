"""What each column of a template takes, in a sentence, and what stands there in the example."""

from __future__ import annotations

from typing import NamedTuple

from console.intake.columns import Column, FileKind
from console.intake.desk import Desk
from console.intake.evidence import attribute_of
from console.intake.kinds import BY_ID, MARK, PERSON, STATE, UNIT_NAME, WHEN
from console.intake.offers import NAMED
from console.intake.values import TermReader
from events.facts import Kind


class Takes(NamedTuple):
    """What a column takes, in both languages, and whether its cells are text, so that nothing becomes a number."""

    zh: str
    en: str
    text: bool = True


_PAST = Takes(
    "日期,如 2024-06-06、2024.6.6;不晚于今天。只知道月份写 2024.6,几天写 2024.6.3-6.7",
    "a day, as 2024-06-06, not after today; 2024.6 where only the month is known, 2024.6.3-6.7 for several",
)
_AHEAD = Takes("日期,如 2024-06-06;可以晚于今天", "a day, as 2024-06-06; it may lie ahead")
_BY_READER = {
    WHEN[0].reader: _PAST,
    BY_ID["people"].column("born").reader: Takes("日期,如 1988-03-02,要写到日", "a day, as 1988-03-02, no month"),
    BY_ID["standings"].column("until").reader: _AHEAD,
    BY_ID["calendar"].column("first").reader: _AHEAD,
    PERSON.reader: Takes("编号,照原样写,前面的零不要丢", "a code as it is, with its leading zeros"),
    UNIT_NAME.reader: Takes("文字", "text"),
    BY_ID["calendar"].column("places").reader: Takes("整数", "a whole number", text=False),
}
_SAID = {
    "ladder": Takes("阶梯的名称或代号", "a ladder's title or id"),
    "rung": Takes("级的名称或代号", "a rung's title or id"),
    "rungs": Takes("级的名称或代号,几个之间用、隔开", "titles or ids of rungs, parted by 、"),
    "seat": Takes("席位号,从 1 起", "a seat's number, from 1", text=False),
    "round": Takes("第几轮,从 1 起;只有一轮时不填", "which ballot, from 1; empty where there is one", text=False),
    "act": Takes("不填即登记;要更正或作废已有的记录时才填", "empty is record; else what becomes of the record held"),
    "system": Takes("来自哪个平台或系统", "from which platform or system"),
    "record": Takes("这条记录在来源里的编号", "the number that the record has there"),
    "identity": Takes("这次培训在各平台上相同的编号", "the number that the training has on every platform"),
    "course": Takes("每次开班相同的课程编号", "the number of a course that is held again and again"),
    "dated": Takes("纸质票上的日期,如 2024-06-06;不填即今天", "the day on a paper ballot, as 2024-06-06; else today"),
}
_CHOOSE = Takes("从下拉中选", "choose from the list")
_MARK = Takes(
    "分数,最多两位小数;不适用写“不适用”",
    "a mark, at most two decimal places; n/a where it does not apply",
    text=False,
)
_STATED = Takes("申报书写明的内容,简短的词", "what the application states, a short term")
_AMOUNT = Takes("数字,不带单位也可以", "a number, with its unit or without", text=False)

_EXAMPLES = {
    "person": "GH0001", "number": "GH0001", "host": "GH0001", "mentee": "GH0002", "mentor": "GH0001",
    "voter": "GH0003", "studio": "GZS01", "unit": "D001", "group": "LM01", "ladder": "erqi-teacher",
    "rung": "发展对象", "document": "示教〔2024〕5号", "title": "专题培训(示例)", "evaluation": "2024年度发展评价",
    "work": "FS-2024-001", "hours": "6.5", "ethics": "90", "theory": "85.5", "teaching": "88", "research": "80",
    "day": "2024-06-06", "joined": "2024-03-01", "began": "2023-09-01", "first": "2024-06-06",
    "service": "2012-08-15", "born": "1988-03-02", "taught": "数学", "name": "李示例", "seat": "1",
    "organiser": "示例区名师培养中心", "venue": "示例小学", "places": "40",
}  # fmt: skip
_OF_KIND = {
    ("units", "code"): "D001", ("units", "name"): "示例小学", ("units", "kind"): "学校", ("units", "day"): "1986-09-01",
    ("studios", "code"): "GZS01", ("studios", "name"): "李示例名师工作室", ("people", "day"): "2015-09-01",
    ("standings", "title"): "区级发展对象", ("reflections", "title"): "一节课的反思(示例)",
    ("reflections", "level"): "",
    ("evidence", "title"): "公开课(示例)", ("evidence", "first"): "", ("trainings", "first"): "",
    ("calendar", "number"): "PX-2024-01",
    ("standings", "studio"): "", ("standings", "unit"): "", ("evidence", "studio"): "", ("evidence", "unit"): "",
    ("nominations", "studio"): "", ("nominations", "unit"): "", ("ballots", "studio"): "",
    ("alliances", "unit"): "", ("panels", "unit"): "", ("nominations", "outside"): "",
    ("people", "unit_name"): "", ("studios", "unit_name"): "", ("panels", "unit_name"): "", ("people", "change"): "",
    ("nominations", "document"): "", ("memberships", "document"): "", ("alliances", "document"): "",
    ("calendar", "kind"): "",
}  # fmt: skip
"""Where the kind says otherwise; nothing: the example leaves it empty."""


def taken(kind: FileKind, column: Column, desk: Desk, choices: tuple[str, ...]) -> Takes:
    """What a column takes."""
    if column.name in _SAID:
        return _SAID[column.name]
    if column.name.startswith((MARK, STATE)):
        return _MARK if column.name.startswith(MARK) else _STATED
    read = column.reader(desk)
    if isinstance(getattr(read, "read", read), TermReader) or (kind.id == "calendar" and column.name in NAMED):
        return _CHOOSE if choices else _BY_READER[UNIT_NAME.reader]
    if column.name.startswith("attribute:"):
        return Takes("按佐证类型填写;该类型没有这一项时留空", "as the kind of evidence asks; empty where it has none")
    return _BY_READER.get(column.reader, _AMOUNT)


def example_of(kind: FileKind, column: Column, choices: tuple[str, ...], desk: Desk, lang: str) -> str:
    """What stands in the example; nothing for a column that it leaves empty."""
    own = _OF_KIND.get((kind.id, column.name))
    if own == "" or column.name == "act":
        return ""
    if kind.id == "evidence":
        name, declared = shown_kind(desk)
        if column.name == "kind":
            return declared.zh if lang == "zh" else name
        if column.name == "amount":
            return "1" if declared.amount else ""
        if column.name.startswith("attribute:"):
            attribute = attribute_of(desk, declared, column.headers[0])
            read = desk.reader_of(name, attribute).read if attribute else None
            return (
                next(iter(read.usual.values() if lang == "zh" else read.usual)) if isinstance(read, TermReader) else ""
            )
    if column.name.startswith("attribute:"):
        return ""
    if column.name.startswith(MARK):
        return "1"
    if own and choices and lang != "zh":
        read = column.reader(desk)
        terms = getattr(getattr(read, "read", read), "usual", {})
        return next((term for term, word in terms.items() if word == own), own)
    return own or (choices[0] if choices else _EXAMPLES.get(column.name, ""))


def shown_kind(desk: Desk) -> tuple[str, Kind]:
    """The kind of evidence that the example is of: the first that has days of its own and lasts no longer."""
    every = desk.catalogue.kinds
    own = {name: one for name, one in every.items() if name not in ("training", "evaluation", "reflection")}
    return next(((name, one) for name, one in own.items() if not one.lasting), next(iter(own.items())))
