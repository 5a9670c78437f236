"""Several ballots in one stage: who is decided by the first, who stands in the next, and when each is counted."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cycles import advance
from engine.replay import replay
from events.facts import BallotCast, Placed, SealedBallotCast, StageDecided, StandsAgain
from tests.engine.a_review import CYCLE, PANEL, Review, stage
from tests.engine.district_at_work import PEOPLE, AtWork
from tests.engine.test_places import forge
from workflows.acts import CountRound, DelegateSeat, RecuseSeat, WithdrawCase
from workflows.commands import Already, Landed, Refused

TWO_THIRDS = "quorum: 2, threshold: at least 2/3 of present"
FIVE = PEOPLE[:5]


def balloted(
    at_work: AtWork, *rules: str, next_: str = "half", ballots: int = 2, places: str = "", votes: str = TWO_THIRDS
) -> Review:
    """A review of one stage of several ballots, which is open."""
    rounds = f"rounds: {{ballots: {ballots}, next: {next_}}}"
    review = Review(
        at_work, stage("panel", rounds, *rules, votes=votes), people=FIVE, panels={"panel": PANEL}, places=places
    )
    review.go()
    return review


def held(review: Review, **choices: str) -> tuple[str, ...]:
    """A ballot: what the panel says of each; the phases that follow."""
    for name, said in choices.items():
        review.votes("panel", name.replace("_", "-"), said)
    return review.go()


def again(review: Review) -> dict[str, int]:
    """Who stood again, and in which ballot at last."""
    return {name: found[-1].round for name in review.people if (found := review.facts(StandsAgain, name))}


def decided(review: Review) -> dict[str, tuple[str, int | None]]:
    return {
        name: (found[-1].outcome, found[-1].round)
        for name in review.people
        if (found := review.facts(StageDecided, name))
    }


def test_the_better_half_of_those_not_approved_stands_in_the_next_ballot(at_work: AtWork):
    review = balloted(at_work)
    assert held(review, p_1="+++", p_2="+--", p_3="+--", p_4="---") == ()
    assert review.waiting()[0][0].startswith("3 ballots of panel")
    assert held(review, p_5="---") == ("ballot panel 1", "decline rejected")
    assert again(review) == {"p-2": 2, "p-3": 2}
    assert decided(review) == {"p-1": ("approved", None), "p-4": ("rejected", None), "p-5": ("rejected", None)}
    assert "6 ballots of panel on cases that stand again, counted from 2026-06-09 on" in review.waiting()[0][0]
    assert held(review, p_2="++-", p_3="+--") == ("ballot panel 2", "decline rejected", "notice")
    assert (decided(review)["p-2"], decided(review)["p-3"]) == (("approved", 2), ("rejected", 2))
    assert {one.round for one in review.facts(BallotCast, "p-2")} == {None, 2}
    review.day(6, 3)
    assert set(review.granted()) == {"p-1", "p-2"}
    assert review.whole().tallies == 7


def test_each_ballot_has_the_days_of_the_stage_and_is_counted_when_they_are_over(at_work: AtWork):
    review = balloted(at_work, next_="1", ballots=3)
    held(review, p_1="+--", p_2="---", p_3="---", p_4="---")
    assert review.day(6, 8) == ()
    assert review.day(6, 9) == ("ballot panel 1", "decline rejected")  # of p-5 nobody said anything: no quorum
    assert again(review) == {"p-1": 2}
    assert decided(review)["p-5"] == ("no quorum", None)
    (fact,) = review.facts(StandsAgain, "p-1")
    assert (fact.first, fact.last, fact.counted_from) == (date(2026, 6, 9), date(2026, 6, 16), date(2026, 6, 17))
    review.vote("panel", PANEL[0], "+", "p-1")
    assert review.day(6, 16) == ()
    assert review.day(6, 17) == ("ballot panel 2", "decline rejected", "finish")
    assert decided(review)["p-1"] == ("no quorum", 2)
    review.whole()


def test_a_third_ballot_is_held_of_who_is_left_and_is_the_last(at_work: AtWork):
    review = balloted(at_work, next_="3", ballots=3)
    held(review, p_1="+--", p_2="+--", p_3="+--", p_4="---", p_5="---")
    assert again(review) == {"p-1": 2, "p-2": 2, "p-3": 2}
    held(review, p_1="+++", p_2="+--", p_3="---")
    assert again(review) == {"p-1": 2, "p-2": 3, "p-3": 3}
    assert held(review, p_2="+--", p_3="++-")[:1] == ("ballot panel 3",)
    assert {name: one for name, one in decided(review).items() if one[0] == "approved"} == {
        "p-1": ("approved", 2), "p-3": ("approved", 3)
    }  # fmt: skip
    review.whole()


TIED = "number: 2, order: [votes of panel], ties: all out"


def test_equals_at_the_last_place_stand_again_and_their_ballot_parts_them_alone(at_work: AtWork):
    review = balloted(at_work, next_="tied", places=TIED, votes="quorum: 2, threshold: at least 1/3 of present")
    held(review, p_1="+++", p_2="++-", p_3="++-", p_4="+--", p_5="---")
    assert again(review) == {"p-2": 2, "p-3": 2}
    assert decided(review)["p-4"] == ("approved", None)
    held(review, p_2="---", p_3="+--")
    (one,) = review.facts(StageDecided, "p-3")
    assert (one.outcome, one.tally.in_favour, one.tie_break) == ("approved", 2, (1,))
    # Though p-4 had more than p-2 had in the second ballot: what the first one decided stands.
    assert {name: (one.rank, one.outcome) for name in FIVE[:4] for one in review.facts(Placed, name)} == {
        "p-1": (1, "in"), "p-3": (2, "in"), "p-2": (3, "out"), "p-4": (4, "out"),
    }  # fmt: skip
    review.whole()


def test_equals_who_stay_equal_are_left_to_the_rule_of_the_places(at_work: AtWork):
    review = balloted(at_work, next_="tied", places=TIED, votes="quorum: 2, threshold: at least 1/3 of present")
    held(review, p_1="+++", p_2="++-", p_3="++-", p_4="---", p_5="---")
    held(review, p_2="+--", p_3="+--")
    assert {one.outcome for one in review.facts(Placed, "p-2") + review.facts(Placed, "p-3")} == {"out"}
    review.whole()


def test_recusals_delegates_and_sealed_ballots_go_on_in_the_next_ballot(at_work: AtWork):
    review = balloted(at_work, "ballots: confidential")
    review.do(RecuseSeat, "p-2", stage="panel", person=PANEL[2], reason="亲属")
    at_work.do(DelegateSeat, cycle=CYCLE, stage="panel", person=PANEL[0], delegate="p-4")
    held(review, p_1="+++", p_2="+-_", p_3="---", p_4="---", p_5="---")
    assert again(review) == {"p-2": 2, "p-3": 2, "p-4": 2, "p-5": 2}
    review.vote("panel", "p-4", "+", "p-2")
    review.vote("panel", PANEL[1], "+", "p-2")
    assert held(review, p_3="---", p_4="---", p_5="---")[:1] == ("ballot panel 2",)
    assert decided(review)["p-2"] == ("approved", 2)
    assert [one.round for one in review.facts(SealedBallotCast, "p-2")] == [None, None, 2, 2]
    (one,) = review.facts(StageDecided, "p-2")
    assert one.tally.recused == (3,)
    review.whole()


def test_a_ballot_that_names_another_round_is_refused(at_work: AtWork):
    review = balloted(at_work)
    held(review, p_1="+++", p_2="+--", p_3="+--", p_4="---", p_5="---")
    with pytest.raises(Refused) as caught:
        review.district.handle(review.ballot("p-2", "panel", PANEL[0], "+", round=1))
    assert caught.value.code == "other round"
    review.vote("panel", PANEL[0], "+", "p-2", round=2)


def test_who_withdraws_holds_nobody_up(at_work: AtWork):
    review = balloted(at_work)
    held(review, p_1="+++", p_2="+--", p_3="+--", p_4="---")
    review.do(WithdrawCase, "p-5", reason="本人申请")
    assert review.go()[:1] == ("ballot panel 1",)
    review.do(WithdrawCase, "p-2", reason="本人申请")
    assert held(review, p_3="+++") == ("ballot panel 2", "notice")
    review.whole()


def test_a_case_that_is_sent_back_begins_with_the_first_ballot_again(at_work: AtWork):
    review = balloted(at_work)
    held(review, p_1="+++", p_2="+--", p_3="+--", p_4="---", p_5="---")
    held(review, p_2="+++", p_3="---")
    review.object("p-2")
    review.rule("p-2", "return", back_to="panel")
    assert review.go() == ("assess", "window panel")
    held(review, p_2="+--")
    assert [one.round for one in review.facts(StandsAgain, "p-2")] == [2, 2]
    assert held(review, p_2="+++") == ("ballot panel 2", "notice")
    review.whole()


def test_a_ballot_is_counted_once_and_only_of_everybody_on_its_list(at_work: AtWork):
    review = balloted(at_work)
    for name in FIVE:
        review.votes("panel", name, "+--")
    asked = at_work.command(CountRound, cycle=CYCLE, stage="panel", round=1, cases=FIVE[:4])
    assert isinstance(review.district.handle(asked), Already)
    assert advance.run_chunk(review.district, CYCLE, "ballot panel 1", FIVE) == 5
    before = at_work.tip()
    assert advance.run_chunk(review.district, CYCLE, "ballot panel 1", FIVE) == 0
    assert at_work.tip() == before
    second = at_work.command(CountRound, cycle=CYCLE, stage="panel", round=2, cases=FIVE)
    assert not isinstance(review.district.handle(second), Landed)
    review.whole()


@pytest.mark.parametrize(
    ("type_", "change"),
    [("stands again", {"round": 3}), ("stands again", {"last": "2026-07-01"}), ("ballot cast", {"choice": "against"}),
     ("stage decided", {"outcome": "rejected"})],
)  # fmt: skip
def test_a_forged_ballot_is_found(at_work: AtWork, type_: str, change: dict[str, object]):
    review = balloted(at_work)
    held(review, p_1="+++", p_2="+--", p_3="+--", p_4="---", p_5="---")
    forge(review, type_, change)
    assert replay.replay(review.district).differences
