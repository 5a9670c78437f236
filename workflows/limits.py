"""How many may be nominated in a cycle: the limit of its rule, held against those who were."""

from __future__ import annotations

from ladders.model.lists import Multiple, Nomination
from ladders.model.review import Route
from ladders.reference.choosing import nomination_limit
from workflows.commands import Refused, World
from workflows.cycle import unit_above


def within_limit(world: World, cycle: str, route: Route, unit: str | None, scope: str | None) -> None:
    """Refused where one more nomination, of a candidate of that unit, would be over the limit.

    Without ``per`` it is for the whole cycle; teachers are then those of its ``scope``, or of the district.
    """
    rule = route.nomination
    if rule is None or rule.at_most is None:
        return
    shown, teachers = world.nominees[cycle], 0
    here = unit_above(world.units, unit, rule.per)
    nominated = sum(count for own, count in shown.by_unit.items() if unit_above(world.units, own, rule.per) == here)
    for own, count in shown.teachers.items():
        if unit_above(world.units, own, rule.per) == here and (rule.per or _inside(world, own, scope)):
            teachers += count
    places = route.places.number if route.places is not None and isinstance(route.places.number, int) else None
    limit = nomination_limit(rule, teachers, places)
    if limit is not None and nominated >= limit:
        zh, en = ("全周期", "in this cycle") if rule.per is None else ("本单位", "of this unit")
        why_zh, why_en = _why(rule, teachers, places)
        raise Refused(
            "limit",
            f"{zh}推荐限额是 {limit} 名{why_zh},已有 {nominated} 名;要换人,请先撤回一份申报:jieti cycle withdraw",
            f"at most {limit} nominations {en} are allowed{why_en}, and there are {nominated}: to put somebody else "
            "forward, withdraw one first (jieti cycle withdraw)",
        )


def _inside(world: World, unit: str | None, scope: str | None) -> bool:
    """Whether a unit is in a scope, which without one is the district."""
    seen = set[str]()
    while scope is not None and unit is not None and unit != scope and unit in world.units and unit not in seen:
        seen.add(unit)
        unit = world.units[unit].part_of
    return scope is None or unit == scope


def _why(rule: Nomination, teachers: int, places: int | None) -> tuple[str, str]:
    """What the limit was made of, in both languages."""
    if not isinstance(rule.at_most, Multiple):
        return "", ""
    times = rule.at_most.times
    if rule.at_most.of == "teachers":
        return f"(教师 {teachers} 人的 {times})", f" ({times} of {teachers} teachers)"
    return f"(名额 {places} 个的 {times})", f" ({times} of {places} places)"
