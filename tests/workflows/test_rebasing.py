"""Cases in flight keep their version; a cycle goes on under another one only by a reasoned act, with new verdicts."""

from __future__ import annotations

from datetime import date

import pytest

from events.facts import Assessed, CaseRebased, CycleRebased, StageDecided
from tests.workflows.given import LADDER, VERSION, Given, command, published, refused
from tests.workflows.reviewing import (
    approve,
    ballot,
    ballots,
    closed,
    decide,
    in_panel,
    nomination,
    notice,
    opened,
    posted,
    verdicts,
)
from workflows.acts import RebaseCases, RebaseCycle, ResubmitCase, RetireLadder, ReturnCase
from workflows.case import known_at, stage_of
from workflows.commands import Already
from workflows.cycle import route_of, window_of
from workflows.ladder import read

STRICT = LADDER.replace(b"at least: 3,", b"at least: 5,")
"""Another version: five years of service instead of three."""
OTHER_ROUTE = STRICT.replace(b"seats: 3, quorum: 2", b"seats: 5, quorum: 2")


def hashed(file: bytes) -> str:
    return str(published(file).fact.sha256)  # type: ignore[attr-defined]


def rebase(file: bytes = STRICT, reason: str = "新办法自三月起施行") -> RebaseCycle:
    return command(RebaseCycle, cycle="y1", ladder="tenure", version=hashed(file), reason=reason)


def anew(*subjects: str) -> RebaseCases:
    return command(RebaseCases, cycle="y1", cases=tuple(f"c-{one}" for one in subjects))


def with_version(given: Given, file: bytes = STRICT, since: date = date(2026, 3, 1)) -> Given:
    """The same district, in which another version was published since."""
    after = given.on(given.today)
    one = published(file, since)
    after.add(one.stream, one.fact, one.days)
    return after


def version_of(given: Given) -> str:
    return str(given.state("cycle-y1").opened.version)


def test_a_cycle_keeps_its_version_whatever_is_published_later():
    given = with_version(in_panel("li"))
    assert version_of(given) == VERSION
    facts = given.then(*ballots("+++")).when(decide("li"))
    assert isinstance(facts, list)
    assert isinstance(facts[0], StageDecided)


def test_a_cycle_goes_on_under_another_version_by_an_act_with_a_reason():
    facts = with_version(in_panel("li")).when(rebase())
    assert facts == [CycleRebased(version=hashed(STRICT), was=VERSION, reason="新办法自三月起施行")]
    assert version_of(with_version(in_panel("li")).then(rebase())) == hashed(STRICT)
    refused(with_version(in_panel("li")), rebase(reason=" "), "no reason")


def test_the_same_version_again_is_already_there():
    given = with_version(in_panel("li")).then(rebase())
    assert given.when(rebase()) == Already(given.at(CycleRebased))
    assert isinstance(given.when(rebase(LADDER)), list)  # and back again


def test_a_verdict_under_the_version_before_counts_no_more_and_the_stage_waits_for_a_new_one():
    given = with_version(in_panel("li", "wu")).then(rebase())
    facts = given.when(anew("li", "wu"))
    at = given.at(CycleRebased)
    assert facts == [CaseRebased(cycle="y1", rebased=at)] * 2
    after = given.then(anew("li", "wu"))
    assert not after.state("case-c-li").met
    refused(after, ballot("an"), "not in stage")
    assert after.when(anew("li", "wu")) == Already(at)
    again = after.then(verdicts(after, li="met", wu="not met"))
    assert isinstance(again.when(ballot("an")), list)
    refused(again, ballot("an", subject="wu"), "not in stage")


def test_the_new_verdict_is_on_what_was_known_for_the_one_before_and_pins_the_new_version():
    before = in_panel("li")
    given = with_version(before).then(rebase(), anew("li"))
    state = given.state("cycle-y1")
    assert known_at(given.state("case-c-li"), state) == known_at(before.state("case-c-li"), before.state("cycle-y1"))
    (fact,) = given.then(verdicts(given, li="met")).events[-1:]
    assert isinstance(fact.fact, Assessed)
    assert fact.fact.pins.version == hashed(STRICT)
    stale = verdicts(before, li="met")
    refused(given, stale, "pins")


def test_what_was_voted_stands_and_so_do_the_days_of_the_stage():
    before = in_panel("li").then(ballot("an"), ballot("bai"))
    given = with_version(before).then(rebase(), anew("li"))
    given = given.then(verdicts(given, li="met"))
    case, cycle = given.state("case-c-li"), given.state("cycle-y1")
    assert list(case.ballots["panel"]) == [1, 2]
    assert case.arrived_at == before.state("case-c-li").arrived_at
    assert window_of(cycle, case.windows.get("panel"), "panel") == window_of(before.state("cycle-y1"), None, "panel")
    facts = given.then(ballot("chen")).when(decide("li"))
    assert isinstance(facts, list)
    assert isinstance(facts[0], StageDecided)
    assert facts[0].outcome == "approved"


def test_a_stage_that_was_passed_stays_passed():
    given = in_panel("li").then(*ballots("+++"), decide("li"))
    given = with_version(given).then(rebase(), anew("li"))
    given = given.then(verdicts(given, li="met"))
    stage = stage_of(given.state("case-c-li"), route_of(read(STRICT), "senior"))
    assert stage is not None
    assert stage.id == "college"


def test_whoever_was_not_eligible_is_asked_again_and_whoever_a_stage_rejected_is_not():
    given = in_panel("li", "wu")
    given = given.then(*ballots("---"), decide("li"))
    given = with_version(given).then(rebase())
    assert given.when(anew("li")) == Already(given.at(CycleRebased))
    late = closed("li", "wu")
    late = with_version(late.then(verdicts(late, li="not met", wu="unknown"))).then(rebase())
    facts = late.when(anew("li", "wu"))
    assert isinstance(facts, list)
    assert len(facts) == 2


def test_a_case_that_came_back_is_assessed_under_the_new_version_when_it_is_complete():
    returning = LADDER.replace(b"days: 7}", b"days: 7, completion days: 5}")
    given = in_panel("li", ladder=returning)
    given = given.then(command(ReturnCase, cycle="y1", case="c-li", stage="panel", reason="缺材料"))
    strict = returning.replace(b"at least: 3,", b"at least: 5,")
    given = with_version(given, strict).then(rebase(strict))
    assert given.when(anew("li")) == Already(given.at(CycleRebased))
    given = given.then(command(ResubmitCase, cycle="y1", case="c-li"))
    given = given.then(verdicts(given, li="met"))
    assert given.state("case-c-li").met
    assert given.state("case-c-li").arrived_at == given.at(Assessed)


def test_before_submission_closes_there_is_nothing_to_assess_anew():
    given = with_version(opened().then(nomination("li"))).then(rebase())
    assert given.when(anew("li")) == Already(given.at(CycleRebased))


def test_a_version_that_is_not_there_or_not_in_force_is_refused():
    refused(in_panel("li"), rebase(), "no version")
    refused(with_version(in_panel("li")), rebase().model_copy(update={"ladder": "another"}), "no version")
    later = with_version(in_panel("li"), since=date(2026, 4, 1))
    assert "2026-04-01" in refused(later, rebase(), "not yet").zh
    gone = with_version(in_panel("li")).then(
        command(RetireLadder, ladder="tenure", sha256=hashed(STRICT), last=date(2026, 3, 12))
    )
    assert isinstance(gone.when(rebase()), list)
    refused(gone.on(date(2026, 3, 13)), rebase(), "expired")


def test_what_is_announced_stays_under_its_version():
    refused(with_version(posted("li")), rebase(), "announced")
    given = approve("li", given=in_panel("li"))
    assert isinstance(with_version(given).when(rebase()), list)
    refused(with_version(given.then(notice("li"))), rebase(), "announced")


def test_another_route_is_refused_once_panels_are_seated():
    refused(with_version(in_panel("li"), OTHER_ROUTE), rebase(OTHER_ROUTE), "other route")
    assert isinstance(with_version(opened().then(nomination("li")), OTHER_ROUTE).when(rebase(OTHER_ROUTE)), list)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"subject: person", b"subject: studio"), (b"id: senior", b"id: junior")],
)
def test_a_version_without_such_a_step_is_refused(old: bytes, new: bytes):
    other = STRICT.replace(old, new).replace(b"to: senior", b"to: junior" if b"junior" in new else b"to: senior")
    refused(with_version(opened(), other), rebase(other), "no rung")


def test_a_case_that_every_stage_approved_is_ready_again_once_it_is_found_eligible_again():
    given = approve("li", given=in_panel("li"))
    given = with_version(given).then(rebase(), anew("li"))
    given = given.then(verdicts(given, li="met"))
    assert given.state("case-c-li").ready_at == given.at(Assessed)
    assert isinstance(given.when(notice("li")), list)
