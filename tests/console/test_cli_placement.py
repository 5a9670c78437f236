"""Placement on the highest rung that is met (就高认定), on the command line: one cycle for all platforms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.console.command_line import done, jieti
from tests.console.own_district import Rows, write_sheet
from tests.console.review_office import advance, did, seen
from tests.engine.a_review import stage
from tests.engine.test_placement import platforms

LEVELS = {"A101": ["区级", "区级"], "A102": ["省级", "省级"], "A103": ["省级"]}
"""Whose titles are of which level; of nobody it is known how they would be evaluated at the centre."""
PLACES = """    places:
      number: {station: 1, host: 1, member: 1, centre: 0}
      order: [value of title]
      ties: all out
      when full: cascade
    signed by: {zh: 局长, en: head of the bureau}
    signature: required
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one cycle for all platforms was opened without naming a rung, and its notice is posted."""
    folder = tmp_path_factory.mktemp("platforms")
    (folder / "craft.yaml").write_bytes(platforms([stage("panel", seats=1, votes="sign: any")], PLACES))
    write_sheet(
        folder / "单位.csv",
        ["单位代码", "单位名称", "类型", "上级单位代码", "成立日期"],
        [["C1", "教育中心", "名师培养中心", "", "2000-09-01"], ["S1", "安平小学", "学校", "C1", "2000-09-01"]],
    )
    people: Rows = [["Z001", "钟一鸣", "C1", "2010-09-01"]]
    people += [[code, f"安{code}", "S1", "2010-09-01"] for code in LEVELS]
    write_sheet(folder / "人员.csv", ["工号", "姓名", "单位代码", "参加工作日期"], people)
    titles: Rows = [
        [code, "获奖", f"称号{n}", level, "2025-10-22"]
        for code, levels in LEVELS.items()
        for n, level in enumerate(levels)
    ]
    write_sheet(folder / "成果.csv", ["工号", "佐证类型", "名称", "级别", "日期"], titles)
    data = folder / "data"
    done("init", data, "--name", "示例区", "--simulated-clock", "2026-03-02T09:00", "--as", "office-1")
    days = ("--period", "2026", "--as-of", "2026-03-31", "--deadline", "2026-03-10")
    for words in (
        ("ladder", "publish", folder / "craft.yaml", "--from", "2026-01-01", "--assumed-confirmed"),
        ("import", folder / "单位.csv", folder / "人员.csv", folder / "成果.csv"),
        ("cycle", "open", "craft", *days),
        ("cycle", "seat", "2026", "Z001"),
        ("cycle", "nominate", "2026", *LEVELS),
        ("cycle", "close", "2026"),
    ):
        done(*words, "--data", data, "--as", "office-1")
    advance(data)
    for code in LEVELS:
        did(data, "vote", code, "同意", "--by", "Z001")
    advance(data)
    return data


def test_every_case_says_on_which_rung_it_is_placed(data: Path) -> None:
    assert "就高认定: station 1 · host 1 · member 1" in seen(data, "show")
    cases = seen(data, "cases", lang="en")
    assert re.search(r"A101 .* placed on: host", cases)
    assert re.search(r"A102 .* placed on: station", cases)
    history = done("audit", "history", "A102", "--data", data)
    assert "就高认定为station;更高的无法判定:centre" in history


def test_the_places_of_every_rung_are_shown_with_who_went_on_to_the_next(data: Path) -> None:
    zh, en = (seen(data, "places", lang=lang) for lang in ("zh", "en"))
    assert "名额 station 1、host 1、member 1、centre 0" in zh
    assert "station  2 candidates, 1 places, 1 taken" in en
    assert "host  2 candidates (1 without a place higher up), 1 places, 1 taken" in en
    assert "第 1 名(最后一名在内)安A102(A102) 2;第 2 名(第一名在外)安A103(A103) 1:按称号区分" in zh
    assert re.search(r"1  A103  安A103  安平小学 +1  在内", zh)
    history = done("audit", "history", "A103", "--data", data, "--lang", "en")
    assert (
        "no place among the 1 of station (2 of 2); no place among the 1 of host (2 of 2); "
        "ranked 1 of 1 for 1 places of member: has a place"
    ) in history
    ranking = jieti("cycle", "places", "2026", "--json", "--data", data).data["ranking"]
    assert [(one["rung"], one["outcome"]) for one in ranking if one["values"] == ["1"]] == [
        ("station", "out"), ("host", "out"), ("member", "in"),
    ]  # fmt: skip


def test_the_notice_names_the_rung_and_its_hash_covers_it(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "名单.csv"
    said = done("cycle", "notice", "2026", "--out", out, "--data", data)
    assert "前三列(案号 编号 级)" in said
    assert "一致" in done("cycle", "notice", "2026", "--check", out, "--data", data)
    out.write_text(out.read_text("utf-8-sig").replace(",host,", ",centre,"), "utf-8-sig")
    checked = jieti("cycle", "notice", "2026", "--check", out, "--data", data, "--lang", "en")
    assert checked.status == 1
    assert "NOT the list" in checked.out


def test_explain_tells_the_highest_rung_of_all(data: Path) -> None:
    said = done("explain", "A102", "--ladder", "craft", "--as-of", "2026-03-31", "--data", data)
    assert "就高认定: station (更高的无法判定:centre)" in said


def test_its_cycles_are_scheduled_without_a_rung_as_well(data: Path) -> None:
    every = ("--every", "year", "--first", "2027-05-01", "--submission-days", "30")
    done("cycle", "schedule", "craft", *every, "--data", data, "--as", "office-1")
    assert "centre" in done("cycle", "schedules", "--data", data)


def test_a_ladder_that_does_not_place_needs_the_rung(data: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.yaml").write_bytes(
        platforms([stage("panel")], more="").replace(b"id: craft", b"id: plain")
    )  # fmt: skip
    done(
        "ladder",
        "publish",
        tmp_path / "plain.yaml",
        "--from",
        "2026-01-01",
        "--assumed-confirmed",
        "--data",
        data,
        "--as",
        "office-1",
    )
    days = ("--period", "2027", "--as-of", "2026-03-31", "--deadline", "2026-03-10")
    said = jieti("cycle", "open", "plain", *days, "--data", data, "--as", "office-1", "--lang", "en")
    assert (said.status, "name the rung with --to: member (member)" in said.err) == (2, True)


def test_grants_wait_for_the_signature_and_name_it(data: Path) -> None:
    early = jieti("cycle", "sign", "2026", "--by", "Z001", "--data", data, "--as", "office-1", "--lang", "en")
    assert (early.status, "no notice is over yet" in early.err) == (2, True)
    done("district", "clock", "2026-03-20T09:00", "--data", data, "--as", "office-1")
    assert advance(data) == ()
    assert "在等: 签发(局长)；然后认定 3 份申报" in seen(data, "show")
    did(data, "sign", "--by", "Z001")
    assert advance(data) == ("grant", "finish")
    assert "签发(公示 #" in done("audit", "history", "Z001", "--data", data)
    why = done("audit", "why", "A103", "--data", data)
    assert re.search(r"签发 +2026-03-20 \(#\d+\) 钟一鸣", why)
    assert "host 1 个名额中没有(第 2 / 2 名);第 1 / 1 名,member名额 1" in why
    assert "不同 0" in done("audit", "replay", "--data", data)
