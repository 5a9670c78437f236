"""Training hours: one training is recorded once; the office finds records the same or different, and refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.facts import (
    EvidenceVoided,
    HoursOf,
    HoursRules,
    TrainingAlsoReported,
    TrainingNumbered,
    TrainingRecognised,
    TrainingRecorded,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from tests.workflows.given import TODAY, Given, command, hours, refused, row
from tests.workflows.test_evidence import PAPER, PEOPLE, correct, record, training, with_
from workflows.commands import Already, Differs
from workflows.hours import DecideHours, FindDifferent, FindSame, NumberTraining, RefuseTraining


def declared(number: str = "10", **said: Any) -> TrainingRecorded:
    return training(number, **({"identity": "jx-88", "source": row("a")} | said))


def two(**said: Any) -> Given:
    """Li has two plain trainings, at 5 and 6."""
    return with_(training(**said)).then(record(training("7", title="研修(网络)", **said)))


def same(one: int = 5, other: int = 6) -> FindSame:
    return command(FindSame, training=one, other=other, reason="两个平台")


def different(one: int = 5, other: int = 6) -> FindDifferent:
    return command(FindDifferent, training=one, other=other)


def refuse(position: int) -> RefuseTraining:
    return command(RefuseTraining, training=position, reason="未参加考核")


# ------------------------------------------------------------------------------------------------ declared identity


def test_a_second_platform_reports_the_same_training_and_records_no_second_one():
    told = declared("12", source=row("b"), title="网络研修", recognised=False)
    assert with_(declared()).when(record(told)) == [
        TrainingAlsoReported(
            training=5, title="网络研修", category="topic", level="district", hours=hours("12"), recognised=False,
            source=row("b"),
        )
    ]  # fmt: skip


def test_a_report_that_is_there_is_recorded_once():
    given = with_(declared()).then(record(declared("12", source=row("b"))))
    assert given.when(record(declared())) == Already(5)
    assert given.when(record(declared("12", source=row("b")))) == Already(6)
    assert given.when(record(declared("13", source=row("b", "13 hours")))) == Differs(6)


def test_a_third_report_is_of_the_first_record_though_that_was_voided():
    given = with_(declared()).then(record(EvidenceVoided(target=5, reason="重复"), TODAY))
    (fact,) = given.when(record(declared(source=row("b"))))  # type: ignore[misc]
    assert isinstance(fact, TrainingAlsoReported)
    assert fact.training == 5


def test_a_further_report_fits_the_catalogue_too():
    refused(with_(declared()), record(declared("401", source=row("b"))), "amount")


def test_a_further_report_is_recognised_corrected_and_voided_like_a_record():
    given = with_(declared(recognised=False)).then(record(declared(source=row("b"), recognised=False)))
    assert given.when(record(TrainingRecognised(training=6), TODAY)) == [TrainingRecognised(training=6)]
    assert given.when(record(EvidenceVoided(target=6, reason="-"))) == [EvidenceVoided(target=6, reason="-")]
    assert isinstance(given.when(correct(6, declared("9", source=row("b", "9 hours")))), list)


def numbered(at: int, identity: str = "jx-88", subject: str = "li") -> NumberTraining:
    return command(NumberTraining, subject=subject, training=at, identity=identity, number="JX-88")


def test_a_training_recorded_without_its_number_gets_it_once_and_is_then_reported_by_it():
    given = with_(training())
    assert given.when(numbered(5)) == [TrainingNumbered(training=5, identity="jx-88", number="JX-88")]
    given = given.then(numbered(5))
    assert given.when(numbered(5)) == Already(5)
    (fact,) = given.when(record(declared(source=row("b"))))  # type: ignore[misc]
    assert isinstance(fact, TrainingAlsoReported)
    assert fact.training == 5


def test_a_number_of_one_training_is_not_given_to_another_in_silence():
    given = with_(declared()).then(record(training("7", title="研修(网络)")))
    refused(given, numbered(6), "numbered")
    assert given.then(same()).when(numbered(6)) == Already(5)
    refused(given, numbered(6, subject="wu"), "other subject")
    refused(given.then(record(EvidenceVoided(target=6, reason="重复"), TODAY)), numbered(6, "jx-9"), "voided")


# ------------------------------------------------------------------------------------------- the same, or different


def test_two_records_are_found_to_be_of_one_training():
    drafts = two().drafts(same())
    assert isinstance(drafts, list)
    found = TrainingsFoundSame(training=5, other=6, reason="两个平台")
    assert [(one.stream, one.fact, one.causation) for one in drafts] == [("subject-li", found, "event-6")]
    assert two().then(same()).when(same()) == Already(7)


def test_the_other_way_round_the_other_record_is_right_from_then_on_and_back_again():
    given = two().then(same())
    assert given.when(same(6, 5)) == [TrainingsFoundSame(training=6, other=5, reason="两个平台", after=7)]
    given = given.then(same(6, 5))
    assert given.when(same(6, 5)) == Already(8)
    assert given.when(same()) == [TrainingsFoundSame(training=5, other=6, reason="两个平台", after=8)]
    keys = [one.fact.business_keys("")[0] for one in given.then(same()).events[-3:]]
    assert keys == ["same/5/6", "same/5/6/7", "same/5/6/8"], "what was released keeps its key"


def test_of_three_reports_each_pair_is_asked_for_again_for_its_own_reason_alone():
    given = two().then(record(training("7", title="第三")), same(5, 6))
    by_sheet = same(5, 7).model_copy(update={"reason": "签到表"})
    given = given.then(by_sheet)
    assert given.when(same(5, 6)) == Already(9), "what holds was found of the third, for another reason"
    assert given.when(by_sheet) == Already(9)
    refused(given, same(5, 7), "said otherwise")


def test_a_record_that_was_corrected_since_gives_way_to_the_one_found_right_now():
    given = two().then(same(), correct(6, training("9", title="研修(网络)")))
    assert given.when(same()) == [TrainingsFoundSame(training=5, other=6, reason="两个平台", after=8)]


def test_two_records_are_found_to_be_of_two_trainings_and_that_is_final():
    assert two().when(different()) == [TrainingsFoundDifferent(training=5, other=6)]
    given = two().then(different())
    assert given.when(different(6, 5)) == Already(7)
    refused(given, same(), "different")


def test_what_was_taken_for_the_same_is_found_different():
    assert two().then(same()).when(different()) == [TrainingsFoundDifferent(training=5, other=6)]


def test_a_record_is_not_compared_with_itself():
    refused(two(), same(5, 5), "one record")
    refused(two(), different(6, 6), "one record")


def test_trainings_of_two_people_are_two_trainings():
    refused(two().then(record(training(), subject="wu")), same(5, 7), "two people")


@pytest.mark.parametrize("position", [2, 6, 99])
def test_only_trainings_are_compared_or_refused(position: int):
    given = with_(training()).then(record(PAPER))
    refused(given, same(5, position), "no such evidence")
    refused(given, different(position, 5), "no such evidence")
    refused(given, refuse(position), "no such evidence")


def test_what_was_voided_is_the_same_as_nothing():
    refused(two().then(record(EvidenceVoided(target=6, reason="-"))), same(), "voided")


# ------------------------------------------------------------------------------------------------------ recognition


def test_the_office_refuses_a_training_and_may_recognise_it_later():
    given = with_(training(recognised=False))
    assert given.when(refuse(5)) == [TrainingRefused(training=5, reason="未参加考核")]
    given = given.then(refuse(5))
    assert given.when(refuse(5)) == Already(6)
    recognised = given.when(record(TrainingRecognised(training=5), TODAY))
    assert recognised == [TrainingRecognised(training=5, after=6)]
    given = given.then(record(TrainingRecognised(training=5), TODAY))
    assert given.when(refuse(5)) == [TrainingRefused(training=5, reason="未参加考核")]


def test_a_training_that_its_platform_recognised_is_refused_and_recognised_again():
    given = with_(training()).then(refuse(5))
    assert given.when(record(TrainingRecognised(training=5), TODAY)) == [TrainingRecognised(training=5, after=6)]


def test_what_was_voided_is_not_refused():
    refused(with_(training()).then(record(EvidenceVoided(target=5, reason="-"), TODAY)), refuse(5), "voided")


def test_two_people_may_have_been_to_the_training_of_one_number():
    given = with_(declared()).then(record(declared(source=row("b")), subject="wu"))
    assert isinstance(given.events[-1].fact, TrainingRecorded)


# ---------------------------------------------------------------------------------------------- what a year asks


def decide(**said: Any) -> DecideHours:
    told: dict[str, Any] = {"since": date(2025, 1, 1), "minimum": 72, "basis": "区教〔2025〕3号"}
    return command(DecideHours, rules=HoursRules(**(told | said)))


def test_the_district_decides_what_a_year_asks_and_the_same_again_is_there_already():
    given = Given(*PEOPLE)
    facts = given.when(decide(categories={"online": HoursOf(most=Decimal(36))}))
    assert isinstance(facts, list)
    assert [one.TYPE for one in facts] == ["hours rules decided"]
    given = given.then(decide())
    assert given.when(decide()) == Already(5)
    assert isinstance(given.when(decide(minimum=60)), list)
    assert isinstance(given.then(decide(minimum=60)).when(decide()), list)
    assert [rules.minimum for _, rules in given.then(decide(minimum=60)).state("district").hours] == [72, 60]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"since": date(2024, 2, 29)}, "first day"),
        ({"basis": "  "}, "basis"),
        ({"categories": {"cooking": HoursOf(minimum=Decimal(8))}}, "unknown term"),
        ({"most": 60}, "bounds"),
        ({"categories": {"online": HoursOf(minimum=Decimal(40), most=Decimal(36))}}, "bounds"),
        ({"most": 80, "categories": {one: HoursOf(minimum=Decimal(41)) for one in ("online", "topic")}}, "bounds"),
        ({"minimum": Decimal("72.125")}, "amount"),
    ],
)
def test_what_cannot_be_asked_is_refused(said: dict[str, Any], code: str):
    refused(Given(*PEOPLE), decide(**said), code)
