"""Erasing somebody is asked for twice: it cannot be undone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from engine.people.names import GONE
from tests.console.command_line import done, jieti
from tests.console.intake_office import PEOPLE, Office

WHY = ("--reason", "依本人要求", "--early", "--authority", "示例文号", "--as", "office-1")


class Terminal(io.StringIO):
    """Somebody who sits before it, and types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path)
    made.take(made.csv("left", PEOPLE, "T1 - 离职 - 2026-06-01 - - -"))
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    return made


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", ("没有删除", "姓名、工号", "不能恢复", "--yes")), ("en", ("nothing was erased", "no way back", "--yes"))],
)
def test_where_nobody_can_be_asked_it_needs_a_yes(office: Office, lang: str, told: tuple[str, ...]) -> None:
    said = jieti("erase", "T1", *WHY, "--lang", lang)
    assert said.status == 2
    assert [word for word in told if word not in said.err] == []
    assert "李秀兰" not in said.err
    assert jieti("erase", "T1", *WHY, "--json").data["error"]["code"] == "unconfirmed"
    assert office.events("person erased") == []
    assert "可以删除" in done("erase", "T1", *WHY, "--dry-run", "--lang", "zh")


def test_on_a_terminal_it_is_asked_with_the_name_and_a_no_leaves_everything(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    said = jieti("erase", "T1", *WHY, "--lang", "zh")
    assert said.status == 2
    assert "T1 李秀兰" in said.err
    assert "没有删除,什么也没有做" in said.err
    assert office.events("person erased") == []
    assert "erase" in done("audit", "looked", "T1", "--as", "office-1")
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    said = jieti("erase", "T1", *WHY, "--lang", "en")
    assert (said.status, len(office.events("person erased"))) == (0, 1)
    assert "Erase the record of T1 李秀兰?" in said.err


def test_who_is_erased_already_is_not_asked_about(office: Office) -> None:
    who = office.person("T1")
    done("erase", "T1", *WHY, "--yes")
    assert GONE in done("audit", "history", who)
    assert "早已删除" in done("erase", who, *WHY, "--dry-run", "--lang", "zh")
    assert "with another reason" in jieti("erase", who, *WHY, "--reason", "另有理由", "--dry-run", "--lang", "en").err
    done("erase", who, *WHY)
    assert len(office.events("person erased")) == 1
