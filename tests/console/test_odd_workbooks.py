"""A corpus of odd workbooks: each is read as it is meant, or refused with a sentence before anything is recorded."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.intake import IntakeError, cutting, import_file, workbook
from console.intake.reading import open_file
from console.intake.values import UNCALCULATED
from tests.console import odd_workbooks as odd
from tests.console.intake_office import CLERK, Office, counts, why
from tests.console.odd_workbooks import HEADER, TRAINING, number, row, text

HEAD = row(1, *HEADER)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "学时.xlsx"


def cells(path: Path) -> list[tuple[int, list[Any]]]:
    """The rows of the only sheet that say anything, with their numbers."""
    (sheet,) = open_file(path)
    return [(at, said) for block in sheet.blocks() for at, said in block if any(cell != "" for cell in said)]


def refused(path: Path, office: Office) -> str:
    """What is said of a file that is refused as a whole; nothing is recorded of it."""
    before = len(office.events())
    with pytest.raises(IntakeError) as caught:
        import_file(office.district, path, CLERK)
    assert len(office.events()) == before
    assert caught.value.zh.startswith(path.name)
    return caught.value.en.removeprefix(path.name).strip()


def with_prefix(path: Path) -> Path:
    """As another library writes it: every tag with a prefix."""
    xml = odd.sheet(TRAINING).replace("</", "</x:").replace("xmlns=", "xmlns:x=")
    for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        xml = xml.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
    return odd.write(path, odd.parts(xml))


READ: dict[str, Callable[[Path], Path]] = {
    "a sheet that is quite right": odd.workbook,
    "tags with a prefix": with_prefix,
    "a dimension that lies": lambda path: odd.workbook(path, before='<dimension ref="A1:XFD1048576"/>'),
    "cells formatted to the last column": lambda path: odd.workbook(
        path, TRAINING.replace("</row>", '<c r="AAA1" s="1"/><c r="XFD1" s="1"/></row>', 1)
    ),
    "rows formatted to the last row": lambda path: odd.workbook(path, TRAINING + '<row r="1048576" s="1"/>'),
    "a parameter of the table far below": lambda path: odd.workbook(path, TRAINING + row(1_048_576, " ")),
    "rows and cells that are not numbered": lambda path: odd.workbook(
        path, "".join(part for part in TRAINING.replace(' r="1"', "").replace(' r="2"', "").replace(' r="C2"', ""))
    ),
    "rows that are numbered here and there": lambda path: odd.workbook(path, TRAINING.replace('<row r="2"', "<row")),
    "attributes in single quotes": lambda path: odd.workbook(path, TRAINING.replace('"', "'")),
    "merged cells that reach beyond the sheet": lambda path: odd.workbook(
        path, after='<mergeCells><mergeCell ref="A2:XFD1048576"/><mergeCell ref="B2:B9"/></mergeCells>'
    ),
    "links to other books": lambda path: odd.write(
        path, odd.parts(odd.sheet(TRAINING)) | {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
    ),
    "a part that nobody needs and nobody can read": lambda path: odd.write(
        path, odd.parts(odd.sheet(TRAINING)) | {"docProps/app.xml": b"\xff\xfe\x00<"}
    ),
    "two sheets of one name, one of them hidden": lambda path: odd.write(
        path,
        {
            name: data.replace("</sheets>", '<sheet name="表" sheetId="2" state="hidden" r:id="rId1"/></sheets>')
            if isinstance(data, str)
            else data
            for name, data in odd.parts(odd.sheet(TRAINING)).items()
        },
    ),
}


@pytest.mark.parametrize("what", READ)
def test_an_odd_workbook_is_read_as_it_is_meant(what: str, book: Path, office: Office) -> None:
    first, *_ = import_file(office.district, READ[what](book), CLERK, dry_run=True)
    assert first.landed + first.already == 1, (first.reasons, first.skipped)
    assert first.handed_back == 0


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "more unpacked than 2 GB": (
        lambda path: odd.lying(path, odd.parts(odd.sheet(TRAINING)), "xl/worksheets/sheet1.xml", 3 << 30),
        "unpacks to more than 2 GB",
    ),
    "a size that lies": (
        lambda path: odd.lying(path, odd.parts(odd.sheet(TRAINING)), "xl/worksheets/sheet1.xml", 10),
        "is damaged",
    ),
    "a bomb": (lambda path: odd.bomb(path, 80 << 20), "packed as no spreadsheet program would"),
    "parts that overlap": (odd.overlapping, "packed as no spreadsheet program would"),
    "very many parts": (
        lambda path: odd.write(path, odd.parts(odd.sheet(TRAINING)) | {f"xl/{n}": "" for n in range(10_001)}),
        "packed as no spreadsheet program would",
    ),
    "billion laughs": (
        lambda path: odd.workbook(path, root='<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'),
        "is broken inside",
    ),
    "an entity from outside": (
        lambda path: odd.workbook(path, root='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
        "is broken inside",
    ),
    "an entity in the book itself": (
        lambda path: odd.write(
            path,
            {
                name: f'<!DOCTYPE x [<!ENTITY a "b">]>{data!s}' if name == "xl/workbook.xml" else data
                for name, data in odd.parts(odd.sheet(TRAINING)).items()
            },
        ),
        "is broken inside",
    ),
    "a sheet cut off in the middle": (
        lambda path: odd.write(path, odd.parts(odd.sheet(TRAINING)[:-60])),
        "is broken inside",
    ),
    "a text that is not in the table": (
        lambda path: odd.workbook(path, HEAD + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>'),
        "is damaged",
    ),
    "something in the last column": (
        lambda path: odd.workbook(path, TRAINING.replace("</row>", text("XFD1", "x") + "</row>", 1)),
        "has something beyond column ZZ",
    ),
    "rows out of order": (
        lambda path: odd.workbook(path, HEAD + row(9, "T1", "研修", "6", "2024-06-06") + row(2, "T2")),
        "has its rows out of order",
    ),
    "a row below the last": (lambda path: odd.workbook(path, TRAINING + row(1_048_577, "x")), "is broken inside"),
    "tags that never close": (
        lambda path: odd.workbook(path, HEAD + '<row r="2">' + '<c r="AAA1" ' * 3_000 + "</row>"),
        "is damaged",
    ),
    "one tag that says its place over and over": (
        lambda path: odd.workbook(path, HEAD + '<row r="2"><c ' + 'r="AAA1" ' * 30_000 + "</row>"),
        "is damaged",
    ),
    "no sheet where the book says": (
        lambda path: odd.write(path, {k: v for k, v in odd.parts("").items() if "sheet1" not in k}),
        "is damaged",
    ),
    "no book": (lambda path: odd.write(path, {"xl/worksheets/sheet1.xml": odd.sheet(TRAINING)}), "is damaged"),
    "nothing but blank rows": (lambda path: odd.workbook(path, "<row/>" * 9), "empty"),
    "a picture": (lambda path: _bytes(path, b"\x89PNG\r\n\x1a\n" + b"\0" * 99), "is named .xlsx but is a picture"),
    "a Word document": (lambda path: odd.write(path, {"word/document.xml": "<a/>"}), "but is a Word document"),
    "an OpenDocument spreadsheet": (
        lambda path: odd.write(path, {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "but is an OpenDocument spreadsheet",
    ),
    "a binary workbook": (lambda path: odd.write(path, {"xl/workbook.bin": b"x"}), "but is a binary Excel file"),
    "a Numbers spreadsheet": (lambda path: odd.write(path, {"Index/Document.iwa": b"x"}), "but is a Numbers"),
}  # fmt: skip


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("what", REFUSED)
def test_a_workbook_that_cannot_be_trusted_is_refused_with_a_sentence(what: str, book: Path, office: Office) -> None:
    make, said = REFUSED[what]
    assert said in refused(make(book), office)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old Excel file: only .xlsx and .csv"),
        ("a.xls", b"<html><table>", "is named .xls but is a web page"),
        ("a.xls", "工号\t学时\n".encode(), "is named .xls but is text; name it .csv"),
        ("a.xls", b"PK\x03\x04", "is named .xls but is an xlsx; name it so"),
        ("a.xlsm", b"PK\x03\x04", "is an Excel file with macros"),
        ("a.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is a WPS spreadsheet"),
        ("a.ods", b"PK\x03\x04", "is an OpenDocument spreadsheet"),
        ("a.numbers", b"PK\x03\x04", "is a Numbers spreadsheet"),
        ("a.tsv", b"a\tb", "name it .csv"),
        ("a.docx", b"PK\x03\x04", "only .xlsx and .csv files are read"),
        ("a.csv", b"%PDF-1.7 ...", "is named .csv but is a PDF file"),
        ("a.csv", b"\xff\xd8\xff\xe0JFIF", "is named .csv but is a picture"),
        ("a.csv", b"Rar!\x1a\x07", "is named .csv but is a packed file"),
        ("a.csv", "\ufeff<html>".encode("utf-16-le"), "is named .csv but is a web page"),
    ],
)
def test_each_file_that_is_none_of_ours_has_a_sentence_of_its_own(
    name: str, data: bytes, said: str, tmp_path: Path, office: Office
) -> None:
    (tmp_path / name).write_bytes(data)
    assert said in refused(tmp_path / name, office).removeprefix(": ")


def test_formulas_that_failed_or_were_never_calculated_come_back(book: Path, office: Office) -> None:
    made = (
        HEAD
        + row(2, "T1", "研修", '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "2024-06-06")
        + row(3, "T1", "研修", '<c r="C3"><f>SUM(A1:A2)</f></c>', "2024-06-06")
        + row(4, "T1", '<c r="B4" t="str"><f>VLOOKUP(A4,[1]表!A:B,2)</f><v></v></c>', "6", "2024-06-06")
        + row(5, "T1", "研修", '<c r="C5" s="3"><f t="shared" si="0"/><v/></c>', "2024-06-06")
        + row(6, "T1", "研修", '<c r="C6"><f>2*3</f><v>6</v></c>', "2024-06-06")
        + row(7, "T1", "研修", number("C7", "6o"), "2024-06-06")
    )
    report = office.take(odd.workbook(book, made), dry_run=True)
    assert counts(report) == (1, 0, 0, 5, 0)
    said = {at: en for at, _, en in why(report)}
    assert "has failed" in said[2]
    assert "has no result in the file" in said[3]
    assert "training is missing" in said[4]
    assert "has no result in the file" in said[5]
    assert [one.value for one in report.reasons][:2] == ["#DIV/0!", UNCALCULATED]


def test_days_are_those_of_the_book_whether_it_counts_from_1900_or_1904(book: Path) -> None:
    formats = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    styles = f'<styleSheet xmlns="{odd.MAIN}">{formats}</styleSheet>'
    for first, start in (('<workbookPr date1904="1"/>', date(1904, 1, 1)), ("<workbookPr/>", date(1899, 12, 30))):
        made = odd.parts(odd.sheet(row(1, '<c r="A1" s="1"><v>45000</v></c>')), workbook=first)
        related = made["xl/_rels/workbook.xml.rels"]
        assert isinstance(related, str)
        more = f'<Relationship Id="rId2" Type="{odd.OFFICE}/styles" Target="/xl/styles.xml"/></Relationships>'
        made |= {"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": related.replace("</Relationships>", more)}
        ((_, (cell,)),) = cells(odd.write(book, made))
        assert getattr(cell, "date", lambda cell=cell: cell)() == date.fromordinal(start.toordinal() + 45000)


def long_sheet(count: int, step: int = 1) -> Iterator[tuple[int, list[Any]]]:
    for n in range(count):
        yield 1 + n * step, [f"T{n}", f"研修{n}", n / 4, "", "中" * (n % 7)]


@pytest.mark.parametrize("step", [1, 37])
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "in pieces"])
def test_a_sheet_reads_the_same_in_one_piece_and_in_many(
    kept: bool, step: int, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "KEPT", 1 << 30 if kept else 0)
    monkeypatch.setattr(workbook, "PIECE", 9_000)
    monkeypatch.setattr(cutting, "STEP", 1_000)
    monkeypatch.setattr(cutting, "MOST_CELLS", 8_000_000 if step == 1 else 700)
    made = list(long_sheet(700, step))
    odd.workbook(book, "".join(row(at, a, b, number(f"C{at}", c), "", e) for at, (a, b, c, _, e) in made),
                 after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>')  # fmt: skip
    (sheet,) = open_file(book)
    assert sheet.rows == made[-1][0]
    assert sheet.merged == (((2, 0), (3, 0)),)
    assert cells(book) == made
    assert cells(book)[:40] == [(at, said) for at, said in sheet.first_rows(10_000) if said[0]][:40]


def test_damage_far_down_in_a_long_sheet_is_found_before_its_first_row_is_taken(
    book: Path, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "KEPT", 0)
    monkeypatch.setattr(workbook, "PIECE", 9_000)
    rows = HEAD + "".join(row(n, "T1", f"研修{n}", "6", "2024-06-06") for n in range(2, 900))
    odd.write(book, odd.parts(odd.sheet(rows)))
    whole = book.read_bytes()
    with zipfile.ZipFile(book) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
        middle = part.header_offset + 54 + part.compress_size * 3 // 4
    book.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0x55]) + whole[middle + 1 :])
    assert "is " in refused(book, office)


def test_a_workbook_with_any_byte_changed_is_read_or_refused_but_never_breaks(book: Path, tmp_path: Path) -> None:
    whole = odd.workbook(book).read_bytes()
    chance = random.Random(7)
    refused_ones = 0
    for _ in range(250):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        path = _bytes(tmp_path / "changed.xlsx", bytes(data))
        try:
            rows = [row for sheet in open_file(path) for block in sheet.blocks() for row in block]
        except IntakeError:
            refused_ones += 1
        else:
            assert len(rows) < 100
    assert 100 < refused_ones < 250
