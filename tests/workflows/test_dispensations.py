"""Dispensations: a clause lowered or waived by a document, for one subject and a time, as far as the ladder allows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from events.facts import Amount, DispensationEnded, DispensationGranted
from tests.workflows.given import LADDER, TODAY, Given, command, published, refused
from tests.workflows.reviewing import office
from workflows import dispensation
from workflows.acts import EndDispensation, GrantDispensation
from workflows.commands import Already, Asking, Span

CLAUSES = """
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed,
         dispensation: {down to: 2}}
      - {id: papers, title: {zh: 论文, en: papers}, evidence: paper, then: [count], at least: 2, basis: assumed,
         dispensation: waive}
      - {id: lessons, title: {zh: 公开课, en: lessons}, evidence: lesson, then: [count], at least: 1, basis: assumed}
      - {id: clean, title: {zh: 无违规, en: clean}, evidence: violation, then: [count], at most: 0, basis: assumed,
         dispensation: waive}
"""
FILE = LADDER[: LADDER.index(b"      - {id: service")] + CLAUSES.encode()
ON, UNTIL = date(2026, 3, 1), date(2027, 2, 28)


def granting(clause: str = "papers", at_least: str | None = None, **said: Any) -> GrantDispensation:
    told: dict[str, Any] = {"subject": "li", "ladder": "tenure", "on": ON, "until": UNTIL, "reason": "支教一年"}
    number = None if at_least is None else Decimal(at_least)
    return command(GrantDispensation, clause=clause, at_least=number, **(told | said))


def ending(given: Given, on: date | None = TODAY, **said: Any) -> EndDispensation:
    told = {"subject": "li", "dispensation": given.at(DispensationGranted), "on": on, "reason": "已返校"}
    return command(EndDispensation, **(told | said))


def there() -> Given:
    return office(FILE)


def test_a_clause_is_waived_for_a_time():
    drafts = there().drafts(granting())
    assert isinstance(drafts, list)
    (draft,) = drafts
    assert (draft.stream, draft.occurred) == ("subject-li", Span.day(ON))
    assert draft.fact == DispensationGranted(ladder="tenure", clause="papers", until=UNTIL, reason="支教一年")


def test_a_clause_is_lowered_for_good_and_from_a_day_to_come():
    lowered = granting("service", "2.5", until=None, on=date(2026, 9, 1))
    assert there().when(lowered) == [
        DispensationGranted(
            ladder="tenure", clause="service", at_least=Amount(value=25, scale=1, unit=""), reason="支教一年"
        )
    ]


def test_a_clause_that_may_be_waived_may_be_lowered_as_well():
    assert isinstance(there().when(granting("papers", "1")), list)


@pytest.mark.parametrize("authority", [None, "  "])
def test_without_a_document_there_is_no_dispensation(authority: str | None):
    refused(there(), granting(asking=Asking(actor="clerk-1", authority=authority)), "authority")


def test_without_a_reason_there_is_no_dispensation_and_no_end_of_one():
    refused(there(), granting(reason=" "), "no reason")
    given = there().then(granting())
    refused(given, ending(given, reason=" "), "no reason")


def test_its_days_are_in_order():
    refused(there(), granting(until=date(2026, 2, 28)), "days")
    assert isinstance(there().when(granting(until=ON)), list)


def test_a_clause_that_does_not_allow_it_stays_as_it_is():
    refusal = refused(there(), granting("lessons"), "not allowed")
    assert "service, papers, clean" in refusal.en


def test_a_clause_that_the_ladder_does_not_have_is_named_with_those_that_it_has():
    refusal = refused(there(), granting("paper"), "no such clause")
    assert "service, papers, clean" in refusal.en


@pytest.mark.parametrize("at_least", [None, "1.99"])
def test_a_clause_is_lowered_no_further_than_the_ladder_lets_it(at_least: str | None):
    refused(there(), granting("service", at_least), "too low")
    assert isinstance(there().when(granting("service", "2")), list)


def test_a_number_that_is_no_lower_is_no_dispensation():
    refused(there(), granting("service", "3"), "not lower")


def test_where_nothing_is_asked_at_least_there_is_nothing_to_lower():
    refused(there(), granting("clean", "1"), "no number")
    assert isinstance(there().when(granting("clean")), list)


def test_a_ladder_that_is_not_in_force_dispenses_with_nothing():
    refused(there(), granting(ladder="other"), "no ladder")
    refused(Given(published(FILE, date(2026, 12, 1))), granting(), "no ladder")


@pytest.mark.parametrize("subject", ["nobody", "school", "centre"])
def test_it_is_for_those_whom_the_ladder_is_for(subject: str):
    refused(there(), granting(subject=subject), "unknown subject")


def test_the_same_again_is_done_already():
    given = there().then(granting())
    assert given.when(granting()) == Already(given.at(DispensationGranted))


@pytest.mark.parametrize(
    ("on", "until"), [(ON, None), (date(2025, 1, 1), ON), (UNTIL, UNTIL)], ids=["longer", "up to it", "its last day"]
)
def test_two_of_one_clause_never_overlap(on: date, until: date | None):
    refused(there().then(granting()), granting(on=on, until=until), "dispensed already")


def test_one_follows_another_and_other_clauses_have_their_own():
    given = there().then(granting())
    assert isinstance(given.when(granting(on=date(2027, 3, 1), until=None)), list)
    assert isinstance(given.when(granting("service", "2")), list)


def test_it_ends_early_and_another_may_follow_at_once():
    given = there().then(granting())
    at = given.at(DispensationGranted)
    drafts = given.drafts(ending(given))
    assert isinstance(drafts, list)
    assert [(one.fact, one.occurred) for one in drafts] == [
        (DispensationEnded(dispensation=at, reason="已返校"), Span.day(TODAY))
    ]
    after = given.then(ending(given))
    assert after.when(ending(after)) == Already(after.at(DispensationEnded))
    unnamed = ending(after, on=None)
    assert given.drafts(unnamed) == drafts
    assert after.on(TODAY + timedelta(days=1)).when(unnamed) == Already(after.at(DispensationEnded))
    refused(after, granting(on=date(2026, 3, 9)), "dispensed already")
    assert isinstance(after.when(granting(on=TODAY)), list)


def test_one_that_ended_on_its_first_day_never_was():
    given = there().then(granting())
    after = given.then(ending(given, on=ON))
    assert isinstance(after.when(granting()), list)


@pytest.mark.parametrize("on", [date(2026, 2, 28), date(2027, 3, 1)])
def test_it_does_not_end_outside_its_days(on: date):
    given = there().then(granting())
    refused(given, ending(given, on=on), "outside its days")


def test_what_was_never_granted_does_not_end():
    given = there().then(granting())
    refused(given, ending(given, dispensation=999), "no dispensation")
    refused(given, ending(given, subject="wu"), "no dispensation")


def test_it_folds_to_what_stands():
    given = there().then(granting())
    state: dispensation.Dispensations = given.then(ending(given)).state("subject-li")
    (one,) = state.granted.values()
    assert (one.clause, one.at_least, one.first, one.until) == ("papers", None, ON, date(2026, 3, 9))
