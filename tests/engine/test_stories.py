"""Everything about a subject, wherever it happened; a confidential ballot tells nothing until two people open it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from engine import history
from engine.district import District
from engine.people import names
from events.facts import SealedBallotCast
from tests.engine.district_at_work import AtWork
from tests.engine.long_review import CYCLE, LongReview
from workflows.acts import DelegateSeat


@pytest.fixture
def review(at_work: AtWork) -> LongReview:
    """p-2 is with the experts."""
    found = LongReview(at_work, ("p-2", "p-3"))
    found.judge("p-2", "p-3")
    found.open("school")
    found.through("school", "p-2", "p-3")
    found.open("experts")
    return found


def story(review: LongReview, subject: str) -> list[str]:
    return [one.event.envelope.type for one in history.history(review.at_work.district, subject)]


def test_a_candidates_story_has_all_that_happened_to_the_case(review: LongReview):
    review.recuse("p-2", "experts", "p-7")
    review.withdraw("p-2")
    assert story(review, "p-2") == [
        "person hired", "nominated", "assessed", "ballot cast", "ballot cast", "stage decided", "seat recused",
        "case withdrawn",
    ]  # fmt: skip


def test_a_story_is_in_the_order_of_the_log_and_says_nothing_twice(review: LongReview):
    for subject in ("p-2", "p-5", "p-6"):
        positions = [one.event.position for one in history.history(review.at_work.district, subject)]
        assert positions == sorted(set(positions))


def test_a_panel_members_story_has_seats_votes_and_what_was_said_of_them(review: LongReview):
    review.vote("p-2", "experts", "p-6")
    review.take_back("p-2", "experts", "p-6")
    review.recuse("p-2", "experts", "p-6")
    review.at_work.do(DelegateSeat, cycle=CYCLE, stage="experts", person="p-6", delegate="p-1")
    assert story(review, "p-6") == [
        "person hired", "panel seated", "panel seated", "ballot cast", "sealed ballot cast", "ballot withdrawn",
        "seat recused", "seat delegated",
    ]  # fmt: skip
    assert story(review, "p-1") == ["person hired", "studio founded", "seat delegated"]


def test_a_vote_in_a_story_says_whose_case_it_was(review: LongReview):
    told = history.history(review.at_work.district, "p-6")
    assert [one.about for one in told if one.event.envelope.type == "ballot cast"] == ["p-3"]


def content(district: District, subject: str) -> list[str]:
    """What the confidential ballots in a story say."""
    return [
        one.personal["content"]
        for one in history.history(district, subject)
        if isinstance(one.event.fact, SealedBallotCast)
    ]


def test_a_confidential_ballot_says_nothing_in_anybodys_story_until_two_people_open_it(review: LongReview):
    district = review.at_work.district
    first, second = (review.vote("p-2", "experts", person, "against") for person in ("p-6", "p-7"))
    assert content(district, "p-2") == [names.CONFIDENTIAL, names.CONFIDENTIAL]
    assert content(district, "p-6") == [names.CONFIDENTIAL]
    review.open_ballot("p-2", first)
    opened, still = content(district, "p-2")
    assert (json.loads(opened)["choice"], still) == ("against", names.CONFIDENTIAL)
    assert json.loads(content(district, "p-6")[0])["choice"] == "against"
    assert content(district, "p-7") == [names.CONFIDENTIAL]
    assert second > first


def test_what_a_story_says_of_a_person_goes_with_their_key(review: LongReview):
    review.recuse("p-2", "experts", "p-7")
    district = review.at_work.district

    def reason() -> str:
        return next(one.personal["reason"] for one in history.history(district, "p-7") if "reason" in one.personal)

    assert reason() == "欧阳的亲属"
    folder = district.folder
    district.close()
    with closing(sqlite3.connect(folder / "vault.db", isolation_level=None)) as vault:
        vault.execute("DELETE FROM key WHERE owner = 'p-2'")
    with District.open(folder) as district:
        assert reason() == names.GONE
