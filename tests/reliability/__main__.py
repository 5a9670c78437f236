"""``make torture``: run the parts that are named, or all; keep their figures; write docs/reliability.md.

    python -m tests.reliability [PART ...] [--workers N] [--add]

The figures of a part are replaced when all its tests pass; those of the other parts stay, with their date.  With
``--figures FILE`` nothing is run: the figures are those that tests added to that file, in several goes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.reliability import page
from tests.reliability.figures import KEPT_IN, Tally
from tests.reliability.parts import PARTS

ROOT = Path(__file__).resolve().parent.parent.parent


def run(name: str, workers: int, figures: Path) -> bool:
    """Run the tests of a part, which add their figures to a file; whether all passed."""
    first = ["unshare", "--mount"] if PARTS[name].root else []
    if first and subprocess.run([*first, "true"], check=False, capture_output=True).returncode != 0:
        print(f"{name}: 要挂载磁盘，需要 root to mount disks takes the superuser")
        return False
    if PARTS[name].tests:
        words = ["-m", "", *PARTS[name].tests]
    else:
        apart = [test for part in PARTS.values() for test in part.tests]
        words = ["-m", "torture", *(f"--ignore={test}" for test in apart)]
    many = ["-n", str(workers)] if workers > 1 else []
    with subprocess.Popen(
        [*first, sys.executable, "-m", "pytest", *many, *words],
        cwd=ROOT, env={**os.environ, KEPT_IN: str(figures)}, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    ) as running:  # fmt: skip
        said = ""
        for line in running.stdout or ():
            print(line, end="", flush=True)
            said = line
    if not PARTS[name].tests and (passed := re.search(r"(\d+) passed", said)):
        os.environ[KEPT_IN] = str(figures)
        with Tally(name) as tally:
            tally.count("tests", tried=int(passed[1]))
    return running.returncode == 0


def commit() -> str:
    """The state of the program that is tried, ending in + where it was changed since; nothing outside a repository."""

    def said(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, check=False, capture_output=True, text=True).stdout.strip()

    made = [f":!{one.relative_to(ROOT)}" for one in (page.PAGE, page.RECORDS)]  # by the parts before this one
    return said("rev-parse", "--short", "HEAD") + ("+" if said("status", "--porcelain", "--", ".", *made) else "")


def taken(figures: Path, name: str) -> dict[str, Any]:
    """What a part's tests added, with the day and what they ran on."""
    lines = [json.loads(line) for line in figures.read_text("utf-8").splitlines()]
    return {
        "date": datetime.now().astimezone().date().isoformat(),
        "commit": commit(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "figures": page.summed([line for line in lines if line["part"] == name]),
    }


def main() -> int:
    """Exit status 1 where a test failed."""
    parser = argparse.ArgumentParser(prog="make torture ONLY=")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="|".join(PARTS))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--figures", type=Path)
    asked = parser.parse_args()
    failed = []
    for name in asked.parts or PARTS:
        with tempfile.TemporaryDirectory() as place:
            figures, began = asked.figures or Path(place) / "figures", time.monotonic()
            Path(figures).touch()
            if asked.figures is None and not run(name, asked.workers, figures):
                failed.append(name)
                continue
            recorded = taken(figures, name)
        if asked.figures is None and name == "others":
            recorded["figures"][0]["seconds"] = round(time.monotonic() - began)
        page.write(page.records() | {name: recorded})
        print(f"{name}: {page.PAGE.relative_to(ROOT)}")
    for name in failed:
        print(f"{name}: 有测试失败，页面上的数字未更新 a test failed, its figures on the page stay as they were")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
