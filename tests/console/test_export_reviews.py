"""A review's sheets as they are exported: imported again they change nothing, and what is sealed stays so."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from console.export.sheets import EXPORTED
from engine.district import District
from engine.people import erasing
from engine.people.names import GONE
from tests.console.command_line import done, jieti
from tests.console.review_office import CANDIDATES, CENTRE, advance, copied, did, office, recognised, scored
from tests.engine.test_erasing import say_erased

LEFT = tuple(code for code in CANDIDATES if code != "B102")
OF_CYCLE = {
    "nominations": ("nominations",),
    "panels": ("panels",),
    "sheets": ("ballots", "--stage", "学校考察"),
    "votes": ("ballots", "--stage", "recognition"),
}


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both stages are decided, an objection was raised, a seat handed over; one nominee withdrew, and one ballot of a
    confidential vote was opened."""
    folder = tmp_path_factory.mktemp("office")
    data = office(folder)
    scored(data, folder)
    advance(data)
    recognised(data, folder, LEFT)
    did(data, "withdraw", "A102", "--reason", "本人申请")
    votes = jieti("cycle", "ballots", "2026", "A101", "--json", "--data", data).data
    sealed = next(one["ballot"] for one in votes if one["stage"] == "recognition" and one["seat"] == 3)
    did(data, "ask-to-open", "A101", f"#{sealed:,}", "--reason", "复核")
    done("cycle", "agree-to-open", "2026", "A101", sealed, "--as", "office-2", "--data", data)
    advance(data)
    did(data, "object", "A101", "--about", "学时有误", "--anonymous")
    did(data, "hand-over", "--stage", "inspection", "--unit", "S1", "--from", "A001", "--to", "A103")
    return data


def out(data: Path, file: Path, *words: str) -> list[dict[str, str]]:
    """The rows of a sheet."""
    done("export", *words, "--out", file, "--data", data, "--as", "office-1")
    if file.suffix != ".csv":
        return []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize(("lang", "suffix"), [("zh", ".xlsx"), ("en", ".csv")])
@pytest.mark.parametrize("words", OF_CYCLE.values(), ids=OF_CYCLE)
def test_a_sheet_of_a_review_that_is_imported_again_is_already_there(
    posted: Path, tmp_path: Path, words: tuple[str, ...], suffix: str, lang: str
) -> None:
    file = tmp_path / f"out{suffix}"
    out(posted, file, *words, "--cycle", "2026", "--lang", lang)
    stage = words[1:]
    for more in ((), ("--dry-run",)):
        said = jieti("import", file, "--cycle", "2026", *stage, *more, "--json", "--data", posted, "--as", "office-1")
        (found,) = said.data
        assert (found["kind"], found["strange"], found["reasons"]) == (words[0], [], [])
        assert (found["landed"], found["corrections"], found["handed_back"]) == (0, 0, 0)
        assert (found["already"] > 0) == (words[-1] != "recognition")


def test_a_nomination_that_was_withdrawn_is_for_reading_and_what_is_outside_the_count_says_by_what(
    posted: Path, tmp_path: Path
) -> None:
    rows = out(posted, tmp_path / "n.csv", "nominations", "--cycle", "2026")
    assert {row["工号"]: (row["序号"], row["占名额之外"], row["文号"]) for row in rows} == {
        **{code: (str(n), "", "") for n, code in enumerate(CANDIDATES, 1)},
        "A102": ("仅供查阅", "", ""),
        "B103": ("6", "是", "教〔2026〕9号"),
    }


def test_panels_are_told_as_they_sit_now_and_marks_stand_under_the_items_of_their_sheet(
    posted: Path, tmp_path: Path
) -> None:
    panels = out(posted, tmp_path / "p.csv", "panels", "--cycle", "2026")
    seats = {(row["环节"], row["单位代码"], row["席位"]): (row["工号"], row["角色"]) for row in panels}
    assert seats["学校考察", "S1", "1"] == ("A103", "校长")
    assert [seats["认定", "", str(n)][0] for n in (1, 2, 3)] == list(CENTRE)
    sheets = out(posted, tmp_path / "s.csv", "ballots", "--cycle", "2026", "--stage", "inspection")
    told = {(row["工号"], row["评委工号"]): row for row in sheets}
    assert (told["B101", "Z001"]["教学"], told["B101", "Z001"]["教科研"]) == ("70", "10")
    # What a former holder voted stands, and no row can say so again.
    assert (told["A101", "A001"]["序号"], told["A101", "A001"]["评委姓名"]) == ("仅供查阅", "安校长")


def test_of_confidential_ballots_only_what_two_people_opened_is_told(posted: Path, tmp_path: Path) -> None:
    rows = out(posted, tmp_path / "v.csv", "ballots", "--cycle", "2026", "--stage", "认定")
    assert len(rows) == len(LEFT) * len(CENTRE)
    assert {row["序号"] for row in rows} == {"仅供查阅"}
    said = {(row["工号"], row["评委工号"]): row["意见"] for row in rows}
    assert said.pop(("A101", "Z003")) == "反对"
    assert set(said.values()) == {"保密"}


def test_who_was_erased_is_told_as_such_and_no_row_of_theirs_is_imported(posted: Path, tmp_path: Path) -> None:
    data = copied(posted, tmp_path)
    with District.open(data) as district:
        gone = district.find("person", ["B101", "Z001"])
        for person in gone.values():
            say_erased(district, person)
        erasing.carry_out(district)
    for name, (kind, *stage) in OF_CYCLE.items():
        file = tmp_path / f"{name}.csv"
        rows = out(data, file, kind, "--cycle", "2026", *stage)
        assert not {"白浩然", "钟一鸣", "B101", "Z001"} & {cell for row in rows for cell in row.values()}
        own = [row for row in rows if set(gone.values()) & set(row.values())]
        assert {(row["序号"], GONE in row.values()) for row in own} == {("仅供查阅", True)}
        words = ("--cycle", "2026", *stage, "--json", "--data", data, "--as", "office-1")
        (found,) = jieti("import", file, *words).data
        assert (found["landed"], found["corrections"], found["handed_back"]) == (0, 0, 0)


def test_lists_for_reading_tell_what_the_screens_tell(posted: Path, tmp_path: Path) -> None:
    def rows(kind: str, *words: str) -> list[dict[str, str]]:
        return out(posted, tmp_path / f"{kind}.csv", kind, *words)

    def seen(*words: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = jieti(*words, "--json", "--data", posted).data
        return found

    places = rows("places", "--cycle", "2026")
    assert [(row["名次"], row["编号"], row["结果"]) for row in places] == [
        ("1", "A101", "在内"),
        ("2", "A103", "在内"),
        ("3", "B101", "未入围"),
        ("2", "B103", "名额之外"),
    ]
    assert {row["案号"]: row["阶段"] for row in rows("cases", "--cycle", "2026")}.keys() == {
        one["id"] for one in seen("cycle", "cases", "2026")
    }
    (objection,) = rows("objections", "--cycle", "2026")
    assert (objection["编号"], objection["姓名"], objection["状态"]) == ("A101", "安佳怡", "待核查")
    (notice,) = rows("notices")
    assert (notice["第几次"], notice["SHA-256"]) == ("1", seen("cycle", "notice", "2026")["list_sha256"])  # type: ignore[call-overload]
    (ladder,) = rows("ladders")
    assert (ladder["阶梯"], ladder["状态"]) == ("chief", "现行")
    assert [row["事项"] for row in rows("due", "--as-of", "2026-12-31") if row["编号"] == "A101"] == ["异议应办结"]
    for empty in ("grants", "dispensations", "corrections", "schedules"):
        assert rows(empty) == []
    looks = rows("looks")
    assert ["cases " in row["名单"] for row in looks if row["命令"] == "export"].count(True) == 1
    assert [(row["查阅人"], row["人数"]) for row in looks if row["名单"].startswith("objections y-")] == [
        ("office-1", "1")
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ballots", "--cycle", "2026"), "name one of the stages with --stage: inspection"),
        (("ballots",), "ballots are of one review cycle: say which with --cycle"),
        (("nominations", "--cycle", "2026", "--stage", "认定"), "leave --stage out"),
        (("people", "--cycle", "2026"), "people are not of one review cycle: leave --cycle out"),
        (("cases", "--as-of", "2026-01-01"), "cases are told as they are now, not as of a day: leave --as-of out"),
        ((), "say which kind to export: units, people"),
    ],
)
def test_what_a_kind_cannot_be_asked_is_said(posted: Path, words: tuple[str, ...], said: str) -> None:
    refused = jieti("export", *words, "--data", posted, "--lang", "en")
    assert (refused.status, said in refused.err, refused.out) == (2, True, ""), refused.err


def test_the_list_of_kinds_tells_what_each_is_and_takes() -> None:
    lines = jieti("export", "--list", "--lang", "en").out.splitlines()
    assert [line.split()[0] for line in lines] == [one.id for one in EXPORTED]
    assert next(line.split() for line in lines if line.startswith("ballots")) == [
        *("ballots", "ballots", "can", "be", "imported", "again", "--cycle", "--stage", "[--as-of]")
    ]
    told = {one["kind"]: one for one in jieti("export", "--list", "--json").data}
    assert (told["cases"]["imported"], told["cases"]["cycle"], told["panels"]["imported"]) == (False, "may", True)
