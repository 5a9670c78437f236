"""Corrections of past decisions: opened once, decided by a document; nothing is rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from events.facts import (
    ClauseFound,
    CorrectionDecided,
    CorrectionOpened,
    Declined,
    Fact,
    Granted,
    GrantedOnCorrection,
    Outcome,
    Pins,
    Reassessed,
    StandingRevoked,
)
from ladders.reading.loading import load
from tests.workflows.given import LADDER, VERSION, command
from workflows import correcting
from workflows.case import Case
from workflows.case_parts import Nomination, Verdict
from workflows.commands import Asking, Decision, Draft, Moment, Refused, World
from workflows.correcting import Corrections, DecideCorrection, OpenCorrection
from workflows.dispensation import Dispensations
from workflows.repeats import Again
from workflows.shown import StandingHeld

TODAY, MARCH = date(2026, 7, 1), date(2026, 3, 1)
HELD = StandingHeld(60, "tenure", "senior", date(2026, 3, 1), date(2029, 2, 28), "held", until=date(2029, 2, 28))
BY_DOCUMENT = Asking(actor="clerk-1", authority="教办〔2026〕9号")


def verdict(outcome: Outcome = "not met", known_at: int = 90, digest: str = "new") -> Reassessed:
    pins = Pins(ladder="tenure", version=VERSION, semantics=1, catalogue=2, settings=1, as_of=MARCH, known_at=known_at)
    found = ClauseFound(clause="service", outcome=outcome, low=2, high=2, over=1)
    return Reassessed(step="→senior", pins=pins, outcome=outcome, findings=(found,), digest=digest, evidence=(7, 8))


def case(outcome: type[Granted | Declined] | None = Granted, was: Outcome = "met") -> Case:
    nominated = Nomination("y1", "li", None, None, None)
    found = Verdict("→senior", was, 40)
    return Case(version=9, nominated=nominated, assessed=found, outcome=outcome, outcome_at=60 if outcome else 0)


def opening(found: Reassessed | None = None, **said: Any) -> OpenCorrection:
    told: dict[str, Any] = {
        "subject": "li", "decision": 60, "decided_on": MARCH, "case": "c-li", "because": (84,), "reason": "佐证作废",
        "verdict": found or verdict(),
    }  # fmt: skip
    return command(OpenCorrection, **(told | said))


def ending(outcome: str = "revoke", on: date | None = TODAY, **said: Any) -> DecideCorrection:
    told: dict[str, Any] = {"subject": "li", "correction": 91, "outcome": outcome, "on": on, "reason": "学时不足"}
    return command(DecideCorrection, **({"asking": BY_DOCUMENT} | told | said))


def opened(found: Reassessed | None = None, decided: str = "granted") -> CorrectionOpened:
    state = case() if decided == "granted" else case(Declined, "not met")
    (fact,) = facts(decide(opening(found), state=state))
    assert isinstance(fact, CorrectionOpened)
    return fact


def corrections(fact: CorrectionOpened, **said: Any) -> Corrections:
    return {91: replace(correcting.Correcting(fact), **said)}


def decide(
    asked: correcting.Asked, there: Corrections | None = None, state: Case | None = None, *held: StandingHeld
) -> Decision:
    own = Dispensations(corrections=there or {})
    states = {"subject-li": own, "case-c-li": state or case()}
    world = World(states=states, standings={"li": held}, ladders={VERSION: load(LADDER, "ladder")})
    return correcting.decide(world, asked, Moment(datetime(2026, 7, 1, 2, tzinfo=UTC), TODAY, 100))


def facts(decision: Decision) -> list[Fact]:
    assert isinstance(decision, list), decision
    assert {one.stream for one in decision} == {"subject-li"}
    return [one.fact for one in decision]


def why(asked: correcting.Asked, there: Corrections | None = None, state: Case | None = None, *held: Any) -> str:
    """The code of the refusal, which tells in both languages why, and what to do."""
    with pytest.raises(Refused) as caught:
        decide(asked, there, state, *held)
    assert "None" not in caught.value.zh + caught.value.en
    return caught.value.code


# ------------------------------------------------------------------------------------------------------- opening


def test_a_correction_cites_the_decision_the_new_verdict_and_what_made_the_difference():
    fact = opened()
    assert (fact.decision, fact.decided, fact.case, fact.cycle, fact.rung) == (60, "granted", "c-li", "y1", "senior")
    assert (fact.then, fact.verdict, fact.because) == ("met", verdict(), (84,))


def test_it_is_opened_once():
    found = decide(opening(), corrections(opened()))
    assert isinstance(found, Again)
    assert (found.position, found.said) == (91, {"reason": "佐证作废"}), "if it is opened for the same reason"


def test_another_verdict_waits_until_the_open_one_is_decided():
    assert why(opening(verdict(digest="newer")), corrections(opened())) == "open already"
    decided = corrections(opened(), outcome="keep", decided_at=95)
    assert len(facts(decide(opening(verdict(digest="newer")), decided))) == 1


def test_what_was_dealt_with_is_not_opened_again_for_the_same_verdict():
    assert why(opening(), corrections(opened(), outcome="keep", decided_at=95)) == "corrected already"


def test_corrections_of_other_decisions_are_no_hindrance():
    other = opened().model_copy(update={"decision": 50})
    assert len(facts(decide(opening(), corrections(other)))) == 1


@pytest.mark.parametrize(
    "state", [case(None), replace(case(), outcome_at=61), replace(case(), assessed=None), Case(), case(Declined)]
)
def test_only_a_decision_about_the_subject_that_rests_on_a_verdict_is_looked_at(state: Case):
    if state.outcome is Declined:
        assert len(facts(decide(opening(), state=state))) == 1
    else:
        assert why(opening(), state=state) == "no decision"


def test_where_the_verdict_is_the_same_there_is_nothing_to_correct():
    assert why(opening(verdict("met"))) == "no difference"


@pytest.mark.parametrize("known_at", [60, 101])
def test_the_verdict_knows_more_than_the_decision_and_no_more_than_the_log(known_at: int):
    assert why(opening(verdict(known_at=known_at))) == "known at"


def test_it_is_opened_and_decided_for_a_reason():
    assert why(opening(reason=" ")) == "no reason"
    assert why(ending(reason=""), corrections(opened())) == "no reason"


# -------------------------------------------------------------------------------------------------------- ending


def test_the_office_may_let_the_decision_stand():
    assert facts(decide(ending("keep"), corrections(opened()))) == [
        CorrectionDecided(correction=91, decision=60, outcome="kept", reason="学时不足")
    ]


def test_it_may_revoke_what_was_granted_from_a_day_on():
    decision = decide(ending(on=date(2026, 6, 1)), corrections(opened()), None, HELD)
    done, revoked = facts(decision)
    assert done == CorrectionDecided(correction=91, decision=60, outcome="revoked", reason="学时不足")
    assert isinstance(revoked, StandingRevoked)
    assert (revoked.standing, revoked.cause, revoked.reason) == (60, "decision", "学时不足")
    assert isinstance(decision, list)
    assert decision[1].occurred.first == date(2026, 6, 1)


def test_what_was_revoked_before_is_not_revoked_again():
    gone = replace(HELD, state="revoked", ended=80, until=date(2026, 4, 30))
    assert len(facts(decide(ending(on=date(2026, 5, 1)), corrections(opened()), None, gone))) == 1
    assert why(ending(on=TODAY), corrections(opened()), None, gone) == "revoked before"


def test_the_day_of_a_revocation_is_the_standings_matter():
    assert why(ending(on=date(2026, 1, 1)), corrections(opened()), None, HELD) == "outside the term"


def test_it_may_grant_what_was_declined_for_the_ladders_term():
    met = opened(verdict("met"), "declined")
    decision = decide(ending("grant", date(2026, 4, 1)), corrections(met))
    (fact,) = facts(decision)
    assert isinstance(fact, GrantedOnCorrection)
    assert (fact.rung, fact.until, fact.evidence, fact.decision) == ("senior", date(2029, 3, 31), (7, 8), 60)
    assert isinstance(decision, list)
    assert isinstance(decision[0], Draft)
    assert decision[0].occurred.first == date(2026, 4, 1)


def test_nothing_is_revoked_of_what_was_declined_and_nothing_granted_that_is_not_met():
    assert why(ending("revoke"), corrections(opened(verdict("met"), "declined"))) == "nothing granted"
    assert why(ending("grant"), corrections(opened())) == "not met"
    assert why(ending("grant"), corrections(opened(verdict("unknown"), "declined"))) == "not met"


@pytest.mark.parametrize(("on", "code"), [(date(2026, 7, 2), "future"), (date(2026, 2, 28), "before the decision")])
def test_it_is_granted_from_a_day_between_the_decision_and_today(on: date, code: str):
    assert why(ending("grant", on), corrections(opened(verdict("met"), "declined"))) == code


def test_nothing_is_granted_to_who_holds_the_rung_by_then():
    met = corrections(opened(verdict("met"), "declined"))
    assert why(ending("grant"), met, None, HELD) == "held already"
    ended = replace(HELD, state="lapsed", until=date(2026, 5, 31))
    assert len(facts(decide(ending("grant"), met, None, ended))) == 1


def test_it_is_decided_by_a_document():
    assert why(ending("keep", asking=Asking(actor="clerk-1")), corrections(opened())) == "authority"


def test_it_is_decided_once():
    decided = corrections(opened(), outcome="keep", decided_at=95, authority=BY_DOCUMENT.authority)
    found = decide(ending("keep"), decided)
    assert isinstance(found, Again)
    assert (found.position, found.said) == (95, {"reason": "学时不足"}), "if it was for the same reason"
    assert why(ending("revoke"), decided) == "corrected already"
    another = BY_DOCUMENT.model_copy(update={"authority": "另一文号"})
    assert why(ending("keep", asking=another), decided) == "corrected already", "it was not by that document"


@pytest.mark.parametrize(("outcome", "decided"), [("revoke", "granted"), ("grant", "declined")])
def test_the_day_that_was_decided_on_is_not_changed_by_deciding_again(outcome: str, decided: str):
    gone, on = replace(HELD, state="revoked", ended=96, until=date(2026, 5, 31)), date(2026, 6, 1)
    fact = opened(verdict("met"), "declined") if decided == "declined" else opened()
    done = {"outcome": outcome, "decided_at": 95, "authority": BY_DOCUMENT.authority}
    there = corrections(fact, **done, granted_on=on if outcome == "grant" else None)
    assert isinstance(decide(ending(outcome, on), there, None, gone), Again)
    assert why(ending(outcome, TODAY), there, None, gone) == "corrected already"


def test_a_day_that_is_not_named_is_the_moments_and_asked_again_on_another_day_it_is_there():
    (draft,) = cast("list[Draft]", decide(ending("grant", on=None), corrections(opened(verdict("met"), "declined"))))
    assert draft.occurred.first == TODAY
    by = {"decided_at": 95, "authority": BY_DOCUMENT.authority, "granted_on": MARCH}
    granted = corrections(opened(verdict("met"), "declined"), outcome="grant", **by)
    assert isinstance(decide(ending("grant", on=None), granted), Again)


def test_another_standing_that_ended_with_the_next_event_is_not_the_corrections_own():
    by = {"decided_at": 95, "authority": BY_DOCUMENT.authority}
    kept = corrections(opened(), outcome="keep", **by)
    suspended = replace(HELD, state="suspended", ended=96, until=date(2026, 5, 31))
    assert isinstance(decide(ending("keep"), kept, None, suspended), Again)
    revoked_before = replace(HELD, state="revoked", ended=70, until=TODAY - timedelta(days=1))
    another = replace(HELD, position=50, state="revoked", ended=96, until=date(2026, 5, 31))
    revoked = corrections(opened(), outcome="revoke", **by)
    assert isinstance(decide(ending(), revoked, None, revoked_before, another), Again)


def test_one_that_was_never_opened_cannot_be_decided():
    assert why(ending()) == "no correction"
