"""How a case ends: granted from the day after its notice, for its term, or declined with the reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.facts import Assessed, Declined, Granted, StandingTakenOver
from tests.workflows.given import LADDER, TODAY, Given, command
from tests.workflows.reviewing import (
    AFTER,
    approve,
    ballots,
    begin,
    closed,
    conclude,
    decide,
    in_panel,
    notice,
    routed,
    stage,
    verdicts,
)
from workflows.acts import ResubmitCase, ReturnCase, WithdrawCase
from workflows.commands import Already, PostNotice, Span

LAST_DAY = TODAY + timedelta(days=7)
"""The last day of the panel's ballots."""


def through(notice_ends: date = TODAY, ladder: bytes = LADDER) -> Given:
    """Li was approved by both stages, and the notice ends on that day."""
    given = in_panel("li", ladder=ladder).then(*ballots("+++"), decide("li"), begin("college"))
    given = given.then(*ballots("++", stage="college"), decide("li", stage="college"))
    posted = command(PostNotice, cycle="y1", cases=(("c-li", "li"),), first=TODAY, last=notice_ends)
    return given.then(posted)


def test_a_grant_is_in_force_from_the_day_after_its_notice_and_lists_what_it_rests_on():
    given = through(notice_ends=date(2026, 3, 16))
    facts = given.on(date(2026, 3, 17)).when(conclude("li", li=(7, 9)))
    assert facts == [
        Granted(
            cycle="y1", subject="li", ladder="tenure", rung="senior", in_force_from=date(2026, 3, 17),
            until=date(2029, 3, 16), assessed=given.at(Assessed), notice=len(given.events), evidence=(7, 9),
        )
    ]  # fmt: skip


def test_nothing_is_granted_while_the_notice_runs():
    given = through(notice_ends=date(2026, 3, 16))
    assert isinstance(given.on(date(2026, 3, 16)).when(conclude("li")), Already)


def test_nothing_is_granted_without_a_notice():
    given = in_panel("li").then(*ballots("+++"), decide("li"), begin("college"))
    given = given.then(*ballots("++", stage="college"), decide("li", stage="college"))
    assert isinstance(given.on(date(2027, 1, 1)).when(conclude("li")), Already)


def test_a_case_is_concluded_once():
    given = through().on(AFTER).then(conclude("li"))
    assert isinstance(given.when(conclude("li")), Already)


@pytest.mark.parametrize(
    ("notice_ends", "term", "until"),
    [
        (date(2027, 2, 28), b"1 years", date(2028, 2, 29)),  # 1 March to the leap day
        (date(2028, 2, 28), b"1 years", date(2029, 2, 27)),  # from 29 February: the anniversary is the 28th
        (date(2028, 2, 28), b"4 years", date(2032, 2, 28)),
        (date(2027, 2, 27), b"1 years", date(2028, 2, 27)),
        (date(2026, 8, 30), b"6 months", date(2027, 2, 27)),  # from 31 August: February has 28 days
        (date(2026, 10, 30), b"1 months", date(2026, 11, 29)),
        (date(2026, 12, 31), b"3 years", date(2029, 12, 31)),
        (date(2026, 3, 16), b"30 days", date(2026, 4, 15)),
        (date(2026, 3, 16), None, None),
    ],
)
def test_a_term_ends_on_the_day_before_its_anniversary(notice_ends: date, term: bytes | None, until: date | None):
    ladder = LADDER.replace(b"    term: 3 years\n", b"    term: " + term + b"\n" if term else b"")
    given = through(notice_ends, ladder).on(notice_ends + timedelta(days=1))
    (fact,) = given.when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Granted)
    assert (fact.in_force_from, fact.until) == (notice_ends + timedelta(days=1), until)


@pytest.mark.parametrize("outcome", ["not met", "unknown", "not examined"])
def test_who_is_not_found_eligible_is_declined(outcome: str):
    given = closed("li")
    given = given.then(verdicts(given, li=outcome))
    assert given.when(conclude("li")) == [
        Declined(cycle="y1", subject="li", reason="not eligible", assessed=given.at(Assessed))
    ]


@pytest.mark.parametrize(("choices", "reason"), [("---", "rejected"), ("+  ", "no quorum")])
def test_who_is_not_approved_is_declined_with_the_stage_that_said_so(choices: str, reason: Any):
    given = in_panel("li").then(*ballots(choices)).on(LAST_DAY + timedelta(days=1)).then(decide("li"))
    assert given.when(conclude("li")) == [
        Declined(cycle="y1", subject="li", reason=reason, stage="panel", assessed=given.at(Assessed))
    ]


def test_who_holds_the_rung_by_then_is_declined_and_whose_title_ran_out_is_not():
    given = through(notice_ends=date(2026, 3, 16)).on(date(2026, 3, 17))
    title = StandingTakenOver(ladder="tenure", rung="senior", title="资深")
    ran_out = title.model_copy(update={"until": date(2026, 3, 16)})
    for held, outcome in ((title, Declined), (ran_out, Granted), (title.model_copy(update={"ladder": "x"}), Granted)):
        after = given.on(given.today)
        after.add("subject-li", held, Span.day(date(2026, 3, 12)))
        (fact,) = after.when(conclude("li"))  # type: ignore[misc]
        assert isinstance(fact, outcome)
        assert getattr(fact, "reason", "held already") == "held already"


def test_who_is_still_under_way_is_neither_granted_nor_declined():
    for given in (closed("li"), in_panel("li"), in_panel("li").then(*ballots("+++"), decide("li"))):
        assert isinstance(given.when(conclude("li")), Already)


# ------------------------------------------------------------------------------------------ a case that was returned

COMPLETED = routed(stage(rule="quorum: 2, threshold: more than 1/2 of present, completion days: 10"))


def returned() -> Given:
    """Li's case went back for completion on a day in the panel's week."""
    asked = command(ReturnCase, cycle="y1", case="c-li", stage="panel", reason="缺原件")
    return in_panel("li", ladder=COMPLETED).then(asked)


def test_what_is_not_completed_in_time_is_declined_on_the_day_after():
    until = TODAY + timedelta(days=10)
    assert isinstance(returned().on(until).when(conclude("li")), Already)
    (fact,) = returned().on(until + timedelta(days=1)).when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Declined)
    assert (fact.reason, fact.stage) == ("not completed", "panel")


def test_what_was_completed_waits_for_its_new_verdict_and_goes_on_with_that():
    given = returned().then(command(ResubmitCase, cycle="y1", case="c-li")).on(TODAY + timedelta(days=30))
    assert isinstance(given.when(conclude("li")), Already)
    (fact,) = given.then(verdicts(given, li="not met")).when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Declined)
    assert fact.reason == "not eligible"


def test_a_withdrawn_case_has_ended():
    given = through(notice_ends=date(2026, 3, 16)).on(date(2026, 3, 17))
    withdrawn = given.then(command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))
    assert isinstance(withdrawn.when(conclude("li")), Already)


# -------------------------------------------------------------------------------------------------------- a renewal

RENEWABLE = LADDER.replace(
    b"steps:\n",
    b"""steps:
  - from: senior
    to: senior
    kind: renewal
    route: review
    term: 3 years
    clauses:
      - {id: again, title: {zh: \xe6\x95\x99\xe9\xbe\x84, en: again}, years since: service, at least: 3, basis: assumed}
""",
).replace(b", end: true", b"")
"""The rung is for three years and may be renewed."""


def renewed(held_until: date | None, notice_ends: date) -> Granted:
    """Li holds the rung until a day, and was approved for another term."""
    given = closed("li", ladder=RENEWABLE)
    given.add("subject-li", StandingTakenOver(ladder="tenure", rung="senior", title="资深", until=held_until),
              Span.day(date(2023, 9, 1)))  # fmt: skip
    asked = verdicts(given, li="met")
    ((name, found),) = asked.verdicts
    asked = asked.model_copy(update={"verdicts": ((name, found.model_copy(update={"step": "senior→senior"})),)})
    given = approve("li", given=given.then(asked)).then(notice("li", last=notice_ends))
    (fact,) = given.on(notice_ends + timedelta(days=1)).when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Granted)
    return fact


@pytest.mark.parametrize(
    ("held_until", "begins"),
    [
        (date(2026, 8, 31), date(2026, 9, 1)),  # held until after the notice: on from there
        (date(2026, 3, 16), date(2026, 3, 17)),  # its last day is that of the notice
        (date(2026, 3, 12), date(2026, 3, 17)),  # it ran out while the notice ran: nothing is made up for
        (None, date(2026, 3, 17)),  # it has no last day
    ],
)
def test_a_renewal_begins_when_the_term_before_it_is_over(held_until: date | None, begins: date):
    grant = renewed(held_until, notice_ends=date(2026, 3, 16))
    assert (grant.from_rung, grant.in_force_from) == ("senior", begins)
    assert grant.until == begins.replace(year=begins.year + 3) - timedelta(days=1)


# ---------------------------------------------------------------------------------------------------- escalated


def test_what_a_stage_without_a_quorum_passed_on_is_granted_by_the_next():
    rule = "quorum: 2, threshold: more than 1/2 of present"
    ladder = routed(stage(rule=f"{rule}, when time is up: escalate") + "\n" + stage("college", "2", rule))
    given = in_panel("li", ladder=ladder).on(LAST_DAY + timedelta(days=1)).then(decide("li"))
    assert given.state("case-c-li").decided["panel"].outcome == "escalated"
    assert isinstance(given.when(conclude("li")), Already)
    given = given.then(begin("college"), *ballots("++", stage="college"), decide("li", stage="college"))
    ends = given.today + timedelta(days=7)
    (fact,) = given.then(notice("li", last=ends)).on(ends + timedelta(days=1)).when(conclude("li"))  # type: ignore[misc]
    assert isinstance(fact, Granted)
