"""Who signs what comes of a review: once its notice is over, where the ladder asks for a signature."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import pytest

from events.facts import CycleOpened, NoticePosted, ResultsSigned
from ladders.reading.loading import load
from tests.workflows.given import LADDER, command
from workflows import signing
from workflows.acts import SignResults
from workflows.commands import Decision, Moment, Refused, Subject, World
from workflows.cycle import Cycle
from workflows.repeats import Again

FILE = LADDER.replace(
    b"    notice working days: 5\n",
    b"    notice working days: 5\n    signed by: {zh: x, en: head}\n    signature: required\n",
)
LAST = date(2026, 4, 10)
AFTER = date(2026, 4, 11)


def cycle(signed: dict[int, int] | None = None, file: bytes = FILE) -> Cycle:
    """A cycle with two notices, at 50 and 60, of which the second runs a week longer."""
    version = hashlib.sha256(file).hexdigest()
    opened = CycleOpened(
        ladder="tenure", to="senior", version=version, period="2026", title="评审", as_of=LAST, deadline=LAST,
        settings=1, catalogue=2,
    )  # fmt: skip
    first = NoticePosted(cases=1, list_sha256="0" * 64, first=date(2026, 4, 3), last=LAST)
    second = first.model_copy(update={"last": date(2026, 4, 17)})
    return Cycle(version=9, opened=opened, notices=((first, 50), (second, 60)), signed=signed or {})


def decided(state: Cycle, today: date = AFTER, person: str = "li", file: bytes = FILE) -> Decision:
    subjects = {
        "li": Subject("li", "person", date(2015, 9, 1)),
        "gone": Subject("gone", "person", date(2015, 9, 1), until=date(2026, 1, 31)),
    }
    world = World(
        states={"cycle-y1": state}, subjects=subjects, ladders={hashlib.sha256(file).hexdigest(): load(file, "l")}
    )
    asked = command(SignResults, cycle="y1", person=person)
    return signing.decide(world, asked, Moment(datetime(2026, 4, 11, 2, tzinfo=UTC), today, 100))


def why(state: Cycle, today: date = AFTER, person: str = "li", file: bytes = FILE) -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as caught:
        decided(state, today, person, file)
    assert caught.value.zh
    return caught.value.code


def test_the_notices_that_are_over_are_signed_each_on_its_own():
    (draft,) = decided(cycle())  # type: ignore[misc]
    assert (draft.fact, draft.expected) == (ResultsSigned(notice=50, person="li"), 9)
    both = decided(cycle(), date(2026, 4, 18))
    assert [(one.fact.notice, one.expected) for one in both] == [(50, 9), (60, 10)]  # type: ignore[union-attr]


def test_what_is_signed_is_signed_already():
    assert decided(cycle({50: 55})) == Again(55, {"person": "li"})


def test_nothing_is_signed_before_a_notice_is_over():
    assert why(cycle(), LAST) == "notice not over"


@pytest.mark.parametrize("person", ["nobody", "gone"])
def test_only_people_in_service_sign(person: str):
    assert why(cycle(), person=person) == "who signs"


def test_where_the_ladder_asks_for_none_nobody_signs():
    assert why(cycle(file=LADDER), file=LADDER) == "no signature"
