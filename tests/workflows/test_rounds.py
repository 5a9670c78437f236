"""Several ballots in one stage: what each comes to, and which one a ballot is meant for."""

from __future__ import annotations

from fractions import Fraction

from events.facts import StageDecided, StandsAgain
from tests.workflows.given import Given, command, refused
from tests.workflows.reviewing import ballot, ballots, decide, in_panel, routed, stage
from workflows.acts import CountRound
from workflows.commands import Already
from workflows.rounds import votes

RULE = "quorum: 2, threshold: at least 2/3 of present, rounds: {ballots: 2, next: half}"
LADDER = routed(stage(rule=RULE))


def count(*subjects: str, number: int = 1) -> CountRound:
    return command(CountRound, cycle="y1", stage="panel", round=number, cases=tuple(f"c-{one}" for one in subjects))


def voted(**choices: str) -> Given:
    """Candidates on whom the panel of three voted."""
    given = in_panel(*choices, ladder=LADDER)
    for subject, said in choices.items():
        given = given.then(*ballots(said, subject))
    return given


def outcomes(given: Given, *subjects: str, number: int = 1) -> dict[str, object]:
    found = given.drafts(count(*subjects, number=number))
    assert isinstance(found, list)
    return {
        one.stream.removeprefix("case-c-"): one.fact.outcome if isinstance(one.fact, StageDecided) else one.fact.TYPE
        for one in found
    }


def test_a_ballot_decides_some_and_the_better_half_of_the_others_stands_again():
    given = voted(li="+++", wu="+--", zhang="---")
    expected = {"li": "approved", "wu": "stands again", "zhang": "rejected"}
    assert outcomes(given, "li", "wu", "zhang") == expected
    after = given.then(count("li", "wu", "zhang"))
    assert isinstance(after.when(count("li", "wu", "zhang")), Already)
    last = after.then(*ballots("+++", "wu"))
    assert outcomes(last, "wu", number=2) == {"wu": "approved"}


def test_it_is_counted_of_the_whole_list_and_not_while_somebody_can_still_vote():
    given = voted(li="+++", wu="+--")
    assert isinstance(given.when(count("li")), Already)
    assert isinstance(given.when(count("li", "wu", number=2)), Already)
    assert isinstance(voted(li="+++", wu="+- ").when(count("li", "wu")), Already)
    assert isinstance(given.when(decide("li", "wu")), Already)  # a stage of several ballots decides no case alone


def test_the_next_ballot_has_the_days_of_the_stage():
    given = voted(li="+--").then(count("li"))
    (fact,) = [one.fact for one in given.events if isinstance(one.fact, StandsAgain)]
    assert (fact.first, (fact.last - fact.first).days, fact.round) == (given.today, 7, 2)


def test_a_ballot_of_the_round_before_or_after_is_refused():
    given = voted(li="+--")
    refused(in_panel("li", ladder=LADDER), ballot("chen", round=2), "other round")
    refused(given.then(count("li")), ballot("chen", round=1), "other round")


def test_the_ballots_among_equals_never_reach_the_next_vote():
    assert votes(5, (7, 7)) < 6
    assert votes(5, (7, 6)) < votes(5, (7, 7)) < votes(5, (8, 0))
    assert votes(5) == Fraction(5)
