"""A person's record is erased: the event comes first, then the key goes, and nothing else changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from engine import erasing
from engine.deep import compare
from engine.district import District
from events.facts import PersonErased
from events.log import New
from tests.engine.district_at_work import CLERK, AtWork, assert_whole, tables


def say_erased(district: District, person: str) -> None:
    """What is left by a process that was killed after the event, before the key was destroyed."""
    day, fact = date(2026, 6, 1), PersonErased(reason="本人申请", kept_until=date(2026, 5, 31))
    new = New(f"subject-{person}", fact, day, day, CLERK.actor, district.command_id(), 0)
    with district.log.writing() as connection:
        district.projector.project(connection, district.log.append(connection, [new], district.now))


def test_an_erasure_that_was_killed_before_the_key_went_is_finished_by_whoever_opens_the_folder(folder: Path) -> None:
    with District.open(folder) as district:
        there = tables(district)
        say_erased(district, "p-3")
        assert "p-3" in district.vault.owners()
    with closing(sqlite3.connect(folder / "vault.db")) as store:
        (key,) = store.execute("SELECT wrapped FROM key WHERE owner = 'p-3'").fetchone()
    with District.open(folder) as district:
        assert "p-3" not in district.vault.owners()
        assert not [path for path in folder.rglob("*") if path.is_file() and key in path.read_bytes()]
        assert district.find("person", ["p-2", "p-3"]) == {"p-2": "p-2"}
        assert len(there["code"]) - 1 == len(tables(district)["code"])
        assert erasing.carry_out(district) == 0
        assert_whole(district)
        assert compare(district) is None


def test_a_key_that_is_gone_without_the_event_is_still_damage_and_so_is_one_that_stayed(at_work: AtWork) -> None:
    district = at_work.district
    say_erased(district, "p-3")
    damage = compare(district)
    assert damage is not None
    assert "p-3 was erased" in damage.en
    erasing.carry_out(district)
    assert compare(district) is None
    with closing(sqlite3.connect(district.places["vault"])) as store, store:
        store.execute("DELETE FROM key WHERE owner = 'p-4'")
    damage = compare(district)
    assert damage is not None
    assert "no key of p-4" in damage.en
