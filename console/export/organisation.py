"""Rows about units, people, studios, the titles that are held, and who belongs together."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from console.export.looking import BATCH, Line, Look, day, line, span_of, subject_of
from console.screens.standings import STATES
from engine.tables import standing_table
from events.facts import (
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    UnitEstablished,
)
from workflows.commands import Span

if TYPE_CHECKING:
    from events.envelope import Recorded


def units(look: Look) -> Iterator[Line]:
    """Every unit, as it was established."""
    for events in look.events(UnitEstablished):
        for event in events:
            fact = event.fact
            assert isinstance(fact, UnitEstablished)
            yield line(
                fact.source is None,
                code=fact.code,
                name=fact.name,
                kind=look.word("units", "kind", fact.kind),
                part_of=look.units.get(fact.part_of or ""),
                locality=look.word("units", "locality", fact.locality),
                phase=look.word("units", "phase", fact.phase),
                day=day(span_of(event.envelope)),
            )


def people(look: Look) -> Iterator[Line]:
    """Who was hired, moved and left, in the order in which that was recorded."""
    for events in look.events(PersonHired, PersonMoved, PersonLeft):
        known = look.known({subject_of(one) for one in events})
        for event in events:
            person, when = subject_of(event), day(span_of(event.envelope))
            said: dict[str, Any] = {"number": known.code(person), "name": known.name(person), "day": when}
            match event.fact:
                case PersonHired() as fact:
                    # Known to a month only: that month, which an import cuts at the day of hiring as it did before.
                    began = f"{fact.service_began:%Y-%m}" if fact.service_began_by else fact.service_began
                    yield line(
                        fact.source is None or person in look.erased,
                        **said,
                        change=look.word("people", "change", "hired"),
                        unit=look.units.get(fact.unit),
                        service=began,
                        born=fact.born,
                        taught=fact.subject_taught,
                    )
                case PersonMoved() as fact:
                    unit, change = look.units.get(fact.unit), look.word("people", "change", "moved")
                    yield line(fact.source is None or person in look.erased, **said, change=change, unit=unit)
                case PersonLeft() as fact:
                    change = look.word("people", "change", "left")
                    yield line(fact.source is None or person in look.erased, **said, change=change)


def studios(look: Look) -> Iterator[Line]:
    """Every studio, as it was founded."""
    for events in look.events(StudioFounded):
        known = look.known({one.fact.host for one in events if isinstance(one.fact, StudioFounded)})
        for event in events:
            fact = event.fact
            assert isinstance(fact, StudioFounded)
            yield line(
                fact.source is None or fact.host in look.erased,
                code=fact.code,
                name=look.plain(event, "name"),
                kind=look.word("studios", "kind", fact.kind),
                host=known.code(fact.host),
                unit=look.units.get(fact.unit),
                day=day(span_of(event.envelope)),
            )


def standings(look: Look) -> Iterator[Line]:
    """Every standing: titles taken over, and what was granted here, which no import takes."""
    chosen = select(standing_table).order_by(standing_table.c.position)
    if look.as_of is not None:
        chosen = chosen.where(standing_table.c.first <= look.as_of.toordinal())
    for rows in look.connection.execute(chosen).partitions(BATCH):
        events = {
            one.position: one for one in look.district.log.read_at(look.connection, [row.position for row in rows])
        }
        look.load(events.values())
        known = look.known({row.subject for row in rows})
        for row in rows:
            event = events[row.position]
            said: dict[str, Any] = {
                look.column_of(row.subject): known.code(row.subject),
                "who": known.name(row.subject),
                "ladder": row.ladder,
                "rung": row.rung,
                "document": event.envelope.authority,
                "day": day(span_of(event.envelope)),
                "state": look.say(*STATES[row.state]),
                "position": row.position,
            }
            if isinstance(event.fact, StandingTakenOver):
                yield _taken_over(look, event, said)
            else:
                until = None if row.until is None else date.fromordinal(row.until)
                said["day"] = date.fromordinal(row.first)
                yield line(True, **said, title=look.words.rung(row.ladder, row.rung), until=until)


def _taken_over(look: Look, event: Recorded, said: dict[str, Any]) -> Line:
    fact, subject, days = event.fact, subject_of(event), span_of(event.envelope)
    assert isinstance(fact, StandingTakenOver)
    title = look.plain(event, "title")
    key = ("standing", subject, fact.ladder, fact.rung, days)
    bare = look.source_is(fact, subject, key, (None, event.envelope.authority, fact.until))
    reading = not look.source_is(fact, subject, key)
    return line(reading, **said, title="" if bare else title, until=fact.until)


def memberships(look: Look) -> Iterator[Line]:
    """Who belonged to which studio, from when to when."""
    return _members(look, of_studios=True)


def alliances(look: Look) -> Iterator[Line]:
    """Which units and persons belonged to which alliance, project or research group."""
    return _members(look, of_studios=False)


def _members(look: Look, *, of_studios: bool) -> Iterator[Line]:
    left = _ends(look, MemberLeft)
    kind = "memberships" if of_studios else "alliances"
    for events in look.events(MemberJoined):
        groups = {one.fact.group for one in events if isinstance(one.fact, MemberJoined)}
        known = look.known(groups | {subject_of(one) for one in events})
        for event in events:
            fact, member = event.fact, subject_of(event)
            assert isinstance(fact, MemberJoined)
            if (fact.group not in look.units) != of_studios:
                continue
            until = _next(left.get((member, fact.group), ()), event)
            yield line(
                fact.source is None or member in look.erased,
                **{
                    "studio" if of_studios else "group": known.code(fact.group),
                    "unit" if member in look.units else "person": known.code(member),
                    "who": known.name(member),
                },
                role=look.word(kind, "role", fact.role),
                joined=day(span_of(event.envelope)),
                left=day(until),
                exception=look.plain(event, "exception"),
                document=event.envelope.authority,
            )


def mentors(look: Look) -> Iterator[Line]:
    """Who was mentored by whom, from when to when."""
    ended = _ends(look, MentorParted)
    for events in look.events(MentorPaired):
        others = {one.fact.mentor for one in events if isinstance(one.fact, MentorPaired)}
        known = look.known(others | {subject_of(one) for one in events})
        for event in events:
            fact, mentee = event.fact, subject_of(event)
            assert isinstance(fact, MentorPaired)
            yield line(
                fact.source is None or mentee in look.erased or fact.mentor in look.erased,
                mentee=known.code(mentee),
                mentor=known.code(fact.mentor),
                began=day(span_of(event.envelope)),
                ended=day(_next(ended.get((mentee, fact.mentor), ()), event)),
            )


Ends = dict[tuple[str, str], list[tuple[int, int, int]]]
"""By who and with whom: position, and the first and last day of each end, as ordinals."""


def _ends(look: Look, kind: type[MemberLeft | MentorParted]) -> Ends:
    found: Ends = {}
    for events in look.events(kind):
        for event in events:
            fact, days = event.fact, event.envelope
            other = (
                fact.group if isinstance(fact, MemberLeft) else fact.mentor if isinstance(fact, MentorParted) else ""
            )
            end = (days.occurred_from.toordinal(), days.occurred_until.toordinal(), event.position)
            insort(found.setdefault((subject_of(event), other), []), end)
    return found


def _next(ends: list[tuple[int, int, int]] | tuple[()], began: Recorded) -> Span | None:
    """The first end that is not before a beginning."""
    first = began.envelope.occurred_from
    found = next((end for end in ends if end[1] >= first.toordinal()), None)
    return None if found is None else Span(first=first.fromordinal(found[0]), last=first.fromordinal(found[1]))
