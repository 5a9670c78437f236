"""The kinds of sheets that can be exported: their headers, and their rows one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from console.export import lists, organisation, records
from console.export.looking import READING, Cell, Line, Look
from console.intake.finding import FOR_READING
from console.intake.kinds import BY_ID
from console.intake.template_sheets import NUMBERED
from console.intake.values import squeezed

WHO = ("姓名", "name")


@dataclass(frozen=True)
class Exported:
    """A kind: its names, its columns with their headers in both languages, and its rows.

    Without columns they are those of the kind of file, but for what only an import needs; the name of a person or group
    is put after the column ``who``.
    """

    id: str
    zh: str
    en: str
    rows: Callable[[Look], Iterator[Line]]
    columns: tuple[tuple[str, tuple[str, str]], ...] = ()
    who: str = ""

    @property
    def people(self) -> bool:
        """Whether its rows are about people."""
        return self.id not in ("units", "calendar", "cycles", "imports")


_NOT_HELD = frozenset({"act", "reason", "system", "record", "unit_name"})
_CYCLES = (("cycle", ("周期", "cycle")), ("title", ("名称", "title")), ("period", ("期次", "period")),
           ("ladder", ("阶梯", "ladder")), ("to", ("目标级", "rung")), ("phase", ("阶段", "phase")))  # fmt: skip
_CASES = (("case", ("案号", "case")), ("cycle", ("周期", "cycle")), ("code", ("编号", "code")), ("who", WHO),
          ("phase", ("阶段", "phase")), ("stage", ("环节", "stage")), ("rank", ("名次", "rank")),
          ("grade", ("等次", "grade")), ("rung", ("级", "rung")))  # fmt: skip

_IMPORTS = (("id", ("导入", "import")), ("day", ("日期", "day")), ("actor", ("操作人", "by")),
            ("events", ("事件", "events")), ("first", ("起始位置", "from position")),
            ("last", ("末尾位置", "to position")), ("taken_back", ("已撤回", "undone")))  # fmt: skip


def _of_file(kind: str, rows: Callable[[Look], Iterator[Line]], who: str = "") -> Exported:
    return Exported(kind, BY_ID[kind].zh, BY_ID[kind].en, rows, who=who)


def _calendar(look: Look) -> Iterator[Line]:
    header, rows = lists.calendar(look)
    for row in rows:
        yield dict(zip(header, row, strict=True))


EXPORTED: tuple[Exported, ...] = (
    _of_file("units", organisation.units),
    _of_file("people", organisation.people),
    _of_file("studios", organisation.studios),
    _of_file("standings", organisation.standings, who="unit"),
    _of_file("memberships", organisation.memberships, who="person"),
    _of_file("alliances", organisation.alliances, who="person"),
    _of_file("mentors", organisation.mentors),
    _of_file("trainings", records.trainings, who="person"),
    _of_file("evaluations", records.evaluations, who="person"),
    _of_file("reflections", records.reflections, who="person"),
    _of_file("evidence", records.evidence, who="unit"),
    _of_file("calendar", _calendar),
    Exported("cycles", "评审周期", "review cycles", lists.cycles, _CYCLES),
    Exported("cases", "申报案件", "cases", lists.cases, _CASES),
    Exported("imports", "导入记录", "imports", lists.imports, _IMPORTS),
)


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
    if kind.columns:
        return {name: headers[place] for name, headers in kind.columns}
    if kind.id == "calendar":
        header, _ = lists.calendar(look)
        return {name: name for name in header}
    found: dict[str, str] = {}
    for column in BY_ID[kind.id].columns:
        if column.name not in _NOT_HELD:
            found[column.name] = column.headers[place]
        if column.name == kind.who:
            found["who"] = WHO[place]
    return found | dict(records.attribute_columns(look)) if BY_ID[kind.id].attributes else found
