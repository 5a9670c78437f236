"""What an office asks for as a sheet: a cohort assessed, and past decisions held against what is known today."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from console import tables
from console.options import Mistake
from engine.people import access
from events.facts import PersonHired
from tests.console.command_line import done, jieti
from tests.console.test_corrections import at_work, begin, learned
from tests.engine.district_at_work import PEOPLE, AtWork

__all__ = ["at_work", "learned"]

ASSESS = ("assess", "diligence", "--as-of", "2026-06-12")


def rows(path: Path) -> list[dict[str, object]]:
    """The rows of a sheet, .csv or .xlsx, by their headers."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as read:
            return [dict(row) for row in csv.DictReader(read)]
    header, *lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


def looks(at_work: AtWork) -> list[tuple[str, str | None, int]]:
    """The lists at which the auditor of these tests looked: by which command, at what, of how many."""
    every = access.lists(at_work.district)
    return [(one.command, one.about, one.people) for one in every if one.actor == "auditor-1"]


def test_a_cohort_is_a_sheet_of_everybody_examined_with_what_each_clause_measured(learned: Path, tmp_path: Path):
    out = tmp_path / "cohort.xlsx"
    told = done(*ASSESS, "--known-at", "30", "--out", out, "--limit", "0", "--data", learned, "--lang", "en")
    assert "met 3" in told
    assert told.splitlines()[-1] == f"→ {out}"
    found = rows(out)
    assert [one["code"] for one in found] == list(PEOPLE)
    assert found[1] == {
        "rung": "diligent", "from": "", "code": "p-2", "name": "欧阳p-2", "school": "学校u-east",
        "area": "学校u-centre", "outcome": "met", "not met": "", "unknown": "", "service": 10.0, "hours": 21.5,
    }  # fmt: skip
    assert (found[3]["outcome"], found[3]["not met"], found[3]["hours"]) == ("not met", "hours", 0.0)


def test_a_sheet_has_those_of_an_outcome_where_one_is_asked_for(learned: Path, tmp_path: Path):
    said = (*ASSESS, "--known-at", "30", "--data", learned, "--lang", "zh")
    done(*said, "--out", tmp_path / "符合.csv", "--outcome", "符合")
    assert [(one["编号"], one["判定"], one["学时"]) for one in rows(tmp_path / "符合.csv")] == [
        (f"p-{n}", "符合", "21.5") for n in (1, 2, 3)
    ]
    done(*said, "--out", tmp_path / "无.csv", "--outcome", "不在此级")
    assert (tmp_path / "无.csv").read_text("utf-8-sig").startswith("级,原级,编号,姓名,单位,学区,判定,不符合的条件,")
    assert rows(tmp_path / "无.csv") == []


def test_decisions_that_would_differ_are_a_sheet_with_clauses_cause_and_correction(at_work: AtWork, tmp_path: Path):
    decision, correction = begin(at_work, "p-1")
    out = tmp_path / "复核.csv"
    said = jieti("audit", "revisit", "--out", out, "--data", at_work.district.folder, "--lang", "zh")
    assert (said.status, said.out.splitlines()[-1]) == (1, f"→ {out}")
    declined, granted = rows(out)
    assert (declined["编号"], declined["决定"], declined["更正案"]) == ("p-4", "未认定", "")
    assert granted == {
        "位置": str(decision), "编号": "p-1", "姓名": "欧阳p-1", "单位": "学校u-centre", "学区": "", "评审周期": "评审",
        "案号": "c-2026-p-1", "级": "勤学教师", "决定": "认定", "当时判定": "符合", "现在判定": "不符合",
        "现在可评的级": "", "条件": "学时", "此后记录": f"#{correction - 2}", "更正案": f"更正案 #{correction}: 待决定",
    }  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_nothing_in_these_sheets_runs_as_a_formula(at_work: AtWork, tmp_path: Path, suffix: str):
    hired = PersonHired(staff_number="p-9", name="=1+1", unit="u-east", service_began=date(2015, 9, 1))
    at_work.record("p-9", hired, date(2015, 9, 1), "p-9")
    out = tmp_path / f"cohort.{suffix}"
    done(*ASSESS, "--out", out, "--data", at_work.district.folder, "--lang", "en")
    assert rows(out)[-1]["name"] == {"csv": "'=1+1", "xlsx": "=1+1"}[suffix]  # a formula would be read as its value


def test_a_sheet_is_a_look_at_everybody_in_it_before_it_is_there(
    at_work: AtWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def stops(*_: object) -> None:
        raise Mistake("磁盘已满", "no space left", "file")

    monkeypatch.setattr(tables, "write", stops)
    whole = ("--data", at_work.district.folder, "--as", "auditor-1")
    assert jieti(*ASSESS, "--limit", "1", "--out", tmp_path / "a.csv", *whole).status == 2
    assert jieti("audit", "revisit", "--out", tmp_path / "b.csv", *whole).status == 2
    assert looks(at_work) == [
        ("assess", "diligence", len(PEOPLE) - 2),  # two hold the rung by now
        ("audit revisit", None, 2),
    ]


@pytest.mark.parametrize("words", [ASSESS, ("audit", "revisit")])
def test_a_sheet_is_refused_before_anything_is_asked(at_work: AtWork, tmp_path: Path, words: tuple[str, ...]):
    whole = ("--data", at_work.district.folder, "--as", "auditor-1", "--lang", "en")
    assert "its name ends in .xlsx or .csv" in jieti(*words, "--out", tmp_path / "x.pdf", *whole).err
    assert jieti(*words, "--out", tmp_path / "no" / "x.csv", *whole).status == 2
    assert looks(at_work) == []
