"""The training calendar: what is offered once, may be changed while it is to be held, and is never evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.facts import EvidenceRecorded, TrainingCalledOff, TrainingOfferChanged, TrainingOffered
from tests.workflows.given import CATALOGUE, Given, command, hours, refused, row
from tests.workflows.reviewing import office
from workflows.acts import CallOffTraining, ChangeTraining, OfferTraining
from workflows.commands import Already, Differs

FIRST, LAST = date(2026, 7, 13), date(2026, 7, 17)


def said(key: str = "k1", content: str = "as it is", **more: Any) -> TrainingOffered:
    told: dict[str, Any] = {
        "title": "暑期研修", "first": FIRST, "last": LAST, "kind": "training", "amount": hours("16.5"),
        "attributes": {"category": "topic", "level": "district"}, "places": 60, "source": row(key, content),
    }  # fmt: skip
    return TrainingOffered(**(told | more))


def offering(**more: Any) -> OfferTraining:
    return command(OfferTraining, offer="t1", said=said(**more))


def changing(content: str = "another", **more: Any) -> ChangeTraining:
    return command(ChangeTraining, offer="t1", said=said(content=content, **more), reason="改期")


CALL_OFF = command(CallOffTraining, offer="t1", reason="主讲人生病")


@pytest.fixture
def calendar() -> Given:
    return office().then(offering())


def test_a_training_lies_in_days_to_come_and_is_no_evidence(calendar: Given):
    fact = calendar.events[-1].fact
    assert isinstance(fact, TrainingOffered)
    assert fact.first > calendar.today
    assert not any(isinstance(event.fact, EvidenceRecorded) for event in calendar.events)
    assert calendar.events[-1].envelope.occurred_from == calendar.today


def test_the_same_row_is_there_already_and_another_content_differs(calendar: Given):
    at = calendar.at(TrainingOffered)
    assert calendar.when(offering()) == Already(at)
    assert calendar.when(offering(content="another")) == Differs(at)
    refused(calendar, offering(key="k2"), "offered")


def test_a_change_says_the_whole_anew(calendar: Given):
    (fact,) = calendar.when(changing(first=date(2026, 7, 20), last=date(2026, 7, 24), places=None))  # type: ignore[misc]
    assert isinstance(fact, TrainingOfferChanged)
    assert (fact.first, fact.places, fact.reason) == (date(2026, 7, 20), None, "改期")
    assert calendar.when(changing(content="as it is")) == Already(calendar.at(TrainingOffered))
    after = calendar.then(changing(first=date(2026, 7, 16)))
    assert after.state("training-t1").said.first == date(2026, 7, 16)


def test_a_training_is_called_off_once_and_then_stays_as_it_is(calendar: Given):
    after = calendar.then(CALL_OFF)
    at = after.at(TrainingCalledOff)
    assert after.when(CALL_OFF) == Already(at)
    refused(after, changing(), "called off")
    assert after.when(offering()) == Already(calendar.at(TrainingOffered))


def test_of_a_training_that_nobody_offered_nothing_becomes():
    refused(office(), CALL_OFF, "no offer")
    refused(office(), changing(), "no offer")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"last": date(2026, 7, 12)}, "days"),
        ({"places": 0}, "places"),
        ({"roles": ("保育员" * 21,)}, "long term"),
        ({"kind": "party"}, "unknown kind"),
        ({"attributes": {"level": "moon"}}, "unknown term"),
        ({"attributes": {"colour": "red"}}, "unknown attribute"),
        ({"amount": None}, "amount"),
        ({"amount": hours("401")}, "amount"),
    ],
)
def test_what_could_not_be_recorded_afterwards_is_not_offered(more: dict[str, Any], code: str):
    assert CATALOGUE.kinds["training"].amount
    refused(office(), offering(**more), code)
    refused(office().then(offering()), changing(**more), code)
