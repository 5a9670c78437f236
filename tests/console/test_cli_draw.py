"""``jieti ladder draw``: what it writes, whom it counts, what it says of a mistake."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from console.drawing.pyramid import year_ends
from engine.district import District
from engine.people.subjects import standings
from engine.projections.projector import reached
from engine.standings.holders import Holders
from tests.console.command_line import ROOT, Demo, done, jieti
from tests.console.drawn_ladders import SVG, letters

CHIEF = "qinyuan-chief-teacher"


def counted(folder: Path, ladder: str, day: date) -> Counter[str]:
    """How many hold each rung on a day, standing by standing."""
    with District.open(folder) as district:
        with district.reading() as connection:
            tip = reached(connection)
        every = standings(district, day, tip).values()
    return Counter(rung for one in every for rung in {held.rung for held in one if held.ladder == ladder})


@pytest.mark.parametrize("ladder", ["erqi-teacher", CHIEF, "erqi-studio"])
def test_holders_are_the_standings_in_force_on_the_day(demo: Demo, ladder: str, tmp_path: Path) -> None:
    out = tmp_path / "图.svg"
    said = jieti("ladder", "draw", ladder, "--out", out, "--data", demo.folder, "--json").data
    today = date.fromisoformat(said["as_of"])
    now = counted(demo.folder, ladder, today)
    assert {rung: count for rung, count in said["holders"].items() if count} == now
    assert sum(now.values()) > 0
    told = letters(out.read_text("utf-8"))
    assert f"持有人数截至{today}" in told
    assert all(f"现有{count}" in told for count in now.values())
    before = jieti("ladder", "draw", ladder, "--as-of", "2026-06-30", "--data", demo.folder, "--json").data
    assert {rung: count for rung, count in before["holders"].items() if count} == counted(
        demo.folder, ladder, date(2026, 6, 30)
    )
    assert before["text"].startswith("%% ")


def test_the_pyramid_has_a_bar_for_each_year_since_the_first_grant_and_the_places(demo: Demo, tmp_path: Path) -> None:
    out = tmp_path / "金字塔.svg"
    assert done("ladder", "draw", CHIEF, "--pyramid", "--out", out, "--data", demo.folder) == f"图已写入 {out},A4\n"
    text = out.read_text("utf-8")
    titles = {
        str(group.get("data-rung")): str(group.findtext(f"{SVG}title"))
        for group in Xml.fromstring(text).iter(f"{SVG}g")
        if group.get("data-rung")
    }
    assert list(titles) == ["chief-teacher", "trainee"]
    assert "名额：10 名" in titles["trainee"]
    with District.open(demo.folder) as district:
        with district.reading() as connection:
            tip = reached(connection)
        holders = Holders(district, CHIEF, tip)
        days = year_ends(holders.since, district.today)
        assert Holders(district, "nobody", tip).since is None
        assert [holders.on(day) for day in days] == [dict(counted(demo.folder, CHIEF, day)) for day in days]
    assert len(days) > 1
    for day in days:
        assert f"{day}: {counted(demo.folder, CHIEF, day)['trainee']}" in titles["trainee"]
    again = tmp_path / "again.svg"
    done("ladder", "draw", CHIEF, "--pyramid", "--out", again, "--data", demo.folder)
    assert again.read_bytes() == out.read_bytes()


def test_years_are_counted_at_their_ends_and_the_last_on_the_day_itself() -> None:
    assert year_ends(date(2024, 5, 1), date(2026, 6, 30)) == (date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 30))
    assert year_ends(None, date(2026, 12, 31)) == (date(2026, 12, 31),)
    assert year_ends(date(1950, 1, 1), date(2026, 6, 30))[0] == date(1997, 12, 31)


def test_a_ladder_is_drawn_in_the_version_in_force_on_the_day_and_rungs_it_lacks_are_told(
    copied: Path, tmp_path: Path
) -> None:
    lines = done("ladder", "draw", "erqi-teacher", "--data", copied).splitlines()
    assert any(line.startswith("%% 已发布 #") for line in lines)
    file = tmp_path / "less.yaml"
    shown = (ROOT / "ladders" / "erqi-teacher.yaml").read_text("utf-8")
    less = re.sub(r"\bdevelopment-target\b", "beginner", shown)
    file.write_text(less, "utf-8")
    out = done("ladder", "draw", file, "--data", copied, "--lang", "en")
    assert re.search(r"^%% \d+ more standings are of rungs that this version does not have", out, re.MULTILINE)
    assert "0 holders" in out


def test_every_kind_of_file_is_written_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert done("ladder", "draw", CHIEF, "--out", "a.svg", "--lang", "en") == "drawn into a.svg, A4\n"
    assert done("ladder", "draw", CHIEF, "--out", "a.html") == "图已写入 a.html,A4\n"
    assert done("ladder", "draw", CHIEF, "--out", "a.mmd") == "图已写入 a.mmd\n"
    assert (tmp_path / "a.mmd").read_text("utf-8") == done("ladder", "draw", CHIEF)
    kenya = ROOT / "tests" / "regulations" / "kenya.yaml"
    known = ("--catalogue", kenya.with_suffix(".catalogue.yaml"))
    large = done("ladder", "draw", kenya, *known, "--out", "k.svg")
    assert "--no-legend" in large
    assert done("ladder", "draw", kenya, *known, "--no-legend", "--out", "k.svg") != large
    assert "<text data-step" not in (tmp_path / "k.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--out", "a.png"], "its name ends in .svg, .html, .mmd"),
        (["--pyramid"], "add --out FILE.svg"),
        (["--pyramid", "--out", "a.svg"], "name the data folder with --data"),
        (["--as-of", "2026-01-01"], "name the data folder with --data"),
        (["--out", "none/a.svg"], "there is no such file or folder"),
    ],
)
def test_a_mistake_is_told_with_its_mend(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = jieti("ladder", "draw", CHIEF, *arguments, "--lang", "en")
    assert said.status == 2
    assert told in said.err


def test_the_pictures_of_the_page_are_what_the_commands_beside_them_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "drawing.md").read_text("utf-8")
    picture, text = (shlex.split(line)[1:] for line in page.splitlines() if line.startswith("jieti ladder draw"))
    monkeypatch.chdir(ROOT)
    committed = ROOT / picture[-1]
    done(*picture[:-1], tmp_path / "made.svg")
    assert committed.read_bytes() == (tmp_path / "made.svg").read_bytes(), f"make it anew: jieti {shlex.join(picture)}"
    assert f"```mermaid\n{done(*text)}```" in page, f"paste it anew: jieti {shlex.join(text)}"
