"""The cap on teams in a district at work: two clerks at once, a bulk, late news; alliances of units."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from console.screens.story import story
from engine import history
from engine.district import District
from engine.times import times
from events.facts import MemberJoined, MemberLeft, StudioFounded, UnitEstablished
from ladders.reading.loading import shipped
from tests.engine.district_at_work import AtWork, assert_whole, known
from workflows.commands import Landed, PublishLadder, Record, Refused

RULE = shipped("jintan-studio.yaml")
DAY = date(2025, 9, 1)


@pytest.fixture
def capped(at_work: AtWork) -> AtWork:
    """Three studios, an alliance and the rule; p-2 is in the first studio."""
    for name in ("g-2", "g-3"):
        fact = StudioFounded(code=name, kind="teacher", name="工作室", host="p-1", unit="u-east")
        at_work.record(name, fact, date(2020, 9, 1), name)
    alliance = UnitEstablished(code="LM-1", kind="alliance", name="城乡联盟")
    at_work.record("u-alliance", alliance, date(2024, 9, 1), "LM-1")
    at_work.do(PublishLadder, file=RULE, in_force_from=date(2024, 6, 6))
    at_work.record("p-2", MemberJoined(group="g-1", role="core"), date(2024, 9, 1))
    return at_work


def joins(at_work: AtWork, group: str, on: date = DAY) -> Record:
    return at_work.recording("p-2", MemberJoined(group=group, role="member"), on)


def test_of_two_who_record_a_second_and_a_third_team_at_once_one_is_refused(capped: AtWork):
    answers: list[object] = []

    def clerk(group: str) -> None:
        with District.open(capped.district.folder) as district:
            try:
                answers.append(district.handle(joins(capped, group)))
            except Refused as refusal:
                answers.append(refusal)

    threads = [threading.Thread(target=clerk, args=(group,)) for group in ("g-2", "g-3")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(type(one).__name__ for one in answers) == ["Landed", "Refused"]
    assert_whole(capped.district)


def test_a_bulk_sees_what_was_joined_and_left_in_it(capped: AtWork):
    left = capped.recording("p-2", MemberLeft(group="g-1"), date(2025, 8, 31))
    answers = capped.many([joins(capped, "g-2"), joins(capped, "g-3"), left, joins(capped, "g-3")])
    assert [type(one) for one in answers] == [Landed, Refused, Landed, Landed]
    assert "g-1, g-2, g-3" in str(answers[1])
    assert_whole(capped.district)


def test_what_ended_is_known_from_the_log_as_well(capped: AtWork):
    capped.record("p-2", MemberJoined(group="g-2", role="member"), date(2025, 1, 1))
    capped.record("p-2", MemberLeft(group="g-1"), date(2025, 8, 31))
    assert capped.record("p-2", MemberJoined(group="g-3", role="member"), DAY)


def test_beyond_the_cap_the_reason_and_the_document_are_told_in_the_history(capped: AtWork):
    capped.record("p-2", MemberJoined(group="g-2", role="member"), date(2025, 1, 1))
    capped.record("p-2", MemberJoined(group="g-3", role="member", exception="区级课题需要"), DAY)
    said = story(capped.district, "p-2", history.history(capped.district, "p-2"), "zh", times(capped.district)).lines
    assert any("超过团队数:区级课题需要(依据 教办〔2026〕1号)" in one for one in said)
    assert_whole(capped.district)


def test_units_join_an_alliance_and_leave_it_as_its_history_and_theirs_tell(capped: AtWork):
    capped.record("u-east", MemberJoined(group="u-alliance", role="host"), date(2024, 9, 1))
    capped.record("u-west", MemberJoined(group="u-alliance", role="member"), date(2024, 9, 1))
    capped.record("u-west", MemberLeft(group="u-alliance"), date(2025, 8, 31))
    assert [one for one in known(capped.district, "member") if one[0] == "u-alliance"] == [
        ("u-alliance", "u-east", date(2024, 9, 1), None, 0),
        ("u-alliance", "u-west", date(2024, 9, 1), date(2025, 8, 31), 0),
    ]
    assert len(history.history(capped.district, "u-alliance")) == 4
    assert_whole(capped.district)
