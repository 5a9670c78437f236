"""A subject's story: what happened, in both times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from console.screens.paper import Paper, day, number, position
from console.screens.telling import named, what
from console.screens.times import asked
from console.screens.vocabulary import Vocabulary, who
from engine.district import District
from engine.history import Told
from engine.people import names
from engine.times import Times


def story(district: District, subject: str, told: Sequence[Told], lang: str, times: Times) -> Paper:
    """A subject's story: when it was true, when we learned it, who recorded it, what it was; as of ``times``."""
    paper, zone = Paper(lang), ZoneInfo(district.settings.time_zone)
    others = {other for one in told for other in (one.about, *named(one), *_acting(one))}
    words = Vocabulary(district, lang, times.known_at)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, {subject, *others})
        unit = names.unit_then(connection, subject, times.as_of, times.known_at)
    paper.line(
        f"{known.code(subject)}  {known.name(subject)}  {unit}    {paper.say('事件', 'events')} {number(len(told))}"
        f"    {asked(paper, times)}"
    )
    rows = [
        (
            paper.say("位置", "at"),
            paper.say("发生", "true on"),
            paper.say("记录", "recorded"),
            paper.say("记录人", "by"),
            "",
        )
    ]
    for one in told:
        envelope = one.event.envelope
        true = day(envelope.occurred_from)
        if envelope.occurred_until != envelope.occurred_from:
            true += f"…{day(envelope.occurred_until)[5:]}"
        recorded = envelope.recorded_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        said = what(one, known, words)
        if one.about != subject:
            said = f"{known.name(one.about)}({known.code(one.about)}): {said}"
        said += _by_what_right(paper, one, known)
        rows.append((position(envelope.position), true, recorded, known.code(envelope.actor), said))
    paper.table(rows, right=(0,), indent=0)
    return paper


def _acting(one: Told) -> list[str]:
    """Who recorded an event, and for whom."""
    return [person for person in (one.event.envelope.actor, one.event.envelope.on_behalf_of) if person]


def _by_what_right(paper: Paper, one: Told, known: names.Known) -> str:
    """For whom an event was recorded, and by which document; nothing where somebody acted for themselves."""
    envelope = one.event.envelope
    if envelope.on_behalf_of is None:
        return ""
    behalf, document = who(known, envelope.on_behalf_of), envelope.authority or "–"
    return paper.say(f"(代 {behalf},依据 {document})", f" (for {behalf}, by {document})")


def story_json(told: Sequence[Told]) -> list[dict[str, Any]]:
    """A story as data, with personal fields in plain text."""
    return [
        {
            "position": one.event.position,
            "type": one.event.envelope.type,
            "occurred_from": one.event.envelope.occurred_from,
            "occurred_until": one.event.envelope.occurred_until,
            "recorded_at": one.event.envelope.recorded_at,
            "actor": one.event.envelope.actor,
            "on_behalf_of": one.event.envelope.on_behalf_of,
            "authority": one.event.envelope.authority,
            "stream": one.event.envelope.stream,
            "fact": {**one.event.fact.model_dump(mode="json", exclude_none=True), **one.personal},
        }
        for one in told
    ]
