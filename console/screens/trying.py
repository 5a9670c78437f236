"""Cases held against a ladder: what came out otherwise, clause by clause, with the evidence that counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper
from ladders.cases.trying import Difference, Tried
from ladders.model.ladder import Entry, Ladder

MOST = 8
"""Pieces of evidence that a line shows."""
_WHAT = {
    "verdict": ("结论", "the verdict"),
    "placed": ("应在的级", "the rung"),
    "outcome": ("评议结果", "the outcome"),
    "score": ("总分", "the score"),
    "places": ("名额", "places"),
    "in": ("入选", "in"),
    "out": ("落选", "out"),
    "requirements": ("未达到的结构要求", "requirements not met"),
}
_WORDS: dict[str, tuple[str, str]] = {
    **{str(outcome): words for outcome, words in OUTCOMES.items()},
    "not failing": ("不在未达到之列", "not among those that fail"),
    "not unknown": ("可以判定", "not unknown"),
    "nothing": ("没有可算的", "nothing to go on"),
    "nobody": ("无人", "nobody"),
    "none": ("不在任何一级", "no rung"),
    "approved": ("通过", "approved"),
    "rejected": ("不通过", "rejected"),
    "no quorum": ("不足法定人数", "no quorum"),
}


def trials(found: Sequence[Tried], ladder: Ladder, lang: str) -> Paper:
    """The cases that came out otherwise, and how many came out as expected."""
    paper = Paper(lang)
    titles = {step.id: {entry.id: entry for entry in ladder.entries(step)} for step in ladder.steps}
    for one in found:
        if one.passed:
            continue
        paper.line(f"✗ {one.name}")
        at = paper.say(f"第 {one.line} 行", f"line {one.line}")
        paper.line("    " + "    ".join(filter(None, [at, one.step, str(one.as_of or "")])))
        for difference in one.differences:
            _difference(paper, difference, titles.get(one.step, {}))
    wrong = sum(not one.passed for one in found)
    paper.both(
        f"{len(found)} 个案例,{len(found) - wrong} 个符合预期" + (f",{wrong} 个不符" if wrong else ""),
        f"{len(found)} cases: {len(found) - wrong} as expected" + (f", {wrong} otherwise" if wrong else ""),
    )
    return paper


def _difference(paper: Paper, one: Difference, titles: dict[str, Entry]) -> None:
    entry = titles.get(one.what)
    what = paper.say(*_WHAT[one.what]) if one.what in _WHAT else one.what
    if entry is not None:
        what = f"{one.what} ({paper.say(entry.clause.title.zh, entry.clause.title.en)})"
    paper.line(f"    {what}")
    paper.line(f"        {paper.say('应为', 'expected')}  {_said(paper, one.expected)}")
    paper.line(f"        {paper.say('得到', 'found   ')}  {_said(paper, one.found)}")
    if entry is None:
        return
    if not one.evidence:
        paper.both("        没有佐证计入", "        no evidence counted")
    for piece in one.evidence[:MOST]:
        paper.line(f"        {paper.say('计入', 'counted')}  {piece}")
    if len(one.evidence) > MOST:
        paper.both(f"        …还有 {len(one.evidence) - MOST} 项", f"        … and {len(one.evidence) - MOST} more")


def _said(paper: Paper, text: str) -> str:
    """An outcome in the screen's language, and the value behind it as it is."""
    outcome, bracket, value = text.partition(" (")
    return (paper.say(*_WORDS[outcome]) if outcome in _WORDS else outcome) + bracket + value


def as_data(found: Sequence[Tried]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "cases": len(found),
        "failed": sum(not one.passed for one in found),
        "tried": [
            {
                "name": one.name,
                "line": one.line,
                "step": one.step,
                "as_of": one.as_of,
                "outcome": one.outcome,
                "passed": one.passed,
                "findings": [each.model_dump(mode="json") for each in one.findings],
                "differences": [
                    {"what": each.what, "expected": each.expected, "found": each.found, "evidence": each.evidence}
                    for each in one.differences
                ],
            }
            for one in found
        ],
    }
