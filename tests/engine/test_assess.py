"""Verdicts: the same question has the same answer, byte for byte, whenever and wherever it is asked."""

from __future__ import annotations

from datetime import date

import pytest

from engine import history
from engine.assessing import assess
from engine.district import District
from events.codec import encode
from events.facts import (
    Assessed,
    EvidenceVoided,
    Granted,
    LadderPublished,
    PersonLeft,
    Settings,
    TrainingRecorded,
)
from tests.engine.district_at_work import LADDER, PEOPLE, AtWork, training
from workflows.commands import ChangeSettings, PublishLadder, Refused

DAY = date(2026, 6, 1)


def answers(district: District, known_at: int | None = None, as_of: date = DAY) -> bytes:
    """The verdicts on everybody as the bytes that the log would take."""
    rules = assess.rules_for(district, "diligence", as_of, known_at)
    verdicts = assess.verdicts(assess.assess(district, rules, "diligent", assess.cohort_of(district, rules)))
    return b"\n".join(encode(one) for one in verdicts)


def explained(district: District, known_at: int) -> str:
    rules = assess.rules_for(district, "diligence", DAY, known_at)
    return repr([one.explanation for one in assess.explain(district, rules, list(PEOPLE), "diligent")])


def test_the_same_question_has_the_same_bytes_whatever_happened_since(at_work: AtWork):
    district = at_work.district
    recorded = at_work.record("p-1", training("20"))
    at_work.record("p-2", training("19.75"))
    then = at_work.tip()
    first, told = answers(district, then), explained(district, then)
    assert b'"met"' in first
    assert b'"not met"' in first
    at_work.record("p-1", EvidenceVoided(target=recorded, reason="重复"))
    at_work.record("p-2", training("30"))
    at_work.record("p-3", PersonLeft(), date(2026, 5, 1))
    at_work.do(ChangeSettings, settings=Settings(school_year_starts="08-15"))
    at_work.do(PublishLadder, file=LADDER.replace(b"at least: 20", b"at least: 99"), in_force_from=date(2026, 2, 1))
    assert answers(district) != first
    assert answers(district, then) == first
    assert explained(district, then) == told
    district.rebuild()
    assert answers(district, then) == first
    with District.open(district.folder) as other:
        assert answers(other, then) == first
        assert explained(other, then) == told


def test_a_verdict_is_pinned_to_everything_that_it_depends_on(at_work: AtWork):
    rules = assess.rules_for(at_work.district, "diligence", DAY)
    again = assess.rules_of(at_work.district, rules.pins)
    assert again == rules
    assert rules.pins.known_at == at_work.tip()


def test_one_subject_alone_gets_the_verdict_that_it_gets_among_all(at_work: AtWork):
    at_work.record("p-2", training("25"))
    rules = assess.rules_for(at_work.district, "diligence", DAY)
    everybody = assess.assess(at_work.district, rules, "diligent", PEOPLE)
    for i, subject in enumerate(PEOPLE):
        assert assess.assess(at_work.district, rules, "diligent", [subject]).judged(0) == everybody.judged(i)
    assert everybody.counts()["met"] == 1


def test_a_verdict_lists_the_evidence_that_counted(at_work: AtWork):
    counted = [at_work.record("p-1", training("12")), at_work.record("p-1", training("9"))]
    at_work.record("p-1", training("50"), date(2020, 1, 1))  # too long ago
    at_work.record("p-1", training("50", recognised=False))
    rules = assess.rules_for(at_work.district, "diligence", DAY)
    (used,) = assess.evidence_used(at_work.district, assess.assess(at_work.district, rules, "diligent", ["p-1"]))
    facts = {event.position: event.fact for batch in at_work.district.log.follow() for event in batch}
    assert [at for at in used if isinstance(facts[at], TrainingRecorded)] == counted


def test_nobody_is_asked_about_the_future_of_the_log_or_before_its_beginning(at_work: AtWork):
    for position in (0, -1, at_work.tip() + 1):
        with pytest.raises(Refused) as caught:
            assess.rules_for(at_work.district, "diligence", DAY, position)
        assert caught.value.code == "known at"


def test_no_ladder_no_verdict(at_work: AtWork):
    published = next(
        event.position
        for batch in at_work.district.log.follow()
        for event in batch
        if isinstance(event.fact, LadderPublished)
    )
    for ladder, day, known_at in (
        ("unheard-of", DAY, None),
        ("diligence", date(2025, 12, 31), None),
        ("diligence", DAY, published - 1),
    ):
        with pytest.raises(Refused) as caught:
            assess.rules_for(at_work.district, ladder, day, known_at)
        assert caught.value.code == "no ladder"


def test_a_rung_that_no_step_leads_to_is_refused(at_work: AtWork):
    rules = assess.rules_for(at_work.district, "diligence", DAY)
    with pytest.raises(Refused) as caught:
        assess.assess(at_work.district, rules, "minister", PEOPLE)
    assert "diligent" in caught.value.en


def test_a_cohort_is_whoever_was_employed_on_the_day_as_known_then(at_work: AtWork):
    before = at_work.tip()
    at_work.record("p-3", PersonLeft(), date(2026, 4, 30))
    at_work.many([at_work.person("q-late")])

    def cohort(day: date, known_at: int | None = None) -> set[str]:
        return set(assess.cohort_of(at_work.district, assess.rules_for(at_work.district, "diligence", day, known_at)))

    assert cohort(DAY) == {*PEOPLE, "q-late"} - {"p-3"}
    assert cohort(date(2026, 4, 30)) == {*PEOPLE, "q-late"}
    assert cohort(DAY, before) == set(PEOPLE)


def test_a_grant_tells_why_it_was_made(at_work: AtWork):
    cycle = at_work.review()
    grants = history.grants(at_work.district, cycle)
    assert [one.subject for one in grants] == ["p-1", "p-2"]
    why = history.why(at_work.district, history.find_grant(at_work.district, "p-1"))
    assert why.identical
    assert isinstance(why.assessed.fact, Assessed)
    assert isinstance(why.grant.fact, Granted)
    assert [one.outcome for one in why.assessed.fact.findings] == ["met", "met"]
    assert [len(part) for part in (why.ballots, why.decided)] == [3, 1]
    told = {one.event.position for one in history.history(at_work.district, "p-1")}
    assert {why.grant.position, why.assessed.position, why.nominated.position} <= told
