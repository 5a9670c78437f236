"""The kinds of sheets that can be exported: their headers, and their rows one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from console.export import decisions, lists, office, organisation, records, reviews
from console.export.looking import READING, Line, Look
from console.intake.finding import FOR_READING
from console.intake.kinds import BY_ID
from console.intake.template_sheets import NUMBERED
from console.intake.values import squeezed
from console.tables import Cell

WHO = ("姓名", "name")


@dataclass(frozen=True)
class Exported:
    """A kind: its names, its columns with their headers in both languages, and its rows.

    Without columns they are those of the kind of file, but for what only an import needs; the name of a person or group
    is put after the column ``who``.  ``more``: the columns that the cycle, or its stage, adds.
    """

    id: str
    zh: str
    en: str
    rows: Callable[[Look], Iterator[Line]]
    columns: tuple[tuple[str, tuple[str, str]], ...] = ()
    who: str = ""
    cycle: Literal["no", "may", "must"] = "no"
    """Whether it is of one cycle: never, where one is named, or always."""
    stage: bool = False
    """Whether it is of one stage of the cycle."""
    dated: bool = True
    """Whether it can tell what had begun by a day; else it tells what is there now."""
    people: bool = True
    """Whether its rows are about people."""
    more: Callable[[Look], Sequence[tuple[str, str]]] = lambda _: ()

    @property
    def imported(self) -> bool:
        """Whether its sheet can be imported again."""
        return self.id in BY_ID


Headers = tuple[tuple[str, tuple[str, str]], ...]
_NOT_HELD = frozenset({"act", "reason", "system", "record", "unit_name"})
_BESIDE: Mapping[str, Headers] = {
    "standings": (("state", ("现状", "state")), ("position", ("日志位置", "log position"))),
    "panels": (("who", WHO), ("role", ("角色", "role"))),
    "ballots": (("voter_name", ("评委姓名", "voter's name")),),
}
"""What a sheet tells beside the columns of its kind of file: an import passes it over."""
_CASE, _CYCLE, _CODE = ("case", ("案号", "case")), ("cycle", ("周期", "cycle")), ("code", ("编号", "code"))
_NAME, _LADDER, _RUNG = ("who", WHO), ("ladder", ("阶梯", "ladder")), ("rung", ("级", "rung"))
_FIRST, _UNTIL, _STATE = ("first", ("自", "from")), ("until", ("到", "until")), ("state", ("状态", "state"))
_POSITION, _HASH = ("position", ("日志位置", "log position")), ("sha256", ("SHA-256", "SHA-256 of the list"))
_DOCUMENT, _UNIT = ("document", ("文号", "document")), ("unit", ("单位代码", "unit code"))
_CYCLES = (_CYCLE, ("title", ("名称", "title")), ("period", ("期次", "period")), _LADDER,
           ("to", ("目标级", "rung")), ("phase", ("阶段", "phase")))  # fmt: skip
_CASES = (_CASE, _CYCLE, _CODE, _NAME, ("phase", ("阶段", "phase")), ("stage", ("环节", "stage")),
          ("rank", ("名次", "rank")), ("grade", ("等次", "grade")), _RUNG)  # fmt: skip
_GRANTS = (_POSITION, _CYCLE, _CASE, _CODE, _NAME, _LADDER, _RUNG, _FIRST, _UNTIL,
           ("correction", ("更正案位置", "position of the correction")))  # fmt: skip
_PLACES = (_RUNG, _UNIT, ("rank", ("名次", "rank")), _CODE, _NAME, _CASE, ("outcome", ("结果", "outcome")))
_NOTICES = (_CYCLE, ("number", ("第几次", "notice")), _FIRST, ("last", ("到", "until")), ("cases", ("人数", "cases")),
            _POSITION, _HASH, ("signed", ("签发位置", "position of the signature")))  # fmt: skip
_OBJECTIONS = (("objection", ("异议", "objection")), _CYCLE, _CASE, _CODE, _NAME,
               ("raised", ("提出日期", "raised")), ("until", ("裁定期限", "to be decided by")), _STATE)  # fmt: skip
_DISPENSATIONS = (_POSITION, _CODE, _NAME, _LADDER, ("clause", ("条件", "clause")), ("least", ("至少", "at least")),
                  _FIRST, _UNTIL, _STATE)  # fmt: skip
_CORRECTIONS = (_POSITION, ("opened", ("立案日期", "opened")), _CODE, _NAME, _LADDER, _RUNG,
                ("decision", ("原决定位置", "position of the decision")), ("decided", ("原决定", "decision")),
                ("then", ("当时判定", "verdict then")), ("now", ("今天判定", "verdict now")),
                ("because", ("依据的事件", "because of")), _STATE, ("ended", ("决定日期", "decided on")),
                _DOCUMENT)  # fmt: skip
_IMPORTS = (("id", ("导入", "import")), ("day", ("日期", "day")), ("actor", ("操作人", "by")),
            ("events", ("事件", "events")), ("first", ("起始位置", "from position")),
            ("last", ("末尾位置", "to position")), ("taken_back", ("已撤回", "undone")))  # fmt: skip
_DUE = (("day", ("日期", "day")), ("what", ("事项", "what")), _CYCLE, _LADDER, _RUNG, _CASE, _CODE, _NAME,
        ("by", ("办理人编号", "by")), ("by_name", ("办理人", "by whom")), ("count", ("数量", "count")))  # fmt: skip
_SCHEDULES = (("schedule", ("排期", "schedule")), _LADDER, ("to", ("目标级", "rung")), _UNIT,
              ("every", ("周期长短", "every")), _FIRST, ("next", ("下次", "next")),
              ("submission", ("申报天数", "days of submission")), ("missed", ("错过的", "missed ones")),
              ("runs", ("已办次数", "runs")))  # fmt: skip
_LADDERS = (_LADDER, ("title", ("名称", "title")), ("first", ("生效日期", "in force from")), _UNTIL, _STATE, _POSITION,
            ("sha256", ("SHA-256", "SHA-256 of the file")), _DOCUMENT)  # fmt: skip
_LOOKS = (("at", ("时间", "at")), ("by", ("查阅人", "by")), ("command", ("命令", "command")), _CODE, _NAME,
          ("about", ("名单", "list of")), ("people", ("人数", "people")), ("as_of", ("截至", "as of")),
          ("known_at", ("已知到", "known at")))  # fmt: skip


def _of_file(kind: str, rows: Callable[[Look], Iterator[Line]], who: str = "", **more: Any) -> Exported:
    return Exported(kind, BY_ID[kind].zh, BY_ID[kind].en, rows, who=who, **more)


def _calendar(look: Look) -> Iterator[Line]:
    header, rows = lists.calendar(look)
    for row in rows:
        yield dict(zip(header, row, strict=True))


EXPORTED: tuple[Exported, ...] = (
    _of_file("units", organisation.units, people=False),
    _of_file("people", organisation.people),
    _of_file("studios", organisation.studios),
    _of_file("standings", organisation.standings, who="unit"),
    _of_file("memberships", organisation.memberships, who="person"),
    _of_file("alliances", organisation.alliances, who="person"),
    _of_file("mentors", organisation.mentors),
    _of_file("trainings", records.trainings, who="person"),
    _of_file("evaluations", records.evaluations, who="person"),
    _of_file("reflections", records.reflections, who="person"),
    _of_file("evidence", records.evidence, who="unit", more=records.attribute_columns),
    _of_file("calendar", _calendar, people=False),
    _of_file("nominations", reviews.nominations, who="unit", cycle="must", more=reviews.stated),
    _of_file("panels", reviews.panels, cycle="must", dated=False),
    _of_file("ballots", reviews.ballots, who="studio", cycle="must", stage=True, more=reviews.marked),
    Exported("cycles", "评审周期", "review cycles", lists.cycles, _CYCLES, people=False, dated=False),
    Exported("cases", "申报案件", "cases", lists.cases, _CASES, cycle="may", dated=False),
    Exported("places", "名额排序", "ranking for places", decisions.places, _PLACES, cycle="must", dated=False,
             more=decisions.criteria),
    Exported("notices", "公示", "notices", decisions.notices, _NOTICES, cycle="may", people=False),
    Exported("objections", "异议", "objections", decisions.objections, _OBJECTIONS, cycle="may"),
    Exported("grants", "认定", "grants", decisions.grants, _GRANTS, cycle="may"),
    Exported("dispensations", "放宽条件", "dispensations", decisions.dispensations, _DISPENSATIONS),
    Exported("corrections", "更正案", "corrections", decisions.corrections, _CORRECTIONS),
    Exported("ladders", "阶梯版本", "published ladders", office.ladders, _LADDERS, people=False),
    Exported("schedules", "排期", "schedules", office.schedules, _SCHEDULES, people=False, dated=False),
    Exported("due", "到期事项", "what falls due", office.due, _DUE),
    Exported("looks", "查阅记录", "looks", office.looks, _LOOKS),
    Exported("imports", "导入记录", "imports", lists.imports, _IMPORTS, people=False, dated=False),
)  # fmt: skip


def exported(text: str) -> Exported | None:
    """The kind of an id or a title in either language."""
    wanted = squeezed(text).removesuffix("表")
    return next((one for one in EXPORTED if wanted in map(squeezed, (one.id, one.zh, one.en))), None)


def sheet(kind: Exported, look: Look) -> tuple[list[str], Iterator[list[Cell]]]:
    """A header, and the rows under it."""
    place = 0 if look.lang == "zh" else 1
    columns = _columns(kind, look, place)
    return [NUMBERED[place], *columns.values()], _rows(kind.rows(look), tuple(columns), FOR_READING[place])


def _rows(lines: Iterable[Line], names: tuple[str, ...], reading: str) -> Iterator[list[Cell]]:
    for number, one in enumerate(lines, 1):
        yield [reading if READING in one else number, *(one.get(name, "") for name in names)]


def _columns(kind: Exported, look: Look, place: int) -> Mapping[str, str]:
    if kind.id == "calendar":
        header, _ = lists.calendar(look)
        return {name: name for name in header}
    found = {name: headers[place] for name, headers in kind.columns}
    for column in () if kind.columns else BY_ID[kind.id].columns:
        if column.name not in _NOT_HELD:
            found[column.name] = column.headers[place]
        if column.name == kind.who:
            found["who"] = WHO[place]
    found |= {name: headers[place] for name, headers in _BESIDE.get(kind.id, ())}
    return found | dict(kind.more(look))
