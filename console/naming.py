"""What a user calls things, turned into ids: positions, rungs, ladders, stages, by number, id or title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.options import Mistake, day

if TYPE_CHECKING:
    from engine.district import District
    from engine.times import Times
    from ladders.model.ladder import Ladder, Text
    from workflows.case import Case

LONGEST_POSITION = 15
"""Digits: no log is longer, and no store takes many more."""


def times(district: District, as_of: str, known_at_: str) -> Times:
    """The two times of a question, as options say them; Refused for a position that the log does not have."""
    from engine import times as asking

    return asking.times(district, day(as_of), known_at(district, known_at_))


def known_at(district: District, text: str) -> int | None:
    """A log position: ``124445``, ``#124,445``, or the last one recorded by the end of a day; None for no text."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    if re.fullmatch(r"#?\d[\d,]*", text) and not re.fullmatch(r"\d{8}", text):
        return int(text.lstrip("#").replace(",", ""))
    from engine.clock import recorded_by

    found = day(text)
    assert found is not None
    ends = datetime.combine(found + timedelta(days=1), time(), ZoneInfo(district.settings.time_zone))
    position = recorded_by(district, ends)
    if not position:
        raise Mistake(f"到 {found} 为止日志里还没有记录", f"nothing was recorded by {found}")
    return position


def ladder_id(district: District, asked: str) -> str:
    """A published ladder by its id or title; what is neither stays as it is, for the engine to refuse."""
    from engine.people.subjects import newest_versions

    titles = {name: ladder.title for name, ladder in newest_versions(district).items()}
    return _by_title(titles, asked) or asked


def rung_id(ladder: Ladder, asked: str) -> str:
    """A rung by its id or title; what is neither stays as it is."""
    return _by_title({rung.id: rung.title for rung in ladder.rungs}, asked) or asked


def rung_of_cycle(ladder: Ladder, asked: str) -> str:
    """The rung that a cycle is for; where the ladder places, the highest one if none is named.  Mistake otherwise."""
    if asked:
        return rung_id(ladder, asked)
    if ladder.placement is not None:
        from ladders.evaluating.placing import top

        return top(ladder)
    rungs = {rung.id: rung.title for rung in ladder.rungs}
    zh = "、".join(f"{name}({title.zh})" for name, title in rungs.items())
    en = ", ".join(f"{name} ({title.en})" for name, title in rungs.items())
    raise Mistake(f"请用 --to 指定目标级:{zh}", f"name the rung with --to: {en}", "which rung")


def stage_id(district: District, cycle: str, asked: str) -> str:
    """A stage of a cycle by its id or title, the only one where none is named; Mistake otherwise."""
    from engine.cycles.advance import route

    titles = {stage.id: stage.title for stage in route(district, cycle).stages}
    if not asked and len(titles) == 1:
        return next(iter(titles))
    found = _by_title(titles, asked)
    if found is None:
        zh = "、".join(f"{name}({title.zh})" for name, title in titles.items())
        en = ", ".join(f"{name} ({title.en})" for name, title in titles.items())
        if not asked:
            raise Mistake(f"本周期有多个环节,请用 --stage 指定:{zh}", f"name one of the stages with --stage: {en}")
        raise Mistake(f"没有环节“{asked}”;可用:{zh}", f'there is no stage "{asked}"; there is: {en}')
    return found


def case_id(district: District, cycle: str, asked: str) -> str:
    """A case of a cycle by its own id or by its candidate's code; Mistake where that candidate has none."""
    if asked.startswith("c-"):
        return asked
    from engine.people.subjects import find

    case = district.cases_of(cycle).get(find(district, asked, ("person", "studio")))
    if case is None:
        raise Mistake(f"{asked} 没有在本周期申报", f"{asked} was not nominated in this cycle", "no case")
    return case


def stage_of_case(district: District, cycle: str, case: str, asked: str) -> str:
    """A stage by its id or title; where none is named, the one that the case is in, or the cycle's only one."""
    if not asked:
        from engine.cycles.advance import route
        from workflows.case import stage_of

        now = stage_of(case_state(district, case), route(district, cycle))
        if now is not None:
            return now.id
    return stage_id(district, cycle, asked)


def case_state(district: District, case: str, known_at: int | None = None) -> Case:
    """A case as its stream tells it (by a position); Mistake if there is none."""
    from workflows.case import stream
    from workflows.deciding import fold

    with district.reading() as connection:
        events = district.log.read(connection, stream(case))
    state: Case = fold(stream(case), [one for one in events if known_at is None or one.position <= known_at])
    if not state.version:
        raise Mistake(
            f"没有申报 {case};用 jieti cycle cases 查看",
            f"there is no case {case}; jieti cycle cases lists them",
            "no case",
        )
    return state


def sheet_items(district: District, cycle: str, stage: str) -> dict[str, str]:
    """The items of a stage's score sheet: every name of one to its id; none where the stage has no sheet."""
    from engine.cycles.advance import route

    found = next(one for one in route(district, cycle).stages if one.id == stage)
    items = found.sheet.items if found.sheet else ()
    return {name: item.id for item in items for name in (item.title.zh, item.title.en, item.id)}


def objection_case(district: District, cycle: str, objection: str) -> str:
    """The case of an objection, by the objection's id; Mistake if there is none in this cycle."""
    from sqlalchemy import select

    from engine.tables import objection_table

    row = objection_table.c
    chosen = select(row["case"]).where(row.id == objection, row.cycle == cycle)
    with district.reading() as connection:
        case: str | None = connection.execute(chosen).scalar_one_or_none()
    if case is None:
        raise Mistake(
            f"本周期没有异议 {objection};用 jieti cycle show 查看",
            f"this cycle has no objection {objection}; jieti cycle show lists them",
            "no objection",
        )
    return case


def unit_id(district: District, asked: str) -> str | None:
    """A unit by its code; None for an empty text."""
    from engine.people.subjects import find

    return find(district, asked, ("unit",)) if asked else None


def event_at(asked: str) -> int:
    """A position as people copy it from a screen: ``#1,234`` or ``1234``; Mistake for anything else."""
    text = unicodedata.normalize("NFKC", asked).strip().removeprefix("#").replace(",", "")
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_POSITION:
        raise Mistake(f"“{asked}”不是日志位置;写成 #1,234", f'"{asked}" is no log position; write #1,234')
    return int(text)


def _by_title(titles: Mapping[str, Text], asked: str) -> str | None:
    if asked in titles:
        return asked
    found = [name for name, title in titles.items() if asked in (title.zh, title.en)]
    return found[0] if len(found) == 1 else None
