"""Ladders on the command line: which version a name means, what a publication changes, where a district is made."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from ladders.reading.loading import shipped
from tests.console.command_line import Said, done, jieti

LADDER = """\
format: jieti-ladder/1
id: {id}
title: {{zh: 简单阶梯, en: plain ladder}}
subject: person
rungs:
  - {{id: first, title: {{zh: 一级, en: first}}, end: true}}
routes:
  review:
    stages:
      - {{id: panel, title: {{zh: 评议, en: review}}, body: {{zh: 组, en: panel}}, seats: 2, quorum: 2,
         threshold: more than 1/2 of present, days: 7}}
    notice working days: 5
steps:
  - to: first
    route: review
    clauses:
      - {{id: service, title: {{zh: 教龄, en: service}}, years since: service, at least: {years}, basis: assumed}}
"""
TODAY = "2026-06-30"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which someone stands who acts in the district ``区`` beside them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIETI_ACTOR", "office-1")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    done("init", "区", "--name", "试验区", "--simulated-clock", f"{TODAY}T09:00")
    monkeypatch.setenv("JIETI_DATA", "区")
    return tmp_path


def ladder(place: Path, years: int, name: str = "plain") -> Path:
    """A file of the ladder, whose only clause asks for so many years."""
    path = place / f"草稿{years}.yaml"
    path.write_text(LADDER.format(id=name, years=years), "utf-8")
    return path


def publish(place: Path, years: int, begins: str, *more: str, name: str = "plain") -> str:
    return done("ladder", "publish", ladder(place, years, name), "--from", begins, "--assumed-confirmed", *more)


def wrong(*arguments: object) -> str:
    """What a mistake is told, in English."""
    said = jieti(*arguments)
    assert (said.status, said.out) == (2, ""), said.out
    assert jieti(*arguments, "--lang", "zh").err != said.err
    return said.err


# ---------------------------------------------------------------------------------------------- which one is read


def test_a_published_ladder_is_shown_as_it_is_in_force_today_and_says_who_published_it(place: Path) -> None:
    publish(place, 3, "2026-03-01", "--authority", "教研〔2026〕3号")
    publish(place, 4, "2026-10-01")
    (place / "草稿3.yaml").unlink()
    digest = sha256(LADDER.format(id="plain", years=3).encode()).hexdigest()
    first, title, *_ = done("ladder", "show", "plain").splitlines()
    assert first.startswith(f"published #5, sha256 {digest[:12]}…, in force from 2026-03-01 to 2026-09-30 (in force)")
    assert first.endswith("by office-1 under 教研〔2026〕3号")
    assert title == "plain ladder (plain)"
    chinese = done("ladder", "show", "plain", "--lang", "zh")
    assert chinese.startswith(f"已发布 #5, sha256 {digest[:12]}…, 自 2026-03-01 起生效,到 2026-09-30 为止(现行)")
    assert "at least 3" in done("ladder", "show", "plain")
    assert "at least 4" in done("ladder", "show", "plain", "--as-of", "2026-10-01")
    source = jieti("ladder", "show", "plain", "--json").data["source"]
    assert (source["is"], source["position"], source["sha256"]) == ("published", 5, digest)


def test_rungs_of_another_ladder_are_read_by_their_titles_as_published_or_else_as_shipped(place: Path) -> None:
    said = done("ladder", "show", "jintan-teacher", "--lang", "zh")
    assert "现持有“胜任岗位”（阶梯“新教师分段培训”，new-teacher）" in said
    ours = place / "ours.yaml"
    ours.write_bytes(shipped("new-teacher.yaml").replace("zh: 胜任岗位,".encode(), "zh: 能上讲台,".encode()))
    done("ladder", "publish", ours, "--assumed-confirmed")
    said = done("ladder", "show", "jintan-teacher", "--lang", "zh")
    assert "现持有“能上讲台”（阶梯“新教师分段培训”，new-teacher）" in said


def test_a_ladder_that_nobody_has_is_named_by_its_id(place: Path) -> None:
    text = shipped("jintan-teacher.yaml").replace(b"ladder: new-teacher\n", b"ladder: old-teacher\n")
    (place / "mine.yaml").write_bytes(text)
    assert "holds competent (ladder old-teacher)" in done("ladder", "show", place / "mine.yaml", "--lang", "en")


def test_what_is_shown_is_written_to_a_file_as_text_or_with_headings(place: Path) -> None:
    shown = done("ladder", "show", "erqi-teacher", "--lang", "zh")
    assert done("ladder", "show", "erqi-teacher", "--lang", "zh", "--out", "条文.txt") == "条文已写入 条文.txt\n"
    assert (place / "条文.txt").read_text(encoding="utf-8") == shown
    done("ladder", "show", "erqi-teacher", "--lang", "zh", "--out", "条文.md")
    marked = (place / "条文.md").read_text(encoding="utf-8")
    assert marked.startswith("# 二七区教师三级发展梯队（erqi-teacher）\n\n> 随附文件,未发布\n\n## 第一章 总则\n")
    assert "\n| 发展对象 | 1 | 72 |" in marked


@pytest.mark.parametrize("name", ["6", "#6", "hash"])
def test_another_version_is_named_by_its_position_or_the_beginning_of_its_hash(place: Path, name: str) -> None:
    publish(place, 3, "2026-03-01")
    publish(place, 4, "2026-10-01")
    digest = sha256(LADDER.format(id="plain", years=4).encode()).hexdigest()
    shown = done("ladder", "show", "plain", "--version", digest[:8] if name == "hash" else name)
    assert shown.startswith(
        f"published #6, sha256 {digest[:12]}…, in force from 2026-10-01 (not yet), by office-1, who"
    )
    assert "at least 4" in shown


def test_a_file_goes_before_what_is_published_and_what_ships_says_that_it_is_not_published(place: Path) -> None:
    shown = done("ladder", "show", "erqi-teacher")
    assert shown.startswith("a file that ships with jieti, not published\n")
    assert done("ladder", "show", "erqi-teacher", "--lang", "zh").startswith("随附文件,未发布\n")
    done("ladder", "publish", "erqi-teacher", "--from", "2026-01-01", "--assumed-confirmed")
    assert done("ladder", "show", "erqi-teacher").startswith("published #5")
    ladder(place, 7).rename(place / "erqi-teacher")
    assert done("ladder", "show", "erqi-teacher").startswith("plain ladder (plain)")


def test_a_published_ladder_is_checked_by_its_name(place: Path) -> None:
    publish(place, 3, "2026-03-01")
    out = done("ladder", "check", "plain")
    assert out.startswith("published #5, ")
    assert out.endswith("plain: no mistakes\n")
    assert done("ladder", "check", "erqi-teacher").startswith("a file that ships")


def test_a_version_that_is_not_there_is_told_with_those_that_are(place: Path) -> None:
    publish(place, 3, "2026-10-01")
    assert "no version is in force on 2026-06-30; there is: #5 (from 2026-10-01)" in wrong("ladder", "show", "plain")
    for version in ("9", "#9", "abcdef01", "a", "~"):
        assert f'no version "{version}"; there is: #5' in wrong("ladder", "show", "plain", "--version", version)
    assert "not both" in wrong("ladder", "show", "plain", "--version", "5", "--as-of", TODAY)
    assert "no published ladder, so --as-of" in wrong("ladder", "show", "erqi-teacher", "--as-of", TODAY)
    assert "published ladders: plain; shipped ladders: chengzhong-leaders, " in wrong("ladder", "show", "plane")


def test_a_data_folder_that_is_named_must_be_one_but_none_is_needed_for_what_ships(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is no data folder" in wrong("ladder", "show", "erqi-teacher", "--data", place / "nowhere")
    monkeypatch.delenv("JIETI_DATA")
    assert done("ladder", "check", "erqi-teacher").startswith("a file that ships")


# --------------------------------------------------------------------------------------------- what is published


def test_a_publication_says_from_when_what_it_replaces_and_that_no_document_is_named(place: Path) -> None:
    first = publish(place, 3, "2026-09-01")
    assert first.splitlines() == [
        "plain ladder: published (#5)",
        "in force from 2026-09-01",
        "1 of its 1 clauses have no document (assumed), which was confirmed; notices will say so",
        "no document is named (--authority); it is in force anyway",
    ]
    second = publish(place, 4, "2026-10-01", "--authority", "教研〔2026〕9号")
    assert "from that day it replaces #5 (from 2026-09-01)" in second
    assert "no document is named" not in second
    between = publish(place, 5, "2026-09-15")
    assert "from that day it replaces #5 (from 2026-09-01)" in between
    assert "until 2026-09-30; then comes #6 (from 2026-10-01)" in between
    told = jieti("ladder", "publish", ladder(place, 6), "--from", "2026-09-15", "--assumed-confirmed", "--json").data
    assert (told["new"], told["position"], told["replaces"], told["in_force_until"]) == (True, 8, 7, "2026-09-30")
    assert told["displaces"] == [7]


def test_a_day_of_force_in_the_past_is_said_plainly(place: Path) -> None:
    out = done("ladder", "publish", ladder(place, 3), "--from", "2026-03-01", "--assumed-confirmed", "--lang", "zh")
    assert "自过去的 2026-03-01 起生效,此后的评估" in out
    assert "which is past" in publish(place, 4, "2026-06-29")
    assert "past" not in publish(place, 5, TODAY)


def test_the_same_bytes_again_are_there_already_and_another_document_for_them_is_refused(place: Path) -> None:
    publish(place, 3, "2026-03-01")
    again = publish(place, 3, "2026-03-01")
    assert "was published before (#5), in force from 2026-03-01; nothing changed" in again
    why = wrong("ladder", "publish", place / "草稿3.yaml", "--from", "2026-03-01", "--authority", "教研〔2026〕3号")
    assert "at #5, with another document (none); nothing was recorded now. What is published stays as it is" in why
    (listed,) = jieti("ladder", "list", "--json").data
    assert listed["authority"] is None


def test_the_list_has_a_header_the_days_in_order_the_one_in_force_and_the_documents(place: Path) -> None:
    assert done("ladder", "list") == "no ladder is published yet\n"
    publish(place, 4, "2026-10-01")
    publish(place, 3, "2026-03-01", "--authority", "教研〔2026〕3号")
    publish(place, 2, "2025-03-01")
    header, *rows = done("ladder", "list").splitlines()
    assert header.split() == [
        *("ladder", "title", "in", "force", "from", "until", "status", "version", "sha256", "authority"),
    ]
    assert [row.split()[3] for row in rows] == ["2025-03-01", "2026-03-01", "2026-10-01"]
    assert ["in force" in row for row in rows] == [False, True, False]
    assert rows[1].endswith("教研〔2026〕3号")
    assert rows[0].endswith("(none named)")
    assert "现行" in done("ladder", "list", "--lang", "zh")
    assert [one["status"] for one in jieti("ladder", "list", "--json").data] == ["replaced", "in force", "later"]


def test_of_two_versions_of_one_day_the_one_published_later_is_in_force(place: Path) -> None:
    publish(place, 3, "2026-03-01")
    second = publish(place, 4, "2026-03-01")
    assert "replaces #5" in second
    assert "warning: #5 (from 2026-03-01) begins on the same day: from now on it is in force on no day" in second
    assert "at least 4" in done("ladder", "show", "plain")
    assert "another of that day came later" in done("ladder", "show", "plain", "--version", "#5")
    assert [one["status"] for one in jieti("ladder", "list", "--json").data] == ["replaced", "in force"]


# ------------------------------------------------------------------------------------------- where a district is


def init(*more: object) -> Said:
    return jieti("init", *more, "--name", "新区")


def test_a_district_is_made_where_it_is_said_by_argument_option_or_environment(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIETI_DATA", "环境")
    assert init("参数", "--data", "选项").status == init("--data", "选项").status == init().status == 0
    for name in ("参数", "选项", "环境"):
        assert (place / name / "jieti.toml").is_file()


def test_a_district_is_made_here_only_where_nothing_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIETI_DATA")
    assert "jieti init FOLDER --name DISTRICT" in wrong("init", "--name", "新区")
    assert "jieti init 文件夹 --name 区县名" in jieti("init", "--lang", "zh").err
    assert not (place / "jieti.toml").exists()
    (place / "空").mkdir()
    monkeypatch.chdir(place / "空")
    assert init().status == 0
    assert "is a data folder already" in wrong("init", "--name", "新区")
    monkeypatch.chdir(place)
    assert init(".").status == 0
