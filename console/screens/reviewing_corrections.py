"""A walk through the corrections that a file proposes: what is held and what the row says, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import typer

from console.intake import HandedBack, SheetReport
from console.intake.accepting import Accepted, Rows
from console.screens.paper import Paper

ANSWERS = {"y": "y", "是": "y", "n": "n", "否": "n", "a": "a", "全部": "a", "q": "q", "停": "q", "": "n"}


def walk(tried: Sequence[SheetReport], lang: str) -> Accepted:
    """Ask for each proposed correction of a dry run whether it is right; nothing is recorded meanwhile.

    ``a`` takes this one and all after it, ``q`` leaves this one and all after it as they are.
    """
    asked = [(report, one) for report in tried for one in report.reasons if one.acceptable]
    taken: list[Rows] = []
    rest = False
    for nth, (report, one) in enumerate(asked, 1):
        if not rest:
            for line in side_by_side(report, one, nth, len(asked), lang):
                print(line)
            answer = _answer(lang)
            if answer == "q":
                break
            rest = answer == "a"
            if answer == "n":
                continue
        taken.append(Rows(report.sheet, one.row, one.row))
    if not asked:
        print("没有建议的更正" if lang == "zh" else "no corrections are proposed")
    return Accepted(rows=tuple(taken))


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
