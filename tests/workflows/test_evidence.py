"""Evidence: recorded as the catalogue declares it, recognised, corrected, voided."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from events.facts import (
    Amount,
    CatalogueDeclared,
    EvaluationRecorded,
    EvidenceCorrected,
    EvidenceRecorded,
    EvidenceVoided,
    Fact,
    Kind,
    PersonHired,
    ReflectionSelected,
    ReflectionSubmitted,
    TrainingRecognised,
    TrainingRecorded,
    UnitEstablished,
)
from tests.workflows.given import CATALOGUE, TODAY, Given, command, happened, hours, points, refused, row
from workflows import evidence
from workflows.commands import Already, Correct, Differs, Moment, Record, Refused, Span, World

TOMORROW = TODAY + timedelta(days=1)
LAST_YEAR = date(2025, 5, 6)
PEOPLE = (
    happened("district", CatalogueDeclared(catalogue=CATALOGUE)),
    happened("subject-school", UnitEstablished(code="S1", kind="school", name="一小")),
    happened("subject-li", PersonHired(staff_number="1", name="李", unit="school", service_began=date(2015, 9, 1))),
    happened("subject-wu", PersonHired(staff_number="2", name="吴", unit="school", service_began=date(2015, 9, 1))),
)
PAPER = EvidenceRecorded(kind="paper", title="论文", attributes={"level": "city", "role": "first-author", "work": "w1"})
SCORES = EvaluationRecorded(title="2025", ethics=points("92.5"), theory=points("80"))


def training(number: str = "6.5", **said: Any) -> TrainingRecorded:
    told: dict[str, Any] = {"title": "研修", "category": "topic", "level": "district", "recognised": True}
    return TrainingRecorded(hours=hours(number), **(told | said))


def paper(**said: Any) -> EvidenceRecorded:
    return PAPER.model_copy(update=said)


def record(fact: Fact, on: date = LAST_YEAR, subject: str = "li") -> Record:
    return command(Record, subject=subject, occurred=Span.day(on), fact=fact)


def correct(target: int, fact: Fact, on: date = LAST_YEAR) -> Correct:
    return command(Correct, target=target, occurred=Span.day(on), fact=fact, reason="录错")


def with_(fact: Fact) -> Given:
    """A district in which Li has this evidence, at position 5."""
    return Given(*PEOPLE, happened("subject-li", fact, LAST_YEAR))


# -------------------------------------------------------------------------------------------------------- recorded


@pytest.mark.parametrize(
    "fact",
    [training(), SCORES, ReflectionSubmitted(work="w", title="t"), ReflectionSelected(work="w", level="studio"), PAPER],
    ids=lambda fact: fact.TYPE,
)
def test_evidence_is_recorded_in_the_stream_of_its_subject(fact: Fact):
    drafts = Given(*PEOPLE).drafts(record(fact))
    assert isinstance(drafts, list)
    assert [(one.stream, one.fact, one.occurred, one.expected) for one in drafts] == [
        ("subject-li", fact, Span.day(LAST_YEAR), None)
    ]


def test_only_those_who_are_known_have_evidence():
    refused(Given(*PEOPLE), record(PAPER, subject="wang"), "unknown subject")


def test_a_school_has_evidence_of_the_catalogue_but_is_neither_trained_nor_evaluated():
    assert Given(*PEOPLE).when(record(PAPER, subject="school")) == [PAPER]
    for fact in (training(), SCORES):
        refused(Given(*PEOPLE), record(fact, subject="school"), "unknown subject")


APPOINTED = EvidenceRecorded(kind="appointment", title="三年级(2)班", attributes={"role": "head-teacher"})


def until(day: date | None) -> EvidenceRecorded:
    return APPOINTED.model_copy(update={"lasts_until": day})


@pytest.mark.parametrize("last", [None, LAST_YEAR, TOMORROW], ids=["open", "the same day", "a day to come"])
def test_what_lasts_has_a_last_day_or_goes_on(last: date | None):
    assert Given(*PEOPLE).when(record(until(last))) == [until(last)]


def test_nothing_ends_before_it_begins():
    refused(Given(*PEOPLE), record(until(LAST_YEAR - timedelta(days=1))), "days")
    refused(with_(APPOINTED), correct(5, until(date(2024, 1, 1))), "days")


def test_days_do_not_run_backwards():
    with pytest.raises(ValueError, match="lies before"):
        Span(first=TODAY, last=TODAY - timedelta(days=1))


def test_of_a_month_in_which_it_may_have_begun_the_last_day_counts():
    month = Span(first=date(2025, 5, 1), last=date(2025, 5, 31))
    began = command(Record, subject="li", occurred=month, fact=until(date(2025, 5, 20)))
    refused(Given(*PEOPLE), began, "days")


def test_what_does_not_last_has_no_last_day():
    refused(Given(*PEOPLE), record(paper(lasts_until=TODAY)), "does not last")


def test_a_correction_says_until_when_it_lasts():
    (fact,) = facts(with_(APPOINTED).when(correct(5, until(TODAY))))
    assert isinstance(fact, EvidenceCorrected)
    assert fact.lasts_until == TODAY


CLASS = Kind(zh="任教班级", en="class", attributes={"pupils": "number"})


@pytest.mark.parametrize("pupils", ["0", "45", "999999999"])
def test_a_whole_number_is_an_attribute(pupils: str):
    taught = EvidenceRecorded(kind="class", title="三(2)班", attributes={"pupils": pupils})
    assert in_a_district_with(CLASS).when(record(taught)) == [taught]


@pytest.mark.parametrize("pupils", ["", "045", "-1", "4.5", "四十五", "1000000000", "４５"])
def test_what_is_no_whole_number_is_not_taken_for_one(pupils: str):
    taught = EvidenceRecorded(kind="class", title="三(2)班", attributes={"pupils": pupils})
    refused(in_a_district_with(CLASS), record(taught), "whole number")


def in_a_district_with(kind: Kind) -> Given:
    catalogue = CATALOGUE.model_copy(update={"kinds": {**CATALOGUE.kinds, "class": kind}})
    return Given(*PEOPLE, happened("district", CatalogueDeclared(catalogue=catalogue)))


def facts(decision: object) -> list[Fact]:
    assert isinstance(decision, list), decision
    return decision


def test_evidence_of_today_is_recorded_and_of_tomorrow_is_not():
    assert Given(*PEOPLE).when(record(PAPER, TODAY)) == [PAPER]
    refused(Given(*PEOPLE), record(PAPER, TOMORROW), "future")


def test_a_kind_that_the_catalogue_does_not_declare_is_refused_with_those_that_it_does():
    refusal = refused(Given(*PEOPLE), record(paper(kind="poem")), "unknown kind")
    assert "论文" in refusal.zh
    assert "paper" in refusal.en


def test_an_attribute_that_the_kind_does_not_have_is_refused_with_those_that_it_has():
    refusal = refused(Given(*PEOPLE), record(paper(attributes={"grade": "first"})), "unknown attribute")
    assert "role" in refusal.en


@pytest.mark.parametrize(
    "fact",
    [paper(attributes={"level": "universe"}), training(category="cooking"), ReflectionSelected(work="w", level="x")],
)
def test_a_term_that_its_scale_does_not_have_is_refused_with_those_that_it_has(fact: Fact):
    refused(Given(*PEOPLE), record(fact), "unknown term")


def test_the_name_of_a_work_is_free():
    fact = paper(attributes={"work": "anything, at all"})
    assert Given(*PEOPLE).when(record(fact)) == [fact]


def test_a_free_term_is_no_place_for_a_story():
    assert isinstance(Given(*PEOPLE).when(record(paper(attributes={"work": "w" * 60}))), list)
    refused(Given(*PEOPLE), record(paper(attributes={"work": "w" * 61})), "long term")


@pytest.mark.parametrize(
    "fact",
    [
        training("-0.5"),
        training("400.01"),
        training("6.501"),
        TrainingRecorded(title="研修", hours=points("6"), recognised=True),
        EvaluationRecorded(title="2025", research=points("100.5")),
        paper(amount=hours("1")),
        EvidenceRecorded(kind="training", title="研修", attributes={}),
    ],
    ids=["negative", "over most", "too many decimals", "another unit", "over most", "none declared", "none given"],
)
def test_an_amount_has_to_be_as_the_kind_declares_it(fact: Fact):
    refused(Given(*PEOPLE), record(fact), "amount")


@pytest.mark.parametrize("number", ["0", "400", "6.50", "0.25"])
def test_amounts_within_their_bounds_are_exact(number: str):
    fact = training(number)
    assert Given(*PEOPLE).when(record(fact)) == [fact]
    assert fact.hours.number == Decimal(number)


@pytest.mark.parametrize("number", ["0.0000001", "NaN", "Infinity"])
def test_a_number_that_is_no_exact_amount_is_refused(number: str):
    with pytest.raises(Refused) as caught:
        evidence.exact(Decimal(number), "hour")
    assert caught.value.code == "amount"


def test_a_number_becomes_an_exact_amount():
    assert evidence.exact(Decimal("6.50"), "hour") == Amount(value=65, scale=1, unit="hour")


def test_a_row_that_was_recorded_is_recorded_once():
    given = with_(training(source=row("r1")))
    assert given.when(record(training(source=row("r1")))) == Already(5)


def test_a_row_that_says_otherwise_now_is_handed_back():
    given = with_(training(source=row("r1")))
    assert given.when(record(training("7", source=row("r1", "7 hours")))) == Differs(5)


def test_a_fact_that_is_no_evidence_is_no_business_of_this_decider():
    with pytest.raises(TypeError):
        evidence.decide(World(), record(PEOPLE[1].fact), Moment(None, TODAY, 0))  # type: ignore[arg-type]


def test_an_evaluation_is_one_piece_of_evidence_per_competence_that_it_scores():
    assert [(one.number, one.attributes["competence"]) for one in evidence.items(SCORES)] == [
        (0, "ethics"),
        (1, "theory"),
    ]
    assert evidence.items(PEOPLE[1].fact) == ()


# ------------------------------------------------------------------------------------------- recognised and voided


def test_a_training_is_recognised_later():
    drafts = with_(training(recognised=False)).drafts(record(TrainingRecognised(training=5), TODAY))
    assert isinstance(drafts, list)
    assert [(one.stream, one.fact, one.causation) for one in drafts] == [
        ("subject-li", TrainingRecognised(training=5), "event-5")
    ]


def test_a_training_is_recognised_once():
    given = with_(training(recognised=False)).then(record(TrainingRecognised(training=5), TODAY))
    assert given.when(record(TrainingRecognised(training=5), TODAY)) == Already(6)
    assert with_(training()).when(record(TrainingRecognised(training=5), TODAY)) == Already(5)


@pytest.mark.parametrize("position", [0, 2, 5, 99])
def test_only_trainings_are_recognised(position: int):
    refused(with_(PAPER), record(TrainingRecognised(training=position)), "no such evidence")


def test_a_training_that_was_voided_is_not_recognised():
    given = with_(training(recognised=False)).then(record(EvidenceVoided(target=5, reason="重复"), TODAY))
    refused(given, record(TrainingRecognised(training=5)), "voided")


@pytest.mark.parametrize("fact", [EvidenceVoided(target=5, reason="-"), TrainingRecognised(training=5)])
def test_what_becomes_of_evidence_is_said_in_the_stream_of_its_own_subject(fact: Fact):
    refused(with_(training(recognised=False)), record(fact, subject="wu"), "other subject")


def test_evidence_is_voided_once():
    voided = EvidenceVoided(target=5, reason="重复")
    assert with_(PAPER).when(record(voided, TODAY)) == [voided]
    assert with_(PAPER).then(record(voided, TODAY)).when(record(voided, TODAY)) == Already(6)


@pytest.mark.parametrize("position", [1, 3, 99])
def test_only_evidence_is_voided(position: int):
    refused(with_(PAPER), record(EvidenceVoided(target=position, reason="-")), "no such evidence")


# -------------------------------------------------------------------------------------------------------- corrected


def test_a_correction_says_days_attributes_and_amounts_anew():
    drafts = with_(training()).drafts(correct(5, training("8", category="online"), date(2025, 5, 7)))
    assert isinstance(drafts, list)
    (draft,) = drafts
    assert (draft.stream, draft.occurred, draft.causation) == ("subject-li", Span.day(date(2025, 5, 7)), "event-5")
    assert draft.fact == EvidenceCorrected(
        target=5, attributes={"category": "online", "level": "district"}, amounts={"amount": hours("8")},
        recognised=True, title="研修", reason="录错",
    )  # fmt: skip


def test_a_corrected_evaluation_scores_exactly_what_the_correction_scores():
    given = with_(SCORES).then(
        correct(5, EvaluationRecorded(title="2025-2", theory=points("81"), research=points("70")))
    )
    correction = given.events[-1].fact
    assert isinstance(correction, EvidenceCorrected)
    found = evidence.corrected(SCORES, correction)
    assert [(one.number, one.attributes, one.amount) for one in found] == [
        (1, {"competence": "theory"}, points("81")),
        (3, {"competence": "research"}, points("70")),
    ]


@pytest.mark.parametrize("position", [0, 3, 99])
def test_only_evidence_is_corrected(position: int):
    refused(with_(PAPER), correct(position, PAPER), "no such evidence")


def test_what_was_voided_is_not_corrected():
    given = with_(PAPER).then(record(EvidenceVoided(target=5, reason="重复"), TODAY))
    refused(given, correct(5, PAPER), "voided")


@pytest.mark.parametrize("fact", [training(), paper(kind="award", attributes={"grade": "first"})])
def test_a_correction_never_turns_evidence_into_another_kind(fact: Fact):
    refused(with_(PAPER), correct(5, fact), "other kind")


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (training("401"), "amount"),
        (training(category="cooking"), "unknown term"),
    ],
)
def test_a_correction_has_to_fit_the_catalogue_as_well(fact: Fact, code: str):
    refused(with_(training()), correct(5, fact), code)


def test_a_correction_does_not_move_evidence_into_the_future():
    refused(with_(PAPER), correct(5, PAPER, TOMORROW), "future")


def test_a_row_that_was_corrected_is_the_row_as_it_is_now():
    now = training("7", source=row("r1", "7 hours"))
    given = with_(training(source=row("r1"))).then(correct(5, now))
    assert given.when(record(now)) == Already(5)
    assert given.when(correct(5, now)) == Already(5)
    assert given.when(record(training(source=row("r1")))) == Differs(5)


def test_a_row_is_corrected_back_to_what_it_said_before():
    before = training(source=row("r1"))
    given = with_(before).then(correct(5, training("7", source=row("r1", "7 hours"))))
    facts = given.when(correct(5, before))
    assert isinstance(facts, list)
    assert len(facts) == 1


def test_a_row_corrects_the_record_that_it_made_and_no_other():
    given = with_(training(source=row("r1"))).then(record(training("9", source=row("r2"))))
    refused(given, correct(5, training("7", source=row("r2", "7 hours"))), "other record")
