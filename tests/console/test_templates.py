"""Templates: what a clerk fills in is imported as it stands, and an empty one imports nothing."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import load_workbook

from console.intake import IntakeError, import_file
from console.intake.kinds import BY_ID, KINDS
from console.intake.template_sheets import NUMBERED, fields, write_template
from engine.district import District
from tests.console.command_line import jieti
from tests.console.intake_office import CLERK, Office
from tests.console.test_intake_cycles import scored

OF_FILES = [kind.id for kind in KINDS if not kind.asks]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def in_review(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, str]:
    """A cycle whose panel fills in score sheets, and whose ladder asks what an application states."""
    office = Office(tmp_path_factory.mktemp("review"))
    return office, scored(office, asks="attributes: {track: {application: track}}\n")


def filled(template: Path, rows: list[list[str]], out: Path) -> Path:
    """The first sheet of a template with rows under its example, as a clerk saves it."""
    top = load_workbook(template).get_sheet_by_index(0).to_python()[:2]
    book = xlsxwriter.Workbook(str(out))
    sheet = book.add_worksheet("表")
    written: list[list[str]] = [[str(cell) for cell in row] for row in top] + rows
    for line, row in enumerate(written):
        sheet.write_row(line, 0, row)
    book.close()
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", OF_FILES)
def test_an_untouched_template_imports_as_nothing_and_no_mistake(
    office: Office, tmp_path: Path, kind: str, lang: str
) -> None:
    template = write_template(office.district, BY_ID[kind], tmp_path / "t.xlsx", lang)
    before = len(office.events())
    table, *others = import_file(office.district, template, CLERK)
    assert (table.kind, table.landed, table.handed_back, table.strange) == (kind, 0, 0, ())
    assert [one.en for one in table.ignored_rows] == ["an example"]
    assert [one.kind for one in others] == [None, None]
    assert (len(office.events()), list(tmp_path.glob("*rejects*"))) == (before, [])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", [kind.id for kind in KINDS])
def test_the_example_of_a_template_is_a_row_that_its_kind_can_read(
    office: Office, tmp_path: Path, kind: str, lang: str
) -> None:
    template = write_template(office.district, BY_ID[kind], tmp_path / "t.xlsx", lang)
    example = [str(cell) for cell in load_workbook(template).get_sheet_by_index(0).to_python()[1]]
    path = filled(template, [["1", *example[1:]]], tmp_path / "filled.xlsx")
    if BY_ID[kind].asks:
        with pytest.raises(IntakeError, match="--cycle"):
            import_file(office.district, path, CLERK, dry_run=True)
        return
    (found,) = import_file(office.district, path, CLERK, dry_run=True)
    assert (found.kind, found.ignored, found.rows) == (kind, 1, 2)
    # What is not known here are the codes of the example; how it is written is never wrong.
    wrong = [one.en for one in found.reasons if not re.search(r"first$", one.en)]
    assert wrong == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_example_of_a_review_fits_its_cycle(in_review: tuple[Office, str], tmp_path: Path, lang: str) -> None:
    office, cycle = in_review
    for kind in ("nominations", "panels", "ballots"):
        template = write_template(office.district, BY_ID[kind], tmp_path / f"{kind}.xlsx", lang, cycle, "panel")
        header, example = (row[1:] for row in load_workbook(template).get_sheet_by_index(0).to_python()[:2])
        row = [{"GH0001": "T1", "GH0003": "T3"}.get(str(cell), str(cell)) for cell in example]
        path = filled(template, [["1", *row]], tmp_path / f"{kind}-filled.xlsx")
        how = {"cycle": cycle, "stage": "panel" if kind == "ballots" else None, "dry_run": True}
        (found,) = import_file(office.district, path, CLERK, **how)  # type: ignore[arg-type]
        # The panel of this review is at work already: a new one is refused, though its row is as it should be.
        wrong = [one.en for one in found.reasons if not one.en.startswith("ballots are being cast")]
        assert (found.kind, wrong, found.rows) == (kind, [], 2)
        if kind == "nominations":
            assert header[-1] == ("申报:track" if lang == "zh" else "states: track")
        if kind == "ballots":  # where there are marks, nobody votes
            assert header[-2:] == (["教学*", "教科研*"] if lang == "zh" else ["teaching*", "research*"])
            assert not {"意见*", "vote*"} & set(header)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_example_is_one_of_the_words_that_its_drop_down_offers(office: Office, lang: str) -> None:
    for kind in KINDS:
        every = [one for one in fields(office.district, kind, lang) if one.choices and one.example]
        assert [(kind.id, one.header) for one in every if one.example not in one.choices] == []
        assert all("数字" not in one.takes.zh for one in fields(office.district, kind, lang) if one.choices)


def test_a_clerk_who_fills_a_template_in_imports_it_without_retouching(office: Office, tmp_path: Path) -> None:
    template = write_template(office.district, BY_ID["trainings"], tmp_path / "学时.xlsx", "zh")
    header = [str(cell).strip("*") for cell in load_workbook(template).get_sheet_by_index(0).to_python()[0]]
    said = {"序号": "1", "工号": "T1", "培训项目": "暑期研修", "类别": "专题培训", "级别": "区级", "学时": "6.5",
            "日期": "2024.6.6", "认定状态": "已认定"}  # fmt: skip
    path = filled(template, [[said.get(name, "") for name in header]], tmp_path / "学时表.xlsx")
    (found,) = import_file(office.district, path, CLERK)
    assert (found.kind, found.landed, found.handed_back, found.ignored) == ("trainings", 1, 0, 1)


@pytest.mark.parametrize(
    ("kind", "header", "some"),
    [
        ("trainings", "级别", ["校级", "区级"]),
        ("trainings", "认定状态", ["已认定", "待认定"]),
        ("people", "单位代码", ["U1", "U2"]),
        ("people", "单位", ["第一中心校", "河口小学"]),
        ("units", "类型", ["学校", "教育集团"]),
        ("evidence", "佐证类型", ["公开课"]),
        ("calendar", "类别", ["专题培训"]),
    ],
)
def test_drop_downs_offer_the_words_of_the_district(
    office: Office, tmp_path: Path, kind: str, header: str, some: list[str]
) -> None:
    template = write_template(office.district, BY_ID[kind], tmp_path / "t.xlsx", "zh")
    book = load_workbook(template)
    headers = [str(cell).strip("*") for cell in book.get_sheet_by_index(0).to_python()[0]]
    place = headers.index(header)
    with zipfile.ZipFile(template) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    letter = chr(ord("A") + place)
    source = re.search(
        rf'<dataValidation type="list"[^>]* sqref="{letter}2:{letter}1048576"[^>]*><formula1>(.*?)<', xml
    )
    assert source is not None
    column, last = re.fullmatch(r"'选项'!\$([A-Z]+)\$1:\$[A-Z]+\$(\d+)", source[1]).groups()  # type: ignore[union-attr]
    listed = [row[ord(column) - ord("A")] for row in book.get_sheet_by_name("选项").to_python()[: int(last)]]
    assert set(some) <= set(listed)
    assert "" not in listed


def test_every_column_is_explained_in_both_languages(office: Office) -> None:
    for kind in KINDS:
        for lang in ("zh", "en"):
            every = fields(office.district, kind, lang)
            assert all(one.takes.zh and one.takes.en and one.takes.zh != one.takes.en for one in every)
            assert len({one.header for one in every}) == len(every)
            assert NUMBERED[0] not in {one.header for one in every}


def test_a_template_is_written_by_command_and_never_over_a_file(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(office.district.folder, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    asked = ("import", "--data", "data", "--template", "培训学时")
    assert jieti(*asked).out == "培训学时模板.xlsx\n"
    again = jieti(*asked, "--lang", "en", "--out", "培训学时模板.xlsx")
    assert (again.status, "is there and stays" in again.err) == (2, True)
    said = jieti(*asked, "--lang", "en", "--out", "t.csv")
    assert (said.status, "is an .xlsx file" in said.err) == (2, True)
    unknown = jieti("import", "--data", "data", "--template", "菜单", "--lang", "en")
    assert (unknown.status, 'there is no kind "菜单"' in unknown.err) == (2, True)
    nothing = jieti("import", "--data", "data", "--lang", "en")
    assert (nothing.status, "name the files to import" in nothing.err) == (2, True)
    with District.open(tmp_path / "data") as district:
        assert len(import_file(district, tmp_path / "培训学时模板.xlsx", CLERK)) == 3
