"""Sheets of what lasts, of whole numbers, of units, and of what applications state."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from console.intake.values import Problem, read_whole
from events.facts import EvidenceRecorded, Kind
from tests.console.intake_office import CLERK, PEOPLE, Office, counts, why
from tests.console.test_intake_cycles import LADDER, district_cycle
from workflows.commands import DeclareCatalogue

POSTS = "工号 佐证类型 名称 职务 开始日期 结束日期 处理"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def cycle(office: Office) -> str:
    office.take(office.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    return district_cycle(office, LADDER)


def lasting(office: Office) -> list[tuple[date, date, date | None]]:
    """When each piece of evidence began, as far as that is known, and its last day."""
    return [
        (one.envelope.occurred_from, one.envelope.occurred_until, one.fact.lasts_until)
        for one in office.events("evidence recorded")
        if isinstance(one.fact, EvidenceRecorded)
    ]


def test_what_lasts_begins_and_ends_or_goes_on_and_may_end_on_a_day_to_come(office: Office) -> None:
    report = office.take(
        office.csv(
            "posts",
            POSTS,
            "T1 任职 三(2)班 班主任 2023-09-01 2024-07-10 -",
            "T2 任职 三(3)班 班主任 2025-09-01 - -",
            "T3 任职 校办 中层干部 2024年2月 2028年8月 -",
        )
    )
    assert counts(report) == (3, 0, 0, 0, 0)
    assert lasting(office) == [
        (date(2023, 9, 1), date(2023, 9, 1), date(2024, 7, 10)),
        (date(2025, 9, 1), date(2025, 9, 1), None),
        (date(2024, 2, 1), date(2024, 2, 29), date(2028, 8, 31)),
    ]
    assert [fact.attributes for fact in office.facts("evidence recorded")] == [
        {"role": "head-teacher"}, {"role": "head-teacher"}, {"role": "middle-manager"},
    ]  # fmt: skip


def test_a_date_alone_is_the_beginning_of_what_lasts(office: Office) -> None:
    office.take(
        office.csv("leave", "工号 佐证类型 名称 请假类型 日期 结束日期", "T1 请假 产假 产假 2025-03-01 2025-08-31")
    )
    assert lasting(office) == [(date(2025, 3, 1), date(2025, 3, 1), date(2025, 8, 31))]


def test_what_lasts_is_handed_back_without_a_beginning_or_with_an_end_before_it(office: Office) -> None:
    header = "工号 佐证类型 名称 职务 日期 开始日期 结束日期"
    report = office.take(
        office.csv(
            "posts",
            header,
            "T1 任职 班 班主任 - 2023-09-01 2023-08-31",
            "T1 任职 班 班主任 2023-09-01 2023-09-02 -",
            "T2 任职 班 班主任 - 2026-09-01 -",
            "T2 任职 班 班主任 - 2023-09 2023-09-15",
            "T3 任职 班 班主任 - - 2023-09-15",
        )
    )
    assert counts(report) == (0, 0, 0, 5, 0)
    assert [(row, column) for row, column, _ in why(report)] == [
        (2, "结束日期"), (3, "日期"), (4, "开始日期"), (5, "结束日期"), (6, "日期"),
    ]  # fmt: skip


def test_what_does_not_last_ends_on_no_day_to_come(office: Office) -> None:
    header = "工号 佐证类型 名称 级别 开始日期 结束日期"
    report = office.take(
        office.csv("works", header, "T1 获奖 奖 市级 2026-05-01 2026-07-01", "T2 获奖 奖 市级 2026-05-01 2026-05-03")
    )
    assert counts(report) == (1, 0, 0, 1, 0)
    assert list(why(report)) == [(2, "结束日期", "lies in the future (today is 2026-06-30)")]
    assert lasting(office) == [(date(2026, 5, 1), date(2026, 5, 3), None)]


def test_an_end_that_comes_later_corrects_the_row_that_was_open(office: Office) -> None:
    row = "T1 任职 三(2)班 班主任 2023-09-01 {} {}"
    office.take(office.csv("a", POSTS, row.format("-", "-")))
    ended = office.csv("b", POSTS, row.format("2026-01-31", "-"))
    assert counts(office.take(ended)) == (0, 0, 1, 0, 0)
    assert counts(office.take(office.csv("c", POSTS, row.format("2026-01-31", "更正")))) == (1, 0, 0, 0, 0)
    assert [fact.lasts_until for fact in office.facts("evidence corrected")] == [date(2026, 1, 31)]
    assert counts(office.take(ended)) == (0, 1, 0, 0, 0)


def test_a_whole_number_is_read_exactly_and_anything_else_comes_back(office: Office) -> None:
    taught = Kind(zh="任教班级", en="class", attributes={"pupils": "number"})
    catalogue = office.district.catalogue
    declared = catalogue.model_copy(update={"kinds": {**catalogue.kinds, "class": taught}})
    office.district.handle(DeclareCatalogue(id=office.district.command_id(), asking=CLERK, catalogue=declared))
    rows = [["T1", "任教班级", f"班{n}", pupils, date(2025, 9, n)] for n, pupils in enumerate([45, "４６", 47.0], 1)]
    rows += [["T2", "任教班级", "班", pupils, date(2025, 9, 1)] for pupils in (45.5, -1, "四十", "45人")]
    report = office.take(office.xlsx("classes", "工号 佐证类型 名称 pupils 日期", *rows))
    assert counts(report) == (3, 0, 0, 4, 0)
    assert [fact.attributes["pupils"] for fact in office.facts("evidence recorded")] == ["45", "46", "47"]
    assert {column for _, column, _ in why(report)} == {"pupils"}


@pytest.mark.parametrize("cell", ["1000000000", 1e300, "1.0000000001"])
def test_a_number_beyond_belief_is_none(cell: str | float) -> None:
    assert isinstance(read_whole(cell), Problem)


def test_every_kind_that_the_shipped_catalogue_declares_is_taken_in_under_the_titles_of_its_attributes(
    office: Office,
) -> None:
    catalogue = office.district.catalogue
    kinds = {n: one for n, one in catalogue.kinds.items() if n not in ("training", "evaluation", "reflection")}
    told = {}
    for name, kind in kinds.items():
        scales = [catalogue.scales.get(scale) for scale in kind.attributes.values()]
        titles = [one.zh if one else name for one, name in zip(scales, kind.attributes, strict=True)]
        terms = [one.terms[0].zh if one else "某一件" for one in scales]
        sheet = office.csv(
            name,
            " ".join(("工号", "佐证类型", "名称", "日期", "数量", *titles)),
            " ".join(("T1", kind.zh, kind.zh, "2025-03-01", "1" if kind.amount else "-", *terms)),
        )
        told[name] = counts(office.take(sheet))
    assert told == dict.fromkeys(kinds, (1, 0, 0, 0, 0))
    assert [set(fact.attributes) for fact in office.facts("evidence recorded")] == [
        set(kind.attributes) for kind in kinds.values()
    ]


def test_units_have_evidence_and_titles_by_their_code(office: Office) -> None:
    works = office.csv(
        "w", "单位代码 佐证类型 名称 级别 日期", "U2 获奖 示范校 市级 2025-05-01", "U9 获奖 奖 市级 2025-05-01"
    )
    report = office.take(works)
    assert counts(report) == (1, 0, 0, 1, 0)
    unit = office.district.find("unit", {"U2"})["U2"]
    assert [one.envelope.stream for one in office.events("evidence recorded")] == [f"subject-{unit}"]
    titles = "单位代码 阶梯 级 称号 文号 日期"
    line = "U2 erqi-studio qualified 示范校 区教〔2024〕8号 2024-09-01"
    assert counts(office.take(office.csv("t", titles, line))) == (1, 0, 0, 0, 0)


def test_an_application_states_what_its_columns_say(office: Office, cycle: str) -> None:
    path = office.csv("申报", "工号 申报：track 申报:面向", "T1 research 农村", "T2 - -")
    assert counts(office.take(path, cycle=cycle)) == (2, 0, 0, 0, 0)
    assert [fact.states for fact in office.facts("nominated")] == [{"track": "research", "面向": "农村"}, None]
    assert counts(office.take(path, cycle=cycle)) == (0, 2, 0, 0, 0)
    other = office.csv("申报", "工号 states:track", "T1 teaching")
    assert counts(office.take(other, cycle=cycle)) == (0, 0, 1, 0, 0)
    taken = office.csv("申报", "工号 申报：rung", "T3 first")
    report = office.take(taken, cycle=cycle)
    assert counts(report) == (0, 0, 0, 1, 0)
    assert 'cannot state "rung=first"' in report.reasons[0].en
