"""Two platforms export the same trainings: they count once, whichever sheet is imported first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from console.intake.kinds import BY_ID
from engine.records.undoing import undo
from tests.console.intake_office import CLERK, TRAININGS, Office, counts, hours, why
from tests.console.test_export import out, rows_of
from tests.engine.district_at_work import assert_whole
from workflows.commands import Landed
from workflows.hours import FindDifferent

HEADER = TRAININGS.replace("认定状态", "培训编号 认定状态")
TOWN = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 县平台 R1 JX-88 已认定 -"
CITY = "T1 李秀兰 - 2024暑期集中研修 专题培训 - 6.5 2024-06-06 市平台 77 JX-88 待认定 -"
LIST = "T1 - - 研修签到 - - 8 2024-06-06 签到 S-1 JX-88 已认定 -"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_the_same_number_counts_once_and_a_file_again_changes_nothing(office: Office) -> None:
    town, city = office.csv("town", HEADER, TOWN), office.csv("city", HEADER, CITY)
    for path in (town, city):
        assert counts(office.take(path)) == (1, 0, 0, 0, 0)
    for path in (city, town):
        assert counts(office.take(path)) == (0, 1, 0, 0, 0)
    assert hours(office) == [(6.5, True)]


def test_whatever_is_imported_first_the_hours_are_the_same(tmp_path: Path) -> None:
    found = []
    for number, order in enumerate(permutations((TOWN, CITY, LIST))):
        (tmp_path / str(number)).mkdir()
        office = Office(tmp_path / str(number))
        for row in order:
            office.take(office.csv("one", HEADER, row))
        found.append(hours(office))
    assert found == [[(6.5, True)]] * 6


def test_both_in_one_sheet_and_another_person_with_the_same_number(office: Office) -> None:
    report = office.take(office.csv("both", HEADER, TOWN, CITY, TOWN.replace("T1", "T2").replace("R1", "R2")))
    assert (counts(report), report.also, report.disagree) == ((3, 0, 0, 0, 0), 1, 0)
    assert hours(office) == [(6.5, True), (6.5, True)]


def test_a_row_that_corrects_makes_its_report_the_right_one(office: Office) -> None:
    office.take(office.csv("town", HEADER, TOWN, LIST))
    assert hours(office) == [(6.5, True)]
    right = LIST.removesuffix("-") + "更正"
    assert counts(office.take(office.csv("right", HEADER, right.replace(" 8 ", " 7 ")))) == (1, 0, 0, 0, 0)
    assert hours(office) == [(7.0, True)]
    assert counts(office.take(office.csv("town again", HEADER, TOWN))) == (0, 1, 0, 0, 0)
    assert hours(office) == [(7.0, True)]


def test_the_record_of_one_platform_is_voided_and_the_others_counts(office: Office) -> None:
    office.take(office.csv("town", HEADER, TOWN, LIST))
    assert counts(office.take(office.csv("void", HEADER, TOWN.removesuffix("-") + "作废"))) == (1, 0, 0, 0, 0)
    assert hours(office) == [(8.0, True)]
    assert counts(office.take(office.csv("void too", HEADER, LIST.removesuffix("-") + "作废"))) == (1, 0, 0, 0, 0)
    assert hours(office) == []


def test_a_course_that_is_held_again_is_told_apart_by_its_first_day(office: Office) -> None:
    header = HEADER.replace("培训编号", "课程编号")
    again = CITY.replace("77", "78").replace("2024-06-06", "2025-06-06")
    office.take(office.csv("courses", header, TOWN, CITY, again))
    assert hours(office) == [(6.5, False), (6.5, True)]


def test_what_one_number_wrongly_names_is_found_different(office: Office) -> None:
    first = office.take(office.csv("town", HEADER, TOWN)).first
    second = office.take(office.csv("list", HEADER, LIST)).first
    assert first is not None
    assert second is not None
    found = FindDifferent(id="-", asking=CLERK, training=first, other=second)
    assert isinstance(office.district.handle(found), Landed)
    assert hours(office) == [(6.5, True), (8.0, True)]


def test_the_number_is_no_other_columns_name(office: Office) -> None:
    headers = [name for column in BY_ID["trainings"].columns for name in column.headers]
    assert len(headers) == len(set(headers))
    report = office.take(office.csv("bad", HEADER, TOWN.replace("JX-88", "-").replace("6.5", "很多")))
    assert [column for _, column, _ in why(report)] == ["学时"]


def test_the_import_of_one_platform_is_undone_and_the_others_counts(office: Office) -> None:
    town, listed = office.csv("town", HEADER, TOWN), office.csv("list", HEADER, LIST)
    imported = [str(office.take(path).import_id) for path in (town, listed)]
    assert hours(office) == [(6.5, True)]
    undo(office.district, imported[0], CLERK, None)
    assert hours(office) == [(8.0, True)]
    assert counts(office.take(town)) == (1, 0, 0, 0, 0)
    assert hours(office) == [(6.5, True)], "it is the same training still, and counts once"
    undo(office.district, imported[1], CLERK, None)
    assert hours(office) == [(6.5, True)]
    assert_whole(office.district)


def test_an_export_has_what_a_training_counts_as_and_is_not_taken_for_one_of_its_reports(office: Office) -> None:
    rows = [LIST.replace(" 签到 S-1 ", " 签到 - "), TOWN, TOWN.replace("R1 JX-88", "R9 -").replace("暑期", "秋季")]
    office.take(office.csv("two", HEADER, *rows))
    file = office.folder / "out.csv"
    told = {row["培训项目"]: (row["学时"], row["序号"]) for row in rows_of(out(office, "trainings", file))}
    assert told == {"研修签到": ("6.5", "仅供查阅"), "秋季研修": ("6.5", "仅供查阅")}
    report = office.take(file)
    assert (report.landed, report.corrections, report.reasons) == (0, 0, [])
