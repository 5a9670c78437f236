"""Places that become free (递补): who moves up, and that nobody does otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as any_of

from events.facts import CaseWithdrawn, Granted, MovedUp, PlacesFilled
from ladders.model.review import Places
from tests.workflows.given import Given, command, refused
from tests.workflows.reviewing import conclude, notice, routed, stage
from tests.workflows.test_places import CHOSEN, ENTRIES, RANDOM, RULES, chosen, fill, place
from workflows.acts import MoveUp, WithdrawCase
from workflows.commands import Already
from workflows.ranking import Entry, freed_for, rank


@RANDOM
@every(ENTRIES, RULES, any_of.randoms())
def test_who_moves_up_is_who_the_ranking_without_those_who_left_gives_a_place(
    entries: list[Entry], places: Places, chance: Any
):
    first = {one.case: one for one in rank(entries, places, {}, "7").ranks}
    rivals = [one for one in entries if not one.outside]
    left = {one.case: at for at, one in enumerate(chance.sample(rivals, chance.randint(0, len(rivals))), 1)}
    for case, mine in first.items():
        if mine.outcome != "out" or case in left:
            continue
        group = [one for one in first.values() if one.unit == mine.unit and one.outcome != "outside"]
        equals = {one.case: left.get(one.case, 0) for one in group if one.rank == mine.rank}
        better = [left[one.case] for one in group if one.rank < mine.rank and one.case in left]
        found = freed_for(case, mine.rank, mine.places, equals, better, places.ties, "7")
        anew = (
            (at, {one.case: one.outcome for one in rank(stayed(entries, left, at), places, {}, "7").ranks}[case])
            for at in range(1, len(left) + 1)
        )
        assert found == next((at for at, outcome in anew if outcome == "in"), None)


def stayed(entries: list[Entry], left: Mapping[str, int], at: int) -> list[Entry]:
    """Those who had not left by then."""
    return [one for one in entries if not 0 < left.get(one.case, 0) <= at]


RESERVE = routed(stage(), places="number: 1, order: [votes of panel], ties: lot, freed: next")
"""One place; when it becomes free the next in rank has it."""


def reserve(ladder: bytes = RESERVE) -> Given:
    """Li has the place and Wu has none; then Li withdrew."""
    given = chosen("li", "wu", ladder=ladder).then(fill(2))
    given = given.then(place(given, li="in", wu="out"))
    return given.then(command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))


def move_up(given: Given, **said: Any) -> MoveUp:
    """Wu is to have the place that Li left."""
    filled = given.state("cycle-y1").places_at
    told = {"cycle": "y1", "rank": 2, "places": 1, "freed": given.at(CaseWithdrawn), "filled": filled}
    return command(MoveUp, cycle="y1", moved={"c-wu": MovedUp(**(told | said))})


def test_the_next_in_rank_moves_up_once_and_is_granted_what_the_others_are():
    given = reserve()
    asked = move_up(given)
    assert given.when(asked) == [asked.moved["c-wu"]]
    after = given.then(asked)
    assert after.when(asked) == Already(given.at(PlacesFilled))
    assert isinstance(after.when(conclude("wu")), Already), "not before the notice"
    with_notice = after.then(notice("wu", last=given.today))
    (granted,) = with_notice.on(given.today.replace(day=given.today.day + 1)).when(conclude("wu"))  # type: ignore[misc]
    assert isinstance(granted, Granted)


@pytest.mark.parametrize("said", [{"rank": 1}, {"places": 2}, {"unit": "school"}, {"filled": 1}, {"freed": 1}])
def test_nobody_moves_up_but_as_they_were_ranked_and_by_what_happened_since(said: dict[str, Any]):
    given = reserve()
    refused(given, move_up(given, **said), "other places")


def test_nobody_moves_up_where_places_lapse_or_who_was_not_out():
    lapsed = reserve(CHOSEN)
    refused(lapsed, move_up(lapsed), "other places")
    given = chosen("li", "wu", ladder=RESERVE).then(fill(2))
    given = given.then(place(given, li="out", wu="in"))
    given = given.then(command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))
    refused(given, move_up(given), "other places")
    declined = reserve().then(conclude("wu"))
    assert isinstance(declined.when(move_up(declined)), Already), "it has ended"
