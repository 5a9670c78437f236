"""``jieti ladder new``: asked on a terminal, given as options by scripts; what is written can be used at once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from console.commands.templates import QUESTIONS, answers, asked
from console.options import Mistake
from tests.console.command_line import done, jieti

GIVEN = (
    "ladder",
    "new",
    "--id",
    "growth",
    "--title",
    "成长阶梯/growth",
    "--rung",
    "合格/qualified",
    "--rung",
    "优秀/excellent",
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return tmp_path


def test_a_script_gives_options_and_gets_two_files_that_pass(here: Path) -> None:
    told = done(*GIVEN, "--hours", "30,72.5", "--lang", "en")
    assert "growth.yaml: no mistakes" in told
    assert sorted(path.name for path in here.iterdir()) == ["growth.cases.yaml", "growth.yaml"]
    assert "growth.yaml: no mistakes" in done("ladder", "check", "growth.yaml", "--lang", "en")
    assert "otherwise" not in done("ladder", "test", "growth.yaml", "--lang", "en")
    assert "assumed" in (here / "growth.yaml").read_text("utf-8")


def test_what_is_there_is_never_overwritten(here: Path) -> None:
    (here / "growth.cases.yaml").write_text("mine", "utf-8")
    said = jieti(*GIVEN, "--lang", "en")
    assert (said.status, "growth.cases.yaml is there and stays" in said.err) == (2, True)
    assert [path.name for path in here.iterdir()] == ["growth.cases.yaml"]
    done(*GIVEN, "--out", "mine/second.yaml")
    assert (here / "mine" / "second.cases.yaml").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("--id", "growth"), "missing: --title, --rung"),
        ((), "missing: --id, --title, --rung"),
        ((*GIVEN[2:], "--who", "robot"), '--who: there is no "robot"'),
        ((*GIVEN[2:], "--hours", "many"), '--hours: "many" is no number'),
        ((*GIVEN[2:], "--hours", "1,2,3"), "--hours: there are 2 rungs and 3 numbers"),
        ((*GIVEN[2:], "--seats", "seven"), '--seats: "seven" is no whole number'),
        ((*GIVEN[2:], "--quorum", "9"), "--quorum: between 1 and 7, not 9"),
        ((*GIVEN[2:], "--majority", "half"), '--majority: "half" is no whole number'),
        ((*GIVEN[2:], "--document", "办法"), '--document: write "办法" as Chinese/English'),
        ((*GIVEN[2:], "--status", "maybe"), "--status: one of in force, draft, report"),
        ((*GIVEN[2:], "--hours-passage", "第三条"), "--document: a passage is of a document"),
    ],
)
def test_a_mistake_names_its_option_and_nothing_is_written(here: Path, line: tuple[str, ...], said: str) -> None:
    told = jieti("ladder", "new", *line, "--lang", "en")
    assert told.status == 2
    assert said in told.err
    assert list(here.iterdir()) == []


def test_on_a_terminal_only_what_no_option_says_is_asked() -> None:
    heard: list[str] = []

    def ask(question: str, default: str) -> str:
        heard.append(question)
        return {"title": "阶梯/ladder", "rung": "一/one；二/two"}.get(by_text[question], default)

    by_text = {one.en: one.option for one in QUESTIONS}
    given = dict.fromkeys((one.option for one in QUESTIONS), "") | {"id": "growth", "who": "工作室"}
    said = answers(asked(given, "en", ask))
    assert (said.climber, [one.en for one in said.rungs], said.term) == ("studio", ["one", "two"], 3)
    asked_for = {by_text[one] for one in heard}
    assert asked_for == {one.option for one in QUESTIONS} - {
        "id",
        "who",
        "issuer",
        "status",
        "hours-passage",
        "years-passage",
    }
    with pytest.raises(Mistake):
        answers(asked(given, "zh", lambda _, default: default))
