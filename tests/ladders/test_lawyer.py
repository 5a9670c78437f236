"""Where the lawyer speaks, and where it must not: bounds of measures, what follows from what, renewals, tables."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from events.facts import Catalogue
from ladders.checking.check import check_file
from ladders.checking.intervals import Reaches
from ladders.model.ladder import Measure
from ladders.problems import Problem
from ladders.reading.kinds import with_built_in
from ladders.reading.loading import load, load_catalogue, shipped

CATALOGUE: Catalogue = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
DEGREE = "attributes:\n  degree: {evidence: degree, highest: degree}\n"
HEAD = f"""format: jieti-ladder/1
id: small
title: {{zh: 小阶梯, en: Small ladder}}
subject: person
{DEGREE}tables:
  need: {{by: to, columns: [few], rows: {{one: [1], two: [2]}}}}
  points: {{by: level, columns: [each], rows: {{district: [2], city: [4]}}, other: [1]}}
rungs:
  - {{id: one, title: {{zh: 一, en: one}}}}
  - {{id: two, title: {{zh: 二, en: two}}, end: true}}
"""
WAY_IN = """  - to: one
    clauses:
      - {id: in, title: {zh: 入, en: in}, basis: assumed, years since: service, at least: 1}
"""


def ladder_of(*clauses: str, more: str = "") -> bytes:
    """A ladder of two rungs, whose step from the first to the second has these clauses."""
    titled = [f"{{id: c{n}, title: {{zh: 甲, en: c{n}}}, basis: assumed, {one}}}" for n, one in enumerate(clauses)]
    listed = "".join(f"      - {one}\n" for one in titled)
    return f"{HEAD}steps:\n{WAY_IN}  - from: one\n    to: two\n    clauses:\n{listed}{more}".encode()


def said(data: bytes) -> list[Problem]:
    """What is found of clauses; not what is unused here, nor that there is no route."""
    usual = ("nothing uses", "it has no route", "no step asks")
    return [one for one in check_file(data, "x", CATALOGUE) if one.level != "note" and not one.en.startswith(usual)]


def words(*clauses: str, more: str = "") -> list[str]:
    return [one.en for one in said(ladder_of(*clauses, more=more))]


def most(then: str, evidence: str = "training") -> Fraction | None:
    """The most that a measure can come to."""
    ladder = load(ladder_of(f"evidence: {evidence}, then: [{then}], at least: 1"), "x")
    clause: Any = ladder.steps[1].clauses[0]
    measure = ladder.measure_of(clause)
    assert isinstance(measure, Measure)
    return Reaches(ladder, with_built_in(CATALOGUE)).of(measure, ladder.steps[1]).high


# ------------------------------------------------------------------------------------------------- what can be reached


@pytest.mark.parametrize(
    ("evidence", "then", "high"),
    [
        ("training", "best", 400),
        ("training", "sum", None),
        ("training", "count", None),
        ("training", "cap: 30, mean", 30),
        ("training", "sum, cap: 60", 60),
        ("training", "sum, cap: 60, times: 1/2", 30),
        ("training", "top: 3, sum", 1200),
        ("training", "top: 3, cap: 10, sum", 30),
        ("training", "sum per: category, cap: 10, sum", None),  # rows without a category stand alone
        ("training", "only: {category: [topic, online]}, sum per: category, cap: 10, sum", 20),
        ("training", "only: {level: district or better}, best per: level, count", 4),
        ("training", "within: last 3 full school years, count per: school year, cap: 1, sum", 3),
        ("training", "within: last 3 years, count per: school year, cap: 1, sum", 4),
        ("training", "within: last 18 months, count per: half-year, cap: 1, sum", 4),
        ("training", "count per: school year, cap: 1, sum", None),
        ("training", "{within: last 3 years, skipping: {evidence: leave}}, count per: school year, cap: 1, sum", None),
        ("training", "within: last 5 school years, count per: school year, runs: school year, best", 5),
        ("training", "sum, rank share per: degree", 1),
        ("training", "sum, bands: {10: 1, 20: 5}", 5),
        ("training", "sum, cap: 10.5, {round: up, to: 1}", 11),
        ("award", "worth: points.each, best", 4),
        ("award", "worth: points.each, sum", None),
        ("award", "worth: 3, top: 2, sum", 6),
        ("award", "worth: need.few, best", 2),
        ("award", "distinct: level", None),  # awards without a level count one each
        ("award", "only: {level: [city, district]}, distinct: level", 2),
        ("[award, paper]", "distinct: kind", 2),
        ("appointment", "length: years, best", None),
        ("appointment", "during: last 4 years, length: years, best", 4),
        ("appointment", "during: last 4 years, length: months, sum", None),  # several at once
        ("appointment", "during: last 4 years, join: 0 days, length: months, sum", 48),
    ],
)
def test_no_measure_is_said_to_reach_less_than_it_can(evidence: str, then: str, high: int | None):
    assert most(then, evidence) == high


def test_a_number_just_within_reach_is_fine_and_one_beyond_is_not():
    assert words("evidence: award, then: [worth: 3, top: 2, sum], at least: 6") == []
    (beyond,) = words("evidence: award, then: [worth: 3, top: 2, sum], more than: 6")
    assert beyond == "6 is asked, and there can be at most 6"


# ------------------------------------------------------------------------------------------------- what follows


def asks(text: str, evidence: str) -> str:
    """A clause as it is written here: ``lines | comparison``."""
    lines, _, comparison = text.partition(" | ")
    return f"evidence: {evidence}, then: [{lines}], {comparison}"


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        ("count | at least: 3", "count | at least: 2"),
        ("count | more than: 2", "count | at least: 2"),
        ("within: last 2 years, count | at least: 2", "within: last 3 years, count | at least: 2"),
        ("within: last 24 months, count | at least: 2", "within: last 3 years, count | at least: 2"),
        (
            "only: {level: city or better}, count | at least: 1",
            "only: {level: [city, province, nation, district]}, count | at least: 1",
        ),
        ("only: {level: city, grade: first}, count | at least: 1", "only: {level: city}, count | at least: 1"),
        (
            "within: last 1 year, only: {level: city}, count | at least: 1",
            "only: {level: city}, within: last 2 years, count | at least: 1",
        ),
        ("within: last 3 years, count | at most: 1", "within: last 2 years, count | at most: 2"),
        ("worth: 2, sum, cap: 9 | at least: 5", "worth: 2, sum, cap: 9 | at least: 4"),
        ("count | equals: 3", "count | between: [1, 5]"),
    ],
)  # fmt: skip
def test_what_asks_for_less_of_more_adds_nothing(strong: str, weak: str):
    (problem,) = said(ladder_of(asks(strong, "award"), asks(weak, "award")))
    assert problem.where == "steps[1].clauses[c1]"
    assert problem.level == "warning"
    assert problem.en.startswith('whoever meets "c0"')


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A mean of fewer rows may be higher or lower; so may the latest.
        (
            "evaluation: within: last 2 years, mean | at least: 80",
            "evaluation: within: last 3 years, mean | at least: 70",
        ),
        (
            "evaluation: within: last 2 years, latest | at least: 80",
            "evaluation: within: last 3 years, latest | at least: 80",
        ),
        # Other kinds, other amounts, other orders of lines.
        ("award: count | at least: 3", "paper: count | at least: 2"),
        ("training: cap: 10, sum | at least: 30", "training: sum | at least: 20"),
        ("award: best per: work, count | at least: 3", "award: count | at least: 2"),
        # The window is wider and the number higher: neither follows.
        ("award: within: last 2 years, count | at least: 1", "award: within: last 3 years, count | at least: 2"),
        ("award: within: last 12 months, count | at least: 1", "award: within: last 360 days, count | at least: 1"),
        # A filter after the best has been chosen may drop what was chosen.
        (
            "award: best per: work, only: {level: city}, count | at least: 1",
            "award: best per: work, only: {level: district or better}, count | at least: 1",
        ),
        (
            "award: except: {level: school}, count | at least: 1",
            "award: except: {level: [school, area]}, count | at least: 1",
        ),
        (
            "award: {within: since rung, else: last 1 year}, count | at least: 1",
            "award: within: last 3 years, count | at least: 1",
        ),
    ],
)  # fmt: skip
def test_nothing_is_said_to_follow_that_does_not(one: str, other: str):
    written = [asks(lines, evidence) for evidence, _, lines in (one.partition(": "), other.partition(": "))]
    assert words(*written) == []


@pytest.mark.parametrize(
    "beside",
    [
        "when: {id: w, title: {zh: 时, en: w}, is: degree, one of: [master]}",
        "unless: {id: w, title: {zh: 时, en: w}, is: degree, one of: [master]}",
        "strength: advisory",
        "absent: met",
        "dispensation: waive",
    ],
)
def test_a_clause_that_something_stands_beside_neither_follows_nor_contradicts(beside: str):
    more = "evidence: award, then: [count], at least: 3"
    assert words(more, f"evidence: award, then: [count], at least: 2, {beside}") == []
    assert words(more, f"evidence: award, then: [count], at most: 2, {beside}") == []


def test_clauses_contradict_only_where_no_number_is_left_between_them():
    few = "evidence: award, then: [within: last 3 years, count], at most: {}"
    many = "evidence: award, then: [within: last 2 years, count], at least: 2"
    assert words(many, few.format(2)) == []
    assert "contradicts" in words(many, few.format(1))[0]
    # Fewer in the shorter time than in the longer is no contradiction.
    shorter = "evidence: award, then: [within: last 2 years, count], at most: 1"
    assert words("evidence: award, then: [within: last 3 years, count], at least: 2", shorter) == []


def test_a_condition_that_what_is_required_rules_out_never_applies():
    condition = "when: {{id: w, title: {{zh: 时, en: w}}, is: degree, one of: [{}]}}"
    master = "is: degree, at least: master"
    other = "evidence: award, then: [count], at least: 1, "
    assert words(master, other + condition.format("doctor")) == []
    assert words(master, other + condition.format("bachelor")) == [
        'nobody who meets "c0" meets this: the clause never applies'
    ]


def test_a_veto_is_no_contradiction_where_it_asks_for_more():
    veto = "none: [{{id: v, title: {{zh: 否, en: v}}, evidence: award, then: [count], at least: {}}}]"
    assert words("evidence: award, then: [count], at least: 2", veto.format(3)) == []
    assert "contradicts" in words("evidence: award, then: [count], at least: 2", veto.format(1))[0]


def test_a_list_that_several_steps_meet_may_say_what_one_of_them_says_too():
    clause = "id: s, title: {zh: 些, en: s}, basis: assumed, evidence: award, then: [count], at least: 1"
    listed = f"requirements:\n  some: [{{{clause}}}]\n"
    meets = ("evidence: award, then: [count], at least: 2", "meets: some")
    once = ladder_of(*meets).replace(b"rungs:\n", listed.encode() + b"rungs:\n", 1)
    assert [one.where for one in said(once)] == ["requirements.some[s]"]
    again = once + RENEWAL.format("meets: some").encode()
    assert [one.en for one in said(again)] == []


def test_who_is_counted_on_a_panel_has_a_term_that_there_is():
    ladder = shipped("erqi-teacher.yaml").decode().replace("tables:\n", f"{DEGREE}tables:\n", 1)
    of = "composition: [{{id: m, title: {{zh: 硕士, en: m}}, only: {{degree: {}}}, at least: 1/3, basis: assumed}}]"
    for term, known in (("master", True), ("masters", False)):
        data = ladder.replace("        seats: 7\n", f"        seats: 7\n        {of.format(term)}\n", 1)
        found = [one.en for one in check_file(data.encode(), "x", CATALOGUE)]
        assert ('"masters" is no term of "degree"' not in found) == known


def test_rungs_held_follow_from_fewer_rungs_held():
    assert words("holds: [a], ladder: other", "holds: [b], ladder: other") == []
    assert "adds nothing" in words("holds: [a], ladder: other", "has held: [a, b], ladder: other")[0]


# ------------------------------------------------------------------------------------------------- steps and renewals

RENEWAL = """  - from: two
    to: two
    kind: renewal
    clauses: [{{id: r, title: {{zh: 续, en: r}}, basis: assumed, {}}}]
"""


@pytest.mark.parametrize(
    ("renewal", "harder"),
    [
        ("evidence: award, then: [within: last 3 years, count], at least: 2", False),
        ("evidence: award, then: [within: last 3 years, count], at least: 1", False),
        ("evidence: award, then: [within: last 3 years, count], at least: 3", True),
        ("evidence: award, then: [within: last 2 years, count], at least: 2", True),
        ("evidence: award, then: [within: last 2 years, count], at least: 1", False),
        ("evidence: paper, then: [within: last 1 year, count], at least: 9", False),
    ],
)
def test_a_renewal_is_harder_only_where_it_asks_for_more_of_the_same(renewal: str, harder: bool):
    found = words("evidence: award, then: [within: last 3 years, count], at least: 2", more=RENEWAL.format(renewal))
    assert found == (['the renewal is harder than the grant: "c0" asked for less'] if harder else [])


def test_a_renewal_is_not_harder_where_one_way_to_the_rung_asked_for_as_much():
    other = """  - from: one
    to: two
    way: other
    clauses:
      - {id: o, title: {zh: 他, en: o}, basis: assumed, evidence: award, then: [count], at least: 9}
"""
    more = other + RENEWAL.format("evidence: award, then: [count], at least: 3")
    text = ladder_of("evidence: award, then: [count], at least: 2", more=more).decode()
    named = text.replace("    to: two\n    clauses", "    to: two\n    way: usual\n    clauses", 1)
    assert said(named.encode()) == []


def test_a_day_that_is_due_is_held_against_the_day_of_its_own_document():
    rules = 'title: {zh: 办法, en: rules}, issuer: {zh: 局, en: bureau}, status: in force, dated: "2024-06-06"'
    documents = f"documents:\n  rules: {{{rules}}}\n"
    due = '{{id: d, title: {{zh: 期, en: d}}, basis: {}, evidence: award, then: [count], at least: 1, due: "{}"}}'
    for basis, day, late in (
        ("{document: rules, passage: 一}", date(2024, 6, 5), True),
        ("{document: rules, passage: 一}", date(2024, 6, 6), False),
        ("assumed", date(2000, 1, 1), False),
    ):
        text = ladder_of("holds: [one]").decode().replace("rungs:\n", f"{documents}rungs:\n", 1)
        found = [one.en for one in said(f"{text}      - {due.format(basis, day)}\n".encode())]
        assert ("it was due on 2024-06-05, before the document's own day 2024-06-06" in found) == late


def test_a_lateral_move_is_no_circle_and_an_end_may_have_one():
    clauses = "    clauses: [{id: b, title: {zh: 回, en: b}, basis: assumed, holds: [two]}]\n"
    back = "  - from: two\n    to: one\n    kind: lateral\n" + clauses
    assert words("holds: [one]", more=back) == []
    assert "lead in a circle" in str(words("holds: [one]", more=back.replace("    kind: lateral\n", "")))


def test_rows_of_a_table_are_asked_for_by_the_rungs_of_the_steps_that_there_are():
    table = "  pair: {by: [from, to], columns: [few], rows: {one two: [1], two one: [2]}}\n"
    data = ladder_of("years since: service, at least: pair.few").replace(b"rungs:\n", table.encode() + b"rungs:\n", 1)
    (row,) = [one for one in check_file(data, "x", CATALOGUE) if one.en.startswith("no step asks")]
    assert row.where == "tables.pair.rows.two one"
