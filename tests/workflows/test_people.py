"""Units, people and studios: who is there, under which code, and how they belong together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.facts import (
    Fact,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    TrainingRecognised,
    UnitEstablished,
)
from tests.workflows.given import TODAY, Given, Happened, command, happened, refused, row
from workflows import people
from workflows.commands import Already, Differs, Draft, Moment, Record, Span, Subject, World
from workflows.shown import Teams

TOMORROW = TODAY + timedelta(days=1)


def unit(name: str, above: str | None = None) -> Happened:
    return happened(f"subject-{name}", UnitEstablished(code=f"code of {name}", kind="school", name=name, part_of=above))


def hired(name: str, at: str = "school", **said: Any) -> Happened:
    fact = PersonHired(staff_number=f"no. of {name}", name=name, unit=at, service_began=date(2015, 9, 1), **said)
    return happened(f"subject-{name}", fact)


def founded(name: str, host: str = "zhang") -> Happened:
    fact = StudioFounded(code=f"code of {name}", kind="teacher", name=name, host=host, unit="school")
    return happened(f"subject-{name}", fact)


DISTRICT = (unit("centre"), unit("school", "centre"), hired("zhang"), hired("li"), founded("studio"))


def record(subject: str, fact: Fact, on: date = TODAY, code: str | None = None) -> Record:
    return command(Record, subject=subject, occurred=Span.day(on), fact=fact, code=code)


def asked(one: Happened, code: str | None) -> Record:
    """That it is recorded, under this code."""
    name = "staff_number" if isinstance(one.fact, PersonHired) else "code"
    fact = one.fact.model_copy(update={name: code}) if code is not None else one.fact
    return record(one.stream.removeprefix("subject-"), fact, one.days.first, code)


STANDING = StandingTakenOver(ladder="tenure", rung="senior", title="资深")
OF_A_PERSON = [
    PersonMoved(unit="centre"),
    PersonLeft(),
    STANDING,
    MemberJoined(group="studio", role="member"),
    MentorPaired(mentor="zhang"),
    MentorParted(mentor="zhang"),
]


@pytest.mark.parametrize(
    "one", [unit("station", "centre"), hired("wang"), founded("second")], ids=lambda one: one.stream
)
def test_a_subject_begins_under_its_code(one: Happened):
    begun = asked(one, "S-1")
    assert Given(*DISTRICT).when(begun) == [begun.fact]


@pytest.mark.parametrize("fact", OF_A_PERSON, ids=lambda fact: fact.TYPE)
def test_what_happens_to_a_person_is_recorded_in_their_stream(fact: Fact):
    drafts = Given(*DISTRICT).drafts(record("li", fact))
    assert isinstance(drafts, list)
    assert [(one.stream, one.fact, one.expected) for one in drafts] == [("subject-li", fact, None)]


@pytest.mark.parametrize("fact", OF_A_PERSON, ids=lambda fact: fact.TYPE)
def test_nothing_happens_to_somebody_who_is_not_known(fact: Fact):
    refused(Given(*DISTRICT), record("wang", fact), "unknown subject")


@pytest.mark.parametrize(
    "fact",
    [one for one in OF_A_PERSON if not isinstance(one, (StandingTakenOver, MemberJoined))],
    ids=lambda fact: fact.TYPE,
)
def test_what_happens_to_people_does_not_happen_to_units(fact: Fact):
    refused(Given(*DISTRICT), record("school", fact), "unknown subject")


@pytest.mark.parametrize("subject", ["studio", "school"])
def test_studios_and_units_hold_titles_too(subject: str):
    assert Given(*DISTRICT).when(record(subject, STANDING)) == [STANDING]


@pytest.mark.parametrize(
    ("subject", "fact"),
    [
        ("new", UnitEstablished(code="9", kind="school", name="九小", part_of="nowhere")),
        ("new", UnitEstablished(code="9", kind="school", name="九小", part_of="zhang")),
        ("new", UnitEstablished(code="9", kind="school", name="九小", part_of="new")),
        ("new", PersonHired(staff_number="9", name="赵", unit="nowhere", service_began=TODAY)),
        ("new", StudioFounded(code="9", kind="teacher", name="赵", host="studio", unit="school")),
        ("new", StudioFounded(code="9", kind="teacher", name="赵", host="zhang", unit="zhang")),
        ("li", PersonMoved(unit="studio")),
        ("li", MemberJoined(group="zhang", role="core")),
        ("li", MemberLeft(group="nowhere")),
        ("li", MentorPaired(mentor="school")),
    ],
)
def test_what_a_fact_names_has_to_be_there_and_of_the_right_kind(subject: str, fact: Fact):
    refused(Given(*DISTRICT), record(subject, fact, code="9"), "unknown subject")


@pytest.mark.parametrize("fact", [MentorPaired(mentor="li"), MentorParted(mentor="li")])
def test_nobody_is_their_own_mentor(fact: Fact):
    refused(Given(*DISTRICT), record("li", fact), "itself")


@pytest.mark.parametrize("code", [None, "", "  "])
@pytest.mark.parametrize("one", [unit("station"), hired("wang"), founded("second")], ids=lambda one: one.stream)
def test_who_begins_needs_a_code(one: Happened, code: str | None):
    refused(Given(*DISTRICT), asked(one, code), "no code")


@pytest.mark.parametrize(
    ("one", "code"),
    [(unit("station"), "code of school"), (hired("wang"), "no. of li"), (founded("second"), "code of studio")],
)
def test_a_code_belongs_to_one_subject_only(one: Happened, code: str):
    refused(Given(*DISTRICT), asked(one, code), "code taken")


def test_codes_of_different_kinds_do_not_meet():
    begun = asked(hired("wang"), "code of school")
    assert Given(*DISTRICT).when(begun) == [begun.fact]


def test_a_subject_begins_under_the_code_that_it_says_itself():
    refused(Given(*DISTRICT), record("wang", hired("wang").fact, code="another number"), "other code")


def test_who_is_recorded_already_does_not_begin_again():
    refused(Given(*DISTRICT), asked(hired("li"), "another number"), "known")


@pytest.mark.parametrize(
    "fact", [PersonMoved(unit="centre"), STANDING, MemberJoined(group="studio", role="core"), MentorPaired(mentor="li")]
)
def test_what_begins_tomorrow_is_not_recorded_today(fact: Fact):
    refused(Given(*DISTRICT), record("zhang", fact, TOMORROW), "future")


@pytest.mark.parametrize("fact", [PersonMoved(unit="centre"), PersonLeft()])
def test_nobody_moves_or_leaves_before_they_came(fact: Fact):
    refused(Given(*DISTRICT), record("li", fact, date(1990, 1, 1)), "before hired")


def test_who_left_may_come_back():
    back = PersonMoved(unit="centre")
    assert Given(*DISTRICT, happened("subject-li", PersonLeft())).when(record("li", back)) == [back]


def test_nobody_is_hired_tomorrow():
    one = hired("wang")
    refused(Given(*DISTRICT), record("wang", one.fact, TOMORROW, "no. of wang"), "future")


@pytest.mark.parametrize("fact", [PersonLeft(), MemberLeft(group="studio"), MentorParted(mentor="zhang")])
def test_what_ends_may_be_recorded_before_its_last_day(fact: Fact):
    joined = happened("subject-li", MemberJoined(group="studio", role="member"))
    assert Given(*DISTRICT, joined).when(record("li", fact, TOMORROW)) == [fact]


def test_a_row_that_was_recorded_is_recorded_once():
    given = Given(*DISTRICT, hired("wang", source=row("wang's row")))
    assert given.when(asked(hired("wang", source=row("wang's row")), "no. of wang")) == Already(6)


def test_a_row_that_says_otherwise_now_is_handed_back():
    given = Given(*DISTRICT, hired("wang", source=row("wang's row")))
    assert given.when(asked(hired("wang", source=row("wang's row", "born in 1990")), "no. of wang")) == Differs(6)


def test_a_fact_that_is_not_about_people_is_no_business_of_this_decider():
    with pytest.raises(TypeError):
        people.decide(World(), record("li", TrainingRecognised(training=1)), Moment(None, TODAY, 0))  # type: ignore[arg-type]


def test_a_bulk_sees_who_began_moved_and_left_in_it():
    subjects: dict[str, Subject] = {}
    seen = [*DISTRICT, happened("subject-li", PersonMoved(unit="centre"))]
    seen.append(happened("subject-zhang", PersonLeft(), date(2026, 7, 31)))
    for one in seen:
        people.seen(subjects, Teams(), Draft(one.stream, one.days, one.fact))
    assert subjects["school"].within == ("school", "centre")
    assert (subjects["li"].kind, subjects["li"].within) == ("person", ("centre",))
    assert (subjects["studio"].kind, subjects["studio"].within) == ("studio", ("school", "centre"))
    assert subjects["zhang"].until == date(2026, 7, 31)
