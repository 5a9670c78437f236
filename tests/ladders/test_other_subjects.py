"""A group through its members, a mentor through mentees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ladders.reference.verdict import Row
from tests.ladders.examples import ALWAYS, TODAY, found, member, of, on, verdict
from tests.ladders.strategies import ONE

THROUGH = {"evidence": "training", "through": "members", "then": ["count"], "at least": 1}


def test_a_members_evidence_counts_on_the_days_inside_the_membership():
    rows = [of(1, on(date(2025, day, 1), 10 + day)) for day in range(1, 6)]
    joined = [member(1, date(2025, 2, 1), date(2025, 4, 1))]
    assert verdict([THROUGH], training=rows, member=joined).evidence == (12, 13, 14)


def test_who_joined_twice_counts_once():
    row = of(1, on(date(2025, 5, 1)))
    joined = [member(1, date(2025, 1, 1)), member(1, date(2025, 4, 1), position=4, role="core")]
    assert found(THROUGH, training=[row], member=joined).low == 1
    over_a_month = replace(row, last=date(2025, 5, 31))
    joined = [member(1, date(2025, 1, 1)), member(1, date(2025, 5, 9), position=4, role="core")]
    assert found(THROUGH, training=[over_a_month], member=joined).low == 1


def test_a_row_across_the_edge_of_a_membership_is_unsure():
    row = of(1, on(date(2025, 5, 1), last=date(2025, 5, 31)))
    finding = found(THROUGH, training=[row], member=[member(1, date(2025, 5, 10))])
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 0, 1)


def test_only_the_roles_named_count_and_members_can_be_told_apart():
    rows = [
        of(person, on(TODAY, 10 + n, amount=amount)) for n, (person, amount) in enumerate([(1, 20), (1, 30), (2, 50)])
    ]
    joined = [member(1, date(2025, 1, 1), role="host"), member(2, date(2025, 1, 1), position=4)]
    assert found({**THROUGH, "roles": ["host"]}, training=rows, member=joined).low == 2
    best = {**THROUGH, "then": [{"best per": "member"}, "sum"]}
    assert found(best, training=rows, member=joined).low == 30 + 50


def test_a_mentors_mentees_count_for_the_mentor():
    promoted = Row(2, date(2025, 9, 1), date(2025, 9, 1), recorded=7, known=7, attributes={**ONE, "rung": "two"})
    mentored = [Row(0, date(2025, 1, 1), date(2025, 1, 1), recorded=3, attributes={"member": 2})]
    clause = {"evidence": "standing", "through": "mentees", "then": [{"only": {"rung": "two"}}, "count"], "at least": 1}
    assert verdict([clause], standing=[ALWAYS, promoted], mentee=mentored).evidence == (7,)
