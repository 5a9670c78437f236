"""What came of an import: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.intake import HandedBack, SheetReport
from console.screens.paper import Paper, number, position

SHOWN = 5
"""Reasons that the screen shows; the file has all of them."""
FIRST_ROWS = 5
"""Rows that are named of those with one reason."""
_PLACE = re.compile(r"\s?[（(]#[0-9,]+[）)]")
"""The log position in a reason, which differs where the reason is the same."""


def reports(done: Sequence[SheetReport], lang: str) -> Paper:
    """What landed, what was there, what came back and why, sheet by sheet."""
    paper = Paper(lang)
    for report in done:
        _sheet(paper, report)
    return paper


def _sheet(paper: Paper, report: SheetReport) -> None:
    say, own = paper.say, report.sheet and report.sheet != report.file.stem  # a .csv has no sheet of its own
    place = report.file.name + (f" · {report.sheet}" if own else "")
    if report.kind is None:
        why = say(report.skipped.zh, report.skipped.en) if report.skipped else ""
        paper.line(f"{place}  {say('没有读', 'not read')}: {why}")
        return
    title = say(report.title.zh, report.title.en) if report.title else report.kind
    dry = say("(试读,没有记录)", " (dry run: nothing was recorded)") if report.dry_run else ""
    paper.line(f"{place}  {say('读作', 'read as')} {title}{dry}")
    counts = [
        (say("将入库", "would land") if report.dry_run else say("已入库", "landed"), report.landed),
        (say("早已有", "already there"), report.already),
        (say("建议更正", "proposed corrections"), report.corrections),
        (say("退回", "handed back"), report.handed_back),
        (say("略过", "ignored"), report.ignored),
    ]
    log = (
        f"    {say('日志', 'log')}: {position(report.first)} – {position(report.last)}"
        f"    {say('本次导入', 'import')} {report.import_id}"
        if report.first and report.last
        else ""
    )
    paper.line("  " + "    ".join(f"{name} {number(count)}" for name, count in counts) + log)
    if report.strange:
        paper.line(f"  {say('没有用到的列', 'columns not used')}: {', '.join(report.strange)}")
    if report.rejects is not None:
        paper.line(f"  {say('退回的行在', 'handed back →')} {report.rejects}")
    _reasons(paper, report)


def _reasons(paper: Paper, report: SheetReport) -> None:
    """Some of what came back: rows of one reason together where there are many; the file has all of them."""
    say, reasons = paper.say, report.reasons
    groups: dict[tuple[str | None, str], list[HandedBack]] = {}
    for one in reasons:
        why = say(one.zh, one.en)
        groups.setdefault((one.column, _PLACE.sub("", why)), []).append(one)
    if len(reasons) <= SHOWN or len(groups) == len(reasons):
        told = [[one] for one in reasons[:SHOWN]]
    else:
        told = sorted(groups.values(), key=lambda group: (-len(group), group[0].row))[:SHOWN]
    paper.table([_told(paper, group) for group in told], indent=4, most=40)
    shown = {one.row for group in told for one in group}
    if more := len({one.row for one in reasons} - shown):
        paper.line(
            f"    … {say(f'还有 {number(more)} 行', f'and {number(more)} more rows' if more > 1 else 'and 1 more row')}"
        )


def _told(paper: Paper, group: list[HandedBack]) -> tuple[str, str, str]:
    """A line for a reason: the row and what it says there, or how many rows have it, and the first of them."""
    say, one = paper.say, group[0]
    values = list(dict.fromkeys(each.value for each in group))
    what = f"{one.column or ''} “{one.value}”" if one.value is not None and len(values) == 1 else (one.column or "")
    why = say(one.zh, one.en)
    if len(group) == 1:
        return say(f"第 {one.row} 行", f"row {one.row}"), what, why
    rows = [str(row) for row in dict.fromkeys(each.row for each in group)]
    first = ", ".join(rows[:FIRST_ROWS]) + ("…" if len(rows) > FIRST_ROWS else "")
    why = f"{_PLACE.sub('', why)} {say(f'(第 {first} 行)', f'(rows {first})')}"
    return say(f"{number(len(rows))} 行", f"{number(len(rows))} rows"), what, why
