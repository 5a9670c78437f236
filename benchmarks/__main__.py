"""Run the benchmarks: ``python -m benchmarks [--quick] [NAME ...]``, NAME being a module of this package."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

MODULES = (
    "starting",
    "bulk",
    "intake",
    "exporting",
    "rebuilding",
    "assess",
    "rules",
    "hours",
    "changing",
    "history",
    "days",
    "replaying",
    "cycles",
)
RESULTS = Path(__file__).parent / "results.json"
_LINE = "{:<42} {:>10} {:>10} {:>7}  {:<9} {:>9}  {}"


def main() -> None:
    """Measure, print a line as soon as it is known, write ``results.json``."""
    said = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    said.add_argument("--quick", action="store_true", help="small sizes: done within a minute")
    said.add_argument("modules", nargs="*", metavar="NAME", help=f"only these: {', '.join(MODULES)}")
    asked = said.parse_args()
    if strange := set(asked.modules) - set(MODULES):
        said.error(f"there is no {', '.join(sorted(strange))}; there are {', '.join(MODULES)}")
    print(_LINE.format("", "ours", "opponent", "ratio", "unit", "size", "opponent (range of ours, of the opponent)"))
    results: list[dict[str, Any]] = []
    for module in asked.modules or MODULES:
        for line in importlib.import_module(f"benchmarks.{module}").run(asked.quick):
            results.append(line)
            print(_shown(line), flush=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _shown(line: dict[str, Any]) -> str:
    ranges = ", ".join("–".join(_number(one) for one in line[f"{who}_range"]) for who in ("ours", "opponent"))
    return _LINE.format(
        line["name"], _number(line["ours"]), _number(line["opponent"]), f"{line['ratio']:.1f}", line["unit"],
        f"{line['size']:,}", f"{line['against']} ({ranges})",
    )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
