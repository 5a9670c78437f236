"""docs/reliability.md: fixed prose with the figures of the last runs in it.

    python -m tests.reliability.page

writes it anew from what was recorded; a test holds that the page is what the records give.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.reliability.parts import PARTS, Part

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "reliability.md"
RECORDS, PROSE = HERE / "records.json", HERE / "page.md"
_TABLE = re.compile(r"^\{\{(\w+)\}\}$", re.MULTILINE)

Records = dict[str, dict[str, Any]]
"""By part: the day, versions and cores of its last run, and its figures."""


def records() -> Records:
    """What was recorded by the last runs."""
    found: Records = json.loads(RECORDS.read_text("utf-8"))
    return found


def summed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One figure for each thing that was tried, of the lines of all tests, in the order in which they came."""
    found: dict[str, dict[str, Any]] = {}
    seeds: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        one = found.setdefault(line["what"], {"what": line["what"], "tried": 0, "wrong": 0, "seconds": 0.0})
        for number in ("tried", "wrong", "seconds"):
            one[number] = round(one[number] + line[number], 3)
        if line["seeds"]:
            seeds[line["what"]][line["seeds"]] = None
    return [one | {"seeds": _joined(list(seeds[what]))} for what, one in found.items()]


def _joined(seeds: list[str]) -> str:
    """``0–59, 60–259`` as ``0–259``; what is no range stays as it is."""
    ranges, others = list[tuple[int, int]](), list[str]()
    for one in seeds:
        if ends := re.fullmatch(r"(\d+)(?:–(\d+))?", one):
            ranges.append((int(ends[1]), int(ends[2] or ends[1])))
        else:
            others.append(one)
    joined = list[tuple[int, int]]()
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return ", ".join([*(f"{one}–{end}" if end > one else f"{one}" for one, end in joined), *others])


def page(recorded: Records) -> str:
    """The page."""
    prose = PROSE.read_text("utf-8")
    named = _TABLE.findall(prose)
    assert sorted(named) == sorted(PARTS), "each part of tests/reliability/parts.py has its place in page.md, once"
    return _TABLE.sub(lambda found: _section(found[1], PARTS[found[1]], recorded.get(found[1])), prose)


def _section(name: str, part: Part, recorded: dict[str, Any] | None) -> str:
    command = f"`make torture ONLY={name}`"
    if recorded is None:
        return f"*{command}：还没有一次全部通过。No run yet in which all passed.*"
    state = f"`{recorded['commit']}`" if recorded.get("commit") else "几个版本相加 several states added up"
    ran_on = f"Python {recorded['python']}, SQLite {recorded['sqlite']}, {recorded['cores']} cores"
    lines = [
        f"{command} · {recorded['date']} · {state} · {ran_on}",
        "",
        f"| 做了什么 | what was tried | 次数 tries | {part.wrong[0]} {part.wrong[1]} | 种子 seeds | 秒 seconds |",
        "|---|---|---:|---:|---|---:|",
    ]
    figures = sorted(recorded["figures"], key=lambda one: _order(part, one["what"]))
    for one in figures:
        zh, en = part.figures.get(one["what"], (one.get("zh", ""), one["what"]))
        lines.append(
            f"| {zh} | {en} | {one['tried']:,} | {one['wrong']:,} | {one['seeds'] or '–'} | {one['seconds']:,.0f} |"
        )
    if len(figures) > 1:
        tried, wrong, seconds = (sum(one[number] for one in figures) for number in ("tried", "wrong", "seconds"))
        lines.append(f"| **合计** | **together** | **{tried:,}** | **{wrong:,}** | | {seconds:,.0f} |")
    return "\n".join(lines)


def _order(part: Part, what: str) -> int:
    return list(part.figures).index(what) if what in part.figures else len(part.figures)


def write(recorded: Records) -> None:
    """Keep the records and write the page."""
    RECORDS.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", "utf-8")
    PAGE.write_text(page(recorded), "utf-8")


if __name__ == "__main__":
    write(records())
