"""Somebody is erased: no screen, export or file has anything of theirs any more, and everything still adds up."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.people.names import GONE
from tests.console.command_line import ROOT, Demo, done, jieti
from tests.console.test_privacy import Search, content, forms, written
from tests.console.test_readme import lines

WHY = ("--reason", "依本人要求", "--early", "--authority", "示例文号", "--as", "office-1", "--yes")


@dataclass(frozen=True)
class Gone:
    """A demo's folder in which somebody was erased: their id and number, what was said of them, what it told before."""

    folder: Path
    id: str
    code: str
    texts: frozenset[str]
    before: dict[str, Any]
    proof: Path
    kept: Path

    def at(self, *words: object) -> list[str]:
        return [*map(str, words), "--data", str(self.folder)]


def leaving(folder: Path, code: str) -> Path:
    """A people sheet that says that somebody left."""
    sheet = folder / "离任.csv"
    sheet.write_text(f"工号,变动,日期\n{code},离职,2026-10-01\n", "utf-8")
    return sheet


def personal(folder: Path, code: str) -> set[str]:
    """The texts that only this person's file has: name, number, titles."""
    events = json.loads(done("audit", "history", code, "--data", folder, "--json"))
    said = [event["fact"] for event in events if event["stream"].startswith("subject-p")]
    found = {text for one in said for field in ("title", "number") if (text := one.get(field))}
    hired = said[0]
    return {text for text in found if len(text) > 5} | {hired["name"], hired["staff_number"]}


@pytest.fixture(scope="module")
def gone(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gone]:
    """Whoever was granted a rung first among the teachers, with a name of three characters."""
    folder = tmp_path_factory.mktemp("erased") / "demo"
    shutil.copytree(demo.untouched, folder)
    grants = [one for one in demo.grants() if one["ladder"] == "erqi-teacher"]
    codes = demo.codes([one["subject"] for one in grants])
    data = ("--data", folder)
    names = {one["subject"]: personal_name(folder, codes[one["subject"]]) for one in grants[:4]}
    everybody = Counter(demo.manifest.names)
    who = next(one for one, name in names.items() if len(name) == 3 and everybody[name] == 1)
    code, kept, proof = codes[who], folder.parent / "kept.checkpoint", folder.parent / "grant.proof"
    texts = personal(folder, code)
    before = {
        "assessed": assessed(folder),
        "replayed": json.loads(done("audit", "replay", "--json", *data)),
    }
    done("audit", "checkpoint", "--out", kept, *data)
    done("import", leaving(folder.parent, code), *data, "--as", "office-1")
    done("erase", code, *WHY, *data)
    done("audit", "prove", who, "--out", proof, *data)
    yield Gone(folder, who, code, frozenset(texts), before, proof, kept)
    shutil.rmtree(folder)


def personal_name(folder: Path, code: str) -> str:
    return str(json.loads(done("audit", "history", code, "--data", folder, "--json"))[0]["fact"]["name"])


def readings(gone: Gone) -> list[list[str]]:
    """Every command that shows the person, or a list on which they stand."""
    case = next(one for one in json.loads(done(*gone.at("audit", "grants"), "--json")) if one["subject"] == gone.id)
    cycle = case["cycle"]
    return [
        gone.at(*words)
        for words in (
            ("audit", "grants"),
            ("audit", "history", gone.id),
            ("audit", "why", gone.id, "--evidence"),
            ("audit", "looked", gone.id),
            ("standing", "list", gone.id),
            ("explain", gone.id, "--to", "core-member", "--ladder", "erqi-teacher", "--evidence"),
            ("plan", gone.id, "--to", "studio-host", "--ladder", "erqi-teacher"),
            ("cycle", "show", cycle),
            ("cycle", "cases", cycle),
            ("cycle", "notice", cycle),
            ("cycle", "ballots", cycle, case["case"]),
        )
    ]


def test_no_screen_says_anything_of_them(gone: Gone) -> None:
    shown = 0
    for words in readings(gone):
        for more in ([("--lang", "en")] if words[1] in ("history", "why") else []) + [(), ("--json",)]:
            said = jieti(*words, *more)
            assert said.status == 0, f"{shlex.join(words)}\n{said.out}{said.err}"
            assert [text for text in gone.texts if text in said.out + said.err] == [], words
            shown += GONE in said.out
    assert shown > 10
    assert "依本人要求" in done(*gone.at("audit", "history", gone.id))


def test_nothing_of_them_can_be_read_in_any_file(gone: Gone) -> None:
    search = Search([form for text in gone.texts for form in forms(text)])
    assert {path.name: found for path in written(gone.folder) if (found := search.found(content(path)))} == {}
    assert len(gone.texts) > 4


def test_their_number_finds_nobody(gone: Gone) -> None:
    for words in (("audit", "history", gone.code), ("erase", gone.code, *WHY), ("explain", gone.code)):
        said = jieti(*gone.at(*words))
        assert said.status == 2
        assert gone.code in said.err
    again = done(*gone.at("erase", gone.id, *WHY))
    assert "已删除" in again


def test_the_log_is_whole_replays_and_counts_as_before(gone: Gone) -> None:
    assert done(*gone.at("audit", "verify", "--against", gone.kept))
    assert json.loads(done(*gone.at("audit", "replay", "--json"))) == gone.before["replayed"]
    assert done(*gone.at("audit", "revisit"))
    assert gone.proof.stat().st_size > 500
    assert assessed(gone.folder, "--known-at", _size(gone.kept)) == gone.before["assessed"]


def assessed(folder: Path, *more: str) -> Any:
    """The whole cohort: counts and findings, whoever they are called."""
    found = json.loads(done("assess", "erqi-teacher", "--json", "--data", folder, *more))
    return [{**one, "verdicts": [{**verdict, "code": None} for verdict in one["verdicts"]]} for one in found]


def _size(checkpoint: Path) -> str:
    return checkpoint.read_text("utf-8").splitlines()[1]


def test_the_sheet_that_they_came_in_hands_their_rows_back(gone: Gone, demo: Demo, tmp_path: Path) -> None:
    for kind in ("people", "reflections"):
        original = next(file.path for file in demo.manifest.files if file.kind == kind)
        sheet = Path(shutil.copy(original, tmp_path))
        (report,) = jieti(*gone.at("import", sheet, "--as", "office-1", "--json")).data
        why = [one for one in report["reasons"] if "erased" in one["en"] or "已删除" in one["zh"]]
        assert why, report
        assert report["landed"] == 0
    other = tmp_path / "另一份.csv"
    other.write_text(f"工号,反思题目,提交日期,反思编号\n{gone.code},又一篇,2026-05-05,F9\n", "utf-8")
    said_of_it = jieti(*gone.at("import", other, "--as", "office-1"))
    assert "档案已删除的" in said_of_it.out


# ---------------------------------------------------------------------------------------------- everything on one


def test_everything_held_on_somebody_is_a_workbook_or_json_without_anybody_else(copied: Path, demo: Demo) -> None:
    grant = next(one for one in demo.grants() if one["ladder"] == "erqi-teacher")
    code = demo.codes([grant["subject"]])[grant["subject"]]
    sheet = copied.parent / "成果.csv"
    sheet.write_text(f"工号,佐证类型,名称,级别,角色,日期\n{code},论文,=1+1|calc,市级,第一作者,2026-05-05\n", "utf-8")
    done("import", sheet, "--data", copied, "--as", "office-1")
    data = ("--data", copied, "--as", "office-1")
    book, file = copied.parent / "他.xlsx", copied.parent / "他.json"
    for out in (book, file):
        done("export-person", code, "--out", out, *data)
    said = json.loads(file.read_text("utf-8"))
    name = said["name"]
    assert (said["id"], said["staff_number"]) == (grant["subject"], code)
    assert {one["type"] for one in said["events"]} >= {"person hired", "assessed", "ballot cast", "granted"}
    assert [one["command"] for one in said["looks"]][-2:] == ["export-person", "export-person"]
    assert said["cases"]
    assert said["standings"]
    text = file.read_text("utf-8")
    assert name in text
    assert [one for one in demo.manifest.names if one in text and one != name] == []
    with zipfile.ZipFile(book) as parts:
        cells = "".join(parts.read(part).decode() for part in parts.namelist() if part.endswith(".xml"))
    assert "=1+1|calc" in cells
    assert "<f>" not in cells
    for words in (("概要 summary", "经历 events", "判定 verdicts", "查阅 looks"), (name, code, "granted core member")):
        assert all(word in cells for word in words)
    for out, wrong in ((book, "已存在"), (copied.parent / "他.txt", ".xlsx")):
        refusal = jieti("export-person", code, "--out", out, *data)
        assert refusal.status == 2
        assert wrong in refusal.err


def test_who_may_not_be_erased_is_told_why_in_both_languages(copied: Path, demo: Demo) -> None:
    grant = next(one for one in demo.grants() if one["ladder"] == "erqi-teacher")
    code, data = demo.codes([grant["subject"]])[grant["subject"]], ("--data", copied, "--as", "office-1")
    for lang, why in (("zh", "还在职"), ("en", "is employed")):
        said = jieti("erase", code, "--reason", "依本人要求", *data, "--lang", lang)
        assert said.status == 2
        assert why in said.err
    done("import", leaving(copied.parent, code), *data)
    said = jieti("erase", code, "--reason", "依本人要求", *data, "--json")
    assert said.data["error"]["code"] == "standing held"
    said = jieti("erase", code, "--reason", "依本人要求", "--early", *data)
    assert "--authority" in said.err
    assert "2036" in done("erase", code, *WHY, "--dry-run", *data[:2])
    done("district", "settings", "--keep", "3,4", "--keep-by", "区档〔2020〕3号", *data)
    assert "区档〔2020〕3号" in done("district", "show", *data[:2])
    for keep in (("--keep", "3"), ("--keep", "3,4"), ("--keep", "3,x", "--keep-by", "一号"), ("--keep-by", "一号")):
        assert jieti("district", "settings", *keep, *data).status == 2
    assert json.loads(done("erase", code, *WHY, "--dry-run", *data[:2], "--json"))["kept_until"].startswith("2030")


def test_the_page_can_be_followed(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(demo.untouched, tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    grants = [one for one in demo.grants() if one["ladder"] == "erqi-teacher"]
    code = demo.codes([grants[0]["subject"]])[grants[0]["subject"]]
    leaving(tmp_path, code)
    followed = 0
    for program, *words in lines((ROOT / "docs" / "privacy.md").read_text("utf-8")):
        arguments = [code if re.fullmatch(r"JC\d{4}-\d{5}", word) else word for word in words]
        if program == "export":
            monkeypatch.setenv(*arguments[0].split("=", 1))
            continue
        said = jieti(*arguments)
        assert (program, said.status, said.err) == ("jieti", 0, ""), f"{shlex.join(arguments)}\n{said.out}{said.err}"
        followed += 1
    assert followed > 8
