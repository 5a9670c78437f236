"""Clauses and what stands beside them, in cases of schools: bars, dispensations, substitutes, lists, moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ladders.reference.verdict import Row
from tests.ladders.examples import ALWAYS, TODAY, found, hours, lasting, member, of, on, training, verdict
from tests.ladders.plain import ONE

YES = training("count", at_least=0)
NO = training("count", at_least=99)
UNKNOWN = {"years since": "birth", "at least": 1}

# ------------------------------------------------------------------------------------------------------- comparisons


def test_between_and_equals_include_their_ends():
    assert [found({**training("sum"), "between": [2, 4]}, training=hours(n)).outcome for n in (19, 20, 40, 41)] == [
        "not met", "met", "met", "not met",
    ]  # fmt: skip
    assert found({**training("sum"), "equals": 2}, training=hours(20)).outcome == "met"
    assert found({**training("sum"), "equals": Decimal("1.9")}, training=hours(20)).outcome == "not met"


def test_a_fraction_is_asked_exactly():
    rows = [on(date(2026, 1, n), 4 + n, amount=100 * (n > 2)) for n in range(1, 4)]
    mean = {"evidence": "score", "then": ["mean"]}
    assert found({**mean, "at least": "1/3"}, score=rows).outcome == "met"
    assert found({**mean, "more than": "1/3"}, score=rows).outcome == "not met"


@pytest.mark.parametrize(
    ("rounding", "outcome"), [({}, "not met"), ({"round": "down"}, "met"), ({"round": "up"}, "not met")]
)
def test_what_is_asked_may_be_computed_from_another_measure(rounding: dict[str, str], outcome: str):
    # A third of the trainings, and one more, must be papers.
    more = {"measures": {"trainings": training("count")}}
    asked = {"measure": "trainings", "times": "1/3", "plus": 1, **rounding}
    papers = {"evidence": "paper", "then": ["count"], "at least": asked}
    said = verdict([papers], more=more, training=hours(1, 1, 1, 1), paper=[on(TODAY, 30), on(TODAY, 31)])
    assert (said.outcome, said.findings[0].low) == (outcome, 2)
    assert said.evidence == (11, 12, 13, 14, 30, 31)


def test_a_computed_number_that_is_a_range_is_held_against_both_its_ends():
    more = {"measures": {"trainings": training({"within": "last 3 years"}, "count")}}
    rows = [*hours(1), on(date(2023, 6, 1), 6, last=date(2023, 7, 31))]  # one or two
    asked = {"measure": "trainings"}
    for papers, outcome in ((0, "not met"), (1, "unknown"), (2, "met")):
        clause = {"evidence": "paper", "then": ["count"], "at least": asked}
        paper = [on(TODAY, 30 + n) for n in range(papers)]
        assert found(clause, more=more, training=rows, paper=paper).outcome == outcome
    unknown = {"evidence": "paper", "then": ["count"], "at least": {"measure": "marks"}}
    marks = {"measures": {"marks": {"evidence": "score", "then": ["best"]}}}
    assert found(unknown, more=marks).outcome == "unknown"


@pytest.mark.parametrize(
    ("start", "to", "outcome"), [("one", "two", "met"), ("one", "three", "not met"), (None, "two", "met")]
)
def test_a_move_is_at_most_two_grades(start: str | None, to: str, outcome: str):
    more = {"tables": {"grade": {"by": "to", "columns": ["n"], "rows": {"one": [2], "two": ["7/2"], "three": [5]}}}}
    clause = {"move": "grade.n", "at most": 2 if start else 4}
    held = [ALWAYS] if start else []
    finding = found(clause, more=more, to={"from": start, "to": to}, standing=held)
    assert finding.outcome == outcome
    assert (finding.low, finding.over) == {("one", "two"): (3, 2), ("one", "three"): (3, 1), (None, "two"): (7, 2)}[
        start, to
    ]


# ------------------------------------------------------------------------------------------- held, refused, dispensed


def test_a_rung_once_held_is_has_held_and_one_in_force_is_holds():
    ended = Row(
        0, date(2020, 9, 1), date(2020, 9, 1), recorded=4, until=date(2022, 8, 31), attributes={**ONE, "rung": "two"}
    )
    assert found({"holds": ["two"]}, standing=[ALWAYS, ended]).outcome == "not met"
    said = verdict([{"has held": ["two"]}], standing=[ALWAYS, ended])
    assert (said.outcome, said.findings[0].low, said.evidence) == ("met", 1, (0, 4))
    for_years = {
        "evidence": "standing",
        "then": [{"only": {"rung": "two"}}, {"length": "years"}, "best"],
        "at least": 2,
    }
    assert found(for_years, standing=[ALWAYS, replace(ended, until=date(2022, 8, 31))]).low == 2


def test_after_a_refusal_two_years_pass_before_the_next_attempt():
    lines = [{"only": {"ladder": "test", "outcome": "declined"}}, {"within": "last 2 years"}, "count"]
    refused = {"none": [{"evidence": "decision", "then": lines, "at least": 1}]}
    ended = on(date(2024, 6, 30), 40, ladder="test", rung="two", outcome="declined", reason="rejected")
    assert verdict([refused], on=date(2026, 6, 29), decision=[ended]).outcome == "not met"
    assert verdict([refused], on=date(2026, 6, 30), decision=[ended]).outcome == "met"
    granted = replace(ended, attributes={**ended.attributes, "outcome": "granted"})
    assert verdict([refused], on=date(2026, 6, 29), decision=[granted]).outcome == "met"


def test_the_score_of_an_earlier_review_is_evidence():
    clause = {"evidence": "decision", "then": ["latest"], "at least": Decimal("85.5")}
    rows = [on(date(2025, 6, 1), 40, amount=8550, ladder="test", rung="two", outcome="granted")]
    finding = found(clause, decision=rows)
    assert (finding.outcome, finding.low, finding.over) == ("met", 8550, 100)


def dispensed(amount: int, clause: str = "c0", until: date = date.max, ladder: str = "test") -> Row:
    """A dispensation: the number lowered to this many millionths, or -1."""
    return replace(lasting(date(2026, 1, 1), until, 50, ladder=ladder, clause=clause), amount=amount)


def test_a_dispensation_lowers_one_clause_for_its_time_and_no_further_than_allowed():
    clause = {**training("sum", at_least=10), "dispensation": {"down to": 4}}
    asked: dict[str, Any] = {"training": hours(50)}
    assert found(clause, **asked).outcome == "not met"
    said = verdict([clause], dispensation=[dispensed(5_000_000)], **asked)
    assert (said.outcome, said.evidence) == ("met", (11, 50))
    assert found(clause, dispensation=[dispensed(5_000_001)], **asked).outcome == "not met"
    assert found(clause, dispensation=[dispensed(0)], training=hours(39)).outcome == "not met"
    assert found(clause, dispensation=[dispensed(0)], training=hours(40)).outcome == "met"
    for other in (
        dispensed(0, "c1"),
        dispensed(0, ladder="other"),
        dispensed(0, until=date(2026, 6, 29)),
        dispensed(-1),
    ):
        assert found(clause, dispensation=[other], **asked).outcome == "not met"
    assert found(clause, dispensation=[dispensed(9_000_000), dispensed(5_000_000)], **asked).outcome == "met"


def test_a_waived_clause_is_met_and_still_says_what_was_measured():
    clause = {**training("sum", at_least=10), "dispensation": "waive"}
    said = verdict([clause], dispensation=[dispensed(-1)], training=hours(50))
    assert (said.outcome, said.findings[0].low, said.evidence) == ("met", 50, (11, 50))
    assert found({**UNKNOWN, "dispensation": "waive"}, dispensation=[dispensed(-1)]).outcome == "met"
    assert found(clause, dispensation=[dispensed(0)], training=hours(50)).outcome == "not met"
    not_open = training("sum", at_least=10)
    assert found(not_open, dispensation=[dispensed(-1)], training=hours(50)).outcome == "not met"


# ---------------------------------------------------------------------------------------- conditions beside a clause


@pytest.mark.parametrize(
    ("clause", "beside", "outcome"),
    [
        (NO, YES, "met"), (NO, NO, "not met"), (NO, UNKNOWN, "unknown"), (YES, UNKNOWN, "met"),
        (UNKNOWN, NO, "unknown"), (UNKNOWN, YES, "met"),
    ],
)  # fmt: skip
def test_unless_stands_in_for_a_clause(clause: dict[str, Any], beside: dict[str, Any], outcome: str):
    assert verdict([{**clause, "unless": beside}]).outcome == outcome


@pytest.mark.parametrize(
    ("clause", "beside", "outcome"),
    [
        (NO, YES, "not met"), (NO, NO, "met"), (NO, UNKNOWN, "unknown"), (YES, UNKNOWN, "met"),
        (UNKNOWN, NO, "met"), (UNKNOWN, YES, "unknown"),
    ],
)  # fmt: skip
def test_when_says_for_whom_a_clause_is(clause: dict[str, Any], beside: dict[str, Any], outcome: str):
    assert verdict([{**clause, "when": beside}]).outcome == outcome


def test_conditions_are_reported_after_their_clause_and_before_its_options():
    clause = {"any": [NO, YES], "when": YES, "unless": {**NO, "when": UNKNOWN}}
    findings = verdict([clause, YES]).findings
    said = ["c0", "c0-when", "c0-unless", "c0-unless-when", "c0-0", "c0-1", "c1"]
    assert [one.clause for one in findings] == said
    assert [one.outcome for one in findings] == ["met", "met", "unknown", "unknown", "not met", "met", "met"]


def test_an_advisory_clause_is_reported_and_blocks_nothing():
    advice = {**NO, "strength": "advisory"}
    said = verdict([YES, advice])
    assert (said.outcome, [one.outcome for one in said.findings]) == ("met", ["met", "not met"])
    group = verdict([{"of": [YES, {**YES, "strength": "advisory"}, NO], "at least": 2}])
    assert (group.outcome, group.findings[0].low) == ("not met", 1)
    assert verdict([{"none": [NO, {**YES, "strength": "advisory"}]}]).outcome == "met"


@pytest.mark.parametrize(
    ("due", "day", "outcome"),
    [
        ("2026-06-30", date(2026, 6, 30), "unknown"),
        ("2026-06-30", date(2026, 7, 1), "not met"),
        ("3 years after rung", date(2026, 9, 1), "unknown"),
        ("3 years after rung", date(2026, 9, 2), "not met"),
        ("3 years after service", TODAY, "not met"),  # of whom no service is known
    ],
)
def test_what_is_not_yet_due_is_not_yet_not_met(due: str, day: date, outcome: str):
    assert found({**NO, "due": due}, on=day).outcome == outcome
    assert found({**YES, "due": due}, on=day).outcome == "met"


def test_a_dispensation_a_substitute_and_a_condition_work_in_this_order():
    waived = {**NO, "due": "2026-12-31", "dispensation": "waive", "unless": NO, "when": UNKNOWN}
    assert found(waived).outcome == "unknown"
    assert found(waived, dispensation=[dispensed(-1)]).outcome == "met"


# -------------------------------------------------------------------------------------------------- lists and groups

LISTS: dict[str, Any] = {
    "tables": {
        "asked": {
            "by": "to", "columns": ["hours", "below"],
            "rows": {"two": [4, "one"], "three": [9, "two"], "one": [1, "one"]},
        },
    },
    "requirements": {"indicators": [training("sum", at_least="asked.hours"), {**YES, "strength": "advisory"}, YES]},
    "steps": [
        {"from": "two", "to": "three", "clauses": [training("sum", at_least=8)]},
        {"from": "one", "to": "three", "way": "fast", "clauses": [training("sum", at_least=9), YES]},
    ],
}  # fmt: skip


def test_a_named_list_is_met_when_all_of_it_is():
    said = verdict([{"meets": "indicators"}], more=LISTS, training=hours(50))
    assert [one.clause for one in said.findings] == ["c0", "c0/indicators-0", "c0/indicators-1", "c0/indicators-2"]
    assert (said.outcome, said.findings[0].low) == ("met", 2)
    assert verdict([{"meets": "indicators", "to": "three"}], more=LISTS, training=hours(50)).findings[0].low == 1
    below = {"meets": "indicators", "to": "asked.below"}
    assert verdict([below], more=LISTS, training=hours(10)).outcome == "met"


def test_what_another_rung_requires_is_met_on_any_of_the_ways_to_it():
    said = verdict([{"meets": {"to": "three"}}], more=LISTS, training=hours(80))
    assert [one.clause for one in said.findings] == [
        "c0",
        "c0/two→three/s0-0",
        "c0/one→three:fast/s1-0",
        "c0/one→three:fast/s1-1",
    ]
    assert (said.outcome, said.findings[0].low) == ("met", 1)
    assert verdict([{"meets": {"to": "three"}}], more=LISTS, training=hours(70)).outcome == "not met"


SINGLE = training({"only": {"topic": "a"}}, "count", at_least=1)
TWICE = {"all": [SINGLE, training({"only": {"work": "w"}}, "count", at_least=1)]}


def test_one_item_serves_one_clause_only_where_the_ladder_says_so():
    rows = [on(TODAY, 5, topic="a", work="w")]
    assert verdict([TWICE], training=rows).outcome == "met"
    once = {**TWICE, "one item serves once": True}
    said = verdict([once], training=rows)
    assert [one.outcome for one in said.findings] == ["not met", "met", "not met"]
    assert verdict([once], training=[*rows, on(TODAY, 6, work="w")]).outcome == "met"
    assert verdict([once], training=[*rows, replace(rows[0], item=1)]).outcome == "not met"  # both served the first


def test_what_did_not_help_an_option_is_left_for_the_next():
    first = training({"only": {"topic": "a"}}, "count", at_least=2)
    once = {"of": [first, TWICE["all"][1]], "at least": 1, "one item serves once": True}
    said = verdict([once], training=[on(TODAY, 5, topic="a", work="w")])
    assert [one.outcome for one in said.findings] == ["met", "not met", "met"]


def test_a_members_work_serves_once_as_well():
    through = [{**one, "through": "members"} for one in TWICE["all"]]
    rows = [of(1, on(TODAY, 5, topic="a", work="w"))]
    joined = [member(1, date(2025, 1, 1))]
    assert verdict([{"all": through}], training=rows, member=joined).outcome == "met"
    once = {"all": through, "one item serves once": True}
    assert verdict([once], training=rows, member=joined).outcome == "not met"


# ---------------------------------------------------------------------------------------------------------- the step


@pytest.mark.parametrize(("tenths", "rung"), [(19, None), (20, "one"), (50, "two"), (200, "three")])
def test_placed_on_the_highest_rung_whose_step_is_met(tenths: int, rung: str | None):
    more = {"tables": {"least": {"by": "to", "columns": ["hours"], "rows": {"one": [2], "two": [5], "three": [9]}}}}
    clause = training("sum", at_least="least.hours")
    placed = None
    for to in ("one", "two", "three"):
        asked: dict[str, Any] = {"to": {"from": None, "to": to}, "standing": [], "training": hours(tenths)}
        placed = to if verdict([clause], more=more, **asked).outcome == "met" else placed
    assert placed == rung


def test_a_step_for_another_reason_is_examined_like_any_other():
    for trigger in ("right", "duty", "end of term", "yearly"):
        assert verdict([YES], to={"trigger": trigger}).outcome == "met"
        assert verdict([YES], to={"trigger": trigger}, standing=[]).outcome == "not examined"
    assert verdict([YES], to={"kind": "lateral", "from": "two"}).outcome == "not examined"


def test_nothing_is_examined_inside_a_list_or_a_group_of_a_step_that_may_not_be_attempted():
    said = verdict([{"meets": "indicators", "when": {"any": [YES]}}], more=LISTS, standing=[])
    assert [one.clause for one in said.findings][:3] == ["c0", "c0-when", "c0-when-0"]
    assert {one.outcome for one in said.findings} == {"not examined"}
    assert len(said.findings) == 6
