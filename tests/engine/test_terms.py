"""Standings as days go by: each lapses on its day, and is lost as soon as a removal rule of its ladder is met."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import assess, removals, standings, sweep
from engine.lasting import STANDING
from events.facts import (
    EvidenceRecorded,
    EvidenceVoided,
    Fact,
    HoldersReviewed,
    MemberJoined,
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
    StandingTakenOver,
)
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole, known, training
from workflows.acts import EndStanding, LapseStandings, ReinstateStanding
from workflows.commands import PublishLadder, Record, SetClock, Span

LADDER = """
format: jieti-ladder/1
id: honour
title: {zh: 荣誉阶梯, en: honour}
subject: person
rungs:
  - id: fellow
    title: {zh: 学员, en: fellow}
  - id: master
    title: {zh: 名师, en: master}
    end: true
    removals:
      - id: minor
        title: {zh: 一般违规, en: minor}
        effect: suspend
        clauses:
          - {id: minor-violations, title: {zh: 一般违规, en: minor}, evidence: violation,
             then: [within: last 1 year, only: {severity: minor}, count], at least: 1, basis: assumed}
      - id: ethics
        title: {zh: 严重违规, en: serious}
        effect: revoke
        clauses:
          - {id: serious-violations, title: {zh: 严重违规, en: serious}, evidence: violation,
             then: [within: last 3 years, only: {severity: serious}, count], at least: 1, basis: assumed}
steps:
  - {from: fellow, to: master, term: 3 years, clauses: [
      {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}]}
  - {to: fellow, term: 3 years, clauses: [
      {id: some-service, title: {zh: 教龄, en: service}, years since: service, at least: 1, basis: assumed}]}
"""
IDLE = """
      - id: idle
        title: {zh: 学时不足, en: too few hours}
        effect: suspend
        clauses:
          - {id: hours, title: {zh: 学时, en: hours}, evidence: training, then: [within: last 1 year, sum],
             less than: 5, absent: met, basis: assumed}
steps:"""
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)


@pytest.fixture
def office(at_work: AtWork) -> AtWork:
    """The district of these tests, on 1 June 2026, with a ladder whose masters can lose their standing."""
    at_work.do(PublishLadder, file=LADDER.encode(), in_force_from=date(2020, 1, 1))
    return at_work


def hold(office: AtWork, subject: str, rung: str = "master", first: date = FIRST, until: date | None = LAST) -> int:
    """A title taken over; the position of the standing."""
    title = StandingTakenOver(ladder="honour", rung=rung, title="名师", until=until)
    return office.record(subject, title, first)


def violation(office: AtWork, subject: str, severity: str = "serious", on: date = date(2026, 5, 20)) -> int:
    fact = EvidenceRecorded(kind="violation", title="违规", attributes={"severity": severity})
    return office.record(subject, fact, on)


def swept(office: AtWork) -> list[tuple[str, date, Fact]]:
    """What a day's work does: for each event of a subject, or of a ladder, its name, its day and what it says."""
    before = office.tip()
    done = sweep.sweep(office.district)
    assert done.failures == ()
    with office.district.reading() as connection:
        events = office.district.log.read_after(connection, before, 10_000)
    assert sum(done.events.values()) == len(events)
    return [(one.envelope.stream.partition("-")[2], one.envelope.occurred_from, one.fact) for one in events]


def endings(found: list[tuple[str, date, Fact]]) -> list[tuple[str, str]]:
    return [(who, fact.TYPE) for who, _, fact in found if not isinstance(fact, HoldersReviewed)]


def reviewed(office: AtWork) -> tuple[int, int]:
    """How many the newest review looked at, and how many standings it ended."""
    with office.district.reading() as connection:
        facts = [one.fact for one in office.district.log.read(connection, "ladder-honour")]
    newest = [one for one in facts if isinstance(one, HoldersReviewed)][-1]
    return newest.looked_at, newest.ended


def states(office: AtWork) -> dict[str, str]:
    return {one.subject: one.state for one in standings.listed(office.district)}


def held_on(office: AtWork, day: date) -> set[str]:
    """Who holds a standing on a day, as it is known now."""
    lines = known(office.district, STANDING)
    return {who for who, _, first, until, _ in lines if first <= day and (until is None or day <= until)}


# --------------------------------------------------------------------------------------------------------- lapses


def test_a_term_ends_with_its_last_day(office: AtWork):
    standing = hold(office, "p-1")
    office.wait_until(LAST)
    assert [who for who, _, _ in swept(office)] == ["honour"]
    assert reviewed(office) == (1, 0)
    office.wait_until(LAST + timedelta(days=1))
    lapsed = StandingLapsed(standing=standing, ladder="honour", rung="master")
    assert swept(office) == [("p-1", date(2027, 1, 1), lapsed)]
    assert swept(office) == []
    assert states(office) == {"p-1": "lapsed"}


def test_after_an_outage_of_a_week_each_lapse_has_its_own_day(office: AtWork):
    last = [date(2026, 6, day) for day in (8, 9, 9, 14)]
    for subject, until in zip(PEOPLE, last, strict=False):
        hold(office, subject, until=until)
    office.wait_until(date(2026, 6, 15))
    lapsed = [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)]
    assert lapsed == [(who, until + timedelta(days=1)) for who, until in zip(PEOPLE, last, strict=False)]
    assert_whole(office.district)


def test_a_lapse_told_late_by_somebody_who_missed_it_comes_out_the_same(office: AtWork):
    early, late = hold(office, "p-1", until=date(2026, 6, 5)), hold(office, "p-2", until=date(2026, 7, 5))
    office.wait_until(date(2026, 7, 1))
    assert office.do(LapseStandings, standings={"p-1": early, "p-2": late})
    assert states(office) == {"p-1": "lapsed", "p-2": "held"}


def test_whoever_was_promoted_in_time_keeps_no_lapse(office: AtWork):
    hold(office, "p-1", "fellow", until=date(2026, 6, 9))
    hold(office, "p-1", "master", first=date(2026, 6, 1))
    office.wait_until(date(2026, 6, 10))
    assert endings(swept(office)) == []
    assert sorted(one.state for one in standings.listed(office.district)) == ["held", "succeeded"]


def test_two_terms_of_one_person_lapse_together(office: AtWork):
    hold(office, "p-1", until=date(2026, 6, 9))
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="勤学教师", until=date(2026, 6, 8))
    office.record("p-1", title, FIRST)
    office.wait_until(date(2026, 6, 20))
    assert [day for _, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        date(2026, 6, 9), date(2026, 6, 10)
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------------- removals


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


# ------------------------------------------------------------------------------------------- ended by an office


def test_suspended_from_a_day_and_reinstated_from_another(office: AtWork):
    standing = hold(office, "p-1")
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    office.do(EndStanding, **said, effect="suspend", on=date(2026, 3, 1), reason="停职调查")
    office.wait_until(date(2026, 7, 1))
    office.do(ReinstateStanding, **said, on=date(2026, 6, 15), as_if_never=False, reason="查无实据")
    assert [held_on(office, day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 6, 14))] == [
        {"p-1"}, set(), set()
    ]  # fmt: skip
    assert held_on(office, date(2026, 6, 15)) == {"p-1"}
    office.wait_until(date(2027, 1, 1))
    assert [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        ("p-1", date(2027, 1, 1))
    ]
    assert_whole(office.district)


def test_reinstated_as_if_never_ended_after_its_term_it_lapses_on_its_day(office: AtWork):
    standing = hold(office, "p-1", until=date(2026, 6, 30))
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    office.do(EndStanding, **said, effect="revoke", on=date(2026, 3, 1), reason="误判")
    office.wait_until(date(2026, 8, 1))
    assert endings(swept(office)) == []
    office.do(ReinstateStanding, **said, on=date(2026, 8, 1), as_if_never=True, reason="改判")
    assert held_on(office, date(2026, 5, 1)) == {"p-1"}
    assert [(day, type(fact)) for _, day, fact in swept(office)] == [(date(2026, 7, 1), StandingLapsed)]


def test_history_keeps_what_was_known_while_it_was_suspended(office: AtWork):
    standing = hold(office, "p-1")
    said: dict[str, Any] = {"subject": "p-1", "standing": standing}
    at = office.do(EndStanding, **said, effect="suspend", on=date(2026, 3, 1), reason="停职调查")
    back = office.do(ReinstateStanding, **said, on=date(2026, 3, 1), as_if_never=True, reason="查无实据")
    then = {who for who, _, _, until, _ in known(office.district, STANDING, at) if until and until >= date(2026, 3, 1)}
    assert then == set()
    assert held_on(office, date(2026, 3, 1)) == {"p-1"}
    with office.district.reading() as connection:
        (event,) = office.district.log.read_at(connection, [back])
    assert isinstance(event.fact, StandingReinstated)
    assert event.fact.ended == at


def test_a_clock_that_goes_back_an_hour_over_midnight_loses_no_lapse(office: AtWork, monkeypatch: pytest.MonkeyPatch):
    hold(office, "p-1", until=date(2026, 6, 9))
    office.do(SetClock, now=datetime(2026, 6, 9, 16, 30, tzinfo=UTC))  # half past midnight there
    office.record("p-2", training("3"))
    monkeypatch.setattr(type(office.district), "now", property(lambda _: datetime(2026, 6, 9, 15, 30, tzinfo=UTC)))
    assert [(who, day) for who, day, fact in swept(office) if isinstance(fact, StandingLapsed)] == [
        ("p-1", date(2026, 6, 10))
    ]
