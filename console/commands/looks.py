"""What auditors compare, and who looked at whose file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import (
    HERE,
    AsJson,
    AsOf,
    Data,
    KnownAt,
    Lang,
    Looker,
    Mistake,
    answered,
    day,
    emit,
    language,
    opened,
    who_acts,
)

if TYPE_CHECKING:
    from datetime import datetime

    from engine.district import District


def add_to(app: typer.Typer) -> None:
    """Put these commands into the group of audits."""
    app.command()(compare)
    app.command()(looked)


@answered
def compare(
    subject: Annotated[str, typer.Argument(help="工号、工作室编号或单位代码。Staff number, studio or unit code.")],
    then: Annotated[str, typer.Option("--then", help="当时:位置或日期。As known then: a position or a day.")],
    as_of: AsOf = "",
    known_at: KnownAt = "",
    to: Annotated[str, typer.Option("--to", help="只看这一级。Only this rung.")] = "",
    ladder: Annotated[str, typer.Option(help="阶梯;默认为在用的各阶梯。The ladder; those in force.")] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """当时所知与现在所知并列:哪一条不同,因为哪一件记录。As known then beside as known now, and because of what.

    Example: jieti audit compare JC2015-04172 --then 2026-06-30 --as-of 2026-06-30 --data demo
    """
    from console.commands.questions import ladders_for
    from console.looking import at_files
    from console.naming import known_at as position
    from console.naming import ladder_id, rung_id
    from console.naming import times as times_of
    from console.screens.compared import compared, compared_json
    from engine.assessing.comparing import compare as side_by_side
    from engine.people.subjects import climber, find, newest_versions
    from engine.times import there

    with opened(data) as district:
        who, at = find(district, subject), position(district, then)
        if at is None:
            raise Mistake("请写明当时的位置或日期:--then", "say which position or day is meant: --then")
        times = times_of(district, as_of, known_at)
        there(district, who, at)
        at_files(district, actor, "audit compare", [who], times, lang)
        names = [ladder_id(district, ladder)] if ladder else ladders_for(district, climber(district, who), times)
        versions = newest_versions(district)
        rung = next((rung_id(versions[name], to) for name in names if name in versions), to) if to else None
        if rung is not None and not ladder:
            names = [name for name in names if versions[name].steps_to(rung)] or names
        found = side_by_side(district, who, names, (times.as_of or district.today, at, times.known_at), rung)
        if as_json:
            emit(compared_json(district, found))
        else:
            compared(district, found, language(lang)).print()


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
    from console.looking import at_files, at_list
    from console.screens.looks import looks
    from engine.people import access
    from engine.people.subjects import find

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
            at_list(district, actor, "audit looked", "", len({one.subject for one in found if one.subject}), lang=lang)
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
