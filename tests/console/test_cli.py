"""The command line: help with an example everywhere, JSON that says what the screen says, three exit statuses."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from console.cli import app
from engine.district import District
from engine.tables import case_table
from ladders.reading.loading import shipped_ladders
from tests.console.command_line import Demo, Said, done, jieti, program


def walk(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group by its words."""
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, *words, name)


EVERY = dict(walk(typer.main.get_command(app)))
COMMANDS = {words: command for words, command in EVERY.items() if not hasattr(command, "commands")}
READING = {
    *{("assess",), ("explain",), ("cycle", "list"), ("cycle", "show"), ("audit", "grants"), ("audit", "history")},
    *{("audit", "why"), ("audit", "replay"), ("audit", "verify"), ("ladder", "check"), ("ladder", "show")},
    *{("ladder", "list"), ("district", "show"), ("cycle", "cases"), ("cycle", "ballots"), ("cycle", "places")},
    *{("cycle", "notice"), ("cycle", "remind"), ("audit", "compare"), ("audit", "looked"), ("correction", "list")},
}


def named(words: tuple[str, ...]) -> str:
    return " ".join(words) or "jieti"


@pytest.mark.parametrize("words", EVERY, ids=named)
def test_whoever_asks_for_help_gets_it_in_both_languages(words: tuple[str, ...]) -> None:
    for ask in ("--help", "-h"):
        said = jieti(*words, ask)
        assert (said.status, said.err) == (0, "")
        assert re.search(r"[\u4e00-\u9fff]", said.out)
        assert re.search(r"[A-Z][a-z]+ [a-z]+", said.out)


@pytest.mark.parametrize("words", COMMANDS, ids=named)
def test_help_ends_with_an_example_that_could_be_run(words: tuple[str, ...]) -> None:
    out = jieti(*words, "--help").out
    example = re.search(r"^  Example: (jieti [^\n]+)$", out, re.MULTILINE)
    assert example is not None, out
    line = shlex.split(example[1])
    assert tuple(line[1 : 1 + len(words)]) == words
    options = {option for parameter in COMMANDS[words].params for option in parameter.opts}
    assert {word for word in line if word.startswith("--")} <= options
    required = [one.opts[0] for one in COMMANDS[words].params if one.required and one.param_type_name == "option"]
    assert set(required) <= set(line)


def test_the_groups_list_what_is_in_them() -> None:
    for words, group in EVERY.items():
        if hasattr(group, "commands") and not group.invoke_without_command:
            said = jieti(*words)
            assert said.status == 2
            assert all(f"\n  {name} " in said.out for name in group.commands)


def test_every_command_that_reads_has_json_and_every_command_a_language() -> None:
    def has(words: tuple[str, ...], option: str) -> bool:
        return any(option in parameter.opts for parameter in COMMANDS[words].params)

    assert {words for words in READING if not has(words, "--json")} == set()
    assert {words for words in COMMANDS if not has(words, "--lang")} == set()
    without = {words for words in COMMANDS if not has(words, "--data")}
    assert without == {("demo",), ("restore",), ("ladder", "new")}, "two are told the folder itself, one needs none"


# ------------------------------------------------------------------------------------------------------- reading


@pytest.fixture(scope="module")
def granted(demo: Demo) -> str:
    """The staff number of someone who was promoted."""
    first = demo.grants()[0]
    return demo.codes([first["subject"]])[first["subject"]]


def data(demo: Demo, *arguments: str) -> Any:
    said = jieti(*arguments, "--json", "--data", demo.folder)
    assert (said.status, said.err) == (0, "")
    return said.data


def test_explain_says_the_same_as_data(demo: Demo, granted: str) -> None:
    for found in data(demo, "explain", granted):
        to = found["step"].split("→")[1]
        screen = done("explain", granted, "--to", to, "--data", demo.folder, "--lang", "en")
        assert f"as of {found['as_of']}, known at #{found['known_at']:,}" in screen
        assert {"met": "ELIGIBLE", "not met": "NOT YET", "unknown": "UNKNOWN"}[found["outcome"]] in screen
        failed = [clause for clause in found["clauses"] if clause["outcome"] == "not met"]
        assert (f"{len(failed)} of {len(found['clauses'])} clauses are not met" in screen) == (
            found["outcome"] != "met"
        )
        for clause in found["clauses"]:
            (line,) = [one for one in screen.splitlines() if one[12:].startswith(clause["title"]["en"] + "  ")]
            assert line.split()[0] == clause["outcome"].upper().split()[0] or line.split()[0] == clause["outcome"]


def test_assess_says_the_same_as_data(demo: Demo) -> None:
    screen = done("assess", "erqi-teacher", "--to", "core-member", "--data", demo.folder, "--lang", "en")
    (found,) = data(demo, "assess", "erqi-teacher", "--to", "core-member")
    assert sum(found["counts"].values()) == len(found["verdicts"])
    for outcome, count in found["counts"].items():
        assert re.search(rf"\b{outcome} {count:,}\b", screen)
        assert count == sum(verdict["outcome"] == outcome for verdict in found["verdicts"])
    met = demo.codes([one["subject"] for one in found["verdicts"] if one["outcome"] == "met"])
    assert met
    assert all(f"    {code}  " in screen for code in met.values())


def test_cycles_say_the_same_as_data(demo: Demo) -> None:
    for line in data(demo, "cycle", "list"):
        assert line["id"] in done("cycle", "list", "--data", demo.folder)
        shown = done("cycle", "show", line["id"], "--data", demo.folder, "--lang", "en")
        found = data(demo, "cycle", "show", line["id"])
        assert " → ".join(f"{one['en']} {one['count']}" for one in found["funnel"]) in shown
        if (finished := found["finished"]) is not None:
            assert f"finished: {finished['granted']} granted, {finished['declined']} declined" in shown
        assert (found["finished"] is None) == any(line["en"] in shown for line in found["waits_for"])
        assert f"evidence as known at #{found['known_at']:,}" in shown


def test_audits_say_the_same_as_data(demo: Demo, granted: str) -> None:
    story = data(demo, "audit", "history", granted)
    told = done("audit", "history", granted, "--data", demo.folder).splitlines()
    assert [f"#{event['position']:,}" for event in story] == [line.split()[0] for line in told[2:]]
    assert all(event["actor"] in line for event, line in zip(story, told[2:], strict=True))
    assert story[0]["fact"]["staff_number"] == granted
    why = data(demo, "audit", "why", granted)
    screen = done("audit", "why", granted, "--data", demo.folder, "--lang", "en")
    assert f"Grant #{why['grant']['position']:,} " in screen
    assert f"{len(why['evidence'])} items" in screen
    assert why["replayed"] == "identical"
    assert "derived again now: identical" in screen
    votes = [ballot["choice"] for ballot in why["ballots"]]
    assert f"{votes.count('for')} of {len(votes)} for, {votes.count('against')} against" in screen
    (case,) = [one["case"] for one in demo.grants() if one["position"] == why["grant"]["position"]]
    for asked in (f"#{why['grant']['position']}", str(why["grant"]["position"]), case):
        assert data(demo, "audit", "why", asked) == why


def test_the_other_readings_are_data_too(demo: Demo) -> None:
    assert {one["ladder"] for one in data(demo, "ladder", "list")} == {
        name.removesuffix(".yaml") for name in shipped_ladders()
    }
    assert data(demo, "ladder", "show", "erqi-teacher")["id"] == "erqi-teacher"
    assert data(demo, "ladder", "check", "erqi-studio")["errors"] == 0
    shown = data(demo, "district", "show")
    assert shown["simulated_clock"] is True
    assert shown["today"] in done("district", "show", "--data", demo.folder)


def test_the_folder_is_taken_from_the_option_then_the_environment_then_where_one_stands(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "数据 50%"
    done("init", own, "--name", "别处", "--as", "office-1")
    monkeypatch.chdir(own)
    assert "别处" in done("district", "show")
    monkeypatch.setenv("JIETI_DATA", str(demo.folder))
    assert "霁川区" in done("district", "show")
    assert "别处" in done("district", "show", "--data", ".")


def test_the_language_is_the_option_then_that_of_the_environment(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def chinese(*options: str) -> bool:
        return "共 " in done("audit", "grants", "--data", demo.folder, *options)

    assert chinese()
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert not chinese()
    assert chinese("--lang", "zh")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert chinese()
    assert not chinese("--lang", "en")


def test_the_installed_program_says_the_same_and_stops_when_nobody_reads_on(demo: Demo, granted: str) -> None:
    told = program("audit", "history", granted, "--data", demo.folder, home=demo.home)
    assert told.communicate(timeout=60) == (done("audit", "history", granted, "--data", demo.folder), "")
    assert told.returncode == 0
    assert told.stdout is not None
    assert told.stderr is not None
    cut = program("audit", "history", granted, "--data", demo.folder, home=demo.home)
    assert cut.stdout is not None
    assert cut.stderr is not None
    cut.stdout.close()
    assert cut.stderr.read() == ""
    assert cut.wait(60) in (0, 1)
    cut.stderr.close()


# ---------------------------------------------------------------------------------------------- found wanting: 1


def test_rows_that_come_back_are_exit_status_1_and_name_the_file_to_mend(copied: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "学 时.csv"
    sheet.write_text("工号,培训项目,学时,日期\nJC0000-00000,甲,6,2026-05-05\n", "utf-8")
    asked = ("import", sheet, "--data", copied, "--as", "clerk-2")
    said = jieti(*asked, "--dry-run")
    assert (said.status, said.err) == (1, "")
    assert not (tmp_path / "学 时.rejects.csv").exists()
    said = jieti(*asked)
    assert (said.status, said.err) == (1, "")
    assert "学 时.rejects.csv" in said.out
    assert (tmp_path / "学 时.rejects.csv").exists()
    (report,) = jieti(*asked, "--json").data
    assert (report["landed"], report["handed_back"]) == (0, 1)


def test_a_proposed_correction_is_exit_status_1_until_it_is_accepted(copied: Path, tmp_path: Path, demo: Demo) -> None:
    sheet = tmp_path / "学时.csv"
    (who, *_) = demo.manifest.staff_numbers

    def take(hours: str, *more: str) -> Said:
        sheet.write_text(f"工号,培训项目,学时,日期\n{who},甲,{hours},2026-05-05\n", "utf-8")
        return jieti("import", sheet, "--data", copied, "--as", "clerk-2", *more)

    assert take("6").status == 0
    assert take("6").status == 0
    assert take("7").status == 1
    assert take("7", "--accept-corrections").status == 0
    assert take("7").status == 0


def forge(log: Path, statement: str) -> None:
    """Change the log behind the back of its triggers."""
    with sqlite3.connect(log) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        assert names
        for name in names:
            raw.execute(f'DROP TRIGGER "{name}"')
        assert raw.execute(statement).rowcount == 1
    raw.close()


def test_a_replay_that_comes_out_otherwise_is_exit_status_1_and_says_where(copied: Path) -> None:
    with District.open(copied) as district, district.reading() as connection:
        cases = case_table.c
        case = connection.execute(
            case_table.select().where(cases.phase == "granted").order_by(cases.id).with_only_columns(cases.id).limit(1)
        ).scalar_one()
    with sqlite3.connect(copied / "log.db") as raw:
        position, payload = raw.execute(
            "SELECT position, payload FROM event WHERE stream = ? AND type = 'assessed'", (f"case-{case}",)
        ).fetchone()
    raw.close()
    said = json.loads(payload)
    finding = next(one for one in said["findings"] if one["outcome"] == "met")
    finding["outcome"] = "not met"
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("'", "''")
    forge(copied / "log.db", f"UPDATE event SET payload = CAST('{text}' AS BLOB) WHERE position = {position}")
    found = jieti("audit", "replay", "--data", copied, "--json")
    assert found.status == 1
    assert position in [one["position"] for one in found.data["differences"]]
    screen = jieti("audit", "replay", "--data", copied)
    assert (screen.status, screen.err) == (1, "")
    assert f"#{position:,}" in screen.out
    damaged = jieti("audit", "verify", "--data", copied)
    assert (damaged.status, damaged.err) == (1, "")
    assert str(position) in damaged.out.replace(",", "")


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE event SET actor = 'somebody' WHERE position = 200", 200),
        ("DELETE FROM event WHERE position = 300", 300),
        ("UPDATE event SET recorded_at = recorded_at + 1 WHERE position = 7", 7),
        ("DELETE FROM event WHERE position = (SELECT max(position) FROM event)", None),
    ],
    ids=["another actor", "an event cut out", "another time", "the tail cut off"],
)
def test_a_log_that_was_changed_is_exit_status_1_with_the_first_bad_position(
    copied: Path, statement: str, place: int | None
) -> None:
    tip = data_of(copied, "audit", "verify")["events"]
    forge(copied / "log.db", statement)
    said = jieti("audit", "verify", "--data", copied, "--lang", "en")
    assert (said.status, said.err) == (1, "")
    assert str(place or tip) in said.out.replace(",", "")
    assert data_of(copied, "audit", "verify")["damage"] is not None


def data_of(folder: Path, *arguments: str) -> Any:
    return jieti(*arguments, "--json", "--data", folder).data
