"""Standings as days go by: each lapses on its day, is ended and reinstated by the office, or renewed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.cycles import advance, sweep
from engine.projections.lasting import STANDING
from engine.replay import replay
from engine.standings import standings
from events.facts import (
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingTakenOver,
)
from tests.engine.district_at_work import LADDER as DILIGENCE
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole, known, training
from tests.engine.honours import (
    FIRST,
    LADDER,
    LAST,
    SERIOUS,
    endings,
    held_on,
    hold,
    reviewed,
    states,
    swept,
    terms,
    violation,
)
from workflows.acts import EndStanding, LapseStandings, ReinstateStanding
from workflows.commands import PublishLadder, Refused, SetClock


@pytest.fixture
def office(at_work: AtWork) -> AtWork:
    """The district of these tests, on 1 June 2026, with a ladder whose masters can lose their standing."""
    at_work.do(PublishLadder, file=LADDER.encode(), in_force_from=date(2020, 1, 1))
    return at_work


def test_a_term_ends_with_its_last_day(office: AtWork):
    standing = hold(office, "p-1")
    office.wait_until(LAST)
    assert [who for who, _, _ in swept(office)] == ["honour"]
    assert reviewed(office) == (1, 0)
    office.wait_until(LAST + timedelta(days=1))
    lapsed = StandingLapsed(standing=standing, ladder="honour", rung="master")
    assert swept(office) == [("p-1", date(2027, 1, 1), lapsed)]
    assert swept(office) == []
    assert states(office) == {"p-1": "lapsed"}


def test_after_an_outage_of_a_week_each_lapse_has_its_own_day(office: AtWork):
    last = [date(2026, 6, day) for day in (8, 9, 9, 14)]
    for subject, until in zip(PEOPLE, last, strict=False):
        hold(office, subject, until=until)
    office.wait_until(date(2026, 6, 15))
    lapsed = [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)]
    assert lapsed == [(who, until + timedelta(days=1)) for who, until in zip(PEOPLE, last, strict=False)]
    assert_whole(office.district)


def test_a_lapse_told_late_by_somebody_who_missed_it_comes_out_the_same(office: AtWork):
    early, late = hold(office, "p-1", until=date(2026, 6, 5)), hold(office, "p-2", until=date(2026, 7, 5))
    office.wait_until(date(2026, 7, 1))
    assert office.do(LapseStandings, standings={"p-1": early, "p-2": late})
    assert states(office) == {"p-1": "lapsed", "p-2": "held"}


def test_whoever_was_promoted_in_time_keeps_no_lapse(office: AtWork):
    hold(office, "p-1", "fellow", until=date(2026, 6, 9))
    hold(office, "p-1", "master", first=date(2026, 6, 1))
    office.wait_until(date(2026, 6, 10))
    assert endings(swept(office)) == []
    assert sorted(one.state for one in standings.listed(office.district)) == ["held", "succeeded"]


def test_two_terms_of_one_person_lapse_together(office: AtWork):
    hold(office, "p-1", until=date(2026, 6, 9))
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 8))
    office.record("p-1", title, FIRST)
    office.wait_until(date(2026, 6, 20))
    assert [day for _, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        date(2026, 6, 9), date(2026, 6, 10)
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------- ended by an office


def test_suspended_from_a_day_and_reinstated_from_another(office: AtWork):
    standing = hold(office, "p-1")
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    office.do(EndStanding, **said, effect="suspend", on=date(2026, 3, 1), reason="停职调查")
    office.wait_until(date(2026, 7, 1))
    office.do(ReinstateStanding, **said, on=date(2026, 6, 15), as_if_never=False, reason="查无实据")
    assert [held_on(office, day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 6, 14))] == [
        {"p-1"}, set(), set()
    ]  # fmt: skip
    assert held_on(office, date(2026, 6, 15)) == {"p-1"}
    office.wait_until(date(2027, 1, 1))
    assert [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        ("p-1", date(2027, 1, 1))
    ]
    assert_whole(office.district)


def test_whoever_is_suspended_when_the_term_ends_lapses_on_that_day_however_late_that_is_done(office: AtWork):
    standing = hold(office, "p-1", until=date(2026, 6, 30))
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    office.do(EndStanding, **said, effect="suspend", on=date(2026, 3, 1), reason="停职调查")
    office.wait_until(date(2026, 6, 30))
    assert [one for one in swept(office) if isinstance(one[2], StandingLapsed)] == []
    office.wait_until(date(2026, 7, 20))
    assert [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        ("p-1", date(2026, 7, 1))
    ]
    assert swept(office) == [], "once"
    assert held_on(office, date(2026, 5, 1)) == set()
    with pytest.raises(Refused) as caught:
        office.do(ReinstateStanding, **said, on=date(2026, 6, 1), as_if_never=True, reason="查无实据")
    assert caught.value.code == "term over"
    assert_whole(office.district)


def test_reinstated_as_if_never_ended_after_its_term_it_lapses_on_its_day(office: AtWork):
    standing = hold(office, "p-1", until=date(2026, 6, 30))
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    office.do(EndStanding, **said, effect="revoke", on=date(2026, 3, 1), reason="误判")
    office.wait_until(date(2026, 8, 1))
    assert endings(swept(office)) == []
    office.do(ReinstateStanding, **said, on=date(2026, 8, 1), as_if_never=True, reason="改判")
    assert held_on(office, date(2026, 5, 1)) == {"p-1"}
    assert [(day, type(fact)) for _, day, fact in swept(office)] == [(date(2026, 7, 1), StandingLapsed)]


def test_history_keeps_what_was_known_while_it_was_suspended(office: AtWork):
    standing = hold(office, "p-1")
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    at = office.do(EndStanding, **said, effect="suspend", on=date(2026, 3, 1), reason="停职调查")
    back = office.do(ReinstateStanding, **said, on=date(2026, 3, 1), as_if_never=True, reason="查无实据")
    then = {who for who, _, _, until, _ in known(office.district, STANDING, at) if until and until >= date(2026, 3, 1)}
    assert then == set()
    assert held_on(office, date(2026, 3, 1)) == {"p-1"}
    with office.district.reading() as connection:
        (event,) = office.district.log.read_at(connection, [back])
    assert isinstance(event.fact, StandingReinstated)
    assert event.fact.ended == at


def test_a_clock_that_goes_back_an_hour_over_midnight_loses_no_lapse(office: AtWork, monkeypatch: pytest.MonkeyPatch):
    hold(office, "p-1", until=date(2026, 6, 9))
    office.do(SetClock, now=datetime(2026, 6, 9, 16, 30, tzinfo=UTC))  # half past midnight there
    office.record("p-2", training("3"))
    monkeypatch.setattr(type(office.district), "now", property(lambda _: datetime(2026, 6, 9, 15, 30, tzinfo=UTC)))
    assert [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        ("p-1", date(2026, 6, 10))
    ]


# ------------------------------------------------------------------------------------------------------- renewal

RENEWAL = (
    DILIGENCE.decode().replace("end: true}", "end: true, removals: [" + SERIOUS + "]}")
    + """
  - from: diligent
    to: diligent
    kind: renewal
    route: review
    term: 3 years
    clauses:
      - {id: still-serving, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
"""
)


def renewed(at_work: AtWork) -> None:
    """p-1, whose term ends with June, is granted its renewal in the middle of June."""
    at_work.do(PublishLadder, file=RENEWAL.encode(), in_force_from=date(2026, 2, 1))
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 30))
    at_work.record("p-1", title, date(2023, 7, 1))
    cycle = at_work.open_cycle(["p-1"])
    at_work.close(cycle)
    sweep.sweep(at_work.district)
    at_work.many(at_work.ballots(cycle, ["c-2026-p-1"]))
    sweep.sweep(at_work.district)
    at_work.wait_until(date(2026, 6, 15))
    assert sweep.sweep(at_work.district).failures == ()


def test_a_renewal_in_time_begins_the_day_after_the_term_and_nothing_lapses(at_work: AtWork):
    renewed(at_work)
    assert terms(at_work) == [
        (date(2023, 7, 1), date(2026, 6, 30), "succeeded"),
        (date(2026, 7, 1), date(2029, 6, 30), "held"),
    ]
    at_work.wait_until(date(2026, 7, 1))
    assert endings(swept(at_work)) == []


def test_after_an_outage_the_grant_that_was_due_still_comes_before_the_lapse(at_work: AtWork):
    at_work.do(PublishLadder, file=RENEWAL.encode(), in_force_from=date(2026, 2, 1))
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 30))
    at_work.record("p-1", title, date(2023, 7, 1))
    cycle = at_work.open_cycle(["p-1"])
    at_work.close(cycle)
    sweep.sweep(at_work.district)
    at_work.many(at_work.ballots(cycle, ["c-2026-p-1"]))
    sweep.sweep(at_work.district)
    at_work.wait_until(date(2026, 7, 8))
    sweep.sweep(at_work.district)
    assert terms(at_work) == [
        (date(2023, 7, 1), date(2026, 6, 30), "succeeded"),
        (date(2026, 7, 1), date(2029, 6, 30), "held"),
    ]


def test_a_rule_ends_the_running_term_and_the_one_to_come_on_its_first_day(at_work: AtWork):
    renewed(at_work)
    violation(at_work, "p-1")
    assert [(who, day) for who, day, fact in swept(at_work) if isinstance(fact, StandingRevoked)] == [
        ("p-1", date(2026, 6, 15))
    ]
    at_work.wait_until(date(2026, 7, 2))
    assert [(who, day) for who, day, fact in swept(at_work) if isinstance(fact, StandingRevoked)] == [
        ("p-1", date(2026, 7, 2))
    ]
    assert_whole(at_work.district)


def test_what_one_cycle_renewed_before_the_term_ends_another_does_not_renew_again(at_work: AtWork):
    renewed(at_work)
    cycle = at_work.open_cycle(["p-1"], "2026b")
    at_work.close(cycle)
    sweep.sweep(at_work.district)
    at_work.many(at_work.ballots(cycle, ["c-2026b-p-1"]))
    sweep.sweep(at_work.district)
    at_work.wait_until(date(2026, 6, 25))
    sweep.sweep(at_work.district)
    assert [one.phase for one in advance.cases(at_work.district, cycle)] == ["declined"]
    assert [one.until for one in standings.listed(at_work.district)] == [date(2026, 6, 30), date(2029, 6, 30)]
    assert replay.replay(at_work.district).differences == ()
    assert_whole(at_work.district)
