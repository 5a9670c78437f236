"""Corrections that a file proposes: in what each row differs, taken one by one, or walked through."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.intake import IntakeError, import_file
from console.intake.accepting import accepted
from console.intake.report import Difference
from tests.console.command_line import done, jieti
from tests.console.intake_office import CLERK, PEOPLE, TRAININGS, Office, counts, hours, rows_of

ROW = "T1 李秀兰 河口小学 暑期研修 专题培训 区级 24 2024-06-06 平台 R1 已认定 -"
OTHERS = [ROW.replace("R1", f"R{n}").replace("24 2024", f"{n} 2024") for n in (2, 3)]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    return Office(tmp_path)


def changed(office: Office, name: str = "b") -> Path:
    """Three rows that say otherwise than what is held."""
    office.take(office.csv("a", TRAININGS, ROW, *OTHERS))
    return office.csv(name, TRAININGS, *(row.replace("2024-06-06", "2024-06-07") for row in (ROW, *OTHERS)))


def test_a_proposed_correction_says_what_is_held_and_what_the_row_says(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW))
    text = ROW.replace("24 2024-06-06", "20 2024-06-08").replace("暑期", "寒假").replace("区级", "市级")
    report = office.take(office.csv("b", TRAININGS, text))
    (reason,) = report.reasons
    assert reason.differences == (
        Difference("名称", "title", "暑期研修", "寒假研修"),
        Difference("级别", "level", "区级", "市级"),
        Difference("学时", "hours", "24", "20"),
        Difference("日期", "days", "2024-06-06", "2024-06-08"),
    )
    assert "学时 24 → 20" in str(rows_of(report.rejects)[1])
    assert "学时 24 → 20" in jieti("import", office.folder / "b.csv", "--lang", "zh").out


def test_what_is_held_is_what_it_was_corrected_to_last(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW.replace("已认定", "待认定")))
    office.take(
        office.csv("b", TRAININGS, ROW.replace("24 ", "30 ").replace("已认定", "待认定")), accept_corrections=True
    )
    (reason,) = office.take(office.csv("c", TRAININGS, ROW.replace("24 ", "20 "))).reasons
    assert [one.told for one in reason.differences] == ["30 → 20", "未认定 → 已认定"]


def test_whoever_is_held_otherwise_is_shown_in_what_though_a_file_does_not_correct_it(office: Office) -> None:
    (reason,) = office.take(office.csv("p", PEOPLE, "T1 李秀 - U1 2015-08-20 2015-08-20 1990-01-02 语文")).reasons
    assert [(one.zh, one.told) for one in reason.differences] == [
        ("名称", "李秀兰 → 李秀"),
        ("单位", "河口小学 → 第一中心校"),
    ]
    assert not reason.acceptable


def test_corrections_are_accepted_row_by_row_and_the_others_stay_proposed(office: Office) -> None:
    path = changed(office)
    report = office.take(path, accept_corrections=accepted("2, 4-9"))
    assert (counts(report), [one.row for one in report.reasons]) == ((2, 0, 1, 0, 0), [3])
    again = office.take(path, accept_corrections=accepted("2"))
    assert (counts(again), again.unproposed) == ((0, 2, 1, 0, 0), (2,))
    assert len(office.events("evidence corrected")) == 2
    assert {one.envelope.correlation for one in office.events("evidence corrected")} == {report.import_id}
    out = done("import", path, "--accept", "3,4", "--lang", "en")
    assert "landed 1" in out
    assert "no correction is proposed by row 4" in out


def test_a_row_of_a_file_with_several_sheets_is_named_with_its_sheet(office: Office) -> None:
    office.take(office.csv("a", TRAININGS, ROW, OTHERS[0]))
    one, other = ROW.replace("24 ", "20 "), OTHERS[0].replace("2 2024", "8 2024")
    book = office.book("全", {"上半年": (TRAININGS, one), "下半年": (TRAININGS, other)})
    for wrong in ("2", "全年!2"):
        with pytest.raises(IntakeError):
            import_file(office.district, book, CLERK, accept_corrections=accepted(wrong))
    import_file(office.district, book, CLERK, accept_corrections=accepted("下半年!2"))
    assert hours(office) == [(8.0, True), (24.0, True)]


@pytest.mark.parametrize("wrong", ["all", "9-4", "0", "3,", "1-"])
def test_what_names_no_row_is_refused(office: Office, wrong: str) -> None:
    said = jieti("import", changed(office), "--accept", wrong, "--lang", "en")
    assert (said.status, "names no row" in said.err) == (2, True)


def test_rows_are_of_one_file_and_a_walk_is_no_json(office: Office) -> None:
    path = changed(office)
    assert "import one" in jieti("import", path, path, "--accept", "2", "--lang", "en").err
    assert "--review" in jieti("import", path, "--review", "--json").out


@pytest.mark.parametrize(
    ("answers", "left"), [("y\nn\ny\n", [3]), ("n\na\n", [2]), ("是\nq\n", [3, 4]), ("?\na\n", [])]
)
def test_a_walk_takes_what_the_user_says_and_records_nothing_before(
    office: Office, answers: str, left: list[int]
) -> None:
    path = changed(office)
    out = CliRunner().invoke(app, ["import", str(path), "--review", "--lang", "en"], input=answers)
    assert "held        this row says" in out.output
    assert "days   2024-06-06  2024-06-07" in out.output.replace("days  2024", "days   2024")
    assert len(office.events("evidence corrected")) == 3 - len(left)
    (report,) = import_file(office.district, path, CLERK)
    assert [one.row for one in report.reasons] == left


def test_a_row_whose_record_was_voided_stays_void_and_the_report_says_so(office: Office) -> None:
    path = office.csv("a", TRAININGS, ROW)
    office.take(path)
    office.take(office.csv("v", TRAININGS, ROW.removesuffix("-") + "作废"))
    report = office.take(path)
    assert (counts(report), [row for row, _ in report.voided]) == ((0, 1, 0, 0, 0), [2])
    assert "1 were voided since and stay void (rows 2)" in done("import", path, "--lang", "en")
    assert hours(office) == []


def test_a_walk_whose_answers_end_says_what_is_open_and_how_to_go_on(office: Office) -> None:
    path = changed(office)
    for lang, *words in (
        ("en", "ended with 2 still open (rows 3, 4)", "nothing was recorded", "--accept 2", "--accept-corrections"),
        ("zh", "还有 2 条没有定(第 3, 4 行)", "什么也没有记录", "--accept 2", "--accept-corrections"),
    ):
        said = CliRunner().invoke(app, ["import", str(path), "--review", "--lang", lang], input="y\n")
        assert said.exit_code == 2
        assert [word for word in words if word not in said.stderr] == []
    assert office.events("evidence corrected") == []
