"""Standings lost mid-term: as soon as a removal rule of the ladder is met by whoever holds the rung."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.assessing import assess
from engine.standings import removals
from events.facts import (
    EvidenceRecorded,
    EvidenceVoided,
    MemberJoined,
    StandingRevoked,
    StandingSuspended,
    StandingTakenOver,
)
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole, training
from tests.engine.honours import (
    FIRST,
    IDLE,
    LADDER,
    LAST,
    endings,
    held_on,
    hold,
    reviewed,
    states,
    swept,
    violation,
)
from workflows.acts import EndStanding, ReinstateStanding
from workflows.commands import PublishLadder, Record, Span


@pytest.fixture
def office(at_work: AtWork) -> AtWork:
    """The district of these tests, on 1 June 2026, with a ladder whose masters can lose their standing."""
    at_work.do(PublishLadder, file=LADDER.encode(), in_force_from=date(2020, 1, 1))
    return at_work


def test_a_violation_recorded_mid_term_revokes_with_the_judgement_and_its_evidence(office: AtWork):
    standing = hold(office, "p-1")
    hold(office, "p-2")
    assert endings(swept(office)) == []
    evidence = violation(office, "p-1")
    ((who, day, fact), _) = swept(office)
    assert (who, day) == ("p-1", date(2026, 6, 1))
    assert isinstance(fact, StandingRevoked)
    assert (fact.standing, fact.cause, fact.reason) == (standing, "rule", None)
    assert fact.judgement is not None
    assert (fact.judgement.rule, fact.judgement.outcome, fact.judgement.evidence) == ("ethics", "met", (evidence,))
    assert [(one.clause, one.outcome, one.low) for one in fact.judgement.findings] == [("serious-violations", "met", 1)]
    assert fact.judgement.pins.as_of == day
    assert reviewed(office) == (1, 1)
    assert held_on(office, date(2026, 5, 31)) == {"p-1", "p-2"}
    assert held_on(office, date(2026, 6, 1)) == {"p-2"}
    assert swept(office) == []
    assert_whole(office.district)


def test_the_judgement_comes_out_again_from_what_it_pins(office: AtWork):
    hold(office, "p-1")
    evidence = violation(office, "p-1")
    fact = next(fact for _, _, fact in swept(office) if isinstance(fact, StandingRevoked))
    office.record("p-1", EvidenceVoided(target=evidence, reason="误记"), date(2026, 6, 1))
    assert fact.judgement is not None
    rules = assess.rules_of(office.district, fact.judgement.pins)
    numbers = assess.numbers(office.district, ["p-1"])
    assert removals.judged(rules, "master", "ethics", office.district.columns(), numbers) == [fact.judgement]


def test_a_revocation_comes_before_a_suspension(office: AtWork):
    hold(office, "p-1")
    violation(office, "p-1", "minor")
    violation(office, "p-1", "serious")
    assert endings(swept(office)) == [("p-1", "standing revoked")]


def test_a_rule_of_a_rung_concerns_nobody_on_another(office: AtWork):
    hold(office, "p-1", "fellow")
    violation(office, "p-1")
    assert swept(office) == []


def test_only_holders_who_changed_are_looked_at(office: AtWork):
    for subject in PEOPLE[:5]:
        hold(office, subject)
    swept(office)
    assert reviewed(office) == (5, 0)
    office.record("p-1", training("3"), date(2026, 5, 5))
    office.record("p-7", training("3"), date(2026, 5, 5))
    swept(office)
    assert reviewed(office) == (1, 0)
    before = office.tip()
    office.record("p-8", training("3"), date(2026, 5, 5))
    assert swept(office) == []
    assert office.tip() == before + 1


def test_whoever_is_reinstated_is_looked_at_again(office: AtWork):
    standing = hold(office, "p-1")
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    office.do(EndStanding, **said, effect="suspend", on=date(2026, 6, 1), reason="停职调查")
    violation(office, "p-1")
    assert endings(swept(office)) == []
    office.do(ReinstateStanding, **said, on=date(2026, 6, 1), as_if_never=False, reason="先恢复")
    assert endings(swept(office)) == [("p-1", "standing revoked")]


def test_what_a_group_s_members_did_counts_for_the_group(office: AtWork):
    ladder = (
        LADDER.replace("id: honour", "id: team-honour")
        .replace("subject: person", "subject: studio")
        .replace("evidence: violation", "evidence: violation, through: members")
        .replace("years since: service, at least: 3", "years since: rung, at least: 0")
        .replace(
            "years since: service, at least: 1", "evidence: training, through: members, then: [count], at least: 0"
        )
    )
    office.do(PublishLadder, file=ladder.encode(), in_force_from=date(2020, 1, 1))
    office.record("p-3", MemberJoined(group="g-1", role="core"), date(2024, 1, 1))
    office.record("g-1", StandingTakenOver(ladder="team-honour", rung="master", title="名室", until=LAST), FIRST)
    assert endings(swept(office)) == []
    violation(office, "p-3")
    assert endings(swept(office)) == [("g-1", "standing revoked")]


def test_a_new_version_of_the_rules_is_held_against_everybody(office: AtWork):
    for subject in PEOPLE[:3]:
        hold(office, subject)
    swept(office)
    office.do(
        PublishLadder, file=LADDER.replace("3 years, only", "4 years, only").encode(), in_force_from=date(2026, 6, 1)
    )
    swept(office)
    assert reviewed(office) == (3, 0)
    assert swept(office) == []


def test_days_that_pass_turn_a_rule_that_asks_for_little(office: AtWork):
    office.do(PublishLadder, file=LADDER.replace("\nsteps:", IDLE).encode(), in_force_from=date(2026, 1, 1))
    for subject, day in (("p-1", date(2025, 6, 10)), ("p-2", date(2026, 5, 20))):
        office.record(subject, training("6"), day)
        hold(office, subject)
    assert endings(swept(office)) == []
    assert swept(office) == []
    office.wait_until(date(2026, 6, 30))
    assert endings(swept(office)) == [("p-1", "standing suspended")]
    assert reviewed(office) == (2, 1)


def test_a_span_of_days_counts_when_its_last_one_comes(office: AtWork):
    hold(office, "p-1")
    fact = EvidenceRecorded(kind="violation", title="违规", attributes={"severity": "serious"})
    office.do(Record, subject="p-1", occurred=Span(first=date(2026, 6, 1), last=date(2026, 6, 30)), fact=fact)
    assert endings(swept(office)) == []
    office.wait_until(date(2026, 6, 30))
    assert endings(swept(office)) == [("p-1", "standing revoked")]


def test_a_finding_that_the_office_overrode_ends_nothing_again_until_it_changes(office: AtWork):
    hold(office, "p-1")
    violation(office, "p-1", "minor")
    ((_, _, suspended), _) = swept(office)
    assert isinstance(suspended, StandingSuspended)
    office.do(
        ReinstateStanding, subject="p-1", standing=suspended.standing, on=date(2026, 6, 1), as_if_never=True,
        reason="情节轻微",
    )  # fmt: skip
    assert endings(swept(office)) == []
    assert states(office) == {"p-1": "held"}
    assert held_on(office, date(2026, 6, 1)) == {"p-1"}
    violation(office, "p-1", "minor", date(2026, 5, 25))
    assert endings(swept(office)) == [("p-1", "standing suspended")]


def test_a_review_that_was_interrupted_is_recorded_as_one_that_was_not(office: AtWork):
    for subject in PEOPLE[:3]:
        hold(office, subject)
        violation(office, subject)
    district = office.district
    rules = assess.rules_for(district, "honour")
    with district.reading() as connection:
        holders = removals.to_look_at(connection, rules, None)
    first = removals.endings_of(district, rules, holders)[0]
    office.do(
        EndStanding, subject=first.holder.subject, standing=first.holder.standing, effect=first.effect,
        on=rules.question.as_of, judgement=first.judgement,
    )  # fmt: skip
    assert endings(swept(office)) == [("p-2", "standing revoked"), ("p-3", "standing revoked")]
    assert reviewed(office) == (3, 3)
    assert swept(office) == []
