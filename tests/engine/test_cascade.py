"""Places of a pyramid of rungs: each has its own, and whoever gets none competes for the next lower rung (逐级递补)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from engine import history
from engine.cycles import advance
from engine.replay import places as replay_places
from engine.replay import replay
from engine.tables import case_table
from events.facts import Declined, EvidenceRecorded, Granted, NoPlace, NoticePosted, Placed, PlacesFilled
from tests.engine.a_review import CYCLE, Review, sheet
from tests.engine.district_at_work import AtWork
from tests.engine.test_placement import platforms
from workflows.acts import WithdrawCase
from workflows.notice import list_sha256

MARKS = {
    "p-1": ("city", "95"),
    "p-2": ("city", "90"),
    "p-3": ("city", "85"),
    "p-4": ("district", "88"),
    "p-5": ("school", "70"),
}
"""Everybody's title and mark: three meet the station's step, four the host's, all five the member's."""
PLACES = "    places: {{number: {number}, order: [score of visit], ties: all out{more}}}\n"


def pyramid(
    at_work: AtWork, number: str, more: str = ", when full: cascade", marks: Mapping[str, tuple[str, str]] = MARKS
) -> Review:
    """A review in which everybody has a mark, and the places are to be filled."""
    for name, (level, _) in marks.items():
        at_work.record(name, EvidenceRecorded(kind="award", title="称号", attributes={"level": level}))
    file = platforms([sheet("visit")], PLACES.format(number=number, more=more))
    review = Review(at_work, people=tuple(marks), panels={"visit": ("p-7", "p-8")}, file=file, to="station")
    review.go()
    for name, (_, mark) in marks.items():
        review.votes("visit", name, f"{mark} {mark}")
    return review


NUMBERS = "{station: 1, host: 2, member: 1, centre: 0}"


@pytest.fixture
def review(at_work: AtWork) -> Review:
    """One place at the station, two hosts, one member."""
    return pyramid(at_work, NUMBERS)


def on(review: Review) -> dict[str, tuple[str | None, str, int]]:
    """By case the rung, the outcome and the rank."""
    found = {name: review.facts(Placed, name)[0] for name in review.people}
    return {name: (one.rung, one.outcome, one.rank) for name, one in found.items()}


def test_whoever_gets_no_place_competes_for_the_next_lower_rung(review: Review):
    review.go()
    assert on(review) == {
        "p-1": ("station", "in", 1),
        "p-2": ("host", "in", 1),
        "p-4": ("host", "in", 2),
        "p-3": ("member", "in", 1),
        "p-5": ("member", "out", 2),
    }
    (last,) = review.facts(Placed, "p-3")
    assert last.higher == (
        NoPlace(rung="station", rank=3, of=3, places=1),
        NoPlace(rung="host", rank=3, of=3, places=2),
    )
    (filled,) = review.facts(PlacesFilled)
    assert [(one.rung, one.candidates, one.again, one.places, one.taken) for one in filled.groups] == [
        ("station", 3, None, 1, 1), ("host", 3, 2, 2, 2), ("member", 2, 1, 1, 1),
    ]  # fmt: skip


def test_each_is_granted_the_rung_of_the_place_and_all_comes_out_again(review: Review):
    review.go()
    rungs = {"p-1": "station", "p-2": "host", "p-3": "member", "p-4": "host"}
    (notice,) = review.facts(NoticePosted)
    assert notice.list_sha256 == list_sha256((name, name, rung) for name, rung in rungs.items())
    review.day(6, 3)
    granted = {one.subject: one for one in review.facts(Granted)}
    assert {name: one.rung for name, one in granted.items()} == rungs
    (declined,) = review.facts(Declined)
    assert (declined.subject, declined.reason, declined.rung) == ("p-5", "no place", "member")
    found = review.whole()
    assert (found.grants, found.places) == (4, 1 + 5)
    assert history.why(review.district, history.find_grant(review.district, "p-3")).identical


def test_where_the_rule_says_nothing_nobody_goes_on(at_work: AtWork):
    review = pyramid(at_work, NUMBERS, more="")
    review.go()
    assert {name: one[:2] for name, one in on(review).items()} == {
        "p-1": ("station", "in"), "p-2": ("station", "out"), "p-3": ("station", "out"),
        "p-4": ("host", "in"), "p-5": ("member", "in"),
    }  # fmt: skip
    review.whole()


def test_one_number_is_that_of_every_rung(at_work: AtWork):
    review = pyramid(at_work, "1")
    review.go()
    assert {name: one[0] for name, one in on(review).items() if one[1] == "in"} == {
        "p-1": "station", "p-2": "host", "p-4": "member",
    }  # fmt: skip
    review.whole()


def test_killed_and_advanced_again_the_places_are_the_same(review: Review):
    """Whoever was told is not told again; the others are told what the ranking came to."""
    district = review.district
    while (phase := advance.next_phase(district, CYCLE)) is not None and phase.name != "place":
        for chunk in phase.chunks:
            advance.run_chunk(district, CYCLE, phase.name, chunk)
    advance.run_chunk(district, CYCLE, "place", ("p-3",))
    review.do(WithdrawCase, "p-2", reason="本人申请")
    review.go()
    assert on_told(review) == {"p-1": "station", "p-3": "member", "p-4": "host", "p-5": "member"}
    tip = review.at_work.tip()
    assert advance.advance(district, CYCLE).events == 0
    assert review.at_work.tip() == tip
    review.whole()


def on_told(review: Review) -> dict[str, str | None]:
    return {name: one.rung for name in review.people for one in review.facts(Placed, name)}


def test_an_objection_upheld_does_not_lift_whoever_has_a_place(review: Review):
    review.go()
    review.object("p-4")
    title = EvidenceRecorded(kind="award", title="称号", attributes={"level": "city"})
    review.at_work.record("p-4", title)
    review.rule("p-4", "reassess")
    review.go()
    with review.district.reading() as connection:
        row = select(case_table.c.rung, case_table.c.phase).where(case_table.c.id == "p-4")
        assert tuple(connection.execute(row).one()) == ("host", "placed")
    review.day(6, 9)
    assert {one.subject: one.rung for one in review.facts(Granted)}["p-4"] == "host"
    review.whole()


def test_a_place_on_another_rung_than_the_ranking_gives_is_found(review: Review):
    review.go()
    with review.district.reading() as connection:
        told = review.district.log.read(connection, "case-p-3")
    (event,) = [one for one in told if isinstance(one.fact, Placed)]
    rankings = replay_places.Rankings(review.district)
    assert replay_places.differences(rankings, [event]) == []
    assert isinstance(event.fact, Placed)
    forged = type(event)(event.envelope, event.fact.model_copy(update={"rung": "host", "higher": None}))
    assert [one.position for one in replay_places.differences(rankings, [forged])] == [event.position]
    assert replay.replay(review.district).differences == ()
