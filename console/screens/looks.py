"""Who looked at whose file, and at which lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from console.screens.paper import Paper, number, position
from engine.district import District
from engine.people import names
from engine.people.access import Look


def looks(district: District, found: Sequence[Look], lang: str) -> Paper:
    """A line for each look: when, who, by which command, at what, and the times that were asked for."""
    paper, zone = Paper(lang), ZoneInfo(district.settings.time_zone)
    people = {name for one in found for name in (one.actor, one.subject) if name}
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, people)
    rows = [(paper.say("时间", "at"), paper.say("查阅人", "by"), paper.say("命令", "command"), "", "")]
    for one in found:
        who = known.code(one.actor) if one.actor else paper.say("未说明", "unknown")
        if one.subject is not None:
            what = f"{known.code(one.subject)} {known.name(one.subject)}"
        else:
            what = f"{one.about or ''} {paper.say(f'{number(one.people)} 人的名单', f'list of {number(one.people)}')}"
        then = [f"{paper.say('截至', 'as of')} {one.as_of}"] if one.as_of else []
        then += [f"{paper.say('日志', 'known at')} {position(one.known_at)}"] if one.known_at else []
        at = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        rows.append((at, who, one.command, what.strip(), ", ".join(then)))
    if found:
        paper.table(rows, indent=0)
    paper.both(f"共 {number(len(found))} 次查阅", f"{number(len(found))} looks")
    return paper
