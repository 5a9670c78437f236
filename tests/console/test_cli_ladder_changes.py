"""Changing a ladder on the command line: what another version says differently, its end, what is confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.command_line import done, jieti
from tests.console.test_cli_ladders import LADDER, TODAY, ladder, place, publish, wrong

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


# ---------------------------------------------------------------------------------------------- a rule with an end


def test_a_version_with_an_end_is_reported_once_it_has_expired_and_never_used(place: Path) -> None:
    publish(place, 3, "2026-03-01", "--until", "2026-06-29")
    why = wrong("assess", "plain")
    assert why.startswith("version #5 of the ladder plain expired on 2026-06-29, none is in force on 2026-06-30: ")
    assert "jieti ladder publish" in why
    assert "expired on 2026-06-29" in wrong("ladder", "show", "plain")
    opening = ("cycle", "open", "plain", "--to", "first", "--period", "2026", "--deadline", "2026-07-31")
    assert "expired on 2026-06-29" in wrong(*opening, "--as-of", "2026-07-31")
    assert jieti("assess", "plain", "--json").data["error"]["code"] == "expired"
    assert "at least 3" in done("ladder", "show", "plain", "--as-of", "2026-06-29")
    assert "expired" in done("ladder", "list").splitlines()[1].split()
    assert "已失效" in done("ladder", "list", "--lang", "zh")
    overdue = done("due", "--days", "1")
    assert "2026-06-29 overdue" in overdue
    assert "plain ladder ends with nothing to follow it" in overdue
    publish(place, 4, "2026-06-30")
    assert "nothing falls due" in done("due", "--days", "1")
    assert [one["status"] for one in jieti("ladder", "list", "--json").data] == ["expired", "in force"]


def test_a_published_version_is_given_a_last_day(place: Path) -> None:
    publish(place, 3, "2026-03-01")
    out = done("ladder", "retire", "plain", "--until", "2026-08-31", "--authority", "教研〔2026〕9号")
    assert out.startswith("plain #5 (from 2026-03-01) is in force until 2026-08-31, and expires then\n")
    assert "at least 3" in done("ladder", "show", "plain")
    assert "expired on 2026-08-31" in wrong("ladder", "show", "plain", "--as-of", "2026-09-01")
    publish(place, 4, "2026-10-01")
    assert "the next version is in force from 2026-10-01" in wrong("assess", "plain", "--as-of", "2026-09-01")
    assert [one["until"] for one in jieti("ladder", "list", "--json").data] == ["2026-08-31", None]
    assert "is over" in wrong("ladder", "retire", "plain", "--until", "2026-06-01")


# ------------------------------------------------------------------------------------- what is assumed is confirmed


def test_a_ladder_that_is_mostly_assumed_is_published_only_when_that_is_confirmed(place: Path) -> None:
    file = ladder(place, 3)
    why = wrong("ladder", "publish", file)
    assert why.startswith("1 of its 1 clauses have no document (assumed): not published.")
    assert "--assumed-confirmed" in why
    assert jieti("ladder", "list", "--json").data == []
    told = jieti("ladder", "publish", file, "--assumed-confirmed", "--json").data
    assert (told["without_document"], told["clauses"]) == (1, 1)
    assert "nothing changed" in done("ladder", "publish", file)


def test_a_ladder_with_documents_is_published_without_a_question(place: Path) -> None:
    text = LADDER.format(id="plain", years=3).replace("basis: assumed", "basis: {document: rule, passage: 第三条}")
    title = "title: {zh: 办法, en: the rule}, issuer: {zh: 教体局, en: the bureau}"
    text = text.replace("rungs:", "documents:\n  rule: {" + title + ", status: in force}\nrungs:")
    file = place / "based.yaml"
    file.write_text(text, "utf-8")
    assert "no document" not in done("ladder", "publish", file, "--authority", "教研〔2026〕3号")


# ------------------------------------------------------------------------------- whom it concerns, and what is rebased


def test_whom_a_version_concerns_is_asked_only_of_what_is_published_before(place: Path) -> None:
    assert "no version of the ladder plain is in force" in wrong("ladder", "impact", ladder(place, 5))
    publish(place, 3, "2026-03-01")
    assert "nobody meets the conditions who did not" in done("ladder", "impact", ladder(place, 5))
    assert "no version" in wrong("ladder", "impact", ladder(place, 5), "--against", "9")
    broken = place / "broken.yaml"
    broken.write_text(LADDER.format(id="plain", years=3).replace("years since", "year since"), "utf-8")
    assert jieti("ladder", "impact", broken).status == 2


def test_whom_it_concerns_is_written_to_a_sheet_by_a_name_that_tells_its_format(place: Path) -> None:
    publish(place, 3, "2026-03-01")
    assert "its name ends in" in wrong("ladder", "impact", ladder(place, 5), "--out", "who.pdf")
    done("ladder", "impact", ladder(place, 5), "--out", "who.csv")
    assert (
        (place / "who.csv")
        .read_text("utf-8-sig")
        .startswith("what,rung,step,cycle,case,code,name,school,area,locality")
    )
    assert "is there and stays" in wrong("ladder", "impact", ladder(place, 5), "--out", "who.csv")
    told = jieti("ladder", "impact", ladder(place, 5), "--against", "2026-03-01", "--json").data
    assert (told["ladder"], told["people"], told["in_flight"]) == ("plain", [], [])


@pytest.fixture
def running(place: Path) -> Path:
    """A cycle that runs under a version of three years."""
    publish(place, 3, "2026-03-01")
    done("cycle", "open", "plain", "--to", "first", "--period", "2026", "--as-of", TODAY, "--deadline", TODAY)
    return place


REBASE = ("cycle", "rebase", "2026", "--to-version")


def test_a_cycle_is_rebased_with_a_reason_after_a_trial_that_records_nothing(running: Path) -> None:
    publish(running, 5, "2026-06-15")
    tried = done(*REBASE, "2026-06-15", "--dry-run")
    assert "nothing is recorded" in tried
    assert "say why" in wrong(*REBASE, "7")
    out = done(*REBASE, "7", "--reason", "decided in June")
    assert out.startswith("2026 plain → first goes on under #7 (from 2026-06-15)\n")
    assert "goes by #7 (from 2026-06-15) already" in done(*REBASE, "7", "--reason", "decided in June")
    assert "with another reason; nothing was recorded now" in wrong(*REBASE, "7", "--reason", "decided in July")
    told = jieti(*REBASE, "5", "--reason", "taken back", "--json").data
    assert (told["changes"], told["version"], told["cases"]) == (True, 5, [])


def test_a_version_that_cannot_take_a_cycle_over_is_refused_with_what_to_do(running: Path) -> None:
    assert "no version" in wrong(*REBASE, "99", "--reason", "why")
    publish(running, 5, "2026-10-01")
    assert "in force only from 2026-10-01" in wrong(*REBASE, "7", "--dry-run")
