"""What ``jieti import`` prints: what would land, what came back and how often, and which sheets were not read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from console.intake import import_file
from console.screens.imports import reports
from tests.console.command_line import done, jieti
from tests.console.intake_office import CLERK, TRAININGS, Office

ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    return Office(tmp_path)


def screen(office: Office, path: Path, lang: str = "zh", **how: bool) -> list[str]:
    return reports(import_file(office.district, path, CLERK, **how), lang).lines  # type: ignore[arg-type]


def rows(count: int, first: int, **change: str) -> list[str]:
    """Trainings with numbers of their own, changed in one thing."""
    text = ROW
    for old, new in change.items():
        text = text.replace(old, new)
    return [text.replace("R1", f"R{first + n}") for n in range(count)]


def test_a_dry_run_says_what_would_land_and_an_import_says_under_which_id_it_did(office: Office) -> None:
    path = office.csv("学时", TRAININGS, *rows(3, 1))
    assert "  将入库 3    早已有 0    建议更正 0    退回 0    略过 0" in done(
        "import", path, "--dry-run", "--lang", "zh"
    )
    assert "would land 3" in done("import", path, "--dry-run", "--lang", "en")
    out = done("import", path, "--lang", "en")
    assert "  landed 3" in out
    (event, *_) = office.events("training recorded")
    assert event.envelope.correlation is not None
    assert f"Undo: jieti import --undo {event.envelope.correlation}    Log: #" in out
    assert {one.envelope.correlation for one in office.events("training recorded")} == {event.envelope.correlation}
    assert "Undo" not in done("import", path, "--lang", "en")


def test_rows_of_one_reason_are_told_together_and_the_rest_is_counted_in_rows(office: Office) -> None:
    path = office.csv(
        *("学时", TRAININGS),
        *rows(14, 100, T1="T404"),
        *rows(2, 200, 专题培训="闲聊"),
        *(row.replace("6.5", f"x{n}") for n, row in enumerate(rows(3, 300))),
        *rows(2, 400, **{"2024-06-06": "2024-13-06", "T1": "T405"}),
        *rows(1, 500, 区级="宇宙级"),
        *rows(1, 600, 区级="星系级"),
        *rows(1, 700, 已认定="不知"),
    )
    said = screen(office, path)
    assert "退回 24" in said[1]
    assert re.fullmatch(r"    16 行  工号 +没有这个工号；.*", said[3])
    assert "(第 2, 3, 4, 5, 6… 行)" in said[3]
    shown = "\n".join(said)
    assert re.search(r"3 行 +学时 +应为数字", shown)
    assert re.search(r"2 行 +类别 “闲聊” +应为其中之一", shown)
    assert re.search(r"2 行 +日期 “2024-13-06” +没有这个月", shown)
    assert re.search(r"2 行 +级别 +应为其中之一", shown)
    assert said[-1] == "    … 还有 1 行:都在退回的行里"
    assert screen(office, path, "en")[-1] == "    … and 1 more row: in the rows handed back"


def test_a_few_reasons_are_told_row_by_row_and_none_is_left_over(office: Office) -> None:
    said = screen(office, office.csv("学时", TRAININGS, *rows(2, 1, **{"T1": "T404", "6.5": "abc"})))
    assert [line.split()[:2] for line in said[-4:]] == [["第", "2"], ["第", "2"], ["第", "3"], ["第", "3"]]
    said = screen(office, office.csv("学时", TRAININGS, *rows(4, 1, **{"T1": "T404", "6.5": "abc"})))
    assert [line.split()[:2] for line in said[-2:]] == [["4", "行"], ["4", "行"]]


def test_proposed_corrections_are_told_together_though_each_is_at_another_place(office: Office) -> None:
    office.take(office.csv("学时", TRAININGS, *rows(9, 1)))
    said = screen(office, office.csv("学时", TRAININGS, *rows(9, 1, **{"6.5": "8"})), "en")
    assert re.fullmatch(r" +9 rows +hours 6.5 → 8 +recorded already with other content; if this is right.*", said[-1])


def test_a_sheet_that_is_not_read_beside_others_takes_one_short_line(office: Office) -> None:
    book = office.book(
        "全部",
        {
            "学时": (TRAININGS, ROW),
            "说明": (["请各校认真填写", "截止日期见通知"],),
            "错": ("工号 培训项目 学事 日期", "T1 研修 6 2024-06-06"),
        },
    )
    said = screen(office, book)
    assert "全部.xlsx · 说明  没有读: 认不出表头" in said
    assert "全部.xlsx · 错  没有读: 认不出表头：最接近“培训学时”表，还缺：学时" in said
    assert "全部.xlsx · 说明  not read: its header is not recognised" in screen(office, book, "en")


def test_a_kind_is_asked_for_by_its_title_and_an_unknown_one_is_refused(office: Office) -> None:
    path = office.csv("学时", TRAININGS, ROW)
    assert "读作 培训学时" in done("import", path, "--kind", "培训", "--lang", "zh")
    said = jieti("import", path, "--kind", "课时", "--lang", "zh")
    assert (said.status, said.out) == (2, "")
    assert "没有“课时”这种表；可用：单位（units）、人员（people）" in said.err


def test_corrections_that_differ_each_in_their_own_way_are_told_row_by_row(office: Office) -> None:
    office.take(office.csv("学时", TRAININGS, *rows(9, 1)))
    path = office.csv("学时", TRAININGS, *(row.replace("6.5", str(n + 1)) for n, row in enumerate(rows(9, 1))))
    said = screen(office, path)
    assert re.fullmatch(r"    9 行 +学时 +已登记过这一条，内容不同.*\(第 2, 3, 4, 5, 6… 行\)", said[3])
    assert [line.split(maxsplit=2)[2] for line in said[4:6]] == ["行  学时 6.5 → 1", "行  学时 6.5 → 2"]
    assert said[9].split() == ["…", "还有", "4", "行:都在退回的行里"]
    assert screen(office, path, "en", dry_run=True)[-1].split(maxsplit=1)[1] == "4 more: --json"


def test_past_imports_that_are_not_listed_are_counted(office: Office) -> None:
    for n in range(3):
        office.take(office.csv("学时", TRAININGS, *rows(1, n)))
    assert "… 更早的还有 3 次:jieti imports --most 0" in done("imports", "--most", "2", "--lang", "zh")
    assert "and 3 older ones" in done("imports", "--most", "2", "--lang", "en")
    assert "older" not in done("imports", "--most", "0", "--lang", "en")
    assert jieti("imports", "--most", "-1").status == 2


def test_a_folder_is_not_called_missing_and_the_usual_headers_of_days_are_known(office: Office) -> None:
    assert "是文件夹；请写出里面的文件" in jieti("import", office.folder, "--lang", "zh").err
    assert "is a folder: name the files in it" in jieti("import", office.folder, "--lang", "en").err
    for number, header in enumerate(("培训日期", "培训时间", "参训日期")):
        path = office.csv("表", f"工号 培训名称 学时数 {header}", f"T1 研修{number} 6 2024.6.3-6.7")
        assert office.take(path).landed == 1


def test_trainings_that_nobody_recognised_are_said_not_to_count_yet(office: Office) -> None:
    path = office.csv("表", TRAININGS, *rows(2, 1, 已认定="-"), *rows(1, 8), *rows(1, 9, 已认定="未通过"))
    assert "  将入库的里面,2 行还没有认定,认定之前不计入学时:jieti hours pending" in screen(office, path, dry_run=True)
    assert "  of those landed, 2 are not recognised yet" in "\n".join(screen(office, path, "en"))
    assert "recognised yet" not in "\n".join(screen(office, path, "en"))


def test_what_landed_is_told_though_a_file_after_it_cannot_be_read(office: Office) -> None:
    path, bad = office.csv("学时", TRAININGS, *rows(2, 1)), office.folder / "~$学时.xlsx"
    bad.write_bytes(b"\x05clerk" + b" " * 159)
    ran = jieti("import", path, bad, "--lang", "zh")
    assert ran.status == 2
    assert "已入库 2 " in ran.out
    assert "撤销: jieti import --undo i-" in ran.out
    assert "打开着文件时留下的临时文件" in ran.err
    ran = jieti("import", path, bad, "--json")
    said = json.loads(ran.out)
    assert (ran.status, said["reports"][0]["already"], said["error"]["code"]) == (2, 2, "intakeerror")


def test_what_landed_is_told_though_the_rows_that_come_back_cannot_be_written(office: Office) -> None:
    path, file = office.csv("学时", TRAININGS, *rows(2, 1), *rows(1, 3, T1="T404")), office.folder / "back"
    file.write_text("")
    ran = jieti("import", path, "--rejects", file, "--lang", "en")
    assert (ran.status, office.events("training recorded")) == (2, [])
    assert "--rejects names a folder" in ran.err
    ran = jieti("import", path, "--rejects", file / "below", "--lang", "en")
    assert ran.status == 2
    assert "landed 2 " in ran.out
    assert "what landed stays" in ran.err
    ran = jieti("import", path, "--lang", "en")
    assert (ran.status, "already there 2" in ran.out) == (1, True)


def test_a_sheet_of_staff_numbers_and_strange_columns_need_be_no_list_of_nominations(office: Office) -> None:
    path = office.csv("学时", "工号 师德培训 校本研修", "T1 6 8")
    ran = jieti("import", path, "--lang", "zh")
    assert (ran.status, "没有用到的列：师德培训、校本研修" in ran.err, "--kind" in ran.err) == (2, True, True)
