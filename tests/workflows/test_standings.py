"""What becomes of a standing: it lapses on its day, is suspended or revoked, and reinstated."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from events.facts import (
    ClauseFound,
    HoldersReviewed,
    Judgement,
    OfStanding,
    Outcome,
    Pins,
    StandingDemoted,
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
)
from ladders.reading.loading import load
from tests.workflows.given import LADDER, Given, command, published, refused
from workflows import standing
from workflows.acts import EndStanding, LapseStandings, ReinstateStanding, ReviewHolders
from workflows.commands import Already, Decision, Draft, Moment, Refused, World
from workflows.repeats import Again
from workflows.shown import StandingHeld

FILE = LADDER.replace(
    b"{id: senior,",
    b"{id: senior, removals: [{id: ethics, title: {zh: x, en: x}, effect: revoke, clauses: [{id: service-ended, "
    b"title: {zh: x, en: x}, years since: service, at least: 3, basis: assumed}]}],",
)
VERSION = hashlib.sha256(FILE).hexdigest()
TODAY = date(2026, 7, 1)
TERM = date(2026, 6, 30)
HELD = StandingHeld(40, "tenure", "senior", date(2023, 7, 1), TERM, "held", until=TERM)
SUSPENDED = replace(HELD, state="suspended", ended=90, until=date(2026, 2, 28))
NEXT = StandingHeld(80, "tenure", "senior", date(2026, 7, 1), date(2029, 6, 30), "held", until=date(2029, 6, 30))


def decided(asked: standing.Asked, *held: StandingHeld, today: date = TODAY) -> Decision:
    """What follows from a command where these are the standings of li."""
    ladders = {VERSION: load(FILE, "ladder")}
    moment = Moment(datetime(today.year, today.month, today.day, 2, tzinfo=UTC), today, 100)
    return standing.decide(World(standings={"li": held}, ladders=ladders), asked, moment)


def only(decision: Decision) -> tuple[OfStanding, date]:
    """The one fact that follows, in the stream of li, and its day."""
    assert isinstance(decision, list), decision
    (draft,) = decision
    assert isinstance(draft, Draft)
    assert draft.stream == "subject-li"
    assert isinstance(draft.fact, OfStanding)
    assert draft.occurred.first == draft.occurred.last
    return draft.fact, draft.occurred.first


def lapse(position: int = 40) -> LapseStandings:
    return command(LapseStandings, standings={"li": position})


def ending(effect: str = "revoke", on: date | None = date(2026, 3, 1), **said: Any) -> EndStanding:
    told: dict[str, Any] = {"subject": "li", "standing": 40, "effect": effect, "on": on, "reason": "师德失范"}
    return command(EndStanding, **(told | said))


def reinstating(on: date = date(2026, 4, 1), **said: Any) -> ReinstateStanding:
    told: dict[str, Any] = {"subject": "li", "standing": 40, "on": on, "as_if_never": False, "reason": "查无实据"}
    return command(ReinstateStanding, **(told | said))


def judgement(outcome: Outcome = "met", rule: str = "ethics", as_of: date = date(2026, 3, 1)) -> Judgement:
    pins = Pins(ladder="tenure", version=VERSION, semantics=1, catalogue=2, settings=1, as_of=as_of, known_at=60)
    found = ClauseFound(clause="service-ended", outcome="met", low=9, high=9, over=1)
    return Judgement(rule=rule, pins=pins, outcome=outcome, findings=(found,), digest="d", evidence=(7,))


def why(asked: standing.Asked, *held: StandingHeld, today: date = TODAY) -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as caught:
        decided(asked, *held, today=today)
    assert caught.value.zh
    assert caught.value.en
    assert "None" not in caught.value.zh + caught.value.en
    return caught.value.code


# ------------------------------------------------------------------------------------------------------- lapsing


def test_a_standing_lapses_on_the_day_after_its_last():
    fact, day = only(decided(lapse(), HELD))
    assert fact == StandingLapsed(standing=40, ladder="tenure", rung="senior")
    assert day == date(2026, 7, 1)


def test_told_a_week_late_it_still_lapses_on_its_own_day():
    assert only(decided(lapse(), HELD, today=date(2026, 7, 8)))[1] == date(2026, 7, 1)


def test_it_does_not_lapse_on_its_last_day():
    assert decided(lapse(), HELD, today=TERM) == []


def test_nothing_lapses_that_a_renewal_followed_at_once():
    assert decided(lapse(), replace(HELD, state="succeeded"), NEXT) == []


def test_a_renewal_after_a_gap_lets_it_lapse():
    later = replace(NEXT, first=date(2026, 7, 2))
    assert only(decided(lapse(), HELD, later, today=date(2026, 8, 1)))[1] == date(2026, 7, 1)


def test_a_standing_on_another_ladder_keeps_nothing_from_lapsing():
    assert only(decided(lapse(), HELD, replace(NEXT, ladder="other")))[0].standing == 40


def test_a_standing_that_was_voided_from_its_first_day_is_no_renewal():
    void = replace(NEXT, state="revoked", ended=95, until=date(2026, 6, 30))
    assert only(decided(lapse(), HELD, void))[0].standing == 40


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, state="lapsed"),
        replace(SUSPENDED, state="revoked"),
        replace(HELD, term_until=None, until=None),
    ],
)
def test_what_ended_before_or_never_ends_does_not_lapse(held: StandingHeld):
    assert decided(lapse(), held) == []


# -------------------------------------------------------------------------------------------------------- ending


@pytest.mark.parametrize(("effect", "kind"), [("suspend", StandingSuspended), ("revoke", StandingRevoked)])
def test_an_office_ends_a_standing_by_decision(effect: str, kind: type[StandingSuspended | StandingRevoked]):
    fact, day = only(decided(ending(effect), HELD))
    assert fact == kind(standing=40, ladder="tenure", rung="senior", cause="decision", reason="师德失范")
    assert day == date(2026, 3, 1)


def test_a_decision_needs_a_reason():
    assert why(ending(reason="  "), HELD) == "no reason"


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2026, 7, 1)])
def test_a_standing_cannot_end_outside_its_term(day: date):
    assert why(ending(on=day), HELD) == "outside the term"


def test_it_may_end_on_its_first_and_on_its_last_day():
    assert only(decided(ending(on=HELD.first), HELD))[1] == HELD.first
    assert only(decided(ending(on=TERM), HELD))[1] == TERM


def test_what_is_suspended_can_be_revoked_until_its_term_would_have_ended():
    assert isinstance(only(decided(ending(on=date(2026, 5, 1)), SUSPENDED))[0], StandingRevoked)


def test_ending_it_again_in_the_same_way_is_done_already():
    for effect, there in (("suspend", SUSPENDED), ("revoke", replace(SUSPENDED, state="revoked"))):
        found = decided(ending(effect), there)
        assert isinstance(found, Again), "if it was for that reason, from that day on"
        assert (found.position, found.said, found.on) == (90, {"reason": "师德失范"}, date(2026, 3, 1))
    april = date(2026, 4, 1)
    fact, day = only(decided(ending(on=None), HELD, today=april))
    assert (isinstance(fact, StandingRevoked), day) == (True, april)
    told = decided(ending("suspend", on=None), SUSPENDED)
    assert isinstance(told, Again)
    assert told.on is None, "a day that is not named is not compared"
    again = ending(reason=None, judgement=judgement())
    assert decided(again, replace(SUSPENDED, state="revoked")) == Already(90), "a rule says it whenever it is asked"


@pytest.mark.parametrize("state", ["revoked", "lapsed", "succeeded"])
def test_what_is_over_cannot_be_suspended(state: Any):
    assert why(ending("suspend", on=TODAY), replace(HELD, state=state, ended=90)) == "ended"


def test_what_a_renewal_follows_only_later_can_end_until_then():
    assert isinstance(only(decided(ending(on=TERM), replace(HELD, state="succeeded"), NEXT))[0], StandingRevoked)


def test_a_standing_that_is_not_there_cannot_end():
    assert why(ending(standing=41), HELD) == "no standing"


def test_a_rule_of_the_ladder_revokes_with_its_judgement():
    fact, _ = only(decided(ending(reason=None, judgement=judgement()), HELD))
    assert isinstance(fact, StandingRevoked)
    assert (fact.cause, fact.judgement) == ("rule", judgement())


@pytest.mark.parametrize(
    "said",
    [
        {"judgement": judgement("not met")},
        {"judgement": judgement(rule="absence")},
        {"judgement": judgement(as_of=date(2026, 2, 1))},
        {"judgement": judgement(), "effect": "suspend"},
    ],
)
def test_a_judgement_that_does_not_say_so_ends_nothing(said: dict[str, Any]):
    assert why(ending(**said), HELD) == "unfounded"


LOWERING = FILE.replace(b"effect: revoke,", b"effect: demote, to: junior,").replace(
    b"rungs:\n", b"rungs:\n  - {id: junior, title: {zh: x, en: x}}\n"
)
LOWERED = hashlib.sha256(LOWERING).hexdigest()


def test_a_rule_of_the_ladder_demotes_to_its_rung_for_what_is_left_of_the_term():
    pinned = judgement().model_copy(update={"pins": judgement().pins.model_copy(update={"version": LOWERED})})
    asked = ending("demote", reason=None, judgement=pinned)
    world = World(standings={"li": (HELD,)}, ladders={LOWERED: load(LOWERING, "ladder")})
    fact, day = only(standing.decide(world, asked, Moment(datetime(2026, 7, 1, 2, tzinfo=UTC), TODAY, 100)))
    assert isinstance(fact, StandingDemoted)
    assert (fact.rung, fact.to, fact.until, fact.cause, day) == ("senior", "junior", TERM, "rule", date(2026, 3, 1))


def test_only_a_rule_demotes():
    assert why(ending("demote"), HELD) == "no rule"
    assert isinstance(decided(ending("demote"), replace(SUSPENDED, state="demoted")), Again)


# -------------------------------------------------------------------------------------------------- reinstating


def test_what_a_demotion_gave_does_not_stand_in_the_way_of_the_standing_that_it_ended():
    was = replace(SUSPENDED, state="demoted")
    lower = StandingHeld(90, "tenure", "junior", date(2026, 3, 1), TERM, "held", until=TERM)
    fact, _ = only(decided(reinstating(), was, lower, today=TERM))
    assert isinstance(fact, StandingReinstated)
    assert why(reinstating(), was, replace(lower, state="suspended"), today=TERM) == "held since"
    assert why(reinstating(), was, lower, replace(NEXT, first=date(2026, 3, 15)), today=TERM) == "held since"


def test_a_suspended_standing_is_reinstated_from_a_day_on():
    fact, day = only(decided(reinstating(), SUSPENDED, today=TERM))
    assert fact == StandingReinstated(
        standing=40, ladder="tenure", rung="senior", ended=90, as_if_never=False, until=TERM, reason="查无实据"
    )
    assert day == date(2026, 4, 1)


def test_a_revoked_standing_is_reinstated_as_if_it_had_never_ended():
    revoked = replace(SUSPENDED, state="revoked")
    fact, _ = only(decided(reinstating(as_if_never=True, on=date(2026, 12, 1)), revoked, today=date(2026, 12, 1)))
    assert isinstance(fact, StandingReinstated)
    assert fact.as_if_never


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 7, 1)])
def test_it_is_reinstated_within_what_is_left_of_its_term(day: date):
    assert why(reinstating(day), replace(SUSPENDED, state="revoked")) == "outside the term"


@pytest.mark.parametrize("effect", ["suspend", "revoke"])
def test_it_is_not_ended_from_a_day_to_come(effect: str):
    assert why(ending(effect, date(2026, 4, 1)), HELD, today=date(2026, 3, 31)) == "future"


def test_it_is_not_reinstated_from_a_day_to_come():
    assert why(reinstating(), SUSPENDED, today=date(2026, 3, 31)) == "future"


def test_a_suspended_standing_lapses_when_its_term_ends_and_is_not_reinstated_after():
    lapsing = command(LapseStandings, standings={"li": SUSPENDED.position})
    fact, day = only(decided(lapsing, SUSPENDED))
    assert fact == StandingLapsed(standing=40, ladder="tenure", rung="senior")
    assert day == date(2026, 7, 1), "the day after its term, as if it had not been suspended"
    assert decided(lapsing, SUSPENDED, today=TERM) == []
    assert decided(lapsing, SUSPENDED, NEXT) == [], "a renewal followed"
    assert only(decided(reinstating(), SUSPENDED, today=TERM))[0].standing == 40
    for as_if_never in (False, True):
        for one in (SUSPENDED, replace(SUSPENDED, state="lapsed")):
            assert why(reinstating(as_if_never=as_if_never), one, today=TODAY) == "term over"
    assert isinstance(only(decided(ending(on=date(2026, 5, 1)), SUSPENDED))[0], StandingRevoked)


def test_what_is_held_needs_no_reinstatement():
    assert why(reinstating(), HELD) == "not ended"


def test_a_later_standing_on_the_ladder_stands_in_the_way():
    assert why(reinstating(), SUSPENDED, replace(NEXT, first=date(2026, 3, 15)), today=TERM) == "held since"
    elsewhere = replace(NEXT, ladder="other", first=date(2026, 3, 15))
    assert only(decided(reinstating(), SUSPENDED, elsewhere, today=TERM))[0].standing == 40


def test_a_reinstatement_needs_a_reason():
    assert why(reinstating(reason=""), SUSPENDED, today=TERM) == "no reason"


# ------------------------------------------------------------------------------------------------------ reviews


def reviewing(**said: Any) -> ReviewHolders:
    told: dict[str, Any] = {
        "ladder": "tenure", "version": VERSION, "as_of": TODAY, "known_at": 1, "looked_at": 3, "ended": 1
    }  # fmt: skip
    return command(ReviewHolders, **(told | said))


def test_a_review_of_the_holders_is_recorded_with_its_ladder():
    (fact,) = Given(published(FILE), today=TODAY).when(reviewing())  # type: ignore[misc]
    assert fact == HoldersReviewed(ladder="tenure", version=VERSION, as_of=TODAY, known_at=1, looked_at=3, ended=1)


@pytest.mark.parametrize("said", [{"version": "0" * 64}, {"known_at": 2}, {"known_at": 0}])
def test_a_review_by_rules_or_events_that_are_not_there_is_refused(said: dict[str, Any]):
    refused(Given(published(FILE), today=TODAY), reviewing(**said), "no ladder")
