"""What a stage's ballots come to, and when they decide it: majorities, signatures, vetoes, recusals, extensions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.facts import (
    Assessed,
    MentorPaired,
    Nominated,
    StageDecided,
    Tally,
)
from tests.workflows.given import LADDER, TODAY, Given, command, refused
from tests.workflows.reviewing import (
    ballot,
    ballots,
    begin,
    decide,
    in_panel,
    with_panel,
)
from workflows.acts import DelegateSeat, ExtendStage, HandOverSeat, RecuseSeat
from workflows.commands import Already, Span

DAY = timedelta(days=1)
LAST_DAY = TODAY + 7 * DAY
"""The last day of the panel's ballots."""
COUNTED = LAST_DAY + DAY


def recusal(who: str, subject: str = "li") -> RecuseSeat:
    return command(RecuseSeat, cycle="y1", case=f"c-{subject}", stage="panel", person=who, reason="亲属")


def decided(given: Given, stage: str = "panel") -> StageDecided:
    """The decision on Li, if there is one today."""
    found = given.when(decide("li", stage=stage))
    assert isinstance(found, list), "it does not decide"
    (fact,) = found
    assert isinstance(fact, StageDecided)
    return fact


# -------------------------------------------------------------------------------------------------------- majorities


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
    given = in_panel("li").then(*ballots(choices)).on(COUNTED)
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
    fact = decided(given.on(TODAY + 4 * DAY), "college")
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
    assert decided(in_panel("li", ladder=ladder).then(*ballots(choices)).on(COUNTED)).outcome == outcome


def test_a_case_is_decided_as_soon_as_everybody_voted_else_when_the_days_are_over():
    given = in_panel("li", "wu").then(*ballots("+++", "li"), *ballots("++ ", "wu"))
    drafts = given.drafts(decide("li", "wu"))
    assert isinstance(drafts, list)
    assert [one.stream for one in drafts] == ["case-c-li"]
    assert isinstance(given.on(LAST_DAY).when(decide("wu")), Already)
    assert isinstance(given.on(COUNTED).when(decide("wu")), list)


def test_a_stage_decides_once_and_only_what_is_before_it():
    given = in_panel("li").then(*ballots("+++"), decide("li"))
    assert isinstance(given.when(decide("li")), Already)
    assert isinstance(given.when(decide("li", stage="college")), Already)


# -------------------------------------------------------------------------------------------- signatures and vetoes


@pytest.mark.parametrize(
    ("sign", "choices", "at_once", "in_the_end"),
    [
        ("all", "+++", "approved", "approved"),
        ("all", "++ ", None, "no quorum"),
        ("all", " - ", "rejected", "rejected"),
        ("all", "+-+", "rejected", "rejected"),
        ("all", "++0", "rejected", "rejected"),
        ("all", "   ", None, "no quorum"),
        ("any", "  +", "approved", "approved"),
        ("any", "--+", "approved", "approved"),
        ("any", "-- ", None, "no quorum"),
        ("any", "---", "rejected", "rejected"),
        ("any", "000", "rejected", "rejected"),
        ("any", "   ", None, "no quorum"),
    ],
)
def test_all_must_sign_or_one_is_enough(sign: str, choices: str, at_once: str | None, in_the_end: str):
    given = in_panel("li", ladder=with_panel(f"sign: {sign}")).then(*ballots(choices))
    if at_once is None:
        assert isinstance(given.when(decide("li")), Already)
    else:
        assert decided(given).outcome == at_once
    assert decided(given.on(COUNTED)).outcome == in_the_end


VETO = with_panel(
    "quorum: 2, threshold: more than 1/2 of present",
    seats="[{role: member, title: {zh: 成员, en: member}, count: 2}, "
    "{role: chair, title: {zh: 组长, en: chair}, veto: true}]",
)


@pytest.mark.parametrize(
    ("choices", "outcome", "vetoed"),
    [("++-", "rejected", (3,)), ("++0", "approved", None), ("-++", "approved", None), ("  -", "rejected", (3,))],
)
def test_a_veto_seat_against_it_is_enough(choices: str, outcome: str, vetoed: Any):
    fact = decided(in_panel("li", ladder=VETO).then(*ballots(choices)).on(COUNTED))
    assert (fact.outcome, fact.tally.vetoed) == (outcome, vetoed)


def test_a_veto_seat_that_is_recused_has_no_veto():
    fact = decided(in_panel("li", ladder=VETO).then(*ballots("++-"), recusal("chen")).on(COUNTED))
    assert (fact.outcome, fact.tally.vetoed, fact.tally.recused) == ("approved", None, (3,))


# ----------------------------------------------------------------------------------------------------------- recused


def test_a_recused_seat_counts_neither_way_though_it_had_voted():
    given = in_panel("li").then(*ballots("++-"), recusal("bai"))
    assert decided(given).tally == Tally(in_favour=1, against=1, abstained=0, seats=2, recused=(2,))
    assert decided(given).outcome == "rejected"


def test_the_others_decide_without_waiting_for_a_recused_seat():
    given = in_panel("li").then(*ballots("+ +"))
    assert isinstance(given.when(decide("li")), Already)
    assert decided(given.then(recusal("bai"))).outcome == "approved"


def test_a_recused_seat_is_not_needed_for_all_of_the_seats():
    given = in_panel("li", ladder=with_panel("quorum: 2, threshold: at least 1/1 of seats")).then(*ballots("++ "))
    assert decided(given.then(recusal("chen"))).outcome == "approved"


def test_who_has_a_case_of_their_own_is_recused_from_it():
    given = in_panel("an").then(*ballots(" ++", "an"))
    (fact,) = given.when(decide("an"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.tally.seats, fact.tally.recused, fact.outcome) == (2, (1,), "approved")


def test_before_nominations_noted_the_unit_who_had_a_case_of_their_own_counted_as_absent():
    given = in_panel("an")
    given.events = [
        one._replace(fact=one.fact.model_copy(update={"unit": None})) if isinstance(one.fact, Nominated) else one
        for one in given.events
    ]
    given = given.then(*ballots(" ++", "an"))
    assert isinstance(given.when(decide("an")), Already)
    (fact,) = given.on(COUNTED).when(decide("an"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    assert (fact.tally.seats, fact.tally.recused) == (3, None)


def test_a_relation_recuses_where_the_stage_says_so():
    rule = "quorum: 1, threshold: more than 1/2 of present, may not judge: [same school]"
    given = in_panel("li", ladder=with_panel(rule))
    assert isinstance(given.on(LAST_DAY).when(decide("li")), Already)  # nobody is left, and somebody may be added
    fact = decided(given.on(COUNTED))
    assert (fact.outcome, fact.tally.seats, fact.tally.recused) == ("no quorum", 0, (1, 2, 3))


NO_MENTORS = with_panel("quorum: 2, threshold: more than 1/2 of present, may not judge: [mentor pair]")


def test_a_vote_does_not_count_if_it_turns_out_that_the_voter_is_related_though_the_holder_is_not():
    given = in_panel("li", ladder=NO_MENTORS)
    given = given.then(command(DelegateSeat, cycle="y1", stage="panel", person="bai", delegate="zhang"))
    given = given.then(ballot("an"), ballot("zhang"), ballot("chen", "against"))
    assert decided(given).tally.recused is None
    given.add("subject-li", MentorPaired(mentor="zhang"), Span.day(TODAY))
    assert decided(given).tally == Tally(in_favour=1, against=1, abstained=0, seats=2, recused=(2,))


def test_what_the_former_holder_voted_counts_though_the_seat_went_to_somebody_who_is_related():
    given = in_panel("li", ladder=NO_MENTORS).then(*ballots("++ "))
    given.add("subject-li", MentorPaired(mentor="zhang"), Span.day(TODAY))
    handed = [
        command(HandOverSeat, cycle="y1", stage="panel", person=who, successor=to)
        for who, to in (("bai", "zhang"), ("chen", "wu"))
    ]
    tally = decided(given.then(*handed, ballot("wu"))).tally
    assert (tally.in_favour, tally.seats, tally.recused) == (3, 3, None)


# --------------------------------------------------------------------------------------------------- time that is up


def extending() -> ExtendStage:
    return command(ExtendStage, cycle="y1", stage="panel")


MAJORITY = "quorum: 2, threshold: more than 1/2 of present"


def test_without_a_quorum_the_next_stage_decides_where_the_rule_says_so():
    given = in_panel("li", ladder=with_panel(MAJORITY + ", when time is up: escalate")).then(*ballots("+  "))
    given = given.on(COUNTED)
    assert decided(given).outcome == "escalated"
    given = given.then(decide("li"), begin("college"), *ballots("++", stage="college"))
    assert decided(given, "college").outcome == "approved"


EXTENDED = with_panel(MAJORITY + ", when time is up: extend 5 days")


def test_without_a_quorum_a_stage_is_extended_once_where_the_rule_says_so():
    given = in_panel("li", ladder=EXTENDED).then(*ballots("+  ")).on(COUNTED)
    assert isinstance(given.when(decide("li")), Already)
    refused(given, ballot("bai"), "too late")
    given = given.then(extending())
    last = given.state("cycle-y1").extensions["panel"].last
    assert isinstance(given.on(last).when(decide("li")), Already)
    assert decided(given.on(last + DAY)).outcome == "no quorum"
    assert decided(given.on(last).then(ballot("bai")).on(last + DAY)).outcome == "approved"
    refused(given.on(last + DAY), ballot("bai"), "too late")


def test_with_a_quorum_a_stage_decides_when_its_days_are_over_though_it_could_be_extended():
    assert decided(in_panel("li", ladder=EXTENDED).then(*ballots("+- ")).on(COUNTED)).outcome == "rejected"


def test_an_extension_gives_all_its_days_to_whoever_lacked_a_quorum():
    given = in_panel("li", ladder=EXTENDED).then(*ballots("+  ")).on(COUNTED)
    given = given.then(extending(), ballot("bai", "against"))
    assert isinstance(given.when(decide("li")), Already)  # the third may still vote
    assert decided(given.then(ballot("chen"))).outcome == "approved"
