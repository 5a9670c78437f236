"""A person's record may be erased when they left, nothing is under way, and it need not be kept any longer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.facts import (
    DistrictOpened,
    Fact,
    MentorPaired,
    PersonErased,
    PersonLeft,
    PersonMoved,
    Retention,
    Settings,
    SettingsChanged,
    StandingLapsed,
    StandingSuspended,
    StandingTakenOver,
)
from tests.workflows.given import CLERK, TODAY, Given, Happened, command, happened, refused
from tests.workflows.reviewing import nomination, opened, seating
from tests.workflows.test_people import DISTRICT, hired, record
from workflows.commands import Already, Asking, Span
from workflows.erasing import ASSUMED, ErasePerson

OPENED = happened("district", DistrictOpened(name="示范区"))
TERMS = happened(
    "district",
    SettingsChanged(
        settings=Settings(retention=Retention(after_leaving=3, after_decision=5, document="区档〔2020〕3号"))
    ),
)
LEFT = date(2016, 3, 1)
NOBODY = Asking(actor="clerk-1")


def left(on: date = LEFT) -> Happened:
    return happened("subject-li", PersonLeft(), on)


def erase(subject: str = "li", *, early: bool = False, by: Asking = CLERK, reason: str = "保管期满") -> ErasePerson:
    return command(ErasePerson, subject=subject, reason=reason, early=early, asking=by)


def district(*more: Happened, today: date = TODAY) -> Given:
    return Given(OPENED, *DISTRICT, *more, today=today)


def erased(given: Given, asked: ErasePerson) -> PersonErased:
    decision = given.when(asked)
    assert isinstance(decision, list)
    (fact,) = decision
    assert isinstance(fact, PersonErased)
    return fact


def titled(*more: Fact, until: date | None = None) -> Given:
    """Somebody left long ago with a title, of which this became since, each a year after the other."""
    given = district(left())
    given.add(
        "subject-li", StandingTakenOver(ladder="tenure", rung="senior", title="资深", until=until), Span.day(LEFT)
    )
    for years, fact in enumerate(more, 1):
        given.add("subject-li", fact, Span.day(LEFT.replace(year=LEFT.year + years)))
    return given


OF: dict[str, Any] = {"ladder": "tenure", "rung": "senior"}


def test_the_record_of_who_left_long_ago_is_erased_and_says_how_long_it_was_kept() -> None:
    fact = erased(district(left(), today=date(2026, 3, 2)), erase())
    assert fact == PersonErased(reason="保管期满", kept_until=date(2026, 3, 1))
    fact = erased(district(left(), TERMS), erase())
    assert fact == PersonErased(reason="保管期满", kept_until=date(2019, 3, 1), rule="区档〔2020〕3号")


def test_until_then_it_is_kept_and_the_day_and_the_document_are_told() -> None:
    refusal = refused(district(left(), today=date(2026, 3, 1)), erase(), "kept")
    for said in (refusal.zh, refusal.en):
        assert "2026-03-02" in said
        assert str(ASSUMED.after_leaving) in said
    assert "暂定" in refusal.zh
    assert "assumption" in refusal.en
    refusal = refused(district(left(date(2024, 2, 29)), TERMS), erase(), "kept")
    assert "区档〔2020〕3号" in refusal.zh
    assert "区档〔2020〕3号" in refusal.en
    assert "2027-03-01" in refusal.en  # the 28th is kept: three whole years, for want of a 29th


def test_a_decision_keeps_it_longer_than_the_leave() -> None:
    lapsed = titled(StandingLapsed(standing=titled().at(StandingTakenOver), **OF))
    assert "2027-03-02" in refused(lapsed, erase(), "kept").en
    lapsed.add("district", TERMS.fact, TERMS.days)
    assert erased(lapsed, erase()).kept_until == date(2022, 3, 1)


def test_who_is_employed_is_not_erased_nor_who_only_will_have_left() -> None:
    refused(district(), erase(), "employed")
    assert str(TODAY) in refused(district(left(TODAY)), erase(early=True), "employed").en
    refused(district(left(TODAY), TERMS, today=TODAY + timedelta(days=1)), erase(), "kept")


@pytest.mark.parametrize("suspended", [False, True])
def test_a_standing_in_force_keeps_it_however_long_ago_they_left(suspended: bool) -> None:
    ends = StandingSuspended(standing=titled().at(StandingTakenOver), cause="rule", **OF)
    given = titled(*[ends] * suspended)
    assert "tenure senior" in refused(given, erase(), "standing held").en
    assert erased(given, erase(early=True)).kept_until > LEFT


def test_an_application_under_way_and_a_seat_in_a_review_come_to_their_end_first() -> None:
    review = opened().then(nomination("li"), seating())
    for who in ("li", "an"):
        review.add(f"subject-{who}", PersonLeft(), Span.day(TODAY - timedelta(days=1)))
    refused(review, erase(early=True), "open case")
    refused(review, erase("an", early=True), "taking part")


def test_earlier_only_a_document_has_it_erased() -> None:
    recent = district(left(date(2026, 3, 1)))
    refused(recent, erase(early=True, by=NOBODY), "early")
    refused(recent, erase(early=True, by=NOBODY.model_copy(update={"authority": " "})), "early")
    refused(recent, erase(), "kept")
    assert erased(recent, erase(early=True)) == PersonErased(reason="保管期满", kept_until=date(2036, 3, 1))


def test_it_takes_a_reason_and_a_person() -> None:
    refused(district(left()), erase(reason="  "), "no reason")
    refused(district(left()), erase("studio"), "no person")
    refused(district(left()), erase("nobody"), "no person")


def test_twice_is_once() -> None:
    after = district(left(), TERMS).then(erase())
    assert after.when(erase()) == Already(after.at(PersonErased))
    refused(after, erase(reason="再来一次"), "said otherwise")


def test_nothing_more_is_recorded_of_who_was_erased() -> None:
    after = district(left(), TERMS, hired("wang")).then(erase())
    refused(after, record("li", PersonMoved(unit="centre")), "erased")
    refused(after, record("wang", MentorPaired(mentor="li")), "erased")
    refused(after, record("li", StandingTakenOver(ladder="tenure", rung="senior", title="资深")), "erased")
    assert isinstance(after.when(record("wang", MentorPaired(mentor="zhang"))), list)
