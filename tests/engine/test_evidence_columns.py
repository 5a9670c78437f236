"""Evidence columns: generation, tail and voids together are what the table comes to, whatever was left on the disk."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import evidence_columns
from engine.district import District
from events.facts import Catalogue
from ladders.evidence.columns import Columns
from tests.engine.district_at_work import AtWork, training
from tests.engine.others import start, write_generations
from tests.engine.test_projections import live

_ARRAYS = ("subject", "first", "last", "until", "amount", "recorded", "item", "known", "voided")


def said(columns: Columns) -> dict[str, list[Any]]:
    """Every row in words instead of codes, in an order of its own: codes may differ where terms came differently."""
    found = {}
    for kind, rows in columns.kinds.items():
        attributes = {
            name: [_term(columns, name, code) for code in codes.tolist()] for name, codes in rows.attributes.items()
        }
        arrays = [getattr(rows, name).tolist() for name in _ARRAYS]
        plain = [tuple(one) for one in zip(*arrays, strict=True)]
        said_too = [
            tuple(sorted((name, terms[i]) for name, terms in attributes.items() if terms[i] is not None))
            for i in range(len(rows))
        ]
        found[kind] = sorted(zip(plain, said_too, strict=True))
    return found


def _term(columns: Columns, name: str, code: int) -> Any:
    if name == "member":
        return code
    return columns.terms[name][code] if code >= 0 else None


def from_scratch(district: District, tmp_path: Path) -> Columns:
    with district.reading() as connection:
        return evidence_columns.load(connection, tmp_path / "nowhere", district.catalogue)


def from_disk(district: District) -> Columns:
    """As another process would read them."""
    with district.reading() as connection:
        return evidence_columns.load(connection, district.folder / "columns", district.catalogue)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation is written as soon as a tenth is new."""
    monkeypatch.setattr(evidence_columns, "WORTH_A_GENERATION", 1)


def manifest(district: District) -> Path:
    return district.folder / "columns" / "manifest.json"


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(2, 30))])
def test_columns_are_those_from_scratch_after_every_bulk(at_work: AtWork, tmp_path: Path, seed: int):
    district, sizes, positions = at_work.district, random.Random(seed), set[int]()

    def look() -> int:
        whole = said(from_scratch(district, tmp_path))
        assert said(district.columns()) == whole
        assert said(from_disk(district)) == whole
        positions.add(json.loads(manifest(district).read_text())["position"])
        shutil.rmtree(tmp_path / "nowhere", ignore_errors=True)
        return sizes.randint(20, 60)

    live(district, seed, look)
    assert len(positions) > 2  # generations that came and went


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("end", [True, False])
def test_rows_of_columns_are_in_their_stated_order(at_work: AtWork, end: bool):
    live(at_work.district, 5, lambda: 30)
    for rows in (from_disk(at_work.district) if end else at_work.district.columns()).kinds.values():
        order = list(zip(rows.first, rows.last, rows.recorded, rows.item, strict=True))
        assert order == sorted(order)


Harm = Callable[[Path], Any]


def edit(**changes: Any) -> Harm:
    def harm(folder: Path) -> None:
        file = folder / "manifest.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    return harm


def an_array(folder: Path) -> Path:
    return next(iter(sorted(folder.glob("g*/0-amount.npy"))))


def shorter(folder: Path) -> None:
    file = an_array(folder)
    file.write_bytes(file.read_bytes()[:-8])


def fewer_rows(folder: Path) -> None:
    import numpy as np

    file = an_array(folder)
    np.save(file, np.load(file)[:-1])


HARM: dict[str, Harm] = {
    "no folder": shutil.rmtree,
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "an empty manifest": lambda folder: (folder / "manifest.json").write_bytes(b""),
    "half a manifest": lambda folder: (folder / "manifest.json").write_text('{"format": 2, "gen'),
    "a manifest that is no object": lambda folder: (folder / "manifest.json").write_text("[1, 2]"),
    "a manifest in no encoding": lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe{"),
    "another format": edit(format=1),
    "no generation": edit(generation="g0-gone"),
    "no kinds": edit(kinds=None),
    "a position in words": edit(position="ten"),
    "another log's leaf": edit(leaf="00" * 32),
    "a position that the log does not have": edit(position=10**6),
    "an array gone": lambda folder: an_array(folder).unlink(),
    "an empty array": lambda folder: an_array(folder).write_bytes(b""),
    "an array cut short": shorter,
    "an array that is none": lambda folder: an_array(folder).write_bytes(b"not an array at all"),
    "an array of fewer rows": fewer_rows,
}


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_what_is_missing_or_damaged_is_made_again(at_work: AtWork, tmp_path: Path, harm: Harm):
    at_work.record("p-1", training("7"))
    district = at_work.district
    whole = said(district.columns())
    assert manifest(district).exists()
    harm(district.folder / "columns")
    assert said(from_disk(district)) == whole == said(from_scratch(district, tmp_path))


@pytest.mark.usefixtures("often")
def test_columns_of_a_log_that_went_on_otherwise_are_not_used(at_work: AtWork, tmp_path: Path):
    """A backup is restored, the office goes on, and the columns of before are still there."""
    backup = tmp_path / "backup"
    shutil.copytree(at_work.district.folder, backup)
    at_work.record("p-1", training("7"))
    at_work.district.columns()
    shutil.copytree(at_work.district.folder / "columns", backup / "columns", dirs_exist_ok=True)
    with District.open(backup) as restored:
        AtWork(restored).record("p-1", training("300"))
        AtWork(restored).record("p-1", training("301"))
        assert said(restored.columns()) == said(from_scratch(restored, tmp_path))


@pytest.mark.usefixtures("often")
def test_generations_that_are_no_longer_used_are_removed(at_work: AtWork):
    for hours in ("1", "2", "3"):
        at_work.many(at_work.recording("p-1", training(hours)) for _ in range(20))
        at_work.district.columns()
    assert len(list((at_work.district.folder / "columns").iterdir())) == 2  # the one in use, and its manifest


@pytest.mark.usefixtures("often")
def test_a_disk_that_takes_no_generation_costs_only_time(at_work: AtWork, tmp_path: Path):
    folder = at_work.district.folder / "columns"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file where a folder should be")
    assert said(at_work.district.columns()) == said(from_scratch(at_work.district, tmp_path))


def test_processes_that_write_generations_at_once_do_no_harm(at_work: AtWork, tmp_path: Path):
    at_work.many(at_work.recording("p-1", training("7")) for _ in range(30))
    writers = [start(write_generations, at_work.district.folder, 15) for _ in range(2)]
    whole = said(from_scratch(at_work.district, tmp_path))
    while any(writer.is_alive() for writer in writers):
        assert said(from_disk(at_work.district)) == whole
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert said(from_disk(at_work.district)) == whole


def test_amounts_are_at_the_scale_of_their_kind(at_work: AtWork):
    for hours in ("7", "7.5", "0.25"):
        at_work.record("p-1", training(hours))
    assert at_work.district.columns().rows("training").amount.tolist() == [700, 750, 25]
    assert isinstance(at_work.district.catalogue, Catalogue)


def test_columns_at_hand_do_for_a_question_on_what_they_know_and_for_no_other(at_work: AtWork):
    district = at_work.district
    before = district.columns()
    at_work.record("p-1", training())
    assert district.columns(before.position, before.subjects) is before
    after = district.columns(before.position + 1)
    assert after is not before
    assert after.position == before.position + 1
    assert district.columns(before.position, before.subjects) is after  # they know more, and what those knew
    at_work.district.handle(at_work.person("p-new", "u-east"))
    assert district.columns(before.position, after.subjects) is after
    assert district.columns(before.position, after.subjects + 1).subjects == after.subjects + 1
