"""What the README and the pages of docs/ tell to do can be done, word by word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from console.cli import app
from engine.cycles import advance
from engine.district import District
from engine.people.subjects import find_cycle
from tests.console.command_line import ROOT, Demo, Said, done, jieti
from tests.console.own_district import CANDIDATE, PANEL, write_sheets

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")
PROSE = {"may have", "into an", "row hash", "that made", "wrote it"}
"""What follows the word jieti where it is the subject of a sentence, or a label of ours."""
COMMAND = re.compile(r"\bjieti ([a-z]+(?: [a-z]+(?:-[a-z]+)*)?)")


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """A section of the README."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def lines(text: str) -> list[list[str]]:
    """The command lines of a page's console blocks, in order, as the shell parts them."""
    told = [line for block in blocks(text, "console") for line in block.splitlines()]
    assert all(line.startswith("$ ") for line in told), told
    return [shlex.split(line[2:]) for line in told]


def carry_out(told: list[list[str]], patch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], Said]]:
    """Carry out command lines as a shell would."""
    for program, *arguments in told:
        if program == "export":
            for setting in arguments:
                patch.setenv(*setting.split("=", 1))
        elif program != "source":
            assert program == "jieti"
            yield arguments, jieti(*arguments)


def commands() -> dict[str, Any]:
    """Every command by its words, the groups too."""
    found: dict[str, Any] = {}

    def walk(command: Any, *words: str) -> None:
        found[" ".join(words)] = command
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, *words, name)

    walk(typer.main.get_command(app))
    return found


def test_everything_under_try_it_on_the_demo_can_be_tried(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    told, grants = lines(section("Try it on the demo")), demo.grants()
    codes = demo.codes([one["subject"] for one in grants])
    granted = next(codes[one["subject"]] for one in grants if one["ladder"] == "erqi-teacher")
    monkeypatch.chdir(demo.folder.parent)
    told = [[granted if re.fullmatch(r"JC\d{4}-\d{5}", word) else word for word in line] for line in told]
    told = [[word.replace("=demo", f"={demo.folder.name}") for word in line] for line in told]
    for lang in ("zh_CN.UTF-8", "en_US.UTF-8"):
        monkeypatch.setenv("LANG", lang)
        for arguments, said in carry_out(told, monkeypatch):
            assert (said.status, said.err) == (0, ""), f"jieti {shlex.join(arguments)}\n{said.out}{said.err}"
            assert said.out.strip()


def test_everything_under_use_it_for_your_district_can_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = lines(section("Use it for your district"))
    write_sheets(tmp_path)
    monkeypatch.chdir(tmp_path)
    later = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011 - a real folder goes by the real day
    told = [[later if before == "--deadline" else word for before, word in pairs(line)] for line in told]
    assert [later] == [word for line in told for word in line if word == later]
    for arguments, said in carry_out(told, monkeypatch):
        assert (said.status, said.err) == (0, ""), f"jieti {shlex.join(arguments)}\n{said.out}{said.err}"
        if arguments[0] == "import":
            assert "退回 0 " in said.out, said.out
            assert said.out.count("建议更正 0    退回 0") == said.out.count("已入库")
    assert "符合条件" in done("explain", CANDIDATE, "--to", "core-member", "--as-of", "2026-06-30")
    voted = [line for line in told if line[1:3] == ["cycle", "vote"]]
    assert [(line[4], line[7]) for line in voted] == [(CANDIDATE, PANEL[0])]
    for member in PANEL[1:]:
        done("cycle", "vote", "2026", CANDIDATE, "同意", "--by", member)
    with District.open(Path("district")) as district:
        advance.advance(district, find_cycle(district, "2026"))  # what Prefect would run; it was asked once above
    shown = done("cycle", "show", "2026", "--lang", "en")
    assert "nominated 1 → eligible 1 → panel review 1 → notice 1 → granted 0" in shown
    assert "waits for: the notice, from " in shown
    assert jieti("audit", "replay").status == jieti("audit", "verify").status == 0


def pairs(line: list[str]) -> list[tuple[str, str]]:
    """Each word with the one before it."""
    return list(zip(["", *line], line, strict=False))


def test_make_has_every_target_that_the_pages_name() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target
        for page in PAGES
        for code in [*re.findall(r"^```\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL), *ticked(page)]
        for target in re.findall(r"^(?:\$ )?make ([a-z-]+)", code, re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert named <= targets


def ticked(page: Path) -> list[str]:
    """What a page says in code type within its lines."""
    return re.findall(r"`([^`\n]+)`", page.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    here = [link.partition("#") for link in links if not re.match(r"[a-z]+:", link)]
    missing = [path for path, _, _ in here if path and not (page.parent / path).exists()]
    assert missing == []


def test_files_that_the_pages_name_are_there() -> None:
    missing = [
        (page.name, name)
        for page in PAGES
        for name in ticked(page)
        if re.fullmatch(
            r"(?:engine|events|ladders|workflows|console|tests|docs|benchmarks)/[\w/.-]+\.(?:py|md|yaml)", name
        )
        and not (ROOT / name).exists()
    ]
    assert missing == []


def test_whatever_is_called_a_command_is_one() -> None:
    known = commands()
    sources = [
        *PAGES,
        *(
            path
            for floor in ("events", "ladders", "workflows", "engine", "console")
            for path in (ROOT / floor).rglob("*")
        ),
    ]
    named: dict[str, set[str]] = {}
    for path in sources:
        if path.suffix in (".py", ".md", ".yaml"):
            for words in COMMAND.findall(path.read_text("utf-8")):
                named.setdefault(words, set()).add(path.name)
    assert len(named) > 20
    strangers = {}
    for words, where in named.items():
        first, *more = words.split()
        group = hasattr(known.get(first), "commands")
        if words not in PROSE and (first not in known or (group and more and words not in known)):
            strangers[words] = where
    assert strangers == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_are_those_of_their_command(page: Path) -> None:
    known, text = commands(), page.read_text("utf-8")
    said = [
        line
        for block in re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]
    for line in [*said, *ticked(page)]:
        words = line.removeprefix("$ ").split()
        if not words or words[0] != "jieti" or " ".join(words[1:3]) in PROSE:
            continue
        command = known.get(" ".join(words[1:3])) or known.get("" if words[1:2] == ["--help"] else words[1])
        assert command is not None, line
        options = {name for parameter in command.params for name in parameter.opts}
        options |= {"--help"}
        used = {word.rstrip(")") for word in words if word.startswith("--")}
        assert used <= options, line
