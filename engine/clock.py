"""Who does what falls due, and the day by which that is told."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from engine.district import District
from events.log import tip
from workflows.commands import Asking

CLOCKWORK = Asking(actor="jieti")
"""Who does what fell due: the rules, which a named person published, opened or scheduled."""


def log_day(district: District) -> date:
    """The day of the district as the next event would be stamped: a clock that goes back does not go behind the log."""
    with district.reading() as connection:
        now = max(district.now, tip(connection).recorded_at)
    return now.astimezone(ZoneInfo(district.settings.time_zone)).date()
