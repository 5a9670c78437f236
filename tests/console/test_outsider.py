"""With only a proof, a checkpoint and one small program, a stranger tells the genuine from the forged.

And with only a checkpoint that was kept elsewhere, an auditor tells a folder that was forged whole.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.backups.deep import compare
from engine.backups.sealing import make
from engine.district import District
from engine.projections.projector import reached
from events import checkpoint as checkpoints
from events.checkpoint import Checkpoint
from events.seal import Verified, verify
from tests.console.command_line import ROOT, Said
from tests.console.forgeries import FOLDERS, PAIRS, Honest, Pair, as_text, honest
from tests.engine.a_life import live
from tests.engine.district_at_work import AtWork, settle, training
from tests.reliability.figures import Tally


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a review was lived through."""
    folder = tmp_path_factory.mktemp("lived") / "district"
    settle(folder)
    live(folder)
    return folder


# ------------------------------------------------------------------------------------------------- a folder, by itself


@pytest.fixture(scope="module")
def kept(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Checkpoint]:
    """A folder, an older copy of it, and the checkpoint that somebody else keeps."""
    older = Path(shutil.copytree(lived, tmp_path_factory.mktemp("older") / "district"))
    folder = Path(shutil.copytree(lived, tmp_path_factory.mktemp("folder") / "district"))
    with District.open(folder) as district:
        for number in range(5):
            AtWork(district).record("p-2", training(f"{number + 1}"))
        text = make(district)
    shutil.rmtree(folder / "checkpoints")  # the forger removes the folder's own copy
    return folder, older, checkpoints.read(text)


def looked_at(folder: Path, against: Checkpoint | None) -> Verified:
    with District.open(folder) as district, district.reading() as connection:
        return verify(connection, reached(connection), against)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_forged_whole_is_told_by_an_outside_checkpoint_alone(
    kept: tuple[Path, Path, Checkpoint], tmp_path: Path, name: str
):
    folder, older, checkpoint = kept
    _, forge, short = FOLDERS[name]
    forged = Path(shutil.copytree(folder, tmp_path / "forged"))
    forge(forged, older)
    with District.open(forged) as district:
        assert compare(district) is None  # by itself it is whole, whatever is derived again
    by_itself, against = looked_at(forged, None), looked_at(forged, checkpoint)
    assert by_itself.damage is None
    ends = by_itself.events + 1 if short else checkpoint.size
    with Tally("outsider") as tally:
        tally.count(name, wrong=against.damage is None or against.damage.position != ends)
    assert against.damage is not None
    assert against.damage.position == ends
    assert ("its tail was cut off" in against.damage.en) == short


def test_the_folder_that_nobody_forged_extends_the_checkpoint(kept: tuple[Path, Path, Checkpoint]):
    folder, _, checkpoint = kept
    with Tally("outsider") as tally:
        found = looked_at(folder, checkpoint)
        tally.count("the genuine folder", wrong=found.damage is not None)
    assert (found.damage, found.extends) == (None, checkpoint.size)


# ---------------------------------------------------------------------------------------- a stranger, with two files


@pytest.fixture(scope="module")
def handed_out(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Honest:
    place = tmp_path_factory.mktemp("handed out")
    folder, strange, forged = Path(shutil.copytree(lived, place / "folder")), place / "strange", place / "forged"
    settle(strange)
    return honest(folder, strange, forged)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which there is nothing but the program."""
    place = tmp_path_factory.mktemp("stranger")
    shutil.copy(ROOT / "console" / "jieti_verify.py", place / "jieti_verify.py")
    return place


def stranger(place: Path, pair: Pair, key: str) -> Said:
    """What the program says of two files, in a Python with nothing installed, to somebody who knows the key."""
    (place / "proof").write_text(as_text(pair[0]), "utf-8")
    (place / "checkpoint").write_text(pair[1], "utf-8")
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "jieti_verify.py", "proof", "checkpoint", "--key", key],
        cwd=place, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return Said(ended.returncode, ended.stdout, ended.stderr)


GENUINE: dict[str, Callable[[Honest], Pair]] = {
    "a genuine proof of a grant": lambda h: (h.grant, h.checkpoint),
    "a genuine proof of another grant": lambda h: (h.other, h.checkpoint),
    "a genuine extension": lambda h: (h.extension, h.checkpoint),
    "a genuine extension of an earlier checkpoint": lambda h: (h.since_earlier, h.earlier),
}


def test_a_stranger_tells_the_genuine_from_every_forgery(handed_out: Honest, alone: Path):
    key = checkpoints.verifier_key(handed_out.kept.origin, handed_out.kept.key)
    wrong = []
    assert len(PAIRS) >= 10
    with Tally("outsider") as tally:
        for name, (_, forge) in PAIRS.items():
            said = stranger(alone, forge(handed_out), key)
            told = said.status == 1 and said.err == "" and said.out.startswith("不属实")
            tally.count(name, wrong=not told)
            wrong += [] if told else [(name, said)]
        for name, make_ in GENUINE.items():
            said = stranger(alone, make_(handed_out), key)
            told = said.status == 0 and said.err == "" and said.out.startswith("属实")
            tally.count(name, wrong=not told)
            wrong += [] if told else [(name, said)]
    assert wrong == []
    assert sorted(one.name for one in alone.iterdir()) == ["checkpoint", "jieti_verify.py", "proof"]
