"""Imports undone: what one recorded is taken back while nothing rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from events.envelope import Recorded
from events.facts import (
    Fact,
    Nominated,
    PersonHired,
    StandingLapsed,
    StandingTakenOver,
    TakenBack,
    TrainingOfferChanged,
    TrainingOffered,
    TrainingRecorded,
    UnitEstablished,
)
from tests.workflows.given import Given, command, happened, hours, refused
from workflows.commands import Already, Needs, World
from workflows.undoing import TakeBack

SCHOOL = UnitEstablished(code="S1", kind="school", name="一小")
LI = PersonHired(staff_number="1", name="李", unit="school", service_began=date(2015, 9, 1))
TITLE = StandingTakenOver(ladder="tenure", rung="senior", title="资深")
TRAINING = TrainingRecorded(title="研修", hours=hours("6"), recognised=True)
OFFERED = TrainingOffered(title="研修班", first=date(2026, 7, 1), last=date(2026, 7, 2), kind="training")


class Imported(Given):
    """A district that an import filled."""

    told: Mapping[str, frozenset[int]] = MappingProxyType({})
    """What else is told of subjects."""

    def _world(self, needs: Needs) -> World:
        return replace(
            super()._world(needs), referred={one: at for one, at in self.told.items() if one in needs.referred}
        )


def imported(*facts: tuple[str, Fact], name: str = "i-1") -> Imported:
    found = Imported(*(happened(stream, fact) for stream, fact in facts))
    found.events = [Recorded(one.envelope._replace(correlation=name), one.fact) for one in found.events]
    return found


def take_back(given: Given, position: int, **said: Any) -> TakeBack:
    at = given.events[position - 1]
    told = {"target": position, "stream": at.envelope.stream, "fact": at.fact.TYPE, "undoes": "i-1"}
    return command(TakeBack, **(told | said))


def district() -> Imported:
    return imported(("subject-school", SCHOOL), ("subject-li", LI), ("subject-li", TRAINING), ("subject-li", TITLE))


def test_what_an_import_recorded_is_taken_back_once_with_the_reason_or_without() -> None:
    given = district()
    assert given.when(take_back(given, 3)) == [TakenBack(target=3, undoes="i-1")]
    asked = take_back(given, 3, reason="导错了")
    (draft,) = given.drafts(asked)  # type: ignore[misc]
    assert (draft.stream, draft.causation) == ("subject-li", "event-3")
    assert draft.fact == TakenBack(target=3, undoes="i-1", reason="导错了")
    after = given.then(asked)
    assert after.when(take_back(given, 3)) == Already(5)


def test_only_what_that_import_recorded_there_is_taken_back() -> None:
    given = district()
    refused(given, take_back(given, 3, undoes="i-2"), "another import")
    refused(given, take_back(given, 3, stream="subject-school"), "nothing to take back")
    refused(given, take_back(given, 3, fact="person hired"), "nothing to take back")
    refused(given, take_back(given, 3, target=99), "nothing to take back")


def test_what_no_file_takes_back_stays() -> None:
    given = imported(("case-c", Nominated(cycle="y", subject="li")))
    refused(given, take_back(given, 1), "not taken back")


def test_a_subject_is_taken_back_while_nothing_else_is_told_of_it() -> None:
    given = district()
    assert given.when(take_back(given, 1)) == [TakenBack(target=1, undoes="i-1")]
    given.told = {"school": frozenset({2})}
    refused(given, take_back(given, 1), "referred to")


def test_a_title_is_taken_back_while_nothing_became_of_it() -> None:
    given = district()
    assert given.when(take_back(given, 4)) == [TakenBack(target=4, undoes="i-1")]
    lapsed = StandingLapsed(standing=4, ladder="tenure", rung="senior")
    given.add("subject-li", lapsed, happened("-", lapsed).days)
    refused(given, take_back(given, 4), "title ended")


def test_a_planned_training_is_as_it_was_before_and_may_be_offered_anew() -> None:
    changed = TrainingOfferChanged(**dict(OFFERED.model_copy(update={"title": "改名"}), source=None), reason="改")
    given = imported(("training-t", OFFERED), ("training-t", changed))
    after = given.then(take_back(given, 2))
    assert after.state("training-t").said == OFFERED
    before = after.then(take_back(given, 1))
    assert before.state("training-t").said is None
