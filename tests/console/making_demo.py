"""One small demo, made by the real program in the background from the first test on, for all who will ask for it.

A process of its own makes it and holds a lock as long, so that no test process waits while there is other work.
``python -m tests.console.making_demo FOLDER`` is that process.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

from tests.console.command_line import ROOT, Demo, program

TEACHERS = 300


def shared(base: Path) -> Path:
    """The folder of all test processes together, from that of this one."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def begin(place: Path) -> subprocess.Popen[bytes] | None:
    """Have it made, unless another test process began; the lock goes over to the process that makes it."""
    with (place / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if (place / "demo.said").exists():
            return None
        with (place / "demo.said").open("w") as said:
            command = [sys.executable, "-m", "tests.console.making_demo", str(place)]
            return subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, pass_fds=[lock.fileno()])


def made(place: Path) -> Demo:
    """The demo, once it is there."""
    with (place / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = place / "demo.pickle"
        assert told.exists(), (place / "demo.said").read_text("utf-8")
        found: Demo = pickle.loads(told.read_bytes())
        return found


def _make(place: Path) -> Demo:
    from console.demo.district_files import write_files
    from console.demo.run import SEED

    home = place / "home"
    home.mkdir(parents=True)
    running = program("demo", place / "区", "--teachers", TEACHERS, home=home)
    screen, complaints = running.communicate(timeout=300)
    assert running.returncode == 0, screen + complaints
    assert complaints == ""
    untouched = place / "untouched"
    shutil.copytree(place / "区", untouched, ignore=shutil.ignore_patterns("prefect", "files"))
    return Demo(place / "区", untouched, screen, home, write_files(place / "again", SEED, TEACHERS))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    whole = folder / "demo.pickle.new"
    whole.write_bytes(pickle.dumps(_make(folder / "演示 demo")))
    whole.rename(folder / "demo.pickle")
