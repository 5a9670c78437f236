"""Masters whose standing can be lost, for the tests of terms: their ladder, and what a day's work does."""

from __future__ import annotations

from datetime import date

from engine.cycles import sweep
from engine.projections.lasting import STANDING
from engine.standings import standings
from events.facts import (
    EvidenceRecorded,
    Fact,
    HoldersReviewed,
    StandingTakenOver,
)
from tests.engine.district_at_work import AtWork, known

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
SERIOUS = """{id: ethics, title: {zh: 严重违规, en: serious}, effect: revoke, clauses: [
    {id: serious-violations, title: {zh: 严重违规, en: serious}, evidence: violation,
     then: [within: last 3 years, only: {severity: serious}, count], at least: 1, basis: assumed}]}"""
IDLE = """
      - id: idle
        title: {zh: 学时不足, en: too few hours}
        effect: suspend
        clauses:
          - {id: hours, title: {zh: 学时, en: hours}, evidence: training, then: [within: last 1 year, sum],
             less than: 5, absent: met, basis: assumed}
steps:"""
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)


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


def terms(at_work: AtWork) -> list[tuple[date, date | None, str]]:
    return [(one.first, one.until, one.state) for one in standings.listed(at_work.district)]
