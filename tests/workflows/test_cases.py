"""A case on its way: nominated, assessed, voted on, decided, granted or declined."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.facts import (
    Assessed,
    BallotCast,
    Nominated,
    PersonLeft,
    StageDecided,
    StudioFounded,
    Tally,
)
from tests.workflows.given import LADDER, TODAY, Given, command, refused, row, verdict
from tests.workflows.reviewing import (
    AFTER,
    DEADLINE,
    ballot,
    ballots,
    begin,
    closed,
    closing,
    decide,
    in_panel,
    nomination,
    opened,
    opening,
    seating,
    verdicts,
)
from workflows.commands import Already, Conclude, DecideStage, Differs, RecordVerdicts, Span

DAY = Span.day(date(2026, 3, 12))
LAST_DAY = TODAY + timedelta(days=7)
"""The last day of the panel's ballots."""


def other_cycle(given: Given) -> Given:
    """With a second cycle, of another period, in which Wu has a case that is before its panel."""
    y2: dict[str, Any] = {"cycle": "y2"}
    return given.then(opening(period="2027", **y2), nomination("wu", case="c-2", **y2), seating(**y2))


# -------------------------------------------------------------------------------------------------------- nominated


def test_a_nomination_begins_a_case():
    drafts = opened().drafts(nomination())
    assert isinstance(drafts, list)
    assert [(one.stream, one.fact, one.expected, one.correlation) for one in drafts] == [
        ("case-c-li", Nominated(cycle="y1", subject="li"), 0, "y1")
    ]


def test_nominated_twice_is_nominated_once_whoever_asks():
    given = opened().then(nomination())
    assert given.when(nomination(case="c-other")) == Already(given.at(Nominated))
    assert given.when(nomination(source=row("r1"))) == Already(given.at(Nominated))


def test_nominated_before_submission_closed_stays_so_afterwards():
    given = opened().then(nomination(), closing())
    assert given.when(nomination()) == Already(given.at(Nominated))


def test_a_row_nominates_once():
    given = opened().then(nomination(source=row("r1")))
    assert given.when(nomination("wu", source=row("r1"))) == Already(given.at(Nominated))
    assert given.when(nomination("wu", source=row("r1", "otherwise"))) == Differs(given.at(Nominated))


def test_the_id_of_a_case_is_used_once():
    refused(opened().then(nomination()), nomination("wu", case="c-li"), "case taken")


def test_nobody_is_nominated_after_submission_closed_or_its_deadline_passed():
    refused(opened().then(closing()), nomination(), "closed")
    refused(opened().on(AFTER), nomination(), "closed")
    assert isinstance(opened().on(DEADLINE).when(nomination()), list)


@pytest.mark.parametrize("subject", ["nobody", "school", "studio"])
def test_only_subjects_of_the_ladders_kind_are_nominated(subject: str):
    given = opened()
    given.add("subject-studio", StudioFounded(code="G", kind="teacher", name="-", host="an", unit="school"), DAY)
    refused(given, nomination(subject), "unknown subject")


def test_who_left_before_today_is_not_nominated_and_who_leaves_today_is():
    given = opened()
    given.add("subject-li", PersonLeft(), DAY)
    assert isinstance(given.on(DAY.last).when(nomination()), list)
    refused(given.on(DAY.last + timedelta(days=1)), nomination(), "left")


def test_a_cycle_of_a_unit_is_for_its_own_people_and_those_below_it():
    everyone = opened(scope="centre")
    assert isinstance(everyone.when(nomination()), list)
    refused(opened(scope="other"), nomination(), "scope")


# --------------------------------------------------------------------------------------------------------- assessed


def test_verdicts_are_recorded_on_the_cases_of_a_closed_cycle():
    given = closed("li", "wu")
    facts = given.when(verdicts(given, li="met", wu="unknown"))
    assert isinstance(facts, list)
    assert [one.outcome for one in facts if isinstance(one, Assessed)] == ["met", "unknown"]


def test_verdicts_are_recorded_once_case_by_case():
    given = closed("li", "wu")
    half = given.then(verdicts(given, li="met"))
    facts = half.when(verdicts(given, li="not met", wu="not met"))
    assert isinstance(facts, list)
    assert len(facts) == 1
    assert isinstance(half.then(verdicts(given, wu="met")).when(verdicts(given, li="met", wu="met")), Already)


def test_no_verdict_before_submission_closed():
    refused(opened().then(nomination()), command(RecordVerdicts, cycle="y1", verdicts=()), "not closed")


@pytest.mark.parametrize(
    "pins",
    [
        {"version": "another file"},
        {"ladder": "another ladder"},
        {"catalogue": 1},
        {"settings": 2},
        {"as_of": date(2026, 3, 30)},
        {"known_at": 99},
    ],
    ids=lambda pins: next(iter(pins)),
)
def test_a_verdict_that_is_not_pinned_as_the_cycle_pins_is_refused(pins: dict[str, Any]):
    given = closed("li")
    right = {"known_at": given.state("cycle-y1").closed.known_at, "catalogue": 2, "settings": 1}
    asked = command(RecordVerdicts, cycle="y1", verdicts=(("c-li", verdict("met", **(right | pins))),))
    refused(given, asked, "pins")


def test_only_cases_of_the_cycle_are_assessed_decided_and_concluded():
    given = other_cycle(in_panel("li"))
    stranger = (("c-2", verdict("met", given.state("cycle-y1").closed.known_at, catalogue=2, settings=1)),)
    refused(given, command(RecordVerdicts, cycle="y1", verdicts=stranger), "no case")
    for cases in (("c-2",), ("c-nobody",)):
        refused(given, command(DecideStage, cycle="y1", stage="panel", cases=cases), "no case")
        refused(given, command(Conclude, cycle="y1", cases=cases, evidence={}), "no case")


# --------------------------------------------------------------------------------------------------------- voted on


def test_a_ballot_is_cast_from_the_seat_of_the_person():
    assert in_panel("li").when(ballot("bai", "against")) == [
        BallotCast(cycle="y1", stage="panel", seat=2, person="bai", choice="against")
    ]


def test_a_ballot_that_was_cast_is_cast_and_cannot_be_changed():
    given = in_panel("li").then(ballot("an"))
    assert given.when(ballot("an")) == Already(given.at(BallotCast))
    refused(given, ballot("an", "against"), "second vote")


def test_a_ballot_that_was_cast_in_time_is_still_there_afterwards():
    given = in_panel("li").then(*ballots("+++"), decide("li"))
    assert isinstance(given.on(LAST_DAY + timedelta(days=9)).when(ballot("an")), Already)


def test_a_row_casts_one_ballot():
    given = in_panel("li", "wu").then(ballot("an", source=row("r1")))
    assert given.when(ballot("an", subject="wu", source=row("r1"))) == Already(given.at(BallotCast))
    assert given.when(ballot("an", subject="wu", source=row("r1", "no"))) == Differs(given.at(BallotCast))


@pytest.mark.parametrize("who", ["dong", "nobody"])
def test_only_who_is_seated_on_the_stages_panel_votes(who: str):
    refused(in_panel("li"), ballot(who), "not seated")


def test_nobody_votes_on_a_case_of_their_own():
    refused(in_panel("an", "li"), ballot("an", subject="an"), "own case")
    assert isinstance(in_panel("an", "li").when(ballot("an", subject="li")), list)


def test_ballots_are_taken_until_the_last_day_is_over():
    given = in_panel("li")
    assert isinstance(given.on(LAST_DAY).when(ballot("an")), list)
    refused(given.on(LAST_DAY + timedelta(days=1)), ballot("an"), "too late")


def test_a_case_that_is_not_in_the_stage_is_not_voted_on():
    before = closed("li")
    before = before.then(verdicts(before, li="met"))
    refused(before, ballot("an"), "not in stage")  # the stage has not begun
    refused(in_panel("li"), ballot("dong", stage="college"), "not in stage")  # it is in the panel still
    rejected = in_panel("li").then(*ballots(" --")).on(LAST_DAY + timedelta(days=1)).then(decide("li"))
    refused(rejected, ballot("an"), "not in stage")  # it was rejected there
    ineligible = closed("li", "wu")
    ineligible = ineligible.then(verdicts(ineligible, li="not met", wu="met"), begin())
    refused(ineligible, ballot("an"), "not in stage")


def test_there_is_no_voting_without_a_panel():
    given = opened().then(nomination())
    refused(given, ballot("an"), "no panel")
    refused(in_panel("li"), ballot("an", stage="senate"), "no panel")


def test_there_is_no_voting_on_a_case_that_is_not_there():
    refused(in_panel("li"), ballot("an", subject="nobody"), "no case")
    refused(other_cycle(in_panel("li")), ballot("an", case="c-2"), "no case")


# ---------------------------------------------------------------------------------------------------------- decided


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        ("+++", "approved"),
        ("++-", "approved"),
        ("++0", "approved"),
        ("+-0", "rejected"),
        ("+00", "rejected"),  # who abstains is present: one of three is no majority
        ("--+", "rejected"),
        ("++ ", "approved"),  # who stays away is not: two of two
        ("+- ", "rejected"),  # exactly half is not more than half
        ("+0 ", "rejected"),
        ("+  ", "no quorum"),
        ("   ", "no quorum"),
    ],
)
def test_a_majority_of_those_present(choices: str, outcome: Any):
    given = in_panel("li").then(*ballots(choices)).on(LAST_DAY + timedelta(days=1))
    assert given.when(decide("li")) == [
        StageDecided(
            stage="panel",
            outcome=outcome,
            tally=Tally(
                in_favour=choices.count("+"), against=choices.count("-"), abstained=choices.count("0"), seats=3
            ),
            assessed=given.at(Assessed),
            last=False,
        )
    ]


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [("++", "approved"), ("+-", "approved"), ("+0", "approved"), ("-0", "rejected"), ("+ ", "no quorum")],
)
def test_half_of_the_seats(choices: str, outcome: str):
    given = in_panel("li").then(*ballots("+++"), decide("li"), begin("college"), *ballots(choices, stage="college"))
    (fact,) = given.on(AFTER).when(decide("li", stage="college"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.outcome, fact.last) == (outcome, True)


@pytest.mark.parametrize(
    ("threshold", "choices", "outcome"),
    [
        (b"at least 2/3 of seats", "++ ", "approved"),
        (b"more than 2/3 of seats", "++-", "rejected"),
        (b"more than 1/2 of seats", "++ ", "approved"),
        (b"at least 1/1 of present", "++ ", "approved"),
        (b"at least 1/1 of seats", "++ ", "rejected"),
        (b"at least 1/3 of present", "+00", "approved"),
        (b"more than 1/3 of present", "+00", "rejected"),
    ],
)
def test_thresholds_are_exact(threshold: bytes, choices: str, outcome: str):
    ladder = LADDER.replace(b"more than 1/2 of present", threshold)
    given = in_panel("li", ladder=ladder).then(*ballots(choices)).on(LAST_DAY + timedelta(days=1))
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert fact.outcome == outcome


def test_a_case_is_decided_as_soon_as_everybody_voted_else_when_the_days_are_over():
    given = in_panel("li", "wu").then(*ballots("+++", "li"), *ballots("++ ", "wu"))
    drafts = given.drafts(decide("li", "wu"))
    assert isinstance(drafts, list)
    assert [one.stream for one in drafts] == ["case-c-li"]
    assert isinstance(given.on(LAST_DAY).when(decide("wu")), Already)
    assert isinstance(given.on(LAST_DAY + timedelta(days=1)).when(decide("wu")), list)


def test_a_stage_decides_once_and_only_what_is_before_it():
    given = in_panel("li").then(*ballots("+++"), decide("li"))
    assert isinstance(given.when(decide("li")), Already)
    assert isinstance(given.when(decide("li", stage="college")), Already)
