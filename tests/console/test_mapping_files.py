"""A broken mapping file is refused with its line, what was expected and how to mend it; nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.intake import IntakeError, import_file
from console.intake.mapping_file import read_mapping
from console.intake.mappings import BrokenMapping, Mappings, shipped
from ladders.reading.loading import LadderError
from tests.console.intake_office import CLERK, Office

BROKEN = sorted((Path(__file__).parent / "broken_mappings").glob("*.yaml"))
HEADER = "学员号 课程 时长 完成于 结果"
ROW = "T1 甲 45 2024-06-06 合格"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("broken"))
    yield office
    office.district.close()


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_each_mistake_is_named_with_its_line_and_its_mend(office: Office, path: Path) -> None:
    heads = [line for line in path.read_text("utf-8").splitlines() if line.startswith("# expect: ")]
    before = len(office.events())
    with pytest.raises(BrokenMapping) as caught:
        import_file(office.district, office.csv("export", HEADER, ROW), CLERK, mapping=str(path))
    found = caught.value.problems
    said = [" / ".join([f"line {one.line}: {one.where}: {one.en}", *one.mend_en.splitlines()]) for one in found]
    assert [f"# expect: {one}".replace(": : ", ": ") for one in said] == heads
    assert len(office.events()) == before
    for one in found:
        assert one.file == path.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.zh), "the message is there in Chinese too"
        assert one.mend_zh, "every problem says how to mend it"


def test_there_are_enough_broken_files_to_believe_in() -> None:
    assert len(BROKEN) >= 30


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"- a\n- b\n", "this is no mapping file"),
        (b"format: jieti-mapping/1\nkind: " + b"x" * 200_001, "bytes; 200,000 are the most"),
        ("format: jieti-mapping/1\nkind: 培训学时\n".encode("gb18030"), "the file is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00", "the file is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused_whole(data: bytes, said: str) -> None:
    with pytest.raises(LadderError) as caught:
        read_mapping(data, "x.yaml", "x")
    assert said in str(caught.value)


def test_a_broken_file_that_the_folder_keeps_hinders_only_the_sheets_that_it_recognises(office: Office) -> None:
    folder = office.district.folder / "mappings"
    folder.mkdir(exist_ok=True)
    kept = folder / "broken.yaml"
    kept.write_text("format: jieti-mapping/1\nkind: trainings\nrecognises: [学员号, 课程]\ncolums: {}\n", "utf-8")
    with pytest.raises(BrokenMapping, match=r"broken.yaml:4: colums: .* is not known here"):
        import_file(office.district, office.csv("export", HEADER, ROW), CLERK)
    other = office.csv("other", "工号 培训项目 学时 日期", "T1 别的 2 2024-06-06")
    assert office.take(other, dry_run=True).landed == 1
    kept.write_text("format: [", "utf-8")
    assert office.take(other, dry_run=True).landed == 1
    kept.unlink()


def test_a_name_that_no_mapping_has_is_refused_with_those_that_there_are(office: Office) -> None:
    with pytest.raises(Exception, match=r'no mapping "wechat-sign".*lesson-observation.*did you mean wechat-signin'):
        import_file(office.district, office.csv("export", HEADER, ROW), CLERK, mapping="wechat-sign")
    with pytest.raises(Exception, match="there is no such file: nowhere"):
        import_file(office.district, office.csv("export", HEADER, ROW), CLERK, mapping="nowhere/x.yaml")


def test_every_mapping_that_ships_can_be_read_and_recognises_sheets_of_its_own(office: Office) -> None:
    at_hand = Mappings()
    known = {name: at_hand.named(name).file for name in shipped()}
    assert len(known) == 4
    for name, one in known.items():
        mine = at_hand.of("Sheet1", one.recognises)
        assert mine is not None
        assert mine.name == name


WORDS = st.sampled_from(
    [
        *HEADER.split(),
        *["工号", "学时", "日期", "时间", "记录编号", "来源", "级别", "忽略", "?", "区级", "1", "分钟", "1/45"],
        "",
        "申报：x",
    ]
)
VALUES = st.recursive(
    WORDS | st.text(max_size=4) | st.integers(-2, 99) | st.booleans(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(WORDS, inside, max_size=4),
    max_leaves=8,
)
PARTS = {
    "columns": st.dictionaries(WORDS, WORDS, max_size=6) | VALUES,
    "values": st.dictionaries(WORDS, st.dictionaries(WORDS, WORDS, max_size=3), max_size=3) | VALUES,
    "hours": st.fixed_dictionaries({"units": st.dictionaries(WORDS, WORDS, max_size=2)}, optional={"unit": WORDS})
    | VALUES,
    "constant": st.dictionaries(WORDS, WORDS, max_size=3) | VALUES,
    "kind": st.sampled_from(["trainings", "people", "evidence", "units", "ballots", "培训"]) | VALUES,
    **dict.fromkeys(("source", "record", "identity", "recognises", "sheets", "header row", "dates"), VALUES),
}
CONTENT = {"kind": "trainings", "columns": {"学员号": "工号", "课程": "培训项目", "时长": "学时", "完成于": "日期"}}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional=PARTS))
def test_whatever_a_file_says_it_is_carried_out_or_refused_with_a_sentence(office: Office, parts: dict) -> None:
    file = office.folder / "nonsense.yaml"
    whole = {"format": "jieti-mapping/1", **CONTENT, **parts}
    file.write_text(json.dumps(whole, ensure_ascii=False), "utf-8", "surrogatepass")
    told = None
    try:
        import_file(office.district, office.csv("export", HEADER, ROW), CLERK, mapping=str(file), dry_run=True)
    except IntakeError as why:
        told = why
    assert told is None or (told.zh and told.en)
