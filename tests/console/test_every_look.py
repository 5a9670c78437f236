"""Every command either shows people, and keeps that somebody looked, or shows nobody: a new one has to say which."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from console.cli import app
from engine.cycles.advance import advance
from engine.district import District
from tests.console.command_line import done, jieti
from tests.console.intake_office import PEOPLE, TRAININGS, Office
from tests.console.test_undo import ROW
from tests.engine.district_at_work import PANEL, AtWork, settle, training

LOOKS = re.compile(r"\bat_(files|list)\(")
SHOWS_PEOPLE = {
    *("assess", "explain", "plan", "due", "export", "export-person", "erase", "import", "imports", "correction list"),
    *("audit compare", "audit grants", "audit history", "audit looked", "audit prove", "audit revisit", "audit why"),
    *("cycle advance", "cycle agree-to-open", "cycle ballots", "cycle cases", "cycle notice", "cycle places"),
    *("cycle rebase", "cycle remind", "cycle show", "dispensation list", "ladder impact", "standing list"),
    *("hours account", "hours disagreements", "hours doubles", "hours pending", "hours report"),
}
SHOWS_NOBODY = {
    # acts, which tell where they landed
    *("correction decide", "correction open", "dispensation end", "dispensation grant"),
    *("standing reinstate", "standing revoke", "standing suspend"),
    *("hours different", "hours recognise", "hours refuse", "hours rules", "hours same", "hours settle"),
    *("cycle add-signer", "cycle ask-to-open", "cycle close", "cycle delegate", "cycle end-delegation"),
    *("cycle end-recusal", "cycle hand-over", "cycle hear", "cycle nominate", "cycle object", "cycle open"),
    *("cycle recuse", "cycle resubmit", "cycle return", "cycle rule", "cycle schedule", "cycle seat", "cycle sign"),
    *("cycle unschedule", "cycle vote", "cycle withdraw", "cycle withdraw-ballot", "calendar call-off"),
    *("district calendar", "district catalogue", "district clock", "district settings", "ladder publish"),
    *("ladder retire", "init", "keys rotate", "rebuild", "backup", "restore", "up"),
    # cycles, rules and calendars, decisions by position and case, the log as a whole
    *("calendar", "cycle list", "cycle schedules", "district show", "ladder check", "ladder diff", "ladder draw"),
    *("ladder list", "ladder new", "ladder show", "ladder test", "audit checkpoint", "audit replay", "audit sample"),
    "audit verify",
    # people who do not exist
    "demo",
}


def commands(command: Any, *words: str) -> dict[str, Any]:
    """Everything that can be run, by its words: a group among them where it does something by itself."""
    inner = getattr(command, "commands", {})
    found = {} if inner and not command.invoke_without_command else {" ".join(words): command.callback}
    for name, one in inner.items():
        found |= commands(one, *words, name)
    return found


COMMANDS = commands(typer.main.get_command(app))


def source(function: Any) -> str:
    """What a command does: its own lines, and those of the functions beside it that it calls."""
    own = inspect.unwrap(function)
    text, beside = inspect.getsource(own), vars(inspect.getmodule(own))
    for word in set(re.findall(r"(?<![\w.])([a-z_]\w*(?:\.[a-z_]\w*)?)\(", text)):
        room, _, name = word.rpartition(".")
        one = vars(beside[room]).get(name) if inspect.ismodule(beside.get(room)) else beside.get(word)
        if inspect.isfunction(one) and (one.__module__ or "").startswith("console.commands"):
            text += inspect.getsource(inspect.unwrap(one))
    return text


def test_every_command_says_whether_it_shows_people() -> None:
    assert not SHOWS_PEOPLE & SHOWS_NOBODY
    assert set(COMMANDS) == SHOWS_PEOPLE | SHOWS_NOBODY, "a new command: does it show people, and keep that as a look?"


def test_whatever_shows_people_keeps_a_look_and_nothing_else_does() -> None:
    assert {one for one, function in COMMANDS.items() if LOOKS.search(source(function))} == SHOWS_PEOPLE


def lists(folder: Path, *words: object) -> list[tuple[str, str | None, int]]:
    """The looks at lists of whoever looks here: by which command, at what, of how many."""
    found = jieti("audit", "looked", "--data", folder, "--json").data
    return [(one["command"], one["about"], one["people"]) for one in found if one["actor"] == "auditor-1"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIETI_ACTOR", "auditor-1")
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_panel_on_the_screen_of_a_cycle_and_whom_to_remind_are_looks(data: Path) -> None:
    settle(data)
    with District.open(data) as district:
        at_work = AtWork(district)
        at_work.record("p-1", training("30"))
        cycle = at_work.open_cycle()
        at_work.close(cycle)
        advance(district, cycle)
    done("cycle", "show", "2026")
    done("cycle", "remind", "2026", "--dry-run")
    assert lists(data) == [("cycle show", cycle, len(PANEL)), ("cycle remind", cycle, len(PANEL))]


def test_past_imports_their_undo_and_what_a_row_corrects_are_looks(data: Path, tmp_path: Path) -> None:
    office = Office(tmp_path)
    people = office.take(office.csv("p", PEOPLE, "T8 赵敏 - U2 2015-08-20 - - -"))
    office.take(office.csv("t", TRAININGS, ROW.replace("T1", "T8")))
    done("imports")
    assert jieti("import", "--undo", people.import_id, "--dry-run").status == 1
    assert jieti("import", office.csv("c", TRAININGS, ROW.replace("T1", "T8").replace("6.5", "7")), "--dry-run").status
    assert lists(data) == [
        ("imports", None, 1),
        ("import --undo", people.import_id, 1),
        ("import", "trainings", 1),
    ]


def test_what_somebody_looked_at_is_a_look(data: Path, tmp_path: Path) -> None:
    Office(tmp_path)
    done("audit", "history", "T1")
    done("audit", "looked", "--by", "auditor-1")
    assert lists(data) == [("audit looked", None, 1)]
