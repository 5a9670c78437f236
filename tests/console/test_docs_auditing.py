"""The page about auditing (docs/auditing.md) can be followed, word by word."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.console.command_line import PROGRAM, ROOT, Demo, jieti
from tests.console.test_readme import lines


def test_the_page_can_be_followed(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(demo.untouched, tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    grants = demo.grants()
    codes = demo.codes([one["subject"] for one in grants])
    granted = next(codes[one["subject"]] for one in grants if one["ladder"] == "erqi-teacher")
    outside = list[str]()
    for program, *words in lines((ROOT / "docs" / "auditing.md").read_text("utf-8")):
        arguments = [granted if re.fullmatch(r"JC\d{4}-\d{5}", word) else word for word in words]
        if program == "export":
            monkeypatch.setenv(*arguments[0].split("=", 1))
        elif program == "jieti":
            said = jieti(*arguments)
            assert (said.status, said.err) == (0, ""), f"jieti {shlex.join(arguments)}\n{said.out}{said.err}"
        else:
            found = subprocess.run(
                [PROGRAM.with_name(program), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
            )
            assert (found.returncode, found.stderr) == (0, "")
            outside.append(found.stdout)
    assert ["Genuine: " in said for said in outside] == [True, True]
