"""What the command line costs before it does anything; the opponent is Python alone."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from benchmarks.measuring import paired, timed

HELP = "import sys; sys.argv = ['jieti', '--help']; from console.cli import main; main()"


def run(quick: bool) -> list[dict[str, Any]]:
    """``jieti --help`` in a process of its own."""
    rounds = 5 if quick else 15
    ours, opponent = timed(lambda: _python(HELP)), timed(lambda: _python("pass"))
    return [paired("jieti --help", ours, opponent, against="python -c pass", unit="ms", size=1, rounds=rounds)]


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
