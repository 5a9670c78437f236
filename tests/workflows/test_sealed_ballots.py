"""Confidential ballots: sealed, counted, taken back, and opened by two people."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from events.facts import (
    BallotCast,
    BallotOpened,
    Choice,
    OpeningAsked,
    SealedBallotCast,
    StageDecided,
)
from ladders.reading.loading import load
from tests.workflows.given import CLERK, Given, command, refused, row
from tests.workflows.marking import MAJORITY, SCORED, SHEET, TITLE, scored, sheet, take_back
from tests.workflows.reviewing import (
    PANEL,
    ballot,
    ballots,
    decide,
    in_panel,
    with_panel,
)
from workflows.acts import AgreeToOpen, AskToOpen
from workflows.ballots import content_of
from workflows.commands import Already, Asking

DAY = timedelta(days=1)
CONFIDENTIAL = with_panel(MAJORITY + ", ballots: confidential")


# ------------------------------------------------------------------------------------------------------ confidential


def test_a_confidential_ballot_is_sealed_under_the_key_of_its_stage():
    (fact,) = in_panel("li", ladder=CONFIDENTIAL).when(ballot("bai", "against"))  # type: ignore[misc]
    assert isinstance(fact, SealedBallotCast)
    assert (fact.seat, fact.person, fact.box, fact.again) == (2, "bai", "box-y1-panel", None)
    assert json.loads(fact.content)["choice"] == "against"


@pytest.mark.parametrize("choice", ["for", "against"])
def test_what_a_confidential_ballot_said_is_told_to_nobody_who_votes_again(choice: str):
    given = in_panel("li", ladder=CONFIDENTIAL).then(ballot("an"))
    refusal = refused(given, ballot("an", choice), "second vote")
    assert "(for)" not in refusal.en
    assert "同意" not in refusal.zh


def test_the_same_row_of_a_confidential_ballot_changes_nothing():
    given = in_panel("li", ladder=CONFIDENTIAL).then(ballot("an", source=row("r1")))
    assert given.when(ballot("an", source=row("r1"))) == Already(given.at(SealedBallotCast))
    refused(given, ballot("an", source=row("r1", "otherwise")), "second vote")


def test_confidential_ballots_are_opened_to_be_counted_and_only_the_tally_is_told():
    given = in_panel("li", ladder=CONFIDENTIAL).then(*ballots("++-"))
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.outcome, fact.tally.in_favour, fact.tally.against) == ("approved", 2, 1)


def test_confidential_score_sheets_are_counted_as_open_ones_are():
    marks: dict[str, str | None] = {"lesson": "17.5", "paper": None, "talk": "9.05"}
    tallies = []
    for ladder in (SCORED, with_panel(SHEET + ", ballots: confidential")):
        given = in_panel("li", ladder=ladder).then(*(scored(who, **marks) for who in ("an", "bai", "chen")))
        (fact,) = given.when(decide("li"))  # type: ignore[misc]
        assert isinstance(fact, StageDecided)
        tallies.append(fact.tally)
    assert tallies[0] == tallies[1]
    assert tallies[0].score is not None


def test_the_tally_of_confidential_ballots_names_no_seat_by_what_it_said():
    dropping = SHEET.replace("at least: 60", "at least: 60, drop highest: 1, drop lowest: 1").replace(
        "quorum: 2", "quorum: 3"
    )
    given = in_panel("li", ladder=with_panel(dropping + ", ballots: confidential"))
    given = given.then(
        *(scored(who, lesson=mark, paper=None, talk=None) for who, mark in zip(PANEL, ("8", "19", "15"), strict=True))
    )
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.tally.score, fact.tally.over, fact.tally.dropped) == (75, 1, (0, 0))

    vetoes = f"[{{role: head, {TITLE}, veto: true, count: 2}}, {{role: member, {TITLE}}}]"
    given = in_panel("li", ladder=with_panel(MAJORITY + ", ballots: confidential", vetoes)).then(*ballots("+-+"))
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.outcome, fact.tally.vetoed) == ("rejected", (0,))


CHOICES: tuple[Choice, ...] = ("for", "against", "abstain")


def test_the_length_of_a_confidential_ballot_does_not_tell_what_it_says():
    plain = load(CONFIDENTIAL, "-").routes["review"].stages[0]
    assert len({len(content_of(plain, choice)) for choice in CHOICES}) == 1
    rated = load(SCORED, "-").routes["review"].stages[0]
    sheets: list[dict[str, str | None]] = [
        {"lesson": "0", "paper": None, "talk": "1"},
        {"lesson": "20.00", "paper": "100.00", "talk": "12.50"},
        {"lesson": None, "paper": None, "talk": "0.01"},
    ]
    assert len({len(content_of(rated, "scored", sheet(**marks))) for marks in sheets}) == 1


def test_a_confidential_ballot_is_taken_back_too():
    given = in_panel("li", ladder=CONFIDENTIAL).then(ballot("an"), take_back("an"))
    (fact,) = given.when(ballot("an", "against"))  # type: ignore[misc]
    assert isinstance(fact, SealedBallotCast)
    assert fact.again == 1


# ------------------------------------------------------------------------------------------- opened by two people


def asking(at: int, who: str = "clerk-1", **said: Any) -> AskToOpen:
    by = Asking(actor=who, authority="文号", **said)
    return command(AskToOpen, cycle="y1", case="c-li", ballot=at, reason="核对", asking=by)


def agreeing(at: int, who: str, **said: Any) -> AgreeToOpen:
    return command(AgreeToOpen, cycle="y1", case="c-li", ballot=at, asking=Asking(actor=who, authority="文号", **said))


def sealed() -> tuple[Given, int]:
    """A confidential ballot on Li, and its position."""
    given = in_panel("li", ladder=CONFIDENTIAL).then(ballot("an"))
    return given, given.at(SealedBallotCast)


def test_a_confidential_ballot_is_opened_when_a_second_person_agrees():
    given, at = sealed()
    assert given.when(asking(at)) == [OpeningAsked(cycle="y1", subject="li", ballot=at, reason="核对")]
    given = given.then(asking(at))
    asked = given.at(OpeningAsked)
    assert given.when(agreeing(at, "head-1")) == [BallotOpened(cycle="y1", ballot=at, asked=asked)]
    given = given.then(agreeing(at, "head-1"))
    assert given.when(agreeing(at, "head-2")) == Already(given.at(BallotOpened))
    assert given.when(asking(at)) == Already(given.at(BallotOpened))


def test_who_asked_is_not_the_second_person_whoever_they_act_for():
    given, at = sealed()
    given = given.then(asking(at, on_behalf_of="head-1"))
    refused(given, agreeing(at, CLERK.actor), "second person")
    refused(given, agreeing(at, "head-1"), "second person")
    refused(given, agreeing(at, "clerk-2", on_behalf_of="head-1"), "second person")
    assert isinstance(given.when(agreeing(at, "clerk-2")), list)


def test_an_opening_is_asked_for_once_and_before_it_is_agreed_to():
    given, at = sealed()
    refused(given, agreeing(at, "head-1"), "not asked")
    given = given.then(asking(at))
    assert given.when(asking(at, "clerk-2")) == Already(given.at(OpeningAsked))


def test_only_a_confidential_ballot_of_the_case_is_opened():
    given, at = sealed()
    refused(given, asking(at - 1), "not sealed")
    named = in_panel("li").then(ballot("an"))
    refused(named, asking(named.at(BallotCast)), "not sealed")


def test_a_ballot_that_was_taken_back_can_still_be_opened():
    given, at = sealed()
    assert isinstance(given.then(take_back("an")).when(asking(at)), list)


def test_ballots_whose_key_is_gone_are_not_counted() -> None:
    given = in_panel("li", ladder=CONFIDENTIAL).then(*ballots("+++"))
    gone = [
        one._replace(fact=one.fact.model_copy(update={"content": "AQIDBA=="}))
        if isinstance(one.fact, SealedBallotCast)
        else one
        for one in given.events
    ]
    given.events = gone
    refused(given, decide("li"), "key gone")
