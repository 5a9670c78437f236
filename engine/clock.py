"""Who does what falls due, the day by which that is told, and instants of the log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from engine.district import District
from events.envelope import to_micros
from events.log import tip
from events.tables import event_table
from workflows.commands import Asking

CLOCKWORK = Asking(actor="jieti")
"""Who does what fell due: the rules, which a named person published, opened or scheduled."""

SKEW = timedelta(minutes=5)
"""By so much the clocks of two machines may differ without a word."""


def log_day(district: District) -> date:
    """The day of the district as the next event would be stamped: a clock that goes back does not go behind the log."""
    with district.reading() as connection:
        now = max(district.now, tip(connection).recorded_at)
    return now.astimezone(ZoneInfo(district.settings.time_zone)).date()


def behind(district: District) -> tuple[datetime, datetime] | None:
    """The machine's instant and that of the log's last event, where the clock is behind the log; else None.

    Two machines may differ by a few minutes; a simulated clock stands where it was put.
    """
    now = datetime.now(UTC)
    with district.reading() as connection:
        last = tip(connection).recorded_at
    return (now, last) if last - now > SKEW and not district.state.simulated else None


def recorded_by(district: District, instant: datetime) -> int:
    """The last position that was recorded before an instant; 0 for none."""
    newest = select(func.coalesce(func.max(event_table.c.position), 0)).where(
        event_table.c.recorded_at < to_micros(instant)
    )
    with district.reading() as connection:
        return int(connection.execute(newest).scalar_one())
