"""The page about terms and schedules (docs/terms.md) can be followed, word by word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from engine.cycles import sweep
from engine.district import District
from engine.people.subjects import cycles
from tests.console.command_line import ROOT, Said, jieti
from tests.console.own_district import write_sheet, write_sheets
from tests.console.test_readme import lines

TITLES = (("GH100", "2026-07-05"), ("GH101", "2028-06-30"), ("GH102", "2028-06-30"))


def sheets(folder: Path) -> None:
    """The sheets that the page names."""
    write_sheets(folder, candidates=3)
    headers = ["工号", "阶梯", "级", "称号", "文号", "日期", "到期日期"]
    told = ["qinyuan-chief-teacher", "首席教师", "首席教师", "沁教〔2023〕2号", "2023-07-01"]
    write_sheet(folder / "称号.csv", headers, [[who, *told, until] for who, until in TITLES])
    headers = ["工号", "佐证类型", "名称", "情节", "日期"]
    write_sheet(folder / "违规.csv", headers, [["GH101", "师德违规", "通报批评", "一般", "2026-07-02"]])


def carry_out(arguments: list[str]) -> Said:
    """A command of the page: the day's work without Prefect, ids as they were drawn."""
    if arguments == ["up"]:
        with District.open(Path("practice")) as district:
            done = sweep.sweep(district)
        assert done.failures == ()
        return Said(0, f"{done.events}", "")
    drawn = (
        next((one["id"] for one in jieti("cycle", "schedules", "--json").data), "") if "unschedule" in arguments else ""
    )
    return jieti(*[drawn if re.fullmatch(r"r-[0-9a-z]{12}", word) else word for word in arguments])


def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets(tmp_path)
    monkeypatch.chdir(tmp_path)
    told: list[tuple[list[str], str]] = []
    for program, *arguments in lines((ROOT / "docs" / "terms.md").read_text("utf-8")):
        if program == "export":
            for setting in arguments:
                monkeypatch.setenv(*setting.split("=", 1))
            continue
        assert program == "jieti"
        said = carry_out(arguments)
        assert (said.status, said.err) == (0, ""), f"jieti {shlex.join(arguments)}\n{said.out}{said.err}"
        assert "退回 0 " in said.out or arguments[0] != "import", said.out
        told.append((arguments, said.out))
    screens = {tuple(arguments): out for arguments, out in told}
    due = screens["due", "--days", "30"]
    assert "2026-07-05" in due
    assert "GH100" in due
    assert "续任" in due
    assert "已到期" in screens["standing", "list", "GH100"]
    assert "GH101" in screens["standing", "list", "--state", "暂停"]
    assert periods() == ["2026-10"]
    states = {one["code"]: one["state"] for one in jieti("standing", "list", "--json").data}
    assert states == {"GH100": "lapsed", "GH101": "held", "GH102": "revoked"}
    assert "不同 0" in jieti("audit", "replay").out
    assert "已停止" in jieti("cycle", "schedules").out


def periods() -> list[str]:
    """The periods that have a cycle."""
    with District.open(Path("practice")) as district:
        return [one.period for one in cycles(district)]


def begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first commands of the page."""
    sheets(folder)
    monkeypatch.chdir(folder)
    for program, *arguments in lines((ROOT / "docs" / "terms.md").read_text("utf-8").split("##")[0]):
        if program == "export":
            for setting in arguments:
                monkeypatch.setenv(*setting.split("=", 1))
        else:
            assert jieti(*arguments).status == 0


def test_mistakes_about_standings_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(tmp_path, monkeypatch)
    for arguments, code in (
        (["standing", "list", "--state", "asleep"], "state"),
        (["standing", "list", "GH999"], "unknown subject"),
    ):
        said = jieti(*arguments, "--json")
        assert (said.status, said.data["error"]["code"]) == (2, code)
    for arguments, what in (
        (["standing", "revoke", "GH001", "--reason", "查实"], "standing list GH001"),
        (["standing", "revoke", "GH100", "--reason", " "], "--reason"),
        (["standing", "revoke", "GH100", "--reason", "查实", "--on", "2026-08-01"], "2026-08-01"),
        (["standing", "reinstate", "GH100", "--reason", "查实"], "standing list GH100"),
    ):
        said = jieti(*arguments)
        assert said.status == 2
        assert what in said.err


SCHEDULED = ("cycle", "schedule", "沁园中心校首席教师", "--to", "首席教师培养对象", "--first", "2026-09-01")
FIVE_DAYS = ("--submission-days", "5")


def test_a_schedule_is_made_once_in_the_words_of_the_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(tmp_path, monkeypatch)
    said = jieti(*SCHEDULED, *FIVE_DAYS, "--every", "week")
    assert said.status == 2
    assert "学年" in said.err
    said = jieti(*SCHEDULED, *FIVE_DAYS, "--every", "学年", "--missed", "later")
    assert said.status == 2
    assert "跳过" in said.err
    made = jieti(*SCHEDULED, *FIVE_DAYS, "--every", "学年", "--missed", "跳过", "--json").data
    assert made["next"] == "2026-09-01"
    said = jieti(*SCHEDULED, *FIVE_DAYS, "--every", "月")
    assert said.status == 2
    assert f"jieti cycle unschedule {made['schedule']}" in said.err
    (line,) = jieti("cycle", "schedules", "--json").data
    assert (line["every"], line["missed"], line["next"]) == ("school year", "skip", "2026-09-01")
    assert "next on 2026-09-01" in jieti("cycle", "schedules", "--lang", "en").out
