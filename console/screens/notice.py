"""The public notice: the list that is posted, and how anyone compares it with the log."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from console.options import Mistake
from console.screens.grades import called
from console.screens.paper import Paper, coloured, position
from engine.cycles.advance import route
from engine.district import District
from engine.people import names
from engine.tables import case_table, objection_table
from events.facts import NoticePosted
from ladders.checking.check import without_document
from workflows import case as cases
from workflows.case import Case
from workflows.cycle import Cycle
from workflows.deciding import fold
from workflows.notice import list_sha256

HEADER = ("案号", "编号", "姓名", "单位")
PLACED = ("案号", "编号", "级", "姓名", "单位", "级名")
"""Where the ladder places on the highest rung that is met, each line has its rung."""
_CASE, _ID, _RUNG = ("案号", "case"), ("编号", "id"), ("级", "rung")
_TWO = "前两列(案号 编号)", "two columns (case, id)"
MOST = 20
"""Differences of a list that are told one by one."""


@dataclass(frozen=True)
class Posted:
    """A notice, and the list that the log gives for it: (case, subject) in the order of the cases' ids.

    Where the ladder places, each entry has its rung as well.
    """

    cycle: str
    number: int
    fact: NoticePosted
    position: int
    entries: tuple[tuple[str, ...], ...]
    placing: bool
    grades: Mapping[str, str] = field(default_factory=dict)
    """By case the grade that it had then."""

    @property
    def same(self) -> bool:
        """Whether the list that the log gives is the one whose hash was posted."""
        return len(self.entries) == self.fact.cases and list_sha256(self.entries) == self.fact.list_sha256


def posted(district: District, cycle: str, number: int = 0) -> Posted:
    """The notice of a number (from 1), or the last one; Mistake if there is none."""
    state = district.cycle_state(cycle)
    if not state.notices:
        raise Mistake(
            "还没有公示;用 jieti cycle show 查看进度", "nothing is posted yet; jieti cycle show tells where it is"
        )
    if not 0 <= number <= len(state.notices):
        raise Mistake(
            f"没有第 {number} 次公示;共 {len(state.notices)} 次",
            f"there is no notice {number}; there are {len(state.notices)}",
        )
    number = number or len(state.notices)
    fact, at = state.notices[number - 1]
    named = _named(district, cycle, state, number)
    placing = district.ladders[district.cycle(cycle).version].placement is not None
    entries = tuple(_entry(name, case) for name, case in named)
    grades = {one: case.graded.grade for one, case in named if case.graded}
    return Posted(cycle, number, fact, at, entries, placing, grades)


def _entry(name: str, case: Case) -> tuple[str, ...]:
    assert case.nominated is not None
    rung = case.assessed.rung_for(case.placed) if case.assessed is not None else None
    return (name, case.nominated.subject, *([rung] if rung is not None else []))


def _named(district: District, cycle: str, state: Cycle, number: int) -> list[tuple[str, Case]]:
    """Who was ready when a notice was posted, and on none before: by the cases' own streams as they stood then."""
    at = state.notices[number - 1][1]
    before = state.notices[number - 2][1] if number > 1 else 0
    row, found = case_table.c, list[tuple[str, Case]]()
    objected = select(objection_table.c["case"]).where(objection_table.c.cycle == cycle)
    chosen = select(row.id).where(row.cycle == cycle, or_(row.ready > 0, row.id.in_(objected)))
    with district.reading() as connection:
        ids = connection.execute(chosen.order_by(row.id)).scalars().all()
        read = district.log.read_many(connection, [cases.stream(one) for one in ids])
    for one in ids:
        then = [event for event in read[cases.stream(one)] if event.position < at]
        case: Case = fold(cases.stream(one), then)
        if before < case.ready_at < at and case.outcome is None and case.nominated is not None:
            found.append((one, case))
    return found


def rows(district: District, found: Posted, lang: str = "zh") -> list[tuple[str, ...]]:
    """The lines of the list: case, id, name, unit; the rung where the ladder places, the grade if any."""
    subjects = [entry[1] for entry in found.entries]
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, subjects)
        units = names.units(connection, subjects)
    rungs = {rung.id: rung.title.zh for rung in district.ladders[district.cycle(found.cycle).version].rungs}
    listed = [
        (*entry, known.name(entry[1]), units.get(entry[1], ""), *(rungs[rung] for rung in entry[2:]))
        for entry in found.entries
    ]
    rule = route(district, found.cycle).grades
    return [(*one, *([called(rule, found.grades.get(one[0]), lang)] if rule else [])) for one in listed]


def header(district: District, found: Posted) -> tuple[str, ...]:
    """The columns of the list."""
    columns = PLACED if found.placing else HEADER
    return (*columns, "等次") if route(district, found.cycle).grades is not None else columns


def shown(district: District, found: Posted, lang: str, out: Path | None = None) -> Paper:
    """The list, its hash, and how to compare it."""
    paper, fact = Paper(lang), found.fact
    paper.both(
        f"第 {found.number} 次公示 {position(found.position)}    {fact.first} 至 {fact.last}    {fact.cases} 人",
        f"Notice {found.number} {position(found.position)}    {fact.first} to {fact.last}    {fact.cases} cases",
    )
    if (assumed := _without_document(district, found.cycle))[0]:
        paper.both(
            f"所依据的规定共 {assumed[1]} 个条件,其中 {assumed[0]} 个没有文件依据(假定)",
            f"of the {assumed[1]} clauses of the rule that it rests on {assumed[0]} have no document (assumed)",
        )
    paper.table(rows(district, found, lang))
    paper.line(f"  sha256 {fact.list_sha256}")
    if not found.same:
        said = paper.say(
            "按日志重新列出的名单与公示的不一致!", "the list as the log gives it now is NOT the one posted"
        )
        paper.line("  " + coloured(said, "bad"))
    name = out.name if out is not None else paper.say("公示名单.csv", "list.csv")
    zh, en = ("前三列(案号 编号 级)", "three columns (case, id, rung)") if found.placing else _TWO
    paper.both(
        f"核对:名单{zh}逐行以空格相连,按案号排序,每行以换行结束,取 SHA-256,即为上面的哈希:",
        f"check it: the first {en} of each line joined by a blank, sorted, each line ended by a line "
        "feed; the SHA-256 of that is the hash above:",
    )
    paper.line(
        f"  tail -n +2 {name} | cut -d, -f1{',2,3' if found.placing else ',2'} | tr ',' ' ' | LC_ALL=C sort | sha256sum"
    )
    paper.line(f"  jieti cycle notice {found.cycle} --number {found.number} --check {name}")
    return paper


def _without_document(district: District, cycle: str) -> tuple[int, int]:
    """How many clauses of the ladder that a cycle runs under have no document, and how many there are."""
    opened = district.cycle_state(cycle).opened
    assert opened is not None
    return without_document(district.ladders[opened.version])


def write_list(district: District, found: Posted, path: Path) -> None:
    """Write the list as csv: UTF-8 with its mark, as office programs read it."""
    from console.intake.report import guarded

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [header(district, found), *([guarded(cell) for cell in row] for row in rows(district, found))]
        )


def checked(district: District, found: Posted, path: Path, lang: str) -> tuple[bool, Paper]:
    """Whether a list is the one that was posted, and what differs."""
    paper, own = Paper(lang), _read(path, placing=found.placing)
    hashed = list_sha256(own)
    same = hashed == found.fact.list_sha256
    paper.line(f"{path.name}    {len(own)}    sha256 {hashed}")
    paper.line(f"{paper.say('公示', 'posted')} {position(found.position)}    {found.fact.cases}    "
               f"sha256 {found.fact.list_sha256}")  # fmt: skip
    if same:
        paper.line(coloured(paper.say("一致:这就是公示的名单", "the same: this is the list that was posted"), "good"))
        return True, paper
    paper.line(coloured(paper.say("不一致:这不是公示的名单", "NOT the list that was posted"), "bad"))
    for zh, en, differing in (
        ("公示有、这里没有", "posted, and not here", {*found.entries} - {*own}),
        ("这里有、公示没有", "here, and not posted", {*own} - {*found.entries}),
    ):
        for entry in sorted(differing)[:MOST]:
            paper.line(f"  {paper.say(zh, en)}: {' '.join(entry)}")
        if len(differing) > MOST:
            paper.line(f"  … {len(differing) - MOST}")
    return False, paper


def _read(path: Path, *, placing: bool) -> list[tuple[str, ...]]:
    """The (case, id) of every line of a list, with its rung where it has one; Mistake where columns are missing."""
    from console.intake.own_sheets import rows_of

    wanted = {"case": _CASE, "id": _ID} | ({"rung": _RUNG} if placing else {})
    for rows in rows_of(path, wanted, needed=wanted):
        return [tuple(row.values()) for _, row in rows if row["case"]]
    raise Mistake(
        f"{path.name} 不是公示名单:要有“案号”和“编号”两列",
        f"{path.name} is no list of a notice: it needs the columns 案号 (case) and 编号 (id)",
    )


def notice_json(district: District, found: Posted) -> dict[str, Any]:
    """A notice as data; whom it names by case and id."""
    assumed, clauses = _without_document(district, found.cycle)
    return {
        "cycle": found.cycle,
        "number": found.number,
        "position": found.position,
        **found.fact.model_dump(mode="json"),
        "list": [
            dict(zip(("case", "id", "rung"), entry, strict=False))
            | ({"grade": grade} if (grade := found.grades.get(entry[0])) else {})
            for entry in found.entries
        ],
        "as_the_log_gives_it": found.same,
        "clauses": clauses,
        "without_document": assumed,
    }
