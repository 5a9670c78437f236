"""The command line: ``jieti``.  Every command has ``--help`` with an example; see ``console.commands``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import typer

from console.commands import audit, cycles, districts, folders, imports, ladders, questions

app = typer.Typer(
    name="jieti",
    help="阶梯:教师与工作室晋级的事件溯源工作流引擎。The event-sourced engine of teacher progression.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (folders, imports, questions):
    group.add_to(app)
app.add_typer(ladders.app, name="ladder")
app.add_typer(cycles.app, name="cycle")
app.add_typer(audit.app, name="audit")
app.add_typer(districts.app, name="district")


def main() -> None:
    """Run the command line, on packages that are ours."""
    for name in ("events", "ladders", "workflows", "engine"):
        found = importlib.util.find_spec(name)
        here = Path(__file__).resolve().parent.parent
        if found is None or found.origin is None or Path(found.origin).resolve().parent.parent != here:
            place = found.origin if found else "-"
            sys.exit(
                f"另一个软件包也叫“{name}”({place});请把 jieti 装在它自己的环境里。\n"
                f'another package is called "{name}" ({place}): install jieti into an environment of its own.'
            )
    app()
