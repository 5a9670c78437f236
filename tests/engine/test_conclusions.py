"""How cases end when two cycles want the same thing, and conclusions that somebody forged: the replay names them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest

from engine import history
from engine.cycles import advance
from engine.district import District
from engine.replay import replay
from events.envelope import leaf
from events.facts import Assessed, Declined, Fact, Granted, StageDecided, StandingTakenOver
from tests.engine.district_at_work import AtWork, assert_whole, training
from workflows.acts import WithdrawCase
from workflows.commands import Landed, Nominate

FIRST, SECOND = "y-2026", "y-2026b"
F = TypeVar("F", bound=Fact)


def run_two_cycles(at_work: AtWork) -> None:
    """Two cycles at once, for the same rung.

    In the first p-1 and p-2 are approved and granted, p-3 is voted down and p-4 has no hours; in the second, which is
    concluded a day later, p-1 is approved as well.
    """
    district, wanted = at_work.district, {FIRST: ("p-1", "p-2", "p-3", "p-4"), SECOND: ("p-1",)}
    for subject in ("p-1", "p-2", "p-3"):
        at_work.record(subject, training("21"))
    for cycle, subjects in wanted.items():
        assert at_work.open_cycle(subjects, cycle.removeprefix("y-")) == cycle
    for cycle, subjects in wanted.items():
        at_work.close(cycle)
        advance.advance(district, cycle)
        for subject in subjects:
            if subject != "p-4":
                case, choice = f"c-{cycle.removeprefix('y-')}-{subject}", "against" if subject == "p-3" else "for"
                votes = at_work.many(at_work.ballots(cycle, [case], choice))
                assert all(isinstance(answer, Landed) for answer in votes)
        advance.advance(district, cycle)
    for cycle, day in ((FIRST, 12), (SECOND, 13)):
        at_work.wait_until(date(2026, 6, day))
        assert advance.advance(district, cycle).phases[-1] == "finish"


@pytest.fixture(scope="module")
def both_ended(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which both cycles ended."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("both ended") / "district"))
    with District.open(folder) as district:
        run_two_cycles(AtWork(district))
    return folder


@pytest.fixture
def district(both_ended: Path, tmp_path: Path) -> Iterator[District]:
    with District.open(Path(shutil.copytree(both_ended, tmp_path / "district"))) as district:
        yield district


def first(district: District, kind: type[F]) -> tuple[int, F]:
    """The first fact of a kind, and where it is."""
    events = [event for batch in district.log.follow() for event in batch]
    return next((one.position, one.fact) for one in events if isinstance(one.fact, kind))


def conclusions(district: District) -> dict[str, tuple[int, Granted | Declined]]:
    """By case how it ended, and where."""
    events = [event for batch in district.log.follow() for event in batch]
    return {
        one.envelope.stream.removeprefix("case-"): (one.position, one.fact)
        for one in events
        if isinstance(one.fact, (Granted, Declined))
    }


def forge(district: District, position: int, fact: Fact) -> None:
    """Put another fact into an event with the bare driver, and make its leaf anew."""
    with closing(sqlite3.connect(district.folder / "log.db")) as store:
        store.execute("DROP TRIGGER IF EXISTS event_is_never_changed")
        store.row_factory = sqlite3.Row
        event = dict(store.execute("SELECT * FROM event WHERE position = ?", [position]).fetchone())
        event |= {"type": fact.TYPE, "payload": fact.model_dump_json(exclude_none=True).encode()}
        made = leaf(list(event.values())[:-1])
        changed = [event["type"], event["payload"], made, position]
        store.execute("UPDATE event SET type = ?, payload = ?, leaf = ? WHERE position = ?", changed)
        store.commit()


def differing(district: District) -> list[int]:
    return [one.position for one in replay.replay(district).differences]


# --------------------------------------------------------------------------------------------------------- two cycles


def test_who_was_granted_the_rung_by_another_cycle_is_declined_in_the_second(district: District):
    found = {case: getattr(fact, "reason", "granted") for case, (_, fact) in conclusions(district).items()}
    assert found == {
        "c-2026-p-1": "granted",
        "c-2026-p-2": "granted",
        "c-2026-p-3": "rejected",
        "c-2026-p-4": "not eligible",
        "c-2026b-p-1": "held already",
    }
    assert_whole(district)


def test_two_cycles_come_out_as_they_were_recorded(district: District):
    found = replay.replay(district)
    assert (found.verdicts, found.tallies, found.grants, found.declines) == (5, 4, 2, 3)
    assert found.differences == ()


def test_a_title_that_is_told_afterwards_undoes_no_grant(district: District):
    """The title is dated before the grant, but nobody knew of it then."""
    title = StandingTakenOver(ladder="diligence", rung="diligent", title="证书")
    AtWork(district).record("p-2", title, date(2026, 6, 1))
    assert differing(district) == []


# ------------------------------------------------------------------------------------------------------------- forged


@pytest.mark.parametrize(
    ("case", "reason", "stage"),
    [
        ("c-2026-p-1", "not eligible", None),
        ("c-2026-p-1", "rejected", "panel"),
        ("c-2026-p-1", "held already", None),
        ("c-2026-p-3", "no quorum", "panel"),
        ("c-2026-p-3", "rejected", None),
        ("c-2026-p-3", "not eligible", None),
        ("c-2026-p-4", "held already", None),
        ("c-2026b-p-1", "not eligible", None),
    ],
)
def test_a_decline_that_the_log_does_not_bear_out_is_found(
    district: District, case: str, reason: Any, stage: str | None
):
    at, fact = conclusions(district)[case]
    forged = Declined(cycle=fact.cycle, subject=fact.subject, reason=reason, stage=stage, assessed=fact.assessed)
    forge(district, at, forged)
    assert [(one.position, one.case) for one in replay.replay(district).differences] == [(at, case)]


def test_a_decline_of_somebody_else_is_found(district: District):
    at, fact = conclusions(district)["c-2026-p-4"]
    forge(district, at, fact.model_copy(update={"subject": "p-5"}))
    assert differing(district) == [at]


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "p-3"},
        {"until": date(2039, 6, 1)},
        {"until": None},
        {"rung": "diligence"},
        {"from_rung": "diligent"},
        {"in_force_from": date(2026, 1, 1)},
        {"evidence": ()},
        {"cycle": SECOND},
        {"ladder": "other"},
        {"notice": 1},
    ],
    ids=str,
)
def test_a_grant_with_anything_altered_is_found(district: District, said: dict[str, Any]):
    at, fact = conclusions(district)["c-2026-p-2"]
    forge(district, at, fact.model_copy(update=said))
    assert differing(district) == [at]


@pytest.mark.parametrize("case", ["c-2026-p-3", "c-2026-p-4", "c-2026b-p-1"])
def test_a_grant_to_who_was_declined_is_found(district: District, case: str):
    there = conclusions(district)
    (_, granted), (at, fact) = there["c-2026-p-1"], there[case]
    said = {"cycle": fact.cycle, "subject": fact.subject, "assessed": fact.assessed}
    forge(district, at, granted.model_copy(update=said))
    assert differing(district) == [at]


@pytest.mark.parametrize("said", [{"stage": "senate"}, {"last": False}, {"assessed": 1}], ids=str)
def test_a_stage_that_is_said_to_be_decided_otherwise_is_found(district: District, said: dict[str, Any]):
    at, fact = first(district, StageDecided)
    forge(district, at, fact.model_copy(update=said))
    assert differing(district)[0] == at


def test_a_verdict_by_rules_of_another_meaning_is_said_to_be_so(district: District):
    at, fact = first(district, Assessed)
    forge(district, at, fact.model_copy(update={"pins": fact.pins.model_copy(update={"semantics": 7})}))
    (difference,) = [one for one in replay.replay(district).differences if one.position == at]
    assert "7" in difference.zh
    assert "meaning 7" in difference.en


def test_decisions_of_a_cycle_that_is_not_in_the_log_are_named(district: District):
    with closing(sqlite3.connect(district.folder / "log.db")) as store:
        store.execute("DROP TRIGGER event_is_never_changed")
        store.execute("UPDATE event SET correlation = 'y-nowhere' WHERE stream = 'case-c-2026-p-3'")
        store.commit()
    found = replay.replay(district).differences
    assert {one.case for one in found} == {"c-2026-p-3"}
    assert [("不在日志里" in one.zh, "does not have" in one.en) for one in found] == [(True, True)] * 3


def test_who_withdrew_and_was_nominated_again_is_granted_by_the_new_case(at_work: AtWork):
    at_work.record("p-1", training("20"))
    cycle = at_work.open_cycle(["p-1"])
    at_work.do(WithdrawCase, cycle=cycle, case="c-2026-p-1", reason="报错了人")
    at_work.do(Nominate, cycle=cycle, case="c-again", subject="p-1")
    assert at_work.district.cases_of(cycle) == {"p-1": "c-again"}
    at_work.close(cycle)
    advance.advance(at_work.district, cycle)
    at_work.many(at_work.ballots(cycle, ["c-again"]))
    advance.advance(at_work.district, cycle)
    at_work.wait_until(date(2026, 6, 12))
    advance.advance(at_work.district, cycle)
    assert [one.case for one in history.grants(at_work.district, cycle)] == ["c-again"]
    assert replay.replay(at_work.district).differences == ()
    assert_whole(at_work.district)
