"""Lists of what runs an office, for reading: what falls due, schedules, published ladders, who looked at what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from console.export.looking import Line, Look, line
from console.published import editions
from console.screens.ladders import STATUS
from console.screens.schedules import EVERY, MISSED
from engine.clock import log_day
from engine.cycles import schedules as cyclic
from engine.cycles.due import due as falling_due
from engine.people import access
from engine.people.subjects import published

AHEAD = timedelta(days=30)
"""How far the list of what falls due reaches where no day is named."""


def due(look: Look) -> Iterator[Line]:
    """What falls due by a day, one person or case a row."""
    found = falling_due(look.district, look.as_of or log_day(look.district) + AHEAD)
    known = look.known({name for one in found for name in (one.person, one.subject) if name})
    for one in found:
        ladder = one.ladder or ""
        yield line(
            True,
            day=one.day,
            what=look.say(one.zh, one.en),
            cycle=one.cycle and look.words.cycle(one.cycle),
            ladder=one.ladder and look.words.ladder(ladder),
            rung=one.rung and look.words.rung(ladder, one.rung),
            case=one.case,
            code=one.subject and known.code(one.subject),
            who=one.subject and known.name(one.subject),
            by=one.person and known.code(one.person),
            by_name=one.person and known.name(one.person),
            count=one.count,
        )


def schedules(look: Look) -> Iterator[Line]:
    """Every schedule, those that go on first."""
    found = cyclic.listed(look.district)
    for one in found:
        yield line(
            True,
            schedule=one.id,
            ladder=look.words.ladder(one.ladder),
            to=look.words.rung(one.ladder, one.to),
            unit=look.units.get(one.scope or ""),
            every=look.say(*EVERY[one.every]),
            first=one.first,
            next=one.next,
            submission=one.submission_days,
            missed=look.say(*MISSED[one.missed]),
            runs=one.runs,
        )


def ladders(look: Look) -> Iterator[Line]:
    """Every version of every ladder that was published."""
    today = look.district.today
    for ladder in published(look.district):
        for one in editions(look.district, ladder):
            if look.began(one.begins):
                until = one.until
                yield line(
                    True,
                    ladder=ladder,
                    title=look.say(one.version.ladder.title.zh, one.version.ladder.title.en),
                    first=one.begins,
                    until=until if until is None or until >= one.begins else None,
                    state=look.say(*STATUS[one.status(today)]),
                    position=one.version.position,
                    sha256=one.version.sha256,
                    document=one.authority,
                )


def looks(look: Look) -> Iterator[Line]:
    """Everybody who looked at somebody's file or at a list of names, in the order in which they did."""
    zone = ZoneInfo(look.district.settings.time_zone)
    found = access.every(look.district)
    known = look.known({name for one in found for name in (one.actor, one.subject) if name})
    for one in found:
        at = one.at.astimezone(zone)
        if look.began(at.date()):
            yield line(
                True,
                at=f"{at:%Y-%m-%d %H:%M:%S}",
                by=known.code(one.actor) if one.actor else look.say("未说明", "unknown"),
                command=one.command,
                code=one.subject and known.code(one.subject),
                who=one.subject and known.name(one.subject),
                about=one.about,
                people=one.people,
                as_of=one.as_of,
                known_at=one.known_at,
            )
