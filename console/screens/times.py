"""The two times of a question on a screen, and how much was learned since."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from console.screens.paper import Paper, position
from engine.district import District
from engine.times import Times, learned


def asked(paper: Paper, times: Times | None) -> str:
    """As of which day, as known at which position; nothing where neither was asked."""
    if times is None or (times.as_of is None and not times.asked):
        return ""
    known = f"{paper.say('日志', 'known at')} {position(times.known_at)}"
    return known if times.as_of is None else f"{paper.say('截至', 'as of')} {times.as_of}, {known}"


def since(district: District, subject: str, times: Times, lang: str) -> Paper:
    """How much was recorded about a subject after the position of a question; nothing where nothing was."""
    paper = Paper(lang)
    if times.known_at == times.tip:
        return paper
    found = learned(district, subject, times.known_at)
    if found.newest is not None:
        newest = found.newest.astimezone(ZoneInfo(district.settings.time_zone)).date()
        paper.both(
            f"{position(times.known_at)} 之后又记录了 {found.events} 件,最近一件在 {newest};以上没有计入",
            f"recorded since {position(times.known_at)}, and not told above: {found.events}, the newest on {newest}",
        )
    return paper
