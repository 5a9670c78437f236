"""What a draft of a mapping file came to, and what its reader does next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.intake.kinds import BY_ID
from console.intake.proposing import Proposal
from console.screens.paper import Paper, number


def drafted(made: Sequence[Proposal], file: Path, kept: Path, lang: str) -> Paper:
    """Where each draft is, how much of it is settled, and how the file is imported with it."""
    paper = Paper(lang)
    say = paper.say
    for one in made:
        assert one.path is not None
        kind = BY_ID[one.kind]
        sheet = f"{file.name} · {one.sheet}" if one.sheet != file.stem else file.name
        made_zh, made_en = "起草了映射文件", "a mapping was drafted"
        if one.copied:
            made_zh, made_en = f"映射 {one.copied} 已经认得它，抄了一份", f"read by {one.copied} already; it was copied"
        paper.line(f"{sheet}  {say(made_zh, made_en)}: {one.path}")
        paper.line(
            f"  {say('读作', 'read as')} {say(kind.zh, kind.en)}"
            f"    {say('认出的列', 'columns known')} {number(one.settled)}"
            f"    {say('待定', 'to be settled')} {number(one.open)}"
        )
        name = one.path.stem if one.path.parent == kept else str(one.path)
        settle = say('把 "?" 都定下来', 'settle every "?"') if one.open else say("看一遍，改好", "mend what is wrong")
        paper.line(
            say(
                f"  用编辑器打开它，{settle}，然后试读：jieti import {file} --mapping {name} --dry-run",
                f"  open it in an editor, {settle}, then try: jieti import {file} --mapping {name} --dry-run",
            )
        )
    paper.line(say("表格没有导入，什么也没有记录", "the sheet was not imported: nothing was recorded"))
    return paper
