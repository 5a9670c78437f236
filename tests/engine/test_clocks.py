"""A clock that goes back an hour over a deadline, and one that jumps a week: no day is lost, none comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.cycles import advance
from engine.district import District
from events.facts import StageDecided, StageOpened, SubmissionClosed
from tests.engine.district_at_work import PEOPLE, AtWork, tables, training
from workflows.commands import Nominate, Refused, SetClock

HALF_PAST_MIDNIGHT = datetime(2026, 6, 20, 16, 30, tzinfo=UTC)
"""Of 21 June there, the day after submission."""
HALF_PAST_ELEVEN = datetime(2026, 6, 20, 15, 30, tzinfo=UTC)


def turned_back(district: District, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the log says already, the clock on the wall says this."""
    monkeypatch.setattr(district, "_clock", lambda connection: now)
    monkeypatch.setattr(district.handler, "clock", lambda connection: now)


def test_a_clock_that_goes_back_over_the_deadline_opens_nothing_again(
    at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in PEOPLE[:2]:
        at_work.record(subject, training("30"))
    cycle = at_work.open_cycle(PEOPLE[:2])
    at_work.do(SetClock, now=HALF_PAST_MIDNIGHT)
    assert advance.advance(at_work.district, cycle).phases[0] == "close"
    before = tables(at_work.district)
    turned_back(at_work.district, HALF_PAST_ELEVEN, monkeypatch)
    assert at_work.district.today == date(2026, 6, 20)
    with pytest.raises(Refused) as late:
        at_work.do(Nominate, cycle=cycle, case="c-late", subject=PEOPLE[2])
    assert late.value.code == "closed"
    assert advance.advance(at_work.district, cycle).phases == ()
    assert tables(at_work.district) == before


def test_what_is_done_while_the_clock_is_behind_bears_the_day_of_the_log(
    at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work.record(PEOPLE[0], training("30"))
    cycle = at_work.open_cycle(PEOPLE[:1])
    at_work.do(SetClock, now=HALF_PAST_MIDNIGHT)
    at_work.record(PEOPLE[1], training("3"))  # the log has seen the new day
    turned_back(at_work.district, HALF_PAST_ELEVEN, monkeypatch)
    advance.advance(at_work.district, cycle)
    at_work.many(at_work.ballots(cycle, [f"c-2026-{PEOPLE[0]}"]))
    advance.advance(at_work.district, cycle)
    with at_work.district.reading() as connection:
        events = at_work.district.log.read_after(connection, 0, 10_000)
    days = {type(one.fact): one.envelope.occurred_from for one in events}
    assert days[SubmissionClosed] == days[StageOpened] == days[StageDecided] == date(2026, 6, 21)
    assert [one.envelope.recorded_at for one in events] == sorted(one.envelope.recorded_at for one in events)
