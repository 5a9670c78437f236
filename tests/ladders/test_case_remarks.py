"""Case files that say what cannot be: each is handed back with its line, before anything is tried."""

from __future__ import annotations

import pytest

from ladders.cases.remarks import MOST, check_cases
from ladders.cases.trying import load_cases
from ladders.reading.loading import load, load_catalogue, shipped

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
CHIEF = load(shipped("qinyuan-chief-teacher.yaml"), "qinyuan-chief-teacher.yaml")
HEAD = "format: jieti-cases/1\nas of: 2026-06-30\n"
SHEET = "panels:\n- {name: a, route: chief, stage: school-inspection, expect: {outcome: approved},\n   ballots: {"
VOTES = "panels:\n- {name: a, route: chief, stage: group-review, expect: {outcome: approved},\n   ballots: {"


def remarks(text: str) -> list[str]:
    file, root = load_cases((HEAD + text).encode(), "c.yaml", CHIEF)
    return [
        f"{one.line}: {one.en} {one.mend_en}".strip() for one in check_cases(file, root, "c.yaml", CHIEF, CATALOGUE)
    ]


def told(who: str) -> list[str]:
    """What is said of a subject, written on line 5."""
    return remarks(f"cases:\n- {{name: a, step: {{to: trainee}}, expect: met,\n   {who}}}")


def evidence(rows: str) -> list[str]:
    return told(f"evidence: {{{rows}}}")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("training: [{day: 2026-01-01, amount: 1.23456}]", "1.23456 has more than"),
        ("training: [{day: 2026-01-01, amount: -1}]", "-1 is below zero"),
        ("trainings: [{day: 2026-01-01}]", 'the catalogue has no kind "trainings"'),
        ("violation: [{day: 2026-01-01, amount: 3}]", '"violation" has no amount take the amount away'),
        ("training: [{day: 2026-01-01, amount: 1, levle: school}]", 'no attribute "levle"'),
        ("training: [{day: 2026-01-01, amount: 1, level: moon}]", '"moon" is no term of "level"'),
        ("training: [{from: 2026-01-01, until: 2026-02-01, amount: 1}]", '"training" does not last write day:'),
        ("standing: [{day: 2026-01-01}]", '"standing" is told under standings write: standings'),
    ],
)
def test_evidence_is_held_against_its_catalogue(rows: str, said: str):
    (found,) = evidence(rows)
    assert found.startswith("5: ")
    assert said in found


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("standings: [{rung: nowhere, from: 2026-01-01}]", 'the ladder has no rung "nowhere"'),
        ("standings: [{rung: trainee, from: 2026-01-01, until: 2025-01-01}]", "it ends before it begins"),
        ("dispensations: [{clause: nothing, from: 2026-01-01}]", 'the ladder has no clause "nothing"'),
        ("members: [{evidence: {trainings: [{day: 2026-01-01}]}}]", 'no kind "trainings"'),
        ("mentees: [{standings: [{rung: nowhere, from: 2026-01-01}]}]", 'no rung "nowhere"'),
    ],
)
def test_what_a_subject_holds_is_held_against_the_ladder(who: str, said: str):
    (found,) = told(who)
    assert found.startswith("5: ")
    assert said in found


def test_standings_on_other_ladders_may_be_on_any_rung():
    assert told("standings: [{ladder: elsewhere, rung: nowhere, from: 2026-01-01}]") == []


def test_others_of_a_case_are_looked_at_too():
    (found,) = told("others: [{evidence: {trainings: [{day: 2026-01-01}]}}]")
    assert 'no kind "trainings"' in found


def test_a_case_of_millions_of_rows_is_refused_before_they_are_made():
    (found,) = told("members: [{times: 999, evidence: {lesson: [{day: 2026-01-01, times: 999}]}}]")
    assert f"{MOST:,} are the most" in found


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        (VOTES + "99: for}}", "there is no seat 99"),
        (VOTES + "1: {teaching: 80}}}", "this stage votes write for, against or abstain"),
        (SHEET + "1: for}}", "this stage fills in a score sheet"),
        (SHEET + "1: {dancing: 80}}}", 'the sheet has no item "dancing"'),
    ],
)
def test_a_panel_has_its_seats_and_takes_its_kind_of_ballot(panel: str, said: str):
    assert any(said in found for found in remarks(panel))


def sheet(*marks: str) -> list[str]:
    items = next(stage for stage in CHIEF.routes["chief"].stages if stage.id == "school-inspection").sheet
    assert items is not None
    given = marks * len(items.items) if len(marks) == 1 else marks
    return remarks(SHEET + f"1: {{{', '.join(f'{i.id}: {m}' for i, m in zip(items.items, given, strict=False))}}}}}}}")


def test_marks_are_within_the_full_mark_and_of_every_item():
    assert sheet("80") == []
    assert all("is above the full mark" in found for found in sheet("101"))
    assert all("is below zero" in found for found in sheet("-1"))
    assert all("decimal places" in found for found in sheet("80.123"))
    assert sheet("not applicable") == ["5: no item is marked mark one item at least"]
    (lacking,) = sheet("80", "80")
    assert "marks are missing" in lacking


def test_a_list_names_each_candidate_once_and_orders_by_what_its_route_orders_by():
    found = remarks(
        "lists:\n- {name: a, route: chief, expect: {},\n"
        "   candidates: [{id: a, values: {recognition: 90}}, {id: a, values: {charm: 80}}]}"
    )
    assert found[0] == '5: "a" is there twice'
    assert 'this route does not order by "charm"' in found[1]
