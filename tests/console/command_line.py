"""The command line as its users call it: in this process, which is quick, or as a program of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.cli import run
from console.demo.district_files import Manifest
from engine.district import District
from engine.people import names

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("jieti")


@dataclass(frozen=True)
class Said:
    """What a command came to: its exit status, what it printed, what it complained of."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


def jieti(*arguments: object) -> Said:
    """Run a command in this process; a traceback fails the test."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(one) for one in arguments])
    return Said(status, out.getvalue(), err.getvalue())


def done(*arguments: object) -> str:
    """What a command that must succeed prints."""
    said = jieti(*arguments)
    assert said.status == 0, f"{shlex.join(map(str, arguments))}\n{said.out}{said.err}"
    return said.out


def bare(home: Path, **more: str) -> dict[str, str]:
    """The environment of someone who has set nothing: no language, no data folder, nobody who acts."""
    return {"PATH": os.defpath, "HOME": str(home), **more}


def program(*arguments: object, home: Path, **more: str) -> subprocess.Popen[str]:
    """Start the installed program, in an environment that says nothing."""
    return subprocess.Popen(
        [str(PROGRAM), *map(str, arguments)],
        env=bare(home, **more),
        cwd=home,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@dataclass(frozen=True)
class Demo:
    """What ``jieti demo`` left: its folder, what it printed, the home that it had, and what its files say.

    ``untouched`` is a copy that nobody opens, to copy from: a folder that another process reads gains and loses files.
    """

    folder: Path
    untouched: Path
    screen: str
    home: Path
    manifest: Manifest

    def grants(self) -> list[dict[str, Any]]:
        """Its grants, in the order of the log."""
        found: list[dict[str, Any]] = jieti("audit", "grants", "--data", self.folder, "--json").data
        return found

    def codes(self, subjects: list[str]) -> dict[str, str]:
        """Staff numbers and studio codes by subject id."""
        with District.open(self.folder) as district, district.reading() as connection:
            known = names.called(connection, district.log, district.vault, subjects)
            return {subject: known.code(subject) for subject in subjects}
