"""The two times of a question: as of which day, and as known at which position of the log.

What is recorded after the position is not there for whoever asks; ``learned`` only counts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.district import District
from engine.tables import case_table, story_table, subject_table
from events.envelope import Recorded, from_micros
from events.log import tip
from events.tables import event_table
from workflows.commands import Refused


@dataclass(frozen=True)
class Times:
    """As of a day (None: whatever the day), as known at a position, the ``tip`` of the log unless it was asked for."""

    as_of: date | None
    known_at: int
    tip: int
    asked: bool = True
    """Whether the position was asked for."""

    def shows(self, event: Recorded) -> bool:
        """Whether an event was known by then, and what it tells had begun."""
        return self.knows(event) and (self.as_of is None or event.envelope.occurred_from <= self.as_of)

    def knows(self, event: Recorded) -> bool:
        """Whether an event was known by then."""
        return event.position <= self.known_at


@dataclass(frozen=True)
class Learned:
    """What was recorded about a subject after a position: how many events, and when the newest of them was."""

    events: int
    newest: datetime | None


def position(connection: Connection, known_at: int | None = None) -> int:
    """A position of the log, the tip for None; Refused for one that it does not have."""
    end = tip(connection).position
    at = end if known_at is None else known_at
    if not 0 < at <= end:
        raise Refused("known at", f"日志的位置是 1 到 {end},没有 {at}", f"the log runs from 1 to {end}, not to {at}")
    return at


def times(district: District, as_of: date | None = None, known_at: int | None = None) -> Times:
    """The times of a question; Refused for a position that the log does not have."""
    with district.reading() as connection:
        return Times(as_of, position(connection, known_at), tip(connection).position, known_at is not None)


def there(district: District, subject: str, known_at: int) -> None:
    """Refused where a subject was not recorded yet at a position."""
    row = subject_table.c
    with district.reading() as connection:
        began = connection.execute(select(row.position).where(row.id == subject)).scalar_one()
    if began > known_at:
        raise not_known_then(known_at, began)


def not_known_then(known_at: int, recorded: int) -> Refused:
    """What is said where somebody asks at a position about what was recorded only later."""
    return Refused(
        "not known then",
        f"到 #{known_at:,} 为止还没有这项记录:它记录在 #{recorded:,};请用这个或更后的位置",
        f"as known at #{known_at:,} it is not there yet: it was recorded at #{recorded:,}; ask at that position "
        "or later",
    )


def learned(district: District, subject: str, known_at: int) -> Learned:
    """What was recorded about a subject after a position: in its stream, its cases', and elsewhere."""
    row = event_table.c
    with district.reading() as connection:
        cases = connection.execute(select(case_table.c.id).where(case_table.c.subject == subject)).scalars()
        streams = [f"subject-{subject}", *(f"case-{case}" for case in cases)]
        own = select(row.position, row.recorded_at).where(row.stream.in_(streams))
        named = select(story_table.c.position).where(story_table.c.subject == subject)
        elsewhere = select(row.position, row.recorded_at).where(row.position.in_(named))
        since = [at for position, at in connection.execute(own.union(elsewhere)).tuples() if position > known_at]
    return Learned(len(since), from_micros(max(since)) if since else None)
