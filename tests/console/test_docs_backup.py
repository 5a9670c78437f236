"""The page about copies and keys (docs/backup.md) can be followed, word by word; and what is wrong is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.console.command_line import ROOT, Demo, jieti
from tests.console.test_readme import lines


def test_the_page_can_be_followed(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(demo.untouched, tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    followed = list[str]()
    for program, *words in lines((ROOT / "docs" / "backup.md").read_text("utf-8")):
        if program == "export":
            monkeypatch.setenv(*words[0].split("=", 1))
        elif program == "cp":
            shutil.copytree(words[1], words[2])
        else:
            said = jieti(*words)
            assert (said.status, said.err) == (0, ""), f"jieti {words}\n{said.out}{said.err}"
            followed.append(words[0])
    assert {"backup", "restore", "keys", "audit"} <= set(followed)
    told = jieti("audit", "verify", "--data", "restored", "--json").data
    assert told["damage"] is None


def test_what_is_wrong_with_a_backup_is_said_in_both_languages(copied: Path, tmp_path: Path) -> None:
    backup, shelf, again = tmp_path / "backup", tmp_path / "shelf", tmp_path / "again"
    made = jieti("backup", backup, "--data", copied, "--json").data
    assert (made["folder"], made["vault"], made["deleted"]) == (str(backup), None, [])
    assert "without a copy of it no name" in jieti("backup", tmp_path / "b", "--data", copied, "--lang", "en").out
    asked = ("restore", backup, again, "--vault", shelf, "--keys", copied / "keys")
    said = jieti(*asked, "--lang", "en")
    assert (said.status, "no copy of this log's vault" in said.err) == (2, True)
    jieti("backup", tmp_path / "c", "--vault", shelf, "--data", copied)
    for wrong in (("restore", tmp_path / "none", *asked[2:]), (*asked[:-1], tmp_path / "none")):
        said = jieti(*wrong, "--lang", "en")
        assert (said.status, "there is no folder" in said.err) == (2, True)
    with (backup / "log.db").open("r+b") as file:
        file.truncate(100_000)
    said = jieti(*asked, "--lang", "en")
    assert (said.status, "it was cut or changed" in said.err) == (1, True)
    said = jieti(*asked, "--lang", "zh", "--json")
    assert (said.status, said.data["error"]["code"]) == (1, "not whole")
    assert not again.exists()
