"""Case files: what domain people write, what they get back where a ladder says something else, and what is refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from ladders.cases.remarks import check_cases
from ladders.cases.rows import columns_of
from ladders.cases.trying import Tried, load_cases, tried
from ladders.problems import LadderError
from ladders.reading.loading import load, load_catalogue, shipped, shipped_ladders
from ladders.reference.verdict import Row

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
LADDER = load(
    """
format: jieti-ladder/1
id: small
title: {zh: 小, en: small}
subject: person
rungs:
  - {id: one, title: {zh: 一, en: one}}
  - {id: two, title: {zh: 二, en: two}, end: true}
routes:
  r:
    stages: [{id: s, title: {zh: 评, en: s}, body: {zh: 组, en: b}, seats: 3, quorum: 2,
              threshold: more than 1/2 of present, days: 3}]
    notice working days: 5
steps:
  - to: one
    route: r
    clauses:
      - {id: hours, title: {zh: 学时, en: hours}, evidence: training, then: [within: last 3 years, sum], at least: 72,
         basis: assumed}
      - {id: score, title: {zh: 评分, en: score}, evidence: evaluation, then: [within: last 2 years, mean],
         at least: 80, basis: assumed}
  - from: one
    to: two
    route: r
    clauses:
      - {id: years, title: {zh: 年限, en: years}, years since: rung, at least: 2, basis: assumed}
""".encode(),
    "small.yaml",
)
HEAD = "format: jieti-cases/1\nladder: small\nas of: 2026-06-30\ncases:\n"


def outcomes(cases: str) -> list[Tried]:
    file, root = load_cases((HEAD + cases).encode(), "small.cases.yaml", LADDER)
    return list(tried(file, root, LADDER, CATALOGUE))


def the_one(cases: str) -> Tried:
    (found,) = outcomes(cases)
    return found


def refusal(cases: str, head: str = HEAD) -> str:
    with pytest.raises(LadderError) as refused:
        load_cases((head + cases).encode(), "small.cases.yaml", LADDER)
    return str(refused.value)


def test_a_case_that_comes_out_as_expected_says_nothing_more():
    found = the_one(
        "- {name: a, step: {to: one}, expect: met, measured: {hours: 72, score: 80.5},\n"
        "   evidence: {training: [{day: 2026-01-01, amount: 36, times: 2}],\n"
        "              evaluation: [{day: 2026-01-01, amount: 80}, {day: 2026-01-02, amount: 81}]}}"
    )
    assert found.passed
    assert (found.step, found.outcome, found.as_of) == ("→one", "met", date(2026, 6, 30))


def test_a_case_that_comes_out_otherwise_shows_expected_against_found_and_the_evidence_that_counted():
    found = the_one(
        "- {name: a, step: {to: one}, expect: met, failing: [],\n"
        "   evidence: {training: [{day: 2026-01-01, amount: 71.5}],\n"
        "              evaluation: [{day: 2026-01-01, amount: 80}]}}"
    )
    verdict, hours = found.differences
    assert (verdict.what, verdict.expected, verdict.found) == ("verdict", "met", "not met")
    assert (hours.what, hours.expected, hours.found) == ("hours", "not failing", "not met (71.5)")
    assert hours.evidence == ("training 2026-01-01 71.5",)


def test_a_case_that_was_to_be_met_names_the_clauses_that_are_not():
    found = the_one(
        "- {name: a, step: {to: one}, expect: met, evidence: {evaluation: [{day: 2026-01-01, amount: 79}]}}"
    )
    assert [(one.what, one.found) for one in found.differences] == [
        ("verdict", "not met"), ("hours", "not met (0)"), ("score", "not met (79)"),
    ]  # fmt: skip


def test_a_clause_that_was_to_fail_and_does_not_is_a_difference():
    found = the_one(
        "- {name: a, step: {to: one}, failing: [score], evidence: {training: [{day: 2026-01-01, amount: 72}],\n"
        "              evaluation: [{day: 2026-01-01, amount: 80}]}}"
    )
    assert [(one.what, one.expected, one.found) for one in found.differences] == [("score", "not met", "met (80)")]


@pytest.mark.parametrize(
    ("expected", "differs"),
    [("72", False), ("[72, 72]", False), ("71", True), ("at least 72", True), ("nothing", True), ("144/2", False)],
)
def test_measured_values_are_compared_exactly(expected: str, differs: bool):
    found = the_one(
        f"- {{name: a, step: {{to: one}}, measured: {{hours: {expected}}},\n"
        "   evidence: {training: [{day: 2026-01-01, amount: 72}]}}"
    )
    assert bool(found.differences) is differs


def test_a_day_known_to_the_month_gives_a_range():
    found = the_one(
        "- {name: a, step: {to: one}, as of: 2026-06-15, unknown: [hours, score], failing: [],\n"
        "   measured: {hours: [24, 72], score: nothing},\n"
        "   evidence: {training: [{day: 2023-06, amount: 48}, {day: 2026-01-01, amount: 24}]}}"
    )
    assert found.passed


def test_without_a_step_the_one_that_the_file_or_the_ladder_leaves_is_meant():
    assert [one.step for one in outcomes("- {name: a, expect: not met}")] == ["→one"]
    head = HEAD.replace("cases:", "step: {to: two}\ncases:")
    file, root = load_cases(
        (head + "- {name: a, standings: [{rung: one, from: 2024-06-30}], expect: met}").encode(), "c", LADDER
    )
    assert [one.step for one in tried(file, root, LADDER, CATALOGUE)] == ["one→two"]


def test_the_rung_on_which_somebody_would_be_placed_can_be_expected():
    held = "standings: [{rung: one, from: 2024-06-30}]"
    assert the_one(f"- {{name: a, {held}, placed: two}}").passed
    found = the_one(f"- {{name: a, {held}, placed: one}}")
    assert [(one.what, one.expected, one.found) for one in found.differences] == [("placed", "one", "two")]


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ("- {name: a, step: {to: one}}", "it does not say what is expected"),
        ("- {name: a, step: {to: three}, expect: met}", "there is no such step"),
        ("- {name: a, step: {to: one}, failing: [hour]}", "did you mean: hours"),
        ("- {name: a, step: {to: one}, expect: maybe}", "is not one of the choices"),
        ("- {name: a, step: {to: one}, expect: met, evidence: {training: [{amount: 3}]}}", "on which day"),
        ("- {name: a, step: {to: one}, expect: met, born: 1990-02-30}", "is not a day"),
        ("- {name: a, step: {to: one}, expect: met, standings: [{rung: one}]}", '"from" is missing'),
        ("- {name: a, step: {to: one}, measured: {hours: many}}", "is not a value"),
        ("- {name: a, step: {to: one}, expect: met, evidences: {}}", '"evidences" is not known here'),
    ],
)
def test_what_a_case_cannot_say_is_refused_with_its_line(cases: str, said: str):
    text = refusal(cases)
    assert said in text
    assert text.startswith("small.cases.yaml:5:")


def test_cases_of_another_ladder_are_refused():
    assert 'these cases are for "other"' in refusal("- {name: a, expect: met}", HEAD.replace("small", "other"))


def test_rows_become_columns_in_their_stated_order():
    rows = {
        "training": [Row(0, date(2026, 1, n), date(2026, 1, n), n, amount=n, attributes={"level": "a"}) for n in (2, 1)]
    }
    columns = columns_of(rows, 1)
    assert columns.rows("training").amount.tolist() == [1, 2]
    assert columns.terms == {"level": ("a",)}


def test_values_read_as_exact_fractions():
    file, _ = load_cases((HEAD + "- {name: a, step: {to: one}, measured: {hours: 1/3}}").encode(), "c", LADDER)
    assert file.cases[0].measured["hours"] == (Fraction(1, 3), Fraction(1, 3))


@pytest.mark.parametrize("name", shipped_ladders())
def test_every_shipped_ladder_stands_its_cases(name: str):
    ladder = load(shipped(name), name)
    cases = name.replace(".yaml", ".cases.yaml")
    file, root = load_cases(shipped(cases), cases, ladder)
    assert [(one.name, one.differences) for one in tried(file, root, ladder, CATALOGUE) if not one.passed] == []
    assert check_cases(file, root, cases, ladder, CATALOGUE) == ()
    assert len(file.cases) >= 2 * len({str(step.clauses) for step in ladder.steps})
