"""The rule of a cycle's places in words: how many, and by what candidates are ordered."""

from __future__ import annotations

from console.screens.paper import Paper, number
from console.screens.vocabulary import title
from ladders.model.ladder import Ladder
from ladders.model.review import Criterion, Places


def rule(paper: Paper, places: Places) -> str:
    """How many places there are, as the rule says it."""
    per = paper.say(f",按 {places.per}", f" per {places.per}") if places.per else ""
    if isinstance(places.number, dict):
        each = paper.say("、", ", ").join(f"{rung} {number(n)}" for rung, n in places.number.items())
        return paper.say(f"名额 {each}", f"places: {each}") + per
    if isinstance(places.number, int):
        return paper.say(f"名额 {number(places.number)}", f"{number(places.number)} places") + per
    of = {
        "nominated": ("申报人数", "nominated"),
        "eligible": ("合格人数", "eligible"),
        "approved": ("通过人数", "approved"),
    }
    zh, en = of[places.number.of]
    rounding = {
        "down": ("舍去小数", "rounded down"),
        "up": ("进一", "rounded up"),
        "half up": ("四舍五入", "rounded half up"),
    }
    how = rounding.get(places.rounding or "", ("", ""))
    return (
        paper.say(f"名额为{zh}的 {places.number.share}({how[0]})", f"{places.number.share} of those {en}, {how[1]}")
        + per
    )


def criterion_title(criterion: Criterion, ladder: Ladder, to: str, lang: str) -> str:
    """What candidates are ordered by, in words."""
    if criterion.of == "value":
        titles = {
            clause.id: clause.title
            for step in ladder.steps
            for clause in step.clauses
            if step.to == to or ladder.placement
        }
        name = title(titles[criterion.what], lang) if criterion.what in titles else criterion.what
    else:
        stages = {stage.id: stage.title for one in ladder.routes.values() for stage in one.stages}
        what = {"score": ("总分", "score"), "votes": ("同意票", "votes for")}[criterion.of]
        name = title(stages[criterion.what], lang) + (what[0] if lang == "zh" else f" {what[1]}")
    return name + ("" if not criterion.lowest_first else "(低者先)" if lang == "zh" else " (lowest first)")


def order_of(places: Places, ladder: Ladder, to: str, lang: str) -> str:
    """All that candidates are ordered by."""
    return ("、" if lang == "zh" else ", ").join(criterion_title(one, ladder, to, lang) for one in places.order)
