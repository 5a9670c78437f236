"""Every mistake gets a sentence in the language that was asked for, exit status 2, and never a traceback."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.command_line import ROOT, Demo, done, jieti, program

FINISHED = "erqi-teacher/core-member/2026"
OPEN = "erqi-teacher/core-member/2030"


def refused(*arguments: object, code: str | None = None) -> str:
    """The English sentence of a mistake, after it was checked in both languages and as data."""
    said = {lang: jieti(*arguments, "--lang", lang) for lang in ("zh", "en")}
    for lang, one in said.items():
        assert (one.status, one.out) == (2, ""), f"{arguments}: {one}"
        assert "Traceback" not in one.err
        han, words = len(re.findall(r"[\u4e00-\u9fff]", one.err)), len(re.findall(r"\b[a-z]{2,}\b", one.err))
        assert han > 1 if lang == "zh" else words > 3, one.err
    assert said["zh"].err != said["en"].err
    if takes_json(arguments):
        data = jieti(*arguments, "--json")
        assert (data.status, data.err) == (2, "")
        assert list(data.data) == ["error"]
        error = data.data["error"]
        assert list(error) == ["code", "zh", "en"]
        assert error["zh"] == said["zh"].err.rstrip("\n")
        assert error["en"] == said["en"].err.rstrip("\n")
        assert code in (None, error["code"])
    return said["en"].err.rstrip("\n")


def takes_json(arguments: tuple[object, ...]) -> bool:
    words = [str(one) for one in arguments]
    group = 2 if words[0] in ("cycle", "ladder", "audit", "district") else 1
    return "--json" in jieti(*words[:group], "--help").out


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the demo with a cycle that takes nominations; nothing that is refused changes it."""
    import shutil

    folder = tmp_path_factory.mktemp("office") / "区 50% 'quoted'"
    shutil.copytree(demo.untouched, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIETI_DATA", str(folder))
        patch.setenv("JIETI_ACTOR", "clerk-2")
        done(*opening("2030"))
        done("cycle", "seat", OPEN, *demo.manifest.panel)
        yield folder


@pytest.fixture
def at_work(office: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Someone at work in that office; what they are refused leaves the log as it was."""
    monkeypatch.setenv("JIETI_DATA", str(office))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-2")
    before = tip(office)
    yield office
    assert tip(office) == before


def tip(folder: Path) -> int:
    """The log's last position."""
    with sqlite3.connect(folder / "log.db") as raw:
        (found,) = raw.execute("SELECT max(position) FROM event").fetchone()
    raw.close()
    return int(found)


def opening(year: str, **more: str) -> list[str]:
    said = {"to": "core-member", "period": year, "as-of": "2026-06-30", "deadline": "2030-12-31", **more}
    return ["cycle", "open", "erqi-teacher", *(word for name, value in said.items() for word in (f"--{name}", value))]


# -------------------------------------------------------------------------------------------------- where and who


def test_a_folder_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "文件"
    file.write_text("x")
    monkeypatch.chdir(tmp_path)
    for folder in (".", tmp_path / "nowhere", file, file / "deeper", "/", "", "\x00"[:0]):
        assert "is no data folder" in refused("cycle", "list", "--data", folder, code="notadistrict")
    (tmp_path / "jieti.toml").write_text("log = [")
    assert "cannot read jieti.toml" in refused("audit", "verify")
    (tmp_path / "jieti.toml").write_bytes(b"\xff\xfe")
    assert "cannot read jieti.toml" in refused("audit", "verify")
    (tmp_path / "jieti.toml").write_text('log = "文件"\nvault = "v"\nkeys = "k"\ncolumns = "c"\n')
    refused("audit", "verify")


@pytest.mark.parametrize(
    "command",
    [
        ["init", "new"],
        ["import", "x.csv"],
        ["cycle", "nominate", OPEN, "a"],
        ["cycle", "close", OPEN],
        ["ladder", "publish", "erqi-teacher"],
        ["district", "settings"],
        ["district", "calendar", "2031"],
        ["district", "clock", "2031-01-01"],
        opening("2031"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_nobody_who_acts(at_work: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    for nobody in (None, "", "  "):
        monkeypatch.delenv("JIETI_ACTOR") if nobody is None else monkeypatch.setenv("JIETI_ACTOR", nobody)
        assert "say who acts" in refused(*command)
        monkeypatch.setenv("JIETI_ACTOR", "clerk-2")


# ------------------------------------------------------------------------------------------- names that nobody has


@pytest.mark.parametrize("nonsense", ["nobody", "", "王😀", "' OR 1=1", "a\nb", "x" * 5_000])
def test_names_that_nobody_has(at_work: Path, nonsense: str) -> None:
    refused("explain", nonsense, code="unknown subject")
    refused("audit", "history", nonsense, code="unknown subject")
    refused("audit", "why", nonsense)
    refused("audit", "replay", "--cycle", nonsense or "-")
    refused("cycle", "show", nonsense)
    refused("cycle", "nominate", OPEN, nonsense)
    refused("cycle", "seat", OPEN, nonsense)
    refused("assess", nonsense)
    refused("assess", "erqi-teacher", "--to", nonsense or "-")


def test_rungs_ladders_and_outcomes_are_named_with_what_there_is(at_work: Path, demo: Demo) -> None:
    who = demo.manifest.staff_numbers[0]
    assert "core-member" in refused("explain", who, "--to", "chief")
    assert "core-member" in refused(*opening("2031", to="chief"))
    assert "jieti ladder publish" in refused("explain", who, "--ladder", "another")
    assert "not for a person" in refused("explain", who, "--ladder", "erqi-studio")
    assert "not met" in refused("assess", "erqi-teacher", "--outcome", "fine")
    assert "there is" in refused("cycle", "show", "2031")
    assert "several" in refused("cycle", "show", "2026")
    assert "shipped ladders: chengzhong-leaders, chengzhong-pyramid, " in refused("ladder", "show", "erqi", code="file")
    said = jieti("cycle", "list", "--lang", "fr")
    assert (said.status, said.out) == (2, "")
    assert "可用 zh 或 en" in said.err


def test_days_and_positions(at_work: Path, demo: Demo) -> None:
    who = demo.manifest.staff_numbers[0]
    for day in ("2026-02-30", "2026-13-01", "30.6.2026", "2026-06", "today", "0", "20260631"):
        assert f'"{day}" is no day' in refused("explain", who, "--as-of", day)
        assert "is no day" in refused(*opening("2031", deadline=day))
    for name in ("as-of", "deadline", "period"):
        refused(*opening("2031", **{name: ""}))
    refused(*opening("2031", deadline="2020-01-01"))
    for at in ("-1", "999999999", "9" * 40):
        assert at in refused("explain", who, "--known-at", at)
    for at in ("abc", "1.5", "2026-02-30"):
        assert f'"{at}"' in refused("assess", "erqi-teacher", "--known-at", at, code="usage")
    refused("explain", who, "--as-of", "0001-01-01")
    assert "is no instant" in refused("district", "clock", "tomorrow")
    refused("district", "clock", "")
    refused("district", "clock", "2020-01-01")


def test_settings_that_are_none(at_work: Path) -> None:
    for zone in ("Mars", "../../etc/passwd", "asia", "UTC+8"):
        refused("district", "settings", "--time-zone", zone)
    for day in ("02-30", "02-29", "9-1", "13-01", "2026-09-01"):
        refused("district", "settings", "--school-year-starts", day)
    refused("district", "calendar", "2031", "--holiday", "2032-01-01")
    refused("district", "calendar", "2031", "--holiday", "soon")
    refused("district", "calendar", "1", code="usage")
    refused("district", "calendar", "next", code="usage")


# --------------------------------------------------------------------------------------------------------- files


def test_ladder_files_are_refused_with_line_key_and_mend(at_work: Path, tmp_path: Path) -> None:
    ladder = (ROOT / "ladders" / "erqi-teacher.yaml").read_text("utf-8")
    broken = tmp_path / "我的 阶梯.yaml"
    broken.write_text(ladder.replace("within: last 3 years", 'within: "last three years"', 1), "utf-8")
    line = next(n for n, text in enumerate(broken.read_text("utf-8").splitlines(), 1) if "three years" in text)
    for command in ("check", "show", "publish"):
        said = jieti("ladder", command, broken, "--lang", "en")
        assert said.status == 2
        told = said.out + said.err
        assert f"我的 阶梯.yaml:{line}: measures.hours" in told
        assert '"last three years" is not a window' in told
        assert "did you mean: last 3 years" in told
        assert ("mistakes" in said.out) == (command == "check")
    assert refused("ladder", "publish", broken, code="ladder").startswith("我的 阶梯.yaml:")
    checked = jieti("ladder", "check", broken, "--json")
    assert checked.status == 2
    (error,) = [one for one in checked.data["problems"] if one["level"] == "error"]
    assert (error["line"], checked.data["errors"]) == (line, 1)
    for content in (b"", b"\xff\xfe\x00", b"- 1\n", b"\x00", b"a: [\n", b"a: &x 1\nb: *x\n", "阶梯".encode("gbk")):
        broken.write_bytes(content)
        assert jieti("ladder", "check", broken).status == 2
        assert refused("ladder", "publish", broken, code="ladder").startswith("我的 阶梯.yaml")
        assert refused("district", "catalogue", broken).startswith("我的 阶梯.yaml")
    for nothing in (tmp_path, tmp_path / "none.yaml", "", "/dev/null/x"):
        refused("ladder", "publish", nothing, code="file")
        refused("district", "catalogue", nothing, code="file")


def test_files_that_are_not_what_they_say(at_work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "fake.xlsx": (b"hello", "another kind of file"),
        "web.xlsx": (b"<html><table></table></html>", "web page"),
        "old.xlsx": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old"),
        "empty.csv": (b"", "empty"),
        "binary.csv": (b"\x00\x01\x02", "binary"),
        "zip.xlsx": (b"PK\x03\x04" + bytes(100), "damaged"),
        "none of ours.csv": ("甲,乙\n1,2\n".encode(), "header"),
        "text.txt": (b"a", ".xlsx"),
    }
    for name, (content, why) in files.items():
        (tmp_path / name).write_bytes(content)
        assert refused("import", tmp_path / name).startswith(name), why
    (tmp_path / "folder.csv").mkdir()
    for nothing in ("folder.csv", "nowhere.csv", ".", ""):
        refused("import", tmp_path / nothing if nothing else "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "学 时.csv").write_text("工号,培训项目,学时,日期\n", "utf-8")
    refused("import", "学 时.csv", "--kind", "zzz")
    refused("import", "学 时.csv", "--cycle", "zzz")
    (tmp_path / "名单.csv").write_text("工号\nx\n", "utf-8")
    assert "--cycle" in refused("import", "名单.csv", "--kind", "nominations")
    assert [path.name for path in tmp_path.iterdir() if "rejects" in path.name] == []


def test_folders_that_cannot_be_made(at_work: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for place in (file, file / "x", at_work):
        refused("init", place)
    half = tmp_path / "half"
    half.mkdir()
    (half / "log.db").write_text("somebody's")
    refused("init", half)
    assert (half / "log.db").read_text() == "somebody's"
    refused("init", tmp_path / "new", "--simulated-clock", "soon")
    assert not (tmp_path / "new").exists()
    said = jieti("demo", file)
    assert said.status == 2
    assert jieti("demo", tmp_path / "d", "--teachers", "5").status == 2


# --------------------------------------------------------------------------------------------------------- cycles


def test_a_cycle_that_there_is_already(at_work: Path) -> None:
    assert "jieti cycle list" in refused(*opening("2026"))
    assert "jieti cycle list" in refused(*opening("2030", title="又一次"))


def test_whoever_is_not_on_the_panel_has_no_vote_and_nobody_votes_twice(at_work: Path, demo: Demo) -> None:
    granted = demo.grants()[0]
    candidate = demo.codes([granted["subject"]])[granted["subject"]]
    seated = demo.manifest.panel[0]
    stranger = next(one for one in demo.manifest.nominees if one != candidate)

    def vote(choice: str, by: str, cycle: str = FINISHED, who: str = candidate) -> list[str]:
        return ["cycle", "vote", cycle, who, choice, "--by", by]

    assert "panel" in refused(*vote("for", stranger))
    assert "write for, against or abstain" in refused(*vote("maybe", seated))
    refused(*vote("for", "nobody"))
    refused(*vote("for", seated, who="c-000000000000"))
    assert "was not nominated" in refused(*vote("for", seated, cycle=OPEN, who=stranger))
    refused(*vote("for", seated, cycle=OPEN, who="nobody"))
    refused(*vote("for", seated), "--stage", "none")
    story = jieti("audit", "why", candidate, "--json").data
    mine = next(one["choice"] for one in story["ballots"] if one["seat"] == 1)
    other = "against" if mine == "for" else "for"
    refused(*vote(other, seated))
    assert "before" in done(*vote(mine, seated), "--lang", "en"), "the same vote again is the same vote"


def test_after_closing_nobody_is_nominated_or_seated(at_work: Path, demo: Demo) -> None:
    late = next(one for one in demo.manifest.staff_numbers if one not in demo.manifest.nominees)
    refused("cycle", "nominate", FINISHED, late)
    refused("cycle", "seat", FINISHED, late)


def test_panels_are_what_the_ladder_says(at_work: Path, demo: Demo) -> None:
    panel = demo.manifest.panel
    refused("cycle", "seat", OPEN, *panel[:6], panel[0])
    refused("cycle", "seat", OPEN, *panel[:3])
    refused("cycle", "seat", OPEN, *panel, "--stage", "none")
    refused("cycle", "nominate", OPEN, "GZS-MS-01")


# ------------------------------------------------------------------------------------------- the command line itself


def test_command_lines_that_cannot_be_read(at_work: Path) -> None:
    assert "No such command" in refused("cycles", code="usage")
    assert "No such option: --date" in refused("cycle", "list", "--date", "x", code="usage")
    assert "see jieti audit why --help" in refused("audit", "why", code="usage")
    assert "'--period'" in refused("cycle", "open", "erqi-teacher", code="usage")
    refused("cycle", "show", "a", "b", code="usage")
    refused("assess", "erqi-teacher", "--limit", "-1", code="usage")


def test_words_that_are_not_utf_8(at_work: Path) -> None:
    wild = os.fsdecode(b"\xff\xfe\x80")
    for command in (["explain", wild], ["audit", "history", wild], ["import", wild], ["cycle", "list", "--data", wild]):
        assert "not UTF-8" in refused(*command, code="usage")


def test_a_program_of_its_own_says_the_same(tmp_path: Path) -> None:
    for lang, told in (
        ("en_US.UTF-8", "is no data folder"),
        ("zh_CN.UTF-8", "不是数据文件夹"),
        ("C", "不是数据文件夹"),
    ):
        running = program("cycle", "list", home=tmp_path, LANG=lang)
        out, err = running.communicate(timeout=60)
        assert (running.returncode, out) == (2, "")
        assert told in err
    assert list(tmp_path.iterdir()) == []
