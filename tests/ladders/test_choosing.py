"""What lists, ballots, grades and places come to, held to plain loops over everything that could be."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest

from ladders.model.lists import Composition, Criterion, Grades, Multiple, Nomination, Rounds, rounded
from ladders.model.words import Text
from ladders.reference.choosing import (
    Member,
    by_lot,
    cascaded,
    composition_found,
    drawn,
    equals,
    given,
    graded,
    in_a_row,
    next_ballot,
    nomination_limit,
)

TITLE = Text(zh="某", en="some")
LEVELS = ("bachelor", "master", "doctor")
SCALES = {"degree": LEVELS}


def composition(**keys: Any) -> Composition:
    """A composition as a file writes it; ``at_least`` is the file's ``at least``."""
    plain = {key.replace("_", " "): value for key, value in keys.items()}
    return Composition.model_validate({"id": "some", "title": TITLE, "basis": "assumed", **plain})


def rules(**keys: Any) -> Grades:
    """Grades as a file writes them: A and B with a limit each, and C."""
    first, second = keys.pop("limits")
    grades = [
        {"id": "a", "title": TITLE, "at most": first},
        {"id": "b", "title": TITLE, "at most": second},
        {"id": "c", "title": TITLE},
    ]
    return Grades.model_validate({"order": ["value of hours"], "grades": grades, "rounding": "down", **keys})


# ----------------------------------------------------------------------------------------------------- compositions


def everything_it_could_be(members: Iterable[Member]) -> Iterable[list[dict[str, str | None]]]:
    """Every way in which what is unknown of the members could turn out."""
    each = []
    for one in members:
        names = {"degree": (*LEVELS, None), "role": ("chair", "member", None)}
        known = [
            [(name, one.attributes[name])] if name in one.attributes else [(name, term) for term in terms]
            for name, terms in names.items()
        ]
        each.append([dict(choice) for choice in itertools.product(*known)])
    return (list(turn) for turn in itertools.product(*each))


def holds(one: Composition, members: list[Member], turn: list[dict[str, str | None]]) -> bool | None:
    """Whether a composition holds as things turned out, None over nobody."""

    def sort(known: dict[str, str | None]) -> bool:
        for name, accepted in one.only.items():
            term = known[name]
            if isinstance(accepted, tuple):
                if term not in accepted:
                    return False
            elif term is None or LEVELS.index(term) < LEVELS.index(getattr(accepted, "term")):  # noqa: B009
                return False
        return True

    numbers = [sum(map(sort, turn))]
    if one.per:
        units = {member.units.get(one.per) for member in members} - {None}
        numbers = [
            sum(sort(known) for member, known in zip(members, turn, strict=True) if member.units.get(one.per) == unit)
            for unit in units
        ] or [0]
    for key, asked in one.limits:
        if isinstance(asked, Fraction) and not members:
            return None
        limit = asked * len(members) if isinstance(asked, Fraction) else asked
        if not all(number >= limit if key == "at least" else number <= limit for number in numbers):
            return False
    return True


def test_a_composition_is_met_if_it_holds_however_the_unknown_turns_out_and_not_met_if_it_never_does():
    chance, seen = random.Random(4), set[str]()
    wanted = [{"degree": "master or better"}, {"degree": ["doctor", "bachelor"], "role": "member"}, {"role": "chair"}]
    for _ in range(300):
        members = []
        for number in range(chance.randint(0, 4)):
            attributes: dict[str, str | None] = {}
            if chance.random() < 0.7:
                attributes["degree"] = chance.choice([*LEVELS, None])
            if chance.random() < 0.8:
                attributes["role"] = chance.choice(["chair", "member", None])
            units: dict[Any, str] = {"school": chance.choice("xyz")} if chance.random() < 0.8 else {}
            members.append(Member(f"m{number}", attributes, units))
        per: dict[str, Any] = {"per": "school"} if chance.random() < 0.4 else {}
        limit = chance.choice([0, 1, 2, "1/4", "1/2", "2/3"])
        key = "at_most" if per or chance.random() < 0.5 else "at_least"
        one = composition(only=chance.choice(wanted), **per, **{key: limit})
        turns = [holds(one, members, turn) for turn in everything_it_could_be(members)]
        expected = "met" if all(turns) else "not met" if not any(turns) and None not in turns else "unknown"
        (found,) = composition_found(members, [one], SCALES)
        assert found.outcome == expected
        assert 0 <= found.low <= found.high <= found.of == len(members)
        seen.add(found.outcome)
        chance.shuffle(members)
        assert composition_found(members, [one], SCALES) == (found,)
    assert seen == {"met", "not met", "unknown"}


def test_a_share_is_compared_exactly_and_inclusive():
    members = [Member(str(number), {"role": "chair" if number < 3 else "member"}) for number in range(9)]
    assert composition_found(members, [composition(only={"role": "chair"}, at_least="1/3")])[0].outcome == "met"
    assert composition_found(members, [composition(only={"role": "chair"}, at_most="1/3")])[0].outcome == "met"
    assert composition_found(members[1:], [composition(only={"role": "chair"}, at_least="1/3")])[0].outcome == "not met"
    assert composition_found(members, [composition(only={"role": "chair"}, at_least="all")])[0].outcome == "not met"


def test_per_unit_the_worst_of_them_is_told():
    schools = ["x", "x", "y", "y", "y", "z"]
    members = [Member(str(number), {}, {"school": school}) for number, school in enumerate(schools)]
    (found,) = composition_found(members, [composition(per="school", at_most="1/3")])
    assert (found.outcome, found.unit, found.low, found.of) == ("not met", "y", 3, 6)
    assert composition_found(members, [composition(per="school", at_most="1/2")])[0].outcome == "met"


# ------------------------------------------------------------------------------------- nomination, lots, and rotation


@pytest.mark.parametrize(
    ("rounding", "limits"),
    [("down", [0, 0, 1, 1, 2]), ("up", [0, 1, 1, 2, 2]), ("half up", [0, 1, 1, 2, 2])],
)
def test_a_limit_of_a_share_is_rounded_as_it_says(rounding: Any, limits: list[int]):
    rule = Nomination(at_most=Multiple(times=Fraction(1, 10), of="teachers"), rounding=rounding)
    assert [nomination_limit(rule, teachers=teachers) for teachers in (0, 5, 10, 15, 20)] == limits


def test_a_limit_is_a_number_a_multiple_of_places_or_none():
    assert nomination_limit(Nomination(at_most=3)) == 3
    assert nomination_limit(Nomination()) is None
    rule = Nomination(at_most=Multiple(times=Fraction(3, 2), of="places"), rounding="up")
    assert nomination_limit(rule, places=5) == 8
    with pytest.raises(ValueError, match="places"):
        nomination_limit(rule, teachers=100)


def test_rounding_is_of_the_exact_number():
    for number in range(-20, 200):
        for below in (1, 2, 3, 7):
            exact = Fraction(number, below)
            assert rounded(exact, "down") <= exact < rounded(exact, "down") + 1
            assert rounded(exact, "up") - 1 < exact <= rounded(exact, "up")
            assert rounded(exact, "half up") - Fraction(1, 2) <= exact < rounded(exact, "half up") + Fraction(1, 2)


def test_a_lot_draws_the_same_people_in_whatever_order_they_are_named():
    pool = [f"p-{number}" for number in range(20)]
    found = drawn("a lot", pool, 3)
    assert drawn("a lot", pool[::-1], 3) == found
    assert len(set(found)) == 3
    assert drawn("a lot", pool, 5)[:3] == found
    assert {drawn(f"lot {number}", pool, 1) for number in range(200)} == {(one,) for one in pool}
    with pytest.raises(ValueError, match="cannot be drawn"):
        drawn("a lot", pool, 21)


def test_panels_in_a_row_are_counted_back_to_the_first_one_without_the_person():
    past = [{"a", "b"}, {"a"}, {"b"}, {"a"}]
    assert [in_a_row(past, person) for person in "abc"] == [2, 1, 0]


# ---------------------------------------------------------------------------------------------------------- ballots


def test_who_stands_in_the_next_ballot_is_everybody_not_behind_the_number_of_them():
    chance = random.Random(11)
    for _ in range(300):
        votes = {f"c{number}": chance.randint(0, 5) for number in range(chance.randint(0, 7))}
        reached = {one for one, count in votes.items() if count >= 4}
        left = {one: count for one, count in votes.items() if one not in reached}
        nexts: tuple[Any, ...] = ("half", 1, 2, 3)
        for following in nexts:
            number = following if isinstance(following, int) else -(-len(left) // 2)
            found = next_ballot(Rounds(ballots=3, next=following), 1, votes, reached)
            # Whoever has fewer than so many better ones stands.
            assert set(found) == {
                one for one, count in left.items() if sum(other > count for other in left.values()) < number
            }
            assert next_ballot(Rounds(ballots=3, next=following), 3, votes, reached) == ()


def test_those_tied_at_the_last_place_stand_again_and_nobody_else():
    rounds = Rounds(ballots=2, next="tied")
    votes = {"a": 9, "b": 7, "c": 7, "d": 7, "e": 6, "f": 2}
    reached = {"a", "b", "c", "d", "e"}
    assert next_ballot(rounds, 1, votes, reached, places=2) == ("b", "c", "d")
    assert next_ballot(rounds, 1, votes, reached, places=3) == ("b", "c", "d")
    assert next_ballot(rounds, 1, votes, reached, places=4) == ()
    assert next_ballot(rounds, 1, votes, reached, places=1) == ()
    assert next_ballot(rounds, 1, votes, reached, places=9) == ()
    assert next_ballot(rounds, 2, votes, reached, places=2) == ()
    with pytest.raises(ValueError, match="places"):
        next_ballot(rounds, 1, votes, reached)


# ----------------------------------------------------------------------------------------------------------- grades


def in_plain_words(values: dict[str, int], limits: tuple[int, int], ties: str, lot: str) -> dict[str, str]:
    """By person the grade, one person after the other down the list."""
    drawn_order = {name: place for place, name in enumerate(by_lot(lot, values))}
    line = sorted(values, key=lambda name: (-values[name], drawn_order[name] if ties == "lot" else 0, name))
    found: dict[str, str] = {}
    grade, in_grade = 0, 0
    while len(found) < len(line):
        here = line[len(found)]
        same = [name for name in line[len(found) :] if values[name] == values[here]] if ties != "lot" else [here]
        if grade < 2:
            left = limits[grade] - in_grade
            if left <= 0 or (ties == "all out" and len(same) > left):
                grade, in_grade = grade + 1, 0
                continue
        for name in same:
            found[name] = "abc"[grade]
        in_grade += len(same)
    return found


@pytest.mark.parametrize("ties", ["all in", "all out", "lot"])
def test_grades_are_given_down_the_list_until_each_has_as_many_as_it_may(ties: Any):
    chance = random.Random(ties)
    for _ in range(200):
        values = {f"p{number}": chance.randint(0, 6) for number in range(chance.randint(0, 12))}
        limits = chance.randint(0, 4), chance.randint(0, 4)
        rule = rules(limits=limits, ties=ties)
        order = equals({name: (Fraction(value),) for name, value in values.items()}, rule.order)
        found = graded(order, rule, "a lot")
        assert {one.id: one.grade for one in found} == in_plain_words(values, limits, ties, "a lot")
        for one in found:
            assert one.rank == 1 + sum(value > values[one.id] for value in values.values())


def test_a_share_of_a_grade_is_of_all_those_graded():
    rule = rules(limits=("3/20", "1/4"), ties="all out")
    order = [(f"p{number:02}",) for number in range(30)]
    found = [one.grade for one in graded(order, rule)]
    assert [found.count(grade) for grade in "abc"] == [4, 7, 19]
    assert found == sorted(found)


def test_grades_drawn_by_lot_need_one():
    with pytest.raises(ValueError, match="lot"):
        graded([("a", "b")], rules(limits=(1, 1), ties="lot"))


def test_equals_are_those_alike_in_every_criterion_and_nothing_comes_last():
    order = (Criterion(of="votes", what="panel"), Criterion(of="value", what="hours", lowest_first=True))
    candidates: dict[str, tuple[Fraction | None, ...]] = {
        "a": (Fraction(5), Fraction(70)),
        "b": (Fraction(5), Fraction(60)),
        "c": (Fraction(6), None),
        "d": (Fraction(5), Fraction(70)),
        "e": (None, Fraction(1)),
        "f": (Fraction(5), None),
    }
    assert equals(candidates, order) == (("c",), ("b",), ("a", "d"), ("f",), ("e",))


# ----------------------------------------------------------------------------------------------------------- places


def people(*sorts: str) -> list[Member]:
    """Candidates best first, by what they are."""
    return [Member(f"{number}{sort}", {"role": sort or None}) for number, sort in enumerate(sorts)]


def test_places_go_first_to_whom_a_minimum_asks_for():
    rural = composition(only={"role": "r"}, at_least="2/5")
    assert given(people("t", "t", "t", "t", "r", "r", "r"), 5, [rural]) == ("0t", "1t", "2t", "4r", "5r")
    assert given(people("r", "r", "r", "t", "t", "t"), 3, [rural]) == ("0r", "1r", "2r")
    assert given(people("t", "t", "t", "t", "r"), 5, [rural]) == ("0t", "1t", "2t", "3t", "4r")
    assert given(people("t", "t", "t"), 2, [rural]) == ("0t", "1t")


def test_a_maximum_keeps_out_whoever_would_go_over_it():
    heads = composition(only={"role": "h"}, at_most="1/5")
    assert given(people("h", "h", "t", "h", "t", "t", "t", "t"), 5, [heads]) == ("0h", "2t", "4t", "5t", "6t")
    assert given(people("h", "h", "h"), 2, [heads]) == ()
    unknown = [Member("x"), *people("h", "t", "t", "t", "t")]
    assert given(unknown, 5, [heads]) == ("x", "1t", "2t", "3t", "4t")


def test_without_a_composition_the_best_are_taken():
    assert given(people("t", "r", "h"), 2, []) == ("0t", "1r")


def test_nobody_is_taken_beyond_the_places_nor_over_a_maximum_of_a_unit():
    chance = random.Random(3)
    most = composition(per="school", at_most=2)
    for _ in range(100):
        ranked = [Member(f"p{number}", {}, {"school": chance.choice("xyz")}) for number in range(chance.randint(0, 9))]
        places = chance.randint(0, 6)
        taken = given(ranked, places, [most])
        # In plain words: down the list, whoever's school has not two yet.
        expected: list[Member] = []
        for one in ranked:
            if len(expected) < places and [other.units for other in expected].count(one.units) < 2:
                expected.append(one)
        assert taken == tuple(one.id for one in expected)


def best(number: int) -> Callable[[str, tuple[str, ...]], tuple[str, ...]]:
    """So many places on every rung, by name."""
    return lambda rung, here: here[:number]


def test_whoever_gets_no_place_competes_for_the_next_lower_rung_applied_for():
    applied = {"a": ["top"], "b": ["top", "middle"], "c": ["top", "low"], "d": ["middle"], "e": ["low"]}
    assert cascaded(["top", "middle", "low"], applied, best(1)) == {
        "a": "top", "b": "middle", "c": "low", "d": None, "e": None,
    }  # fmt: skip
    assert cascaded(["top", "middle", "low"], applied, best(0)) == dict.fromkeys("abcde")
    assert cascaded(["top", "middle", "low"], applied, best(9)) == {
        "a": "top", "b": "top", "c": "top", "d": "middle", "e": "low",
    }  # fmt: skip
