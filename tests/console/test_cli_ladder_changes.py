"""Changing a ladder on the command line: what another version says differently."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.command_line import done, jieti
from tests.console.test_cli_ladders import LADDER, ladder, place, publish, wrong

__all__ = ["place"]


def diff(*arguments: object) -> list[str]:
    """What ``ladder diff`` prints, a line each."""
    return done("ladder", "diff", *arguments).splitlines()


def test_two_files_are_compared_in_the_words_of_the_regulation(place: Path) -> None:
    one, other = ladder(place, 3), ladder(place, 5)
    assert diff(one, other, "--lang", "zh") == [
        "简单阶梯: 草稿3.yaml → 草稿5.yaml",
        "1 处不同",
        "",
        "进入：一级",
        "  修改  教龄 (service)",
        "      3 年 → 5 年",
    ]
    assert diff(one, other)[3:] == ["Way in: first", "  changed  service", "      3 years → 5 years"]


def test_a_published_ladder_is_named_with_its_version_or_the_day_on_which_it_is_in_force(place: Path) -> None:
    publish(place, 3, "2026-03-01")
    publish(place, 5, "2026-10-01")
    heads = {
        name: diff("plain", name)[0].partition(" → ")[2]
        for name in ("plain@6", "plain@#6", "plain@2026-10-01", "plain@2026年10月1日")
    }
    assert set(heads.values()) == {"#6 (from 2026-10-01)"}
    assert diff("plain@6", "plain@5")[-1] == "      5 years → 3 years"
    found = jieti("ladder", "diff", "plain", ladder(place, 4), "--json").data
    assert (found["from"]["is"], found["from"]["position"], found["to"]["is"]) == ("published", 5, "file")
    (one,) = found["changes"]
    assert (one["what"], one["sort"], one["name"], one["effect"]) == ("changed", "clause", "service", "rules")
    assert one["leaves"] == [{"path": ["at_least"], "before": "3", "after": "4"}]
    assert "no version" in wrong("ladder", "diff", "plain@9", "plain")


def test_what_is_the_same_is_said_to_be_the_same_and_what_is_only_a_comment_too(place: Path) -> None:
    one = ladder(place, 3)
    assert diff(one, one)[1:] == ["the two files are the same"]
    other = place / "other.yaml"
    other.write_text("# decided in March\n" + LADDER.format(id="plain", years=3), "utf-8")
    assert diff(one, other)[1:] == ["they say the same: only comments or the layout of the files differ"]
    assert diff(one, other, "--lang", "zh")[1:] == ["规定完全相同;文件只有注释或排版不同"]
    found = jieti("ladder", "diff", one, other, "--json").data
    assert (found["same"], found["effect"], found["changes"]) == (False, "comments", [])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("zh: 教龄", "zh: 任教年限", "只有名称和文字不同"), ("basis: assumed", "basis: assumed", "完全相同")],
)
def test_it_is_said_where_only_words_changed(place: Path, old: str, new: str, said: str) -> None:
    one, other = ladder(place, 3), place / "other.yaml"
    other.write_text(LADDER.format(id="plain", years=3).replace(old, new), "utf-8")
    assert any(said in line for line in diff(one, other, "--lang", "zh"))


def test_shipped_ladders_are_compared_by_their_names(place: Path) -> None:
    changed = place / "新版.yaml"
    text = (Path(__file__).parents[2] / "ladders" / "erqi-teacher.yaml").read_text("utf-8")
    changed.write_text(text.replace("[1,       72,", "[1,       80,"), "utf-8")
    assert diff("erqi-teacher", changed, "--lang", "zh")[4:] == [
        "  修改  附表 附表一 (rung)",
        "      发展对象 · hours: 72 → 80",
        "      涉及的条款:",
        "        进入：发展对象 · 近三年培训学时",
        "          72 学时 → 80 学时",
    ]
