"""One subject's story out of a long log, and the whole log verified; the driver fetches or reads the same rows."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import bare, invented
from benchmarks.measuring import paired, result, timed
from engine.district import District
from engine.history import history
from engine.projections.projector import SHAPE
from events import seal
from events.facts import Amount, TrainingRecorded
from events.log import New, tip
from events.tree import Tree

STORY = 150
"""Events about each subject: its hiring and its trainings."""
ASKED = 200
"""Subjects whose story is told, and as many whose rows are fetched: each is asked for once, by one of the two, or what
comes first would bring the pages into memory for what comes second."""
CACHE = Path(__file__).parent / "cache"
VERSION = 2
"""Raise it whenever ``_built`` builds otherwise: a log of another version is built anew, and so is one whose
projections are of another shape, since opening it would derive ten million events again."""


def run(quick: bool) -> list[dict[str, Any]]:
    """The story of one subject after the other; then the leaf of every event."""
    size = 100_000 if quick else 10_000_000
    folder = _built(size)
    log = bare.connect(folder / "log.db")
    with District.open(folder) as district:
        return [_stories(district, log, size), _verified(district, log, size), _proved(district, log, size)]


def _stories(district: District, log: sqlite3.Connection, size: int) -> dict[str, Any]:
    everyone = [one for (one,) in log.execute("SELECT id FROM subject WHERE kind = 'person' ORDER BY number")]
    ours, opponent = [], []
    drawn = random.Random(150).sample(everyone, min(2 * ASKED, len(everyone)))
    for subject, another in zip(drawn[::2], drawn[1::2], strict=True):
        began = time.perf_counter()
        told = history(district, subject)
        ours.append(time.perf_counter() - began)
        stream, began = f"subject-{another}", time.perf_counter()
        rows = log.execute("SELECT * FROM event WHERE stream = ? ORDER BY version", (stream,)).fetchall()
        opponent.append(time.perf_counter() - began)
        assert len(told) == len(rows) == STORY
    name = f"a story of {STORY} events, told"
    return result(name, ours, opponent, against="bare sqlite3 fetches its rows", unit="ms", size=size)


def _verified(district: District, log: sqlite3.Connection, size: int) -> dict[str, Any]:
    def ours() -> None:
        with district.reading() as connection:
            end = tip(connection).position
            assert seal.verify(connection, end) == seal.Verified(end, None)

    def opponent() -> None:
        for row in log.execute("SELECT * FROM event ORDER BY position"):
            hashlib.sha256(row[-2]).digest()

    against = "bare sqlite3, one process: every row, SHA-256 of its payload"
    return paired("verify", timed(ours), timed(opponent), against=against, unit="events/s", size=size, rounds=3)


def _proved(district: District, log: sqlite3.Connection, size: int) -> dict[str, Any]:
    """An event's inclusion in the tree of the whole log, each from nothing."""
    ours, opponent = [], []
    with district.reading() as connection:
        end = tip(connection).position
        for position in random.Random(6962).sample(range(1, end + 1), ASKED):
            began = time.perf_counter()
            path = Tree(connection, end).inclusion(position)
            ours.append(time.perf_counter() - began)
            assert len(path) > 10
            began = time.perf_counter()
            log.execute("SELECT * FROM event WHERE position = ?", (position,)).fetchone()
            opponent.append(time.perf_counter() - began)
    return result("inclusion proof", ours, opponent, against="bare sqlite3 fetches the event", unit="ms", size=size)


def _built(size: int) -> Path:
    """A folder whose log has so many events, from the cache if it is there; its trainings are in the log alone."""
    folder = CACHE / f"history-{VERSION}-{SHAPE}-{size}"
    if not folder.exists():
        unfinished = CACHE / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        people = invented.staffed(unfinished, size // STORY)
        with District.open(unfinished) as district:
            for nth in range(1, STORY):
                _everybody_trained(district, people, nth)
        unfinished.rename(folder)
    return folder


def _everybody_trained(district: District, people: list[str], nth: int) -> None:
    """One more training for each: so a subject's events stand far apart, as they do in a district's log."""
    day = invented.BEGAN + timedelta(days=nth * 12)
    fact = TrainingRecorded(
        title=f"第{nth}期校本研修", category="school-based", level="school",
        hours=Amount(value=4, scale=0, unit="hour"), recognised=True,
    )  # fmt: skip
    news = [
        New(f"subject-{one}", fact, day, day, invented.CLERK.actor, district.command_id(one, str(nth)), 0)
        for one in people
    ]
    with district.log.writing() as connection:
        end = district.log.append(connection, news, district.now)[-1].position
        connection.exec_driver_sql("UPDATE reached SET position = ?", (end,))
