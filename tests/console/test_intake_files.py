"""Whole files: what can be opened, what a header says, and what is said of a file that is not what its name says."""

import zipfile
from pathlib import Path

import pytest

from console.intake import IntakeError, import_file
from console.intake.headers import recognise
from console.intake.kinds import KINDS, kind_named
from console.intake.reading import open_file
from engine.district import default_catalogue
from tests.console.intake_office import CLERK, TRAININGS, UNITS, Office, counts

CATALOGUE = default_catalogue()
ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 6.5 2024-06-06 平台 R1 已认定 -"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def refusal(path: Path, office: Office, **how: str) -> IntakeError:
    before = len(office.events())
    with pytest.raises(IntakeError) as caught:
        import_file(office.district, path, CLERK, **how)  # type: ignore[arg-type]
    assert len(office.events()) == before
    assert caught.value.zh
    assert caught.value.zh != caught.value.en
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_office_programs_write(office: Office, encoding: str) -> None:
    assert office.take(office.csv("trainings", TRAININGS, ROW, encoding=encoding)).landed == 1


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_a_csv_parted_by_tabs_or_semicolons_is_read(office: Office, delimiter: str) -> None:
    path = office.csv("trainings", TRAININGS, ROW)
    path.write_text(path.read_text("utf-8").replace(",", delimiter), "utf-8")
    assert office.take(path).landed == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.xlsx", b"", "is empty"),
        ("blank.csv", b" \r\n\r\n", "is empty"),
        ("page.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
        ("page.csv", b"\xef\xbb\xbf<!DOCTYPE html><html></html>", "is a web page"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old xls file"),
        (
            "locked.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
            "is locked with a password",
        ),
        ("text.xlsx", "工号,学时\n1,2\n".encode(), "is text; name it .csv"),
        ("odd.xlsx", b"\x01\x02\x03\x04", "is some other kind of file"),
        ("book.csv", b"PK\x03\x04" + b"x" * 90, "is an xlsx or another zip archive"),
        ("damaged.xlsx", b"PK\x03\x04" + b"x" * 90, "is damaged or no spreadsheet"),
        ("binary.csv", b"abc\x00def,\x00\x01\n", "is a binary file"),
        ("latin.csv", b"\xff\xff\xff\n", "neither UTF-8 nor GB18030"),
        ("quote.csv", '工号,学时\nT1,"6\nT2,7\n'.encode(), "from row 2 on, quotes do not pair up"),
        ("notes.txt", b"hello", "only .xlsx and .csv files are read"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_whole(
    office: Office, name: str, data: bytes, said: str
) -> None:
    (office.folder / name).write_bytes(data)
    assert said in refusal(office.folder / name, office).args[0]


def test_a_zip_of_something_else_a_cut_workbook_and_no_file_at_all_are_refused(office: Office) -> None:
    path = office.folder / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "x")
    assert "a zip archive of something else" in refusal(path, office).args[0]
    whole = office.xlsx("cut", TRAININGS, ROW).read_bytes()
    (office.folder / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal(office.folder / "cut.xlsx", office).args[0]
    assert "no such file" in refusal(office.folder / "nowhere.csv", office).args[0]


def test_an_unknown_header_names_the_nearest_kind_what_is_missing_and_what_was_meant(office: Office) -> None:
    error = refusal(office.csv("trainings", "工号 姓名 培训项目 学事 日期", "T1 李 研修 6 2024-06-06"), office)
    assert "Nearest kind: trainings, which misses: hours (学时)" in error.en
    assert '"学事" (did you mean 学时?)' in error.en
    assert "最接近“培训学时”（trainings）表，还缺：学时。不认识：“学事”（是不是“学时”？）" in error.zh
    assert (
        "培训学时表要有：工号、培训项目、学时、日期或开始日期。不必改表格：加 --dry-run --propose-mapping" in error.zh
    )


def test_a_hint_is_always_one_of_the_headers_that_are_said_to_be_missing(office: Office) -> None:
    error = refusal(
        office.csv("trainings", "工号 培训项目 认定学识 备考情况 日期", "T1 研修 6 通过 2024-06-06"), office
    )
    assert "还缺：学时。不认识：“认定学识”（是不是“学时”？）、“备考情况”。" in error.zh


@pytest.mark.parametrize("mark", ["，", "；", "、", "|"])
def test_a_header_parted_by_other_commas_is_told_so_with_what_it_needs(office: Office, mark: str) -> None:
    path = office.folder / "学时.csv"
    path.write_text(mark.join(("工号", "培训项目", "学时", "日期")) + "\n" + mark.join("1234") + "\n", "utf-8")
    error = refusal(path, office)
    assert f"各列是用“{mark}”分开的；csv 要用英文逗号“,”" in error.zh
    assert error.zh.endswith("培训学时表要有：工号、培训项目、学时、日期或开始日期")
    assert f'parted by "{mark}"' in error.en
    path.write_text(mark.join("甲乙丙") + "\n", "utf-8")
    assert refusal(path, office).zh.endswith("xlsx 要每列占一格。")


def test_where_no_header_is_known_the_nearest_kind_says_what_it_needs(office: Office) -> None:
    error = refusal(office.csv("hours", "教师工号码 培训项目名 学时数量", "1 2 3"), office)
    assert "最接近“培训学时”（trainings）表，还缺：工号、培训项目、学时、日期或开始日期" in error.zh


def test_a_header_that_nobody_knows_lists_the_kinds(office: Office) -> None:
    error = refusal(office.csv("odd", "甲 乙 丙", "1 2 3"), office)
    assert "not one of them is known" in error.en
    assert all(f"{kind.id} ({kind.zh}): " in error.en for kind in KINDS)
    assert "师徒结对（mentors）：徒弟工号、师傅工号、开始日期" in error.zh


def test_two_headers_for_one_column_are_refused(office: Office) -> None:
    error = refusal(office.csv("twice", f"{TRAININGS} 学时", f"{ROW} 8"), office)
    assert 'the header "学时" says the same as another column' in error.en


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
@pytest.mark.parametrize("language", [0, 1], ids=["zh", "en"])
def test_every_kind_is_recognised_by_its_usual_headers_in_both_languages(kind: object, language: int) -> None:
    columns = [column for column in kind.columns if column.name not in ("studio", "case")]  # type: ignore[attr-defined]
    if kind.id in ("memberships", "studios"):  # type: ignore[attr-defined]
        columns = list(kind.columns)  # type: ignore[attr-defined]
    header = [column.headers[language] for column in columns]
    layout = recognise(header, CATALOGUE)
    assert layout.kind is kind
    assert not layout.strange
    assert len(layout.places) == len(columns)


def test_a_kind_that_is_asked_for_is_held_against_the_header(office: Office) -> None:
    path = office.csv("trainings", TRAININGS, ROW)
    error = refusal(path, office, kind="mentors")
    assert "Read as mentors, which misses: mentee (徒弟工号)" in error.en
    assert "师徒结对表要有：徒弟工号、师傅工号、开始日期。" in error.zh
    assert 'there is no kind "hours"; one of: units (单位)' in refusal(path, office, kind="hours").en
    assert "培训学时（trainings）" in refusal(path, office, kind="学").zh


@pytest.mark.parametrize("kind", ["trainings", "培训学时", "培训", "培训学时表", "Trainings", " training "])
def test_a_kind_may_be_asked_for_by_its_title(office: Office, kind: str) -> None:
    assert office.take(office.csv("trainings", TRAININGS, ROW), kind=kind).kind == "trainings"


def test_titles_and_ids_name_kinds_and_what_several_have_in_common_names_none() -> None:
    for kind in KINDS:
        assert [kind_named(name) for name in (kind.id, kind.zh, kind.en)] == [kind] * 3
    assert kind_named("人员表") is kind_named("people")
    assert kind_named("成员") is kind_named("memberships")
    assert [kind_named(name) for name in ("评", "表", "", "e")] == [None] * 4


def test_headers_are_known_with_stars_blanks_full_width_letters_and_line_breaks() -> None:
    layout = recognise(["工号*", " 培训 项目 ", "学时：", "日\n期", "ＬＥＶＥＬ"], CATALOGUE)
    assert [column.name for _, column in layout.places] == ["person", "title", "hours", "day", "level"]
    layout = recognise(["工号（必填）", "*培训项目名称", "学时(必填)", "日期【必填】", "级别（选填）"], CATALOGUE)
    assert [column.name for _, column in layout.places] == ["person", "title", "hours", "day", "level"]


def test_every_recognised_sheet_is_imported_units_before_people_and_the_others_are_named(office: Office) -> None:
    path = office.book(
        "all",
        {
            "学时": (TRAININGS, "T9 赵 新建小学 研修 专题培训 区级 6 2024-06-06 平台 R9 已认定 -"),
            "人员": ("工号 姓名 单位 日期", "T9 赵敏 新建小学 2020-09-01"),
            "单位": (UNITS, "U9 新建小学 小学 U1 城区 小学 2019-09-01"),
            "说明": (["请认真填写"],),
            "空": (),
            "字典": (TRAININGS, ROW),
        },
        hidden="字典",
    )
    reports = import_file(office.district, path, CLERK)
    assert [(one.sheet, one.kind, one.landed) for one in reports] == [
        ("学时", "trainings", 1),
        ("人员", "people", 1),
        ("单位", "units", 1),
        ("说明", None, 0),
        ("空", None, 0),
        ("字典", None, 0),
    ]
    assert [one.skipped.en[:12] for one in reports if one.skipped] == ["its header i", "empty", "hidden, so n"]


def test_columns_that_mean_nothing_are_passed_over_and_named(office: Office) -> None:
    report = office.take(office.csv("trainings", f"{TRAININGS} 备注 血型", f"{ROW} 无 A"))
    assert report.landed == 1
    assert report.strange == ("血型",)


def test_all_that_a_file_records_has_one_correlation_whatever_its_sheet_and_the_next_import_another(
    office: Office,
) -> None:
    before = len(office.events())
    changed = ROW.replace("已认定", "未认定").replace("R1", "R2")
    sheets: dict[str, tuple[str, ...]] = {
        "单位": (UNITS, "U9 新建小学 小学 U1 城区 小学 2019-09-01"),
        "人员": ("工号 姓名 单位 日期", "T9 赵敏 新建小学 2020-09-01"),
        "学时": (TRAININGS, ROW, changed),
    }
    import_file(office.district, office.book("first", sheets), CLERK)
    first = {event.envelope.correlation for event in office.events()[before:]}
    recognised = changed.replace("未认定", "已认定")
    corrected = ROW.replace("6.5", "7")
    path = office.csv("second", TRAININGS, recognised, corrected)
    import_file(office.district, path, CLERK, accept_corrections=True)
    (correction,) = office.events("evidence corrected")
    (late,) = office.events("training recognised")
    assert len(first) == 1
    assert {correction.envelope.correlation, late.envelope.correlation}.isdisjoint(first)
    assert correction.envelope.correlation == late.envelope.correlation is not None
    assert all((one or "").startswith("i-") for one in first)


def test_blank_rows_and_rows_of_blanks_are_ignored_and_row_numbers_are_those_of_the_spreadsheet(office: Office) -> None:
    path = office.xlsx("gaps", TRAININGS, [], ROW, ["  ", " "], ROW.replace("6.5", "abc").replace("R1", "R2"))
    report = office.take(path)
    assert counts(report) == (1, 0, 0, 1, 2)
    assert [one.row for one in report.reasons] == [5]


def test_a_csv_row_longer_than_its_header_comes_back_for_its_comma(office: Office) -> None:
    report = office.take(office.csv("trainings", TRAININGS, f"{ROW} 多余", f"{ROW.replace('R1', 'R2')} -"))
    assert counts(report) == (1, 0, 0, 1, 0)
    assert "a comma without quotes" in report.reasons[0].en


def test_the_rows_of_a_long_file_are_read_in_blocks_and_counted_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("工号,学时\n" + "".join(f"T{n},6\n" for n in range(12_345)), "utf-8")
    (sheet,) = open_file(path)
    blocks = [len(block) for block in sheet.blocks()]
    assert sheet.rows == sum(blocks) == 12_346
    assert max(blocks) == 5_000
