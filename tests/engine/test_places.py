"""Places: given to the best of those approved, in the order that the ladder says, with what parted them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing

import pytest

from engine.cycles import advance
from engine.replay import replay
from events.envelope import leaf
from events.facts import Declined, Placed, PlacesFilled
from tests.engine.a_review import CYCLE, HOURS, Review, sheet
from tests.engine.district_at_work import PEOPLE, AtWork, training
from workflows.acts import ResubmitCase, ReturnCase, WithdrawCase
from workflows.commands import Refused

PEOPLE_5 = PEOPLE[:5]
JUDGES = ("p-7", "p-8")
"""p-1 and p-4 work in the centre, p-2 and p-5 in the east, p-3 in the west."""


def scored(
    at_work: AtWork,
    rule: str,
    marks: Sequence[str],
    *,
    outside: Sequence[str] = (),
    hours: Sequence[str] = (),
    rules: Sequence[str] = (),
) -> Review:
    """A review in which the first people got these marks; the places are to be filled."""
    for name, count in zip(PEOPLE_5, hours, strict=False):
        at_work.record(name, training(count))
    people = PEOPLE_5[: len(marks)]
    review = Review(
        at_work, sheet("visit", *rules), people=people, panels={"visit": JUDGES}, places=rule, outside=outside,
        clauses=HOURS if hours else "",
    )  # fmt: skip
    review.go()
    for name, mark in zip(people, marks, strict=True):
        review.votes("visit", name, f"{mark} {mark}")
    return review


ORDER = "order: [score of visit], ties: all out"


def test_the_best_take_the_places_and_the_others_are_declined(at_work: AtWork):
    review = scored(at_work, f"number: 2, {ORDER}", ("70", "90.5", "80", "59"))
    assert review.go() == ("decide visit", "decline rejected", "places", "place", "decline unplaced", "notice")
    assert review.placed() == {"p-1": ("out", 3), "p-2": ("in", 1), "p-3": ("in", 2)}
    assert [(one.reason, one.stage) for one in review.facts(Declined, "p-1")] == [("no place", None)]
    assert review.day(6, 3) == ("grant", "finish")
    assert set(review.granted()) == {"p-2", "p-3"}
    assert review.funnel() == {"nominated": 4, "eligible": 4, "visit": 3, "places": 2, "notice": 2, "granted": 2}
    found = review.whole()
    assert found.places == 4


def test_the_last_one_in_and_the_first_one_out_are_told_what_parted_them(at_work: AtWork):
    rule = "number: 2, order: [score of visit, value of hours], ties: all out"
    review = scored(at_work, rule, ("80", "90", "80"), hours=("20", "30", "20.5"))
    review.go()
    assert review.placed() == {"p-1": ("out", 3), "p-2": ("in", 1), "p-3": ("in", 2)}
    last_in, first_out = review.facts(Placed, "p-3")[0], review.facts(Placed, "p-1")[0]
    assert (last_in.by, last_in.tied) == ("value of hours", None)
    assert (first_out.rank, first_out.of, first_out.places) == (3, 3, 2)
    review.whole()


@pytest.mark.parametrize(("ties", "taken"), [("all in", 3), ("all out", 1)])
def test_ties_at_the_last_place_are_broken_as_the_ladder_says(at_work: AtWork, ties: str, taken: int):
    review = scored(at_work, f"number: 2, order: [score of visit], ties: {ties}", ("80", "90", "80"))
    review.go()
    outcome = "in" if ties == "all in" else "out"
    assert review.placed() == {"p-1": (outcome, 2), "p-2": ("in", 1), "p-3": (outcome, 2)}
    assert [one.groups[0].taken for one in review.facts(PlacesFilled)] == [taken]
    review.whole()


def test_a_lot_takes_one_of_those_who_are_equal_and_is_on_record(at_work: AtWork):
    review = scored(at_work, "number: 2, order: [score of visit], ties: lot", ("80", "90", "80"))
    review.go()
    assert sorted(review.placed().values()) == [("in", 1), ("in", 2), ("out", 2)]
    (filled,) = review.facts(PlacesFilled)
    assert filled.lot
    assert [one.by for one in review.facts(Placed, "p-1")] == ["lot"]
    review.whole()


def test_who_is_outside_the_count_takes_no_place_and_parts_nobody(at_work: AtWork):
    rule = f"number: 1, outside the count: true, {ORDER}"
    review = scored(at_work, rule, ("95", "90", "80"), outside=("p-1",))
    review.go()
    assert review.placed() == {"p-1": ("outside", 1), "p-2": ("in", 1), "p-3": ("out", 2)}
    assert review.funnel()["places"] == 2
    assert review.day(6, 3) == ("grant", "finish")
    assert set(review.granted()) == {"p-1", "p-2"}
    review.whole()


def test_every_school_has_places_of_its_own(at_work: AtWork):
    review = scored(at_work, f"number: 1, per: school, {ORDER}", ("70", "90", "65", "80", "95"))
    review.go()
    assert review.placed() == {
        "p-1": ("out", 2), "p-2": ("out", 2), "p-3": ("in", 1), "p-4": ("in", 1), "p-5": ("in", 1),
    }  # fmt: skip
    (filled,) = review.facts(PlacesFilled)
    assert [(one.unit, one.candidates, one.taken) for one in filled.groups] == [
        ("u-centre", 2, 1),
        ("u-east", 2, 1),
        ("u-west", 1, 1),
    ]
    review.whole()


def test_a_school_of_which_everybody_is_outside_the_count_is_ranked_the_same_when_it_is_derived_again(at_work: AtWork):
    rule = f"number: 1, per: school, outside the count: true, {ORDER}"
    review = scored(at_work, rule, ("70", "90", "80"), outside=("p-3",))
    review.go()
    (filled,) = review.facts(PlacesFilled)
    assert {(one.unit, one.candidates, one.taken) for one in filled.groups} == {
        ("u-centre", 1, 1), ("u-east", 1, 1), ("u-west", 0, 0)
    }  # fmt: skip
    review.whole()


@pytest.mark.parametrize(
    ("share", "rounding", "number"),
    [("1/2 of nominated", "down", 2), ("1/2 of nominated", "half up", 3), ("1/3 of approved", "up", 2),
     ("1/2 of eligible", "up", 2)],
)  # fmt: skip
def test_places_may_be_a_share(at_work: AtWork, share: str, rounding: str, number: int):
    """Five are nominated, four eligible and approved."""
    for name, hours in zip(PEOPLE_5, ("20", "20", "20", "20", "19.5"), strict=True):
        at_work.record(name, training(hours))
    rule = f"number: {share}, rounding: {rounding}, {ORDER}"
    review = Review(at_work, sheet("visit"), people=PEOPLE_5, panels={"visit": JUDGES}, places=rule, clauses=HOURS)
    review.go()
    for name, mark in zip(PEOPLE_5, ("70", "90", "65", "80"), strict=False):
        review.votes("visit", name, f"{mark} {mark}")
    review.go()
    assert [one.groups[0].places for one in review.facts(PlacesFilled)] == [number]
    assert sum(outcome == "in" for outcome, _ in review.placed().values()) == number
    review.whole()


def test_places_wait_until_nothing_is_left_to_be_decided(at_work: AtWork):
    review = scored(at_work, f"number: 1, {ORDER}", ("70", "90"), rules=("completion days: 5",))
    review.do(ReturnCase, "p-1", stage="visit", reason="缺材料")
    assert review.go() == ("decide visit",)
    assert review.phase("p-2") == "approved"
    review.do(ResubmitCase, "p-1")
    assert review.go() == ("assess", "window visit")
    review.votes("visit", "p-1", "95 95")
    assert review.go() == ("decide visit", "places", "place", "decline unplaced", "notice")
    assert review.placed() == {"p-1": ("in", 1), "p-2": ("out", 2)}
    review.whole()


def test_with_nobody_approved_no_place_is_filled(at_work: AtWork):
    review = scored(at_work, f"number: 1, {ORDER}", ("50", "40"))
    assert review.go() == ("decide visit", "decline rejected", "finish")
    assert review.facts(PlacesFilled) == []
    assert review.funnel()["places"] == 0
    review.whole()


def test_who_withdraws_when_the_places_are_filled_keeps_nobody_from_being_told_theirs(at_work: AtWork):
    """They stay in the ranking, in which nobody moves up."""
    review = scored(at_work, f"number: 1, {ORDER}", ("70", "90", "80"))
    for phase in ("decide visit", "places"):
        found = advance.next_phase(review.district, CYCLE)
        assert found is not None
        assert found.name == phase
        for chunk in found.chunks:
            advance.run_chunk(review.district, CYCLE, phase, chunk)
    review.do(WithdrawCase, "p-2", reason="本人申请")
    assert review.go() == ("place", "decline unplaced", "finish")
    assert review.placed() == {"p-1": ("out", 3), "p-3": ("out", 2)}
    review.whole()


def test_places_are_filled_and_told_once_whoever_asks_again(at_work: AtWork):
    review = scored(at_work, "number: 2, order: [score of visit], ties: lot", ("80", "90", "80"))
    review.go()
    before = at_work.tip()
    for phase in ("places", "place"):
        assert advance.run_chunk(review.district, CYCLE, phase, review.people) == 0
    assert at_work.tip() == before


def forge(review: Review, type_: str, change: dict[str, object]) -> int:
    """Rewrite the first event of a type with the bare driver, its leaf as well; its position."""
    with closing(sqlite3.connect(review.district.folder / "log.db")) as store:
        store.execute("DROP TRIGGER IF EXISTS event_is_never_changed")
        chosen = "SELECT * FROM event WHERE type = ? ORDER BY position"
        stored = list(store.execute(chosen, [type_]).fetchone())
        payload = json.dumps(json.loads(stored[-2]) | change, ensure_ascii=False, separators=(",", ":")).encode()
        stored[-2:] = [payload, leaf([*stored[:-2], payload])]
        store.execute("UPDATE event SET payload = ?, leaf = ? WHERE position = ?", [*stored[-2:], stored[0]])
        store.commit()
    return int(stored[0])


@pytest.mark.parametrize(
    ("type_", "change"),
    [
        ("placed", {"outcome": "in"}),
        ("placed", {"rank": 1}),
        ("placed", {"places": 9}),
        ("placed", {"filled": 3}),
        ("places filled", {"list_sha256": "00" * 32}),
        ("places filled", {"outside": 1}),
    ],
)
def test_a_forged_place_is_found(at_work: AtWork, type_: str, change: dict[str, object]):
    review = scored(at_work, f"number: 1, {ORDER}", ("70", "90", "80"))
    review.go()
    at = forge(review, type_, change)
    assert at in [one.position for one in replay.replay(review.district).differences]


def test_where_the_projections_rank_otherwise_than_the_places_were_filled_nobody_is_told_a_place(at_work: AtWork):
    review = scored(at_work, f"number: 1, {ORDER}", ("70", "90"))
    for phase in ("decide visit", "places"):
        advance.run_chunk(review.district, CYCLE, phase, review.people)
    with closing(sqlite3.connect(review.district.folder / "log.db")) as store:
        store.execute("UPDATE case_file SET marks = replace(marks, '90', '60')")
        store.commit()
    with pytest.raises(Refused) as caught:
        review.go()
    assert caught.value.code == "other places"
    review.district.rebuild()
    assert review.go() == ("place", "decline unplaced", "notice")
    review.whole()
