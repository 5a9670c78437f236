"""A standing that is suspended or revoked while a case runs that rests on it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.cycles import advance, sweep
from engine.cycles.view import Waiting
from engine.replay import replay
from events.facts import Declined, Granted, StandingTakenOver
from tests.engine.district_at_work import AtWork, assert_whole
from tests.engine.test_terms import RENEWAL
from workflows.acts import EndStanding, ReinstateStanding
from workflows.commands import PublishLadder

CYCLE, CASE = "y-2026", "c-2026-p-1"
NOTICE_OVER = date(2026, 6, 15)


@pytest.fixture
def holder(at_work: AtWork) -> dict[str, Any]:
    """p-1, whose renewal is on its public notice; what an act on the standing names."""
    at_work.do(PublishLadder, file=RENEWAL.encode(), in_force_from=date(2026, 2, 1))
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 30))
    standing = at_work.record("p-1", title, date(2023, 7, 1))
    at_work.open_cycle(["p-1"])
    at_work.close(CYCLE)
    sweep.sweep(at_work.district)
    at_work.many(at_work.ballots(CYCLE, [CASE]))
    sweep.sweep(at_work.district)
    return {"subject": "p-1", "standing": standing}


def outcome(at_work: AtWork) -> Granted | Declined | None:
    with at_work.district.reading() as connection:
        facts = [one.fact for one in at_work.district.log.read(connection, f"case-{CASE}")]
    return next((one for one in facts if isinstance(one, Granted | Declined)), None)


def assert_derived(at_work: AtWork) -> None:
    assert replay.replay(at_work.district).differences == ()
    assert_whole(at_work.district)


def test_who_lost_it_for_good_while_the_case_ran_is_not_granted_it_again(at_work: AtWork, holder: dict[str, Any]):
    at_work.do(EndStanding, **holder, effect="revoke", on=date(2026, 6, 1), reason="弄虚作假")
    at_work.wait_until(NOTICE_OVER)
    assert sweep.sweep(at_work.district).failures == ()
    ended = outcome(at_work)
    assert isinstance(ended, Declined)
    assert ended.reason == "held no more"
    at_work.do(ReinstateStanding, **holder, on=NOTICE_OVER, as_if_never=True, reason="改判")
    assert_derived(at_work)


def test_while_it_is_suspended_the_case_waits_and_goes_on_when_it_is_reinstated(
    at_work: AtWork, holder: dict[str, Any]
):
    at_work.do(EndStanding, **holder, effect="suspend", on=date(2026, 6, 1), reason="停职调查")
    at_work.wait_until(NOTICE_OVER)
    assert sweep.sweep(at_work.district).failures == ()
    assert outcome(at_work) is None
    found = advance.look(at_work.district, CYCLE)
    assert isinstance(found, Waiting)
    assert found.en == "1 cases of whoever is suspended, until that is lifted or the standing revoked"
    at_work.do(ReinstateStanding, **holder, on=date(2026, 6, 1), as_if_never=True, reason="查无实据")
    sweep.sweep(at_work.district)
    granted = outcome(at_work)
    assert isinstance(granted, Granted)
    assert granted.in_force_from == date(2026, 7, 1)
    assert_derived(at_work)


def test_what_ended_after_the_grant_changes_nothing_in_how_it_is_derived(at_work: AtWork, holder: dict[str, Any]):
    at_work.wait_until(NOTICE_OVER)
    sweep.sweep(at_work.district)
    assert isinstance(outcome(at_work), Granted)
    at_work.do(EndStanding, **holder, effect="revoke", on=NOTICE_OVER, reason="弄虚作假")
    assert_derived(at_work)


def test_where_it_runs_out_while_it_is_suspended_the_case_is_declined(at_work: AtWork, holder: dict[str, Any]):
    at_work.do(EndStanding, **holder, effect="suspend", on=date(2026, 6, 1), reason="停职调查")
    at_work.wait_until(NOTICE_OVER)
    sweep.sweep(at_work.district)
    assert outcome(at_work) is None
    at_work.wait_until(date(2026, 7, 1))
    sweep.sweep(at_work.district)  # the term is over: it lapses, and nothing is left that the case could wait for
    sweep.sweep(at_work.district)
    declined = outcome(at_work)
    assert isinstance(declined, Declined)
    assert declined.reason == "held no more"
    assert_derived(at_work)
