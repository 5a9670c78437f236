"""Who looked at whose file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, Looker, Mistake, answered, day, emit, language, opened, who_acts

if TYPE_CHECKING:
    from datetime import datetime

    from engine.district import District


def add_to(app: typer.Typer) -> None:
    """Put this command into the group of audits."""
    app.command()(looked)


@answered
def looked(
    subject: Annotated[
        str, typer.Argument(help="谁的档案(工号、编号或代码)。Whose file.", show_default="lists of names")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", help="谁查阅的(代号或工号);- 表示没有说明的。Who looked; - for nobody said.")
    ] = "",
    since: Annotated[str, typer.Option(help="从哪一天起。From which day on.", show_default="ever")] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """谁查阅过谁的档案,和哪些名单。Who looked at whose file, and at which lists of names.

    What is kept are looks by these commands; whoever reads the bare file of the log bypasses it.

    Example: jieti audit looked JC2015-04172 --since 2026-06-01 --data demo
    """
    from console.looking import at_files
    from console.screens.looks import looks
    from engine import access
    from engine.subjects import find

    if subject and by:
        raise Mistake(
            "谁的档案和谁查阅的(--by)只能写一个",
            "ask either whose file was looked at, or at what somebody looked (--by)",
        )
    with opened(data) as district:
        begins = _instant(district, since)
        if subject:
            who = find(district, subject)
            at_files(district, actor, "audit looked", [who], lang=lang)
            found = access.looked_at(district, who, begins)
        elif by:
            found = access.looked_by(district, "" if by.strip() == "-" else who_acts(by, district), begins)
        else:
            found = access.lists(district, begins)
        if as_json:
            emit([asdict(one) for one in found])
            return
        looks(district, found, language(lang)).print()
        if subject and (lists := len(access.lists(district, begins))):
            zh = f"同一时期还查阅了 {lists} 份名单,不按人记;用 jieti audit looked 查看"
            en = f"in the same time {lists} lists of names were looked at, not kept by person: jieti audit looked"
            print(zh if language(lang) == "zh" else en)


def _instant(district: District, since: str) -> datetime | None:
    """The first instant of a day in the district."""
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    first = day(since)
    return None if first is None else datetime.combine(first, time(), ZoneInfo(district.settings.time_zone))
