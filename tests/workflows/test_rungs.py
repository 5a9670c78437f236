"""Places of every rung: whoever gets none competes for the next lower one, as ``ladders.reference.choosing`` says
plainly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from ladders.model.ladder import Step
from ladders.model.review import Places
from ladders.reference.choosing import cascaded
from workflows import rungs
from workflows.ranking import Ranking
from workflows.rungs import Candidate

RUNGS = ("top", "middle", "low")
CLAUSE = {
    "id": "years",
    "title": {"zh": "年限", "en": "years"},
    "years since": "service",
    "at least": 1,
    "basis": "assumed",
}
UPWARDS = tuple(Step.model_validate({"to": rung, "clauses": [CLAUSE]}) for rung in reversed(RUNGS))


def places(number: object, *, cascade: bool = True, ties: str = "all out", **said: object) -> Places:
    told = {"number": number, "order": ["votes of panel"], "ties": ties, **said}
    return Places.model_validate(told | ({"when full": "cascade"} if cascade else {}))


def candidate(name: str, value: int, *ways: str, unit: str | None = None, outside: bool = False) -> Candidate:
    return Candidate(name, unit, outside, tuple((rung, (Fraction(value),)) for rung in ways))


def taken(ranking: Ranking) -> dict[str, str | None]:
    """By case the rung on which it has a place."""
    return {one.case: one.rung if one.outcome == "in" else None for one in ranking.ranks}


@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_plain_cascade_whoever_competes_and_however_many_places_there_are(seed: int):
    chance = random.Random(seed)
    names = [f"c{number:02}" for number in range(chance.randint(1, 12))]
    values = dict(zip(names, chance.sample(range(100), len(names)), strict=True))
    ways = {one: sorted(chance.sample(RUNGS, chance.randint(1, 3)), key=RUNGS.index) for one in names}
    number = {rung: chance.randint(0, 4) for rung in RUNGS}
    found = rungs.rank([candidate(one, values[one], *ways[one]) for one in names], UPWARDS, places(number))
    best = sorted(names, key=lambda one: -values[one])
    assert taken(found) == cascaded(
        RUNGS, ways, lambda rung, here: [one for one in best if one in here][: number[rung]]
    )
    again = rungs.rank([candidate(one, values[one], *ways[one]) for one in reversed(names)], UPWARDS, places(number))
    assert again.list_sha256 == found.list_sha256
    assert sum(one.candidates - (one.again or 0) for one in found.groups) == len(names)


def test_schools_have_places_of_their_own_on_every_rung():
    found = rungs.rank(
        [
            candidate("a", 9, "top", "low", unit="east"),
            candidate("b", 8, "top", "low", unit="east"),
            candidate("c", 1, "top", "low", unit="west"),
        ],
        UPWARDS,
        places(1, per="school"),
    )
    assert taken(found) == {"a": "top", "b": "low", "c": "top"}
    assert [(one.rung, one.unit, one.candidates, one.again) for one in found.groups] == [
        ("top", "east", 2, None), ("top", "west", 1, None), ("low", "east", 1, 1),
    ]  # fmt: skip


def test_whoever_is_outside_the_count_has_the_highest_rung_and_no_place():
    found = rungs.rank([candidate("a", 1, "top", "low", outside=True), candidate("b", 9, "top")], UPWARDS, places(1))
    assert [(one.case, one.outcome, one.rung, one.rank) for one in found.ranks] == [
        ("b", "in", "top", 1), ("a", "outside", "top", 2),
    ]  # fmt: skip
    assert found.outside == 1


def test_lots_are_drawn_on_every_rung_anew():
    equal = [candidate(f"c{number}", 5, "top", "low") for number in range(20)]
    found = rungs.rank(equal, UPWARDS, places({"top": 5, "middle": 0, "low": 5}, ties="lot"), "a lot")
    rung = taken(found)
    assert sorted(map(str, rung.values())) == ["None"] * 10 + ["low"] * 5 + ["top"] * 5
    assert rung == taken(
        rungs.rank(reversed(equal), UPWARDS, places({"top": 5, "middle": 0, "low": 5}, ties="lot"), "a lot")
    )
    with pytest.raises(ValueError, match="a lot is needed"):
        rungs.rank(equal, UPWARDS, places(1, ties="lot"))
