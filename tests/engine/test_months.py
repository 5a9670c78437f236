"""What is known only to its month: years are a range, and at the edge nothing is decided that one day could change."""

from __future__ import annotations

from datetime import date

import pytest

from engine.assessing import assess
from events.facts import PersonHired, StandingTakenOver
from tests.engine.district_at_work import AtWork, assert_whole, known
from workflows.commands import PublishLadder, Record, Span

SEPTEMBER = Span(first=date(2023, 9, 1), last=date(2023, 9, 30))
LADDER = """
format: jieti-ladder/1
id: seniority
title: {zh: 资历阶梯, en: seniority}
subject: person
rungs:
  - {id: junior, title: {zh: 初级, en: junior}}
  - {id: senior, title: {zh: 高级, en: senior}, end: true}
steps:
  - from: junior
    to: senior
    clauses:
      - {id: tenure, title: {zh: 任期, en: tenure}, years since: rung, at least: 3, basis: assumed}
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 5, basis: assumed}
""".encode()

Finding = tuple[str, int | None, int | None]


@pytest.fixture
def office(at_work: AtWork) -> AtWork:
    """A district with a ladder of two rungs, in which p-2 became junior some day in September 2023."""
    at_work.do(PublishLadder, file=LADDER, in_force_from=date(2020, 1, 1))
    title = StandingTakenOver(ladder="seniority", rung="junior", title="证书")
    at_work.do(Record, subject="p-2", occurred=SEPTEMBER, fact=title)
    return at_work


def findings(at_work: AtWork, subject: str, on: date) -> dict[str, Finding]:
    """By clause the outcome, and the fewest and the most years that it may be."""
    rules = assess.rules_for(at_work.district, "seniority", on)
    judged = assess.assess(at_work.district, rules, "senior", [subject]).judged(0)
    return {one.clause: (one.outcome, one.low, one.high) for one in judged.findings}


@pytest.mark.parametrize(
    ("on", "finding"),
    [
        (date(2026, 8, 31), ("not met", 2, 2)),
        (date(2026, 9, 1), ("unknown", 2, 3)),
        (date(2026, 9, 29), ("unknown", 2, 3)),
        (date(2026, 9, 30), ("met", 3, 3)),
        (date(2027, 9, 1), ("met", 3, 4)),
    ],
)
def test_the_years_since_a_title_of_some_day_in_a_month(office: AtWork, on: date, finding: Finding):
    assert findings(office, "p-2", on)["tenure"] == finding


def test_a_title_may_be_built_upon_from_the_first_day_on_which_it_may_have_begun(office: AtWork):
    outcomes = []
    for on in (date(2023, 8, 31), date(2023, 9, 1), date(2023, 9, 29), date(2023, 9, 30)):
        rules = assess.rules_for(office.district, "seniority", on)
        outcomes.append(assess.assess(office.district, rules, "senior", ["p-2"]).judged(0).outcome)
    assert outcomes == ["not examined", "not met", "not met", "not met"]


def test_a_title_of_some_day_in_a_month_ends_with_the_day_before_the_next_one(office: AtWork):
    office.record("p-2", StandingTakenOver(ladder="seniority", rung="senior", title="证书"), date(2024, 9, 1))
    assert [(first, until) for _, _, first, until, _ in known(office.district, "standing")] == [
        (date(2023, 9, 1), date(2024, 8, 31)),
        (date(2024, 9, 1), None),
    ]
    assert_whole(office.district)


@pytest.mark.parametrize(
    ("on", "finding"),
    [
        (date(2025, 7, 31), ("not met", 4, 4)),
        (date(2025, 8, 1), ("unknown", 4, 5)),
        (date(2025, 8, 30), ("unknown", 4, 5)),
        (date(2025, 8, 31), ("met", 5, 5)),
    ],
)
def test_the_years_since_service_began_on_some_day_of_a_month(office: AtWork, on: date, finding: Finding):
    came = PersonHired(
        staff_number="q-1", name="欧阳", unit="u-east",
        service_began=date(2020, 8, 1), service_began_by=date(2020, 8, 31),
    )  # fmt: skip
    office.record("q-1", came, date(2020, 9, 1), "q-1")
    title = StandingTakenOver(ladder="seniority", rung="junior", title="证书")
    office.do(Record, subject="q-1", occurred=SEPTEMBER, fact=title)
    assert findings(office, "q-1", on)["service"] == finding
    assert_whole(office.district)
