"""What came of an import: nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence

from console.intake import SheetReport
from console.screens.paper import Paper, number, position

SHOWN = 5
"""Handed-back rows that the screen shows; the file has all of them."""


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
        (say("已入库", "landed"), report.landed),
        (say("早已有", "already there"), report.already),
        (say("建议更正", "proposed corrections"), report.corrections),
        (say("退回", "handed back"), report.handed_back),
        (say("略过", "ignored"), report.ignored),
    ]
    log = (
        f"    {say('日志', 'log')}: {position(report.first)} – {position(report.last)}"
        if report.first and report.last
        else ""
    )
    paper.line("  " + "    ".join(f"{name} {number(count)}" for name, count in counts) + log)
    if report.strange:
        paper.line(f"  {say('没有用到的列', 'columns not used')}: {', '.join(report.strange)}")
    if report.rejects is not None:
        paper.line(f"  {say('退回的行在', 'handed back →')} {report.rejects}")
    rows = [
        (
            f"{say('第', 'row')} {one.row} {say('行', '')}".strip(),
            f"{one.column or ''} “{one.value}”" if one.value is not None else (one.column or ""),
            say(one.zh, one.en),
        )
        for one in report.reasons[:SHOWN]
    ]
    paper.table(rows, indent=4, most=40)
    if len(report.reasons) > SHOWN:
        paper.line(f"    … {say('还有', 'and')} {len(report.reasons) - SHOWN} {say('行', 'more')}")
