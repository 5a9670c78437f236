"""What came of an import: nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

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
    for _, sheets in groupby(done, key=lambda report: report.file):
        of_file = list(sheets)
        for report in of_file:
            _sheet(paper, report)
        _log(paper, of_file)
    return paper


def _log(paper: Paper, sheets: Sequence[SheetReport]) -> None:
    """Where in the log a file's import is, and what it is called there."""
    firsts, lasts = [one.first for one in sheets if one.first], [one.last for one in sheets if one.last]
    if firsts and lasts:
        log = f"{paper.say('日志', 'Log')}: {position(min(firsts))} – {position(max(lasts))}"
        paper.line(f"{paper.say('撤销', 'Undo')}: jieti import --undo {sheets[0].import_id}    {log}")


def _sheet(paper: Paper, report: SheetReport) -> None:
    say, own = paper.say, report.sheet and report.sheet != report.file.stem  # a .csv has no sheet of its own
    place = report.file.name + (f" · {report.sheet}" if own else "")
    if report.kind is None:
        why = say(report.skipped.zh, report.skipped.en) if report.skipped else ""
        paper.line(f"{place}  {say('没有读', 'not read')}: {why}")
        return
    title = say(report.title.zh, report.title.en) if report.title else report.kind
    dry = say("(试读,没有记录)", " (dry run: nothing was recorded)") if report.dry_run else ""
    first, last = report.header
    header = f"  {say('表头第', 'header rows')} {first}-{last}{say(' 行', '')}" if last > first else ""
    header = header or (f"  {say(f'表头第 {first} 行', f'header row {first}')}" if first > 1 else "")
    mapped = f"{say('(映射:', ' (mapping: ')}{report.mapping})" if report.mapping else ""
    paper.line(f"{place}{header}  {say('读作', 'read as')} {title}{mapped}{dry}")
    counts = [
        (say("将入库", "would land") if report.dry_run else say("已入库", "landed"), report.landed),
        (say("早已有", "already there"), report.already),
        (say("建议更正", "proposed corrections"), report.corrections),
        (say("退回", "handed back"), report.handed_back),
        (say("略过", "ignored"), report.ignored),
    ]
    paper.line("  " + "    ".join(f"{name} {number(count)}" for name, count in counts))
    _ignored(paper, report)
    if report.strange:
        paper.line(f"  {say('没有用到的列', 'columns not used')}: {', '.join(report.strange)}")
    if report.rejects is not None:
        paper.line(f"  {say('退回的行在', 'handed back →')} {report.rejects}")
    _reasons(paper, report)
    if report.voided:
        rows, count = _first([row for row, _ in report.voided]), number(len(report.voided))
        paper.both(
            f"  早已有的里面,{count} 行登记后又已作废,仍不计入(第 {rows} 行);确要重新登记,请用另一个记录编号",
            f"  of those already there, {count} were voided since and stay void (rows {rows}); to record one anew, "
            "give it another record number",
        )
    if report.pending:
        count = number(report.pending)
        would = paper.say(
            "将入库的" if report.dry_run else "已入库的", "that would land" if report.dry_run else "landed"
        )
        paper.both(
            f"  {would}里面,{count} 行还没有认定,认定之前不计入学时:jieti hours pending",
            f"  of those {would}, {count} are not recognised yet and count once they are: jieti hours pending",
        )
    if report.also:
        count, differ = number(report.also), number(report.disagree)
        paper.both(
            f"  其中 {count} 行是已登记培训的又一来源,只算一次"
            + (f";{differ} 项说法不一致:jieti hours disagreements" if report.disagree else ""),
            f"  of those landed, {count} report a training that was there: it counts once"
            + (f"; of {differ} the reports disagree: jieti hours disagreements" if report.disagree else ""),
        )
    if report.unproposed:
        rows = _first(report.unproposed)
        paper.both(f"  第 {rows} 行没有可接受的更正", f"  no correction is proposed by row {rows}")


def _ignored(paper: Paper, report: SheetReport) -> None:
    """Rows that are no records, by why they are passed over."""
    groups: dict[str, list[int]] = {}
    for one in report.ignored_rows:
        groups.setdefault(paper.say(one.zh, one.en), []).append(one.row)
    for why, rows in groups.items():
        first = _first(rows)
        paper.line(f"    {paper.say(f'略过第 {first} 行', f'ignored: row {first}')}  {why}")


def _first(rows: Sequence[int]) -> str:
    """The first of some rows."""
    return ", ".join(map(str, rows[:FIRST_ROWS])) + ("…" if len(rows) > FIRST_ROWS else "")


def _reasons(paper: Paper, report: SheetReport) -> None:
    """Some of what came back: rows of one reason together where there are many; the file has all of them."""
    say, reasons = paper.say, report.reasons
    groups: dict[tuple[str, str], list[HandedBack]] = {}
    for one in reasons:
        why = say(one.zh, one.en)
        fields = one.column or "; ".join(diff.en for diff in one.differences)
        groups.setdefault((fields, _PLACE.sub("", why)), []).append(one)
    if len(reasons) <= SHOWN or len(groups) == len(reasons):
        told = [[one] for one in reasons[:SHOWN]]
    else:
        told = sorted(groups.values(), key=lambda group: (-len(group), group[0].row))[:SHOWN]
    paper.table([line for group in told for line in _lines(paper, group, report)], indent=4, most=40)
    shown = {one.row for group in told for one in group}
    if more := len({one.row for one in reasons} - shown):
        rest = _rest(paper, report)
        rows = f"and {number(more)} more rows" if more > 1 else "and 1 more row"
        paper.both(f"    … 还有 {number(more)} 行:{rest}", f"    … {rows}: {rest}")


def _lines(paper: Paper, group: list[HandedBack], report: SheetReport) -> Iterator[tuple[str, str, str]]:
    """The line of a reason, and under it in what its rows differ from what is held, where each does otherwise."""
    yield _told(paper, group)
    if len({one.differences for one in group}) == 1:
        return
    for one in group[:FIRST_ROWS]:
        yield paper.say(f"  第 {one.row} 行", f"  row {one.row}"), _changed(paper, one), ""
    if (more := len(group) - FIRST_ROWS) > 0:
        rest = _rest(paper, report)
        yield "  …", paper.say(f"还有 {number(more)} 行:{rest}", f"{number(more)} more: {rest}"), ""


def _rest(paper: Paper, report: SheetReport) -> str:
    """Where all rows are that came back."""
    return paper.say("都在退回的行里", "in the rows handed back") if report.rejects else "--json"


def _changed(paper: Paper, one: HandedBack) -> str:
    """Each thing in which a row differs: as held → as it says."""
    return "; ".join(f"{paper.say(diff.zh, diff.en)} {diff.told}" for diff in one.differences)


def _told(paper: Paper, group: list[HandedBack]) -> tuple[str, str, str]:
    """A line for a reason: the row and what it says there, or how many rows have it, and the first of them."""
    say, one = paper.say, group[0]
    values = list(dict.fromkeys(each.value for each in group))
    what = f"{one.column or ''} “{one.value}”" if one.value is not None and len(values) == 1 else (one.column or "")
    if one.differences:
        alike = len({each.differences for each in group}) == 1
        what = _changed(paper, one) if alike else "; ".join(say(diff.zh, diff.en) for diff in one.differences)
    why = say(one.zh, one.en)
    if len(group) == 1:
        return say(f"第 {one.row} 行", f"row {one.row}"), what, why
    rows = list(dict.fromkeys(each.row for each in group))
    first = _first(rows)
    why = f"{_PLACE.sub('', why)} {say(f'(第 {first} 行)', f'(rows {first})')}"
    return say(f"{number(len(rows))} 行", f"{number(len(rows))} rows"), what, why
