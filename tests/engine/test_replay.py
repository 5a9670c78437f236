"""What was altered in the log is found: by its leaves, and by deriving every decision again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.cycles import advance
from engine.district import District
from engine.projections.projector import reached
from engine.replay import replay
from events.envelope import leaf
from events.facts import (
    Assessed,
    BallotCast,
    ClauseFound,
    CycleOpened,
    Declined,
    EvidenceVoided,
    Fact,
    Granted,
    StageDecided,
    TrainingRecorded,
)
from events.seal import Damage, verify
from ladders.question import digest
from tests.engine.district_at_work import AtWork, assert_whole, training
from workflows.commands import Refused

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def concluded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after a whole cycle: five cases, three before the panel, two granted."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("concluded") / "district"))
    with District.open(folder) as district:
        AtWork(district).review()
    return folder


@pytest.fixture
def reviewed(concluded: Path, tmp_path: Path) -> Iterator[AtWork]:
    """A copy of it, open."""
    with District.open(Path(shutil.copytree(concluded, tmp_path / "reviewed"))) as district:
        yield AtWork(district)


def first(district: District, kind: type[Fact], which: int = 0) -> int:
    """The position of the first event of a kind, or a later one."""
    found = [event.position for batch in district.log.follow() for event in batch if isinstance(event.fact, kind)]
    return found[which]


def tamper(folder: Path, position: int, edit: Edit, *, rehash: bool = True) -> None:
    """Rewrite a payload with the bare driver, and its leaf unless the forger is careless."""
    with closing(sqlite3.connect(folder / "log.db")) as connection:
        connection.execute("DROP TRIGGER IF EXISTS event_is_never_changed")
        stored = list(connection.execute("SELECT * FROM event WHERE position = ?", [position]).fetchone())
        payload = json.loads(stored[-2])
        edit(payload)
        stored[-2] = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        stored[-1] = leaf(stored[:-1]) if rehash else stored[-1]
        connection.execute("UPDATE event SET payload = ?, leaf = ? WHERE position = ?", [*stored[-2:], position])
        connection.commit()


def damage(district: District) -> Damage | None:
    with district.reading() as connection:
        return verify(connection, reached(connection)).damage


def sealed_again(payload: dict[str, Any]) -> None:
    """A forger who knows of the digest."""
    findings = tuple(ClauseFound(**one) for one in payload["findings"])
    payload["digest"] = digest(payload["step"], payload["outcome"], findings)


def test_a_district_that_nobody_touched_comes_out_as_it_was_recorded(reviewed: AtWork):
    found = replay.replay(reviewed.district)
    assert (found.verdicts, found.tallies, found.grants, found.declines, found.differences) == (5, 3, 2, 3, ())
    assert_whole(reviewed.district)


def test_one_cycle_is_replayed_by_itself(reviewed: AtWork):
    steps = list[int]()
    assert replay.replay(reviewed.district, "y-2026", steps.append).verdicts == 5
    assert sum(steps) == 13
    assert replay.replay(reviewed.district, "y-unheard-of").verdicts == 0


def test_what_is_learned_afterwards_changes_no_decision_of_before(reviewed: AtWork):
    hours = first(reviewed.district, TrainingRecorded)
    reviewed.record("p-1", EvidenceVoided(target=hours, reason="重复"))
    assert replay.replay(reviewed.district).differences == ()


def outcome_met(payload: dict[str, Any]) -> None:
    payload["outcome"] = "met"
    for one in payload["findings"]:
        one["outcome"] = "met"


def more_hours(payload: dict[str, Any]) -> None:
    next(one for one in payload["findings"] if one["clause"] == "hours").update(low=9900, high=9900)


@pytest.mark.parametrize("edit", [outcome_met, more_hours])
def test_an_altered_verdict_is_named_with_its_clause(reviewed: AtWork, edit: Edit):
    """The fourth case was nominated without any hours."""

    def forge(payload: dict[str, Any]) -> None:
        edit(payload)
        sealed_again(payload)

    at = first(reviewed.district, Assessed, 3)
    tamper(reviewed.district.folder, at, forge)
    difference, *following = replay.replay(reviewed.district).differences
    assert (difference.position, difference.case) == (at, "c-2026-p-4")
    assert {one.case for one in following} <= {"c-2026-p-4"}  # what was made of the verdict comes out otherwise, too
    assert "hours" in difference.zh
    assert "hours" in difference.en
    assert damage(reviewed.district) is None  # this forger rehashed: only the replay finds it


def test_a_verdict_that_does_not_match_its_digest_is_named(reviewed: AtWork):
    at = first(reviewed.district, Assessed)
    tamper(reviewed.district.folder, at, more_hours)
    (difference,) = replay.replay(reviewed.district).differences
    assert (difference.position, "digest" in difference.en) == (at, True)


@pytest.mark.parametrize("name", ["version", "settings", "catalogue"])
def test_a_verdict_that_rests_on_rules_which_are_not_there_is_named(reviewed: AtWork, name: str):
    def forge(payload: dict[str, Any]) -> None:
        payload["pins"][name] = "0" * 64 if name == "version" else 1

    at = first(reviewed.district, Assessed, 4)
    tamper(reviewed.district.folder, at, forge)
    assert [one.position for one in replay.replay(reviewed.district).differences] == [at]


def test_an_altered_tally_is_named(reviewed: AtWork):
    at = first(reviewed.district, StageDecided, 2)
    tamper(reviewed.district.folder, at, lambda payload: payload.update(outcome="approved"))
    tally, decline = replay.replay(reviewed.district).differences
    assert (tally.position, tally.case, decline.case) == (at, "c-2026-p-3", "c-2026-p-3")
    assert "rejected" in tally.en
    assert decline.position == first(reviewed.district, Declined, 2)


def test_an_altered_ballot_shows_in_the_tally_that_counted_it(reviewed: AtWork):
    tamper(reviewed.district.folder, first(reviewed.district, BallotCast), lambda vote: vote.update(choice="against"))
    (difference,) = replay.replay(reviewed.district).differences
    assert difference.position == first(reviewed.district, StageDecided)


def grant_earlier(payload: dict[str, Any]) -> None:
    payload["in_force_from"] = "2026-01-01"


def other_evidence(payload: dict[str, Any]) -> None:
    payload["evidence"] = payload["evidence"][:-1]


def other_verdict(payload: dict[str, Any]) -> None:
    payload["assessed"] = 1


def no_verdict(payload: dict[str, Any]) -> None:
    payload["assessed"] = payload["notice"] = 10**9


@pytest.mark.parametrize("edit", [grant_earlier, other_evidence, other_verdict, no_verdict])
def test_an_altered_grant_is_named(reviewed: AtWork, edit: Edit):
    at = first(reviewed.district, Granted, 1)
    tamper(reviewed.district.folder, at, edit)
    assert [one.position for one in replay.replay(reviewed.district).differences] == [at]


def test_altered_evidence_shows_in_the_verdicts_that_rest_on_it_once_the_columns_are_made_anew(reviewed: AtWork):
    at = first(reviewed.district, TrainingRecorded)
    tamper(reviewed.district.folder, at, lambda payload: payload["hours"].update(value=1))
    reviewed.district.rebuild()
    differences = replay.replay(reviewed.district).differences
    assert differences[0].position == first(reviewed.district, Assessed)
    assert "hours" in differences[0].en


@pytest.mark.parametrize("kind", [TrainingRecorded, Assessed, BallotCast, StageDecided, Granted, CycleOpened])
def test_a_careless_forger_is_found_by_the_leaves_whatever_was_altered(reviewed: AtWork, kind: type[Fact]):
    def forge(payload: dict[str, Any]) -> None:
        name = next(iter(payload))
        payload[name] = f"{payload[name]} "

    at = first(reviewed.district, kind)
    tamper(reviewed.district.folder, at, forge, rehash=False)
    found = damage(reviewed.district)
    assert found is not None
    assert found.position == at


def test_the_driver_alone_may_not_change_or_delete(reviewed: AtWork):
    with closing(sqlite3.connect(reviewed.district.folder / "log.db")) as connection:
        for statement in (
            "UPDATE event SET actor = 'x'",
            "DELETE FROM event",
            "REPLACE INTO event SELECT * FROM event",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert damage(reviewed.district) is None


def test_a_replay_of_later_days_is_the_same(reviewed: AtWork):
    reviewed.wait_until(date(2029, 1, 1))
    assert replay.replay(reviewed.district).differences == ()


def test_projections_that_ask_for_what_was_done_stop_an_advance_instead_of_keeping_it_busy(at_work: AtWork):
    district = at_work.district
    at_work.record("p-1", training("21"))
    cycle = at_work.open_cycle()
    at_work.close(cycle)
    advance.advance(district, cycle)
    with closing(sqlite3.connect(district.folder / "log.db")) as connection:
        connection.execute("UPDATE case_file SET phase = 'nominated' WHERE subject = 'p-4'")
        connection.commit()
    with pytest.raises(Refused) as caught:
        advance.advance(district, cycle)
    assert caught.value.code == "stuck"
    assert "rebuild" in caught.value.zh
    district.rebuild()
    assert advance.advance(district, cycle).phases == ()
