"""A rule that changes: what another version would do, cases in flight that keep theirs, and cycles that are rebased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest

from engine.assessing import assess
from engine.assessing.impact import Impact, impact, of_cycle, where
from engine.cycles.looking import look
from engine.cycles.rebasing import rebase, try_out
from engine.cycles.view import Phase
from engine.history import find_grant, history, why
from events.facts import Assessed, CaseRebased, CycleRebased, LadderPublished
from tests.engine.a_review import CYCLE, HOURS, PANEL, Review, ladder, stage
from tests.engine.district_at_work import AtWork, assert_whole, training
from workflows.acts import RebaseCycle
from workflows.commands import PublishLadder, Refused
from workflows.ladder import read

STAGE = stage("panel")
OLD = ladder((STAGE,), clauses=HOURS)
STRICTER = OLD.replace(b"at least: 20", b"at least: 22")
LOOSER = OLD.replace(b"at least: 20", b"at least: 9")
REMOVING = ladder(
    (STAGE,),
    clauses=HOURS,
    removals="[{id: idle, title: {zh: 不参训, en: idle}, effect: revoke, clauses: [{id: none, title: {zh: 无学时, en: "
    "no hours}, evidence: training, then: [within: last 1 year, sum], at most: 0, basis: assumed}]}]",
)
RUNG = "master"


def hashed(file: bytes) -> str:
    return sha256(file).hexdigest()


def trained(at_work: AtWork) -> None:
    """p-1 has 10 hours, p-2 has 20, p-3 has 21, p-4 has 24; the others have none."""
    for person, hours in {"p-1": "10", "p-2": "20", "p-3": "21", "p-4": "24"}.items():
        at_work.record(person, training(hours))


@pytest.fixture
def review(at_work: AtWork) -> Review:
    """Four are nominated under the old version, the panel is seated, submission is closed."""
    trained(at_work)
    return Review(at_work, file=OLD, panels={"panel": PANEL})


def compared(review: Review, file: bytes) -> Impact:
    rules = assess.rules_for(review.district, "craft", date(2026, 6, 30))
    return impact(review.district, rules, read(file), hashed(file))


def publish(review: Review, file: bytes = STRICTER, since: date = date(2026, 6, 1)) -> str:
    review.at_work.do(PublishLadder, file=file, in_force_from=since)
    return hashed(file)


def rebasing(review: Review, version: str) -> RebaseCycle:
    said = {"cycle": CYCLE, "ladder": "craft", "version": version, "reason": "新办法已经施行"}
    return review.at_work.command(RebaseCycle, **said)


def turns(found: Impact) -> dict[str, tuple[str, tuple[str, ...]]]:
    (rung,) = [one for one in found.rungs if not one.removal]
    return {one.subject: (one.turn, one.clauses) for one in rung.affected}


# --------------------------------------------------------------------------------------------------- what it would do


def test_before_it_is_published_it_is_told_who_loses_and_by_which_clause(review: Review) -> None:
    found = compared(review, STRICTER)
    assert turns(found) == {"p-2": ("loses", ("hours",)), "p-3": ("loses", ("hours",))}
    (rung,) = found.rungs
    assert {one.step for one in rung.affected} == {"→master"}
    assert (rung.before["met"], rung.after["met"], rung.unsure) == (3, 1, 0)
    assert hashed(STRICTER) not in list(review.district.ladders)


def test_who_gains_is_told_in_the_same_way(review: Review) -> None:
    assert turns(compared(review, LOOSER)) == {"p-1": ("gains", ("hours",))}
    assert turns(compared(review, OLD.replace(HOURS.encode(), b""))) == {
        **dict.fromkeys(("p-1", "p-5", "p-6", "p-7", "p-8"), ("gains", ("hours",)))
    }


def test_the_same_rule_concerns_nobody(review: Review) -> None:
    found = compared(review, OLD + b"# another comment\n")
    assert turns(found) == {}
    assert all(one.turn is None for one in found.in_flight)


def test_a_new_way_to_lose_a_rung_is_asked_of_its_holders(review: Review) -> None:
    review.through("panel", names=("p-2", "p-3", "p-4"))
    review.day(6, 20)
    assert set(review.granted()) == {"p-2", "p-3", "p-4"}
    lost = [one for one in compared(review, REMOVING).rungs if one.removal]
    assert [(one.rung, one.removal, one.before["met"]) for one in lost] == [(RUNG, "idle", 0)]
    assert lost[0].after["not examined"] > 0


def test_cases_in_flight_are_told_with_what_they_would_come_to(review: Review) -> None:
    review.go()
    found = {one.case: (one.turn, one.before, one.after, one.clauses) for one in compared(review, STRICTER).in_flight}
    assert found == {
        "p-2": ("loses", "met", "not met", ("hours",)),
        "p-3": ("loses", "met", "not met", ("hours",)),
        "p-4": (None, "met", "met", ()),
    }


def test_everybody_concerned_is_found_in_a_school_an_area_and_a_locality(review: Review) -> None:
    with review.district.reading() as connection:
        found = where(connection, ["p-1", "p-2", "p-3"])
    assert len({one.school for one in found.values()}) > 1
    assert {one.locality for one in found.values()} <= {"", "urban", "rural"}


def test_a_version_for_other_subjects_is_refused(review: Review) -> None:
    with pytest.raises(Refused) as caught:
        compared(review, OLD.replace(b"subject: person", b"subject: studio"))
    assert caught.value.code == "other subject"


# -------------------------------------------------------------------------------------------------------- in flight


def test_a_cycle_in_flight_keeps_its_version_though_another_is_published(review: Review) -> None:
    review.go()
    publish(review)
    review.through("panel", names=("p-2", "p-3", "p-4"))
    review.day(6, 20)
    assert set(review.granted()) == {"p-2", "p-3", "p-4"}
    assert {one.pins.version for one in review.facts(Assessed)} == {hashed(OLD)}
    review.whole()


def test_a_trial_tells_and_records_nothing(review: Review) -> None:
    review.go()
    version, tip = publish(review), review.at_work.tip()
    assert try_out(review.district, rebasing(review, version))
    found = list(of_cycle(review.district, CYCLE, read(STRICTER), version))
    assert [one.case for one in found if one.turn == "loses"] == ["p-2", "p-3"]
    assert review.at_work.tip() == tip


def test_a_rebased_cycle_assesses_its_cases_again_before_they_go_on(review: Review) -> None:
    review.go()
    review.votes("panel", "p-4", "++ ")
    _, asked = rebase(review.district, rebasing(review, publish(review)))
    assert asked == 3  # whoever was declined is decided
    assert review.phases() == {"p-1": "declined", "p-2": "nominated", "p-3": "nominated", "p-4": "nominated"}
    review.go()
    assert review.phases() == {"p-1": "declined", "p-2": "declined", "p-3": "declined", "p-4": "in review"}
    assert review.facts(Assessed, "p-4")[-1].pins.version == hashed(STRICTER)
    review.votes("panel", "p-4", "  +")
    review.go()
    review.day(6, 20)
    assert set(review.granted()) == {"p-4"}
    review.whole()


def test_what_every_stage_approved_is_asked_again_before_it_is_announced(review: Review) -> None:
    review.go()
    for name in ("p-2", "p-3"):
        review.votes("panel", name, "+++")
    review.go()
    assert review.phase("p-2") == "approved"
    rebase(review.district, rebasing(review, publish(review, LOOSER)))
    review.go()
    assert review.phase("p-2") == "approved"
    assert len(review.facts(Assessed, "p-2")) == 2
    review.votes("panel", "p-4", "+++")
    review.go()
    review.day(6, 20)
    assert set(review.granted()) == {"p-2", "p-3", "p-4"}
    review.whole()


def test_killed_between_the_rebase_and_its_cases_the_next_advance_asks_for_the_rest(review: Review) -> None:
    review.go()
    review.district.handle(rebasing(review, publish(review)))
    phase = look(review.district, CYCLE)
    assert isinstance(phase, Phase)
    assert (phase.name, sorted(case for chunk in phase.chunks for case in chunk)) == ("rebase", ["p-2", "p-3", "p-4"])
    review.go()
    assert len(review.facts(CaseRebased)) == 3
    assert review.phase("p-2") == "declined"
    review.whole()


def test_before_submission_closes_everybody_is_assessed_under_the_new_version_alone(at_work: AtWork) -> None:
    trained(at_work)
    review = Review(at_work, file=OLD, panels={"panel": PANEL}, close=False)
    assert rebase(review.district, rebasing(review, publish(review)))[1] == 0
    review.day(6, 21)
    assert {one.pins.version for one in review.facts(Assessed)} == {hashed(STRICTER)}
    assert review.phase("p-2") == "declined"
    assert_whole(review.district)


def test_the_audit_knows_which_version_when(review: Review) -> None:
    review.go()
    rebase(review.district, rebasing(review, publish(review)))
    review.go()
    review.votes("panel", "p-4", "+++")
    review.go()
    review.day(6, 20)
    told = why(review.district, find_grant(review.district, "p-4"))
    assert isinstance(told.published.fact, LadderPublished)
    assert told.published.fact.sha256 == hashed(STRICTER)
    (rebased,) = told.rebased
    assert isinstance(rebased.event.fact, CycleRebased)
    assert (rebased.event.fact.was, rebased.personal["reason"]) == (hashed(OLD), "新办法已经施行")
    kinds: list[Callable[..., object]] = [type(one.event.fact) for one in history(review.district, "p-4")]
    assert CaseRebased in kinds


def test_what_is_announced_is_rebased_no_more(review: Review) -> None:
    review.through("panel", names=("p-2", "p-3", "p-4"))
    version = publish(review)
    with pytest.raises(Refused) as caught:
        try_out(review.district, rebasing(review, version))
    assert caught.value.code == "announced"
    assert "jieti cycle open" in caught.value.zh
