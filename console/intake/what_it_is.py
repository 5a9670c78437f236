"""What a file really is, whatever its name says: told by its first bytes, or by what is in its archive."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path

from console.intake.reading import IntakeError
from console.intake.values import Problem

_ARCHIVE, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LEADS: tuple[tuple[tuple[bytes, ...], Problem], ...] = (
    ((b"%pdf",), Problem("PDF 文件", "a PDF file")),
    ((b"{\\rtf",), Problem("RTF 文档", "an RTF document")),
    ((b"\x89png", b"\xff\xd8\xff", b"gif8", b"bm", b"ii*\x00", b"mm\x00*"), Problem("图片", "a picture")),
    ((b"rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"bzh"), Problem(
        "压缩文件；请先解压", "a packed file; unpack it first")),
    ((b"sqlite format 3",), Problem("数据库文件", "a database")),
)  # fmt: skip
_WEB = (b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<style", b"<script", b"mime-version:")
_WEB_PAGE = Problem(
    "网页（不少平台导出的就是它）；请用电子表格软件打开后另存为 .xlsx",
    "a web page, as many platforms export; open it in a spreadsheet program and save it as .xlsx",
)
_LOCKED = Problem("加了密码的文件；请去掉密码后另存", "locked with a password; save it without one")
TEXT = Problem("文本；请改名为 .csv 再导入", "text; name it .csv and import that")
_OTHERS: dict[str, Problem] = {
    ".xls": Problem("旧版 Excel 文件", "an old Excel file"),
    ".xlsm": Problem("带宏的 Excel 文件", "an Excel file with macros"),
    ".xlsb": Problem("二进制的 Excel 文件", "a binary Excel file"),
    ".xltx": Problem("Excel 模板", "an Excel template"),
    ".et": Problem("WPS 表格文件", "a WPS spreadsheet"),
    ".ett": Problem("WPS 表格模板", "a WPS template"),
    ".ods": Problem("OpenDocument 表格", "an OpenDocument spreadsheet"),
    ".numbers": Problem("Numbers 表格", "a Numbers spreadsheet"),
    ".tsv": Problem("制表符分隔的文本", "text parted by tabs"),
    ".txt": Problem("文本文件", "a text file"),
}
"""What may hold a table, and is read once it is saved otherwise."""


def by_name(path: Path, start: bytes) -> IntakeError:
    """What is said of a file whose name promises neither of the types that are read."""
    kind = path.suffix.lower()
    known, found = _OTHERS.get(kind), looks_like(start, path)
    if kind == ".xls" and start.startswith(_ARCHIVE):
        return not_what_it_says(
            path, Problem("xlsx 文件；请改名为 .xlsx 再导入", "an xlsx; name it so and import that")
        )
    if kind == ".xls" and found is None and is_text(start):
        return not_what_it_says(path, TEXT)
    if known and found in (_WEB_PAGE, _LOCKED):
        return not_what_it_says(path, found)
    if known and kind in (".tsv", ".txt"):
        return IntakeError(
            f"{path.name}：{known.zh}；是表格的话请改名为 .csv，或另存为 .xlsx",
            f"{path.name}: only .xlsx and .csv files are read; if this is a table, name it .csv, or save it as .xlsx",
        )
    if known:
        return IntakeError(
            f"{path.name} 是{known.zh}；只读取 .xlsx 和 .csv，请打开后另存为 .xlsx",
            f"{path.name} is {known.en}: only .xlsx and .csv files are read; open it and save it as .xlsx",
        )
    return IntakeError(
        f"{path.name}：只读取 .xlsx 和 .csv 文件；请另存为其中一种",
        f"{path.name}: only .xlsx and .csv files are read; save it as one of them",
    )


def looks_like(start: bytes, path: Path) -> Problem | None:
    """What the first bytes say of a file that is no csv; None for what may be text."""
    lead = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((_ARCHIVE, b"PK\x05\x06")):
        return Problem(
            "一个 xlsx 或压缩文件；是 xlsx 就改名为 .xlsx 再导入",
            "an xlsx or another zip archive; if it is an xlsx, name it so and import that",
        )
    if start.startswith(_OLE):
        if _contains(path, "EncryptedPackage".encode("utf-16-le")):
            return _LOCKED
        if _contains(path, "WordDocument".encode("utf-16-le")):
            return Problem("旧版 Word 文档", "an old Word document")
        return Problem("旧版 xls 文件；请另存为 .xlsx", "an old xls file; save it as .xlsx")
    wide = start.decode("utf-16", "ignore").lstrip().lower() if start.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    if lead.startswith(_WEB) or wide.startswith(tuple(one.decode() for one in _WEB)):
        return _WEB_PAGE
    return next((what for leads, what in _LEADS if start.lower().startswith(leads)), None)


def other_archive(archive: zipfile.ZipFile) -> Problem | None:
    """What an archive holds that is no workbook of ours."""
    names = {part.filename for part in archive.infolist()}
    if "xl/workbook.bin" in names:
        return Problem("二进制的 Excel 文件（xlsb）；请另存为 .xlsx", "a binary Excel file (xlsb); save it as .xlsx")
    if any(name.startswith("xl/") for name in names):
        return None
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        kind = archive.read("mimetype").decode("ascii", "replace")
        if "spreadsheet" in kind:
            return Problem("OpenDocument 表格；请另存为 .xlsx", "an OpenDocument spreadsheet; save it as .xlsx")
        if "opendocument" in kind:
            return Problem("OpenDocument 文档", "an OpenDocument document")
    for folder, what in (
        ("word/", Problem("Word 文档；表格请另存为 .xlsx", "a Word document; save its table as .xlsx")),
        ("ppt/", Problem("演示文稿", "a presentation")),
        ("Index/", Problem("Numbers 表格；请导出为 .xlsx", "a Numbers spreadsheet; export it as .xlsx")),
    ):
        if any(name.startswith(folder) for name in names):
            return what
    return Problem("一个压缩文件", "a zip archive of something else")


def not_what_it_says(path: Path, found: Problem) -> IntakeError:
    """What is said of a file that is something else than its name says."""
    if path.name.startswith("~$"):
        found = Problem(
            "电子表格软件打开着文件时留下的临时文件，不用导入",
            "a spreadsheet program's mark that a file is open; leave it out",
        )
    return IntakeError(
        f"{path.name} 名为 {path.suffix}，其实是{found.zh}",
        f"{path.name} is named {path.suffix} but is {found.en}",
    )


def _contains(path: Path, wanted: bytes) -> bool:
    with path.open("rb") as file:
        before = b""
        while step := file.read(1 << 20):
            if wanted in before + step:
                return True
            before = step[-len(wanted) :]
    return False


def is_text(start: bytes) -> bool:
    """Whether the first bytes may be those of a text."""
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", start)
