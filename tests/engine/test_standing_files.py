"""What becomes of a standing: its file, and the rows that rules count, then and as known before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.projections.standings import StandingFile
from engine.tables import standing_table
from events.facts import StandingTakenOver
from tests.engine.district_at_work import AtWork, assert_whole, known
from workflows.acts import EndStanding, LapseStandings, ReinstateStanding

BEGAN, TERM = date(2024, 9, 1), date(2027, 8, 31)
SPRING, MAY = date(2026, 3, 1), date(2026, 5, 1)


def title(at_work: AtWork, rung: str = "backbone", on: date = BEGAN, until: date | None = TERM) -> int:
    return at_work.record("p-1", StandingTakenOver(ladder="teacher", rung=rung, title="欧阳", until=until), on)


def files(at_work: AtWork) -> list[tuple[str, date, date | None, str]]:
    """(rung, first day, last day, state) of p-1's standings."""
    return [
        (one.rung, date.fromordinal(one.first), date.fromordinal(one.until) if one.until else None, one.state)
        for one in rows(at_work)
    ]


def rows(at_work: AtWork) -> list[StandingFile]:
    with at_work.district.reading() as connection:
        chosen = select(standing_table).where(standing_table.c.subject == "p-1").order_by(standing_table.c.position)
        return [StandingFile(*one) for one in connection.execute(chosen)]


def held(at_work: AtWork, at: int | None = None) -> list[tuple[date, date | None]]:
    """The days from and to which p-1 holds something, as known at a position."""
    return [(first, until) for _, _, first, until, _ in known(at_work.district, "standing", at)]


def end(at_work: AtWork, standing: int, effect: str, on: date) -> int:
    return at_work.do(EndStanding, subject="p-1", standing=standing, effect=effect, on=on, reason="欧阳的情况")


def reinstate(at_work: AtWork, standing: int, on: date, *, as_if_never: bool) -> int:
    said: dict[str, Any] = {"on": on, "as_if_never": as_if_never, "reason": "欧阳的情况"}
    return at_work.do(ReinstateStanding, subject="p-1", standing=standing, **said)


def day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def test_a_title_is_held_for_its_term(at_work: AtWork):
    at = title(at_work)
    (one,) = rows(at_work)
    assert (one.position, one.line, one.term_until, one.ended) == (at, at, TERM.toordinal(), None)
    assert files(at_work) == [("backbone", BEGAN, TERM, "held")]


@pytest.mark.parametrize("effect", ["suspend", "revoke"])
def test_a_standing_ends_the_day_before_it_is_suspended_or_revoked(at_work: AtWork, effect: str):
    at = title(at_work)
    ended = end(at_work, at, effect, SPRING)
    state = {"suspend": "suspended", "revoke": "revoked"}[effect]
    assert files(at_work) == [("backbone", BEGAN, day_before(SPRING), state)]
    assert rows(at_work)[0].ended == ended
    assert held(at_work) == [(BEGAN, day_before(SPRING))]
    assert held(at_work, ended - 1) == [(BEGAN, TERM)]
    assert_whole(at_work.district)


def test_a_standing_that_is_revoked_from_its_first_day_was_never_held(at_work: AtWork):
    at = title(at_work)
    end(at_work, at, "revoke", BEGAN)
    assert held(at_work) == []
    reinstate(at_work, at, MAY, as_if_never=True)
    assert held(at_work) == [(BEGAN, TERM)]
    assert_whole(at_work.district)


def test_it_is_reinstated_from_a_day_on(at_work: AtWork):
    at = title(at_work)
    end(at_work, at, "suspend", SPRING)
    again = reinstate(at_work, at, MAY, as_if_never=False)
    assert held(at_work) == [(BEGAN, day_before(SPRING)), (MAY, TERM)]
    assert files(at_work) == [("backbone", BEGAN, TERM, "held")]
    assert rows(at_work)[0].line == again
    assert_whole(at_work.district)


def test_it_is_reinstated_as_if_it_had_never_ended(at_work: AtWork):
    at = title(at_work, until=None)
    ended = end(at_work, at, "revoke", SPRING)
    reinstate(at_work, at, MAY, as_if_never=True)
    assert held(at_work) == [(BEGAN, None)]
    assert files(at_work) == [("backbone", BEGAN, None, "held")]
    assert held(at_work, ended) == [(BEGAN, day_before(SPRING))]
    assert_whole(at_work.district)


def test_what_was_suspended_may_be_revoked_from_a_day_before_that(at_work: AtWork):
    at = title(at_work)
    end(at_work, at, "suspend", SPRING)
    reinstate(at_work, at, MAY, as_if_never=False)
    end(at_work, at, "revoke", date(2026, 1, 1))
    assert held(at_work) == [(BEGAN, date(2025, 12, 31))]
    assert files(at_work) == [("backbone", BEGAN, date(2025, 12, 31), "revoked")]
    assert_whole(at_work.district)


def test_the_next_title_on_the_ladder_succeeds_the_one_before(at_work: AtWork):
    title(at_work)
    title(at_work, "leader", SPRING, None)
    assert files(at_work) == [
        ("backbone", BEGAN, day_before(SPRING), "succeeded"), ("leader", SPRING, None, "held"),
    ]  # fmt: skip
    assert_whole(at_work.district)


def test_a_title_that_begins_after_a_gap_succeeds_nothing(at_work: AtWork):
    title(at_work, until=date(2025, 8, 31))
    title(at_work, "leader", SPRING)
    assert [state for *_, state in files(at_work)] == ["held", "held"]


def test_of_two_titles_of_one_day_the_one_told_later_stands(at_work: AtWork):
    title(at_work)
    title(at_work, "leader")
    assert files(at_work) == [("backbone", BEGAN, day_before(BEGAN), "succeeded"), ("leader", BEGAN, TERM, "held")]
    assert_whole(at_work.district)


def test_a_term_that_ended_lapses(at_work: AtWork):
    at = title(at_work, until=date(2026, 5, 31))
    lapsed = at_work.do(LapseStandings, standings={"p-1": at})
    assert files(at_work) == [("backbone", BEGAN, date(2026, 5, 31), "lapsed")]
    (event,) = (one for batch in at_work.district.log.follow(lapsed - 1) for one in batch)
    assert event.envelope.occurred_from == date(2026, 6, 1)
    assert_whole(at_work.district)
