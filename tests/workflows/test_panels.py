"""Panels: who may sit where, who may stand in, whom a reminder reaches; and the days of the stages that they decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.facts import (
    DelegationEnded,
    PanelReminded,
    PanelSeated,
    PersonLeft,
    Seat,
    SeatDelegated,
    SeatHandedOver,
    StageExtended,
    StageOpened,
)
from tests.workflows.given import TODAY, Given, command, refused
from tests.workflows.reviewing import (
    PANEL,
    ballot,
    begin,
    closed,
    closing,
    in_panel,
    nomination,
    opened,
    routed,
    seating,
    stage,
    verdicts,
)
from workflows.acts import DelegateSeat, EndDelegation, ExtendStage, HandOverSeat, RemindPanel
from workflows.chairs import Chair
from workflows.commands import Already, FinishCycle, Span
from workflows.cycle import window_of

ROLES = "[{role: head, title: {zh: 组长, en: head}}, {role: member, title: {zh: 成员, en: members}, count: 2}]"
VISITED = (
    "[{role: own, title: {zh: 本校, en: own school}, from: own}, "
    "{role: guest, title: {zh: 外校, en: guest}, from: other}, "
    "{role: office, title: {zh: 中心, en: centre}, from: centre}]"
)
MAJORITY = "quorum: 2, threshold: more than 1/2 of present"
PER_SCHOOL = routed(stage(seats=VISITED, rule=f"panel per: school, {MAJORITY}"))
"""Every school seats a panel: one of its own, one of another school, one of the centre."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def delegate(person: str, to: str, **said: Any) -> DelegateSeat:
    return command(DelegateSeat, **({"cycle": "y1", "stage": "panel", "person": person, "delegate": to} | said))


def undelegate(person: str, **said: Any) -> EndDelegation:
    return command(EndDelegation, **({"cycle": "y1", "stage": "panel", "person": person} | said))


def hand_over(person: str, to: str, **said: Any) -> HandOverSeat:
    return command(HandOverSeat, **({"cycle": "y1", "stage": "panel", "person": person, "successor": to} | said))


def remind(*persons: str, missing: int = 1, stage: str = "panel") -> RemindPanel:
    return command(RemindPanel, cycle="y1", stage=stage, persons=persons, missing=missing)


def extend(stage: str = "panel") -> ExtendStage:
    return command(ExtendStage, cycle="y1", stage=stage)


def chairs(given: Given, unit: str | None = None) -> Any:
    return given.state("cycle-y1").panels["panel", unit]


def before_the_panel(*subjects: str, ladder: bytes) -> Given:
    """These are found eligible, and no panel is seated yet."""
    given = opened(ladder).then(*(nomination(one) for one in subjects), closing())
    return given.then(verdicts(given, **dict.fromkeys(subjects, "met")))


# -------------------------------------------------------------------------------------------------- seating a panel


def test_a_panel_is_seated_whole():
    seats = tuple(Seat(seat=number, person=name) for number, name in enumerate(PANEL, 1))
    assert opened().when(seating()) == [PanelSeated(stage="panel", seats=seats)]


def test_the_same_panel_again_changes_nothing_and_another_one_takes_its_place():
    given = opened().then(seating())
    assert isinstance(given.when(seating()), Already)
    after = given.then(seating(people=("an", "bai", "zhang")))
    assert [one.holder for one in chairs(after).values()] == ["an", "bai", "zhang"]


@pytest.mark.parametrize("people", [PANEL[:2], (*PANEL, "zhang"), ()])
def test_a_panel_has_as_many_people_as_the_stage_has_seats(people: tuple[str, ...]):
    refused(opened(), seating(people=people), "seats")


def test_the_seats_are_numbered_from_one_and_each_is_given_once():
    gap = tuple(Seat(seat=number, person=name) for number, name in zip((1, 2, 4), PANEL, strict=True))
    refusal = refused(opened(), seating(seats=gap), "seats")
    assert "1 to 3" in refusal.en
    double = tuple(Seat(seat=number, person=name) for number, name in zip((1, 2, 3, 3), (*PANEL, "li"), strict=True))
    refused(opened(), seating(seats=double), "seats")


def test_nobody_sits_in_two_seats():
    refused(opened(), seating(people=("an", "an", "bai")), "twice")


@pytest.mark.parametrize("stranger", ["nobody", "school"])
def test_a_panel_is_made_of_people_that_are_known(stranger: str):
    refused(opened(), seating(people=("an", "bai", stranger)), "unknown subject")


def test_a_stage_that_the_route_does_not_have_is_refused_with_those_that_it_has():
    assert "college" in refused(opened(), seating("senate"), "no stage").en


def test_once_a_stage_began_its_panel_stays():
    refused(in_panel("li"), seating(people=("an", "bai", "zhang")), "stage began")
    assert isinstance(in_panel("li").when(seating()), Already)


# -------------------------------------------------------------------------------------------------- roles and units


def test_seats_have_the_roles_that_the_rule_gives_them():
    given = opened(routed(stage(seats=ROLES))).then(seating())
    assert [chair.role for chair in chairs(given).values()] == ["head", "member", "member"]
    assert [chair.role for chair in chairs(opened().then(seating())).values()] == [None, None, None]


def test_a_seat_is_not_given_away_under_another_role():
    given = opened(routed(stage(seats=ROLES)))
    right = tuple(
        Seat(seat=n, person=name, role=role)
        for n, name, role in zip((1, 2, 3), PANEL, ("head", "member", "member"), strict=True)
    )
    assert isinstance(given.when(seating(seats=right)), list)
    wrong = tuple(one.model_copy(update={"role": "head"}) for one in right)
    assert "members" in refused(given, seating(seats=wrong), "role").en


def test_every_school_seats_a_panel_of_its_own():
    given = opened(PER_SCHOOL).then(
        seating(people=("an", "gao", "qi"), unit="school"), seating(people=("gao", "an", "qi"), unit="other")
    )
    assert [one.holder for one in chairs(given, "school").values()] == ["an", "gao", "qi"]
    assert [one.holder for one in chairs(given, "other").values()] == ["gao", "an", "qi"]
    assert isinstance(given.when(seating(people=("an", "gao", "qi"), unit="school")), Already)


@pytest.mark.parametrize(
    ("people", "missed"),
    [(("gao", "he", "qi"), "own school"), (("an", "bai", "qi"), "guest"), (("an", "gao", "jin"), "centre")],
)
def test_a_seat_is_for_those_who_work_where_its_rule_says(people: tuple[str, ...], missed: str):
    assert missed in refused(opened(PER_SCHOOL), seating(people=people, unit="school"), "seat from").en


def test_those_of_no_school_have_a_panel_without_a_unit_which_nobody_is_foreign_to():
    given = opened(PER_SCHOOL).then(seating(people=("an", "bai", "qi")))
    assert [one.holder for one in chairs(given).values()] == ["an", "bai", "qi"]


@pytest.mark.parametrize("unit", ["centre", "nowhere", "li"])
def test_only_units_of_the_kind_that_the_stage_names_have_a_panel(unit: str):
    refused(opened(PER_SCHOOL), seating(people=("an", "gao", "qi"), unit=unit), "panel unit")


def test_a_stage_with_one_panel_for_all_has_none_per_unit():
    refused(opened(), seating(unit="school"), "one panel")


def test_a_panel_that_came_to_be_needed_is_seated_after_the_stage_began():
    given = before_the_panel("li", ladder=PER_SCHOOL).then(seating(people=("an", "gao", "qi"), unit="school"), begin())
    later = given.then(seating(people=("gao", "an", "qi"), unit="other"))
    refused(later, seating(people=("he", "an", "qi"), unit="other"), "stage began")


def test_who_left_the_service_does_not_sit():
    given = opened()
    given.add("subject-chen", PersonLeft(), Span.day(TODAY - DAY))
    refused(given, seating(), "left")


# ------------------------------------------------------------------------------------------------------ standing in


def test_whoever_sits_in_a_seat_may_let_another_vote_and_keeps_the_seat():
    given = opened().then(seating())
    assert given.when(delegate("an", "dong")) == [SeatDelegated(stage="panel", seat=1, person="an", delegate="dong")]
    after = given.then(delegate("an", "dong"))
    assert chairs(after)[1] == Chair("an", frozenset({"an", "dong"}), delegates=frozenset({"dong"}))
    assert isinstance(after.when(delegate("an", "dong")), Already)
    assert isinstance(after.when(seating()), Already)


def test_another_delegate_takes_the_place_of_the_first():
    given = opened().then(seating(), delegate("an", "dong"), delegate("an", "fei"))
    assert chairs(given)[1].voters == {"an", "fei"}


def test_a_delegate_votes_from_the_seat_once_for_both():
    given = in_panel("li").then(delegate("an", "dong"), ballot("dong", "for"))
    assert given.state("case-c-li").ballots["panel"][1].person == "dong"
    refused(given, ballot("an", "against"), "second vote")


def test_a_delegation_ends_and_the_holder_votes_alone():
    given = in_panel("li", "wu").then(delegate("an", "dong"), ballot("dong"))
    assert given.when(undelegate("an")) == [DelegationEnded(stage="panel", seat=1, person="an", delegate="dong")]
    after = given.then(undelegate("an"))
    assert chairs(after)[1].voters == {"an"}
    refused(after, ballot("dong", subject="wu"), "not seated")
    assert isinstance(after.when(ballot("an", subject="wu")), list)
    refused(after, ballot("an", "against"), "second vote")  # what the delegate voted stands
    assert isinstance(after.when(delegate("an", "dong")), list)


def test_a_delegation_is_ended_by_who_gave_it_and_once():
    given = in_panel("li").then(delegate("an", "dong"))
    refused(given, undelegate("dong"), "not seated")
    refused(given, undelegate("bai"), "no delegate")
    refused(given.then(undelegate("an")), undelegate("an"), "no delegate")
    refused(given, undelegate("an", stage="senate"), "no stage")


def test_a_seat_passes_to_another_person_with_its_role_and_without_its_delegate():
    given = opened(routed(stage(seats=ROLES))).then(seating(), delegate("an", "dong"))
    assert given.when(hand_over("an", "fei")) == [SeatHandedOver(stage="panel", seat=1, person="an", successor="fei")]
    after = given.then(hand_over("an", "fei"))
    at = after.at(SeatHandedOver)
    assert chairs(after)[1] == Chair("fei", frozenset({"fei"}), "head", taken_over=("an", at))
    assert after.when(hand_over("an", "fei")) == Already(at)
    refused(after, hand_over("an", "gao"), "not seated")


def test_a_delegate_may_become_the_holder():
    given = opened().then(seating(), delegate("an", "dong"), hand_over("an", "dong"))
    assert (chairs(given)[1].holder, chairs(given)[1].voters) == ("dong", {"dong"})


def test_what_a_former_holder_voted_stands_and_the_new_one_votes_on_the_rest():
    given = in_panel("li", "wu").then(ballot("an"), hand_over("an", "dong"))
    refused(given, ballot("dong", "against"), "second vote")
    refused(given, ballot("an", subject="wu"), "not seated")
    assert isinstance(given.when(ballot("dong", subject="wu")), list)


@pytest.mark.parametrize("act", [delegate, hand_over])
def test_a_seat_is_passed_on_by_whoever_sits_in_it_to_somebody_known_who_has_none(act: Any):
    given = opened().then(seating(), delegate("bai", "dong"))
    refused(given, act("li", "fei"), "not seated")
    refused(given, act("dong", "fei"), "not seated")
    refused(given, act("an", "an"), "twice")
    refused(given, act("an", "chen"), "twice")
    refused(given, act("an", "dong"), "twice")
    refused(given, act("an", "nobody"), "unknown subject")
    refused(given, act("an", "fei", stage="senate"), "no stage")
    refused(given, act("an", "fei", stage="college"), "no panel")
    gone = given.on(TODAY)
    gone.add("subject-fei", PersonLeft(), Span.day(TODAY - DAY))
    refused(gone, act("an", "fei"), "left")


@pytest.mark.parametrize("act", [delegate, hand_over])
def test_who_stands_in_works_where_the_seat_is_to_be_filled_from(act: Any):
    given = opened(PER_SCHOOL).then(seating(people=("an", "gao", "qi"), unit="school"))
    refused(given, act("an", "he", unit="school"), "seat from")
    refused(given, act("an", "bai"), "no panel")
    after = given.then(act("an", "bai", unit="school"))
    assert "bai" in chairs(after, "school")[1].voters


def test_seats_are_passed_on_while_ballots_are_cast_and_not_after_the_end():
    assert isinstance(in_panel("li").when(delegate("an", "dong")), list)
    assert isinstance(in_panel("li").when(hand_over("an", "dong")), list)
    finished = closed().then(command(FinishCycle, cycle="y1"))
    for act in (delegate("an", "dong"), hand_over("an", "dong"), remind("an"), extend()):
        refused(finished, act, "finished")


# -------------------------------------------------------------------------------------------------------- reminding


def test_a_reminder_names_those_reminded_once_each_and_how_much_is_missing():
    given = in_panel("li", "wu")
    assert given.when(remind("chen", "an", "an", missing=4)) == [
        PanelReminded(stage="panel", persons=("an", "chen"), missing=4)
    ]
    assert isinstance(given.then(remind("an")).when(remind("an")), list), "one may be reminded again"


def test_nobody_is_reminded_of_nothing_or_before_the_stage():
    given = in_panel("li")
    refused(given, remind("an", missing=0), "nothing missing")
    refused(given, remind(), "nothing missing")
    refused(given, remind("dong", stage="college"), "not begun")
    refused(given, remind("dong", stage="senate"), "no stage")


# ------------------------------------------------------------------------------------------------------ its stages


def test_a_stage_takes_ballots_for_the_days_of_its_rule():
    given = closed("li")
    given = given.then(verdicts(given, li="met"))
    assert given.when(begin()) == [StageOpened(stage="panel", first=TODAY, last=TODAY + timedelta(days=7))]


def test_a_stage_opens_once():
    assert isinstance(in_panel("li").when(begin()), Already)


def test_no_stage_opens_before_submission_closed():
    refused(opened().then(seating()), begin(), "not closed")


def test_no_stage_opens_without_a_panel():
    refused(opened().then(closing()), begin(), "no panel")
    refused(opened().then(closing()), begin("senate"), "no stage")


def test_stages_open_in_their_order():
    refused(closed("li"), begin("college"), "stage before")


def test_a_stage_opens_when_every_school_that_has_candidates_has_its_panel():
    given = before_the_panel("li", "gao", ladder=PER_SCHOOL)
    assert "other, school" in refused(given, begin(), "no panel").en
    one = given.then(seating(people=("an", "gao", "qi"), unit="school"))
    assert "other" in refused(one, begin(), "no panel").en
    both = one.then(seating(people=("gao", "an", "qi"), unit="other"))
    assert isinstance(both.when(begin()), list)


def test_candidates_of_no_school_need_the_panel_without_a_unit():
    given = before_the_panel("ren", ladder=PER_SCHOOL).then(seating(people=("an", "gao", "qi"), unit="school"))
    refused(given, begin(), "no panel")
    assert isinstance(given.then(seating(people=("an", "gao", "qi"))).when(begin()), list)


def test_with_days_of_grace_the_ballots_are_counted_later():
    ladder = routed(stage(rule=f"{MAJORITY}, grace: 2"))
    given = before_the_panel("li", ladder=ladder).then(seating())
    assert given.when(begin()) == [
        StageOpened(stage="panel", first=TODAY, last=TODAY + WEEK, counted_from=TODAY + WEEK + 3 * DAY)
    ]


# -------------------------------------------------------------------------------------------------------- extending

EXTENDED = routed(stage(rule=f"{MAJORITY}, when time is up: extend 5 days"))


def test_a_stage_is_extended_when_its_days_are_over_and_its_rule_says_so():
    given = before_the_panel("li", ladder=EXTENDED).then(seating(), begin())
    refused(given.on(TODAY + WEEK), extend(), "too early")
    over = given.on(TODAY + WEEK + DAY)
    last = TODAY + WEEK + 5 * DAY
    assert over.when(extend()) == [StageExtended(stage="panel", last=last, counted_from=last + DAY)]


def test_an_extension_told_late_still_gives_all_its_days_and_days_of_grace():
    graced = EXTENDED.replace(b"extend 5 days", b"extend 5 days, grace: 2")
    given = before_the_panel("li", ladder=graced).then(seating(), begin()).on(TODAY + 30 * DAY)
    (fact,) = given.when(extend())  # type: ignore[misc]
    assert fact == StageExtended(stage="panel", last=TODAY + 34 * DAY, counted_from=TODAY + 37 * DAY)


def test_a_stage_is_extended_once():
    given = before_the_panel("li", ladder=EXTENDED).then(seating(), begin()).on(TODAY + WEEK + DAY).then(extend())
    assert given.on(TODAY + 30 * DAY).when(extend()) == Already(given.at(StageExtended))


def test_what_has_not_begun_or_is_not_to_be_extended_is_not():
    refused(before_the_panel("li", ladder=EXTENDED).then(seating()), extend(), "not begun")
    refused(in_panel("li").on(TODAY + WEEK + DAY), extend(), "no extension")


def test_the_days_of_a_stage_are_those_of_its_extension_once_there_is_one():
    state = opened().state("cycle-y1")
    assert window_of(state, None, "panel") is None
    given = before_the_panel("li", ladder=EXTENDED).then(seating(), begin())
    first, last = TODAY, TODAY + WEEK
    assert window_of(given.state("cycle-y1"), None, "panel") == (first, last, last + DAY)
    after = given.on(last + DAY).then(extend()).state("cycle-y1")
    assert window_of(after, None, "panel") == (first, last + 5 * DAY, last + 6 * DAY)
