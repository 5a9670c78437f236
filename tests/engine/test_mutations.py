"""Any single change of a folder is found: events with their position, what is derived, keys, files, the structure."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.exc import DatabaseError

from engine import evidence_columns
from engine.backups.deep import compare
from engine.district import District
from engine.folder import NotADistrict
from engine.projections.projector import reached
from events.faults import fault
from events.key_files import VaultError
from events.seal import Damage, verify
from tests.engine.a_life import live
from tests.engine.mutations import Mutation, mutate
from tests.reliability.figures import Tally

SAMPLE = range(60)
TORTURE = 10_000
EACH = 200


@pytest.fixture(scope="module")
def whole(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which much has happened, with columns on the disk."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("whole") / "district"))
    live(folder)
    with District.open(folder) as district, district.reading() as connection:
        evidence_columns.write(
            folder / "columns", district.columns(), evidence_columns._leaf(connection, reached(connection))
        )
    return folder


def found(folder: Path) -> Damage | str | None:
    """What a check of everything finds, or why the folder cannot even be opened."""
    try:
        with District.open(folder) as district:
            with district.reading() as connection:
                damage = verify(connection, reached(connection)).damage
            return damage or compare(district)
    except (NotADistrict, VaultError) as error:
        return str(error)
    except DatabaseError as error:
        if (of := fault(error)) is None:  # the command line has no sentence for it
            raise
        return of


def test_a_folder_that_nobody_changed_is_as_its_log_gives_it(whole: Path):
    assert found(whole) is None
    assert not list(whole.glob(".verify-*"))


def mended(mutation: Mutation) -> bool:
    """Whether it was to the number of what is derived: opening the folder then derives everything anew, unasked."""
    return mutation.what.startswith(("reached.shape", "reached.one", "a row of reached", "a row put into reached"))


@pytest.mark.parametrize(
    "seeds",
    [
        SAMPLE,
        *(
            pytest.param(range(first, first + EACH), marks=pytest.mark.torture)
            for first in range(len(SAMPLE), TORTURE, EACH)
        ),
    ],
    ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}",
)
def test_any_single_change_is_found(whole: Path, tmp_path: Path, seeds: range):
    missed = []
    with Tally("mutations", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            folder = Path(shutil.copytree(whole, tmp_path / str(seed)))
            mutation = mutate(folder, Random(seed))
            damage = found(folder)
            at = damage.position if isinstance(damage, Damage) else None
            elsewhere = at is not None and mutation.position not in (None, at)
            wrong = elsewhere or (damage is None and not mended(mutation))
            tally.count(mutation.kind, wrong=wrong)
            if wrong:
                missed.append((seed, mutation, damage))
            shutil.rmtree(folder)
    assert missed == []
