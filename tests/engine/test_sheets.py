"""Sheets of ballots: in whatever order their rows come, with rows that are refused, from two offices at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cycles import advance
from engine.district import District
from events.envelope import Recorded
from events.facts import BallotCast
from tests.engine.district_at_work import PANEL, PEOPLE, AtWork, assert_whole, codes, row, training
from tests.engine.others import cast_ballots, start
from workflows.commands import Already, CastBallot, Landed

CASES = [f"c-2026-{subject}" for subject in PEOPLE[:5]]


@pytest.fixture
def in_review(folder: Path) -> Path:
    """A folder in which five cases are before their panel."""
    with District.open(folder) as district:
        at_work = AtWork(district)
        for subject in PEOPLE[:5]:
            at_work.record(subject, training("21"))
        cycle = at_work.open_cycle()
        at_work.close(cycle)
        advance.advance(district, cycle)
    return folder


def sheet(at_work: AtWork, order: Callable[[CastBallot], object]) -> list[CastBallot]:
    """Every ballot of the panel, in an order."""
    return sorted(at_work.ballots("y-2026", CASES), key=lambda one: (order(one), one.case, one.person))


def ballots(district: District) -> dict[tuple[str, int], BallotCast]:
    """By the case's stream and seat what was cast; every seat once."""
    events: list[Recorded] = [one for batch in district.log.follow() for one in batch]
    cast = [(one.envelope.stream, one.fact) for one in events if isinstance(one.fact, BallotCast)]
    found = {(stream, fact.seat): fact for stream, fact in cast}
    assert len(found) == len(cast)
    return found


def test_a_sheet_by_judge_and_one_by_case_land_the_same_ballots(in_review: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(in_review, tmp_path / "other"))
    found = []
    for folder, order in ((in_review, lambda one: one.case), (other, lambda one: one.person)):
        with District.open(folder) as district:
            at_work = AtWork(district)
            assert codes(at_work.many(sheet(at_work, order))) == ["landed"] * 15
            assert advance.advance(district, "y-2026").phases[0] == "decide panel"
            assert_whole(district)
            found.append((ballots(district), [(one.id, one.phase) for one in advance.cases(district, "y-2026")]))
    assert found[0] == found[1]


def test_a_refused_row_in_the_middle_of_a_sheet_leaves_the_others(in_review: Path) -> None:
    with District.open(in_review) as district:
        at_work = AtWork(district)
        asked = sheet(at_work, lambda one: one.case)
        first, stranger = asked[0], PEOPLE[0]
        wrong = [
            first.model_copy(update={"id": district.command_id(), "person": stranger}),
            first.model_copy(update={"id": district.command_id(), "choice": "against"}),
            first.model_copy(update={"id": district.command_id()}),
            first.model_copy(update={"id": district.command_id(), "case": "c-nobody"}),
        ]
        answers = at_work.many([*asked[:7], *wrong, *asked[7:]])
        assert codes(answers) == [
            *["landed"] * 7,
            *["not seated", "second vote", "already", "no case"],
            *["landed"] * 8,
        ]
        assert isinstance(answers[0], Landed)
        assert answers[9] == Already(answers[0].positions[0])
        assert len(ballots(district)) == 15
        assert_whole(district)


def test_a_row_that_came_before_with_other_words_differs_in_the_same_sheet(in_review: Path) -> None:
    with District.open(in_review) as district:
        at_work = AtWork(district)
        one, other = sheet(at_work, lambda ballot: ballot.case)[:2]
        asked = [
            one.model_copy(update={"source": row("a")}),
            other.model_copy(update={"source": row("a", "other words")}),
            one.model_copy(update={"id": district.command_id(), "source": row("a")}),
        ]
        assert codes(at_work.many(asked)) == ["landed", "differs", "already"]
        assert_whole(district)


def test_two_offices_that_import_a_sheet_at_once_cast_every_ballot_once(in_review: Path) -> None:
    processes = [start(cast_ballots, in_review, "y-2026", CASES, way) for way in (1, -1)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with District.open(in_review) as district:
        assert len(ballots(district)) == len(CASES) * len(PANEL)
        assert_whole(district)
