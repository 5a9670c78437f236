"""An import undone: the district is as if it had never been made, its history is all there, and it may come again."""

from __future__ import annotations

import random
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.district import District
from engine.records import offers, undoing
from events.facts import Amount, TrainingOffered
from tests.engine.district_at_work import CLERK, AtWork, assert_whole, tables
from tests.engine.imported_lives import Files, differing, imported, known, state
from tests.engine.test_projections import rebuilt
from workflows.acts import ChangeTraining, OfferTraining

AMOUNT = Amount.of(Decimal(8), "hour")
SEEDS = [1, 2, *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(3, 40))]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_was_imported_an_undo_leaves_what_a_life_without_it_comes_to(
    template: Path, tmp_path: Path, seed: int
) -> None:
    chance, undone = random.Random(seed), 0
    with (
        District.open(Path(shutil.copytree(template, tmp_path / "with"))) as district,
        District.open(Path(shutil.copytree(template, tmp_path / "without"))) as without,
    ):
        files = Files(seed)
        for nth in range(6):
            kept = files.file(14)
            imported(district, kept, "i-kept")
            imported(without, kept, "i-kept")
            with files.forgotten():
                wrong = files.file(14)
            imported(district, wrong, f"i-wrong{nth}")
            with_it, then = state(district), known(district)
            undone += undoing.undo(district, f"i-wrong{nth}", CLERK).events
            assert known(district, then[0]) == then
            assert not list(differing(state(district), state(without)))
            imported(district, wrong, f"i-again{nth}")
            assert not list(differing(state(district), with_it))
            if chance.random() < 0.5:
                imported(without, wrong, f"i-again{nth}")
            else:
                undoing.undo(district, f"i-again{nth}", CLERK)
            assert not list(differing(state(district), state(without)))
        assert undone > 20
        there = tables(district)
        for batch in (7, 100_000):
            assert rebuilt(district, batch) == there
        assert_whole(district)


def test_the_calendar_is_asked_for_as_it_was_before_an_undo(at_work: AtWork) -> None:
    said: dict[str, Any] = {"first": date(2026, 9, 1), "last": date(2026, 9, 2), "kind": "training", "amount": AMOUNT}
    first, second = TrainingOffered(title="甲", **said), TrainingOffered(title="乙", **said)
    at_work.do(OfferTraining, offer="t-1", said=first, correlation="i-1")
    at_work.do(ChangeTraining, offer="t-1", said=TrainingOffered(title="改", **said), reason="-", correlation="i-2")
    then = at_work.do(OfferTraining, offer="t-2", said=second, correlation="i-2")
    undoing.undo(at_work.district, "i-2", CLERK)
    assert [one.title for one in offers.listed(at_work.district)] == ["甲"]
    assert [one.title for one in offers.listed(at_work.district, known_at=then)] == ["改", "乙"]
    undoing.undo(at_work.district, "i-1", CLERK)
    assert offers.listed(at_work.district) == []
    assert [one.title for one in offers.listed(at_work.district, known_at=then)] == ["改", "乙"]
    assert_whole(at_work.district)
