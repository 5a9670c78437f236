"""A case begins: nominated, and assessed when submission closed; assessed again where that is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.facts import (
    Assessed,
    CaseResubmitted,
    Nominated,
    PersonLeft,
    PersonMoved,
    StudioFounded,
)
from tests.workflows.given import LADDER, Given, command, refused, row, verdict
from tests.workflows.reviewing import (
    AFTER,
    DEADLINE,
    closed,
    closing,
    in_panel,
    nomination,
    opened,
    other_cycle,
    verdicts,
    with_panel,
)
from workflows.acts import ResubmitCase, ReturnCase, WithdrawCase
from workflows.commands import Already, Asking, Conclude, DecideStage, Differs, RecordVerdicts, Span

DAY = Span.day(date(2026, 3, 12))
OUTSIDE = with_panel(
    "quorum: 2, threshold: more than 1/2 of present",
    more="number: 1, outside the count: true, order: [votes of panel], ties: all in",
)
"""A ladder with one place, and nominations that take none."""


# -------------------------------------------------------------------------------------------------------- nominated


def test_a_nomination_begins_a_case():
    drafts = opened().drafts(nomination())
    assert isinstance(drafts, list)
    assert [(one.stream, one.fact, one.expected, one.correlation) for one in drafts] == [
        ("case-c-li", Nominated(cycle="y1", subject="li", unit="school"), 0, "y1")
    ]


def test_nominated_twice_is_nominated_once_whoever_asks():
    given = opened().then(nomination())
    assert given.when(nomination(case="c-other")) == Already(given.at(Nominated))
    assert given.when(nomination(source=row("r1"))) == Already(given.at(Nominated))


def test_nominated_before_submission_closed_stays_so_afterwards():
    given = opened().then(nomination(), closing())
    assert given.when(nomination()) == Already(given.at(Nominated))


def test_a_row_nominates_once():
    given = opened().then(nomination(source=row("r1")))
    assert given.when(nomination("wu", source=row("r1"))) == Already(given.at(Nominated))
    assert given.when(nomination("wu", source=row("r1", "otherwise"))) == Differs(given.at(Nominated))
    assert given.when(nomination(source=row("r1", "states another track"))) == Differs(given.at(Nominated))


def test_the_id_of_a_case_is_used_once():
    refused(opened().then(nomination()), nomination("wu", case="c-li"), "case taken")


def test_nobody_is_nominated_after_submission_closed_or_its_deadline_passed():
    refused(opened().then(closing()), nomination(), "closed")
    refused(opened().on(AFTER), nomination(), "closed")
    assert isinstance(opened().on(DEADLINE).when(nomination()), list)


@pytest.mark.parametrize("subject", ["nobody", "school", "studio"])
def test_only_subjects_of_the_ladders_kind_are_nominated(subject: str):
    given = opened()
    given.add("subject-studio", StudioFounded(code="G", kind="teacher", name="-", host="an", unit="school"), DAY)
    refused(given, nomination(subject), "unknown subject")


def test_a_unit_is_nominated_where_the_ladder_is_for_its_kind():
    for_schools = LADDER.replace(b"subject: person", b"subject: school").replace(
        b"years since: service, at least: 3", b"evidence: award, then: [count], at least: 1"
    )
    (fact,) = opened(for_schools).when(nomination("school"))  # type: ignore[misc]
    assert isinstance(fact, Nominated)
    assert (fact.subject, fact.unit) == ("school", "school")
    for other in ("centre", "li"):
        refused(opened(for_schools), nomination(other), "unknown subject")


def test_an_application_states_what_it_is_for():
    (fact,) = opened().when(nomination(states={"track": "research", "名额": "2"}))  # type: ignore[misc]
    assert isinstance(fact, Nominated)
    assert fact.states == {"track": "research", "名额": "2"}
    (fact,) = opened().when(nomination())  # type: ignore[misc]
    assert isinstance(fact, Nominated)
    assert fact.states is None


@pytest.mark.parametrize(
    ("name", "term"), [("ladder", "other"), ("rung", "x"), (" ", "x"), ("track", " "), ("track", "长" * 61)]
)
def test_an_application_states_short_terms_by_names_of_its_own(name: str, term: str):
    refused(opened(), nomination(states={name: term}), "states")


def test_who_left_before_today_is_not_nominated_and_who_leaves_today_is():
    given = opened()
    given.add("subject-li", PersonLeft(), DAY)
    assert isinstance(given.on(DAY.last).when(nomination()), list)
    refused(given.on(DAY.last + timedelta(days=1)), nomination(), "left")


def test_a_cycle_of_a_unit_is_for_its_own_people_and_those_below_it():
    everyone = opened(scope="centre")
    assert isinstance(everyone.when(nomination()), list)
    refused(opened(scope="other"), nomination(), "scope")


def test_a_nomination_notes_the_candidates_own_unit_of_that_day():
    given = opened()
    given.add("subject-li", PersonMoved(unit="other"), DAY)
    (fact,) = given.when(nomination())  # type: ignore[misc]
    assert isinstance(fact, Nominated)
    assert fact.unit == "other"


def withdrawal(case: str = "c-li") -> WithdrawCase:
    return command(WithdrawCase, cycle="y1", case=case, reason="报错了人")


def test_who_withdrew_may_be_nominated_again_while_submission_is_open():
    given = opened().then(nomination(), withdrawal())
    (fact,) = given.when(nomination(case="c-2"))  # type: ignore[misc]
    assert fact == Nominated(cycle="y1", subject="li", unit="school", again=1)
    again = given.then(nomination(case="c-2"))
    assert again.when(nomination(case="c-3")) == Already(again.at(Nominated))
    assert isinstance(again.then(withdrawal("c-2")).when(nomination(case="c-3")), list)
    refused(given.then(closing()), nomination(case="c-2"), "closed")


def test_a_row_of_a_file_nominates_nobody_again_who_withdrew():
    given = opened().then(nomination(source=row("r1")), withdrawal())
    refused(given, nomination(case="c-2", source=row("r1")), "withdrawn")
    refused(given, nomination(case="c-2", source=row("r2")), "withdrawn")
    again = given.then(nomination(case="c-2"))
    assert again.when(nomination(case="c-3", source=row("r1"))) == Already(again.at(Nominated))


def test_a_nomination_is_outside_the_count_where_the_ladder_says_so_and_a_document_does():
    given = opened(OUTSIDE)
    assert given.when(nomination(outside=True)) == [Nominated(cycle="y1", subject="li", unit="school", outside=True)]
    refused(given, nomination(outside=True, asking=Asking(actor="clerk-1")), "authority")
    refused(given, nomination(outside=True, asking=Asking(actor="clerk-1", authority=" ")), "authority")
    assert isinstance(given.when(nomination(asking=Asking(actor="clerk-1"))), list)


def test_a_nomination_that_is_there_with_another_mark_is_refused_and_not_taken_for_the_same():
    given = opened(OUTSIDE).then(nomination(), nomination("wu", outside=True))
    refused(given, nomination(outside=True), "other mark")
    assert "withdraw" in refused(given, nomination("wu"), "other mark").en
    assert given.when(nomination("wu", outside=True)) == Already(given.at(Nominated))
    withdrawn = given.then(command(WithdrawCase, cycle="y1", case="c-wu", reason="改报"))
    again = withdrawn.then(nomination("wu", case="c-wu-2"))
    assert isinstance(again.when(nomination("wu")), Already)
    refused(again, nomination("wu", outside=True), "other mark")


def test_nobody_is_outside_the_count_where_the_ladder_does_not_say_so():
    counted = OUTSIDE.replace(b"outside the count: true, ", b"")
    for ladder in (LADDER, counted):
        refused(opened(ladder), nomination(outside=True), "outside")


# --------------------------------------------------------------------------------------------------------- assessed


def test_verdicts_are_recorded_on_the_cases_of_a_closed_cycle():
    given = closed("li", "wu")
    facts = given.when(verdicts(given, li="met", wu="unknown"))
    assert isinstance(facts, list)
    assert [one.outcome for one in facts if isinstance(one, Assessed)] == ["met", "unknown"]


def test_verdicts_are_recorded_once_case_by_case():
    given = closed("li", "wu")
    half = given.then(verdicts(given, li="met"))
    facts = half.when(verdicts(given, li="not met", wu="not met"))
    assert isinstance(facts, list)
    assert len(facts) == 1
    assert isinstance(half.then(verdicts(given, wu="met")).when(verdicts(given, li="met", wu="met")), Already)


def test_no_verdict_before_submission_closed():
    refused(opened().then(nomination()), command(RecordVerdicts, cycle="y1", verdicts=()), "not closed")


@pytest.mark.parametrize(
    "pins",
    [
        {"version": "another file"},
        {"ladder": "another ladder"},
        {"catalogue": 1},
        {"settings": 2},
        {"as_of": date(2026, 3, 30)},
        {"known_at": 99},
    ],
    ids=lambda pins: next(iter(pins)),
)
def test_a_verdict_that_is_not_pinned_as_the_cycle_pins_is_refused(pins: dict[str, Any]):
    given = closed("li")
    right = {"known_at": given.state("cycle-y1").closed.known_at, "catalogue": 2, "settings": 1}
    asked = command(RecordVerdicts, cycle="y1", verdicts=(("c-li", verdict("met", **(right | pins))),))
    refused(given, asked, "pins")


def test_only_cases_of_the_cycle_are_assessed_decided_and_concluded():
    given = other_cycle(in_panel("li"))
    stranger = (("c-2", verdict("met", given.state("cycle-y1").closed.known_at, catalogue=2, settings=1)),)
    refused(given, command(RecordVerdicts, cycle="y1", verdicts=stranger), "no case")
    for cases in (("c-2",), ("c-nobody",)):
        refused(given, command(DecideStage, cycle="y1", stage="panel", cases=cases), "no case")
        refused(given, command(Conclude, cycle="y1", cases=cases, evidence={}), "no case")


RETURNS = with_panel("quorum: 2, threshold: more than 1/2 of present, completion days: 5")


def resubmitted() -> Given:
    """Li was returned by the panel, and came back."""
    given = in_panel("li", ladder=RETURNS)
    returned = command(ReturnCase, cycle="y1", case="c-li", stage="panel", reason="缺证明")
    return given.then(returned, command(ResubmitCase, cycle="y1", case="c-li"))


def test_a_case_that_came_back_is_assessed_on_what_was_known_when_it_did():
    given = resubmitted()
    right = verdicts(given, li="met")
    said = right.verdicts[0][1]
    closed_at = said.pins.model_copy(update={"known_at": given.state("cycle-y1").closed.known_at})
    before = said.model_copy(update={"pins": closed_at})
    refused(given, command(RecordVerdicts, cycle="y1", verdicts=(("c-li", before),)), "pins")
    (fact,) = given.when(right)  # type: ignore[misc]
    assert isinstance(fact, Assessed)
    assert fact.pins.known_at == given.at(CaseResubmitted)
    assert isinstance(given.then(right).when(right), Already)


def test_while_it_is_returned_and_after_it_ended_a_case_is_not_assessed():
    given = in_panel("li", ladder=RETURNS)
    before = given.then(command(ReturnCase, cycle="y1", case="c-li", stage="panel", reason="缺证明"))
    assert isinstance(before.when(verdicts(before, li="met")), Already)
    given = resubmitted()
    ended = given.then(command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"))
    assert isinstance(ended.when(verdicts(given, li="met")), Already)
