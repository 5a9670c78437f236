"""The training calendar as files: a table that can be imported again, and iCalendar for calendar programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console import tables
from console.intake.kinds import BY_ID
from console.screens.calendar import counts_as, hours, meant_for
from console.screens.paper import Paper
from console.screens.vocabulary import Vocabulary
from engine.records.offers import Offered

KINDS = (".xlsx", ".csv", ".ics")
OWN = ("number", "title", "first", "last", "hours", "category", "level", "kind", "places", "rungs", "roles",
       "organiser", "venue", "act")  # fmt: skip
_FOLD = 75
"""Octets of a line, its end not counted: RFC 5545, 3.1."""


def write(path: Path, found: Sequence[Offered], words: Vocabulary, name: str, now: datetime) -> None:
    """Write the calendar in the format that the file's name asks for; Mistake for any other, or where one is."""
    tables.may_be_written(path, KINDS)
    if path.suffix.lower() == ".ics":
        path.write_bytes("".join(ics(found, words, name, now)).encode())
    else:
        header, *rows = table(found, words)
        tables.write(path, "培训日程" if words.lang == "zh" else "calendar", [str(one) for one in header], rows)


def table(found: Sequence[Offered], words: Vocabulary) -> Iterator[list[tables.Cell]]:
    """Header and rows as ``jieti import`` takes them."""
    extra = sorted({name for one in found for name in one.attributes} - {"category", "level"})
    columns = {column.name: column.headers[0 if words.lang == "zh" else 1] for column in BY_ID["calendar"].columns}
    yield [*(columns[name] for name in OWN), *extra]
    for one in found:
        said = {name: words.term(one.kind, name, term) for name, term in one.attributes.items()}
        yield [
            *(one.number, one.title, one.first, one.last),
            one.amount.number if one.amount else "",
            *(said.get("category", ""), said.get("level", "")),
            words.kind(one.kind),
            one.places or "",
            "、".join(f"{rung.ladder}/{rung.rung}" for rung in one.rungs),
            "、".join(one.roles),
            *(one.organiser, one.venue),
            ("取消" if words.lang == "zh" else "void") if one.called_off is not None else "",
            *(said.get(name, "") for name in extra),
        ]


# ------------------------------------------------------------------------------------------------- iCalendar


def ics(found: Sequence[Offered], words: Vocabulary, name: str, now: datetime) -> Iterator[str]:
    """The lines of a calendar in which every training lasts whole days; one called off is there as cancelled."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for line in (
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jieti//training calendar//ZH", "CALSCALE:GREGORIAN"),
        *("METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"),
        *(line for one in found for line in _event(one, words, stamp)),
        "END:VCALENDAR",
    ):
        yield folded(line)


def _event(one: Offered, words: Vocabulary, stamp: str) -> Iterator[str]:
    paper = Paper(words.lang)
    places = paper.say(f"名额 {one.places}", f"{one.places} places") if one.places else ""
    number = paper.say(f"编号 {one.number}", f"number {one.number}") if one.number else ""
    about = [hours(one, paper), counts_as(one, words), places, meant_for(one, words), one.organiser, number]
    yield "BEGIN:VEVENT"
    yield f"UID:{one.id}@jieti"
    yield f"DTSTAMP:{stamp}"
    yield f"SEQUENCE:{one.called_off or one.position}"
    yield f"DTSTART;VALUE=DATE:{one.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.last + timedelta(days=1):%Y%m%d}"  # the first day after it
    yield f"SUMMARY:{escaped(one.title)}"
    if one.venue:
        yield f"LOCATION:{escaped(one.venue)}"
    yield "DESCRIPTION:" + escaped("\n".join(part for part in about if part))
    yield f"STATUS:{'CONFIRMED' if one.called_off is None else 'CANCELLED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text value: RFC 5545, 3.3.11."""
    for plain_, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain_, written)
    return text


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets, none of which cuts a character: RFC 5545, 3.1."""
    pieces, piece, room = [], "", _FOLD
    for character in line:
        if len((piece + character).encode()) > room:
            pieces.append(piece)
            piece, room = "", _FOLD - 1  # the blank that a further line begins with is counted
        piece += character
    return "\r\n ".join([*pieces, piece]) + "\r\n"
