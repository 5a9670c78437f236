"""Grades: how many got which, as screens say it."""

from __future__ import annotations

from typing import Any

from console.screens.paper import Paper, position
from console.screens.vocabulary import title
from engine.cycles.advance import route
from engine.district import District
from engine.people import names
from ladders.model.lists import Grades


def called(rule: Grades | None, grade: str | None, lang: str) -> str:
    """The title of a grade; nothing for none."""
    titles = {one.id: one.title for one in rule.grades} if rule is not None else {}
    return title(titles[grade], lang) if grade in titles else grade or ""


def summary(district: District, cycle: str, lang: str) -> list[str]:
    """How many got which grade, a line for each group, and the lot that was drawn; nothing before they are given."""
    given, rule = district.cycle_state(cycle).grades, route(district, cycle).grades
    if given is None or rule is None:
        return []
    paper = Paper(lang)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.unit for one in given.groups if one.unit])
    said = []
    for group in given.groups:
        counts = " · ".join(f"{called(rule, one.grade, lang)} {one.cases}" for one in group.grades)
        of = f"{known.name(group.unit)}: " if group.unit else ""
        said.append(of + paper.say(f"{counts}(共 {group.cases} 人)", f"{counts} (of {group.cases})"))
    at = position(district.cycle_state(cycle).grades_at)
    lot = paper.say(f",抽签号 {given.lot}", f", lot {given.lot}") if given.lot else ""
    said[-1] += f"  {at}{lot}" if said else ""
    return said


def grades_json(district: District, cycle: str) -> dict[str, Any] | None:
    """The grades as data; None before they are given."""
    state = district.cycle_state(cycle)
    return {"position": state.grades_at, **state.grades.model_dump(mode="json")} if state.grades else None
