"""Checkpoints and proofs that somebody mangled: refused, or they say what the genuine ones say; never a traceback."""

from __future__ import annotations

import contextlib
import io
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from console import jieti_verify
from events import checkpoint as checkpoints
from tests.console.forgeries import Honest, as_text, honest
from tests.console.mangled import bytes_changed, json_changed
from tests.engine.a_life import live
from tests.engine.district_at_work import settle
from tests.reliability.figures import Tally

LONGEST, WAITING = 10.0, 120.0
"""Seconds of work that a file of a few kilobytes may take, and seconds on the clock, on a machine with other work."""
SEEDS = [range(40), *(range(first, first + 400) for first in range(40, 4_040, 400))]


class Hangs(Exception):
    """It takes too long."""


@contextmanager
def in_time() -> Iterator[None]:
    """What is done within it ends in time, or Hangs is raised."""

    def ring(_number: int, _frame: object) -> None:
        raise Hangs

    alarms = ((signal.ITIMER_PROF, signal.SIGPROF, LONGEST), (signal.ITIMER_REAL, signal.SIGALRM, WAITING))
    before = [signal.signal(number, ring) for _, number, _ in alarms]
    for timer, _, seconds in alarms:
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(alarms, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Honest:
    """What a district handed out."""
    place = tmp_path_factory.mktemp("handed out")
    settle(place / "strange")
    live(Path(shutil.copytree(place / "strange", place / "folder")))
    return honest(place / "folder", place / "strange", place / "forged")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], tuple[int, str]]:
    """The exit status of the program and what it prints, for a proof and a checkpoint."""

    def run(proof: str, checkpoint: str) -> tuple[int, str]:
        for name, text in (("proof", proof), ("checkpoint", checkpoint)):
            (tmp_path / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        monkeypatch.setattr(sys, "argv", ["jieti-verify", str(tmp_path / "proof"), str(tmp_path / "checkpoint")])
        out = io.StringIO()
        with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as ended:
            jieti_verify.main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out.getvalue()

    return run


def seeds_of(chunks: list[range]) -> list[object]:
    """The first chunk in every run, the others in the torture."""
    first, *rest = chunks
    return [
        pytest.param(first, id=f"{first.start}-{first.stop - 1}"),
        *(pytest.param(one, marks=pytest.mark.torture, id=f"{one.start}-{one.stop - 1}") for one in rest),
    ]


@pytest.mark.parametrize("seeds", seeds_of(SEEDS))
@pytest.mark.parametrize("what", ["proof", "checkpoint"])
def test_a_mangled_proof_or_checkpoint_is_refused_or_says_what_the_genuine_says(
    handed_out: Honest, told: Callable[[str, str], tuple[int, str]], what: str, seeds: range
):
    genuine = [as_text(one) for one in (handed_out.grant, handed_out.other, handed_out.extension)]
    says = [told(one, handed_out.checkpoint) for one in genuine]
    assert [status for status, _ in says] == [0, 0, 0]
    wrong: list[object] = []
    with Tally("fuzz", f"{seeds.start}–{seeds.stop - 1}") as tally:
        for seed in seeds:
            chance = Random(f"{what} {seed}")
            which = chance.randrange(3)
            proof, checkpoint = genuine[which], handed_out.checkpoint
            if what == "proof":
                proof = json_changed(proof, chance)
            else:
                checkpoint = bytes_changed(checkpoint.encode(), chance).decode("utf-8", "replace")
            try:
                with in_time():
                    found = told(proof, checkpoint)
                    if what == "checkpoint":
                        with contextlib.suppress(checkpoints.CheckpointError):
                            checkpoints.read(checkpoint)
                bad: object = found if found[0] not in (0, 1) or (found[0] == 0 and found not in says) else None
            except Exception as error:  # noqa: BLE001
                bad = repr(error)
            tally.count(what, wrong=bad is not None)
            wrong += [(seed, bad)] if bad is not None else []
    assert wrong == []
