"""``jieti import --undo``: a whole import taken back, refused where something rests on it, and imported again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from console.intake import SheetReport, import_file
from engine.cycles.advance import advance
from engine.records import undoing
from engine.records.imports import find, listed
from tests.console.command_line import done, jieti
from tests.console.intake_office import CLERK, PEOPLE, TRAININGS, UNITS, Office, counts, hours, rows_of
from tests.console.test_intake_cycles import LADDER, district_cycle
from tests.engine.district_at_work import assert_whole
from workflows.commands import CloseSubmission, Landed, Refused

ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"
ROWS = [ROW, ROW.replace("R1", "R2").replace("T1", "T2"), ROW.replace("R1", "R3").replace("6.5", "8")]
STUDIOS = "工作室编号 工作室名称 类别 主持人工号 单位代码 成立日期"
MEMBERS = "工作室编号 工号 角色 加入日期 退出日期"
HOURS = """\
      - id: hours
        title: {zh: 学时, en: hours}
        evidence: training
        then: [within: last 3 years, sum]
        at least: 5
        basis: assumed
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    return Office(tmp_path)


def undo(office: Office, report: SheetReport, reason: str | None = None) -> undoing.Undone:
    assert report.import_id is not None
    return undoing.undo(office.district, report.import_id, CLERK, reason)


def exported(office: Office, kind: str, *columns: str) -> list[list[str]]:
    """These columns of what an export of a kind writes."""
    file = office.folder / f"export-{kind}.csv"
    file.unlink(missing_ok=True)
    done("export", kind, "--out", file, "--lang", "zh")
    header, *rows = rows_of(file)
    return [[row[header.index(column)] for column in columns] for row in rows]


def test_an_import_is_listed_undone_told_in_the_history_and_imported_again(office: Office) -> None:
    path = office.csv("学时", TRAININGS, *ROWS)
    first = office.take(path)
    name = str(first.import_id)
    assert hours(office) == [(6.5, True), (6.5, True), (8.0, True)]
    assert f"{name}  2026-06-30 12:00" in done("imports", "--lang", "zh")
    tried = done("import", "--undo", name, "--dry-run", "--lang", "en")
    assert "to be taken back: 3 trainings" in tried
    assert "nothing was recorded" in tried
    assert f"undone: import {name}, 3 records" in done("import", "--undo", name, "--lang", "en")
    assert hours(office) == []
    assert f"撤销导入 {name},#" in done("audit", "history", "T1", "--lang", "zh")
    assert f"import {name} undone, #" in done("audit", "history", "T1", "--lang", "en")
    assert "undone 2026-06-30 12:00" in done("imports", "--lang", "en")
    assert "is left to undo" in done("import", "--undo", name, "--lang", "en")
    again = office.take(path)
    assert (counts(again), again.import_id == name) == ((3, 0, 0, 0, 0), False)
    assert hours(office) == [(6.5, True), (6.5, True), (8.0, True)]
    done("audit", "verify", "--deep")
    (newest, _, *_) = listed(office.district)
    assert (newest.id, newest.kinds, newest.taken_back) == (again.import_id, {"training recorded": 3}, 0)
    assert jieti("imports", "--json", "--most", "1").data[0]["id"] == again.import_id
    assert_whole(office.district)


def test_what_a_file_made_of_records_is_undone_and_they_are_as_they_were(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW, ROWS[1].replace("已认定", "待认定"), ROWS[2]))
    before = hours(office)
    path = office.csv(
        *("b", TRAININGS, ROW.replace("6.5", "9").removesuffix("-") + "更正"),
        *(ROWS[1].removesuffix("-") + "认定", ROWS[2].removesuffix("-") + "作废"),
    )
    made = office.take(path)
    assert hours(office) == [(6.5, True), (9.0, True)]
    assert undo(office, made).events == 3
    assert hours(office) == before
    assert sorted(exported(office, "trainings", "学时")) == [["6.5"], ["6.5"], ["8"]]
    (proposed,) = office.take(office.csv("d", TRAININGS, ROW.replace("6.5", "7"))).reasons
    assert [one.told for one in proposed.differences] == ["6.5 → 7"]
    again = office.take(path)
    assert counts(again) == (3, 0, 0, 0, 0)
    undo(office, again)
    assert counts(office.take(office.csv("c", TRAININGS, ROW, *ROWS[2:]))) == (0, 2, 0, 0, 0)
    assert_whole(office.district)


def test_units_people_and_a_studio_that_a_book_began_are_as_if_they_had_never_been(office: Office) -> None:
    book = office.book(
        "全部",
        {
            "单位": (UNITS, "U8 高新小学 小学 U1 城区 小学 1990-09-01", "U9 高新分校 小学 U8 城区 小学 1990-09-01"),
            "人员": (
                *(PEOPLE, "T8 赵敏 - U9 2015-08-20 - - -"),
                *("T9 钱进 - U8 2015-08-20 - - -", "T1 - 调动 U9 2020-09-01 - - -"),
            ),
            "工作室": (STUDIOS, "S1 赵敏工作室 名师 T8 U8 2020-09-01"),
            "成员": (MEMBERS, "S1 T1 成员 2021-09-01 2022-08-31", "S1 T9 核心成员 2021-09-01 -"),
            "学时": (TRAININGS, ROW.replace("T1", "T8"), ROW),
        },
    )  # fmt: skip
    reports = import_file(office.district, book, CLERK)
    assert [one.landed for one in reports] == [2, 3, 1, 2, 2]
    gone = office.person("T8")
    assert len(exported(office, "people", "工号", "变动")) == 6
    result = undo(office, reports[0])
    assert (result.events, result.left) == (2 + 3 + 1 + 3 + 2, {})
    assert office.district.find("person", {"T1", "T8", "T9"}) == {"T1": office.person("T1")}
    assert office.district.find("unit", {"U8", "U9"}) == office.district.find("studio", {"S1"}) == {}
    assert "高新小学" not in office.district.unit_names()
    assert exported(office, "people", "工号") == [["T1"], ["T2"], ["T3"]]
    assert exported(office, "memberships", "工号") == exported(office, "studios", "工作室编号") == []
    assert "is taken back" in done("audit", "history", gone, "--lang", "en")
    assert jieti("explain", gone, "--lang", "en").status == 2
    assert [one.landed for one in import_file(office.district, book, CLERK)] == [2, 3, 1, 2, 2]
    assert_whole(office.district)


def test_what_was_told_later_of_a_subject_keeps_its_import_unless_a_reason_is_given(office: Office) -> None:
    people = office.take(office.csv("p", PEOPLE, "T8 赵敏 - U2 2015-08-20 - - -", "T9 钱进 - U2 2015-08-20 - - -"))
    office.take(office.csv("t", TRAININGS, ROW.replace("T1", "T8")))
    tip = len(office.events())
    said = jieti("import", "--undo", people.import_id, "--lang", "en")
    assert said.status == 2
    assert "recorded later · trainings" in said.out
    assert "1 decisions or records rest on this import" in said.err
    assert jieti("import", "--undo", people.import_id, "--dry-run").status == 1
    assert len(office.events()) == tip
    said = jieti("import", "--undo", people.import_id, "--reason", "导错了", "--lang", "en")
    assert said.status == 1
    assert "other records tell of it (such as #" in said.out
    assert set(office.district.find("person", {"T8", "T9"})) == {"T8"}
    data = jieti("import", "--undo", people.import_id, "--reason", "导错了", "--json").data
    assert [one["code"] for one in data["undone"]["left"]] == ["referred to"]


def test_a_decision_that_used_it_keeps_an_import_and_with_a_reason_it_is_listed_to_be_looked_at(office: Office) -> None:
    office.take(office.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    cycle = district_cycle(office, LADDER + HOURS)
    given = office.take(office.csv("学时", TRAININGS, *ROWS))
    file = office.csv("申报", "工号 姓名 单位", "T1 李秀兰 河口小学", "T3 王建国 第一中心校")
    named = office.take(file, cycle=cycle)
    assert undo(office, named).events == 2
    named = office.take(file, cycle=cycle)
    assert counts(named) == (2, 0, 0, 0, 0)
    office.district.handle(CloseSubmission(id=office.district.command_id(), asking=CLERK, cycle=cycle))
    advance(office.district, cycle)
    votes = office.take(office.csv("票", "工号 评委工号 意见", "T1 T3 同意", "T1 T4 同意"), cycle=cycle)
    tip = len(office.events())
    for report, what in ((given, "open case"), (named, "open case"), (votes, "not taken back: 2 ballots")):
        said = jieti("import", "--undo", report.import_id, "--lang", "en")
        assert (said.status, what in said.out) == (2, True), said.out
        assert ("T1  李秀兰" in said.out) == (report is not votes)
    assert len(office.events()) == tip
    first, second = (one.position for one in office.events("ballot cast"))
    said = jieti("import", "--undo", votes.import_id, "--lang", "en")
    assert f"not taken back: 2 ballots (#{first} #{second}); panels and ballots are changed in their cycle" in said.out
    kept = jieti("import", "--undo", votes.import_id, "--reason", "-", "--json").data
    assert (kept["undone"]["events"], [one["type"] for one in kept["kept"]]) == (0, ["ballot cast"] * 2)
    found = undoing.plan(office.district, str(given.import_id))
    assert [(one.what, len(one.on)) for one in found.rests] == [("case", 2)]
    out = jieti("import", "--undo", given.import_id, "--reason", "平台导错", "--lang", "en").out
    assert "jieti audit revisit" in out
    assert hours(office) == []
    assert_whole(office.district)


def test_a_panel_stays_when_its_import_is_undone_and_is_listed(office: Office) -> None:
    office.take(office.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    cycle = district_cycle(office, LADDER)
    seated = office.take(office.csv("评审组", "环节 席位 工号", "评议 1 T4", "评议 2 T3"), cycle=cycle)
    assert seated.landed == 2
    tip = len(office.events())
    for more, status in (((), 2), (("--dry-run",), 1), (("--reason", "导错了"), 1)):
        said = jieti("import", "--undo", seated.import_id, *more, "--lang", "zh")
        assert (said.status, f"不随导入撤销:评审组 1(#{tip})" in said.out) == (status, True), said.out
    assert len(office.events()) == tip
    holders = {one.holder for one in office.district.cycle_state(cycle).panels["panel", None].values()}
    assert holders == {office.person("T3"), office.person("T4")}


def test_an_undo_that_stopped_half_way_goes_on_and_two_at_once_take_each_thing_back_once(office: Office) -> None:
    report = office.take(office.csv("学时", TRAININGS, *ROWS))
    found = undoing.plan(office.district, str(report.import_id))
    (phase,) = [parts for parts in undoing.phases(office.district, found, CLERK, None) if parts[0]]
    assert isinstance(office.district.handle(next(phase[1])), Landed)
    assert (undoing.plan(office.district, str(report.import_id)).done, len(hours(office))) == (1, 2)
    both = [threading.Thread(target=undo, args=(office, report)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(office.events("taken back")) == 3
    assert hours(office) == []


def test_of_two_imports_of_one_file_at_once_each_is_undone_for_itself(office: Office) -> None:
    path = office.csv("学时", TRAININGS, *(ROW.replace("R1", f"R{n}") for n in range(40)))
    found: list[SheetReport] = []
    both = [threading.Thread(target=lambda: found.append(office.take(path))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(one.landed for one in found) == len(hours(office)) == 40
    mine = max(found, key=lambda one: one.landed)
    undo(office, mine)
    assert len(hours(office)) == 40 - mine.landed


def test_what_is_no_import_is_refused_and_an_undo_is_undone_by_the_file(office: Office) -> None:
    report = office.take(office.csv("学时", TRAININGS, ROW))
    undone = str(report.import_id).replace("i-", "u-")
    undo(office, report)
    for wrong, code in (("i-nobody", "no import"), ("i-", "no import"), (undone, "undone by importing")):
        said = jieti("import", "--undo", wrong, "--json")
        assert (said.status, said.data["error"]["code"]) == (2, code)
    with pytest.raises(Refused, match="no import"):
        find(office.district, " ")
    assert "reads no file" in jieti("import", "a.csv", "--undo", "i-1", "--lang", "en").err
    assert "name the files" in jieti("import", "--lang", "en").err
    found = undoing.plan(office.district, str(report.import_id))
    assert undoing.built_upon(found).code == "built upon"


def test_nothing_imported_is_an_empty_list_of_imports(tmp_path: Path) -> None:
    done("init", tmp_path / "new", "--name", "区", "--as", "clerk-1")
    assert "nothing was imported yet" in done("imports", "--data", tmp_path / "new", "--lang", "en")


def test_a_record_that_was_taken_back_stays_so_when_what_rested_on_it_is_undone_too(office: Office) -> None:
    header, report = (
        f"{TRAININGS} 培训编号",
        "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 未通过 - X9",
    )
    first = office.take(office.csv("a", header, report))
    then = office.take(office.csv("b", header, report.replace("未通过 -", "已认定 认定")))
    undo(office, first, "导错了")
    undo(office, then, "导错了")
    assert hours(office) == []
    assert counts(office.take(office.csv("c", header, report.replace("6.5", "8").replace("未通过", "待认定")))) == (
        *(1, 0, 0, 0, 0),
    )
    assert hours(office) == [(8.0, False)]
    assert_whole(office.district)
