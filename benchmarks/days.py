"""What a day costs in which little changed: the sweep of a whole district; the opponent looks at everybody anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import invented
from benchmarks.measuring import result
from engine.assessing import assess
from engine.cycles import sweep
from engine.district import District
from engine.standings import removals
from events.facts import EvidenceRecorded, StandingTakenOver
from workflows.commands import Command, Landed, PublishLadder, Record, SetClock, Span

BEGINS = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
SHARES = (1, 10, 100)
"""How many of a thousand changed."""
REVOKED = 20
"""One in so many of those who changed loses the rung."""
LADDER = """
format: jieti-ladder/1
id: bench
title: {zh: 测评, en: bench}
subject: person
rungs:
  - id: first
    title: {zh: 一级, en: first}
    end: true
    removals:
      - id: ethics
        title: {zh: 师德, en: ethics}
        effect: revoke
        clauses:
          - {id: violations, title: {zh: 违规, en: violations}, evidence: violation,
             then: [within: last 5 years, count], at least: 1, basis: assumed}
routes:
  one:
    stages:
      - {id: panel, title: {zh: 评议, en: panel}, body: {zh: 评议, en: panel},
         seats: 3, quorum: 2, threshold: more than 1/2 of present, days: 7}
    notice working days: 5
steps:
  - to: first
    route: one
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
"""


def run(quick: bool) -> list[dict[str, Any]]:
    """The day after 0.1 %, 1 % and 10 % of those who hold a rung changed."""
    size, rounds = (2_000, 3) if quick else (100_000, 3)
    lines = []
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        prepared, folder = Path(place) / "prepared", Path(place) / "day"
        people = _prepared(prepared, size)
        for share in SHARES:
            changed = people[: max(1, size * share // 1000)]
            ours, everybody = list[float](), list[float]()
            for _ in range(rounds):
                rmtree(folder, ignore_errors=True)
                copytree(prepared, folder)
                swept, anew = _day(folder, changed)
                ours.append(swept)
                everybody.append(anew)
            said: dict[str, Any] = {"against": "holding the rules against everybody", "unit": "s", "size": size}
            lines.append(result(f"a day: {share / 10:g} % changed", ours, everybody, **said))
    return lines


def _prepared(folder: Path, size: int) -> list[str]:
    """A district in which everybody holds a rung, swept once; their ids."""
    people = invented.staffed(folder, size, BEGINS)
    with District.open(folder) as district:
        new = district.command_id
        district.handle(
            PublishLadder(id=new(), asking=invented.CLERK, file=LADDER.encode(), in_force_from=date(2026, 1, 1))
        )
        _all(district, (_recorded(district, one, date(2025, 9, 1), _title()) for one in people))
        assert not sweep.sweep(district).failures
        district.columns()
    return people


def _day(folder: Path, changed: list[str]) -> tuple[float, float]:
    """The seconds of the sweep on the day after these changed, and those of looking at everybody."""
    with District.open(folder) as district:
        district.columns()
        today = district.today
        _all(district, (_recorded(district, one, today, _evidence(nth)) for nth, one in enumerate(changed)))
        now = BEGINS + timedelta(days=1)
        district.handle(SetClock(id=district.command_id(), asking=invented.CLERK, now=now))
        began = time.perf_counter()
        done = sweep.sweep(district)
        swept = time.perf_counter() - began
        assert not done.failures
        assert done.events["removals"] == 1 + -(-len(changed) // REVOKED)
        began = time.perf_counter()
        rules = assess.rules_for(district, "bench")
        with district.reading() as connection:
            everybody = removals.to_look_at(connection, rules, None)
        removals.endings_of(district, rules, everybody)
        return swept, time.perf_counter() - began


def _all(district: District, commands: Iterator[Command]) -> None:
    assert all(isinstance(answer, Landed) for answer in district.handle_many(commands))


def _recorded(district: District, subject: str, day: date, fact: StandingTakenOver | EvidenceRecorded) -> Record:
    return Record(id=district.command_id(), asking=invented.CLERK, subject=subject, occurred=Span.day(day), fact=fact)


def _title() -> StandingTakenOver:
    return StandingTakenOver(ladder="bench", rung="first", title="测评称号")


def _evidence(nth: int) -> EvidenceRecorded:
    """A lesson given, or, of one in so many, a violation."""
    if nth % REVOKED == 0:
        return EvidenceRecorded(kind="violation", title="违规", attributes={"severity": "serious"})
    return EvidenceRecorded(kind="lesson", title="公开课", attributes={"role": "given", "level": "district"})
