"""Decisions held against what is known today: what came late, was corrected or voided, and nothing rewritten."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from console.screens.revisit import revisited, sampled
from engine.assessing.revisit import decisions, revisit, sample
from engine.district import District
from engine.replay.replay import replay
from events.facts import EvidenceVoided, TrainingRecorded
from tests.engine.district_at_work import AtWork, training
from workflows.commands import Correct, Span


@pytest.fixture(scope="module")
def concluded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a cycle: p-1 and p-2 are granted, p-3 is voted down, p-4 and p-5 lack the hours."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("concluded") / "district"))
    with District.open(folder) as district:
        AtWork(district).review()
    return folder


@pytest.fixture
def reviewed(concluded: Path, tmp_path: Path):
    with District.open(Path(shutil.copytree(concluded, tmp_path / "reviewed"))) as district:
        yield AtWork(district)


def trained(at_work: AtWork, subject: str) -> int:
    """The position of the first training of somebody."""
    return next(
        one.position
        for batch in at_work.district.log.follow()
        for one in batch
        if isinstance(one.fact, TrainingRecorded) and one.envelope.stream == f"subject-{subject}"
    )


def test_while_nothing_was_recorded_since_nothing_differs(reviewed: AtWork):
    found = revisit(reviewed.district)
    assert (found.decisions, found.known_at, found.otherwise) == (5, reviewed.tip(), ())


def test_what_was_voided_corrected_or_came_late_is_told_with_the_decision_that_it_bears_on(reviewed: AtWork):
    voided = reviewed.record("p-1", EvidenceVoided(target=trained(reviewed, "p-1"), reason="重复"), date(2026, 6, 12))
    late = reviewed.record("p-4", training("25"), date(2026, 3, 1))
    reviewed.record("p-5", training("25"), date(2020, 1, 1))  # before the years that count
    corrected = reviewed.do(
        Correct, target=trained(reviewed, "p-3"), occurred=Span.day(date(2026, 6, 12)), reason="录错",
        fact=training("2"),
    )  # fmt: skip
    before = reviewed.tip()
    found = revisit(reviewed.district)
    told = {one.subject: one for one in found.otherwise}
    assert {who: (one.decided, one.then, one.now, one.clauses) for who, one in told.items()} == {
        "p-1": ("granted", "met", "not met", ("hours",)),
        "p-3": ("declined", "met", "not met", ("hours",)),
        "p-4": ("declined", "not met", "met", ("hours",)),
    }
    assert {who: one.because for who, one in told.items()} == {
        "p-1": (voided,), "p-3": (corrected,), "p-4": (late,)
    }  # fmt: skip
    assert reviewed.tip() == before  # nothing was written
    assert replay(reviewed.district).differences == ()  # and what was decided stands as it was
    screen = str(revisited(reviewed.district, found, "en"))
    assert "of 5 decisions 3 would come out otherwise" in screen
    assert f"recorded since: #{late}" in screen


def test_one_cycle_can_be_asked_about_alone(reviewed: AtWork):
    assert revisit(reviewed.district, "y-2026").decisions == 5
    assert revisit(reviewed.district, "y-1999").decisions == 0


def test_a_sample_is_what_anybody_draws_with_the_same_seed(reviewed: AtWork):
    every = decisions(reviewed.district)
    drawn = sample(every, 2, "2026-07-01")
    by_hand = sorted(every, key=lambda one: hashlib.sha256(f"2026-07-01\x00{one.stream}".encode()).hexdigest())[:2]
    assert {one.stream for one in drawn} == {one.stream for one in by_hand}
    assert sample(every, 99, "x") == every
    assert len({tuple(one.stream for one in sample(every, 2, str(seed))) for seed in range(20)}) > 1
    assert decisions(reviewed.district, known_at=every[2].position) == every[:3]
    assert "2 drawn of 5 decisions" in str(sampled(reviewed.district, drawn, len(every), "2026-07-01", "en"))
