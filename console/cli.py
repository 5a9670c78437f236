"""The command line: ``jieti``.  Every command has ``--help`` with an example; see ``console.commands``."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from typer.models import CommandInfo

from console.commands import (
    acts,
    audit,
    backups,
    ballots,
    calendar,
    corrections,
    cycles,
    dispensations,
    districts,
    drawing,
    due,
    exports,
    folders,
    hours,
    hours_deciding,
    imports,
    keys,
    ladder_changes,
    ladders,
    looks,
    notices,
    past_imports,
    personal,
    publishing,
    questions,
    rebasing,
    schedules,
    standing,
    templates,
    up,
)
from console.mistakes import usage
from console.options import tell

SETTINGS: dict[str, Any] = {
    "name": "jieti",
    "help": "阶梯:教师与工作室晋级的事件溯源工作流引擎。The event-sourced engine of teacher progression.",
    "no_args_is_help": True,
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
app = typer.Typer(**SETTINGS)
for group in (folders, backups, imports, past_imports, questions, due, personal, up):
    group.add_to(app)
for more in (acts, ballots, rebasing, notices, schedules):
    more.add_to(cycles.app)
looks.add_to(audit.app)
publishing.add_to(ladders.app)
ladder_changes.add_to(ladders.app)
drawing.add_to(ladders.app)
exports.add_to(app)
templates.add_to(ladders.app)
app.add_typer(ladders.app, name="ladder")
app.add_typer(cycles.app, name="cycle")
app.add_typer(standing.app, name="standing")
app.add_typer(corrections.app, name="correction")
app.add_typer(dispensations.app, name="dispensation")
app.add_typer(calendar.app, name="calendar")
hours_deciding.add_to(hours.app)
app.add_typer(hours.app, name="hours")
app.add_typer(audit.app, name="audit")
app.add_typer(districts.app, name="district")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line, on packages that are ours."""
    gc.set_threshold(50_000, 20, 50)  # nearly all that a command imports and reads stays; looking at it cost a fifth
    for name in ("events", "ladders", "workflows", "engine"):
        found = importlib.util.find_spec(name)
        here = Path(__file__).resolve().parent.parent
        if found is None or found.origin is None or Path(found.origin).resolve().parent.parent != here:
            place = found.origin if found else "-"
            sys.exit(
                f"另一个软件包也叫“{name}”({place});请把 jieti 装在它自己的环境里。\n"
                f'another package is called "{name}" ({place}): install jieti into an environment of its own.'
            )
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; its exit status.  What Typer cannot read is told as every other mistake is."""
    as_json, lang = "--json" in arguments, _after("--lang", arguments)
    try:
        "".join(arguments).encode()
        made = _made(arguments[0] if arguments and arguments[0] in FIRST else "")
        status = made(arguments, prog_name="jieti", standalone_mode=False)
        return _flushed(int(status or 0), lang)
    except UnicodeEncodeError:
        zh, en = "命令里有不是 UTF-8 的字符;请改正后再试", "the command has characters that are not UTF-8: mend them"
        tell(("usage", zh, en), as_json=as_json, lang=lang)
        return 2
    except BrokenPipeError:  # whoever read what we print has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
        else:
            command = context.command_path if context else "jieti"
            tell(usage(type(error).__name__, error.format_message(), command), as_json=as_json, lang=lang)
        return error.exit_code


@cache
def _made(first: str) -> Any:
    """The command line, or as much of it as begins with a word; making a command takes longer than many take to run."""
    part = typer.Typer(**SETTINGS)
    part.registered_groups = [one for one in app.registered_groups if first in ("", one.name)]
    part.registered_commands = [one for one in app.registered_commands if first in ("", _name(one))]
    return typer.main.get_group(part)


def _name(command: CommandInfo) -> str:
    """What a command of the first level is called."""
    return command.name or typer.main.get_command_name(command.callback.__name__ if command.callback else "")


FIRST = {*(one.name for one in app.registered_groups), *map(_name, app.registered_commands)}
"""What a command line can begin with."""


def _flushed(status: int, lang: str) -> int:
    """Write out what was printed; the exit status, 2 where it cannot be written: the disk that it goes to is full."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is not tried again at the end
        if status != 2:  # else it was said already
            zh, en = f"输出没有写完({error.strerror})", f"what is printed here could not be written ({error.strerror})"
            after = ";命令本身已经做完", "; the command itself is done"
            tell(("output", zh + after[0], en + after[1]), as_json=False, lang=lang)
        return 2
    return status


def _after(option: str, arguments: list[str]) -> str:
    """What stands after an option; nothing where it is not given."""
    told = [value for name, value in pairwise(arguments) if name == option]
    told += [one.partition("=")[2] for one in arguments if one.startswith(f"{option}=")]
    return told[-1] if told else ""
