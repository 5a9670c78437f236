"""What score sheets come to; and what holds of every tally, whatever the ballots say."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as some

from events.facts import (
    BallotCast,
    Nominated,
    Score,
    StageDecided,
    StageOpened,
)
from ladders.model.review import Sheet, Stage
from ladders.reading.loading import load
from tests.workflows.given import TODAY, Given, command, verdict
from tests.workflows.reviewing import (
    ballot,
    decide,
    in_panel,
    with_panel,
)
from workflows.acts import RecuseSeat
from workflows.case import Case
from workflows.case_parts import Declared, Nomination, Verdict
from workflows.chairs import Chair
from workflows.commands import Already, CastBallot
from workflows.cycle import Cycle
from workflows.tally import decision_of

LAST_DAY = TODAY + timedelta(days=7)
"""The last day of the panel's ballots."""
COUNTED = LAST_DAY + timedelta(days=1)
TITLE = "title: {zh: 项, en: item}"


def recusal(who: str) -> RecuseSeat:
    return command(RecuseSeat, cycle="y1", case="c-li", stage="panel", person=who, reason="亲属")


def decided(given: Given) -> StageDecided:
    """What the panel decides on Li today."""
    (fact,) = given.when(decide("li"))  # type: ignore[misc]
    assert isinstance(fact, StageDecided)
    return fact


# ------------------------------------------------------------------------------------------------------ score sheets


ITEMS = (
    f"items: [{{id: lesson, {TITLE}, weight: 3, out of: 20}}, {{id: paper, {TITLE}, weight: 2, at least: 60}}, "
    f"{{id: talk, {TITLE}, out of: 12.5}}]"
)


def scoring(rule: str = "at least: 60", seats: int = 3, quorum: int = 2) -> bytes:
    return with_panel(f"quorum: {quorum}, sheet: {{{rule}, {ITEMS}}}", seats=str(seats))


def sheet(who: str, lesson: str | None, paper: str | None, talk: str | None) -> CastBallot:
    """Marks as they are written; None for what does not apply."""
    scores = []
    for item, mark in (("lesson", lesson), ("paper", paper), ("talk", talk)):
        whole, _, rest = (mark or "").partition(".")
        scores.append(Score(item=item, value=int(whole + rest) if mark else None, scale=len(rest)))
    return ballot(who, "scored", scores=tuple(scores))


def total(fact: StageDecided) -> Fraction:
    assert fact.tally.score is not None
    assert fact.tally.over is not None
    return Fraction(fact.tally.score, fact.tally.over)


def test_a_seats_total_is_the_weighted_mean_of_its_marks_and_the_cases_the_mean_of_these():
    given = in_panel("li", ladder=scoring()).then(
        sheet("an", "15", "80", "10"),  # (3 * 75 + 2 * 80 + 80) / 6 = 77.5
        sheet("bai", "20", "70.5", "12.5"),  # (3 * 100 + 2 * 70.5 + 100) / 6 = 90 1/6
        sheet("chen", "12", "60", "0"),  # (3 * 60 + 2 * 60 + 0) / 6 = 50
    )
    fact = decided(given)
    assert total(fact) == (Fraction(155, 2) + Fraction(541, 6) + 50) / 3
    assert fact.outcome == "approved"
    assert (fact.tally.in_favour, fact.tally.against, fact.tally.abstained, fact.tally.seats) == (0, 0, 0, 3)
    assert [(one.item, one.score, one.over) for one in fact.tally.items or ()] == [
        ("lesson", 47, 3), ("paper", 421, 6), ("talk", 15, 2),
    ]  # fmt: skip


def test_what_does_not_apply_is_not_zero():
    given = in_panel("li", ladder=scoring()).then(
        sheet("an", "15", None, None), sheet("bai", None, "81", None), sheet("chen", "15", "75", None)
    )
    fact = decided(given)
    assert total(fact) == (75 + 81 + 75) / Fraction(3)
    assert [(one.item, one.score, one.over) for one in fact.tally.items or ()] == [
        ("lesson", 15, 1), ("paper", 78, 1), ("talk", None, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("least", "outcome"), [("77", "approved"), ("77.01", "rejected")])
def test_a_total_is_enough_if_it_is_reached(least: str, outcome: str):
    rule = scoring(f"at least: {least}")
    given = in_panel("li", ladder=rule).then(*(sheet(who, "15.4", "77", None) for who in ("an", "bai", "chen")))
    assert decided(given).outcome == outcome


@pytest.mark.parametrize(
    ("papers", "outcome"),
    [
        (("60", "60", "60"), "approved"),
        (("100", "40", "40"), "approved"),  # the mean is what counts
        (("100", "40", "39.99"), "rejected"),
        (("60", None, None), "approved"),
        ((None, None, None), "rejected"),  # nobody marked it: it is not reached
    ],
)
def test_a_sub_minimum_is_held_against_the_mean_of_its_marks(papers: tuple[str | None, ...], outcome: str):
    given = in_panel("li", ladder=scoring()).then(
        *(sheet(who, "20", paper, "12.5") for who, paper in zip(("an", "bai", "chen"), papers, strict=True))
    )
    fact = decided(given)
    assert total(fact) > 60
    assert fact.outcome == outcome


DROPS = "at least: 60, drop highest: 1, drop lowest: 1"


def test_the_highest_and_the_lowest_sheets_are_dropped_from_the_total_and_not_from_the_sub_minimums():
    given = in_panel("li", ladder=scoring(DROPS, quorum=3)).then(
        sheet("an", "20", "100", None), sheet("bai", "4", "20", None), sheet("chen", "15", "75", None)
    )
    fact = decided(given)
    assert (total(fact), fact.tally.dropped, fact.outcome) == (Fraction(75), (1, 2), "approved")
    assert [one.score for one in fact.tally.items or ()] == [13, 65, None]


def test_of_equal_sheets_the_lowest_seat_is_the_lowest_and_the_highest_the_highest():
    same = [sheet(who, "16", "80", None) for who in ("an", "bai", "chen")]
    assert decided(in_panel("li", ladder=scoring(DROPS, quorum=3)).then(*same)).tally.dropped == (1, 3)


def test_where_no_more_sheets_are_left_than_are_dropped_nothing_is():
    two = in_panel("li", ladder=scoring(DROPS, quorum=3)).then(
        sheet("an", "20", "100", None), sheet("bai", "10", "50", None), recusal("chen")
    )
    assert isinstance(two.when(decide("li")), Already)  # somebody may still be added
    fact = decided(two.on(COUNTED))
    assert (total(fact), fact.tally.dropped, fact.outcome) == (Fraction(75), None, "no quorum")


def test_too_few_sheets_are_no_quorum_whatever_they_say():
    fact = decided(in_panel("li", ladder=scoring()).then(sheet("an", "20", "100", "12.5")).on(COUNTED))
    assert (fact.outcome, total(fact)) == ("no quorum", Fraction(100))
    empty = decided(in_panel("li", ladder=scoring()).on(COUNTED))
    assert (empty.outcome, empty.tally.score, empty.tally.items) == ("no quorum", None, None)


# ---------------------------------------------------------------------------------- whatever the ballots: properties


STAGES: Mapping[str, Stage] = {
    name: load(ladder, "-").routes["review"].stages[0]
    for name, ladder in {
        "votes": with_panel("quorum: 3, threshold: more than 1/2 of present", seats="7"),
        "all": with_panel("sign: all", seats="7"),
        "any": with_panel("sign: any", seats="7"),
        "sheet": scoring("at least: 55, drop highest: 1, drop lowest: 1", seats=7, quorum=3),
    }.items()
}
ROUTE = load(scoring(), "-").routes["review"]
PEOPLE = tuple(f"p{seat}" for seat in range(1, 8))


def before(stage: Stage, said: Mapping[int, Any], order: list[int], declared: frozenset[int]) -> StageDecided | None:
    """The decision on a case on whose seven seats this was said, cast in that order, when the days are over."""
    case = Case(
        nominated=Nomination.of(Nominated(cycle="y1", subject="li", unit="school")),
        assessed=Verdict.of(verdict()), assessed_at=5, arrived_at=5,
        ballots={stage.id: {seat: said[seat] for seat in order}},
        recused={stage.id: tuple(Declared(PEOPLE[seat - 1], seat, 9, of_seat=False) for seat in declared)},
    )  # fmt: skip
    cycle = Cycle(
        panels={(stage.id, None): {n: Chair(who, frozenset({who})) for n, who in enumerate(PEOPLE, 1)}},
        stages={stage.id: StageOpened(stage=stage.id, first=TODAY, last=LAST_DAY)}, stages_at={stage.id: 6},
    )  # fmt: skip
    return decision_of(case, cycle, stage, ROUTE, {}, {}, COUNTED)


def cast(seat: int, **said: Any) -> BallotCast:
    return BallotCast(cycle="y1", stage="panel", seat=seat, person=PEOPLE[seat - 1], **said)


MARKS = some.tuples(
    some.one_of(some.none(), some.integers(0, 2000)),
    some.one_of(some.none(), some.integers(0, 10000)),
    some.one_of(some.none(), some.integers(0, 1250)),
).filter(lambda marks: any(mark is not None for mark in marks))
"""Marks on the three items, in hundredths."""
SHEETS = some.dictionaries(some.integers(1, 7), MARKS, max_size=7)
VOTES = some.dictionaries(some.integers(1, 7), some.sampled_from(["for", "against", "abstain"]), max_size=7)
SEATS = some.frozensets(some.integers(1, 7), max_size=6)


def filled(sheets: Mapping[int, tuple[int | None, ...]]) -> dict[int, BallotCast]:
    return {
        seat: cast(
            seat,
            choice="scored",
            scores=tuple(
                Score(item=item, value=mark, scale=2)
                for item, mark in zip(("lesson", "paper", "talk"), marks, strict=True)
            ),
        )
        for seat, marks in sheets.items()
    }


@settings(max_examples=150, deadline=None)
@for_all(VOTES, SHEETS, SEATS, some.randoms(use_true_random=False))
def test_a_tally_does_not_depend_on_the_order_of_the_ballots(
    votes: dict[int, Any], sheets: dict[int, Any], declared: frozenset[int], chance: random.Random
):
    for name, one in STAGES.items():
        said = filled(sheets) if name == "sheet" else {seat: cast(seat, choice=vote) for seat, vote in votes.items()}
        order = list(said)
        first = before(one, said, order, declared)
        chance.shuffle(order)
        assert before(one, said, order, declared) == first


@settings(max_examples=150, deadline=None)
@for_all(VOTES, SHEETS, SEATS)
def test_a_recused_seat_never_counts_whatever_it_said(
    votes: dict[int, Any], sheets: dict[int, Any], declared: frozenset[int]
):
    for name, one in STAGES.items():
        said = filled(sheets) if name == "sheet" else {seat: cast(seat, choice=vote) for seat, vote in votes.items()}
        free = [seat for seat in said if seat not in declared]
        assert before(one, said, list(said), declared) == before(one, said, free, declared)


@settings(max_examples=200, deadline=None)
@for_all(SHEETS, SEATS)
def test_a_total_is_what_exact_fractions_say(sheets: dict[int, tuple[int | None, ...]], declared: frozenset[int]):
    decision = before(STAGES["sheet"], filled(sheets), list(sheets), declared)
    assert decision is not None
    rules = STAGES["sheet"].sheet
    assert rules is not None
    counted = {seat: marks for seat, marks in sheets.items() if seat not in declared}
    if not counted:
        assert decision.tally.score is None
        return
    totals = sorted(_by_hand(rules, marks) for marks in counted.values())
    kept = totals[1:-1] if len(totals) > 2 else totals
    assert total(decision) == sum(kept, Fraction(0)) / len(kept)
    assert Fraction(0) <= total(decision) <= 100
    enough = len(counted) >= 3 and total(decision) >= 55
    papers = [marks[1] for marks in counted.values() if marks[1] is not None]
    reached = bool(papers) and Fraction(sum(papers), len(papers)) >= 6000
    assert (decision.outcome == "approved") == (enough and reached)


def _by_hand(rules: Sheet, marks: tuple[int | None, ...]) -> Fraction:
    reached, weights = Fraction(0), 0
    for item, mark in zip(rules.items, marks, strict=True):
        if mark is not None:
            reached += item.weight * Fraction(mark, 100) / Fraction(item.out_of) * 100
            weights += item.weight
    return reached / weights
