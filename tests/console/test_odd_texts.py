"""Odd csv files: half written, in no encoding, with other line ends, or any bytes at all; and two imports at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.intake import IntakeError, import_file
from console.intake.reading import open_file
from console.screens.imports import reports
from tests.console.command_line import program
from tests.console.intake_office import CLERK, Office, counts, hours, why

HEADER = "工号,培训项目,学时,日期"
ROW = "T1,研修,6,2024-06-06"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def written(path: Path, data: str | bytes, encoding: str = "utf-8") -> Path:
    file = path / "学时.csv"
    file.write_bytes(data.encode(encoding) if isinstance(data, str) else data)
    return file


def refused(office: Office, path: Path) -> str:
    before = len(office.events())
    with pytest.raises(IntakeError) as caught:
        import_file(office.district, path, CLERK)
    assert len(office.events()) == before
    assert caught.value.zh != caught.value.en
    return caught.value.en


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{HEADER}\r{ROW}\r", "utf-8"),
        (f"{HEADER}\r\n{ROW}\r\n", "gb18030"),
        (f"{HEADER}\n{ROW}", "utf-8"),
        (f"{HEADER}\n{ROW}\n".replace(",", "\t"), "utf-16-le"),
        (f"培训学时登记表,,,\n填报单位：第一中心校；河口小学；共两校,,,\n{HEADER}\n{ROW}\n", "utf-8"),
        (f"{HEADER},备注\n{ROW},a;b;c;d;e;f\n{ROW},a;b;c;d;e;f\n", "utf-8"),
        (f'{HEADER}\n"T1","研\n修","6","2024-06-06"\n', "utf-8-sig"),
        (f"{HEADER}\n\tT1,研修,\t6,'2024-06-06\n", "utf-8"),
        (f'{HEADER}\n"=""T1""",研修,6学时,2024.6.6\n', "utf-8"),
    ],
    ids=["CR alone", "GB18030", "no end", "UTF-16 unmarked", "a title", "lists in cells", "quotes", "tabs", "formulas"],
)
def test_a_csv_is_read_however_a_program_wrote_it(text: str, encoding: str, office: Office, tmp_path: Path) -> None:
    report = office.take(written(tmp_path, text, encoding), dry_run=True)
    assert report.landed > 0, report.reasons
    assert report.handed_back == 0, report.reasons


def test_a_file_that_breaks_off_in_a_row_hands_that_row_back(office: Office, tmp_path: Path) -> None:
    report = office.take(written(tmp_path, f"{HEADER}\nT2,半截,6,2024-06-06\nT2,半截二,6,2024"), dry_run=True)
    assert counts(report)[3] == 1  # the day is cut, and says no day
    report = office.take(written(tmp_path, f"{HEADER},说明\nT2,半截,6,2024-06-06,\nT2,半截二,6"), dry_run=True)
    assert counts(report)[3] == 1
    assert "breaks off in the middle of this row" in next(why(report))[2]
    report = office.take(written(tmp_path, f"{HEADER},说明\nT2,半截,6,2024-06-06,\n填表人：李"), dry_run=True)
    assert (report.handed_back, report.ignored) == (0, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f"{HEADER}\n".encode() + (ROW + "\n").encode() * 9 + "T1,研".encode()[:-1], "in the middle of a letter"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16")[:-1], "in the middle of a letter"),
        ((f"{HEADER}\n" + f"{ROW}\n" * 3).encode() + b"T1,\xff\xfe,6\n" + (ROW + "\n").encode(), "near row 5"),
        ((f"{HEADER}\n" + f"{ROW}\n" * 3).encode("gb18030") + b"T1,\xff\xff,6\n", "near row 5"),
        (f'{HEADER}\nT1,"研修,6,2024-06-06\n{ROW}\n'.encode(), "from row 2 on, quotes do not pair up"),
        (f"{HEADER}\nT1,{'修' * 140_000},6,2024-06-06\n".encode(), "from row 2 on"),
        (b"\x00" * 4096, "is empty"),
        (b"a\x00b\x01c,d\n" * 9, "is a binary file"),
    ],
    ids=["half a letter", "half of UTF-16", "bytes in UTF-8", "in GB18030", "a quote", "a cell", "zeros", "binary"],
)  # fmt: skip
def test_a_csv_that_was_not_written_to_its_end_or_is_damaged_is_refused(
    data: bytes, said: str, office: Office, tmp_path: Path
) -> None:
    assert said in refused(office, written(tmp_path, data))


def test_zeros_that_a_crash_left_at_the_end_come_back_and_nothing_of_them_is_recorded(
    office: Office, tmp_path: Path
) -> None:
    report = office.take(
        written(tmp_path, f"{HEADER}\n{ROW}\n".encode() + b"T1,\x00\x00\x00\x00,6,2024-06-06\n"), dry_run=True
    )
    assert report.handed_back == 1
    assert "control characters" in next(why(report))[2]


PIECES = st.sampled_from(
    [HEADER, ROW, ",", "\n", "\r", '"', '""', "'", "\t", ";", "\x00", "\ufeff", "合计", "说明：", "2024.6.3-6.7",
     "\r\n", "3天", "T1", "工号", "培训时间", "开始", "=", "-1", "1e9", "\x1b[31m", "\u202e", "中" * 40, "\ud83d"]
)  # fmt: skip


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(PIECES, max_size=24), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16", "latin-1"]))
def test_any_text_is_imported_or_refused_and_every_row_is_accounted_for(
    parts: list[str], encoding: str, office: Office, tmp_path: Path
) -> None:
    path = written(tmp_path, f"{HEADER}\n".encode(encoding, "ignore") + "".join(parts).encode(encoding, "ignore"))
    before = len(office.events())
    try:
        (report,) = import_file(office.district, path, CLERK, dry_run=True)
    except IntakeError as refusal:
        said = [refusal.zh, refusal.en]
    else:
        (sheet,) = open_file(path)
        assert report.rows == sheet.rows - report.header[1]
        said = reports([report], "zh").lines
    assert all(line.isprintable() for line in said)
    assert len(office.events()) == before


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_at_all_are_read_or_refused(data: bytes, tmp_path: Path) -> None:
    try:
        (sheet,) = open_file(written(tmp_path, data))
    except IntakeError:
        return
    rows = [row for block in sheet.blocks() for row in block]
    assert [at for at, _ in rows] == list(range(1, sheet.rows + 1))


def test_two_imports_of_one_file_at_once_record_each_row_once(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows: list[Any] = [
        [f"T{1 + n % 3}", f"研修第{n}讲", "2", f"2025-{1 + n % 12:02}-{1 + n % 28:02}"] for n in range(600)
    ]
    path = office.csv("学时", HEADER.replace(",", " "), *rows, ["T404", "研修", "2", "2025-01-01"])
    asked = ("import", path, "--as", "clerk-1", "--data", tmp_path / "data", "--json")
    both = [program(*asked, home=tmp_path) for _ in range(2)]
    done = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [1, 1], done
    reports = [json.loads(out)[0] for out, _ in done]
    assert sum(one["landed"] for one in reports) == 600
    assert sum(one["already"] for one in reports) == 600
    assert [one["handed_back"] for one in reports] == [1, 1]
    assert len(hours(office)) == len(office.facts("training recorded")) == 600
    assert {Path(one["rejects"]).name for one in reports} == {"学时.rejects.csv"}
    assert sorted(one.name for one in tmp_path.glob("*rejects*")) == ["学时.rejects.csv"]
