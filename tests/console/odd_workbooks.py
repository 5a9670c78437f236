"""Workbooks as no spreadsheet program writes them, or only an odd one: made by hand, part by part."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = ("工号", "培训项目", "学时", "日期")


def text(place: str, said: str) -> str:
    """A cell with text in it."""
    return f'<c r="{place}" t="inlineStr"><is><t>{said}</t></is></c>'


def number(place: str, said: object) -> str:
    """A cell with a number in it."""
    return f'<c r="{place}"><v>{said}</v></c>'


def row(at: int, *cells: str) -> str:
    """A row; a cell that is no XML is text in the next column."""
    said = [one if one.startswith("<") else text(f"{chr(65 + place)}{at}", one) for place, one in enumerate(cells)]
    return f'<row r="{at}">{"".join(said)}</row>'


TRAINING = row(1, *HEADER) + row(2, "T1", "研修", number("C2", 6), "2024-06-06")
"""A sheet that is quite right: one training."""


def sheet(rows: str, before: str = "", after: str = "", root: str = "") -> str:
    """A worksheet's XML."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{root}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def parts(xml: str | bytes, workbook: str = "", name: str = "表") -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": xml,
    }


def write(path: Path, made: Mapping[str, str | bytes]) -> Path:
    """Pack the parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            archive.writestr(name, data)
    return path


def workbook(path: Path, rows: str = TRAINING, before: str = "", after: str = "", root: str = "") -> Path:
    """A workbook with one sheet of these rows."""
    return write(path, parts(sheet(rows, before, after, root)))


def lying(path: Path, made: Mapping[str, str | bytes], part: str, size: int) -> Path:
    """A workbook whose directory says of one part that it unpacks to so many bytes."""
    data = bytearray(write(path, made).read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(part.encode()))
    struct.pack_into("<I", data, at + 24, size)
    path.write_bytes(data)
    return path


def overlapping(path: Path) -> Path:
    """A workbook of which many parts are one and the same piece of the file."""
    data = write(path, parts(sheet(TRAINING))).read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
        first = archive.getinfo("xl/worksheets/sheet1.xml")
    entry = data[data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/worksheets/sheet1.xml")) :]
    entry = entry[: 46 + len(first.filename)]
    directory = data[start : data.rindex(b"PK\x05\x06")]
    more = b"".join(entry.replace(b"sheet1", b"%06d" % n) for n in range(50))
    count = 5 + 50
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory + more), start, 0)
    path.write_bytes(data[:start] + directory + more + end)
    return path


def bomb(path: Path, size: int) -> Path:
    """A workbook whose sheet unpacks to ``size`` bytes of blank rows, a thousand times what it takes packed."""
    blank = b"<row/>" * 170_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    opening, closing = sheet("").encode().split(b"</sheetData>")
    crc, packed, length = 0, b"", 0
    for piece in (opening, *([blank] * (size // len(blank) + 1)), b"</sheetData>" + closing):
        crc, length = zlib.crc32(piece, crc), length + len(piece)
        packed += packer.compress(piece)
    packed += packer.flush()
    made = parts(b"")
    del made["xl/worksheets/sheet1.xml"]
    write(path, made)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
    name = b"xl/worksheets/sheet1.xml"
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0x21, crc, len(packed), length, len(name), 0) + name
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0x21, crc, len(packed), length, len(name),
                        0, 0, 0, 0, 0, start) + name  # fmt: skip
    directory = data[start : data.rindex(b"PK\x05\x06")] + entry
    at = start + len(head) + len(packed)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 5, 5, len(directory), at, 0)
    path.write_bytes(data[:start] + head + packed + directory + end)
    return path
