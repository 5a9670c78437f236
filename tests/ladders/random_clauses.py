"""Random clauses and ladders of every part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ladders.model.ladder import Ladder
from tests.ladders.plain import LEVELS, ladder_of
from tests.ladders.random_measures import DAYS, PARTS, RELATIONS, measures, named_measures

NUMBERS = st.one_of(
    st.sampled_from(
        [Decimal(0), Decimal(1), Decimal(2), Decimal("1.5"), Decimal("3.005"), "1/3", "rung.few", "past.few",
         "place.few", "mode.few", "place.part"]
    ),
    st.integers(0, 6).map(Decimal),
)  # fmt: skip
IN_GENERAL = 3
"""One clause in so many plus one has each of the things that every clause may have."""


@st.composite
def asked(draw: st.DrawFn, named: tuple[str, ...]) -> Any:
    """A number that is asked: as it stands, of a table, or computed from a measure."""
    if named and draw(st.integers(0, 6)) == 0:
        return {
            "measure": draw(st.sampled_from(named)),
            "times": draw(st.sampled_from([1, "1/2", "place.part"])),
            "plus": draw(st.sampled_from([0, 1, -1])),
            **draw(st.sampled_from([{}, {"round": "up"}, {"round": "down"}])),
        }
    return draw(NUMBERS)


@st.composite
def comparisons(draw: st.DrawFn, named: tuple[str, ...], ranks: bool) -> dict[str, Any]:
    """A measure, years or a move held against numbers."""
    match draw(st.integers(0, 9)):
        case 0 | 1:
            dates = ["service", "birth", "rung", "application", "titled", "latest-post"]
            clause: dict[str, Any] = {"years since": draw(st.sampled_from(dates))}
            if draw(st.integers(0, 3)) == 0:
                clause["on"] = draw(DAYS)
        case 2:
            clause = {"move": draw(st.sampled_from(["rung.few", "rung.many"]))}
        case 3 | 4 | 5:
            clause = {"measure": draw(st.sampled_from(named))} if named else draw(measures(ranks))
        case _:
            clause = draw(measures(ranks))
    match draw(st.integers(0, 7)):
        case 0:
            low = draw(st.integers(0, 4))
            clause["between"] = [low, low + draw(st.integers(0, 3))]
        case 1:
            clause["equals"] = draw(asked(named))
        case _:
            names = st.sampled_from(["at least", "at least", "at most", "more than", "less than"])
            for name in draw(st.lists(names, min_size=1, max_size=2, unique=True)):
                clause[name] = draw(asked(named))
            if "at least" in clause and draw(st.integers(0, 3)) == 0:
                clause["dispensation"] = {"down to": draw(st.sampled_from([0, 1, Decimal("0.5")]))}
    if draw(st.integers(0, 3)) == 0:
        clause["absent"] = draw(st.sampled_from(["met", "not met"]))
    return clause


@st.composite
def clauses(draw: st.DrawFn, named: tuple[str, ...] = (), ranks: bool = True, depth: int = 2) -> dict[str, Any]:
    """Any clause, with any of what may stand beside it."""
    inside = clauses(named=named, ranks=ranks, depth=depth - 1)
    match draw(st.integers(0, 12 if depth else 7)):
        case 0:
            key = draw(st.sampled_from(["holds", "has held"]))
            clause: dict[str, Any] = {key: draw(st.sampled_from([["one"], ["two", "three"]]))}
            if draw(st.booleans()):
                clause["ladder"] = "other"
        case 1:
            clause = draw(attributes_asked())
        case 8 | 9:
            options = draw(st.lists(inside, min_size=1, max_size=3))
            combination = draw(st.sampled_from(["all", "any", "none", "of"]))
            clause = {combination: options}
            if combination == "of":
                clause["at least"] = draw(st.integers(1, len(options)))
            if not ranks and draw(st.booleans()):
                clause["one item serves once"] = True
        case 10:
            clause = {"asked of": draw(RELATIONS), "each": draw(inside)}
            if "members" in clause["asked of"] and draw(st.booleans()):
                clause["roles"] = ["core", "member"]
            key = draw(st.sampled_from(["at least", "at most"]))
            clause[key] = draw(st.sampled_from([0, 1, 2, "all", "1/2", "2/3"]))
            if draw(st.booleans()):
                clause["absent"] = draw(st.sampled_from(["met", "not met"]))
        case 11 if named:  # inside a named list or another rung's step nothing refers to them again
            targets: list[Any] = [{"meets": "list"}, {"meets": "list", "to": "three"}, {"meets": {"to": "three"}}]
            clause = draw(
                st.sampled_from([*targets, {"meets": "list", "to": "next.rung"}, {"meets": {"to": "nowhere"}}])
            )
        case _:
            clause = draw(comparisons(named, ranks))
    return {**clause, **draw(beside(inside, depth))} if draw(st.booleans()) else clause


@st.composite
def attributes_asked(draw: st.DrawFn) -> dict[str, Any]:
    """A clause on what is so of the subject."""
    terms: dict[str, tuple[str, ...]] = {
        "degree": ("bachelor", "master"), "place": ("urban", "rural"), "track": ("a", "b"), "mode": ("strict", "loose"),
        "rank-of-post": LEVELS,
    }  # fmt: skip
    name = draw(st.sampled_from(sorted(terms)))
    key = draw(st.sampled_from(["one of", "at least", "at most"]))
    term = draw(st.sampled_from(terms[name]))
    clause: dict[str, Any] = {"is": name, key: [term] if key == "one of" else term}
    return {**clause, "absent": "not met"} if draw(st.booleans()) else clause


@st.composite
def beside(draw: st.DrawFn, inside: st.SearchStrategy[dict[str, Any]], depth: int) -> dict[str, Any]:
    """What may stand beside any clause."""
    said: dict[str, Any] = {}
    if depth and draw(st.integers(0, IN_GENERAL)) == 0:
        said["when"] = draw(inside)
    if depth and draw(st.integers(0, IN_GENERAL)) == 0:
        said["unless"] = draw(inside)
    if draw(st.integers(0, IN_GENERAL)) == 0:
        said["strength"] = "advisory"
    if draw(st.integers(0, IN_GENERAL)) == 0:
        said["due"] = draw(st.sampled_from(["2025-06-30", "1 year after rung", "6 months after titled"]))
    if draw(st.integers(0, IN_GENERAL)) == 0:
        said["dispensation"] = "waive"
    return said


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """A ladder whose step has a few random clauses, of any part of the language."""
    step: dict[str, Any] = draw(
        st.sampled_from([{}] * 4 + [{"from": "one", "to": "one", "kind": "renewal"}, {"from": None}])
    )
    ranks = draw(st.booleans())  # what one item serves once and a rank do not go together
    named = draw(named_measures(ranks)) if draw(st.booleans()) else {}
    some = draw(st.lists(clauses(tuple(named), ranks), min_size=1, max_size=3))
    more = {**PARTS, "measures": named}
    if named:
        simple = clauses((), ranks, 0)
        more["requirements"] = {"list": draw(st.lists(simple, min_size=1, max_size=2))}
        more["steps"] = [
            {"from": "two", "to": "three", "clauses": draw(st.lists(simple, min_size=1, max_size=2))},
            {"from": "one", "to": "three", "way": "fast", "clauses": draw(st.lists(simple, min_size=1, max_size=2))},
        ]
    return ladder_of(some, more, **step)
