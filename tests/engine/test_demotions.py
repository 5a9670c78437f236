"""Standings that a removal rule lowers: the higher one ends and the lower one begins, on the same day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.projections.lasting import STANDING
from engine.replay import replay
from engine.replay import standings as replay_standings
from engine.standings import standings
from events.facts import StandingDemoted, StandingRevoked
from tests.engine.district_at_work import AtWork, assert_whole, known
from tests.engine.honours import LADDER, LAST, endings, hold, reviewed, swept, violation
from workflows.acts import EndStanding, ReinstateStanding
from workflows.commands import PublishLadder, Refused

MINOR = "      - id: minor\n        title: {zh: 一般违规, en: minor}\n        effect: suspend\n"
LOWERS = LADDER.replace(MINOR, MINOR.replace("effect: suspend", "effect: demote\n        to: fellow"))
TODAY = date(2026, 6, 1)


@pytest.fixture
def office(at_work: AtWork) -> AtWork:
    """The district on 1 June 2026, with a ladder whose masters become fellows again for a minor violation."""
    at_work.do(PublishLadder, file=LOWERS.encode(), in_force_from=date(2020, 1, 1))
    return at_work


def demoted(office: AtWork, who: str = "p-1") -> tuple[int, StandingDemoted]:
    """Somebody who held the higher rung and was demoted: the standing that was lost, and the fact."""
    standing = hold(office, who)
    violation(office, who, "minor")
    fact = next(fact for name, _, fact in swept(office) if name == who)
    assert isinstance(fact, StandingDemoted)
    return standing, fact


def lines(office: AtWork) -> list[tuple[str, date, date | None, str]]:
    """Every standing: its rung, its days, its state."""
    return [(one.rung, one.first, one.until, one.state) for one in standings.listed(office.district)]


def reinstate(office: AtWork, standing: int, on: date, *, as_if_never: bool = False) -> None:
    said: dict[str, Any] = {"subject": "p-1", "standing": standing, "on": on, "as_if_never": as_if_never}
    office.do(ReinstateStanding, **said, reason="申诉成立")


def test_the_higher_standing_ends_and_the_lower_one_begins_the_same_day_with_the_clauses(office: AtWork):
    standing, fact = demoted(office)
    assert (fact.standing, fact.rung, fact.to, fact.until, fact.cause) == (standing, "master", "fellow", LAST, "rule")
    assert fact.judgement is not None
    assert [(one.clause, one.outcome, one.low) for one in fact.judgement.findings] == [("minor-violations", "met", 1)]
    assert lines(office) == [
        ("master", date(2024, 1, 1), date(2026, 5, 31), "demoted"),
        ("fellow", TODAY, LAST, "held"),
    ]
    held = [(line[2], line[3], line[4]) for line in known(office.district, STANDING)]
    assert [(first, until) for first, until, _ in held] == [(date(2024, 1, 1), date(2026, 5, 31)), (TODAY, LAST)]
    assert reviewed(office) == (1, 1)
    assert swept(office) == []
    again = replay.replay(office.district)
    assert (again.judgements, again.differences) == (1, ())
    assert_whole(office.district)


def test_a_revocation_goes_before_a_demotion(office: AtWork):
    hold(office, "p-1")
    violation(office, "p-1", "minor")
    violation(office, "p-1", "serious")
    assert endings(swept(office)) == [("p-1", StandingRevoked.TYPE)]


def test_the_lower_standing_ends_with_the_term_that_was_left(office: AtWork):
    demoted(office)
    office.wait_until(date(2027, 1, 1))
    assert endings(swept(office)) == [("p-1", "standing lapsed")]


def test_reinstated_from_a_day_on_the_higher_standing_follows_the_lower_one(office: AtWork):
    standing, _ = demoted(office)
    office.wait_until(date(2026, 7, 1))
    reinstate(office, standing, date(2026, 7, 1))
    assert lines(office) == [
        ("master", date(2024, 1, 1), LAST, "held"),
        ("fellow", TODAY, date(2026, 6, 30), "succeeded"),
    ]
    assert endings(swept(office)) == []
    assert_whole(office.district)


def test_reinstated_as_if_never_there_was_no_lower_standing(office: AtWork):
    standing, _ = demoted(office)
    reinstate(office, standing, TODAY, as_if_never=True)
    assert [(rung, state) for rung, _, _, state in lines(office)] == [("master", "held"), ("fellow", "revoked")]
    assert [line[2:4] for line in known(office.district, STANDING)] == [(date(2024, 1, 1), LAST)]
    assert endings(swept(office)) == []
    assert_whole(office.district)


def test_whoever_lost_the_lower_rung_too_must_get_it_back_first(office: AtWork):
    standing, _ = demoted(office)
    lower = standings.listed(office.district)[-1].position
    office.do(
        EndStanding, subject="p-1", standing=lower, effect="suspend", on=TODAY, reason="停职调查"
    )  # fmt: skip
    with pytest.raises(Refused, match="a later standing"):
        reinstate(office, standing, TODAY)


def test_the_same_finding_lowers_nobody_twice(office: AtWork):
    standing, _ = demoted(office)
    reinstate(office, standing, TODAY, as_if_never=True)
    assert endings(swept(office)) == []
    violation(office, "p-1", "minor", date(2026, 5, 25))
    assert endings(swept(office)) == [("p-1", "standing demoted")]
    assert_whole(office.district)


def test_a_demotion_to_another_rung_than_the_rule_says_is_found(office: AtWork):
    _, fact = demoted(office)
    with office.district.reading() as connection:
        (event,) = [one for one in office.district.log.read(connection, "subject-p-1") if one.fact == fact]
    forged = type(event)(event.envelope, fact.model_copy(update={"until": date(2030, 1, 1)}))
    assert replay_standings.differences(office.district, [event]) == []
    assert [one.position for one in replay_standings.differences(office.district, [forged])] == [event.position]
