"""Who may join what, and in how many teams a person may be; what joins beyond it, with a reason and a document."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from typing import Any, Literal

import pytest

from events.facts import Fact, LadderPublished, MemberJoined, MemberLeft, PersonHired, StudioFounded, UnitEstablished
from ladders.reading.loading import shipped
from tests.workflows.given import TODAY, Given, Happened, command, happened, refused
from workflows.commands import Asking, Record, Span

RULE = shipped("jintan-studio.yaml")
DAY = date(2025, 9, 1)


def unit(name: str, kind: Literal["school", "research group", "project", "alliance"] = "school") -> Happened:
    return happened(f"subject-{name}", UnitEstablished(code=name.upper(), kind=kind, name=name))


def studio(name: str) -> Happened:
    fact = StudioFounded(code=name.upper(), kind="teacher", name=name, host="zhang", unit="school")
    return happened(f"subject-{name}", fact)


def person(name: str) -> Happened:
    fact = PersonHired(staff_number=name, name=name, unit="school", service_began=date(2015, 9, 1))
    return happened(f"subject-{name}", fact)


def published(file: bytes, since: date) -> Happened:
    sha256, held = hashlib.sha256(file).hexdigest(), base64.b64encode(file).decode()
    fact = LadderPublished(ladder="jintan-studio", sha256=sha256, file=held, in_force_from=since)
    return happened("ladder-jintan-studio", fact, since)


def joined(group: str, on: date, who: str = "li") -> Happened:
    return happened(f"subject-{who}", MemberJoined(group=group, role="member"), on)


def left(group: str, on: date) -> Happened:
    return happened("subject-li", MemberLeft(group=group), on)


DISTRICT = (
    *(unit("school"), unit("other"), unit("maths", "research group"), unit("project", "project")),
    *(unit("alliance", "alliance"), person("zhang"), person("li"), studio("a"), studio("b"), studio("c")),
    published(RULE, date(2024, 6, 6)),
)
TWO = (joined("a", date(2024, 9, 1)), joined("b", date(2025, 1, 1)))


def joins(group: str, on: date = DAY, who: str = "li", **said: Any) -> Record:
    fact: Fact = MemberJoined(group=group, role="member", exception=said.pop("exception", None))
    return command(Record, subject=who, occurred=said.pop("span", Span.day(on)), fact=fact, **said)


def test_a_second_team_may_be_joined():
    assert Given(*DISTRICT, TWO[0]).when(joins("b"))


def test_a_third_team_is_refused_with_the_rule_its_document_and_the_teams():
    refusal = refused(Given(*DISTRICT, *TWO), joins("c"), "teams")
    assert "A、B、C" in refusal.zh
    assert "《2024年金坛区中小学（幼儿园）师干训工作意见》三（二）加强统筹协调" in refusal.zh
    assert "A, B, C" in refusal.en
    assert '"Jintan studios of three kinds" (jintan-studio) allows 2' in refusal.en


@pytest.mark.parametrize("group", ["project", "alliance"])
def test_projects_and_alliances_are_teams(group: str):
    refused(Given(*DISTRICT, *TWO), joins(group), "teams")


def test_a_research_group_is_no_team():
    assert Given(*DISTRICT, *TWO).when(joins("maths"))


def test_coming_back_to_a_team_is_no_further_team():
    assert Given(*DISTRICT, *TWO).when(joins("b"))


def test_who_left_the_day_before_is_in_the_team_no_more():
    assert Given(*DISTRICT, *TWO, left("a", date(2025, 8, 31))).when(joins("c"))


def test_the_last_day_in_a_team_is_inside():
    refused(Given(*DISTRICT, *TWO, left("a", DAY)), joins("c"), "teams")


def test_before_the_rule_is_in_force_a_third_team_may_be_joined():
    early = (joined("a", date(2022, 9, 1)), joined("b", date(2023, 1, 1)))
    assert Given(*DISTRICT, *early).when(joins("c", date(2024, 6, 5)))
    refused(Given(*DISTRICT, *early), joins("c", date(2024, 6, 6)), "teams")


def test_a_later_version_without_the_rule_ends_it():
    file = RULE[: RULE.index(b"joining:\n")]
    given = Given(*DISTRICT, published(file, DAY), *TWO)
    assert given.when(joins("c", DAY))
    refused(given, joins("c", date(2025, 8, 31)), "teams")


def test_what_is_told_late_is_held_against_what_began_since():
    refused(Given(*DISTRICT, *TWO), joins("c", date(2024, 7, 1)), "teams")


def test_what_is_told_late_and_had_ended_before_is_in_nobodys_way():
    assert Given(*DISTRICT, *TWO).when(joins("c", date(2024, 7, 1), ends=date(2024, 12, 31)))
    refused(Given(*DISTRICT, *TWO), joins("c", date(2024, 7, 1), ends=date(2025, 1, 1)), "teams")


def test_a_membership_of_a_month_counts_from_its_last_day_on():
    span = Span(first=date(2025, 8, 1), last=date(2025, 8, 31))
    assert Given(*DISTRICT, *TWO, left("a", date(2025, 8, 30))).when(joins("c", span=span))
    refused(Given(*DISTRICT, *TWO, left("a", date(2025, 8, 31))), joins("c", span=span), "teams")


def test_with_a_reason_and_a_document_a_third_team_is_joined_and_both_are_recorded():
    drafts = Given(*DISTRICT, *TWO).when(joins("c", exception="区级课题需要"))
    assert drafts == [MemberJoined(group="c", role="member", exception="区级课题需要")]


def test_a_reason_without_a_document_is_not_enough():
    nobody = Asking(actor="clerk-1")
    refused(Given(*DISTRICT, *TWO), joins("c", exception="区级课题需要", asking=nobody), "no document for it")


def test_units_join_alliances_as_often_as_they_like():
    given = Given(*DISTRICT, joined("alliance", DAY, "other"), joined("project", DAY, "other"))
    assert given.when(joins("alliance", who="school"))


@pytest.mark.parametrize(("who", "group"), [("school", "a"), ("school", "maths"), ("li", "other"), ("school", "other")])
def test_only_persons_join_studios_and_research_groups_and_nobody_joins_a_school(who: str, group: str):
    refused(Given(*DISTRICT), joins(group, who=who), "not joined")


def leaves(group: str, on: date) -> Record:
    return command(Record, subject="li", occurred=Span.day(on), fact=MemberLeft(group=group))


def test_whoever_never_joined_a_team_cannot_leave_it():
    refused(Given(*DISTRICT, *TWO), leaves("c", DAY), "not a member")


def test_whoever_left_already_cannot_leave_again_nor_before_joining():
    refused(Given(*DISTRICT, *TWO, left("a", DAY)), leaves("a", TODAY), "not a member")
    refused(Given(*DISTRICT, *TWO), leaves("b", date(2024, 12, 31)), "not a member")
    assert Given(*DISTRICT, *TWO).when(leaves("b", date(2025, 1, 1)))


def test_a_unit_leaves_an_alliance():
    left_ = command(Record, subject="other", occurred=Span.day(TODAY), fact=MemberLeft(group="alliance"))
    assert Given(*DISTRICT, joined("alliance", DAY, "other")).when(left_)
