"""A walk through the corrections that a file proposes: what is held and what the row says, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import typer

from console.intake import HandedBack, SheetReport
from console.intake.accepting import Accepted, Rows
from console.options import Mistake
from console.screens.paper import Paper

ANSWERS = {"y": "y", "是": "y", "n": "n", "否": "n", "a": "a", "全部": "a", "q": "q", "停": "q", "": "n"}


NAMED = 5
"""Rows that are named of those that nobody decided on."""


def walk(tried: Sequence[SheetReport], lang: str) -> Accepted:
    """Ask for each proposed correction of a dry run whether it is right; nothing is recorded meanwhile.

    ``a`` takes this one and all after it, ``q`` leaves this one and all after it as they are.  Mistake where the
    answers end before the questions do.
    """
    asked = [(report, one) for report in tried for one in report.reasons if one.acceptable]
    taken: list[Rows] = []
    rest = False
    for nth, (report, one) in enumerate(asked, 1):
        if not rest:
            for line in side_by_side(report, one, nth, len(asked), lang):
                print(line)
            try:
                answer = _answer(lang)
            except typer.Abort:
                raise _left(tried, asked[nth - 1 :], taken) from None
            if answer == "q":
                break
            rest = answer == "a"
            if answer == "n":
                continue
        taken.append(Rows(report.sheet, one.row, one.row))
    if not asked:
        print("没有建议的更正" if lang == "zh" else "no corrections are proposed")
    return Accepted(rows=tuple(taken))


def _left(tried: Sequence[SheetReport], left: Sequence[tuple[SheetReport, HandedBack]], taken: list[Rows]) -> Mistake:
    """What is said where the answers end before the questions: what is undecided, and how to go on."""
    several = len({id(report) for report in tried if report.kind is not None}) > 1
    named = [f"{report.sheet}!{one.row}" if several else str(one.row) for report, one in left]
    rows = ", ".join(named[:NAMED]) + (" …" if len(named) > NAMED else "")
    agreed = ",".join(f"{one.sheet}!{one.first}" if several else str(one.first) for one in taken)
    file = left[0][0].file.name
    return Mistake(
        f"{file}:没有回答完,还有 {len(left)} 条没有定(第 {rows} 行),所以什么也没有记录。从头再看一遍:--review"
        + (f";只按答过“是”的办:--accept {agreed}" if agreed else "")
        + ";全部以文件为准:--accept-corrections",
        f"{file}: the answers ended with {len(left)} still open (rows {rows}), so nothing was recorded. Walk through "
        "them again: --review"
        + (f"; take only those that you said yes to: --accept {agreed}" if agreed else "")
        + "; take all: --accept-corrections",
        "unanswered",
    )


def side_by_side(report: SheetReport, one: HandedBack, nth: int, of: int, lang: str) -> Iterator[str]:
    """One proposed correction: the row, and each thing in which it differs, as held and as it says."""
    paper = Paper(lang)
    paper.line()
    place = report.file.name + (f" · {report.sheet}" if report.sheet != report.file.stem else "")
    paper.both(f"{nth}/{of}  {place}  第 {one.row} 行", f"{nth}/{of}  {place}  row {one.row}")
    heads = ("", paper.say("现在登记的", "held"), paper.say("这一行写的", "this row says"))
    if not one.differences:
        paper.both("  不同之处不是明文保存的", "  what differs is not kept in readable form")
        yield from paper.lines
        return
    paper.table([heads, *((paper.say(diff.zh, diff.en), diff.held, diff.says) for diff in one.differences)])
    yield from paper.lines


def _answer(lang: str) -> str:
    question = (
        "以这一行为准?y 是 · n 否 · a 以下全部 · q 到此为止"
        if lang == "zh"
        else "take what the row says? y yes · n no · a all from here · q stop here"
    )
    while True:
        said = typer.prompt(question, default="n", show_default=False).strip().lower()
        if (meant := ANSWERS.get(said)) is not None:
            return meant
