"""A review cycle: opened once, seated, closed, its stages in order, its notice, its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.facts import (
    CycleFinished,
    CycleOpened,
    NoticePosted,
    SettingsChanged,
    SubmissionClosed,
)
from tests.workflows.given import LADDER, TODAY, VERSION, Given, command, published, refused
from tests.workflows.reviewing import (
    AFTER,
    COLLEGE,
    DEADLINE,
    ballots,
    begin,
    closed,
    closing,
    in_panel,
    nomination,
    office,
    opened,
    opening,
    seating,
    verdicts,
)
from workflows.commands import Already, Conclude, DecideStage, FinishCycle, PostNotice
from workflows.notice import list_sha256

MONDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 20)
BROKEN_ROUTE = LADDER.replace(b"    route: review\n", b"")


def notice(*subjects: str, last: date = FRIDAY) -> PostNotice:
    cases = tuple((f"c-{one}", one) for one in subjects)
    return command(PostNotice, cycle="y1", cases=cases, first=MONDAY, last=last)


def decided(*subjects: str) -> Given:
    """Both stages approved these."""
    given = in_panel(*subjects)
    cases = tuple(f"c-{one}" for one in subjects)
    for stage, choices in (("panel", "+++"), ("college", "++")):
        if stage == "college":
            given = given.then(begin("college"))
        votes = [vote for one in subjects for vote in ballots(choices, one, stage)]
        given = given.then(*votes, command(DecideStage, cycle="y1", stage=stage, cases=cases))
    return given


def conclude(*subjects: str) -> Conclude:
    return command(Conclude, cycle="y1", cases=tuple(f"c-{one}" for one in subjects), evidence={})


FINISH: Any = {"cycle": "y1"}


# -------------------------------------------------------------------------------------------------- opening a cycle


def test_a_cycle_pins_the_ladder_in_force_on_its_day_and_the_declarations():
    given = office()
    assert given.when(opening()) == [
        CycleOpened(
            ladder="tenure", to="senior", version=VERSION, period="2026", title="2026年评审",
            as_of=date(2026, 3, 31), deadline=DEADLINE, settings=given.at(SettingsChanged), catalogue=2,
        )
    ]  # fmt: skip


def test_a_second_cycle_for_the_same_ladder_period_and_scope_is_refused():
    refused(opened(), opening(cycle="y2", title="再来一次"), "second cycle")


@pytest.mark.parametrize("other", [{"period": "2027"}, {"scope": "school"}])
def test_another_period_or_scope_has_a_cycle_of_its_own(other: dict[str, str]):
    facts = opened().when(opening(cycle="y2", **other))
    assert isinstance(facts, list)
    assert isinstance(facts[0], CycleOpened)


def test_the_id_of_a_cycle_is_used_once():
    refused(opened(), opening(period="2027"), "known")


def test_without_a_ladder_in_force_on_the_day_no_cycle_opens():
    refused(office(), opening(ladder="unheard-of"), "no ladder")
    refused(office(), opening(as_of=date(2025, 12, 31)), "no ladder")


def test_a_rung_that_the_ladder_does_not_lead_to_is_refused_with_those_that_it_does():
    assert "senior" in refused(office(), opening(to="minister"), "no rung").en


def test_a_ladder_without_a_route_cannot_be_reviewed():
    ladder = LADDER[: LADDER.index(b"routes:")] + BROKEN_ROUTE[BROKEN_ROUTE.index(b"steps:") :]
    refused(Given(*[published(ladder)]), opening(), "no route")


def test_a_deadline_that_is_over_is_refused_and_today_is_not_over():
    refused(office(), opening(deadline=TODAY - timedelta(days=1)), "deadline")
    assert isinstance(office().when(opening(deadline=TODAY)), list)


@pytest.mark.parametrize("scope", ["nowhere", "li"])
def test_a_cycle_is_for_a_unit_that_is_there(scope: str):
    refused(office(), opening(scope=scope), "no unit")


# ------------------------------------------------------------------------------------------------ closing submission


def test_submission_closes_by_command_and_pins_what_is_known():
    given = opened()
    assert given.when(closing()) == [SubmissionClosed(known_at=len(given.events), by="command")]


def test_submission_closes_by_deadline_when_its_last_day_is_over():
    refused(opened().on(DEADLINE), closing("deadline"), "too early")
    facts = opened().on(AFTER).when(closing("deadline"))
    assert isinstance(facts, list)
    assert isinstance(facts[0], SubmissionClosed)


def test_submission_closes_once():
    given = opened().then(closing())
    assert given.when(closing("deadline")) == Already(given.at(SubmissionClosed))


# ---------------------------------------------------------------------------------------------- notice and the end


def test_the_notice_names_everybody_who_was_approved():
    assert decided("li", "wu").when(notice("wu", "li")) == [
        NoticePosted(
            cases=2, list_sha256=list_sha256([("c-li", "li"), ("c-wu", "wu")]), first=MONDAY, last=FRIDAY
        )
    ]  # fmt: skip


def test_the_hash_of_a_list_does_not_depend_on_its_order_but_on_everything_in_it():
    one = [("c-li", "li"), ("c-wu", "wu")]
    assert list_sha256(one) == list_sha256(reversed(one))
    assert len({list_sha256(one), list_sha256(one[:1]), list_sha256([("c-li", "wu"), ("c-wu", "li")])}) == 3


def test_a_notice_with_another_list_is_refused():
    refused(decided("li", "wu"), notice("li"), "list")


def test_a_notice_is_posted_once():
    given = decided("li").then(notice("li"))
    assert given.when(notice("li", last=date(2026, 4, 1))) == Already(given.at(NoticePosted))


def test_no_notice_while_a_case_is_undecided():
    refused(in_panel("li"), notice("li"), "undecided")
    refused(closed("li"), notice(), "undecided")


def test_nothing_is_posted_or_finished_before_submission_closed():
    refused(opened(), notice(), "not closed")
    refused(opened(), command(FinishCycle, **FINISH), "not closed")


def test_a_cycle_is_finished_when_every_case_is_granted_or_declined():
    given = closed("li", "wu")
    given = given.then(verdicts(given, li="not met", wu="unknown"), conclude("li", "wu"))
    assert given.when(command(FinishCycle, **FINISH)) == [CycleFinished(granted=0, declined=2)]


def test_a_cycle_in_which_nobody_was_nominated_is_finished_too():
    assert closed().when(command(FinishCycle, **FINISH)) == [CycleFinished(granted=0, declined=0)]


def test_a_cycle_is_not_finished_while_a_case_is_open_in_any_way():
    ineligible = closed("li")
    ineligible = ineligible.then(verdicts(ineligible, li="not met"))
    rejected = in_panel("li").then(*ballots("---"), command(DecideStage, cycle="y1", stage="panel", cases=("c-li",)))
    for given in (closed("li"), ineligible, in_panel("li"), rejected, decided("li"), decided("li").then(notice("li"))):
        refused(given, command(FinishCycle, **FINISH), "undecided")


def test_a_cycle_is_finished_once_and_then_nothing_more_happens_in_it():
    given = closed().then(command(FinishCycle, **FINISH))
    assert given.when(command(FinishCycle, **FINISH)) == Already(given.at(CycleFinished))
    for late in (seating(people=("an", "bai", "zhang")), begin(), notice()):
        refused(given, late, "finished")
    refused(given, nomination(), "closed")


@pytest.mark.parametrize(
    "asked",
    [seating("panel", COLLEGE), closing(), begin(), notice(), command(FinishCycle, **FINISH), nomination()],
    ids=lambda asked: type(asked).__name__,
)
def test_nothing_happens_in_a_cycle_that_was_never_opened(asked: Any):
    refused(office(), asked, "no cycle")
