"""A rung can be lost before its term ends: a removal is held against its holders as every step is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from events.facts import Settings
from ladders.cases.rows import columns_of
from ladders.checking.graph import graph_of, loops
from ladders.evaluating.explanation import explain
from ladders.evaluating.removals import asks_of_strangers, can_turn_met_by_time
from ladders.evaluating.verdict import assess, evidence_used
from ladders.model.ladder import Ladder, RemovalStep
from ladders.prose.articles import clause_prose, prose
from ladders.question import Question, digest
from ladders.reading.loading import load, load_catalogue, read, shipped
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.strategies import ladder_of
from tests.ladders.test_check import changed

QINYUAN = "qinyuan-chief-teacher.yaml"
CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
TODAY = date(2026, 6, 30)
ASKED = Question(TODAY, 1000, CATALOGUE, Settings())


def chief() -> Ladder:
    """The chief teachers' ladder."""
    return load(shipped(QINYUAN), QINYUAN)


def holds(subject: int, rung: str, since: date = date(2025, 1, 1), until: date = date.max) -> Row:
    """A standing of the chief teachers' ladder."""
    return Row(subject, since, since, 1, until=until, attributes={"ladder": "qinyuan-chief-teacher", "rung": rung})


def violation(subject: int, day: date, severity: str, position: int = 5) -> Row:
    """A violation of ethics."""
    return Row(subject, day, day, position, known=position, attributes={"severity": severity})


EVIDENCE = {
    "standing": [holds(0, "chief-teacher"), holds(1, "chief-teacher"), holds(2, "trainee")],
    "violation": [
        violation(0, date(2023, 3, 1), "serious", 5),
        violation(1, date(2026, 3, 1), "minor", 6),
        violation(2, date(2026, 3, 1), "serious", 7),
        violation(3, date(2026, 3, 1), "serious", 8),
    ],
}
"""A chief teacher with a serious violation, one with a minor one, a trainee and somebody outside with serious ones."""


@pytest.mark.parametrize(
    ("rung", "removal", "outcomes"),
    [
        ("chief-teacher", "ethics", ["met", "not met", "not examined", "not examined"]),
        ("chief-teacher", "under-inquiry", ["not met", "met", "not examined", "not examined"]),
        ("trainee", "ethics", ["not examined", "not examined", "met", "not examined"]),
    ],
)
def test_a_removal_is_held_against_whoever_holds_the_rung_by_both_evaluators(
    rung: str, removal: str, outcomes: Sequence[str]
):
    ladder = chief()
    step, columns = ladder.removal_step(rung, removal), columns_of(EVIDENCE, 4)
    fast = assess(ladder, step, columns, np.arange(4, dtype=np.int32), ASKED)
    assert [fast.outcome_of(one) for one in range(4)] == outcomes
    for one in range(4):
        slow = reference.assess(ladder, step, EVIDENCE, one, ASKED)
        assert (slow.outcome, slow.findings) == (fast.outcome_of(one), fast.findings(one))
        assert slow.evidence == evidence_used(ladder, step, columns, one, ASKED)
        told = explain(ladder, step, columns, one, ASKED)
        assert (told.outcome, told.findings) == (slow.outcome, slow.findings)


def test_the_evidence_of_a_removal_is_the_event_that_recorded_it():
    ladder = chief()
    step = ladder.removal_step("chief-teacher", "ethics")
    assert evidence_used(ladder, step, columns_of(EVIDENCE, 4), 0, ASKED) == (5,)


def test_an_explanation_says_when_a_removal_no_longer_holds():
    ladder = chief()
    step = ladder.removal_step("chief-teacher", "under-inquiry")
    told = explain(ladder, step, columns_of(EVIDENCE, 4), 1, ASKED)
    assert told.clauses[0].next_change == date(2027, 3, 1)


def test_a_removal_is_no_step_of_the_ladder_and_no_edge_of_its_graph():
    ladder = chief()
    step = ladder.removal_step("trainee", "ethics")
    assert isinstance(step, RemovalStep)
    assert (step.id, step.from_, step.to, step.route, step.term) == ("trainee×ethics", "trainee", "trainee", None, None)
    assert step.id not in {one.id for one in ladder.steps}
    assert not graph_of(ladder).has_edge("trainee", "trainee")
    assert loops(ladder) == ()


def test_verdicts_on_a_removal_and_on_a_step_never_have_the_same_digest():
    ladder = chief()
    step = ladder.removal_step("trainee", "ethics")
    found = reference.assess(ladder, step, EVIDENCE, 2, ASKED)
    assert digest(step.id, found.outcome, found.findings) != digest("trainee→trainee", found.outcome, found.findings)


@pytest.mark.parametrize(("rung", "removal"), [("trainee", "under-inquiry"), ("chief-teacher", "none"), ("host", "x")])
def test_a_removal_that_there_is_not_is_a_key_error(rung: str, removal: str):
    with pytest.raises(KeyError):
        chief().removal_step(rung, removal)


def test_all_clauses_are_walked_with_the_place_where_they_stand():
    data = shipped(QINYUAN)
    ladder, lines = read(data, QINYUAN)
    places = [(path, step.id, clause.id) for path, step, clause in ladder.walk()]
    assert places[:3] == [
        (("rungs", 0, "removals", 0, "clauses", 0), "trainee×ethics", "violations"),
        (("rungs", 1, "removals", 0, "clauses", 0), "chief-teacher×ethics", "violations"),
        (("rungs", 1, "removals", 1, "clauses", 0), "chief-teacher×under-inquiry", "violations"),
    ]
    assert {step for _, step, _ in places[3:]} == {one.id for one in ladder.steps}
    problem = lines.problem(places[2][0], "某", "some")
    assert problem.where == "rungs[1].removals[under-inquiry].clauses[violations]"
    assert b"id: violations" in data.splitlines()[problem.line - 1]


def test_a_number_is_looked_up_in_the_row_of_the_rung_that_is_held():
    data = changed(
        QINYUAN,
        ("lessons]", "lessons, bar]"),
        ("80,      1]", "80,      1,   2]"),
        ("85,      2]", "85,      2,   1]"),
        ("count]\n            at least: 1", "count]\n            at least: rung.bar"),
    )
    ladder = load(data, QINYUAN)
    step = ladder.removal_step("trainee", "ethics")
    assert reference.assess(ladder, step, EVIDENCE, 2, ASKED).outcome == "not met"
    twice = {**EVIDENCE, "violation": [*EVIDENCE["violation"], violation(2, date(2026, 4, 1), "minor", 9)]}
    assert reference.assess(ladder, step, twice, 2, ASKED).outcome == "met"
    assert "不少于 2" in clause_prose(ladder, step, step.clauses[0], "zh", CATALOGUE)


def test_removals_are_read_aloud():
    zh = prose(chief(), "zh", CATALOGUE)
    assert (
        " 首席教师培养对象：师德违规（撤销）。下列各项全部符合时，随时退出：\n"
        "  （一）近一年师德违规：师德违规：近 1 年，计项数，不少于 1〔假定，无文件依据〕\n"
    ) in zh
    en = prose(chief(), "en", CATALOGUE)
    assert "chief teacher: a minor violation of ethics, to be looked into (suspended), as soon as all of these" in en


def test_a_standing_that_is_over_cannot_be_lost():
    ladder = chief()
    over = {**EVIDENCE, "standing": [holds(0, "chief-teacher", until=TODAY - timedelta(days=1))]}
    step = ladder.removal_step("chief-teacher", "ethics")
    assert reference.assess(ladder, step, over, 0, ASKED).outcome == "not examined"


# ------------------------------------------------------------------------------------------- by time alone, or not


def papers(*lines: Any, **more: Any) -> dict[str, Any]:
    """A clause that asks for a paper, unless something else is asked."""
    asked = {"at least": 1} if not any(key in more for key in ("at most", "less than", "more than")) else {}
    return {"evidence": "paper", "then": list(lines), **asked, **more}


COUNTED = papers({"within": "last 3 years"}, "count")


@pytest.mark.parametrize(
    "clause",
    [
        COUNTED,
        papers({"within": "last 3 years"}, {"only": {"level": "city"}}, {"best per": "work"}, "count"),
        papers("count", **{"more than": 2}),
        papers({"within": "last 1 year"}, {"count per": "school year"}, {"cap": 1}, "sum"),
        {"evidence": "training", "then": [{"sum per": "topic"}, "sum", {"cap": 9}], "at least": 5},
        {"any": [COUNTED, COUNTED]},
        {"all": [COUNTED, {"of": [COUNTED, COUNTED], "at least": 2}]},
    ],
)
def test_rows_that_leave_a_window_never_make_enough_of_them(clause: dict[str, Any]):
    ladder = ladder_of([COUNTED, clause])
    assert not can_turn_met_by_time(ladder.steps[0], ladder)


@pytest.mark.parametrize(
    "clause",
    [
        papers({"within": "last 3 years"}, "count", **{"at most": 0}),
        papers({"within": "last 3 years"}, "count", **{"less than": 2}),
        papers({"within": "last 3 years"}, "count", **{"at least": 1, "at most": 5}),
        papers({"within": "last 3 years"}, "count", absent="met"),
        {"none": [COUNTED]},
        {"any": [COUNTED, {"none": [COUNTED]}]},
        {"years since": "rung", "at least": 5},
        {"holds": ["three"]},
        {"evidence": "standing", "then": ["count"], "at least": 1},
        {"evidence": "score", "then": ["mean"], "at least": 60},
        {"evidence": "training", "then": ["best"], "at least": 6},
        {"evidence": "training", "then": [{"latest per": "topic"}, "sum"], "at least": 6},
        {"evidence": "training", "then": [{"best per": "work"}, {"only": {"level": "city"}}, "count"], "at least": 6},
        papers({"within": "last 2 full school years"}, "count"),
        papers({"within": "next 1 year"}, "count"),
        papers({"within": "last 3 years", "skipping": {"evidence": "paper"}}, "count"),
        papers({"only": {"level": "own.level"}}, "count"),
        papers({"times": 2}, "count"),
        papers("count", **{"at least": {"measure": "other"}}),
        papers("count", between=[1, 3]),
        papers("count", when=COUNTED),
        papers("count", dispensation="waive"),
        papers("count", due="2026-08-31"),
        papers("count", **{"as of": "end of last school year"}),
        {"evidence": ["paper", "standing"], "then": ["count"], "at least": 1},
        {"any": [COUNTED, COUNTED], "one item serves once": True},
    ],
)
def test_whatever_else_is_asked_may_come_true_by_itself(clause: dict[str, Any]):
    ladder = ladder_of([COUNTED, clause])
    assert can_turn_met_by_time(ladder.steps[0], ladder)


def test_what_cannot_turn_met_by_time_never_does_on_random_days():
    ladder = ladder_of([papers({"within": "last 3 years"}, {"best per": "work"}, "count", **{"at least": 2})])
    assert not can_turn_met_by_time(ladder.steps[0], ladder)
    rows = [
        Row(0, date(2020, 1, 1) + timedelta(days=97 * n % 1500), date(2020, 1, 1), n + 2, known=n + 2)
        for n in range(12)
    ]
    rows = [replace(row, last=row.first, attributes={"work": f"w{n % 5}"}) for n, row in enumerate(rows)]
    standing = Row(0, date(2019, 1, 1), date(2019, 1, 1), 1, attributes={"ladder": "test", "rung": "one"})
    met_before = True
    seen = set()
    for days in range(0, 2500, 30):
        asked = replace(ASKED, as_of=date(2024, 3, 1) + timedelta(days=days))
        met = reference.assess(ladder, ladder.steps[0], {"standing": [standing], "paper": rows}, 0, asked).outcome
        assert met_before or met != "met"
        met_before = met == "met"
        seen.add(met)
    assert seen == {"met", "not met"}


def test_the_shipped_removals_need_no_look_on_days_on_which_nothing_was_recorded():
    ladder = chief()
    steps = [ladder.removal_step(rung.id, one.id) for rung in ladder.rungs for one in rung.removals]
    assert len(steps) == 3
    assert not any(can_turn_met_by_time(step, ladder) for step in steps)


# ---------------------------------------------------------------------------------------------- on whom it may hang


@pytest.mark.parametrize(
    "clause",
    [
        COUNTED,
        papers("count", through="members"),
        {"any": [COUNTED, {"none": [papers("count", through="mentees")]}]},
    ],
)
def test_a_removal_hangs_on_its_holder_and_on_members_and_mentees(clause: dict[str, Any]):
    ladder = ladder_of([clause])
    assert not asks_of_strangers(ladder.steps[0], ladder)


@pytest.mark.parametrize(
    "clause",
    [
        papers("count", through="teachers"),
        papers("count", through=["studios", "members"]),
        papers("count", {"rank per": "topic"}),
        {"asked of": "members", "each": COUNTED, "at least": "all"},
        {"any": [COUNTED, papers("count", when=papers("count", through="groups"))]},
    ],
)
def test_a_removal_that_may_hang_on_anybody_is_held_against_everybody(clause: dict[str, Any]):
    ladder = ladder_of([COUNTED, clause])
    assert asks_of_strangers(ladder.steps[0], ladder)
