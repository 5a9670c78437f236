"""A review on the command line: acts of panels, nominees, objectors; what is shown of it, and what never is."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.console.command_line import done, jieti
from tests.console.review_office import (
    CANDIDATES,
    NAMES,
    ORDER_LINE,
    SECRET,
    TIES_LINE,
    act,
    advance,
    copied,
    did,
    office,
    recognised,
    scored,
    seen,
)

LEFT = tuple(code for code in CANDIDATES if code != "B102")
"""Who reaches the second stage: B102's marks are too low."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stage one is open."""
    return office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def posted(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both stages are decided, the places given, and the notice posted."""
    folder = tmp_path_factory.mktemp("posted")
    data = copied(begun, folder)
    scored(data, folder)
    assert advance(data) == ("decide inspection", "open recognition", "decline rejected")
    recognised(data, folder, LEFT)
    assert advance(data) == ("decide recognition", "places", "place", "decline unplaced", "notice")
    return data


@pytest.fixture
def first(begun: Path, tmp_path: Path) -> Path:
    return copied(begun, tmp_path)


@pytest.fixture
def noticed(posted: Path, tmp_path: Path) -> Path:
    return copied(posted, tmp_path)


def tip(data: Path) -> int:
    """Where the log ends."""
    with closing(sqlite3.connect(data / "log.db")) as raw:
        return int(raw.execute("SELECT max(position) FROM event").fetchone()[0])


def phases(data: Path) -> dict[str, str]:
    return {one["code"]: one["phase"] for one in jieti("cycle", "cases", "2026", "--json", "--data", data).data}


# ------------------------------------------------------------------------------------------------- panels and acts


def test_panels_from_a_sheet_are_seated_by_school_and_shown_with_their_roles(begun: Path) -> None:
    screen = seen(begun, "show")
    assert "评审组 安平小学: 校长 安校长(A001)、专家 钟一鸣(Z001)" in screen
    assert "评审组 白河小学: 校长 白校长(B001)、专家 钟一鸣(Z001)" in screen
    assert "评审组: 钟一鸣(Z001)、钟二喜(Z002)、钟三省(Z003)" in screen
    assert "在等: 学校考察的 12 张表决票" in screen
    panels = jieti("cycle", "show", "2026", "--json", "--data", begun).data["panels"]
    assert sorted(len(one["seats"]) for one in panels) == [2, 2, 3]


def test_whoever_may_not_sit_is_told_why_and_what_to_do(begun: Path) -> None:
    said = act(begun, "seat", "B001", "A001", "--stage", "inspection", "--unit", "S1")
    assert (said.status, said.out) == (2, "")
    assert "已经开始" in said.err
    assert "no unit" not in act(begun, "seat", "A001", "--stage", "inspection", "--unit", "S9", lang="en").err
    assert 'there is no "S9"' in act(begun, "seat", "A001", "--stage", "inspection", "--unit", "S9", lang="en").err
    assert "有多个环节" in act(begun, "seat", "A001").err


def test_a_sheet_with_marks_and_one_item_that_does_not_apply(first: Path) -> None:
    did(first, "vote", "A101", "--scores", "教学=91.5,research=na", "--by", "A001")
    did(first, "vote", "A101", "--scores", "teaching=90,教科研=18", "--by", "Z001", "--dated", "2026-03-02")
    screen = seen(first, "ballots", "A101")
    assert re.search(r"1  校长  安校长\(A001\) +教学 91\.5、教科研 不适用 +2026-03-02  #\d+", screen)
    assert re.search(r"2  专家  钟一鸣\(Z001\) +教学 90、教科研 18 ", screen)
    one = jieti("cycle", "ballots", "2026", "A101", "--json", "--data", first).data[0]
    assert (one["choice"], one["scores"][1]) == ("scored", {"item": "research", "value": None, "scale": 0})
    assert advance(first) == ("decide inspection",)
    assert "得分 90.75" in done("audit", "history", "A101", "--data", first)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("vote", "A101", "--by", "A001"), "二者选一"),
        (("vote", "A101", "同意", "--scores", "teaching=1", "--by", "A001"), "二者选一"),
        (("vote", "A101", "--scores", "teaching=高", "--by", "A001"), "不是分数"),
        (("vote", "A101", "--scores", "teaching=90.125,research=1", "--by", "A001"), "最多两位小数"),
        (("vote", "A101", "--scores", "conduct=90", "--by", "A001"), "项目有:research、teaching"),
        (("vote", "A101", "--scores", "teaching=90", "--by", "A001"), "teaching, research"),
        (("vote", "A101", "--scores", "teaching=90,research=21", "--by", "A001"), "0 到 20 之间"),
        (("vote", "A101", "同意", "--by", "A001"), "评分表"),
        (("vote", "A101", "--scores", "teaching=90,research=1", "--by", "Z002"), "不在本环节的评审组里"),
        (("vote", "A101", "--scores", "teaching=9,research=1", "--by", "A001", "--dated", "2026-03-01"), "2026-03-01"),
        (("vote", "Z001", "同意", "--by", "A001"), "没有在本周期申报"),
        (("withdraw-ballot", "A101", "--by", "A001"), "没有票"),
        (("recuse", "A101", "--by", "A001", "--reason", "  "), "请写明理由"),
        (("resubmit", "A101"), "退回"),
        (("delegate", "--from", "A001", "--to", "B001", "--stage", "inspection", "--unit", "S1"), "另选一人"),
        (("end-recusal", "A101", "--by", "A001", "--reason", "无"), "没有声明过回避"),
        (("end-delegation", "--from", "A001", "--stage", "inspection", "--unit", "S1"), "没有委派"),
        (("hand-over", "--from", "Z009", "--to", "B001", "--stage", "inspection", "--unit", "S1"), "没有“Z009”"),
        (("ask-to-open", "A101", "12a", "--reason", "复核"), "不是日志位置"),
        (("ask-to-open", "A101", "7", "--reason", "复核"), "不是这份申报的保密票"),
        (("object", "A101", "--about", "有误"), "公示"),
        (("object", "A101", "--about", "有误", "--by", "Z001", "--anonymous"), "只能选一个"),
        (("rule", "o-000000000000", "--dismiss", "--reason", "无"), "没有异议"),
        (("rule", "o-000000000000", "--reason", "无"), "只选一个"),
        (("rule", "o-000000000000", "--uphold", "算了", "--reason", "无"), "不是裁定"),
        (("rule", "o-000000000000", "--uphold", "return", "--reason", "无"), "--to"),
        (("notice",), "还没有公示"),
        (("withdraw", "A101", "--reason", "放弃", "--for", "A101"), "文号"),
        (("show", "--number", "1"), "选项"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_every_refused_act_is_exit_status_2_and_says_what_to_do(begun: Path, words: tuple[str, ...], said: str) -> None:
    before = tip(begun)
    name, *more = words
    actor = ("--as", "office-1") if name not in ("show", "notice") else ()
    found = jieti("cycle", name, "2026", *more, "--data", begun, "--lang", "zh", *actor)
    assert (found.status, found.out) == (2, "")
    assert said in found.err
    assert tip(begun) == before


def test_who_acts_for_another_is_on_record_with_the_document(first: Path) -> None:
    did(first, "withdraw", "B101", "--reason", "本人放弃", "--for", "B101", "--authority", "委托书1号")
    assert phases(first)["B101"] == "withdrawn"
    story = done("audit", "history", "B101", "--data", first)
    assert "撤回申报:本人放弃(代 白浩然(B101),依据 委托书1号)" in story
    assert "(for 白浩然(B101), by 委托书1号)" in done("audit", "history", "B101", "--data", first, "--lang", "en")


def test_a_staff_number_that_acts_is_shown_as_one(first: Path) -> None:
    words = ("cycle", "withdraw", "2026", "B101", "--reason", "放弃", "--data", first)
    assert jieti(*words, "--as", "B101").status == 0
    (line,) = [one for one in done("audit", "history", "B101", "--data", first).splitlines() if "撤回申报" in one]
    assert "  B101  " in line
    assert not re.search(r"p-\w{12}", line)


def test_recusal_delegation_and_handing_over_change_who_is_waited_for(first: Path) -> None:
    place = ("--stage", "inspection", "--unit", "S1")
    did(first, "recuse", "A101", "--by", "Z001", "--reason", "亲属")
    did(first, "delegate", "--from", "A001", "--to", "A103", *place)
    assert re.search(r"钟一鸣\(Z001\) +回避:已声明", seen(first, "ballots", "A101"))
    did(first, "hand-over", "--from", "Z001", "--to", "Z002", *place)
    assert "早已记录" in did(first, "hand-over", "--from", "Z001", "--to", "Z002", *place)
    screen = seen(first, "ballots", "A102")
    assert re.search(r"校长  安校长\(A001\) 委派 安若曦\(A103\) +未投", screen)
    assert re.search(r"专家  钟二喜\(Z002\) +未投", screen)
    assert re.search(r"钟二喜\(Z002\) +未投", seen(first, "ballots", "A101")), "the successor may vote"
    did(first, "end-delegation", "--from", "A001", *place)
    assert "委派" not in seen(first, "ballots", "A102")
    did(first, "recuse", "A101", "--by", "Z002", "--reason", "同名")
    told = did(first, "remind", "--stage", "inspection")
    assert "还有 11 张票没有投,请于 2026-03-09 前投票:" in told
    assert {"安校长(A001) 3 份", "白校长(B001) 3 份", "钟一鸣(Z001) 3 份", "钟二喜(Z002) 2 份"} <= {*told.splitlines()}
    assert not any(NAMES[code] in told for code in CANDIDATES), "a reminder goes to a group of people"
    did(first, "end-recusal", "A101", "--by", "Z002", "--reason", "并非亲属")
    assert "还有 12 张票没有投" in did(first, "remind", "--stage", "inspection", "--dry-run")
    story = done("audit", "history", "Z002", "--data", first)
    for line in ("学校考察 催办 11 张票", "钟二喜(Z002) 回避:同名", "钟二喜(Z002) 撤销回避(#"):
        assert line in story
    assert "安校长(A001) 收回对 安若曦(A103) 的委派" in done("audit", "history", "A001", "--data", first)


def test_looking_who_is_missing_logs_nothing(first: Path) -> None:
    before = done("audit", "history", "A001", "--data", first)
    assert "missing, please vote by 2026-03-09" in did(first, "remind", "--stage", "inspection", "--dry-run", lang="en")
    assert done("audit", "history", "A001", "--data", first) == before


def test_a_returned_case_lapses_its_ballots_and_comes_back_to_its_stage(first: Path) -> None:
    did(first, "vote", "A101", "--scores", "teaching=90,research=10", "--by", "A001")
    did(first, "return", "A101", "--reason", SECRET)
    assert "退回补正" in seen(first, "cases", "--phase", "returned")
    assert re.search(r"安佳怡 .*退回补正 .*学校考察", seen(first, "cases"))
    assert "已投 0/2 票" in seen(first, "ballots", "A101")
    did(first, "resubmit", "A101")
    assert advance(first) == ("assess", "window inspection")
    did(first, "vote", "A101", "--scores", "teaching=90,research=10", "--by", "A001")
    assert "已投 1/2 票" in seen(first, "ballots", "A101")


def test_a_ballot_that_was_taken_back_counts_no_more_and_the_seat_votes_anew(first: Path) -> None:
    did(first, "vote", "A101", "--scores", "teaching=10,research=10", "--by", "A001")
    assert "不能改投" in act(first, "vote", "A101", "--scores", "teaching=90,research=10", "--by", "A001").err
    did(first, "withdraw-ballot", "A101", "--by", "A001")
    did(first, "vote", "A101", "--scores", "teaching=90,research=10", "--by", "A001")
    assert "教学 90、教科研 10" in seen(first, "ballots", "A101")


# ------------------------------------------------------------------------------------------- ballots nobody may see


def shown(data: Path) -> Iterator[tuple[str, str]]:
    """Everything that can be seen of the cycle, by the command."""
    reading: list[tuple[str, ...]] = [("cycle", name, "2026") for name in ("show", "cases", "places", "notice")]
    reading += [("cycle", "ballots", "2026", code) for code in LEFT]
    reading += [("audit", "history", code) for code in (*LEFT, "Z001", "Z002", "Z003", "A001")]
    for words in reading:
        for more in (("--lang", "zh"), ("--lang", "en"), ("--json",)):
            yield " ".join((*words, *more)), done(*words, *more, "--data", data)


def test_no_screen_data_or_history_shows_a_confidential_choice(posted: Path) -> None:
    for command, told in shown(posted):
        assert not re.search(r"反对(?! \d)", told), command  # but for the tally: 反对 1
        for line in told.splitlines():
            if "保密" in line or "confidential" in line:
                assert not re.search(r"同意|反对|弃权|\bfor\b|against|abstain", line), f"{command}: {line}"
    for one in jieti("cycle", "ballots", "2026", "A101", "--json", "--data", posted).data:
        assert (one["choice"] is None) == (one["stage"] == "recognition")


def test_opening_a_ballot_takes_two_people_and_opens_only_that_one(noticed: Path) -> None:
    cast = jieti("cycle", "ballots", "2026", "A101", "--json", "--data", noticed).data
    ballot = next(one["ballot"] for one in cast if one["stage"] == "recognition" and one["seat"] == 3)
    did(noticed, "ask-to-open", "A101", f"#{ballot:,}", "--reason", "复核")
    assert "不能自己同意" in act(noticed, "agree-to-open", "A101", ballot).err
    assert "反对" not in seen(noticed, "ballots", "A101")
    agreed = done("cycle", "agree-to-open", "2026", "A101", ballot, "--as", "office-2", "--data", noticed)
    assert f"#{ballot:,}  认定  钟三省(Z003): 反对" in agreed
    assert "office-2  cycle agree-to-open  A101 " in done("audit", "looked", "A101", "--data", noticed)
    screen = seen(noticed, "ballots", "A101")
    assert re.search(r"钟三省\(Z003\) +反对\(已开启\)", screen)
    assert screen.count("已投(保密)") == 2
    assert "已投票(已开启):反对" in done("audit", "history", "A101", "--data", noticed)
    assert "反对" not in seen(noticed, "ballots", "A102")


def test_a_sheet_of_confidential_ballots_again_tells_nobody_what_they_say(noticed: Path, tmp_path: Path) -> None:
    """Else whoever imports guesses would learn by the answers which of them are right."""
    for choice in ("同意", "反对", "弃权"):
        sheet = tmp_path / f"{choice}.csv"
        sheet.write_text(f"工号,评委工号,意见\nA101,Z003,{choice}\n", "utf-8")
        words = ("import", sheet, "--cycle", "2026", "--stage", "认定", "--data", noticed, "--as", "office-1")
        (report,) = jieti(*words, "--json").data
        assert (report["already"], report["corrections"], report["handed_back"]) == (1, 0, 0)


def test_the_log_holds_no_reason_and_no_choice_in_the_clear(noticed: Path) -> None:
    did(noticed, "object", "A101", "--about", SECRET, "--by", "B102")
    stored = b"".join(path.read_bytes() for path in noticed.rglob("*") if path.is_file())
    for text in (SECRET, *NAMES.values()):
        assert text.encode() not in stored
        assert json.dumps(text)[1:-1].encode() not in stored
    for choice in ("for", "against", "abstain"):
        assert f'"choice":"{choice}"'.encode() not in stored, "the only stage that votes does so in confidence"
    assert SECRET in done("audit", "history", "A101", "--data", noticed)
    for words in (("show",), ("cases",), ("notice",), ("places",)):
        assert SECRET not in done("cycle", *words, "2026", "--json", "--data", noticed)


# ------------------------------------------------------------------------------------------------ places and notices


def test_the_last_one_in_and_the_first_one_out_are_explained_with_the_rules_line(posted: Path) -> None:
    zh, en = (seen(posted, "places", lang=lang) for lang in ("zh", "en"))
    assert re.search(r"1  A101  安佳怡  安平小学 +70 +2  在内", zh)
    assert re.search(r"2  A102  安子墨  安平小学 +65 +2  未入围", zh)
    assert re.search(r"2  B103  白晨曦  白河小学 +67\.5 +2  名额之外", zh)
    assert "第 1 名(最后一名在内)安佳怡(A101) 70;第 2 名(第一名在外)安子墨(A102)、安若曦(A103) 65,并列 2 人" in zh
    assert f"按学校考察总分区分(阶梯文件第 {ORDER_LINE} 行)" in zh
    assert f"并列的都不入围(阶梯文件第 {TIES_LINE} 行)" in zh
    assert f"parted by inspection score (ladder file, line {ORDER_LINE})" in en
    assert "第 2 名(第一名在外)安子墨" in seen(posted, "show")
    found = jieti("cycle", "places", "2026", "--json", "--data", posted).data
    assert [one["outcome"] for one in found["ranking"]] == ["in", "out", "out", "out", "outside"]
    assert found["filled"]["groups"][0]["taken"] == 1
    assert phases(posted) == {
        **dict.fromkeys(("A101", "B103"), "placed"),
        **dict.fromkeys(("A102", "A103", "B101", "B102"), "declined"),
    }


def test_before_the_places_are_given_the_screen_says_the_rule(begun: Path) -> None:
    screen = seen(begun, "places")
    assert "名额 2" in screen
    assert "名额还没有排定" in screen


def test_anyone_can_compare_the_posted_list_with_the_log(posted: Path, tmp_path: Path) -> None:
    listed = tmp_path / "公示名单.csv"
    screen = done("cycle", "notice", "2026", "--out", listed, "--data", posted)
    (posted_hash,) = re.findall(r"sha256 ([0-9a-f]{64})", screen)
    rows = [line.split(",") for line in listed.read_text("utf-8-sig").splitlines()]
    assert rows[0] == ["案号", "编号", "姓名", "单位"]
    assert sorted(row[2] for row in rows[1:]) == sorted(NAMES[code] for code in ("A101", "B103"))
    entries = sorted(f"{case} {who}\n" for case, who, *_ in rows[1:])
    assert hashlib.sha256("".join(entries).encode()).hexdigest() == posted_hash
    (command,) = [line.strip() for line in screen.splitlines() if "sha256sum" in line]
    told = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.split()[0] == posted_hash
    same = jieti("cycle", "notice", "2026", "--check", listed, "--data", posted)
    assert (same.status, same.err) == (0, "")
    assert "一致:这就是公示的名单" in same.out


def test_a_list_that_was_changed_is_exit_status_1_and_says_where(posted: Path, tmp_path: Path) -> None:
    listed = tmp_path / "名单.csv"
    done("cycle", "notice", "2026", "--out", listed, "--data", posted)
    lines = listed.read_text("utf-8-sig").splitlines()
    listed.write_text("\n".join([*lines[:-1], "c-000000000000,p-000000000000,某人,某校"]), "utf-8-sig")
    found = jieti("cycle", "notice", "2026", "--check", listed, "--data", posted)
    assert (found.status, found.err) == (1, "")
    assert "不一致" in found.out
    assert f"公示有、这里没有: {lines[-1].split(',')[0]}" in found.out
    assert "这里有、公示没有: c-000000000000" in found.out
    listed.write_text("姓名\n某人\n", "utf-8")
    other = jieti("cycle", "notice", "2026", "--check", listed, "--data", posted, "--lang", "en")
    assert other.status == 2
    assert "needs the columns 案号 (case) and 编号 (id)" in other.err


# -------------------------------------------------------------------------------------------------------- objections


def objection(data: Path, *words: str) -> str:
    told = did(data, "object", "A101", "--about", "教龄有误", *words)
    (found,) = re.findall(r"o-[0-9a-z]{12}", told)
    return str(found)


def test_an_objection_freezes_one_case_and_a_dismissal_lets_it_go_on(noticed: Path) -> None:
    one = objection(noticed, "--by", "B102")
    screen = seen(noticed, "show")
    assert re.search(rf"冻结:安佳怡\(A101\) c-\w+,异议 {one}\(待核查\),2026-03-02 提出,2026-03-17 前裁定", screen)
    assert "frozen (1 objections)" in seen(noticed, "cases", lang="en")
    done("district", "clock", "2026-03-10T09:00", "--as", "office-1", "--data", noticed)
    assert advance(noticed) == ("grant",)
    assert {code: phase for code, phase in phases(noticed).items() if phase in ("placed", "granted")} == {
        "A101": "placed",
        "B103": "granted",
    }
    did(noticed, "hear", one, "--minutes", "已核对档案")
    assert f"异议 {one}(已核查,待裁定)" in seen(noticed, "show")
    did(noticed, "rule", one, "--dismiss", "--reason", "教龄无误")
    assert advance(noticed) == ("grant", "finish")
    assert "异议 1 件" in done("audit", "why", "A101", "--data", noticed)
    assert "不同 0" in done("audit", "replay", "--data", noticed)


def test_an_anonymous_objection_names_nobody_and_an_upheld_one_ends_the_case(noticed: Path) -> None:
    one = objection(noticed, "--anonymous")
    did(noticed, "rule", one, "--uphold", "不予认定", "--reason", "查证属实")
    assert advance(noticed) == ("decline objected",)
    story = done("audit", "history", "A101", "--data", noticed)
    assert f"异议 {one}(匿名)" in story
    assert "未认定:异议成立" in story


def test_an_upheld_objection_can_send_the_case_back_to_a_stage(noticed: Path, tmp_path: Path) -> None:
    one = objection(noticed)
    did(noticed, "rule", one, "--uphold", "退回", "--to", "认定", "--reason", "程序有误")
    assert advance(noticed) == ("assess", "window recognition")
    assert "已投 0/3 票,保密" in seen(noticed, "ballots", "A101")
    recognised(noticed, tmp_path, ("A101",))
    assert "已投 3/3 票,保密" in seen(noticed, "ballots", "A101"), "the same sheet is another round of ballots"
    assert advance(noticed) == ("decide recognition", "notice")
    again = jieti("cycle", "notice", "2026", "--json", "--data", noticed).data
    assert (again["number"], again["cases"], again["as_the_log_gives_it"]) == (2, 1, True)
    before = jieti("cycle", "notice", "2026", "--number", "1", "--json", "--data", noticed).data
    assert (before["cases"], before["as_the_log_gives_it"]) == (2, True)
