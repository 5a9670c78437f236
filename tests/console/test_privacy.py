"""Whoever gets hold of a data folder, but not of its keys, learns no name: nothing personal stands there to be read.

Every file that the demo wrote is searched byte by byte, but for those that are the office's own: the sheets in
``files/`` and what came back of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from engine.district import District
from tests.console.command_line import Demo, done

SHORTEST = 6
"""Bytes.  Shorter texts (two characters in UTF-16) stand by chance in so many bytes of ciphertext; no name of three
characters does, and no two characters in UTF-8."""


def forms(text: str) -> Iterator[bytes]:
    """The bytes under which a text could stand in a file."""
    escaped = text.encode("unicode_escape")  # as JSON and Python write it; JSON may write the digits in capitals
    capitals = b"".join(rf"\u{ord(one):04X}".encode() if ord(one) > 127 else one.encode() for one in text)
    yield from {text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), escaped, capitals}


def hashes(text: str) -> Iterator[bytes]:
    """What a hash without a key would leave of it: whoever knows the staff numbers could try them all."""
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, text.encode())
        yield from (digest.digest(), digest.hexdigest().encode())


class Search:
    """Finds any of many texts in bytes: by their first two bytes, their first four, then whole."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self.texts: dict[int, list[bytes]] = {}
        self.begins = np.zeros(1 << 16, dtype=bool)
        for text in texts:
            if len(text) >= SHORTEST:
                self.texts.setdefault(int.from_bytes(text[:4], "little"), []).append(text)
                self.begins[int.from_bytes(text[:2], "little")] = True
        self.heads = np.array(sorted(self.texts), dtype=np.uint32)

    def found(self, data: bytes) -> set[bytes]:
        """Those of the texts that stand in these bytes."""
        one = np.frombuffer(data + bytes(4), dtype=np.uint8)
        places = np.flatnonzero(self.begins[one[:-4] | one[1:-3].astype(np.uint16) << 8])
        wide = one.astype(np.uint32)
        heads = wide[places] | wide[places + 1] << 8 | wide[places + 2] << 16 | wide[places + 3] << 24
        likely = np.isin(heads, self.heads)
        met = zip(places[likely].tolist(), heads[likely].tolist(), strict=True)
        return {text for place, head in met for text in self.texts[head] if data.startswith(text, place)}


def column(path: Path, *headers: str) -> Iterator[str]:
    """The cells of these columns of a sheet of the demo."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030")
        rows = [list(map(str, row)) for row in csv.reader(io.StringIO(text))]
    else:
        rows = [list(map(str, row)) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
    places = [place for place, header in enumerate(rows[0]) if header in headers]
    for row in rows[1:]:
        yield from (row[place] for place in places)


@pytest.fixture(scope="module")
def search(demo: Demo) -> Search:
    """All that is personal in the demo's sheets: who it is, and the titles of what they attended and wrote."""
    titled = {
        "trainings": ("培训项目",),
        "reflections": ("反思题目",),
        "studios": ("工作室名称",),
        "evidence": ("名称",),
    }
    who = {*demo.manifest.names, *demo.manifest.staff_numbers}
    titles = {
        cell for file in demo.manifest.files for cell in column(file.path, *titled.get(file.kind, ())) if len(cell) > 1
    }
    assert len(who) > 600
    assert len(titles) > 1_000
    texts = {form for text in who | titles for form in forms(text)}
    return Search(texts | {one for text in who for one in hashes(text)})


def written(folder: Path) -> list[Path]:
    """Every file that the program wrote for itself."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and "files" not in path.parts]


def content(path: Path) -> bytes:
    """A file's bytes; none of what SQLite keeps beside a database while another test has it open, if it is gone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        assert path.name.endswith(("-shm", "-wal"))
        return b""


def test_no_name_number_or_title_can_be_read_in_what_the_demo_wrote(demo: Demo, search: Search) -> None:
    searched = written(demo.folder)
    names = {str(path.relative_to(demo.folder)) for path in searched}
    assert {"log.db", "vault.db", "jieti.toml", "prefect/prefect.db", "prefect/server.log"} <= names
    assert {path.parent.name for path in searched} >= {"keys", "prefect"}
    leaks = {str(path): search.found(content(path)) for path in searched}
    assert {path: found for path, found in leaks.items() if found} == {}
    assert not [path for path in searched if search.found(str(path.relative_to(demo.folder)).encode())]


def test_nor_while_the_log_is_being_written(copied: Path, tmp_path: Path) -> None:
    who, number = "欧阳瑾瑜", "JC2026-00001"
    sheet = tmp_path / "新进.csv"
    sheet.write_text(f"工号,姓名,变动,单位代码,参加工作日期\n{number},{who},入职,DW-010,2026-07-01\n", "utf-8")
    with District.open(copied) as district:
        done("import", sheet, "--data", copied, "--as", "clerk-2")
        done("assess", "erqi-teacher", "--data", copied)
        assert district.find("person", [number])
        searched = written(copied)
        assert {"log.db-wal"} <= {path.name for path in searched}
        search = Search([*forms(who), *forms(number), *hashes(who), *hashes(number)])
        assert {path.name: found for path in searched if (found := search.found(content(path)))} == {}
    assert who in done("audit", "history", number, "--data", copied)


def test_the_search_finds_whatever_is_planted(demo: Demo, search: Search) -> None:
    hay = (demo.folder / "log.db").read_bytes()[:100_000]
    name = next(one for one in demo.manifest.names if len(one) == 3)
    for planted in {*forms(name), *forms(demo.manifest.staff_numbers[0]), *hashes(name)}:
        for place in (0, 4_999, len(hay)):
            assert search.found(hay[:place] + planted + hay[place:]) >= {planted}
    assert search.found(f"{name[:2]}名师工作室".encode()) == set()
    (couple,) = [one for one in demo.manifest.names if len(one) == 2][:1]
    assert search.found(f"…{couple}名师工作室…".encode()) == {couple.encode()}


def test_the_office_can_read_all_of_it_with_its_keys(demo: Demo) -> None:
    (first, *_) = demo.grants()
    code = demo.codes([first["subject"]])[first["subject"]]
    told = done("audit", "history", code, "--data", demo.folder)
    assert any(name in told for name in demo.manifest.names)
    assert "学时" in told
