"""Panels of which a lot, or the panels before, say who may sit there."""

from __future__ import annotations

from datetime import date

import pytest

from engine.replay import panels as replay_panels
from events.envelope import Recorded
from events.facts import PanelSeated, Seat
from tests.engine.a_review import CYCLE, Review, stage
from tests.engine.district_at_work import AtWork
from workflows.commands import OpenCycle, Refused, SeatPanel

DRAWN = (
    "[{role: chair, title: {zh: 组长, en: chair}}, "
    "{role: expert, title: {zh: 专家, en: expert}, count: 2, lot: true, at most in a row: 1}]"
)
POOL = ("p-5", "p-6", "p-7", "p-8")


def seated(district_at_work: AtWork) -> list[Recorded]:
    """The panels as the log has them."""
    events = [event for batch in district_at_work.district.log.follow() for event in batch]
    return [one for one in events if isinstance(one.fact, PanelSeated)]


def seating(at_work: AtWork, cycle: str = CYCLE, pool: tuple[str, ...] = POOL) -> SeatPanel:
    chair = (Seat(seat=1, person="p-4"),)
    return at_work.command(SeatPanel, cycle=cycle, stage="panel", seats=chair, pools={"expert": pool}, lot="ab" * 16)


def test_a_drawn_panel_judges_and_its_lot_is_drawn_again_by_the_replay(at_work: AtWork):
    review = Review(at_work, stage("panel", seats=DRAWN), people=("p-1", "p-2"))
    at_work.district.handle(seating(at_work))
    (event,) = seated(at_work)
    assert isinstance(event.fact, PanelSeated)
    review.panels["panel"] = [seat.person for seat in event.fact.seats]
    assert set(review.panels["panel"][1:]) < set(POOL)
    review.through("panel")
    assert review.day(6, 3) == ("grant", "finish")
    assert set(review.granted()) == {"p-1", "p-2"}
    assert review.whole().lots == 1


def test_a_panel_in_which_others_sit_than_were_drawn_is_found_out(at_work: AtWork):
    Review(at_work, stage("panel", seats=DRAWN), people=("p-1",))
    at_work.district.handle(seating(at_work))
    (event,) = seated(at_work)
    assert isinstance(event.fact, PanelSeated)
    first, second, third = event.fact.seats
    other = next(one for one in POOL if one not in (second.person, third.person))
    swapped = event.fact.model_copy(update={"seats": (first, second, third.model_copy(update={"person": other}))})
    assert replay_panels.differences(at_work.district, [event]) == []
    (found,) = replay_panels.differences(at_work.district, [Recorded(event.envelope, swapped)])
    assert found.position == event.position


def test_who_was_drawn_in_the_cycle_before_is_not_in_the_pool_of_the_next(at_work: AtWork):
    Review(at_work, stage("panel", seats=DRAWN), people=("p-1",))
    at_work.district.handle(seating(at_work))
    (event,) = seated(at_work)
    assert isinstance(event.fact, PanelSeated)
    drawn = {seat.person for seat in event.fact.seats[1:]}
    for cycle, scope in (("y-next", None), ("y-east", "u-east")):
        at_work.do(
            OpenCycle, cycle=cycle, ladder="craft", to="master", period="2027", title="评审", scope=scope,
            as_of=date(2026, 6, 30), deadline=date(2026, 6, 20),
        )  # fmt: skip
    with pytest.raises(Refused, match="in a row"):
        at_work.district.handle(seating(at_work, "y-next"))
    at_work.district.handle(seating(at_work, "y-next", tuple(one for one in POOL if one not in drawn)))
    at_work.district.handle(seating(at_work, "y-east"))  # another scope has panels of its own
