"""What another version of a ladder would do to a whole district, before it is published; the opponent assesses once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import invented
from benchmarks.measuring import paired, timed
from console.screens.impact import People, shown, table
from engine.assessing import assess
from engine.assessing.impact import Impact, impact
from engine.district import District
from events.facts import Amount, TrainingRecorded
from workflows.commands import Command, Landed, PublishLadder, Record, Span
from workflows.ladder import read

BEGINS = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
TRAININGS = 3
"""Trainings of each teacher."""
LADDER = """
format: jieti-ladder/1
id: bench
title: {{zh: 测评, en: bench}}
subject: person
rungs:
  - {{id: first, title: {{zh: 一级, en: first}}, end: true}}
routes:
  one:
    stages:
      - {{id: panel, title: {{zh: 评议, en: panel}}, body: {{zh: 评议, en: panel}},
         seats: 3, quorum: 2, threshold: more than 1/2 of present, days: 7}}
    notice working days: 5
steps:
  - to: first
    route: one
    clauses:
      - {{id: service, title: {{zh: 教龄, en: service}}, years since: service, at least: 3, basis: assumed}}
      - id: hours
        title: {{zh: 学时, en: hours}}
        evidence: training
        then: [within: last 3 years, sum per: category, cap: 24, sum]
        at least: {hours}
        basis: assumed
"""


def run(quick: bool) -> list[dict[str, Any]]:
    """One number of one clause changed; then the same with everybody's name, as it is written to a file."""
    size, rounds = (2_000, 3) if quick else (100_000, 3)
    lines = []
    with TemporaryDirectory(prefix="jieti-bench-") as place:
        folder = Path(place) / "district"
        people = invented.staffed(folder, size, BEGINS)
        with District.open(folder) as district:
            _publish(district, _file(30))
            assert all(isinstance(one, Landed) for one in district.handle_many(_trainings(district, people)))
            rules = assess.rules_for(district, "bench")
            stricter = _file(36)
            ladder, version = read(stricter), sha256(stricter).hexdigest()

            def ours() -> Impact:
                return impact(district, rules, ladder, version)

            def once() -> None:
                assess.assess(district, rules, "first", assess.cohort_of(district, rules))

            def named() -> None:
                found = ours()
                people = People(district, found, named=True)
                shown(district, found, people, ("#1", "new"), "zh", named=True)
                assert len(list(table(district, found, people, "zh"))) > size // 100

            assert ours().rungs[0].of("loses")
            said: dict[str, Any] = {"against": "assessing everybody once", "unit": "s", "size": size, "rounds": rounds}
            lines.append(paired("what a new version would do", timed(ours), timed(once), **said))
            lines.append(paired("the same, screen and file with names", timed(named), timed(once), **said))
    return lines


def _file(hours: int) -> bytes:
    return LADDER.format(hours=hours).encode()


def _publish(district: District, file: bytes) -> None:
    district.handle(
        PublishLadder(id=district.command_id(), asking=invented.CLERK, file=file, in_force_from=date(2026, 1, 1))
    )


def _trainings(district: District, people: list[str]) -> Iterator[Command]:
    for nth, person in enumerate(people):
        for which in range(TRAININGS):
            fact = TrainingRecorded(
                title="培训",
                category=("topic", "online", "school-based")[which],
                level="district",
                hours=Amount(value=60 + (nth * 7 + which * 31) % 160, scale=1, unit="hour"),
                recognised=True,
            )
            day = date(2025, 1 + which, 1 + nth % 28)
            yield Record(
                id=district.command_id(), asking=invented.CLERK, subject=person, occurred=Span.day(day), fact=fact
            )
